"""In: what a note stated and what it states now. Out: where that has gone, and what the note names instead. Room: resolve.

Most edits of a note state nothing new: a sentence is written, a paragraph goes, and what the tables below it say stands some lines
further down. A sentence may link to things or mention them: then the note names others, and nothing else of the vault changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np

from rotgraph.model.described import EMBED, Described, RecordColumn, RowColumn, matrix
from rotgraph.model.graph import Ids
from rotgraph.model.named import NoteNames
from rotgraph.model.schema import Schema
from rotgraph.model.told_moved import Span, Spans
from rotgraph.model.value import Kind
from rotgraph.resolve.placing import Placer

__all__ = ["Named", "Restated", "firsts_of", "naming_fields", "restated"]

_Bytes = tuple[int, int]
_Place = tuple[int, int, int]
"""Byte span and section."""
_MET = 7
"""Columns of what is met: thing, start, the four of a span, section."""
_SPAN = 4
_APART = ("rows", "records", "met", "lone", "far", "diagnostics", "words", "things", "fresh")
"""Fields that are compared otherwise than as they are."""


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that a note links to or mentions."""

    field: str
    thing: str
    """Its key."""
    span: Span
    section: int


@dataclass(frozen=True, slots=True)
class Restated:
    """What a note states, held against what it stated."""

    spans: Spans
    """Where evidence of it stood, and stands now."""
    before: Sequence[Named]
    """What it named and names, in the order of the text; nothing if that is the same."""
    now: Sequence[Named]
    sections: Sequence[tuple[Span, int]]
    """Where its rows stood, and in which section."""


def naming_fields(schema: Schema) -> frozenset[str]:
    """Fields in which a note names things, any number, and nothing follows from one."""
    fields = schema.fields("note").values()
    plain = [each for each in fields if not (each.single or each.required or each.transitive)]
    return frozenset(each.name for each in plain if each.declared and each.kind == "thing")


def firsts_of(old: NoteNames, new: NoteNames, moved: Iterable[tuple[_Place, _Place]]) -> list[tuple[int, Span, int, Span]] | None:
    """Bytes and spans of places of a note, before and now: of those given, and of its other names; None if one stands below another
    heading."""
    before, now = (Placer(each.path, each.line_starts, each.wide) for each in (old, new))
    found: list[tuple[int, Span, int, Span]] = []
    for (start, end, section), (start_now, end_now, section_now) in moved:
        if section != section_now:
            return None
        found.append((start, before.span(start, end), start_now, now.span(start_now, end_now)))
    for (start, end), (start_now, end_now) in zip(old.alias_places, new.alias_places, strict=True):
        found.append((start, before.span(start, end), start_now, now.span(start_now, end_now)))
    return found


def restated(
    before: Described, now: Described, naming: Collection[str], firsts: Iterable[tuple[int, Span, int, Span]] = ()
) -> Restated | None:
    """Where what a note states has gone; None if it states something else than other names, or in another order.

    Args:
        naming: as `naming_fields` gives them.
        firsts: byte and span of each place of the note that names a thing first, before and now.
    """
    nothing = dict.fromkeys(_APART, ())
    if msgspec.structs.replace(before, **nothing) != msgspec.structs.replace(now, **nothing):
        return None
    words = {word: number for number, word in enumerate(dict.fromkeys((*before.words, *now.words)))}
    things = {key: number for number, key in enumerate(dict.fromkeys((*before.things, *now.things)))}
    old, new = _Stated(before, words, things, naming), _Stated(now, words, things, naming)
    if old.rest != new.rest or not _alike(old.rows, new.rows, RowColumn.START):
        return None
    if not _alike(old.records, new.records, RecordColumn.START) or not _alike(old.met, new.met, 1):
        return None
    told = [*firsts, *_paired(old.rows, new.rows, RowColumn.START), *_paired(old.records, new.records, RecordColumn.START)]
    told += _paired(old.met, new.met, 1)
    same = _alike(old.naming, new.naming, RowColumn.START)
    if same:
        told += _paired(old.naming, new.naming, RowColumn.START)
    starts: dict[int, int] = {}
    spans: dict[Span, Span] = {}
    for begin, span, begin_now, span_now in told:
        if starts.setdefault(begin, begin_now) != begin_now or spans.setdefault(span, span_now) != span_now:
            return None
    for one, other in zip(old.embeds, new.embeds, strict=True):
        if spans.setdefault(one.place, other.place) != other.place:
            return None
    if any(one >= other for one, other in pairwise(starts[begin] for begin in sorted(starts))):
        return None
    if same:
        return Restated(spans, (), (), ())
    tables = list(words), list(things)
    return Restated(spans, old.named(*tables), new.named(*tables), old.sections())


