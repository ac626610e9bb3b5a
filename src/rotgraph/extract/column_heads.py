"""In: the headers over a matrix of metrics. Out: what each column is: a name, a period, a way a value is meant. Room: extract."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from rotgraph.extract.headers import is_meant, qualifies
from rotgraph.extract.sections import leading_period, read_period, trailing_period
from rotgraph.extract.sheet import Sheet
from rotgraph.late import dataclass
from rotgraph.model.schema import Schema
from rotgraph.model.value import Period, Precision
from rotgraph.values.context import PeriodContext

__all__ = ["ColumnHead", "column_heads", "length_of", "period_beside"]

_LENGTHS = (("monthly", 28, 31), ("quarterly", 89, 92), ("half-yearly", 181, 184), ("annual", 365, 366))
_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)\s*$")


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """What the header of one column says of its values."""

    named: bool = False
    """It names what they are about, with the other columns of its table."""
    period: Period | None = None
    qualifier: str = ""


def length_of(periods: Sequence[Period]) -> str:
    """What lengths of time the last days in the headers end, where their distances prove it: of a quarter, of a year.

    Example:
        >>> from rotgraph.values.period import parse_period
        >>> length_of([parse_period("2025-12-31"), parse_period("2025-09-30")])
        'quarterly'
    """
    if len(periods) < 2 or any(each.precision is not Precision.DAY for each in periods):
        return ""
    days = sorted(each.start for each in periods)
    gaps = [later - earlier for earlier, later in pairwise(days)]
    ends = all(each.end_date.day == 1 for each in periods)  # `end` is the day after
    return next((word for word, low, high in _LENGTHS if ends and all(low <= gap <= high for gap in gaps)), "")


def column_heads(sheet: Sheet, schema: Schema, columns: frozenset[int]) -> dict[int, ColumnHead]:
    """The headers of the columns that hold values, by column.

    ``Q4 2025`` is the period of its column, and of ``Consensus`` and ``YoY`` beside it; ``Q1 2026 actual`` is both. Where no
    header says such a thing, all of them are names. A period in the first header is that of the columns without one.
    """
    texts = {column: " ".join(sheet.headers[column].split()) for column in sorted(columns)}
    dated = {column: found for column, text in texts.items() if (found := _dated(text, sheet.when)) is not None}
    meant = {column: is_meant(text, schema) for column, text in texts.items()}
    named = not dated and not any(meant.values())
    periods = {column: period for column, (period, _) in dated.items()}
    alone = len({period.text for period in periods.values()}) == 1
    heads = {}
    for column, text in texts.items():
        if column in dated:
            period, rest = dated[column]
            heads[column] = ColumnHead(period=period, qualifier=rest)
        elif meant[column]:
            changes = qualifies(text, schema)
            around = period_beside(column, periods) if alone or changes or _between(column, periods) else None
            heads[column] = ColumnHead(period=sheet.corner or around, qualifier=text)
        else:
            heads[column] = ColumnHead(named=named, period=sheet.corner)
    return heads


def _between(column: int, dated: Mapping[int, Period]) -> bool:
    return any(each < column for each in dated) and any(each > column for each in dated)


def period_beside(column: int, dated: Mapping[int, Period]) -> Period | None:
    """The period that a column beside periods goes with: where they alternate the one to its left, else the latest."""
    if _between(column, dated):
        return dated[max(each for each in dated if each < column)]
    return max(dated.values(), key=lambda period: period.start, default=None)


def _dated(text: str, when: PeriodContext) -> tuple[Period, str] | None:
    """The period of a header, and what else it says: ``Q1 2026 actual``, ``Prior (Jan 2026)``."""
    whole = read_period(text, when)
    if whole is not None and not (whole.inferred and text.isalpha() and len(text) > 3):
        return whole, ""
    led = leading_period(text)
    if led is not None:
        period, rest = led
        inside = _PARENTHESIS.fullmatch(rest)
        return period, (inside[1] if inside is not None else rest).strip(" /")
    hit = _PARENTHESIS.search(text)
    if hit is None:
        return None
    found = trailing_period(text)
    return (found, text[: hit.start()].strip()) if found is not None else None
