"""In: drafts and names. Out: records with their statements, things with theirs. Room: resolve."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rotgraph.extract.headers import lookup
from rotgraph.extract.read_columns import field_of_quantity
from rotgraph.model.draft import Draft, DraftFact, Local, Name, Names, NoteFacts, RecordName, Subject
from rotgraph.model.schema import Schema, fold
from rotgraph.model.slug import note_key
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.resolve.field_texts import FieldTexts
from rotgraph.resolve.mentions import Mentions
from rotgraph.resolve.naming import Naming, folder_of
from rotgraph.resolve.records import Place, Record, Records, Statement, Value
from rotgraph.resolve.subjects import Subjects

__all__ = ["Describer"]

_WORD = re.compile(r"\w{3,}")
_PLAIN = {Quantity: Kind.QUANTITY, Period: Kind.PERIOD, str: Kind.TEXT, int: Kind.INTEGER}
"""Values that are what they are, whatever the other notes say."""
_LEANING = frozenset((RecordName, Local))
_NOT_SCANNED = frozenset(("file", "rating", "verdict", "url", "label", "missing", "metric", "title", "qualifier", "status"))


class Describer:
    """Turns drafts into records and statements, note by note."""

    def __init__(self, schema: Schema, notes: Sequence[NoteFacts], naming: Naming, subjects: Subjects, mentions: Mentions) -> None:
        self.schema, self.notes, self.naming, self.subjects, self.mentions = schema, notes, naming, subjects, mentions
        self.registry = naming.registry
        self.records = Records(schema)
        self.things: list[tuple[int, Statement]] = []
        """Statements about things."""
        self.unknown: list[tuple[int, RecordName]] = []
        """Record names that nothing answers to, with their note."""
        self.note_records: dict[int, Record] = {}
        self.thing_records: dict[int, list[Record]] = {}
        """Records that are things, by thing."""
        self._described: dict[tuple[int, str], list[tuple[int, tuple[int, int], Statement]]] = {}
        self._labels: dict[int, str] = {}
        self._here: list[Record] = []
        """Records of the note at hand."""
        self._by_word: dict[tuple[str, str], dict[int, Record]] = {}
        """Merged, named records by class and folded words of theirs."""
        self._lookup = lookup(schema)
        self._texts = FieldTexts(schema, notes, naming, self.find)
        self._named: dict[str, bool] = {each.name: each.named for each in schema.classes}
        self._observing = {each.name for each in schema.classes if each.value}

    def note(self, number: int, note: NoteFacts) -> None:
        """All drafts of one note: complete records first, then those that lean on them."""
        made: dict[int, Record] = {}
        self._here = []
        order = sorted(
            range(len(note.drafts)),
            key=lambda at: (note.drafts[at].form != "note", _leans(note.drafts[at]), not note.drafts[at].complete, at),
        )
        for at in order:
            draft = note.drafts[at]
            if draft.form in ("record", "note"):
                made[at] = self._record(number, note, at, draft, made)
                self._keep(made[at])
        for draft in note.drafts:
            if draft.form in ("thing", "described", "headed"):
                self._thing(number, draft)
            elif draft.form in ("heading", "caption"):
                self._attach(number, note, draft, made)

    def _keep(self, record: Record) -> None:
        """Index a record by what other cells may call it."""
        definition = self.schema.by_name.get(record.cls)
        if definition is None or not definition.merge or definition.value or not definition.named:
            return
        self._here.append(record)
        for word in (*self._words(record), fold(record.name)):
            if word:
                self._by_word.setdefault((record.cls, word), {})[record.number] = record

    def finish(self) -> None:
        """What only a sole row says of a thing holds now that all rows are read."""
        for (thing, _), found in self._described.items():
            if len({(note, place) for note, place, _ in found}) == 1:
                self.things.extend((thing, statement) for _, _, statement in found)

    def label(self, thing: int) -> str:
        found = self._labels.get(thing)
        if found is None:
            found = self._labels[thing] = self.registry.label(thing)
        return found

    # values

    def _statements(self, number: int, draft: Draft, fact: DraftFact, made: dict[int, Record]) -> list[Statement]:
        place = Place(number, fact.start, fact.end, draft.section)
        value = fact.value
        kind = _PLAIN.get(value.__class__)
        if kind is not None:
            return [Statement(fact.property, kind, value, place)]  # type: ignore[arg-type]  # as the table says
        if isinstance(value, Subject):
            return self._subject(number, draft, fact, value, place)
        if isinstance(value, Local):
            record = made.get(value.index)
            return [Statement(fact.property, Kind.THING, record.node, place)] if record else []
        if isinstance(value, RecordName):
            return self._record_name(number, fact, value, place)
        return self._named_things(number, draft, fact, value, place)  # type: ignore[arg-type]  # nothing else is left

    def _named_things(self, number: int, draft: Draft, fact: DraftFact, value: Name | Names, place: Place) -> list[Statement]:
        folder = folder_of(self.notes[number].path)
        if isinstance(value, Name):
            thing = self.naming.name(value, number, folder, draft.section)
            return [Statement(fact.property, Kind.THING, thing, place)] if thing >= 0 else []
        if value.scan:
            found = [thing for thing, _, _ in self.find(value.text, place) if self.registry.is_a(thing, value.scan)]
            return [Statement(fact.property, Kind.THING, thing, place) for thing in dict.fromkeys(found)]
        named = [
            Statement(fact.property, Kind.THING, thing, Place(number, start, end, draft.section))
            for thing, start, end in self.naming.names(value, number, folder, draft.section)
        ]
        return [*named, *(Statement("remark", Kind.TEXT, text, place) for text in self.naming.prose(value, folder))]

    def find(self, text: str, place: Place | None = None) -> list[tuple[int, int, int]]:
        """Things that a text names without brackets; a thing that stood nowhere yet stands at ``place``."""
        found = self.mentions.find(text)
        if place is not None:
            for number, _, _ in found:
                thing = self.registry.things[number]
                if thing.first is None:
                    thing.first = (place.note, place.start, place.end, place.section)
        return found

    def _subject(self, number: int, draft: Draft, fact: DraftFact, value: Subject, place: Place) -> list[Statement]:
        field = self.schema.fields(draft.cls).get(fact.property) if draft.cls else None
        wanted = fact.cls if value.prefix and field is not None and field.ranges and fact.property != "about" else ""
        thing, own_words = self.subjects.resolve(value, number, wanted)
        found = []
        if field is not None and field.own and field.ranges and not own_words and not self.registry.is_a(thing, field.ranges):
            return []
        if thing >= 0:
            found.append(Statement(fact.property, Kind.THING, thing, place))
        if value.otherwise and not own_words and value.name is not None and value.name.text:
            found.append(Statement(value.otherwise, Kind.TEXT, value.name.text, place))
        return found

    def _record_name(self, number: int, fact: DraftFact, value: RecordName, place: Place) -> list[Statement]:
        record = self._find_record(value, number)
        if record is None:
            self.unknown.append((number, value))
            return [Statement(fact.property, Kind.TEXT, value.text, place)]
        return [Statement(fact.property, Kind.THING, record.node, place)]

    def _find_record(self, value: RecordName, number: int) -> Record | None:
        """The record of a class with that name or first key: of this note before others, of that period before others."""
        found = list(self._by_word.get((value.cls, fold(value.text)), {}).values())
        here = [each for each in found if each.place.note == number]
        for pool in (here, found):
            if len(pool) > 1 and value.period is not None:
                start = value.period.start
                pool = [each for each in pool if any(isinstance(v, Period) and v.start == start for _, v in _periods(each))] or pool
            if len(pool) > 1:
                pool = [each for each in pool if each.complete] or pool
            if len(pool) == 1:
                return pool[0]
        return None

    def _words(self, record: Record) -> set[str]:
        return {fold(each.value) for each in record.statements if each.kind is Kind.TEXT and isinstance(each.value, str)}

    # records

    def _record(self, number: int, note: NoteFacts, at: int, draft: Draft, made: dict[int, Record]) -> Record:
        statements = [each for fact in draft.facts for each in self._statements(number, draft, fact, made)]
        statements = _otherwise(statements)
        place = Place(number, draft.start, draft.end, draft.section)
        if draft.form == "note":
            return self._note_record(number, note, statements, place)
        self._members(draft, statements)
        if draft.name is not None and not draft.name.target:
            self._scan_name(draft.name, statements, place)
        self._scan(statements)
        thing = -1
        name = draft.name.text if draft.name is not None else ""
        if draft.name is not None and self._is_thing(draft):
            thing = self._record_thing(draft.name, number, draft.cls)
            name = self.label(thing) if thing >= 0 else name
        named = [each.value for each in statements if each.kind is Kind.THING and isinstance(each.value, int) and each.value >= 0]
        labels = {value: self.label(value) for value in named}
        scope: tuple[str, ...] = (note.title,)
        if draft.cls not in self.schema.by_name:
            heading = note.sections[draft.section].text if draft.section >= 0 else ""
            scope = (note.title, heading)
        stated = self.stated(number, draft.section)
        record = self.records.place(
            draft.cls, name, statements, place, note.sources[at], table=draft.table, complete=draft.complete, scope=scope,
            stated=stated.edtf if stated is not None else note.title, thing=thing, labels=labels,
        )  # fmt: skip
        if thing >= 0 and record not in self.thing_records.setdefault(thing, []):
            self.thing_records[thing].append(record)
        return record

    def _note_record(self, number: int, note: NoteFacts, statements: list[Statement], place: Place) -> Record:
        where, key = Place(number, 0, 0, -1), note_key(note.path)
        record = Record(len(self.records.all), "note", key, note.title, (number, -1), where, "", complete=True)
        about = Statement("about", Kind.THING, self.registry.of_note[number], place)
        record.add([*statements, about], leading=False)
        self.records.all.append(record)
        self.note_records[number] = record
        return record

    def _is_thing(self, draft: Draft) -> bool:
        definition = self.schema.by_name.get(draft.cls)
        return definition is not None and definition.named and definition.key == ("name",)

    def _record_thing(self, name: Name, number: int, cls: str) -> int:
        """The thing that a linked key cell is; without a link, a note of that name whose class says the same."""
        if name.target:
            return self.naming.linked(name, number, folder_of(self.notes[number].path))
        if self.registry.is_known(name.text):
            thing = self.registry.known(name.text)
            if self.registry.things[thing].note >= 0 and self.registry.is_a(thing, (cls,)):
                return thing
        return -1

    def _members(self, draft: Draft, statements: list[Statement]) -> None:
        """A group named in the heading over a column of stocks has them as members (ruling 6)."""
        if draft.members is None:
            return
        groups = [thing for thing, _, _ in self.find(draft.members.text) if self.registry.is_a(thing, ("group",))]
        if not groups:
            return
        for each in statements:
            thing = each.value if each.kind is Kind.THING and each.property != "mentions" else -1
            if isinstance(thing, int) and thing >= 0 and self.registry.is_a(thing, ("firm",)):
                self.things.append((thing, Statement("group", Kind.THING, groups[0], each.place)))

    def _scan(self, statements: list[Statement]) -> None:
        """Names without brackets in texts are mentions."""
        known = {each.value for each in statements if each.property == "mentions"}
        texts = [each for each in statements if each.kind is Kind.TEXT and each.property not in _NOT_SCANNED]
        for each in texts:
            for thing, _, _ in self.find(str(each.value), each.place):
                if thing not in known:
                    known.add(thing)
                    statements.append(Statement("mentions", Kind.THING, thing, each.place))

    def _scan_name(self, name: Name, statements: list[Statement], place: Place) -> None:
        """A record's name may name things: ``Mag 7 selloff``."""
        known = {each.value for each in statements if each.kind is Kind.THING}
        where = Place(place.note, name.start, name.end, place.section)
        for thing, start, end in self.find(name.text, where):
            if thing not in known and (start, end) != (0, len(name.text)):
                known.add(thing)
                statements.append(Statement("mentions", Kind.THING, thing, where))

    # things

    def _thing(self, number: int, draft: Draft) -> None:
        facts = list(draft.facts)
        if draft.name is not None:
            thing = self.naming.name(draft.name, number, folder_of(self.notes[number].path), draft.section)
        elif facts and isinstance(facts[0].value, Subject):
            thing = self.subjects.own(number, facts[0].value.section)
            if draft.form == "headed" and thing == self.registry.of_note[number]:
                return
            facts = facts[1:]
        else:
            return
        if thing < 0:
            return
        said: list[Statement] = []
        for fact in facts:
            name = self._property_of(thing, draft, fact)
            for each in self._statements(number, draft, fact, {}):
                if each.kind is Kind.THING and each.value == thing:
                    continue
                if each.kind is Kind.THING and isinstance(each.value, int) and self._turned(thing, name):
                    self.things.append((each.value, Statement(self._lookup.inverses[name].name, Kind.THING, thing, each.place)))
                    continue
                property_ = name if each.property == fact.property else each.property
                said.append(Statement(property_, each.kind, each.value, each.place))
        for each in self._texts.read(thing, said):
            if draft.form == "described":
                self._described.setdefault((thing, each.property), []).append((number, (draft.start, draft.end), each))
            else:
                self.things.append((thing, each))

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

    def _attach(self, number: int, note: NoteFacts, draft: Draft, made: dict[int, Record]) -> None:
        """Facts of the record that a heading or the header over a picture denotes."""
        record = self._of_heading(note, draft.section) if draft.form == "heading" else self._of_caption(draft)
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
            statements = self._statements(number, draft, fact, made)
            record.add([Statement(name, each.kind, each.value, each.place) for each in statements], leading=False)
            for each in statements:
                if each.kind is Kind.THING and isinstance(each.value, int) and each.value < 0:
                    self._about(self.records.all[~each.value], record, each.place)

    def _about(self, part: Record, whole: Record, place: Place) -> None:
        kept = [each for each in part.statements if each.property != "about"]
        part.statements[:] = [*kept, Statement("about", Kind.THING, whole.node, place)]

    def _of_heading(self, note: NoteFacts, section: int) -> Record | None:
        """The record with the heading's period in its key; of several, the one that shares most words with the rest of it."""
        if section < 0 or note.sections[section].period is None:
            return None
        each = note.sections[section]
        period = each.period
        found = [record for record in dict.fromkeys(self._here) if self._keyed_by(record, period)]
        if len(found) <= 1:
            return found[0] if found else None
        words = {fold(word) for word in _WORD.findall(each.rest)}
        scores = [(len(words & self._vocabulary(record)), record) for record in found]
        best = max(score for score, _ in scores)
        top = [record for score, record in scores if score == best]
        return top[0] if best and len(top) == 1 else None

    def _keyed_by(self, record: Record, period: Period | None) -> bool:
        definition = self.schema.by_name.get(record.cls)
        if definition is None or period is None or not definition.merge or definition.value:
            return False
        fields = self.schema.fields(record.cls)
        keys = [key for key in definition.key if key in fields and fields[key].kind == "period"]
        values = [value for key in keys for _, value in record.values(key)]
        return any(isinstance(v, Period) and (v.start, v.end) == (period.start, period.end) for v in values)

    def _vocabulary(self, record: Record) -> set[str]:
        texts = [str(each.value) for each in record.statements if each.kind is Kind.TEXT]
        texts.append(record.source)
        return {fold(word) for text in texts for word in _WORD.findall(text)}

    def _of_caption(self, draft: Draft) -> Record | None:
        if draft.name is None:
            return None
        wanted = fold(draft.name.text)
        found = [each for each in dict.fromkeys(self._here) if each.cls != "chart" and wanted in self._words(each)]
        return found[0] if len(found) == 1 else None

    def stated(self, number: int, section: int) -> Period | None:
        """The date stated for a section: innermost heading or source line, else the note's (ruling 22)."""
        note = self.notes[number]
        while section >= 0:
            each = note.sections[section]
            if each.stated is not None:
                return each.stated
            section = each.parent
        return note.stated


def _leans(draft: Draft) -> bool:
    """A draft that names records is read when they are there."""
    return any(fact.value.__class__ in _LEANING for fact in draft.facts)


def _periods(record: Record) -> list[tuple[Kind, Value]]:
    return [(each.kind, each.value) for each in record.statements if each.kind is Kind.PERIOD]


def _otherwise(statements: list[Statement]) -> list[Statement]:
    """A row's own words as metric replace the caption as metric."""
    metrics = [each for each in statements if each.property == "metric"]
    if len(metrics) < 2:
        return statements
    kept = metrics[0]
    return [each for each in statements if each.property != "metric" or each is kept]
