"""In: what is wrong, as diagnostics or as columns. Out: the same as columns, worded when somebody reads it. Room: model.

A vault may hold a hundred thousand contradictions, each a sentence of its own, made of few words. So every text stands once, and a
sentence is a form, ``the {} of {} is …``, with the numbers of the texts that fill it; what reads no sentence makes none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import cached_property
from itertools import chain, islice, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from rotgraph.diagnostics import Diagnostic, Label
from rotgraph.model.numbered import numbered
from rotgraph.model.ordering import order_by, runs, unique

if TYPE_CHECKING:
    from rotgraph.model.spool import Spool

__all__ = ["NOTHING", "LabelColumn", "LinesOf", "Told", "ToldColumn", "count_codes", "joined", "told_of", "told_once"]

LinesOf: TypeAlias = Callable[[str, Sequence[int]], Sequence[str]]
"""Lines of a note as diagnostics carry them, by its path and their numbers."""
_Ids: TypeAlias = "npt.NDArray[np.int32]"

_HOLE = "{}"
"""Where a text stands in a form; by itself, the form of a sentence that is one text."""
_AT_ONCE = 4096
"""Diagnostics that are worded in one go."""


class ToldColumn(IntEnum):
    """What is told of each diagnostic; texts, codes and forms by number."""

    PATH, LINE, COLUMN, END_LINE, END_COLUMN, CODE, HINT, SOURCE_LINE, FORM, LABELS = range(10)


class LabelColumn(IntEnum):
    """What is told of each label."""

    PATH, LINE, COLUMN, FORM = range(4)


class Told(Sequence[Diagnostic]):
    """Diagnostics as columns. Equal to a tuple of the same.

    Shape: ``rows`` is a matrix of `ToldColumn`, ``labels`` one of `LabelColumn`, in the order of the rows; ``parts`` and
    ``label_parts`` number the texts that fill their sentences, as many for each as its form has holes. A source line of -1 is one
    that nobody has looked up.
    """

    def __init__(
        self, codes: Sequence[str], forms: Sequence[str], rows: _Ids, parts: _Ids, labels: _Ids, label_parts: _Ids,
        texts: Sequence[str] | Callable[[], Sequence[str]],
    ) -> None:  # fmt: skip
        """Take the columns as they are.

        Args:
            texts: that the numbers stand for, or what reads them when somebody reads a diagnostic.
        """
        self.codes, self.forms = tuple(codes), tuple(forms)
        self.rows, self.parts, self.labels, self.label_parts = rows, parts, labels, label_parts
        self._texts = texts

    @cached_property
    def texts(self) -> Sequence[str]:
        return self._texts() if callable(self._texts) else self._texts

    def __len__(self) -> int:
        return len(self.rows[0])

    @overload
    def __getitem__(self, at: int) -> Diagnostic: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Diagnostic, ...]: ...

    def __getitem__(self, at: int | slice) -> Diagnostic | tuple[Diagnostic, ...]:
        if isinstance(at, slice):
            return tuple(self.take(np.arange(len(self))[at]))
        row = range(len(self))[at]
        return self._worded(row, row + 1)[0]

    def __iter__(self) -> Iterator[Diagnostic]:
        for low in range(0, len(self), _AT_ONCE):
            yield from self._worded(low, min(low + _AT_ONCE, len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Told, tuple)):
            return NotImplemented
        if len(self) != len(other):
            return False
        if isinstance(other, Told) and self._stands_as(other):
            return True
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # it is as long as it is

    def __repr__(self) -> str:
        return f"<Told: {len(self):,} diagnostics>"

    def __reduce__(self) -> tuple[object, ...]:
        return (Told, (self.codes, self.forms, self.rows, self.parts, self.labels, self.label_parts, list(self.texts)))

    def _stands_as(self, other: Told) -> bool:
        """Whether the same is told in the same numbers."""
        mine, theirs = ((each.rows, each.parts, each.labels, each.label_parts) for each in (self, other))
        return (
            (self.codes, self.forms) == (other.codes, other.forms)
            and all(map(np.array_equal, mine, theirs))
            and list(self.texts) == list(other.texts)
        )

    def waiting(self, spool: Spool) -> Told:
        """The same, its columns where nobody looks at them for a while."""
        rows, labels = spool.rows(self.rows), spool.rows(self.labels)
        return Told(self.codes, self.forms, rows, spool.column(self.parts), labels, spool.column(self.label_parts), self._texts)

    def count_codes(self) -> Counter[str]:
        """How many there are of each rule."""
        counts = np.bincount(self.rows[ToldColumn.CODE], minlength=len(self.codes)).tolist()
        return Counter({code: count for code, count in zip(self.codes, counts, strict=True) if count})

    def of(self, wanted: Callable[[str], bool]) -> Told:
        """Those whose code is wanted."""
        chosen = np.array([wanted(code) for code in self.codes], bool)
        return self if chosen.all() else self.take(np.flatnonzero(chosen[self.rows[ToldColumn.CODE]]))

    def take(self, at: npt.NDArray[np.integer[Any]]) -> Told:
        """Some rows, in that order."""
        labels = _within(self._label_starts, at)
        return Told(
            self.codes, self.forms, self.rows[:, at], self.parts[_within(self.part_starts, at)],
            self.labels[:, labels], self.label_parts[_within(self._label_part_starts, labels)], lambda: self.texts,
        )  # fmt: skip

    def lines(self, path: str) -> dict[int, str]:
        """The source lines of a note that it shows, by their numbers; it is in order."""
        low, high = self._by_path.get(path, (0, 0))
        numbers, texts = self.rows[[ToldColumn.LINE, ToldColumn.SOURCE_LINE], low:high].tolist()
        return {number: self.texts[text] for number, text in dict(zip(numbers, texts, strict=True)).items()}

    @cached_property
    def _by_path(self) -> dict[str, tuple[int, int]]:
        paths = self.rows[ToldColumn.PATH]
        firsts = np.flatnonzero(runs(paths))
        bounds = pairwise([*firsts.tolist(), len(paths)])
        return {self.texts[path]: each for path, each in zip(paths[firsts].tolist(), bounds, strict=True)}

    @cached_property
    def _pieces(self) -> list[list[str]]:
        """What stands between the holes of each form."""
        return [form.split(_HOLE) for form in self.forms]

    @cached_property
    def part_starts(self) -> npt.NDArray[np.int64]:
        return self._holes(self.rows[ToldColumn.FORM])

    @cached_property
    def _label_starts(self) -> npt.NDArray[np.int64]:
        return _starts(self.rows[ToldColumn.LABELS])

    @cached_property
    def _label_part_starts(self) -> npt.NDArray[np.int64]:
        return self._holes(self.labels[LabelColumn.FORM])

    def _holes(self, forms: _Ids) -> npt.NDArray[np.int64]:
        return _starts(np.array([len(pieces) - 1 for pieces in self._pieces], np.int64)[forms])

    def _worded(self, low: int, high: int) -> list[Diagnostic]:
        first, last = self._label_starts[low], self._label_starts[high]
        rows, labels = self.rows[:, low:high], self.labels[:, first:last]
        parts = self.parts[self.part_starts[low] : self.part_starts[high]]
        label_parts = self.label_parts[self._label_part_starts[first] : self._label_part_starts[last]]
        used = unique(np.concatenate([parts, label_parts, *_texts_of(rows, labels)])).tolist()
        words = {number: self.texts[number] if number >= 0 else "" for number in used}
        fill, fill_label = self._filler(parts, words), self._filler(label_parts, words)
        told = (Label(words[path], line, column, fill_label(form)) for path, line, column, form in labels.T.tolist())
        codes = self.codes
        return [
            Diagnostic(
                words[path], line, column, end_line, end_column, codes[code], fill(form), words[hint], words[source_line],
                tuple(islice(told, count)) if count else (),
            )
            for path, line, column, end_line, end_column, code, hint, source_line, form, count in rows.T.tolist()
        ]  # fmt: skip

    def _filler(self, parts: _Ids, words: dict[int, str]) -> Callable[[int], str]:
        """Gives sentences one after another."""
        following, pieces = iter(parts.tolist()), self._pieces

        def fill(form: int) -> str:
            opening, *rest = pieces[form]
            return "".join((opening, *chain.from_iterable((words[next(following)], piece) for piece in rest)))

        return fill


NOTHING = Told(
    (), (), np.empty((len(ToldColumn), 0), np.int32), np.empty(0, np.int32), np.empty((len(LabelColumn), 0), np.int32),
    np.empty(0, np.int32), (),
)  # fmt: skip


def count_codes(diagnostics: Sequence[Diagnostic]) -> Counter[str]:
    """How many there are of each rule."""
    return diagnostics.count_codes() if isinstance(diagnostics, Told) else Counter(each.code for each in diagnostics)


def told_of(diagnostics: Sequence[Diagnostic]) -> Told:
    """Diagnostics as columns, in their order."""
    if isinstance(diagnostics, Told):
        return diagnostics
    if not diagnostics:
        return NOTHING
    codes, texts = _numbered(), _numbered()
    rows = [
        (
            texts[each.path], each.line, each.column, each.end_line, each.end_column, codes[each.code], texts[each.hint],
            texts[each.source_line] if each.source_line else -1, 0, len(each.labels),
        )
        for each in diagnostics
    ]  # fmt: skip
    parts = [texts[each.message] for each in diagnostics]
    said = [label for each in diagnostics for label in each.labels]
    labels = [(texts[each.path], each.line, each.column, 0) for each in said]
    label_parts = [texts[each.text] for each in said]
    return Told(
        tuple(codes), (_HOLE,), _matrix(rows, len(ToldColumn)), np.array(parts, np.int32),
        _matrix(labels, len(LabelColumn)), np.array(label_parts, np.int32), tuple(texts),
    )  # fmt: skip


def told_once(diagnostics: Iterable[Sequence[Diagnostic]], lines: LinesOf) -> Told:
    """Each once, by place, with the line it speaks of: rooms that see no source leave it to be filled in.

    What is told depends on nothing but the diagnostics: texts are numbered as they are first met.
    """
    return _renumbered(_with_lines(_in_order(joined([told_of(each) for each in diagnostics])), lines))


def joined(told: Sequence[Told]) -> Told:
    """One after another, as they are."""
    codes, forms = _numbered(), _numbered()
    texts: list[str] = []
    rows, parts, labels, label_parts = [], [], [], []
    for each in told:
        row, label, base = each.rows.copy(), each.labels.copy(), len(texts)
        row[ToldColumn.CODE] = np.array([codes[code] for code in each.codes], np.int32)[row[ToldColumn.CODE]]
        for form in (row[ToldColumn.FORM], label[LabelColumn.FORM]):
            form[:] = np.array([forms[form] for form in each.forms], np.int32)[form]
        for column in _texts_of(row, label):
            column[column >= 0] += base
        rows.append(row)
        labels.append(label)
        parts.append(each.parts + np.int32(base))
        label_parts.append(each.label_parts + np.int32(base))
        texts.extend(each.texts)
    whole = np.concatenate(rows, axis=1)
    path = whole[ToldColumn.PATH]
    known = unique(path)
    firsts = {texts[number]: number for number in reversed(known.tolist())}
    path[:] = np.array([firsts[texts[number]] for number in known.tolist()], np.int32)[np.searchsorted(known, path)]
    return Told(
        tuple(codes), tuple(forms), whole, np.concatenate(parts), np.concatenate(labels, axis=1), np.concatenate(label_parts), texts
    )


def _in_order(told: Told) -> Told:
    """By place, each once; what stands at one place must be worded to be told apart."""
    rows = told.rows
    known = unique(rows[ToldColumn.PATH])
    texts = [told.texts[number] for number in known.tolist()]
    keys = [
        _ranks(texts)[np.searchsorted(known, rows[ToldColumn.PATH])],
        *rows[ToldColumn.LINE : ToldColumn.END_COLUMN + 1],
        _ranks(told.codes)[rows[ToldColumn.CODE]],
    ]
    order = order_by(*keys)
    new = runs(*(key[order] for key in keys))
    if new.all():
        return told.take(order)
    alone = new & np.append(new[1:], True)
    tied, kept = np.flatnonzero(~alone), np.ones(len(order), bool)
    worded = tuple(told.take(order[tied]))
    for start, end in pairwise([*np.flatnonzero(new[tied]).tolist(), len(tied)]):
        backward = zip(worded[start:end][::-1], order[tied[start:end]][::-1].tolist(), strict=True)
        found = dict(backward)  # of equal ones the first
        at = tied[start : start + len(found)]
        order[at] = [found[each] for each in sorted(found, key=_ORDER)]
        kept[tied[start + len(found) : end]] = False
    return told.take(order[kept])


_ORDER = attrgetter("order")


def _with_lines(told: Told, lines: LinesOf) -> Told:
    """Source lines looked up where there is none; each note is asked once."""
    rows, texts = told.rows, list(told.texts)
    wanted = np.flatnonzero(rows[ToldColumn.SOURCE_LINE] < 0)
    path, line = rows[ToldColumn.PATH, wanted], rows[ToldColumn.LINE, wanted]
    new = runs(path, line)
    firsts = np.flatnonzero(new)
    found = np.arange(len(texts), len(texts) + len(firsts), dtype=np.int32)
    notes = np.flatnonzero(runs(path[firsts]))
    numbers = line[firsts].tolist()
    for note, (start, end) in zip(path[firsts[notes]].tolist(), pairwise([*notes.tolist(), len(numbers)]), strict=True):
        texts.extend(lines(texts[note], numbers[start:end]))
    rows[ToldColumn.SOURCE_LINE, wanted] = found[np.cumsum(new) - 1]
    return Told(told.codes, told.forms, rows, told.parts, told.labels, told.label_parts, texts)


def _renumbered(told: Told) -> Told:
    """Texts, codes and forms of which each stands once, and none that nothing says."""
    rows, labels = told.rows, told.labels
    parts, label_parts = told.parts, told.label_parts
    used = np.concatenate([*_texts_of(rows, labels), parts, label_parts])
    met = np.full(len(told.texts), len(used), np.int64)
    np.minimum.at(met, used, np.arange(len(used)))
    known = np.flatnonzero(met < len(used))
    known = known[order_by(met[known])]
    table = _numbered()
    texts = np.full(len(told.texts), -1, np.int32)
    texts[known] = [table[told.texts[number]] for number in known.tolist()]
    for column in _texts_of(rows, labels):
        column[:] = texts[column]
    code, form, label_form = rows[ToldColumn.CODE], rows[ToldColumn.FORM], labels[LabelColumn.FORM]
    codes = sorted({told.codes[each] for each in unique(code).tolist()})
    forms = sorted({told.forms[each] for each in unique(np.concatenate((form, label_form))).tolist()})
    code[:] = _places(told.codes, codes)[code]
    for column in (form, label_form):
        column[:] = _places(told.forms, forms)[column]
    return Told(codes, forms, rows, texts[parts], labels, texts[label_parts], tuple(table))


def _numbered() -> defaultdict[str, int]:
    return numbered()


def _texts_of(rows: _Ids, labels: _Ids) -> tuple[_Ids, ...]:
    """The columns that number texts."""
    return rows[ToldColumn.PATH], rows[ToldColumn.HINT], rows[ToldColumn.SOURCE_LINE], labels[LabelColumn.PATH]


def _matrix(rows: Sequence[tuple[int, ...]], columns: int) -> _Ids:
    return np.ascontiguousarray(np.array(rows, np.int32).reshape(-1, columns).T)


def _ranks(texts: Sequence[str]) -> _Ids:
    return _places(texts, sorted(set(texts)))


def _places(texts: Sequence[str], among: Sequence[str]) -> _Ids:
    """Where each stands; -1 where it does not."""
    place = {text: number for number, text in enumerate(among)}
    return np.array([place.get(text, -1) for text in texts], np.int32)


def _starts(counts: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    found = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=found[1:])
    return found


def _within(starts: npt.NDArray[np.int64], at: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """The places of everything that some rows hold, where each row holds what lies from its start to the next."""
    counts = starts[at + 1] - starts[at]
    ends = np.cumsum(counts)
    found: npt.NDArray[np.int64] = np.repeat(starts[at] - ends + counts, counts)
    return found + np.arange(len(found))
