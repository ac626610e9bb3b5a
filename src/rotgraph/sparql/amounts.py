"""In: two sides of a comparison of numbers. Out: the condition in SPARQL. Room: sparql.

The same three-valued comparison as `values.compare`, on ``rg:low`` and ``rg:high``: surely, possibly, or neither. Units of one
dimension convert in the text (100 bp are 1 pp; a month is 28 to 31 days); ``7 of 11`` meets a percentage by its share.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rotgraph.errors import InternalError
from rotgraph.late import dataclass, replace
from rotgraph.model.unit import UNITS, unit_of
from rotgraph.model.value import Quantity
from rotgraph.sparql.logic import Logic, both, either, negate
from rotgraph.sparql.writer import Writer

__all__ = ["Side", "compare_sides", "side_of_literal", "side_of_node", "side_of_number"]


@dataclass(frozen=True, slots=True)
class Side:
    """A number, known or in variables; None is no bound (of a variable it is an infinite double)."""

    low: str | None
    high: str | None
    unit: str
    """A term, or a variable that holds one."""
    low_open: Logic = False
    high_open: Logic = False
    approximate: Logic = False
    point: Logic = True
    share_of: str = ""
    """What it is out of: a number or a variable that may be unbound; empty is nothing."""
    known: Quantity | None = None
    """The quantity itself where it is a literal."""


def side_of_literal(value: Quantity | Decimal | int, writer: Writer) -> Side:
    """A literal of the query."""
    quantity = value if isinstance(value, Quantity) else Quantity("", Decimal(value), Decimal(value), Decimal(value))
    number = writer.number
    return Side(
        None if quantity.low is None else number(quantity.low),
        None if quantity.high is None else number(quantity.high),
        writer.unit(quantity.unit),
        quantity.low_open and quantity.low is not None,
        quantity.high_open and quantity.high is not None,
        quantity.approximate,
        quantity.value is not None,
        "" if quantity.out_of is None else number(quantity.out_of),
        quantity,
    )


def side_of_node(node: str, writer: Writer, *, marks: bool, share: bool) -> tuple[list[str], Side]:
    """A quantity's node: the patterns that read it, and its side; ``marks`` also reads the point and the ``~``."""
    low, high, unit = (writer.fresh(stem) for stem in ("low", "high", "unit"))
    low_open, high_open = writer.fresh("lowOpen"), writer.fresh("highOpen")
    said = [(writer.rg("low"), low), (writer.rg("high"), high), (writer.rg("unit"), unit)]
    said += [(writer.rg("lowOpen"), low_open), (writer.rg("highOpen"), high_open)]
    approximate, point = writer.fresh("approximate"), writer.fresh("point")
    if marks:
        said.append((writer.rg("approximate"), approximate))
    lines = [f"{node} {' ; '.join(f'{predicate} {value}' for predicate, value in said)} ."]
    if marks:
        lines.append(f"OPTIONAL {{ {node} {writer.rg('value')} {point} }}")
    share_of = writer.fresh("outOf") if share else ""
    if share:
        lines.append(f"OPTIONAL {{ {node} {writer.rg('outOf')} {share_of} }}")
    marked: Logic = approximate if marks else False
    exact: Logic = f"BOUND({point})" if marks else False
    return lines, Side(low, high, unit, low_open, high_open, marked, exact, share_of)


def side_of_number(expression: str, writer: Writer) -> Side:
    """A plain number: a whole number of a note, a count."""
    return Side(expression, expression, writer.unit(""))


def compare_sides(operator: str, left: Side, right: Side, writer: Writer, *, maybe: bool) -> Logic:
    """``left operator right``, surely or (``maybe``) possibly."""
    ways = [both(where, _decide(operator, one, other, maybe=maybe)) for where, one, other in _common(left, right, writer)]
    return either(*ways)


def _decide(operator: str, one: Side, other: Side, *, maybe: bool) -> Logic:
    meet = both(negate(_below(one, other)), negate(_below(other, one)))
    if operator in ("=", "is"):
        return meet if maybe else _same(one, other)
    if operator == "!=":
        return negate(_same(one, other)) if maybe else negate(meet)
    if operator in (">", ">="):
        one, other = other, one
    elif operator not in ("<", "<="):
        raise InternalError(f"no comparison of quantities: {operator}")
    if operator in ("<", ">"):
        return _less(one.low, other.high, infinite=True) if maybe else _below(one, other)
    return negate(_below(other, one)) if maybe else _less(one.high, other.low, equal=True, infinite=False)


def _below(one: Side, other: Side) -> Logic:
    """All of one lies below all of the other."""
    if one.high is None or other.low is None:
        return False
    touch = either(one.high_open, other.low_open)
    if touch is True:
        return f"({one.high} <= {other.low})"
    return either(f"({one.high} < {other.low})", both(f"({one.high} = {other.low})", touch))


