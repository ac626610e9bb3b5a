"""In: two numbers of notes. Out: their sum, difference, product, quotient. Room: values."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TypeAlias

from rotgraph.late import replace
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.values.amounts import add, addable, scale
from rotgraph.values.printing import format_quantity

__all__ = ["Number", "combinable", "reckon"]

Number: TypeAlias = "Quantity | Decimal | int"

_CONTEXT = Context(prec=100, Emax=999_999, Emin=-999_999)
_WHOLE = 2**62
"""Whole numbers below it stay whole."""


def combinable(operator: str, left: Number, right: Number) -> bool:
    """Whether the result measures something.

    Example:
        >>> from rotgraph.values.quantity import parse_quantity
        >>> price, share, tons = map(parse_quantity, ("$5", "40%", "3 t"))
        >>> combinable("*", price, share), combinable("*", price, tons), combinable("/", price, 3), combinable("+", price, share)
        (True, False, True, False)
    """
    one, other = _quantity(left), _quantity(right)
    if operator in "+-":
        return addable(one, other)
    if operator == "*":
        return any(_bare(each) or each.unit == "%" for each in (one, other))
    return _bare(other) or addable(one, other)


def reckon(operator: str, left: Number, right: Number) -> Number | None:
    """The result of what is `combinable`; None where there is none: nothing is divided by 0, and no range by a range.

    Example:
        >>> from rotgraph.values.quantity import parse_quantity
        >>> print(reckon("*", parse_quantity("~$5M"), 3).text, reckon("/", 3, 4), reckon("/", 3, 0))
        ~$15M 0.75 None
        >>> print(reckon("/", parse_quantity("$4-5M"), parse_quantity("$2M")).text)
        2–2.5
    """
    if not isinstance(left, Quantity) and not isinstance(right, Quantity):
        return _plain(operator, left, right)
    one, other = _quantity(left), _quantity(right)
    if operator in "+-":
        return add(one, other if operator == "+" else scale(other, -1))
    return _times(one, other) if operator == "*" else _over(one, other)


def _plain(operator: str, left: Decimal | int, right: Decimal | int) -> Decimal | int | None:
    one, other = Decimal(left), Decimal(right)
    if operator == "/":
        return _CONTEXT.divide(one, other) if other else None
    found = {"+": _CONTEXT.add, "-": _CONTEXT.subtract, "*": _CONTEXT.multiply}[operator](one, other)
    return int(found) if isinstance(left, int) and isinstance(right, int) and abs(found) < _WHOLE else found


def _quantity(number: Number) -> Quantity:
    if isinstance(number, Quantity):
        return number
    value = Decimal(number)
    return Quantity(f"{value:f}", value, value, value)


def _bare(quantity: Quantity) -> bool:
    return unit_of(quantity.unit).dimension == "number"


def _times(one: Quantity, other: Quantity) -> Quantity | None:
    """One side is a bare number; a percentage is that part of the other."""
    if _bare(one) and not _bare(other):
        one, other = other, one
    if not _bare(other):
        if other.unit != "%":
            one, other = other, one
        other = replace(scale(other, Decimal("0.01")), unit="")
    if other.value is not None:
        made = scale(one, other.value)
    elif one.value is not None:
        made = replace(scale(other, one.value), unit=one.unit)
    else:
        return None
    return _marked(made, one, other)


def _over(one: Quantity, other: Quantity) -> Quantity | None:
    """By a bare number, or by something that measures the same: then a bare number."""
    if not other.value:
        return None
    if not _bare(other):
        if {one.unit, other.unit} == {"month", "day"}:
            return None
        ours, theirs = (unit_of(each.unit).factor for each in (one, other))
        one, other = replace(scale(one, ours), unit=""), replace(scale(other, theirs), unit="")
    by = other.value or Decimal(0)
    if one.value is None:
        return _marked(scale(one, _CONTEXT.divide(Decimal(1), by)), one, other)
    value = _CONTEXT.divide(one.value, by)
    return _marked(Quantity("", value, value, value, one.unit), one, other)


def _marked(made: Quantity, one: Quantity, other: Quantity) -> Quantity:
    marked = replace(made, approximate=one.approximate or other.approximate, estimate=one.estimate or other.estimate)
    return replace(marked, text=format_quantity(marked))
