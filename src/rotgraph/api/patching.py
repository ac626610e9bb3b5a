"""In: notes of which records say something else, while all names mean what they meant. Out: the older graph, patched. Room: api.

What a note states is held against what it stated; the records that differ, and those of all notes that hang together with them, are
joined by themselves, once as they were and once as they are. As they were, they must be in the older graph to the last place, or
nothing is patched: then nothing of them was missing. As they are, they take their place there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from rotgraph.model.schema import Schema
from rotgraph.model.slug import note_key
from rotgraph.model.spool import Spool
from rotgraph.resolve.names import Names
from rotgraph.resolve.patches import patched
from rotgraph.resolve.restated import firsts_of
from rotgraph.resolve.reworded import Reworded, reworded
from rotgraph.resolve.some import Some, Things
from rotgraph.resolve.standing import Held
from rotgraph.resolve.ties import field_tie

__all__ = ["graph_patched"]

_MOST = 4
"""Of notes the part that is joined by itself; if more of them hang together, all are joined."""
_PAIRED = ("broader", "group")
"""What the lexicon says of a thing too."""
_FEW = 64
"""Notes that may be joined in any case."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A note that changed."""

    number: int
    before: Described
    now: Described
    said: Reworded


def graph_patched(found: Gathered, notes: Sequence[NoteNames], names: Names, spool: Spool) -> ChangedGraph | None:
    """The graph of a folder of which some records say something else, with what is wrong in the notes but for `check`.

    Args:
        found: settled and described.
        notes: all of them, in natural order.
        spool: where columns wait.

    Returns:
        None if something else has changed, or that is not known.
    """
    graph = found.shelf.graph
    if graph is None or not found.known or len(found.changed) != len(found.fresh):
        return None
    try:
        changes = _changes(found, names)
        return _patched(found, graph, notes, names, changes, spool) if changes is not None else None
    except UnusableError:
        return None  # what is damaged is made again


def _changes(found: Gathered, names: Names) -> dict[str, _Change] | None:
    """By path, in natural order."""
    told: dict[str, _Change] = {}
    declared, own = _declared(names.schema), _own(names.schema)
    for changed, places in sorted(found.changed, key=lambda each: each[0].number):
        path = changed.new.path
        before, finding = found.shelf.described(found.shelf.manifest.notes[path]), found.findings[path]
        if before is None or not finding.described or not anchored_alike(changed):
            return None
        now = unpack_described(bytes(finding.described))
        firsts = firsts_of(changed.old, changed.new, places)
        said = reworded(before, now, declared, firsts) if firsts is not None else None
        if said is None or any(field in own for _, field in said.fields):
            return None
        told[path] = _Change(changed.number, before, now, said)
    return told


def _patched(
    found: Gathered, graph: StoredGraph, notes: Sequence[NoteNames], names: Names, changes: Mapping[str, _Change], spool: Spool
) -> ChangedGraph | None:  # fmt: skip
    joined = _joined(found, notes, names, changes)
    if joined is None:
        return None
    paths, sides = joined
    asked = _touched(paths, sides, changes)
    gainsaid = sides[0].gainsaid(asked[0]), sides[1].gainsaid(asked[1])
    before, now = (side.nodes(mask) for side, mask in zip(sides, asked, strict=True))
    nodes = [node for path in paths if (node := node_of(graph, note_key(path))) is not None and graph.note_path(node) == path]
    if before is None or now is None or len(nodes) != len(paths):
        return None
    told = told_moved(found, graph, notes, names, {path: each.said.spans for path, each in changes.items()}, gainsaid)
    fields = {field for each in changes.values() for field in each.said.fields}
    spans = {paths.index(path): each.said.spans for path, each in changes.items()}
    same = {paths.index(path): each.said.same for path, each in changes.items()}
    registry = names.naming.registry
    passing = set(registry.fresh())
    things = {
        each.key: number
        for number, each in enumerate(registry.things)
        if number not in passing and (each.note >= 0 or each.spellings)
    }
    held = Held(
        graph, nodes, spans, same, lambda key: node_of(graph, key),
        lambda key: registry.direct(things[key]) if key in things else None, _declared(names.schema),
    )  # fmt: skip
    columns = patched(held, (before, sides[0].fields(fields)), (now, sides[1].fields(fields)), spool)
    if columns is None or told is None:
        return None
    return graph.with_columns(columns[0], told, columns[1])


def _declared(schema: Schema) -> Callable[[str, str], bool]:
    """Whether a schema knows a field of a class."""
    return lambda cls, field: cls in schema.by_name and field in schema.fields(cls)


def _own(schema: Schema) -> frozenset[str]:
    """Fields of things that hang on more than what is said in them: on names, on what stands below what."""
    fields = [field for each in schema.classes for field in each.fields if field.from_name or field.transitive]
    return frozenset((*_PAIRED, *(each.name for each in fields)))


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
                before[other].setdefault(note, set()).update(
                    records if to is None else {to[each] for each in records if each in to}
                )
        if before == asked:
            return masks
        asked = before


def _joined(
    found: Gathered, notes: Sequence[NoteNames], names: Names, changes: Mapping[str, _Change]
) -> tuple[list[str], tuple[Some, Some]] | None:  # fmt: skip
    """The notes that hang together with what changed, joined as they were and as they are; None if they are too many."""
    things, searched = Things(names), set[int]()
    others: dict[str, Described] = {}
    fields = {field for each in changes.values() for field in each.said.fields}
    while True:
        paths = sorted({*changes, *others}, key=names.numbers.__getitem__)
        named = [notes[names.numbers[path]] for path in paths]
        old, new = (
            Some(names, things, named, [others[path] if path in others else stated(changes[path]) for path in paths])
            for stated in (_before, _now)
        )
        masks = _touched(paths, (old, new), changes)
        wanted = old.ties(masks[0]) | new.ties(masks[1]) | {field_tie(*each) for each in fields}
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
