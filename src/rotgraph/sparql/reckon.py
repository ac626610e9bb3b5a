"""In: values of rows. Out: aggregates and arithmetic over them, exactly. Room: sparql."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from itertools import pairwise

from rotgraph.model.result import Single
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Quantity
from rotgraph.query.expression import Aggregate, Arithmetic
from rotgraph.query.place import unsupported
from rotgraph.query.unlike import unlike
from rotgraph.sparql.items import Item, rank
from rotgraph.sparql.pattern import ENGINE
from rotgraph.values.compare import mean, total
from rotgraph.values.reckoning import Number, combinable, reckon

__all__ = ["aggregate", "calculate"]

_QUOTIENT_DIGITS = 50


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
    raise unsupported(function, ENGINE, expression.place)


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
            raise unlike(expression, one, other)  # type: ignore[arg-type]  # numbers both


def _dimension(value: Single) -> str:
    return unit_of(value.unit if isinstance(value, Quantity) else "").dimension


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


def _quantity(number: Number) -> Quantity:
    if isinstance(number, Quantity):
        return number
    value = Decimal(number)
    return Quantity(f"{value:f}", value, value, value)


# arithmetic


def calculate(expression: Arithmetic, left: Single, right: Single) -> Single | None:
    """The result; None where there is none (a text, a division by zero).

    Raises:
        QueryError: units that do not combine, named.
    """
    if not isinstance(left, (Quantity, Decimal, int)) or not isinstance(right, (Quantity, Decimal, int)):
        return None
    if not combinable(expression.operator, left, right):
        raise unlike(expression, left, right)
    return reckon(expression.operator, left, right)
