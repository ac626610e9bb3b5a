"""In: a view of a note and what was misread in its tables. Out: a view in which the parser reads what was meant. Room: notes."""

from __future__ import annotations

import re

from rotgraph.notes.blocks import BlockReader
from rotgraph.notes.mask import PIPE, Mask
from rotgraph.notes.tables import piped_links, split_cells

__all__ = ["repaired"]

_CODE = re.compile(rb"(?<!`)(`+)(?!`)([^\r\n]*?)(?<!`)\1(?!`)")


def repaired(view: bytes, mask: Mask, reader: BlockReader) -> bytes | None:
    """The view to parse again, None when nothing can be mended."""
    tables = reader.tables
    pipes = list(tables.pipes)
    for start, end, _ in tables.long:
        pipes.extend(_pipes_in_code(view, view.rfind(b"\n", 0, start) + 1, end))
    for start, _, _ in tables.misfits:
        above_end = view.rfind(b"\n", 0, start)
        pipes.extend(piped_links(view, view.rfind(b"\n", 0, above_end) + 1, above_end))
    if not pipes and not tables.misfits:
        return None
    hidden = bytearray(view)
    if pipes and not mask.hide(hidden, pipes, PIPE):
        return None
    tables.pipes = sorted(set(pipes))
    kept = []
    for start, end, _ in tables.misfits:
        above_end = view.rfind(b"\n", 0, start)
        above = bytes(hidden[view.rfind(b"\n", 0, above_end) + 1 : above_end]).strip(b" \t>\r")
        columns = len(split_cells(above))
        width = len(split_cells(view[start:end]))
        if width != columns:
            kept.append((start, end, columns))
            if 2 * columns + 1 <= end - start:
                row = b"|-" * (columns - 1) + b"|"
                hidden[start:end] = row + b"-" * (end - start - len(row) - 1) + b"|"
    tables.misfits = kept
    return bytes(hidden)


def _pipes_in_code(view: bytes, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    for code in _CODE.finditer(view, start, end):
        at = view.find(b"|", code.start(), code.end())
        while at >= 0:
            if view[at - 1 : at] != b"\\":
                found.append((at, at + 1))
            at = view.find(b"|", at + 1, code.end())
    return found
