"""In: paths, and how many rows they start from. Out: the rows in parts that fit. Room: native.

A path of several steps may meet far more things on its way than it ends at: 26,000 episodes by 3,600 others each. Rows are then
walked a part at a time, so that what is met at once stays small, whatever is asked, and Ctrl-C and limits are heard in between.
"""

from __future__ import annotations

from collections.abc import Iterator

from rotgraph.native.run import Run
from rotgraph.query.expression import Expression, Path

__all__ = ["parts_of"]

_AT_ONCE = 6_000_000
"""Values that are met at once; 48 MB a column."""
_FEW = 32
"""Rows that are never parted: none meets more than there are facts."""


def parts_of(expressions: tuple[Expression, ...], count: int, run: Run) -> Iterator[slice]:
    """Slices of so many rows; one, as a rule."""
    if count <= _FEW:
        yield slice(0, count)
        return
    met = 1.0
    for each in expressions:
        if isinstance(each, Path) and len(each.steps) > 1 and each.start is None:
            met *= run.index.memo(each, "met", lambda path=each: _met(path, run))  # type: ignore[misc]  # a default
    size = max(1, int(_AT_ONCE / met))
    if size >= count:
        yield slice(0, count)
        return
    for start in range(0, count, size):
        run.check()
        yield slice(start, min(start + size, count))


def _met(path: Path, run: Run) -> float:
    """How many things a row meets at the widest place of a path, at most about."""
    reached = widest = 1.0
    for step in path.steps:
        if step.form == "property":
            relation = run.index.relation(step.name)
            fan = relation.fan_in if step.inverse else relation.fan_out
            reached = min(reached * max(fan, 1.0), float(len(relation)))
            widest = max(widest, reached)
            reached = min(reached, float(run.index.node_count))
    return widest
