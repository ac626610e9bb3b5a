"""In: what decided the names, and notes as they were and as they are. Out: whether all names mean the same. Room: resolve.

Names are settled by what each note is the first to tell (see `firsts`), by symbols, and by how many texts hold capitals and names
in full. A note that still tells the same of all this, in the same order, and nothing new beside, changes no name, wherever in the
note it says it: only the places move that the names were first met at. When in doubt, the answer is no, and all names are settled
anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

import msgspec
import numpy as np

from rotgraph.late import dataclass
from rotgraph.model.draft import Name, Names
from rotgraph.model.named import NamedLink, NoteNames, Request, links_of, requests_of
from rotgraph.resolve.firsts import Firsts, is_silent, link_key, request_key
from rotgraph.resolve.links import LinkIndex
from rotgraph.resolve.mentions import Mentions
from rotgraph.resolve.naming import Naming, folder_of
from rotgraph.resolve.rehearsal import Rehearsal, UnheardError
from rotgraph.resolve.subjects import Home, Subjects
from rotgraph.resolve.tickers import Capitals, Counts

__all__ = ["LATE", "Changed", "Counted", "Heard", "Hearing", "Moves"]

LATE = 2**31 - 1
"""The note that tells what is told only when all notes have linked and asked."""
T = TypeVar("T")
_Place = tuple[int, int, int]
"""Byte span and section."""


class Heard(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What decided the names."""

    links: Firsts
    """Links that told something, each with its thing."""
    requests: Firsts
    """Requests that told something."""
    news: Firsts
    """What was learned of requests, and later: see `Registry.news`."""
    capitals: tuple[tuple[str, int], ...]
    labels: tuple[tuple[str, int], ...]
    """What their things were called when texts were searched for both."""
    full: tuple[tuple[str, int], ...]
    """The lexicon's names of things that are called otherwise, unless some text writes them."""
    made: int
    """How many things were known before rows and columns were."""
    late_things: tuple[int | str, ...]
    """Those that rows and columns told something of."""
    late_notes: tuple[int, ...]
    """Notes whose rows and columns told something."""


@dataclass(frozen=True, slots=True)
class Counted:
    """In how many texts names stand."""

    capitals: Counts
    full: Counts


@dataclass(frozen=True, slots=True)
class Changed:
    """What a note named and names."""

    number: int
    old: NoteNames
    new: NoteNames


@dataclass(frozen=True, slots=True)
class Moves:
    """Where what stood somewhere in a note stands now."""

    places: dict[_Place, _Place]
    votes: dict[tuple[int, int], tuple[int, int]]


class Hearing:
    """Listens to notes that have changed."""

    def __init__(self, heard: Heard, registry: Rehearsal, index: LinkIndex) -> None:
        self.heard, self.registry, self.index = heard, registry, index
        self._refused = {(thing, cls) for thing, cls, _ in registry.refused}
        self._late = frozenset(heard.late_things)

    def moves(self, changed: Changed) -> Moves | None:
        """Where the places of a note have moved to that tells what it told; None if it does not, or that cannot be known."""
        old, new = (_Said(self.heard, note, changed.number, self.index) for note in (changed.old, changed.new))
        if old.what != new.what or not (self._links(new) and self._requests(old, new) and self._rows(old, new)):
            return None
        places, votes = _paired(old.places, new.places), _paired(old.votes, new.votes)
        return Moves(places, votes) if places is not None and votes is not None else None

    def _links(self, note: _Said) -> bool:
        """Whether other links than those that are known to tell something tell nothing."""
        found = zip(note.links.values(), note.links_told, strict=True)
        return all(0 <= first <= note.number or is_silent(link, note.folder, self.index) for link, first in found)

    def _requests(self, old: _Said, new: _Said) -> bool:
        """Likewise of requests; what is no longer asked here must mean the same wherever else it is asked."""
        last = max((at for at, first in enumerate(new.requests_told) if first == new.number), default=-1)
        before, after = old.ranks(), new.ranks()
        for at, (key, request) in enumerate(new.requests.items()):
            known = 0 <= new.requests_told[at] <= new.number or before.get(key) == after[key]
            if not known and not self._asks_nothing(request, new, until=new.number if at > last else new.number - 1):
                return False
        gone = [request for key, request in old.requests.items() if key not in new.requests]
        return all(self._rehearse(each, old) and not self._any_named(LATE) for each in gone)

    def _asks_nothing(self, request: Request, note: _Said, *, until: int) -> bool:
        """Whether all that a request tells was told before, by notes up to that one."""
        if not self._rehearse(request, note) or self._any_named(until):
            return False
        told, votes = list(self.registry.told), list(self.registry.votes)
        given = self.heard.news.first([("vote", *vote) for vote in votes]).tolist()
        return bool((self.heard.news.first(told) <= until).all()) and all(
            first >= 0 and (first <= until or vote[:2] not in self._refused) for first, vote in zip(given, votes, strict=True)
        )

    def _rehearse(self, request: Request, note: _Said) -> bool:
        self.registry.start()
        try:
            Naming(self.registry.schema, self.registry, self.index).request(request, note.number, note.folder)
        except UnheardError:
            return False
        return True

    def _any_named(self, until: int) -> bool:
        """Whether what was asked for became a name only while requests were heard: then it mattered when."""
        named = self.heard.news.first([("name", word) for word in self.registry.words])
        return bool((named >= 0).any()) if until == LATE else bool((named > until).any())

    def _rows(self, old: _Said, new: _Said) -> bool:
        """Whether rows and columns tell nothing, or what they told."""
        if old.number in self.heard.late_notes:
            old.places += old.row_places
            new.places += new.row_places
            return old.rows == new.rows
        if old.rows == new.rows:
            return True
        self.registry.start()
        subjects = Subjects(self.registry.schema, Naming(self.registry.schema, self.registry, self.index))
        home = Home(new.note, new.number, self.registry.of_note[new.number])
        try:
            subjects.count(home, new.note.ballots)
            subjects.name(home, new.note)
        except UnheardError:
            return False
        met = self.registry.met_things
        return max(met, default=-1) < self.heard.made and met.isdisjoint(self._late)

    def recounted(self, counted: Counted, changed: Sequence[Changed]) -> Counted | None:
        """The counts as they are now; None if a name becomes or ceases to be a plain word, or to be written in full."""
        capitals = Capitals(self.heard.capitals, self.heard.labels)
        full = Mentions((name, at) for at, (name, _) in enumerate(self.heard.full))
        now = Counted(counted.capitals.copy(), counted.full.copy())
        for each in changed:
            for note, times in ((each.old, -1), (each.new, 1)):
                capitals.count(now.capitals, note.prose, self._linked(note), times)
                now.full[list({at for at, _, _ in full.find(note.prose)})] += times
        same = capitals.common(now.capitals) == capitals.common(counted.capitals)
        return now if same and np.array_equal(now.full > 0, counted.full > 0) else None

    def _linked(self, note: NoteNames) -> frozenset[int]:
        """The things that a note links to."""
        folder, links = folder_of(note.path), links_of(note)
        meant = self.heard.links.meant([link_key(link, folder, self.index) for link in links]).tolist()
        notes = [self.index.resolve(link.target, folder).note for link in links]
        found = zip(meant, notes, strict=True)
        return frozenset(self.registry.of_note[note] if thing < 0 and note >= 0 else thing for thing, note in found)


