"""In: an answer. Out: JSON, or one JSON object a row. Room: render.

Numbers are written digit for digit from exact decimals; dates are ISO 8601, the end of a period exclusive. A column that may hold
several values is always a list (ruling 33).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rotgraph.model.graph import Evidence
from rotgraph.model.result import Answer, Cell, ResultColumn, Single, ThingCell
from rotgraph.model.value import Period, Quantity, iso_day
from rotgraph.render.cell import rounded

__all__ = ["encode", "row_object", "single_object", "write_json", "write_jsonl"]


def write_json(answer: Answer, query: str = "") -> Iterator[str]:
    """``{"query", "columns", "rows", "row_count", "notes"}``, one row a line."""
    columns = [{"name": each.name, "kind": each.kind, "unit": each.unit or None} for each in answer.columns]
    yield f'{{\n"query": {encode(query)},\n"columns": {encode(columns)},\n"rows": ['
    separator = "\n"
    for row in range(len(answer)):
        yield f"{separator}{encode(row_object(answer, row))}"
        separator = ",\n"
    yield f'],\n"row_count": {len(answer)},\n"notes": {encode(list(answer.notes))}\n}}\n'


def write_jsonl(answer: Answer) -> Iterator[str]:
    """One object a row."""
    for row in range(len(answer)):
        yield f"{encode(row_object(answer, row))}\n"


def row_object(answer: Answer, row: int) -> dict[str, Any]:
    """A row by the names of its columns, and its evidence; a column that is called so is ``evidence_``."""
    made = {
        f"{column.name}_" if column.name == "evidence" else column.name: _cell(cell, column)
        for column, cell in zip(answer.columns, answer.rows.cells(row), strict=True)
    }
    return {**made, "evidence": [_evidence(each) for each in answer.rows.evidence(row)]}


def _cell(cell: Cell, column: ResultColumn) -> Any:
    if column.many:
        values = cell if isinstance(cell, tuple) else () if cell is None else (cell,)
        return [single_object(each) for each in values]
    if isinstance(cell, tuple):
        return [single_object(each) for each in cell]
    return None if cell is None else single_object(cell)


def single_object(value: Single) -> Any:
    """One value as JSON has it."""
    if isinstance(value, ThingCell):
        return {"id": value.id, "name": value.name, "class": value.cls}
    if isinstance(value, Quantity):
        return {
            "text": value.text,
            "value": value.value,
            "low": value.low,
            "high": value.high,
            "unit": value.unit,
            "approximate": value.approximate,
            "low_open": value.low_open,
            "high_open": value.high_open,
            "estimate": value.estimate,
            "remark": value.remark,
        }
    if isinstance(value, Period):
        return {
            "text": value.text,
            "start": iso_day(value.start),
            "end": iso_day(value.end),
            "precision": value.precision.value,
        }
    return rounded(value) if isinstance(value, Decimal) else value


def _evidence(place: Evidence) -> dict[str, Any]:
    return {
        "note": place.note,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def encode(value: Any) -> str:
    """JSON on one line: letters of every script as they are, decimals digit for digit (`json` would make floats of them)."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)}: {encode(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(encode, value)) + "]"
    if isinstance(value, Decimal):
        return _digits(value)
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _digits(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "replace").decode()
