"""In: what was odd in a note. Out: diagnostics with place and hint. Room: notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rotgraph.diagnostics import Diagnostic, Label, report
from rotgraph.notes.blocks import BlockReader
from rotgraph.notes.document import Link
from rotgraph.notes.leftover import Leftovers
from rotgraph.notes.marks import Stretches
from rotgraph.source import Source

__all__ = ["tell"]

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_CONTROLS = bytes((*range(9), 11, *range(14, 32), 127))
_INVISIBLE = re.compile("[\u00a0\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{4,6})|([0-9]{5,7}));")
_CONFLICT = re.compile(rb"^<{7} [^\r\n]*", re.MULTILINE)


def tell(source: Source, reader: BlockReader, left: Leftovers, links: Sequence[Link], stray: int) -> Iterator[Diagnostic]:
    """Everything RG116 to RG128 and RG401 to RG407."""
    yield from _tell_text(source, reader, stray)
    yield from _tell_links(source, reader, left, links)
    yield from _tell_tables(source, reader)


def _tell_text(source: Source, reader: BlockReader, stray: int) -> Iterator[Diagnostic]:
    data = source.data
    if len(data.translate(None, _CONTROLS)) != len(data) and (control := _CONTROL.search(data)):
        count = len(_CONTROL.findall(data))
        yield report(
            source, control.start(), control.end(), "RG119",
            f"a control character (U+{data[control.start()]:04X}){f', and {count - 1} more' if count > 1 else ''}", "delete it",
        )  # fmt: skip
    if b"&#" in reader.scan.view and (halves := [*_halves(reader)]):
        start, end = halves[0]
        more = f", and {len(halves) - 1} more" if len(halves) > 1 else ""
        what = f"half a character ({source.slice(start, end)}){more}: read as U+FFFD"
        yield report(source, start, end, "RG128", what, "write the whole character or delete it")
    if b"\n=======" in data:
        conflict = _CONFLICT.search(data)
        if conflict and b"\n>>>>>>> " in data:
            yield report(
                source, conflict.start(), conflict.end(), "RG116", "a merge conflict that was never settled: both sides are read",
                "keep one side",
            )  # fmt: skip
    for start, end in reader.unclosed:
        yield report(source, start, end, "RG124", "this block of code is never closed: all that follows is code", "close it")
    if stray >= 0:
        yield report(source, stray, stray + 2, "RG127", "a comment that is never closed: read as text", "close it with `%%`")
    seen: dict[str, int] = {}
    for name, end in reader.block_ids:
        first = seen.setdefault(name, end)
        if first != end:
            place = source.place(first - len(name) - 1)
            yield report(
                source, end - len(name) - 1, end, "RG126", f"the block id `^{name}` stands twice: links reach the first",
                "rename one", (Label(source.path, place.line, place.column, "the first one"),),
            )  # fmt: skip


def _halves(reader: BlockReader) -> Iterator[tuple[int, int]]:
    """References to half a character (a surrogate), outside code."""
    shut = Stretches((start, end) for start, end, _ in reader.scan.opaque)
    for found in _REFERENCE.finditer(reader.scan.view):
        code = int(found[1], 16) if found[1] else int(found[2])
        if 0xD800 <= code < 0xE000 and not shut.holds(found.start()):
            yield found.span()


def _tell_links(source: Source, reader: BlockReader, left: Leftovers, links: Sequence[Link]) -> Iterator[Diagnostic]:
    for link in links:
        if link.context == "empty":
            yield report(source, link.start, link.end, "RG122", "a link that names nothing", "write a name between the brackets")
        elif not link.target.isascii() and not link.context and (odd := _INVISIBLE.search(link.target)):
            clean = " ".join(_INVISIBLE.sub(lambda found: " " if found[0] == "\u00a0" else "", link.target).split())
            what = f"an invisible character (U+{ord(odd[0]):04X}) in a link"
            yield report(source, link.start, link.end, "RG120", what, f"write [[{clean}]]")
    for link in reader.scan.escaped:
        yield report(source, link.start, link.end, "RG123", "a pipe needs its backslash only in a table", "write it without")
    for start, end in reader.scan.broken:
        yield report(source, start, end, "RG125", "a link must stand on one line: read as text", "join the lines")
    for start, end in left.odd:
        yield report(
            source, start, end, "RG125", "Markdown reads these brackets otherwise: no link", "move it out of the brackets around it"
        )
    for at in left.nested:
        yield report(
            source, at, at + 2, "RG121", "brackets open around another link: only the inner one is a link", "delete the outer ones"
        )
    broken = {start for start, _ in reader.scan.broken}
    for at in left.open:
        if at in broken or at - 1 in broken:
            continue
        yield report(
            source, at, at + 2, "RG125", "double brackets that are not closed on their line: read as text", "close them with `]]`"
        )


def _tell_tables(source: Source, reader: BlockReader) -> Iterator[Diagnostic]:
    tables = reader.tables
    for start, end in tables.pipes:
        what = "a pipe inside a link, code or a formula splits the cell: read as one cell"
        yield report(source, start, end, "RG401", what, "write `\\|`")
    for start, end, columns in tables.long:
        text = source.slice(start, end).strip()
        start = end - len(source.data[start:end].lstrip())
        end = start + len(source.data[start:end].rstrip())
        yield report(
            source,
            start,
            end,
            "RG402",
            f"a row with more cells than its header has ({columns}): `{text}`",
            "add a header or join the cells",
        )
    for misfit in tables.misfits:
        yield report(
            source, misfit.start, misfit.end, "RG403", "the delimiter row does not fit the header: read as a table all the same",
            "write one `---` for each column, between pipes",
        )  # fmt: skip
    for misfit in tables.unread:
        yield report(
            source, misfit.head_start, misfit.head_end, "RG405", "these lines look like a table and are none: read as text",
            "put a blank line before them, and under the header one `---` for each column",
        )  # fmt: skip
    for start, end in tables.glued:
        yield report(
            source, start, end, "RG404", "a line glued under a table: read as text, not as a row", "put a blank line before it"
        )
    for start, end in tables.lost:
        yield report(
            source, start, end, "RG404", "a line without cells between rows: read as a row", "put it elsewhere, or pipes around it"
        )
