"""In: pairs of values. Out: which satisfy a comparison. Room: native."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np

from rotgraph.model.ordering import unique
from rotgraph.model.schema import fold
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, Mask, numbered, numbered_rows
from rotgraph.native.cells import Cells
from rotgraph.native.decide import NUMERIC
from rotgraph.native.patterns import predicate
from rotgraph.native.periods import compare_periods
from rotgraph.native.quantities import compare_ids
from rotgraph.native.run import Run
from rotgraph.query.expression import Compare

__all__ = ["satisfied_by", "satisfied_pairs"]


def satisfied_pairs(compare: Compare, left: Cells, ours: Array, right: Cells, theirs: Array, run: Run) -> Mask:
    """Pair by pair; values of kinds that do not compare satisfy nothing."""
    kinds, others = left.kind_of_each[ours], right.kind_of_each[theirs]
    ids, operands = left.ids[ours].astype(np.int64), right.ids[theirs].astype(np.int64)
    mask = np.zeros(len(ids), bool)
    family, decide = _FAMILIES[compare.kind]
    of_family = np.zeros(8, bool)
    of_family[list(family)] = True
    both = of_family[kinds] & of_family[others]
    if both.any():
        mask[both] = decide(compare, (kinds[both], ids[both]), (others[both], operands[both]), run)
    return mask


def satisfied_by(compare: Compare, left: Cells, right: Cells, run: Run) -> Mask:
    """Which values on the left satisfy the comparison with some of the values on the right (under ``all``: with every one of them).

    For a right side that belongs to every row: each distinct value on the left meets each distinct one on the right once, piece by
    piece, however many rows there are.
    """
    ours, inverse = _distinct(left)
    theirs, _ = _distinct(right)
    every = compare.quantifier == "all"
    held = np.zeros(len(ours), bool)
    if not len(ours) or not len(theirs):
        return held[inverse]
    piece = max(_PIECE // len(theirs), 1)
    for start in range(0, len(ours), piece):
        run.check()
        chosen = ours[start : start + piece]
        pairs = satisfied_pairs(compare, left, chosen.repeat(len(theirs)), right, np.tile(theirs, len(chosen)), run)
        table = pairs.reshape(len(chosen), len(theirs))
        held[start : start + piece] = table.all(axis=1) if every else table.any(axis=1)
    return held[inverse]


def _distinct(cells: Cells) -> tuple[Array, Array]:
    """Places of the distinct values, and of each value the number of its own."""
    return numbered_rows(cells.kind_of_each, cells.ids)


_PIECE = 1_000_000
_Side = tuple[Array, Array]


def _things(compare: Compare, left: _Side, right: _Side, run: Run) -> Mask:
    ids, operands = left[1], right[1]
    if compare.operator in ("contains", "within"):
        mask = np.zeros(len(ids), bool)
        for thing in unique(operands).tolist():
            marks = np.zeros(run.index.node_count, bool)
            marks[run.index.below(np.array([thing]))] = True
            of_thing = operands == thing
            mask[of_thing] = marks[ids[of_thing]]
        return mask
    same: Mask = ids == operands
    return ~same if compare.operator == "!=" else same


def _texts(compare: Compare, left: _Side, right: _Side, run: Run) -> Mask:
    size = int(max(left[1].max(), right[1].max())) + 1
    pairs, inverse = numbered(left[1] * size + right[1])
    held = np.zeros(len(pairs), bool)
    for at, (text, sought) in enumerate(zip((pairs // size).tolist(), (pairs % size).tolist(), strict=True)):
        subject = run.pool.text(text)
        held[at] = predicate(compare.operator, run.pool.text(sought))(subject if compare.operator == "matches" else fold(subject))
    return held[inverse]


def _periods(compare: Compare, left: _Side, right: _Side, run: Run) -> Mask:
    bounds = run.pool.period_bounds
    return compare_periods(compare.operator, bounds(left[1]), bounds(right[1]), maybe=compare.possibly)


def _numbers(compare: Compare, left: _Side, right: _Side, run: Run) -> Mask:
    whole = (left[0] == Kind.INTEGER) & (right[0] == Kind.INTEGER)
    if whole.all():
        return _INTEGERS[compare.operator](left[1], right[1])
    return compare_ids(compare.operator, _as_quantities(left, run), _as_quantities(right, run), run.pool, maybe=compare.possibly)


def _as_quantities(side: _Side, run: Run) -> Array:
    kinds, ids = side
    whole = kinds == Kind.INTEGER
    if not whole.any():
        return ids
    values, inverse = numbered(ids[whole])
    ids = ids.copy()
    ids[whole] = run.pool.enter([Decimal(each) for each in values.tolist()])[1][inverse]
    return ids


_INTEGERS: dict[str, Callable[[Array, Array], Mask]] = {
    "=": np.equal, "is": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
_FAMILIES: dict[str, tuple[tuple[int, ...], Callable[[Compare, _Side, _Side, Run], Mask]]] = {
    "thing": ((Kind.THING,), _things),
    "text": ((Kind.TEXT,), _texts),
    "period": ((Kind.PERIOD,), _periods),
    "quantity": (NUMERIC, _numbers),
    "integer": (NUMERIC, _numbers),
    "number": (NUMERIC, _numbers),
}
