"""In: a graph. Out: a CSV file per class with the metadata of CSV on the Web. Room: rdf.

Values are written as the notes write them; several values of a field are joined by ``; ``, which the metadata says.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.rdf.vocabulary import Vocabulary, vocabulary_of

__all__ = ["METADATA", "csvw"]

METADATA = "csv-metadata.json"
_FIRST = ("id", "name", "note", "line")


def csvw(graph: Graph) -> Iterator[tuple[str, str]]:
    """Names and texts of the files: a table per class that has members of its own, then the metadata."""
    terms = vocabulary_of(graph.schema, graph.properties)
    tables: list[dict[str, Any]] = []
    for definition in graph.schema.classes:
        nodes = [node for node in graph.members(definition.name).tolist() if definition.name in graph.classes(node)]
        if not nodes:
            continue
        fields = [name for name in graph.schema.fields(definition.name) if name in graph.property_ids and name not in _FIRST]
        fields = [name for name in fields if any(len(graph.facts_of(node, name)) for node in nodes)]
        file = f"{terms.classes[definition.name]}.csv"
        yield file, _table(graph, nodes, fields)
        tables.append(_description(graph, file, definition.name, fields, terms))
    yield METADATA, json.dumps({"@context": "http://www.w3.org/ns/csvw", "tables": tables}, ensure_ascii=False, indent=2) + "\n"


def _table(graph: Graph, nodes: list[int], fields: list[str]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*_FIRST, *fields])
    for node in nodes:
        place = graph.principal(node)
        cells = [graph.key(node), graph.label(node), place.note if place else "", str(place.line) if place else ""]
        writer.writerow([*cells, *("; ".join(_cell(graph, fact) for fact in graph.facts_of(node, name)) for name in fields)])
    return stream.getvalue()


def _cell(graph: Graph, fact: int) -> str:
    kind, value = int(graph.columns["fact_kind"][fact]), int(graph.columns["fact_value"][fact])
    return graph.key(value) if kind == Kind.THING else str(graph.read(kind, value))


def _description(graph: Graph, file: str, cls: str, fields: list[str], terms: Vocabulary) -> dict[str, Any]:
    known = graph.schema.fields(cls)
    columns: list[dict[str, Any]] = [
        {"name": "id", "titles": "id", "required": True},
        {"name": "name", "titles": "name", "propertyUrl": "http://www.w3.org/2000/01/rdf-schema#label"},
        {"name": "note", "titles": "note"},
        {"name": "line", "titles": "line", "datatype": "integer"},
    ]
    for index, name in enumerate(fields):
        column: dict[str, Any] = {"name": f"f{index}", "titles": name, "propertyUrl": terms.property(name)}
        if not known[name].single:
            column["separator"] = "; "
        columns.append(column)
    schema = {"aboutUrl": f"{graph.schema.base}{{+id}}", "primaryKey": "id", "columns": columns}
    return {"url": file, "rdf:type": {"@id": terms.cls(cls)}, "tableSchema": schema}
