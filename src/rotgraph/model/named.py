"""In: nothing. Out: what one note names, as far as all notes must know it. Room: model.

`collect` makes it from what the note says, `settle` makes things of the names of all notes. Every name stands once, with its first
place: what a note repeats changes nothing. Places are byte offsets into the note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeAlias

import msgspec

from rotgraph.model.draft import Name, Names, SectionFacts, Subject

__all__ = [
    "Again", "Ask", "Ballot", "LeanNames", "NamedLink", "NoteNames", "Request", "Symbols", "WholeNames", "asks_of", "links_of",
    "packed_links", "packed_requests", "request_of", "requests_of",
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


class Ask(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A request as it is packed: what is asked for is the same bytes wherever it stands, and is unpacked but once."""

    said: bytes
    """The value, its places counted from that of the request, class, column and side."""
    start: int
    end: int
    section: int


_Said: TypeAlias = "tuple[Name | Names, str, bool, bool]"
_encode = msgspec.msgpack.Encoder().encode
_decode_links = msgspec.msgpack.Decoder(tuple[NamedLink, ...]).decode
_decode_asks = msgspec.msgpack.Decoder(tuple[Ask, ...]).decode
_decode_said: Callable[[bytes], _Said] = msgspec.msgpack.Decoder(tuple[Name | Names, str, bool, bool]).decode


def packed_links(links: Iterable[NamedLink]) -> msgspec.Raw:
    """Links, packed: of ten thousand notes they would fill the memory."""
    return msgspec.Raw(_encode(tuple(links)))


def packed_requests(requests: Iterable[Request]) -> msgspec.Raw:
    """Requests likewise."""
    return msgspec.Raw(_encode([
        (_encode((_shifted(each.value, -each.start), each.cls, each.column, each.side)), each.start, each.end, each.section)
        for each in requests
    ]))  # fmt: skip


def request_of(ask: Ask) -> Request:
    """A request from what is packed of it."""
    value, cls, column, side = _decode_said(ask.said)
    return Request(_shifted(value, ask.start), cls, column, side, ask.start, ask.end, ask.section)


def _shifted(value: Name | Names, by: int) -> Name | Names:
    """The same at another place."""
    if isinstance(value, Name):
        return _name_shifted(value, by)
    links = tuple([(left, right, _name_shifted(each, by)) for left, right, each in value.links])
    return Names(value.text, value.start + by, value.end + by, links, value.split, value.scan, value.apart)


def _name_shifted(name: Name, by: int) -> Name:
    return Name(name.text, name.start + by, name.end + by, name.target, name.fragment, name.form)


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
    """`Request`s, likewise: see `asks_of`."""
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


_LATER: Mapping[str, Any] = {
    "sections": tuple[SectionFacts, ...], "links": msgspec.Raw, "requests": msgspec.Raw, "ballots": tuple[Ballot, ...],
    "prefixed": tuple[tuple[Subject, str], ...], "prose": str,
}  # fmt: skip
"""What few ask for, and what it is."""
_decode_parts: Callable[[bytes], Any] = msgspec.msgpack.Decoder(
    msgspec.defstruct("_Parts", [(name, msgspec.Raw) for name in WholeNames.__struct_fields__], array_like=True)
).decode
_decode_part = {name: msgspec.msgpack.Decoder(kind).decode for name, kind in _LATER.items()}


class Again:
    """Reads again what notes name, one part of a note at a time; what was read of the last note is held."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        """``read``: by the path of a note, its `WholeNames` as MessagePack."""
        self._read = read
        self._path = ""
        self._parts: Any = None
        self._held: dict[str, Any] = {}

    def __call__(self, path: str, name: str) -> Any:
        if self._path != path:
            self._path, self._parts, self._held = path, _decode_parts(self._read(path)), {}
        if name not in self._held:
            self._held[name] = _decode_part[name](getattr(self._parts, name))
        return self._held[name]


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
        found: tuple[SectionFacts, ...] = self._again(self.path, "sections")
        return found

    @property
    def links(self) -> msgspec.Raw:
        found: msgspec.Raw = self._again(self.path, "links")
        return found

    @property
    def requests(self) -> msgspec.Raw:
        found: msgspec.Raw = self._again(self.path, "requests")
        return found

    @property
    def ballots(self) -> tuple[Ballot, ...]:
        found: tuple[Ballot, ...] = self._again(self.path, "ballots")
        return found

    @property
    def prefixed(self) -> tuple[tuple[Subject, str], ...]:
        found: tuple[tuple[Subject, str], ...] = self._again(self.path, "prefixed")
        return found

    @property
    def prose(self) -> str:
        found: str = self._again(self.path, "prose")
        return found


def links_of(note: NoteNames) -> tuple[NamedLink, ...]:
    """The links of a note."""
    return _decode_links(note.links)


def asks_of(note: NoteNames) -> tuple[Ask, ...]:
    """What its drafts ask for, as it is packed."""
    return _decode_asks(note.requests)


def requests_of(note: NoteNames) -> list[Request]:
    """What its drafts ask for."""
    return list(map(request_of, asks_of(note)))
