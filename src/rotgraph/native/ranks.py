"""In: values. Out: their ranks: whole numbers that order them exactly, equal where the values are. Room: native.

The order of mixed values is ruling 19's: numbers and quantities by dimension and value, then periods, then texts and things by
name in natural order (2 before 10). Largest first turns each of these round, not their order: what can be measured comes
before words, as blanks come last either way.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import numpy as np

from rotgraph.late import regex
from rotgraph.model.graph import QuantityFlag
from rotgraph.model.ordering import unique
from rotgraph.model.schema import fold
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, Mask, numbered, numbered_rows
from rotgraph.native.cells import Cells
from rotgraph.native.pool import NUMBER, Pool

__all__ = ["natural_key", "rank_cells", "rank_quantities"]

_DAYS_A_MONTH = 30.436875
_CLOSE = 2e-9
_FAMILIES = {Kind.INTEGER: 0, NUMBER: 0, Kind.QUANTITY: 0, Kind.PERIOD: 1, Kind.TEXT: 2, Kind.THING: 2}


def rank_cells(cells: Cells, pool: Pool, *, descending: bool = False) -> Array:
    """The rank of each value of a vector."""
    kinds = cells.kinds
    if isinstance(kinds, int) or len(unique(kinds)) == 1:
        ranks = _rank(kinds if isinstance(kinds, int) else int(kinds[0]), cells.ids, pool)
        return -ranks.astype(np.int64) if descending else ranks
    ranks = np.zeros(len(cells), np.int64)
    families = np.array([_FAMILIES.get(kind, 0) for kind in range(8)])[kinds]
    base = 0
    for family, rank in ((0, _rank_numbers), (1, None), (2, _rank_names)):
        of_family = families == family
        if not of_family.any():
            continue
        ids = cells.ids[of_family]
        found = _rank_periods(ids, pool) if rank is None else rank(kinds[of_family], ids, pool)
        most = int(found.max())
        ranks[of_family] = (most - found if descending else found) + base
        base += most + 1
    return ranks


def _rank(kind: int, ids: Array, pool: Pool) -> Array:
    if kind == Kind.INTEGER:
        return ids
    if kind in (Kind.QUANTITY, NUMBER):
        return rank_quantities(ids, pool)
    if kind == Kind.PERIOD:
        return _rank_periods(ids, pool)
    return _rank_names(np.full(len(ids), kind, np.uint8), ids, pool)


def _rank_numbers(kinds: Array, ids: Array, pool: Pool) -> Array:
    """Integers among quantities: as bare numbers."""
    whole = kinds == Kind.INTEGER
    if not whole.any():
        return rank_quantities(ids, pool)
    values, inverse = numbered(ids[whole])
    ids = ids.astype(np.int64)
    made = pool.enter([Decimal(each) for each in values.tolist()])[1]
    ids[whole] = made[inverse]
    return rank_quantities(ids, pool)


_FEW = 2
"""A part of the quantities so small is ranked alone the first time."""


def rank_quantities(ids: Array, pool: Pool) -> Array:
    """By dimension, then by exact middle; a range stands at its midpoint, a one-sided value at its bound."""
    few = len(ids) * _FEW < pool.base and not pool.index.pays("quantity ranks")
    if not few and (not len(ids) or int(ids.max()) < pool.base):
        ranks: Array = pool.index.once("quantity ranks", lambda: _rank_table(np.arange(pool.base), pool))
        return ranks[ids]
    values, inverse = numbered(ids)
    return _rank_table(values, pool)[inverse]


def _rank_table(ids: Array, pool: Pool) -> Array:
    table, dimensions = pool.quantities, pool.dimensions()
    units, middle = table.unit[ids], table.middle[ids]
    dimension = dimensions.order[dimensions.of_unit[units]]
    months = dimensions.months[units]
    if months.any():
        middle = np.where(months, middle * _DAYS_A_MONTH, middle)
    order = np.lexsort((middle, dimension))
    ordered, of = middle[order], dimension[order]
    equal = np.zeros(max(len(ids) - 1, 0), bool)
    with np.errstate(invalid="ignore"):  # what has no middle is far from all
        near = ~(np.abs(ordered[1:] - ordered[:-1]) > _CLOSE * np.abs(ordered[1:])) & (of[1:] == of[:-1])
    if near.any():
        equal = _equal(ids, order, ordered, near, pool)
    ranks = np.zeros(len(ids), np.int64)
    ranks[order[1:]] = np.cumsum(~equal)
    return ranks


def _equal(ids: Array, order: Array, ordered: Array, near: Mask, pool: Pool) -> Mask:
    """Of neighbours in the order whether they are the same; those that floats do not tell apart are put in order."""
    close = near & np.isfinite(ordered[1:]) & np.isfinite(ordered[:-1])
    unknown = near & np.isnan(ordered[1:]) & np.isnan(ordered[:-1])
    equal: Mask = close & _same_points(ids[order], pool) | unknown
    for start, end in _runs(close & ~equal, close):
        part = sorted(range(start, end), key=lambda at: _exact(int(ids[order[at]]), pool))
        order[start:end] = order[part]
        exact = [_exact(int(ids[at]), pool) for at in order[start:end]]
        equal[start : end - 1] = [one == other for one, other in pairwise(exact)]
    return equal


def _runs(unsure: Mask, close: Mask) -> list[tuple[int, int]]:
    """Stretches of close neighbours in which something is unsure: (first, last plus one)."""
    if not unsure.any():
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], close.astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    before = np.concatenate([[0], np.cumsum(unsure)])
    return [(int(start), int(end) + 1) for start, end in zip(starts, ends, strict=True) if before[end] > before[start]]


def _same_points(ids: Array, pool: Pool) -> Mask:
    """Of neighbours, whether both are points with the very same integer mantissa and exponent, in units of one size."""
    columns = pool.index.columns
    own = ids < pool.base
    if not pool.base or len(ids) < 2:
        return np.zeros(max(len(ids) - 1, 0), bool)
    safe = np.where(own, ids, 0)
    plain = own & (columns["quantity_flags"][safe] & (QuantityFlag.POINT | QuantityFlag.WIDE) == QuantityFlag.POINT)
    value, exponent, unit = (columns[f"quantity_{name}"][safe] for name in ("value", "exponent", "unit"))
    dimensions = pool.dimensions()
    factors, months = dimensions.factors[unit], dimensions.months[unit]
    same: Mask = plain[1:] & plain[:-1] & (value[1:] == value[:-1]) & (exponent[1:] == exponent[:-1])
    same &= (factors[1:] == factors[:-1]) & (months[1:] == months[:-1])
    return same


def _exact(number: int, pool: Pool) -> Decimal:
    from rotgraph.values.compare import sort_key

    return sort_key(pool.quantity(number))[2]


def _rank_periods(ids: Array, pool: Pool) -> Array:
    starts, ends, _ = pool.period_bounds(ids)
    return numbered_rows(starts, ends)[1]


def _rank_names(kinds: Array, ids: Array, pool: Pool) -> Array:
    texts = np.asarray(ids, np.int64).copy()
    things = kinds == Kind.THING
    if things.any():
        texts[things] = pool.index.columns["node_label"][ids[things]]
    values, inverse = numbered(texts)
    keys = [natural_key(pool.text(each)) for each in values.tolist()]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    ranks = np.zeros(len(keys), np.int64)
    rank = -1
    last = None
    for at in order:
        if keys[at] != last:
            rank, last = rank + 1, keys[at]
        ranks[at] = rank
    return ranks[inverse]


_DIGITS = regex(r"(\d+)")


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """How names sort: folded, runs of digits by their number.

    Example:
        >>> sorted(["Round 10", "round 2"], key=natural_key)
        ['round 2', 'Round 10']
    """
    pieces = _DIGITS.split(fold(text))
    return tuple(
        (0, int(piece), "") if place % 2 else (1, 0, piece) for place, piece in enumerate(pieces) if piece or place % 2
    )
