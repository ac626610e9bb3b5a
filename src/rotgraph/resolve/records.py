"""In: drafts with values resolved. Out: the records of one note, and what makes each one with those of others. Room: resolve.

Identity comes from natural keys (rulings 2 to 4): rows of one table never merge, across tables and notes only classes marked
`merge`; of an observation the value is never in the key, so equal keys with unequal values are a contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from hashlib import blake2b
from typing import TypeAlias

import msgspec

from rotgraph.model.described import Call, Late, LatePart
from rotgraph.model.schema import ClassDef, Schema, fold
from rotgraph.model.slug import row_key
from rotgraph.model.value import Kind, Period, Quantity

__all__ = ["NO_KEY", "Keys", "Record", "Statement", "Value", "canon", "key_hash", "label_of"]

NO_KEY = bytes(8)
_EXACT = Context(prec=10_000, Emax=999_999, Emin=-999_999)
_THING = int(Kind.THING)


Value: TypeAlias = "int | str | Quantity | Period | Call"


class Statement(msgspec.Struct, frozen=True, gc=False):
    """One property with one value, stated at one place."""

    property: str
    kind: int
    """A `Kind`, or `CALL`."""
    value: Value
    """A node number for a thing: things from 0, records of the note as ``~number``."""
    start: int
    end: int
    """Byte span in the note."""
    section: int


class Record(msgspec.Struct, eq=False, gc=False):
    """A record of one note."""

    number: int
    cls: str
    name: str
    start: int
    end: int
    """Byte span in the note."""
    section: int
    source: str
    table: int
    complete: bool
    thing: int
    """The thing it is, where its key cell is a link."""
    statements: list[Statement]
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
    if value.__class__ is str:
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


_Part: TypeAlias = "tuple[str, str, str]"
"""A part of a key: as it compares, as it is read, as it is shown."""


class Keys:
    """Gives the records of one note their keys."""

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
        self._things: dict[int, _Part] = {}

    def give(self, record: Record, scope: tuple[str, ...], stated: str, here: Sequence[Record]) -> None:
        """Say what a record is one with, what its key is, and what it is called.

        Args:
            scope: what tells records of unmerged classes apart: the note, and the heading for discovered classes.
            stated: the date stated, or the note, which stands for the period of an observation that has none: undated values
                of different notes neither merge nor contradict one another.
            here: the records of the note.
        """
        definition, name = self.schema.by_name.get(record.cls), record.name
        if definition is None:
            record.base = row_key(record.cls, *scope, name)
            record.label = label_of(None, name, record.cls, ())
            return
        said = [each.property for each in record.statements]
        parts = self._parts(definition, record, said, stated, here)
        if definition.merge:
            scope = ()
        if LatePart in map(type, parts):
            told = [part if isinstance(part, LatePart) else LatePart(*part) for part in parts]
            record.late = Late(record.number, scope, tuple(told))
            return
        compared, read, shown = zip(*parts, strict=True) if parts else ((), (), ())
        record.base = row_key(record.cls, *scope, *read)
        record.label = label_of(definition, name, record.cls, shown)
        if definition.merge:
            self._merged(definition, record, said, compared)

    def _merged(self, definition: ClassDef, record: Record, said: Sequence[str], compared: Sequence[str]) -> None:
        """Say what a record of a merged class is one with.

        Args:
            said: the properties of its statements.
            compared: the parts of its key.
        """
        statements = record.statements
        if definition.partial:
            given = zip(definition.key, compared, strict=True)
            record.partial = tuple([part if name in said else "" for name, part in given])
        if any(compared):
            record.key = key_hash((*compared, record.cls))
            if definition.value:
                found = {self._compared(each) for each in statements if each.property == definition.value}
                record.value = key_hash((*compared, record.cls, *sorted(found)))
        if definition.apart:
            last = {each.property: self._compared(each) for each in statements if each.property in definition.apart}
            record.apart = tuple([last.get(name, "") for name in definition.apart])

    def _compared(self, each: Statement) -> str:
        value = each.value
        if each.kind == _THING and value.__class__ is int and value >= 0:
            return self._of_thing(value)[0]
        return _spelled(each.kind, value)

    def _of_thing(self, number: int) -> _Part:
        found = self._things.get(number)
        if found is None:
            label = self.label(number)
            found = self._things[number] = f"n{self.thing_key(number)}", label, label
        return found

    def _parts(
        self, definition: ClassDef, record: Record, said: Sequence[str], stated: str, here: Sequence[Record]
    ) -> list[_Part | LatePart]:
        """The parts of a key, in their order; some may wait for another record."""
        parts: list[_Part | LatePart] = []
        for field in definition.key:
            if field == "name":
                parts.append((fold(record.name), record.name, record.name))
            elif field in said:
                parts.append(self._part(record.statements[said.index(field)], here))
            elif definition.value and (field == "period" or field == "date"):
                parts.append((stated, stated, ""))
            else:
                parts.append(("", "", ""))
        return parts

    def _part(self, found: Statement, here: Sequence[Record]) -> _Part | LatePart:
        value = found.value
        if value.__class__ is str:
            return f"t{fold(value)}", value, value
        if found.kind == _THING:
            number: int = value  # type: ignore[assignment]  # as its kind says
            return self._of_thing(number) if number >= 0 else LatePart("", "", here[~number].label, record=~number)
        if isinstance(value, Period):
            # an open end and doubt are not identity: a rotation that ends keeps its IRI
            read = value.edtf.removesuffix("/..").replace("~", "").replace("/", "-") or value.text
            return _spelled(found.kind, value), read, value.text
        if isinstance(value, Call):
            return LatePart("", "", value.text, call=self.call(value))
        return _spelled(found.kind, value), str(value), str(value)


def label_of(definition: ClassDef | None, name: str, cls: str, shown: Sequence[str]) -> str:
    """What a record is called: its class's template, its name, or what its key fields hold.

    Args:
        shown: what the key fields hold, in their order; of a class that no schema declares, nothing.
    """
    if definition is not None and definition.label:
        fields = dict(zip(definition.key, shown, strict=True))
        if all(fields[key] for key in definition.key if f"{{{key}}}" in definition.label):
            return definition.label.format(**fields, **({} if "name" in fields else {"name": name}))
    if name:
        return name
    joined = " · ".join([each for each in shown if each]) or cls.replace("_", " ")
    return joined if len(joined) <= 120 else f"{joined[:117]}…"
