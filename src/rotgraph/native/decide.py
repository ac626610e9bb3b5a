"""In: values and what they are compared with. Out: which satisfy. Room: native.

Each distinct value is decided once: a comparison with a literal is a mask over the table of quantities (periods, texts), kept
with the node of the plan, and a gather. Floats decide where they are clearly apart, exact decimals where they are close.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.model.ordering import unique
from rotgraph.model.schema import fold
from rotgraph.model.value import Kind, Period
from rotgraph.native.arrays import Array, Mask, numbered
from rotgraph.native.cells import Cells
from rotgraph.native.periods import compare_periods
from rotgraph.native.pool import NUMBER, Pool
from rotgraph.native.quantities import as_quantity, compare_literal
from rotgraph.native.run import Run
from rotgraph.query.expression import Compare, Literal, Things

__all__ = ["NUMERIC", "satisfied", "things_meant", "whole_bounds"]

NUMERIC = (Kind.QUANTITY, Kind.INTEGER, NUMBER)


def satisfied(compare: Compare, cells: Cells, run: Run) -> Mask:
    """Which of the values satisfy a comparison with a literal or with things."""
    decide = _by_kind(compare)
    if isinstance(cells.kinds, int):
        return decide(compare, cells.kinds, cells.ids, run)
    mask = np.zeros(len(cells), bool)
    for kind in unique(cells.kinds).tolist():
        of_kind = cells.kinds == kind
        mask[of_kind] = decide(compare, int(kind), cells.ids[of_kind], run)
    return mask


def _by_kind(compare: Compare) -> Callable[[Compare, int, Array, Run], Mask]:
    if isinstance(compare.right, Things):
        return _thing
    value = _value(compare)
    if isinstance(value, Period):
        return _period
    return _text if isinstance(value, str) else _number


_FEW = 2
"""A part of the quantities so small is decided alone when it is asked about for the first time."""


def _thing(compare: Compare, kind: int, ids: Array, run: Run) -> Mask:
    if kind != Kind.THING:
        return np.zeros(len(ids), bool)
    meant = things_meant(compare, run)
    found = ids == meant[0] if len(meant) == 1 else _bitmap(compare, meant, run)[ids]
    return ~found if compare.operator == "!=" else found


def _bitmap(compare: Compare, meant: Array, run: Run) -> Mask:
    def make() -> Mask:
        marks = np.zeros(run.index.node_count, bool)
        marks[meant] = True
        return marks

    return run.index.memo(compare, "bitmap", make)


def things_meant(compare: Compare, run: Run) -> Array:
    """The nodes a comparison with things means: these, or (``contains``, ``within``) these and what is below them."""

    def make() -> Array:
        nodes = unique(np.array(_things(compare).nodes, np.int32))
        nodes = nodes[nodes >= 0]
        return run.index.below(nodes) if compare.operator in ("contains", "within") else nodes

    return run.index.memo(compare, "things", make)


def _text(compare: Compare, kind: int, ids: Array, run: Run) -> Mask:
    from rotgraph.native.patterns import predicate

    if kind != Kind.TEXT:
        return np.zeros(len(ids), bool)
    index, own = run.index, len(run.index.graph.texts)
    known: Array = index.memo(compare, "text", lambda: np.zeros(own, np.int8))
    holds = index.memo(compare, "predicate", lambda: predicate(compare.operator, str(_value(compare))))
    folds = compare.operator != "matches"
    if len(ids) and int(ids.max()) >= own:
        texts = (run.pool.text(each) for each in ids.tolist())
        return np.fromiter((holds(fold(text) if folds else text) for text in texts), bool, len(ids))
    unknown = ids[known[ids] == 0]
    if len(unknown):
        texts_of = index.folded if folds else index.graph.texts.__getitem__
        for number, each in enumerate(unique(unknown).tolist()):
            known[each] = 2 if holds(texts_of(each)) else 1
            if not number % 4096:
                run.check()
    found: Mask = known[ids] == 2
    return found


def _things(compare: Compare) -> Things:
    if not isinstance(compare.right, Things):
        raise InternalError("things were expected")
    return compare.right


def _value(compare: Compare) -> Any:
    if not isinstance(compare.right, Literal):
        raise InternalError("a literal was expected")
    return compare.right.value


def _period(compare: Compare, kind: int, ids: Array, run: Run) -> Mask:
    if kind != Kind.PERIOD:
        return np.zeros(len(ids), bool)
    right: Period = _value(compare)
    flags = np.array([right.approximate | right.open_start << 1 | right.open_end << 2], np.uint8)
    bounds = (np.array([right.start]), np.array([right.end]), flags)
    own = len(run.index.columns["period_start"])
    if len(ids) and int(ids.max()) >= own:
        return compare_periods(compare.operator, run.pool.period_bounds(ids), bounds, maybe=compare.possibly)
    every = run.index.memo(
        compare,
        "period",
        lambda: compare_periods(compare.operator, run.pool.period_bounds(np.arange(own)), bounds, maybe=compare.possibly),
    )
    return every[ids]


def _number(compare: Compare, kind: int, ids: Array, run: Run) -> Mask:
    if kind not in NUMERIC:
        return np.zeros(len(ids), bool)
    lower = _value(compare)
    upper = compare.upper.value if compare.upper is not None else None
    if kind == Kind.INTEGER:
        return _integers(compare, ids, lower, upper, run)
    pool = run.pool
    few = len(ids) * _FEW < pool.base and not run.index.pays(compare, "quantity")
    if not few and (not len(ids) or int(ids.max()) < pool.base):
        table = run.index.memo(compare, "quantity", lambda: _quantities(compare, np.arange(pool.base), lower, upper, pool))
        return table[ids]
    return _quantities(compare, ids, lower, upper, pool)


def _quantities(compare: Compare, ids: Array, lower: Any, upper: Any, pool: Pool) -> Mask:
    if upper is not None:
        if compare.operator == "!=":  # surely outside
            return _against("<", compare, ids, lower, pool) | _against(">", compare, ids, upper, pool)
        return _against(">=", compare, ids, lower, pool) & _against("<=", compare, ids, upper, pool)
    return _against(compare.operator, compare, ids, lower, pool)


def _against(operator: str, compare: Compare, ids: Array, literal: Any, pool: Pool) -> Mask:
    return compare_literal(operator, ids, as_quantity(literal), pool, maybe=compare.possibly)


def _integers(compare: Compare, ids: Array, lower: Any, upper: Any, run: Run) -> Mask:
    if upper is None and isinstance(lower, (int, Decimal)):
        return _whole(compare.operator, ids, Decimal(lower))
    values, inverse = numbered(ids)
    pool = Pool(run.index)
    made = pool.add_quantities([as_quantity(each) for each in values.tolist()])
    return _quantities(compare, made, lower, upper, pool)[inverse]


_LEAST, _MOST = -(2**31), 2**31 - 1


def whole_bounds(compare: Compare) -> tuple[int, int] | None:
    """Where a comparison with a number asks for whole numbers from one to another: these (both included)."""
    number = compare.right.value if isinstance(compare.right, Literal) else None
    if not isinstance(number, (int, Decimal)) or compare.upper is not None or compare.operator == "!=":
        return None
    floor = int(Decimal(number).to_integral_value(ROUND_FLOOR))
    ceiling = int(Decimal(number).to_integral_value(ROUND_CEILING))
    low, high = {
        ">": (floor + 1, _MOST), ">=": (ceiling, _MOST), "<": (_LEAST, ceiling - 1), "<=": (_LEAST, floor),
    }.get(compare.operator, (ceiling, floor))  # fmt: skip
    return max(low, _LEAST), min(high, _MOST)


def _whole(operator: str, ids: Array, number: Decimal) -> Mask:
    floor = int(number.to_integral_value(ROUND_FLOOR))
    ceiling = int(number.to_integral_value(ROUND_CEILING))
    held: Mask
    if operator == ">":
        held = ids > floor
    elif operator == ">=":
        held = ids >= ceiling
    elif operator == "<":
        held = ids < ceiling
    elif operator == "<=":
        held = ids <= floor
    elif operator in ("=", "is"):
        held = (ids == floor) & (floor == ceiling)
    elif operator == "!=":
        held = (ids != floor) | (floor != ceiling)
    else:
        raise InternalError(f"no comparison of numbers: {operator}")
    return held
