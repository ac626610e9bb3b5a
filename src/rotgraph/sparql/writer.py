"""In: names of the schema, values. Out: terms and variables of SPARQL. Room: sparql.

Nothing a user wrote is ever spliced: a text becomes a quoted literal, a name an IRI that `rdf.iri` has encoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from rotgraph.model.schema import RESERVED_CLASSES, Schema
from rotgraph.rdf.iri import NAMESPACES, RG, encode
from rotgraph.rdf.spell import node_path
from rotgraph.rdf.terms import date_text, quote
from rotgraph.rdf.vocabulary import UNIT_TERMS, Vocabulary, vocabulary_of

__all__ = ["RESERVED", "Writer"]

_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9]*")
RESERVED = ("row", "column", "property", "value", *(f"via{number}" for number in range(1, 65)))
"""Variables that a query hands out."""


class Writer:
    """Spells terms for one store, and hands out variables."""

    def __init__(self, schema: Schema, properties: Iterable[str] = ()) -> None:
        self.schema = schema
        self._properties = tuple(properties)
        self.vocabulary: Vocabulary = vocabulary_of(schema, self._properties)
        self.used: set[str] = set()
        self._count: dict[str, int] = dict.fromkeys(RESERVED, 1)

    # variables

    def fresh(self, stem: str) -> str:
        """A variable nobody has yet: ``?value``, ``?value2``, …"""
        number = self._count[stem] = self._count.get(stem, 0) + 1
        return f"?{stem}{number if number > 1 else ''}"

    # names

    def name(self, prefix: str, local: str) -> str:
        """A term of a namespace."""
        if not _LOCAL.fullmatch(local):
            return f"<{NAMESPACES[prefix]}{local}>"
        self.used.add(prefix)
        return f"{prefix}:{local}"

    def rg(self, local: str) -> str:
        """A term of the model."""
        return self.name("rg", local)

    def model(self, local: str) -> str:
        """The IRI of a term of the model."""
        return RG + local

    def property(self, name: str) -> str:
        prefix, colon, local = self._term(name).partition(":")
        return self.name(prefix, local) if colon else self.rg(prefix)

    def words(self, name: str) -> str:
        """The property that holds the words of the texts of another."""
        return f"<{RG}{self._term(name).rpartition(':')[2]}.tokens>"

    def _term(self, name: str) -> str:
        term = self.vocabulary.properties.get(name)
        if term is None:  # no note uses it: any IRI of its own will do
            term = vocabulary_of(self.schema, (*self._properties, name)).properties[name]
        return term

    def cls(self, name: str) -> str:
        return self.rg(self.vocabulary.classes[name])

    def classes_of(self, name: str) -> tuple[str, ...]:
        """The terms of a class and all below it; of `things` also the named records'."""
        return tuple(map(self.cls, self.names_of(name)))

    def names_of(self, name: str) -> tuple[str, ...]:
        """A class and all below it; of `things` also the named records'."""
        schema = self.schema
        found = [each.name for each in schema.classes if schema.is_a(each.name, name)]
        if name == RESERVED_CLASSES[0]:
            found += [each.name for each in schema.classes if each.named and schema.is_a(each.name, RESERVED_CLASSES[1])]
        return tuple(dict.fromkeys(found))

    def node(self, key: str) -> str:
        """The IRI of a thing or record."""
        return f"<{self.node_iri(key)}>"

    def node_iri(self, key: str) -> str:
        room, step = node_path(key)
        return f"{self.schema.base}{room}/{step}" if room else f"{self.schema.base}{step}"

    def unit(self, name: str) -> str:
        term = UNIT_TERMS.get(name)
        return self.rg(term) if term else f"<{self.schema.base}unit/{encode(name)}>"

    # literals

    def text(self, text: str) -> str:
        return quote(text)

    def number(self, number: Decimal | int) -> str:
        """A number, in brackets where its sign could be taken for an operator."""
        text = f"{Decimal(number):f}"
        return f"({text})" if text.startswith("-") else text

    def day(self, day: int) -> str:
        self.used.add("xsd")
        return f'"{date_text(day)}"^^xsd:date'

    def prologue(self) -> str:
        """The prefixes that were used."""
        return "".join(f"PREFIX {prefix}: <{NAMESPACES[prefix]}>\n" for prefix in NAMESPACES if prefix in self.used)
