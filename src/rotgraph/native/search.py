"""In: a condition. Out: all nodes of which it holds, found from the values that satisfy it. Room: native.

The other direction of `conditions.holds`: from the index of values back along the path to its start. Only conditions that ask for
*some* value can be searched; `search_cost` says in facts looked at what it would cost, None where it cannot.
"""

from __future__ import annotations

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, distinct
from rotgraph.native.cells import Cells
from rotgraph.native.decide import satisfied, things_meant, whole_bounds
from rotgraph.native.relation import Relation
from rotgraph.native.run import Run
from rotgraph.query.expression import And, Compare, Condition, Known, Literal, Or, Path, Step, Things
from rotgraph.query.scalars import may_refuse

__all__ = ["find", "forward_cost", "search_cost"]


def search_cost(condition: Condition, run: Run) -> float | None:
    """About how many facts `find` looks at; None where it cannot find."""
    return run.index.memo(condition, "search cost", lambda: _search_cost(condition, run))


def _search_cost(condition: Condition, run: Run) -> float | None:
    if isinstance(condition, (And, Or)) and may_refuse(condition):  # asked of no row that its other parts have decided
        return None
    if isinstance(condition, And):
        costs = [cost for item in condition.items if (cost := search_cost(item, run)) is not None]
        return min(costs) * 2 if costs else None
    if isinstance(condition, Or):
        every = [search_cost(item, run) for item in condition.items]
        return sum(cost for cost in every if cost is not None) if every and None not in every else None
    if not isinstance(condition, (Compare, Known)):
        return None
    path = _searchable(condition)
    if path is None:
        return None
    reached = _first_cost(condition, path, run)
    if reached is None:
        return None
    cost = reached
    for step in reversed(path.steps[:-1]):
        relation = run.index.relation(step.name)
        reached = min(reached * _fan(relation, inverse=not step.inverse), len(relation))
        cost += reached
    return cost + 1


def _searchable(condition: Compare | Known) -> Path | None:
    """The path, where it consists of properties alone and some value of it will do."""
    if isinstance(condition, Known):
        path = condition.path
    else:
        if condition.quantifier != "any" or not isinstance(condition.left, Path):
            return None
        if not isinstance(condition.right, (Literal, Things)):
            return None
        path = condition.left
    if path.start is not None or not path.steps:
        return None
    if any(step.form != "property" or step.closure for step in path.steps):
        return None
    return path


def _first_cost(condition: Compare | Known, path: Path, run: Run) -> float | None:
    step = path.steps[-1]
    relation = run.index.relation(step.name)
    if isinstance(condition, Known):
        if step.where is not None:
            inner = search_cost(step.where, run)
            if inner is not None:
                return inner + min(inner * _fan(relation, inverse=not step.inverse), len(relation))
        return float(len(relation))
    if isinstance(condition.right, Things):
        if condition.operator == "!=":
            return float(len(relation))
        meant = things_meant(condition, run)
        return float(_pointed(relation, meant, step))
    bounds = whole_bounds(condition) if relation.only == Kind.INTEGER else None
    if bounds is not None:
        start, end = relation.run(*bounds, Kind.INTEGER)
        return float(end - start)
    return float(len(relation)) / 2  # a gather over the whole property: cheap beside a walk


def _pointed(relation: Relation, nodes: Array, step: Step) -> int:
    if step.inverse:
        return int(relation.counts(nodes).sum())
    return relation.count_of(nodes, Kind.THING)


def _fan(relation: Relation, *, inverse: bool) -> float:
    return relation.fan_in if inverse else relation.fan_out


def forward_cost(condition: Condition, count: int, run: Run) -> float:
    """About how many facts a walk from so many candidates looks at."""
    return count * run.index.memo(condition, "forward cost", lambda: _forward_fan(condition, run))


def _forward_fan(condition: Condition, run: Run) -> float:
    if isinstance(condition, (And, Or)):
        return sum(_forward_fan(item, run) for item in condition.items) or 1.0
    path = condition.path if isinstance(condition, Known) else condition.left if isinstance(condition, Compare) else None
    if not isinstance(path, Path):
        return 4.0
    cost, reached = 1.0, 1.0
    for step in path.steps:
        if step.form == "property":
            reached *= max(_fan(run.index.relation(step.name), inverse=step.inverse), 0.1)
        cost += reached
    return cost


