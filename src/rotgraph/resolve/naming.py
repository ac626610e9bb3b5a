"""In: the drafts of all notes. Out: every name in them as a thing, and the votes on classes. Room: resolve.

The first passes of `resolve`: links, then names in cells, then classes. What a cell's name splits into depends on what notes,
links, aliases and the lexicon name, never on other cells: the order of the files changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rotgraph.model.draft import Draft, DraftFact, Name, Names, NoteFacts, Subject
from rotgraph.model.schema import Schema, fold
from rotgraph.resolve.links import LinkIndex
from rotgraph.resolve.splitting import split_names
from rotgraph.resolve.things import Rank, Registry
from rotgraph.resolve.tickers import common_capitals, traded

__all__ = ["Naming", "folder_of"]

_FILE = re.compile(r"\.(?!md$)[A-Za-z0-9]{1,5}$", re.IGNORECASE)
"""An embed of a file that is no note names no thing, whether the file is there or not."""
_LONG_NAME, _NAME_WORDS = 24, 7
_WORDS = re.compile(r"[\w ]+")
_COUNTED = ("", "front matter")
_NAMING = frozenset((Name, Names, Subject))
"""Values that may name something."""


def folder_of(path: str) -> str:
    """The folder of a note, without a slash at its end."""
    return path.rpartition("/")[0]


class Naming:
    """Names as things."""

    def __init__(self, schema: Schema, notes: Sequence[NoteFacts], index: LinkIndex) -> None:
        self.schema, self.notes, self.index = schema, notes, index
        self.registry = Registry(schema, notes)
        self._nobody = frozenset(schema.nobody)
        self._linking: dict[int, set[int]] = {}
        """Which notes link to a thing."""
        self._parts: dict[tuple[str, tuple[str, ...], bool, str], tuple[tuple[str, int, Name | None], ...]] = {}
        for number, note in enumerate(notes):
            self._note_links(number, note)
        symbols = self._symbols()
        for name in common_capitals(notes, dict(self.registry.capitals()), self.registry.label, self._linking):
            self.registry.set_common(name, symbol=name in symbols)
        for number, note in enumerate(notes):
            folder = folder_of(note.path)
            for draft in note.drafts:
                self._draft(number, folder, draft)
            for each in note.sections:
                if each.cls and each.own is not None:
                    thing = self.name(each.own, number, folder)
                    if thing >= 0:
                        self.registry.vote(thing, each.cls, Rank.TEXT, (number, each.start, each.end))
        self.registry.settle()

    def _note_links(self, number: int, note: NoteFacts) -> None:
        folder = folder_of(note.path)
        for link in note.links:
            if link.context in _COUNTED and link.name.target and not (link.embed and _FILE.search(link.name.target)):
                self._linking.setdefault(self.linked(link.name, number, folder, link.section), set()).add(number)
        heading = next((section for section in note.sections if section.certain and section.own is not None), None)
        if heading is not None and heading.own is not None and note.sections[0] is heading:
            self._own_heading(number, note, heading.own)

    def _symbols(self) -> set[str]:
        """A traded symbol is another name of the thing whose own note says so, else of the only one that tables give it to; one of
        two letters is not: ``Boston, MA``."""
        fields = {field.name for each in self.schema.classes for field in each.fields if field.symbol and field.alias}
        own: dict[str, int] = {}
        others: dict[str, dict[int, None]] = {}
        for number, note in enumerate(self.notes):
            folder = folder_of(note.path)
            for draft in note.drafts:
                if draft.form != "thing":
                    continue
                for fact in draft.facts:
                    if fact.property not in fields or not isinstance(fact.value, str):
                        continue
                    for symbol in traded(fact.value, self.schema.exchanges):
                        if draft.name is not None:
                            thing = self.name(draft.name, number, folder, draft.section)
                            others.setdefault(symbol, {}).setdefault(thing)
                        elif self._of_note(note, draft):
                            own.setdefault(symbol, self.registry.of_note[number])
        alone = {symbol: next(iter(things)) for symbol, things in others.items() if len(things) == 1}
        for symbol, thing in {**alone, **own}.items():
            if thing >= 0 and len(symbol) > 2 and not symbol.isdigit() and fold(symbol) not in self.registry.plain:
                self.registry.alias(thing, symbol)
        return {*alone, *own}

    def _of_note(self, note: NoteFacts, draft: Draft) -> bool:
        """Whether a draft about what the headings name is about the note's own thing: none of them names another."""
        section = draft.section
        while section >= 0:
            each = note.sections[section]
            if each.own is not None and (each.certain or self.registry.is_known(each.own.text)):
                return fold(each.own.target or each.own.text) == fold(note.title)
            section = each.parent
        return True

    def _own_heading(self, number: int, note: NoteFacts, own: Name) -> None:
        """``# 2330 - [[TSMC]]`` over the note ``2330_TSMC``: the link names what the note is about."""
        inside = own.target and fold(own.target) != fold(note.title) and fold(own.target) in fold(note.title)
        if inside and not self.index.titled(own.target):
            self.registry.alias(self.registry.of_note[number], own.target)

    def linked(self, name: Name, note: int, folder: str, section: int = -1) -> int:
        """The thing a link means; -1 for an attachment or the note itself."""
        found = self.index.resolve(name.target, folder)
        if found.kind in ("attachment", "self"):
            return -1
        if found.kind in ("note", "alias"):
            number = self.registry.of_note[found.note]
            self._shown(number, name)
            return number
        text = name.target.rpartition("/")[2].strip() or name.target
        text = text[:-3] if text.lower().endswith(".md") else text
        number = self.registry.named(text, official=True)
        self._seen(number, text, note, name, section)
        self._shown(number, name)
        return number

    def _shown(self, number: int, name: Name) -> None:
        cut = name.target.startswith(name.text) and name.target[len(name.text) : len(name.text) + 1].isalnum()
        if not name.fragment and name.text != name.target and not cut:  # `[[EBITDA|EBIT]]DA` calls nothing EBIT
            self.registry.shown(number, name.text)

    def unlinked(self, text: str, note: int, place: Name | Names, section: int = -1) -> int:
        """The thing that words in a column of things name."""
        number = self.registry.named(text)
        self._seen(number, text, note, place, section)
        return number

    def _seen(self, number: int, text: str, note: int, place: Name | Names, section: int) -> None:
        thing = self.registry.things[number]
        self.registry.spelled(number, text)
        if thing.first is None:
            thing.first = (note, place.start, place.end, section)

    def name(self, name: Name, note: int, folder: str, section: int = -1) -> int:
        """The thing of a name, linked or not, made if need be."""
        if name.target:
            return self.linked(name, note, folder, section)
        return self.unlinked(name.text, note, name, section) if name.text.strip() else -1

    def names(self, names: Names, note: int, folder: str, section: int = -1) -> list[tuple[int, int, int]]:
        """The things that a cell lists, with byte places."""
        found: list[tuple[int, int, int]] = []
        for text, link in self.parts(names, folder):
            if link is not None and not self._longer(text, link):
                number = self.linked(link, note, folder, section)
                place = (link.start, link.end)
            elif self._is_prose(text):
                continue
            else:
                number = self.unlinked(text, note, names, section)
                place = (names.start, names.end)
            if number >= 0 and all(number != each for each, _, _ in found):
                found.append((number, *place))
        return found

    def _is_prose(self, text: str) -> bool:
        """Whether a part of a list names nobody: ``undisclosed``, ``Includes $15B committed before``."""
        if fold(text) in self._nobody:
            return not self.registry.is_known(text)
        wordy = len(text) > _LONG_NAME and (len(text.split()) > _NAME_WORDS or any(sign in text for sign in "$€£"))
        return wordy and not self.registry.is_known(text)

    def prose(self, names: Names, folder: str) -> list[str]:
        """The parts of a cell that are no names."""
        if len(names.text) <= _LONG_NAME and not self._nobody.intersection(_WORDS.findall(fold(names.text))):
            return []
        return [text for text, link in self.parts(names, folder) if link is None and self._is_prose(text)]

    def parts(self, names: Names, folder: str) -> list[tuple[str, Name | None]]:
        """The names of a cell, split once per distinct text where no link stands in it."""
        del folder
        if names.links:
            return [(part.text, part.link) for part in split_names(names, self.registry.is_known)]
        key = (names.text, names.apart, names.split, "")
        found = self._parts.get(key)
        if found is None:
            found = self._parts[key] = tuple((part.text, part.start, None) for part in split_names(names, self.registry.is_known))
        return [(text, None) for text, _, _ in found]

    def _longer(self, text: str, link: Name) -> bool:
        """``[[Nasdaq]] 100`` is the index Nasdaq 100: the known name is longer than the link."""
        return fold(text) != fold(link.text) and self.registry.is_known(text)

    def _draft(self, note: int, folder: str, draft: Draft) -> None:
        section = draft.section
        if draft.name is not None and (draft.form in ("thing", "described") or draft.name.target):
            number = self.name(draft.name, note, folder, section)
            if number >= 0 and draft.form in ("thing", "described"):
                definition = self.schema.by_name.get(draft.cls)
                rank = Rank.TEXT if draft.table < 0 else Rank.COLUMN
                if definition is not None:
                    self.registry.vote(number, draft.cls, rank, (note, draft.name.start, draft.name.end))
        for fact in draft.facts:
            if fact.value.__class__ in _NAMING:
                self._fact(note, folder, draft, fact)

    def _fact(self, note: int, folder: str, draft: Draft, fact: DraftFact) -> None:
        value = fact.value
        rank = Rank.COLUMN if draft.table >= 0 or fact.side else Rank.TEXT
        if isinstance(value, Names):
            if not value.scan:
                for number, _, _ in self.names(value, note, folder, draft.section):
                    self.registry.vote(number, fact.cls, rank, (note, fact.start, fact.end), side=fact.side)
        elif isinstance(value, Name):
            number = self.name(value, note, folder, draft.section)
            if number >= 0:
                self.registry.vote(number, fact.cls, rank, (note, fact.start, fact.end), side=fact.side)
        elif isinstance(value, Subject) and value.name is not None and (value.certain or value.name.target):
            number = self.name(value.name, note, folder, draft.section)
            if number >= 0:
                self.registry.vote(number, fact.cls, rank, (note, fact.start, fact.end))