def _less(one: str | None, other: str | None, *, equal: bool = False, infinite: bool) -> Logic:
    if one is None or other is None:
        return infinite
    return f"({one} {'<=' if equal else '<'} {other})"


def _same(one: Side, other: Side) -> Logic:
    """Both are points, the same, with the same marks."""
    if one.low is None or other.low is None:
        return False
    if isinstance(one.approximate, bool) and isinstance(other.approximate, bool):
        marks: Logic = one.approximate == other.approximate
    elif isinstance(one.approximate, bool):
        marks = other.approximate if one.approximate else negate(other.approximate)
    elif isinstance(other.approximate, bool):
        marks = one.approximate if other.approximate else negate(one.approximate)
    else:
        marks = f"({one.approximate} = {other.approximate})"
    return both(one.point, other.point, f"({one.low} = {other.low})", marks)


# units


def _common(left: Side, right: Side, writer: Writer) -> Iterator[tuple[Logic, Side, Side]]:
    """Ways in which the two measure the same: when, and both in one unit."""
    shares = both(_bound(left.share_of), _bound(right.share_of))
    if shares is not False:
        yield shares, _times(left, right.share_of), _times(right, left.share_of)
    plain = negate(shares)
    yield both(plain, _equal(left.unit, right.unit)), left, right
    for ours, theirs, factors in _conversions(left, right):
        where = both(plain, _equal(left.unit, writer.unit(ours)), _equal(right.unit, writer.unit(theirs)))
        if where is not False:
            yield where, _scaled(left, factors[0]), _scaled(right, factors[1])
    percent = writer.unit("%")
    for share, other, swapped in ((left, right, False), (right, left, True)):
        where = both(plain, _bound(share.share_of), _equal(other.unit, percent), negate(_equal(share.unit, percent)))
        if where is not False:
            one, two = _times(share, "100"), _times(other, share.share_of)
            yield where, *((two, one) if swapped else (one, two))


def _bound(share_of: str) -> Logic:
    if not share_of:
        return False
    return f"BOUND({share_of})" if share_of.startswith("?") else True


def _equal(one: str, other: str) -> Logic:
    if not one.startswith("?") and not other.startswith("?"):
        return one == other
    return f"({one} = {other})"


_Factors = tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]
_ONE = (Decimal(1), Decimal(1))
_MONTH = (Decimal(28), Decimal(31))


def _conversions(left: Side, right: Side) -> Iterator[tuple[str, str, _Factors]]:
    """Pairs of unlike units of one dimension, with the factors of both sides; only such as the literal leaves open."""
    by_dimension: dict[str, list[str]] = {}
    for unit in UNITS.values():
        by_dimension.setdefault(unit.dimension, []).append(unit.name)
    for dimension, names in by_dimension.items():
        for ours in names:
            for theirs in names:
                if ours == theirs or not _may_be(left, ours) or not _may_be(right, theirs):
                    continue
                if dimension == "duration":
                    yield ours, theirs, (_MONTH, _ONE) if ours == "month" else (_ONE, _MONTH)
                else:
                    one, other = unit_of(ours).factor, unit_of(theirs).factor
                    yield ours, theirs, ((one, one), (other, other))


def _may_be(side: Side, unit: str) -> bool:
    return side.unit.startswith("?") or (side.known is not None and side.known.unit == unit) or (side.known is None and not unit)


def _scaled(side: Side, factor: tuple[Decimal, Decimal]) -> Side:
    """Times a factor, or one that lies between two positive ones."""
    least, most = factor
    if least == most == 1:
        return side
    if side.known is not None:
        known = side.known
        bottom = None if known.low is None else known.low * (least if known.low >= 0 else most)
        top = None if known.high is None else known.high * (most if known.high >= 0 else least)
        point = both(side.point, least == most or not known.low)
        return replace(side, low=_plain(bottom), high=_plain(top), point=point)
    if least == most:
        return _times(side, f"{least:f}")
    low = None if side.low is None else f"({side.low} * IF({side.low} >= 0, {least:f}, {most:f}))"
    high = None if side.high is None else f"({side.high} * IF({side.high} >= 0, {most:f}, {least:f}))"
    return replace(side, low=low, high=high, point=both(side.point, f"({side.low} = 0)"))


def _plain(number: Decimal | None) -> str | None:
    if number is None:
        return None
    text = f"{number:f}"
    return f"({text})" if text.startswith("-") else text


def _times(side: Side, factor: str) -> Side:
    if factor == "1":
        return side
    low = None if side.low is None else f"({side.low} * {factor})"
    high = None if side.high is None else f"({side.high} * {factor})"
    return replace(side, low=low, high=high)
