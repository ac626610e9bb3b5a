"""In: what a row may be about. Out: the thing it is about. Room: resolve."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rotgraph.extract.headers import lookup
from rotgraph.extract.sections import read_period
from rotgraph.model.draft import Name, NoteFacts, SectionFacts, Subject
from rotgraph.model.named import Ballot, NoteNames
from rotgraph.model.schema import Schema, fold
from rotgraph.model.value import Precision
from rotgraph.resolve.naming import Naming, folder_of

__all__ = ["Home", "Subjects"]

_TOKEN = re.compile(r"\S+")
_BRACKETED = re.compile(r"\((?:[A-Z]+:\s?)?([A-Z]{1,6})\)")


def _is_day(title: str) -> bool:
    return title[:1].isdigit() and (found := read_period(title)) is not None and found.precision is Precision.DAY


class Home:
    """The note in which rows stand: its headings, its thing, what its tables have decided."""

    __slots__ = ("called", "folder", "journal", "number", "own", "sections", "thing", "title", "votes")

    def __init__(self, note: NoteNames | NoteFacts, number: int, thing: int) -> None:
        self.number, self.thing = number, thing
        self.folder = folder_of(note.path)
        self.title, self.called = fold(note.own_name), frozenset(map(fold, (note.own_name, *note.aliases)))
        self.sections: Sequence[SectionFacts] = note.sections
        self.journal = _is_day(note.title)
        """It is called by a day: what it speaks of, its headings say."""
        self.votes: dict[int, bool] = {}
        self.own: dict[int, int] = {}


class Subjects:
    """Decides what rows are about: their own words, the headings above them, the note."""

    def __init__(self, schema: Schema, naming: Naming) -> None:
        self.schema, self.naming = schema, naming
        self.registry = naming.registry
        self.measured = tuple(dict.fromkeys(cls for each in schema.classes for cls in each.subjects))
        self._leads = tuple(cls for each in schema.classes for cls in each.leads)
        self._holding, self._listing = frozenset(schema.holding_words), frozenset(schema.listing_words)
        self._exchanges = frozenset(schema.exchanges)
        self._aside = tuple(each.name for each in schema.classes if each.aside)
        headers = lookup(schema)
        self._words = frozenset(headers.thing_headers.keys() | headers.thing_fields.keys())

    def settle(self, notes: Sequence[NoteNames]) -> None:
        """Make things of the names that rows and columns turn out to be, and class those that fields ask for."""
        decided: list[tuple[int, dict[int, bool]]] = []
        for number, note in enumerate(notes):
            self.registry.speaker = number
            home = Home(note, number, self.registry.of_note[number])
            self.count(home, note.ballots)
            if note.prefixed or any(home.votes.values()):
                decided.append((number, home.votes))
        for number, votes in decided:
            self.registry.speaker = number
            home = Home(notes[number], number, self.registry.of_note[number])
            home.votes = votes
            self.name(home, notes[number])

    def name(self, home: Home, note: NoteNames) -> None:
        """The names of rows and columns that are counted."""
        for ballot in note.ballots:
            if home.votes[ballot.vote]:
                for name in ballot.names:
                    self.naming.name(name, home.number, home.folder, ballot.section)
        for subject, cls in note.prefixed:
            self.resolve(subject, home, cls)

    def count(self, home: Home, ballots: Sequence[Ballot]) -> None:
        """Rows or columns of one table decide together whether they are names."""
        for ballot in ballots:
            known = named = 0
            for name in ballot.names:
                measured = bool(name.target) or self._measurable(name.text)
                known += measured
                named += measured or self._names(name.text)
            if ballot.kind:  # the header says what things its rows are: they are parts of what is measured only where that is known
                owned = self.registry.is_a(self.own(home, ballot.section), self.measured)
                decided = not owned or named * 2 >= len(ballot.names)
            elif ballot.otherwise == "metric":
                decided = known * 2 >= len(ballot.names)
            else:
                decided = known > 0 or named * 2 >= len(ballot.names)
            home.votes[ballot.vote] = decided

    def _names(self, text: str) -> bool:
        """Whether words are the name of some thing, be it measured or not, and no plain words."""
        folded = fold(text)
        return folded not in self._words and folded not in self.registry.plain and self.registry.is_known(text)

    def _measurable(self, text: str) -> bool:
        """Whether words name something that is measured; a word that is a field (``HQ``) is that field."""
        if not self.registry.is_known(text) or fold(text) in self._words:
            return False
        return self.registry.is_a(self.registry.known(text), self.measured)

    def resolve(self, subject: Subject, home: Home, cls: str = "") -> tuple[int, bool]:
        """The thing, and whether the subject's own words named it.

        ``cls`` is the class its field asks for: a name without any class will do then.
        """
        name = subject.name
        if name is not None:
            if subject.vote >= 0 and not subject.certain:
                if home.votes.get(subject.vote):
                    return self._made(name, home, subject.section), True
                return self.own(home, subject.section), False
            if name.target or subject.certain:
                number = self._made(name, home, subject.section)
                if number >= 0 and (subject.certain or not subject.prefix or self.registry.is_a(number, self.measured)):
                    return number, True
            elif self._measurable(name.text) and not (subject.prefix and not self._certain(name.text)):
                return self._known(name.text, home), True
            if subject.prefix:
                number = self.beginning(name.text, cls, home)
                if number >= 0 and (cls or self._leading(number, name.text, home, subject.section)):
                    return number, True
        return self.own(home, subject.section), False

    def _leading(self, number: int, metric: str, home: Home, section: int) -> bool:
        """Whether the thing that a metric begins with is its subject, not a part of what the heading or the note is about."""
        own = self.own(home, section)
        if number == own:
            return True
        first, *rest = fold(metric).split()
        if not self._holding.isdisjoint(rest) or (first in self._exchanges and not self._listing.isdisjoint(rest)):
            return False
        return self.registry.is_a(number, self._leads) or not self.registry.is_a(own, self.measured)

    def _made(self, name: Name, home: Home, section: int) -> int:
        return self.naming.name(name, home.number, home.folder, section)

    def _known(self, name: str, home: Home | None) -> int:
        """The thing of a known name: of two that share it, the one whose note speaks."""
        return home.thing if home is not None and self._is_own(name, home) else self.registry.known(name)

    def _is_own(self, name: str, home: Home) -> bool:
        """Whether a name means the thing of the note it stands in: its title does, and an alias that is no other thing's label."""
        folded = fold(name)
        if folded == home.title:
            return True
        return folded in home.called and fold(self.registry.label(self.registry.known(name))) != folded

    def beginning(self, text: str, cls: str = "", home: Home | None = None) -> int:
        """The longest known name a text begins with, of a class that is measured; -1 if there is none."""
        tokens = list(_TOKEN.finditer(text))
        for count in range(min(len(tokens), 6), 0, -1):
            words = text[tokens[0].start() : tokens[count - 1].end()]
            for candidate in dict.fromkeys((words.rstrip(",:;"), re.sub(r"['’]s?$", "", words))):
                if fold(candidate) in self.registry.plain and count < len(tokens) and not self._has_note(candidate):
                    continue
                capital = candidate[:1].isupper() or not candidate[:1].isalpha()
                if capital and self.registry.is_known(candidate) and fold(candidate) not in self._words and self._sure(candidate):
                    number = self._known(candidate, home)
                    if self.registry.is_a(number, (cls,) if cls else self.measured):
                        return number
                    if cls and not self.registry.things[number].classes:
                        self.registry.asked_to_be(number, cls)
                        return number
        return -1

    def _has_note(self, name: str) -> bool:
        """A plain word that a note of the vault is called names what that is about: ``Gold YTD`` beside ``Gold.md``."""
        return self.registry.is_known(name) and self.registry.things[self.registry.known(name)].note >= 0

    def _certain(self, name: str) -> bool:
        """Whether a whole metric is no word that only happens to be a name: ``Prime``, the alias of a drink."""
        return (fold(name) not in self.registry.plain or self._has_note(name)) and self._sure(name)

    def _sure(self, name: str) -> bool:
        """A lone word that only the aliases of a note know begins a sentence: ``Total raised`` is not about TotalEnergies."""
        if not name.isalpha() or name.isupper() or self.registry.entry_of(name) is not None:
            return True
        return fold(self.registry.label(self.registry.known(name))) == fold(name)

    def own(self, home: Home, section: int) -> int:
        """What the headings name, innermost first; else the note's own thing."""
        found = home.own.get(section)
        if found is None:
            found = home.own[section] = self._named_by_heading(home, section)
        return found

    def _heads(self, text: str, home: int) -> bool:
        """Whether an unlinked heading names what the rows below it are about, in a note about ``home``."""
        if fold(text) in self.registry.plain or not self._measurable(text):
            return False
        aside = self.registry.is_a(self.registry.known(text), self._aside)
        return self._sure(text) and not (aside and self.registry.is_a(home, self.measured))

    def _headline(self, text: str) -> int:
        """What a headline in a note of a journal is about: the thing it begins with, or whose symbol it gives in brackets."""
        found = self.beginning(text)
        for symbol in _BRACKETED.findall(text) if found < 0 else ():
            if symbol not in self.registry.plain and self._measurable(symbol):
                return self.registry.known(symbol)
        return found

    def _named_by_heading(self, home: Home, section: int) -> int:
        while section >= 0:
            each = home.sections[section]
            if each.own is not None:
                if each.certain:
                    number = self.naming.name(each.own, home.number, home.folder, section)
                    if number >= 0:
                        return number
                elif self._is_own(each.own.text, home):
                    return home.thing
                elif self._heads(each.own.text, home.thing):
                    return self.registry.known(each.own.text)
            if home.journal and (number := self._headline(each.text)) >= 0:
                return number
            section = each.parent
        return home.thing
