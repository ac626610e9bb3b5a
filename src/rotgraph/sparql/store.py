"""In: SPARQL. Out: rows of terms, from an Oxigraph in this process. Room: sparql.

Remote stores live in `stores`; what they have in common is `rdf.answers.Store`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rotgraph.errors import StoreError
from rotgraph.model.graph import Graph
from rotgraph.rdf.answers import Row, Term

__all__ = ["Embedded", "loaded", "opened"]


class Embedded:
    """A store of pyoxigraph, in memory or in a folder."""

    def __init__(self, store: Any, name: str) -> None:
        self._store, self.name = store, name

    def select(self, query: str) -> Iterator[Row]:
        """The rows of a query, over the union of all graphs."""
        try:
            solutions = self._store.query(query, use_default_graph_as_union=True)
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            raise StoreError(f"{self.name}: {error}") from error
        names = [variable.value for variable in solutions.variables]
        try:
            for solution in solutions:
                yield {name: _term(found) for name, found in zip(names, solution, strict=True) if found is not None}
        except (ValueError, OSError, RuntimeError) as error:
            raise StoreError(f"{self.name}: {error}") from error


def _term(found: Any) -> Term:
    datatype = getattr(found, "datatype", None)
    return Term(found.value, datatype.value if datatype is not None else "")


def loaded(graph: Graph) -> Embedded:
    """A graph in an Oxigraph in memory."""
    import pyoxigraph as ox

    from rotgraph.rdf.quads import nquads

    store = ox.Store()
    for piece in nquads(graph):
        store.bulk_load(input=piece.encode(), format=ox.RdfFormat.N_QUADS)
    return Embedded(store, "memory")


def opened(folder: str | Path) -> Embedded:
    """An Oxigraph that lies in a folder, to be read.

    Raises:
        StoreError: there is none, or another process writes to it.
    """
    import pyoxigraph as ox

    if not Path(folder).is_dir():
        raise StoreError(f"oxigraph:{folder}: no such folder")
    try:
        return Embedded(ox.Store.read_only(str(folder)), f"oxigraph:{folder}")
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(f"oxigraph:{folder}: {error}") from error
