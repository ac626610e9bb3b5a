"""In: two graphs. Out: the facts that were added, removed and changed between them. Room: api.

What both say is found by hashes of whole columns; only what differs becomes text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.render.harmless import harmless

__all__ = ["CLASS", "Difference", "differences", "write_differences"]

CLASS = "class"
"""Stands as the property where a thing or record gained or lost a class, or is itself new or gone."""
_Hashes: TypeAlias = "npt.NDArray[np.uint64]"
_Said: TypeAlias = "dict[tuple[str, str], tuple[str, list[str], str]]"
_ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed about one property of one subject."""

    kind: str
    """``added``, ``removed`` or ``changed``."""
    id: str
    """The key of the subject."""
    subject: str
    """Its label."""
    property: str
    old: tuple[str, ...]
    """The values that only the older graph has, as written."""
    new: tuple[str, ...]
    """The values that only the newer one has."""
    place: str
    """Where that is stated: in the newer graph, else in the older."""


def differences(old: Graph, new: Graph) -> tuple[Difference, ...]:
    """Facts that only one of two graphs states, by subject and property, in the order of their keys.

    A fact is its subject, property and value; where it is stated does not count.

    Example:
        >>> from rotgraph.api.walk import compile_texts
        >>> row = "| Stock | Move |\\n|---|---|\\n| [[Deere]] | {} |\\n"
        >>> found = differences(compile_texts({"A.md": row.format("+10%")}), compile_texts({"A.md": row.format("+12%")}))
        >>> [(each.kind, each.subject, each.property, each.old, each.new) for each in found if each.property == "value"]
        [('changed', 'Deere · Move', 'value', ('+10%',), ('+12%',))]
    """
    before, after = _hashes(old), _hashes(new)
    gone = _told(old, np.flatnonzero(~np.isin(before, after)))
    come = _told(new, np.flatnonzero(~np.isin(after, before)))
    found = []
    for key in sorted(gone.keys() | come.keys()):
        label, values, place = gone.get(key, ("", [], ""))
        label_now, values_now, place_now = come.get(key, ("", [], ""))
        kind = "added" if not values else "removed" if not values_now else "changed"
        found.append(Difference(kind, *_named(key, label_now or label), tuple(values), tuple(values_now), place_now or place))
    return tuple(found)


def _named(key: tuple[str, str], label: str) -> tuple[str, str, str]:
    return key[0], label, key[1]


def _hashes(graph: Graph) -> _Hashes:
    """One number per fact, then one per node and direct class; equal for equal ones of other graphs."""
    columns = graph.columns
    texts = _numbers(graph.texts)
    nodes = texts[columns["node_key"]]
    kinds, values = columns["fact_kind"], columns["fact_value"]
    told = values.astype(np.int64).view(np.uint64)
    tables = {
        Kind.THING: nodes,
        Kind.TEXT: texts,
        Kind.QUANTITY: _numbers(map(graph.quantity, range(len(columns["quantity_text"])))),
        Kind.PERIOD: _numbers(map(graph.period, range(len(columns["period_text"])))),
    }
    for kind, table in tables.items():
        chosen = kinds == int(kind)
        told = np.where(chosen, table[np.where(chosen, values, 0)], told) if len(table) else told
    properties = np.repeat(_numbers(graph.properties), np.diff(columns["property_pointers"]))
    facts = _mixed(nodes[columns["fact_subject"]], properties, kinds.astype(np.uint64), told)
    classes = _numbers(each.name for each in graph.schema.classes)[columns["direct_classes"]]
    members = np.repeat(nodes, np.diff(columns["direct_pointers"]))
    return np.concatenate((facts, _mixed(members, _numbers((CLASS,))[np.zeros(len(members), int)], classes)))


def _numbers(values: Iterable[object]) -> _Hashes:
    return np.fromiter(map(hash, values), np.int64).view(np.uint64)


def _mixed(*columns: _Hashes) -> _Hashes:
    made = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        made = (made ^ column) * _ODD
        made ^= made >> np.uint64(29)
    return made


def _told(graph: Graph, rows: npt.NDArray[Any]) -> _Said:
    """Rows of `_hashes` in words, by key of the subject and property."""
    said: _Said = {}
    columns = graph.columns
    for row in rows.tolist():
        if row < graph.fact_count:
            node = int(columns["fact_subject"][row])
            name = graph.properties[int(np.searchsorted(columns["property_pointers"], row, "right")) - 1]
            value, place = _text(graph, row), str(next(iter(graph.evidence(row)), ""))
        else:
            at = row - graph.fact_count
            node = int(np.searchsorted(columns["direct_pointers"], at, "right")) - 1
            name, value, place = CLASS, graph.schema.classes[int(columns["direct_classes"][at])].name, ""
        _, values, _ = said.setdefault((graph.key(node), name), (graph.label(node), [], place or str(graph.principal(node) or "")))
        values.append(value)
    return said


def _text(graph: Graph, fact: int) -> str:
    value = graph.value(fact)
    if isinstance(value, Quantity | Period):
        return value.text
    return graph.label(value) if isinstance(value, int) and graph.number("fact_kind", fact) == int(Kind.THING) else str(value)


def write_differences(found: Sequence[Difference], form: str = "text") -> Iterator[str]:
    """A line each: ``+`` added, ``-`` removed, ``~`` changed; or JSON, an object a line."""
    for each in found:
        if form == "json":
            yield json.dumps(asdict(each), ensure_ascii=False) + "\n"
            continue
        old, new = (" · ".join(map(_short, values)) for values in (each.old, each.new))
        value = f"{old} → {new}" if each.kind == "changed" else old or new
        sign = {"added": "+", "removed": "-", "changed": "~"}[each.kind]
        place = f"  ({harmless(each.place)})" if each.place else ""
        yield f"{sign} {_short(each.subject)}  {each.property}  {value}{place}\n"


def _short(text: str) -> str:
    line = harmless(" ".join(text.split()))
    return line if len(line) <= 120 else f"{line[:119]}…"
