"""In: two things. Out: the shortest paths between them, step by step. Room: native.

Breadth first from both ends over the adjacency of all properties, either way. One frontier at a time grows, the smaller one.
"""

from __future__ import annotations

import numpy as np

from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, distinct, spread
from rotgraph.native.cells import Cells
from rotgraph.native.express import Rows
from rotgraph.native.frame import Frame
from rotgraph.native.index import Index
from rotgraph.native.run import Run
from rotgraph.query.plan import Path

__all__ = ["path_frame"]

MOST_PATHS = 10


class _Adjacency:
    """Both directions of some properties: for each node its neighbours and the facts that lead there."""

    __slots__ = ("facts", "neighbours", "pointers")

    def __init__(self, index: Index, properties: tuple[str, ...]) -> None:
        size = index.node_count
        relations = [index.relation(name) for name in properties or index.graph.properties]
        starts, ends, facts = [], [], []
        for relation in relations:
            mask = slice(None) if relation.only == Kind.THING else relation.kinds == Kind.THING
            subjects, values = relation.subjects[mask], relation.values[mask]
            numbers = relation.facts(np.arange(len(relation))[mask])
            starts += [subjects, values]
            ends += [values, subjects]
            facts += [numbers, numbers]
        start = np.concatenate(starts) if starts else np.empty(0, np.int32)
        order = np.argsort(start, kind="stable")
        self.pointers = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(start, minlength=size), out=self.pointers[1:])
        self.neighbours: Array = (np.concatenate(ends) if ends else start)[order]
        self.facts: Array = (np.concatenate(facts) if facts else start)[order]

    def around(self, nodes: Array) -> tuple[Array, Array]:
        """(number of the node, position of its neighbour)."""
        starts = self.pointers[nodes]
        return spread(starts, self.pointers[nodes + 1] - starts)


def path_frame(plan: Path, run: Run) -> Frame:
    """One row per step: from, property, to, note, line; the paths one after the other, at most ten of the shortest."""
    adjacency = run.index.once(
        f"adjacency {' '.join(plan.via)}", lambda: _Adjacency(run.index, plan.via)
    )
    starts, ends = (np.unique(np.array(each.nodes, np.int64)) for each in (plan.start, plan.end))
    levels = _levels(adjacency, starts[starts >= 0], ends[ends >= 0], plan.within, run)
    paths = _unfold(adjacency, levels, run)
    return _as_frame(plan, [step for path in paths for step in path], run)


def _levels(adjacency: _Adjacency, starts: Array, ends: Array, within: int, run: Run) -> list[Array]:
    """The nodes of all shortest paths by distance from the start; empty where there is none."""
    size = run.index.node_count
    if not len(starts) or not len(ends):
        return []
    sides = [[starts], [ends]]
    marks = [np.zeros(size, bool), np.zeros(size, bool)]
    marks[0][starts] = marks[1][ends] = True
    while True:
        side = 0 if len(sides[0][-1]) <= len(sides[1][-1]) else 1
        met = sides[side][-1][marks[1 - side][sides[side][-1]]]
        if len(met):
            return _between(adjacency, sides, met)
        run.check()
        if not len(sides[side][-1]) or len(sides[0]) + len(sides[1]) - 2 >= within:
            return []
        _, at = adjacency.around(sides[side][-1])
        found = adjacency.neighbours[at]
        frontier = distinct(found[~marks[side][found]], size)
        marks[side][frontier] = True
        sides[side].append(frontier)


def _between(adjacency: _Adjacency, sides: list[list[Array]], met: Array) -> list[Array]:
    """From where the sides meet back to both ends: only nodes on a shortest path."""
    first, second = [met], [met]
    for level in reversed(sides[0][:-1]):
        first.append(_neighbours_in(adjacency, first[-1], level))
    for level in reversed(sides[1][:-1]):
        second.append(_neighbours_in(adjacency, second[-1], level))
    return [*reversed(first), *second[1:]]


def _neighbours_in(adjacency: _Adjacency, nodes: Array, level: Array) -> Array:
    _, at = adjacency.around(nodes)
    return np.intersect1d(adjacency.neighbours[at], level)


def _unfold(adjacency: _Adjacency, levels: list[Array], run: Run) -> list[list[tuple[int, int, int]]]:
    """Paths as steps (node, fact, node), in the order of their nodes."""
    if len(levels) < 2:
        return []
    paths: list[list[tuple[int, int, int]]] = []
    last = len(levels) - 1

    stack: list[tuple[int, int, list[tuple[int, int, int]]]] = [(0, int(node), []) for node in levels[0][::-1]]
    inside = [set(level.tolist()) for level in levels]
    while stack and len(paths) < MOST_PATHS:
        depth, node, steps = stack.pop()
        if depth == last:
            paths.append(steps)
            continue
        start, end = int(adjacency.pointers[node]), int(adjacency.pointers[node + 1])
        neighbours, facts = adjacency.neighbours[start:end].tolist(), adjacency.facts[start:end].tolist()
        best: dict[int, int] = {}
        for neighbour, fact in zip(neighbours, facts, strict=True):
            if neighbour in inside[depth + 1]:
                best[neighbour] = min(fact, best.get(neighbour, fact))
        stack.extend((depth + 1, each, [*steps, (node, best[each], each)]) for each in sorted(best, reverse=True))
    run.check()
    return paths


def _as_frame(plan: Path, steps: list[tuple[int, int, int]], run: Run) -> Frame:
    columns = run.index.columns
    facts = np.array([fact for _, fact, _ in steps], np.int64)
    first = columns["evidence_pointers"][facts] if len(facts) else facts
    count = len(steps)
    properties = np.searchsorted(columns["property_pointers"], facts, "right") - 1
    texts = np.array([run.pool.text_id(run.index.graph.properties[each]) for each in properties.tolist()], np.int64)
    made = {
        "from": Cells(count, None, Kind.THING, np.array([start for start, _, _ in steps], np.int64), facts),
        "property": Cells(count, None, Kind.TEXT, texts, facts),
        "to": Cells(count, None, Kind.THING, np.array([end for _, _, end in steps], np.int64), facts),
        "note": Cells(count, None, Kind.THING, columns["evidence_note"][first], facts),
        "line": Cells(count, None, Kind.INTEGER, columns["evidence_line"][first], facts),
    }
    named = {column.name: made[column.name] for column in plan.columns}
    return Frame(Rows(np.empty(0, np.int32), np.empty(0, np.int64), count), run, named)
