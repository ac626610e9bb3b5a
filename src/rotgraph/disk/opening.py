"""In: a home. Out: its graph, mapped. Room: disk."""

from __future__ import annotations

from rotgraph.disk.graph_file import StoredGraph, read_graph
from rotgraph.disk.home import Current, Home, stamp_of
from rotgraph.errors import UnusableError

__all__ = ["open_current", "open_generation", "reopen"]

_TRIES = 20
"""How often a reader follows writers before it gives up."""


def open_current(home: Home, made_by: str | None, *, check: bool = False) -> tuple[Current, StoredGraph]:
    """The current graph.

    Args:
        made_by: the version of the compiler that must have made it; None takes any.
        check: compare all its bytes with their checksums, even if nobody has touched the file.

    Raises:
        UnusableError: there is none, or it is damaged, or another version made it.
    """
    for _ in range(_TRIES):
        current = home.read_current()
        if made_by is not None and current.made_by != made_by:
            raise UnusableError(f"{home.folder} was written by another version")
        try:
            return current, open_generation(home, current.graph, made_by, stamp=None if check else current.stamp)
        except FileNotFoundError:
            if home.read_current().graph == current.graph:
                break
    raise UnusableError(f"{home.folder} is damaged: its graph is not there")


def open_generation(home: Home, name: str, made_by: str | None, stamp: tuple[int, int, int] | None) -> StoredGraph:
    """A graph by its name; checked in full unless its file is as the stamp says."""
    path = home.path(f"graph-{name}")
    return read_graph(path, home.folder, name, made_by, check=stamp_of(path) != stamp)


def reopen(folder: str, generation: str) -> StoredGraph:
    """The graph that was pickled.

    Raises:
        UnusableError: it was compiled again since.
    """
    try:
        return open_generation(Home(folder), generation, None, None)
    except FileNotFoundError:
        raise UnusableError(f"the graph {generation} is no longer in {folder}: it was compiled again") from None
