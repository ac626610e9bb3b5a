"""In: the events of one leaf block. Out: its `Inline`, its links, and what no link may stand in. Room: notes.

A hot loop: it looks at an event by ``.get`` and ``__class__`` only (a ``match`` costs four times the parser).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, TypeAlias

from rotgraph.notes.document import Inline, Link
from rotgraph.notes.inline import trimmed
from rotgraph.notes.links import markdown_link, names_nothing, split_label, split_target, wikilink_form, words_at
from rotgraph.notes.mask import Mask

__all__ = ["Event", "Events", "Opaque", "Scan", "Span", "read_inline"]

Event: TypeAlias = Any
Span: TypeAlias = Any
"""A dict of ``start`` and ``end``; the parser's own type for it is private."""
Events: TypeAlias = "Iterator[tuple[Event, Span]]"
Opaque: TypeAlias = "tuple[int, int, str]"
"""A stretch of bytes that holds no link, tag or field, and what it is: code, math, html, comment."""

_OPENER = re.compile(rb"!?\[|<")
_BREAKS = frozenset(("SoftBreak", "HardBreak"))
_SPANS = frozenset(("Strong", "Emphasis"))
_LINE_BREAK_TAGS = frozenset(("<br>", "<br/>", "<br />"))


class Scan:
    """What one pass over a note gathers besides its blocks."""

    __slots__ = ("broken", "context", "escaped", "events", "in_table", "links", "mask", "opaque", "parse", "view")

    def __init__(self, view: bytes, mask: Mask, parse: Callable[[str], Events]) -> None:
        self.view = view
        self.mask = mask
        self.parse = parse
        self.events: Events = iter(())
        self.links: list[Link] = []
        self.opaque: list[Opaque] = []
        self.context = ""
        """The context of the links being read: ``header`` or nothing."""
        self.in_table = False
        self.escaped: list[Link] = []
        """Links outside tables whose pipe is escaped."""
        self.broken: list[tuple[int, int]] = []
        """Places of brackets that open on one line and close on another."""


