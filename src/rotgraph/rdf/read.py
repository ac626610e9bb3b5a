"""In: a file that `export` wrote. Out: the graph it was written from. Room: rdf.

Parsed by pyoxigraph, which fetches nothing. Names of graphs do not matter; the manifest is passed over.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from rotgraph.errors import StoreError
from rotgraph.model.build import build_graph
from rotgraph.model.facts import Facts
from rotgraph.model.graph import Graph
from rotgraph.model.schema import Schema
from rotgraph.model.value import Kind
from rotgraph.rdf.iri import NAMESPACES, RG, decode, natural
from rotgraph.rdf.read_values import About, Values
from rotgraph.rdf.schema_terms import class_ranks, schema_with
from rotgraph.rdf.vocabulary import Vocabulary, vocabulary_of
from rotgraph.source import natural_key

__all__ = ["graph_of", "key_of", "read_graph"]

_TYPE, _LABEL = f"{NAMESPACES['rdf']}type", f"{NAMESPACES['rdfs']}label"
_ALIAS = f"{NAMESPACES['skos']}altLabel"
_SUBJECT, _PREDICATE, _OBJECT = (f"{NAMESPACES['rdf']}{each}" for each in ("subject", "predicate", "object"))
_PLACE = ("line", "column", "lineEnd", "columnEnd")

_Place: TypeAlias = "tuple[int, int, int, int, int, int, int]"
"""Node of the note, line, column, end line, end column, text of the heading, date stated; -1 for none."""


def read_graph(path: str | Path) -> Graph:
    """The graph of an exported file; its format is known by its suffix.

    Raises:
        StoreError: no RDF of a known format, or none that rotgraph wrote.
        OSError: the file cannot be read.
    """
    import pyoxigraph as ox

    formats = {
        ".ttl": (ox.RdfFormat.TURTLE,),
        ".trig": (ox.RdfFormat.TRIG,),
        ".nt": (ox.RdfFormat.N_TRIPLES,),
        ".nq": (ox.RdfFormat.N_QUADS,),
        ".jsonld": (ox.RdfFormat.from_media_type(_STREAMING), ox.RdfFormat.JSON_LD),
    }
    file = Path(path)
    shapes = formats.get(file.suffix.lower())
    if shapes is None:
        raise StoreError(f"{file.name}: graphs are read from {', '.join(formats)}")
    wrong: SyntaxError | None = None
    for shape in filter(None, shapes):
        with file.open("rb") as stream:
            try:
                return graph_of(ox.parse(stream, format=shape), file.name)
            except SyntaxError as error:
                wrong = error
    raise StoreError(f"{file.name}: {wrong}") from None


_STREAMING = "application/ld+json;profile=http://www.w3.org/ns/json-ld#streaming"
"""As exports are written: read statement by statement. A file that went through other hands is read whole."""


def graph_of(quads: Iterable[Any], name: str = "the store") -> Graph:
    """The graph that quads (or triples) of pyoxigraph say.

    Raises:
        StoreError: they are no export of rotgraph.
    """
    about = _about(quads)
    try:
        return build_graph(_Reader(about).facts())
    except (KeyError, IndexError, ValueError, ArithmeticError, AttributeError, StopIteration) as error:
        raise StoreError(f"{name}: not an export of rotgraph: {type(error).__name__}: {error}") from error


def _about(quads: Iterable[Any]) -> dict[str, About]:
    """What is said of each subject, no triple twice; each predicate and object is held once, however often it is said."""
    about: dict[str, About] = {}
    known: dict[Any, Any] = {}
    again: list[list[Any]] = []
    for quad in quads:
        subject, predicate, object_ = quad.subject.value, quad.predicate.value, quad.object
        said = about.get(subject)
        if said is None:
            said = about[subject] = {}
        objects = said.get(predicate)
        if objects is None:
            said[known.setdefault(predicate, predicate)] = [known.setdefault(object_, object_)]
            continue
        if len(objects) == 1:
            again.append(objects)
        objects.append(known.setdefault(object_, object_))
    for objects in again:  # a triple may stand in several graphs
        objects[:] = dict.fromkeys(objects)
    return about


def key_of(iri: str, base: str) -> str:
    """The key of a node, of its IRI.

    Raises:
        ValueError: the IRI is not below the base.

    Example:
        >>> key_of("https://e.org/id/nvidia", "https://e.org/"), key_of("https://e.org/row.unit/a%2Eb", "https://e.org/")
        ('id/nvidia', 'unit/a.b')
    """
    if not iri.startswith(base):
        raise ValueError(f"{iri} is not below {base}")
    room, slash, step = iri[len(base) :].partition("/")
    return f"{decode(room.removeprefix('row.'))}/{decode(step)}" if slash else decode(room)


class _Reader:
    """Facts, of what is said about each subject."""

    def __init__(self, about: Mapping[str, About]) -> None:
        self.about = about
        self.base = next(iri for iri, said in about.items() if _is(said, "Vault"))
        self.schema, self.terms = self._schema()
        self.class_ranks = class_ranks(self.schema)
        self.classes = {self.terms.cls(name): name for name in self.terms.classes}
        self.principal = {said[RG + "principalOf"][0].value: said for said in about.values() if RG + "principalOf" in said}
        self.ids = {iri: index for index, iri in enumerate(self._nodes())}
        self.values = Values(about, self.base)

    def _schema(self) -> tuple[Schema, Vocabulary]:
        definitions: list[str] = []
        extra: list[str] = []
        for said in self.about.values():
            for text in said.get(RG + "definition", ()):
                given = json.loads(text.value)
                (extra if isinstance(given, str) else definitions).append(text.value)
        order = sorted(definitions, key=lambda text: natural(json.loads(text)["name"]))
        schema = schema_with(order, self.base)
        return schema, vocabulary_of(schema, map(json.loads, extra))

    def _nodes(self) -> list[str]:
        """IRIs of the nodes, in the order of the notes."""
        found = [iri for iri, said in self.about.items() if any(each.value in self.classes for each in said.get(_TYPE, ()))]
        self.ranks = self._note_ranks(found)
        return sorted(found, key=lambda iri: (*self._order(self.principal.get(iri, {})), natural(iri)))

    def _note_ranks(self, nodes: Iterable[str]) -> dict[str, int]:
        path = self.terms.property("path")
        paths = {iri: said[path][0].value for iri in nodes if path in (said := self.about[iri])}
        notes = {each.value for said in self.about.values() for each in said.get(RG + "note", ())}
        ordered = sorted(notes, key=lambda iri: natural_key(paths.get(iri) or self.about[iri][_LABEL][0].value))
        return {iri: rank for rank, iri in enumerate(ordered)}

    def _order(self, said: About) -> tuple[int, ...]:
        """Rank of the note, line, column, place among what begins there; what no note states comes last."""
        note = said.get(RG + "note")
        numbers = (int(found[0].value) if (found := said.get(RG + name)) else 0 for name in ("line", "column", "ordinal"))
        return self.ranks[note[0].value] if note else len(self.ranks), *numbers

    def facts(self) -> Facts:
        nodes, values = list(self.ids), self.values
        rows = list(self._rows())
        places = [self._place(self.principal.get(iri, {})) for iri in nodes]
        label = array("i", [values.text(self.about[iri][_LABEL][0].value) for iri in nodes])
        sources = array("i", [values.optional(self.about[iri].get(RG + "sourceText")) for iri in nodes])
        evidence = [array("i", [row[4][index] for row in rows]) for index in range(7)]
        return Facts.from_lists(
            schema=self.schema,
            texts=tuple(values.texts),
            quantities=tuple(values.quantities),
            periods=tuple(values.periods),
            node_key=tuple(key_of(iri, self.base) for iri in nodes),
            node_label=label,
            node_aliases=tuple(tuple(sorted(each.value for each in self.about[iri].get(_ALIAS, ()))) for iri in nodes),
            node_classes=tuple(self._classes(self.about[iri]) for iri in nodes),
            node_note=array("i", [place[0] for place in places]),
            node_place=tuple(place[1:5] for place in places),
            node_heading=array("i", [place[5] for place in places]),
            node_source=sources,
            fact_subject=array("i", [row[0] for row in rows]),
            fact_property=tuple(row[1] for row in rows),
            fact_kind=array("B", [row[2] for row in rows]),
            fact_value=array("i", [row[3] for row in rows]),
            evidence_note=evidence[0],
            evidence_line=evidence[1],
            evidence_column=evidence[2],
            evidence_end_line=evidence[3],
            evidence_end_column=evidence[4],
            evidence_heading=evidence[5],
            evidence_stated=evidence[6],
        )

    def _rows(self) -> Iterator[tuple[int, str, int, int, _Place]]:
        """Subject, property, kind, value and place of each statement, those of one field in the order of the notes."""
        evidence: dict[tuple[str, str, str], list[About]] = {}
        for said in self.about.values():
            if _SUBJECT in said:
                fact = (said[_SUBJECT][0].value, said[_PREDICATE][0].value, str(said[_OBJECT][0]))
                evidence.setdefault(fact, []).append(said)
        properties = {self.terms.property(name): name for name in self.terms.properties}
        for iri, node in self.ids.items():
            for predicate, objects in self.about[iri].items():
                name = properties.get(predicate)
                if name is None:
                    continue
                told = [(each, said) for each in objects for said in evidence.get((iri, predicate, str(each)), [{}])]
                if len(told) > 1:
                    told.sort(key=lambda one: (*self._order(one[1]), natural(str(one[0]))))
                for each, said in told:
                    yield node, name, *self._value(each), self._place(said)

    def _value(self, term: Any) -> tuple[int, int]:
        if hasattr(term, "datatype"):
            return self.values.literal(term)
        node = self.ids.get(term.value)
        return (int(Kind.THING), node) if node is not None else self.values.node(term.value)

    def _classes(self, said: About) -> tuple[str, ...]:
        found = [self.classes[each.value] for each in said[_TYPE] if each.value in self.classes]
        principal = said.get(RG + "principalClass")
        first = self.classes[principal[0].value] if principal else found[0]
        return (first, *sorted((each for each in found if each != first), key=self.class_ranks.__getitem__))

    def _place(self, said: About) -> _Place:
        note = said.get(RG + "note")
        stated, heading = said.get(RG + "stated"), self.values.optional(said.get(RG + "heading"))
        line, column, end_line, end_column = (int(said[RG + name][0].value) if note else 0 for name in _PLACE)
        at = self.ids[note[0].value] if note else -1
        return at, line, column, end_line, end_column, heading, self.values.node(stated[0].value)[1] if stated else -1


def _is(said: About, term: str) -> bool:
    return any(each.value == RG + term for each in said.get(_TYPE, ()))
