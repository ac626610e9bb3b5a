"""In: a cell as written. Out: its words as keyboards type them, its dates as most write them, its adornment. Room: values."""

from __future__ import annotations

from rotgraph.late import regex

__all__ = ["adornment", "plainly", "respelled"]

_INVISIBLE = (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Marks of direction, and spaces without width."""
_PLAIN = {**dict.fromkeys(_INVISIBLE), **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}}
_PICTURES = regex(r"(?:[\u2600-\u26FF\u2700-\u27BF\U0001F300-\U0001FAFF]\uFE0F?\s*)+(?=[+\-−–~≈<>$€£¥0-9])")
"""Pictures before a number. Arrows are none: they may be its sign."""

_YEAR_END = regex(r"[Yy]ear[- ]?end\s+(?=[0-9]{4}$)")
_MONTHS_OF = regex(r"([369])M(?:\s?(20[0-9]{2})|'?([0-9]{2}))")
_LAST = {"3": "Mar", "6": "Jun", "9": "Sep"}
_OF_THE_EAST = regex(r"([0-9]{4})年(?:([0-9]{1,2})月(?:([0-9]{1,2})日)?)?")


def plainly(text: str) -> str:
    """Full-width digits and signs as half-width ones, without marks of direction.

    Example:
        >>> plainly("１２．５％")
        '12.5%'
    """
    return text if text.isascii() else text.translate(_PLAIN)


def adornment(text: str) -> str:
    """The pictures that a number begins with: they are a remark on it.

    Example:
        >>> adornment("🟢 +4.2%")
        '🟢 '
    """
    hit = _PICTURES.match(text) if text[:1] > "\u25ff" else None
    return hit[0] if hit is not None else ""


def respelled(text: str) -> str:
    """A period in a spelling that few use, as most write it; empty if it is none.

    Example:
        >>> [respelled(text) for text in ("year-end 2026", "9M25", "2025年12月31日", "２０２５", "Q1 2026")]
        ['end 2026', 'Jan – Sep 2025', '2025-12-31', '2025', '']
    """
    if not text.isascii():
        plain = plainly(text)
        east = _OF_THE_EAST.fullmatch(plain)
        if east is not None:
            return "-".join(part.zfill(2) for part in east.groups() if part)
        return plain if plain != text else ""
    if text[1:2] == "M":
        months = _MONTHS_OF.fullmatch(text)
        return f"Jan – {_LAST[months[1]]} {months[2] or '20' + months[3]}" if months is not None else ""
    hit = _YEAR_END.match(text) if text[:1] in "yY" else None
    return f"end {text[hit.end() :]}" if hit is not None else ""
