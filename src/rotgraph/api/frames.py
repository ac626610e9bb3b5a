"""In: an answer. Out: pandas, polars and arrow tables with real types. Room: api.

One column may become several, so that nothing has to be parsed again:

* a quantity ``value``: its number (``value``, as a float; the midpoint of a range, the bound of a one-sided value), ``value_text``,
  ``value_low``, ``value_high`` and, where the column has several units, ``value_unit``; units as `Quantity` says;
* a period ``period``: its first day (``period``, a date), ``period_end`` (exclusive), ``period_text``;
* a column of several kinds (``observations.value``): as quantities or periods, whichever are more; the others stand in ``_text``;
* a thing: its name; an integer, a computed number, a text: itself;
* a column of things or texts that may hold several, and any column of which a cell does: the same, as lists of equal length.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from rotgraph.errors import not_installed
from rotgraph.late import dataclass
from rotgraph.model.result import Answer, Cell, ResultColumn, Single
from rotgraph.model.value import Period, Quantity
from rotgraph.render.cell import single_text

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
    """``text integer number date``."""
    many: bool
    """Its values are lists of such."""
    values: list[Any]


def pandas_frame(answer: Answer) -> pd.DataFrame:
    """A pandas DataFrame; dates are ``datetime64``, integers ``Int64``, lists objects."""
    _need("pandas", "pandas")
    import pandas as pd

    types: dict[str, Any] = {"text": "string", "integer": "Int64", "number": "Float64", "date": "datetime64[s]"}
    made = {each.name: pd.Series(each.values, dtype="object" if each.many else types[each.type]) for each in _series(answer)}
    return pd.DataFrame(made, index=pd.RangeIndex(len(answer)))


def polars_frame(answer: Answer) -> pl.DataFrame:
    """A polars DataFrame; dates are ``Date``, integers ``Int64``, lists ``List``."""
    _need("polars", "polars")
    import polars as pl

    types: dict[str, Any] = {"text": pl.String, "integer": pl.Int64, "number": pl.Float64, "date": pl.Date}
    return pl.DataFrame(
        [
            pl.Series(each.name, each.values, dtype=pl.List(types[each.type]) if each.many else types[each.type])
            for each in _series(answer)
        ]
    )


def arrow_table(answer: Answer) -> pa.Table:
    """An arrow table; dates are ``date32``, integers ``int64``, lists ``list``."""
    _need("pyarrow", "arrow")
    import pyarrow as pa

    types: dict[str, Any] = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32()}
    series = _series(answer)
    arrays = [pa.array(each.values, pa.list_(types[each.type]) if each.many else types[each.type]) for each in series]
    return pa.table(arrays, names=[each.name for each in series])


def _need(library: str, extra: str) -> None:
    """Say which extra brings a library that not everybody installs."""
    try:
        import_module(library)
    except ModuleNotFoundError as error:
        if error.name != library:
            raise
        raise not_installed(f"a table of {library}", library, extra) from None


def _series(answer: Answer) -> list[_Series]:
    rows = [answer.rows.cells(row) for row in range(len(answer))]
    made: list[_Series] = []
    for index, column in enumerate(answer.columns):
        made.extend(_spread(column, [_several(row[index]) for row in rows]))
    taken: set[str] = set()
    unique = []
    for each in made:  # a column shown as `value_low` yields to none that `value` became
        name = each.name
        while name in taken:
            name += "_"
        taken.add(name)
        unique.append(_Series(name, each.type, each.many, each.values))
    return unique


_Cells: TypeAlias = "Sequence[tuple[Single, ...]]"


def _several(cell: Cell) -> tuple[Single, ...]:
    return () if cell is None else cell if isinstance(cell, tuple) else (cell,)


def _spread(column: ResultColumn, cells: _Cells) -> list[_Series]:
    singles = [single for cell in cells for single in cell]
    many = (column.kind in ("thing", "text") and column.many) or any(len(cell) > 1 for cell in cells)

    def series(suffix: str, kind: str, of: Callable[[Any], Any]) -> _Series:
        read = [[of(single) for single in cell] for cell in cells]
        return _Series(column.name + suffix, kind, many, list(read) if many else [each[0] if each else None for each in read])

    if column.kind == "integer" and all(isinstance(each, int) for each in singles):
        return [series("", "integer", int)]
    if singles and all(isinstance(each, (Decimal, int)) for each in singles):
        return [series("", "number", float)]
    quantities, periods = (sum(isinstance(each, kind) for each in singles) for kind in (Quantity, Period))
    if column.kind == "quantity" or quantities > periods:
        return _quantities(series, singles)
    if column.kind == "period" or periods:
        return [
            series("", "date", lambda each: _day(each.start) if isinstance(each, Period) else None),
            series("_end", "date", lambda each: _day(each.end) if isinstance(each, Period) else None),
            series("_text", "text", single_text),
        ]
    return [series("", "text", single_text)]


def _quantities(series: Callable[[str, str, Callable[[Any], Any]], _Series], singles: Sequence[Single]) -> list[_Series]:
    def part(name: str) -> Callable[[Any], float | None]:
        return lambda each: _float(getattr(each, name)) if isinstance(each, Quantity) else _float(each)

    made = [
        series("", "number", part("middle")),
        series("_text", "text", single_text),
        series("_low", "number", part("low")),
        series("_high", "number", part("high")),
    ]
    if len({each.unit for each in singles if isinstance(each, Quantity)}) > 1:
        made.append(series("_unit", "text", lambda each: each.unit if isinstance(each, Quantity) else None))
    return made


def _float(number: Any) -> float | None:
    """None for what is no number: a text among quantities."""
    return float(number) if isinstance(number, (Decimal, int)) else None


def _day(ordinal: int) -> date | None:
    """None for the far years that no table type has."""
    return date.fromordinal(ordinal) if 1 <= ordinal <= _LAST else None
