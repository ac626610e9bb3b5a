"""In: statements of records. Out: equal values in one form. Room: resolve.

A record that says one thing twice, in two notes or in one row, says it as its principal evidence does: ``~$530B`` and ``$530B`` are
two values, ``Rates rise`` and ``rates rise`` one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Ids
from rotgraph.model.ordering import order_by, runs, taken
from rotgraph.model.schema import fold
from rotgraph.model.spool import forget
from rotgraph.model.value import Kind, Quantity
from rotgraph.resolve.emit import period_of, quantity_of
from rotgraph.resolve.merge import Merged
from rotgraph.resolve.pool import Pool
from rotgraph.resolve.records import canon

__all__ = ["compared", "in_form"]

_FORMED = (Kind.TEXT, Kind.QUANTITY, Kind.PERIOD)
"""Kinds of values that may be written in several forms."""


def in_form(pool: Pool, merged: Merged) -> None:
    """Give equal values of one property of one record the form of its principal evidence, else the first."""
    rows: Ids = np.flatnonzero((pool.row_record >= 0) & np.isin(pool.row_kind, _FORMED)).astype(np.int32)
    whole, rows = taken(merged.into, taken(pool.row_record, rows)), pool.wait(rows)
    again = _again(whole, taken(pool.row_property, rows), taken(pool.row_kind, rows))
    rows, whole = rows[again], whole[again]
    forget()
    if not len(rows):
        return
    same = compared(pool, rows)
    led = pool.row_record[rows] != merged.principal[whole]
    order = order_by(whole, pool.row_property[rows], pool.row_kind[rows], same, led, rows)
    rows, whole, same = rows[order], whole[order], same[order]
    firsts = np.flatnonzero(runs(whole, pool.row_property[rows], pool.row_kind[rows], same))
    pool.row_value[rows] = np.repeat(pool.row_value[rows[firsts]], np.diff([*firsts.tolist(), len(rows)]))


def _again(*columns: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.bool_]:
    """Rows that are not alone with what stands in all columns."""
    order = order_by(*columns).astype(np.int32)
    new = np.append(runs(*(taken(column, order) for column in columns)), True)
    found = np.zeros(len(order), bool)
    found[order] = ~(new[:-1] & new[1:])
    return found


def _same_amount(value: Quantity) -> Hashable:
    """What makes two quantities one; of a point, as most are, in a third of the room."""
    point = value.value is not None and value.low == value.value == value.high
    if point and not (value.low_open or value.high_open or value.approximate):
        return value.unit, value.value
    return canon(Kind.QUANTITY, value)


def compared(pool: Pool, rows: npt.NDArray[np.integer[Any]]) -> Ids:
    """A number for each row's value: equal ones are one value, whatever their form."""
    found: Ids = pool.row_value[rows].astype(np.int32)
    quantities, periods = list(pool.quantities), list(pool.periods)
    tables: Sequence[tuple[Kind, Callable[[Ids], Iterable[Hashable]]]] = (
        (Kind.TEXT, lambda texts: map(fold, pool.texts.many(texts))),
        (Kind.QUANTITY, lambda numbers: (_same_amount(quantity_of(quantities[each])) for each in numbers.tolist())),
        (Kind.PERIOD, lambda numbers: (canon(Kind.PERIOD, period_of(periods[each])) for each in numbers.tolist())),
    )
    for kind, read in tables:
        at = np.flatnonzero(pool.row_kind[rows] == kind)
        values, inverse = np.unique(found[at], return_inverse=True)
        numbers: dict[Hashable, int] = {}
        mapped = [numbers.setdefault(same, len(numbers)) for same in read(values)]
        found[at] = np.array(mapped, np.int32)[inverse] if len(at) else found[at]
        forget()
    return found
