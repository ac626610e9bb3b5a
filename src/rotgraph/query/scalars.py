"""In: a plan. Out: the scalars that its conditions compare with. Room: query.

A scalar over units that do not go together is an error whatever rows there are; engines look before they begin, so that it does not
hang on which condition is tried first.
"""

from __future__ import annotations

from collections.abc import Iterator

from rotgraph.query.expression import Scalar
from rotgraph.query.plan import Filter, Plan

__all__ = ["doubtful_scalars"]

_SEVERAL_UNITS = ("", "money", "duration", "point")
"""Units of a field that leave open which of several a value has."""
_OF_ONE_UNIT = frozenset(("sum", "avg", "min", "max", "median", "stddev"))


def doubtful_scalars(plan: Plan) -> tuple[Scalar, ...]:
    """Those whose values may be of several units: only they can be wrong."""
    found: list[Scalar] = []
    below: Plan | None = plan
    while below is not None:
        if isinstance(below, Filter):
            found += (each for each in _scalars(below.condition) if _is_doubtful(each))
        below = getattr(below, "source", None)
    return tuple(found)


def _scalars(node: object) -> Iterator[Scalar]:
    if isinstance(node, tuple):
        for each in node:
            yield from _scalars(each)
    elif names := getattr(type(node), "__match_args__", ()):
        for name in names:
            yield from _scalars(getattr(node, name))
        if isinstance(node, Scalar):
            yield node


def _is_doubtful(scalar: Scalar) -> bool:
    path = scalar.aggregate.path
    if path is None or scalar.aggregate.function not in _OF_ONE_UNIT:
        return False
    steps = [each for each in path.steps if each.form != "part"]
    if not steps:
        return False
    kinds = steps[-1].kinds
    return not kinds or "any" in kinds or ("quantity" in kinds and steps[-1].unit in _SEVERAL_UNITS)
