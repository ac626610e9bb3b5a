"""In: a graph. Out: the same as a networkx graph. Room: api.

A node is a thing, a record or a note, called by its id (``id/nvidia``), with ``label``, ``cls`` (its principal class) and
``classes``. An edge is a fact that joins two of them, keyed by its property, with ``property``, ``note``, ``line`` and ``stated``
of its first place and ``places``, how often it is stated.

With values, every other fact is an attribute of its node: a text or an integer as it is, a quantity as a float (``value``) with
``value_text``, ``value_unit``, a period as its first day (``date``) with ``date_text``; where there are several, the first one, and
``value_all``, all their texts.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind, Period, Quantity, iso_day

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["network"]

_LAST = date.max.toordinal()


def network(graph: Graph, *, facts: bool) -> nx.MultiDiGraph[str]:
    """The graph as a ``MultiDiGraph``; ``facts`` adds values as attributes of nodes."""
    import networkx as nx

    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    keys = [graph.key(node) for node in range(graph.node_count)]
    for node, key in enumerate(keys):
        classes = graph.classes(node)
        made.add_node(key, label=graph.label(node), cls=classes[0] if classes else "", classes=classes)
    for name in graph.properties:
        _add(graph, name, keys, made, facts=facts)
    return made


def _add(graph: Graph, name: str, keys: list[str], made: nx.MultiDiGraph[str], *, facts: bool) -> None:
    start, end = graph.property_range(name)
    columns = graph.columns
    subjects, kinds = columns["fact_subject"][start:end].tolist(), columns["fact_kind"][start:end].tolist()
    values = columns["fact_value"][start:end].tolist()
    for fact, (subject, kind, value) in enumerate(zip(subjects, kinds, values, strict=True), start):
        if kind == Kind.THING:
            made.add_edge(keys[subject], keys[value], key=name, property=name, **_place(graph, fact))
        elif facts:
            _attribute(made.nodes[keys[subject]], name, graph.read(kind, value))


def _place(graph: Graph, fact: int) -> dict[str, Any]:
    places = graph.evidence(fact)
    first = places[0] if places else None
    return {
        "note": first.note if first else "",
        "line": first.line if first else 0,
        "stated": first.stated if first else "",
        "places": len(places),
    }


def _attribute(about: dict[str, Any], name: str, value: int | str | Quantity | Period) -> None:
    texts = (*about.get(f"{name}_all", ()), str(value))
    if name in about:
        about[f"{name}_all"] = (str(about.get(f"{name}_text", about[name])), str(value)) if len(texts) == 1 else texts
        return
    if isinstance(value, Quantity):
        number = value.middle
        about[name] = None if number is None else float(number)
        about[f"{name}_text"], about[f"{name}_unit"] = value.text, value.unit
    elif isinstance(value, Period):
        about[name] = date.fromordinal(value.start) if 1 <= value.start <= _LAST else iso_day(value.start)
        about[f"{name}_text"] = value.text
    else:
        about[name] = value
