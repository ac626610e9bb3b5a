"""In: an answer. Out: its columns as a chart can use them: labels, quantities of one unit, periods. Room: pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from rotgraph.late import dataclass
from rotgraph.model.result import Answer, Cell, ResultColumn
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Quantity
from rotgraph.render.cell import cell_text, number_text

__all__ = ["Amount", "Measure", "Table", "read_table", "unit_label"]

_DAYS_A_MONTH = 30.436875


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity as it is drawn: floats in one unit, None for a bound that is not there."""

    middle: float
    low: float | None
    high: float | None
    text: str
    approximate: bool = False

    @property
    def ranged(self) -> bool:
        """It has two different bounds, or lacks one."""
        return self.low is None or self.high is None or self.low != self.high


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of quantities of one dimension."""

    name: str
    unit: str
    amounts: tuple[Amount | None, ...]
    others: int = 0
    """Values of other dimensions, which are not drawn beside these."""


@dataclass(frozen=True, slots=True)
class Table:
    """An answer by what its columns are. Every column is as long as the answer."""

    length: int
    labels: tuple[tuple[str, tuple[str, ...]], ...]
    """Names and texts of the columns of things and of short texts."""
    measures: tuple[Measure, ...]
    periods: tuple[tuple[str, tuple[Period | None, ...]], ...]
    years: tuple[tuple[str, tuple[int | None, ...]], ...]
    """Columns of whole numbers that read as years."""
    subjects: tuple[str, ...]
    """The name of each row's thing; empty where it is a group."""


def read_table(answer: Answer) -> Table:
    """The columns of an answer, sorted by what they are good for; each keeps its order."""
    rows = [answer.rows.cells(row) for row in range(len(answer))]
    labels: list[tuple[str, tuple[str, ...]]] = []
    measures: list[Measure] = []
    periods: list[tuple[str, tuple[Period | None, ...]]] = []
    years: list[tuple[str, tuple[int | None, ...]]] = []
    for index, column in enumerate(answer.columns):
        cells = [_single(row[index]) for row in rows]
        filled = [cell for cell in cells if cell is not None]
        if filled and 2 * sum(isinstance(cell, Period) for cell in filled) > len(filled):
            periods.append((column.name, tuple(cell if isinstance(cell, Period) else None for cell in cells)))
        elif _are_years(column, filled):
            years.append((column.name, tuple(cell if isinstance(cell, int) else None for cell in cells)))
        elif measure := _measure(column, cells):
            measures.append(measure)
        else:
            labels.append((column.name, tuple(cell_text(row[index]) for row in rows)))
    subjects = tuple(subject.name if (subject := answer.rows.subject(row)) is not None else "" for row in range(len(answer)))
    return Table(len(answer), tuple(labels), tuple(measures), tuple(periods), tuple(years), subjects)


def _single(cell: Cell) -> Cell:
    if isinstance(cell, tuple):
        return (cell[0] if len(cell) == 1 else cell) if cell else None
    return cell


def _are_years(column: ResultColumn, filled: Sequence[Cell]) -> bool:
    """Whole numbers between 1900 and 2100 that are no counts."""
    return bool(filled) and column.name != "line" and all(type(cell) is int and 1900 <= cell <= 2100 for cell in filled)


def _measure(column: ResultColumn, cells: Sequence[Cell]) -> Measure | None:
    """The amounts of the most frequent dimension; None if hardly a cell is a quantity."""
    found = [_quantity(cell) for cell in cells]
    dimensions = Counter(unit_of(each.unit).dimension for each in found if each is not None)
    filled = sum(cell is not None for cell in cells)
    if not dimensions or 2 * dimensions.total() < filled or column.name == "line":
        return None
    dimension, count = dimensions.most_common(1)[0]
    mine = [each if each is not None and unit_of(each.unit).dimension == dimension else None for each in found]
    unit = Counter(each.unit for each in mine if each is not None).most_common(1)[0][0]
    amounts = tuple(_amount(each, unit) if each is not None else None for each in mine)
    return Measure(column.name, unit, amounts, dimensions.total() - count)


def _quantity(cell: Cell) -> Quantity | None:
    if isinstance(cell, (Decimal, int)) and not isinstance(cell, bool):
        number = Decimal(cell)
        return Quantity(number_text(number), number, number, number)
    if isinstance(cell, tuple) and cell and all(isinstance(each, Quantity) for each in cell):
        return cell[0] if isinstance(cell[0], Quantity) else None
    return cell if isinstance(cell, Quantity) else None


def _amount(quantity: Quantity, unit: str) -> Amount | None:
    middle = quantity.middle
    if middle is None:
        return None
    factor = _factor(quantity.unit, unit)
    low, high = (None if each is None else float(each) * factor for each in (quantity.low, quantity.high))
    return Amount(float(middle) * factor, low, high, str(quantity), quantity.approximate)


def _factor(unit: str, wanted: str) -> float:
    """How many of the wanted unit one of the unit is; both measure the same."""
    if {unit, wanted} == {"month", "day"}:
        return _DAYS_A_MONTH if unit == "month" else 1 / _DAYS_A_MONTH
    return float(unit_of(unit).factor / unit_of(wanted).factor)


def unit_label(unit: str) -> str:
    """A unit as an axis carries it.

    Example:
        >>> unit_label("month"), unit_label("USD"), unit_label("")
        ('months', 'USD', '')
    """
    return {"month": "months", "day": "days"}.get(unit, unit)
