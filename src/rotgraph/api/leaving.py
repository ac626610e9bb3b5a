"""In: a compiled vault. Out: the forms in which it leaves: libraries, files, stores, pictures, a page. Room: api."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rotgraph.model.graph import Graph

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from rotgraph.api.things import Thing
    from rotgraph.pictures.figure import Picture
    from rotgraph.rdf.validate import Violation
    from rotgraph.stores.push import Progress, Pushed

__all__ = ["Portable"]


class Portable:
    """What a graph can be taken away as."""

    __slots__ = ()

    _facts: Graph

    def to_networkx(self, *, facts: bool = True) -> nx.MultiDiGraph[str]:
        """Things and records as nodes (by id), facts between them as edges (keyed by property).

        Shape:
            node: ``label cls classes note line``, and with ``facts`` its texts, integers, `Quantity` and `Period` by property, a
            tuple where there are several; edge: ``property note line stated`` (how many places state it).

        Example:
            >>> network = graph.to_networkx()
            >>> network.nodes["id/exxon"]["ticker"], network["id/nvidia"]["id/semiconductors"]["sector"]["line"]
            ('XOM', 5)
        """
        from rotgraph.rdf.forms import to_networkx

        return to_networkx(self._facts, facts=facts)

    def to_rdflib(self) -> rdflib.Graph:
        """The whole graph as an `rdflib.Graph`, with prefixes bound.

        Example:
            >>> len(graph.to_rdflib()) > 10_000
            True
        """
        from rotgraph.rdf.forms import to_rdflib

        return to_rdflib(self._facts)

    def to_turtle(self, path: str | os.PathLike[str] | None = None) -> str:
        """The whole graph as Turtle (RDF 1.1), also written to ``path`` if there is one; the same bytes for the same notes.

        Example:
            >>> graph.to_turtle().splitlines()[0]
            '@prefix rg:            <https://w3id.org/rotgraph/ns#> .'
        """
        from rotgraph.rdf.turtle import to_turtle

        text = to_turtle(self._facts)
        if path is not None:
            from pathlib import Path

            from rotgraph.rdf.write import write_file

            write_file(Path(path), [text])
        return text

    def serialize(
        self,
        format: str = "turtle",  # noqa: A002 - the command's word
        *,
        materialize: bool = False,
        provenance: str = "",
        notes: str | os.PathLike[str] | Mapping[str, str] | None = None,
    ) -> Iterator[str]:
        """The whole graph in one of ``turtle trig ntriples nquads jsonld rdf12 graphml linkml``, a piece at a time; see `export`.

        Raises:
            UnsupportedOperationError: there is no such format.

        Example:
            >>> sum(piece.count("\\n") for piece in graph.serialize("ntriples")) == len(graph.to_rdflib())
            True
        """
        from rotgraph.api.quoting import quotes_of
        from rotgraph.rdf.write import pieces

        return pieces(self._facts, format, materialize=materialize, quotes=quotes_of(provenance, notes))

    def export(
        self,
        path: str | os.PathLike[str],
        format: str = "",  # noqa: A002 - as above
        *,
        materialize: bool = False,
        provenance: str = "",
        notes: str | os.PathLike[str] | Mapping[str, str] | None = None,
    ) -> None:
        """Write the whole graph to a file, whole or not at all; without ``format``, the one that the file's suffix means.

        ``csvw`` and ``bundle`` write a folder: a CSV file per class with metadata; data, ontology, shapes, context, description.

        Args:
            materialize: also say what the world's vocabularies call classes and properties.
            provenance: ``full`` also says, of each piece of evidence, the characters it stands on and those around it.
            notes: the vault that was compiled (a folder, or a mapping of path to text), which the full provenance quotes.

        Raises:
            UnsupportedOperationError: no such format, or a suffix that means none.
            OSError: the file cannot be written; what stood there before still does.

        Example:
            >>> graph.export("notes.ttl")
            >>> Path("notes.ttl").read_text(encoding="utf-8") == graph.to_turtle()
            True
        """
        from pathlib import Path

        from rotgraph.api.quoting import quotes_of
        from rotgraph.rdf.bundle import export_bundle, export_tables
        from rotgraph.rdf.write import export

        quotes = quotes_of(provenance, notes)
        if format == "bundle":
            export_bundle(self._facts, Path(path), materialize=materialize, quotes=quotes)
        elif format == "csvw":
            export_tables(self._facts, Path(path))
        else:
            export(self._facts, Path(path), format, materialize=materialize, quotes=quotes)

    def validate(self) -> tuple[Violation, ...]:
        """Where the graph breaks its shapes (SHACL), by note and line. Needs the extra ``shacl``.

        Example:
            >>> [str(each.severity) for each in rotgraph.compile({"A.md": "# A"}).validate()]
            []
        """
        from rotgraph.rdf.validate import validate

        return validate(self._facts)

    def push(
        self, url: str, store: str = "", *, dry_run: bool = False, timeout: float = 60.0, progress: Progress | None = None
    ) -> Pushed:
        """Bring a triple store in step with this graph: a named graph per note, only those that changed are sent.

        Args:
            url: of the store, or ``oxigraph:DIR``, an Oxigraph in a folder.
            store: its make; else guessed by the URL.
            dry_run: only say what would change.
            progress: told how many of how many changes are done.

        Raises:
            StoreError: the store cannot be reached, refuses, or does not hold afterwards what it should; says what is where.

        Example:
            >>> graph.push("oxigraph:store").changes == graph.push("oxigraph:store").changes
            False
            >>> len(rotgraph.connect("oxigraph:store").episodes)
            9
        """
        from contextlib import closing

        from rotgraph.api.store_graph import target_of
        from rotgraph.stores.push import push

        with closing(target_of(url, store, timeout=timeout, dry=dry_run)) as target:
            return push(self._facts, target, dry=dry_run, progress=progress)

    def plot(self, what: str | Thing, *, kind: str = "", theme: str = "light") -> Picture:
        """A picture: a class by its plural (episodes: a timeline with their sides), what stands around a thing, a query's answer.

        Needs the extra ``plot``. A notebook shows it, ``save`` writes it as PNG or SVG, the same bytes for the same notes.

        Args:
            kind: ``bars lines heat timeline``; else what the kinds of the columns ask for.
            theme: ``light`` or ``dark``.

        Raises:
            QueryError: the text is no class, no name and no query.
            UnsupportedOperationError: there is nothing to draw, or matplotlib is not installed.

        Example:
            >>> graph.plot("episodes").kind
            'timeline'
            >>> graph.plot("targets show about, value", theme="dark").save("targets.svg")
        """
        from rotgraph.api.pictures import plot_graph

        return plot_graph(self._facts, what, kind=kind, theme=theme)

    def explore(
        self, path: str | os.PathLike[str] | None = None, *, title: str = "Notes", queries: Mapping[str, str] | None = None
    ) -> str:
        """A page (HTML) that holds the whole graph and needs no connection, also written to ``path``.

        Args:
            queries: by name, answered in it beside the saved ones of the vault.

        Raises:
            QueryError: one of the queries is wrong.

        Example:
            >>> graph.explore("desk.html", queries={"winners": "top 3 targets by value"})[:15]
            '<!doctype html>'
        """
        from rotgraph.api.pictures import explore_graph

        text = "".join(explore_graph(self._facts, title=title, queries=queries or {}))
        if path is not None:
            from pathlib import Path

            from rotgraph.rdf.write import write_file

            write_file(Path(path), [text])
        return text
