"""In: what all names meant and what they mean. Out: which notes that touches. Room: resolve.

A note is touched by a name that it asked for, or that its words may hold: too many are looked at again, never too few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from rotgraph.model.described import Asked, matrix
from rotgraph.resolve.emit import name_hashes, tokens_of

__all__ = ["NO_NAMES", "ChangedNames", "changed_names"]


class ChangedNames:
    """Names that mean something else than before."""

    def __bool__(self) -> bool:
        return bool(len(self._asked) or self._found)

    def __init__(self, names: Iterable[str]) -> None:
        """Sort them.

        Args:
            names: as `Names.meanings` gives them: those found in texts begin with a line break.
        """
        told = list(names)
        self._asked = np.array(sorted(name_hashes([each for each in told if not each.startswith("\n")])), np.int32)
        found = [tokens_of(each) for each in told if each.startswith("\n")]
        self._found = [np.array(sorted(name_hashes(each)), np.int32) for each in found]

    def touches(self, note: Asked) -> bool:
        """Whether a note may say something else by them."""
        if len(self._asked) and _any(self._asked, matrix(note.names, 1)[0]):
            return True
        tokens = matrix(note.tokens, 1)[0] if self._found else self._asked
        return any(_all(each, tokens) for each in self._found)


NO_NAMES = ChangedNames(())
"""All names mean what they meant."""


def changed_names(before: Mapping[str, str], now: Mapping[str, str]) -> ChangedNames:
    """The names that mean something else, nothing any more, or something for the first time."""
    return ChangedNames([*(name for name, meaning in now.items() if before.get(name) != meaning), *(before.keys() - now.keys())])


def _any(wanted: npt.NDArray[np.int32], held: npt.NDArray[np.int32]) -> bool:
    at = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
    return len(held) > 0 and bool((held[at] == wanted).any())


def _all(wanted: npt.NDArray[np.int32], held: npt.NDArray[np.int32]) -> bool:
    at = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
    return len(held) > 0 and bool((held[at] == wanted).all())
