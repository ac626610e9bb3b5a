"""In: columns of quantities. Out: how they compare. Room: native.

Floats decide where they are clearly apart; where they are close, or where bounds of months against days or a share decide, the
comparison of `values.compare` does on the exact decimals, once per distinct pair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any, TypeAlias

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

    right = quantities_of((literal,), pool)
    return _compare(operator, _of(pool.quantities, ids), lambda name: getattr(right, name).item(), pool, exact, maybe=maybe)


_Side: TypeAlias = Callable[[str], Any]
"""A column of quantities by its name: an array, or one value."""


def _of(table: Quantities, ids: Array) -> _Side:
    return lambda name: getattr(table, name)[ids]


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
    return _compare(operator, _of(table, ours), _of(table, theirs), pool, exact, maybe=maybe)[inverse]


def _compare(operator: str, left: _Side, right: _Side, pool: Pool, exact: Callable[[int], bool], *, maybe: bool) -> Mask:
    dimensions = pool.dimensions()
    ours, theirs, of = dimensions.of_unit[left("unit")], dimensions.of_unit[right("unit")], right("flags") & SHARE != 0
    same = ours == theirs
    operator = "=" if operator == "is" else operator
    tests = _TESTS.get((operator, maybe))
    if tests is None:
        raise InternalError(f"no comparison of quantities: {operator}")
    held: Mask = same.copy()
    unsure: Mask = np.zeros(len(same), bool)
    durations, percent = dimensions.durations[theirs], theirs == dimensions.percent
    if _some(durations):
        unsure |= ~same & dimensions.durations[ours] & durations
    if _some(of | percent):
        share = left("flags") & SHARE != 0
        unsure |= share & (of | percent) | of & (ours == dimensions.percent)
    with np.errstate(invalid="ignore"):
        for our, relation, their in tests:
            a, b = left(our), right(their)
            held &= relation(a, b)
            unsure |= same & _near(a, b)
        if operator == "!=":
            held = same & ~held
    for at in np.flatnonzero(unsure).tolist():
        held[at] = exact(at)
    return held


def _some(mask: Mask | np.bool_) -> bool:
    """Whether it holds of any; of one value by itself (`any` of numpy takes as long as the rest of a comparison)."""
    return bool(mask.any()) if isinstance(mask, np.ndarray) else bool(mask)


def _near(a: Array, b: Array | float) -> Mask:
    """Which floats do not tell which is larger; what has no bound is far from all."""
    if isinstance(b, float):
        return np.abs(a - b) <= abs(b) * _CLOSE if isfinite(b) else np.zeros(len(a), bool)
    near: Mask = np.abs(a - b) <= np.abs(b) * _CLOSE
    return near & np.isfinite(b)


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
