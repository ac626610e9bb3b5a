"""In: nodes and a path. Out: the values at its end, by node. Room: native.

A path walks sets: of a row's things each counts once however many ways lead to it; at the end stand the values that each of
these things has, each of its facts once, in the order of the notes.
"""

from __future__ import annotations

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.model.ordering import unique
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, among, distinct, spread
from rotgraph.native.batches import parts_of
from rotgraph.native.cells import Cells, concatenated, stack
from rotgraph.native.index import Index
from rotgraph.native.parts import part
from rotgraph.native.relation import Relation
from rotgraph.native.run import Run
from rotgraph.query.expression import Path, Step, Things

__all__ = ["ends_at_things", "intrinsic", "start_nodes", "unique_things", "walk", "walk_groups"]

MENTIONED_IN = Step("mentions", inverse=True, classes=("note",))


def walk(path: Path, nodes: Array, run: Run, *, whole: str = "", evidence: bool = False) -> Cells:
    """The values of a path from each of the nodes (one row each).

    ``whole``: the nodes are all members of that class. ``evidence``: the facts that the values come from are kept as well.
    """
    if len(path.steps) > 1 and path.start is None:
        first, *more = parts_of((path,), len(nodes), run)
        if more:
            return concatenated([_walk(path, nodes[part], run, evidence=evidence) for part in (first, *more)])
    return _walk(path, nodes, run, whole=whole, evidence=evidence)


def _walk(path: Path, nodes: Array, run: Run, *, whole: str = "", evidence: bool) -> Cells:
    count = len(nodes)
    cells = Cells(count, None, Kind.THING, nodes)
    steps = path.steps
    again = False
    if path.start is not None:
        fixed = start_nodes(path, run)
        cells = Cells(1, np.zeros(len(fixed), np.int64), Kind.THING, fixed)
        again = True
    elif whole and steps and not evidence:
        scanned = _scan(steps[0], whole, count, run)
        if scanned is not None:
            cells, steps, again = scanned, steps[1:], True
    for step in steps:
        run.check()
        cells = _step(step, cells, run, again=again, evidence=evidence)
        again = True
    if path.start is not None:
        return Cells(count, cells.rows, cells.kinds, cells.ids, cells.facts, everywhere=True)
    return cells


def walk_groups(path: Path, nodes: Array, groups: Array, count: int, run: Run, *, evidence: bool) -> Cells:
    """The things at the end of a path, by group of the nodes: each thing on the way counts once per group."""
    cells = Cells(len(nodes), None, Kind.THING, nodes).regroup(groups, count)
    for step in path.steps:
        run.check()
        cells = _step(step, unique_things(cells, run.index.node_count), run, again=True, evidence=evidence)
    return cells


def ends_at_things(path: Path, run: Run) -> bool:
    """Whether all values of a path are things."""
    last = path.steps[-1]
    if last.form == "property":
        return last.inverse or run.index.relation(last.name).only == Kind.THING
    return last.form == "intrinsic" and last.name in ("note", "mentioned_in")


def start_nodes(path: Path, run: Run) -> Array:
    """Where a path starts that does not start at the row."""
    if isinstance(path.start, Things):
        return np.array(path.start.nodes, np.int64)
    if isinstance(path.start, str):
        return run.index.members(path.start)
    raise InternalError("the path starts at the row")


def _scan(step: Step, whole: str, count: int, run: Run) -> Cells | None:
    """The first step from a whole class: one look at every fact, where that is cheaper than a look at every node."""
    if step.form != "property" or step.inverse or step.closure or step.where is not None or step.classes:
        return None
    relation = run.index.relation(step.name)
    if len(relation) > 2 * count * max(relation.fan_out, 1.0):
        return None
    kinds, ids = relation.only or relation.kinds, relation.values
    rows, kept = relation.rows_in(whole, run.index.places)
    if kept is not None:
        ids = ids[kept]
        kinds = kinds if isinstance(kinds, int) else kinds[kept]
    if len(rows) == count and relation.single:
        return Cells(count, None, kinds, ids)
    return Cells(count, rows, kinds, ids)


def _step(step: Step, cells: Cells, run: Run, *, again: bool, evidence: bool) -> Cells:
    if step.form == "part":
        return part(step.name, cells, run.pool)
    cells = _things(cells)
    if step.form == "intrinsic" and step.name != "mentioned_in":
        found = intrinsic(step.name, cells, run.index)
        if again and found.only == Kind.THING:
            found = unique_things(found, run.index.node_count)
        return _narrow(step, found, run)
    step = step if step.form == "property" else MENTIONED_IN
    relation = run.index.relation(step.name)
    if step.closure:
        found = _closure(step, relation, cells, run, evidence=evidence)
    else:
        found = _expand(step, relation, cells, evidence=evidence)
        if again:
            found = unique_things(found, run.index.node_count)
    return _narrow(step, found, run)


