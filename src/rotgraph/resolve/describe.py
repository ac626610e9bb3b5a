"""In: what one note says, and what all names mean. Out: what it states. Room: resolve.

A function of the note and of the names it asks for: `Described` says which those were, so that it can be kept until one of them
means something else.
"""

from __future__ import annotations

from collections.abc import Sequence

from rotgraph.diagnostics import Diagnostic
from rotgraph.extract.headers import lookup
from rotgraph.extract.read_columns import field_of_quantity
from rotgraph.model.described import CALL, Asked, Call, Described, Far
from rotgraph.model.draft import Draft, DraftFact, Local, Name, Names, NoteFacts, RecordName, Subject
from rotgraph.model.schema import fold
from rotgraph.model.slug import note_key
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.resolve.check_links import check_links
from rotgraph.resolve.collect import ballots, wanted
from rotgraph.resolve.denote import of_caption, of_heading, words_of
from rotgraph.resolve.emit import Emitter, asked_by
from rotgraph.resolve.field_texts import FieldTexts
from rotgraph.resolve.names import Names as Meanings
from rotgraph.resolve.names import stem
from rotgraph.resolve.placing import Placer
from rotgraph.resolve.records import Keys, Place, Record, Statement
from rotgraph.resolve.subjects import Home
from rotgraph.resolve.typed import rows_apart

__all__ = ["Describer"]

_PLAIN = {Quantity: Kind.QUANTITY, Period: Kind.PERIOD, str: Kind.TEXT, int: Kind.INTEGER}
"""Values that are what they are, whatever the other notes say."""
_LEANING = frozenset((RecordName, Local))
_NOT_SCANNED = frozenset(("file", "rating", "verdict", "url", "label", "missing", "metric", "title", "qualifier", "status"))
_THING, _TEXT = Kind.THING, Kind.TEXT


