"""In: names. Out: the things they mean, one per meaning. Room: resolve.

A thing is what a note is about, what the lexicon knows, what a link or a cell names. Its class is settled when all have spoken:
front matter, tags and folders, columns, the lexicon, the text around.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from unicodedata import normalize

from rotgraph.model.named import NoteNames
from rotgraph.model.schema import LexiconEntry, Schema, fold
from rotgraph.model.slug import apart, thing_key
from rotgraph.resolve.thing import NameTables, Rank, Thing, is_capital, is_title
from rotgraph.resolve.votes import counted, is_given

__all__ = ["Registry"]


_RANKS = {"fields": Rank.TEXT, "folder": Rank.FOLDER}
"""By the first word of the reason that a note's own class has."""


class Registry:
    """All things of a vault, by name."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.things: list[Thing] = []
        self._names: dict[str, list[int]] = {}
        self._capitals: dict[str, list[int]] = {}
        """Aliases all in capitals (``CALM``, ``KEY``): they name something only as they are written (ruling 12)."""
        self._cell_names: dict[str, int] = {}
        """Names that only cells give: they are things, but no reason to read another cell otherwise."""
        self._shown: dict[str, set[int]] = {}
        """Words of links, with the things they lead to."""
        self._keys: set[str] = set()
        self._legal = frozenset(form.removesuffix(".") for form in schema.legal_forms)
        self._entries: dict[str, LexiconEntry] = {}
        self._capital_entries: dict[str, LexiconEntry] = {}
        self._entry_things: dict[tuple[str, str], int] = {}
        self.of_note: list[int] = []
        self.refused: list[tuple[int, str, tuple[int, int, int]]] = []
        """Things whose own note says another class than a column they stand in."""
        self.plain = {fold(word) for word in schema.plain}
        for entry in schema.lexicon:
            for name in (entry.name, *entry.aliases):
                if is_capital(name) and name != entry.name:
                    self._capital_entries.setdefault(name, entry)
                else:
                    self._entries.setdefault(fold(name), entry)
        self._suffixes: dict[str, str] = {word: each.name for each in schema.classes for word in each.words}
        self.settled = False
        """No name is learned any more: what nobody named is known until `forget`."""
        self.met: dict[int, tuple[int, int, int]] = {}
        """Where things without a place were met since the last `forget`: byte span and section."""
        self.asked: set[str] = set()
        """Names that were asked for, folded, since the last `forget`."""
        self.news: dict[tuple[str | int | bool, ...], int] | None = None
        """What was learned since `listen`."""
        self.speaker = -1
        """The note that is listened to."""
        self._lasting = 0
        self._passing: list[str] = []
        self._labels: dict[int, str] = {}
        self._is_a: dict[tuple[int, Sequence[str]], bool] = {}
        self._direct: dict[int, tuple[str, ...]] = {}
        self._order = {definition.name: index for index, definition in enumerate(schema.classes)}

    def learn_notes(self, notes: Sequence[NoteNames]) -> None:
        """Every note is about a thing."""
        order = sorted(range(len(notes)), key=lambda index: (len(notes[index].path), notes[index].path))
        made = {index: self._note_thing(index, notes[index]) for index in order}
        self.of_note = [made[index] for index in range(len(notes))]
        for index, note in enumerate(notes):
            for alias in note.aliases:
                self._alias(alias, self.of_note[index])

    def _note_thing(self, index: int, note: NoteNames) -> int:
        entry = self._entries.get(fold(note.own_name))
        number = self._entry_things.get((entry.cls, entry.name)) if entry is not None else None
        if number is None:
            number = self._new(note.own_name, note.path)
            if entry is not None:
                self._adopt(number, entry)
        elif self.things[number].note >= 0:
            number = self._new(note.own_name, note.path)
        thing = self.things[number]
        thing.note, thing.label, thing.official = index, note.own_name, True
        thing.first = (index, 0, 0, -1)
        for alias in note.aliases:
            thing.call(alias)
        told = any(not reason.startswith("folder") for _, reason in note.classes)
        for cls, reason in note.classes:
            if told and reason.startswith("folder"):
                continue
            thing.say(cls, _RANKS.get(reason.split(" ")[0], Rank.TAG if reason.startswith("#") else Rank.TYPE), reason)
        self._name(note.own_name, number)
        return number

    def _new(self, name: str, exact: str = "") -> int:
        key = thing_key(name)
        if key in self._keys:
            key = apart(key, exact or name)
        self._keys.add(key)
        self.things.append(Thing(key))
        return len(self.things) - 1

    def _name(self, name: str, number: int) -> None:
        found = self._names.setdefault(self.folded(name), [])
        if number not in found:
            found.append(number)

    def _alias(self, name: str, number: int) -> None:
        if not is_capital(name):
            self._name(name, number)
            return
        found = self._capitals.setdefault(name, [])
        if number not in found:
            found.append(number)

    def _adopt(self, number: int, entry: LexiconEntry) -> None:
        thing = self.things[number]
        thing.entry, thing.official = entry, True
        thing.say(entry.cls, Rank.LEXICON, "lexicon")
        self._entry_things[entry.cls, entry.name] = number
        thing.label = thing.label or entry.name
        for alias in entry.aliases:
            thing.call(alias)
        self._name(entry.name, number)
        for name in entry.aliases:
            self._alias(name, number)

    # names

    def folded(self, name: str) -> str:
        """How names of things compare: ``Lake Foods Inc.`` is ``Lake Foods Inc``."""
        folded = fold(name)
        return folded[:-1] if folded.endswith(".") and folded[:-1].rpartition(" ")[2] in self._legal else folded

    def known(self, name: str) -> int:
        """The thing of that name, any case: a note's, an alias', the lexicon's, one named before; -1 if there is none."""
        folded = self.folded(name)
        if self.settled:
            self.asked.add(folded)
        found = self._names.get(folded) or self._capitals.get(name.strip())
        if found:
            return found[0]
        entry = self._entries.get(folded) or self._capital_entries.get(name.strip())
        if entry is None:
            return self._cell_names.get(folded, -1)
        number = self._entry_things.get((entry.cls, entry.name))
        if number is None:
            number = self._new(entry.name)
            self._adopt(number, entry)
            self._learned("entry", number)
        return number

    def is_known(self, name: str) -> bool:
        """Whether anything answers to a name, without making it."""
        folded, exact = self.folded(name), name.strip()
        if self.settled:
            self.asked.add(folded)
        return folded in self._names or folded in self._entries or exact in self._capitals or exact in self._capital_entries

    def named(self, name: str, *, official: bool = False) -> int:
        """The thing of that name, made if it is new; ``official`` where a link names it."""
        number = self.known(name)
        if number < 0:
            number = self._new(name)
            self._words(number, name)
            if self.settled:
                self._cell_names[self.folded(name)] = number
                self._passing.append(self.folded(name))
            elif official:
                self._name(name, number)
                self._learned("name", self.folded(name))
            else:
                self._cell_names[self.folded(name)] = number
        if official and not self.settled and not self.things[number].official:
            self.things[number].official = True
            self._learned("official", number)
        return number

    def listen(self) -> dict[tuple[str | int | bool, ...], int]:
        """What is learned from now on, with the note that told it."""
        self.news = {}
        return self.news

    def _learned(self, *what: str | int | bool) -> None:
        if self.news is not None:
            self.news.setdefault(what, self.speaker)

    def bindings(self) -> Iterable[tuple[str, str, Sequence[int]]]:
        """Every name, folded, with what gives it and the things that it may mean: what only cells give is not known elsewhere."""
        for name, found in self._names.items():
            yield name, "", found
        for name, found in self._capitals.items():
            yield fold(name), "", found
        for name, number in self._cell_names.items():
            yield name, "cell ", (number,)

    def entry_of(self, name: str) -> LexiconEntry | None:
        return self._entries.get(fold(name)) or self._capital_entries.get(name.strip())

    def close(self) -> None:
        """All names have been said: from here on, nothing that is asked changes what is answered."""
        for entry in self.schema.lexicon:
            if (entry.cls, entry.name) not in self._entry_things:
                self._adopt(self._new(entry.name), entry)
        self.settled, self._lasting, self.news = True, len(self.things), None
        self.asked.clear()

    def tables(self) -> NameTables:
        """What is called what."""
        return NameTables(self._names, self._capitals, self._cell_names, sorted(self.plain))

    def take_up(self, things: list[Thing], tables: NameTables, refused: Iterable[tuple[int, str, tuple[int, int, int]]]) -> None:
        """Know what another had learned when it was closed."""
        self.things, self.refused, self.plain = things, list(refused), set(tables.plain)
        self._names, self._capitals, self._cell_names = tables.names, tables.capitals, tables.cell_names
        of_note = {thing.note: number for number, thing in enumerate(things) if thing.note >= 0}
        self.of_note = [of_note[note] for note in range(len(of_note))]
        for number, thing in enumerate(things):
            self._keys.add(thing.key)
            for text in thing.shown:
                self._shown.setdefault(fold(text), set()).add(number)
            if thing.entry is not None:
                self._entry_things[thing.entry.cls, thing.entry.name] = number

    def fresh(self) -> Iterable[int]:  # named since it was closed, and not forgotten
        return range(self._lasting, len(self.things))

    def learn(self, key: str, label: str) -> int:  # a thing that no name of any note had made
        self._keys.add(key)
        self.things.append(Thing(key))
        self.spelled(len(self.things) - 1, label)
        return len(self.things) - 1

    def forget(self) -> None:
        """Things named since it was closed are things no more."""
        self.met.clear()
        self.asked.clear()
        if len(self.things) == self._lasting:
            return
        for number in self.fresh():
            self._keys.discard(self.things[number].key)
            self._labels.pop(number, None)
            self._direct.pop(number, None)
        for name in self._passing:
            self._cell_names.pop(name, None)
        self._is_a = {key: value for key, value in self._is_a.items() if key[0] < self._lasting}
        del self.things[self._lasting :]
        self._passing.clear()

    def _words(self, number: int, name: str) -> None:
        """``Software sector`` is a sector: its last word says so."""
        folded = fold(name)
        for word, cls in self._suffixes.items():
            if folded.endswith(f" {word}"):
                self.things[number].say(cls, Rank.WORDS, f"the word {word}")

    def alias(self, number: int, name: str) -> None:  # another name of a thing
        if not self.is_known(name):
            self._alias(name, number)
        self.things[number].call(name)

    def stood(self, number: int, note: int, start: int, end: int, section: int) -> None:
        """A thing stands somewhere: the first place counts."""
        thing = self.things[number]
        if thing.first is not None:
            return
        if self.settled:
            self.met.setdefault(number, (start, end, section))
        else:
            thing.first = (note, start, end, section)
            self._learned("stood", number)

    def spelled(self, number: int, text: str) -> None:
        """A thing is written so; of one that a note is about, its title tells that."""
        if number >= self._lasting and not self.things[number].is_spelled(text):
            self.things[number].spell(text)
            self._learned("spelled", number, text)

    def shown(self, number: int, text: str) -> None:
        """The words of a link to a thing; what reads as a name is an alias, unless it means another thing too."""
        if text and not self.settled and text not in self.things[number].shown and is_title(text):
            self.things[number].show(text)
            self._shown.setdefault(fold(text), set()).add(number)
            self._learned("shown", number, text)

    def capitals(self) -> Iterable[tuple[str, int]]:
        """Aliases and symbols all in capitals, with the thing each means."""
        for name, found in self._capitals.items():
            if len(name) > 1 and fold(name) not in self._names and fold(name) not in self._entries and fold(name) not in self.plain:
                yield name, found[0]

    def set_common(self, name: str, *, symbol: bool) -> None:
        """Capitals that are a plain word here: they name something in a column of things alone, an alias not even there."""
        self.plain.add(fold(name))
        if not symbol:
            self._capitals.pop(name, None)

    def aliases(self, number: int) -> tuple[str, ...]:
        """Other names of a thing; spellings that differ from its label by case alone are none."""
        thing = self.things[number]
        shown = (text for text in thing.shown if len(self._shown[fold(text)]) == 1 and self._means(text, number))
        own = (thing.entry.name,) if thing.entry is not None else ()
        label = fold(self.label(number))
        names = {fold(each): each for each in reversed((*own, *thing.aliases, *thing.spellings, *shown))}
        return tuple(normalize("NFC", each) for key, each in reversed(names.items()) if key != label)

    def _means(self, text: str, number: int) -> bool:
        """Whether a name means no other thing."""
        folded = fold(text)
        others = self._names.get(folded) or self._capitals.get(text) or [self._cell_names.get(folded, number)]
        return others[0] == number and self._entries.get(folded) in (None, self.things[number].entry)

    def spellings(self) -> Iterable[tuple[str, int]]:
        """Every name that is found unlinked, in its exact case, with its thing (ruling 12)."""
        for number, thing in enumerate(self.things):
            if not thing.official:
                continue
            names = dict.fromkeys((thing.label or self.label(number), self.label(number), *thing.aliases))
            for name in dict.fromkeys(normalize("NFC", each) for each in names):
                if len(name) > 1 and fold(name) not in self.plain and not name.isdigit() and not name.islower():
                    yield name, number

    def label(self, number: int) -> str:
        """What a thing is called; see `_label`."""
        found = self._labels.get(number) if self.settled else self._label(number)
        if found is None:
            found = self._labels[number] = self._label(number)
        return found

    def _label(self, number: int) -> str:
        """Note title, else the lexicon's, else the spelling with most capitals, else the first; first letter raised (ruling 11),
        but that of ``iShares``; in NFC.

        Of a thing's names in the lexicon it is the first that the notes write: ``Staples`` where nobody writes Consumer staples.
        """
        thing = self.things[number]
        if thing.entry is not None and thing.note < 0 and not thing.entry.own:
            written = {fold(text) for text in thing.spellings}
            return next((name for name in (thing.entry.name, *thing.entry.aliases) if fold(name) in written), thing.entry.name)
        if thing.label:
            return thing.label
        full = [text for text in thing.spellings if text not in thing.aliases] or list(thing.spellings)
        best = normalize("NFC", max(full, key=lambda text: sum(map(str.isupper, text)), default=""))
        if not best:
            return thing.key.removeprefix("id/")
        first = best.partition(" ")[0]
        return best if not first.islower() or not best[0].isalpha() else best[0].upper() + best[1:]

    # classes

    def vote(self, number: int, cls: str, rank: Rank, place: tuple[int, int, int], *, side: bool = False) -> None:
        """A column or a text says, at a place, that a thing is of a class; settled by `settle`."""
        thing = self.things[number]
        if cls and not is_given(cls, thing.classes, self.schema):
            if thing.votes is None:
                thing.votes = {}
            if (cls, side, rank) not in thing.votes:
                thing.votes[cls, side, rank] = place
                self._learned("vote", number, cls, side, rank)

    def asked_to_be(self, number: int, cls: str) -> None:
        """A field takes a thing of which nobody says what it is to be of its class."""
        if not self.settled:
            self.things[number].say(cls, Rank.TEXT, "heading")
            self._learned("class", number)

    def settle(self) -> None:  # count the votes
        self.refused = counted(self.things, self.schema)

    def is_a(self, number: int, classes: tuple[str, ...]) -> bool:
        """Whether a thing is of one of some classes, or of one below them."""
        if not self.settled:
            return self._one_of(number, classes)
        if number < 0:
            return False
        found = self._is_a.get((number, classes))
        if found is None:
            found = self._is_a[number, classes] = self._one_of(number, classes)
        return found

    def _one_of(self, number: int, classes: tuple[str, ...]) -> bool:
        return any(step in classes for cls in self.things[number].classes for step in self.schema.ancestors(cls))

    def direct(self, number: int) -> tuple[str, ...]:
        """The classes of a thing, strongest first, without those that another implies."""
        found = self._direct.get(number)
        if found is None:
            classes = self.things[number].classes
            kept = [cls for cls in classes if not any(other != cls and self.schema.is_a(other, cls) for other in classes)]
            found = tuple(sorted(kept, key=lambda cls: (-classes[cls][0], self._order.get(cls, 0)))) or ("thing",)
            if self.settled:
                self._direct[number] = found
        return found
