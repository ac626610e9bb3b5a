"""In: nodes and a path. Out: the values at its end, by node. Room: native.

A path walks sets: of a row's things each counts once however many ways lead to it; at the end stand the values that each of
these things has, each of its facts once, in the order of the notes.
"""

from __future__ import annotations

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.model.value import Kind
from rotgraph.native.cells import Cells, stack
from rotgraph.native.index import Array, Index, Relation, distinct, spread
from rotgraph.native.parts import part
from rotgraph.native.run import Run
from rotgraph.query.expression import Path, Step, Things

__all__ = ["start_nodes", "unique_things", "walk"]


def walk(path: Path, nodes: Array, run: Run) -> Cells:
    """The values of a path from each of the nodes (one row each)."""
    count = len(nodes)
    cells = Cells(count, None, Kind.THING, nodes)
    if path.start is not None:
        fixed = start_nodes(path, run)
        cells = Cells(1, np.zeros(len(fixed), np.int64), Kind.THING, fixed)
    for number, step in enumerate(path.steps):
        run.check()
        cells = _step(step, cells, run, again=number > 0 or path.start is not None)
    if path.start is not None:
        return Cells(count, cells.rows, cells.kinds, cells.ids, cells.facts, everywhere=True)
    return cells


def start_nodes(path: Path, run: Run) -> Array:
    """Where a path starts that does not start at the row."""
    if isinstance(path.start, Things):
        return np.array(path.start.nodes, np.int64)
    if isinstance(path.start, str):
        return run.index.members(path.start)
    raise InternalError("the path starts at the row")


def _step(step: Step, cells: Cells, run: Run, *, again: bool) -> Cells:
    if step.form == "part":
        return part(step.name, cells, run.pool)
    cells = _things(cells)
    if step.form == "intrinsic" and step.name != "mentioned_in":
        found = intrinsic(step.name, cells, run.index)
        if again and found.only == Kind.THING:
            found = unique_things(found, run.index.node_count)
        return _narrow(step, found, run)
    step_, cells = (step, cells) if step.form == "property" else (_MENTIONED_IN, cells)
    relation = run.index.relation(step_.name)
    if step.closure:
        found = _closure(step_, relation, cells, run)
    else:
        found = _expand(step_, relation, cells)
        if again:
            found = unique_things(found, run.index.node_count)
    return _narrow(step if step_ is step else _MENTIONED_IN, found, run)


_MENTIONED_IN = Step("mentions", inverse=True, classes=("note",))


def _things(cells: Cells) -> Cells:
    if isinstance(cells.kinds, int):
        if cells.kinds == Kind.THING:
            return cells
        return Cells(cells.count, np.empty(0, np.int64), Kind.THING, np.empty(0, np.int64))
    kept = cells.keep(cells.kinds == Kind.THING)
    return kept.replace(Kind.THING, kept.ids)


def _expand(step: Step, relation: Relation, cells: Cells) -> Cells:
    nodes, rows = cells.ids, cells.rows
    if step.inverse:
        owners, at = relation.backward(nodes)
        kinds: int | Array = Kind.THING
        ids = relation.subjects[at]
    else:
        owners, at = relation.forward(nodes)
        kinds = relation.only or relation.kinds[at]
        ids = relation.values[at]
    return Cells(cells.count, owners if rows is None else rows[owners], kinds, ids, relation.facts[at])


def unique_things(cells: Cells, size: int) -> Cells:
    """Each thing once per row, at its first place; other values stay: each is a fact of its own."""
    keys = cells.owners * size + cells.ids
    things = cells.kind_of_each == Kind.THING
    if not things.any():
        return cells
    places = np.flatnonzero(things)
    _, first = np.unique(keys[places], return_index=True)
    if len(first) == len(places):
        return cells
    kept = ~things
    kept[places[first]] = True
    return cells.keep(kept)


def _closure(step: Step, relation: Relation, cells: Cells, run: Run) -> Cells:
    """One or more steps (zero or more), breadth first; each node once per row."""
    size = run.index.node_count
    frontier = cells
    parts = [cells] if step.closure == "*" else []
    seen = np.unique(cells.owners * size + cells.ids) if parts else np.empty(0, np.int64)
    while len(frontier):
        run.check()
        frontier = unique_things(_things(_expand(step, relation, frontier)), size)
        keys = frontier.owners * size + frontier.ids
        frontier = frontier.keep(~np.isin(keys, seen))
        seen = np.union1d(seen, keys)
        if len(frontier):
            parts.append(frontier)
    if not parts:
        return frontier
    return stack(cells.count, parts).as_uniform()


def _narrow(step: Step, cells: Cells, run: Run) -> Cells:
    """Only targets of the step's classes of which its conditions hold."""
    if not step.classes and step.where is None:
        return cells
    cells = _things(cells) if step.classes or step.where is not None else cells
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
