"""In: names. Out: the things they mean, one per meaning. Room: resolve.

A thing is what a note is about, what the lexicon knows, what a link or a cell names. Its class is settled when all have spoken:
front matter, tags and folders, columns, the lexicon, the text around.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from rotgraph.model.draft import NoteFacts
from rotgraph.model.schema import LexiconEntry, Schema, fold
from rotgraph.model.slug import apart, thing_key

__all__ = ["Rank", "Registry", "Thing", "is_capital"]


class Rank(IntEnum):
    """How strongly a class is said, weakest first."""

    TEXT = 1
    WORDS = 2
    LEXICON = 3
    COLUMN = 4
    FOLDER = 5
    TAG = 6
    TYPE = 7


_RANKS = {"fields": Rank.TEXT, "folder": Rank.FOLDER}
"""By the first word of the reason that a note's own class has."""


def is_capital(name: str) -> bool:
    """Whether a name is written as ticker symbols are."""
    return len(name) <= _LONGEST_CAPITAL and name.isupper() and " " not in name


def _is_title(text: str) -> bool:
    """Whether the words of a link read as a name: capitals, few words, no possessive."""
    return text[0].isupper() and len(text.split()) <= _LONGEST_TITLE and text[-1].isalnum() and not text.endswith(("'s", "’s"))


_LONGEST_CAPITAL, _LONGEST_TITLE = 6, 5


class Thing:
    """A thing while it is being put together."""

    __slots__ = ("aliases", "classes", "entry", "first", "key", "label", "note", "official", "shown", "spellings", "votes")

    def __init__(self, key: str) -> None:
        self.key = key
        self.label = ""
        self.note = -1
        self.entry: LexiconEntry | None = None
        self.spellings: dict[str, int] = {}
        self.shown: dict[str, None] = {}
        """Words of the links to it that are other names: ``[[Jane Roe|Roe]]``."""
        self.aliases: dict[str, None] = {}
        self.classes: dict[str, tuple[Rank, str]] = {}
        self.votes: dict[tuple[str, bool, Rank], tuple[int, int, int]] = {}
        """Class, side, rank; with the note and byte span that first said so."""
        self.first: tuple[int, int, int, int] | None = None
        """Note, byte span and section of the place that first names it."""
        self.official = False
        """A note, a link, an alias or the lexicon names it: without brackets it is found too."""

    def say(self, cls: str, rank: Rank, reason: str) -> None:
        known = self.classes.get(cls)
        if known is None or known[0] < rank:
            self.classes[cls] = (rank, reason)


