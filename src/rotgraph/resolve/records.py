"""In: drafts with values resolved. Out: the records of one note, and what makes each one with those of others. Room: resolve.

Identity comes from natural keys (rulings 2 to 4): rows of one table never merge, across tables and notes only classes marked
`merge`; of an observation the value is never in the key, so equal keys with unequal values are a contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from decimal import Context, Decimal
from hashlib import blake2b
from typing import TypeAlias

import msgspec

from rotgraph.late import dataclass
from rotgraph.model.described import Call, Late, LatePart
from rotgraph.model.schema import ClassDef, Schema, fold
from rotgraph.model.slug import row_key
from rotgraph.model.value import Kind, Period, Quantity

__all__ = ["NO_KEY", "Keys", "Place", "Record", "Statement", "Value", "canon", "key_hash", "label_of"]

NO_KEY = bytes(8)
_EXACT = Context(prec=10_000, Emax=999_999, Emin=-999_999)
_THING = int(Kind.THING)


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where something stands in the note: byte span, section."""

    start: int
    end: int
    section: int


Value: TypeAlias = "int | str | Quantity | Period | Call"


class Statement(msgspec.Struct, frozen=True, gc=False):
    """One property with one value, stated at one place."""

    property: str
    kind: int
    """A `Kind`, or `CALL`."""
    value: Value
    """A node number for a thing: things from 0, records of the note as ``~number``."""
    place: Place


@dataclass(eq=False, slots=True)
class Record:
    """A record of one note."""

    number: int
    cls: str
    name: str
    place: Place
    source: str
    table: int
    complete: bool
    thing: int = -1
    """The thing it is, where its key cell is a link."""
    statements: list[Statement] = field(default_factory=list)
    base: str = ""
    label: str = ""
    key: bytes = NO_KEY
    value: bytes = NO_KEY
    late: Late | None = None
    apart: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()

    def values(self, name: str) -> list[Value]:
        return [each.value for each in self.statements if each.property == name]


def canon(kind: int, value: Value) -> object:
    """What makes two values one: numbers and units for quantities, days for periods, folded words for texts."""
    if isinstance(value, str):
        return (kind, fold(value))
    if isinstance(value, Quantity):
        return (kind, value.unit, value.value, value.low, value.high, value.low_open, value.high_open, value.approximate)
    if isinstance(value, Period):
        return (kind, value.start, value.end)
    return (kind, value)


def _spelled(kind: int, value: Value) -> str:
    """What `canon` says, as text: numbers without the zeros at their end."""
    if isinstance(value, str):
        return f"t{fold(value)}"
    if isinstance(value, Quantity):
        point, low, high = value.value, value.low, value.high
        bounds = "" if low == point and high == point else f"{_number(low)} {_number(high)}"
        return f"q{value.unit} {_number(point)} {bounds} {value.low_open:d}{value.high_open:d}{value.approximate:d}"
    if isinstance(value, Period):
        return f"p{value.start} {value.end}"
    return f"{kind}={value}"


def _number(number: Decimal | None) -> str:
    return "" if number is None else str(_EXACT.normalize(number))


def key_hash(parts: Sequence[str]) -> bytes:
    """Bytes that tell one key from another."""
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=len(NO_KEY)).digest()


class Keys:
    """Gives records their keys."""

    def __init__(
        self, schema: Schema, label: Callable[[int], str], thing_key: Callable[[int], str], call: Callable[[Call], int]
    ) -> None:
        """Look at the schema.

        Args:
            label: what a thing is called, for keys people read.
            thing_key: what tells it from all others.
            call: the number of a call in the note.
        """
        self.schema, self.label, self.thing_key, self.call = schema, label, thing_key, call

    def give(self, record: Record, scope: tuple[str, ...], stated: str, here: Sequence[Record]) -> None:
        """Say what a record is one with, what its key is, and what it is called.

        Args:
            scope: what tells records of unmerged classes apart: the note, and the heading for discovered classes.
            stated: the date stated, or the note, which stands for the period of an observation that has none: undated values
                of different notes neither merge nor contradict one another.
            here: the records of the note.
        """
        definition = self.schema.by_name.get(record.cls)
        if definition is None:
            parts = [LatePart(fold(record.name), record.name, record.name)]
        else:
            parts = self._parts(definition, record, stated, here)
        merged = definition is not None and definition.merge
        scope = () if merged else scope
        for part in parts:
            if part.record >= 0 or part.call >= 0:
                record.late = Late(record.number, scope, tuple(parts))
                return
        record.base = row_key(record.cls, *scope, *[part.read for part in parts])
        record.label = label_of(definition, record.name, record.cls, parts)
        if definition is None or not merged:
            return
        compared = [part.compared for part in parts]
        if any(compared):
            compared.append(record.cls)
            record.key = key_hash(compared)
            if definition.value:
                said = {self._compared(each) for each in record.statements if each.property == definition.value}
                compared += sorted(said)
                record.value = key_hash(compared)
        if definition.apart:
            last = {each.property: self._compared(each) for each in record.statements if each.property in definition.apart}
            record.apart = tuple(last.get(name, "") for name in definition.apart)
        if definition.partial:
            given = {each.property for each in record.statements}
            record.partial = tuple(
                part.compared if name in given else "" for name, part in zip(definition.key, parts, strict=True)
            )

    def _compared(self, each: Statement) -> str:
        value = each.value
        if each.kind == _THING and value.__class__ is int and value >= 0:
            return f"n{self.thing_key(value)}"
        return _spelled(each.kind, value)

    def _parts(self, definition: ClassDef, record: Record, stated: str, here: Sequence[Record]) -> list[LatePart]:
        parts = []
        for name in definition.key:
            if name == "name":
                parts.append(LatePart(fold(record.name), record.name, record.name))
                continue
            for each in record.statements:
                if each.property == name:
                    parts.append(self._part(each, here))
                    break
            else:
                fallback = stated if definition.value and name in ("period", "date") else ""
                parts.append(LatePart(fallback, fallback, ""))
        return parts

    def _part(self, found: Statement, here: Sequence[Record]) -> LatePart:
        value = found.value
        if found.kind == _THING and isinstance(value, int):
            if value < 0:
                return LatePart("", "", here[~value].label, record=~value)
            label = self.label(value)
            return LatePart(self._compared(found), label, label)
        if isinstance(value, Call):
            return LatePart("", "", value.text, call=self.call(value))
        if isinstance(value, Period):
            # an open end and doubt are not identity: a rotation that ends keeps its IRI
            read = value.edtf.removesuffix("/..").replace("~", "").replace("/", "-") or value.text
            return LatePart(self._compared(found), read, value.text)
        return LatePart(self._compared(found), str(value), str(value))


def label_of(definition: ClassDef | None, name: str, cls: str, parts: Sequence[LatePart]) -> str:
    """What a record is called: its class's template, its name, or what its key fields hold."""
    if definition is not None and definition.label:
        fields = {key: part.shown for key, part in zip(definition.key, parts, strict=True)}
        if all(fields[key] for key in definition.key if f"{{{key}}}" in definition.label):
            return definition.label.format(**fields, **({} if "name" in fields else {"name": name}))
    if name:
        return name
    joined = " · ".join([part.shown for part in parts if part.shown] if definition else []) or cls.replace("_", " ")
    return joined if len(joined) <= 120 else f"{joined[:117]}…"
