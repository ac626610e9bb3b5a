"""In: nothing. Out: what one note names, as far as all notes must know it. Room: model.

`collect` makes it from what the note says, `settle` makes things of the names of all notes. Every name stands once, with its first
place: what a note repeats changes nothing. Places are byte offsets into the note.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rotgraph.model.draft import Name, Names, SectionFacts, Subject

__all__ = ["Ballot", "NamedLink", "NoteNames", "Request", "Symbols", "links_of", "packed", "requests_of"]


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


class NoteNames(msgspec.Struct, frozen=True, array_like=True):
    """Everything one note names."""

    path: str
    title: str
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


def links_of(note: NoteNames) -> tuple[NamedLink, ...]:
    """The links of a note."""
    return _decode_links(note.links)


def requests_of(note: NoteNames) -> tuple[Request, ...]:
    """What its drafts ask for."""
    return _decode_requests(note.requests)
