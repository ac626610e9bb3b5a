"""In: nothing. Out: what one note says, names still as written. Room: model.

`extract` makes `NoteFacts` from one note and the schema, and nothing else: they can be cached by content and made in parallel.
`resolve` turns all of them into facts. All places are byte offsets into the note.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from rotgraph.model.value import Period, Quantity

__all__ = [
    "Draft", "DraftFact", "DraftValue", "Local", "Name", "Names", "NoteFacts", "NoteLink", "Prose", "RecordName", "SectionFacts",
    "Subject",
]  # fmt: skip


class Name(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=1):
    """A name as written, linked or not."""

    text: str
    """The words a reader sees."""
    start: int
    end: int
    target: str = ""
    """The link's target as written; empty without a link."""
    fragment: str = ""
    form: str = ""
    """The link's form: ``wikilink`` or ``markdown``; empty without a link."""


class Names(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=2):
    """A text that names one thing or lists several; which, only all notes together can tell."""

    text: str
    start: int
    end: int
    links: tuple[tuple[int, int, Name], ...] = ()
    """With their places in ``text``."""
    split: bool = True
    scan: tuple[str, ...] = ()
    """Only the known names in it count, of these classes."""
    apart: tuple[str, ...] = ()
    """Names that other cells of the column write alone, folded: ``&`` or ``/`` between two of them separates."""


class Local(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=3):
    """Another draft of the same note, by its place in ``NoteFacts.drafts``."""

    index: int


class RecordName(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=4):
    """Words that name a record of some class: an episode by its rotation."""

    text: str
    cls: str
    start: int
    end: int
    period: Period | None = None
    """The period that the surroundings give, to choose between records of one name."""


class Subject(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=5):
    """What a row is about, when only all notes together can tell.

    Tried in order: ``name``, if it names a known thing (anything known, or only at the beginning of the words when ``prefix``);
    the things that the headings name; the note's own thing. What ``name`` does not resolve to becomes ``otherwise``, a
    property of the record (``metric``, ``qualifier``).
    """

    section: int
    name: Name | None = None
    prefix: bool = False
    certain: bool = False
    """The column holds things: an unknown name is a new thing."""
    vote: int = -1
    """Rows or columns of one table decide together: a number per table and axis, -1 is alone."""
    otherwise: str = ""
    kind: bool = False
    """The column's header says what things its rows are (Club, Rating), and is no word for a measure."""


DraftValue: TypeAlias = "Quantity | Period | str | int | Name | Names | Local | RecordName | Subject"


class DraftFact(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One property of a draft. Things named by it gain ``cls`` as the field's schema says."""

    property: str
    value: DraftValue
    start: int
    end: int
    cls: str = ""
    """The class of a thing that stands here, if its column says one."""
    side: bool = False
    """The class yields to index, group, place and firm (ruling 5)."""


class Draft(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A subject of the note: the note itself, a thing it describes, a record it states."""

    cls: str
    form: str
    """``note``; ``thing``; ``described``: a thing one row speaks of, its facts hold if no other row gives it the same property;
    ``headed``: the thing that a heading names, if one does;
    ``record``; ``heading``: the record that the heading of ``section`` denotes; ``caption``: the one that ``name`` denotes."""
    facts: tuple[DraftFact, ...]
    start: int
    end: int
    """Of the row or sentence as written."""
    section: int = -1
    name: Name | None = None
    """Of a thing, or of a named record."""
    table: int = -1
    complete: bool = True
    """It writes all its key cells itself: its place is principal evidence (ruling 4)."""
    members: Name | None = None
    """The heading or caption that may name the group of the things in its column of stocks."""
    label: str = ""
    plural: str = ""
    """Words of a discovered class: the header as written."""


class SectionFacts(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One heading, as far as facts care."""

    path: str
    """``Outer › Inner``."""
    text: str
    start: int
    end: int
    parent: int
    own: Name | None = None
    """The name it may be about: its one link, or its words without date and parenthesis."""
    certain: bool = False
    """The name is linked, or a label says what it is."""
    period: Period | None = None
    """The period it begins with or holds in parentheses."""
    stated: Period | None = None
    """The date that holds for the facts below it (ruling 22); None inherits."""
    cls: str = ""
    """The class its words give (``XMAG ETF``)."""
    rest: str = ""
    """What follows its period: the words that choose between records of that period."""


class Prose(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A run of text in which names may stand unlinked."""

    text: str
    start: int
    section: int


class NoteLink(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One link of the note, for resolution and checks."""

    name: Name
    context: str
    """As in `notes.document.Link`, and ``amount`` for a link inside an amount."""
    embed: bool
    section: int


class NoteFacts(msgspec.Struct, frozen=True, array_like=True):
    """Everything one note says."""

    path: str
    title: str
    own_name: str
    """What its own thing is called: the title, or the folder's name where the note says that it describes that."""
    aliases: tuple[str, ...]
    """Of the note's own thing."""
    alias_places: tuple[tuple[int, int], ...]
    """Where each alias stands."""
    classes: tuple[tuple[str, str], ...]
    """Classes of the note's own thing, each with what says so (``type: person``, ``#person``, ``folder People``)."""
    drafts: tuple[Draft, ...]
    sources: tuple[str, ...]
    """Per draft, the row or sentence as written."""
    sections: tuple[SectionFacts, ...]
    links: tuple[NoteLink, ...]
    prose: tuple[Prose, ...]
    headings: tuple[str, ...]
    """Texts of all headings, for links to them."""
    block_ids: tuple[str, ...]
    stated: Period | None
    """The date of the note itself."""
    line_starts: bytes
    """Byte offsets of the lines, as `pack_matrix` packs a column."""
    wide: bytes
    """Byte offsets of UTF-8 continuation bytes, likewise: columns count code points."""
    rows: int = 0
    """Rows of tables read."""
