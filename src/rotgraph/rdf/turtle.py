"""In: a graph. Out: Turtle that people read and diff. Room: rdf.

Habits: the prefixes that are used, aligned, our own first; a section per class; subjects in natural order; ``a`` first, then the
label, then the schema's order; one object a line when there are several, in natural order; the final ``.`` on a line of its own. A
quantity or a period has one line. All that moves when a line of a note is edited (columns, the row as written, words) stands on one
line per line of the notes, in the last section: so one changed cell changes two lines, the value's and the place's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from rotgraph.rdf.spell import Said, TurtleSpelling
from rotgraph.source import natural_key

__all__ = ["dates", "header", "sections", "to_turtle"]

_Ints: TypeAlias = "npt.NDArray[np.integer[Any]]"


def to_turtle(graph: Graph, *, evidence: bool = True, materialize: bool = False, quotes: Quotes | None = None) -> str:
    """The whole graph as one Turtle document; the same graph gives the same bytes.

    ``evidence=False`` leaves the last section out: what is known, not where it is written. ``materialize=True`` also says what the
    world's vocabularies call classes and properties, for readers that do not reason; ``quotes`` the characters that evidence
    stands on.

    Raises:
        SchemaError: the vault's base IRI can be none.
    """
    spelling = TurtleSpelling(graph)
    describer = Describer(graph, spelling, Index(graph), materialize=materialize, quotes=quotes)
    body = list(sections(describer, evidence=evidence))
    return header(spelling.used, graph.schema.base) + "".join(body)


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
    yield from _blocks_of_vault(describer)
    yield from _blocks_of_classes(describer)
    yield from _lines("Quantities and periods", _values(describer))
    if evidence:
        yield from dates(describer)
        yield from _places(describer)


def dates(describer: Describer) -> Iterator[str]:
    """The section of the dates that something is stated on."""
    yield from _lines("Dates stated", _stated(describer))


def _blocks_of_vault(describer: Describer) -> Iterator[str]:
    yield "\n"
    for subject, said in vault_sayings(describer.graph, describer.spelling):
        yield _line(subject, said)


def _lines(title: str, pairs: list[Said]) -> Iterator[str]:
    if pairs:
        yield f"\n### {title}\n\n"
        pairs.sort(key=lambda pair: natural(pair[0]))
        yield "".join(_line(*pair) for pair in pairs)


def _line(subject: str, said: Sequence[str]) -> str:
    return f"{subject} {' ; '.join(said)} .\n"


# one block per node


def _blocks_of_classes(describer: Describer) -> Iterator[str]:
    graph = describer.graph
    nodes: dict[int, list[tuple[tuple[str, str], int]]] = {}
    principal = _principal_classes(graph)
    for node, cls in enumerate(principal.tolist()):
        nodes.setdefault(cls, []).append((natural(graph.key(node)), node))
    ranks = class_ranks(graph.schema)
    rank_of = [ranks[each.name] for each in graph.schema.classes] + [-1]
    order, starts = _facts_of_nodes(graph, describer.index, principal)
    for cls in sorted(nodes, key=rank_of.__getitem__):
        plural = graph.schema.classes[cls].plural.replace("_", " ") if cls < len(graph.schema.classes) else "things"
        yield f"\n### {' '.join((plural[:1].upper() + plural[1:]).split())}\n"
        nodes[cls].sort()
        for _, node in nodes[cls]:
            yield _block(describer, node, order[starts[node] : starts[node + 1]].tolist())


def _principal_classes(graph: Graph) -> _Ints:
    pointers, direct = graph.columns["direct_pointers"], graph.columns["direct_classes"]
    thing = graph.class_ids.get("thing", len(graph.schema.classes))
    found = np.full(graph.node_count, thing, np.int32)
    some = np.flatnonzero(np.diff(pointers))
    found[some] = direct[pointers[:-1][some]]
    return found


def _facts_of_nodes(graph: Graph, index: Index, principal: _Ints) -> tuple[_Ints, _Ints]:
    """Facts by subject, then in the order of the fields of its class; and where each node's begin."""
    subject = graph.columns["fact_subject"]
    ranks = _field_ranks(graph.schema, graph.properties)
    rank = ranks[principal[subject], index.fact_property] if len(subject) else np.empty(0, np.int32)
    order = np.lexsort((np.arange(len(subject)), rank, subject))
    return order, np.searchsorted(subject[order], np.arange(graph.node_count + 1))


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


