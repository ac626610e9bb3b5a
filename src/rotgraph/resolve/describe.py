"""In: what one note says, and what all names mean. Out: what it states. Room: resolve.

A function of the note and of the names it asks for: `Described` says which those were, so that it can be kept until one of them
means something else.
"""

from __future__ import annotations

from collections.abc import Sequence

from rotgraph.diagnostics import Diagnostic
from rotgraph.extract.headers import lookup
from rotgraph.extract.read_columns import field_of_quantity
from rotgraph.model.described import Asked, Described, Far
from rotgraph.model.draft import Draft, DraftFact, Local, Name, NoteFacts, RecordName, Subject
from rotgraph.model.schema import fold
from rotgraph.model.slug import note_key
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.resolve.check_links import check_links
from rotgraph.resolve.collect import ballots
from rotgraph.resolve.denote import of_caption, of_heading, words_of
from rotgraph.resolve.emit import Emitter, asked_by
from rotgraph.resolve.field_texts import FieldTexts
from rotgraph.resolve.names import Names as Meanings
from rotgraph.resolve.names import stem
from rotgraph.resolve.placing import Placer
from rotgraph.resolve.records import Keys, Record, Statement
from rotgraph.resolve.stating import Stating, node_of
from rotgraph.resolve.subjects import Home
from rotgraph.resolve.typed import rows_apart

__all__ = ["Describer"]

_LEANING = frozenset((RecordName, Local))
_NOT_SCANNED = frozenset(("file", "rating", "verdict", "url", "label", "missing", "metric", "title", "qualifier", "status"))
_THING, _TEXT = int(Kind.THING), int(Kind.TEXT)