class _Stated:
    """What a note states, in numbers that stand for the same in two of them."""

    def __init__(self, note: Described, words: dict[str, int], things: dict[str, int], naming: Collection[str]) -> None:
        word = np.array([words[each] for each in note.words], np.int32)
        thing = np.array([things[each] for each in note.things], np.int32)
        rows, self.records, self.met = (
            _matrix(data, columns)
            for data, columns in ((note.rows, len(RowColumn)), (note.records, len(RecordColumn)), (note.met, _MET))
        )
        rows[RowColumn.PROPERTY] = word[rows[RowColumn.PROPERTY]]
        value, subject = rows[RowColumn.VALUE], rows[RowColumn.SUBJECT]
        of_things = (rows[RowColumn.KIND] == Kind.THING) & (value >= 0)
        value[of_things] = thing[value[of_things]]
        subject[subject < 0] = ~thing[~subject[subject < 0]]
        self.records[RecordColumn.CLASS] = word[self.records[RecordColumn.CLASS]]
        home = self.records[RecordColumn.THING]
        home[home >= 0] = thing[home[home >= 0]]
        self.met[0] = thing[self.met[0]]
        named = (subject == 0) & of_things & np.isin(rows[RowColumn.PROPERTY], [words[each] for each in naming if each in words])
        self.rows, self.naming = rows[:, ~named], rows[:, named]
        kept = np.cumsum(~named) - 1
        numbers: dict[_Bytes, int] = {}
        alone = [(int(kept[row]), numbers.setdefault((start, end), len(numbers))) for row, start, end in note.lone]
        fresh = [(note.things[at], label) for at, label in note.fresh]
        self.embeds = [each for each in note.far if each.kind == EMBED]
        self.rest = alone, fresh, [each.target for each in self.embeds]

    def named(self, words: Sequence[str], things: Sequence[str]) -> list[Named]:
        """What the note names, in the order of the text."""
        order = np.argsort(self.naming[RowColumn.START], kind="stable")
        return [
            Named(words[row[RowColumn.PROPERTY]], things[row[RowColumn.VALUE]], _span(row, RowColumn.START), row[RowColumn.SECTION])
            for row in self.naming[:, order].T.tolist()
        ]

    def sections(self) -> list[tuple[Span, int]]:
        """Where its rows stand, and in which section."""
        rows = np.concatenate((self.rows, self.naming), axis=1).T.tolist()
        return [(_span(row, RowColumn.START), row[RowColumn.SECTION]) for row in rows]


def _matrix(data: bytes, columns: int) -> Ids:
    return matrix(data, columns) if data else np.empty((columns, 0), np.int32)


def _alike(old: Ids, new: Ids, start: int) -> bool:
    """Whether two matrices hold the same but for places: the column of bytes, and the four behind it."""
    said = [column for column in range(len(old)) if not start <= column <= start + _SPAN]
    return old.shape == new.shape and np.array_equal(old[said], new[said])


def _paired(old: Ids, new: Ids, start: int) -> Iterator[tuple[int, Span, int, Span]]:
    for one, other in zip(old.T.tolist(), new.T.tolist(), strict=True):
        yield one[start], _span(one, start), other[start], _span(other, start)


def _span(row: Sequence[int], start: int) -> Span:
    line, column, end_line, end_column = row[start + 1 : start + 1 + _SPAN]
    return line, column, end_line, end_column
