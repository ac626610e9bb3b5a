"""In: what a note stated and what it states now. Out: which of its records say something else, where the rest went. Room: resolve.

Somebody changes a cell, adds a row, takes one away: then a record or two of hundreds say something else, and all others what they
said, some bytes further on. Records are held against each other as what they say, whatever numbers their texts and values have in
the two; what stands in one row with a record that changed is counted as changed too. Wherever other notes may hang on what changed
in another way than by the key of a record, the answer is None: a record that is a thing, that others call by name, of which a key
field is missing, that waits for another's key; a field or a class that only tables showed and that this note alone may show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np

from rotgraph.model.described import CALL, EMBED, Described, Late, RecordColumn, RowColumn, matrix
from rotgraph.model.graph import Ids
from rotgraph.model.numbered import numbered
from rotgraph.model.texts import begins_of
from rotgraph.model.told_moved import Span, Spans
from rotgraph.model.value import Kind

__all__ = ["Reworded", "reworded"]

_MET = 7
_SPAN = 4
_Row = tuple[int, ...]
_Moves = Iterator[tuple[int, Span, int, Span]]
Declared = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Reworded:
    """What a note states, held against what it stated."""

    spans: Spans
    """Where evidence of what it still states stood, and stands now."""
    before: tuple[int, ...]
    """Its records that said something else, or nothing that is still said."""
    now: tuple[int, ...]
    """Its records that say something else now."""
    same: dict[int, int]
    """Records before that are records now, whatever they say."""
    fields: frozenset[tuple[str, str]]
    """Fields in which it says something else of a thing, with the thing's key."""


def reworded(
    before: Described, now: Described, declared: Declared, firsts: Iterable[tuple[int, Span, int, Span]]
) -> Reworded | None:
    """Which records of a note say something else; None if more than that has changed, or others may hang on it.

    Args:
        declared: whether the schema knows a field of a class.
        firsts: as `firsts_of` gives them.
    """
    tables = _Tables()
    old, new = _Stated(before, tables), _Stated(now, tables)
    if old.rest != new.rest or old.shown(declared) != new.shown(declared):
        return None
    same, changed = _aligned(old, new)
    if not _waits_alike(old, new, same, changed) or not all(_free(old, new, one, other) for one, other in changed):
        return None
    apart = {one for one, _ in changed}, {other for _, other in changed}
    kept, fields = _things_alike(old, new)
    moves = [
        *firsts,
        *_paired(old.of_things[:, kept[0]], new.of_things[:, kept[1]], RowColumn.START),
        *_paired(old.met, new.met, 1),
    ]
    for one, other in same.items():
        if one not in apart[0] and other not in apart[1]:
            moves.append((*_place(old, one), *_place(new, other)))
            moves += _paired(old.rows[:, old.of_record[one]], new.rows[:, new.of_record[other]], RowColumn.START)
    spans = _moved(moves, zip(old.embeds, new.embeds, strict=True))
    if spans is None:
        return None
    gone, come = (tuple(sorted(each - {-1})) for each in apart)
    return Reworded(spans, gone, come, same, fields)


class _Tables:
    """Numbers that stand for the same in two notes."""

    def __init__(self) -> None:
        self.words: defaultdict[str, int] = numbered()
        self.texts: defaultdict[bytes, int] = numbered()
        self.values: defaultdict[Any, int] = numbered()
        self.things: defaultdict[str, int] = numbered()
        self.records: defaultdict[_Row, int] = numbered()


