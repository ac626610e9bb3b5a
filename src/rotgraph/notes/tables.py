"""In: the events of a table. Out: a `Table` as its author meant it, and what Markdown would have lost. Room: notes."""

from __future__ import annotations

import re

from rotgraph.notes.document import Inline, Link, Row, Table
from rotgraph.notes.inline import inline_from, shifted, without_marks
from rotgraph.notes.misfit import Misfit, piped_links
from rotgraph.notes.read_inline import Scan, Span, read_inline
from rotgraph.notes.simple import SimpleReader

__all__ = ["TableReader"]

_LONE_TABLE = re.compile(rb"\n(\|[^\n]*+\n(\|(?:[ \t]*+:?-++:?[ \t]*+\|)++)[ \t\r]*+\n(?:\|[^\n]*+\n)*+)(?=[ \t\r]*+(?:\n|\Z))")
_PIPE = re.compile(rb"(?<!\\)\|")
_BLANK = frozenset(b" \t\r")


class TableReader:
    """Reads tables and remembers what was wrong in them."""

    def __init__(self, scan: Scan, *, math: bool = False) -> None:
        self.scan = scan
        self.simple = SimpleReader(scan, math=math)
        self._ready: dict[int, tuple[list[Row], list[Link]]] = {}
        """Simple tables that were read already, by their first byte."""
        self.pipes: list[tuple[int, int]] = []
        """Places of unescaped pipes inside links or code of a row."""
        self.long: list[tuple[int, int, int]] = []
        """Cells beyond the header: their bytes and how many columns there are."""
        self.glued: list[tuple[int, int]] = []
        """Lines under a table that Markdown takes for rows."""
        self.lost: list[tuple[int, int]] = []
        """Such lines between rows: they are read as rows."""
        self.misfits: list[Misfit] = []
        """Tables that are none because of their delimiter row."""
        self.unread: list[Misfit] = []
        """Those of them that could not be mended, and rows without a delimiter row."""

    def set_aside(self) -> bytes:
        """Read the tables that are simple from end to end, and give back a view in which each is one odd word.

        The parser then makes a paragraph of it where it would have made a table, in a tenth of the time; where it makes none (in
        code, in a comment) the table is none either. That is certain only of tables between blank lines whose rows all begin and
        end with a pipe.
        """
        scan = self.scan
        view = scan.view
        stand_in = scan.mask.spare
        if not stand_in or b"\n|" not in view:
            return view
        hidden = None
        for found in _LONE_TABLE.finditer(view):
            start, end = found.span(1)
            above = start - 2
            while above >= 0 and view[above] in _BLANK:
                above -= 1
            if above >= 0 and view[above] != 10:  # something stands right above
                continue
            links, escaped = scan.links, scan.escaped
            scan.links, scan.escaped, scan.in_table = [], [], True
            rows = self.simple.rows(start, end, found[2].count(b"|") - 1)
            if rows is not None:
                self._ready[start] = rows, scan.links
                if hidden is None:
                    hidden = bytearray(view)
                hidden[start : end - 1] = stand_in * (end - 1 - start)
            scan.links, scan.escaped, scan.in_table = links, escaped, False
        return view if hidden is None else bytes(hidden)

    def ready(self, start: int, section: int, container: str) -> Table | None:
        """The table set aside that begins at ``start``."""
        found = self._ready.get(start)
        if found is None:
            return None
        rows, links = found
        self.scan.links.extend(links)
        return Table(start, rows[-1].end, rows[0], tuple(rows[1:]), section, container)

    def read(self, span: Span, columns: int, section: int, container: str) -> tuple[Table, list[Inline]]:
        """The table whose start was just seen, and the lines glued under it."""
        scan = self.scan
        scan.in_table = True
        rows = self.simple.rows(span["start"], span["end"], columns)
        if rows is not None and ({"End": "Table"}, span) in scan.events:  # skips to it at the parser's own pace
            scan.in_table = False
            return Table(span["start"], rows[-1].end, rows[0], tuple(rows[1:]), section, container), []
        rows = self._events(span, columns)
        scan.in_table = False
        glued = self._unglued(rows)
        return Table(span["start"], rows[-1].end, rows[0], tuple(rows[1:]), section, container), glued

    def _events(self, span: Span, columns: int) -> list[Row]:
        """Header and rows from the events of the parser."""
        scan = self.scan
        view, events, simple = scan.view, scan.events, self.simple.read
        rows: list[Row] = []
        cells: list[Inline] = []
        start = end = last = span["start"]
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
                cells.append(simple(first, raw) or self._cell(first, raw))
            elif tag == "TableHead" or tag == "TableRow":
                start, end = place["start"], place["end"]
                cells = []
                if tag == "TableHead":
                    scan.context = "header"
        return rows

    def _cell(self, first: int, raw: bytes) -> Inline:
        inline, _, _, _ = read_inline(self.scan)
        if inline.end == 0:
            return Inline(first, first, "")
        return without_marks(inline) if b"==" in raw or b"~~" in raw else inline

    def _row(self, start: int, end: int, last: int, cells: list[Inline], columns: int) -> Row:
        view = self.scan.view
        rest = view[last:end].strip()
        end = start + len(view[start:end].rstrip())
        extra: tuple[Inline, ...] = ()
        if view.find(b"[[", start, end) >= 0 and cells:
            self.pipes.extend(piped_links(view, start, end))
        if len(rest) > 1 and len(cells) >= columns:
            begin = view.find(b"|", last, end) + 1
            stop = end - 1 if view[end - 1 : end] == b"|" else end
            if view[begin:stop].strip():
                self.long.append((begin, stop, columns))
                extra = self._extra(begin, stop)
        for index in range(len(cells) - 1, -1, -1):  # the parser puts what it fills in behind the line
            if cells[index].start <= end:
                break
            cells[index] = Inline(end, end, "")
        if len(cells) < columns:  # the parser stops filling rows when a table has very many cells
            cells.extend([Inline(end, end, "")] * (columns - len(cells)))
        return Row(start, end, tuple(cells), extra)

    def _extra(self, start: int, stop: int) -> tuple[Inline, ...]:
        """The cells that the parser drops, each read as the header of a table of its own."""
        cells = []
        for raw in _PIPE.split(self.scan.view[start:stop]):
            cell = self.simple.read(start, raw)
            if cell is None:
                cell = self._alone(start, raw) if raw.strip(b" \t\r\n\\") else inline_from(start, raw)
            cells.append(cell)
            start += len(raw) + 1
        return tuple(cells)

    def _alone(self, start: int, raw: bytes) -> Inline:
        scan = self.scan
        own = Scan(b"|" + raw + b" |\n|-|\n", scan.mask, scan.parse)
        own.in_table = True
        own.events = scan.parse(own.view.decode())
        by = start - 1
        for event, _ in own.events:
            if event.__class__ is dict and event.get("Start") == "TableCell":
                inline, links = shifted(read_inline(own)[0], own.links, by)
                scan.links.extend(links)
                scan.opaque.extend((first + by, last + by, kind) for first, last, kind in own.opaque)
                return inline
        return inline_from(start, raw)

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
        self.lost.extend((row.start, row.end) for row in rows if view.find(b"|", row.start, row.end) < 0)
        return glued
