"""In: byte places in a note that is no longer at hand. Out: diagnostics and labels with line and column. Room: resolve."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rotgraph.diagnostics import Diagnostic, Label
from rotgraph.model.described import matrices, matrix
from rotgraph.model.graph import Ids

__all__ = ["Lines", "Placer", "Span", "spans"]

Span = tuple[int, int, int, int]
"""Line, column, end line, end column."""
_BITS = 32
"""Of a byte place."""


class Lines:
    """Byte places of one note as lines and columns, all at once."""

    def __init__(self, line_starts: bytes, wide: bytes) -> None:
        self.starts, self.wide = matrix(line_starts, 1)[0], matrix(wide, 1)[0]

    def spans(self, start: Ids, end: Ids) -> list[Ids]:
        """Line, column, end line, end column."""
        found: list[Ids] = []
        for at in (start, end):
            row = self.starts.searchsorted(at, "right") - 1
            begin = self.starts[row]
            width = at - begin
            if len(self.wide):
                width = width - (self.wide.searchsorted(at) - self.wide.searchsorted(begin))
            found += [row + 1, width + 1]
        return found


class Placer:
    """Byte places of one note as lines and columns, for the few that are reported."""

    def __init__(self, path: str, line_starts: bytes, wide: bytes) -> None:
        self.path, self._line_starts, self._wide = path, line_starts, wide

    @cached_property
    def lines(self) -> Lines:
        return Lines(self._line_starts, self._wide)

    @cached_property
    def _lines(self) -> tuple[list[int], list[int]]:
        return self.lines.starts.tolist(), self.lines.wide.tolist()

    def at(self, offset: int) -> tuple[int, int]:
        starts, wide = self._lines
        row = bisect_right(starts, offset) - 1
        width = offset - starts[row] - (bisect_right(wide, offset - 1) - bisect_right(wide, starts[row] - 1))
        return row + 1, width + 1

    def spans(self, places: Sequence[tuple[int, int]]) -> list[Span]:
        """Many places at once."""
        first, last = np.array(places, np.int32).reshape(-1, 2).T
        told = self.lines.spans(first, np.maximum(first, last)) if places else []
        return list(zip(*[each.tolist() for each in told], strict=True))

    def span(self, start: int, end: int) -> Span:
        return (*self.at(start), *self.at(max(start, end)))

    def report(self, start: int, end: int, code: str, message: str, hint: str = "", labels: tuple[Label, ...] = ()) -> Diagnostic:
        return Diagnostic(self.path, *self.span(start, end), code, message, hint, "", labels)


def spans(lines: Sequence[bytes], wide: Sequence[bytes], places: Sequence[tuple[int, int, int]]) -> list[Span]:
    """Byte places of many notes, as `Placer` tells them.

    Args:
        lines: of each note where its lines start, and ``wide`` its letters of more bytes than one.
        places: the number of the note, start and end.
    """
    if not places:
        return []
    of_note, first, last = np.array(places, np.int64).T
    begins, of_lines, base = _flat(lines)
    _, of_wide, _ = _flat(wide)

    def at(offset: npt.NDArray[np.int64]) -> tuple[list[int], list[int]]:
        place = of_note << _BITS | offset
        row = np.searchsorted(of_lines, place, "right") - 1
        width = offset - begins[row] - (np.searchsorted(of_wide, place) - np.searchsorted(of_wide, of_lines[row]))
        return (row - base[of_note] + 1).tolist(), (width + 1).tolist()

    return list(zip(*at(first), *at(np.maximum(first, last)), strict=True))


def _flat(packed: Sequence[bytes]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rising numbers of notes one after another, the same with their note above them, and where those of each note begin."""
    told, counts = matrices(packed, 1)
    return told[0], np.repeat(np.arange(len(counts)) << _BITS, counts) | told[0], np.cumsum(counts) - counts
