"""In: notes that changed while all names mean what they meant. Out: the older graph, its places moved. Room: api.

None of the older graph's facts is joined again if the notes state what they stated, or only name other things: a sentence more, a
paragraph less. Whatever cannot be shown to be the same is left to those who join all notes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rotgraph.check.graph import CODES
from rotgraph.diagnostics import Diagnostic
from rotgraph.disk.gather import Gathered
from rotgraph.disk.graph_file import ChangedGraph, StoredGraph
from rotgraph.disk.note_facts import unpack_diagnostics
from rotgraph.disk.packed import unpack_described
from rotgraph.errors import UnusableError
from rotgraph.model.described import EMBED, Described, Far
from rotgraph.model.named import NoteNames
from rotgraph.model.slug import note_key
from rotgraph.model.spool import Spool
from rotgraph.model.told import NOTHING, Told, joined, told_of
from rotgraph.model.told_moved import Spans, moved_told, without
from rotgraph.resolve.check_far import FAR_CODES, check_far
from rotgraph.resolve.heard import Changed
from rotgraph.resolve.moved import columns_moved
from rotgraph.resolve.names import Names
from rotgraph.resolve.restated import Restated, firsts_of, naming_fields, restated

__all__ = ["anchored_alike", "graph_moved", "node_of", "told_moved"]


def graph_moved(found: Gathered, notes: Sequence[NoteNames], names: Names, spool: Spool) -> ChangedGraph | None:
    """The graph of a folder whose changed notes state what they stated, with what is wrong in them but for `check`.

    Args:
        found: settled and described.
        notes: all of them, in natural order.
        spool: where columns wait.

    Returns:
        None if they state something else, or that is not known.
    """
    graph = found.shelf.graph
    if graph is None or not found.known or len(found.changed) != len(found.fresh):
        return None
    try:
        return _moved(found, graph, notes, names, spool)
    except UnusableError:
        return None  # what is damaged is made again


def _moved(
    found: Gathered, graph: StoredGraph, notes: Sequence[NoteNames], names: Names, spool: Spool
) -> ChangedGraph | None:  # fmt: skip
    said: dict[str, Restated] = {}
    for changed, places in found.changed:
        path = changed.new.path
        finding = found.findings[path]
        before = found.shelf.described(found.shelf.manifest.notes[path])
        if before is None or not finding.described or not anchored_alike(changed):
            return None
        now = unpack_described(bytes(finding.described))
        firsts = firsts_of(changed.old, changed.new, places)
        held_against = restated(before, now, naming_fields(graph.schema), firsts) if firsts is not None else None
        if held_against is None:
            return None
        said[path] = held_against
    things = {each.key: each for each in names.naming.registry.things}
    nodes = {path: node_of(graph, note_key(path)) for path in said}
    by_node = {node: said[path] for path, node in nodes.items() if node is not None and graph.note_path(node) == path}
    if len(by_node) != len(said):
        return None

    def stays(key: str) -> bool:
        """Whether some name of a note makes the thing."""
        return key in things and (things[key].note >= 0 or bool(things[key].spellings))

    columns = columns_moved(graph, by_node, lambda key: node_of(graph, key), stays, spool)
    told = (
        told_moved(found, graph, notes, names, {path: each.spans for path, each in said.items()}) if columns is not None else None
    )
    return graph.with_columns(columns, told) if columns is not None and told is not None else None


def told_moved(
    found: Gathered, graph: StoredGraph, notes: Sequence[NoteNames], names: Names, spans: Mapping[str, Spans],
    gainsaid: tuple[Told, Told] = (NOTHING, NOTHING),
) -> Told | None:  # fmt: skip
    """What is wrong in the notes but for `check`; None if that cannot be told.

    Args:
        spans: where everything has gone, by the path of each note that changed.
        gainsaid: contradictions that were told, and those that are told instead.
    """
    far: dict[int, list[Far]] = {}
    own: list[Diagnostic] = []
    gone: set[Diagnostic] = set()
    for changed, _ in found.changed:
        path = changed.new.path
        held, before = (each(found.shelf.manifest.notes[path]) for each in (found.shelf.names, found.shelf.described))
        if not isinstance(held, tuple) or not isinstance(before, Described):
            return None
        now = unpack_described(bytes(found.findings[path].described))
        far[changed.number] = [each for each in now.far if each.kind != EMBED]
        own += (*unpack_diagnostics(bytes(found.findings[path].diagnostics)), *now.diagnostics)
        gone.update((*held[1], *before.diagnostics))
    kept = without(graph.diagnostics.of(lambda code: code not in CODES), gainsaid[0])
    told = moved_told(kept, spans, lambda each: each.code in FAR_CODES or each in gone) if kept is not None else None
    own += check_far(notes, names.naming.index, [far.get(number, ()) for number in range(len(notes))])
    return joined((told, told_of(own), gainsaid[1])) if told is not None else None


def node_of(graph: StoredGraph, key: str) -> int | None:
    """The node of a key; None if there is none."""
    return next((int(node) for node in graph.find(key) if graph.key(node) == key), None)


def anchored_alike(changed: Changed) -> bool:
    """Whether links into a note find there what they found."""
    old, new = changed.old, changed.new
    parents = [[section.parent for section in each.sections] for each in (old, new)]
    return (old.headings, old.block_ids) == (new.headings, new.block_ids) and parents[0] == parents[1]
