"""In: notes that changed while all names mean what they meant. Out: the older graph, its places moved. Room: api.

None of the older graph's facts is joined again if the notes state what they stated: a sentence more, a paragraph less. Whatever
cannot be shown to be the same is left to those who join all notes.
"""

from __future__ import annotations

from collections.abc import Mapping

from rotgraph.check.graph import CODES
from rotgraph.diagnostics import Diagnostic
from rotgraph.disk.gather import Gathered
from rotgraph.disk.graph_file import ChangedGraph, StoredGraph
from rotgraph.disk.note_facts import unpack_diagnostics
from rotgraph.disk.packed import unpack_described
from rotgraph.errors import UnusableError
from rotgraph.model.slug import note_key
from rotgraph.model.told import joined, told_of
from rotgraph.model.told_moved import Spans, moved_told
from rotgraph.resolve.heard import Changed
from rotgraph.resolve.moved import firsts_of, moved_places, moves_of

__all__ = ["graph_moved"]

def graph_moved(found: Gathered) -> ChangedGraph | None:
    """The graph of a folder whose changed notes state what they stated, with what is wrong in them but for `check`.

    Args:
        found: settled and described.

    Returns:
        None if they state something else, or that is not known.
    """
    graph = found.shelf.graph
    if graph is None or not found.known or len(found.changed) != len(found.fresh):
        return None
    try:
        return _moved(found, graph)
    except UnusableError:
        return None  # what is damaged is made again


def _moved(found: Gathered, graph: StoredGraph) -> ChangedGraph | None:
    moves: dict[str, Spans] = {}
    own: list[Diagnostic] = []
    gone: set[Diagnostic] = set()
    for changed, places in found.changed:
        path = changed.new.path
        entry, finding = found.shelf.manifest.notes[path], found.findings[path]
        before, held = found.shelf.described(entry), found.shelf.names(entry)
        if before is None or held is None or not finding.described or not _anchored_alike(changed):
            return None
        now = unpack_described(finding.described)
        moved = moves_of(before, now, firsts_of(changed.old, changed.new, places))
        if moved is None:
            return None
        moves[path] = moved
        own += (*unpack_diagnostics(finding.diagnostics), *now.diagnostics)
        gone.update((*held[1], *before.diagnostics))
    by_node = _by_node(graph, moves)
    columns = moved_places(graph, by_node) if by_node is not None else None
    told = moved_told(graph.diagnostics.of(lambda code: code not in CODES), moves, gone.__contains__)
    if columns is None or told is None:
        return None
    return graph.with_columns(columns, joined((told, told_of(own))))


def _by_node(graph: StoredGraph, moves: Mapping[str, Spans]) -> dict[int, Spans] | None:
    """The same by the node of each note."""
    found: dict[int, Spans] = {}
    for path, moved in moves.items():
        nodes = [int(node) for node in graph.find(note_key(path)) if graph.key(node) == note_key(path)]
        if len(nodes) != 1 or graph.note_path(nodes[0]) != path:
            return None
        found[nodes[0]] = moved
    return found


def _anchored_alike(changed: Changed) -> bool:
    """Whether links into a note find there what they found."""
    old, new = changed.old, changed.new
    parents = [[section.parent for section in each.sections] for each in (old, new)]
    return (old.headings, old.block_ids) == (new.headings, new.block_ids) and parents[0] == parents[1]
