"""In: one `Source`. Out: its `Document`, and what is wrong in it. Room: notes.

A note is parsed once. When Markdown has misread something whose meaning is certain (a pipe inside a link of a row, a delimiter row
that does not fit), the bytes at fault are hidden from the parser and it runs a second time.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from pyromark import Markdown, Options

from rotgraph.diagnostics import Checked, Diagnostic
from rotgraph.notes.blocks import BlockReader
from rotgraph.notes.document import Document, Entry, Link, Tag
from rotgraph.notes.frontmatter import read_front_matter
from rotgraph.notes.leftover import read_leftovers
from rotgraph.notes.marks import Stretches, may_hold_tags, read_fields, read_tags
from rotgraph.notes.mask import DOLLAR, GONE, Mask
from rotgraph.notes.obscure import begins_line, find_comments, find_formulas
from rotgraph.notes.repair import repaired
from rotgraph.notes.tell import tell
from rotgraph.source import Source

__all__ = ["parse_note", "title_of"]

_PLAIN = Options.ENABLE_TABLES | Options.ENABLE_WIKILINKS | Options.ENABLE_FOOTNOTES | Options.ENABLE_TASKLISTS
_LINE_END = re.compile(rb"[ \t]*\r?(?:\n|\Z)")
_WITHOUT_MATH = Markdown(options=_PLAIN)
_WITH_MATH = Markdown(options=_PLAIN | Options.ENABLE_MATH)


def title_of(path: str) -> str:
    """The file name without ``.md``, in NFC: some systems store it in pieces, letter and accent apart.

    Example:
        >>> title_of("Sectors/Oil majors.md")
        'Oil majors'
    """
    name = path.rpartition("/")[2]
    return normalize("NFC", name[:-3] if name[-3:].lower() == ".md" else name)


def parse_note(source: Source) -> Checked[Document]:
    """Read one note: headings, blocks, links in every context, tags, fields, front matter.

    Diagnostics: RG101 to RG107 (front matter), RG119 to RG128 (text and links), RG401 to RG407 (tables). Nothing raises.

    Example:
        >>> note = parse_note(Source("Oil.md", b"# Oil\\n\\nSee [[Exxon|the major]] #energy\\n")).value
        >>> note.title, note.links[0].target, note.links[0].label, note.tags[0].name
        ('Oil', 'Exxon', 'the major', 'energy')
    """
    data = source.data
    front = read_front_matter(source)
    blank = front.end or (3 if data.startswith(b"\xef\xbb\xbf") else 0)
    view = b"\n" * blank + data[blank:] if blank else data
    mask = Mask(data)
    math = False
    if b"$" in view:
        view, math = _hide_dollars(view, mask)
    comments: list[tuple[int, int]] = []
    stray = -1
    if b"%%" in view:
        scan = _read(view, mask, math=math).scan
        links = [(link.start, link.end, "link") for link in scan.links if link.form == "wikilink"]
        comments, stray = find_comments(view, [*scan.opaque, *links])
        view = _hide_comments(view, comments, mask)
    reader = _read(view, mask, math=math)
    reader = repaired(view, mask, reader, lambda mended: _read(mended, mask, math=math))
    return _document(source, reader, front.entries, comments, stray, front.end, list(front.diagnostics))


def _read(view: bytes, mask: Mask, *, math: bool) -> BlockReader:
    parser = _WITH_MATH if math else _WITHOUT_MATH
    reader = BlockReader(view, mask, parser.events_with_range, math=math)
    reader.read()
    return reader


def _hide_dollars(view: bytes, mask: Mask) -> tuple[bytes, bool]:
    """Hide every dollar that opens or closes no formula; whether there is a formula at all."""
    formulas = find_formulas(view)
    if not formulas:
        return view, False
    inside = Stretches(formulas)
    lone = [at for at in _every(view, b"$") if not inside.holds(at)]
    if not lone:
        return view, True
    hidden = bytearray(view)
    if not mask.hide(hidden, ((at, at + 1) for at in lone), DOLLAR):
        return view, False
    return bytes(hidden), True


def _every(view: bytes, what: bytes) -> list[int]:
    found, at = [], view.find(what)
    while at >= 0:
        found.append(at)
        at = view.find(what, at + 1)
    return found


def _hide_comments(view: bytes, comments: list[tuple[int, int]], mask: Mask) -> bytes:
    """A comment that fills its lines leaves blank lines; one within a line leaves nothing."""
    if not comments:
        return view
    hidden = bytearray(view)
    inline = []
    seen = 0
    for start, end in comments:
        if begins_line(view, seen, start) and _LINE_END.match(view, end):
            hidden[start:end] = re.sub(rb"[^\r\n]", b" ", view[start:end])
        else:
            inline.append((start, end))
        seen = end - 1
    if inline:
        mask.hide(hidden, inline, GONE)
    return bytes(hidden)


def _document(
    source: Source,
    reader: BlockReader,
    entries: tuple[Entry, ...],
    comments: list[tuple[int, int]],
    stray: int,
    front_end: int,
    diagnostics: list[Diagnostic],
) -> Checked[Document]:
    scan = reader.scan
    view = scan.view
    body = scan.links
    opaque = sorted((*scan.opaque, *((start, end, "comment") for start, end in comments)))
    links = [link for entry in entries for link in entry.links]
    links.extend(body)
    if front_end:
        opaque.insert(0, (0, front_end, "front matter"))
    leftovers = read_leftovers(source.data, links, opaque)
    if leftovers.links:
        links.extend(leftovers.links)
    links.sort(key=_start)
    tags: tuple[Tag, ...] = ()
    if may_hold_tags(view):
        tags = read_tags(view, Stretches([*((start, end) for start, end, _ in opaque), *((link.start, link.end) for link in body)]))
    fields: tuple[Entry, ...] = ()
    if b"::" in view:
        closed = Stretches((start, end) for start, end, _ in opaque)
        fields = read_fields(view, closed, body, reader.headings)
    document = Document(
        source.path,
        title_of(source.path),
        entries,
        fields,
        tuple(reader.headings),
        tuple(reader.blocks),
        tuple(links),
        tags,
        tuple(dict.fromkeys(name for name, _ in reader.block_ids)),
    )
    diagnostics.extend(tell(source, reader, leftovers, links, stray))
    return Checked(document, tuple(sorted(diagnostics)))


def _start(link: Link) -> int:
    return link.start
