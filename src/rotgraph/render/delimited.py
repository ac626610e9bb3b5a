"""In: an answer. Out: CSV or TSV, line by line. Room: render.

Source: RFC 4180, with line feeds. A cell that a spreadsheet would run as a formula gets an apostrophe before it; numbers and signs
are never touched (a guard that turns ``-25%`` into ``'-25%`` destroys what the notes say).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rotgraph.late import regex
from rotgraph.model.result import Answer, Cell, ThingCell
from rotgraph.render.cell import cell_text

__all__ = ["guard", "write_delimited"]

_STARTS = regex(r"[\s\x00]*([=@＝＠\t\r]|[+\-＋－])")
"""What a spreadsheet takes for the start of a formula."""
_SIGNS = regex(r"[\s+\-−–—]*$")
_NUMBERED = regex(r"[\s+\-−–~≈±<>$€£¥₹₩]*\.?\d")
_CALCULATES = regex(r"\||[\d%)]\s*[+\-*/^&=<>]\s*[^\W\d]|[\d%)]\s*[+\-*/^&=<>]\s*[('\"]")
"""An operator between a number and a name, a call or a string, or a call of another program: what more than a number does."""


def write_delimited(answer: Answer, separator: str = ",", *, raw: bool = False) -> Iterator[str]:
    """A header, then one record a row, each with its line feed."""
    safe = _same if raw else guard
    yield _record((safe(column.name) for column in answer.columns), separator)
    rows = answer.rows
    for row in range(len(rows)):
        yield _record((_field(cell, raw=raw) for cell in rows.cells(row)), separator)


def guard(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would run it.

    Example:
        >>> guard("=1+1"), guard("-25%"), guard("-2+3+cmd|' /C calc'!A0"), guard("+7% YTD")
        ("'=1+1", '-25%', "'-2+3+cmd|' /C calc'!A0", '+7% YTD')
    """
    found = _STARTS.match(text)
    if not found:
        return text
    signed = found[1] in "+-＋－"
    if signed and (_SIGNS.match(text) or (_NUMBERED.match(text) and not _CALCULATES.search(text))):
        return text
    return f"'{text}"


def _same(text: str) -> str:
    return text


def _field(cell: Cell, *, raw: bool) -> str:
    text = cell_text(cell)
    return text if raw or not text or not _is_text(cell) else guard(text)


def _is_text(cell: Cell) -> bool:
    """Whether the cell begins with words of a note; quantities, periods and numbers cannot be formulas."""
    first = cell[0] if isinstance(cell, tuple) else cell
    return isinstance(first, (str, ThingCell))


def _record(fields: Iterable[str], separator: str) -> str:
    written = [_quoted(field, separator) for field in fields]
    if written == [""]:
        return '""\n'  # a lone blank is a record, not an empty line
    return separator.join(written) + "\n"


def _quoted(field: str, separator: str) -> str:
    if separator in field or '"' in field or "\n" in field or "\r" in field:
        doubled = field.replace('"', '""')
        return f'"{doubled}"'
    return field
