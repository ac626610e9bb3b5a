"""In: the events of a table. Out: a `Table` as its author meant it, and what Markdown would have lost. Room: notes."""

from __future__ import annotations

import re

from rotgraph.notes.document import Inline, Row, Table
from rotgraph.notes.inline import Scan, Span, inline_from, read_inline, without_highlights

__all__ = ["TableReader", "misfit_delimiter", "piped_links", "split_cells"]

_SPECIAL = re.compile(rb"[\\*_\[\]`<&#\x00-\x08\x0e-\x1f]|~~|==")
"""What a cell must not hold to be read as it stands; dollars only matter when the note has formulas."""
_SPECIAL_MATH = re.compile(_SPECIAL.pattern + rb"|\$")
_DELIMITER = re.compile(rb"\n[ \t>]*(?P<row>[|:-][-:| \t]*)\r?(?=\n|\Z)")
_PIPED_LINK = re.compile(rb"!?\[\[[^\[\]|\r\n]*\|[^\[\]\r\n]*\]\]")


class TableReader:
    """Reads tables and remembers what was wrong in them."""

    def __init__(self, scan: Scan, *, math: bool = False) -> None:
        self.scan = scan
        self.special = _SPECIAL_MATH if math else _SPECIAL
        self.pipes: list[tuple[int, int]] = []
        """Places of unescaped pipes inside links or code of a row."""
        self.long: list[tuple[int, int, int]] = []
        """Cells beyond the header: their bytes and how many columns there are."""
        self.glued: list[tuple[int, int]] = []
        """Lines under a table that Markdown takes for rows."""
        self.misfits: list[tuple[int, int, int]] = []
        """Delimiter rows that do not fit their header: their bytes and the columns of the header."""

    def read(self, span: Span, columns: int, section: int, container: str) -> tuple[Table, list[Inline]]:
        """The table whose start was just seen, and the lines glued under it."""
        scan = self.scan
        view, events, search = scan.view, scan.events, self.special.search
        rows: list[Row] = []
        cells: list[Inline] = []
        start = end = last = span["start"]
        scan.in_table = True
        for event, place in events:
            if event.__class__ is str:
                continue
            tag = event.get("Start")
            if tag is None:
                tag = event.get("End")
                if tag.__class__ is str:
                    if tag == "TableRow" or tag == "TableHead":
                        scan.context = ""
                        rows.append(self._row(start, end, last, cells, columns))
                    elif tag == "Table":
                        break
                continue
            if tag == "TableCell":
                first, last = place["start"], place["end"]
                raw = view[first:last]
                if search(raw) is None:
                    cells.append(inline_from(first, raw))
                else:
                    cells.append(self._cell(first, raw))
            elif tag == "TableHead" or tag == "TableRow":
                start, end = place["start"], place["end"]
                cells = []
                if tag == "TableHead":
                    scan.context = "header"
        scan.in_table = False
        glued = self._unglued(rows)
        table_end = rows[-1].end if rows else span["end"]
        return Table(span["start"], table_end, rows[0], tuple(rows[1:]), section, container), glued

    def _cell(self, first: int, raw: bytes) -> Inline:
        inline, _, _, _ = read_inline(self.scan)
        if inline.end == 0:
            return Inline(first, first, "")
        return without_highlights(inline) if b"==" in raw else inline

    def _row(self, start: int, end: int, last: int, cells: list[Inline], columns: int) -> Row:
        view = self.scan.view
        rest = view[last:end].strip()
        end = start + len(view[start:end].rstrip())
        if view.find(b"[[", start, end) >= 0 and cells:
            self.pipes.extend(piped_links(view, start, end))
        if len(rest) > 1 and len(cells) >= columns:
            begin = view.find(b"|", last, end) + 1
            stop = end - 1 if view[end - 1 : end] == b"|" else end
            if view[begin:stop].strip():
                self.long.append((begin, stop, columns))
        if len(cells) < columns:  # the parser stops filling rows when a table has very many cells
            cells.extend([Inline(end, end, "")] * (columns - len(cells)))
        return Row(start, end, tuple(cells))

    def _unglued(self, rows: list[Row]) -> list[Inline]:
        """Take off the lines at the end that are no rows: they hold no pipe, and the header begins with one."""
        view = self.scan.view
        glued: list[Inline] = []
        if not view.startswith(b"|", rows[0].start):
            return glued
        while len(rows) > 1 and view.find(b"|", rows[-1].start, rows[-1].end) < 0:
            row = rows.pop()
            self.glued.append((row.start, row.end))
            glued.append(row.cells[0])
        glued.reverse()
        return glued


def piped_links(view: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Places of unescaped pipes inside wikilinks."""
    places = []
    for found in _PIPED_LINK.finditer(view, start, end):
        pipe = found[0].index(b"|")
        if found[0][pipe - 1 : pipe] != b"\\":
            places.append((found.start() + pipe, found.start() + pipe + 1))
    return places


def split_cells(line: bytes) -> list[bytes]:
    """The cells of one line of a table, by its unescaped pipes.

    Example:
        >>> split_cells(b"| a | b\\\\|c |")
        [b' a ', b' b\\\\|c ']
    """
    inner = line.strip()
    inner = inner[1:] if inner.startswith(b"|") else inner
    if inner.endswith(b"|") and not inner.endswith(b"\\|"):
        inner = inner[:-1]
    return re.split(rb"(?<!\\)\|", inner)


def misfit_delimiter(view: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    """Delimiter rows in a paragraph, which is no table because they have more or fewer columns than the line above."""
    found = []
    for delimiter in _DELIMITER.finditer(view, start, end):
        row = delimiter["row"]
        if b"-" not in row or b"|" not in row:
            continue
        above = view[max(start, view.rfind(b"\n", start, delimiter.start()) + 1) : delimiter.start()].strip(b" \t>\r")
        if b"|" in above:
            found.append((delimiter.start("row"), delimiter.end("row"), len(split_cells(above))))
    return found