def _block(describer: Describer, node: int, facts: list[int]) -> str:
    graph, spell, words = describer.graph, describer.spelling, describer.words
    lines = [f"\n{spell.node(node)}\n    a {', '.join(describer.types(node))} ;\n"]
    lines.append(f"    {words['rdfs:label']} {spell.lines(int(graph.columns['node_label'][node]))} ;\n")
    aliases = describer.aliases(node)
    if aliases:
        lines.append(_objects(words["skos:altLabel"], [spell.lines(alias) for alias in aliases]))
    properties, kinds, values = describer.index.fact_property, graph.columns["fact_kind"], graph.columns["fact_value"]
    last, objects = -1, []  # type: int, list[str]
    for fact in facts:
        prop = int(properties[fact])
        if prop != last and objects:
            lines += (_objects(predicate, objects) for predicate in (describer.properties[last], *describer.also[last]))
            objects = []
        last = prop
        objects.append(spell.lines(int(values[fact])) if kinds[fact] == Kind.TEXT else describer.object(fact))
    if objects:
        lines += (_objects(predicate, objects) for predicate in (describer.properties[last], *describer.also[last]))
    lines += [f"    {predicate} {object_} ;\n" for predicate, object_ in describer.place(node)]
    lines.append("    .\n")
    return "".join(lines)


def _objects(predicate: str, objects: list[str]) -> str:
    if len(objects) == 1:
        return f"    {predicate} {objects[0]} ;\n"
    listed = " ,\n        ".join(sorted(objects, key=natural))
    return f"    {predicate}\n        {listed} ;\n"


# one line per value, one line per line of a note


def _values(describer: Describer) -> list[Said]:
    kinds = describer.graph.columns["fact_kind"]
    facts = np.flatnonzero((kinds == Kind.QUANTITY) | (kinds == Kind.PERIOD)).tolist()
    found = [said for fact in facts if (said := describer.beside(fact))]
    quantities = np.unique(describer.graph.columns["fact_value"][kinds == Kind.QUANTITY]).tolist()
    return found + describer.units(quantities)


def _stated(describer: Describer) -> list[Said]:
    stated = describer.graph.columns["evidence_stated"]
    return [(describer.stated(each), describer.period(each)) for each in np.unique(stated[stated >= 0]).tolist()]


def _places(describer: Describer) -> Iterator[str]:
    """Evidence and words: a line here is a line of a note (of a thing that no note describes, one line each)."""
    note, line, kind, which = _items(describer)
    if not len(note):
        return
    order = np.lexsort((which, kind, line, note))
    note, line, kind, which = note[order], line[order], kind[order].tolist(), which[order].tolist()
    ends = np.flatnonzero((note[1:] != note[:-1]) | (line[1:] != line[:-1])) + 1
    yield "\n### Where it is written\n\n"
    start = 0
    for end in (*ends.tolist(), len(kind)):
        yield _place_line(describer, kind[start:end], which[start:end])
        start = end


_WORDING, _TEXT, _EVIDENCE = range(3)


def _items(describer: Describer) -> tuple[_Ints, _Ints, _Ints, _Ints]:
    """What stands in the section: rank of the note (0 for none), line, what it is, its number."""
    graph, columns = describer.graph, describer.graph.columns
    pointers, notes = columns["evidence_pointers"], columns["evidence_note"]
    ranks = _note_ranks(graph)
    nodes = np.arange(graph.node_count)
    texts = np.flatnonzero(columns["fact_kind"] == Kind.TEXT)
    told = pointers[texts] < pointers[texts + 1]
    first = np.where(told, pointers[texts], 0)
    row_note = np.append(notes, -1)
    row_line = np.append(columns["evidence_line"], 0)
    text_note = np.where(told, row_note[first], -1)
    unplaced = _natural_ranks(graph)
    subject = columns["fact_subject"]
    note = np.concatenate((columns["node_note"], text_note, notes))
    line = np.concatenate((columns["node_line"], row_line[first], columns["evidence_line"]))
    owner = np.concatenate((nodes, subject[texts], subject[describer.index.evidence_fact]))
    kind = np.repeat((_WORDING, _TEXT, _EVIDENCE), (len(nodes), len(texts), len(notes)))
    which = np.concatenate((nodes, texts, np.arange(len(notes))))
    return ranks[note], np.where(note < 0, unplaced[owner], line), kind, which


def _note_ranks(graph: Graph) -> _Ints:
    """Notes by path, from 1; the last entry, 0, is that of no note."""
    used = np.unique(np.concatenate((graph.columns["node_note"], graph.columns["evidence_note"])))
    notes = sorted(used[used >= 0].tolist(), key=lambda note: natural_key(graph.note_path(note)))
    ranks = np.zeros(graph.node_count + 1, np.int64)
    ranks[notes] = np.arange(1, len(notes) + 1)
    return ranks


def _natural_ranks(graph: Graph) -> _Ints:
    ranks = np.empty(graph.node_count, np.int64)
    ranks[sorted(range(graph.node_count), key=lambda node: natural(graph.key(node)))] = np.arange(graph.node_count)
    return ranks


def _place_line(describer: Describer, kinds: list[int], which: list[int]) -> str:
    pairs: list[Said] = []
    rows: list[int] = []
    for kind, number in zip(kinds, which, strict=True):
        if kind == _WORDING:
            pairs += (describer.wording(number), describer.principal(number))
        elif kind == _TEXT:
            beside = describer.beside(number)
            pairs += (beside,) if beside else ()
        else:
            rows.append(number)
    pairs += describer.evidence(rows)
    return " ".join(f"{subject} {' ; '.join(said)} ." for subject, said in pairs) + "\n"