def _things(cells: Cells) -> Cells:
    if isinstance(cells.kinds, int):
        if cells.kinds == Kind.THING:
            return cells
        return Cells(cells.count, np.empty(0, np.int64), Kind.THING, np.empty(0, np.int64))
    kept = cells.keep(cells.kinds == Kind.THING)
    return kept.replace(Kind.THING, kept.ids)


def _expand(step: Step, relation: Relation, cells: Cells, *, evidence: bool) -> Cells:
    nodes, rows = cells.ids, cells.rows
    owners: Array | None
    if step.inverse:
        owners, at = relation.backward(nodes)
        kinds: int | Array = Kind.THING
        ids = relation.subjects[at]
    else:
        owners, at = relation.forward(nodes)
        kinds = relation.only or relation.kinds[at]
        ids = relation.values[at]
    if owners is None:
        owners = rows
    elif rows is not None:
        owners = rows[owners]
    return Cells(cells.count, owners, kinds, ids, relation.facts(at) if evidence else None)


def unique_things(cells: Cells, size: int) -> Cells:
    """Each thing once per row, at its first place; other values stay: each is a fact of its own."""
    if cells.rows is None:
        return cells
    if cells.only and cells.only != Kind.THING:
        return cells
    keys = cells.rows * size + cells.ids
    if len(keys) < 2 or bool((keys[1:] > keys[:-1]).all()):
        return cells
    places = np.arange(len(keys)) if cells.only else np.flatnonzero(cells.kind_of_each == Kind.THING)
    wanted = keys[places]
    order = np.argsort(wanted, kind="stable")
    ordered = wanted[order]
    again = np.concatenate([[False], ordered[1:] == ordered[:-1]])
    if not again.any():
        return cells
    kept = np.ones(len(keys), bool)
    kept[places[order[again]]] = False
    return cells.keep(kept)


def _closure(step: Step, relation: Relation, cells: Cells, run: Run, *, evidence: bool) -> Cells:
    """One or more steps (zero or more), breadth first; each node once per row."""
    size = run.index.node_count
    frontier = cells
    parts = [cells] if step.closure == "*" else []
    seen = unique(cells.owners * size + cells.ids) if parts else np.empty(0, np.int64)
    while len(frontier):
        run.check()
        frontier = unique_things(_things(_expand(step, relation, frontier, evidence=evidence)), size)
        keys = frontier.owners * size + frontier.ids
        frontier = frontier.keep(~among(keys, seen))
        seen = unique(np.concatenate([seen, keys]))
        if len(frontier):
            parts.append(frontier)
    return stack(cells.count, parts).as_uniform() if parts else frontier


def _narrow(step: Step, cells: Cells, run: Run) -> Cells:
    """Only targets of the step's classes of which its conditions hold."""
    if not step.classes and step.where is None:
        return cells
    cells = _things(cells)
    if step.classes:
        mask = run.index.mask(step.classes)[cells.ids]
        if not mask.all():
            cells = cells.keep(mask)
    if step.where is not None and len(cells):
        from rotgraph.native.conditions import holds

        nodes = distinct(cells.ids, run.index.node_count)
        held = holds(step.where, nodes, run)
        cells = cells.keep(held[np.searchsorted(nodes, cells.ids)])
    return cells


def intrinsic(name: str, cells: Cells, index: Index) -> Cells:
    """A column that every node has."""
    nodes, columns = cells.ids, index.columns
    if name == "aliases":
        pointers = columns["alias_pointers"]
        owners, at = spread(pointers[nodes], pointers[nodes + 1] - pointers[nodes])
        rows = owners if cells.rows is None else cells.rows[owners]
        return Cells(cells.count, rows, Kind.TEXT, columns["alias_text"][at])
    column, kind = _INTRINSIC[name]
    ids = columns[column][nodes]
    known = columns["node_note"][nodes] >= 0 if name == "line" else ids >= 0
    made = Cells(cells.count, cells.rows, kind, ids)
    return made if known.all() else made.keep(known)


_INTRINSIC = {
    "name": ("node_label", Kind.TEXT),
    "note": ("node_note", Kind.THING),
    "line": ("node_line", Kind.INTEGER),
    "heading": ("node_heading", Kind.TEXT),
    "source_text": ("node_source", Kind.TEXT),
}
