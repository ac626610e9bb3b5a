"""In: plans, conditions. Out: what in them may meet units that do not go together. Room: query.

A scalar over such units is an error whatever rows there are; engines look before they begin, so that it does not hang on which
condition is tried first. An aggregate of a row is one only for a row that all other conditions let through: they are asked first.
"""

from __future__ import annotations

from collections.abc import Iterator

from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.query.expression import Aggregate, And, Arithmetic, Condition, Expression, Literal, Path, Scalar
from rotgraph.query.plan import Filter, Plan

__all__ = ["doubtful_scalars", "may_be_unlike", "may_refuse", "of_several_units", "refusing_last"]

_SEVERAL_UNITS = ("", "money", "duration", "point")
"""Units of a field that leave open which of several a value has."""
_CELLS, _SUMS = frozenset(("min", "max")), frozenset(("sum", "avg", "median", "stddev"))


def doubtful_scalars(plan: Plan) -> tuple[Scalar, ...]:
    """Those that may be wrong, their values being of several units; and others that a store would not reckon exactly."""
    found: list[Scalar] = []
    below: Plan | None = plan
    while below is not None:
        if isinstance(below, Filter):
            found += (each for each in _scalars(below.condition) if of_several_units(each.aggregate))
        below = getattr(below, "source", None)
    return tuple(found)


def _scalars(node: object) -> Iterator[Scalar]:
    for each in _parts(node):
        yield from _scalars(each)
    if isinstance(node, Scalar):
        yield node


def _parts(node: object) -> Iterator[object]:
    """What a piece of a plan is made of, texts and numbers left out."""
    parts = node if isinstance(node, tuple) else (getattr(node, name) for name in type(node).__match_args__)  # type: ignore[attr-defined]
    return (each for each in parts if isinstance(each, tuple) or hasattr(type(each), "__match_args__"))


def of_several_units(aggregate: Aggregate) -> bool:
    """Whether an aggregate is more than one of bare numbers: its values may have several units, or it is a cell with bounds."""
    path = aggregate.path
    if path is None or aggregate.function not in _CELLS | _SUMS:
        return False
    steps = [each for each in path.steps if each.form != "part"]
    if not steps or path.steps[-1].name == "number":
        return False
    kinds = steps[-1].kinds
    if not kinds or "any" in kinds:
        return True
    return "quantity" in kinds and (aggregate.function in _CELLS or steps[-1].unit in _SEVERAL_UNITS)


def may_be_unlike(arithmetic: Arithmetic) -> bool:
    """Whether its sides may have several units, of which not all go together."""
    left, right = _measured(arithmetic.left), _measured(arithmetic.right)
    if arithmetic.operator in "*/" and (right == "number" or (left == "number" and arithmetic.operator == "*")):
        return False
    return left in _SEVERAL_UNITS or right in _SEVERAL_UNITS or left != right


def _measured(expression: Expression) -> str:
    """The dimension of all values of an expression; empty where it may have several."""
    if isinstance(expression, Literal):
        return unit_of(expression.value.unit).dimension if isinstance(expression.value, Quantity) else "number"
    if isinstance(expression, Arithmetic):
        sides = {_measured(expression.left), _measured(expression.right)}
        return sides.pop() if len(sides) == 1 else ""
    path = expression if isinstance(expression, Path) else _aggregate_of(expression).path
    if path is None or (not isinstance(expression, Path) and _aggregate_of(expression).function == "count"):
        return "number"
    last = path.steps[-1] if path.steps else None
    if last is None or last.name == "number" or last.kinds == ("integer",):
        return "" if last is None else "number"
    return next((each.unit for each in reversed(path.steps) if each.form != "part"), "")


def _aggregate_of(expression: Aggregate | Scalar) -> Aggregate:
    return expression.aggregate if isinstance(expression, Scalar) else expression


def refusing_last(condition: Condition) -> Condition:
    """The same condition; of a conjunction the parts that may refuse a row stand last."""
    if not isinstance(condition, And) or not may_refuse(condition):
        return condition
    return And(tuple(sorted(_flat(condition), key=may_refuse)))


def _flat(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, And):
        for item in condition.items:
            yield from _flat(item)
    else:
        yield condition


def may_refuse(node: object) -> bool:
    """Whether a condition (its brackets and subqueries, too) reckons with values of a row that need not go together.

    Scalars are looked at before: they are left out.
    """
    if isinstance(node, Scalar):
        return False
    if isinstance(node, Aggregate) and of_several_units(node):
        return True
    if isinstance(node, Arithmetic) and (node.operator in "+-" or may_be_unlike(node)):
        return True
    return any(map(may_refuse, _parts(node)))
