"""In: SPARQL. Out: rows of terms, from an Oxigraph in this process. Room: sparql.

Every place that answers queries is a `Store`: `select` gives rows, each a mapping from variables to `Term`. Remote ones live in
`stores`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias

from rotgraph.errors import StoreError
from rotgraph.model.graph import Graph

__all__ = ["Embedded", "Row", "Store", "Term", "loaded", "opened"]


class Term(NamedTuple):
    """An IRI (no datatype) or a literal."""

    value: str
    datatype: str = ""

    @property
    def is_iri(self) -> bool:
        return not self.datatype


Row: TypeAlias = "Mapping[str, Term]"
"""Variables without their sign, unbound ones left out."""


class Store(Protocol):
    """What answers SPARQL."""

    def select(self, query: str) -> Iterator[Row]:
        """The rows of a query.

        Raises:
            StoreError: the store refused it, broke, or answered nonsense.
        """

    @property
    def name(self) -> str:
        """Where it is, for messages: never with a password in it."""


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
