"""In: an answer. Out: a table for a terminal. Room: render.

Columns keep their natural width while the screen allows; then texts fold, the widest first; where even single words do not fit,
each row becomes a small list of its own. Nothing of a note reaches the terminal as a control character.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from rotgraph.model.result import Answer
from rotgraph.render.cell import cell_text, stand_right
from rotgraph.render.harmless import harmless
from rotgraph.render.width import fold_text, pad, width_of

__all__ = ["write_table"]

_GAP = "  "
_WORD = 16
"""Words longer than this may be broken."""
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"

_Row = list[str]


def write_table(answer: Answer, width: int = 100, *, color: bool = False, most: int | None = None) -> Iterator[str]:
    """Header, rule, rows (the first ``most``), and how many there are; ``width`` is that of the screen."""
    heads = [harmless(column.name) for column in answer.columns]
    right = stand_right(answer)
    shown = range(min(len(answer), most or len(answer)))
    rows = [[harmless(cell_text(cell), lines=True) for cell in answer.rows.cells(row)] for row in shown]
    widths = _widths(heads, rows, right, width)
    if not rows or widths is None:
        yield from _lists(heads, rows, width, color=color)
    else:
        yield from _columns(heads, rows, right, widths, color=color)
    if len(rows) < len(answer):
        yield f"… {len(answer) - len(rows):,} more\n"
    count = f"{len(answer)} row{'' if len(answer) == 1 else 's'}"
    yield _styled(f"({count})" if rows else "(no rows)", _DIM, color=color) + "\n"


def _styled(text: str, style: str, *, color: bool) -> str:
    return f"{style}{text}{_PLAIN}" if color else text


def _widths(heads: _Row, rows: list[_Row], right: list[bool], width: int) -> list[int] | None:
    """The width of each column, or none if they do not fit beside one another."""
    room = width - len(_GAP) * (len(heads) - 1)
    natural, least = [], []
    for n, head in enumerate(heads):
        cells = [head, *(row[n] for row in rows)]
        natural.append(max(width_of(line) for cell in cells for line in cell.split("\n")))
        words = max(width_of(word) for cell in cells for word in cell.split()) if any(cell.strip() for cell in cells) else 1
        least.append(natural[-1] if right[n] else max(min(words, _WORD), min(width_of(head), _WORD)))
    if sum(natural) <= room:
        return natural
    if sum(least) > room:
        return None
    return _share(natural, least, room)


def _share(natural: list[int], least: list[int], room: int) -> list[int]:
    """Widths that fill the room: the widest give way first, none below what it needs."""
    low, high = 1, max(natural)
    while low < high:  # the highest common cap that still fits
        cap = (low + high + 1) // 2
        if sum(max(need, min(want, cap)) for want, need in zip(natural, least, strict=True)) <= room:
            low = cap
        else:
            high = cap - 1
    return [max(need, min(want, low)) for want, need in zip(natural, least, strict=True)]


def _columns(heads: _Row, rows: list[_Row], right: list[bool], widths: list[int], *, color: bool) -> Iterator[str]:
    for line in _folded(heads, right, widths):
        yield _styled(line, _BOLD, color=color) + "\n"
    yield _styled(_GAP.join("─" * width for width in widths), _DIM, color=color) + "\n"
    folded = [_folded(row, right, widths) for row in rows]
    apart = any(len(lines) > 1 for lines in folded)
    for n, lines in enumerate(folded):
        if apart and n:
            yield "\n"
        yield from (f"{line}\n" for line in lines)


def _folded(cells: _Row, right: list[bool], widths: list[int]) -> list[str]:
    """The lines of one row, its cells beside one another."""
    parts = [fold_text(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return [
        _GAP.join(pad(part, width, right=to_right) for part, width, to_right in zip(line, widths, right, strict=True)).rstrip()
        for line in zip_longest(*parts, fillvalue="")
    ]


def _lists(heads: _Row, rows: list[_Row], width: int, *, color: bool) -> Iterator[str]:
    """Each row as lines of name and value."""
    indent = max((width_of(head) for head in heads), default=0)
    room = max(_WORD, width - indent - len(_GAP))
    if not rows:
        yield _styled(_GAP.join(heads), _BOLD, color=color) + "\n"
    for row in rows:
        for head, cell in zip(heads, row, strict=True):
            if not cell:
                continue
            first, *more = fold_text(cell, room)
            yield f"{_styled(pad(head, indent), _BOLD, color=color)}{_GAP}{first}\n"
            yield from (f"{' ' * indent}{_GAP}{line}\n" for line in more)
        yield "\n"