class _Builder:
    """The run being put together."""

    __slots__ = ("code", "emphasis", "end", "expected", "links", "offsets", "parts", "scan", "size", "stack", "start", "strong")

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.parts: list[str] = []
        self.size = 0
        self.offsets: list[tuple[int, int]] = []
        self.expected = -1
        """The byte at which a piece must begin to follow the last one without a step."""
        self.links: list[tuple[int, int, Link]] = []
        self.strong: list[tuple[int, int]] = []
        self.emphasis: list[tuple[int, int]] = []
        self.code: list[tuple[int, int]] = []
        self.stack: list[tuple[int, int, Any]] = []
        """Open spans: their place, the number of parts before them, and what they are."""
        self.start = -1
        self.end = -1

    def add(self, text: str, start: int, end: int, written: str = "") -> None:
        """A piece of text that stands at ``[start, end)``, there ``written`` so if that differs."""
        if start != self.expected:
            self.offsets.append((self.size, start))
        self.parts.append(text)
        self.size += len(text)
        if len(text) == end - start if text.isascii() else (written or text).encode() == self.scan.view[start:end]:
            self.expected = end
        else:  # an entity: each of its characters stands where it begins
            self.expected = -1
            self.offsets.extend((self.size - back, start) for back in range(len(text) - 1, 0, -1))

    def add_masked(self, text: str, start: int, end: int) -> None:
        """A piece that may hold stand-ins: those of comments vanish, the others become what they were."""
        if len(text.encode()) != end - start:  # an entity may say a control character
            self.add(text, start, end)
            return
        at = start
        for piece in self.scan.mask.split(text):
            width = len(piece.encode())
            if piece and not self.scan.mask.is_gone(piece):
                self.add(self.scan.mask.restore(piece), at, at + width, piece)
            at += width

    def add_aligned(self, text: str, start: int, end: int) -> None:
        """Code or math: its text as it stands between the marks, or character by character where it was changed."""
        view = self.scan.view
        shown = self.scan.mask.restore(text) if self.scan.mask else text
        at = start
        while at < end and view[at] == view[start]:
            at += 1
        raw = text.encode()
        found = view.find(raw, at, end)
        if found >= 0:
            self.add(shown, found, found + len(raw), text)
            return
        placed = []
        for char in text:
            raw = char.encode()
            while at < end and not view.startswith(raw, at) and not (char == " " and view[at] in b"\r\n"):
                at += 1  # a backslash before a pipe, the prefix of a quoted line, a carriage return
            if at >= end:  # pulldown-cmark gives such spans for "[[``|``]]"
                self.add(view[start:end].decode("utf-8", "replace"), start, end)
                return
            width = len(raw) if view.startswith(raw, at) else 1
            placed.append((at, at + width))
            at += width
        for char, seen, (first, last) in zip(text, shown, placed, strict=True):
            self.add(seen, first, last, char)

    def open(self, tag: Any, span: Span) -> bool:
        """An inline span begins; False if the tag is that of a block."""
        if tag.__class__ is str:
            if tag not in _SPANS:
                return False
            self.stack.append((self.size, len(self.parts), tag))
            return True
        data = tag.get("Link")
        embed = data is None
        if embed:
            data = tag.get("Image")
            if data is None:
                return False
        kind = data["link_type"]
        if not _OPENER.match(self.scan.view, span["start"]):  # pulldown-cmark gives such spans for `[[![|]()]]`
            self.stack.append((self.size, len(self.parts), "text"))
        elif kind.__class__ is dict:
            self._open_wikilink(kind["WikiLink"]["has_pothole"], span, embed)
        else:
            self.stack.append((self.size, len(self.parts), (data, embed, span, False)))
        return True

    def _open_wikilink(self, pothole: bool, span: Span, embed: bool) -> None:  # noqa: FBT001 - two facts of the parser
        scan = self.scan
        start, end = span["start"], span["end"]
        if scan.view.find(b"\n", start, end) >= 0:
            scan.broken.append((start, end))
            self._skip()
            self.add(scan.mask.restore(scan.view[start:end].decode("utf-8", "replace")), start, end)
            return
        if pothole:
            self.stack.append((self.size, len(self.parts), ({}, embed, span, True)))
            return
        self._skip()
        opened = start + (3 if embed else 2)
        written = scan.view[opened : end - 2].decode()  # the parser drops a backslash at its start
        label = size = ""
        if scan.mask:
            written = scan.mask.restore(written)
            if "|" in written:
                written, _, rest = written.partition("|")
                label, size = split_label(rest.strip(), embed=embed)
        target, fragment = split_target(written)
        context = "empty" if names_nothing(target, fragment) else scan.context
        link = Link(start, end, target, fragment, label, wikilink_form(target), embed, size, context)
        scan.links.append(link)
        if embed:
            self.links.append((self.size, self.size, link))
            return
        words = link.shown
        place = self.size
        if words == written and not label:
            self.add(words, opened, opened + len(words.encode()))
        elif words:
            at = words_at(scan.view, link)
            self.add(words, at, at + len(words.encode()))
        self.links.append((place, self.size, link))

    def _skip(self) -> None:
        """To the end of the link just opened, which holds only text."""
        depth = 1
        for event, _ in self.scan.events:
            if event.__class__ is dict:
                if "Start" in event:
                    depth += 1
                elif "End" in event:
                    depth -= 1
                    if not depth:
                        return

    def close(self) -> None:
        """The innermost inline span ends."""
        place, count, tag = self.stack.pop()
        if tag == "Strong":
            if self.size > place:
                self.strong.append((place, self.size))
        elif tag == "Emphasis":
            if self.size > place:
                self.emphasis.append((place, self.size))
        elif tag != "text":
            self._close_link(place, count, *tag)

    def _close_link(self, place: int, count: int, data: Any, embed: bool, span: Span, wiki: bool) -> None:  # noqa: FBT001 - see open
        scan = self.scan
        start, end = span["start"], span["end"]
        words = "".join(self.parts[count:])
        if wiki:
            link = self._pothole(words, start, end, embed)
        else:
            written = scan.mask.restore(data["dest_url"]) if scan.mask else data["dest_url"]
            link = markdown_link(written, words.strip(), start, end, embed=embed, context=scan.context)
        scan.links.append(link)
        if embed:
            self._forget(place, count)
        elif wiki and words != link.shown:
            self._trim(place, count, words, link)
        self.links.append((place, self.size, link))

    def _trim(self, place: int, count: int, words: str, link: Link) -> None:
        """The label of a link without white space around it; the name where there is no label."""
        begun = [(at - place, byte) for at, byte in self.offsets if at >= place]
        kept = [
            [(start - place, end - place) for start, end in spans if start >= place]
            for spans in (self.strong, self.emphasis, self.code)
        ]
        self._forget(place, count)
        if words.strip() != link.shown:
            at = words_at(self.scan.view, link)
            self.add(link.shown, at, at + len(link.shown.encode()))
            return
        run = trimmed(Inline(-1, -1, words, (), tuple(kept[0]), tuple(kept[1]), tuple(begun), tuple(kept[2])))
        self.parts.append(run.plain)
        self.size += len(run.plain)
        self.offsets.extend((at + place, byte) for at, byte in run.offsets)
        for spans, found in ((self.strong, run.strong), (self.emphasis, run.emphasis), (self.code, run.code)):
            spans.extend((start + place, end + place) for start, end in found)

    def _pothole(self, words: str, start: int, end: int, embed: bool) -> Link:  # noqa: FBT001 - see open
        scan = self.scan
        opened = start + (3 if embed else 2)
        written = scan.view[opened : scan.view.find(b"|", opened, end)].decode()
        written = scan.mask.restore(written) if scan.mask else written
        escaped = written.endswith("\\")
        if escaped:
            written = written[:-1]
        label, size = split_label(words.strip(), embed=embed)
        target, fragment = split_target(written)
        context = "empty" if names_nothing(target, fragment) else scan.context
        link = Link(start, end, target, fragment, label, wikilink_form(target), embed, size, context)
        if escaped and not scan.in_table:
            scan.escaped.append(link)
        return link

    def _forget(self, place: int, count: int) -> None:
        """Take back all text since ``place``: an embed shows no words."""
        del self.parts[count:]
        self.size = place
        self.expected = -1
        while self.offsets and self.offsets[-1][0] >= place:
            self.offsets.pop()
        self.links = [(min(s, place), min(e, place), link) for s, e, link in self.links]
        for spans in (self.strong, self.emphasis, self.code):
            spans[:] = [pair for pair in spans if pair[1] <= place]

    def other(self, event: Event, span: Span) -> bool:
        """Code, math, HTML, a footnote mark; False if it is none of these."""
        for kind in ("Code", "InlineMath", "DisplayMath"):
            text = event.get(kind)
            if text is not None:
                place = self.size
                self.add_aligned(text, span["start"], span["end"])
                self.code.append((place, self.size))
                self.scan.opaque.append((span["start"], span["end"], "code" if kind == "Code" else "math"))
                return True
        html = event.get("InlineHtml")
        if html is not None:
            if html.lower() in _LINE_BREAK_TAGS:
                self.add("\n", span["start"], span["end"])
            else:
                kind = "comment" if html.startswith("<!--") else "html"
                self.scan.opaque.append((span["start"], span["end"], kind))
            return True
        return "FootnoteReference" in event

    def finish(self) -> Inline:
        """The run as a value."""
        plain = "".join(self.parts)
        if plain.isascii() and len(self.offsets) <= 1 and (self.size == self.end - self.start):
            self.offsets = []
        inline = Inline(
            max(self.start, 0),
            max(self.end, 0),
            plain,
            tuple(self.links),
            tuple(self.strong),
            tuple(self.emphasis),
            tuple(self.offsets),
            tuple(self.code),
        )
        if plain and (plain[0].isspace() or plain[-1].isspace()):
            return trimmed(inline)
        return inline


