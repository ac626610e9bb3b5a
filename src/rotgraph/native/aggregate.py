"""In: cells. Out: one value per row: a count, sum, mean, extreme, median, deviation, list. Room: native.

Numbers are summed as integers, exactly; the `Quantity` of a sum is made when it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, Mask
from rotgraph.native.cells import Cells
from rotgraph.native.decide import NUMERIC
from rotgraph.native.pool import NUMBER
from rotgraph.native.ranks import rank_cells
from rotgraph.native.run import Run
from rotgraph.query.expression import Aggregate
from rotgraph.query.unlike import unlike
from rotgraph.values.reckoning import Number

__all__ = ["aggregate"]


def aggregate(expression: Aggregate, cells: Cells, run: Run) -> Cells:
    """The aggregate of each row's values; blank where there are none, but a count of 0.

    Raises: `QueryError` naming both where units of one row do not go together.
    """
    make = _FUNCTIONS.get(expression.function)
    if make is None:
        raise InternalError(f"no aggregate {expression.function}")
    return make(expression, cells, run)


def _count(_: Aggregate, cells: Cells, __: Run) -> Cells:
    return Cells(cells.count, None, Kind.INTEGER, cells.counts)


def _list(_: Aggregate, cells: Cells, __: Run) -> Cells:
    return cells


def _first(_: Aggregate, cells: Cells, __: Run) -> Cells:
    return _pick(cells, cells.pointers[:-1])


def _last(_: Aggregate, cells: Cells, __: Run) -> Cells:
    return _pick(cells, cells.pointers[1:] - 1)


def _pick(cells: Cells, at: Array) -> Cells:
    """Of each row that has values, the one at that place."""
    rows = np.flatnonzero(np.diff(cells.pointers))
    at = at[rows]
    kinds = cells.kinds if isinstance(cells.kinds, int) else cells.kinds[at]
    return Cells(cells.count, rows, kinds, cells.ids[at], None if cells.facts is None else cells.facts[at]).as_uniform()


def _least(expression: Aggregate, cells: Cells, run: Run) -> Cells:
    return _extreme(expression, cells, run, sign=1)


def _greatest(expression: Aggregate, cells: Cells, run: Run) -> Cells:
    return _extreme(expression, cells, run, sign=-1)


def _extreme(expression: Aggregate, cells: Cells, run: Run, *, sign: int) -> Cells:
    """The cell itself; of equal ones the first in the order of the notes."""
    cells = _of_one_kind(expression, cells, run)
    if cells.rows is None or not len(cells):
        return cells
    order = np.lexsort((np.arange(len(cells)), sign * rank_cells(cells, run.pool), cells.owners))
    owners = cells.owners[order]
    firsts = order[np.concatenate([[True], owners[1:] != owners[:-1]])]
    mask = np.zeros(len(cells), bool)
    mask[firsts] = True
    return cells.keep(mask)


def _of_one_kind(expression: Aggregate, cells: Cells, run: Run) -> Cells:
    """Of each row the numbers where there are any, else the periods, else the names."""
    if not isinstance(cells.kinds, int):
        families = _FAMILIES[cells.kinds]
        best = np.full(cells.count, 9)
        np.minimum.at(best, cells.owners, families)
        cells = cells.keep(families == best[cells.owners]).as_uniform()
    _check_units(expression, cells, run)
    return cells


def _numbers(expression: Aggregate, cells: Cells, run: Run) -> Cells:
    if isinstance(cells.kinds, int):
        if cells.kinds not in NUMERIC:
            return cells.keep(np.zeros(len(cells), bool))
    else:
        cells = cells.keep(_FAMILIES[cells.kinds] == 0).as_uniform()
    _check_units(expression, cells, run)
    return cells


def _check_units(expression: Aggregate, cells: Cells, run: Run) -> None:
    """Values of one row measure the same."""
    of_each = cells.kind_of_each
    quantities = (of_each == Kind.QUANTITY) | (of_each == NUMBER)
    if not quantities.any():
        return
    bare_code = run.pool.unit_code("")
    dimensions = run.pool.dimensions()
    names = ["duration" if name.startswith("duration:") else name for name in dimensions.names]
    merged = np.array([names.index(name) for name in names], np.int64)[dimensions.of_unit]
    found = np.full(len(cells), merged[bare_code], np.int64)
    found[quantities] = merged[run.pool.quantities.unit[cells.ids[quantities]]]
    if bool((found == found[0]).all()):
        return
    owners = cells.owners
    clash: Mask = (owners[1:] == owners[:-1]) & (found[1:] != found[:-1])
    if not clash.any():
        return
    at = int(np.argmax(clash))
    raise unlike(expression, _number(cells, at, run), _number(cells, at + 1, run))


def _number(cells: Cells, at: int, run: Run) -> Number:
    number = int(cells.ids[at])
    return number if int(cells.kind_of_each[at]) == Kind.INTEGER else run.pool.quantity(number)


def _sum(expression: Aggregate, cells: Cells, run: Run) -> Cells:
    from rotgraph.native.sums import sums

    return sums(_numbers(expression, cells, run), run, average=False)


def _mean(expression: Aggregate, cells: Cells, run: Run) -> Cells:
    from rotgraph.native.sums import sums

    return sums(_numbers(expression, cells, run), run, average=True)


def _median(expression: Aggregate, cells: Cells, run: Run) -> Cells:
    """The middle one, or the mean of the two in the middle."""
    from rotgraph.native.sums import sums

    cells = _numbers(expression, cells, run)
    owners = cells.owners
    order = np.lexsort((rank_cells(cells, run.pool), owners))
    pointers, counts = cells.pointers, cells.counts
    filled = np.flatnonzero(counts)
    middle = np.zeros(len(cells), bool)
    starts, sizes = pointers[filled], counts[filled]
    middle[order[starts + (sizes - 1) // 2]] = True
    middle[order[starts + sizes // 2]] = True
    return sums(cells.keep(middle), run, average=True)


def _deviation(expression: Aggregate, cells: Cells, run: Run) -> Cells:
    from rotgraph.native.sums import deviations

    return deviations(_numbers(expression, cells, run), run)


_FAMILIES = np.array([0 if kind in NUMERIC else 1 if kind == Kind.PERIOD else 2 for kind in range(8)])
_FUNCTIONS: dict[str, Callable[[Aggregate, Cells, Run], Cells]] = {
    "count": _count, "sum": _sum, "avg": _mean, "min": _least, "max": _greatest, "median": _median, "stddev": _deviation,
    "first": _first, "last": _last, "list": _list,
}  # fmt: skip
