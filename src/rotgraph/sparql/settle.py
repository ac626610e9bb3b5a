"""In: a plan, and what some of its scalars come to. Out: the plan with their values in their place. Room: sparql.

A scalar over values of several units (weeks and months, basis points and percentage points) is reckoned by the client, exactly:
SPARQL would add the bare numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any, TypeVar, cast

from rotgraph.late import replace
from rotgraph.model.value import Quantity
from rotgraph.query.expression import Literal, Scalar
from rotgraph.query.plan import Bgp, Plan, Restrict

__all__ = ["dated", "literal", "settled"]

_FINEST = Decimal(1).scaleb(-18)
"""What stores hold of a decimal: an average of three is cut there by their own `AVG`, too."""

_T = TypeVar("_T")
_WIDE = Context(prec=100, Emax=999_999, Emin=-999_999)


def literal(scalar: Scalar, value: Quantity | Decimal | int) -> Literal:
    """What a scalar came to."""
    if isinstance(value, Quantity):
        low, high, middle = (None if each is None else _cut(each) for each in (value.low, value.high, value.value))
        return Literal(replace(value, low=low, high=high, value=middle), scalar.text)
    return Literal(_cut(value) if isinstance(value, Decimal) else value, scalar.text)


def _cut(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return number.quantize(_FINEST, context=_WIDE) if isinstance(exponent, int) and exponent < -18 else number


def settled(plan: _T, known: Mapping[int, Literal]) -> _T:
    """The same, with literals for the scalars of these identities; what has a date of its own is left as it is."""
    return cast(_T, _with(plan, known))


def _with(node: Any, known: Mapping[int, Literal]) -> Any:
    if isinstance(node, Scalar) and id(node) in known:
        return known[id(node)]
    if isinstance(node, tuple):
        items = tuple(_with(each, known) for each in node)
        return node if all(one is other for one, other in zip(items, node, strict=True)) else items
    source = getattr(node, "source", None)
    if getattr(type(node), "__match_args__", None) is None or (source is not None and not _is_plan(node) and _stated(source)):
        return node
    names = type(node).__match_args__
    changes = {name: new for name in names if (new := _with(getattr(node, name), known)) is not getattr(node, name)}
    return replace(node, **changes) if changes else node


def _is_plan(node: object) -> bool:
    return hasattr(node, "columns")


def _stated(plan: Any) -> bool:
    while plan is not None:
        if isinstance(plan, Restrict):
            return True
        plan = getattr(plan, "source", None)
    return False


def dated(source: Plan, outer: Plan) -> Plan:
    """The source of a scalar as the plan around it sees it: with its date, where the source has none."""
    above: Plan | None = outer
    while above is not None and not isinstance(above, Restrict):
        above = getattr(above, "source", None)
    return source if above is None or _stated(source) else _restricted(source, above)


def _restricted(plan: Plan, by: Restrict) -> Plan:
    if isinstance(plan, Bgp):
        return Restrict(plan, by.stated)
    changed: Any = plan  # all but the base have a source
    return cast(Plan, replace(changed, source=_restricted(changed.source, by)))
