"""In: an order of which only the first rows are wanted. Out: the few rows that can be among them. Room: native.

Facts of a property in the order of their values lead straight to the candidates, where the class is large and what is asked of its
members is likely to hold of some of them.
"""

from __future__ import annotations

import numpy as np

from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, among, distinct, numbered_rows
from rotgraph.native.cells import Cells
from rotgraph.native.conditions import restrict
from rotgraph.native.express import Rows
from rotgraph.native.frame import Frame
from rotgraph.native.ranks import rank_cells
from rotgraph.native.relation import Relation
from rotgraph.native.run import Run
from rotgraph.native.search import search_cost
from rotgraph.query.expression import Condition, Path
from rotgraph.query.plan import Bgp, Filter, OrderBy, SortKey

__all__ = ["candidates"]

_SMALL = 1024
_TRIES = 3
_CLOSE = 2e-9
"""Nearer than this part of their size, floats do not tell which is larger."""


def candidates(plan: OrderBy, run: Run) -> tuple[Frame, bool] | None:
    """Rows of the source among which the first ``limit`` are, and whether they are these, in their order.

    Else they stand in the order of the notes. None where a whole look is as good.
    """
    source = plan.source
    condition: Condition | None = None
    if isinstance(source, Filter):
        condition, source = source.condition, source.source
    if not isinstance(source, Bgp) or plan.limit is None or not plan.keys:
        return None
    relation = _indexed(plan.keys[0], run)
    count = len(run.index.members(source.cls))
    if relation is None or count < _SMALL or plan.limit * 8 > count:
        return None
    if condition is not None:
        cost = search_cost(condition, run)
        if cost is not None and cost < _SMALL:
            return None
    return _from_the_end(relation, plan.keys, source.cls, condition, plan.limit, run)


def _indexed(key: SortKey, run: Run) -> Relation | None:
    path = key.expression
    if not isinstance(path, Path) or path.start is not None or len(path.steps) != 1 or key.nulls_first:
        return None
    step = path.steps[0]
    if step.form != "property" or step.inverse or step.closure or step.where is not None or step.classes:
        return None
    relation = run.index.relation(step.name)
    return relation if relation.only in (Kind.QUANTITY, Kind.INTEGER, Kind.PERIOD) else None


def _from_the_end(
    relation: Relation, keys: tuple[SortKey, ...], cls: str, condition: Condition | None, limit: int, run: Run
) -> tuple[Frame, bool] | None:
    """Larger and larger pieces of the order by value, until one holds enough rows."""
    key = keys[0]
    if relation.only == Kind.QUANTITY and not run.index.pays(f"{id(relation)} by value"):
        found = _first_look(relation, keys, cls, condition, limit, run)
        if found is not None:
            return found
    ranked = relation.ranked(lambda: rank_cells(Cells(0, None, relation.only, relation.values), run.pool))
    if ranked is None:
        return None
    ranks, subjects = ranked
    size, mask = max(limit * 8, 256), run.index.mask((cls,))
    for _ in range(_TRIES):
        if size * 4 > len(subjects):
            return None
        piece = subjects[_cut(ranks, size, last=key.descending)]
        nodes = distinct(piece[mask[piece]], run.index.node_count)
        if condition is not None:
            nodes = restrict(nodes, condition, run)
        if len(nodes) >= limit:
            return Frame(Rows(nodes), run), False
        size *= 4
    return None


def _first_look(
    relation: Relation, keys: tuple[SortKey, ...], cls: str, condition: Condition | None, limit: int, run: Run
) -> tuple[Frame, bool] | None:
    """The same without an order: what lies beyond one value, in a few passes. Where all values measure one thing."""
    subjects, values = _about(relation, cls, run)
    size = max(limit * 8, 256)
    if size * 4 > len(values) or not _comparable(values, run):
        return None
    middle = run.pool.quantities.middle[values]
    heights = middle if keys[0].descending else -middle
    if not np.isfinite(heights).all():
        return None
    edge = _reached(heights, size)
    at = np.flatnonzero(heights >= edge - abs(edge) * _CLOSE)
    subjects, values, heights = subjects[at], values[at], heights[at]
    nodes = distinct(subjects, run.index.node_count)
    if condition is not None:
        nodes = restrict(nodes, condition, run)
    if len(nodes) < limit:
        return None
    ordered = _in_order(subjects, values, heights, nodes, limit) if len(keys) == 1 else None
    return Frame(Rows(nodes if ordered is None else ordered), run), ordered is not None


def _in_order(subjects: Array, values: Array, heights: Array, nodes: Array, limit: int) -> Array | None:
    """The first of the nodes by their greatest heights; None where floats do not tell."""
    order = np.lexsort((subjects, -heights))
    order = order[among(subjects[order], nodes)]
    subjects, values, heights = subjects[order], values[order], heights[order]
    if len(order) > len(nodes):  # several values: the first counts
        first = np.sort(numbered_rows(subjects)[0])
        subjects, values, heights = subjects[first], values[first], heights[first]
    near = np.abs(heights[1 : limit + 1] - heights[:limit][: len(heights) - 1]) <= np.abs(heights[1 : limit + 1]) * _CLOSE
    if (near & (values[1 : limit + 1] != values[:limit][: len(values) - 1])).any():
        return None
    return subjects[:limit]


def _about(relation: Relation, cls: str, run: Run) -> tuple[Array, Array]:
    """Subjects and values of the facts about members of a class. These often follow each other: then nothing is copied."""
    subjects, members = relation.subjects, run.index.members(cls)
    kept: Array | slice
    if int(members[-1] - members[0]) == len(members) - 1:
        kept = slice(*subjects.searchsorted(np.array([members[0], members[-1] + 1], subjects.dtype)))
    else:
        kept = np.flatnonzero(run.index.mask((cls,))[subjects])
    return subjects[kept], relation.values[kept]


def _comparable(values: Array, run: Run) -> bool:
    """Whether quantities measure one thing, in units whose size is fixed."""
    units, dimensions = run.pool.quantities.unit, run.pool.dimensions()
    if len(values) < len(units) or int(units.min()) != int(units.max()):
        units = units[values]
    of = dimensions.of_unit[units[:1] if len(units) > len(values) else units]
    return not dimensions.durations[of[0]] and int(of.min()) == int(of.max())


def _reached(keys: Array, size: int) -> float:
    """A key that at least so many reach, and not many more: the greatest of groups are among the greatest of all."""
    rows = max(len(keys) // (size * 4), 1)
    width = len(keys) // rows
    greatest = keys[: rows * width].reshape(rows, width).max(axis=0)
    return float(np.partition(greatest, width - size)[width - size])


def _cut(ranks: Array, size: int, *, last: bool) -> slice:
    """The first (last) so many places, and those equal to the outermost of them."""
    if last:
        return slice(int(ranks.searchsorted(ranks[-size], "left")), None)
    return slice(None, int(ranks.searchsorted(ranks[size - 1], "right")))


