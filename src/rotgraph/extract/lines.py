"""In: a run of text over several lines. Out: its parts, one per bold lead. Room: extract."""

from __future__ import annotations

from itertools import pairwise

from rotgraph.notes.document import Inline

__all__ = ["label_of", "led_parts"]


def label_of(inline: Inline) -> tuple[str, int] | None:
    """The bold lead of a paragraph and where its text begins: ``**Risk:** …``; ``**Risk**:: …`` is an inline field."""
    if not inline.strong or inline.strong[0][0] != 0:
        return None
    end = inline.strong[0][1]
    lead = inline.plain[:end]
    if lead.rstrip().endswith((":", "：")):
        return lead.rstrip().rstrip(":：").strip(), end
    after = inline.plain[end : end + 1]
    return (lead.strip(), end + 1) if after in (":", "：") and not inline.plain.startswith("::", end) else None


def led_parts(inline: Inline) -> list[Inline]:
    """A paragraph whose lines have bold leads of their own is as many statements as it has leads; so is one of lines in italics."""
    plain = inline.plain
    begins = [start for start, end in inline.strong if start and plain[start - 1] == "\n" and _leads(plain, start, end)]
    begins = begins or _italic_lines(inline)
    if not begins:
        return [inline]
    bounds = [0, *begins, len(plain)]
    return [_cut(inline, start, end) for start, end in pairwise(bounds)]


def _italic_lines(inline: Inline) -> list[int]:
    """Where all lines but the first begin, if each of several lies in italics of its own: ``*Updated …*``, ``*Source: …*``."""
    if len(inline.emphasis) < 2 or "\n" not in inline.plain:
        return []
    lines, start = [], 0
    for line in inline.plain.split("\n"):
        lines.append((start, start + len(line.rstrip())))
        start += len(line) + 1
    return [start for start, _ in lines[1:]] if lines == list(inline.emphasis) else []


def _leads(plain: str, start: int, end: int) -> bool:
    if plain[start:end].rstrip().endswith((":", "：")):
        return True
    return plain[end : end + 1] in (":", "：") and not plain.startswith("::", end)


def _cut(inline: Inline, start: int, end: int) -> Inline:
    """A stretch of an inline, places moved."""
    text = inline.plain[start:end].rstrip()
    end = start + len(text)

    def inside(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        return tuple((max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start)

    links = tuple((a - start, b - start, link) for a, b, link in inline.links if start <= a and b <= end)
    first, last = _offset(inline, start), _offset(inline, end)
    return Inline(first, max(last, first), text, links, inside(inline.strong), inside(inline.emphasis), (), inside(inline.code))


def _offset(inline: Inline, at: int) -> int:
    """The byte of the source at a place of the text."""
    place, offset = 0, inline.start
    for step, byte in inline.offsets:
        if step > at:
            break
        place, offset = step, byte
    return offset + len(inline.plain[place:at].encode())
