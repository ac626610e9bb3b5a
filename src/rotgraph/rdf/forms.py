"""In: a graph. Out: the forms people take it away in: rdflib and networkx. Room: rdf.

Both libraries are imported when they are asked for, never on the path of a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.rdf.index import Index
from rotgraph.rdf.iri import NAMESPACES
from rotgraph.rdf.quads import ntriples

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

__all__ = ["to_networkx", "to_rdflib"]


def to_rdflib(graph: Graph) -> rdflib.Graph:
    """Every triple of the default export, in an `rdflib.Graph` with our prefixes bound."""
    import rdflib

    found = rdflib.Graph(bind_namespaces="none")
    for prefix in ("rg", "rdf", "rdfs", "skos", "xsd"):
        found.bind(prefix, NAMESPACES[prefix])
    for room in ("id", "note", "value", "evidence"):
        found.bind(room, f"{graph.schema.base}{room}/")
    found.parse(data="".join(ntriples(graph)), format="nt")
    return found


def to_networkx(graph: Graph, *, facts: bool = True) -> nx.MultiDiGraph[str]:
    """Things and records as nodes (by key), facts between them as edges (keyed by their property).

    A node has ``label``, ``cls``, ``classes``, ``note`` and ``line``; an edge ``property``, ``note`` and ``line`` of its first
    evidence, and ``stated`` times. With ``facts`` a node also has what is known of it besides: texts, whole numbers, `Quantity` and
    `Period` under the names of their properties, a tuple where a field holds several. A property named as one of those five keeps
    its name with an underscore after it.
    """
    import networkx as nx

    index, found = Index(graph), nx.MultiDiGraph()
    keys = [graph.key(node) for node in range(graph.node_count)]
    paths: dict[int, str] = {}

    def path(note: int) -> str:
        if note not in paths:
            paths[note] = graph.note_path(note) if note >= 0 else ""
        return paths[note]

    columns = graph.columns
    for node, (key, note, line) in enumerate(zip(keys, columns["node_note"].tolist(), columns["node_line"].tolist(), strict=True)):
        classes = graph.classes(node)
        cls = classes[0] if classes else "thing"
        found.add_node(key, label=graph.label(node), cls=cls, classes=classes, note=path(note), line=line)
    pointers = columns["evidence_pointers"].tolist()
    known: dict[tuple[int, str], list[Any]] = {}
    for fact, (subject, number, kind, value) in enumerate(
        zip(
            columns["fact_subject"].tolist(),
            index.fact_property.tolist(),
            columns["fact_kind"].tolist(),
            columns["fact_value"].tolist(),
            strict=True,
        )
    ):
        name, row = graph.properties[number], pointers[fact]
        if kind == Kind.THING:
            times = pointers[fact + 1] - row
            note = int(columns["evidence_note"][row]) if times else -1
            line = int(columns["evidence_line"][row]) if times else 0
            found.add_edge(keys[subject], keys[value], key=name, property=name, note=path(note), line=line, stated=times)
        elif facts:
            known.setdefault((subject, name), []).append(graph.read(kind, value))
    for (subject, name), values in known.items():
        held = f"{name}_" if name in ("label", "cls", "classes", "note", "line") else name
        found.nodes[keys[subject]][held] = values[0] if len(values) == 1 else tuple(values)
    return found
