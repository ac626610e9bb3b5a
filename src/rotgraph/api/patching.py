"""In: notes of which records say something else, while all names mean what they meant. Out: the older graph, patched. Room: api.

What a note states is held against what it stated; the records that differ, and those of all notes that hang together with them, are
joined by themselves, once as they were and once as they are. As they were, they must be in the older graph to the last place, or
nothing is patched: then nothing of them was missing. As they are, they take their place there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rotgraph.api.moving import anchored_alike, node_of, told_moved
from rotgraph.disk.gather import Gathered
from rotgraph.disk.graph_file import ChangedGraph, StoredGraph
from rotgraph.disk.packed import unpack_described
from rotgraph.errors import UnusableError
from rotgraph.model.described import Described
from rotgraph.model.named import NoteNames
from rotgraph.model.slug import note_key
from rotgraph.resolve.names import Names
from rotgraph.resolve.patches import Held, patched
from rotgraph.resolve.restated import firsts_of
from rotgraph.resolve.reworded import Reworded, reworded
from rotgraph.resolve.some import Some, Things

__all__ = ["graph_patched"]

_MOST = 4
"""Of notes the part that is joined by itself; if more of them hang together, all are joined."""
_FEW = 64
"""Notes that may be joined in any case."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A note that changed."""

    number: int
    before: Described
    now: Described
    said: Reworded


def graph_patched(found: Gathered, notes: Sequence[NoteNames], names: Names) -> ChangedGraph | None:
    """The graph of a folder of which some records say something else, with what is wrong in the notes but for `check`.

    Args:
        found: settled and described.
        notes: all of them, in natural order.

    Returns:
        None if something else has changed, or that is not known.
    """
    graph = found.shelf.graph
    if graph is None or not found.known or len(found.changed) != len(found.fresh):
        return None
    try:
        changes = _changes(found, names)
        return _patched(found, graph, notes, names, changes) if changes is not None else None
    except UnusableError:
        return None  # what is damaged is made again


def _changes(found: Gathered, names: Names) -> dict[str, _Change] | None:
    """By path, in natural order."""
    told: dict[str, _Change] = {}
    schema = names.schema

    def declared(cls: str, field: str) -> bool:
        return cls in schema.by_name and field in schema.fields(cls)

    for changed, places in sorted(found.changed, key=lambda each: each[0].number):
        path = changed.new.path
        before, finding = found.shelf.described(found.shelf.manifest.notes[path]), found.findings[path]
        if before is None or not finding.described or not anchored_alike(changed):
            return None
        now = unpack_described(bytes(finding.described))
        said = reworded(before, now, declared, firsts_of(changed.old, changed.new, places))
        if said is None:
            return None
        told[path] = _Change(changed.number, before, now, said)
    return told


def _patched(
    found: Gathered, graph: StoredGraph, notes: Sequence[NoteNames], names: Names, changes: Mapping[str, _Change]
) -> ChangedGraph | None:  # fmt: skip
    joined = _joined(found, notes, names, changes)
    if joined is None:
        return None
    paths, sides = joined
    asked = _touched(paths, sides, changes)
    gainsaid = sides[0].gainsaid(asked[0]), sides[1].gainsaid(asked[1])
    before, now = (side.nodes(mask) for side, mask in zip(sides, asked, strict=True))
    nodes = [node_of(graph, note_key(path)) for path in paths]
    if (
        before is None
        or now is None
        or any(node is None or graph.note_path(node) != path for node, path in zip(nodes, paths, strict=True))
    ):
        return None
    told = told_moved(found, graph, notes, names, {path: each.said.spans for path, each in changes.items()}, gainsaid)
    things = {each.key: each for each in names.naming.registry.things}
    spans = {paths.index(path): each.said.spans for path, each in changes.items()}
    same = {paths.index(path): each.said.same for path, each in changes.items()}
    held = Held(graph, [node for node in nodes if node is not None], spans, same, lambda key: node_of(graph, key))
    columns = patched(held, before, now, lambda key: key in things and (things[key].note >= 0 or bool(things[key].spellings)))
    if columns is None or told is None:
        return None
    return graph.with_columns(columns[0], told, columns[1])


_Masks = tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]


def _touched(paths: Sequence[str], sides: tuple[Some, Some], changes: Mapping[str, _Change]) -> _Masks:
    """Records of before and of now that hang together with those that changed: what is touched on one side is on the other."""
    asked = [{paths.index(path): set(each) for path, each in told} for told in (
        [(path, each.said.before) for path, each in changes.items()], [(path, each.said.now) for path, each in changes.items()]
    )]  # fmt: skip
    same = {paths.index(path): each.said.same for path, each in changes.items()}
    back = {note: {other: one for one, other in each.items()} for note, each in same.items()}
    while True:
        masks = sides[0].touched(asked[0]), sides[1].touched(asked[1])
        told = [side.by_note(mask) for side, mask in zip(sides, masks, strict=True)]
        before = [{note: set(each) for note, each in one.items()} for one in told]
        for at, other, became in ((0, 1, same), (1, 0, back)):
            for note, records in told[at].items():
                to = became.get(note)
                moved = records if to is None else {to[each] for each in records if each in to}
                before[other].setdefault(note, set()).update(moved)
        if before == asked:
            return masks
        asked = before


def _joined(
    found: Gathered, notes: Sequence[NoteNames], names: Names, changes: Mapping[str, _Change]
) -> tuple[list[str], tuple[Some, Some]] | None:  # fmt: skip
    """The notes that hang together with what changed, joined as they were and as they are; None if they are too many."""
    things, searched = Things(names), set[int]()
    others: dict[str, Described] = {}
    while True:
        paths = sorted({*changes, *others}, key=names.numbers.__getitem__)
        named = [notes[names.numbers[path]] for path in paths]
        old, new = (
            Some(names, things, named, [others[path] if path in others else stated(changes[path]) for path in paths])
            for stated in (_before, _now)
        )
        masks = _touched(paths, (old, new), changes)
        wanted = old.keys(masks[0]) | new.keys(masks[1])
        if wanted <= searched:
            return paths, (old, new)
        more = found.tied(wanted - searched)
        searched |= wanted
        if more is None or len({*others, *more}) > max(_FEW, len(notes) // _MOST):
            return None
        for path in more:
            if path in changes or path in others:
                continue
            entry = found.shelf.manifest.notes[path]
            described = found.shelf.described(entry)
            if described is None:
                return None
            others[path] = described


def _before(change: _Change) -> Described:
    return change.before


def _now(change: _Change) -> Described:
    return change.now
