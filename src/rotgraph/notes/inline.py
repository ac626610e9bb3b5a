"""In: the events of one leaf block. Out: its `Inline`, its links, and what no link may stand in. Room: notes.

This is the hottest loop of the reader: it looks at an event by ``.get`` and ``__class__`` only (a ``match`` costs four times the parser).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeAlias

import msgspec

from rotgraph.notes.document import Inline, Link
from rotgraph.notes.links import markdown_link, names_nothing, split_label, split_target, wikilink_form, words_at
from rotgraph.notes.mask import Mask

__all__ = ["Event", "Events", "Opaque", "Scan", "Span", "byte_at", "byte_span", "inline_from", "read_inline", "shifted", "shifted_link", "without", "without_marks"]

Event: TypeAlias = Any
Span: TypeAlias = "dict[str, int]"
Events: TypeAlias = "Iterator[tuple[Event, Span]]"
Opaque: TypeAlias = "tuple[int, int, str]"
"""A stretch of bytes that holds no link, tag or field, and what it is: code, math, html, comment."""

_HIGHLIGHT = re.compile(r"(?<![=~])(==|~~)(?=[^\s=~])[^\n=~]*+(?:(?!\1)[=~][^\n=~]*+)*+(?<!\s)\1(?![=~])")
"""Highlighted and struck text. The parser is not asked for the latter: it takes one tilde for a mark, which here means "about"."""
_MARKS = frozenset(b"`$")
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


def byte_at(inline: Inline, place: int) -> int:
    """The byte offset in the source of the character at ``place`` of ``plain``; past the end, the byte after the last one.

    Example:
        >>> from rotgraph.notes.parse import parse_note
        >>> from rotgraph.source import Source
        >>> note = Source("a.md", "é **b** c".encode())
        >>> text = parse_note(note).value.blocks[0].inline
        >>> text.plain, byte_at(text, 2)
        ('é b c', 5)
    """
    if not inline.offsets:
        return inline.start + place
    step = bisect_right(inline.offsets, place, key=lambda pair: pair[0]) - 1
    at, byte = inline.offsets[max(step, 0)]
    return byte + len(inline.plain[at:place].encode())


def byte_span(inline: Inline, start: int, end: int) -> tuple[int, int]:
    """The bytes that ``plain[start:end]`` stands in, without the markup after its last character."""
    first = byte_at(inline, start)
    if end <= start:
        return first, first
    last = byte_at(inline, end - 1) + len(inline.plain[end - 1 : end].encode())
    return first, max(first, last)


def inline_from(start: int, raw: bytes) -> Inline:
    """A run of text that holds no markup at all."""
    text = raw.strip()
    begin = start + len(raw) - len(raw.lstrip()) if text else start
    if text.isascii():
        return Inline(begin, begin + len(text), text.decode())
    plain = text.decode("utf-8", "replace")
    inline = Inline(begin, begin + len(text), plain, offsets=((0, begin),))
    return _trimmed(inline) if plain[0].isspace() or plain[-1].isspace() else inline


def without(inline: Inline, cuts: Sequence[tuple[int, int]]) -> Inline:
    """The same run with some stretches of ``plain`` (rising, apart) taken out, trimmed again."""
    if not cuts:
        return _trimmed(inline)
    starts = [cut[0] for cut in cuts]
    gone = [0]
    for start, end in cuts:
        gone.append(gone[-1] + end - start)

    def moved(place: int) -> int:
        index = bisect_right(starts, place)
        if index and place < cuts[index - 1][1]:
            return cuts[index - 1][0] - gone[index - 1]
        return place - gone[index]

    plain, offsets, at = [], [], 0
    steps = inline.offsets or ((0, inline.start),)
    for start, end in (*cuts, (len(inline.plain), len(inline.plain))):
        if at < start:
            offsets.append((moved(at), byte_at(inline, at)))
            offsets.extend((moved(place), byte) for place, byte in steps if at < place < start)
            plain.append(inline.plain[at:start])
        at = end
    return _trimmed(
        Inline(
            inline.start,
            inline.end,
            "".join(plain),
            tuple((moved(start), moved(end), link) for start, end, link in inline.links),
            tuple((moved(start), moved(end)) for start, end in inline.strong if moved(start) < moved(end)),
            tuple((moved(start), moved(end)) for start, end in inline.emphasis if moved(start) < moved(end)),
            tuple(offsets),
            tuple((moved(start), moved(end)) for start, end in inline.code if moved(start) < moved(end)),
        )
    )


def shifted_link(link: Link, by: int) -> Link:
    """The same link ``by`` bytes further on."""
    return msgspec.structs.replace(link, start=link.start + by, end=link.end + by)


def shifted(inline: Inline, by: int) -> Inline:
    """The same run ``by`` bytes further on."""
    return msgspec.structs.replace(
        inline,
        start=inline.start + by,
        end=inline.end + by,
        links=tuple((start, end, shifted_link(link, by)) for start, end, link in inline.links),
        offsets=tuple((place, byte + by) for place, byte in inline.offsets),
    )


def without_marks(inline: Inline) -> Inline:
    """The run without the marks of ``==highlighted==`` and ``~~struck~~`` text."""
    cuts: list[tuple[int, int]] = []
    for found in _HIGHLIGHT.finditer(inline.plain):
        first, last = found.start(), found.end() - 2
        if not any(start <= first < end or start <= last < end for start, end in inline.code):
            cuts.extend(((first, first + 2), (last, last + 2)))
    return without(inline, cuts) if cuts else inline


def _trimmed(inline: Inline) -> Inline:
    """White space at both ends of ``plain`` taken off."""
    plain = inline.plain.strip()
    lead = len(inline.plain) - len(inline.plain.lstrip()) if plain else 0
    if len(plain) == len(inline.plain):
        return inline
    size = len(plain)

    def fit(pairs: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        moved = ((max(0, start - lead), min(size, end - lead)) for start, end in pairs)
        return tuple((start, end) for start, end in moved if start < end)

    steps = inline.offsets or ((0, inline.start),)
    offsets = [(0, byte_at(inline, lead))]
    offsets.extend((place - lead, byte) for place, byte in steps if lead < place < lead + size)
    links = tuple((min(size, max(0, s - lead)), min(size, max(0, e - lead)), link) for s, e, link in inline.links)
    return Inline(
        inline.start, inline.end, plain, links, fit(inline.strong), fit(inline.emphasis), tuple(offsets), fit(inline.code)
    )


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
        while at < end and view[at] in _MARKS:
            at += 1
        raw = text.encode()
        found = view.find(raw, at, end)
        if found >= 0:
            self.add(shown, found, found + len(raw), text)
            return
        for char, seen in zip(text, shown, strict=True):
            raw = char.encode()
            while at < end and not view.startswith(raw, at) and not (char == " " and view[at] in b"\r\n"):
                at += 1  # a backslash before a pipe, the prefix of a quoted line, a carriage return
            width = len(raw) if view.startswith(raw, at) else 1
            self.add(seen, at, at + width, char)
            at += width

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
        if kind.__class__ is dict:
            self._open_wikilink(data, kind["WikiLink"]["has_pothole"], span, embed)
        else:
            self.stack.append((self.size, len(self.parts), (data, embed, span, False)))
        return True

    def _open_wikilink(self, data: Any, pothole: bool, span: Span, embed: bool) -> None:  # noqa: FBT001 - two facts of the parser
        scan = self.scan
        start, end = span["start"], span["end"]
        if scan.view.find(b"\n", start, end) >= 0:
            scan.broken.append((start, end))
            self._skip()
            self.add(scan.mask.restore(scan.view[start:end].decode("utf-8", "replace")), start, end)
            return
        if pothole:
            self.stack.append((self.size, len(self.parts), (data, embed, span, True)))
            return
        written = data["dest_url"]
        self._skip()
        opened = start + (3 if embed else 2)
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
        if words == written:
            self.add(words, opened, end - 2)
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

    def close(self, span: Span) -> None:
        """The innermost inline span ends."""
        place, count, tag = self.stack.pop()
        if tag == "Strong":
            if self.size > place:
                self.strong.append((place, self.size))
        elif tag == "Emphasis":
            if self.size > place:
                self.emphasis.append((place, self.size))
        else:
            self._close_link(place, count, *tag)

    def _close_link(self, place: int, count: int, data: Any, embed: bool, span: Span, wiki: bool) -> None:  # noqa: FBT001 - see open
        scan = self.scan
        start, end = span["start"], span["end"]
        words = "".join(self.parts[count:])
        written = scan.mask.restore(data["dest_url"]) if scan.mask else data["dest_url"]
        if wiki:
            link = self._pothole(written, words, start, end, embed)
        else:
            link = markdown_link(written, words.strip(), start, end, embed=embed, context=scan.context)
        scan.links.append(link)
        if embed or (wiki and words != link.shown):
            self._forget(place, count)
            if not embed:
                at = words_at(scan.view, link)
                self.add(link.shown, at, at + len(link.shown.encode()))
        self.links.append((place, self.size, link))

    def _pothole(self, written: str, words: str, start: int, end: int, embed: bool) -> Link:  # noqa: FBT001 - see open
        scan = self.scan
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
            return _trimmed(inline)
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
            build.close(span)
        elif "TaskListMarker" in event:
            task = scan.view[span["start"] + 1 : span["end"] - 1].decode("utf-8", "replace")
            continue
        elif not build.other(event, span):
            break
        if build.start < 0:
            build.start = span["start"]
        build.end = max(build.end, span["end"])
    return build.finish(), task, event, span