class _Stated:
    """What a note states."""

    def __init__(self, note: Described, tables: _Tables) -> None:
        self.note, self.tables = note, tables
        word, thing = (_numbers(table, told) for table, told in ((tables.words, note.words), (tables.things, note.things)))
        text = np.append(_numbers(tables.texts, _texts(note)), np.int32(-1))
        self.calls = [tables.values[CALL, each] for each in note.calls]
        self.heads, self.met = _matrix(note.records, len(RecordColumn)), _matrix(note.met, _MET)
        self.rows = rows = _matrix(note.rows, len(RowColumn))
        for table, columns in ((word, (RecordColumn.CLASS,)), (text, _TEXTS)):
            for column in columns:
                self.heads[column] = table[self.heads[column]]
        self.heads[RecordColumn.THING] = np.append(thing, np.int32(-1))[self.heads[RecordColumn.THING]]
        self.met[0] = thing[self.met[0]]
        rows[RowColumn.PROPERTY] = word[rows[RowColumn.PROPERTY]]
        values = {Kind.QUANTITY: note.quantities, Kind.PERIOD: note.periods}
        periods = np.append(_numbers(tables.values, [(Kind.PERIOD, each) for each in note.periods]), np.int32(-1))
        value, kind, subject = rows[RowColumn.VALUE], rows[RowColumn.KIND], rows[RowColumn.SUBJECT]
        self.named = np.where((kind == Kind.THING) & (value < 0), ~value, -1)
        """The record of the note that each row names."""
        for each, told in values.items():
            _renumber(value, kind == each, _numbers(tables.values, [(each, one) for one in told]))
        _renumber(value, kind == CALL, np.array(self.calls, np.int32))
        _renumber(value, kind == Kind.TEXT, text)
        _renumber(value, (kind == Kind.THING) & (value >= 0), thing)
        self.of_things = rows[:, subject < 0]
        self.of_things[RowColumn.SUBJECT] = thing[~self.of_things[RowColumn.SUBJECT]]
        self.is_lone = np.isin(np.flatnonzero(subject < 0), [row for row, _, _ in note.lone])
        self.of_record = [np.flatnonzero(subject == each) for each in range(self.heads.shape[1])]
        self.embeds = [each for each in note.far if each.kind == EMBED]
        self._beside()
        self.rest = self._rest(text, periods)
        self.told = [self._record(each) for each in range(self.heads.shape[1])]

    def _beside(self) -> None:
        """What stands beside the records."""
        note, count = self.note, self.heads.shape[1]
        self.keys = [note.keys[at : at + 8] for at in range(0, count * 8, 8)]
        self.values = [note.values[at : at + 8] for at in range(0, count * 8, 8)]
        self.apart, self.partial, self.called = dict(note.apart), dict(note.partial), dict(note.called)
        self.late = {each.record for each in note.late}

    def _rest(self, text: Ids, periods: Ids) -> tuple[Any, ...]:
        """All that must be as it was."""
        note = self.note
        heads, dates = (np.frombuffer(each, np.int32) for each in (note.headings, note.stated))
        fresh = [(note.things[at], label) for at, label in note.fresh]
        met = np.delete(self.met, np.s_[1 : 2 + _SPAN], axis=0).tolist()
        return text[heads].tolist(), periods[dates].tolist(), fresh, met, [each.target for each in self.embeds]

    def _record(self, number: int) -> tuple[Any, ...]:
        """What a record says, whatever its place and number."""
        head = self.heads[: RecordColumn.START, number].tolist(), self.heads[RecordColumn.SECTION :, number].tolist()
        own = (self.keys[number], self.values[number], self.late.intersection((number,)) != set())
        beside = tuple(each.get(number) for each in (self.apart, self.partial, self.called))
        return (*head[0], *head[1], *own, *beside, tuple(map(self._row, self.of_record[number].tolist())))

    def _row(self, row: int) -> _Row:
        """A row, whatever its place; another record by what it is."""
        told = self.rows[:, row].tolist()
        named = int(self.named[row])
        value = ~self.tables.records[tuple(self.heads[_IDENTITY, named].tolist())] if named >= 0 else told[RowColumn.VALUE]
        return told[RowColumn.PROPERTY], told[RowColumn.KIND], value, told[RowColumn.SECTION]

    def shown(self, declared: Declared) -> tuple[list[tuple[int, int]], set[tuple[int, int, int]]]:
        """Fields of records that no schema knows, as they are met, and kinds of what stands in them; classes likewise."""
        words = list(self.tables.words)
        at = self.rows[RowColumn.SUBJECT] >= 0
        cls = self.heads[RecordColumn.CLASS][self.rows[RowColumn.SUBJECT, at]]
        fields = dict.fromkeys(zip(cls.tolist(), *self.rows[[RowColumn.PROPERTY, RowColumn.KIND]][:, at].tolist(), strict=True))
        kinds = {each for each in fields if not declared(words[each[0]], words[each[1]])}
        classes = [(each, -1) for each in dict.fromkeys(self.heads[RecordColumn.CLASS].tolist())]
        return [*classes, *dict.fromkeys((one, two) for one, two, kind in fields if (one, two, kind) in kinds)], kinds


