"""In: a graph. Out: GraphML, for Gephi, yEd, Cytoscape, igraph. Room: rdf.

Nodes are things and records with their label, class, note and line, and what is known of them as text (several values joined by
``; ``); a field that holds nothing but quantities or whole numbers has their middle as a number beside it (``value.number``).
Edges are the facts between nodes. What XML cannot hold (control characters) becomes U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr as _attribute

import numpy as np

from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.rdf.index import Index

__all__ = ["graphml"]

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""
_OWN = (("label", "string"), ("class", "string"), ("note", "string"), ("line", "int"))


def _text(text: str) -> str:
    safe = _NOT_XML.sub("\ufffd", text)
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def graphml(graph: Graph) -> Iterator[str]:
    """The graph as GraphML, a piece at a time."""
    index, columns = Index(graph), graph.columns
    kinds, pointers = columns["fact_kind"], columns["property_pointers"]
    yield _HEAD
    for name, kind in _OWN:
        yield f'  <key id="node.{name}" for="node" attr.name="{name}" attr.type="{kind}"/>\n'
    numeric: set[int] = set()
    for prop, name in enumerate(graph.properties):
        here = set(kinds[pointers[prop] : pointers[prop + 1]].tolist()) - {int(Kind.THING)}
        if here:
            yield f'  <key id="p{prop}" for="node" attr.name={_attribute(_text(name))} attr.type="string"/>\n'
        if here and here <= {int(Kind.QUANTITY), int(Kind.INTEGER)}:
            numeric.add(prop)
            yield f'  <key id="n{prop}" for="node" attr.name={_attribute(_text(name) + ".number")} attr.type="double"/>\n'
    yield '  <key id="edge.property" for="edge" attr.name="property" attr.type="string"/>\n'
    yield '  <key id="edge.line" for="edge" attr.name="line" attr.type="int"/>\n'
    yield '  <graph id="G" edgedefault="directed">\n'
    order = np.argsort(columns["fact_subject"], kind="stable")
    starts = np.searchsorted(columns["fact_subject"][order], np.arange(graph.node_count + 1))
    for node in range(graph.node_count):
        yield _node(graph, index, node, order[starts[node] : starts[node + 1]].tolist(), numeric)
    for fact in np.flatnonzero(kinds == Kind.THING).tolist():
        yield _edge(graph, index, fact)
    yield "  </graph>\n</graphml>\n"


def _node(graph: Graph, index: Index, node: int, facts: list[int], numeric: set[int]) -> str:
    columns = graph.columns
    classes, note = graph.classes(node), int(columns["node_note"][node])
    own = (
        graph.label(node),
        classes[0] if classes else "thing",
        graph.note_path(note) if note >= 0 else "",
        str(columns["node_line"][node]),
    )
    lines = [f'      <data key="node.{name}">{_text(value)}</data>\n' for (name, _), value in zip(_OWN, own, strict=True)]
    known: dict[int, list[str]] = {}
    numbers: dict[int, float] = {}
    for fact in facts:
        kind, prop = int(columns["fact_kind"][fact]), int(index.fact_property[fact])
        if kind == Kind.THING:
            continue
        value = int(columns["fact_value"][fact])
        known.setdefault(prop, []).append(str(graph.read(kind, value)))
        if prop in numeric and prop not in numbers:
            numbers[prop] = float(value) if kind == Kind.INTEGER else float(columns["middle_key"][value])
    for prop, values in known.items():
        lines.append(f'      <data key="p{prop}">{_text("; ".join(values))}</data>\n')
        if prop in numbers and np.isfinite(numbers[prop]):
            lines.append(f'      <data key="n{prop}">{numbers[prop]!r}</data>\n')
    return f"    <node id={_attribute(_text(graph.key(node)))}>\n{''.join(lines)}    </node>\n"


def _edge(graph: Graph, index: Index, fact: int) -> str:
    columns = graph.columns
    row = int(columns["evidence_pointers"][fact])
    line = int(columns["evidence_line"][row]) if row < int(columns["evidence_pointers"][fact + 1]) else 0
    ends = f"source={_attribute(_text(graph.key(int(columns['fact_subject'][fact]))))}"
    ends += f" target={_attribute(_text(graph.key(int(columns['fact_value'][fact]))))}"
    name = _text(graph.properties[int(index.fact_property[fact])])
    data = f'<data key="edge.property">{name}</data><data key="edge.line">{line}</data>'
    return f'    <edge id="e{fact}" {ends}>{data}</edge>\n'
