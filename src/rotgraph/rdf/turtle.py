"""In: a graph. Out: Turtle that people read and diff. Room: rdf.

Habits: the prefixes that are used, aligned, our own first; a section per class; subjects in natural order; ``a`` first, then the
label, then the schema's order; one object a line, each with its predicate (so that one more is one line more) and with the remark
that stood beside it; the final ``.`` on a line of its own. All that moves when a line of a note is edited (amounts, columns, words,
the row as written, where a thing without a note is first named) stands on one line per line of the notes, in the last section: so
one changed cell changes that line, and a line for each subject of which it now states something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Graph
from rotgraph.model.schema import Schema
from rotgraph.model.value import Kind
from rotgraph.rdf.describe import Describer
from rotgraph.rdf.index import Index
from rotgraph.rdf.iri import NAMESPACES, natural
from rotgraph.rdf.quotes import Quotes
from rotgraph.rdf.schema_terms import class_ranks, vault_sayings
from rotgraph.rdf.sharing import Sharing, sharing
from rotgraph.rdf.spell import Said, TurtleSpelling
from rotgraph.source import natural_key

__all__ = ["dates", "header", "sections", "to_turtle", "turtle"]

_Ints: TypeAlias = "npt.NDArray[np.integer[Any]]"


def to_turtle(graph: Graph, *, evidence: bool = True, materialize: bool = False, quotes: Quotes | None = None) -> str:
    """The whole graph as one Turtle document; the same graph gives the same bytes.

    ``evidence=False`` leaves the last section out: what is known, not where it is written. ``materialize=True`` also says what the
    world's vocabularies call classes and properties, for readers that do not reason; ``quotes`` the characters that evidence
    stands on.

    Raises:
        SchemaError: the vault's base IRI can be none.
    """
    return "".join(turtle(graph, evidence=evidence, materialize=materialize, quotes=quotes))


def turtle(
    graph: Graph, *, evidence: bool = True, materialize: bool = False, quotes: Quotes | None = None
) -> Iterator[str]:
    """The same in pieces; the first is made last, for it declares the prefixes that were needed."""
    spelling = TurtleSpelling(graph)
    describer = Describer(graph, spelling, Index(graph), materialize=materialize, quotes=quotes)
    body = list(sections(describer, evidence=evidence))
    yield header(spelling.used, graph.schema.base)
    yield from body


def header(used: set[str], base: str) -> str:
    """The prefixes, aligned: ``rg`` first, then the vault's rooms, then the world's."""
    names = [name for name in ("rg",) if name in used]
    names += sorted(used - NAMESPACES.keys())
    names += [name for name in NAMESPACES if name in used and name != "rg"]
    width = max(map(len, names), default=0) + 1
    iris = {name: NAMESPACES.get(name, f"{base}{name}/") for name in names}
    return "".join(f"@prefix {name + ':':<{width}} <{iris[name]}> .\n" for name in names)


def sections(describer: Describer, *, evidence: bool = True) -> Iterator[str]:
    """The document below its prefixes, a piece at a time."""
    vault, *own = vault_sayings(describer.graph, describer.spelling)
    yield f"\n{_line(*vault)}"
    graph, index = describer.graph, describer.index
    principal = _principal_classes(graph)
    facts, bounds = _facts_of_nodes(graph, index, principal)
    shared = sharing(graph, index, facts)
    yield from _blocks_of_classes(describer, principal, facts, bounds, shared)
    yield from _values(describer, np.flatnonzero(_valued(graph) & ~(evidence & _told(graph))))
    if own:
        yield "\n### Classes and properties of this vault\n\n"
        yield from (_line(*each) for each in own)
    if evidence:
        yield from dates(describer)
        yield from _places(describer)


def dates(describer: Describer) -> Iterator[str]:
    """The section of the dates that something is stated on."""
    yield from _lines("Dates stated", _stated(describer))


def _lines(title: str, pairs: list[Said]) -> Iterator[str]:
    if pairs:
        yield f"\n### {title}\n\n"
        pairs.sort(key=lambda pair: natural(pair[0]))
        yield "".join(_line(*pair) for pair in pairs)


def _line(subject: str, said: Sequence[str]) -> str:
    return f"{subject} {' ; '.join(said)} .\n"


# one block per node


def _blocks_of_classes(
    describer: Describer, principal: _Ints, order: _Ints, bounds: list[int], shared: Sharing
) -> Iterator[str]:
    graph = describer.graph
    nodes: dict[int, list[tuple[tuple[str, str], int]]] = {}
    for node, cls in enumerate(principal.tolist()):
        nodes.setdefault(cls, []).append((natural(graph.key(node)), node))
    ranks = class_ranks(graph.schema)
    rank_of = [ranks[each.name] for each in graph.schema.classes] + [-1]
    columns = [describer.index.fact_property, *(graph.columns[f"fact_{name}"] for name in ("kind", "value"))]
    facts = [order.tolist(), *(each[order].tolist() for each in columns)]
    settled = _settled(graph).tolist()
    for cls in sorted(nodes, key=rank_of.__getitem__):
        plural = graph.schema.classes[cls].plural.replace("_", " ") if cls < len(graph.schema.classes) else "things"
        yield f"\n### {' '.join((plural[:1].upper() + plural[1:]).split())}\n"
        nodes[cls].sort()
        for _, node in nodes[cls]:
            own = slice(bounds[node], bounds[node + 1])
            yield _block(describer, node, zip(*(each[own] for each in facts), strict=True), shared, settled=settled[node])


def _settled(graph: Graph) -> npt.NDArray[np.bool_]:
    """Nodes whose place is their own: records, notes, and what a note is about. Any other is only named in passing there."""
    about = graph.property_range("about") if "about" in graph.property_ids else (0, 0)
    subjects, values = (graph.columns[f"fact_{name}"][slice(*about)] for name in ("subject", "value"))
    things = graph.columns["fact_kind"][slice(*about)] == Kind.THING
    found = np.ones(graph.node_count, bool)
    found[[node for node in range(graph.node_count) if graph.key(node).startswith("id/")]] = False
    found[values[things][graph.columns["node_note"][values[things]] == subjects[things]]] = True
    return found


def _principal_classes(graph: Graph) -> _Ints:
    pointers, direct = graph.columns["direct_pointers"], graph.columns["direct_classes"]
    thing = graph.class_ids.get("thing", len(graph.schema.classes))
    found = np.full(graph.node_count, thing, np.int32)
    some = np.flatnonzero(np.diff(pointers))
    found[some] = direct[pointers[:-1][some]]
    return found


def _facts_of_nodes(graph: Graph, index: Index, principal: _Ints) -> tuple[_Ints, list[int]]:
    """Facts by subject, then in the order of the fields of its class; and where each node's begin."""
    subject = graph.columns["fact_subject"]
    ranks = _field_ranks(graph.schema, graph.properties)
    rank = ranks[principal[subject], index.fact_property] if len(subject) else np.empty(0, np.int32)
    order = np.lexsort((np.arange(len(subject)), rank, subject))
    return order, np.searchsorted(subject[order], np.arange(graph.node_count + 1)).tolist()


