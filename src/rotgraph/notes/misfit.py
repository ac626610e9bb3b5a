"""In: the bytes of a paragraph. Out: the tables that Markdown does not see in it. Room: notes."""

from __future__ import annotations

import re

from rotgraph.late import dataclass

__all__ = ["Misfit", "find_bare", "find_misfits", "piped_links", "split_cells"]

_WIDE_PIPE = "｜".encode()
_DASHES = rb"[-:| \t]|\xe2\x80[\x92-\x95]|\xe2\x88\x92|\xe2\x94\x80|\xef\xbd\x9c"
_DELIMITER = re.compile(rb"\n[ \t>]*+((?:" + _DASHES + rb")++)\r?(?=\n|\Z)")
_BARE = re.compile(rb"(?:\A|(?<=\n))[ \t>]*+(\|[^\n]*\|)[ \t\r]*+\n[ \t>]*+\|[^\n]*\|[ \t\r]*+(?=\n|\Z)")
_PIPED_LINK = re.compile(rb"!?\[\[[^\[\]|\r\n]*+\|[^\[\]\r\n]*+\]\]")


@dataclass(frozen=True, slots=True)
class Misfit:
    """A line that was meant as the delimiter row of a table. All places are bytes."""

    start: int
    end: int
    head_start: int
    """Of the line above, its header."""
    head_end: int
    block_end: int
    """Of the paragraph both stand in."""
    wide: bool = False
    """Its pipes are full-width (``｜``)."""


def piped_links(view: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Places of unescaped pipes inside wikilinks."""
    places = []
    for found in _PIPED_LINK.finditer(view, start, end):
        pipe = found[0].index(b"|")
        if found[0][pipe - 1 : pipe] != b"\\":
            places.append((found.start() + pipe, found.start() + pipe + 1))
    return places


def split_cells(line: bytes) -> list[bytes]:
    """The cells of one line of a table, by its unescaped pipes.

    Example:
        >>> split_cells(b"| a | b\\\\|c |")
        [b' a ', b' b\\\\|c ']
    """
    inner = line.strip()
    inner = inner[1:] if inner.startswith(b"|") else inner
    if inner.endswith(b"|") and not inner.endswith(b"\\|"):
        inner = inner[:-1]
    return re.split(rb"(?<!\\)\|", inner)


def find_misfits(view: bytes, start: int, end: int) -> list[Misfit]:
    """The delimiter row in a paragraph, which is no table because it fits the line above in no way Markdown knows.

    Only the first: what follows it are rows.
    """
    for delimiter in _DELIMITER.finditer(view, start, end):
        row = delimiter[1]
        if not row.strip(b":| \t\xef\xbd\x9c"):
            continue
        head_end = delimiter.start()
        line = max(start, view.rfind(b"\n", start, head_end) + 1)
        above = view[line:head_end]
        head_start = line + len(above) - len(above.lstrip(b" \t>"))
        above = above.strip(b" \t>\r")
        wide = _WIDE_PIPE in row and _WIDE_PIPE in above
        lone = above[:1] == above[-1:] == b"|" and above.count(b"|") == 2 and b":" in row  # one column needs no pipe
        if wide or lone or (b"|" in row and b"|" in above):
            return [Misfit(*delimiter.span(1), head_start, head_end, end, wide)]
    return []


def find_bare(view: bytes, start: int, end: int) -> list[Misfit]:
    """Rows between pipes without a delimiter row: two lines at least, in a paragraph that holds no misfit."""
    found = _BARE.search(view[start:end])
    if found is None:
        return []
    first, last = found.span(1)
    return [Misfit(start + first, start + first, start + first, start + last, end)]
