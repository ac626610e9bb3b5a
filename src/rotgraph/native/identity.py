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
from rotgraph.native.arrays import Array
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
        _, inverse = np.unique(np.stack([starts, ends, flags & 7], axis=1), axis=0, return_inverse=True)
        return np.asarray(inverse.reshape(-1))
    return ids


def _quantities(ids: Array, pool: Pool) -> Array:
    if not len(ids) or int(ids.max()) < pool.base:
        table: Array = pool.index.once("quantity identities", lambda: _numbered(np.arange(pool.base), pool))
        return table[ids]
    unique, inverse = np.unique(ids, return_inverse=True)
    return _numbered(unique, pool)[inverse]


def _numbered(ids: Array, pool: Pool) -> Array:
    """By the floats first; where several share them, by the decimals."""
    table = pool.quantities.take(ids)
    dimension = pool.dimensions().of_unit[table.unit]
    columns = [table.low, table.high, (table.flags & _MARKS).astype(np.float64), dimension.astype(np.float64)]
    _, first, inverse, counts = np.unique(
        np.stack(columns, axis=1), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    numbers = np.asarray(inverse.reshape(-1)).copy()
    shared = np.flatnonzero(counts[numbers] > 1)
    exact: dict[tuple[int, tuple[Decimal | None, ...]], int] = {}
    for at in shared.tolist():
        key = (int(numbers[at]), _exact(pool.quantity(int(ids[at]))))
        known = exact.setdefault(key, at)
        numbers[at] = known + len(first)
    return numbers


def _exact(quantity: Quantity) -> tuple[Decimal | None, ...]:
    factor = unit_of(quantity.unit).factor
    share = quantity.out_of
    return (*(None if part is None else part * factor for part in (quantity.low, quantity.high)), share)
