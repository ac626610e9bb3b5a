"""In: values of an answer. Out: how they sort, which are the same, their parts. Room: sparql.

The client's half of ruling 32, on `Quantity`, `Period`, texts, whole numbers and things as they came from the store.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from rotgraph.errors import InternalError
from rotgraph.late import dataclass, replace
from rotgraph.model.result import Single, ThingCell
from rotgraph.model.schema import fold
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Precision, Quantity, iso_day
from rotgraph.sparql.lookup import Fact
from rotgraph.values.compare import format_quantity, sort_key

__all__ = ["Item", "identity", "part_of", "rank"]

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Item:
    """A value in a cell, and the fact it comes from."""

    value: Single
    fact: Fact | None = None


def rank(value: Single) -> tuple[Any, ...]:
    """A key that sorts mixed values (ruling 19): numbers by dimension and size, periods, then names in natural order."""
    if isinstance(value, (int, Decimal)):
        return 0, "number", 0, Decimal(value)
    if isinstance(value, Quantity):
        dimension, unknown, middle, *_ = sort_key(value)
        return 0, dimension, unknown, middle
    if isinstance(value, Period):
        return 1, value.start, value.end
    return 2, _natural(value.name if isinstance(value, ThingCell) else value)


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    pieces = _DIGITS.split(fold(text))
    return tuple((0, int(piece), "") if place % 2 else (1, 0, piece) for place, piece in enumerate(pieces) if piece or place % 2)


def identity(value: Single) -> tuple[Any, ...]:
    """What groups and memberships go by: equal where the values are the same, whatever their spelling."""
    if isinstance(value, ThingCell):
        return "thing", value.id
    if isinstance(value, Quantity):
        unit = unit_of(value.unit)
        dimension = f"{unit.dimension}:{unit.name}" if unit.dimension == "duration" else unit.dimension
        ends = (None if end is None else end * unit.factor for end in (value.low, value.high))
        marks = (value.low_open, value.high_open, value.approximate, value.value is not None)
        return "quantity", dimension, *ends, *marks, value.out_of
    if isinstance(value, Period):
        return "period", value.start, value.end, value.approximate, value.open_start, value.open_end
    if isinstance(value, str):
        return "text", value
    return type(value).__name__, value


def part_of(name: str, value: Single) -> Single | None:
    """A part of a value (ruling 30); None where it has none."""
    if isinstance(value, Period):
        return _of_period(name, value)
    if isinstance(value, Quantity):
        return _of_quantity(name, value)
    return None


def _of_period(name: str, period: Period) -> Single | None:
    if name == "year":
        return int(iso_day(period.start).rsplit("-", 2)[0])
    if name in ("quarter", "month"):
        last = period.end - 1
        if period.start < 1 or last > date.max.toordinal() or last < period.start:
            return None
        wide = 3 if name == "quarter" else 1
        first, until = ((day.year, (day.month - 1) // wide) for day in map(date.fromordinal, (period.start, last)))
        return first[1] + 1 if first == until else None
    if name == "start":
        return None if period.open_start else _day(period.start)
    if name == "end":
        return None if period.open_end else _day(period.end - 1)
    return None


def _day(day: int) -> Period:
    return Period(iso_day(day), day, day + 1, Precision.DAY, edtf=iso_day(day))


def _of_quantity(name: str, quantity: Quantity) -> Single | None:
    if name in ("low", "high"):
        bound = quantity.low if name == "low" else quantity.high
        if bound is None:
            return None
        made = Quantity("", bound, bound, bound, quantity.unit)
        return replace(made, text=format_quantity(made))
    if name == "unit":
        return quantity.unit or None
    if name == "number":
        return quantity.middle
    if name in ("year", "quarter", "month", "start", "end"):
        return None
    raise InternalError(f"no part {name}")
