"""In: nothing. Out: what one note names, as far as all notes must know it. Room: model.

`collect` makes it from what the note says, `settle` makes things of the names of all notes. Every name stands once, with its first
place: what a note repeats changes nothing. Places are byte offsets into the note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from rotgraph.model.draft import Name, Names, SectionFacts, Subject

__all__ = [
    "Again", "Ballot", "LeanNames", "NamedLink", "NoteNames", "Request", "Symbols", "WholeNames", "links_of", "packed",
    "requests_of",
]  # fmt: skip


class NamedLink(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A link that names something."""

    target: str
    text: str
    whole: bool
    """It means the whole note, no heading of it."""
    start: int
    end: int
    section: int


class Request(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A name that some draft holds, and the class that its place gives."""

    value: Name | Names
    cls: str
    column: bool
    """A column says the class, not a text."""
    side: bool
    start: int
    end: int
    section: int


_encode = msgspec.msgpack.Encoder().encode
_decode_links = msgspec.msgpack.Decoder(tuple[NamedLink, ...]).decode
_decode_requests = msgspec.msgpack.Decoder(tuple[Request, ...]).decode


def packed(each: Iterable[NamedLink] | Iterable[Request]) -> msgspec.Raw:
    """Links or requests, packed: of ten thousand notes they would fill the memory."""
    return msgspec.Raw(_encode(tuple(each)))


class Ballot(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Rows or columns of one table that decide together whether they are names."""

    vote: int
    otherwise: str
    kind: bool
    section: int
    names: tuple[Name, ...]


class Symbols(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Traded symbols of a thing: of the one called ``name``, else of what the headings name."""

    symbols: tuple[str, ...]
    name: Name | None
    section: int


class WholeNames(msgspec.Struct, frozen=True, array_like=True):
    """Everything one note names, at hand."""

    path: str
    title: str
    own_name: str
    aliases: tuple[str, ...]
    alias_places: tuple[tuple[int, int], ...]
    classes: tuple[tuple[str, str], ...]
    sections: tuple[SectionFacts, ...]
    links: msgspec.Raw
    """`NamedLink`s, to be read one note at a time: see `links_of`."""
    own_heading: str
    """The target of the link that the first heading is; empty if it is none."""
    requests: msgspec.Raw
    """`Request`s, likewise: see `requests_of`."""
    symbols: tuple[Symbols, ...]
    ballots: tuple[Ballot, ...]
    prefixed: tuple[tuple[Subject, str], ...]
    """Subjects whose beginning may name a thing of a class, which gains that class."""
    prose: str
    """The text in which names may stand unlinked."""
    headings: tuple[str, ...]
    block_ids: tuple[str, ...]
    line_starts: bytes
    wide: bytes


class NoteNames(Protocol):
    """Everything one note names: see `WholeNames`."""

    @property
    def path(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def own_name(self) -> str: ...

    @property
    def aliases(self) -> tuple[str, ...]: ...

    @property
    def alias_places(self) -> tuple[tuple[int, int], ...]: ...

    @property
    def classes(self) -> tuple[tuple[str, str], ...]: ...

    @property
    def sections(self) -> tuple[SectionFacts, ...]: ...

    @property
    def links(self) -> msgspec.Raw: ...

    @property
    def own_heading(self) -> str: ...

    @property
    def requests(self) -> msgspec.Raw: ...

    @property
    def symbols(self) -> tuple[Symbols, ...]: ...

    @property
    def ballots(self) -> tuple[Ballot, ...]: ...

    @property
    def prefixed(self) -> tuple[tuple[Subject, str], ...]: ...

    @property
    def prose(self) -> str: ...

    @property
    def headings(self) -> tuple[str, ...]: ...

    @property
    def block_ids(self) -> tuple[str, ...]: ...

    @property
    def line_starts(self) -> bytes: ...

    @property
    def wide(self) -> bytes: ...


class Again:
    """Reads notes again, by path; the last one is held."""

    def __init__(self, read: Callable[[str], WholeNames]) -> None:
        self._read = read
        self._held: WholeNames | None = None

    def __call__(self, path: str) -> WholeNames:
        held = self._held
        if held is None or held.path != path:
            held = self._held = self._read(path)
        return held


class LeanNames:
    """Everything one note names; what few ask for is read again then: of ten thousand notes it would fill the memory."""

    __slots__ = (
        "_again", "alias_places", "aliases", "block_ids", "classes", "headings", "line_starts", "own_heading", "own_name", "path",
        "symbols", "title", "wide",
    )  # fmt: skip

    def __init__(self, names: WholeNames, again: Again) -> None:
        self.path, self.title, self.aliases, self.alias_places = names.path, names.title, names.aliases, names.alias_places
        self.classes, self.own_heading, self.symbols = names.classes, names.own_heading, names.symbols
        self.own_name = names.own_name
        self.headings, self.block_ids = names.headings, names.block_ids  # links lead there from anywhere
        self.line_starts, self.wide = names.line_starts, names.wide
        self._again = again

    @property
    def sections(self) -> tuple[SectionFacts, ...]:
        return self._again(self.path).sections

    @property
    def links(self) -> msgspec.Raw:
        return self._again(self.path).links

    @property
    def requests(self) -> msgspec.Raw:
        return self._again(self.path).requests

    @property
    def ballots(self) -> tuple[Ballot, ...]:
        return self._again(self.path).ballots

    @property
    def prefixed(self) -> tuple[tuple[Subject, str], ...]:
        return self._again(self.path).prefixed

    @property
    def prose(self) -> str:
        return self._again(self.path).prose


def links_of(note: NoteNames) -> tuple[NamedLink, ...]:
    """The links of a note."""
    return _decode_links(note.links)


def requests_of(note: NoteNames) -> tuple[Request, ...]:
    """What its drafts ask for."""
    return _decode_requests(note.requests)
