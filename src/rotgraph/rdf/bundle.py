"""In: a graph and a folder. Out: the data with all that describes it. Room: rdf."""

from __future__ import annotations

from pathlib import Path

from rotgraph.model.graph import Graph
from rotgraph.rdf.context import context, json_schema
from rotgraph.rdf.ontology import ontology
from rotgraph.rdf.quads import ntriples
from rotgraph.rdf.quotes import Quotes
from rotgraph.rdf.shapes import shapes
from rotgraph.rdf.tables import csvw
from rotgraph.rdf.void import void
from rotgraph.rdf.write import export, write_file

__all__ = ["BUNDLE", "export_bundle", "export_tables"]

BUNDLE = ("data.ttl", "data.trig", "rotgraph.ttl", "shapes.ttl", "context.jsonld", "void.ttl", "schema.json")


def export_bundle(
    graph: Graph, folder: str | Path, *, materialize: bool = False, quotes: Quotes | None = None
) -> tuple[Path, ...]:
    """Write data, ontology, shapes, JSON-LD context, description and JSON Schema into a folder, each file whole or not at all.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    triples = sum(piece.count(" .\n") for piece in ntriples(graph, materialize=materialize, quotes=quotes))
    export(graph, place / "data.ttl", materialize=materialize, quotes=quotes)
    export(graph, place / "data.trig", materialize=materialize, quotes=quotes)
    texts = {
        "rotgraph.ttl": ontology(graph.schema),
        "shapes.ttl": shapes(graph.schema),
        "context.jsonld": context(graph.schema),
        "void.ttl": void(graph, triples, ("data.ttl", "data.trig")),
        "schema.json": json_schema(graph.schema),
    }
    for name, text in texts.items():
        write_file(place / name, (text,))
    return tuple(place / name for name in BUNDLE)


def export_tables(graph: Graph, folder: str | Path) -> tuple[Path, ...]:
    """Write a CSV file per class and their metadata (CSVW) into a folder."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in csvw(graph):
        write_file(place / name, (text,))
        written.append(place / name)
    return tuple(written)
