"""In: drafts with values resolved. Out: records, one per thing described. Room: resolve.

Identity comes from natural keys (rulings 2 to 4): rows of one table never merge, across tables and notes only classes marked
`merge`; of an observation the value is never in the key, so equal keys with unequal values are a contradiction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TypeAlias

import msgspec

from rotgraph.late import dataclass
from rotgraph.model.schema import ClassDef, Schema, fold
from rotgraph.model.slug import again, row_key
from rotgraph.model.value import Kind, Period, Quantity

__all__ = ["Place", "Record", "Records", "Statement", "Value", "canon"]

_FORMED = (Kind.TEXT, Kind.QUANTITY, Kind.PERIOD)
"""Kinds of values that may be written in several forms."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where something stands: note, byte span, section."""

    note: int
    start: int
    end: int
    section: int


Value: TypeAlias = "int | str | Quantity | Period"


class Statement(msgspec.Struct, frozen=True, gc=False):
    """One property with one value, stated at one place."""

    property: str
    kind: Kind
    value: Value
    """A node number for a thing: things from 0, records as ``~number``."""
    place: Place


@dataclass(eq=False, slots=True)
class Record:
    """A record while it is put together."""

    number: int
    cls: str
    key: str
    name: str
    table: tuple[int, int]
    place: Place
    source: str
    complete: bool
    thing: int = -1
    """The thing it is, where its key cell is a link."""
    statements: list[Statement] = field(default_factory=list)
    tables: set[tuple[int, int]] = field(default_factory=set)
    label: str = ""
    _formed: set[str] = field(default_factory=set)
    """Properties with values that may stand in several forms."""
    _forms: dict[str, dict[object, Value]] = field(default_factory=dict)
    """Per property, the form in which each value is kept; made when a property comes again."""

    @property
    def node(self) -> int:
        return self.thing if self.thing >= 0 else ~self.number

    def values(self, name: str) -> list[tuple[Kind, Value]]:
        return [(each.kind, each.value) for each in self.statements if each.property == name]

    def first(self, name: str) -> Value | None:
        for each in self.statements:
            if each.property == name:
                return each.value
        return None

    def add(self, statements: Sequence[Statement], *, leading: bool) -> None:
        """Take on statements; equal values keep the form of the principal evidence."""
        repeated = self._repeated(statements)
        if repeated:
            statements = self._in_form(statements, repeated, leading=leading)
        self.statements.extend(statements)

    def _repeated(self, statements: Sequence[Statement]) -> set[str]:
        """Properties whose values may stand here in several forms: things and integers have but one."""
        seen = self._formed
        repeated = set()
        for each in statements:
            if each.kind in _FORMED:
                if each.property in seen:
                    repeated.add(each.property)
                seen.add(each.property)
        return repeated

    def _in_form(self, statements: Sequence[Statement], repeated: set[str], *, leading: bool) -> list[Statement]:
        """Statements in the forms already known, or what is known in the forms of the statements, if they lead."""
        for name in repeated - self._forms.keys():
            self._forms[name] = {canon(each.kind, each.value): each.value for each in self.statements if each.property == name}
        found = []
        for each in statements:
            if each.property in repeated and each.kind in _FORMED:
                known = self._forms[each.property].setdefault(canon(each.kind, each.value), each.value)
                if known != each.value:
                    if leading:
                        self._reform(each, known)
                    else:
                        each = Statement(each.property, each.kind, known, each.place)
            found.append(each)
        if leading:
            self._forms.clear()
        return found

    def _reform(self, each: Statement, known: Value) -> None:
        for index, old in enumerate(self.statements):
            if old.property == each.property and old.value == known:
                self.statements[index] = Statement(old.property, old.kind, each.value, old.place)


def canon(kind: Kind, value: Value) -> object:
    """What makes two values one: numbers and units for quantities, days for periods, folded words for texts."""
    if isinstance(value, str):
        return (kind, fold(value))
    if isinstance(value, Quantity):
        return (kind, value.unit, value.value, value.low, value.high, value.low_open, value.high_open, value.approximate)
    if isinstance(value, Period):
        return (kind, value.start, value.end)
    return (kind, value)


def _values(statements: Sequence[Statement], name: str) -> frozenset[object]:
    return frozenset([canon(each.kind, each.value) for each in statements if each.property == name])


