"""In: the text of a ticker; names all in capitals. Out: the symbols in it; which names are plain words. Room: resolve."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from rotgraph.model.named import NoteNames
from rotgraph.model.schema import fold
from rotgraph.resolve.mentions import Mentions

__all__ = ["common_capitals", "traded"]

_PARENTHESIS = re.compile(r"\([^()]*\)")
_SYMBOL = re.compile(r"[A-Z0-9]{1,10}(?:[.\-][A-Z0-9]{1,4})?")
_FEW, _SHARE = 5, 3
"""Notes that must have capitals in their text, and one in how many of them must speak of the thing."""
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


def common_capitals(
    notes: Sequence[NoteNames], names: Mapping[str, int], label: Callable[[int], str], linking: Mapping[int, Sequence[int]]
) -> list[str]:
    """Of names all in capitals those that stand in texts which do not speak of their thing: ``CEO``, the symbol of an oil firm.

    Args:
        names: with the thing that each means.
        linking: which notes link to a thing.
    """
    if not names:
        return []
    full = {label(thing): thing for thing in names.values()}
    found = Mentions([*((name, at) for at, name in enumerate(names)), *((each, -1 - thing) for each, thing in full.items())])
    listed = list(names)
    written: dict[str, set[int]] = {}
    spoken: dict[int, set[int]] = {}
    for number, note in enumerate(notes):
        for at, _, _ in found.find(note.prose):
            if at >= 0:
                written.setdefault(listed[at], set()).add(number)
            else:
                spoken.setdefault(-1 - at, set()).add(number)
    common = []
    for name, where in written.items():
        thing = names[name]
        speaking = where & spoken.get(thing, set()).union(linking.get(thing, ()))
        if len(where) >= _FEW and len(speaking) * _SHARE < len(where):
            common.append(name)
    return common
