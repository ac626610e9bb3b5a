"""In: what every note states. Out: the same as columns over all notes, with one table of each kind of value. Room: resolve.

One Python step for every distinct text, value, word and thing of a note; everything else over arrays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from rotgraph.model.described import CALL, Described, RecordColumn, RowColumn, matrices
from rotgraph.model.graph import Ids
from rotgraph.model.numbered import numbered
from rotgraph.model.texts import Texts
from rotgraph.model.value import Kind

__all__ = ["Pool"]

T = TypeVar("T")
_ROWS = ("subject", "record", "property", "kind", "value", "note", "start", "section")
_EMPTY = {
    **dict.fromkeys(("words", "quantities", "periods", "things", "fresh"), ()),
    **dict.fromkeys(("texts", "text_lengths", "records", "rows", "headings", "stated", "keys", "values"), b""),
}
_VALUES = (Kind.TEXT, Kind.QUANTITY, Kind.PERIOD)


class Pool:
    """Statements and records of all notes.

    Ids index the tables of this pool; `row_subject` holds a record from 0 or a thing as ``~number``, `row_value` a thing from 0
    or a record as ``~number`` where `row_kind` says thing.
    """

    def __init__(self, notes: Iterable[Described], thing: Callable[[str], int], fresh: Callable[[str, str], int]) -> None:
        """Put everything into one place.

        Args:
            notes: looked at once, in order; none is kept whole.
            thing: the number of the thing of a key.
            fresh: the number of a thing that only what is stated names, by its key and what it is called.
        """
        self.words: defaultdict[str, int] = numbered()
        self.quantities: defaultdict[bytes, int] = numbered()
        self.periods: defaultdict[bytes, int] = numbered()
        self.rest: list[Described] = []
        """Per note, what no column holds."""
        words, quantities, periods, things = _Table(), _Table(), _Table(), _Table()
        texts, lengths, headings, stated = list[bytes](), list[bytes](), _Lists(), _Lists()
        records, rows = _Blocks(len(RecordColumn)), _Blocks(len(RowColumn))
        keys, values = bytearray(), bytearray()
        for note in notes:
            words.add(_numbers(self.words, note.words))
            texts.append(note.texts)
            lengths.append(note.text_lengths)
            quantities.add(_numbers(self.quantities, note.quantities))
            periods.add(_numbers(self.periods, note.periods))
            for at, label in note.fresh:
                fresh(note.things[at], label)
            things.add(list(map(thing, note.things)))
            headings.add(note.headings)
            stated.add(note.stated)
            records.add(note.records)
            rows.add(note.rows)
            keys += note.keys
            values += note.values
            self.rest.append(msgspec.structs.replace(note, **_EMPTY))
        self.notes = len(self.rest)
        self._words, self._quantities = words.freeze(), quantities.freeze()
        self._periods, self._things = periods.freeze(), things.freeze()
        counts = [len(each) // 4 for each in lengths]
        data = b"".join(texts)
        texts.clear()
        self.texts, numbers = Texts.of(data, np.frombuffer(b"".join(lengths), "<i4"))
        self._texts = _look_up(numbers, counts)
        self.keys, self.values = np.frombuffer(keys, "<u8"), np.frombuffer(values, "<u8")
        self._section_base, home, of_section = headings.freeze()
        self.headings = self._texts(home, of_section)
        self.stated = self._periods(home, stated.freeze()[2])
        self._records(records)
        self._rows(rows)

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

    def _section(self, note: Ids, section: Ids) -> npt.NDArray[np.int64]:
        return np.where(section >= 0, self._section_base[note] + section, self._section_base[note + 1] - 1)

    def _records(self, blocks: _Blocks) -> None:
        self.record_base, note, told = blocks.freeze()
        self.record_note = note
        self.record_class = self._words(note, told[RecordColumn.CLASS])
        self.record_name = self._texts(note, told[RecordColumn.NAME])
        self.record_source = self._texts(note, told[RecordColumn.SOURCE])
        self.record_key = self._texts(note, told[RecordColumn.BASE])
        self.record_label = self._texts(note, told[RecordColumn.LABEL])
        self.record_thing = self._things(note, told[RecordColumn.THING])
        self.record_complete = told[RecordColumn.COMPLETE] != 0
        self.record_table, self.record_merged = told[RecordColumn.TABLE], told[RecordColumn.MERGED] != 0
        self.record_section, self.record_start = told[RecordColumn.SECTION], told[RecordColumn.START]
        self.record_place = told[RecordColumn.LINE : RecordColumn.END_COLUMN + 1]

    def _rows(self, blocks: _Blocks) -> None:
        self.row_base, note, told = blocks.freeze()
        self.row_note = note
        self.row_property = self._words(note, told[RowColumn.PROPERTY])
        self.row_kind = told[RowColumn.KIND].astype(np.uint8)
        base = self.record_base[note]
        subject = told[RowColumn.SUBJECT]
        things = ~self._things(note, np.where(subject < 0, ~subject, 0))
        self.row_subject = np.where(subject >= 0, subject + base, things).astype(np.int32)
        value = told[RowColumn.VALUE]
        for kind, table in zip(_VALUES, (self._texts, self._quantities, self._periods), strict=True):
            at = np.flatnonzero(self.row_kind == kind)
            value[at] = table(note[at], value[at])
        at = np.flatnonzero(self.row_kind == Kind.THING)
        local, home = value[at], note[at]
        value[at] = np.where(local >= 0, self._things(home, np.maximum(local, 0)), ~(~local + base[at]))
        self.row_value = value
        self.row_start, self.row_section = told[RowColumn.START], told[RowColumn.SECTION]
        self.row_place = told[RowColumn.LINE : RowColumn.END_COLUMN + 1]

    def calls(self) -> npt.NDArray[np.int64]:
        """Rows that name a record."""
        return np.flatnonzero(self.row_kind == CALL)

    def thing(self, note: int, local: int) -> int:
        """The number of a thing of a note."""
        return int(self._things(np.array([note], np.int32), np.array([local], np.int32))[0])

    def settle(self, into: Ids, thing: Ids) -> None:
        """Records become those that they are part of, and the things that they are."""
        node = np.where(thing[into] >= 0, thing[into], ~into)
        at = np.flatnonzero(self.row_subject >= 0)
        self.row_record = np.full(len(self.row_subject), -1, np.int32)
        """The record as it was stated."""
        self.row_record[at] = self.row_subject[at]
        self.row_subject[at] = ~node[self.row_subject[at]]
        at = np.flatnonzero((self.row_kind == Kind.THING) & (self.row_value < 0))
        self.row_value[at] = node[~self.row_value[at]]

    def drop(self, rows: Sequence[int]) -> None:
        """Leave out some rows."""
        if rows:
            kept = np.ones(len(self.row_note), bool)
            kept[list(rows)] = False
            for name in _ROWS:
                setattr(self, f"row_{name}", getattr(self, f"row_{name}")[kept])
            self.row_place = self.row_place[:, kept]

    def add(self, rows: Iterable[tuple[int, int, int, int, int, int, tuple[int, int, int, int], int]]) -> None:
        """More rows: subject, property, kind, value, note, start, place, section."""
        told = list(rows)
        if not told:
            return
        for name, at in (("subject", 0), ("property", 1), ("kind", 2), ("value", 3), ("note", 4), ("start", 5), ("section", 7)):
            old = getattr(self, f"row_{name}")
            setattr(self, f"row_{name}", np.concatenate((old, np.array([each[at] for each in told], old.dtype))))
        self.row_record = np.concatenate((self.row_record, np.full(len(told), -1, np.int32)))
        places = np.array([each[6] for each in told], np.int32).T
        self.row_place = np.concatenate((self.row_place, places), axis=1)


_LookUp = Callable[["npt.NDArray[np.int32]", "npt.NDArray[np.int32]"], Ids]


def _look_up(numbers: Ids, lengths: Sequence[int]) -> _LookUp:
    """What the ids of each note are in the pool; ``lengths``: how many each note has."""
    ids, bases = np.append(numbers, np.int32(-1)), _bases(lengths)

    def look(note: npt.NDArray[np.int32], local: npt.NDArray[np.int32]) -> Ids:
        return ids[np.where(local >= 0, bases[note] + local, -1)]

    return look


class _Table:
    """What the ids of each note are in the pool."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._lengths: list[int] = []

    def add(self, ids: Sequence[int]) -> None:
        self._ids.extend(ids)
        self._lengths.append(len(ids))

    def freeze(self) -> _LookUp:
        return _look_up(np.array(self._ids, np.int32), self._lengths)


