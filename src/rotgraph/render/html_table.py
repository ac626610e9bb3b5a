"""In: an answer. Out: an HTML table. Room: render.

Everything that comes from a note is escaped: its text never runs in a page. The table carries no script, and of style
only the side that a column stands to.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from rotgraph.model.result import Answer
from rotgraph.render.cell import cell_text, stand_right
from rotgraph.render.harmless import harmless

__all__ = ["html_text", "write_html"]


def html_text(text: str) -> str:
    """A text as it must be written in a page to read as itself.

    Example:
        >>> html_text("<script>alert('1')</script>")
        '&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;'
    """
    return escape(harmless(text, lines=True)).replace("\n", "<br>")


def write_html(answer: Answer, limit: int | None = None) -> Iterator[str]:
    """A table; each row has its principal evidence as a title. With ``limit``, the rest is counted in the caption."""
    right = [f' style="text-align: {"right" if to_right else "left"}"' for to_right in stand_right(answer)]
    shown = len(answer) if limit is None else min(limit, len(answer))
    yield '<table class="rotgraph">\n'
    if shown < len(answer):
        yield f"<caption>{shown} of {len(answer)} rows</caption>\n"
    heads = (f"<th{style}>{html_text(column.name)}</th>" for column, style in zip(answer.columns, right, strict=True))
    yield f"<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>\n"
    for row in range(shown):
        places = answer.rows.evidence(row)
        title = f' title="{html_text(str(places[0]))}"' if places else ""
        cells = (f"<td{style}>{html_text(cell_text(cell))}</td>" for cell, style in zip(answer.rows.cells(row), right, strict=True))
        yield f"<tr{title}>{''.join(cells)}</tr>\n"
    yield "</tbody>\n</table>\n"
