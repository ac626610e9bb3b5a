"""In: text. Out: its width in columns of a terminal, and text folded to a width. Room: render.

Source: Unicode Standard Annex 11 (East Asian Width); marks, joiners and variation selectors take no column of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from unicodedata import category, east_asian_width

__all__ = ["fold_text", "pad", "width_of"]

_JOINER, _PICTURE = "\u200d", "\ufe0f"


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1


def width_of(text: str) -> int:
    """Columns that a terminal takes for a text of one line.

    Example:
        >>> width_of("Energy"), width_of("能源"), width_of("e\\u0301t\\u00e9")
        (6, 4, 3)
    """
    if text.isascii():
        return len(text)
    return sum(columns for _, columns in _glyphs(text))


def _glyphs(text: str) -> Iterator[tuple[str, int]]:
    """Characters with what they add to the width: what is joined to a picture adds nothing, a picture sign widens."""
    joined, last = False, 0
    for character in text:
        columns = _columns(character)
        if joined and columns:
            columns, joined = 0, False
        elif character == _JOINER:
            joined = True
        elif character == _PICTURE and last == 1:
            columns = 1
        yield character, columns
        last = columns or last


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text with spaces to a width: after it, or before it where it stands to the right."""
    spaces = " " * max(0, width - width_of(text))
    return spaces + text if right else text + spaces


def fold_text(text: str, width: int) -> tuple[str, ...]:
    """The text in lines of at most ``width`` columns, broken at spaces, in a word only where it must be.

    Example:
        >>> fold_text("Peak oil repricing, cash flows", 12)
        ('Peak oil', 'repricing,', 'cash flows')
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for word in paragraph.split(" "):
            columns = width_of(word)
            if line and used + 1 + columns <= width:
                line, used = f"{line} {word}", used + 1 + columns
                continue
            if line:
                lines.append(line)
            *whole, line = _pieces(word, width) if columns > width else [word]
            lines.extend(whole)
            used = width_of(line)
        lines.append(line)
    return tuple(lines)


def _pieces(word: str, width: int) -> list[str]:
    pieces, used = [""], 0
    for character, columns in _glyphs(word):
        if used + columns > width and pieces[-1]:
            pieces.append("")
            used = 0
        pieces[-1] += character
        used += columns
    return pieces
