"""In: bytes of one note. Out: text by byte span, lines and columns. Room: ground.

Spans are half-open byte offsets, as the Markdown parser reports them; lines and columns (code points, from 1) are made
only when something is shown or a graph is built.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import field
from functools import cached_property

from rotgraph.late import dataclass, regex

__all__ = ["Place", "Source", "natural_key", "shown_lines"]

_LONGEST = 4_000
"""Bytes of a line that is shown."""

_DIGITS = regex(r"(\d+)")
_LONGEST_SHOWN = 2_000

_STEP = 4096
_CONTINUED = bytes(range(0x80, 0xC0))
"""Bytes that begin no character in UTF-8."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column as an editor shows them, both from 1, columns in code points."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """One note as it lies on the disk, decoded once.

    ``data`` is always valid UTF-8: what was not has been replaced when it was read, with a diagnostic.
    """

    path: str
    """POSIX path relative to the vault."""
    data: bytes = field(repr=False)

    @cached_property
    def text(self) -> str:
        return self.data.decode("utf-8")

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Byte offset at which each line begins."""
        starts = [0]
        find = self.data.find
        at = find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = find(b"\n", at + 1)
        return tuple(starts)

    def slice(self, start: int, end: int) -> str:
        """The text of a byte span."""
        return self.data[start:end].decode("utf-8", "replace")

    def place(self, offset: int) -> Place:
        """Line and column of a byte offset.

        Example:
            >>> Source("a.md", "één\\ntwee".encode()).place(6)
            Place(line=2, column=1)
        """
        line = bisect_right(self.line_starts, offset)
        begin = self.line_starts[line - 1]
        if offset - begin <= _STEP:
            return Place(line, len(self.data[begin:offset].decode("utf-8", "replace")) + 1)
        return Place(line, self._characters(offset) - self._characters(begin) + 1)

    @cached_property
    def _counts(self) -> tuple[int, ...]:
        """How many characters begin before each multiple of `_STEP` bytes: a line may be as long as the note."""
        data = self.data
        counts = [0]
        for at in range(0, len(data), _STEP):
            counts.append(counts[-1] + len(data[at : at + _STEP].translate(None, _CONTINUED)))
        return tuple(counts)

    def _characters(self, offset: int) -> int:
        step = min(offset, len(self.data)) // _STEP
        return self._counts[step] + len(self.data[step * _STEP : offset].translate(None, _CONTINUED))

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line end; nothing for one too long to be shown.

        A note may be one line of a megabyte with a hundred thousand diagnostics in it.
        """
        begin = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.data)
        if end - begin > _LONGEST_SHOWN:
            return ""
        return self.slice(begin, end).rstrip("\r\n")

    def shown_line(self, number: int) -> str:
        """The line as a diagnostic carries it; empty where it is so long that a hundred diagnostics would fill the memory."""
        begin = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.data)
        return self.line(number) if end - begin <= _LONGEST else ""


def shown_lines(source: Source | None, numbers: Sequence[int]) -> list[str]:
    """Lines as diagnostics carry them; empty those that are not there."""
    if source is None:
        return [""] * len(numbers)
    text = Source(source.path, source.data)  # what it works out is let go with it
    count = len(text.line_starts)
    return [text.shown_line(each) if each <= count else "" for each in numbers]


def natural_key(path: str) -> tuple[object, ...]:
    """Orders ``Note 2`` before ``Note 10``, folder by folder, without regard to case.

    Example:
        >>> sorted(["b.md", "a/Note 10.md", "a/Note 2.md"], key=natural_key)
        ['a/Note 2.md', 'a/Note 10.md', 'b.md']
    """
    parts = []
    for name in path.split("/"):
        pieces = _DIGITS.split(name.casefold())
        parts.append(tuple((int(piece[:4000]) if index % 2 else 0, piece) for index, piece in enumerate(pieces)))
    return (*parts, path)
