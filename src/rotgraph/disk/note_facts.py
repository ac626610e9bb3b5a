"""In: what one note says. Out: bytes of it, and back. Room: disk.

MessagePack of the structures as they are, compressed. Quantities and periods stand in two tables of their own, so that a decoder
knows what it meets, names of properties and classes in a third, the text of rows in a fourth, and are put back when the note is
read: each is one object, however often it is written. What is written is built of tuples, without what a fact has by default: a
structure takes four times as long to make.
"""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import Any, TypeAlias, cast, get_type_hints

import msgspec

from rotgraph.diagnostics import Diagnostic
from rotgraph.disk.zstd import PASSING, compress, decompress
from rotgraph.model.draft import Draft, DraftFact, Local, Name, Names, NoteFacts, RecordName, Subject
from rotgraph.model.numbered import numbered
from rotgraph.model.value import Period, Precision, Quantity

__all__ = ["pack_diagnostics", "pack_note", "unpack_diagnostics", "unpack_note"]


class _Held(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=6):
    """A quantity (from 0) or a period (from -1 down), by its place in the tables."""

    index: int


_Value: TypeAlias = str | int | Name | Names | Local | RecordName | Subject | _Held


def _like(original: type[msgspec.Struct], **changed: Any) -> Any:
    """A structure of the same fields, with other types for some."""
    hints = get_type_hints(original)
    told = []
    for each in msgspec.structs.fields(original):
        kind = changed.get(each.name, hints[each.name])
        told.append((each.name, kind) if each.default is msgspec.NODEFAULT else (each.name, kind, each.default))
    return msgspec.defstruct(f"_{original.__name__}", told, frozen=True, gc=False, array_like=True)


def _tuple_of(*kinds: Any) -> Any:
    """``tuple[…]`` of types that are made here, where no type checker looks."""
    return tuple.__class_getitem__(kinds)


_Fact = _like(DraftFact, property=int, value=_Value, cls=int | str)  # a class that is not written is "", as it stands
_Draft = _like(Draft, cls=int, form=int, facts=_tuple_of(_Fact, ...))
_Note = _like(NoteFacts, drafts=_tuple_of(_Draft, ...), sources=tuple[int, ...])
_QUANTITY, _PERIOD = (attrgetter(*(each.name for each in fields(kind))) for kind in (Quantity, Period))
_QUANTITY_ROW, _PERIOD_ROW = (_tuple_of(*get_type_hints(kind).values()) for kind in (Quantity, Period))
_encode = msgspec.msgpack.Encoder().encode
_RAW = tuple[msgspec.Raw, ...]
_decode_note = msgspec.msgpack.Decoder(_tuple_of(_Note, _RAW, _RAW, tuple[str, ...], tuple[str, ...])).decode
_decode_quantity, _decode_period = (msgspec.msgpack.Decoder(row).decode for row in (_QUANTITY_ROW, _PERIOD_ROW))
_decode_point = msgspec.msgpack.Decoder(tuple[str, Decimal, str, bool]).decode
_decode_plain_period = msgspec.msgpack.Decoder(tuple[str, int, int, Precision, str]).decode
_FOUR, _FIVE = 0x94, 0x95
"""How MessagePack begins a short array of as many."""
_decode_diagnostics = msgspec.msgpack.Decoder(tuple[Diagnostic, ...]).decode
_set = msgspec.structs.force_setattr
_DRAFTS, _SOURCES = (NoteFacts.__struct_fields__.index(each) for each in ("drafts", "sources"))


def _quantity_row(quantity: Quantity) -> object:
    """A quantity as it is written: most are a point, and nothing more is to be said of them."""
    value = quantity.value
    if (
        value is None or value is not quantity.low or value is not quantity.high or quantity.remark or quantity.estimate
        or quantity.low_open or quantity.high_open or quantity.ordinal or quantity.out_of is not None
    ):  # fmt: skip
        return _QUANTITY(quantity)
    return quantity.text, value, quantity.unit, quantity.approximate


