"""In: a graph. Out: N-Triples, N-Quads, TriG and JSON-LD, a piece at a time. Room: rdf.

A dataset has a graph per note (what the note states, and the nodes whose principal evidence is there), ``graph/derived`` (what no
single note states), ``graph/schema`` and ``graph/manifest``: of each other graph its SHA-256 in canonical N-Quads and its count of
triples; of itself the SHA-256 of these lines, by which a reader sees any change. Pieces are made one note at a time, so memory
does not grow with the vault.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import chain, islice
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.rdf.describe import Describer
from rotgraph.rdf.index import Index
from rotgraph.rdf.iri import NAMESPACES
from rotgraph.rdf.ontology import ontology
from rotgraph.rdf.quotes import Quotes
from rotgraph.rdf.schema_terms import vault_sayings
from rotgraph.rdf.spell import JsonSpelling, Said, Spelling, TurtleSpelling, node_path
from rotgraph.rdf.turtle import header
from rotgraph.source import natural_key

__all__ = ["DERIVED", "MANIFEST", "SCHEMA", "Dataset", "Entry", "canonical", "entry", "jsonld", "nquads", "ntriples", "trig"]

_Ints: TypeAlias = "npt.NDArray[np.integer[Any]]"

Entry: TypeAlias = "tuple[str, str, int]"
"""Local name of a graph, SHA-256 of its canonical lines, their count."""

DERIVED, SCHEMA, MANIFEST = "derived", "schema", "manifest"


@dataclass(frozen=True)
class Dataset:
    """The named graphs of one graph, in one spelling."""

    graph: Graph
    spelling: Spelling
    materialize: bool = False
    """Also what the world calls classes and properties."""
    quotes: Quotes | None = None
    """Also the characters that evidence stands on."""

    @cached_property
    def describer(self) -> Describer:
        return Describer(self.graph, self.spelling, Index(self.graph), materialize=self.materialize, quotes=self.quotes)

    @cached_property
    def notes(self) -> tuple[int, ...]:
        """Notes that state something, by path; -1 in the end stands for none."""
        columns = self.graph.columns
        found = np.unique(np.concatenate((columns["node_note"], columns["evidence_note"]))).tolist()
        named = sorted((note for note in found if note >= 0), key=lambda note: natural_key(self.graph.note_path(note)))
        return (*named, -1)

    def graphs(self) -> Iterator[tuple[str, Iterator[Said]]]:
        """Each named graph but the manifest: its local name and what it says."""
        yield SCHEMA, self.schema(world=True)
        for note in self.notes:
            yield self.local(note), self.sayings(note)

    def name(self, local: str) -> str:
        """The IRI of a named graph."""
        return self.spelling.step("graph", local)

    def manifest(self, entries: Sequence[Entry], *, finished: bool = True) -> list[Said]:
        """What the manifest says of each graph and, when it is finished, of itself: by that hash a reader sees any change."""
        words, spell = self.describer.words, self.spelling
        said: list[Said] = [
            (self.name(name), (f"{words['sha256']} {spell.literal(digest)}", f"{words['tripleCount']} {spell.integer(count)}"))
            for name, digest, count in entries
        ]
        if finished:
            plain = Spelling(self.graph)
            lines = canonical(Dataset(self.graph, plain).manifest(entries, finished=False), plain.step("graph", MANIFEST))
            said.append((self.name(MANIFEST), (f"{words['sha256']} {spell.literal(entry(MANIFEST, lines)[1])}",)))
        return said

    def local(self, note: int) -> str:
        """The last step of a note's graph."""
        if note < 0:
            return DERIVED
        room, step = node_path(self.graph.key(note))
        name = step if room == "note" else f"{room}.{step}"
        return f"{name}--note" if name in (DERIVED, SCHEMA, MANIFEST) else name

    def sayings(self, note: int) -> Iterator[Said]:
        """All that the graph of one note says (of -1: the derived graph), no triple twice."""
        describer, stated = self.describer, self.graph.columns["evidence_stated"]
        rows, nodes = (_of(note, *each) for each in self._by_note)
        for node in nodes.tolist():
            yield from describer.node(node)
        facts = np.unique(describer.index.evidence_fact[rows])
        if note < 0:
            facts = np.union1d(facts, describer.index.unstated)
        yield from self.facts(facts.tolist())
        yield from self.units(facts.tolist())
        yield from describer.evidence(rows.tolist())
        yield from self.periods(np.unique(stated[rows]))

    def periods(self, stated: _Ints) -> Iterator[Said]:
        """Dates that something is stated on."""
        for period in stated[stated >= 0].tolist():
            yield self.describer.stated(period), self.describer.period(period)

    def schema(self, *, world: bool = False) -> Iterator[Said]:
        """What is said of the vault and its own classes; with ``world`` the whole ontology, in full IRIs."""
        yield from vault_sayings(self.graph, self.spelling)
        if world:
            import pyoxigraph as ox

            known = dict(vault_sayings(self.graph, Spelling(self.graph)))
            for triple in ox.parse(ontology(self.graph.schema).encode(), format=ox.RdfFormat.TURTLE):
                said = (str(triple.subject), (f"{triple.predicate} {triple.object}",))
                if said[1][0] not in known.get(said[0], ()):
                    yield said

    def facts(self, facts: Iterable[int]) -> Iterator[Said]:
        """Facts with what stands beside them; rising, for texts of one field may share their words."""
        describer, columns = self.describer, self.graph.columns
        subjects, properties = columns["fact_subject"], describer.index.fact_property
        group, words = (-1, -1), set()  # type: tuple[int, int], set[str]
        for fact in facts:
            subject = int(subjects[fact])
            object_ = describer.object(fact)
            predicates = (describer.properties[properties[fact]], *describer.also[properties[fact]])
            yield self.spelling.node(subject), [f"{predicate} {object_}" for predicate in predicates]
            kind = columns["fact_kind"][fact]
            beside = describer.beside(fact, object_)
            if beside is None:
                continue
            if kind == Kind.TEXT:
                if group != (subject, int(properties[fact])):
                    group, words = (subject, int(properties[fact])), set()
                if beside[1][0] in words:
                    continue
                words.add(beside[1][0])
            yield beside

    def units(self, facts: Sequence[int]) -> list[Said]:
        """What the units of quantities among these facts are called."""
        chosen = np.asarray(facts, np.int64)
        chosen = chosen[self.graph.columns["fact_kind"][chosen] == Kind.QUANTITY]
        return self.describer.units(np.unique(self.graph.columns["fact_value"][chosen]).tolist())

    @cached_property
    def _by_note(self) -> tuple[tuple[_Ints, _Ints], ...]:
        """Evidence and nodes ordered by note, each with its notes."""
        columns = [self.graph.columns[name] for name in ("evidence_note", "node_note")]
        orders = [np.argsort(each, kind="stable").astype(np.int32) for each in columns]
        return tuple((order, each[order]) for order, each in zip(orders, columns, strict=True))


