"""In: a view of a note and what was misread in its tables. Out: a view in which the parser reads what was meant. Room: notes."""

from __future__ import annotations

import re

from rotgraph.notes.blocks import BlockReader
from rotgraph.notes.mask import PIPE, Mask
from rotgraph.notes.misfit import Misfit, piped_links, split_cells

__all__ = ["repaired"]

_CODE = re.compile(rb"(?<!`)(`+)(?!`)([^\r\n]*?)(?<!`)\1(?!`)")
_WIDE_PIPE = "｜".encode()
_PLAIN_ROW = re.compile(rb"[-:| ]+")


def repaired(view: bytes, mask: Mask, reader: BlockReader) -> bytes | None:
    """The view to parse again, None when nothing can be mended.

    Pipes inside links and code are hidden; a delimiter row is written anew with as many columns as its header has, in the bytes it stands
    in. ``reader.tables`` keeps what is to be told: the pipes, and the rows that did not fit.
    """
    tables = reader.tables
    pipes = list(tables.pipes)
    for start, end, _ in tables.long:
        pipes.extend(_pipes_in_code(view, view.rfind(b"\n", 0, start) + 1, end))
    for misfit in tables.misfits:
        pipes.extend(piped_links(view, misfit.head_start, misfit.head_end))
    if not pipes and not tables.misfits:
        return None
    hidden = bytearray(view)
    tables.pipes = sorted(set(pipes))
    if pipes and not mask.hide(hidden, tables.pipes, PIPE):
        return None
    tables.misfits = [misfit for misfit in tables.misfits if _refit(hidden, misfit)]
    return bytes(hidden)


def _refit(hidden: bytearray, misfit: Misfit) -> bool:
    """Write the delimiter row anew; False if it fits already, as the pipes stand now."""
    if misfit.wide:
        block = bytes(hidden[misfit.head_start : misfit.block_end])
        hidden[misfit.head_start : misfit.block_end] = block.replace(_WIDE_PIPE, b"|  ")
    columns = len(split_cells(bytes(hidden[misfit.head_start : misfit.head_end])))
    row = bytes(hidden[misfit.start : misfit.end])
    if len(split_cells(row)) == columns and b"|" in row and _PLAIN_ROW.fullmatch(row):
        return False
    room = misfit.end - misfit.start
    made = b"|-" * columns + b"|" if 2 * columns + 1 <= room else b"-" + b"|-" * (columns - 1)
    if len(made) <= room:
        hidden[misfit.start : misfit.end] = made + b" " * (room - len(made))
    return True


def _pipes_in_code(view: bytes, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    for code in _CODE.finditer(view, start, end):
        at = view.find(b"|", code.start(), code.end())
        while at >= 0:
            if view[at - 1 : at] != b"\\":
                found.append((at, at + 1))
            at = view.find(b"|", at + 1, code.end())
    return found
