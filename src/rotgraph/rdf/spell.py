"""In: a graph and a syntax. Out: its nodes, properties and values as terms of that syntax. Room: rdf.

Two spellings of the same triples: N-Triples (whole IRIs, datatypes spelled out) and Turtle (prefixed names, bare numbers). All that
writes RDF asks a `Spelling`, so what is said and how it is spelled never mix.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rotgraph.model.graph import Graph
from rotgraph.model.tokens import tokens
from rotgraph.rdf.iri import NAMESPACES, PREFIX, check_base, encode, path_of_key
from rotgraph.rdf.terms import date_text, quote, quote_long, typed
from rotgraph.rdf.vocabulary import UNIT_TERMS, Vocabulary, vocabulary_of

__all__ = ["ROOMS", "Spelling", "spelling_of"]

ROOMS = ("value", "period", "unit", "evidence", "graph")
"""Rooms below the base that are no classes; records of a class of that name stand under ``row.value`` (no slug holds a dot)."""

_EASY = re.compile(r"([a-z](?:[a-z0-9-]*[a-z0-9])?)/([a-z0-9_][a-z0-9_-]*)")
_MANY = 1 << 17
"""Terms remembered at a time: bounds the memory of the formats that stream."""


@dataclass
class Spelling:
    """How one syntax spells the terms of one graph."""

    graph: Graph
    base: str
    vocabulary: Vocabulary
    turtle: bool
    used: set[str] = field(default_factory=set)
    """Prefixes that were needed; Turtle only."""
    _nodes: dict[int, str] = field(default_factory=dict)
    _texts: dict[int, str] = field(default_factory=dict)

    def iri(self, iri: str) -> str:
        """Any IRI, in full."""
        return f"<{iri}>"

    def name(self, prefix: str, local: str) -> str:
        """A term of a known namespace."""
        if self.turtle:
            self.used.add(prefix)
            return f"{prefix}:{local}"
        return f"<{NAMESPACES[prefix]}{local}>"

    def step(self, room: str, local: str) -> str:
        """An IRI below the base, both steps encoded already."""
        if self.turtle and PREFIX.fullmatch(room) and room not in NAMESPACES:
            self.used.add(room)
            return f"{room}:{local}"
        return f"<{self.base}{room}/{local}>" if room else f"<{self.base}{local}>"

    def node(self, node: int) -> str:
        found = self._nodes.get(node)
        if found is None:
            if len(self._nodes) >= _MANY:
                self._nodes.clear()
            key = self.graph.key(node)
            easy = _EASY.fullmatch(key)
            room, local = easy.groups() if easy else path_of_key(key)
            if room in ROOMS:
                room = f"row.{room}"
            found = self._nodes[node] = self.step(room, local)
        return found

    def property(self, name: str) -> str:
        prefix, colon, local = self.vocabulary.properties[name].partition(":")
        return self.name(prefix, local) if colon else self.name("rg", prefix)

    def cls(self, name: str) -> str:
        return self.name("rg", self.vocabulary.classes[name])

    def unit(self, name: str) -> str:
        term = UNIT_TERMS.get(name)
        return self.name("rg", term) if term else self.step("unit", encode(name))

    def text(self, index: int) -> str:
        """A text of the pool, on one line."""
        found = self._texts.get(index)
        if found is None:
            if len(self._texts) >= _MANY:
                self._texts.clear()
            found = self._texts[index] = quote(self.graph.texts[index])
        return found

    def lines(self, index: int) -> str:
        """A text of the pool; in Turtle over as many lines as it has."""
        return quote_long(self.graph.texts[index]) if self.turtle else self.text(index)

    def tokens(self, index: int) -> str:
        """The words of a text of the pool, for `contains`."""
        return f'"{tokens(self.graph.texts[index])}"'

    def literal(self, text: str) -> str:
        """Any text, on one line."""
        return quote(text)

    def integer(self, number: int) -> str:
        return str(number) if self.turtle else typed(str(number), "integer")

    def number(self, lexical: str, datatype: str) -> str:
        """A number in its lexical form: integers and decimals are bare in Turtle, doubles never (``INF`` has no bare form)."""
        if not self.turtle:
            return typed(lexical, datatype)
        return lexical if datatype != "double" else self.typed(lexical, datatype)

    def boolean(self, *, holds: bool) -> str:
        text = "true" if holds else "false"
        return text if self.turtle else typed(text, "boolean")

    def date(self, day: int) -> str:
        return self.typed(date_text(day), "date")

    def typed(self, lexical: str, datatype: str) -> str:
        if not self.turtle:
            return typed(lexical, datatype)
        self.used.add("xsd")
        return f'"{lexical}"^^xsd:{datatype}'


def spelling_of(graph: Graph, *, turtle: bool) -> Spelling:
    """The spelling of a graph.

    Raises:
        SchemaError: its base IRI can be none.
    """
    return Spelling(graph, check_base(graph.schema.base), vocabulary_of(graph.schema, graph.properties), turtle)