def _of(note: int, order: _Ints, notes: _Ints) -> _Ints:
    start, end = np.searchsorted(notes, (note, note + 1))
    return order[start:end]


_BLOCK = 2048
"""Subjects that are spelled before they are handed on."""


def ntriples(graph: Graph, *, materialize: bool = False, quotes: Quotes | None = None) -> Iterator[str]:
    """Every triple once, on a line of its own."""
    data = Dataset(graph, Spelling(graph), materialize, quotes)
    describer, stated = data.describer, graph.columns["evidence_stated"]
    said = chain(
        data.schema(),
        chain.from_iterable(map(describer.node, range(graph.node_count))),
        data.facts(range(graph.fact_count)),
        data.units(range(graph.fact_count)),
        describer.evidence(range(len(stated))),
        data.periods(np.unique(stated)),
    )
    while block := list(islice(said, _BLOCK)):
        yield _lines(block, " .\n")


def nquads(graph: Graph, *, materialize: bool = False, quotes: Quotes | None = None) -> Iterator[str]:
    """The dataset, a note at a time, the lines of each graph in canonical order."""
    data = Dataset(graph, Spelling(graph), materialize, quotes)
    entries: list[Entry] = []
    for name, said in data.graphs():
        lines = canonical(said, data.name(name))
        entries.append(entry(name, lines))
        yield _text(lines)
    yield _text(canonical(data.manifest(entries), data.name(MANIFEST)))


