"""In: what decided the names, and notes as they were and as they are. Out: whether all names mean the same. Room: resolve.

Names are settled by what each note says first (see `firsts`), by what it says of votes and symbols, and by how many texts hold
capitals and names in full. A note that says the same of all this, in the same order, changes no name, wherever in the note it says
it: only the places move that the names were first met at. When in doubt, the answer is no, and all names are settled anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec
import numpy as np

from rotgraph.late import dataclass
from rotgraph.model.draft import Name, Names
from rotgraph.model.named import NoteNames, Request, links_of, requests_of
from rotgraph.resolve.firsts import Firsts, link_key, request_key
from rotgraph.resolve.links import LinkIndex
from rotgraph.resolve.mentions import Mentions
from rotgraph.resolve.naming import folder_of
from rotgraph.resolve.subjects import Home
from rotgraph.resolve.tickers import Capitals, Counts

__all__ = ["Changed", "Counted", "Heard", "Moves", "moves", "recounted"]

T = TypeVar("T")
_Place = tuple[int, int, int]
"""Byte span and section."""


class Heard(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What decided the names."""

    links: Firsts
    requests: Firsts
    capitals: tuple[tuple[str, int], ...]
    labels: tuple[tuple[str, int], ...]
    """What their things were called when texts were searched for both."""
    full: tuple[tuple[str, int], ...]
    """The lexicon's names of things that are called otherwise, unless some text writes them."""


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


def recounted(heard: Heard, counted: Counted, changed: Sequence[Changed], index: LinkIndex) -> Counted | None:
    """The counts as they are now; None if a name becomes or ceases to be a plain word, or to be written in full."""
    capitals, full = Capitals(heard.capitals, heard.labels), Mentions((name, at) for at, (name, _) in enumerate(heard.full))
    now = Counted(counted.capitals.copy(), counted.full.copy())
    for each in changed:
        for note, times in ((each.old, -1), (each.new, 1)):
            keys = [link_key(link, folder_of(note.path), index) for link in links_of(note)]
            capitals.count(now.capitals, note.prose, frozenset(heard.links.meant(keys).tolist()), times)
            now.full[list({at for at, _, _ in full.find(note.prose)})] += times
    same = capitals.common(now.capitals) == capitals.common(counted.capitals)
    return now if same and np.array_equal(now.full > 0, counted.full > 0) else None


def moves(heard: Heard, changed: Changed, index: LinkIndex) -> Moves | None:
    """Where the places of a note have moved to that says the same; None if it does not, or that cannot be told."""
    old, new = (_Said(heard, note, changed.number, index) for note in (changed.old, changed.new))
    if old.what != new.what or len(old.places) != len(new.places) or len(old.votes) != len(new.votes):
        return None
    places, votes = (_paired(*each) for each in ((old.places, new.places), (old.votes, new.votes)))
    return Moves(places, votes) if places is not None and votes is not None else None


def _paired(old: Sequence[T], new: Sequence[T]) -> dict[T, T] | None:
    """What each became; None if one became two."""
    found: dict[T, T] = {}
    for one, other in zip(old, new, strict=True):
        if found.setdefault(one, other) != other:
            return None
    return found


class _Said:
    """All that a note tells the names, in order and without its places, which stand beside."""

    def __init__(self, heard: Heard, note: NoteNames, number: int, index: LinkIndex) -> None:
        self.what: list[object] = [note.path, note.title, note.aliases, note.classes, note.own_heading]
        self.places: list[_Place] = []
        self.votes: list[tuple[int, int]] = []
        self._sections = note.sections
        self._numbers: dict[int, int] = {}
        self._journal = Home(note, number, -1).journal
        folder = folder_of(note.path)
        links = links_of(note)
        for at in self._first(heard.links, [link_key(link, folder, index) for link in links], number):
            self.places.append((links[at].start, links[at].end, links[at].section))
        asked: dict[object, Request] = {}
        for request in requests_of(note):
            asked.setdefault(request_key(request, folder, index), request)
        requests = list(asked.values())
        for at in self._first(heard.requests, list(asked), number):
            self._request(requests[at])
        for told in note.symbols:
            self.what.append((told.symbols, self._name(told.name, told.section) or self._heading(told.section)))
        for ballot in note.ballots:
            names = [self._name(name, ballot.section) for name in ballot.names]
            self.what.append((ballot.otherwise, ballot.kind and self._heading(ballot.section), names))
        votes = {ballot.vote: at for at, ballot in enumerate(note.ballots)}
        for subject, cls in note.prefixed:
            name = self._name(subject.name, subject.section)
            vote = votes.get(subject.vote, -1)
            self.what.append((cls, name, subject.prefix, subject.certain, vote, self._heading(subject.section)))

    def _first(self, firsts: Firsts, keys: Sequence[object], number: int) -> Iterator[int]:
        """What no note before says: what was said first by this one, and what nobody said, or only one after it."""
        for at, first in enumerate(firsts.first(keys).tolist()):
            if not 0 <= first < number:
                self.what.append((first, keys[at]))
                yield at

    def _request(self, request: Request) -> None:
        value = request.value
        self.votes.append((request.start, request.end))
        self.places.append((value.start, value.end, request.section))
        if isinstance(value, Names):
            self.places.extend((link.start, link.end, request.section) for _, _, link in value.links)

    def _name(self, name: Name | None, section: int) -> object:
        if name is None:
            return None
        self.places.append((name.start, name.end, section))
        return name.text, name.target, name.fragment

    def _heading(self, section: int) -> object:
        """A section by what the headings from it upwards name, told once; after that by its number."""
        told: list[object] = []
        while section >= 0:
            each = self._sections[section]
            number = self._numbers.get(section)
            if number is not None:
                return (*told, number)
            self._numbers[section] = len(self._numbers)
            told.append((each.text if self._journal else "", each.certain, self._name(each.own, section)))
            section = each.parent
        return tuple(told)
