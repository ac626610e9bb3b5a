"""In: the text of a ticker; names all in capitals. Out: the symbols in it; which names are plain words. Room: resolve."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.model.schema import fold
from rotgraph.resolve.mentions import Mentions

__all__ = ["Capitals", "Counts", "traded"]

_PARENTHESIS = re.compile(r"\([^()]*\)")
_SYMBOL = re.compile(r"[A-Z0-9]{1,10}(?:[.\-][A-Z0-9]{1,4})?")
_FEW, _SHARE = 5, 3
"""Notes that must have capitals in their text, and one in how many of them must speak of the thing."""
Counts: TypeAlias = npt.NDArray[np.int32]
"""Per name, the notes in whose text it stands, and how many of them speak of its thing."""
_PARTS = re.compile(r"\s*(?:[,;/|]|\band\b|&)\s*")


def traded(text: str, exchanges: Sequence[str]) -> tuple[str, ...]:
    """The symbols in a text, in order; none where it holds other words.

    Example:
        >>> traded("6857.T (Tokyo), ATEYY (ADR); NYSE: Q", ("nyse",))
        ('6857.T', 'ATEYY', 'Q')
        >>> traded("Private", ())
        ()
    """
    found: dict[str, None] = {}
    for part in _PARTS.split(_PARENTHESIS.sub(" ", text)):
        words = [word for word in part.rpartition(":")[2].split() if fold(word) not in exchanges]
        if words and all(_SYMBOL.fullmatch(word) for word in words):
            found.setdefault(" ".join(words) if len(words) == 2 and len(words[1]) <= 2 else words[0])
    return tuple(found)


class Capitals:
    """Names all in capitals, each with its thing, and what the texts of all notes say of them."""

    def __init__(self, names: Sequence[tuple[str, int]], labels: Sequence[tuple[str, int]]) -> None:
        """Get ready to look for them.

        Args:
            labels: what their things are called in full.
        """
        self.names, self.labels = tuple(names), tuple(labels)
        called = [*((name, at) for at, (name, _) in enumerate(names)), *((label, -1 - thing) for label, thing in labels)]
        self._found = Mentions(called if names else ())

    @classmethod
    def of(cls, names: Iterable[tuple[str, int]], label: Callable[[int], str]) -> Self:
        """Those of a registry."""
        known = dict(names)
        return cls(tuple(known.items()), tuple({label(thing): thing for thing in known.values()}.items()))

    def nowhere(self) -> Counts:
        """The counts before any note is looked at."""
        return np.zeros((2, len(self.names)), np.int32)

    def count(self, counts: Counts, prose: str, linked: Container[int], times: int = 1) -> None:
        """Count the names that stand in the text of a note, and of these the ones of whose things it speaks.

        Args:
            linked: the things that the note links to.
        """
        found = {at for at, _, _ in self._found.find(prose)}
        written = [at for at in found if at >= 0]
        counts[0, written] += times
        counts[1, [at for at in written if -1 - (thing := self.names[at][1]) in found or thing in linked]] += times

    def common(self, counts: Counts) -> list[str]:
        """Those that stand in texts which do not speak of their thing: ``CEO``, the symbol of an oil firm."""
        written, speaking = counts
        return [self.names[at][0] for at in np.flatnonzero((written >= _FEW) & (speaking * _SHARE < written)).tolist()]
