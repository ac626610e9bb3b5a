"""In: the bytes of a note and what the parser found in them. Out: its tags and inline fields. Room: notes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from rotgraph.notes.document import Entry, Heading, Link, Tag

__all__ = ["Stretches", "may_hold_tags", "read_fields", "read_tags"]

_BEFORE_TAG = frozenset(b" \t\r\n([{\"'*_~=|,;")
_TAG = re.compile(rb"#([^\x00-\x20\x7f!\"#$%&'()*+,.:;<=>?@^`{|}~\[\]\\]+)")
_NOT_IN_TAG = re.compile("[\u2000-\u200b\u200e-\u206f\u2e00-\u2e7f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\ufffd\\s]")
_LINE_FIELD = re.compile(
    rb"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:\[.\][ \t]+)?"
    rb"(?P<mark>[*_~`]{0,3})(?P<key>[^\W_][^:|\[\](){}<>*`#\r\n]{0,80}?)(?P=mark)[ \t]*::(?!:)(?P<value>[^\r\n]*)",
    re.MULTILINE,
)
_BRACKET_FIELD = re.compile(rb"[\[(](?P<key>[^\[\]():|`\r\n]{1,80}?)[ \t]*::(?!:)")
_BRACKET = re.compile(rb"[\[\]()]")
_CLOSERS = {b"[": b"]", b"(": b")"}


class Stretches:
    """Stretches of bytes to stay out of, asked by offset."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(stretches):
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def holds(self, offset: int) -> bool:
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._ends[index]


def may_hold_tags(view: bytes) -> bool:
    """Whether something in a note is written as a tag is, wherever it stands; headings are not."""
    return _TAG.search(view) is not None


def read_tags(view: bytes, shut: Stretches) -> tuple[Tag, ...]:
    """Tags as Obsidian reads them: a sign that is no digit, no ``#`` glued to a word before it, none in code or links.

    Example:
        >>> [tag.name for tag in read_tags(b"#a/b #1984 x#y (#z)", Stretches(()))]
        ['a/b', 'z']
    """
    tags = []
    for found in _TAG.finditer(view):
        start = found.start()
        if start and view[start - 1] not in _BEFORE_TAG:
            continue
        name = found[1].decode("utf-8", "replace")
        if not name.isascii():
            cut = _NOT_IN_TAG.search(name)
            if cut:
                name = name[: cut.start()]
        name = name.rstrip("/")
        if not name or name.replace("/", "").isdigit() or shut.holds(start):
            continue
        tags.append(Tag(name, start, start + 1 + len(name.encode())))
    return tuple(tags)


def read_fields(view: bytes, shut: Stretches, links: Sequence[Link], headings: Sequence[Heading]) -> tuple[Entry, ...]:
    """Inline fields: ``key:: value`` as a line or a list item, ``[key:: value]`` and ``(key:: value)`` within a line."""
    heads = [heading.start for heading in headings]
    starts = [link.start for link in links]
    entries = []
    for key, start, end in sorted(_line_fields(view, shut) | _bracket_fields(view, shut), key=lambda field: field[1]):
        raw = view[start:end]
        text = raw.strip()
        begin = start + len(raw) - len(raw.lstrip())
        within = tuple(
            link
            for link in links[bisect_right(starts, begin - 1) : bisect_right(starts, end)]
            if link.end <= end and not link.context
        )
        value = text.decode("utf-8", "replace") or None
        section = bisect_right(heads, begin) - 1
        entries.append(Entry(key, value, begin, begin + len(text), section, within))
    return tuple(entries)


def _line_fields(view: bytes, shut: Stretches) -> set[tuple[str, int, int]]:
    found = set()
    for field in _LINE_FIELD.finditer(view):
        value = field["value"]
        if value[:1].isalpha() or shut.holds(field.start("key")):  # std::string is no field
            continue
        found.add((field["key"].decode("utf-8", "replace").strip(), field.start("value"), field.end("value")))
    return found


def _bracket_fields(view: bytes, shut: Stretches) -> set[tuple[str, int, int]]:
    found = set()
    stop, closes = -1, dict[int, int]()
    for field in _BRACKET_FIELD.finditer(view):
        if shut.holds(field.start()):
            continue
        if field.start() >= stop:
            begin = view.rfind(b"\n", 0, field.start()) + 1
            stop = view.find(b"\n", field.start())
            stop = stop if stop >= 0 else len(view)
            closes = _closed(view, begin, stop)
        end = closes.get(field.start(), -1)
        key = field["key"].decode("utf-8", "replace").strip()
        if end >= 0 and key:
            found.add((key, field.end(), end))
    return found


def _closed(view: bytes, start: int, stop: int) -> dict[int, int]:
    """Where each bracket of a line closes that does."""
    closes: dict[int, int] = {}
    opened: dict[bytes, list[int]] = {b"]": [], b")": []}
    for bracket in _BRACKET.finditer(view, start, stop):
        closer = _CLOSERS.get(bracket[0])
        if closer:
            opened[closer].append(bracket.start())
        elif opened[bracket[0]]:
            closes[opened[bracket[0]].pop()] = bracket.start()
    return closes
