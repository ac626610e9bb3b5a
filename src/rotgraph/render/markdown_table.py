"""In: an answer. Out: a Markdown table. Room: render.

Source: GitHub Flavored Markdown §4.10. What would be markup in a cell is escaped; a line feed becomes ``<br>``.
"""

from __future__ import annotations

from collections.abc import Iterator

from rotgraph.late import regex
from rotgraph.model.result import Answer
from rotgraph.render.cell import cell_text, stand_right
from rotgraph.render.harmless import harmless
from rotgraph.render.width import pad, width_of

__all__ = ["markdown_text", "write_markdown"]

_MARKS = regex(r"[\\`|*<\[\]]|(?<!\w)_|_(?!\w)|(?<=\S)~|&(?=#?\w+;)")
_ALIGN_UP_TO = 2_000
"""Rows up to which cells are padded into straight columns."""


def write_markdown(answer: Answer) -> Iterator[str]:
    """A header, a delimiter row, one line a row."""
    heads = [markdown_text(column.name) for column in answer.columns]
    right = stand_right(answer)
    rows: Iterator[list[str]] = ([markdown_text(cell_text(cell)) for cell in answer.rows.cells(row)] for row in range(len(answer)))
    widths = [max(3, width_of(head)) for head in heads]
    if len(answer) <= _ALIGN_UP_TO:
        kept = list(rows)
        widths = [max(width, *(width_of(row[n]) for row in kept), 0) for n, width in enumerate(widths)]
        rows = iter(kept)
    yield _line(heads, widths, right)
    rules = ("-" * (width - 1) + ":" if to_right else "-" * width for width, to_right in zip(widths, right, strict=True))
    yield f"| {' | '.join(rules)} |\n"
    for row in rows:
        yield _line(row, widths, right)


def markdown_text(text: str) -> str:
    """A text as it must be written in a cell to read as itself.

    Example:
        >>> markdown_text("a | b_c *d*")
        'a \\\\| b_c \\\\*d\\\\*'
    """
    return _MARKS.sub(r"\\\g<0>", harmless(text, lines=True)).replace("\n", "<br>")


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    padded = (pad(cell, width, right=to_right) for cell, width, to_right in zip(cells, widths, right, strict=True))
    return f"| {' | '.join(padded)} |\n"
