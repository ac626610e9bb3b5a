"""In: two sides of a comparison of periods. Out: the condition in SPARQL. Room: sparql.

Periods are ``[start, end)``; ``possibly`` also tries them with their open sides open (ruling 21).
"""

from __future__ import annotations

from rotgraph.errors import InternalError, UnsupportedOperationError
from rotgraph.late import dataclass
from rotgraph.model.value import Period
from rotgraph.sparql.logic import Logic, both, either, negate
from rotgraph.sparql.pattern import ENGINE
from rotgraph.sparql.writer import Writer

__all__ = ["Stretch", "by_then", "compare_stretches", "stretch_of_literal", "stretch_of_node", "stretch_of_part"]


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


def by_then(day: str, other: str) -> str:
    """Whether a day is not after another: said so, for Virtuoso's ``<=`` of dates is always false."""
    return f"(!({day} > {other}))"


def _line(node: str, said: list[tuple[str, str]]) -> str:
    return f"{node} {' ; '.join(f'{predicate} {value}' for predicate, value in said)} ."


def compare_stretches(operator: str, left: Stretch, right: Stretch, writer: Writer, *, maybe: bool) -> Logic:
    """``left operator right``, surely or (``maybe``) possibly.

    Raises:
        UnsupportedOperationError: days of both sides that SPARQL 1.1 cannot count to.
    """
    pair = _Pair(left, right, writer)
    if operator in ("=", "is", "!="):
        alike = operator != "!="
        found = pair.may_be() if maybe == alike else pair.same()
        return found if alike else negate(found)
    held = pair.placed(operator, opened=False)
    return either(held, pair.placed(operator, opened=True)) if maybe else held


@dataclass(frozen=True, slots=True)
class _Pair:
    left: Stretch
    right: Stretch
    writer: Writer

    def edge(self, side: str, operator: str, other: str) -> Logic:
        """One edge of the left against one of the right."""
        left, right = self.left, self.right
        bound = right.start if other == "start" else right.end
        ours = left.start if side == "start" else left.end
        if bound is None:
            raise UnsupportedOperationError("a part of a period on the right", ENGINE)
        if ours is not None:
            return by_then(ours, bound) if operator == "<=" else f"({ours} {operator} {bound})"
        # [day, day + 1): its end is a day after; [day - 1, day): its start is a day before
        day, step = (left.start, -1) if side == "end" else (left.end, 1)
        loose = {"<=": "<", ">": ">="} if side == "end" else {">=": ">", "<": "<="}
        if operator in loose:
            return f"({day} {loose[operator]} {bound})"
        if right.known is None:
            raise UnsupportedOperationError("a day compared with a period of a note by `=`", ENGINE)
        exact = (right.known.start if other == "start" else right.known.end) + step
        return f"({day} {operator} {self.writer.day(exact)})"

    def same(self) -> Logic:
        return both(
            self.edge("start", "=", "start"), self.edge("end", "=", "end"), _alike(self.left.approximate, self.right.approximate)
        )

    def may_be(self) -> Logic:
        """Whether the two may be one: an open side is the written one or any beyond."""
        left, right = self.left, self.right
        ends, starts = [self.edge("end", "=", "end")], [self.edge("start", "=", "start")]
        if left.open_end is not False:
            ends.append(both(left.open_end, self.edge("end", "<", "end")))
        if right.open_end is not False:
            ends.append(both(right.open_end, self.edge("end", ">", "end")))
        if left.open_start is not False:
            starts.append(both(left.open_start, self.edge("start", ">", "start")))
        if right.open_start is not False:
            starts.append(both(right.open_start, self.edge("start", "<", "start")))
        return both(either(*ends), either(*starts))

    def placed(self, operator: str, *, opened: bool) -> Logic:
        """Where the one lies; an open side is as far away as can be."""
        ours = (self.left.open_start, self.left.open_end) if opened else (False, False)
        theirs = (self.right.open_start, self.right.open_end) if opened else (False, False)
        if operator == "before":
            return both(negate(ours[1]), negate(theirs[0]), self.edge("end", "<=", "start"))
        if operator == "after":
            return both(negate(ours[0]), negate(theirs[1]), self.edge("start", ">=", "end"))
        if operator in ("during", "within"):
            begins = either(theirs[0], both(negate(ours[0]), self.edge("start", ">=", "start")))
            ends = either(theirs[1], both(negate(ours[1]), self.edge("end", "<=", "end")))
            return both(begins, ends)
        if operator in ("overlaps", "contains"):
            begins = either(ours[0], theirs[1], self.edge("start", "<", "end"))
            ends = either(ours[1], theirs[0], self.edge("end", ">", "start"))
            return both(begins, ends)
        raise InternalError(f"no comparison of periods: {operator}")


def _alike(one: Logic, other: Logic) -> Logic:
    if isinstance(one, bool) and isinstance(other, bool):
        return one == other
    if isinstance(other, bool):
        return one if other else negate(one)
    if isinstance(one, bool):
        return other if one else negate(other)
    return f"({one} = {other})"
