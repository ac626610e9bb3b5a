"""In: what every note states, and what all names mean. Out: `Facts`. Room: resolve.

The second half of the waiting room: records of several notes become one, everything that is a node gets its number, statements
become facts. Over arrays, but for one step a thing and a few a record that is not alone with its key.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rotgraph.diagnostics import Checked
from rotgraph.model.described import Described, matrix
from rotgraph.model.facts import Facts
from rotgraph.model.graph import Ids
from rotgraph.model.memory import give_back
from rotgraph.model.named import NoteNames
from rotgraph.model.ordering import order_by, pieces, taken, unique
from rotgraph.model.schema import Schema
from rotgraph.model.spool import Spool, forget
from rotgraph.model.value import Kind
from rotgraph.resolve.diagnose import diagnose
from rotgraph.resolve.discover import discovered
from rotgraph.resolve.emit import period_of, quantity_of
from rotgraph.resolve.forms import in_form
from rotgraph.resolve.hierarchy import hierarchy, members
from rotgraph.resolve.lone import keep_lone
from rotgraph.resolve.merge import Merged, merge
from rotgraph.resolve.names import Names
from rotgraph.resolve.placing import Span, spans
from rotgraph.resolve.pool import Pool
from rotgraph.resolve.symbols import symbols
from rotgraph.resolve.things import Registry

__all__ = ["join"]

_NOWHERE: Span = (0, 0, 0, 0)


def join(notes: Sequence[NoteNames], described: Iterable[Described], names: Names, spool: Spool | None = None) -> Checked[Facts]:
    """Make facts of what the notes state.

    Args:
        notes: in natural order of their paths; ``described`` likewise, looked at once.
        spool: where columns wait that are asked for later; in the memory if None.

    Diagnostics: RG201 to RG209 (links), RG411 (records nothing describes), RG501 to RG503 (contradictions, cycles).
    """
    registry = names.naming.registry
    registry.forget()
    known = {thing.key: number for number, thing in enumerate(registry.things)}

    def fresh(key: str, label: str) -> int:
        if key not in known:
            number = known[key] = registry.learn(key, label)
            return number
        return known[key]

    spool = spool or Spool()
    pool = Pool(described, known.__getitem__, fresh, spool)
    known.clear()
    forget()
    give_back()
    firsts = _first_places(notes, pool, registry)
    merged = merge(names.schema, pool)
    pool.settle(merged.into, merged.thing)
    keep_lone(pool)
    _name_symbols(names.schema, registry, pool, firsts)
    below, cycles = hierarchy(names.schema, registry, _above(names.schema, pool))
    pairs = [*(("broader", *pair) for pair in below), *(("group", *pair) for pair in members(registry))]
    told = diagnose(notes, names, pool, merged, cycles).waiting(spool)
    pool.forget_notes()
    forget()
    give_back()
    in_form(pool, merged)
    forget()
    classes = _classes(registry, pool, merged)
    schema = discovered(names.schema, pool, classes)
    nodes = _Nodes(registry, pool, merged, pairs, firsts)
    _add_pairs(pool, nodes)
    return Checked(_facts(schema, pool, nodes, merged, classes, spool), told)


def _classes(registry: Registry, pool: Pool, merged: Merged) -> Callable[[int], tuple[str, ...]]:
    """The classes of each thing: its own, and those of the records that it is, where their key cell links it."""
    extra: dict[int, list[str]] = {}
    classes_of = list(pool.words)
    whole = np.flatnonzero((merged.into == np.arange(len(merged.into))) & (merged.thing >= 0))
    for record in whole.tolist():
        extra.setdefault(int(merged.thing[record]), []).append(classes_of[pool.record_class[record]])

    def classes(number: int) -> tuple[str, ...]:
        said = registry.direct(number)
        for each in extra.get(number, ()):
            said = tuple(cls for cls in (*said, each) if cls != "thing") if each not in said else said
        return said

    return classes


@dataclass(frozen=True, slots=True)
class _First:
    """The place that first names a thing."""

    note: int
    start: int
    section: int
    place: Span


def _first_places(notes: Sequence[NoteNames], pool: Pool, registry: Registry) -> dict[int, _First]:
    named = {number: thing.first for number, thing in enumerate(registry.things) if thing.first is not None}
    lines, wide = [note.line_starts for note in notes], [note.wide for note in notes]
    places = spans(lines, wide, [first[:3] for first in named.values()])
    found = {
        number: _First(note, start, section, place)
        for (number, (note, start, _, section)), place in zip(named.items(), places, strict=True)
    }
    for note, each in enumerate(pool.rest):
        if each.met:
            for thing_, start, line, column, end_line, end_column, section in matrix(each.met, 7).T.tolist():
                number = pool.thing(note, thing_)
                if number not in found:
                    found[number] = _First(note, start, section, (line, column, end_line, end_column))
    return found


def _name_symbols(schema: Schema, registry: Registry, pool: Pool, firsts: dict[int, _First]) -> None:
    """Things called by their symbol have it as a field."""
    words = pool.words
    fields = {field_.name for definition in schema.classes for field_ in definition.fields if field_.from_name}
    wanted = [words[name] for name in fields if name in words]
    at = np.flatnonzero(np.isin(pool.row_property, wanted) & (pool.row_subject < 0))
    names = list(pool.words)
    given = {(~int(pool.row_subject[row]), names[pool.row_property[row]]) for row in at.tolist()}
    pool.add(
        (~number, pool.word(name), Kind.TEXT, pool.text(label), firsts[number].note, firsts[number].start, firsts[number].place,
         firsts[number].section)
        for number, name, label in symbols(schema, registry, given, firsts)
    )  # fmt: skip


def _above(schema: Schema, pool: Pool) -> list[list[tuple[int, int]]]:
    """What the notes say stands below what, field by field; a field that is its own other direction is no hierarchy."""
    fields = [each for definition in schema.classes for each in definition.fields if each.transitive and each.inverse != each.name]
    at = (pool.row_subject < 0) & (pool.row_kind == Kind.THING)
    found = []
    for name in sorted({each.name for each in fields} & pool.words.keys()):
        rows = at & (pool.row_property == pool.words[name])
        found.append(list(zip((~pool.row_subject[rows]).tolist(), pool.row_value[rows].tolist(), strict=True)))
    return found


@dataclass
class _Nodes:
    """Which things and records are nodes, in which order, and which number each has."""

    registry: Registry
    pool: Pool
    merged: Merged
    pairs: list[tuple[str, int, int]]
    """What the lexicon and names say: a property, its subject, its value."""
    firsts: dict[int, _First]
    things: list[int] = field(default_factory=list)
    """Those that are nodes."""
    records: Ids = field(default_factory=lambda: np.empty(0, np.int32))
    """Likewise."""
    of_thing: Ids = field(default_factory=lambda: np.empty(0, np.int32))
    of_record: Ids = field(default_factory=lambda: np.empty(0, np.int32))
    order: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    home: dict[int, int] = field(default_factory=dict)
    """The last record that each thing is."""

    def __post_init__(self) -> None:
        merged, pool = self.merged, self.pool
        whole = np.flatnonzero(merged.into == np.arange(len(merged.into)))
        self.home = {int(merged.thing[record]): int(record) for record in whole[merged.thing[whole] >= 0].tolist()}
        self.records = whole[merged.thing[whole] < 0].astype(np.int32)
        used = self._used()
        self.things = [
            number
            for number, thing in enumerate(self.registry.things)
            if number in used or thing.note >= 0 or thing.spellings
        ]  # fmt: skip
        count = len(self.things)
        note, start = np.full(count, pool.notes, np.int64), np.zeros(count, np.int64)
        for at, number in enumerate(self.things):
            place = self.place(number)
            if place is not None:
                note[at], start[at] = place.note, place.start
        principal = merged.principal[self.records]
        note = np.concatenate((note, pool.record_note[principal]))
        start = np.concatenate((start, pool.record_start[principal]))
        self.order = order_by(note, start)
        rank = np.empty(len(self.order), np.int32)
        rank[self.order] = np.arange(len(self.order))
        self.of_thing = np.full(len(self.registry.things) + 1, -1, np.int32)
        self.of_thing[self.things] = rank[:count]
        self.of_record = np.full(len(merged.into) + 1, -1, np.int32)
        self.of_record[self.records] = rank[count:]

    def place(self, number: int) -> _First | None:
        """Where a thing stands: what its own note says, the row that describes it, the place that first names it."""
        record = self.home.get(number)
        if record is not None and self.registry.things[number].note < 0:
            at, pool = int(self.merged.principal[record]), self.pool
            span = tuple(pool.record_place[:, at].tolist())
            return _First(int(pool.record_note[at]), int(pool.record_start[at]), int(pool.record_section[at]), span)
        return self.firsts.get(number)

    def _used(self) -> set[int]:
        """Things that some fact speaks of; the lexicon's others stay out of the graph."""
        pool = self.pool
        subjects = ~pool.row_subject[pool.row_subject < 0]
        values = pool.row_value[(pool.row_kind == Kind.THING) & (pool.row_value >= 0)]
        used = {*unique(subjects).tolist(), *unique(values).tolist(), *self.home}
        above = self.above()
        waiting = sorted(used)
        while waiting:
            more = [each for each in above.get(waiting.pop(), ()) if each not in used]
            used.update(more)
            waiting.extend(more)
        return used

    def above(self) -> dict[int, list[int]]:
        """What the pairs say of each thing."""
        found: dict[int, list[int]] = {}
        for _, number, value in self.pairs:
            found.setdefault(number, []).append(value)
        return found


