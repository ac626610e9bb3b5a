"""In: a graph, and what is said of some of its records. Out: whether just that stands there, and nothing beside. Room: resolve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from rotgraph.model.graph import Graph
from rotgraph.model.ordering import unique
from rotgraph.model.slug import again
from rotgraph.model.told_moved import Span, Spans
from rotgraph.model.value import Kind, Period
from rotgraph.resolve.some import SaidFact, SaidNode

__all__ = ["Held", "Said", "Shown", "alone", "facts_are_there", "fields_are_there", "is_there", "shown"]

_PLACES = ("line", "column", "end_line", "end_column")
_LOOKED_AT = 64
"""Things that are asked whether they show a field."""
Said: TypeAlias = "tuple[Sequence[SaidNode], Mapping[tuple[str, str], Sequence[SaidFact]]]"
"""Records that are nodes, and what is said of things in some fields."""


@dataclass(frozen=True, slots=True)
class Held:
    """A graph, and what its notes that are joined again have to do with it."""

    graph: Graph
    nodes: Sequence[int]
    """The node of each of these notes."""
    spans: Mapping[int, Spans]
    """Of those that changed where everything has gone, by their place among the notes."""
    same: Mapping[int, Mapping[int, int]]
    """And which of their records became which."""
    node: Callable[[str], int | None]
    """The node of a key."""
    classes: Callable[[str], tuple[str, ...] | None]
    """The classes of a thing that is in the graph whether a note speaks of it or not, by its key; None if it is no such thing."""
    declared: Callable[[str, str], bool]
    """Whether the schema knows a field of a class."""


def is_there(held: Held, node: int, said: SaidNode) -> bool:
    """Whether a node is what is said of it, its facts apart."""
    graph = held.graph
    columns = graph.columns
    note, place, heading, _ = said.place
    return (
        (graph.label(node), graph.classes(node)) == (said.label, (said.cls,))
        and columns["node_note"][node] == held.nodes[note]
        and tuple(int(columns[f"node_{name}"][node]) for name in _PLACES) == place
        and _text(graph, columns["node_heading"][node]) == heading
        and _text(graph, columns["node_source"][node]) == said.source
    )


def _text(graph: Graph, number: int) -> str | None:
    return str(graph.texts[number]) if number >= 0 else None


_Told: TypeAlias = "tuple[int, str, int, Any, tuple[tuple[int, Span, str | None, Period | None], ...]]"


def facts_are_there(held: Held, said: Sequence[tuple[int, SaidNode]]) -> bool:
    """Whether nodes have just the facts that are said of them, with their evidence, in this order."""
    wanted: list[_Told] = [
        (node, fact.property, int(fact.kind), fact.value, _evidence(held, fact))
        for node, each in said
        for fact in each.facts
    ]  # fmt: skip
    return sorted(wanted, key=_by_property) == sorted(_facts_of(held.graph, [node for node, _ in said]), key=_by_property)


def _by_property(told: _Told) -> tuple[int, str]:
    return told[0], told[1]


def _facts_of(graph: Graph, nodes: Sequence[int]) -> Iterator[_Told]:
    columns = graph.columns
    marked = np.zeros(graph.node_count, bool)
    marked[list(nodes)] = True
    rows = np.flatnonzero(marked[columns["fact_subject"]])
    names = np.searchsorted(columns["property_pointers"], rows, "right") - 1
    told = (columns[f"fact_{name}"][rows].tolist() for name in ("subject", "kind", "value"))
    for row, name, node, kind, number in zip(rows.tolist(), names.tolist(), *told, strict=True):
        value = graph.key(number) if kind == Kind.THING else graph.read(kind, number)
        low, high = columns["evidence_pointers"][row : row + 2].tolist()
        places = zip(*(columns[f"evidence_{each}"][low:high].tolist() for each in _PLACES), strict=True)
        beside = (columns[f"evidence_{each}"][low:high].tolist() for each in ("note", "heading", "stated"))
        evidence = tuple(
            (note, place, _text(graph, heading), graph.period(stated) if stated >= 0 else None)
            for place, note, heading, stated in zip(places, *beside, strict=True)
        )
        yield node, graph.properties[name], kind, value, evidence


_Shows: TypeAlias = "tuple[str, str, int]"
"""A class, one of its fields, the kind of what stands there."""


def shown(held: Held, fields: Mapping[tuple[str, str], Sequence[SaidFact]]) -> set[_Shows]:
    """Fields of things that no schema knows, with the classes of the things and the kinds of what is said."""
    return {
        (cls, name, int(fact.kind))
        for (thing, name), facts in fields.items()
        for fact in facts
        for cls in _classes(held, thing)
        if not held.declared(cls, name)
    }


def _classes(held: Held, thing: str) -> tuple[str, ...]:
    """What a thing is, those of the records that it is among them: which name it, no patch changes."""
    node = held.node(thing)
    return (held.graph.classes(node) if node is not None else held.classes(thing)) or ()


class Shown:
    """Whether things that nobody touches show a field."""

    def __init__(self, held: Held, touched: set[tuple[int, int]]) -> None:
        self._held, self._touched = held, touched

    def elsewhere(self, what: _Shows) -> bool:
        """Whether some thing of just that class has it, in a field that is not touched."""
        cls, name, kind = what
        graph = self._held.graph
        begin, end = graph.property_range(name)
        subjects = graph.columns["fact_subject"][begin:end][graph.columns["fact_kind"][begin:end] == kind]
        subjects = subjects[np.isin(subjects, graph.members(cls))]
        return any(
            graph.classes(node) == (cls,) == self._held.classes(graph.key(node))
            for node in unique(subjects)[:_LOOKED_AT].tolist()
            if (node, graph.property_ids[name]) not in self._touched
        )


def fields_are_there(held: Held, said: Mapping[tuple[int, int], Sequence[SaidFact]]) -> bool:
    """Whether just these facts stand in fields of things, with their evidence, in this order."""
    names = held.graph.properties
    found = {each: list[_Told]() for each in said}
    for told in _facts_of(held.graph, [node for node, _ in said]):
        if (told[0], held.graph.property_ids[told[1]]) in found:
            found[told[0], held.graph.property_ids[told[1]]].append(told)
    return all(
        found[node, name] == [(node, names[name], int(fact.kind), fact.value, _evidence(held, fact)) for fact in facts]
        for (node, name), facts in said.items()
    )


def _evidence(held: Held, fact: SaidFact) -> tuple[tuple[int, Span, str | None, Period | None], ...]:
    return tuple((held.nodes[each[0]], *each[1:]) for each in fact.evidence)


def alone(held: Held, before: Sequence[SaidNode], now: Sequence[SaidNode]) -> bool:
    """Whether no record but these has a base that one of them has."""
    counts = Counter(each.base for each in before)
    return all(
        held.node(again(base, counts[base] + 1) if counts[base] else base) is None
        and (counts[base] != 1 or held.node(base) is not None)
        for base in {each.base for each in (*before, *now)}
    )  # fmt: skip