def _paired(old: Sequence[T], new: Sequence[T]) -> dict[T, T] | None:
    """What each became; None if one became two."""
    found: dict[T, T] = {}
    if len(old) != len(new):
        return None
    for one, other in zip(old, new, strict=True):
        if found.setdefault(one, other) != other:
            return None
    return found


class _Said:
    """All that a note tells the names: what it is the first to tell, in order and without its places, which stand beside."""

    def __init__(self, heard: Heard, note: NoteNames, number: int, index: LinkIndex) -> None:
        self.note, self.number, self.folder = note, number, folder_of(note.path)
        self.what: list[object] = [note.path, note.own_name, note.aliases, note.classes, note.own_heading]
        self.places: list[_Place] = []
        self.votes: list[tuple[int, int]] = []
        self._numbers: dict[int, int] = {}
        self._journal = Home(note, number, -1).journal
        self.links: dict[object, NamedLink] = {link_key(link, self.folder, index): link for link in links_of(note)}
        self.links_told = self._told(heard.links, self.links)
        for link, first in zip(self.links.values(), self.links_told, strict=True):
            if first == number:
                self.places.append((link.start, link.end, link.section))
        self.requests: dict[object, Request] = {}
        for request in requests_of(note):
            self.requests.setdefault(request_key(request, self.folder, index)[1], request)
        self.requests_told = self._told(heard.requests, self.requests)
        for request, first in zip(self.requests.values(), self.requests_told, strict=True):
            if first == number:
                self._request(request)
        for told in note.symbols:
            self.what.append((told.symbols, self._name(told.name, told.section) or self._heading(told.section)))
        places, self.places = self.places, []
        self.rows = [*self._ballots(), *self._prefixed()]
        self.row_places, self.places = self.places, places

    def ranks(self) -> dict[object, int]:
        """Of each request, how many before it tell something."""
        found, rank = {}, 0
        for key, first in zip(self.requests, self.requests_told, strict=True):
            found[key] = rank
            rank += first == self.number
        return found

    def _told(self, firsts: Firsts, keys: Collection[object]) -> list[int]:
        """Who is the first to tell each; the note's own news are noted."""
        told: list[int] = firsts.first(list(keys)).tolist()
        self.what.extend(key for key, first in zip(keys, told, strict=True) if first == self.number)
        return told

    def _request(self, request: Request) -> None:
        value = request.value
        self.votes.append((request.start, request.end))
        self.places.append((value.start, value.end, request.section))
        if isinstance(value, Names):
            self.places.extend((link.start, link.end, request.section) for _, _, link in value.links)

    def _ballots(self) -> Iterator[object]:
        for ballot in self.note.ballots:
            names = [self._name(name, ballot.section) for name in ballot.names]
            yield ballot.otherwise, ballot.kind and self._heading(ballot.section), names

    def _prefixed(self) -> Iterator[object]:
        votes = {ballot.vote: at for at, ballot in enumerate(self.note.ballots)}
        for subject, cls in self.note.prefixed:
            name = self._name(subject.name, subject.section)
            vote = votes.get(subject.vote, -1)
            yield cls, name, subject.prefix, subject.certain, vote, self._heading(subject.section)

    def _name(self, name: Name | None, section: int) -> object:
        if name is None:
            return None
        self.places.append((name.start, name.end, section))
        return name.text, name.target, name.fragment

    def _heading(self, section: int) -> object:
        """A section by what the headings from it upwards name, told once; after that by its number."""
        told: list[object] = []
        while section >= 0:
            each = self.note.sections[section]
            number = self._numbers.get(section)
            if number is not None:
                return (*told, number)
            self._numbers[section] = len(self._numbers)
            told.append((each.text if self._journal else "", each.certain, self._name(each.own, section)))
            section = each.parent
        return tuple(told)
