"""In: what every note states. Out: the same as columns over all notes, with one table of each kind of value. Room: resolve.

One Python step for every distinct text, value, word and thing of a note; everything else over arrays. What is looked at seldom
waits in the `Spool`: the texts, and the places of the statements.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from rotgraph.model.described import CALL, Described, Matrices, RecordColumn, RowColumn
from rotgraph.model.graph import Ids
from rotgraph.model.memory import give_back
from rotgraph.model.numbered import numbered
from rotgraph.model.ordering import pieces
from rotgraph.model.spool import Spool, Spooled, forget
from rotgraph.model.texts import Texts
from rotgraph.model.value import Kind

__all__ = ["Pool"]

T = TypeVar("T")
_ROWS = ("subject", "record", "property", "kind", "value", "note", "start", "section")
_SETTLED = ("note", "start", "section", "property", "subject", "record")
"""Columns that stay as they are once records are what they are part of."""
_TOGETHER = 32
"""Notes that are read again together."""
_EMPTY = {
    **dict.fromkeys(("words", "quantities", "periods", "things", "fresh", "partial"), ()),
    **dict.fromkeys(("texts", "text_lengths", "records", "rows", "headings", "stated", "keys", "values"), b""),
}
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Described]).decode
_decode_named = msgspec.msgpack.Decoder(tuple[tuple[int, tuple[str, ...]], ...]).decode


class Pool:
    """Statements and records of all notes.

    Ids index the tables of this pool; `row_subject` holds a record from 0 or a thing as ``~number``, `row_value` a thing from 0
    or a record as ``~number`` where `row_kind` says thing.
    """

    def __init__(
        self, notes: Iterable[Described], thing: Callable[[str], int], fresh: Callable[[str, str], int], spool: Spool
    ) -> None:
        """Put everything into one place.

        Args:
            notes: looked at once, in order; none is kept whole.
            thing: the number of the thing of a key.
            fresh: the number of a thing that only what is stated names, by its key and what it is called.
        """
        self._spool = spool
        self.wait = spool.column
        """What puts a column down that nobody looks at for a while."""
        self.words: defaultdict[str, int] = numbered()
        self.quantities: defaultdict[bytes, int] = numbered()
        self.periods: defaultdict[bytes, int] = numbered()
        self._text_counts: list[int] = []
        self.rest = _Rest(spool)
        """Per note, what no column holds, but for the parts of the keys of its records."""
        self._partial: list[tuple[int, Spooled]] = []
        words, quantities, periods, things = _Table(), _Table(), _Table(), _Table()
        texts, rows, records = spool.pile(), spool.pile(), spool.pile()
        lengths, headings, stated = bytearray(), list[bytes](), list[bytes]()
        keys, values = bytearray(), bytearray()
        for note in notes:
            words.add(_numbers(self.words, note.words))
            texts.add(note.texts)
            lengths += note.text_lengths
            self._text_counts.append(len(note.text_lengths) // 4)
            quantities.add(_numbers(self.quantities, note.quantities))
            periods.add(_numbers(self.periods, note.periods))
            for at, label in note.fresh:
                fresh(note.things[at], label)
            things.add(list(map(thing, note.things)))
            headings.append(note.headings)
            stated.append(note.stated)
            records.add(note.records)
            rows.add(note.rows)
            keys += note.keys
            values += note.values
            if note.partial:
                self._partial.append((len(self.rest), spool.put(_encode(note.partial))))
            self.rest.add(note)
        self.notes = len(self.rest)
        give_back()
        self._words, self._quantities = words.freeze(), quantities.freeze()
        self._periods, self._things = periods.freeze(), things.freeze()
        self.keys, self.values = np.frombuffer(keys, "<u8"), np.frombuffer(values, "<u8")
        self.texts, numbers = Texts.of(texts, np.frombuffer(lengths, "<i4"), spool)
        del lengths
        forget()
        of_records = Matrices(records.pieces(), len(RecordColumn))
        self.record_base, self.record_note = _bases(of_records.counts), _numbered(of_records.counts)
        self._rows(Matrices(rows.pieces(), len(RowColumn)), spool)
        self._texts = _look_up(numbers, self._text_counts)
        self._set_values(Kind.TEXT, self._texts)
        self._records(of_records)
        counts = np.fromiter(map(len, headings), np.int64, len(headings)) // 4
        self._section_base, home = _bases(counts), _numbered(counts)
        self.headings = self._texts(home, np.frombuffer(b"".join(headings), "<i4"))
        self.stated = self._periods(home, np.frombuffer(b"".join(stated), "<i4"))
        del self._texts, self._words, self._quantities, self._periods

    def partial(self) -> Iterator[tuple[int, Sequence[tuple[int, tuple[str, ...]]]]]:
        """The parts of the keys of records that may lack one, by the number of their note."""
        return ((number, _decode_named(bytes(packed))) for number, packed in self._partial)

    def forget_notes(self) -> None:
        """Nothing is asked any more of what no column holds."""
        self.rest.clear()
        self._partial.clear()

    def text(self, text: str) -> int:
        return self.texts.number(text)

    def word(self, word: str) -> int:
        return self.words[word]

    def heading(self, note: Ids, section: Ids) -> Ids:
        """The text of the headings over places; -1 for none."""
        return self.headings[self._section(note, section)]

    def dates(self, note: Ids, section: Ids) -> Ids:
        """The period stated for places; -1 for none."""
        return self.stated[self._section(note, section)]

    def over(self, table: Ids, rows: Ids) -> Ids:
        """What the headings over some rows have, of a table of all headings; -1 for none."""
        found = np.empty(len(rows), np.int32)
        for part in pieces(len(rows)):
            at = rows[part]
            found[part] = table[self._section(self.row_note[at], self.row_section[at])]
        return found

    def _section(self, note: Ids, section: Ids) -> npt.NDArray[np.int64]:
        return np.where(section >= 0, self._section_base[note] + section, self._section_base[note + 1] - 1)

    def _records(self, told: Matrices) -> None:
        note, column, wait = self.record_note, told.column, self._spool.column
        self.record_class = wait(self._words(note, column(RecordColumn.CLASS)))
        self.record_name = wait(self._texts(note, column(RecordColumn.NAME)))
        self.record_source = wait(self._texts(note, column(RecordColumn.SOURCE)))
        self.record_key = self._texts(note, column(RecordColumn.BASE))
        self.record_label = self._texts(note, column(RecordColumn.LABEL))
        self.record_thing = self._things(note, column(RecordColumn.THING))
        self.record_complete = column(RecordColumn.COMPLETE) != 0
        self.record_table, self.record_merged = column(RecordColumn.TABLE), column(RecordColumn.MERGED) != 0
        self.record_section, self.record_start = wait(column(RecordColumn.SECTION)), wait(column(RecordColumn.START))
        self.record_place = self._spool.rows(map(column, range(RecordColumn.LINE, RecordColumn.END_COLUMN + 1)))

    def _rows(self, told: Matrices, spool: Spool) -> None:
        """All that is known of them before the texts are."""
        self.row_start, self.row_section = (spool.column(told.column(each)) for each in (RowColumn.START, RowColumn.SECTION))
        self.row_place = spool.rows(map(told.column, range(RowColumn.LINE, RowColumn.END_COLUMN + 1)))
        self.row_base, note = _bases(told.counts), _numbered(told.counts)
        self.row_note = spool.column(note)
        self.row_property = spool.column(self._words(note, told.column(RowColumn.PROPERTY)))
        self.row_kind = told.column(RowColumn.KIND).astype(np.uint8)
        forget()
        self.row_subject = told.column(RowColumn.SUBJECT)
        at = np.flatnonzero(self.row_subject < 0).astype(np.int32)
        things = ~self._things(note[at], ~self.row_subject[at])
        self.row_subject += np.repeat(self.record_base[:-1].astype(np.int32), told.counts)
        self.row_subject[at] = things
        del things
        self.row_value = told.column(RowColumn.VALUE)
        forget()
        self._set_values(Kind.QUANTITY, self._quantities)
        self._set_values(Kind.PERIOD, self._periods)
        at = np.flatnonzero(self.row_kind == Kind.THING).astype(np.int32)
        local, home = self.row_value[at], note[at]
        records = ~(~local + self.record_base[home])
        self.row_value[at] = np.where(local >= 0, self._things(home, local), records)

    def _set_values(self, kind: Kind, table: _LookUp) -> None:
        """Values of one kind become those of the pool."""
        at = np.flatnonzero(self.row_kind == kind).astype(np.int32)
        self.row_value[at] = table(self.row_note[at], self.row_value[at])

    def calls(self) -> npt.NDArray[np.int64]:
        """Rows that name a record."""
        return np.flatnonzero(self.row_kind == CALL)

    def thing(self, note: int, local: int) -> int:
        """The number of a thing of a note."""
        return int(self._things(np.array([note], np.int32), np.array([local], np.int32))[0])

    def settle(self, into: Ids, thing: Ids) -> None:
        """Records become those that they are part of, and the things that they are."""
        node = np.where(thing[into] >= 0, thing[into], ~into)
        at = np.flatnonzero(self.row_subject >= 0).astype(np.int32)
        self.row_record = np.full(len(self.row_subject), -1, np.int32)
        """The record as it was stated."""
        self.row_record[at] = self.row_subject[at]
        self.row_subject[at] = ~node[self.row_subject[at]]
        self.row_record, self.row_subject = self._spool.column(self.row_record), self._spool.column(self.row_subject)
        del self.keys, self.values
        at = np.flatnonzero((self.row_kind == Kind.THING) & (self.row_value < 0)).astype(np.int32)
        self.row_value[at] = node[~self.row_value[at]]

    def drop(self, rows: Sequence[int]) -> None:
        """Leave out some rows."""
        if rows:
            kept = np.ones(len(self.row_note), bool)
            kept[list(rows)] = False
            for name in _ROWS:
                column = getattr(self, f"row_{name}")[kept]
                setattr(self, f"row_{name}", self._spool.column(column) if name in _SETTLED else column)
            self.row_place = self._spool.rows(column[kept] for column in self.row_place)

    def add(self, rows: Iterable[tuple[int, int, int, int, int, int, tuple[int, int, int, int], int]]) -> None:
        """More rows: subject, property, kind, value, note, start, place, section."""
        told = list(rows)
        if not told:
            return
        for name, at in (("subject", 0), ("property", 1), ("kind", 2), ("value", 3), ("note", 4), ("start", 5), ("section", 7)):
            old = getattr(self, f"row_{name}")
            column = np.concatenate((old, np.array([each[at] for each in told], old.dtype)))
            setattr(self, f"row_{name}", self._spool.column(column) if name in _SETTLED else column)
            del old, column
        forget()
        record = np.concatenate((self.row_record, np.full(len(told), -1, np.int32)))
        self.row_record = self._spool.column(record)
        places = np.array([each[6] for each in told], np.int32).T
        self.row_place = self._spool.rows(map(np.concatenate, zip(self.row_place, places, strict=True)))


_LookUp = Callable[["npt.NDArray[np.int32]", "npt.NDArray[np.int32]"], Ids]


def _look_up(numbers: Ids, lengths: Sequence[int]) -> _LookUp:
    """What the ids of each note are in the pool; ``lengths``: how many each note has."""
    ids, bases = np.append(numbers, np.int32(-1)), _bases(lengths).astype(np.int32)

    def look(note: npt.NDArray[np.int32], local: npt.NDArray[np.int32]) -> Ids:
        at = bases[note]
        at += local
        np.copyto(at, -1, where=local < 0)
        return ids[at]

    return look


class _Rest:
    """What no column holds of the notes: it waits packed, and is read again some notes at a time."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._count = 0
        self._last: list[Described] = []
        self._put_down: list[Spooled] = []

    def add(self, note: Described) -> None:
        self._count += 1
        self._last.append(msgspec.structs.replace(note, **_EMPTY))
        if len(self._last) == _TOGETHER:
            self._put_down.append(self._spool.put(_encode(self._last)))
            self._last.clear()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Described]:
        for each in self._put_down:
            yield from _decode(bytes(each))
        yield from self._last

    def clear(self) -> None:
        self._put_down.clear()
        self._last.clear()


class _Table:
    """What the ids of each note are in the pool."""

    def __init__(self) -> None:
        self._ids = array("i")
        self._lengths: list[int] = []

    def add(self, ids: Sequence[int]) -> None:
        self._ids.extend(ids)
        self._lengths.append(len(ids))

    def freeze(self) -> _LookUp:
        return _look_up(np.frombuffer(self._ids, np.int32), self._lengths)


def _numbers(pool: defaultdict[T, int], each: Sequence[T]) -> list[int]:
    return list(map(pool.__getitem__, each))


def _bases(lengths: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    found = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=found[1:])
    return found


def _numbered(lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Of each entry the number of the note that it is of."""
    return np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
