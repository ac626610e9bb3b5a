"""In: a plan, and what some of its scalars come to. Out: the plan with their values in their place. Room: sparql.

A scalar over values of several units (weeks and months, basis points and percentage points) is reckoned by the client, exactly:
SPARQL would add the bare numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from rotgraph.late import replace
from rotgraph.query.expression import Literal, Scalar
from rotgraph.query.plan import Bgp, Plan, Restrict

__all__ = ["dated", "settled"]

_T = TypeVar("_T")


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
