"""In: a condition on groups, or on rows whose values the client has. Out: whether it holds of one. Room: sparql.

What stands above a grouping is decided by the client, on the values it has: a row of the groups is little beside their members.
"""

from __future__ import annotations

import re
from decimal import Decimal

from rotgraph.errors import InternalError, UnsupportedOperationError
from rotgraph.model.result import Single, ThingCell
from rotgraph.model.schema import fold
from rotgraph.model.tokens import tokens
from rotgraph.model.value import Period, Quantity
from rotgraph.query.expression import And, Compare, Condition, Every, In, Known, Literal, Not, Or, Things, Truth
from rotgraph.query.pattern import compile_pattern
from rotgraph.sparql.frame import Line, Values
from rotgraph.sparql.items import Item
from rotgraph.sparql.pattern import ENGINE
from rotgraph.values.compare import possibly, surely

__all__ = ["holds"]


def holds(item: Condition, line: Line, values: Values) -> bool:
    """Whether a condition holds of a row."""
    if isinstance(item, (And, Or)):
        every = (holds(each, line, values) for each in item.items)
        decided = every if line.keys is None else list(every)  # of a group whatever is wrong is said
        return all(decided) if isinstance(item, And) else any(decided)
    if isinstance(item, Not):
        return not holds(item.item, line, values)
    if isinstance(item, Truth):
        return item.holds
    if isinstance(item, Known):
        return bool(values.of(item.path, line))
    if isinstance(item, In):
        raise UnsupportedOperationError("`in (…)` beside an aggregate", ENGINE)
    if isinstance(item, Every):
        masks = [_marks(way, line, values) for way in item.ways]
        return bool(masks[0]) and all(any(marks) for marks in zip(*masks, strict=True))
    if isinstance(item, Compare):
        return _compare(item, line, values)
    raise InternalError(f"no condition: {item!r}")


def _compare(item: Compare, line: Line, values: Values) -> bool:
    marks = _marks(item, line, values)
    if item.quantifier == "all":
        return bool(marks) and all(marks)
    return any(marks) != (item.quantifier == "no")


def _marks(item: Compare, line: Line, values: Values) -> list[bool]:
    """Which values (of pairs: which pairs) satisfy."""
    left = values.of(item.left, line)
    if isinstance(item.right, Things):
        keys = _meant(item, values)
        return [isinstance(each.value, ThingCell) and (each.value.id in keys) != (item.operator == "!=") for each in left]
    right = values.of(item.right, line)
    return [_satisfies(item, one, other) for one in left for other in right]


def _meant(item: Compare, values: Values) -> frozenset[str]:
    if not isinstance(item.right, Things):
        raise InternalError("things were expected")
    if item.operator in ("contains", "within"):
        return values.lookup.below(item.right.keys)
    return frozenset(item.right.keys)


_NUMBERS = (Quantity, Decimal, int)
_FAMILIES: dict[str, tuple[type, ...]] = {"thing": (ThingCell,), "text": (str,), "period": (Period,)}
"""What a comparison of a kind is about: values of others satisfy nothing."""


def _satisfies(item: Compare, one: Item, other: Item) -> bool:
    left, right = one.value, other.value
    family = _FAMILIES.get(item.kind, _NUMBERS)
    if not isinstance(left, family) or not isinstance(right, family):
        return False
    if isinstance(left, str) and isinstance(right, str):
        return _text(item.operator, left, right)
    if isinstance(left, ThingCell) and isinstance(right, ThingCell):
        return (left.id == right.id) != (item.operator == "!=")
    decide = possibly if item.possibly else surely
    ours, theirs = _comparable(left), _comparable(right)
    if ours is None or theirs is None:
        return False
    upper = item.upper.value if isinstance(item.upper, Literal) else None
    if upper is None:
        return decide(item.operator, ours, theirs)
    top = _comparable(upper)
    if top is None:
        return False
    if item.operator == "!=":
        return decide("<", ours, theirs) or decide(">", ours, top)
    return decide(">=", ours, theirs) and decide("<=", ours, top)


def _comparable(value: Single) -> Quantity | Period | None:
    if isinstance(value, (Quantity, Period)):
        return value
    if isinstance(value, (str, ThingCell)):
        return None
    number = Decimal(value)
    return Quantity("", number, number, number)


def _text(operator: str, left: str, right: str) -> bool:
    if operator == "matches":
        return compile_pattern(right).search(left)
    text, sought = fold(left), fold(right)
    if operator in ("=", "is", "!="):
        return (text == sought) != (operator == "!=")
    if operator == "contains":
        words = tokens(right)
        return words in tokens(left) if words != " " else sought in text
    if operator == "starts with":
        return text.startswith(sought)
    if operator == "ends with":
        return text.endswith(sought)
    if operator == "like":
        signs = {"*": ".*", "?": "."}
        return re.fullmatch("".join(signs.get(sign) or re.escape(sign) for sign in sought), text, re.DOTALL) is not None
    raise InternalError(f"no operator on text: {operator}")
