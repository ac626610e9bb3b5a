"""In: two things. Out: the shortest paths between them, step by step. Room: native.

Breadth first from both ends over all properties, either way; one frontier at a time grows, the smaller one. Its steps are kept,
so that the paths are read off them backwards from where the two sides meet.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rotgraph.late import dataclass
from rotgraph.model.ordering import unique
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, among, distinct, pointers_of, spread
from rotgraph.native.cells import Cells
from rotgraph.native.express import Rows
from rotgraph.native.frame import Frame
from rotgraph.native.relation import Relation
from rotgraph.native.run import Run
from rotgraph.query.plan import Path

__all__ = ["MOST_PATHS", "path_frame"]

MOST_PATHS = 3
"""Of equally short paths so many are shown, in the order of the things on them."""
_LARGEST = 20_000_000


@dataclass(slots=True)
class _Steps:
    """Steps from one level to the next."""

    begin: Array
    end: Array
    fact: Array

    def keep(self, at: Array) -> _Steps:
        return _Steps(self.begin[at], self.end[at], self.fact[at])

    def turned(self) -> _Steps:
        return _Steps(self.end, self.begin, self.fact)


@dataclass(slots=True)
class _Found:
    """What stands around some nodes: the ends are read off at once, the rest only of steps that lead somewhere."""

    nodes: Array
    owners: Array | None
    """Which of the nodes each step begins at; None where there is but one."""
    end: Array
    fact: Array
    at: Array | None
    """Where the fact of each step stands in ``fact``; None where they are side by side."""

    def steps(self, chosen: Array) -> _Steps:
        begin = self.nodes.repeat(len(chosen)) if self.owners is None else self.nodes[self.owners[chosen]]
        return _Steps(begin, self.end[chosen], self.fact[chosen if self.at is None else self.at[chosen]])


class _Lookups:
    """Neighbours by the lookups of each property: nothing to prepare."""

    def __init__(self, relations: list[Relation]) -> None:
        self.relations = relations

    def around(self, nodes: Array) -> _Found:
        """All steps from the nodes, along facts and against them."""
        parts = [part for relation in self.relations for part in _steps_of(relation, nodes) if len(part[0])]
        if not parts:
            return _Found(nodes, nodes[:0], nodes[:0], nodes[:0], None)
        owners, end, fact = (np.concatenate(column) for column in zip(*parts, strict=True))
        return _Found(nodes, owners, end, fact, None)


def _steps_of(relation: Relation, nodes: Array) -> Iterator[tuple[Array, Array, Array]]:
    owners, at = relation.forward(nodes)
    owners = np.arange(len(nodes)) if owners is None else owners
    values = relation.values[at]
    if not relation.only:
        things = relation.kinds[at] == Kind.THING
        owners, values, at = owners[things], values[things], at[things]
    yield owners, values, relation.facts(at)
    owners, at = relation.backward(nodes)
    yield owners, relation.subjects[at], relation.facts(at)


class _Adjacency:
    """Neighbours of every node side by side: worth its memory from the second question on."""

    def __init__(self, relations: list[Relation], size: int) -> None:
        parts = []
        for relation in relations:
            things = np.flatnonzero(relation.kinds == Kind.THING)
            values, subjects, order = relation.by_kind(Kind.THING)
            parts += [
                (relation.subjects[things], relation.values[things], relation.facts(things)),
                (values, subjects, relation.facts(order)),
            ]
        begin, end, fact = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(begin, kind="stable")
        self.pointers = pointers_of(begin, size)
        self.end, self.fact = end[order], fact[order].astype(np.int32)

    def around(self, nodes: Array) -> _Found:
        if len(nodes) == 1:
            start, stop = self.pointers[nodes[0] : nodes[0] + 2].tolist()
            return _Found(nodes, None, self.end[start:stop], self.fact[start:stop], None)
        starts = self.pointers[nodes]
        owners, at = spread(starts, self.pointers[nodes + 1] - starts)
        return _Found(nodes, owners, self.end[at], self.fact, at)


class _Side:
    """One end of the search: what it has reached and how."""

    def __init__(self, nodes: Array, size: int) -> None:
        self.frontier = nodes
        self.reached = np.zeros(size, bool)
        self.reached[nodes] = True
        self.levels: list[_Found] = []

    def grow(self, neighbours: _Lookups | _Adjacency, other: _Side) -> Array:
        """One level more; the nodes where the two sides meet, none as a rule."""
        found = neighbours.around(self.frontier)
        self.levels.append(found)
        met = found.end[other.reached[found.end]]
        if not len(met):
            new = found.end[~self.reached[found.end]]
            self.frontier = distinct(new, len(self.reached))
            self.reached[self.frontier] = True
        return met

    def back(self, met: Array) -> list[_Steps]:
        """The steps that lead to these nodes, the first level first."""
        levels = []
        for found in reversed(self.levels):
            steps = found.steps((among(found.end, met) if len(met) > 1 else found.end == met).nonzero()[0])
            met = unique(steps.begin)
            levels.append(steps)
        return levels[::-1]


def path_frame(plan: Path, run: Run) -> Frame:
    """One row per step: from, property (``part_of^`` against its direction), to, note, line; the paths one after the other."""
    starts, ends = (np.array(sorted({node for node in each.nodes if node >= 0}), np.int64) for each in (plan.start, plan.end))
    levels = _levels(starts, ends, _neighbours(plan.via, run), plan.within, run)
    return _as_frame(plan, [step for path in _unfold(starts, levels) for step in path], run)


def _neighbours(via: tuple[str, ...], run: Run) -> _Lookups | _Adjacency:
    index = run.index

    def lookups() -> _Lookups:
        names = via or index.graph.properties
        return _Lookups([relation for name in names if (relation := index.relation(name)).has_things])

    if via:
        return lookups()
    first = index.once("lookups", lambda: [lookups()])
    if first and (index.graph.fact_count > _LARGEST or not first[0].relations):
        return first[0]
    if first:
        return first.pop()
    return index.once("adjacency", lambda: _Adjacency(lookups().relations, index.node_count))


def _levels(starts: Array, ends: Array, neighbours: _Lookups | _Adjacency, within: int, run: Run) -> list[_Steps]:
    """The steps of all shortest paths, level by level; empty where there is none."""
    if not len(starts) or not len(ends) or set(starts.tolist()) & set(ends.tolist()):
        return []
    first, second = _Side(starts, run.index.node_count), _Side(ends, run.index.node_count)
    while len(first.levels) + len(second.levels) < within:
        run.check()
        side, other = (first, second) if len(first.frontier) <= len(second.frontier) else (second, first)
        if not len(side.frontier):
            return []
        met = side.grow(neighbours, other)
        if len(met):
            met = unique(met)
            return [*first.back(met), *(steps.turned() for steps in reversed(second.back(met)))]
    return []


_Step = tuple[int, int, int]
"""From, fact, to."""


def _unfold(starts: Array, levels: list[_Steps]) -> list[list[_Step]]:
    """The first paths in the order of their nodes; between two nodes the first fact."""
    if not levels:
        return []
    onward = [_onward(steps) for steps in levels]
    paths: list[list[_Step]] = []
    stack: list[tuple[int, list[_Step]]] = [(node, []) for node in reversed(starts.tolist())]
    while stack and len(paths) < MOST_PATHS:
        node, path = stack.pop()
        if len(path) == len(onward):
            paths.append(path)
            continue
        ends = onward[len(path)].get(node, {})
        stack.extend((end, [*path, (node, ends[end], end)]) for end in sorted(ends, reverse=True))
    return paths


def _onward(steps: _Steps) -> dict[int, dict[int, int]]:
    """From each node to the next ones, by the first fact that leads there."""
    found: dict[int, dict[int, int]] = {}
    for begin, end, fact in zip(steps.begin.tolist(), steps.end.tolist(), steps.fact.tolist(), strict=True):
        found.setdefault(begin, {}).setdefault(end, fact)
    return found


def _as_frame(plan: Path, steps: list[_Step], run: Run) -> Frame:
    columns = run.index.columns
    facts = np.array([fact for _, fact, _ in steps], np.int64)
    first = columns["evidence_pointers"][facts] if len(facts) else facts
    count = len(steps)
    properties = np.searchsorted(columns["property_pointers"], facts, "right") - 1
    walked = zip(properties.tolist(), columns["fact_subject"][facts].tolist(), steps, strict=True)
    names = (f"{run.index.graph.properties[each]}{'' if subject == start else '^'}" for each, subject, (start, _, _) in walked)
    texts = np.array([run.pool.text_id(name) for name in names], np.int64)
    made = {
        "from": Cells(count, None, Kind.THING, np.array([start for start, _, _ in steps], np.int64), facts),
        "property": Cells(count, None, Kind.TEXT, texts, facts),
        "to": Cells(count, None, Kind.THING, np.array([end for _, _, end in steps], np.int64), facts),
        "note": Cells(count, None, Kind.THING, columns["evidence_note"][first], facts),
        "line": Cells(count, None, Kind.INTEGER, columns["evidence_line"][first], facts),
    }
    named = {column.name: made[column.name] for column in plan.columns}
    return Frame(Rows(np.empty(0, np.int32), np.empty(0, np.int64), count), run, named)
