"""In: the tables of golden/values.md. Out: each written form is read as its row says. Room: tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from listing import write_period, write_quantity
from rotgraph.model.value import Period, Quantity
from rotgraph.values.columns import column_context
from rotgraph.values.context import PeriodContext, QuantityContext, period_column_context
from rotgraph.values.doubt import Doubt
from rotgraph.values.edtf import parse_edtf
from rotgraph.values.period import parse_period
from rotgraph.values.quantity import parse_quantity
from rotgraph.values.read import Missing, ValueContext, classify, read_value
from rotgraph.values.several import parse_change, parse_several
from rotgraph.values.years import complete_years

GOLDEN = Path(__file__).parent / "golden" / "values.md"


@dataclass(frozen=True)
class Row:
    """One row of a golden table, with what stands above it."""

    section: str
    options: dict[str, str]
    written: tuple[str, ...]
    """The cell; for columns all its cells."""
    wanted: str
    line: int


def rows() -> list[Row]:
    """All rows of all tables: a heading names a section, a line ``key: value`` is an option, code spans are the cells."""
    found: list[Row] = []
    section, options = "", {}
    for number, line in enumerate(GOLDEN.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("#"):
            section, options = line.lstrip("# "), {}
        elif match := re.fullmatch(r"([a-z_]+): `([^`]+)`", line):
            options[match[1]] = match[2]
        elif line.startswith("|") and not re.fullmatch(r"[|\s:-]+", line) and "written" not in line:
            written, wanted = (part.strip() for part in line.strip("|").split(" | "))
            cells = tuple(cell[1:-1] for cell in re.split(r"\s+·\s+", written))
            found.append(Row(section, dict(options), cells, wanted.strip().strip("`"), number))
    return found


def shown(value: Any) -> str:
    """As the golden file writes it."""
    if value is None:
        return "—"
    if isinstance(value, Doubt):
        return f"{value.code}: {' or '.join(value.readings)}".removesuffix(": ")
    if isinstance(value, Missing):
        return "missing"
    if isinstance(value, Quantity):
        return write_quantity(value)
    if isinstance(value, Period):
        return write_period(value) + (f" {value.edtf}" if value.edtf else "")
    return f'"{value}"' if isinstance(value, str) else str(value)


def _quantity_context(options: dict[str, str]) -> QuantityContext:
    flags = {key: value == "yes" for key, value in options.items() if key in ("accounting", "percentages")}
    return QuantityContext(
        unit=options.get("unit", ""), decimal=options.get("decimal", ""), currency=options.get("currency", ""), **flags
    )


def _period_context(options: dict[str, str]) -> PeriodContext:
    flags = {key: options[key] == "yes" for key in ("column_is_year_ranges", "day_first", "month_years") if key in options}
    numbers = {key: int(options[key]) for key in ("year", "fiscal_year_end") if key in options}
    return PeriodContext(**flags, **numbers)


def read(row: Row) -> str:
    """What the parser of the section makes of a row."""
    parser, options = row.options["parser"], row.options
    if parser == "quantity":
        return shown(parse_quantity(row.written[0], _quantity_context(options)))
    if parser in ("change", "several"):
        parts = (parse_change if parser == "change" else parse_several)(row.written[0])
        return " · ".join(map(shown, parts)) if parts else shown(None)
    if parser == "period":
        return shown(parse_period(row.written[0], _period_context(options)))
    if parser == "edtf":
        return shown(parse_edtf(row.written[0]))
    if parser == "value":
        context = ValueContext(options.get("kind", "any"), _quantity_context(options), _period_context(options))
        return shown(read_value(row.written[0], context))
    if parser == "kind":
        return classify(row.written[0])
    if parser == "years":
        found = complete_years(row.written, _period_context(options))
        return " · ".join(str(each) if isinstance(each, Period) else shown(each) for each in found)
    if parser == "column":
        context = column_context(row.written)
        return " · ".join(shown(parse_quantity(cell, context)) for cell in row.written)
    if parser == "period column":
        periods = period_column_context(row.written)
        return " · ".join(shown(parse_period(cell, periods)) for cell in row.written)
    raise AssertionError(f"no parser {parser}")


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.line}-{row.written[0][:24]}")
def test_golden(row: Row) -> None:
    assert read(row) == row.wanted, f"golden/values.md:{row.line} in {row.section}"


def test_golden_is_read() -> None:
    assert len(rows()) > 300
