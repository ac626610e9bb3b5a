"""In: what all notes name. Out: every name as a thing, and the votes on classes. Room: resolve.

The first passes of `resolve`: links, then names in cells, then classes. What a cell's name splits into depends on what notes,
links, aliases and the lexicon name, never on other cells: the order of the files changes nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from rotgraph.model.draft import Name, Names
from rotgraph.model.named import NamedLink, NoteNames, Request, asks_of, links_of, request_of
from rotgraph.model.schema import Schema, fold
from rotgraph.resolve.firsts import Firsts, firsts, is_other_name, is_silent, key_hash, link_key, request_key
from rotgraph.resolve.links import LinkIndex
from rotgraph.resolve.splitting import Part, is_weak, left_over, split_names
from rotgraph.resolve.thing import Rank
from rotgraph.resolve.things import Registry
from rotgraph.resolve.tickers import Capitals, Counts

__all__ = ["Naming", "folder_of"]

_LONG_NAME, _NAME_WORDS = 24, 7
_MOST_PARTS = 1 << 15
"""Texts whose names are held: most are written again soon, or never."""


def folder_of(path: str) -> str:
    """The folder of a note, without a slash at its end."""
    return path.rpartition("/")[0]


class Naming:
    """Names as things: learned from what all notes name, then asked, note by note."""

    def __init__(self, schema: Schema, registry: Registry, index: LinkIndex) -> None:
        self.schema, self.registry, self.index = schema, registry, index
        self._nobody = frozenset(schema.nobody)
        self._legal = frozenset(schema.legal_forms)
        self._parts: dict[tuple[str, tuple[str, ...], bool], tuple[tuple[Part, ...], frozenset[str]]] = {}
        """Per text, its names, and those that were asked for to find them."""
        self._targets: dict[tuple[str, str], int] = {}

    def learn(self, notes: Sequence[NoteNames]) -> tuple[Firsts, Firsts, Capitals, Counts]:
        """Make things of what the notes link to and ask for.

        Returns:
            Which note links to and asks for what first; what was counted to tell symbols from plain words.
        """
        links, linked = self._links(notes)
        symbols = self._symbols(notes)
        capitals = Capitals.of(self.registry.capitals(), self.registry.label)
        counts = capitals.nowhere()
        for note, things in zip(notes, linked, strict=True):
            capitals.count(counts, note.prose, frozenset(things))
        del linked
        for name in capitals.common(counts):
            self.registry.set_common(name, symbol=name in symbols)
        requests = self._requests(notes)
        self.registry.settle()
        return links, requests, capitals, counts

    def _links(self, notes: Sequence[NoteNames]) -> tuple[Firsts, list[array[int]]]:
        """Links name things; those that each note links to."""
        known: dict[tuple[str, str, bool, str], int] = {}
        telling: dict[tuple[str, str, bool, str], int] = {}
        linked: list[array[int]] = []
        for number, note in enumerate(notes):
            folder = folder_of(note.path)
            linked.append(array("i"))
            for link in links_of(note):
                key = link_key(link, folder, self.index)
                thing = known.get(key)
                if thing is None:
                    thing = known[key] = self._link(link, number, folder)
                    if not is_silent(link, folder, self.index):
                        telling[key] = number
                linked[-1].append(thing)
            if note.own_heading:
                self._own_heading(number, note)
        return firsts(telling, telling.values(), [known[key] for key in telling]), linked

    def _requests(self, notes: Sequence[NoteNames]) -> Firsts:
        """Names in cells are things too; what was asked once teaches nothing more."""
        asked: set[bytes] = set()
        known: set[int] = set()
        """Hashes of what was unpacked, with the folder where that counts."""
        telling: dict[object, int] = {}
        news = self.registry.listen()
        for number, note in enumerate(notes):
            folder = folder_of(note.path)
            self.registry.speaker = number
            for ask in asks_of(note):
                if hash(ask.said) in known or hash((ask.said, folder)) in known:
                    continue
                request = request_of(ask)
                anywhere, asks = request_key(request, folder, self.index)
                known.add(hash(ask.said) if anywhere else hash((ask.said, folder)))
                seen = key_hash(asks)
                if seen not in asked:
                    asked.add(seen)
                    before = len(news)
                    self.request(request, number, folder)
                    if len(news) > before:
                        telling[asks] = number
        return firsts(telling, telling.values())

    def _link(self, link: NamedLink, note: int, folder: str) -> int:
        name = Name(link.text, link.start, link.end, link.target, "" if link.whole else "#")
        return self.linked(name, note, folder, link.section)

    def request(self, request: Request, note: int, folder: str) -> None:
        """Learn what a cell names, and of what class it says that is."""
        value, place = request.value, (note, request.start, request.end)
        rank = Rank.COLUMN if request.column else Rank.TEXT
        if isinstance(value, Names):
            for number in self.names(value, note, folder, request.section)[0]:
                self.registry.vote(number, request.cls, rank, place, side=request.side)
            return
        number = self.name(value, note, folder, request.section)
        if number >= 0:
            self.registry.vote(number, request.cls, rank, place, side=request.side)

    def _symbols(self, notes: Sequence[NoteNames]) -> set[str]:
        """A traded symbol is another name of the thing whose own note says so, else of the only one that tables give it to; one of
        two letters is not: ``Boston, MA``."""
        own: dict[str, int] = {}
        others: dict[str, dict[int, None]] = {}
        for number, note in enumerate(notes):
            folder = folder_of(note.path)
            for told in note.symbols:
                for symbol in told.symbols:
                    if told.name is not None:
                        thing = self.name(told.name, number, folder, told.section)
                        others.setdefault(symbol, {}).setdefault(thing)
                    elif self._of_note(note, told.section):
                        own.setdefault(symbol, self.registry.of_note[number])
        alone = {symbol: next(iter(things)) for symbol, things in others.items() if len(things) == 1}
        for symbol, thing in {**alone, **own}.items():
            if thing >= 0 and len(symbol) > 2 and not symbol.isdigit() and fold(symbol) not in self.registry.plain:
                self.registry.alias(thing, symbol)
        return {*alone, *own}

    def _of_note(self, note: NoteNames, section: int) -> bool:
        """Whether what stands in a section is about the note's own thing: no heading names another."""
        while section >= 0:
            each = note.sections[section]
            if each.own is not None and (each.certain or self.registry.is_known(each.own.text)):
                return fold(each.own.target or each.own.text) == fold(note.own_name)
            section = each.parent
        return True

    def _own_heading(self, number: int, note: NoteNames) -> None:
        """``# 2330 - [[TSMC]]`` over the note ``2330_TSMC``: the link names what the note is about."""
        target = note.own_heading
        inside = fold(target) != fold(note.title) and fold(target) in fold(note.title)
        if inside and not self.index.titled(target):
            self.registry.alias(self.registry.of_note[number], target)

    def close(self) -> None:
        """All names have been said."""
        self.registry.close()
        self.index.close()
        self._parts.clear()

    def rest(self) -> None:
        """Nothing is asked for a while: what was found for what was asked is let go."""
        self._parts.clear()
        self._targets.clear()
        self.index.rest()

    def linked(self, name: Name, note: int, folder: str, section: int = -1) -> int:
        """The thing a link means; -1 for an attachment or the note itself."""
        if not self.registry.settled:
            return self._linked(name, note, folder, section)
        key = name.target, folder
        number = self._targets.get(key)
        if number is None:
            number = self._linked(name, note, folder, section)
            if number not in self.registry.fresh():
                self._targets[key] = number
        else:
            self.index.asked.add(name.target)
        return number

    def _linked(self, name: Name, note: int, folder: str, section: int) -> int:
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
        self.registry.spelled(number, text)
        self.registry.stood(number, note, name.start, name.end, section)
        self._shown(number, name)
        return number

    def _shown(self, number: int, name: Name) -> None:
        if not name.fragment and is_other_name(name.text, name.target):
            self.registry.shown(number, name.text)

    def unlinked(self, text: str, note: int, place: Name | Names, section: int = -1) -> int:
        """The thing that words in a column of things name."""
        number = self.registry.named(text)
        self.registry.spelled(number, text)
        self.registry.stood(number, note, place.start, place.end, section)
        return number

    def name(self, name: Name, note: int, folder: str, section: int = -1) -> int:
        """The thing of a name, linked or not, made if need be."""
        if name.target:
            return self.linked(name, note, folder, section)
        return self.unlinked(name.text, note, name, section) if name.text.strip() else -1

    def names(self, names: Names, note: int, folder: str, section: int = -1) -> tuple[dict[int, tuple[int, int]], list[str]]:
        """The things that a cell lists, each with its bytes; the parts of it that are no names, and what stands beside them."""
        found: dict[int, tuple[int, int]] = {}
        prose: list[str] = []
        parts = self.parts(names)
        for part in parts:
            text, link = part.text, part.link
            if link is not None and not self._longer(text, link):
                number = self.linked(link, note, folder, section)
                place = link.start, link.end
            elif self._is_prose(text):
                if link is None:
                    prose.append(text)
                continue
            else:
                number = self.unlinked(text, note, names, section)
                place = names.start, names.end
            if number >= 0:
                found.setdefault(number, place)
        if len(parts) != 1 or parts[0].end - parts[0].start != len(names.text.strip()):  # nearly every one is whole
            prose += left_over(names, parts)
        return found, prose

    def _is_prose(self, text: str) -> bool:
        """Whether a part of a list names nobody: ``undisclosed``, ``Includes $15B committed before``."""
        if fold(text) in self._nobody:
            return not self.registry.is_known(text)
        wordy = len(text) > _LONG_NAME and (len(text.split()) > _NAME_WORDS or any(sign in text for sign in "$€£"))
        return wordy and not self.registry.is_known(text)

    def parts(self, names: Names) -> Sequence[Part]:
        """The names of a cell, split once per distinct text where no link stands in it."""
        if names.links:
            return split_names(names, self.registry.is_known, self._legal)
        key = names.text, names.apart if names.apart and is_weak(names.text) else (), names.split
        registry = self.registry
        found = self._parts.get(key)
        if found is None:
            before, registry.asked = registry.asked, set()
            parts = tuple(split_names(names, registry.is_known, self._legal))
            if len(self._parts) >= _MOST_PARTS:
                self._parts.clear()
            found = self._parts[key] = parts, frozenset(registry.asked)
            registry.asked = before
        registry.asked |= found[1]
        return found[0]

    def _longer(self, text: str, link: Name) -> bool:
        """``[[Nasdaq]] 100`` is the index Nasdaq 100: the known name is longer than the link."""
        return fold(text) != fold(link.text) and self.registry.is_known(text)
