"""In: a note and what was read in it. Out: the first law of the reader that does not hold. Room: tests.

The laws of `rotgraph.notes`: every span slices back to what it names, every pair of double brackets ends as one record, every row
has the cells of its header. They hold for any text whatever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rotgraph.diagnostics import Checked
from rotgraph.notes.document import Document, Inline, Table
from rotgraph.notes.inline import byte_at
from rotgraph.notes.parse import parse_note
from rotgraph.notes.simple import SimpleReader
from rotgraph.rules import RULES
from rotgraph.source import Source

_BRACKETS = re.compile(rb"!?\[\[[^\[\]\r\n]*\]\]")
_ENTITY = re.compile(rb"&#?[0-9A-Za-z]+;")


def inlines(document: Document) -> Iterator[Inline]:
    """Every run of text of a note."""
    for heading in document.headings:
        yield heading.inline
    for block in document.blocks:
        if isinstance(block, Table):
            for row in (block.header, *block.rows):
                yield from row.cells
                yield from row.extra
        else:
            yield block.inline


def parse_slowly(source: Source) -> Checked[Document]:
    """The same note read from the events of the parser alone."""
    read, rows = SimpleReader.read, SimpleReader.rows
    SimpleReader.read = lambda *_: None  # type: ignore[method-assign]
    SimpleReader.rows = lambda *_: None  # type: ignore[method-assign]
    try:
        return parse_note(source)
    finally:
        SimpleReader.read, SimpleReader.rows = read, rows  # type: ignore[method-assign]


def broken_law(source: Source) -> str:
    """What is wrong with the reading of a note; empty if every law holds."""
    checked = parse_note(source)
    document = checked.value
    for law in (_spans, _texts, _links, _brackets, _tables, _sections, _rest):
        wrong = law(source, document)
        if wrong:
            return f"{law.__name__}: {wrong}"
    for diagnostic in checked.diagnostics:
        if diagnostic.code not in RULES or diagnostic.code[:3] not in ("RG1", "RG4"):
            return f"diagnostic {diagnostic}"
        if not 1 <= diagnostic.line <= len(source.line_starts) or diagnostic.column < 1:
            return f"place of {diagnostic}"
    if list(checked.diagnostics) != sorted(checked.diagnostics):
        return "diagnostics are not sorted"
    return ""


def _spans(source: Source, document: Document) -> str:
    size = len(source.data)
    named: list[tuple[str, int, int]] = [("link", link.start, link.end) for link in document.links]
    named.extend(("tag", tag.start, tag.end) for tag in document.tags)
    named.extend(("heading", heading.start, heading.end) for heading in document.headings)
    named.extend(("entry", entry.start, entry.end) for entry in (*document.front_matter, *document.fields))
    named.extend(("inline", inline.start, inline.end) for inline in inlines(document))
    for table in (block for block in document.blocks if isinstance(block, Table)):
        named.append(("table", table.start, table.end))
        named.extend(("row", row.start, row.end) for row in (table.header, *table.rows))
    for name, start, end in named:
        if not 0 <= start <= end <= size:
            return f"{name} {start}..{end} of {size}"
        for at in (start, end):
            if at < size and source.data[at] & 0xC0 == 0x80:
                return f"{name} {start}..{end} cuts a character"
    return ""


def _texts(source: Source, document: Document) -> str:
    data = source.data
    for inline in inlines(document):
        plain, size = inline.plain, len(inline.plain)
        if plain != plain.strip():
            return f"not trimmed: {plain!r}"
        for spans in (inline.strong, inline.emphasis, inline.code, [(start, end) for start, end, _ in inline.links]):
            if any(not 0 <= start <= end <= size for start, end in spans):
                return f"stretch outside {plain!r}: {spans}"
        last = -1
        for place, char in enumerate(plain):
            byte = byte_at(inline, place)
            raw = char.encode()
            if not inline.start <= byte < max(inline.end, 1) or byte < last:
                return f"character {place} of {plain!r} at {byte}, outside {inline.start}..{inline.end} or before {last}"
            last = byte
            if data[byte : byte + len(raw)] != raw and not _stands_for(data, byte, char):
                return f"character {place} of {plain!r} is {data[byte : byte + 8]!r}"
    return ""


def _stands_for(data: bytes, byte: int, char: str) -> bool:
    """A line end, a ``<br>``, an entity, or a space of code that was a line end."""
    if char == "\n":
        return data[byte : byte + 1] in (b"\r", b" ", b"\\", b"<", b"\t", b"&", b"\x0b", b"\x0c")
    if _ENTITY.match(data, byte):
        return True
    return char == " " and data[byte : byte + 1] in b"\r\n"


def _links(source: Source, document: Document) -> str:
    if [link.start for link in document.links] != sorted(link.start for link in document.links):
        return "links are not in order"
    for link in document.links:
        raw = source.data[link.start : link.end]
        if link.form == "wikilink" and not (raw.startswith(b"![[" if link.embed else b"[[") and raw.endswith(b"]]")):
            return f"{link} is {raw!r}"
        if link.form != "wikilink" and raw[:1] not in b"[!<":
            return f"{link} is {raw!r}"
    for inline in inlines(document):
        for _, _, link in inline.links:
            if not any(link is other for other in document.links):
                return f"{link} is not among the links of the note"
    for tag in document.tags:
        if source.slice(tag.start, tag.end) != f"#{tag.name}":
            return f"{tag} is {source.slice(tag.start, tag.end)!r}"
    return ""


def _brackets(source: Source, document: Document) -> str:
    """Every ``[[…]]`` ends as exactly one record."""
    spans = [(link.start, link.end) for link in document.links]
    if len(spans) != len(set(spans)):
        return f"one link twice: {sorted(spans)}"
    ends = {end: start for start, end in spans}
    for found in _BRACKETS.finditer(source.data):
        start = ends.get(found.end())
        if start is not None and start <= found.end() - 4:
            continue
        if not any(start <= found.start() + 1 and found.end() <= end for start, end in spans):
            return f"{found[0]!r} at {found.start()} is no record"
    return ""


def _tables(source: Source, document: Document) -> str:
    for block in document.blocks:
        if isinstance(block, Table):
            last = block.start
            for row in (block.header, *block.rows):
                if len(row.cells) != len(block.header.cells):
                    return f"{len(row.cells)} cells under {len(block.header.cells)}"
                if row.start < last or row.end > block.end:
                    return f"row {row.start}..{row.end} in {block.start}..{block.end}"
                last = row.end
                if any(not row.start <= cell.start <= cell.end <= row.end for cell in (*row.cells, *row.extra)):
                    return f"a cell outside its row {row}"
    return ""


def _sections(source: Source, document: Document) -> str:
    for index, heading in enumerate(document.headings):
        if heading.parent >= index or (heading.parent >= 0 and document.headings[heading.parent].level >= heading.level):
            return f"parent of {heading}"
    last = -1
    for block in document.blocks:
        start = block.start if isinstance(block, Table) else block.inline.start
        if not -1 <= block.section < len(document.headings):
            return f"section of {block}"
        if block.section >= 0 and document.headings[block.section].start > start:
            return f"section after {block}"
        if start < last:
            return f"blocks are not in order: {start} after {last}"
        last = start
    return ""


def _rest(source: Source, document: Document) -> str:
    if parse_note(source).value != document:
        return "read twice, it differs"
    slow = parse_slowly(source).value
    if slow != document:
        for name in ("headings", "blocks", "links", "tags", "fields", "block_ids"):
            quick, full = getattr(document, name), getattr(slow, name)
            if quick != full:
                pair = next(((a, b) for a, b in zip(quick, full, strict=False) if a != b), (len(quick), len(full)))
                return f"simple runs and events differ in {name}: {pair}"
    return ""
