"""In: records and statements of one note. Out: `Described`: tables and matrices of them. Room: resolve."""

from __future__ import annotations

import re
import zlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from itertools import repeat
from operator import attrgetter, index
from typing import Any, get_type_hints
from unicodedata import normalize

import msgspec
import numpy as np

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.described import Asked, Call, Described, Far, pack_matrix
from rotgraph.model.draft import NoteFacts
from rotgraph.model.graph import Ids
from rotgraph.model.numbered import numbered
from rotgraph.model.texts import padded
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.resolve.placing import Lines
from rotgraph.resolve.records import NO_KEY, Record, Statement
from rotgraph.resolve.things import Registry

__all__ = ["Emitter", "asked_by", "name_hashes", "period_of", "quantity_of", "tokens_of"]

_TOKEN = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+|[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
"""A word, or one letter of a script that writes without spaces."""
_APART = {code: " " for code in range(128) if not chr(code).isalnum()}
"""What stands between the words of plain ASCII."""
_encode = msgspec.msgpack.Encoder().encode
_THING = int(Kind.THING)
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


def name_hashes(names: Collection[str]) -> set[int]:
    """Twenty-two bits each that tell names that are asked for from others; some share them, and a note is looked at again.

    Args:
        names: without line breaks.
    """
    spelled = "\n".join(names).encode("utf-8", "surrogatepass").split(b"\n") if names else ()
    return {code >> 10 for code in map(zlib.crc32, spelled)}


def tokens_of(text: str) -> set[str]:
    """The words of a text, as names are looked for among them. None holds a space: what is said twice is looked at once."""
    words = set(text.split())
    plain = set(filter(str.isascii, words))
    found = set(" ".join(plain).translate(_APART).split())
    found.update(_TOKEN.findall(" ".join(words - plain)))
    return found


def _pack_hashes(names: Collection[str]) -> bytes:
    """Sorted hashes of names: the steps from one to the next."""
    return pack_matrix([np.array(sorted(name_hashes(names)), np.int32)])


def asked_by(names: Collection[str], texts: Iterable[str]) -> Asked:
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
        self._subjects: list[int] = []
        self._told: list[Statement] = []
        self._by_object: dict[int, tuple[int, object]] = {}

    @property
    def count(self) -> int:
        """How many statements there are."""
        return len(self._told)

    def call(self, call: Call) -> int:
        return self.calls.setdefault(call, len(self.calls))

    def quantity(self, quantity: Quantity) -> int:
        return self._formed(quantity, self.quantities)

    def period(self, period: Period | None) -> int:
        return self._formed(period, self.periods) if period is not None else -1

    def _formed(self, value: Quantity | Period, pool: dict[bytes, int]) -> int:
        known = self._by_object.get(id(value))
        if known is None:
            data = _encode(_FIELDS[value.__class__](value))
            known = self._by_object[id(value)] = pool.setdefault(data, len(pool)), value
        return known[0]

    def take(self, subject: int, statements: Collection[Statement]) -> None:
        """Take on what is stated about a record of the note (from 0) or a thing (``~number``)."""
        self._subjects += repeat(subject, len(statements))
        self._told += statements

    def _rows(self) -> tuple[Ids, ...]:
        """Everything that was taken on: subject, property, kind, value, start, end, section; see `RowColumn`."""
        if not self._told:
            return (np.empty(0, np.int32),) * 7
        told, words, texts = self._told, self.words, self.texts
        subjects, kinds = np.array(self._subjects, np.int32), np.array([each.kind for each in told], np.int32)
        number: tuple[Callable[[Any], int], ...] = self.call, index, texts.__getitem__, self.quantity, self.period, index
        numbers = np.array([number[each.kind](each.value) for each in told], np.int32)  # by `CALL`, then the kinds
        nodes = np.stack((~subjects, np.where(kinds == _THING, numbers, -1)), axis=1)
        named = nodes >= 0  # things are numbered as they come: of each row first what it is about, then what it names
        nodes[named] = list(map(self.things.__getitem__, nodes[named].tolist()))
        subjects, numbers = np.where(subjects < 0, ~nodes[:, 0], subjects), np.where(named[:, 1], nodes[:, 1], numbers)
        columns = (
            [words[each.property] for each in told], kinds, numbers, [each.start for each in told], [each.end for each in told],
            [each.section for each in told],
        )  # fmt: skip
        return subjects, *[np.asarray(column, np.int32) for column in columns]

    def _heads(self, records: Sequence[Record]) -> list[Ids]:
        """What is said of records: see `RecordColumn`, without lines and columns."""
        words, texts, things = self.words, self.texts, self.things
        spelled: list[int] = []
        for each in records:
            settled = each.late is None
            spelled += (
                texts[each.name], texts[each.base] if settled else -1, texts[each.label] if settled else -1,
                texts[each.source] if each.source else -1,
            )  # fmt: skip
        columns = (
            [words[each.cls] for each in records], spelled[::4], spelled[1::4], spelled[2::4], [each.table for each in records],
            [each.complete for each in records], [things[each.thing] if each.thing >= 0 else -1 for each in records],
            [each.start for each in records], [each.end for each in records], [each.section for each in records], spelled[3::4],
            [each.key != NO_KEY for each in records],
        )  # fmt: skip
        return [np.array(column, np.int32) for column in columns]

    def freeze(
        self, note: NoteFacts, lines: Lines, records: Sequence[Record], lone: Sequence[tuple[int, int, int]],
        stated: Sequence[Period | None], called: Sequence[tuple[int, tuple[str, ...]]], far: Sequence[Far],
        diagnostics: Sequence[Diagnostic],
    ) -> Described:  # fmt: skip
        """Everything, as bytes.

        Args:
            stated: the date stated in each section, and in the note.
        """
        told, texts, things = self._rows(), self.texts, self.things
        met = [(things[number], *place) for number, place in self.registry.met.items()]
        head = self._heads(records)
        headings = array("i", [*[texts[section.path] for section in note.sections], -1])
        dates = array("i", [self.period(each) for each in stated])
        met_rows = np.array(met, np.int32).reshape(-1, 4)
        registry = self.registry
        fresh = tuple((things[number], registry.label(number)) for number in registry.fresh() if number in things)
        # what is read compares with what is written in NFC, as RDF is; only the path must stay what the system calls the file
        padded_texts, text_lengths = padded(each if each == note.path else normalize("NFC", each) for each in texts)
        return Described(
            words=tuple(self.words),
            texts=padded_texts,
            text_lengths=text_lengths,
            quantities=tuple(self.quantities),
            periods=tuple(self.periods),
            things=tuple([registry.things[number].key for number in things]),
            fresh=fresh,
            records=pack_matrix([*head[:8], *lines.spans(head[7], head[8]), *head[9:]]),
            rows=pack_matrix([*told[:5], *lines.spans(told[4], told[5]), told[6]]),
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
