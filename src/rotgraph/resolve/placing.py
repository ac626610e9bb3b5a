"""In: byte places in notes that are no longer at hand. Out: diagnostics and labels with line and column. Room: resolve."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from rotgraph.diagnostics import Diagnostic, Label
from rotgraph.model.draft import NoteFacts
from rotgraph.resolve.records import Place

__all__ = ["Placer"]


class Placer:
    """Byte places as lines and columns, for the few places that are reported."""

    def __init__(self, notes: Sequence[NoteFacts]) -> None:
        self.notes = notes
        self._lines: dict[int, tuple[list[int], list[int]]] = {}

    def at(self, note: int, offset: int) -> tuple[int, int]:
        if note not in self._lines:
            facts = self.notes[note]
            self._lines[note] = (np.frombuffer(facts.line_starts, np.int32).tolist(), np.frombuffer(facts.wide, np.int32).tolist())
        starts, wide = self._lines[note]
        row = bisect_right(starts, offset) - 1
        width = offset - starts[row] - (bisect_right(wide, offset - 1) - bisect_right(wide, starts[row] - 1))
        return row + 1, width + 1

    def report(
        self, note: int, start: int, end: int, code: str, message: str, hint: str = "", labels: tuple[Label, ...] = ()
    ) -> Diagnostic:
        line, column = self.at(note, start)
        end_line, end_column = self.at(note, max(start, end))
        return Diagnostic(self.notes[note].path, line, column, end_line, end_column, code, message, hint, "", labels)

    def label(self, place: Place, text: str) -> Label:
        line, column = self.at(place.note, place.start)
        return Label(self.notes[place.note].path, line, column, text)