def find(condition: Condition, run: Run) -> Array:
    """All nodes of which it holds, rising and distinct. Only where `search_cost` is known."""
    run.check()
    if isinstance(condition, And):
        return _intersection(condition, run)
    if isinstance(condition, Or):
        return distinct(np.concatenate([find(item, run) for item in condition.items]), run.index.node_count)
    if not isinstance(condition, (Compare, Known)):
        raise InternalError("not searchable")
    path = _searchable(condition)
    if path is None:
        raise InternalError("not searchable")
    nodes = _sources(condition, path.steps[-1], run)
    for step in reversed(path.steps[:-1]):
        nodes = _back(step, _kept(step, nodes, run), run)
    return nodes


def _intersection(condition: And, run: Run) -> Array:
    from rotgraph.native.conditions import holds

    costs = [search_cost(item, run) for item in condition.items]
    best = min((cost, place) for place, cost in enumerate(costs) if cost is not None)[1]
    nodes = find(condition.items[best], run)
    for place, item in enumerate(condition.items):
        if place != best and len(nodes):
            nodes = nodes[holds(item, nodes, run)]
    return nodes


def _sources(condition: Compare | Known, step: Step, run: Run) -> Array:
    """The nodes before the last step."""
    relation = run.index.relation(step.name)
    size = run.index.node_count
    if isinstance(condition, Known):
        if step.where is not None and search_cost(step.where, run) is not None:
            return _back(step, _kept_classes(step, find(step.where, run), run), run)
        if step.where is None and not step.classes:
            ends = relation.by_kind(Kind.THING)[0] if step.inverse else relation.subjects
            return distinct(ends, size)
        starts = relation.subjects if step.inverse else relation.by_kind(Kind.THING)[0]
        return _back(step, _kept(step, distinct(starts, size), run), run)
    if isinstance(condition.right, Things) and condition.operator != "!=":
        return _back(step, _kept(step, things_meant(condition, run), run), run)
    if step.inverse or step.where is not None or step.classes:
        starts = distinct(relation.subjects if step.inverse else relation.by_kind(Kind.THING)[0], size)
        cells = Cells(len(starts), None, Kind.THING, starts)
        return _back(step, _kept(step, starts[satisfied(condition, cells, run)], run), run)
    return _satisfying(condition, relation, run)


def _satisfying(condition: Compare, relation: Relation, run: Run) -> Array:
    """Subjects of the facts whose own value satisfies: a run of whole numbers, else one gather over the property."""
    bounds = whole_bounds(condition) if relation.only == Kind.INTEGER else None
    if bounds is not None:
        found = relation.subjects_between(*bounds, Kind.INTEGER)
        return found if bounds[0] == bounds[1] else distinct(found, run.index.node_count)
    kinds = relation.only or relation.kinds
    cells = Cells(len(relation), None, kinds, relation.values)
    subjects: Array = relation.subjects[satisfied(condition, cells, run)]
    if len(subjects) < 2 or relation.single:
        return subjects
    first: Array = np.concatenate([[True], subjects[1:] != subjects[:-1]])
    return subjects[first]


def _kept_classes(step: Step, nodes: Array, run: Run) -> Array:
    return nodes[run.index.mask(step.classes)[nodes]] if step.classes else nodes


def _kept(step: Step, nodes: Array, run: Run) -> Array:
    """Of the targets those the step lands on."""
    nodes = _kept_classes(step, nodes, run)
    if step.where is not None and len(nodes):
        from rotgraph.native.conditions import holds

        nodes = nodes[holds(step.where, nodes, run)]
    return nodes


def _back(step: Step, nodes: Array, run: Run) -> Array:
    """Where the step comes from that lands on these (rising, distinct)."""
    relation = run.index.relation(step.name)
    if not len(nodes):
        return nodes[:0]
    if step.inverse:
        at = relation.forward(nodes)[1]
        values = relation.values[at]
        if relation.only != Kind.THING:
            values = values[relation.kinds[at] == Kind.THING]
        return distinct(values, run.index.node_count)
    subjects = relation.subjects_of(nodes, Kind.THING)
    return subjects if len(nodes) == 1 else distinct(subjects, run.index.node_count)


