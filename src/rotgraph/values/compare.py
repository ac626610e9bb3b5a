"""In: two values and an operator. Out: whether it surely or possibly holds; how values sort. Room: values.

Comparison is three-valued on bounds: surely true, possibly true, or neither. All of it is exact; the native engine asks here for
what its columns of floats cannot decide.
"""

from __future__ import annotations

from decimal import Decimal

from rotgraph.errors import InternalError
from rotgraph.late import dataclass
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Quantity
from rotgraph.values.amounts import add, mean, scale, total
from rotgraph.values.numerals import EXACT
from rotgraph.values.printing import format_quantity

__all__ = [
    "add", "comparable", "format_quantity", "mean", "possibly", "scale", "sort_key", "surely", "total",
]  # fmt: skip

_HUNDRED = Decimal(100)
_MONTH_DAYS = Decimal(28), Decimal(31)
_MEAN_MONTH = Decimal("30.436875")
"""Days of a month over 400 years: for sorting only."""


@dataclass(slots=True)
class _Bounds:
    """An interval in a unit that both sides share; None is no bound."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool
    high_open: bool
    point: bool

    def times(self, low: Decimal, high: Decimal | None = None) -> _Bounds:
        """Scaled by a factor, or by one that lies between two positive ones."""
        high = low if high is None else high
        return _Bounds(
            None if self.low is None else EXACT.multiply(self.low, low if self.low >= 0 else high),
            None if self.high is None else EXACT.multiply(self.high, high if self.high >= 0 else low),
            self.low_open,
            self.high_open,
            self.point and (low == high or not self.low),
        )


def _bounds(quantity: Quantity) -> _Bounds:
    return _Bounds(
        quantity.low, quantity.high, quantity.low_open and quantity.low is not None,
        quantity.high_open and quantity.high is not None, quantity.value is not None,
    )  # fmt: skip


def _common(one: Quantity, other: Quantity) -> tuple[_Bounds, _Bounds] | None:
    """Both in one unit; None if they measure different things."""
    first, second = unit_of(one.unit), unit_of(other.unit)
    left, right = _bounds(one), _bounds(other)
    if one.out_of is not None and other.out_of is not None:
        return left.times(other.out_of), right.times(one.out_of)
    if first.dimension == second.dimension:
        if first.name == second.name:
            return left, right
        if first.dimension == "duration":
            months, days = (left, right) if first.name == "month" else (right, left)
            converted = months.times(*_MONTH_DAYS)
            return (converted, days) if months is left else (days, converted)
        return left.times(first.factor), right.times(second.factor)
    if one.out_of is not None and second.dimension == "percent":
        return left.times(_HUNDRED), right.times(one.out_of)
    if other.out_of is not None and first.dimension == "percent":
        return left.times(other.out_of), right.times(_HUNDRED)
    return None


def comparable(one: Quantity, other: Quantity) -> bool:
    """Whether two measure the same: ``bp`` and ``pp``, ``x`` and bare numbers, ``7 of 11`` and ``%``, months and days."""
    return _common(one, other) is not None


def surely(operator: str, left: Quantity | Period, right: Quantity | Period) -> bool:
    """Whether ``left operator right`` holds whatever the true values are.

    Quantities: ``= is != < <= > >=``; ``=`` needs equal points and equal ``~`` marks (ruling 16). Periods: ``= is != before after
    during within overlaps contains``, on the period as written (ruling 21). Values that cannot be compared satisfy nothing.

    Raises:
        InternalError: for an operator the kind does not have.
    """
    if isinstance(left, Period) and isinstance(right, Period):
        return _periods(operator, left, right)
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        return False
    both = _common(left, right)
    if both is None:
        return False
    if operator == "!=":
        return not _meet(*both)
    if operator in ("=", "is"):
        return _same_point(*both) and left.approximate == right.approximate
    one, other = both if operator in ("<", "<=") else (both[1], both[0])
    if operator in ("<", ">"):
        return _below(one, other)
    if operator in ("<=", ">="):
        return one.high is not None and other.low is not None and one.high <= other.low
    raise InternalError(f"no comparison of quantities: {operator}")


def possibly(operator: str, left: Quantity | Period, right: Quantity | Period) -> bool:
    """Whether ``left operator right`` can hold: when bounds meet, marks left aside, open periods taken as open.

    Raises:
        InternalError: for an operator the kind does not have.
    """
    if isinstance(left, Period) and isinstance(right, Period):
        return _possible_periods(operator, left, right)
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        return False
    both = _common(left, right)
    if both is None:
        return False
    if operator in ("=", "is"):
        return _meet(*both)
    if operator == "!=":
        return not (_same_point(*both) and left.approximate == right.approximate)
    one, other = both if operator in ("<", "<=") else (both[1], both[0])
    if operator in ("<", ">"):
        return one.low is None or other.high is None or one.low < other.high
    if operator in ("<=", ">="):
        return not _below(other, one)
    raise InternalError(f"no comparison of quantities: {operator}")


def _below(one: _Bounds, other: _Bounds) -> bool:
    """All of one lies below all of the other."""
    if one.high is None or other.low is None:
        return False
    return one.high < other.low or (one.high == other.low and (one.high_open or other.low_open))


def _meet(one: _Bounds, other: _Bounds) -> bool:
    return not _below(one, other) and not _below(other, one)


def _same_point(one: _Bounds, other: _Bounds) -> bool:
    return one.point and other.point and one.low == other.low


def _periods(operator: str, left: Period, right: Period) -> bool:
    if operator in ("=", "is"):
        return left.start == right.start and left.end == right.end and left.approximate == right.approximate
    if operator == "!=":
        return not _possible_periods("=", left, right)
    return _placed(operator, left.start, left.end, right.start, right.end)


def _placed(operator: str, start: float, end: float, from_: float, until: float) -> bool:
    if operator == "before":
        return end <= from_
    if operator == "after":
        return start >= until
    if operator in ("during", "within"):
        return start >= from_ and end <= until
    if operator in ("overlaps", "contains"):
        return start < until and end > from_
    raise InternalError(f"no comparison of periods: {operator}")


def _possible_periods(operator: str, left: Period, right: Period) -> bool:
    """As written, or with their open sides open."""
    if operator in ("=", "is"):
        return _may_end(left.end, right.end, left_open=left.open_end, right_open=right.open_end) and _may_end(
            -left.start, -right.start, left_open=left.open_start, right_open=right.open_start
        )
    if operator == "!=":
        return not _periods("=", left, right)
    if _placed(operator, left.start, left.end, right.start, right.end):
        return True
    far = float("inf")  # compared, never calculated with
    return _placed(
        operator,
        -far if left.open_start else left.start,
        far if left.open_end else left.end,
        -far if right.open_start else right.start,
        far if right.open_end else right.end,
    )


def _may_end(left: int, right: int, *, left_open: bool, right_open: bool) -> bool:
    """Whether two ends may be one: an open end is the written one or any later."""
    return left == right or (left_open and left < right) or (right_open and right < left)


def sort_key(value: Quantity | Period) -> tuple[str, int, Decimal, int, int]:
    """How values of one column sort: quantities by dimension, then exactly by value (a range by its midpoint, a one-sided value by
    its bound), periods by start, then end. Months count 30.436875 days here.
    """
    if isinstance(value, Period):
        return "", 0, Decimal(0), value.start, value.end
    unit = unit_of(value.unit)
    middle = value.middle
    if middle is None:
        return unit.dimension, 1, Decimal(0), 0, 0
    factor = _MEAN_MONTH if unit.name == "month" else unit.factor
    return unit.dimension, 0, EXACT.multiply(middle, factor), 0, 0
