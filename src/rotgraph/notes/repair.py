"""In: a view of a note and what was misread in its tables. Out: a view in which the parser reads what was meant. Room: notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rotgraph.notes.blocks import BlockReader
from rotgraph.notes.document import Table
from rotgraph.notes.mask import PIPE, Mask
from rotgraph.notes.misfit import Misfit, piped_links, split_cells

__all__ = ["repaired"]

_ATTEMPTS = 3
_TICKS = re.compile(rb"`+")
_WHOLE = re.compile(rb"(?<![\\$0-9A-Za-z])\$(?![\s$])[^$\r\n]*(?<![\s\\$])\$(?![\d$])|\[[^\[\]\r\n]*\](?=\()")
"""A formula, the words of a Markdown link or picture: what a pipe does not split where the row has too many cells."""
_WIDE_PIPE = "｜".encode()
_PLAIN_ROW = re.compile(rb"[-:| ]+")


def repaired(view: bytes, mask: Mask, reader: BlockReader, read: Callable[[bytes], BlockReader]) -> BlockReader:
    """The note as it was meant: ``reader`` itself when nothing has to be mended.

    Pipes inside links, code and formulas are hidden; a delimiter row is written anew with as many columns as its header has, in
    the bytes it stands in. ``tables`` of the result holds what is to be told: the pipes, and the rows that did not fit.
    """
    tables = reader.tables
    pipes = list(tables.pipes)
    for start, end, _ in tables.long:
        pipes.extend(_pipes_inside(view, view.rfind(b"\n", 0, start) + 1, end))
    for misfit in tables.misfits:
        pipes.extend(piped_links(view, misfit.head_start, misfit.head_end))
    if not pipes and not tables.misfits:
        return reader
    pipes = sorted(set(pipes))
    hidden = bytearray(view)
    if pipes and not mask.hide(hidden, pipes, PIPE):
        return reader
    return _with_tables(hidden, pipes, tables.misfits, read)


def _with_tables(
    hidden: bytearray, pipes: list[tuple[int, int]], misfits: Sequence[Misfit], read: Callable[[bytes], BlockReader]
) -> BlockReader:
    """Read again with the delimiter rows written anew; those that still make no table stay as they were written."""
    wanted = list(misfits)
    for _ in range(_ATTEMPTS):
        refitted = bytearray(hidden)
        told = [misfit for misfit in wanted if _refit(refitted, misfit)]
        again = read(bytes(refitted))
        made = {block.start for block in again.blocks if isinstance(block, Table)}
        failed = [misfit for misfit in told if misfit.head_start not in made]
        if not failed:
            break
        wanted = [misfit for misfit in wanted if misfit not in failed]
    else:
        again, made, told = read(bytes(hidden)), set(), []
    again.tables.pipes = pipes
    again.tables.unread.extend(misfit for misfit in misfits if misfit.head_start not in made)
    again.tables.misfits = told
    return again


def _refit(hidden: bytearray, misfit: Misfit) -> bool:
    """Write the delimiter row anew; False if it fits already, as the pipes stand now."""
    if misfit.wide:
        block = bytes(hidden[misfit.head_start : misfit.block_end])
        hidden[misfit.head_start : misfit.block_end] = block.replace(_WIDE_PIPE, b"|  ")
    header = split_cells(bytes(hidden[misfit.head_start : misfit.head_end]))
    columns = len(header) if any(cell.strip() for cell in header) else 0
    if not columns:
        return False
    row = bytes(hidden[misfit.start : misfit.end])
    if len(split_cells(row)) == columns and b"|" in row and _PLAIN_ROW.fullmatch(row):
        return misfit.wide
    room = misfit.end - misfit.start
    made = b"|-" * columns + b"|" if 2 * columns + 1 <= room else b"-" + b"|-" * (columns - 1)
    if len(made) <= room:
        hidden[misfit.start : misfit.end] = made + b" " * (room - len(made))
    return True


def _pipes_inside(view: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Unescaped pipes of a row that stand in code, a formula, the words of a link."""
    found = []
    for first, last in (*_code(view, start, end), *(whole.span() for whole in _WHOLE.finditer(view, start, end))):
        at = view.find(b"|", first, last)
        while at >= 0:
            if view[at - 1 : at] != b"\\":
                found.append((at, at + 1))
            at = view.find(b"|", at + 1, last)
    return found


def _code(view: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of code in a row: from a run of backticks to the next one as long."""
    runs = [run.span() for run in _TICKS.finditer(view, start, end)]
    closes: list[int] = [-1] * len(runs)
    later: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        size = runs[index][1] - runs[index][0]
        closes[index] = later.get(size, -1)
        later[size] = index
    found, index = [], 0
    while index < len(runs):
        close = closes[index]
        if close >= 0:
            found.append((runs[index][0], runs[close][1]))
            index = close
        index += 1
    return found