class Describer:
    """Turns the drafts of notes into records and statements, one note after another."""

    def __init__(self, names: Meanings) -> None:
        self.names, self.schema, self.naming, self.subjects = names, names.schema, names.naming, names.subjects
        self.registry = names.naming.registry
        self._lookup = lookup(self.schema)
        self._texts, self._facts = FieldTexts(self.schema, names.naming), Stating(names)
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
        self._stated: list[Period | None] = []
        """The date stated for each section: innermost heading or source line, else the note's (ruling 22), which is the last."""
        for section in note.sections:
            above = self._stated[section.parent] if section.parent >= 0 else note.stated
            self._stated.append(section.stated if section.stated is not None else above)
        self._stated.append(note.stated)
        self._texts.turn_to(note, self._home.folder)
        self._facts.turn_to(self._home)

    def _told(self, note: NoteFacts) -> tuple[Described, Asked]:
        out = self._out
        for record in self._records:
            out.take(record.number, record.statements)
        for thing, statement in self._things:
            out.take(~thing, (statement,))
        out.take(0, self._mentioned(note))
        lone = []
        for thing, (start, end), statement in self._described:
            lone.append((out.count, start, end))
            out.take(~thing, (statement,))
        placer = Placer(note.path, note.line_starts, note.wide)
        checks = list(check_links(note, self._home.folder, self.naming.index, placer))
        asked = {*self.registry.asked, *map(stem, self.naming.index.asked), fold(note.title), fold(note.own_name)}
        described = out.freeze(
            note,
            placer.lines,
            self._records,
            lone,
            self._stated,
            [(each.number, tuple(filter(None, (*sorted(words_of(each)), fold(each.name))))) for each in self._here],
            [each for each in checks if isinstance(each, Far)],
            [each for each in checks if isinstance(each, Diagnostic)],
        )
        return described, asked_by(asked, self._facts.looked)

    def _mentioned(self, note: NoteFacts) -> list[Statement]:
        """Things that the note names in its text, linked or not, and that its records mention."""
        found: list[Statement] = []
        seen: set[int] = set()
        for each in self._records[0].statements:
            if each.property == "links" and isinstance(each.value, int):
                found.append(Statement("mentions", _THING, each.value, each.start, each.end, each.section))
                seen.add(each.value)
        for run in note.prose:
            end = run.start + len(run.text.encode())
            for thing, _, _ in self._facts.met(run.text, run.start, end, run.section):
                if thing not in seen and thing != self._home.thing:
                    seen.add(thing)
                    found.append(Statement("mentions", _THING, thing, run.start, end, run.section))
        for record in self._records[1:]:
            found += [each for each in record.statements if each.property == "mentions"]
        return found

    # records

    def _record(self, note: NoteFacts, at: int, draft: Draft, made: dict[int, Record]) -> Record:
        statements = _otherwise(self._facts.read(draft, draft.facts, made))
        if draft.form == "note":
            return self._note_record(note, draft, statements)
        if draft.members is not None:
            self._members(draft.members, statements)
        thing, name = -1, ""
        if draft.name is not None:
            name = draft.name.text
            if not draft.name.target:
                self._scan_name(draft.name, statements, draft.section)
        self._scan(statements)
        if draft.name is not None and self._is_thing(draft):
            thing = self._record_thing(draft.name, draft.cls)
            name = self.registry.label(thing) if thing >= 0 else name
        section = draft.section
        scope: tuple[str, ...] = (note.title,)
        if draft.cls not in self.schema.by_name:
            scope = (note.title, note.sections[section].text if section >= 0 else "")
        stated = self._stated[section]
        record = Record(
            len(self._records), draft.cls, name, draft.start, draft.end, section, note.sources[at], draft.table, draft.complete,
            thing, statements,
        )  # fmt: skip
        self._keys.give(record, scope, stated.edtf if stated is not None else note.title, self._records)
        self._records.append(record)
        if record.cls in self._kept:
            self._here.append(record)
        return record

    def _note_record(self, note: NoteFacts, draft: Draft, statements: list[Statement]) -> Record:
        about = Statement("about", _THING, self._home.thing, draft.start, draft.end, draft.section)
        record = Record(0, "note", note.title, 0, 0, -1, "", -1, complete=True, thing=-1, statements=[*statements, about])
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
        groups = [thing for thing, _, _ in self._facts.find(members.text) if self.registry.is_a(thing, ("group",))]
        if not groups:
            return
        for each in statements:
            thing = each.value if each.kind == _THING and each.property != "mentions" else -1
            if isinstance(thing, int) and thing >= 0 and self.registry.is_a(thing, ("firm",)):
                self._things.append((thing, Statement("group", _THING, groups[0], each.start, each.end, each.section)))

    def _scan(self, statements: list[Statement]) -> None:
        """Names without brackets in texts are mentions."""
        texts = [each for each in statements if each.kind == _TEXT and each.property not in _NOT_SCANNED]
        if not texts:
            return
        known = {each.value for each in statements if each.property == "mentions"}
        for each in texts:
            for thing, _, _ in self._facts.met(str(each.value), each.start, each.end, each.section):
                if thing not in known:
                    known.add(thing)
                    statements.append(Statement("mentions", _THING, thing, each.start, each.end, each.section))

    def _scan_name(self, name: Name, statements: list[Statement], section: int) -> None:
        """A record's name may name things: ``Mag 7 selloff``."""
        known = {each.value for each in statements if each.kind == _THING}
        for thing, start, end in self._facts.met(name.text, name.start, name.end, section):
            if thing not in known and (start, end) != (0, len(name.text)):
                known.add(thing)
                statements.append(Statement("mentions", _THING, thing, name.start, name.end, section))

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
            for each in self._facts.read(draft, (fact,), {}):
                place = each.start, each.end, each.section
                if each.kind == _THING and each.value == thing:
                    continue
                if each.kind == _THING and isinstance(each.value, int) and self._turned(thing, name):
                    field = self._lookup.inverses[name]
                    self._things.append((each.value, Statement(field.name, _THING, thing, *place)))
                    if field.name != name:
                        continue  # a field that is its own inverse holds both ways
                property_ = name if each.property == fact.property else each.property
                said.append(Statement(property_, each.kind, each.value, *place))
        for each in self._texts.read(thing, said, self._facts.find):
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
            statements = self._facts.read(draft, (fact,), made)
            record.statements += [
                Statement(name, each.kind, each.value, each.start, each.end, each.section) for each in statements
            ]
            for each in statements:
                if each.kind == _THING and isinstance(each.value, int) and each.value < 0:
                    part = self._records[~each.value]
                    kept = [other for other in part.statements if other.property != "about"]
                    about = Statement("about", _THING, node_of(record), each.start, each.end, each.section)
                    part.statements = [*kept, about]


def _in_order(drafts: Sequence[Draft]) -> list[int]:
    """The records among drafts: the note, those that lean on no other, those that write their key themselves, first."""
    records = []
    for at, draft in enumerate(drafts):
        if draft.form == "record" or draft.form == "note":
            leaning = not _LEANING.isdisjoint([fact.value.__class__ for fact in draft.facts])
            records.append((draft.form != "note", leaning, not draft.complete, at))
    records.sort()
    return [at for *_, at in records]


def _otherwise(statements: list[Statement]) -> list[Statement]:
    """A row's own words as metric replace the caption as metric."""
    if [each.property for each in statements].count("metric") < 2:
        return statements
    kept = next(each for each in statements if each.property == "metric")
    return [each for each in statements if each.property != "metric" or each is kept]
