"""In: records and statements of one note. Out: `Described`: tables and matrices of them. Room: resolve."""

from __future__ import annotations

import re
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any, get_type_hints
from unicodedata import normalize

import msgspec
import numpy as np

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.described import CALL, Asked, Call, Described, Far, pack_matrix
from rotgraph.model.draft import NoteFacts
from rotgraph.model.numbered import numbered
from rotgraph.model.texts import padded
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.resolve.placing import Lines
from rotgraph.resolve.records import NO_KEY, Record, Statement
from rotgraph.resolve.things import Registry

__all__ = ["Emitter", "asked_by", "name_hash", "period_of", "quantity_of", "tokens_of"]

_TOKEN = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+|[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
"""A word, or one letter of a script that writes without spaces."""
_encode = msgspec.msgpack.Encoder().encode
_THING, _TEXT, _QUANTITY, _PERIOD = Kind.THING, Kind.TEXT, Kind.QUANTITY, Kind.PERIOD
_FIELDS = {kind: attrgetter(*(each.name for each in fields(kind))) for kind in (Quantity, Period)}


def _row_decoder(kind: type[Quantity | Period]) -> Any:
    """Reads the fields of a value, in their order."""
    return msgspec.msgpack.Decoder(tuple.__class_getitem__(tuple(get_type_hints(kind).values()))).decode


_decode_quantity, _decode_period = _row_decoder(Quantity), _row_decoder(Period)


@lru_cache(maxsize=1 << 16)
def quantity_of(data: bytes) -> Quantity:
    """A quantity from its bytes."""
    return Quantity(*_decode_quantity(data))


@lru_cache(maxsize=1 << 16)
def period_of(data: bytes) -> Period:
    """A period from its bytes."""
    return Period(*_decode_period(data))


def name_hash(name: str) -> int:
    """Twenty-two bits that tell one name that is asked for from another; some share them, and a note is looked at again."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) >> 10


def tokens_of(text: str) -> set[str]:
    """The words of a text, as names are looked for among them. None holds a space: what is said twice is looked at once."""
    return set(_TOKEN.findall(" ".join(set(text.split()))))


def _pack_hashes(names: Iterable[str]) -> bytes:
    """Sorted hashes of names: the steps from one to the next."""
    return pack_matrix([np.array(sorted({name_hash(each) for each in names}), np.int32)])


def asked_by(names: Iterable[str], texts: Iterable[str]) -> Asked:
    """What a note depends on.

    Args:
        names: that were asked for, folded.
        texts: in which names were looked for.
    """
    return Asked(_pack_hashes(names), _pack_hashes(tokens_of("\n".join(texts))))


class Emitter:
    """The tables of one note while they fill."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.words: defaultdict[str, int] = numbered()
        self.texts: defaultdict[str, int] = numbered()
        self.quantities: dict[bytes, int] = {}
        self.periods: dict[bytes, int] = {}
        self.things: defaultdict[int, int] = numbered()
        self.calls: dict[Call, int] = {}
        self.rows = array("i")
        self.count = 0
        self._by_object: dict[int, tuple[int, object]] = {}

    def call(self, call: Call) -> int:
        return self.calls.setdefault(call, len(self.calls))

    def thing(self, number: int) -> int:
        return self.things[number]

    def text(self, text: str) -> int:
        return self.texts[text]

    def period(self, period: Period | None) -> int:
        return self._formed(period, self.periods) if period is not None else -1

    def _formed(self, value: Quantity | Period, pool: dict[bytes, int]) -> int:
        known = self._by_object.get(id(value))
        if known is None:
            data = _encode(_FIELDS[value.__class__](value))
            known = self._by_object[id(value)] = pool.setdefault(data, len(pool)), value
        return known[0]

    def take(self, subject: int, statements: Iterable[Statement]) -> None:
        """Take on what is stated about a record of the note (from 0) or a thing (``~place`` in the table)."""
        words, texts, things, add, known = self.words, self.texts, self.things, self.rows.extend, self._by_object
        for each in statements:
            kind, value, place = each.kind, each.value, each.place
            if kind is _THING:
                number: Any = value
                if number >= 0:
                    number = things[number]
            elif kind is _TEXT:
                number = texts[value]  # type: ignore[index]  # as its kind says
            elif id(value) in known:
                number = known[id(value)][0]
            elif kind is _QUANTITY:
                number = self._formed(value, self.quantities)  # type: ignore[arg-type]  # as its kind says
            elif kind is _PERIOD:
                number = self._formed(value, self.periods)  # type: ignore[arg-type]  # as its kind says
            elif kind == CALL:
                number = self.calls.setdefault(value, len(self.calls))  # type: ignore[arg-type]  # as its kind says
            else:
                number = value
            add((subject, words[each.property], kind, number, place.start, place.end, place.section))
            self.count += 1

    def freeze(
        self, note: NoteFacts, lines: Lines, records: Sequence[Record], lone: Sequence[tuple[int, int, int]],
        stated: Sequence[Period | None], called: Sequence[tuple[int, tuple[str, ...]]], far: Sequence[Far],
        diagnostics: Sequence[Diagnostic],
    ) -> Described:  # fmt: skip
        """Everything, as bytes.

        Args:
            stated: the date stated in each section, and in the note.
        """
        told = np.frombuffer(self.rows, np.int32).reshape(-1, 7) if self.rows else np.empty((0, 7), np.int32)
        met = [(self.thing(number), *place) for number, place in self.registry.met.items()]
        words, texts, things = self.words, self.texts, self.things
        heads = [
            (
                words[each.cls], texts[each.name],
                texts[each.base] if each.late is None else -1, texts[each.label] if each.late is None else -1, each.table,
                each.complete, things[each.thing] if each.thing >= 0 else -1, each.place.start, each.place.end,
                each.place.section, texts[each.source] if each.source else -1, each.key != NO_KEY,
            )
            for each in records
        ]  # fmt: skip
        head = np.array(heads, np.int32).reshape(-1, 12)
        headings = array("i", [*(self.text(section.path) for section in note.sections), -1])
        dates = array("i", [self.period(each) for each in stated])
        met_rows = np.array(met, np.int32).reshape(-1, 4)
        registry = self.registry
        fresh = tuple((self.things[number], registry.label(number)) for number in registry.fresh() if number in self.things)
        # what is read compares with what is written in NFC, as RDF is; only the path must stay what the system calls the file
        padded_texts, text_lengths = padded(each if each == note.path else normalize("NFC", each) for each in texts)
        return Described(
            words=tuple(words),
            texts=padded_texts,
            text_lengths=text_lengths,
            quantities=tuple(self.quantities),
            periods=tuple(self.periods),
            things=tuple([registry.things[number].key for number in self.things]),
            fresh=fresh,
            records=pack_matrix([*head[:, :8].T, *lines.spans(head[:, 7], head[:, 8]), *head[:, 9:].T]),
            rows=pack_matrix([*told[:, :5].T, *lines.spans(told[:, 4], told[:, 5]), told[:, 6]]),
            headings=headings.tobytes(),
            stated=dates.tobytes(),
            keys=b"".join([each.key for each in records]),
            values=b"".join([each.value for each in records]),
            lone=tuple(lone),
            met=pack_matrix([*met_rows[:, :2].T, *lines.spans(met_rows[:, 1], met_rows[:, 2]), met_rows[:, 3]]) if met else b"",
            calls=tuple(self.calls),
            late=tuple([each.late for each in records if each.late is not None]),
            called=tuple(called),
            apart=tuple([(each.number, each.apart) for each in records if any(each.apart)]),
            partial=tuple([(each.number, each.partial) for each in records if each.partial]),
            far=tuple(far),
            diagnostics=tuple(diagnostics),
        )  # fmt: skip