def _field_ranks(schema: Schema, properties: tuple[str, ...]) -> _Ints:
    """Per class and property, its place among the fields; those that the class does not declare follow by name."""
    ranks = np.empty((len(schema.classes) + 1, len(properties)), np.int32)
    ranks[:] = np.arange(len(properties)) + 10_000
    at = {name: index for index, name in enumerate(properties)}
    for row, definition in enumerate(schema.classes):
        for rank, name in enumerate(schema.fields(definition.name)):
            if name in at:
                ranks[row, at[name]] = rank
    return ranks


def _block(
    describer: Describer, node: int, facts: Iterable[tuple[int, int, int, int]], shared: Sharing, *, settled: bool
) -> str:
    """One node: its facts as their numbers, properties, kinds and values."""
    spell, words, properties, also = describer.spelling, describer.words, describer.properties, describer.also
    lines = [
        f"\n{spell.node(node)}\n    a {', '.join(describer.types(node))}",
        f"{words['rdfs:label']} {spell.lines(int(describer.graph.columns['node_label'][node]))}",
    ]
    lines += _said((words["skos:altLabel"],), [spell.lines(alias) for alias in describer.aliases(node)])
    last, objects = -1, []  # type: int, list[str]
    for fact, prop, kind, value in facts:
        if fact in shared.away:
            continue
        if prop != last and objects:
            lines += _said((properties[last], *also[last]), objects)
            objects = []
        last = prop
        object_ = spell.lines(value) if kind == _TEXT_KIND else describer.object_of(fact, kind, value)
        if fact in shared.guests:
            object_ = " ; ".join((object_, *_guests(describer, shared.guests[fact])))
        objects.append(object_)
    if objects:
        lines += _said((properties[last], *also[last]), objects)
    lines += describer.principal_class(node)
    if settled and (place := describer.place(node)):
        lines.append(" ; ".join(place))
    return " ;\n    ".join(lines) + " ;\n    .\n"