_TEXTS = (RecordColumn.NAME, RecordColumn.BASE, RecordColumn.LABEL, RecordColumn.SOURCE)
_IDENTITY = [RecordColumn.CLASS, RecordColumn.NAME, RecordColumn.BASE, RecordColumn.LABEL]


def _texts(note: Described) -> list[bytes]:
    lengths = np.frombuffer(note.text_lengths, "<i4")
    starts = begins_of(lengths) * 8
    return [note.texts[start:end] for start, end in zip(starts.tolist(), (starts + lengths).tolist(), strict=True)]


def _numbers(table: defaultdict[Any, int], told: Sequence[Any]) -> Ids:
    return np.array([table[each] for each in told], np.int32)


def _renumber(value: Ids, chosen: Any, numbers: Ids) -> None:
    if chosen.any():
        value[chosen] = numbers[value[chosen]]


def _matrix(data: bytes, columns: int) -> Ids:
    return matrix(data, columns) if data else np.empty((columns, 0), np.int32)


_Pairs = list[tuple[int, int]]


def _aligned(old: _Stated, new: _Stated) -> tuple[dict[int, int], _Pairs]:
    """Which record became which, and those that say something else, -1 for one that is not there."""
    numbers: defaultdict[Any, int] = numbered()
    one_told, other_told = ([numbers[each] for each in side.told[1:]] for side in (old, new))
    same, changed = {0: 0}, [(0, 0)] if old.told[0] != new.told[0] else []
    for tag, low, high, begin, end in SequenceMatcher(None, one_told, other_told, autojunk=False).get_opcodes():
        olds, news = range(low + 1, high + 1), range(begin + 1, end + 1)
        pairs = list(zip(olds, news, strict=True)) if len(olds) == len(news) else []
        same.update(pairs)
        if tag != "equal":
            changed += pairs or [*((each, -1) for each in olds), *((-1, each) for each in news)]
    known = set(changed)
    for one, other in same.items():  # one that names another record than before has changed too
        rows = old.named[old.of_record[one]], new.named[new.of_record[other]]
        if (one, other) not in known and [same.get(each, -2) for each in rows[0][rows[0] >= 0].tolist()] != rows[1][
            rows[1] >= 0
        ].tolist():
            changed.append((one, other))
    places = [
        {int(side.heads[RecordColumn.START, pair[at]]) for pair in changed if pair[at] > 0} for at, side in enumerate((old, new))
    ]
    known = set(changed)
    changed += [
        pair
        for pair in same.items()
        if pair not in known and pair[0]
        and (int(old.heads[RecordColumn.START, pair[0]]) in places[0] or int(new.heads[RecordColumn.START, pair[1]]) in places[1])
    ]  # fmt: skip
    return same, changed


