"""In: the bytes of a note. Out: the stretches that are comments or formulas. Room: notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rotgraph.notes.marks import Stretches

__all__ = ["begins_line", "find_comments", "find_formulas"]

_FORMULA = re.compile(
    rb"\[\[[^\[\]\r\n]*\]\]|(?<!\\)\$\$(?!\$)[^$]+\$\$|(?<![\\$0-9A-Za-z])\$(?![\s$])[^$\r\n]*(?<![\s\\$])\$(?![\d$])"
)
"""``$x$`` as Obsidian reads it: no white space inside the dollars, no digit after them, so that ``$40-$50M`` is money; a link that
begins before a dollar keeps it, and a dollar that ends a word (``LAPSUS$``) opens nothing."""
_LINK_IN_PROSE = re.compile(rb"\s.*\[\[|\]\].*\s", re.DOTALL)
"""Words around a link: such dollars are money, or the formula would swallow the link."""
_AFTER_FORMULA = re.compile(rb"\$(?!\d)")
_BLANK_LINE = re.compile(rb"\n[ \t>]*\r?(?=\n)")


def find_formulas(view: bytes) -> list[tuple[int, int]]:
    """Where formulas may stand (in code too: the parser knows better).

    Example:
        >>> find_formulas(b"from $40-$50M to $60M, $x^2$")
        [(23, 28)]
    """
    if _AFTER_FORMULA.search(view) is None:
        return []
    return [found.span() for found in _FORMULA.finditer(view) if found[0][:1] == b"$" and not _swallows(found[0])]


def _swallows(formula: bytes) -> bool:
    return b"[[" in formula and not formula.startswith(b"$$") and _LINK_IN_PROSE.search(formula) is not None


def find_comments(view: bytes, opaque: Sequence[tuple[int, int, str]]) -> tuple[list[tuple[int, int]], int]:
    """Pairs of ``%%`` outside code and names, and the place of one that nothing closes (-1 if there is none).

    A comment that begins a line may hold blank lines; one within a line ends in the same paragraph or is none. After a digit
    it is a doubled percent sign.
    """
    shut = Stretches((start, end) for start, end, _ in opaque)
    comments: list[tuple[int, int]] = []
    stray = -1
    seen = 0
    at = view.find(b"%%")
    while at >= 0:
        if shut.holds(at) or view[at - 1 : at].isdigit():
            at = view.find(b"%%", at + 2)
            continue
        begins = begins_line(view, seen, at)
        seen = at
        close = view.find(b"%%", at + 2)
        while close >= 0 and not begins and shut.holds(close):
            close = view.find(b"%%", close + 2)
        if close < 0:
            return comments, at if begins else stray
        if not begins and _BLANK_LINE.search(view, at, close):
            at = close
            continue
        comments.append((at, close + 2))
        seen = close
        at = view.find(b"%%", close + 2)
    return comments, stray


def begins_line(view: bytes, seen: int, at: int) -> bool:
    """Whether only blanks and quote marks stand before ``at`` on its line; something else stands at ``seen``, before it.

    A long line of many comments is looked at once, not once for each.
    """
    line = view.rfind(b"\n", seen, at)
    if line < 0 and seen:
        return False
    return not view[line + 1 : at].strip(b" \t>")
