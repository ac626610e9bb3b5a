"""In: byte places in a note that is no longer at hand. Out: diagnostics and labels with line and column. Room: resolve."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from rotgraph.diagnostics import Diagnostic, Label
from rotgraph.model.described import matrix

__all__ = ["Placer", "Span"]

Span = tuple[int, int, int, int]
"""Line, column, end line, end column."""


class Placer:
    """Byte places of one note as lines and columns, for the few that are reported."""

    def __init__(self, path: str, line_starts: bytes, wide: bytes) -> None:
        self.path, self._line_starts, self._wide = path, line_starts, wide

    @cached_property
    def _lines(self) -> tuple[list[int], list[int]]:
        return matrix(self._line_starts, 1)[0].tolist(), matrix(self._wide, 1)[0].tolist()

    def at(self, offset: int) -> tuple[int, int]:
        starts, wide = self._lines
        row = bisect_right(starts, offset) - 1
        width = offset - starts[row] - (bisect_right(wide, offset - 1) - bisect_right(wide, starts[row] - 1))
        return row + 1, width + 1

    def span(self, start: int, end: int) -> Span:
        return (*self.at(start), *self.at(max(start, end)))

    def report(self, start: int, end: int, code: str, message: str, hint: str = "", labels: tuple[Label, ...] = ()) -> Diagnostic:
        return Diagnostic(self.path, *self.span(start, end), code, message, hint, "", labels)