def _said(predicates: Iterable[str], objects: list[str]) -> list[str]:
    if len(objects) > 1:
        objects.sort(key=natural)
    return [f"{predicate} {object_}" for predicate in predicates for object_ in objects]


def _guests(describer: Describer, facts: list[int]) -> list[str]:
    """What stands on another fact's line: in Turtle it may follow any object of the same subject."""
    said = ((describer.index.fact_property[fact], describer.object(fact)) for fact in facts)
    return [
        f"{predicate} {object_}"
        for prop, object_ in sorted(said, key=lambda each: (describer.properties[each[0]], natural(each[1])))
        for predicate in (describer.properties[prop], *describer.also[prop])
    ]


# one line per value that no line of a note states, one line per line of a note


def _valued(graph: Graph) -> npt.NDArray[np.bool_]:
    """Whether a fact is a quantity or a period."""
    kinds = graph.columns["fact_kind"]
    found: npt.NDArray[np.bool_] = (kinds == Kind.QUANTITY) | (kinds == Kind.PERIOD)
    return found


def _told(graph: Graph) -> npt.NDArray[np.bool_]:
    """Whether a note states a fact."""
    found: npt.NDArray[np.bool_] = np.diff(graph.columns["evidence_pointers"]) > 0
    return found


def _values(describer: Describer, facts: _Ints) -> Iterator[str]:
    """What these amounts and periods are, and what units are called that rotgraph does not know."""
    columns = describer.graph.columns
    found = [pair for fact in facts.tolist() if (pair := describer.beside(fact))]
    found += describer.units(np.unique(columns["fact_value"][columns["fact_kind"] == Kind.QUANTITY]).tolist())
    yield from _lines("Quantities and periods", found)


def _stated(describer: Describer) -> list[Said]:
    stated = describer.graph.columns["evidence_stated"]
    return [(describer.stated(each), describer.period(each)) for each in np.unique(stated[stated >= 0]).tolist()]


def _places(describer: Describer) -> Iterator[str]:
    """Evidence and words: a line here is a line of a note (of a thing that no note describes, one line each)."""
    note, line, kind, which = _items(describer)
    if not len(note):
        return
    order = np.lexsort((which, kind, line, note))
    note, line, kind, which = note[order], line[order], kind[order], which[order]
    ends = np.flatnonzero((note[1:] != note[:-1]) | (line[1:] != line[:-1])) + 1
    told = _evidence(describer, which[kind == _EVIDENCE])
    settled = _settled(describer.graph).tolist()
    yield "\n### Where it is written\n\n"
    start, kinds, numbers = 0, kind.tolist(), which.tolist()
    for end in (*ends.tolist(), len(kinds)):
        pairs: list[Said] = []
        for each, number in zip(kinds[start:end], numbers[start:end], strict=True):
            if each == _EVIDENCE:
                pairs += next(told)
            elif each == _BESIDE:
                pairs += filter(None, (describer.beside(number),))
            else:
                subject, wording = describer.wording(number)
                place = () if settled[number] else describer.place(number)
                pairs += ((subject, (*place, *wording)), describer.principal(number))
        yield " ".join([f"{subject} {' ; '.join(said)} ." for subject, said in pairs]) + "\n"
        start = end


