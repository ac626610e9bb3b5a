"""In: quantities of one dimension. Out: their sum, mean, multiples, with their doubt. Room: values.

Interval arithmetic on exact decimals: low, high and the ``~`` are carried; a bound that is open on one part is open in the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal

from rotgraph.errors import InternalError
from rotgraph.late import replace
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.values.numerals import EXACT
from rotgraph.values.printing import format_quantity

__all__ = ["add", "addable", "mean", "scale", "total"]

_QUOTIENT_DIGITS = 50


def addable(one: Quantity, other: Quantity) -> bool:
    """Whether a sum of the two means something."""
    return unit_of(one.unit).dimension == unit_of(other.unit).dimension


def add(one: Quantity, other: Quantity) -> Quantity:
    """The sum.

    Raises:
        InternalError: if they are of different dimensions; the caller has asked `addable`.

    Example:
        >>> from rotgraph.values.quantity import parse_quantity
        >>> add(parse_quantity("~$40M"), parse_quantity("$5M")).text
        '~$45M'
    """
    return total((one, other))


def total(quantities: Iterable[Quantity]) -> Quantity:
    """The sum of one or more quantities of one dimension."""
    parts = _in_one_unit(list(quantities))
    first = parts[0]
    low, high = _sum(part.low for part in parts), _sum(part.high for part in parts)
    point = _sum(part.value for part in parts)
    return _made(
        point, low, high, first.unit,
        low_open=low is None or any(part.low_open for part in parts),
        high_open=high is None or any(part.high_open for part in parts),
        approximate=any(part.approximate for part in parts),
        estimate=any(part.estimate for part in parts),
    )  # fmt: skip


def mean(quantities: Sequence[Quantity]) -> Quantity:
    """The average of one or more quantities of one dimension."""
    return _divided(total(quantities), Decimal(len(quantities)))


def scale(quantity: Quantity, factor: Decimal | int) -> Quantity:
    """A multiple; a negative factor swaps the bounds."""
    by = Decimal(factor)
    low, high = _times(quantity.low, by), _times(quantity.high, by)
    low_open, high_open = quantity.low_open, quantity.high_open
    if by < 0:
        low, high, low_open, high_open = high, low, high_open, low_open
    return _made(
        _times(quantity.value, by), low, high, quantity.unit,
        low_open=low_open, high_open=high_open, approximate=quantity.approximate, estimate=quantity.estimate,
    )  # fmt: skip


def _divided(quantity: Quantity, by: Decimal) -> Quantity:
    if by == 1:
        return quantity
    value, low, high = (_quotient(part, by) for part in (quantity.value, quantity.low, quantity.high))
    made = replace(quantity, value=value, low=low, high=high)
    return replace(made, text=format_quantity(made))


def _quotient(number: Decimal | None, by: Decimal) -> Decimal | None:
    """Exact where it ends within the digits of the number and fifty more."""
    if number is None:
        return None
    context = Context(prec=len(number.as_tuple().digits) + _QUOTIENT_DIGITS, Emax=999_999, Emin=-999_999)
    return context.divide(number, by)


def _times(number: Decimal | None, by: Decimal) -> Decimal | None:
    return None if number is None else EXACT.multiply(number, by)


def _sum(numbers: Iterable[Decimal | None]) -> Decimal | None:
    result = Decimal(0)
    for number in numbers:
        if number is None:
            return None
        result = EXACT.add(result, number)
    return result


def _in_one_unit(quantities: list[Quantity]) -> list[Quantity]:
    """All in the first one's unit if they share it, else in their dimension's base unit."""
    if not quantities:
        raise InternalError("a sum of nothing")
    names = {quantity.unit for quantity in quantities}
    if len(names) == 1:
        return quantities
    units = [unit_of(quantity.unit) for quantity in quantities]
    if len({unit.dimension for unit in units}) > 1:
        raise InternalError(f"a sum of {' and '.join(sorted(names))}")
    if units[0].dimension == "duration":
        return [_in_days(quantity) for quantity in quantities]
    base = {"number": "", "point": "pp"}[units[0].dimension]
    return [replace(scale(each, unit.factor), unit=base) for each, unit in zip(quantities, units, strict=True)]


def _in_days(quantity: Quantity) -> Quantity:
    """A month is 28 to 31 days."""
    if quantity.unit == "day":
        return quantity
    low, high = quantity.low, quantity.high
    least, most = Decimal(28), Decimal(31)
    return replace(
        quantity,
        unit="day",
        value=quantity.value if quantity.value == 0 else None,
        low=_times(low, least if low is None or low >= 0 else most),
        high=_times(high, most if high is None or high >= 0 else least),
    )


def _made(
    value: Decimal | None, low: Decimal | None, high: Decimal | None, unit: str,
    *, low_open: bool, high_open: bool, approximate: bool, estimate: bool,
) -> Quantity:  # fmt: skip
    made = Quantity("", value, low, high, unit, low_open, high_open, approximate, estimate)
    return replace(made, text=format_quantity(made))