def _add_pairs(pool: Pool, nodes: _Nodes) -> None:
    """What the pairs say, at the place that names the subject; where nothing does, at that of what brought it here."""
    above = nodes.above()
    places = {number: place for number in nodes.things if (place := nodes.place(number)) is not None}
    waiting = list(places)[::-1]
    while waiting:
        number = waiting.pop()
        for each in above.get(number, ()):
            if each not in places:
                places[each] = places[number]
                waiting.append(each)
    pool.add(
        (~number, pool.word(name), Kind.THING, value, place.note, place.start, place.place, place.section)
        for name, number, value in nodes.pairs
        if nodes.of_thing[number] >= 0 and nodes.of_thing[value] >= 0 and (place := places.get(number)) is not None
    )


def _facts(
    schema: Schema, pool: Pool, nodes: _Nodes, merged: Merged, classes_of_thing: Callable[[int], tuple[str, ...]], spool: Spool
) -> Facts:
    registry, things = nodes.registry, nodes.things
    count = len(things) + len(nodes.records)
    principal = merged.principal[nodes.records]
    class_sets: dict[tuple[str, ...], int] = {}
    classes_of = list(pool.words)
    keys, labels, classes, alias_at, alias_text = [], [], [], [], []
    for at, number in enumerate(things):
        said = classes_of_thing(number)
        keys.append(registry.things[number].key)
        labels.append(registry.label(number))
        classes.append(class_sets.setdefault(said, len(class_sets)))
        for alias in registry.aliases(number):
            alias_at.append(at)
            alias_text.append(alias)
    of_class = np.zeros(len(classes_of) + 1, np.int32)
    for each in unique(pool.record_class[nodes.records]).tolist():
        of_class[each] = class_sets.setdefault((classes_of[each],), len(class_sets))
    places = [nodes.place(number) for number in things]
    none = _First(-1, 0, -1, _NOWHERE)
    spots = [place or none for place in places]
    note = np.concatenate((np.array([each.note for each in spots], np.int32), pool.record_note[principal]))
    section = np.concatenate((np.array([each.section for each in spots], np.int32), pool.record_section[principal]))
    of_things = np.array([each.place for each in spots], np.int32).reshape(-1, 4).T
    span = np.concatenate((of_things, pool.record_place[:, principal]), axis=1)
    source = np.concatenate((np.array([_source(nodes, number) for number in things], np.int32), pool.record_source[principal]))
    order = nodes.order
    heading = np.where(note >= 0, pool.heading(np.maximum(note, 0), section), -1) if count else np.empty(0, np.int32)
    note_nodes = np.append(nodes.of_record[pool.record_base[:-1]], np.int32(-1))
    position = np.empty(count, np.int64)
    position[order] = np.arange(count)
    alias_node = position[np.array(alias_at, np.int64)]
    aliases = order_by(alias_node)
    wait = spool.column
    heading, source = wait(heading[order]), wait(source[order])
    del places, spots, of_things, position
    columns = {
        "node_key": wait(np.concatenate((pool.texts.numbers(keys), pool.record_key[nodes.records]))[order]),
        "node_label": wait(np.concatenate((pool.texts.numbers(labels), pool.record_label[principal]))[order]),
        "node_heading": heading,
        "node_source": source,
        "alias_text": wait(pool.texts.numbers(alias_text)[aliases]),
    }
    node_classes = wait(np.concatenate((np.array(classes, np.int32), of_class[pool.record_class[nodes.records]]))[order])
    node_note, node_place = wait(note_nodes[note[order]]), spool.rows(each[order] for each in span)
    del keys, labels, classes, alias_at, alias_text, note, section, span, heading, source
    forget()
    told = _Told(pool, nodes, spool)
    texts = _Used(len(pool.texts), *columns.values(), told.heading, told.value[told.kind == Kind.TEXT])
    quantities = _Used(len(pool.quantities), told.value[told.kind == Kind.QUANTITY])
    periods = _Used(len(pool.periods), told.value[told.kind == Kind.PERIOD], told.stated)
    forget()
    told.number({Kind.TEXT: texts, Kind.QUANTITY: quantities, Kind.PERIOD: periods})
    told.value = wait(told.value)
    return Facts(
        schema=schema,
        texts=pool.texts.kept(texts.mask, spool),
        quantities=tuple(map(quantity_of, itertools.compress(pool.quantities, quantities.mask.tolist()))),
        periods=tuple(map(period_of, itertools.compress(pool.periods, periods.mask.tolist()))),
        properties=tuple(pool.words),
        class_sets=tuple(class_sets),
        node_classes=node_classes,
        node_note=node_note,
        node_place=node_place,
        alias_node=alias_node[aliases].astype(np.int32),
        fact_subject=told.subject,
        fact_property=wait(taken(pool.row_property, told.rows)),
        fact_kind=wait(told.kind),
        fact_value=told.value,
        evidence_note=wait(taken(note_nodes, taken(pool.row_note, told.rows))),
        evidence_place=spool.rows(taken(column, told.rows) for column in pool.row_place),
        evidence_heading=wait(texts(told.heading)),
        evidence_stated=wait(periods(told.stated)),
        **{name: wait(texts(column)) for name, column in columns.items()},
    )