class _Blocks:
    """Matrices of notes, one after another."""

    def __init__(self, columns: int) -> None:
        self._columns, self._packed = columns, list[bytes]()

    def add(self, packed: bytes) -> None:
        self._packed.append(packed)

    def freeze(self) -> tuple[npt.NDArray[np.int64], Ids, Ids]:
        """Where each note begins, the note of every column entry, the columns."""
        told, counts = matrices(self._packed, self._columns)
        self._packed.clear()
        return _bases(counts), np.repeat(np.arange(len(counts), dtype=np.int32), counts), told


class _Lists:
    """Numbers of notes, one after another."""

    def __init__(self) -> None:
        self._told = list[bytes]()

    def add(self, told: bytes) -> None:
        self._told.append(told)

    def freeze(self) -> tuple[npt.NDArray[np.int64], Ids, Ids]:
        """As that of `_Blocks`."""
        counts = np.fromiter(map(len, self._told), np.int64, len(self._told)) // 4
        return _bases(counts), np.repeat(np.arange(len(counts), dtype=np.int32), counts), np.frombuffer(b"".join(self._told), "<i4")


def _numbers(pool: defaultdict[T, int], each: Sequence[T]) -> list[int]:
    return list(map(pool.__getitem__, each))


def _bases(lengths: Sequence[int] | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    found = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=found[1:])
    return found
