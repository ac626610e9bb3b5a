"""In: a value as written, and what it meets. Out: the literal or the thing it means there. Room: query.

The kind of the field decides how a text is read (ruling 29); a field of several kinds takes a quantity first, then a period, then a
thing, then text. A parameter is read like a text that was written, or stands for itself if it is a value already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias, cast

from rotgraph.errors import QueryError
from rotgraph.late import dataclass, regex
from rotgraph.model.schema import RESERVED_CLASSES
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Precision, Quantity
from rotgraph.query import syntax
from rotgraph.query.bind_thing import NamedValue, as_path, bind_thing, look_up, name_in, name_of, swallowed, unknown_thing
from rotgraph.query.bind_words import single_quoted
from rotgraph.query.expression import Literal, Things
from rotgraph.query.kinds import dimension_fits, dimension_of, say_dimension, say_kind, say_list, say_value
from rotgraph.query.scope import Binding, Typing
from rotgraph.values.doubt import Doubt

__all__ = ["Read", "bind_moment", "bind_value", "parameter_of", "several"]

Scalar: TypeAlias = "Quantity | Period | int | Decimal | str"


@dataclass(frozen=True, slots=True)
class Read:
    """A value as bound: its kind, and the upper end of a range that is no period."""

    operand: Literal | Things
    kind: str
    upper: Literal | None = None


def bind_value(binding: Binding, value: syntax.Value, typing: Typing, kinds: tuple[str, ...]) -> Read:
    """The value, as one of the kinds that the operator and the field allow, in the order in which they are tried."""
    if isinstance(value, syntax.Range):
        return _range(binding, value, typing, kinds)
    if isinstance(value, syntax.Parameter):
        return _parameter(binding, value, typing, kinds)
    if isinstance(value, syntax.Link) and "thing" in kinds:
        return Read(bind_thing(binding, value, _ranges(typing)), "thing")
    text = name_of(value)
    written = isinstance(value, syntax.Bare)
    quoted = single_quoted(binding, value) if isinstance(value, syntax.Bare) and not binding.names.find(text) else None
    if quoted is not None:
        raise quoted
    for kind in kinds if written or len(kinds) == 1 else [each for each in kinds if each in ("thing", "text")] or kinds:
        found = _as_kind(binding, value, text, typing, kind, sole=len(kinds) == 1)
        if found is not None:
            return found
    if "thing" in kinds and not isinstance(value, syntax.Parameter):
        raise unknown_thing(binding, value, _ranges(typing))
    raise _unreadable(binding, value, text, typing, kinds)


def _ranges(typing: Typing) -> tuple[str, ...]:
    """The classes a name is looked up in: `things` are all that has a name."""
    return () if RESERVED_CLASSES[0] in typing.classes else typing.classes


def _as_kind(binding: Binding, value: syntax.Value, text: str, typing: Typing, kind: str, *, sole: bool) -> Read | None:
    if kind == "thing":
        if isinstance(value, syntax.Parameter):
            value = syntax.Quoted(text, value.start, value.end)
        if not sole and not look_up(binding, text, _ranges(typing)):
            return None
        return Read(bind_thing(binding, cast(NamedValue, value), _ranges(typing)), kind)
    if kind == "text":
        if isinstance(value, syntax.Link):
            found = look_up(binding, text)
            text = binding.names.label(found[0]) if len(found) == 1 else text
        return Read(Literal(text, text), kind)
    read = _read(binding, value, text, typing, kind)
    if read is None:
        return None
    if isinstance(read, Quantity) and not sole and not _fits(typing, read):
        return None
    _check_dimension(binding, value, text, typing, read)
    return Read(Literal(read, text), kind)


def _read(binding: Binding, value: syntax.Value, text: str, typing: Typing, kind: str) -> Scalar | None:
    """The text as a quantity, a period or a whole number."""
    from rotgraph.values.literal import parse_literal

    hint = typing.unit if kind == "quantity" else ""
    found = parse_literal(text, kind, "" if hint.startswith(("currency:", "unit:")) else hint)
    if isinstance(found, Doubt):
        known = binding.names.period(typing.prop, text) if kind == "period" and typing.prop else None
        if known is None:
            raise binding.error(found.reason, value, help=_readings(found))
        return known
    if kind == "integer" and isinstance(found, Quantity):
        exact = found.value is not None and not found.approximate and unit_of(found.unit).dimension == "number"
        return found.value if exact else None
    return found


def _readings(doubt: Doubt) -> str:
    return "write " + say_list(tuple(f"`{each}`" for each in doubt.readings)) if doubt.readings else ""


def _fits(typing: Typing, quantity: Quantity) -> bool:
    return dimension_fits(typing.unit, dimension_of(quantity), share=quantity.out_of is not None)


def _check_dimension(binding: Binding, value: syntax.Value, text: str, typing: Typing, read: Scalar) -> None:
    """Ruling 19: a declared unit is checked; in a mixed field it is wrong only if no value has that unit."""
    if not isinstance(read, Quantity):
        return
    if not _fits(typing, read):
        raise _clash(binding, value, text, typing, read, say_value(read))
    if typing.unit and not (typing.unit == "money" and typing.prop):
        return
    units = binding.names.units(typing.prop, typing.owners) if typing.prop else ()
    dimensions = tuple(dict.fromkeys(unit_of(unit).dimension for unit in units))
    wanted = dimension_of(read)
    share = read.out_of is not None
    if dimensions and not any(
        each == wanted or (each == "number" and wanted == "percent") or dimension_fits(each, wanted, share=share)
        for each in dimensions
    ):
        there = say_list(tuple(say_dimension(each).partition(" (")[0] for each in dimensions[:4]), "or")
        near = _in_unit(dimensions[0], read) if len(dimensions) == 1 else ()
        raise binding.error(f"no `{typing.said}` is {say_value(read)}: each is {there}", value, suggestions=near)


def _clash(binding: Binding, value: syntax.Value, text: str, typing: Typing, read: Scalar, said: str) -> QueryError:
    kind = typing.kinds[0] if len(typing.kinds) == 1 and not typing.mixed else "quantity"
    near = _in_unit(typing.unit, read) if isinstance(read, Quantity) else ()
    message = f"`{typing.said}` is {say_kind(kind, typing.unit)}, and `{_short(text)}` is {said}"
    if typing.because:  # the field itself may hold anything
        whole = "a bare number" if typing.unit == "number" else say_dimension(typing.unit).partition(" (")[0]
        message = f"`{typing.because}` is {whole}, so `{typing.said}` is one, and `{_short(text)}` is {said}"
    return binding.error(message, value, suggestions=near)


_SIGNS = {"percent": "%", "point": "pp"}


def _in_unit(dimension: str, read: Quantity) -> tuple[str, ...]:
    """A bare number, a percentage, a number of points as what was meant; nothing can be said of the rest."""
    written = re.fullmatch(r"([-+−~≈<>]*[0-9][0-9.,]*)\s*(?:%|pp|x)?", read.text)
    return (f"{written[1]}{_SIGNS[dimension]}",) if written and dimension in _SIGNS else ()


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"


_RELATIVE = regex(
    r"(?i)(?:today|yesterday|tomorrow|now|[ymq]td|year to date|(?:this|last|next|past|previous|current)\s+(?:[0-9]+\s+)?"
    r"(?:day|week|month|quarter|year|decade)s?|[0-9]+\s+(?:day|week|month|quarter|year)s?\s+ago)"
)


def _unreadable(binding: Binding, value: syntax.Value, text: str, typing: Typing, kinds: tuple[str, ...]) -> QueryError:
    """The text is no value of the kind wanted."""
    from rotgraph.values.literal import parse_literal

    if "period" in kinds and _RELATIVE.fullmatch(text):
        help_ = "pass the day as a parameter: `$today`, with today=2026-02-27"
        return binding.error(f"`{text}` depends on the day it is asked, and a query has no clock", value, help=help_)
    kind = kinds[0]
    if isinstance(value, syntax.Bare):
        ran_on = swallowed(binding, value, lambda words: isinstance(parse_literal(words, kind), Quantity | Period | int))
        if ran_on is not None:
            return ran_on
    other = parse_literal(text, "any")
    said = "is not" if isinstance(other, str | Doubt) or other is None else f"is {say_value(other)}"
    subject = f"`{typing.said}` is {say_kind(kind, typing.unit)}"
    if len(kinds) > 1:
        held = say_list(tuple(say_kind(each, typing.unit).partition(" (")[0] for each in kinds))
        subject, said = f"`{typing.said}` is {held}", said if said != "is not" else "is neither"
    return binding.error(f"{subject}, and `{_short(text)}` {said}", value, help=as_path(binding, text))


def _range(binding: Binding, value: syntax.Range, typing: Typing, kinds: tuple[str, ...]) -> Read:
    kinds = tuple(kind for kind in kinds if kind in ("quantity", "integer", "period"))
    if not kinds:
        raise binding.error(
            f"a range `a..b` is for quantities, numbers and periods, and `{typing.said}` is {say_kind(typing.kinds[0])}", value
        )
    low = bind_value(binding, value.low, typing, kinds)
    high = bind_value(binding, value.high, typing, (low.kind,))
    lower, upper = cast(Literal, low.operand), cast(Literal, high.operand)
    first, last = lower.value, upper.value
    text = binding.slice(value)
    if isinstance(first, Period) and isinstance(last, Period):
        if last.end < first.start:
            raise _backwards(binding, value)
        return Read(Literal(_span(first, last, text), text), "period")
    if isinstance(first, Quantity) and isinstance(last, Quantity) and not dimension_fits(dimension_of(first), dimension_of(last)):
        raise binding.error(
            f"a range goes from one value to another of its kind: this is {say_value(first)} and {say_value(last)}", value
        )
    if _falls(first, last):
        raise _backwards(binding, value)
    return Read(lower, low.kind, upper)


def _falls(first: Scalar, last: Scalar) -> bool:
    """Whether a range of numbers has its larger end first."""
    if isinstance(first, Quantity) and isinstance(last, Quantity):
        low, high = first.low if first.low is not None else first.high, last.high if last.high is not None else last.low
        if low is None or high is None:
            return False
        one, other = unit_of(first.unit), unit_of(last.unit)
        return one.dimension == other.dimension and low * one.factor > high * other.factor
    return isinstance(first, int) and isinstance(last, int) and first > last


def _backwards(binding: Binding, value: syntax.Range) -> QueryError:
    turned = f"{binding.slice(value.high)}..{binding.slice(value.low)}"
    return binding.error("the range ends before it begins", value, suggestions=(turned,))


def _span(first: Period, last: Period, text: str) -> Period:
    edtf = f"{first.edtf}/{last.edtf}" if first.edtf and last.edtf and "/" not in first.edtf + last.edtf else ""
    return Period(
        text,
        min(first.start, last.start),
        max(first.end, last.end),
        Precision.RANGE,
        approximate=first.approximate or last.approximate,
        open_start=first.open_start,
        open_end=last.open_end,
        edtf=edtf,
    )


# parameters


def parameter_of(binding: Binding, value: syntax.Parameter) -> object:
    """What was passed for ``$name``."""
    if value.name not in binding.parameters:
        known = tuple(f"${name}" for name in binding.parameters)
        from rotgraph.query.suggest import closest

        raise binding.error(
            f"no value was passed for `${value.name}`", value, suggestions=closest(f"${value.name}", known),
            help=f"pass it as `--param {value.name}=…`, or in Python as `query(…, {value.name}=…)`", code="RG605",
        )  # fmt: skip
    binding.used.add(value.name)
    return binding.parameters[value.name]


def _parameter(binding: Binding, value: syntax.Parameter, typing: Typing, kinds: tuple[str, ...]) -> Read:
    return _given(binding, value, parameter_of(binding, value), typing, kinds)


def _given(binding: Binding, value: syntax.Parameter, given: object, typing: Typing, kinds: tuple[str, ...]) -> Read:
    """A Python value, typed by what it meets."""
    if isinstance(given, str):
        for kind in kinds:
            text = given if kind == "text" else name_in(given.strip()) if kind == "thing" else given.strip()
            written = syntax.Bare(text, value.start, value.end)
            found = _as_kind(binding, written, text, typing, kind, sole=len(kinds) == 1)
            if found is not None:
                return found
        raise (
            _unreadable(binding, value, given, typing, kinds)
            if "thing" not in kinds
            else unknown_thing(binding, syntax.Quoted(given, value.start, value.end), _ranges(typing))
        )
    from rotgraph.values.literal import parse_literal

    scalar = _scalar(given)
    year = isinstance(scalar, int) and not {"quantity", "integer"} & set(kinds) and "period" in kinds
    if year and isinstance(parse_literal(str(scalar), "period"), Period):
        return _given(binding, value, str(scalar), typing, ("period",))
    if scalar is not None:
        for kind in (
            ("period",)
            if isinstance(scalar, Period)
            else ("integer", "quantity")
            if isinstance(scalar, int)
            else ("quantity", "integer")
        ):
            if kind in kinds:
                return _checked(binding, value, scalar, typing, kind)
    key = getattr(given, "id", None)
    if isinstance(key, str) and "thing" in kinds:
        return Read(bind_thing(binding, syntax.Quoted(key, value.start, value.end), ()), "thing")
    said = say_value(scalar) if scalar is not None else _said_python(given)
    raise binding.error(f"`{typing.said}` is {say_kind(kinds[0], typing.unit)}, and `${value.name}` is {said}", value, code="RG605")


def _said_python(given: object) -> str:
    if isinstance(given, float | Decimal):  # the others have been read
        return f"{given}, which is no number"
    return f"a Python {type(given).__name__}"


def _scalar(given: object) -> Quantity | Period | int | Decimal | None:
    if isinstance(given, bool):
        return None
    if isinstance(given, Quantity | Period | int):
        return given
    if isinstance(given, float):
        given = Decimal(repr(given))
    if isinstance(given, Decimal):
        return given if given.is_finite() else None
    if isinstance(given, datetime):
        given = given.date()
    if isinstance(given, date):
        text = given.isoformat()
        return Period(text, given.toordinal(), given.toordinal() + 1, Precision.DAY, edtf=text)
    return None


def _checked(
    binding: Binding, value: syntax.Parameter, scalar: Quantity | Period | int | Decimal, typing: Typing, kind: str
) -> Read:
    if kind == "quantity" and isinstance(scalar, int | Decimal):
        number = Decimal(scalar)
        scalar = Quantity(f"{number:f}", number, number, number)
    _check_dimension(binding, value, str(scalar), typing, scalar)
    return Read(Literal(scalar, str(scalar)), kind)


def bind_moment(binding: Binding, value: syntax.Value) -> Period:
    """The period of ``as of``."""
    typing = Typing(("period",), said="as of")
    read = bind_value(binding, value, typing, ("period",))
    return cast(Period, cast(Literal, read.operand).value)


def several(given: object) -> Sequence[object] | None:
    """The members of a parameter that is a list."""
    return tuple(given) if isinstance(given, list | tuple | set | frozenset) else None