class _Told:
    """The statements whose subjects and values are nodes, in the order of the notes; those of the pool are let go."""

    def __init__(self, pool: Pool, nodes: _Nodes, spool: Spool) -> None:
        subject, value, kept = _as_nodes(pool, nodes)
        del pool.row_subject, pool.row_value, pool.row_record
        subject, value = spool.column(subject), spool.column(value)
        rows = np.flatnonzero(kept).astype(np.int32)
        note, start = taken(pool.row_note, rows), taken(pool.row_start, rows)
        forget()
        order = order_by(note, start)
        del note, start
        self.rows: Ids = taken(rows, order)
        """Of the pool."""
        del order, rows
        self.subject: Ids = spool.column(taken(subject, self.rows))
        del subject
        self.kind: npt.NDArray[np.uint8] = taken(pool.row_kind, self.rows)
        self.value: Ids = taken(value, self.rows)
        del value
        self.heading: Ids = spool.column(pool.over(pool.headings, self.rows))
        self.stated: Ids = spool.column(pool.over(pool.stated, self.rows))
        forget()

    def number(self, tables: Mapping[Kind, _Used]) -> None:
        """Values become those that are left of their tables."""
        for part in pieces(len(self.rows)):
            kind, value = self.kind[part], self.value[part]  # the values are those of `_Told` alone
            for which, used in tables.items():
                chosen = kind == which
                value[chosen] = used(value[chosen])


