"""In: cells of periods or quantities. Out: a part of each: a year, a bound, a unit. Room: native.

Every distinct value is taken apart once.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.late import replace
from rotgraph.model.value import Kind, Period, Precision, Quantity, iso_day
from rotgraph.native.arrays import numbered
from rotgraph.native.cells import Cells
from rotgraph.native.pool import NUMBER, Made, Pool

__all__ = ["part"]


def part(name: str, cells: Cells, pool: Pool) -> Cells:
    """The part ``name`` of each value that has it.

    ``year`` is that of the first day; ``quarter`` and ``month`` are known where the whole period lies within one; ``start`` and
    ``end`` are days, the first and the last, unknown where that side is open.
    """
    keys = cells.ids.astype(np.int64) * 8 + cells.kind_of_each
    values, inverse = numbered(keys)
    made = [_part(name, int(key) % 8, int(key) // 8, pool) for key in values.tolist()]
    kinds, numbers = pool.enter(made)
    kept = (kinds > 0)[inverse]
    return cells.replace(kinds[inverse], numbers[inverse]).keep(kept).as_uniform()


def _part(name: str, kind: int, number: int, pool: Pool) -> Made:
    if name in _OF_PERIOD:
        return _OF_PERIOD[name](pool.period(number)) if kind == Kind.PERIOD else None
    if name in _OF_QUANTITY:
        return _OF_QUANTITY[name](pool.quantity(number)) if kind in (Kind.QUANTITY, NUMBER) else None
    raise InternalError(f"no part {name}")


def _year(period: Period) -> int:
    return int(iso_day(period.start).rsplit("-", 2)[0])


def _ends(period: Period) -> tuple[date, date] | None:
    last = period.end - 1
    if period.start < 1 or last > date.max.toordinal() or last < period.start:
        return None
    return date.fromordinal(period.start), date.fromordinal(last)


def _quarter(period: Period) -> int | None:
    both = _ends(period)
    if both is None or both[0].year != both[1].year or (both[0].month - 1) // 3 != (both[1].month - 1) // 3:
        return None
    return (both[0].month - 1) // 3 + 1


def _month(period: Period) -> int | None:
    both = _ends(period)
    return both[0].month if both is not None and (both[0].year, both[0].month) == (both[1].year, both[1].month) else None


def _day(day: int) -> Period:
    return Period(iso_day(day), day, day + 1, Precision.DAY, edtf=iso_day(day))


def _start(period: Period) -> Period | None:
    return None if period.open_start else _day(period.start)


def _end(period: Period) -> Period | None:
    return None if period.open_end else _day(period.end - 1)


def _point(number: Decimal | None, unit: str) -> Quantity | None:
    from rotgraph.values.compare import format_quantity

    if number is None:
        return None
    quantity = Quantity("", number, number, number, unit)
    return replace(quantity, text=format_quantity(quantity))


def _low(quantity: Quantity) -> Quantity | None:
    return _point(quantity.low, quantity.unit)


def _high(quantity: Quantity) -> Quantity | None:
    return _point(quantity.high, quantity.unit)


def _unit(quantity: Quantity) -> str | None:
    return quantity.unit or None


def _number(quantity: Quantity) -> Decimal | None:
    return quantity.middle


_OF_PERIOD = {"year": _year, "quarter": _quarter, "month": _month, "start": _start, "end": _end}
_OF_QUANTITY = {"low": _low, "high": _high, "unit": _unit, "number": _number}
