"""In: a folder, or notes in memory. Out: `Graph`. Room: api.

What reads notes is imported when notes must be read: a vault that has not changed since it was compiled is opened without it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rotgraph.api.graph import Graph
from rotgraph.disk.fresh import fresh_current, fresh_graph, graph_of
from rotgraph.disk.graph_file import StoredGraph
from rotgraph.disk.home import Current, home_of
from rotgraph.disk.opening import open_current
from rotgraph.errors import UnusableError

if TYPE_CHECKING:
    from rotgraph.model.told import Told

__all__ = ["compile_vault", "is_current", "open_graph", "open_kept", "open_unchanged", "told_in"]


def compile_vault(vault: str | os.PathLike[str] | Mapping[str, str], *, cache: bool = True, verify: bool = False) -> Graph:
    """The graph of a vault: a folder of Markdown notes, or a mapping of path to text.

    A ``rotgraph.toml`` at the root (or under that name in the mapping) extends the schema. What is wrong in a note is in
    ``graph.diagnostics``; one bad note never stops the others. The graph is kept in the folder, under ``.rotgraph/``: what has not
    changed is not read again.

    Args:
        cache: without it, nothing is written and everything is read.
        verify: compare contents, where sizes and times of files would do.

    Raises:
        VaultError: the path is no folder.
        SchemaError: ``rotgraph.toml`` is wrong, with its line.

    Example:
        >>> import rotgraph
        >>> graph = rotgraph.compile({"Moves.md": "| Stock | Move |\\n|---|---|\\n| [[Deere]] | +10% |\\n"})
        >>> print(graph.query("moves where value > 5%").to_csv())
        about,value,catalyst
        Deere,+10%,
        <BLANKLINE>
    """
    if not isinstance(vault, Mapping) and cache and not verify:
        kept = fresh_graph(vault)
        if kept is not None:
            return Graph(kept)
    from rotgraph.api.walk import compile_folder, compile_texts

    return Graph(compile_texts(vault) if isinstance(vault, Mapping) else compile_folder(vault, cache=cache, verify=verify))


def open_unchanged(vault: str | os.PathLike[str], current: Current) -> Graph:
    """The graph of a vault that was just found unchanged; compiled anew where it cannot be read."""
    kept = graph_of(vault, current)
    return Graph(kept) if kept is not None else compile_vault(vault)


def open_graph(path: str | os.PathLike[str]) -> Graph:
    """A compiled graph as it lies on the disk, without looking at the notes.

    Args:
        path: the vault, its ``.rotgraph``, or a file that `Graph.export` wrote as Turtle, TriG, N-Triples, N-Quads or JSON-LD.

    Raises:
        UnusableError: nothing was compiled there, or it is damaged, or another version of rotgraph wrote it.
        StoreError: the file is no export of rotgraph.

    Example:
        >>> rotgraph.open("examples/vault/.rotgraph") == rotgraph.compile("examples/vault")
        True
    """
    if os.path.isfile(path):
        from rotgraph.rdf.read import read_graph

        return Graph(read_graph(os.fspath(path)))
    return Graph(open_kept(path))


def open_kept(path: str | os.PathLike[str]) -> StoredGraph:
    """What was compiled there.

    Raises:
        UnusableError: as `open_graph` does; the message says what to do.
    """
    home = home_of(path)
    try:
        return open_current(home, None)[1]
    except UnusableError as error:
        hint = f"compile the notes again, with `rotgraph compile {os.path.dirname(home.folder) or os.curdir}` or `rotgraph.compile`"
        raise UnusableError(f"{error}: {hint}") from None


def told_in(graph: Graph) -> Told:
    """What is wrong or doubtful in the notes, not yet worded: there may be a hundred thousand, and a few are read."""
    return graph._facts.diagnostics  # noqa: SLF001 - the face of it is in this room


def is_current(graph: Graph, vault: str | os.PathLike[str]) -> bool:
    """Whether a vault's compiled graph still says what its notes do; one that was never kept is not looked after."""
    facts = graph._facts  # noqa: SLF001 - the face of it is in this room
    if not isinstance(facts, StoredGraph):
        return True
    current = fresh_current(vault)
    return current is not None and current.graph == facts.generation
