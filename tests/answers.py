"""In: columns and rows. Out: an answer, for tests of what shows answers. Room: tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rotgraph.model.graph import Evidence
from rotgraph.model.result import Answer, Cell, ResultColumn, ThingCell
from rotgraph.model.value import Period, Precision, Quantity

__all__ = ["PlainAnswer", "percent", "year"]


@dataclass(frozen=True)
class PlainAnswer:
    """Rows as they are; row n stands in line n of ``A.md``."""

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def answer(self) -> Answer:
        return Answer(self.columns, self)

    def __len__(self) -> int:
        return len(self.rows)

    def subject(self, row: int) -> ThingCell | None:
        return None

    def cells(self, row: int) -> tuple[Cell, ...]:
        return self.rows[row]

    def evidence(self, row: int) -> tuple[Evidence, ...]:
        return (Evidence("A.md", row + 1, 1, row + 1, 9),)


def percent(text: str, value: int) -> Quantity:
    return Quantity(text, Decimal(value), Decimal(value), Decimal(value), "%")


def year(number: int) -> Period:
    return Period(str(number), date(number, 1, 1).toordinal(), date(number + 1, 1, 1).toordinal(), Precision.YEAR)
