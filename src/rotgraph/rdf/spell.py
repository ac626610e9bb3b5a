"""In: a graph and a syntax. Out: its nodes, properties and values as terms of that syntax. Room: rdf.

Three spellings of the same triples: N-Triples (whole IRIs, datatypes spelled out), Turtle (prefixed names, bare numbers) and
JSON-LD (members of objects). All that writes RDF asks a `Spelling`, so what is said and how it is spelled never mix.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias
from unicodedata import normalize

from rotgraph.model.graph import Graph
from rotgraph.model.tokens import tokens
from rotgraph.rdf.iri import NAMESPACES, PREFIX, check_base, encode, path_of_key
from rotgraph.rdf.terms import date_text, quote, quote_canonical, quote_long, typed
from rotgraph.rdf.vocabulary import UNIT_TERMS, vocabulary_of

__all__ = ["ROOMS", "JsonSpelling", "Said", "Spelling", "TurtleSpelling", "node_path"]

ROOMS = frozenset(("value", "period", "unit", "evidence", "graph"))
"""Rooms below the base that are no classes; records of a class of that name stand under ``row.value`` (no slug holds a dot)."""

Said: TypeAlias = "tuple[str, Sequence[str]]"
"""A subject and its sayings."""

_EASY = re.compile(r"([a-z](?:[a-z0-9-]*[a-z0-9])?)/([a-z0-9_][a-z0-9_-]*)")
_MANY = 1 << 15
"""Terms remembered at a time: bounds the memory of the formats that stream."""


def node_path(key: str) -> tuple[str, str]:
    """Room and step of a node's IRI below the base, encoded.

    Example:
        >>> node_path("id/nvidia"), node_path("value/a.b")
        (('id', 'nvidia'), ('row.value', 'a%2Eb'))
    """
    easy = _EASY.fullmatch(key)
    room, step = easy.groups() if easy else path_of_key(key)
    return (f"row.{room}" if room in ROOMS else room), step


class Spelling:
    """How one syntax spells the terms of one graph; this one N-Triples, in the canonical form of N-Quads.

    Raises:
        SchemaError: the graph's base IRI can be none.
    """

    a = f"<{NAMESPACES['rdf']}type>"

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.base = check_base(graph.schema.base)
        self.vocabulary = vocabulary_of(graph.schema, graph.properties)
        self._nodes: dict[int, str] = {}
        self._texts: dict[int, str] = {}
        self._tokens: dict[int, str] = {}

    # terms of a vocabulary

    def name(self, prefix: str, local: str) -> str:
        """A term of a known namespace, as subject or object."""
        return f"<{NAMESPACES[prefix]}{local}>"

    def predicate(self, prefix: str, local: str) -> str:
        """A term of a known namespace, as predicate."""
        return self.name(prefix, local)

    def property(self, name: str) -> str:
        """A property as subject or object."""
        prefix, colon, local = self.vocabulary.properties[name].partition(":")
        return self.name(prefix, local) if colon else self.name("rg", prefix)

    def property_predicate(self, name: str) -> str:
        prefix, colon, local = self.vocabulary.properties[name].partition(":")
        return self.predicate(prefix, local) if colon else self.predicate("rg", prefix)

    def cls(self, name: str) -> str:
        return self.name("rg", self.vocabulary.classes[name])

    def unit(self, name: str) -> str:
        term = UNIT_TERMS.get(name)
        return self.name("rg", term) if term else self.step("unit", encode(name))

    # terms below the base

    def step(self, room: str, local: str) -> str:
        """An IRI below the base, both steps encoded already."""
        return f"<{self.base}{room}/{local}>" if room else f"<{self.base}{local}>"

    def iri(self, iri: str) -> str:
        """Any IRI, in full."""
        return f"<{iri}>"

    def node(self, node: int) -> str:
        found = self._nodes.get(node)
        if found is None:
            if len(self._nodes) >= _MANY:
                self._nodes.clear()
            found = self._nodes[node] = self.step(*node_path(self.graph.key(node)))
        return found

    # literals

    def text(self, index: int) -> str:
        """A text of the pool, on one line."""
        found = self._texts.get(index)
        if found is None:
            if len(self._texts) >= _MANY:
                self._texts.clear()
            found = self._texts[index] = self.literal(self.graph.texts[index])
        return found

    def lines(self, index: int) -> str:
        """A text of the pool; in Turtle over as many lines as it has."""
        return self.text(index)

    def tokens(self, index: int) -> str:
        """The words of a text of the pool, for `contains`."""
        found = self._tokens.get(index)
        if found is None:
            if len(self._tokens) >= _MANY:
                self._tokens.clear()
            found = self._tokens[index] = f'"{tokens(self.graph.texts[index])}"'
        return found

    def literal(self, text: str) -> str:
        """Any text, on one line."""
        return quote_canonical(text)

    def typed(self, lexical: str, datatype: str) -> str:
        """A literal of a datatype of XML Schema."""
        return typed(lexical, datatype)

    def json(self, text: str) -> str:
        """A JSON text."""
        return f"{self.literal(text)}^^{self.name('rdf', 'JSON')}"

    def integer(self, number: int) -> str:
        return self.typed(str(number), "integer")

    def number(self, lexical: str, datatype: str) -> str:
        return self.typed(lexical, datatype)

    def boolean(self, *, holds: bool) -> str:
        return self._true if holds else self._false

    def date(self, day: int) -> str:
        return self.typed(date_text(day), "date")

    @cached_property
    def _true(self) -> str:
        return self.typed("true", "boolean")

    @cached_property
    def _false(self) -> str:
        return self.typed("false", "boolean")


class TurtleSpelling(Spelling):
    """Turtle: prefixed names wherever a prefix can stand, bare numbers and booleans."""

    a = "a"

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.used: set[str] = set()
        """Prefixes that were needed."""
        self._rooms: set[str] = set()

    def name(self, prefix: str, local: str) -> str:
        self.used.add(prefix)
        return f"{prefix}:{local}"

    def step(self, room: str, local: str) -> str:
        if room not in self._rooms:
            if not PREFIX.fullmatch(room) or room in NAMESPACES:
                return super().step(room, local)
            self._rooms.add(room)
            self.used.add(room)
        return f"{room}:{local}"

    def literal(self, text: str) -> str:
        return quote(text)

    def lines(self, index: int) -> str:
        return quote_long(self.graph.texts[index])

    def integer(self, number: int) -> str:
        return str(number)

    def number(self, lexical: str, datatype: str) -> str:
        return lexical if datatype != "double" else self.typed(lexical, datatype)  # INF has no bare form

    def boolean(self, *, holds: bool) -> str:
        return "true" if holds else "false"

    def json(self, text: str) -> str:
        return f"{quote_long(text)}^^{self.name('rdf', 'JSON')}"

    def typed(self, lexical: str, datatype: str) -> str:
        self.used.add("xsd")
        return f'"{lexical}"^^xsd:{datatype}'


class JsonSpelling(TurtleSpelling):
    """JSON-LD: a predicate is the name of a member with its colon, all else a JSON value; types come first in an object."""

    a = '"@type":'

    def name(self, prefix: str, local: str) -> str:
        return f'{{"@id":"{super().name(prefix, local)}"}}'

    def predicate(self, prefix: str, local: str) -> str:
        return f'"{super().name(prefix, local)}":'

    def step(self, room: str, local: str) -> str:
        found = super().step(room, local)
        return self.iri(found[1:-1]) if found.startswith("<") else f'{{"@id":"{found}"}}'

    def iri(self, iri: str) -> str:
        return f'{{"@id":{json.dumps(iri, ensure_ascii=False)}}}'

    def literal(self, text: str) -> str:
        return json.dumps(normalize("NFC", text), ensure_ascii=False)

    def lines(self, index: int) -> str:
        return self.text(index)

    def json(self, text: str) -> str:
        return f'{{"@type":"{TurtleSpelling.name(self, "rdf", "JSON")}","@value":{self.literal(text)}}}'

    def integer(self, number: int) -> str:
        return self.typed(str(number), "integer")

    def number(self, lexical: str, datatype: str) -> str:
        return self.typed(lexical, datatype)

    def typed(self, lexical: str, datatype: str) -> str:
        self.used.add("xsd")
        return f'{{"@type":"xsd:{datatype}","@value":"{lexical}"}}'
