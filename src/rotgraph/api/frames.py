"""In: an answer. Out: pandas, polars and arrow tables with real types. Room: api.

One column may become several, so that nothing has to be parsed again:

* a quantity ``value``: its number (``value``, as a float; the midpoint of a range, the bound of a one-sided value), ``value_text``,
  ``value_low``, ``value_high`` and, where the column has several units, ``value_unit``;
* a period ``period``: its first day (``period``, a date), ``period_end`` (exclusive), ``period_text``;
* a thing: its name; an integer, a computed number, a text: itself;
* a column of which a cell holds several values: lists of what tables print.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rotgraph.model.result import Answer, Cell, ResultColumn
from rotgraph.model.value import Period, Quantity
from rotgraph.render.cell import cell_text, single_text

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["arrow_table", "pandas_frame", "polars_frame"]

_LAST = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class _Series:
    name: str
    type: str
    """``text texts integer number date``."""
    values: list[Any]


def pandas_frame(answer: Answer) -> pd.DataFrame:
    """A pandas DataFrame; dates are ``datetime64``, integers ``Int64``."""
    import pandas as pd

    types: dict[str, Any] = {"text": "string", "integer": "Int64", "number": "Float64", "date": "datetime64[s]", "texts": "object"}
    series = {each.name: pd.Series(each.values, dtype=types[each.type]) for each in _series(answer)}
    return pd.DataFrame(series, index=pd.RangeIndex(len(answer)))


def polars_frame(answer: Answer) -> pl.DataFrame:
    """A polars DataFrame; dates are ``Date``, integers ``Int64``."""
    import polars as pl

    types: dict[str, Any] = {
        "text": pl.String,
        "integer": pl.Int64,
        "number": pl.Float64,
        "date": pl.Date,
        "texts": pl.List(pl.String),
    }
    return pl.DataFrame([pl.Series(each.name, each.values, dtype=types[each.type]) for each in _series(answer)])


def arrow_table(answer: Answer) -> pa.Table:
    """An arrow table; dates are ``date32``, integers ``int64``."""
    import pyarrow as pa

    types: dict[str, Any] = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "date": pa.date32(),
        "texts": pa.list_(pa.string()),
    }
    series = _series(answer)
    return pa.table([pa.array(each.values, types[each.type]) for each in series], names=[each.name for each in series])


def _series(answer: Answer) -> list[_Series]:
    rows = [answer.rows.cells(row) for row in range(len(answer))]
    made: list[_Series] = []
    for index, column in enumerate(answer.columns):
        made.extend(_spread(column, [row[index] for row in rows]))
    taken: set[str] = set()
    unique = []
    for each in made:  # a column shown as `value_low` yields to none that `value` became
        name = each.name
        while name in taken:
            name += "_"
        taken.add(name)
        unique.append(_Series(name, each.type, each.values))
    return unique


def _spread(column: ResultColumn, cells: Sequence[Cell]) -> list[_Series]:
    name = column.name
    if (column.kind in ("thing", "text") and column.many) or any(isinstance(cell, tuple) and len(cell) > 1 for cell in cells):
        return [_Series(name, "texts", [_texts(cell) for cell in cells])]
    cells = [(cell[0] if cell else None) if isinstance(cell, tuple) else cell for cell in cells]
    filled = [cell for cell in cells if cell is not None]
    if column.kind == "quantity" or (filled and all(isinstance(cell, (Quantity, Decimal)) for cell in filled)):
        return _quantities(name, cells)
    if column.kind == "period" or (filled and all(isinstance(cell, Period) for cell in filled)):
        return _periods(name, cells)
    if column.kind == "integer" and all(isinstance(cell, int) for cell in filled):
        return [_Series(name, "integer", list(cells))]
    return [_Series(name, "text", [None if cell is None else cell_text(cell) for cell in cells])]


def _texts(cell: Cell) -> list[str]:
    if cell is None:
        return []
    return [single_text(each) for each in (cell if isinstance(cell, tuple) else (cell,))]


def _quantities(name: str, cells: Sequence[Cell]) -> list[_Series]:
    if all(cell is None or isinstance(cell, (Decimal, int)) for cell in cells) and any(cell is not None for cell in cells):
        return [_Series(name, "number", [_float(cell) if isinstance(cell, (Decimal, int)) else None for cell in cells])]
    read = [cell if isinstance(cell, Quantity) else None for cell in cells]
    units = {each.unit for each in read if each is not None}
    made = [
        _Series(name, "number", [_float(each.middle) if each else None for each in read]),
        _Series(f"{name}_text", "text", [None if cell is None else cell_text(cell) for cell in cells]),
        _Series(f"{name}_low", "number", [_float(each.low) if each else None for each in read]),
        _Series(f"{name}_high", "number", [_float(each.high) if each else None for each in read]),
    ]
    if len(units) > 1:
        made.append(_Series(f"{name}_unit", "text", [each.unit if each else None for each in read]))
    return made


def _periods(name: str, cells: Sequence[Cell]) -> list[_Series]:
    read = [cell if isinstance(cell, Period) else None for cell in cells]
    return [
        _Series(name, "date", [_day(each.start) if each else None for each in read]),
        _Series(f"{name}_end", "date", [_day(each.end) if each else None for each in read]),
        _Series(f"{name}_text", "text", [None if cell is None else cell_text(cell) for cell in cells]),
    ]


def _float(number: Decimal | int | None) -> float | None:
    return None if number is None else float(number)


def _day(ordinal: int) -> date | None:
    """None for the far years that no table type has."""
    return date.fromordinal(ordinal) if 1 <= ordinal <= _LAST else None
