"""In: the events of a note. Out: its headings and blocks in order. Room: notes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rotgraph.notes.document import Block, Heading, Inline, ListItem, Paragraph
from rotgraph.notes.inline import without, without_marks
from rotgraph.notes.mask import Mask
from rotgraph.notes.misfit import find_bare, find_misfits
from rotgraph.notes.read_inline import Event, Events, Scan, Span, read_inline
from rotgraph.notes.tables import TableReader

__all__ = ["BlockReader"]

_CALLOUT = re.compile(rb">[ \t]*\[![^\]\r\n]+\][-+]?")
_CALLOUT_MARK = re.compile(r"\[![^\]\n]+\][-+]?[ \t]*")
_OWN_TASK = re.compile(r"\[(\S)\][ \t]+")
_BLOCK_ID = re.compile(r"(?:^|(?<=\s))\^([A-Za-z0-9-]+)\Z")
_ITEM_LINE = re.compile(
    rb"(?:[-*+]|\d{1,9}[.)])[ \t]((?:[A-Za-z\"($\x80-\xff]|\[\[|\*\*?[^*\s]|\d++(?![.)])|~(?!~)|[-+](?=[\d$~.]))[^\r\n]*+)\s*+"
)
"""An item of one line that begins with words: no block can begin there."""
_HEADING_LINE = re.compile(rb"#{1,6}[ \t]+([^#\s][^#\r\n]*)\s*")
_PIPE = re.compile(rb"\||\xef\xbd\x9c")
_FENCE = re.compile(rb"(?:`{3,}|~{3,})")


class BlockReader:
    """Reads the blocks of one note; afterwards its lists are full."""

    def __init__(self, view: bytes, mask: Mask, parse: Callable[[str], Events], *, math: bool = False) -> None:
        self.scan = scan = Scan(view, mask, parse)
        self.tables = TableReader(scan, math=math)
        scan.events = parse(self.tables.set_aside().decode())
        self.simple = self.tables.simple
        self.headings: list[Heading] = []
        self.blocks: list[Block] = []
        self.block_ids: list[tuple[str, int]] = []
        self.unclosed: list[tuple[int, int]] = []
        """Fences that nothing closes."""
        self._containers: list[tuple[str, int, tuple[int, ...]]] = []
        """Open containers: kind, section and open headings before them."""
        self._section = -1
        self._open: tuple[int, ...] = ()
        """Indices of the headings that the next block stands under, outermost first."""
        self._depth = 0
        self._container = ""

    def read(self) -> None:
        for event, span in self.scan.events:
            taken: tuple[Event, Span] | None = (event, span)
            while taken is not None:  # a run of text hands back the event that ended it
                taken = self._take(*taken)

    def _take(self, event: Event, span: Span) -> tuple[Event, Span] | None:
        if event.__class__ is str:
            return None
        tag = event.get("Start")
        if tag is None:
            tag = event.get("End")
            if tag is None:
                return self._loose_text((event, span))
            self._close(tag)
            return None
        if tag.__class__ is str:
            return self._open_plain(tag, event, span)
        return self._open_rich(tag, event, span)

    def _open_plain(self, tag: str, event: Event, span: Span) -> tuple[Event, Span] | None:
        if tag == "Paragraph":
            return self._paragraph(span)
        if tag == "Item":
            return self._item(span)
        if tag == "HtmlBlock":
            kind = "comment" if self.scan.view.startswith(b"<!--", span["start"]) else "html"
            self._opaque("HtmlBlock", span, kind)
            return None
        return self._loose_text((event, span))

    def _open_rich(self, tag: Any, event: Event, span: Span) -> tuple[Event, Span] | None:
        if "Table" in tag:
            self._table(span, len(tag["Table"]))
        elif "Heading" in tag:
            self._heading(int(tag["Heading"]["level"][1]), span)
        elif "List" in tag:
            self._depth += 1
            self._enter(self._container)
        elif "BlockQuote" in tag:
            self._enter("callout" if _CALLOUT.match(self.scan.view, span["start"]) else "quote")
        elif "FootnoteDefinition" in tag:
            self._enter("footnote")
        elif "CodeBlock" in tag:
            self._code_block(tag["CodeBlock"], span)
        else:
            return self._loose_text((event, span))
        return None

    def _enter(self, kind: str) -> None:
        self._containers.append((self._container, self._section, self._open))
        self._container = kind

    def _close(self, tag: Any) -> None:
        if tag.__class__ is dict:
            listed = "List" in tag
            if not listed and "BlockQuote" not in tag:
                return
            self._depth -= listed
        elif tag != "FootnoteDefinition":
            return
        self._container, self._section, self._open = self._containers.pop()

    def _opaque(self, tag: str, span: Span, kind: str) -> None:
        """Skip a block of code or HTML: nothing in it is a link."""
        self.scan.opaque.append((span["start"], span["end"], kind))
        for event, _ in self.scan.events:
            if event.__class__ is dict and event.get("End") == tag:
                return

    def _code_block(self, kind: Any, span: Span) -> None:
        self._opaque("CodeBlock", span, "code")
        if kind.__class__ is dict:
            start, end = span["start"], span["end"]
            fence = _FENCE.match(self.scan.view, start)
            last = self.scan.view[start:end].rstrip().rpartition(b"\n")[2].strip(b" \t>\r")
            if fence and (len(last) < len(fence[0]) or last.strip(fence[0][:1]) or b"\n" not in self.scan.view[start:end].rstrip()):
                self.unclosed.append((start, fence.end()))

    def _paragraph(self, span: Span) -> tuple[Event, Span] | None:
        """A paragraph; the title of a callout is one of its own."""
        scan = self.scan
        table = self.tables.ready(span["start"], self._section, self._container)
        if table is not None:
            self.blocks.append(table)
            _ = ({"End": "Paragraph"}, span) in scan.events
            return None
        raw = scan.view[span["start"] : span["end"]]
        simple = self._simple(span["start"], raw, "Paragraph", span)
        if simple is not None:
            self._add_paragraph(simple)
            return None
        titled = self._container == "callout" and scan.view.startswith(b"[!", span["start"])
        inline, _, event, ended = read_inline(scan, until_break=titled)
        if titled:
            mark = _CALLOUT_MARK.match(inline.plain)
            if mark:
                inline = without(inline, ((0, mark.end()),))
            if event.__class__ is str:
                self._add_paragraph(inline)
                inline, _, event, ended = read_inline(scan)
        elif _PIPE.search(raw):
            self._no_table(span["start"], span["end"])
        self._add_paragraph(inline)
        return event, ended

    def _no_table(self, start: int, end: int) -> None:
        """Remember what was meant as a table among lines that are none."""
        misfits = find_misfits(self.scan.view, start, end)
        self.tables.misfits.extend(misfits)
        if not misfits:
            self.tables.unread.extend(find_bare(self.scan.view, start, end))

    def _simple(self, start: int, raw: bytes, ends: Any, span: Span) -> Inline | None:
        """The run if it is simple; then the parser is brought to the end of its block."""
        if b"\n" in raw and _PIPE.search(raw) and b"\n" in raw.strip():
            return None  # perhaps a table that does not fit
        inline = self.simple.read(start, raw)
        if inline is None:
            return None
        return inline if ({"End": ends}, span) in self.scan.events else None  # skips to it at the parser's own pace

    def _add_paragraph(self, inline: Inline) -> None:
        inline = self._own_text(inline)
        if inline.plain or inline.links:
            self.blocks.append(Paragraph(inline, self._section, self._container))

    def _item(self, span: Span) -> tuple[Event, Span] | None:
        scan = self.scan
        line = _ITEM_LINE.fullmatch(scan.view, span["start"], span["end"])
        if line:
            simple = self._simple(line.start(1), line[1], "Item", span)
            if simple is not None:
                simple = self._own_text(simple)
                if simple.plain or simple.links:
                    self.blocks.append(ListItem(simple, self._section, self._depth, "", self._container))
                return None
        inline, task, event, ended = read_inline(scan)
        if not inline.plain and not inline.links and event.__class__ is dict and event.get("Start") == "Paragraph":
            span = ended
            inline, own, event, ended = read_inline(scan)
            task = task or own
        if not inline.end:
            inline = Inline(span["start"], span["start"], "")
        elif _PIPE.search(scan.view, inline.start, inline.end):
            self._no_table(inline.start, inline.end)
        if not task and inline.plain.startswith("["):
            mark = _OWN_TASK.match(inline.plain)
            if mark and not (inline.links and inline.links[0][0] < mark.end()):
                task = mark[1]
                inline = without(inline, ((0, mark.end()),))
        inline = self._own_text(inline)
        if inline.plain or inline.links or task:
            self.blocks.append(ListItem(inline, self._section, self._depth, task, self._container))
        return event, ended

    def _loose_text(self, first: tuple[Event, Span]) -> tuple[Event, Span] | None:
        """Text of a tight list item after a block within it."""
        inline, _, event, ended = read_inline(self.scan, first)
        if event is first[0]:
            return None
        self._add_paragraph(inline)
        return event, ended

    def _own_text(self, inline: Inline) -> Inline:
        """The run without what a reader does not see: a block id, the marks of a highlight."""
        if "^" in inline.plain:
            found = _BLOCK_ID.search(inline.plain)
            shut = (*inline.code, *((start, end) for start, end, _ in inline.links))
            if found and not any(start <= found.start() < end for start, end in shut):
                self.block_ids.append((found[1], inline.end))
                inline = without(inline, ((found.start(), found.end()),))
        return without_marks(inline) if "==" in inline.plain or "~~" in inline.plain else inline

    def _heading(self, level: int, span: Span) -> None:
        line = _HEADING_LINE.fullmatch(self.scan.view, span["start"], span["end"])
        inline = self._simple(line.start(1), line[1], {"Heading": f"H{level}"}, span) if line else None
        if inline is None:
            inline, _, _, _ = read_inline(self.scan)
        inline = self._own_text(inline)
        if inline.start == 0 and inline.end == 0:
            inline = Inline(span["start"], span["start"], "")
        while self._open and self.headings[self._open[-1]].level >= level:
            self._open = self._open[:-1]
        parent = self._open[-1] if self._open else -1
        end = span["start"] + len(self.scan.view[span["start"] : span["end"]].rstrip())
        self._section = len(self.headings)
        self._open = (*self._open, self._section)
        self.headings.append(Heading(level, inline, span["start"], end, parent))

    def _table(self, span: Span, columns: int) -> None:
        table, glued = self.tables.read(span, columns, self._section, self._container)
        self.blocks.append(table)
        for inline in glued:
            self._add_paragraph(inline)
