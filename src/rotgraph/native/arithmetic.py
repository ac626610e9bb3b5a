"""In: pairs of numbers. Out: their sum, difference, product, quotient. Room: native.

Every distinct pair is calculated once, exactly, with its bounds.
"""

from __future__ import annotations

import numpy as np

from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, numbered_rows
from rotgraph.native.cells import Cells
from rotgraph.native.pool import NUMBER, Made
from rotgraph.native.run import Run
from rotgraph.query.expression import Arithmetic
from rotgraph.query.unlike import unlike
from rotgraph.values.reckoning import Number, combinable, reckon

__all__ = ["calculate"]


def calculate(
    expression: Arithmetic, left: Cells, ours: Array, right: Cells, theirs: Array, run: Run
) -> tuple[Array, Array]:
    """Kinds and numbers of the results, pair by pair; kind 0 where there is none (text, a division by zero).

    Raises: `QueryError` naming both where the units of a pair do not combine.
    """
    sides = ((left, ours), (right, theirs))
    parts = [column.astype(np.int64) for cells, at in sides for column in (cells.kind_of_each[at], cells.ids[at])]
    if not len(parts[0]):
        return np.zeros(0, np.uint8), np.zeros(0, np.int64)
    firsts, inverse = numbered_rows(*parts)
    made: list[Made] = [None] * len(firsts)
    order = np.argsort(firsts)  # what is wrong is said of the first row that has it
    pairs = zip(*(part[firsts[order]].tolist() for part in parts), strict=True)
    for number, (place, (kind, value, other, operand)) in enumerate(zip(order.tolist(), pairs, strict=True)):
        if not number % 4096:
            run.check()
        made[place] = _calculate(expression, _read(kind, value, run), _read(other, operand, run))
    kinds, ids = run.pool.enter(made)
    return kinds[inverse], ids[inverse]


def _read(kind: int, number: int, run: Run) -> Number | None:
    if kind == Kind.INTEGER:
        return number
    if kind == NUMBER:
        return run.pool.decimal(kind, number)
    return run.pool.quantity(number) if kind == Kind.QUANTITY else None


def _calculate(expression: Arithmetic, left: Number | None, right: Number | None) -> Made:
    if left is None or right is None:
        return None
    if not combinable(expression.operator, left, right):
        raise unlike(expression, left, right)
    return reckon(expression.operator, left, right)