def _evidence(describer: Describer, rows: _Ints) -> Iterator[tuple[Said, ...]]:
    """What is said of each piece of evidence, some thousands at a time."""
    return chain.from_iterable(describer.evidence_by_row(rows[at : at + _BATCH].tolist()) for at in range(0, len(rows), _BATCH))


_BATCH = 1 << 12
_TEXT_KIND = int(Kind.TEXT)
_WORDING, _BESIDE, _EVIDENCE = range(3)


def _items(describer: Describer) -> tuple[_Ints, _Ints, _Ints, _Ints]:
    """What stands in the section: rank of the note (0 for none), line, what it is, its number."""
    graph, columns = describer.graph, describer.graph.columns
    pointers, notes = columns["evidence_pointers"], columns["evidence_note"]
    ranks = _note_ranks(graph)
    nodes = np.arange(graph.node_count)
    values = np.flatnonzero(_valued(graph) & _told(graph))
    beside = np.concatenate((_texts(describer), values))
    told = _told(graph)[beside]
    first = np.where(told, pointers[beside], 0)
    row_note = np.append(notes, -1)
    row_line = np.append(columns["evidence_line"], 0)
    beside_note = np.where(told, row_note[first], -1)
    subject = columns["fact_subject"]
    note = np.concatenate((columns["node_note"], beside_note, notes))
    line = np.concatenate((columns["node_line"], row_line[first], columns["evidence_line"]))
    owner = np.concatenate((nodes, subject[beside], subject[describer.index.evidence_fact]))
    kind = np.repeat((_WORDING, _BESIDE, _EVIDENCE), (len(nodes), len(beside), len(notes)))
    which = np.concatenate((nodes, beside, np.arange(len(notes))))
    lost = note < 0
    line[lost] = _natural_ranks(graph, owner[lost])
    return ranks[note], line, kind, which


def _texts(describer: Describer) -> _Ints:
    """Facts that are texts; of those of one field that have the same words, the first."""
    kinds, values = (describer.graph.columns[f"fact_{name}"] for name in ("kind", "value"))
    found = np.flatnonzero(kinds == Kind.TEXT)
    groups = describer.index.fact_group[found]
    alone = np.ones(len(found), bool)
    same = np.flatnonzero(groups[1:] == groups[:-1])
    alone[same + 1] = False
    seen: set[tuple[int, str]] = set()
    for at in np.unique(np.concatenate((same, same + 1))).tolist():
        said = int(groups[at]), describer.spelling.tokens(int(values[found[at]]))
        alone[at] = said not in seen
        seen.add(said)
    return found[alone]


def _note_ranks(graph: Graph) -> _Ints:
    """Notes by path, from 1; the last entry, 0, is that of no note."""
    used = np.unique(np.concatenate((graph.columns["node_note"], graph.columns["evidence_note"])))
    notes = sorted(used[used >= 0].tolist(), key=lambda note: natural_key(graph.note_path(note)))
    ranks = np.zeros(graph.node_count + 1, np.int64)
    ranks[notes] = np.arange(1, len(notes) + 1)
    return ranks


def _natural_ranks(graph: Graph, nodes: _Ints) -> _Ints:
    """The place of each node among these, in natural order of their keys."""
    distinct, inverse = np.unique(nodes, return_inverse=True)
    ranks = np.empty(len(distinct), np.int64)
    keys = [natural(graph.key(node)) for node in distinct.tolist()]
    ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return ranks[inverse]
