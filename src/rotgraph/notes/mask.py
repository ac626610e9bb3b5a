"""In: the bytes of a note. Out: the bytes the parser sees, of the same length, and the way back. Room: notes.

What Markdown would misread is hidden before it is parsed: a byte that must not act is replaced by a control character that the note
does not hold, so that no offset moves. A pipe inside a link of a table row becomes `PIPE`, a dollar that opens no formula `DOLLAR`,
the bytes of a comment `GONE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["DOLLAR", "GONE", "PIPE", "Mask"]

PIPE, DOLLAR, GONE = "|", "$", ""

_CANDIDATES = (1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31)


class Mask:
    """Which control characters stand for what in the view of one note. Falsy while nothing is hidden."""

    __slots__ = ("_gone", "_stand_ins", "_table", "spare")

    def __init__(self, data: bytes) -> None:
        free = [byte for byte in _CANDIDATES if byte not in data]
        self._stand_ins = dict(zip((PIPE, DOLLAR, GONE), free, strict=False))
        """Empty of what the note leaves no character for: then nothing of that kind can be hidden."""
        self.spare = bytes(free[3:4])
        """One more character that the note does not hold; empty if there is none."""
        self._table: dict[int, str] = {}
        self._gone: re.Pattern[str] = _NEVER

    def __bool__(self) -> bool:
        return bool(self._table)

    def hide(self, view: bytearray, ranges: Iterable[tuple[int, int]], what: str) -> bool:
        """Put stand-ins for ``what`` over byte ranges; line ends stay. False if the note leaves no character for it."""
        byte = self._stand_ins.get(what)
        if byte is None:
            return False
        for start, end in ranges:
            if end - start == 1:
                view[start] = byte
            else:
                view[start:end] = re.sub(rb"[^\r\n]", bytes((byte,)), view[start:end])
        self._table[byte] = what
        if what == GONE:
            self._gone = re.compile(f"({chr(byte)}+)")
        return True

    def split(self, text: str) -> list[str]:
        """A piece of text cut around what is gone."""
        return self._gone.split(text)

    def is_gone(self, piece: str) -> bool:
        return self._gone.match(piece) is not None

    def restore(self, text: str) -> str:
        """The text with every stand-in as what it hides."""
        return text.translate(self._table)


_NEVER = re.compile("(?!)")