def _as_nodes(pool: Pool, nodes: _Nodes) -> tuple[Ids, Ids, npt.NDArray[np.bool_]]:
    """Subjects and values of the statements as nodes, and whether they are: others stay out of the graph."""
    of_subject = np.concatenate((nodes.of_record, nodes.of_thing[::-1]))  # what is ``~number`` counts from the end
    of_value = np.concatenate((nodes.of_thing, nodes.of_record[::-1]))
    subject, value, kept = taken(of_subject, pool.row_subject), pool.row_value, np.empty(len(pool.row_kind), bool)
    for part in pieces(len(kept)):
        thing = pool.row_kind[part] == Kind.THING
        value[part][thing] = taken(of_value, value[part][thing])
        kept[part] = (subject[part] >= 0) & (~thing | (value[part] >= 0))
    return subject, value, kept


def _source(nodes: _Nodes, number: int) -> int:
    """The row that describes a thing, as written."""
    record = nodes.home.get(number)
    return int(nodes.pool.record_source[nodes.merged.principal[record]]) if record is not None else -1


class _Used:
    """Of a table what some column holds, numbered anew in its order."""

    def __init__(self, count: int, *columns: Ids) -> None:
        used = np.zeros(count + 1, bool)
        for column in columns:
            used[column] = True
            forget()
        used[-1] = False
        self._numbers = np.cumsum(used, dtype=np.int32) - 1
        self._numbers[-1] = -1
        self.mask = used[:-1]

    def __call__(self, column: Ids) -> Ids:
        return taken(self._numbers, column)
