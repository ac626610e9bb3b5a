"""In: a run of text. Out: its places in the source, the run with parts taken out, moved, trimmed. Room: notes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from rotgraph.notes.document import Inline, Link

__all__ = ["byte_at", "byte_span", "inline_from", "shifted", "trimmed", "without", "without_marks"]

_HIGHLIGHT = re.compile(r"(?<![=~])(==|~~)(?=[^\s=~])[^\n=~]*+(?:(?!\1)[=~][^\n=~]*+)*+(?<!\s)\1(?![=~])")
"""Highlighted and struck text. The parser is not asked for the latter: it takes one tilde for a mark, which here means "about"."""


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
    text = raw.strip(b" \t\r\n")
    begin = start + raw.find(text)
    if text.isascii():
        return Inline(begin, begin + len(text), text.decode())
    plain = text.decode("utf-8", "replace")
    inline = Inline(begin, begin + len(text), plain, offsets=((0, begin),))
    return trimmed(inline) if plain[0].isspace() or plain[-1].isspace() else inline


def without(inline: Inline, cuts: Sequence[tuple[int, int]]) -> Inline:
    """The same run with some stretches of ``plain`` (rising, apart) taken out, trimmed again."""
    if not cuts:
        return trimmed(inline)
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
    return trimmed(
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


def shifted(inline: Inline, links: Sequence[Link], by: int) -> tuple[Inline, list[Link]]:
    """The same run, and the links read in it, ``by`` bytes further on."""
    moved = {id(link): msgspec.structs.replace(link, start=link.start + by, end=link.end + by) for link in links}
    run = msgspec.structs.replace(
        inline,
        start=inline.start + by,
        end=inline.end + by,
        links=tuple((start, end, moved[id(link)]) for start, end, link in inline.links),
        offsets=tuple((place, byte + by) for place, byte in inline.offsets),
    )
    return run, [moved[id(link)] for link in links]


def without_marks(inline: Inline) -> Inline:
    """The run without the marks of ``==highlighted==`` and ``~~struck~~`` text."""
    cuts: list[tuple[int, int]] = []
    for found in _HIGHLIGHT.finditer(inline.plain):
        first, last = found.start(), found.end() - 2
        if not any(start <= first < end or start <= last < end for start, end in inline.code):
            cuts.extend(((first, first + 2), (last, last + 2)))
    return without(inline, cuts) if cuts else inline


def trimmed(inline: Inline) -> Inline:
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
    start, end = inline.start, inline.end
    if plain and steps[0] == (0, start):
        start = offsets[0][1]
    if plain and byte_at(inline, len(inline.plain)) == end:
        end = byte_span(inline, lead, lead + size)[1]
    if offsets == [(0, start)] and end - start == size and plain.isascii():
        offsets = []
    return Inline(start, end, plain, links, fit(inline.strong), fit(inline.emphasis), tuple(offsets), fit(inline.code))
