"""In: the records of all notes. Out: which of them are one, their keys, and those that contradict one another. Room: resolve.

Taken in the order of the notes. A record is looked at one by one only where another has its key and more than the key matters; the
rest are arrays.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rotgraph.model.described import Described, LatePart
from rotgraph.model.graph import Ids
from rotgraph.model.ordering import order_by, pieces, runs
from rotgraph.model.schema import Schema, fold
from rotgraph.model.slug import again, row_key
from rotgraph.model.value import Kind
from rotgraph.resolve.alike import Alike
from rotgraph.resolve.emit import period_of
from rotgraph.resolve.pool import Pool
from rotgraph.resolve.records import key_hash, label_of

__all__ = ["Merged", "merge"]

_NONE: frozenset[str] = frozenset()
_AGAIN = 1 << 16
"""Keys told apart in one go."""


@dataclass(frozen=True, eq=False, slots=True)
class Merged:
    """The records of a vault, those that are one as one.

    Shape: columns over the records of the pool.
    """

    into: Ids
    """For each the record that it is part of, itself for most."""
    principal: Ids
    """The part whose place and forms are those of the whole."""
    thing: Ids
    """The thing that it is; -1 for none."""
    rivals: list[list[int]]
    """Records of one key of which some say another value than those before them, as they came."""
    differing: list[int]
    """Those that do."""
    unknown: list[tuple[int, str, str]]
    """Rows that call a record nobody knows, with its class and the words."""


def merge(schema: Schema, pool: Pool) -> Merged:
    """Find out which records are one. In the pool, calls become what they mean, and records have their keys and labels."""
    return _Merging(schema, pool).merged()


class _Merging:
    """The records while they become one."""

    def __init__(self, schema: Schema, pool: Pool) -> None:
        self.schema, self.pool = schema, pool
        count = len(pool.record_note)
        self._into, self._principal = array("i", range(count)), array("i", range(count))
        self._thing = array("i", pool.record_thing.tobytes())
        self._complete = bytearray(pool.record_complete.tobytes())
        """Arrays of Python while they change: one number of another takes three times as long."""
        self._rivals: dict[int, tuple[int, list[int]]] = {}
        """By their key, records of which some say another value than those before them, as they came, and the first that does."""
        self.differing: list[int] = []
        self.unknown: list[tuple[int, str, str]] = []
        self._classes = list(pool.words)
        self._by_key: dict[int, list[int]] = {}
        self._by_value: dict[int, list[int]] = {}
        self._tables: dict[int, set[tuple[int, int]]] = {}
        self._apart: dict[int, tuple[str, ...]] = {}
        self._by_word: dict[tuple[str, str], dict[int, None]] = {}
        self._answers: dict[tuple[int, int], int] = {}
        """What each call of each note means."""
        self._folded: dict[str, str] = {}
        """Words of calls."""
        self._counts: Ids = np.empty(0, np.int32)
        """How many records have each text as the base of their key,"""
        self._times: dict[int, int] = {}
        """and how many since those whose keys name other records got theirs."""
        self._call_rows = pool.calls()
        self._walk()
        self._fold_partial()
        self._count_keys()
        self._make_keys()

    def merged(self) -> Merged:
        into, principal, thing = (np.array(each, np.int32) for each in (self._into, self._principal, self._thing))
        rivals = [known for _, known in sorted(self._rivals.values())]
        return Merged(into, principal, thing, rivals, self.differing, self.unknown)

    def _walk(self) -> None:
        """All notes in order: records meet those of their key, calls find those they name."""
        pool = self.pool
        merged = np.flatnonzero(pool.record_merged)
        order = merged[order_by(pool.keys[merged])]
        new = np.append(runs(pool.keys[order]), True)
        shared = np.sort(order[~(new[:-1] & new[1:])])
        asked: dict[str, set[str]] = {}
        for base, note in zip(pool.record_base.tolist(), pool.rest, strict=False):
            self._apart.update((base + at, apart) for at, apart in note.apart)
            for call in note.calls:
                asked.setdefault(call.cls, set()).add(self._fold(call.text))
        doubted = np.zeros(len(self._into), bool)
        doubted[list(self._apart)] = True
        self._alike = Alike(pool, shared, doubted)
        self._alike.join(self._into)
        for first, key, known in self._alike.rivals():
            self._rivals[key] = first, known
            self.differing += known[1:]
        completed = self._alike.completed()
        completed_bounds = np.searchsorted([record for record, _ in completed], pool.record_base)
        others = self._alike.others
        bounds = np.searchsorted(others, pool.record_base)
        columns = (others, pool.keys[others], pool.values[others], pool.record_table[others])
        listed = list(zip(*(each.tolist() for each in columns), strict=True))
        call_bounds = np.searchsorted(self._call_rows, pool.row_base)
        for number, note in enumerate(pool.rest):
            base = int(pool.record_base[number])
            for record, key, value, table in listed[bounds[number] : bounds[number + 1]]:
                self._meet(record, key, value, (number, table))
            for record, whole in completed[completed_bounds[number] : completed_bounds[number + 1]]:
                self._principal[whole], self._complete[whole] = record, True
            for at, words in note.called:
                record = self._into[base + at]
                cls = self._classes[pool.record_class[record]]
                for word in asked.get(cls, _NONE).intersection(words):
                    self._by_word.setdefault((cls, word), {})[record] = None
            for row in self._call_rows[call_bounds[number] : call_bounds[number + 1]].tolist():
                self._answer(row, number, note)
        rows = [row for row, _, _ in self.unknown]
        texts = {text: number for number, text in enumerate(dict.fromkeys(text for _, _, text in self.unknown))}
        numbers = pool.texts.numbers(list(texts))
        pool.row_kind[rows], pool.row_value[rows] = Kind.TEXT, numbers[[texts[text] for _, _, text in self.unknown]]

    def _fold(self, text: str) -> str:
        found = self._folded.get(text)
        if found is None:
            found = self._folded[text] = fold(text)
        return found

    def _known(self, key: int) -> list[int]:
        """The records of a key that are wholes so far."""
        known = self._by_key.get(key)
        if known is None:
            wholes = self._alike.of_key(key)
            known = self._by_key[key] = self._rivals[key][1] if key in self._rivals else list(wholes)
            self._tables.update((whole, set(tables)) for whole, tables in wholes.items())
        return known

    def _meet(self, record: int, key: int, value: int, where: tuple[int, int]) -> None:
        """A record joins one of its key that it does not gainsay, or waits for others to join it."""
        known = self._by_key.setdefault(key, [])
        observed = value != 0
        alike = self._by_value.setdefault(value, []) if observed else known
        for found in alike:
            if self._joins(record, found, where):
                self._join(record, found, where)
                break
        else:
            if observed and known:
                self._rivals.setdefault(key, (record, known))
                self.differing.append(record)
            known.append(record)
            if alike is not known:
                alike.append(record)
            self._tables[record] = {where}

    def _join(self, record: int, whole: int, where: tuple[int, int]) -> None:
        self._into[record] = whole
        self._tables[whole].add(where)
        if self._complete[record] and not self._complete[whole]:
            self._principal[whole], self._complete[whole] = record, True
        if self._thing[record] >= 0 and self._thing[whole] < 0:
            self._thing[whole] = self._thing[record]

    def _joins(self, record: int, other: int, where: tuple[int, int]) -> bool:
        if where[1] >= 0 and where in self._tables[other]:
            return False
        mine = self._apart.get(record)
        others = self._apart.get(other) if mine else None
        if mine and others and any(one and two and one != two for one, two in zip(mine, others, strict=True)):
            return False
        one, two = self._thing[record], self._thing[other]
        return one < 0 or two < 0 or one == two

    def _answer(self, row: int, number: int, note: Described) -> None:
        """The record that a call means: of this note before others, of that period before others; else the words it is."""
        pool = self.pool
        at = int(pool.row_value[row])
        call = note.calls[at]
        found = list(self._by_word.get((call.cls, self._fold(call.text)), ()))
        here = [each for each in found if pool.record_note[self._principal[each]] == number]
        for group in (here, found):
            if len(group) > 1 and call.start is not None:
                group = [each for each in group if self._begins(each, call.start)] or group
            if len(group) > 1:
                group = [each for each in group if self._complete[each]] or group
            if len(group) == 1:
                node = self.node(group[0])
                pool.row_kind[row], pool.row_value[row] = Kind.THING, node
                self._answers[number, at] = node
                return
        self.unknown.append((row, call.cls, call.text))

    def node(self, record: int) -> int:
        """A record as a value: the thing it is, or ``~number``."""
        whole = self._into[record]
        return self._thing[whole] if self._thing[whole] >= 0 else ~whole

    def rows_of(self, record: int) -> range:
        """The rows of one record of the pool, before any is merged."""
        subject, note = self.pool.row_subject, int(self.pool.record_note[record])
        low, high = int(self.pool.row_base[note]), int(self.pool.row_base[note + 1])
        here = subject[low:high]
        first = low + int(np.argmax(here == record)) if (here == record).any() else high
        last = first
        while last < high and subject[last] == record:
            last += 1
        return range(first, last)

    def _begins(self, record: int, start: int) -> bool:
        pool = self.pool
        periods = list(pool.periods)
        rows = [row for row in self.rows_of(record) if pool.row_kind[row] == Kind.PERIOD]
        return any(period_of(periods[pool.row_value[row]]).start == start for row in rows)

    def _fold_partial(self) -> None:
        """Records that lack one key field join the only one that agrees on the others."""
        pool = self.pool
        parts: dict[int, tuple[str, ...]] = {}
        for number, partial in pool.partial():
            base = int(pool.record_base[number])
            for at, each in partial:
                if self._into[base + at] == base + at:
                    parts[base + at] = each
        lacking = {record: each for record, each in parts.items() if sum(map(bool, each)) == len(each) - 1}
        if not lacking:
            return
        classes = dict(zip(parts, pool.record_class[list(parts)].tolist(), strict=True))
        index: dict[tuple[int, int, str], list[int]] = {
            (classes[record], place, part): [] for record, each in lacking.items() for place, part in enumerate(each) if part
        }
        for record, each in parts.items():
            for place, part in enumerate(each):
                if part and (found := index.get((classes[record], place, part))) is not None:
                    found.append(record)
        gone: dict[int, int] = {}
        for record, each in lacking.items():
            present = [(place, part) for place, part in enumerate(each) if part]
            cls = classes[record]
            smallest = min((index[cls, place, part] for place, part in present), key=len)
            others = [
                other
                for other in smallest
                if other != record and other not in gone and sum(map(bool, parts[other])) > len(present)
                and all(parts[other][place] == part for place, part in present)
            ]  # fmt: skip
            if len(others) == 1:
                gone[record] = others[0]
        whole = np.arange(len(self._into), dtype=np.int32)
        for record, other in reversed(gone.items()):  # what one joins may itself join another, later
            whole[record] = whole[other]
        into = np.frombuffer(self._into, np.int32)
        into[:] = whole[into]

    def _count_keys(self) -> None:
        """Rows of equal keys are told apart by numbers, in the order of the notes."""
        pool = self.pool
        own = np.flatnonzero(np.array(self._into) == np.arange(len(self._into)))
        bases = pool.record_key[own]
        plain = own[bases >= 0]
        bases = bases[bases >= 0]
        order = order_by(bases)
        ordered = bases[order]
        starts = np.flatnonzero(runs(ordered))
        nth = np.arange(len(ordered)) - np.repeat(starts, np.diff([*starts.tolist(), len(ordered)]))
        self._counts = np.bincount(bases, minlength=len(pool.texts)).astype(np.int32)
        del own, bases, starts
        more = np.flatnonzero(nth > 0)
        for part in pieces(len(more), _AGAIN):
            at = more[part]
            keys = list(map(again, pool.texts.many(ordered[at]), (nth[at] + 1).tolist()))
            pool.record_key[plain[order[at]]] = pool.texts.numbers(keys)

    def _make_keys(self) -> None:
        """Keys and labels of the records whose keys name other records."""
        pool = self.pool
        for number, note in enumerate(self.pool.rest):
            base = int(pool.record_base[number])
            for late in note.late:
                parts = [self._part(part, base, number, note) for part in late.parts]
                record = base + late.record
                cls = self._classes[pool.record_class[record]]
                self._meet_late(record, parts, cls)
                if self._into[record] != record:
                    continue
                key = self._unique(row_key(cls, *late.scope, *[part.read for part in parts]))
                pool.record_key[record] = pool.text(key)
                name = pool.texts[pool.record_name[record]]
                label = label_of(self.schema.by_name.get(cls), name, cls, [part.shown for part in parts])
                pool.record_label[record] = pool.text(label)

    def _meet_late(self, record: int, parts: Sequence[LatePart], cls: str) -> None:
        definition = self.schema.by_name.get(cls)
        if definition is None or not definition.merge:
            return
        key = int.from_bytes(key_hash([*(part.compared for part in parts), cls]), "little")
        where = int(self.pool.record_note[record]), int(self.pool.record_table[record])
        known = self._known(key)
        found = next((each for each in known if self._joins(record, each, where)), None)
        if found is None:
            known.append(record)
            self._tables[record] = {where}
        else:
            self._join(record, found, where)

    def _part(self, part: LatePart, base: int, number: int, note: Described) -> LatePart:
        if part.record < 0 and part.call < 0:
            return part
        node = ~(base + part.record) if part.record >= 0 else self._answers.get((number, part.call))
        if node is None:
            text = note.calls[part.call].text
            return LatePart(f"t{fold(text)}", text, text)
        record = self._into[~node] if node < 0 else -1
        if record < 0:
            return LatePart(f"n{node}", part.shown, part.shown)
        key = self.pool.texts[self.pool.record_key[record]].partition("/")[2]
        return LatePart(f"r{key}", key, self.pool.texts[self.pool.record_label[self._principal[record]]])

    def _unique(self, base: str) -> str:
        number = self.pool.text(base)
        before = int(self._counts[number]) if number < len(self._counts) else 0
        times = self._times[number] = self._times.get(number, before) + 1
        return base if times == 1 else again(base, times)
