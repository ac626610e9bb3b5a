"""In: any text of a note. Out: text that a terminal or a page shows and never obeys. Room: render.

A note may hold escape sequences that clear a screen, set a title or fill a clipboard, and marks that turn the order of letters
round. Control characters become their pictures, marks of direction that reorder become their numbers.
"""

from __future__ import annotations

from functools import cache

from rotgraph.late import regex

__all__ = ["harmless"]

_REORDERING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2028, 0x2029, 0xFEFF)
_SUSPECT = regex("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def harmless(text: str, *, lines: bool = False) -> str:
    """The text with nothing left that a terminal would obey.

    Tabs become spaces; line feeds stay if ``lines``, else they become spaces too.

    Example:
        >>> harmless("up\\x1b[2J 5%\\tand\\nmore")
        'up␛[2J 5% and more'
    """
    if "\t" in text:
        text = text.replace("\t", " ")
    if not lines and ("\n" in text or "\r" in text):
        text = text.replace("\r\n", " ").replace("\n", " ")
    return text.translate(_shown()) if _SUSPECT.search(text) else text


@cache
def _shown() -> dict[int, str]:
    """What stands for each character that is not shown as it is: two thousand of them, which few answers need."""
    pictures = {code: chr(0x2400 + code) for code in range(0x20) if code not in (0x0A,)}
    marks = {code: f"<U+{code:04X}>" for code in (*range(0x80, 0xA0), *_REORDERING)}
    return {**pictures, 0x7F: "␡", **marks, **dict.fromkeys(range(0xD800, 0xE000), "�")}