def _text(lines: Sequence[str]) -> str:
    return "\n".join((*lines, ""))


def entry(name: str, lines: Sequence[str]) -> Entry:
    """What the manifest says of a graph: the hash of its canonical lines, and how many there are."""
    return name, sha256(_text(lines).encode()).hexdigest(), len(lines)


def canonical(said: Iterable[Said], graph: str) -> list[str]:
    """A graph as canonical N-Quads: sorted lines, without their line feeds."""
    lines = _lines(said, f" {graph} .\n").split("\n")  # splitlines would break at U+2028 too
    lines.pop()
    lines.sort()
    return lines


def trig(graph: Graph, *, materialize: bool = False, quotes: Quotes | None = None) -> Iterator[str]:
    """The dataset with a block per graph; what is said of one subject at a time stands on one line."""
    spelling = TurtleSpelling(graph)
    data, plain = (Dataset(graph, each, materialize, quotes) for each in (spelling, Spelling(graph)))
    pieces: list[str] = []
    entries: list[Entry] = []
    for (name, said), (_, lines) in zip(data.graphs(), plain.graphs(), strict=True):
        pieces.append(_block(data.name(name), said))
        entries.append(entry(name, canonical(lines, plain.name(name))))
    pieces.append(_block(data.name(MANIFEST), data.manifest(entries)))
    yield header(spelling.used, graph.schema.base)
    yield from pieces


def _block(name: str, said: Iterable[Said]) -> str:
    lines = "".join(f"    {subject} {' ; '.join(each)} .\n" for subject, each in said)
    return f"\n{name} {{\n{lines}}}\n" if lines else ""


def jsonld(graph: Graph, *, materialize: bool = False, quotes: Quotes | None = None) -> Iterator[str]:
    """One graph of node objects, one a line, with the context they need: Streaming JSON-LD."""
    spelling = JsonSpelling(graph)
    data = Dataset(graph, spelling, materialize, quotes)
    stated = graph.columns["evidence_stated"]
    said = chain(
        data.schema(),
        chain.from_iterable(map(data.describer.node, range(graph.node_count))),
        data.facts(range(graph.fact_count)),
        data.units(range(graph.fact_count)),
        data.describer.evidence(range(len(stated))),
        data.periods(np.unique(stated)),
    )
    body = []
    while block := list(islice(said, _BLOCK)):
        body.append(",\n".join([_object(subject, each) for subject, each in block]))
    context = {name: NAMESPACES.get(name, f"{graph.schema.base}{name}/") for name in sorted(spelling.used)}
    yield f'{{"@context":{json.dumps(context, ensure_ascii=False)},\n"@graph":[\n'
    for number, piece in enumerate(body):
        yield f",\n{piece}" if number else piece
    yield "\n]}\n"


def _object(subject: str, said: Iterable[str]) -> str:
    """A node object; its types come first, as readers that keep no document whole ask for them."""
    members: dict[str, list[str]] = {}
    for each in said:
        name, _, value = each.partition(" ")
        members.setdefault(name, []).append(value[7:-1] if name == JsonSpelling.a else value)
    texts = {name: f"{name}{values[0] if len(values) == 1 else '[' + ','.join(values) + ']'}" for name, values in members.items()}
    types = texts.pop(JsonSpelling.a, "")
    return f"{{{','.join(filter(None, (types, subject[1:-1], *texts.values())))}}}"


def _lines(said: Iterable[Said], tail: str) -> str:
    return "".join([f"{subject} {f'{tail}{subject} '.join(each)}{tail}" for subject, each in said])
