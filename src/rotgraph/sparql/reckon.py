"""In: values of rows. Out: aggregates and arithmetic over them, exactly. Room: sparql."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from itertools import pairwise
from typing import TypeAlias

from rotgraph.errors import InternalError, QueryError, UnsupportedOperationError
from rotgraph.late import replace
from rotgraph.model.result import Single
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Quantity
from rotgraph.query.expression import Aggregate, Arithmetic
from rotgraph.sparql.items import Item, rank
from rotgraph.sparql.pattern import ENGINE
from rotgraph.values.compare import add, format_quantity, mean, scale, total

__all__ = ["aggregate", "calculate"]

_CONTEXT = Context(prec=100, Emax=999_999, Emin=-999_999)
_QUOTIENT_DIGITS = 50
_Number: TypeAlias = "Quantity | Decimal | int"


def aggregate(expression: Aggregate, items: Sequence[Item]) -> tuple[Item, ...]:
    """The aggregate of values: none of none, but a count of 0.

    Raises:
        QueryError: units that do not go together, named.
        UnsupportedOperationError: a function that SPARQL 1.1 has no form for.
    """
    function = expression.function
    if function == "count":
        return (Item(len(items)),)
    if function == "list":
        return tuple(items)
    if function in ("first", "last"):
        return tuple(items[:1] if function == "first" else items[-1:])
    if function in ("min", "max"):
        return _extreme(expression, items)
    if function in ("sum", "avg"):
        numbers = [item.value for item in items if _is_number(item.value)]
        _check_units(expression, numbers)
        return (Item(_sum(numbers, average=function == "avg")),) if numbers else ()
    raise UnsupportedOperationError(function, ENGINE)


def _is_number(value: Single) -> bool:
    return isinstance(value, (Quantity, int, Decimal))


def _extreme(expression: Aggregate, items: Sequence[Item]) -> tuple[Item, ...]:
    """The cell itself: of numbers where there are any, else of periods, else of names; of equal ones the first."""
    families: tuple[Callable[[Single], bool], ...] = (_is_number, lambda value: isinstance(value, Period), lambda _: True)
    for family in families:
        kept = [item for item in items if family(item.value)]
        if kept:
            _check_units(expression, [item.value for item in kept])
            return ((min if expression.function == "min" else max)(kept, key=lambda item: rank(item.value)),)
    return ()


def _check_units(expression: Aggregate, values: Sequence[Single]) -> None:
    known = [(value, _dimension(value)) for value in values if _is_number(value)]
    for (one, ours), (other, theirs) in pairwise(known):
        if ours != theirs:
            text = expression.text or expression.function
            message = f"`{text}` meets {_said(one)} and {_said(other)}, which do not go together"
            raise QueryError(message, text, 0, len(text), help="narrow the rows to one of them, or group by it")


def _dimension(value: Single) -> str:
    return unit_of(value.unit if isinstance(value, Quantity) else "").dimension


def _said(value: Single) -> str:
    return f"{unit_of(value.unit).said} (`{value.text}`)" if isinstance(value, Quantity) else f"a bare number (`{value}`)"


def _sum(numbers: Sequence[Single], *, average: bool) -> Single:
    integers = [each for each in numbers if isinstance(each, int)]
    if len(integers) == len(numbers):
        whole = sum(integers)
        return _quotient(Decimal(whole), len(numbers)) if average else whole
    quantities = [_quantity(each) for each in numbers]  # type: ignore[arg-type]  # numbers all
    made = (mean if average else total)(quantities)
    if not any(isinstance(each, Quantity) for each in numbers) and made.value is not None:
        return made.value
    return made


def _quotient(number: Decimal, by: int) -> Decimal:
    if by == 1:
        return number
    return Context(prec=len(number.as_tuple().digits) + _QUOTIENT_DIGITS, Emax=999_999, Emin=-999_999).divide(number, Decimal(by))


def _quantity(number: _Number) -> Quantity:
    if isinstance(number, Quantity):
        return number
    value = Decimal(number)
    return Quantity(f"{value:f}", value, value, value)


# arithmetic


def calculate(expression: Arithmetic, left: Single, right: Single) -> Single | None:
    """The result; None where there is none (a text, a division by zero).

    Raises:
        QueryError: a sum of what does not go together.
    """
    if not isinstance(left, (Quantity, Decimal, int)) or not isinstance(right, (Quantity, Decimal, int)):
        return None
    operator = expression.operator
    if not isinstance(left, Quantity) and not isinstance(right, Quantity):
        return _plain(operator, left, right)
    one, other = _quantity(left), _quantity(right)
    if operator in ("+", "-"):
        if unit_of(one.unit).dimension != unit_of(other.unit).dimension:
            text = expression.text or operator
            message = f"`{text}` meets {_said(one)} and {_said(other)}, which do not go together"
            raise QueryError(message, text, 0, len(text))
        return add(one, other if operator == "+" else scale(other, -1))
    if operator == "*":
        return _times(one, other)
    if operator == "/":
        return _over(one, other)
    raise InternalError(f"no arithmetic {operator}")


def _plain(operator: str, left: Decimal | int, right: Decimal | int) -> Single | None:
    one, other = Decimal(left), Decimal(right)
    if operator == "/":
        return _CONTEXT.divide(one, other) if other else None
    found = {"+": _CONTEXT.add, "-": _CONTEXT.subtract, "*": _CONTEXT.multiply}[operator](one, other)
    return int(found) if isinstance(left, int) and isinstance(right, int) and abs(found) < 2**62 else found


def _bare(quantity: Quantity) -> bool:
    return unit_of(quantity.unit).dimension == "number"


def _times(one: Quantity, other: Quantity) -> Single | None:
    """One side is a bare number; a percentage is that part of the other."""
    if _bare(one) and not _bare(other):
        one, other = other, one
    if not _bare(other):
        if other.unit != "%" and one.unit == "%":
            one, other = other, one
        if other.unit != "%":
            return None
        other = replace(scale(other, Decimal("0.01")), unit="")
    if other.value is not None:
        made = scale(one, other.value)
    elif one.value is not None:
        made = replace(scale(other, one.value), unit=one.unit)
    else:
        return None
    return _marked(made, one, other)


def _over(one: Quantity, other: Quantity) -> Single | None:
    """By a bare number, or by something that measures the same: then a bare number."""
    if (not _bare(other) and unit_of(one.unit).dimension != unit_of(other.unit).dimension) or not other.value:
        return None
    if not _bare(other):
        if one.value is None or {one.unit, other.unit} == {"month", "day"}:
            return None
        ours, theirs = (_CONTEXT.multiply(each.value or Decimal(0), unit_of(each.unit).factor) for each in (one, other))
        value = _CONTEXT.divide(ours, theirs)
        return _marked(Quantity("", value, value, value), one, other)
    if one.value is None:
        return _marked(scale(one, _CONTEXT.divide(Decimal(1), other.value)), one, other)
    value = _CONTEXT.divide(one.value, other.value)
    return _marked(Quantity("", value, value, value, one.unit), one, other)


def _marked(made: Quantity, one: Quantity, other: Quantity) -> Quantity:
    marked = replace(made, approximate=one.approximate or other.approximate, estimate=one.estimate or other.estimate)
    return replace(marked, text=format_quantity(marked))