class Describer:
    """Turns the drafts of notes into records and statements, one note after another."""

    def __init__(self, names: Meanings) -> None:
        self.names, self.schema, self.naming, self.subjects = names, names.schema, names.naming, names.subjects
        self.registry = names.naming.registry
        self._lookup = lookup(self.schema)
        self._texts = FieldTexts(self.schema, names.naming)
        self._kept = frozenset(each.name for each in self.schema.classes if each.merge and each.named and not each.value)
        """Classes whose records other cells may call by name."""

    def describe(self, note: NoteFacts) -> tuple[Described, Asked]:
        """What one note states, and what that depends on.

        Shape: the note itself first, then its records in the order of their drafts, those that lean on others last.
        Diagnostics: RG201 to RG203 and RG208 (links).
        """
        note = rows_apart(note, self.names.typed)
        self.registry.forget()
        self.naming.index.asked.clear()
        self._start(note)
        drafts = note.drafts
        made: dict[int, Record] = {}
        for at in _in_order(drafts):
            made[at] = self._record(note, at, drafts[at], made)
        for draft in drafts:
            if draft.form in ("thing", "described", "headed"):
                self._thing(draft)
            elif draft.form in ("heading", "caption"):
                self._attach(draft, made)
        return self._told(note)

    def _start(self, note: NoteFacts) -> None:
        self._note = note
        self._home = Home(note, self.names.numbers[note.path], self.registry.of_note[self.names.numbers[note.path]])
        self.subjects.count(self._home, ballots(note.drafts))
        self._out = Emitter(self.registry)
        things = self.registry.things
        self._keys = Keys(self.schema, self.registry.label, lambda number: things[number].key, self._out.call)
        self._records: list[Record] = []
        self._here: list[Record] = []
        """Records that headings, captions and cells may mean, one of each key."""
        self._things: list[tuple[int, Statement]] = []
        self._described: list[tuple[int, tuple[int, int], Statement]] = []
        self._looked: list[str] = []
        self._texts.turn_to(note, self._home.folder)

    def _told(self, note: NoteFacts) -> tuple[Described, Asked]:
        out = self._out
        for record in self._records:
            out.take(record.number, record.statements)
        for thing, statement in self._things:
            out.take(~out.thing(thing), (statement,))
        out.take(0, self._mentioned(note))
        lone = []
        for thing, (start, end), statement in self._described:
            lone.append((out.count, start, end))
            out.take(~out.thing(thing), (statement,))
        placer = Placer(note.path, note.line_starts, note.wide)
        checks = list(check_links(note, self._home.folder, self.naming.index, placer))
        asked = {*self.registry.asked, *map(stem, self.naming.index.asked), fold(note.title)}
        described = out.freeze(
            note,
            placer.lines,
            self._records,
            lone,
            [self._stated(section) for section in (*range(len(note.sections)), -1)],
            [(each.number, tuple(filter(None, (*sorted(words_of(each)), fold(each.name))))) for each in self._here],
            [each for each in checks if isinstance(each, Far)],
            [each for each in checks if isinstance(each, Diagnostic)],
        )
        return described, asked_by(asked, self._looked)

    def _mentioned(self, note: NoteFacts) -> list[Statement]:
        """Things that the note names in its text, linked or not, and that its records mention."""
        found: list[Statement] = []
        seen: set[int] = set()
        for each in self._records[0].statements:
            if each.property == "links" and isinstance(each.value, int):
                found.append(Statement("mentions", _THING, each.value, each.place))
                seen.add(each.value)
        for run in note.prose:
            place = Place(run.start, run.start + len(run.text.encode()), run.section)
            for thing, _, _ in self._find(run.text, place):
                if thing not in seen and thing != self._home.thing:
                    seen.add(thing)
                    found.append(Statement("mentions", _THING, thing, place))
        for record in self._records[1:]:
            found += [each for each in record.statements if each.property == "mentions"]
        return found

    # values

    def _read(self, draft: Draft, made: dict[int, Record]) -> list[Statement]:
        """What a record states; most of it is what it is, whatever the other notes say."""
        found, section = [], draft.section
        for fact in draft.facts:
            value = fact.value
            kind = _PLAIN.get(value.__class__)
            if kind is not None:
                found.append(Statement(fact.property, kind, value, Place(fact.start, fact.end, section)))  # type: ignore[arg-type]
            else:
                found += self._statements(draft, fact, made)
        return found

    def _statements(self, draft: Draft, fact: DraftFact, made: dict[int, Record]) -> list[Statement]:
        place = Place(fact.start, fact.end, draft.section)
        value = fact.value
        kind = _PLAIN.get(value.__class__)
        if kind is not None:
            return [Statement(fact.property, kind, value, place)]  # type: ignore[arg-type]  # as the table says
        if isinstance(value, Subject):
            return self._subject(draft, fact, value, place)
        if isinstance(value, Local):
            record = made.get(value.index)
            return [Statement(fact.property, _THING, _node(record), place)] if record else []
        if isinstance(value, RecordName):
            return self._record_name(fact, value, place)
        return self._named_things(draft, fact, value, place)  # type: ignore[arg-type]  # nothing else is left

    def _named_things(self, draft: Draft, fact: DraftFact, value: Name | Names, place: Place) -> list[Statement]:
        folder = self._home.folder
        if isinstance(value, Name):
            thing = self.naming.name(value, 0, folder, draft.section)
            return [Statement(fact.property, _THING, thing, place)] if thing >= 0 else []
        if value.scan:
            found = [thing for thing, _, _ in self._find(value.text, place) if self.registry.is_a(thing, value.scan)]
            return [Statement(fact.property, _THING, thing, place) for thing in dict.fromkeys(found)]
        named = [
            Statement(fact.property, _THING, thing, Place(start, end, draft.section))
            for thing, start, end in self.naming.names(value, 0, folder, draft.section)
        ]
        if draft.name is not None and draft.name.start == fact.start:
            return named  # the record is called by the whole of it
        return [*named, *(Statement("remark", _TEXT, text, place) for text in self.naming.prose(value))]

    def _find(self, text: str, place: Place | None = None) -> list[tuple[int, int, int]]:
        """Things that a text names without brackets; a thing that stood nowhere yet stands at ``place``."""
        self._looked.append(text)
        found = self.names.mentions.find(text)
        if place is not None:
            for number, _, _ in found:
                self.registry.stood(number, 0, place.start, place.end, place.section)
        return found

    def _subject(self, draft: Draft, fact: DraftFact, value: Subject, place: Place) -> list[Statement]:
        field = self.schema.fields(draft.cls).get(fact.property) if draft.cls else None
        thing, own_words = self.subjects.resolve(value, self._home, wanted(draft, fact, value, self.schema))
        found = []
        if field is not None and field.own and field.ranges and not own_words and not self.registry.is_a(thing, field.ranges):
            return []
        if thing >= 0:
            found.append(Statement(fact.property, _THING, thing, place))
        if value.otherwise and not own_words and value.name is not None and value.name.text:
            found.append(Statement(value.otherwise, _TEXT, value.name.text, place))
        return found

    def _record_name(self, fact: DraftFact, value: RecordName, place: Place) -> list[Statement]:
        """Which record is meant, the records of all notes tell."""
        start = value.period.start if value.period is not None else None
        return [Statement(fact.property, CALL, Call(value.cls, value.text, start), place)]

    # records

    def _record(self, note: NoteFacts, at: int, draft: Draft, made: dict[int, Record]) -> Record:
        statements = _otherwise(self._read(draft, made))
        place = Place(draft.start, draft.end, draft.section)
        if draft.form == "note":
            return self._note_record(note, statements, place)
        if draft.members is not None:
            self._members(draft.members, statements)
        thing, name = -1, ""
        if draft.name is not None:
            name = draft.name.text
            if not draft.name.target:
                self._scan_name(draft.name, statements, place)
        self._scan(statements)
        if draft.name is not None and self._is_thing(draft):
            thing = self._record_thing(draft.name, draft.cls)
            name = self.registry.label(thing) if thing >= 0 else name
        scope: tuple[str, ...] = (note.title,)
        if draft.cls not in self.schema.by_name:
            scope = (note.title, note.sections[draft.section].text if draft.section >= 0 else "")
        stated = self._stated(draft.section)
        record = Record(len(self._records), draft.cls, name, place, note.sources[at], draft.table, draft.complete, thing)
        record.statements = statements
        self._keys.give(record, scope, stated.edtf if stated is not None else note.title, self._records)
        self._records.append(record)
        if record.cls in self._kept:
            self._here.append(record)
        return record

    def _note_record(self, note: NoteFacts, statements: list[Statement], place: Place) -> Record:
        record = Record(0, "note", note.title, Place(0, 0, -1), "", -1, complete=True)
        record.statements = [*statements, Statement("about", _THING, self._home.thing, place)]
        record.base, record.label = note_key(note.path), note.title
        self._records.append(record)
        return record

    def _is_thing(self, draft: Draft) -> bool:
        definition = self.schema.by_name.get(draft.cls)
        return definition is not None and definition.named and definition.key == ("name",)

    def _record_thing(self, name: Name, cls: str) -> int:
        """The thing that a linked key cell is; without a link, a note of that name whose class says the same."""
        if name.target:
            return self.naming.linked(name, 0, self._home.folder)
        if self.registry.is_known(name.text):
            thing = self.registry.known(name.text)
            if self.registry.things[thing].note >= 0 and self.registry.is_a(thing, (cls,)):
                return thing
        return -1

    def _members(self, members: Name, statements: list[Statement]) -> None:
        """A group named in the heading over a column of stocks has them as members (ruling 6)."""
        groups = [thing for thing, _, _ in self._find(members.text) if self.registry.is_a(thing, ("group",))]
        if not groups:
            return
        for each in statements:
            thing = each.value if each.kind is _THING and each.property != "mentions" else -1
            if isinstance(thing, int) and thing >= 0 and self.registry.is_a(thing, ("firm",)):
                self._things.append((thing, Statement("group", _THING, groups[0], each.place)))

    def _scan(self, statements: list[Statement]) -> None:
        """Names without brackets in texts are mentions."""
        texts = [each for each in statements if each.kind is _TEXT and each.property not in _NOT_SCANNED]
        if not texts:
            return
        known = {each.value for each in statements if each.property == "mentions"}
        for each in texts:
            for thing, _, _ in self._find(str(each.value), each.place):
                if thing not in known:
                    known.add(thing)
                    statements.append(Statement("mentions", _THING, thing, each.place))

    def _scan_name(self, name: Name, statements: list[Statement], place: Place) -> None:
        """A record's name may name things: ``Mag 7 selloff``."""
        known = {each.value for each in statements if each.kind is _THING}
        where = Place(name.start, name.end, place.section)
        for thing, start, end in self._find(name.text, where):
            if thing not in known and (start, end) != (0, len(name.text)):
                known.add(thing)
                statements.append(Statement("mentions", _THING, thing, where))

    # things

    def _thing(self, draft: Draft) -> None:
        facts = list(draft.facts)
        if draft.name is not None:
            thing = self.naming.name(draft.name, 0, self._home.folder, draft.section)
        elif facts and isinstance(facts[0].value, Subject):
            thing = self.subjects.own(self._home, facts[0].value.section)
            if draft.form == "headed" and thing == self._home.thing:
                return
            facts = facts[1:]
        else:
            return
        if thing < 0:
            return
        said: list[Statement] = []
        for fact in facts:
            name = self._property_of(thing, draft, fact)
            for each in self._statements(draft, fact, {}):
                if each.kind is _THING and each.value == thing:
                    continue
                if each.kind is _THING and isinstance(each.value, int) and self._turned(thing, name):
                    field = self._lookup.inverses[name]
                    self._things.append((each.value, Statement(field.name, _THING, thing, each.place)))
                    if field.name != name:
                        continue  # a field that is its own inverse holds both ways
                property_ = name if each.property == fact.property else each.property
                said.append(Statement(property_, each.kind, each.value, each.place))
        for each in self._texts.read(thing, said, self._find):
            if draft.form == "described":
                self._described.append((thing, (draft.start, draft.end), each))
            else:
                self._things.append((thing, each))

    def _turned(self, thing: int, name: str) -> bool:
        """Whether a property is the other direction of a field: the members of a group say `group` of each."""
        field = self._lookup.inverses.get(name)
        return field is not None and (not field.ranges or self.registry.is_a(thing, field.ranges))

    def _property_of(self, thing: int, draft: Draft, fact: DraftFact) -> str:
        """The field as the thing's own class calls it: the ``Ticker`` of a fund is its symbol."""
        if not draft.cls:
            return fact.property
        for cls in self.registry.direct(thing):
            if self.schema.is_a(cls, draft.cls):
                return fact.property
            found = self._lookup.field(cls, fact.property.replace("_", " "))
            if found is not None:
                return found.name
        return fact.property

    # headings and captions

    def _attach(self, draft: Draft, made: dict[int, Record]) -> None:
        """Facts of the record that a heading or the header over a picture denotes."""
        if draft.form == "heading":
            record = of_heading(self.schema, self._here, self._note.sections[draft.section]) if draft.section >= 0 else None
        else:
            record = of_caption(self._here, draft.name)
        if record is None:
            return
        definition = self.schema.by_name.get(record.cls)
        fields = self.schema.fields(record.cls)
        for fact in draft.facts:
            name = fact.property
            if not name and definition is not None and isinstance(fact.value, Quantity):
                found = field_of_quantity(definition, fact.value)
                name = found.name if found else ""
            elif "." in name:
                cls, _, name = name.partition(".")
                name = name if cls == record.cls else ""
            if name not in fields:
                continue
            statements = self._statements(draft, fact, made)
            record.statements += [Statement(name, each.kind, each.value, each.place) for each in statements]
            for each in statements:
                if each.kind is _THING and isinstance(each.value, int) and each.value < 0:
                    part = self._records[~each.value]
                    kept = [other for other in part.statements if other.property != "about"]
                    part.statements = [*kept, Statement("about", _THING, _node(record), each.place)]

    def _stated(self, section: int) -> Period | None:
        """The date stated for a section: innermost heading or source line, else the note's (ruling 22)."""
        while section >= 0:
            each = self._note.sections[section]
            if each.stated is not None:
                return each.stated
            section = each.parent
        return self._note.stated


def _in_order(drafts: Sequence[Draft]) -> list[int]:
    """The records among drafts: the note, those that lean on no other, those that write their key themselves, first."""
    records = []
    for at, draft in enumerate(drafts):
        if draft.form == "record" or draft.form == "note":
            leaning = False
            for fact in draft.facts:
                if fact.value.__class__ in _LEANING:
                    leaning = True
                    break
            records.append((draft.form != "note", leaning, not draft.complete, at))
    records.sort()
    return [at for *_, at in records]


def _node(record: Record) -> int:
    return record.thing if record.thing >= 0 else ~record.number


def _otherwise(statements: list[Statement]) -> list[Statement]:
    """A row's own words as metric replace the caption as metric."""
    metrics = [each for each in statements if each.property == "metric"]
    if len(metrics) < 2:
        return statements
    kept = metrics[0]
    return [each for each in statements if each.property != "metric" or each is kept]
