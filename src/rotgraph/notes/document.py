"""In: nothing. Out: the tree of a note as written. Room: notes.

Syntax only: text stays text. All places are half-open byte offsets into ``Source.data``. The types are msgspec structs because
10,000 notes make more than a million cells: a frozen dataclass takes ten times as long to make.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

__all__ = ["Block", "Document", "Entry", "Heading", "Inline", "Link", "ListItem", "Meta", "Paragraph", "Row", "Table", "Tag"]

Meta: TypeAlias = "str | tuple[Meta, ...] | dict[str, Meta] | None"
"""A front matter value with every scalar as the text that stood there (``ON`` is ``"ON"``); None is an empty value."""


class Link(msgspec.Struct, frozen=True, gc=False):
    """One wikilink, embed or Markdown link."""

    start: int
    """Of the whole thing, ``!`` and brackets included."""
    end: int
    target: str
    """As written before ``#`` and ``|``, trimmed, percent-decoded for Markdown links; empty for the same note."""
    fragment: str = ""
    """After the first ``#``: ``Heading``, ``Outer#Inner`` or ``^block``."""
    label: str = ""
    """What is shown in its place when that was written; for an embed, sizes such as ``100`` are no label and stand in `size`."""
    form: str = "wikilink"
    """``wikilink``, ``markdown`` (into the vault) or ``url`` (a scheme or ``//``; ``target`` is the whole URL)."""
    embed: bool = False
    size: str = ""
    context: str = ""
    """Where it stands if it is no plain link: ``code``, ``math``, ``comment``, ``html``, ``front matter``, ``header`` (of a table);
    ``escaped`` if a backslash says that it is none, ``empty`` if it names nothing, ``text`` if Markdown reads its brackets
    otherwise."""

    @property
    def shown(self) -> str:
        """The words a reader sees."""
        return self.label or self.target or self.fragment.rsplit("#", 1)[-1]


class Inline(msgspec.Struct, frozen=True, gc=False):
    """A run of text: a cell, a paragraph, a heading, an item of a list."""

    start: int
    end: int
    plain: str
    """What a reader sees: markup removed, a link as its label, an image embed as nothing, ``<br>`` as a line feed; trimmed."""
    links: tuple[tuple[int, int, Link], ...] = ()
    """Links with the half-open place of their words in ``plain`` (empty for embeds), in order."""
    strong: tuple[tuple[int, int], ...] = ()
    """Bold stretches of ``plain``."""
    emphasis: tuple[tuple[int, int], ...] = ()
    """Italic stretches of ``plain``."""
    offsets: tuple[tuple[int, int], ...] = ()
    """Steps ``(place in plain, byte offset in the source)``, rising; between two steps characters follow one another in the
    source. Empty when ``plain`` is ASCII and stands in the source as it is, from ``start``."""
    code: tuple[tuple[int, int], ...] = ()
    """Stretches of ``plain`` that are code or math: nothing in them is a name."""


class Tag(msgspec.Struct, frozen=True, gc=False):
    """``#tag/sub`` without the ``#``."""

    name: str
    start: int
    end: int


class Heading(msgspec.Struct, frozen=True, gc=False):
    """A heading opens a section that lasts until the next heading of its level or above."""

    level: int
    inline: Inline
    start: int
    end: int
    parent: int
    """Index in ``Document.headings`` of the heading it stands under, or -1."""


class Paragraph(msgspec.Struct, frozen=True, gc=False):
    """A paragraph. Lines that only soft-wrap are joined by a line feed in ``plain``."""

    inline: Inline
    section: int
    """Index of the heading it stands under, or -1."""
    container: str = ""
    """Innermost of ``quote``, ``callout``, ``footnote``; empty at the top."""


class ListItem(msgspec.Struct, frozen=True, gc=False):
    """The own text of one item, without the items below it."""

    inline: Inline
    section: int
    depth: int
    """From 1."""
    task: str = ""
    """The character in ``[ ]`` of a task, as ``x``; empty if it is none."""
    container: str = ""


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row of a table: as many cells as its header has, short rows filled with empty cells."""

    start: int
    end: int
    cells: tuple[Inline, ...]
    extra: tuple[Inline, ...] = ()
    """Cells beyond the header, which Markdown drops; there is a diagnostic for them."""


class Table(msgspec.Struct, frozen=True, gc=False):
    """A GFM table, its rows read as the author meant them where that is certain."""

    start: int
    end: int
    header: Row
    rows: tuple[Row, ...]
    section: int
    container: str = ""


Block: TypeAlias = "Paragraph | ListItem | Table"


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One key of the front matter, or one inline field ``key:: value``."""

    key: str
    value: Meta
    start: int
    """Of the value (of the key when there is no value)."""
    end: int
    section: int = -1
    links: tuple[Link, ...] = ()
    """Links in the value, their ``context`` being ``front matter`` for front matter."""


class Document(msgspec.Struct, frozen=True):
    """A note as written."""

    path: str
    title: str
    """The file name without ``.md``."""
    front_matter: tuple[Entry, ...]
    fields: tuple[Entry, ...]
    """Inline fields of the body."""
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    """In the order of the note; headings are not among them."""
    links: tuple[Link, ...]
    """Every link of the note in order, those in code, math, comments, headers and front matter too (see ``context``)."""
    tags: tuple[Tag, ...]
    """Of the body, in order."""
    block_ids: tuple[str, ...]
    """Without the ``^``."""
