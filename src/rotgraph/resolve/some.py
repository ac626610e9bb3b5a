"""In: what some notes state, and which of their records are asked for. Out: these as nodes, with their facts. Room: resolve.

What a record comes to hangs on the records that share its key, or its key as people read it, and on nothing else: so a few notes
are joined as all would be, and of what comes out, what is said of those records is taken, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.model.described import Described
from rotgraph.model.named import NoteNames
from rotgraph.model.ordering import order_by, unique
from rotgraph.model.spool import Spool
from rotgraph.model.told import Told, joined
from rotgraph.model.told_moved import Span
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.resolve.contradict import contradictions
from rotgraph.resolve.emit import period_of, quantity_of
from rotgraph.resolve.forms import in_form
from rotgraph.resolve.lone import keep_lone
from rotgraph.resolve.merge import Merged, merge
from rotgraph.resolve.names import Names
from rotgraph.resolve.pool import Pool
from rotgraph.resolve.ties import key_ties

__all__ = ["Evidenced", "SaidFact", "SaidNode", "Some", "Things"]

Evidenced: TypeAlias = "tuple[int, Span, str | None, Period | None]"
"""The note, by its place among those that are joined, and where in it; the headings over it and the date stated."""


@dataclass(frozen=True, slots=True)
class SaidFact:
    """A fact, apart from any graph."""

    property: str
    kind: Kind
    value: str | int | Quantity | Period
    """A thing or record by its key."""
    evidence: tuple[Evidenced, ...]


@dataclass(frozen=True, slots=True)
class SaidNode:
    """A record that is a node, apart from any graph."""

    key: str
    base: str
    """Its key before those that are equal are told apart."""
    label: str
    cls: str
    place: Evidenced
    record: int
    """The number of its principal record in that note."""
    first: tuple[int, int]
    """The first of the records that it is made of: the place of its note, its number there. Of nodes at one place it tells which
    stands first."""
    source: str | None
    facts: tuple[SaidFact, ...]


class Things:
    """Numbers of things by their keys, the same for all that are joined."""

    def __init__(self, names: Names) -> None:
        self._registry = names.naming.registry
        self._registry.forget()
        self._known = {thing.key: number for number, thing in enumerate(self._registry.things)}

    def known(self, key: str) -> int:
        return self._known[key]

    def fresh(self, key: str, label: str) -> int:
        """The number of a thing that only what is stated names."""
        if key not in self._known:
            self._known[key] = self._registry.learn(key, label)
        return self._known[key]

    def key(self, number: int) -> str:
        return self._registry.things[number].key


class Some:
    """Some notes, joined."""

    def __init__(self, names: Names, things: Things, notes: Sequence[NoteNames], described: Sequence[Described]) -> None:
        """Join them.

        Args:
            notes: in natural order, ``described`` likewise.
        """
        self._names, self._things, self._notes = names, things, notes
        self.pool = pool = Pool(described, things.known, things.fresh, Spool())
        self._bases = pool.record_key.copy()
        self._calling = pool.row_subject[pool.calls()]
        self._late = [int(pool.record_base[note]) + each.record for note, told in enumerate(described) for each in told.late]
        named = np.flatnonzero((pool.row_kind == Kind.THING) & (pool.row_value < 0) & (pool.row_subject >= 0))
        self._naming = pool.row_subject[named], ~pool.row_value[named]
        """Records that name records."""
        self._words = list(pool.words)
        self.merged: Merged = merge(names.schema, pool)
        self._keys = pool.keys
        pool.settle(self.merged.into, self.merged.thing)
        keep_lone(pool)

    def touched(self, records: Mapping[int, Iterable[int]]) -> npt.NDArray[np.bool_]:
        """Records that some hang together with: by a key, by a base of keys, by naming one another.

        Args:
            records: by the place of their note.
        """
        pool = self.pool
        found = np.zeros(len(self._bases), bool)
        found[[int(pool.record_base[note]) + each for note, told in records.items() for each in told]] = True
        before = -1
        while before < (before := int(found.sum())):
            found |= pool.record_merged & np.isin(self._keys, self._keys[found & pool.record_merged])
            found |= (self._bases >= 0) & np.isin(self._bases, self._bases[found])
            one, other = self._naming
            found[one[found[other]]] = True
            found[other[found[one]]] = True
        return found

    def by_note(self, records: npt.NDArray[np.bool_]) -> dict[int, list[int]]:
        """Records by the place of their note, there by their number."""
        at = np.flatnonzero(records)
        notes = self.pool.record_note[at]
        found: dict[int, list[int]] = {}
        for note, record in zip(notes.tolist(), (at - self.pool.record_base[notes]).tolist(), strict=True):
            found.setdefault(note, []).append(record)
        return found

    def ties(self, records: npt.NDArray[np.bool_]) -> set[int]:
        """What ties records to others."""
        return set(key_ties(self._keys[records & self.pool.record_merged]).tolist())

    def nodes(self, records: npt.NDArray[np.bool_]) -> tuple[SaidNode, ...] | None:
        """What records come to, in the order of the notes; None if that hangs on more than these notes."""
        pool, merged = self.pool, self.merged
        wholes = unique(merged.into[records])
        part = np.isin(merged.into, wholes)
        calling = self._calling[self._calling >= 0]
        if (part & ~records).any() or (merged.thing[part] >= 0).any() or records[calling].any() or records[self._late].any():
            return None
        in_form(pool, merged)
        rows = np.flatnonzero(np.append(part, False)[pool.row_record])
        facts = self._facts(rows, merged.into[pool.row_record[rows]])
        return tuple(self._node(whole, tuple(facts.get(whole, ()))) for whole in wholes.tolist())

    def fields(self, asked: Collection[tuple[str, str]]) -> dict[tuple[str, str], tuple[SaidFact, ...]]:
        """What is said of things in some fields. To be asked after `nodes`."""
        pool = self.pool
        found: dict[tuple[str, str], tuple[SaidFact, ...]] = {}
        for thing, field in asked:
            rows = np.flatnonzero(
                (pool.row_subject == ~self._things.known(thing)) & (pool.row_property == pool.words.get(field, -1))
            )
            found[thing, field] = tuple(self._facts(rows, np.zeros(len(rows), np.int32)).get(0, ()))
        return found

    def _facts(self, rows: npt.NDArray[np.int64], about: npt.NDArray[np.int32]) -> dict[int, list[SaidFact]]:
        """Rows as facts, by what they are about."""
        pool = self.pool
        order = order_by(about, pool.row_note[rows], pool.row_start[rows])
        rows, about = rows[order], about[order]
        values = self._values(rows)
        evidence = self._evidence(pool.row_note[rows], pool.row_section[rows], pool.row_place[:, rows])
        columns = zip(*(each[rows].tolist() for each in (pool.row_property, pool.row_kind, pool.row_value)), strict=True)
        found: dict[tuple[int, ...], tuple[str, Kind, Any, list[Evidenced]]] = {}
        for subject, (name, kind, number), value, each in zip(about.tolist(), columns, values, evidence, strict=True):
            found.setdefault((subject, name, kind, number), (self._words[name], Kind(kind), value, []))[3].append(each)
        facts: dict[int, list[SaidFact]] = {}
        for (subject, *_), (field, kind_, value, stated) in found.items():
            facts.setdefault(subject, []).append(SaidFact(field, kind_, value, tuple(stated)))
        return facts

    def _node(self, whole: int, facts: tuple[SaidFact, ...]) -> SaidNode:
        pool = self.pool
        principal = int(self.merged.principal[whole])
        at = np.array([principal])
        place = self._evidence(pool.record_note[at], pool.record_section[at], pool.record_place[:, at])[0]
        source = int(pool.record_source[principal])
        return SaidNode(
            self._key(whole), pool.texts[self._bases[whole]], pool.texts[pool.record_label[principal]],
            self._words[pool.record_class[whole]], place, self._local(principal)[1], self._local(whole),
            pool.texts[source] if source >= 0 else None, facts,
        )  # fmt: skip

    def _local(self, record: int) -> tuple[int, int]:
        note = int(self.pool.record_note[record])
        return note, record - int(self.pool.record_base[note])

    def _key(self, whole: int) -> str:
        return str(self.pool.texts[self.pool.record_key[whole]])

    def _values(self, rows: npt.NDArray[np.int64]) -> list[Any]:
        pool = self.pool
        quantities, periods = list(pool.quantities), list(pool.periods)
        read: dict[int, Callable[[int], Any]] = {
            Kind.TEXT: pool.texts.__getitem__,
            Kind.QUANTITY: lambda each: quantity_of(quantities[each]),
            Kind.PERIOD: lambda each: period_of(periods[each]),
            Kind.THING: lambda each: self._things.key(each) if each >= 0 else self._key(~each),
        }
        told = zip(pool.row_kind[rows].tolist(), pool.row_value[rows].tolist(), strict=True)
        return [read[kind](value) if kind in read else value for kind, value in told]

    def _evidence(self, note: Any, section: Any, place: Any) -> list[Evidenced]:
        pool = self.pool
        periods = list(pool.periods)
        headings = [str(pool.texts[each]) if each >= 0 else None for each in pool.heading(note, section).tolist()]
        dates = [period_of(periods[each]) if each >= 0 else None for each in pool.dates(note, section).tolist()]
        spans = [(line, column, end_line, end_column) for line, column, end_line, end_column in place.T.tolist()]
        return list(zip(note.tolist(), spans, headings, dates, strict=True))

    def gainsaid(self, records: npt.NDArray[np.bool_]) -> Told:
        """What contradicts what among records. To be asked before `nodes`, which gives equal values one form."""
        merged = self.merged
        rivals = [each for each in merged.rivals if records[each].any()]
        chosen = replace(merged, rivals=rivals)
        return joined(contradictions(self._notes, self._names, self.pool, chosen, records))
