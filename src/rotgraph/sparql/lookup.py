"""In: IRIs met in an answer. Out: what the store says of them, asked for in bulk and remembered. Room: sparql.

Things with their labels, classes and principal evidence; quantities and periods; the evidence of facts. Notes are few and fetched
at once: their order is the order of all that they state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import NamedTuple, TypeVar

from rotgraph.errors import StoreError
from rotgraph.late import dataclass
from rotgraph.model.graph import Evidence
from rotgraph.model.result import ThingCell
from rotgraph.model.schema import Schema
from rotgraph.model.value import Period, Quantity
from rotgraph.rdf.answers import Row, Store, Term
from rotgraph.rdf.iri import NAMESPACES
from rotgraph.rdf.read import key_of
from rotgraph.rdf.read_values import period_of, quantity_of
from rotgraph.rdf.terms import quote
from rotgraph.rdf.vocabulary import vocabulary_of
from rotgraph.source import natural_key

__all__ = ["Fact", "Lookup", "Node", "Order"]

_BATCH = 1000
"""IRIs asked about at a time."""
_STRING = f"{NAMESPACES['xsd']}string"
_PREFIXES = "".join(f"PREFIX {name}: <{NAMESPACES[name]}>\n" for name in ("rg", "rdf", "rdfs", "xsd"))
_PLACE = "rg:note ?note ; rg:line ?line ; rg:column ?at ; rg:lineEnd ?lineEnd ; rg:columnEnd ?atEnd"
_NOTES = "SELECT ?note ?label ?path WHERE { ?note a rg:Note ; rdfs:label ?label . OPTIONAL { ?note rg:path ?path } }"
_CLASSES = "?node a ?class . OPTIONAL { ?node rg:principalClass ?principal }"
_STANDS = f"OPTIONAL {{ ?place {_PLACE} . OPTIONAL {{ ?place rg:heading ?heading }} }}"
_NODES = f"?node rdfs:label ?label . OPTIONAL {{ ?place rg:principalOf ?node ; rg:ordinal ?ordinal . {_STANDS} }}"

Order = tuple[int, int, int, int]
"""Rank of the note, line, column, place among what begins there: the order of the notes."""
LAST: Order = (1 << 60, 0, 0, 0)
_T = TypeVar("_T")


class Fact(NamedTuple):
    """Subject, predicate, object."""

    subject: str
    predicate: str
    object: Term


@dataclass(frozen=True, slots=True)
class Node:
    """What an answer needs to know of a thing or record."""

    cell: ThingCell
    order: Order
    principal: Evidence | None


@dataclass
class Lookup:
    """Asks one store."""

    store: Store
    schema: Schema
    nodes: dict[str, Node] = field(default_factory=dict)
    values: dict[str, Quantity | Period] = field(default_factory=dict)
    stated: dict[Fact, tuple[tuple[Order, Evidence], ...]] = field(default_factory=dict)
    _notes: dict[str, tuple[int, str]] = field(default_factory=dict)
    _edges: dict[tuple[str, bool], dict[str, list[str]]] = field(default_factory=dict)
    _broader: dict[str, list[str]] | None = None

    def notes(self) -> dict[str, tuple[int, str]]:
        """Rank and path of each note."""
        if not self._notes:
            rows = self.store.select(f"{_PREFIXES}{_NOTES}")
            paths = {row["note"].value: (row.get("path") or row["label"]).value for row in rows}
            ordered = sorted(paths, key=lambda note: natural_key(paths[note]))
            self._notes = {note: (rank, paths[note]) for rank, note in enumerate(ordered)}
        return self._notes

    # things

    def learn_nodes(self, iris: Iterable[str]) -> None:
        """Fetch what is not known yet of things and records."""
        names = {iri: name for name, iri in _classes(self.schema).items()}
        for batch in _batches(iri for iri in iris if iri not in self.nodes):
            listed = f"VALUES ?node {{ {' '.join(f'<{iri}>' for iri in batch)} }}"
            classes: dict[str, str] = {}
            for row in self.store.select(f"{_PREFIXES}SELECT * WHERE {{ {listed} {_CLASSES} }}"):
                name = names.get(row["principal"].value if "principal" in row else row["class"].value)
                if name is not None:
                    classes[row["node"].value] = name
            for row in self.store.select(f"{_PREFIXES}SELECT * WHERE {{ {listed} {_NODES} }}"):
                iri = row["node"].value
                cell = ThingCell(key_of(iri, self.schema.base), row["label"].value, classes.get(iri, "thing"))
                order, evidence = self._place(row)
                self.nodes[iri] = Node(cell, order, evidence)
            missing = next((iri for iri in batch if iri not in self.nodes), None)
            if missing is not None:
                raise StoreError(f"{self.store.name}: nothing is said of <{missing}>")

    def _place(self, row: Row) -> tuple[Order, Evidence | None]:
        ordinal = int(row["ordinal"].value) if "ordinal" in row else 0
        if "note" not in row:
            return (LAST[0], 0, 0, ordinal), None
        rank, path = self.notes()[row["note"].value]
        line, at, line_end, at_end = (int(row[name].value) for name in ("line", "at", "lineEnd", "atEnd"))
        heading = row["heading"].value if "heading" in row else ""
        stated = row["text"].value if "text" in row else ""
        return (rank, line, at, ordinal), Evidence(path, line, at, line_end, at_end, heading, stated)

    # values

    def learn_values(self, iris: Iterable[str]) -> None:
        """Fetch quantities and periods."""
        for batch in _batches(iri for iri in iris if iri not in self.values):
            listed = " ".join(f"<{iri}>" for iri in batch)
            said: dict[str, dict[str, list[Term]]] = {}
            for row in self.store.select(f"SELECT ?node ?is ?what WHERE {{ VALUES ?node {{ {listed} }} ?node ?is ?what }}"):
                said.setdefault(row["node"].value, {}).setdefault(row["is"].value, []).append(row["what"])
            for iri, about in said.items():
                try:
                    quantity = f"{NAMESPACES['rg']}low" in about
                    self.values[iri] = quantity_of(about, self.schema.base) if quantity else period_of(about)
                except (ValueError, ArithmeticError) as error:
                    raise StoreError(f"{self.store.name}: <{iri}> is no quantity or period that rotgraph wrote: {error}") from error

    # evidence

    def learn_evidence(self, facts: Iterable[Fact]) -> None:
        """Fetch where facts are stated."""
        for batch in _batches(fact for fact in facts if fact not in self.stated):
            wanted = " ".join(f"(<{fact.subject}> <{fact.predicate}> {_spelled(fact.object)})" for fact in batch)
            stated = "OPTIONAL { ?place rg:stated/rg:text ?text }"
            query = (
                f"{_PREFIXES}SELECT * WHERE {{ VALUES (?subject ?predicate ?object) {{ {wanted} }} "
                f"?place rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; rg:ordinal ?ordinal . "
                f"OPTIONAL {{ ?place {_PLACE} . OPTIONAL {{ ?place rg:heading ?heading }} {stated} }} }}"
            )
            found: dict[Fact, list[tuple[Order, Evidence]]] = {}
            for row in self.store.select(query):
                order, evidence = self._place(row)
                if evidence is not None:
                    fact = Fact(row["subject"].value, row["predicate"].value, row["object"])
                    found.setdefault(fact, []).append((order, evidence))
            for fact in batch:
                self.stated[fact] = tuple(sorted(found.get(fact, ())))

    # the hierarchy

    def edges(self, predicate: str, *, inverse: bool) -> dict[str, list[str]]:
        """All facts of a property between things, by subject (inverse: by object), in the order of the notes."""
        found = self._edges.get((predicate, inverse))
        if found is None:
            between = f"?subject <{predicate}> ?object ; rdfs:label ?name . ?object rdfs:label ?other"
            query = f"{_PREFIXES}SELECT ?subject ?object WHERE {{ {between} }}"
            pairs = [(row["subject"].value, row["object"]) for row in self.store.select(query)]
            self.learn_evidence(Fact(subject, predicate, value) for subject, value in pairs)
            self.learn_nodes(subject for subject, _ in pairs)
            if inverse:
                pairs.sort(key=lambda pair: self.nodes[pair[0]].order)
            else:
                pairs.sort(key=lambda pair: self.order_of(Fact(pair[0], predicate, pair[1])))
            found = self._edges[predicate, inverse] = {}
            for subject, value in pairs:
                ours, theirs = (value.value, subject) if inverse else (subject, value.value)
                found.setdefault(ours, []).append(theirs)
        return found

    def below(self, keys: Iterable[str]) -> frozenset[str]:
        """Keys of things and of all that is under them."""
        if self._broader is None:
            query = f"{_PREFIXES}SELECT ?under ?over WHERE {{ ?under <{NAMESPACES['skos']}broader>|rg:partOf ?over }}"
            self._broader = {}
            for row in self.store.select(query):
                over = key_of(row["over"].value, self.schema.base)
                self._broader.setdefault(over, []).append(key_of(row["under"].value, self.schema.base))
        found, frontier = set(keys), list(keys)
        while frontier:
            fresh = [each for each in self._broader.get(frontier.pop(), ()) if each not in found]
            found.update(fresh)
            frontier += fresh
        return frozenset(found)

    def order_of(self, fact: Fact) -> Order:
        """Where a fact is first stated; its evidence has been learnt."""
        places = self.stated.get(fact)
        return places[0][0] if places else LAST


def _classes(schema: Schema) -> dict[str, str]:
    terms = vocabulary_of(schema)
    return {name: terms.cls(name) for name in terms.classes}


def _spelled(term: Term) -> str:
    if term.is_iri:
        return f"<{term.value}>"
    return quote(term.value) if term.datatype == _STRING else f"{quote(term.value)}^^<{term.datatype}>"


def _batches(items: Iterable[_T]) -> Iterator[Sequence[_T]]:
    distinct = list(dict.fromkeys(items))
    for start in range(0, len(distinct), _BATCH):
        yield distinct[start : start + _BATCH]