def _things_alike(old: _Stated, new: _Stated) -> tuple[tuple[list[int], list[int]], frozenset[tuple[str, str]]]:
    """Rows that say of things what they said, before and now; fields of things of which something else is said."""
    chosen = [RowColumn.SUBJECT, RowColumn.PROPERTY, RowColumn.KIND, RowColumn.VALUE, RowColumn.SECTION]
    before, now = (list(zip(*side.of_things[chosen].tolist(), side.is_lone.tolist(), strict=True)) for side in (old, new))
    kept: tuple[list[int], list[int]] = ([], [])
    found: set[tuple[int, int]] = set()
    for tag, low, high, begin, end in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if tag == "equal":
            kept[0].extend(range(low, high))
            kept[1].extend(range(begin, end))
        else:
            found.update((each[0], each[1]) for each in (*before[low:high], *now[begin:end]))
    things, words = list(old.tables.things), list(old.tables.words)
    return kept, frozenset((things[thing], words[field]) for thing, field in found)


def _waits_alike(old: _Stated, new: _Stated, same: dict[int, int], changed: _Pairs) -> bool:
    """Whether records whose keys name others, or calls, do so as before, and those others are what they were."""
    if not old.note.late and not new.note.late:
        return True
    calls = old.calls, new.calls
    told = [_late(each, same, calls[0]) for each in old.note.late], [_late(each, {}, calls[1]) for each in new.note.late]
    named = {part.record for each in old.note.late for part in each.parts if part.record >= 0}
    return told[0] == told[1] and all(
        one not in named or (other >= 0 and _identity(old, one) == _identity(new, other)) for one, other in changed
    )


def _late(late: Late, same: dict[int, int], calls: Sequence[int]) -> tuple[Any, ...]:
    parts = [
        msgspec.structs.replace(part, record=same.get(part.record, part.record), call=calls[part.call] if part.call >= 0 else -1)
        for part in late.parts
    ]  # fmt: skip
    return same.get(late.record, late.record), late.scope, parts


def _identity(side: _Stated, number: int) -> tuple[Any, ...]:
    return (
        *side.heads[[*_IDENTITY, RecordColumn.COMPLETE], number].tolist(), side.keys[number], side.values[number],
        side.apart.get(number), side.partial.get(number), side.called.get(number),
    )  # fmt: skip


def _free(old: _Stated, new: _Stated, one: int, other: int) -> bool:
    """Whether nothing but the key of a record that changed ties it to those of other notes."""
    for side, number in ((old, one), (new, other)):
        if number < 0:
            continue
        if side.heads[RecordColumn.THING, number] >= 0 or number in side.late:
            return False
        if (side.rows[RowColumn.KIND, side.of_record[number]] == CALL).any():
            return False
        if not (number in side.partial or number in side.called):
            continue
        if min(one, other) < 0 or _identity(old, one) != _identity(new, other) or _periods(old, one) != _periods(new, other):
            return False
    return True


def _periods(side: _Stated, number: int) -> list[int]:
    rows = side.rows[:, side.of_record[number]]
    found: list[int] = rows[RowColumn.VALUE, rows[RowColumn.KIND] == Kind.PERIOD].tolist()
    return found


def _moved(moves: Iterable[tuple[int, Span, int, Span]], embeds: Iterable[tuple[Any, Any]]) -> dict[Span, Span] | None:
    """Where everything has gone; None if something has gone to two places, or past another."""
    starts: dict[int, int] = {}
    spans: dict[Span, Span] = {}
    for begin, span, begin_now, span_now in moves:
        if starts.setdefault(begin, begin_now) != begin_now or spans.setdefault(span, span_now) != span_now:
            return None
    for one, other in embeds:
        if spans.setdefault(one.place, other.place) != other.place:
            return None
    return None if any(one >= other for one, other in pairwise(starts[begin] for begin in sorted(starts))) else spans


def _place(side: _Stated, number: int) -> tuple[int, Span]:
    told = side.heads[:, number].tolist()
    return told[RecordColumn.START], _span(told, RecordColumn.START)


def _paired(old: Ids, new: Ids, start: int) -> _Moves:
    for one, other in zip(old.T.tolist(), new.T.tolist(), strict=True):
        yield one[start], _span(one, start), other[start], _span(other, start)


def _span(row: Sequence[int], start: int) -> Span:
    line, column, end_line, end_column = row[start + 1 : start + 1 + _SPAN]
    return line, column, end_line, end_column
