"""In: statements of records of one key. Out: RG501: what contradicts what, as columns that nobody has worded. Room: resolve.

Over arrays, but for one step a distinct word: every second of ten thousand notes gainsays another in a hundred places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Ids
from rotgraph.model.named import NoteNames
from rotgraph.model.numbered import numbered
from rotgraph.model.ordering import order_by, pieces, runs, taken
from rotgraph.model.spool import forget
from rotgraph.model.told import LabelColumn, Told, ToldColumn
from rotgraph.model.value import Kind
from rotgraph.resolve.emit import period_of, quantity_of
from rotgraph.resolve.forms import compared
from rotgraph.resolve.merge import Merged
from rotgraph.resolve.names import Names
from rotgraph.resolve.pool import Pool

__all__ = ["contradictions"]

_Rows: TypeAlias = "npt.NDArray[np.integer[Any]]"
_SAID = "is `{}` here and `{}` at {}:{}"
_FORMS = (f"the {{}} of {{}} {_SAID}", f"the {{}} of {{}} for {{}} {_SAID}", "here it is `{}`")
_PLAIN, _DATED, _LABEL = range(3)
_NONE = -1


def contradictions(
    notes: Sequence[NoteNames], names: Names, pool: Pool, merged: Merged, asked: npt.NDArray[np.bool_] | None = None
) -> tuple[Told, ...]:
    """RG501: observations of one thing at one time that differ, fields of one value that have several.

    Args:
        asked: the records whose fields are looked at; all if None.
    """
    words = _Words(notes, names, pool)
    return _rivals(names, pool, merged, words), _doubled(names, pool, merged, words, asked)


class _Words:
    """What rows and records are called: numbers of texts, each of which stands once."""

    def __init__(self, notes: Sequence[NoteNames], names: Names, pool: Pool) -> None:
        self._notes, self._pool = notes, pool
        self._label: Callable[[int], str] = names.naming.registry.label
        self.classes: list[str] = list(pool.words)
        self.text: Callable[[int], str] = pool.texts.__getitem__
        self._quantities, self._periods = list(pool.quantities), list(pool.periods)
        self._table: defaultdict[str, int] = numbered()

    def unit(self, number: int) -> str:
        return quantity_of(self._quantities[number]).unit

    def said(self, numbers: npt.NDArray[np.integer[Any]], word: Callable[[int], str]) -> Ids:
        """The texts that ``word`` gives for numbers, asked once for each distinct one."""
        values, inverse = np.unique(numbers, return_inverse=True)
        found: Ids = np.array([self._table[word(value)] for value in values.tolist()], np.int32)[inverse]
        forget()
        return found

    def values(self, rows: _Rows, thing: Callable[[int], str]) -> Ids:
        """What rows say, as written."""
        pool = self._pool
        packed = (pool.row_kind[rows].astype(np.int64) << 32) + pool.row_value[rows]  # a value may be less than nothing
        return self.said(packed, lambda each: self._value((each + (1 << 31)) >> 32, each, thing))

    def _value(self, kind: int, packed: int, thing: Callable[[int], str]) -> str:
        value = packed - (kind << 32)
        if kind == Kind.QUANTITY:
            return quantity_of(self._quantities[value]).text
        if kind == Kind.PERIOD:
            return period_of(self._periods[value]).text
        if kind == Kind.TEXT:
            return self.text(value)
        return thing(value) if kind == Kind.THING else str(value)

    def node(self, number: int) -> str:
        """What a thing is called, or a record as ``~number``."""
        return self._label(number) if number >= 0 else self.text(self._pool.record_name[~number])

    def record(self, number: int) -> str:
        """What a record is called, or its class."""
        return self.text(self._pool.record_name[number]) or self.classes[int(self._pool.record_class[number])]

    def told(self, one: _Rows, other: _Rows, what: Ids, subject: Ids, when: Ids) -> Told:
        """That a row says something else than another, which stood before it.

        Args:
            what: the texts that name what both are about, ``subject`` and ``when`` likewise; -1 where nothing is said of the time.
        """
        pool, count = self._pool, len(one)
        first, second = self.values(one, self.node), self.values(other, self.node)
        paths = self.said(pool.row_note[np.concatenate((one, other))], lambda note: self._notes[note].path)
        there, line = paths[:count], self.said(pool.row_place[0, one], str)
        parts = np.stack((what, subject, when, second, first, there, line), axis=1)
        dated = when >= 0
        held = np.ones(parts.shape, bool)
        held[:, 2] = dated
        rows = np.zeros((len(ToldColumn), count), np.int32)
        rows[ToldColumn.PATH], rows[ToldColumn.LINE : ToldColumn.END_COLUMN + 1] = paths[count:], pool.row_place[:, other]
        rows[ToldColumn.HINT], rows[ToldColumn.SOURCE_LINE] = self._table[""], _NONE
        rows[ToldColumn.FORM], rows[ToldColumn.LABELS] = np.where(dated, _DATED, _PLAIN), 1
        labels = np.empty((len(LabelColumn), count), np.int32)
        labels[LabelColumn.PATH], labels[LabelColumn.FORM] = there, _LABEL
        labels[[LabelColumn.LINE, LabelColumn.COLUMN]] = pool.row_place[:2, one]
        forget()
        return Told(("RG501",), _FORMS, rows, parts[held], labels, first, tuple(self._table))


class _Firsts:
    """The first rows of some records. Rows are looked at some at a time: there are many more than records."""

    def __init__(self, pool: Pool, records: npt.NDArray[np.integer[Any]]) -> None:
        self._pool = pool
        self._wanted = np.zeros(len(pool.record_note) + 1, bool)
        self._wanted[records] = True

    def measures(self, measure: Ids, records: npt.NDArray[np.integer[Any]]) -> _Rows:
        """The row in which each record says what it observes; ``measure`` is the property in which a class does."""
        pool = self._pool
        return self._of(lambda rows, of: pool.row_property[rows] == measure[pool.record_class[of]], records)

    def of(self, name: str, records: npt.NDArray[np.integer[Any]]) -> _Rows:
        """The first row of each record with that property; -1 where there is none."""
        number = self._pool.words.get(name, _NONE)
        return self._of(lambda rows, _: self._pool.row_property[rows] == number, records)

    def _of(self, holds: Callable[[slice, Ids], npt.NDArray[np.bool_]], records: npt.NDArray[np.integer[Any]]) -> _Rows:
        """The first row of each record of which something holds."""
        none = len(self._pool.row_record)
        found = np.full(len(self._wanted), none, np.int32)
        for part in pieces(none):
            of = self._pool.row_record[part]
            rows = np.flatnonzero(self._wanted[of] & holds(part, of)).astype(np.int32)
            np.minimum.at(found, of[rows], rows + np.int32(part.start))
        forget()
        found[found == none] = _NONE
        return taken(found, records)


def _rivals(names: Names, pool: Pool, merged: Merged, words: _Words) -> Told:
    """Observations of one thing at one time that differ: each with the first before it that says another value in its unit."""
    met = merged.rivals
    records = np.fromiter(chain.from_iterable(met), np.int32)
    group = np.repeat(np.arange(len(met), dtype=np.int32), np.fromiter(map(len, met), np.int32, len(met)))
    later = np.zeros(len(merged.into), bool)
    later[merged.differing] = True
    firsts = _Firsts(pool, records)
    observed = {each.name: each.value for each in names.schema.classes if each.value}
    measure = np.array([pool.words.get(observed.get(cls, ""), _NONE) for cls in words.classes], np.int32)
    rows = firsts.measures(measure, records)
    counted = (rows >= 0) & (pool.row_kind[rows] == Kind.QUANTITY)
    forget()
    records, group, rows = records[counted], group[counted], rows[counted]
    unit = words.said(pool.row_value[rows], words.unit)
    order = order_by(group, unit)
    records, group, unit, rows = records[order], group[order], unit[order], rows[order]
    starts = np.flatnonzero(runs(group, unit)).astype(np.int32)
    del counted, order, group, unit
    value = compared(pool, rows)
    lengths = np.diff(starts, append=np.int32(len(rows)))
    first, at = np.repeat(starts, lengths), np.arange(len(rows), dtype=np.int32)
    differs = value != value[first]
    del value
    second = np.minimum.reduceat(np.where(differs, at, np.int32(len(rows))), starts) if len(rows) else starts
    before = np.where(differs, first, np.repeat(second, lengths))  # what equals the first differs from what differs from that first
    found = np.flatnonzero(later[records] & (before < at))
    del first, at, differs, second, lengths, starts, later
    found = found[~_in_one_cell(pool, rows[before[found]], rows[found])]
    before = before[found]
    earlier = records[before]
    what, subject = _measured(words, pool, firsts, earlier), _subject(words, pool, firsts, earlier)
    return words.told(rows[before], rows[found], what, subject, _time(words, firsts, earlier))


def _in_one_cell(pool: Pool, one: _Rows, other: _Rows) -> npt.NDArray[np.bool_]:
    """Whether two rows say what one cell holds: ``$290M → $510M`` is a change, and no contradiction."""
    places = pool.row_place[:, one] == pool.row_place[:, other]
    same: npt.NDArray[np.bool_] = (pool.row_note[one] == pool.row_note[other]) & places.all(axis=0)
    return same


def _measured(words: _Words, pool: Pool, firsts: _Firsts, records: _Rows) -> Ids:
    """What records observe: the words of a metric, else their class."""
    metric = firsts.of("metric", records)
    cls = pool.record_class[records]
    named = (cls == pool.words.get("observation", _NONE)) & (metric >= 0) & (pool.row_kind[metric] == Kind.TEXT)
    number = np.where(named, pool.row_value[metric], ~cls)
    return words.said(number, lambda each: f"`{words.text(each)}`" if each >= 0 else words.classes[~each].replace("_", " "))


def _subject(words: _Words, pool: Pool, firsts: _Firsts, records: _Rows) -> Ids:
    """What records are about, else what they are called."""
    about = firsts.of("about", records)
    thing = (about >= 0) & (pool.row_kind[about] == Kind.THING) & (pool.row_value[about] >= 0)
    return words.said(np.where(thing, pool.row_value[about], ~records), words.node)


def _time(words: _Words, firsts: _Firsts, records: _Rows) -> Ids:
    """For when records hold, as written; -1 where they do not say."""
    year, period = firsts.of("year", records), firsts.of("period", records)
    row = np.where(year >= 0, year, period)
    found = np.full(len(row), _NONE, np.int32)
    found[row >= 0] = words.values(row[row >= 0], str)
    return found


def _doubled(names: Names, pool: Pool, merged: Merged, words: _Words, asked: npt.NDArray[np.bool_] | None) -> Told:
    """Fields of one value that have several: each value that differs from the first."""
    schema = names.schema
    classes = [each for each in schema.classes if each.merge and each.name in pool.words]
    single = [(cls.name, name) for cls in classes for name, each in schema.fields(cls.name).items() if each.single]
    pairs = [(pool.words[cls], pool.words[name]) for cls, name in single if name in pool.words]
    count = len(words.classes)
    wanted = np.zeros(count, bool)
    wanted[[name for _, name in pairs]] = True
    is_single = np.zeros((count, count), bool)
    for pair in pairs:
        is_single[pair] = True
    chosen = taken(wanted, pool.row_property) & (pool.row_record >= 0)
    if asked is not None:
        chosen &= np.append(asked, False)[pool.row_record]
    rows = np.flatnonzero(chosen).astype(np.int32)
    del chosen
    forget()
    whole = taken(merged.into, taken(pool.row_record, rows))
    chosen = is_single[taken(pool.record_class, whole), taken(pool.row_property, rows)]
    rows, whole = rows[chosen], whole[chosen]
    del chosen
    forget()
    order = order_by(whole, taken(pool.row_property, rows)).astype(np.int32)
    rows, whole = taken(rows, order), taken(whole, order)
    del order
    starts = np.flatnonzero(runs(whole, taken(pool.row_property, rows))).astype(np.int32)
    lengths = np.diff(starts, append=np.int32(len(rows)))
    several = np.repeat(lengths > 1, lengths)
    rows, whole, lengths = rows[several], whole[several], lengths[lengths > 1]
    first = np.repeat(np.cumsum(lengths, dtype=np.int32) - lengths, lengths)
    del several, starts
    value, kind = compared(pool, rows), pool.row_kind[rows]
    found = np.flatnonzero((kind != kind[first]) | (value != value[first]))
    one, other = rows[first[found]], rows[found]
    what = words.said(pool.row_property[other], words.classes.__getitem__)
    return words.told(one, other, what, words.said(whole[found], words.record), np.full(len(found), _NONE, np.int32))
