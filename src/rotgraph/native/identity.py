"""In: values. Out: numbers that are equal where the values are the same, whatever their spelling. Room: native.

What groups and membership go by: quantities of equal bounds, marks and dimension are one, periods of equal days, things and texts
themselves.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from rotgraph.model.graph import QuantityFlag
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Kind, Quantity
from rotgraph.native.arrays import Array, numbered, numbered_rows
from rotgraph.native.pool import NUMBER, Pool

__all__ = ["identities"]

_MARKS = QuantityFlag.LOW_OPEN | QuantityFlag.HIGH_OPEN | QuantityFlag.APPROXIMATE | QuantityFlag.NO_LOW | QuantityFlag.NO_HIGH
_MARKS |= QuantityFlag.POINT


def identities(kind: int, ids: Array, pool: Pool) -> Array:
    """A number per value."""
    if kind in (Kind.QUANTITY, NUMBER):
        return _quantities(ids, pool)
    if kind == Kind.PERIOD:
        starts, ends, flags = pool.period_bounds(ids)
        return numbered_rows(starts, ends, flags & 7)[1]
    return ids


def _quantities(ids: Array, pool: Pool) -> Array:
    if not len(ids) or int(ids.max()) < pool.base:
        table: Array = pool.index.once("quantity identities", lambda: _numbered(np.arange(pool.base), pool))
        return table[ids]
    values, inverse = numbered(ids)
    return _numbered(values, pool)[inverse]


def _numbered(ids: Array, pool: Pool) -> Array:
    """By the floats first; where several share them, by the decimals."""
    table = pool.quantities.take(ids)
    dimension = pool.dimensions().of_unit[table.unit]
    first, numbers = numbered_rows(table.low, table.high, table.flags & _MARKS, dimension)
    shared = np.flatnonzero(np.bincount(numbers, minlength=1)[numbers] > 1)
    exact: dict[tuple[int, tuple[Decimal | None, ...]], int] = {}
    for at in shared.tolist():
        key = (int(numbers[at]), _exact(pool.quantity(int(ids[at]))))
        known = exact.setdefault(key, at)
        numbers[at] = known + len(first)
    return numbers


def _exact(quantity: Quantity) -> tuple[Decimal | None, ...]:
    from rotgraph.values.numerals import EXACT

    factor = unit_of(quantity.unit).factor
    share = quantity.out_of
    bounds = (quantity.low, quantity.high)
    return (*(None if part is None else EXACT.multiply(part, factor) for part in bounds), share)
