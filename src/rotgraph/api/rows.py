"""In: an answer. Out: an answer with some of its rows, or one that needs no engine. Room: api."""

from __future__ import annotations

from collections.abc import Iterable

from rotgraph.late import dataclass, replace
from rotgraph.model.graph import Evidence
from rotgraph.model.result import Answer, Cell, ResultColumn, Rows, ThingCell

__all__ = ["KeptRows", "first_rows", "kept_rows", "plain_table"]


@dataclass(frozen=True, slots=True)
class KeptRows:
    """Rows that are all made: what is pickled, and what does not come from an engine."""

    made: tuple[tuple[ThingCell | None, tuple[Cell, ...], tuple[Evidence, ...]], ...]

    def __len__(self) -> int:
        return len(self.made)

    def subject(self, row: int) -> ThingCell | None:
        return self.made[row][0]

    def cells(self, row: int) -> tuple[Cell, ...]:
        return self.made[row][1]

    def evidence(self, row: int) -> tuple[Evidence, ...]:
        return self.made[row][2]


@dataclass(frozen=True, slots=True)
class _First:
    rows: Rows
    count: int

    def __len__(self) -> int:
        return min(self.count, len(self.rows))

    def subject(self, row: int) -> ThingCell | None:
        return self.rows.subject(row)

    def cells(self, row: int) -> tuple[Cell, ...]:
        return self.rows.cells(row)

    def evidence(self, row: int) -> tuple[Evidence, ...]:
        return self.rows.evidence(row)


def kept_rows(answer: Answer) -> Answer:
    """The same answer with every row made."""
    rows = answer.rows
    made = tuple((rows.subject(row), rows.cells(row), rows.evidence(row)) for row in range(len(rows)))
    return replace(answer, rows=KeptRows(made))


def plain_table(columns: tuple[ResultColumn, ...], rows: Iterable[tuple[Cell, ...]]) -> Answer:
    """Rows of plain values that come from no query."""
    return Answer(columns, KeptRows(tuple((None, row, ()) for row in rows)))


def first_rows(answer: Answer, count: int) -> Answer:
    """The first rows of an answer."""
    return replace(answer, rows=_First(answer.rows, count)) if len(answer) > count else answer
