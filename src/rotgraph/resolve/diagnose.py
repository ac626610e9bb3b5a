"""In: what joining met. Out: diagnostics about records, classes, contradictions, and those of links. Room: resolve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from rotgraph.diagnostics import Diagnostic, Label
from rotgraph.model.named import NoteNames
from rotgraph.model.ordering import order_by, runs, unique
from rotgraph.model.value import Kind
from rotgraph.resolve.check_far import check_far, check_names
from rotgraph.resolve.emit import period_of, quantity_of
from rotgraph.resolve.forms import compared
from rotgraph.resolve.merge import Merged
from rotgraph.resolve.names import Names
from rotgraph.resolve.placing import Placer
from rotgraph.resolve.pool import Pool

__all__ = ["diagnose"]

_THING, _TEXT, _QUANTITY, _PERIOD = (int(kind) for kind in (Kind.THING, Kind.TEXT, Kind.QUANTITY, Kind.PERIOD))


def diagnose(
    notes: Sequence[NoteNames], names: Names, pool: Pool, merged: Merged, cycles: Sequence[tuple[int, ...]]
) -> tuple[Diagnostic, ...]:
    """Everything wrong between the notes, in no order."""
    index = names.naming.index
    said = _Said(notes, names, pool, merged)
    found = [
        *(told for each in pool.rest for told in each.diagnostics),
        *check_far(notes, index, [each.far for each in pool.rest]),
        *check_names(notes, index),
        *said.unknown(),
        *said.rivals(),
        *said.doubled(),
        *_refused(notes, names),
        *_cycles(notes, names, cycles),
    ]
    return tuple(found)


class _Said:
    """What rows say, in words."""

    def __init__(self, notes: Sequence[NoteNames], names: Names, pool: Pool, merged: Merged) -> None:
        self.notes, self.names, self.pool, self.merged = notes, names, pool, merged
        self.schema, self.registry = names.schema, names.naming.registry
        self.words, self.texts = list(pool.words), pool.texts
        self.quantities, self.periods = list(pool.quantities), list(pool.periods)

    def unknown(self) -> Iterator[Diagnostic]:
        """RG411: calls that no record answers."""
        for row, cls, text in self.merged.unknown:
            message = f"no {cls.replace('_', ' ')} is called `{text}`, or several are"
            yield self._report(row, "RG411", message)

    def rivals(self) -> Iterator[Diagnostic]:
        """RG501: observations of one thing at one time that differ."""
        observed = self._observed()
        for others, record in self.merged.rivals:
            mine = observed.get(record)
            if mine is None:
                continue
            row, unit, value = mine
            for other in others:
                rival = observed.get(other)
                if rival is not None and rival[1] == unit and rival[2] != value:
                    yield self._contradiction(rival[0], row, f"{self._measured(other)} of {self._subject(other)}")
                    break

    def _observed(self) -> dict[int, tuple[int, str, int]]:
        """Of records that have rivals and observe a quantity: the row that says it, its unit, and a number for its value."""
        pool, names = self.pool, {each.name: each.value for each in self.schema.classes}
        value_of = np.array([pool.words.get(names.get(word) or "", -1) for word in self.words], np.int32)
        records = sorted({record for others, record in self.merged.rivals for record in (*others, record)})
        wanted = zip(records, value_of[pool.record_class[records]].tolist(), strict=True)
        found = [(record, row) for record, name in wanted if (row := self._firsts.get((record, name))) is not None]
        rows = np.array([row for _, row in found], np.int64)
        measured = pool.row_kind[rows] == _QUANTITY
        units = [quantity_of(each).unit for each in self.quantities]
        said = zip(found, measured.tolist(), pool.row_value[rows].tolist(), compared(pool, rows).tolist(), strict=True)
        return {record: (row, units[number], value) for (record, row), is_one, number, value in said if is_one}

    def doubled(self) -> Iterator[Diagnostic]:
        """RG501: fields of one value that have several."""
        pool = self.pool
        merged = [each for each in self.schema.classes if each.merge and each.name in pool.words]
        single = [(cls.name, name) for cls in merged for name, each in self.schema.fields(cls.name).items() if each.single]
        pairs = [(pool.words[cls], pool.words[name]) for cls, name in single if name in pool.words]
        rows = np.flatnonzero(pool.row_record >= 0)
        whole = self.merged.into[pool.row_record[rows]]
        kinds = pool.record_class[whole].astype(np.int64) * len(self.words) + pool.row_property[rows]
        chosen = np.isin(kinds, [cls * len(self.words) + name for cls, name in pairs])
        rows, whole = rows[chosen], whole[chosen]
        order = order_by(whole, pool.row_property[rows], rows)
        rows, whole = rows[order], whole[order]
        new = runs(whole, pool.row_property[rows])
        firsts = np.flatnonzero(new)
        first = np.repeat(firsts, np.diff([*firsts.tolist(), len(rows)]))
        several = np.flatnonzero(first != np.arange(len(rows)))
        if not len(several):
            return
        both = unique(np.concatenate((several, first[several])))
        same = dict(zip(both.tolist(), compared(pool, rows[both]).tolist(), strict=True))
        for at in several.tolist():
            one, other = int(rows[first[at]]), int(rows[at])
            if pool.row_kind[one] != pool.row_kind[other] or same[int(first[at])] != same[at]:
                record = int(whole[at])
                name = self.texts[pool.record_name[record]] or self.words[pool.record_class[record]]
                yield self._contradiction(one, other, f"{self.words[pool.row_property[other]]} of {name}")

    @cached_property
    def _firsts(self) -> dict[tuple[int, int], int]:
        """The first row of records that have rivals, for the properties that tell what they are about."""
        pool = self.pool
        observed = {each.value for each in self.schema.classes if each.value}
        wanted = [pool.words[name] for name in (*observed, "metric", "about", "year", "period") if name in pool.words]
        involved = np.zeros(len(self.merged.into) + 1, bool)
        involved[[record for others, record in self.merged.rivals for record in (*others, record)]] = True
        involved[-1] = False
        rows = np.flatnonzero(involved[pool.row_record] & np.isin(pool.row_property, wanted))[::-1]
        return dict(
            zip(zip(pool.row_record[rows].tolist(), pool.row_property[rows].tolist(), strict=True), rows.tolist(), strict=True)
        )

    def _row(self, record: int, name: str) -> int | None:
        return self._firsts.get((record, self.pool.words.get(name, -1)))

    def _value(self, row: int) -> str | int:
        """What a row says, as written; a thing or a record as its number."""
        pool = self.pool
        kind, value = int(pool.row_kind[row]), int(pool.row_value[row])
        if kind == _QUANTITY:
            return quantity_of(self.quantities[value]).text
        if kind == _PERIOD:
            return period_of(self.periods[value]).text
        return self.texts[value] if kind == _TEXT else value

    def _shown(self, row: int) -> str:
        value = self._value(row)
        if isinstance(value, int) and int(self.pool.row_kind[row]) == _THING:
            return f"`{self.registry.label(value) if value >= 0 else self.texts[self.pool.record_name[~value]]}`"
        return f"`{value}`"

    def _measured(self, record: int) -> str:
        cls = self.words[self.pool.record_class[record]]
        row = self._row(record, "metric")
        named = cls == "observation" and row is not None and int(self.pool.row_kind[row]) == _TEXT
        return f"`{self._value(row)}`" if named and row is not None else cls.replace("_", " ")

    def _subject(self, record: int) -> str:
        about, when = self._row(record, "about"), self._row(record, "year")
        thing = int(self.pool.row_value[about]) if about is not None else -1
        words = self.registry.label(thing) if thing >= 0 else self.texts[self.pool.record_name[record]]
        when = when if when is not None else self._row(record, "period")
        return f"{words} for {self._value(when)}" if when is not None else words

    def _contradiction(self, one: int, other: int, what: str) -> Diagnostic:
        first, second = self._shown(one), self._shown(other)
        place = self.pool.row_place[:, one]
        path = self.notes[self.pool.row_note[one]].path
        label = Label(path, int(place[0]), int(place[1]), f"here it is {first}")
        message = f"the {what} is {second} here and {first} at {label.path}:{label.line}"
        return self._report(other, "RG501", message, (label,))

    def _report(self, row: int, code: str, message: str, labels: tuple[Label, ...] = ()) -> Diagnostic:
        path = self.notes[self.pool.row_note[row]].path
        line, column, end_line, end_column = self.pool.row_place[:, row].tolist()
        return Diagnostic(path, line, column, end_line, end_column, code, message, "", "", labels)


def _refused(notes: Sequence[NoteNames], names: Names) -> Iterator[Diagnostic]:
    registry = names.naming.registry
    for number, cls, (note, start, end) in registry.refused:
        said = ", ".join(f"{name} ({reason})" for name, (_, reason) in registry.things[number].classes.items())
        message = f"`{registry.label(number)}` stands in a column of the class {cls}; its own note makes it {said}"
        yield _placer(notes[note]).report(start, end, "RG502", message)


def _cycles(notes: Sequence[NoteNames], names: Names, cycles: Sequence[tuple[int, ...]]) -> Iterator[Diagnostic]:
    registry = names.naming.registry
    for cycle in cycles:
        shown = " → ".join(registry.label(each) for each in cycle)
        first = next((registry.things[each].first for each in cycle if registry.things[each].first), None)
        if first is not None:
            message = f"the hierarchy {shown} leads back to where it began"
            yield _placer(notes[first[0]]).report(first[1], first[2], "RG503", message)


def _placer(note: NoteNames) -> Placer:
    return Placer(note.path, note.line_starts, note.wide)
