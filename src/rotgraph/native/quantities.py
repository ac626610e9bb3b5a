"""In: columns of quantities. Out: how they compare. Room: native.

Floats decide where they are clearly apart; where they are close, or where bounds of months against days or a share decide, the
comparison of `values.compare` does on the exact decimals, once per distinct pair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.model.value import Quantity
from rotgraph.native.arrays import Array, Mask, numbered
from rotgraph.native.pool import SHARE, Pool, Quantities, quantities_of

__all__ = ["as_quantity", "compare_ids", "compare_literal"]

_CLOSE = 2e-9
"""Keys nearer than this part of their size are compared as decimals: floats keep 15 digits, this asks for 9 of them."""


def as_quantity(value: Quantity | int | Decimal) -> Quantity:
    """A literal as a quantity: integers and decimals as bare numbers."""
    if isinstance(value, Quantity):
        return value
    number = Decimal(value)
    return Quantity(f"{number:f}", number, number, number)


def compare_literal(operator: str, ids: Array, literal: Quantity, pool: Pool, *, maybe: bool) -> Mask:
    """Quantities against one."""
    from rotgraph.values.compare import possibly, surely

    decide = possibly if maybe else surely
    decided: dict[int, bool] = {}

    def exact(at: int) -> bool:
        number = int(ids[at])
        if number not in decided:
            decided[number] = decide(operator, pool.quantity(number), literal)
        return decided[number]

    right = quantities_of((literal,), pool).take(0)  # one value beside many: numpy spreads it
    return _compare(operator, pool.quantities.take(ids), right, pool, exact, maybe=maybe)


def compare_ids(operator: str, left: Array, right: Array, pool: Pool, *, maybe: bool) -> Mask:
    """Quantities against quantities, pair by pair; every distinct pair is decided once."""
    from rotgraph.values.compare import possibly, surely

    decide = possibly if maybe else surely
    size = len(pool.quantities)
    pairs, inverse = numbered(left.astype(np.int64) * size + right)
    ours, theirs = pairs // size, pairs % size

    def exact(at: int) -> bool:
        return decide(operator, pool.quantity(int(ours[at])), pool.quantity(int(theirs[at])))

    table = pool.quantities
    return _compare(operator, table.take(ours), table.take(theirs), pool, exact, maybe=maybe)[inverse]


def _compare(
    operator: str, left: Quantities, right: Quantities, pool: Pool, exact: Callable[[int], bool], *, maybe: bool
) -> Mask:
    dimensions = pool.dimensions()
    ours, theirs = dimensions.of_unit[left.unit], dimensions.of_unit[right.unit]
    same = ours == theirs
    operator = "=" if operator == "is" else operator
    tests = _TESTS.get((operator, maybe))
    if tests is None:
        raise InternalError(f"no comparison of quantities: {operator}")
    held: Mask = same.copy()
    unsure: Mask = np.zeros(len(same), bool)
    durations, of = dimensions.durations[theirs], right.flags & SHARE > 0
    if durations.any():
        unsure |= ~same & dimensions.durations[ours] & durations
    if (of | (theirs == dimensions.percent)).any():
        share = left.flags & SHARE > 0
        unsure |= share & (of | (theirs == dimensions.percent)) | of & (ours == dimensions.percent)
    with np.errstate(invalid="ignore"):
        for our, relation, their in tests:
            a, b = getattr(left, our), getattr(right, their)
            held &= relation(a, b)
            slack = np.where(np.isfinite(b), np.abs(b) * _CLOSE, -1.0)
            unsure |= (np.abs(a - b) <= slack) & same
        if operator == "!=":
            held = same & ~held
    for at in np.flatnonzero(unsure).tolist():
        held[at] = exact(at)
    return held


_Test = tuple[str, Callable[[Array, Array], Array], str]
_TESTS: dict[tuple[str, bool], Sequence[_Test]] = {
    (">", False): (("low", np.greater, "high"),),
    (">=", False): (("low", np.greater, "high"),),
    ("<", False): (("high", np.less, "low"),),
    ("<=", False): (("high", np.less, "low"),),
    (">", True): (("high", np.greater, "low"),),
    (">=", True): (("high", np.greater, "low"),),
    ("<", True): (("low", np.less, "high"),),
    ("<=", True): (("low", np.less, "high"),),
    ("=", False): (("middle", np.equal, "middle"),),
    ("!=", False): (("low", np.less, "high"), ("high", np.greater, "low")),  # no denial of `=`: they surely differ
    ("=", True): (("low", np.less, "high"), ("high", np.greater, "low")),
    ("!=", True): (("middle", np.equal, "middle"),),
}
