"""In: pairs of numbers. Out: their sum, difference, product, quotient. Room: native.

Every distinct pair is calculated once, exactly, with its bounds.
"""

from __future__ import annotations

from decimal import Context, Decimal

import numpy as np

from rotgraph.errors import InternalError, QueryError
from rotgraph.late import replace
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Kind, Quantity
from rotgraph.native.arrays import Array, numbered_rows
from rotgraph.native.cells import Cells
from rotgraph.native.pool import NUMBER, Made
from rotgraph.native.run import Run
from rotgraph.query.expression import Arithmetic
from rotgraph.values.amounts import addable
from rotgraph.values.compare import add, format_quantity, scale

__all__ = ["calculate"]

_CONTEXT = Context(prec=100, Emax=999_999, Emin=-999_999)
_Number = Quantity | Decimal | int


def calculate(
    expression: Arithmetic, left: Cells, ours: Array, right: Cells, theirs: Array, run: Run
) -> tuple[Array, Array]:
    """Kinds and numbers of the results, pair by pair; kind 0 where there is none (text, a division by zero)."""
    sides = ((left, ours), (right, theirs))
    parts = [column.astype(np.int64) for cells, at in sides for column in (cells.kind_of_each[at], cells.ids[at])]
    if not len(parts[0]):
        return np.zeros(0, np.uint8), np.zeros(0, np.int64)
    firsts, inverse = numbered_rows(*parts)
    made: list[Made] = []
    for number, (kind, value, other, operand) in enumerate(zip(*(part[firsts].tolist() for part in parts), strict=True)):
        if not number % 4096:
            run.check()
        made.append(_calculate(expression, _read(kind, value, run), _read(other, operand, run)))
    kinds, ids = run.pool.enter(made)
    return kinds[inverse], ids[inverse]


def _read(kind: int, number: int, run: Run) -> _Number | None:
    if kind == Kind.INTEGER:
        return number
    if kind == NUMBER:
        return run.pool.decimal(kind, number)
    return run.pool.quantity(number) if kind == Kind.QUANTITY else None


def _calculate(expression: Arithmetic, left: _Number | None, right: _Number | None) -> Made:
    if left is None or right is None:
        return None
    operator = expression.operator
    if not isinstance(left, Quantity) and not isinstance(right, Quantity):
        return _plain(operator, left, right)
    one, other = _quantity(left), _quantity(right)
    if operator in ("+", "-"):
        if not addable(one, other):
            said = f"{unit_of(one.unit).said} (`{one.text}`) and {unit_of(other.unit).said} (`{other.text}`)"
            text = expression.text or operator
            raise QueryError(f"`{text}` meets {said}, which do not go together", text, 0, len(text))
        return add(one, other if operator == "+" else scale(other, -1))
    if operator == "*":
        return _times(one, other)
    if operator == "/":
        return _over(one, other)
    raise InternalError(f"no arithmetic {operator}")


def _plain(operator: str, left: Decimal | int, right: Decimal | int) -> Made:
    one, other = Decimal(left), Decimal(right)
    if operator == "/":
        if not other:
            return None
        found = _CONTEXT.divide(one, other)
    else:
        found = {"+": _CONTEXT.add, "-": _CONTEXT.subtract, "*": _CONTEXT.multiply}[operator](one, other)
    whole = isinstance(left, int) and isinstance(right, int) and operator != "/"
    return int(found) if whole and abs(found) < 2**62 else found


def _quantity(number: _Number) -> Quantity:
    if isinstance(number, Quantity):
        return number
    value = Decimal(number)
    return Quantity(f"{value:f}", value, value, value)


def _bare(quantity: Quantity) -> bool:
    return unit_of(quantity.unit).dimension == "number"


def _times(one: Quantity, other: Quantity) -> Made:
    """One side is a bare number; a percentage is that part of the other."""
    if _bare(one) and not _bare(other):
        one, other = other, one
    if not _bare(other):
        if other.unit != "%" and one.unit == "%":
            one, other = other, one
        if other.unit != "%":
            return None
        other = replace(scale(other, Decimal("0.01")), unit="")
    return _product(one, other)


def _product(one: Quantity, other: Quantity) -> Quantity | None:
    if other.value is not None:
        made = scale(one, other.value)
    elif one.value is not None:
        made = replace(scale(other, one.value), unit=one.unit)
    else:
        return None
    marked = replace(made, approximate=one.approximate or other.approximate, estimate=one.estimate or other.estimate)
    return replace(marked, text=format_quantity(marked))


def _over(one: Quantity, other: Quantity) -> Made:
    """By a bare number, or by something that measures the same: then a bare number."""
    if not _bare(other) and not addable(one, other):
        return None
    if other.value is None or not other.value:
        return None
    if _bare(other):
        made = scale(one, _CONTEXT.divide(Decimal(1), other.value)) if one.value is None else _point(one, other.value)
    else:
        factors = unit_of(one.unit).factor, unit_of(other.unit).factor
        if one.value is None or {one.unit, other.unit} == {"month", "day"}:
            return None
        value = _CONTEXT.divide(_CONTEXT.multiply(one.value, factors[0]), _CONTEXT.multiply(other.value, factors[1]))
        made = Quantity("", value, value, value)
    marked = replace(made, approximate=one.approximate or other.approximate, estimate=one.estimate or other.estimate)
    return replace(marked, text=format_quantity(marked))


def _point(one: Quantity, by: Decimal) -> Quantity:
    assert one.value is not None  # noqa: S101 - the caller looked
    value = _CONTEXT.divide(one.value, by)
    return Quantity("", value, value, value, one.unit)
