"""In: a draft's facts, and what all names mean. Out: what they state, names already things. Room: resolve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rotgraph.model.described import CALL, Call
from rotgraph.model.draft import Draft, DraftFact, Local, Name, Names, RecordName, Subject
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.resolve.collect import wanted
from rotgraph.resolve.records import Record, Statement
from rotgraph.resolve.subjects import Home

if TYPE_CHECKING:
    from rotgraph.resolve.names import Names as Meanings

__all__ = ["Stating", "node_of"]

_PLAIN = {Quantity: int(Kind.QUANTITY), Period: int(Kind.PERIOD), str: int(Kind.TEXT), int: int(Kind.INTEGER)}
"""Values that are what they are, whatever the other notes say."""
_THING, _TEXT = int(Kind.THING), int(Kind.TEXT)


class Stating:
    """Reads the facts of one note after another."""

    def __init__(self, names: Meanings) -> None:
        self.schema, self.naming, self.subjects, self.mentions = names.schema, names.naming, names.subjects, names.mentions
        self.registry = names.naming.registry
        self._ranges: dict[tuple[str, str], tuple[str, ...]] = {}
        """Of what classes a thing must be that a field takes from the surroundings; empty where it takes none from there."""
        self._readers: dict[type, Any] = {
            Subject: self._subject, Name: self._name, Names: self._names, Local: self._local, RecordName: self._record_name,
        }  # fmt: skip

    def turn_to(self, home: Home) -> None:
        """Read facts of that note from now on."""
        self.looked: list[str] = []
        """Texts in which names were looked for."""
        self._home = home
        self._own: dict[tuple[str, str, int], int] = {}

    def read(self, draft: Draft, facts: Iterable[DraftFact], made: Mapping[int, Record]) -> list[Statement]:
        """What facts of a draft state.

        Args:
            made: the records of the note so far, by their drafts.
        """
        found: list[Statement] = []
        section, readers = draft.section, self._readers
        for fact in facts:
            value = fact.value
            kind = _PLAIN.get(value.__class__)
            if kind is not None:
                found.append(Statement(fact.property, kind, value, fact.start, fact.end, section))  # type: ignore[arg-type]
            else:
                readers[value.__class__](found, draft, fact, value, made)
        return found

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Things that a text names without brackets, with their places in it."""
        self.looked.append(text)
        return self.mentions.find(text)

    def met(self, text: str, start: int, end: int, section: int) -> list[tuple[int, int, int]]:
        """The same of a text that stands somewhere: so do the things that stood nowhere yet."""
        found = self.find(text)
        for number, _, _ in found:
            self.registry.stood(number, 0, start, end, section)
        return found

    def _name(self, found: list[Statement], draft: Draft, fact: DraftFact, value: Name, _: object) -> None:
        thing = self.naming.name(value, 0, self._home.folder, draft.section)
        if thing >= 0:
            found.append(Statement(fact.property, _THING, thing, fact.start, fact.end, draft.section))

    def _names(self, found: list[Statement], draft: Draft, fact: DraftFact, value: Names, _: object) -> None:
        name, section = fact.property, draft.section
        if value.scan:
            things = [thing for thing, _, _ in self.met(value.text, fact.start, fact.end, section)]
            meant = [thing for thing in dict.fromkeys(things) if self.registry.is_a(thing, value.scan)]
            found += [Statement(name, _THING, thing, fact.start, fact.end, section) for thing in meant]
            return
        named, prose = self.naming.names(value, 0, self._home.folder, section)
        found += [Statement(name, _THING, thing, start, end, section) for thing, (start, end) in named.items()]
        if prose and (draft.name is None or draft.name.start != fact.start):  # else the record is called by the whole of it
            found += [Statement("remark", _TEXT, text, fact.start, fact.end, section) for text in prose]

    def _subject(self, found: list[Statement], draft: Draft, fact: DraftFact, value: Subject, _: object) -> None:
        name = value.name
        if name is None:  # most are: what the headings say
            key = draft.cls, fact.property, value.section
            thing = self._own.get(key)
            if thing is None:
                thing = self.subjects.own(self._home, value.section)
                ranges = self._ranges_of(draft.cls, fact.property)
                thing = self._own[key] = thing if not ranges or self.registry.is_a(thing, ranges) else -1
            if thing >= 0:
                found.append(Statement(fact.property, _THING, thing, fact.start, fact.end, draft.section))
            return
        thing, own_words = self.subjects.resolve(value, self._home, wanted(draft, fact, value, self.schema))
        if not own_words:
            ranges = self._ranges_of(draft.cls, fact.property)
            if ranges and not self.registry.is_a(thing, ranges):
                return
        if thing >= 0:
            found.append(Statement(fact.property, _THING, thing, fact.start, fact.end, draft.section))
        if value.otherwise and not own_words and name.text:
            found.append(Statement(value.otherwise, _TEXT, name.text, fact.start, fact.end, draft.section))

    def _ranges_of(self, cls: str, name: str) -> tuple[str, ...]:
        found = self._ranges.get((cls, name))
        if found is None:
            field = self.schema.fields(cls).get(name) if cls else None
            found = self._ranges[cls, name] = field.ranges if field is not None and field.own else ()
        return found

    def _local(self, found: list[Statement], draft: Draft, fact: DraftFact, value: Local, made: Mapping[int, Record]) -> None:
        record = made.get(value.index)
        if record is not None:
            found.append(Statement(fact.property, _THING, node_of(record), fact.start, fact.end, draft.section))

    def _record_name(self, found: list[Statement], draft: Draft, fact: DraftFact, value: RecordName, _: object) -> None:
        """Which record is meant, the records of all notes tell."""
        call = Call(value.cls, value.text, value.period.start if value.period is not None else None)
        found.append(Statement(fact.property, CALL, call, fact.start, fact.end, draft.section))


def node_of(record: Record) -> int:
    """The node that a record is: a thing, or ``~number``."""
    return record.thing if record.thing >= 0 else ~record.number