def read_inline(
    scan: Scan, first: tuple[Event, Span] | None = None, *, until_break: bool = False
) -> tuple[Inline, str, Event, Span]:
    """Read events up to the first that is none of a run of text, and hand that one back.

    Out: the run, the mark of a task (empty if it is none), the event that ended it and its span. With ``until_break`` a
    soft or hard line break ends it too. ``first`` is an event that was already taken.
    """
    build = _Builder(scan)
    masked = bool(scan.mask)
    task = ""
    event: Event = None
    span: Span = {"start": 0, "end": 0}
    for event, span in chain((first,), scan.events) if first else scan.events:
        if event.__class__ is str:
            if event not in _BREAKS or until_break:
                break
            build.add("\n", span["start"], span["end"])
        elif (text := event.get("Text")) is not None:
            if masked:
                build.add_masked(text, span["start"], span["end"])
            else:
                build.add(text, span["start"], span["end"])
        elif (tag := event.get("Start")) is not None:
            if not build.open(tag, span):
                break
        elif "End" in event:
            if not build.stack:
                break
            build.close()
        elif "TaskListMarker" in event:
            task = scan.view[span["start"] + 1 : span["end"] - 1].decode("utf-8", "replace")
            continue
        elif not build.other(event, span):
            break
        if build.start < 0:
            build.start = span["start"]
        build.end = max(build.end, span["end"])
    return build.finish(), task, event, span