class Records:
    """All records of a vault, by key."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.all: list[Record] = []
        self._by_key: dict[tuple[object, ...], list[Record]] = {}
        self._by_value: dict[tuple[object, ...], list[Record]] = {}
        """As above, by key and value: only those of equal value can be one."""
        self._keys: dict[str, int] = {}
        self.contradictions: list[tuple[Record, Record]] = []

    def place(
        self, cls: str, name: str, statements: list[Statement], place: Place, source: str, *, table: int, complete: bool,
        scope: tuple[str, ...], stated: str, thing: int = -1, labels: dict[int, str],
    ) -> Record:  # fmt: skip
        """The record that a draft describes: a known one with its key, or a new one.

        Args:
            scope: what tells records of unmerged classes apart: the note, and the heading for discovered classes.
            stated: the date stated, or the note, which stands for the period of an observation that has none: undated values
                of different notes neither merge nor contradict one another.
            labels: names of the things in key fields, for keys people read.
        """
        definition = self.schema.by_name.get(cls)
        where = (place.note, table)
        key, shown = self._key(definition, name, statements, stated, labels)
        if definition is None or not definition.merge:
            return self._new(cls, (*scope, *shown), name, statements, place, source, where, complete=complete, thing=thing)
        candidates = self._by_key.setdefault((cls, *key), [])
        alike = candidates
        if definition.value:
            alike = self._by_value.setdefault((cls, *key, _values(statements, definition.value)), [])
        found = self._match(definition, alike, statements, where, thing) if any(key) else None
        if found is None:
            record = self._new(cls, shown, name, statements, place, source, where, complete=complete, thing=thing)
            if definition.value and candidates and any(key):
                self._contradict(definition, candidates, record)
            candidates.append(record)
            if alike is not candidates:
                alike.append(record)
            return record
        leading = complete and not found.complete
        found.add(statements, leading=leading)
        found.tables.add(where)
        if leading:
            found.place, found.source, found.complete, found.table = place, source, True, where
        if thing >= 0 and found.thing < 0:
            found.thing = thing
        return found

    def _match(
        self, definition: ClassDef, candidates: list[Record], statements: list[Statement], where: tuple[int, int], thing: int
    ) -> Record | None:
        given = {each.property: canon(each.kind, each.value) for each in statements if each.property in definition.apart}
        for each in candidates:
            if where[1] >= 0 and where in each.tables:
                continue
            if any((known := self._first_canon(each, name)) is not None and known != value for name, value in given.items()):
                continue
            if thing < 0 or each.thing < 0 or each.thing == thing:
                return each
        return None

    def _contradict(self, definition: ClassDef, candidates: list[Record], record: Record) -> None:
        value = record.first(definition.value)
        for each in candidates:
            other = each.first(definition.value)
            comparable = isinstance(value, Quantity) and isinstance(other, Quantity) and value.unit == other.unit
            if comparable and value is not None and other is not None:
                if canon(Kind.QUANTITY, value) == canon(Kind.QUANTITY, other):
                    continue
                self.contradictions.append((each, record))
                return

    def _key(
        self, definition: ClassDef | None, name: str, statements: list[Statement], stated: str, labels: dict[int, str]
    ) -> tuple[tuple[object, ...], tuple[str, ...]]:
        """The key to compare by, and the key to read."""
        if definition is None:
            return (fold(name),), (name,)
        key: list[object] = []
        shown: list[str] = []
        first = {each.property: each for each in reversed(statements)}
        for each in definition.key:
            if each == "name":
                key.append(fold(name))
                shown.append(name)
                continue
            found = first.get(each)
            if found is None:
                fallback = stated if definition.value and each in ("period", "date") else ""
                key.append(fallback)
                shown.append(fallback)
            else:
                same = canon(found.kind, found.value)
                key.append(repr(same) if found.kind is Kind.QUANTITY else same)
                shown.append(self._shown(found.kind, found.value, labels))
        return tuple(key), tuple(shown)

    def _shown(self, kind: Kind, value: Value, labels: dict[int, str]) -> str:
        if kind is Kind.THING and isinstance(value, int):
            return labels.get(value, "") if value >= 0 else self.all[~value].key.partition("/")[2]
        if isinstance(value, Period):
            # an open end and doubt are not identity: a rotation that ends keeps its IRI
            return value.edtf.removesuffix("/..").replace("~", "").replace("/", "-") or value.text
        return str(value)

    def _new(
        self, cls: str, parts: tuple[str, ...], name: str, statements: list[Statement], place: Place, source: str,
        where: tuple[int, int], *, complete: bool, thing: int,
    ) -> Record:  # fmt: skip
        base = row_key(cls, *parts)
        count = self._keys[base] = self._keys.get(base, 0) + 1
        key = base if count == 1 else again(base, count)
        record = Record(len(self.all), cls, key, name, where, place, source, complete, thing)
        record.tables.add(where)
        record.add(statements, leading=False)
        self.all.append(record)
        return record

    def fold_partial(self) -> dict[int, Record]:
        """Records that lack one key field join the only one that agrees on the others; returns who went where."""
        gone: dict[int, Record] = {}
        for definition in self.schema.classes:
            if not definition.partial:
                continue
            members = [each for each in self.all if each.cls == definition.name]
            index: dict[tuple[str, object], list[Record]] = {}
            for each in members:
                for name in definition.key:
                    value = self._first_canon(each, name)
                    if value is not None:
                        index.setdefault((name, value), []).append(each)
            for each in members:
                self._fold_one(definition, each, index, gone)
        return gone

    def _first_canon(self, record: Record, name: str) -> object:
        for each in record.statements:
            if each.property == name:
                return canon(each.kind, each.value)
        return None

    def _fold_one(
        self, definition: ClassDef, record: Record, index: dict[tuple[str, object], list[Record]], gone: dict[int, Record]
    ) -> None:
        given = {name: self._first_canon(record, name) for name in definition.key}
        present = {name: value for name, value in given.items() if value is not None}
        if len(present) != len(given) - 1:
            return
        pools = [index.get((name, value), []) for name, value in present.items()]
        smallest = min(pools, key=len)
        others = [
            each
            for each in smallest
            if each is not record
            and each.number not in gone
            and all(self._first_canon(each, name) == value for name, value in present.items())
            and sum(self._first_canon(each, name) is not None for name in definition.key) > len(present)
        ]
        if len(others) == 1:
            others[0].add(record.statements, leading=False)
            gone[record.number] = others[0]
