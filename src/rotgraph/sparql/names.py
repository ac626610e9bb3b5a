"""In: a store. Out: its schema, and the names that queries use. Room: sparql.

A remote store is bound against as a graph is: labels and aliases are fetched once, kinds and units of a property when a query asks
for them. Nodes are numbers of this object alone.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property

from rotgraph.errors import StoreError
from rotgraph.model.schema import RESERVED_CLASSES, Schema, fold
from rotgraph.model.value import Period
from rotgraph.rdf.answers import Row, Store, Term
from rotgraph.rdf.iri import NAMESPACES, RG, natural
from rotgraph.rdf.read import key_of
from rotgraph.rdf.read_values import period_of
from rotgraph.rdf.schema_terms import class_ranks, schema_with
from rotgraph.rdf.vocabulary import UNIT_TERMS
from rotgraph.sparql.writer import Writer

__all__ = ["StoreNames", "schema_of"]

_PREFIXES = "".join(f"PREFIX {name}: <{NAMESPACES[name]}>\n" for name in ("rg", "rdf", "rdfs", "skos", "xsd"))
"""Every prefix that a term of the writer can have, so that none is declared twice."""
_NODE = "?node rdfs:label ?name ;"
"""A thing or record: quantities and periods have properties of the same names (``rg:value``)."""


def schema_of(store: Store) -> tuple[Schema, tuple[str, ...]]:
    """The schema of what a store holds, and the properties that no class declares.

    Raises:
        StoreError: it holds no export of rotgraph, or several.
    """
    vaults = sorted({row["vault"].value for row in store.select(f"{_PREFIXES}SELECT ?vault WHERE {{ ?vault a rg:Vault }}")})
    if len(vaults) != 1:
        said = (
            f"several vaults: {', '.join(vaults)}" if vaults else "no vault that rotgraph wrote (or its graphs are not seen as one)"
        )
        raise StoreError(f"{store.name}: {said}")
    texts = sorted(row["text"].value for row in store.select(f"{_PREFIXES}SELECT ?text WHERE {{ ?term rg:definition ?text }}"))
    try:
        given = [(json.loads(text), text) for text in texts]
        classes = sorted(
            (text for read, text in given if not isinstance(read, str)), key=lambda text: natural(json.loads(text)["name"])
        )
        return schema_with(classes, vaults[0]), tuple(read for read, _ in given if isinstance(read, str))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{store.name}: a class is defined in a way that this rotgraph does not know: {error}") from error


class StoreNames:
    """The names of a store, as the binder asks for them."""

    def __init__(self, store: Store, schema: Schema, properties: Iterable[str] = ()) -> None:
        self.store, self._schema = store, schema
        self._writer = Writer(schema, properties)
        self._kinds: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._units: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._periods: dict[str, dict[str, Period]] = {}

    @property
    def schema(self) -> Schema:
        return self._schema

    @property
    def saved_where(self) -> str:
        return "a store keeps none: ask from a folder whose rotgraph.toml saves it, or give `queries=` to `rotgraph.connect`"

    # nodes

    @cached_property
    def _nodes(self) -> tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]:
        """Key, label, aliases and classes of every node, by key."""
        terms = {self._writer.vocabulary.cls(each.name): each.name for each in self._schema.classes}
        classes: dict[str, list[str]] = {}
        for row in self._select("?node a ?class ; rdfs:label ?label . OPTIONAL { ?node rg:principalClass ?first }"):
            name = terms.get(row["class"].value)
            if name is not None:
                found = classes.setdefault(row["node"].value, [])
                found.insert(0 if row.get("first") in (row["class"],) else len(found), name)
        labels: dict[str, str] = {}
        for row in self._select("?node rdfs:label ?label"):
            labels[row["node"].value] = row["label"].value
        aliases: dict[str, list[str]] = {}
        for row in self._select("?node skos:altLabel ?label"):
            aliases.setdefault(row["node"].value, []).append(row["label"].value)
        ranks = class_ranks(self._schema)
        made = []
        for iri, held in classes.items():
            ordered = (held[0], *sorted(held[1:], key=ranks.__getitem__))
            made.append((key_of(iri, self._schema.base), labels[iri], tuple(sorted(aliases.get(iri, ()))), ordered))
        return tuple(sorted(made))

    def _select(self, pattern: str) -> Iterable[Row]:
        return self.store.select(f"{_PREFIXES}SELECT * WHERE {{ {pattern} }}")

    @cached_property
    def _names(self) -> tuple[tuple[str, int], ...]:
        """Folded names with their nodes, in the order of the names."""
        pairs = {(fold(name), node) for node, (key, label, aliases, _) in enumerate(self._nodes) for name in (key, label, *aliases)}
        return tuple(sorted(pairs))

    def find(self, name: str) -> Sequence[int]:
        """Nodes of that label, alias or key, folded."""
        wanted = fold(name)
        at = bisect_left(self._names, (wanted, -1))
        found: dict[int, None] = {}
        while at < len(self._names) and self._names[at][0] == wanted:
            found[self._names[at][1]] = None
            at += 1
        return list(found)

    def label(self, node: int) -> str:
        return self._nodes[node][1]

    def key(self, node: int) -> str:
        return self._nodes[node][0]

    def classes(self, node: int) -> tuple[str, ...]:
        """Direct classes, the principal one first."""
        return self._nodes[node][3]

    def place(self, node: int) -> str:
        """Where it is described: its note's path and line."""
        iri = self._writer.node(self.key(node))
        for row in self._select(f"{iri} rg:note ?in ; rg:line ?line . ?in rdfs:label ?note . OPTIONAL {{ ?in rg:path ?path }}"):
            return f"{row.get('path', row['note']).value}:{row['line'].value}"
        return ""

    def _of(self, classes: tuple[str, ...]) -> Iterable[int]:
        for node, (_, _, _, mine) in enumerate(self._nodes):
            if not classes or any(self._schema.is_a(each, cls) for each in mine for cls in classes):
                yield node

    def spellings(self, classes: tuple[str, ...]) -> Iterable[str]:
        """Labels and aliases of the members of some classes (none: of everything)."""
        for node in self._of(classes):
            yield self._nodes[node][1]
            yield from self._nodes[node][2]

    def beginning(self, prefix: str, classes: tuple[str, ...], most: int) -> tuple[str, ...]:
        """Labels of members of the classes with a name that begins so, folded; at most so many."""
        wanted, found = fold(prefix), dict[str, None]()
        kept = set(self._of(classes))
        at = bisect_left(self._names, (wanted, -1))
        while at < len(self._names) and self._names[at][0].startswith(wanted) and len(found) < most:
            if self._names[at][1] in kept:
                found.setdefault(self.label(self._names[at][1]))
            at += 1
        return tuple(found)

    def members(self, cls: str) -> int:
        """How many members a class has."""
        wanted = frozenset(self._writer.names_of(cls))
        return sum(1 for _, _, _, classes in self._nodes if not wanted.isdisjoint(classes))

    def aliased(self, cls: str) -> int:
        """How many members of a class have another name."""
        wanted = frozenset(self._writer.names_of(cls))
        return sum(1 for _, _, aliases, classes in self._nodes if aliases and not wanted.isdisjoint(classes))

    def filled(self, cls: str) -> dict[str, int]:
        """How many members of a class have each property."""
        pattern = f"{self._members(cls)} ?node ?property ?value"
        counted = f"SELECT ?property (COUNT(DISTINCT ?node) AS ?count) WHERE {{ {pattern} }} GROUP BY ?property"
        vocabulary = self._writer.vocabulary
        names = {vocabulary.property(name): name for name in vocabulary.properties}
        found = self.store.select(_PREFIXES + counted)
        return {names[row["property"].value]: int(row["count"].value) for row in found if row["property"].value in names}

    def pointed_at(self, cls: str, by: Iterable[tuple[str, str]]) -> int:
        """How many members of a class are the value of one of some properties, each of a class of its own."""
        ways = (f"{{ ?other {self._writer.property(name)} ?node . {self._members(owner, '?other')} }}" for owner, name in by)
        pattern = f"{self._members(cls)} {' UNION '.join(ways)}"
        found = self.store.select(f"{_PREFIXES}SELECT (COUNT(DISTINCT ?node) AS ?count) WHERE {{ {pattern} }}")
        return sum(int(row["count"].value) for row in found)

    def _members(self, cls: str, node: str = "?node") -> str:
        return f"VALUES {node}Class {{ {' '.join(self._writer.classes_of(cls))} }} {node} a {node}Class ."

    # properties

    def kinds(self, name: str, owners: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The kinds of value that a property has on members of some classes (none: anywhere)."""
        found = self._kinds.get((name, owners))
        if found is None:
            term, node = self._writer.property(name), self._node(owners)
            literal = f"{term} ?value FILTER(isLiteral(?value)) BIND(DATATYPE(?value) AS ?kind)"
            rows = [*self._distinct("?kind", f"{node} {literal}")]
            rows += self._distinct("?kind", f"{node} {term} ?value . ?value a ?kind FILTER(?kind IN (rg:Quantity, rg:Period))")
            made = {_KINDS.get(row["kind"].value, "text") for row in rows}
            if any(True for _ in self._distinct("?kind", f"{node} {term}/rdfs:label ?label . BIND(1 AS ?kind)")):
                made.add("thing")
            found = self._kinds[name, owners] = tuple(kind for kind in _ORDER if kind in made)
        return found

    def _node(self, owners: tuple[str, ...]) -> str:
        """The beginning of a pattern about nodes, of the classes alone."""
        if not owners or RESERVED_CLASSES[0] in owners:
            return _NODE
        terms = dict.fromkeys(term for cls in owners for term in self._writer.classes_of(cls))
        return f"VALUES ?owner {{ {' '.join(terms)} }} ?node a ?owner . {_NODE}"

    def _distinct(self, variable: str, pattern: str) -> Iterable[Row]:
        return self.store.select(f"{_PREFIXES}SELECT DISTINCT {variable} WHERE {{ {pattern} }}")

    def units(self, name: str, owners: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The units of the quantities that a property has on members of some classes (none: anywhere)."""
        found = self._units.get((name, owners))
        if found is None:
            of = f"{self._node(owners)} {self._writer.property(name)}/rg:unit ?unit"
            rows = self._distinct("?unit ?label", f"{of} . OPTIONAL {{ ?unit rdfs:label ?label }}")
            known = {f"{RG}{term}": unit for unit, term in UNIT_TERMS.items()}
            named = {known.get(row["unit"].value, row["label"].value if "label" in row else "") for row in rows}
            found = self._units[name, owners] = tuple(sorted(named))
        return found

    def period(self, name: str, text: str) -> Period | None:
        """The period that is written so somewhere in a property."""
        known = self._periods.get(name)
        if known is None:
            said: dict[str, dict[str, list[Term]]] = {}
            pattern = f"{_NODE} {self._writer.property(name)} ?value . ?value a rg:Period ; ?is ?what"
            for row in self._distinct("?value ?is ?what", pattern):
                said.setdefault(row["value"].value, {}).setdefault(row["is"].value, []).append(row["what"])
            known = self._periods[name] = {}
            for _, about in sorted(said.items()):
                period = period_of(about)
                known.setdefault(fold(period.text), period)
        return known.get(fold(text))

    def holds(self, name: str, owners: tuple[str, ...], node: int) -> bool:
        """Whether a property of members of some classes has that thing as a value."""
        return self._some(f"{self._node(owners)} {self._writer.property(name)} {self._writer.node(self.key(node))}")

    def says(self, name: str, owners: tuple[str, ...], text: str) -> bool:
        """Whether a property of members of some classes has that text as a value, folded."""
        pattern = f"{self._node(owners)} {self._writer.property(name)} ?text FILTER(isLiteral(?text))"
        wanted = fold(text)
        return any(fold(row["text"].value) == wanted for row in self._distinct("?text", pattern))

    def has(self, node: int, name: str, *, inverse: bool = False) -> bool:
        """Whether a thing has a value of a property; ``inverse``: whether it is one."""
        if inverse:
            return self.holds(name, (), node)
        return self._some(f"{self._writer.node(self.key(node))} {self._writer.property(name)} ?value")

    def _some(self, pattern: str) -> bool:
        return any(True for _ in self.store.select(f"{_PREFIXES}SELECT * WHERE {{ {pattern} }} LIMIT 1"))


_ORDER = ("thing", "text", "quantity", "period", "integer")
_KINDS = {f"{RG}Quantity": "quantity", f"{RG}Period": "period", f"{NAMESPACES['xsd']}integer": "integer"}
