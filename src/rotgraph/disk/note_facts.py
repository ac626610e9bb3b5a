"""In: what one note says. Out: bytes of it, and back. Room: disk.

MessagePack of the structures as they are, compressed. Quantities and periods stand in two tables of their own, so that a decoder
knows what it meets, names of properties and classes in a third, and are put back when the note is read: each is one object,
however often it is written.
"""

from __future__ import annotations

import zlib
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import Any, TypeAlias, cast, get_type_hints

import msgspec

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.draft import Draft, DraftFact, Local, Name, Names, NoteFacts, RecordName, Subject
from rotgraph.model.value import Period, Quantity

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


_Fact = _like(DraftFact, property=int, value=_Value, cls=int)
_Draft = _like(Draft, cls=int, form=int, facts=_tuple_of(_Fact, ...))
_Note = _like(NoteFacts, drafts=_tuple_of(_Draft, ...))
_QUANTITY, _PERIOD = (attrgetter(*(each.name for each in fields(kind))) for kind in (Quantity, Period))
_QUANTITY_ROW, _PERIOD_ROW = (_tuple_of(*get_type_hints(kind).values()) for kind in (Quantity, Period))
_encode = msgspec.msgpack.Encoder().encode
_RAW = tuple[msgspec.Raw, ...]
_decode_note = msgspec.msgpack.Decoder(_tuple_of(_Note, _RAW, _RAW, tuple[str, ...])).decode
_decode_quantity, _decode_period = (msgspec.msgpack.Decoder(row).decode for row in (_QUANTITY_ROW, _PERIOD_ROW))
_decode_diagnostics = msgspec.msgpack.Decoder(tuple[Diagnostic, ...]).decode
_set, _replace = msgspec.structs.force_setattr, msgspec.structs.replace


def pack_note(note: NoteFacts) -> bytes:
    """What a note says, as bytes."""
    quantities: list[object] = []
    periods: list[object] = []
    words: dict[str, int] = {}
    drafts = []
    for draft in note.drafts:
        facts = []
        for fact in draft.facts:
            value: object = fact.value
            if isinstance(value, Quantity):
                quantities.append(_QUANTITY(value))
                value = _Held(len(quantities) - 1)
            elif isinstance(value, Period):
                periods.append(_PERIOD(value))
                value = _Held(-len(periods))
            name = words.setdefault(fact.property, len(words))
            cls = words.setdefault(fact.cls, len(words))
            facts.append(_Fact(name, value, fact.start, fact.end, cls, fact.side))
        form, cls = words.setdefault(draft.form, len(words)), words.setdefault(draft.cls, len(words))
        drafts.append(_replace(draft, cls=cls, form=form, facts=tuple(facts)))
    held = _replace(note, drafts=tuple(drafts))
    return zlib.compress(_encode((held, quantities, periods, list(words))), 1)


@lru_cache(maxsize=1 << 16)
def _quantity(row: bytes) -> Quantity:
    return Quantity(*_decode_quantity(row))


@lru_cache(maxsize=1 << 16)
def _period(row: bytes) -> Period:
    return Period(*_decode_period(row))


def unpack_note(data: bytes | memoryview) -> NoteFacts:
    """What a note says, from its bytes.

    Raises:
        zlib.error, msgspec.MsgspecError: these are no such bytes.
    """
    note, quantity_rows, period_rows, spelled = _decode_note(zlib.decompress(data))
    quantities = [_quantity(bytes(row)) for row in quantity_rows]
    periods = [_period(bytes(row)) for row in period_rows]
    words = [intern(each) for each in spelled]
    for draft in note.drafts:
        _set(draft, "cls", words[draft.cls])
        _set(draft, "form", words[draft.form])
        for fact in draft.facts:
            _set(fact, "property", words[fact.property])
            _set(fact, "cls", words[fact.cls])
            if fact.value.__class__ is _Held:
                at = fact.value.index
                _set(fact, "value", quantities[at] if at >= 0 else periods[-at - 1])
    return cast(NoteFacts, note)


def pack_diagnostics(diagnostics: tuple[Diagnostic, ...]) -> bytes:
    """Diagnostics as bytes; none are no bytes."""
    return zlib.compress(_encode(diagnostics), 1) if diagnostics else b""


def unpack_diagnostics(data: bytes | memoryview) -> tuple[Diagnostic, ...]:
    """Diagnostics from their bytes."""
    return _decode_diagnostics(zlib.decompress(data)) if data else ()