def _period_row(period: Period) -> object:
    if period.approximate or period.open_start or period.open_end or period.inferred:
        return _PERIOD(period)
    return period.text, period.start, period.end, period.precision, period.edtf


def pack_note(note: NoteFacts) -> bytes:
    """What a note says, as bytes."""
    quantities: list[object] = []
    periods: list[object] = []
    held: dict[int, _Held] = {}
    words: dict[str, int] = numbered()
    texts: dict[str, int] = numbered()
    drafts = []
    for draft in note.drafts:
        facts: list[object] = []
        for fact in draft.facts:
            value: object = fact.value
            kind = value.__class__
            if kind is Quantity or kind is Period:
                known = held.get(id(value))  # the note outlives this table
                if known is None:
                    if kind is Quantity:
                        quantities.append(_quantity_row(cast(Quantity, value)))
                        known = _Held(len(quantities) - 1)
                    else:
                        periods.append(_period_row(cast(Period, value)))
                        known = _Held(-len(periods))
                    held[id(value)] = known
                value = known
            if fact.side:
                facts.append((words[fact.property], value, fact.start, fact.end, words[fact.cls], True))
            elif cls := fact.cls:
                facts.append((words[fact.property], value, fact.start, fact.end, words[cls]))
            else:
                facts.append((words[fact.property], value, fact.start, fact.end))
        drafts.append(
            (
                words[draft.cls], words[draft.form], facts, draft.start, draft.end, draft.section, draft.name, draft.table,
                draft.complete, draft.members, draft.label, draft.plural,
            )
        )  # fmt: skip
    sources = [texts[text] for text in note.sources]
    row = [getattr(note, name) for name in NoteFacts.__struct_fields__]
    row[_DRAFTS], row[_SOURCES] = drafts, sources
    return compress(_encode((row, quantities, periods, list(words), list(texts))), PASSING)


@lru_cache(maxsize=1 << 16)
def _quantity(row: bytes) -> Quantity:
    if row[0] != _FOUR:
        return Quantity(*_decode_quantity(row))
    text, value, unit, approximate = _decode_point(row)
    return Quantity(text, value, value, value, unit, approximate=approximate)


@lru_cache(maxsize=1 << 16)
def _period(row: bytes) -> Period:
    if row[0] != _FIVE:
        return Period(*_decode_period(row))
    text, start, end, precision, edtf = _decode_plain_period(row)
    return Period(text, start, end, precision, edtf=edtf)


def unpack_note(data: bytes | memoryview) -> NoteFacts:
    """What a note says, from its bytes.

    Raises:
        UnusableError, msgspec.MsgspecError: these are no such bytes.
    """
    note, quantity_rows, period_rows, spelled, texts = _decode_note(decompress(data))
    quantities = [_quantity(bytes(row)) for row in quantity_rows]
    periods = [_period(bytes(row)) for row in period_rows]
    words = [intern(each) for each in spelled]
    for draft in note.drafts:
        _set(draft, "cls", words[draft.cls])
        _set(draft, "form", words[draft.form])
        for fact in draft.facts:
            _set(fact, "property", words[fact.property])
            if fact.cls.__class__ is int:
                _set(fact, "cls", words[fact.cls])
            if fact.value.__class__ is _Held:
                at = fact.value.index
                _set(fact, "value", quantities[at] if at >= 0 else periods[-at - 1])
    _set(note, "sources", tuple([texts[at] for at in note.sources]))
    return cast(NoteFacts, note)


def pack_diagnostics(diagnostics: tuple[Diagnostic, ...]) -> bytes:
    """Diagnostics as bytes; none are no bytes."""
    return _encode(diagnostics) if diagnostics else b""


def unpack_diagnostics(data: bytes | memoryview) -> tuple[Diagnostic, ...]:
    """Diagnostics from their bytes."""
    return _decode_diagnostics(data) if data else ()
