"""In: a note and the links its parser found. Out: every other ``[[…]]`` of the text, with the reason why it is none. Room:
notes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import field

from rotgraph.late import dataclass
from rotgraph.notes.document import Link
from rotgraph.notes.links import written_link
from rotgraph.notes.marks import Stretches

__all__ = ["Leftovers", "read_leftovers"]

_TOKEN = re.compile(rb"\[\[|\]\]|\n")
_BRACKETS = re.compile(rb"!?\[\[([^\[\]\r\n]*)\]\]")


@dataclass(slots=True)
class Leftovers:
    """Double brackets that are no plain links."""

    links: list[Link] = field(default_factory=list)
    """Links in code, math, comments and HTML, and escaped ones."""
    odd: list[tuple[int, int]] = field(default_factory=list)
    """Brackets that Markdown reads otherwise."""
    nested: list[int] = field(default_factory=list)
    """Places of brackets that open around a link."""
    open: list[int] = field(default_factory=list)
    """Places of brackets that nothing closes."""


def read_leftovers(data: bytes, links: Sequence[Link], opaque: Sequence[tuple[int, int, str]]) -> Leftovers:
    """Look at all double brackets that ``links`` does not account for; free when there are none."""
    left = Leftovers()
    others = [link for link in links if link.form != "wikilink"]
    known = len(links) - sum([not data.startswith((b"[[", b"![["), link.start) for link in others])
    if data.count(b"[[") == known:
        return left
    taken = Stretches((link.start, link.end) for link in links)
    starts = [start for start, _, _ in opaque]
    accounted: set[int] = set()
    for found in _BRACKETS.finditer(data):
        start, end = found.span()
        if taken.holds(start) and taken.holds(end - 1):
            continue
        context = _context(start, starts, opaque)
        opener = end - 4 - len(found[1])
        if not context and _escaped(data, opener):
            context = "escaped"
        if not context and not found[1].partition(b"|")[0].strip(b" \t#^"):
            context = "empty"
        accounted.add(opener)
        if not context:
            left.odd.append((start, end))
            context = "text"
        left.links.append(written_link(found[0].decode("utf-8", "replace"), start, end, context))
    _find_open(data, taken, accounted, starts, opaque, left)
    return left


def _context(offset: int, starts: Sequence[int], opaque: Sequence[tuple[int, int, str]]) -> str:
    index = bisect_right(starts, offset) - 1
    return opaque[index][2] if index >= 0 and offset < opaque[index][1] else ""


def _escaped(data: bytes, opener: int) -> bool:
    return data[opener - 1 : opener] == b"\\" and data[opener - 2 : opener - 1] != b"\\"


def _find_open(
    data: bytes,
    taken: Stretches,
    accounted: set[int],
    starts: Sequence[int],
    opaque: Sequence[tuple[int, int, str]],
    left: Leftovers,
) -> None:
    """Openers that belong to nothing: around another link, or never closed on their line; the first of each line."""
    pending: list[int] = []
    nested = -1
    for token in _TOKEN.finditer(data):
        at = token.start()
        kind = token[0]
        if kind == b"\n":
            if pending and nested < 0:
                left.open.append(pending[0])
            pending, nested = [], -1
        elif taken.holds(at) or taken.holds(at + 1):
            if kind == b"[[" and pending and nested < 0:
                nested = pending[-1]
                left.nested.append(nested)
        elif kind == b"]]":
            if pending:
                pending.pop()
        elif at not in accounted and not _context(at, starts, opaque) and not _escaped(data, at):
            pending.append(at)
    if pending and nested < 0:
        left.open.append(pending[0])
