"""In: SPARQL and graphs. Out: rows of terms, and the graphs put there, in an Oxigraph of this process. Room: sparql.

Remote stores live in `stores`; what they have in common is `rdf.answers.Store`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rotgraph.errors import StoreError
from rotgraph.model.graph import Graph
from rotgraph.rdf.answers import Row, Term
from rotgraph.sparql.waiting import interruptible

__all__ = ["Embedded", "loaded", "looked_at", "opened"]


_REFUSALS = (SyntaxError, ValueError, OSError, RuntimeError)
"""What pyoxigraph raises where a query or the store is wrong."""


class Embedded:
    """A store of pyoxigraph, in memory or in a folder."""

    def __init__(self, store: Any, name: str) -> None:
        self._store, self.name = store, name

    def select(self, query: str) -> Iterator[Row]:
        """The rows of a query, over the union of all graphs. Ctrl-C is heard at once, however long the store takes."""
        try:
            return iter(interruptible(lambda: self._rows(query), _REFUSALS))
        except _REFUSALS as error:
            raise StoreError(f"{self.name}: {error}") from error

    def select_graphs(self, query: str) -> Iterator[Row]:
        """The rows of a query that names its graphs."""
        return self.select(query)

    def _rows(self, query: str) -> list[Row]:
        solutions = self._store.query(query, use_default_graph_as_union=True)
        names = [variable.value for variable in solutions.variables]
        return [
            {name: _term(found) for name, found in zip(names, solution, strict=True) if found is not None} for solution in solutions
        ]

    def put(self, graph: str, lines: Sequence[str]) -> None:
        """Make a graph hold these lines of N-Triples, in one transaction."""
        self._update(f"DROP SILENT GRAPH <{graph}> ; INSERT DATA {{ GRAPH <{graph}> {{\n{chr(10).join(lines)}\n}} }}")

    def delete(self, graph: str) -> None:
        """Have a graph no longer."""
        self._update(f"DROP SILENT GRAPH <{graph}>")

    def _update(self, text: str) -> None:
        try:
            self._store.update(text)
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            raise StoreError(f"{self.name}: {error}") from error

    def close(self) -> None:
        """Leave the folder to others."""
        self._store = None


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


def opened(folder: str | Path, *, writable: bool = False) -> Embedded:
    """An Oxigraph that lies in a folder, to be read, or (made if it is not there) to be written.

    Raises:
        StoreError: there is none, or another process writes to it.
    """
    import pyoxigraph as ox

    place = Path(folder)
    if writable:
        _refuse_others(place)
    if not writable and not (place / "CURRENT").is_file():
        raise StoreError(f"oxigraph:{folder}: " + ("no Oxigraph is in this folder" if place.is_dir() else "no such folder"))
    try:
        return Embedded(ox.Store(str(folder)) if writable else ox.Store.read_only(str(folder)), f"oxigraph:{folder}")
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(f"oxigraph:{folder}: {error}") from error


def looked_at(folder: str | Path) -> Embedded:
    """An Oxigraph in a folder that would be written to, and is not: an empty one where there is none.

    Raises:
        StoreError: it cannot be read, or the folder holds something else.
    """
    import pyoxigraph as ox

    place = Path(folder)
    _refuse_others(place)
    return opened(folder) if (place / "CURRENT").is_file() else Embedded(ox.Store(), f"oxigraph:{folder}")


def _refuse_others(place: Path) -> None:
    if place.is_dir() and any(place.iterdir()) and not (place / "CURRENT").is_file():
        raise StoreError(f"oxigraph:{place}: the folder holds something else; name an empty one")
