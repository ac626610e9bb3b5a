"""In: bounds of periods. Out: how they compare. Room: native."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.model.graph import PeriodFlag
from rotgraph.native.arrays import Array, Mask

__all__ = ["Bounds", "compare_periods"]

Bounds: TypeAlias = tuple[Array, Array, Array]
"""Starts, ends and flags."""
_FAR = np.int64(2**62)


def compare_periods(operator: str, left: Bounds, right: Bounds, *, maybe: bool) -> Mask:
    """Periods against periods as `values.compare` does; ``maybe`` also tries them with their open sides (ruling 21)."""
    if operator in ("=", "is", "!="):
        alike = operator != "!="
        if maybe == alike:
            return _may_be(left, right) if alike else ~_may_be(left, right)
        return _same(left, right) if alike else ~_same(left, right)
    held = _placed(operator, left[:2], right[:2])
    if maybe:
        held = held | _placed(operator, _opened(left), _opened(right))
    return held


def _same(left: Bounds, right: Bounds) -> Mask:
    marks = (left[2] & PeriodFlag.APPROXIMATE) == (right[2] & PeriodFlag.APPROXIMATE)
    same: Mask = (left[0] == right[0]) & (left[1] == right[1]) & marks
    return same


def _may_be(left: Bounds, right: Bounds) -> Mask:
    """Whether the two may be one: an open end is the written one or any later."""
    (start, end, ours), (from_, until, theirs) = left, right
    ends = _may_end(end, until, ours & PeriodFlag.OPEN_END, theirs & PeriodFlag.OPEN_END)
    return ends & _may_end(-start, -from_, ours & PeriodFlag.OPEN_START, theirs & PeriodFlag.OPEN_START)


def _may_end(end: Array, until: Array, ours: Array, theirs: Array) -> Mask:
    found: Mask = (end == until) | (ours > 0) & (end < until) | (theirs > 0) & (until < end)
    return found


def _opened(bounds: Bounds) -> tuple[Array, Array]:
    start, end, flags = bounds
    return np.where(flags & PeriodFlag.OPEN_START, -_FAR, start), np.where(flags & PeriodFlag.OPEN_END, _FAR, end)


def _placed(operator: str, left: tuple[Array, Array], right: tuple[Array, Array]) -> Mask:
    (start, end), (from_, until) = left, right
    held: Mask
    if operator == "before":
        held = end <= from_
    elif operator == "after":
        held = start >= until
    elif operator in ("during", "within"):
        held = (start >= from_) & (end <= until)
    elif operator in ("overlaps", "contains"):
        held = (start < until) & (end > from_)
    else:
        raise InternalError(f"no comparison of periods: {operator}")
    return held


