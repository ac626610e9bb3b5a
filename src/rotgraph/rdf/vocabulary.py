"""In: a schema and the properties of a graph. Out: the local name of every class, property and unit under ``rg:``. Room: rdf.

A name in snake case becomes camel case where that reads back (``buy_side`` ↔ ``buySide``); any other name (``P/E``,
``2025 return``) keeps what a name may hold and carries a hash of itself, so that no two names share a term. A term the schema
sets by hand is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from rotgraph.late import dataclass
from rotgraph.model.schema import Schema
from rotgraph.model.unit import CURRENCIES
from rotgraph.rdf.iri import NAMESPACES, RG, encode, short_hash

__all__ = ["STRUCTURE", "UNIT_TERMS", "Vocabulary", "vocabulary_of"]

UNIT_TERMS = {
    "": "Number", "x": "Multiple", "%": "Percent", "pp": "PercentagePoint", "bp": "BasisPoint", "month": "Month", "day": "Day",
    **{code: code for code in CURRENCIES},
}  # fmt: skip
"""Units that rotgraph knows; any other is minted below the vault's base."""

STRUCTURE = frozenset(
    ("note", "line", "heading", "sourceText", "principalClass", "principalOf", "mentionedIn", "definition", "Quantity", "Period",
     "Unit", "Vault", *UNIT_TERMS.values())
)  # fmt: skip
"""Local names that mean something of every node or are individuals: no field of a table takes them."""

_SNAKE = re.compile(r"[^\W_]+(?:_[^\W_]+)*")
_TERM = re.compile(r"[^\W_][\w-]*")


@dataclass(frozen=True)
class Vocabulary:
    """Local names by name; all distinct."""

    classes: dict[str, str]
    properties: dict[str, str]
    """A local name, or a whole prefixed name (``skos:broader``) where the schema takes a term of the world."""

    def property(self, name: str) -> str:
        """The IRI of a property."""
        prefix, colon, local = self.properties[name].partition(":")
        return NAMESPACES[prefix] + local if colon else RG + prefix

    def words_of(self, name: str) -> str:
        """The IRI of the property that holds the words of its texts."""
        return f"{RG}{self.local(name)}.tokens"

    def local(self, name: str) -> str:
        """The local name of a property, whatever its prefix."""
        return self.properties[name].rpartition(":")[2]

    def cls(self, name: str) -> str:
        """The IRI of a class."""
        return RG + self.classes[name]


def vocabulary_of(schema: Schema, properties: Iterable[str] = ()) -> Vocabulary:
    """The terms of a schema, and of properties that a graph holds besides.

    The terms of declared names come first: what a table happens to show never takes one from the schema.

    Example:
        >>> terms = vocabulary_of(Schema(()), ["buy_side", "P/E", "2025 return", "2025_return", "a_1", "a1", "ß", "İ"])
        >>> list(terms.properties.values())[1:]
        ['2025-return--3hcr2ygx', '2025Return', 'P-E--2dlkxjav', 'a1', 'a-1--zamc36xm', 'buySide', 'ß', 'x--vo2qi626']
    """
    wanted = tuple(properties)
    found = _KNOWN.get((id(schema), wanted))
    if found is None or found[0] is not schema:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        found = _KNOWN[(id(schema), wanted)] = (schema, _vocabulary(schema, wanted))
    return found[1]


_KNOWN: dict[tuple[int, tuple[str, ...]], tuple[Schema, Vocabulary]] = {}
"""Vocabularies made last, with their schemas: a query on a store asks ten times for the same."""
_MOST = 32


def _vocabulary(schema: Schema, properties: tuple[str, ...]) -> Vocabulary:
    taken: set[str] = set()
    classes = {
        each.name: _take(each.term, _camel(each.name, upper=True), each.name, "class", taken)
        for each in sorted(schema.classes, key=lambda each: (not each.declared, each.name))
    }
    declared: dict[str, str] = {}
    for definition in schema.classes:
        for field in definition.fields:
            term = field.term if field.term != _plain(field.name) else ""
            if field.declared or field.name not in declared:
                declared[field.name] = declared.get(field.name) or term
    known = {field.name for each in schema.classes for field in each.fields if field.declared}
    names = sorted({*declared, *properties}, key=lambda name: (name not in known, name))
    terms = {"mentioned_in": "mentionedIn"}
    for name in names:
        if name not in terms:
            terms[name] = _take(declared.get(name, ""), _camel(name), name, "field", taken)
    return Vocabulary(classes, terms)


def _take(wanted: str, term: str, name: str, word: str, taken: set[str]) -> str:
    for each in (wanted, term, f"{term}--{word}", f"{term}--{word}-{short_hash(name)}"):
        prefix, _, local = each.rpartition(":")
        known = not prefix or (each == wanted and prefix in NAMESPACES)
        if known and _TERM.fullmatch(local) and encode(local) == local and local not in taken and local not in STRUCTURE:
            taken.add(local)
            return each
    raise AssertionError(f"no term for {name!r}")  # the last one holds a hash of the name


def _plain(name: str) -> str:
    """The term that a schema file gives a field without one of its own."""
    words = name.split("_")
    return words[0] + "".join(word.capitalize() for word in words[1:])


def _camel(name: str, *, upper: bool = False) -> str:
    """Camel case where it reads back, else with a hash."""
    if _SNAKE.fullmatch(name) and name == normalize("NFC", name) and encode(name) == name:
        words = name.split("_")
        first = words[0][0].upper() + words[0][1:] if upper else words[0]
        term = first + "".join(word[0].upper() + word[1:] for word in words[1:])
        if _snake(term, upper=upper) == name:
            return term
    head = "-".join(re.findall(r"[A-Za-z0-9]+", name))[:40]
    return f"{head or 'x'}--{short_hash(name)}"


def _snake(term: str, *, upper: bool) -> str:
    text = term[0].lower() + term[1:] if upper else term
    return re.sub(r"[^\W\d_]", lambda found: f"_{found[0].lower()}" if found[0] != found[0].lower() else found[0], text)
