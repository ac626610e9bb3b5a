"""In: two sides of a comparison of periods. Out: the condition in SPARQL. Room: sparql.

Periods are ``[start, end)``; ``possibly`` also tries them with their open sides open (ruling 21).
"""

from __future__ import annotations

from dataclasses import dataclass

from rotgraph.errors import InternalError
from rotgraph.model.value import Period
from rotgraph.sparql.logic import Logic, both, either, negate
from rotgraph.sparql.writer import Writer

__all__ = ["Stretch", "compare_stretches", "stretch_of_literal", "stretch_of_node", "stretch_of_part"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A period, known or in variables. A part of one is a day of which SPARQL knows only one side: the other is None."""

    start: str | None
    end: str | None
    approximate: Logic = False
    open_start: Logic = False
    open_end: Logic = False
    known: Period | None = None


def stretch_of_literal(period: Period, writer: Writer) -> Stretch:
    """A period of the query."""
    return Stretch(writer.day(period.start), writer.day(period.end), period.approximate, period.open_start, period.open_end, period)


def stretch_of_node(node: str, writer: Writer, *, marks: bool) -> tuple[list[str], Stretch]:
    """A period's node: the patterns that read it; ``marks`` also reads its doubts."""
    start, end = writer.fresh("start"), writer.fresh("end")
    said = [(writer.rg("start"), start), (writer.rg("end"), end)]
    if not marks:
        return [_line(node, said)], Stretch(start, end)
    approximate, open_start, open_end = (writer.fresh(name) for name in ("approximate", "openStart", "openEnd"))
    said += [(writer.rg("approximate"), approximate), (writer.rg("openStart"), open_start), (writer.rg("openEnd"), open_end)]
    return [_line(node, said)], Stretch(start, end, approximate, open_start, open_end)


def stretch_of_part(node: str, part: str, writer: Writer) -> tuple[list[str], Stretch]:
    """The first or last day of a period, which has none where that side is open."""
    day, open_ = writer.fresh(part), writer.fresh("open")
    lines = [_line(node, [(writer.rg(part), day), (writer.rg("openStart" if part == "start" else "openEnd"), open_)])]
    lines.append(f"FILTER(!{open_})")
    return lines, Stretch(day, None) if part == "start" else Stretch(None, day)


def _line(node: str, said: list[tuple[str, str]]) -> str:
    return f"{node} {' ; '.join(f'{predicate} {value}' for predicate, value in said)} ."


def compare_stretches(operator: str, left: Stretch, right: Stretch, *, maybe: bool) -> Logic:
    """``left operator right``, surely or (``maybe``) possibly."""
    if left.start is None or left.end is None:
        return _day(operator, left, right)
    if operator in ("=", "is", "!="):
        alike = operator != "!="
        found = _may_be(left, right) if maybe == alike else _same(left, right)
        return found if alike else negate(found)
    held = _placed(operator, left, right, opened=False)
    return either(held, _placed(operator, left, right, opened=True)) if maybe else held


def _same(left: Stretch, right: Stretch) -> Logic:
    return both(f"({left.start} = {right.start})", f"({left.end} = {right.end})", _alike(left.approximate, right.approximate))


def _alike(one: Logic, other: Logic) -> Logic:
    if isinstance(one, bool) and isinstance(other, bool):
        return one == other
    if isinstance(other, bool):
        return one if other else negate(one)
    if isinstance(one, bool):
        return other if one else negate(other)
    return f"({one} = {other})"


def _may_be(left: Stretch, right: Stretch) -> Logic:
    ends = either(
        f"({left.end} = {right.end})",
        both(left.open_end, f"({left.end} < {right.end})"),
        both(right.open_end, f"({right.end} < {left.end})"),
    )
    starts = either(
        f"({left.start} = {right.start})",
        both(left.open_start, f"({left.start} > {right.start})"),
        both(right.open_start, f"({right.start} > {left.start})"),
    )
    return both(ends, starts)


def _placed(operator: str, left: Stretch, right: Stretch, *, opened: bool) -> Logic:
    """An open side is as far away as can be."""
    ours = (left.open_start, left.open_end) if opened else (False, False)
    theirs = (right.open_start, right.open_end) if opened else (False, False)
    if operator == "before":
        return both(negate(ours[1]), negate(theirs[0]), f"({left.end} <= {right.start})")
    if operator == "after":
        return both(negate(ours[0]), negate(theirs[1]), f"({left.start} >= {right.end})")
    if operator in ("during", "within"):
        begins = either(theirs[0], both(negate(ours[0]), f"({left.start} >= {right.start})"))
        ends = either(theirs[1], both(negate(ours[1]), f"({left.end} <= {right.end})"))
        return both(begins, ends)
    if operator in ("overlaps", "contains"):
        begins = either(ours[0], theirs[1], f"({left.start} < {right.end})")
        ends = either(ours[1], theirs[0], f"({left.end} > {right.start})")
        return both(begins, ends)
    raise InternalError(f"no comparison of periods: {operator}")


def _day(operator: str, left: Stretch, right: Stretch) -> Logic:
    """One day against a period, by the side of it that is known: ``[day, day + 1)`` or ``[day - 1, day)``."""
    first = left.start is not None
    day = left.start if first else left.end
    inside = both(f"({day} {'>=' if first else '>'} {right.start})", f"({day} {'<' if first else '<='} {right.end})")
    if operator == "before":
        return f"({day} {'<' if first else '<='} {right.start})"
    if operator == "after":
        return f"({day} {'>=' if first else '>'} {right.end})"
    if operator in ("during", "within", "overlaps", "contains"):
        return inside
    known = right.known
    if operator in ("=", "is", "!=") and known is not None:
        same: Logic = both(known.end - known.start == 1, not known.approximate, inside)
        return negate(same) if operator == "!=" else same
    raise InternalError(f"no comparison of days: {operator}")