class Registry:
    """All things of a vault, by name."""

    def __init__(self, schema: Schema, notes: Sequence[NoteFacts]) -> None:
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
        order = sorted(range(len(notes)), key=lambda index: (len(notes[index].path), notes[index].path))
        made = {index: self._note_thing(index, notes[index]) for index in order}
        self.of_note = [made[index] for index in range(len(notes))]
        for index, note in enumerate(notes):
            for alias in note.aliases:
                self._alias(alias, self.of_note[index])
        self._suffixes: dict[str, str] = {word: each.name for each in schema.classes for word in each.words}

    def _note_thing(self, index: int, note: NoteFacts) -> int:
        entry = self._entries.get(fold(note.title))
        number = self._entry_things.get((entry.cls, entry.name)) if entry is not None else None
        if number is None:
            number = self._new(note.title, note.path)
            if entry is not None:
                self._adopt(number, entry)
        elif self.things[number].note >= 0:
            number = self._new(note.title, note.path)
        thing = self.things[number]
        thing.note, thing.label, thing.official = index, note.title, True
        thing.first = (index, 0, 0, -1)
        for alias in note.aliases:
            thing.aliases.setdefault(alias)
        told = any(not reason.startswith("folder") for _, reason in note.classes)
        for cls, reason in note.classes:
            if told and reason.startswith("folder"):
                continue
            thing.say(cls, _RANKS.get(reason.split(" ")[0], Rank.TAG if reason.startswith("#") else Rank.TYPE), reason)
        self._name(note.title, number)
        return number

    def _new(self, name: str, exact: str = "") -> int:
        key = thing_key(name)
        if key in self._keys:
            key = apart(key, exact or name)
        self._keys.add(key)
        self.things.append(Thing(key))
        return len(self.things) - 1

    def _name(self, name: str, number: int) -> None:
        found = self._names.setdefault(fold(name), [])
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
            thing.aliases.setdefault(alias)
        self._name(entry.name, number)
        for name in entry.aliases:
            self._alias(name, number)

    # names

    def known(self, name: str) -> int:
        """The thing of that name, any case: a note's, an alias', the lexicon's, one named before; -1 if there is none."""
        folded = fold(name)
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
        return number

    def is_known(self, name: str) -> bool:
        """Whether anything answers to a name, without making it."""
        folded, exact = fold(name), name.strip()
        return folded in self._names or folded in self._entries or exact in self._capitals or exact in self._capital_entries

    def named(self, name: str, *, official: bool = False) -> int:
        """The thing of that name, made if it is new; ``official`` where a link names it."""
        number = self.known(name)
        if number < 0:
            number = self._new(name)
            self._words(number, name)
            if official:
                self._name(name, number)
            else:
                self._cell_names[fold(name)] = number
        if official:
            self.things[number].official = True
        return number

    def entry_of(self, name: str) -> LexiconEntry | None:
        return self._entries.get(fold(name)) or self._capital_entries.get(name.strip())

    def _words(self, number: int, name: str) -> None:
        """``Software sector`` is a sector: its last word says so."""
        folded = fold(name)
        for word, cls in self._suffixes.items():
            if folded.endswith(f" {word}"):
                self.things[number].say(cls, Rank.WORDS, f"the word {word}")

    def alias(self, number: int, name: str) -> None:
        """Another name of a thing."""
        if not self.is_known(name):
            self._alias(name, number)
        self.things[number].aliases.setdefault(name)

    def spelled(self, number: int, text: str) -> None:
        spellings = self.things[number].spellings
        spellings[text] = spellings.get(text, 0) + 1

    def shown(self, number: int, text: str) -> None:
        """The words of a link to a thing; what reads as a name is an alias, unless it means another thing too."""
        if text and text not in self.things[number].shown and _is_title(text):
            self.things[number].shown[text] = None
            self._shown.setdefault(fold(text), set()).add(number)

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
        return tuple(each for key, each in reversed(names.items()) if key != label)

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
            for name in names:
                if len(name) > 1 and fold(name) not in self.plain and not name.isdigit() and not name.islower():
                    yield name, number

    def lexicon_spellings(self) -> Iterable[str]:
        """Names of the lexicon that are no things yet."""
        for entry in self.schema.lexicon:
            if (entry.cls, entry.name) not in self._entry_things:
                for name in (entry.name, *entry.aliases):
                    if fold(name) not in self.plain and not name.islower():
                        yield name

    def label(self, number: int) -> str:
        """Note title, else the lexicon's, else the spelling with most capitals, else the first; first letter raised (ruling 11).

        Of a thing's names in the lexicon it is the first that the notes write: ``Staples`` where nobody writes Consumer staples.
        """
        thing = self.things[number]
        if thing.entry is not None and thing.note < 0 and not thing.entry.own:
            written = {fold(text) for text in thing.spellings}
            return next((name for name in (thing.entry.name, *thing.entry.aliases) if fold(name) in written), thing.entry.name)
        if thing.label:
            return thing.label
        full = [text for text in thing.spellings if text not in thing.aliases] or list(thing.spellings)
        best = max(full, key=lambda text: sum(map(str.isupper, text)), default="")
        if not best:
            return thing.key.removeprefix("id/")
        return best if best[0].isupper() or not best[0].isalpha() else best[0].upper() + best[1:]

    # classes

    def vote(self, number: int, cls: str, rank: Rank, place: tuple[int, int, int], *, side: bool = False) -> None:
        """A column or a text says, at a place, that a thing is of a class; settled by `settle`."""
        if cls:
            self.things[number].votes.setdefault((cls, side, rank), place)

    def settle(self) -> None:
        """Count the votes of columns and texts (rulings 4 and 5)."""
        for number, thing in enumerate(self.things):
            for rank in (Rank.COLUMN, Rank.TEXT):
                said = [(cls, side) for cls, side, each in thing.votes if each is rank]
                given = {step for cls in thing.classes for step in self.schema.ancestors(cls)}
                for cls, side in said:
                    definition = self.schema.by_name.get(cls)
                    if definition is None or cls in given:
                        continue
                    yields = definition.yields
                    if yields and (side or rank is Rank.COLUMN):
                        blocked = bool(given.intersection(yields))
                    else:
                        related = any(self.schema.is_a(cls, each) for each in given if each not in ("thing", "record"))
                        blocked = bool(given - {"thing"}) and not related
                    if blocked and rank is Rank.COLUMN and not yields and thing.note >= 0:
                        self.refused.append((number, cls, thing.votes[cls, side, rank]))
                    elif not blocked:
                        thing.say(cls, rank, "column" if rank is Rank.COLUMN else "text")

    def is_a(self, number: int, classes: Sequence[str]) -> bool:
        return any(step in classes for cls in self.things[number].classes for step in self.schema.ancestors(cls))

    def direct(self, number: int) -> tuple[str, ...]:
        """The classes of a thing, strongest first, without those that another implies."""
        classes = self.things[number].classes
        kept = [cls for cls in classes if not any(other != cls and self.schema.is_a(other, cls) for other in classes)]
        order = {definition.name: index for index, definition in enumerate(self.schema.classes)}
        return tuple(sorted(kept, key=lambda cls: (-classes[cls][0], order.get(cls, 0)))) or ("thing",)
