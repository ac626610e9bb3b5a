"""In: the text of a cell or of a literal, without markup. Out: a period, a doubt, or None. Room: values.

A text is cut into tokens once; a point is a known sequence of tokens, a range two points with a dash between, so reading is
linear and nothing half-understood becomes a date.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec.structs import replace

from rotgraph.late import regex
from rotgraph.late import replace as with_
from rotgraph.model.value import Period, Precision
from rotgraph.values.adorned import respelled
from rotgraph.values.calendar import century_year, month_of
from rotgraph.values.context import ANY_PERIOD, PeriodContext
from rotgraph.values.datewords import MONTH_NAMES, PREFIXES
from rotgraph.values.doubt import Doubt
from rotgraph.values.footnotes import unmarked
from rotgraph.values.points import DatePoint, DateToken, date_tokens, may_begin_period, read_point
from rotgraph.values.spans import Impossible, Span, span_of

__all__ = ["parse_period"]

_CACHED_LENGTH = 80
_HEDGE = regex(r"(?:[~≈]|c\.|ca\.|(?:circa|about|around|approx\.?)\s)\s*", re.IGNORECASE)
_BETWEEN = regex(r"(?:between|from)\s+(?=.*\s(?:and|to|until|through|[-–—])\s)", re.IGNORECASE)


def parse_period(text: str, context: PeriodContext = ANY_PERIOD) -> Period | Doubt | None:
    """The period that the whole text is.

    Returns:
        The period, ``text`` completed and ``inferred`` set where the context gave the year; `Doubt` if several readings fit or
        the date cannot be (RG303 to RG305); None if it is none.

    Example:
        >>> parse_period("2018 Q4").edtf
        '2018-36'
        >>> parse_period("Late Oct", PeriodContext(year=2025)).text
        'Late Oct 2025'
        >>> parse_period("2000-02").readings
        ('2000–2002', 'Feb 2000')
    """
    text = unmarked(text.strip())
    other = respelled(text)
    if other:
        found = parse_period(other, context)
        return with_(found, text=text) if isinstance(found, Period) else found
    if not may_begin_period(text):
        return None
    return _known(text, context) if len(text) <= _CACHED_LENGTH else _parsed(text, context)


def _parsed(text: str, context: PeriodContext) -> Period | Doubt | None:
    if context.near is not None:
        return _nearest(text, replace(context, near=None), context.near)
    hedge = _HEDGE.match(text)
    begin = hedge.end() if hedge else 0
    between = _BETWEEN.match(text, begin)
    tokens = date_tokens(text, between.end() if between else begin)
    if not tokens:
        return None
    approximate = hedge is not None
    if tokens[-1].code == "~":
        approximate, tokens = True, tokens[:-1]
    found = _read(text, tokens, context)
    if isinstance(found, Span):
        return _period(text, found, approximate=approximate)
    return found


_known = lru_cache(maxsize=16_384)(_parsed)
"""Dates come again: every heading, caption and column of a vault is tried."""


def _nearest(text: str, context: PeriodContext, day: int) -> Period | Doubt | None:
    """``Dec 30`` in a note of 2 January 2026 is of the year before; months and quarters, which often stand twelve or four in a row,
    keep the year of the note."""
    found = _known(text, context)
    if isinstance(found, Period) or context.year is not None:
        return found
    year = month_of(day)[0]
    here = _known(text, replace(context, year=year))
    if not isinstance(here, Period) or here.precision is not Precision.DAY:
        return here
    beside = [_known(text, replace(context, year=each)) for each in (year - 1, year + 1)]
    return min((here, *(each for each in beside if isinstance(each, Period))), key=lambda each: abs(each.start - day))


def _period(text: str, span: Span, *, approximate: bool) -> Period:
    at = span.completed_at
    written = f"{text[:at]}{span.completion}{text[at:]}" if span.completion else text
    approximate = approximate or span.approximate
    return Period(
        written, span.start, span.end, span.precision, approximate, span.open_start, span.open_end, bool(span.completion),
        span.notation(approximate=approximate),
    )  # fmt: skip


def _read(text: str, tokens: list[DateToken], context: PeriodContext) -> Span | Doubt | None:
    if not tokens:
        return None
    if tokens[0].code == "P":
        return _bounded(text, tokens, context)
    last = tokens[-1]
    if len(tokens) > 1 and (last.code in "Z-+"):
        inner = tokens[:-1]
        if last.code == "Z" and inner[-1].code == "-":
            inner = inner[:-1]
        return _opened(_read(text, inner, context)) if inner else None
    point = read_point(tokens)
    found = _ranged(text, tokens, context) if point is None else _resolved(text, point, context)
    if isinstance(found, Span) and found.completion:
        return replace(found, completed_at=last.end)
    return found


def _opened(found: Span | Doubt | None) -> Span | Doubt | None:
    return replace(found, open_end=True) if isinstance(found, Span) else found


def _bounded(text: str, tokens: list[DateToken], context: PeriodContext) -> Span | Doubt | None:
    """``since Oct 29``, ``until 2027``, ``before 2020``."""
    rest = tokens[1:]
    if rest and rest[0].code == "-":
        rest = rest[1:]
    found = _read(text, rest, context)
    if not isinstance(found, Span):
        return found
    does = PREFIXES[tokens[0].text.lower()]
    if does == "from":
        return replace(found, open_end=True)
    if does == "to":
        return replace(found, open_start=True)
    if does == "before":
        return replace(found.day_before(), open_start=True)
    return replace(found.day_after(), open_end=True)


def _resolved(text: str, point: DatePoint, context: PeriodContext) -> Span | Doubt | None:
    """A lone point: what its column says it is, with the year its context gives."""
    found = _decided(text, point, context)
    if not isinstance(found, DatePoint):
        return found
    completion = ""
    if found.year is None:
        if found.kind == "day" and found.month is None:
            return None
        if context.year is None:
            return _yearless(text, found)
        completion = _completion(found, context.year)
        found = replace(found, year=_decade_year(found, context.year))
    span = span_of(found, context.fiscal_year_end)
    if isinstance(span, Impossible):
        return Doubt(text, f"there is no day `{text}`", code="RG304")
    return replace(span, completion=completion) if completion else span


def _decade_year(point: DatePoint, year: int) -> int:
    if point.kind == "decade" or (point.kind == "third" and point.form == "TD"):
        return year - year % 100 + (point.month or 0)
    return year


def _yearless(text: str, point: DatePoint) -> Doubt | None:
    if point.kind in ("day", "third") and point.month is not None and point.form != "TD":
        return Doubt(text, f"`{text}` names no year, and nothing near it does", (), "RG305")
    return None


def _completion(point: DatePoint, year: int) -> str:
    if point.kind == "decade" or point.form == "TD":
        return ""
    return f", {year}" if point.form in ("MN", "KMN") else f" {year}"


def _decided(text: str, point: DatePoint, context: PeriodContext) -> DatePoint | Span | Doubt | None:
    """What a point of two readings is, by the context, else by itself, else in doubt."""
    if point.kind != "either":
        return point
    if point.form == "X":
        return _day_or_month_first(text, point, context)
    if point.form == "M-N":
        return _month_dash(text, point, context)
    year, number = point.year or 0, point.parts[0]
    as_years = _years(year, number)
    if point.form == "years":
        return as_years
    as_month = replace(point, kind="month", month=number)
    if not 1 <= number <= 12:
        return as_years
    if number <= year % 100:
        return as_month
    if context.column_is_year_ranges is not None:
        return as_years if context.column_is_year_ranges else as_month
    readings = (f"{year}–{year - year % 100 + number}", f"{_month_name(number)} {year}")
    return Doubt(text, f"`{text}` may be the years {readings[0]} or the month {readings[1]}", readings, "RG303")


def _month_name(number: int) -> str:
    return MONTH_NAMES[number - 1]


def _years(year: int, number: int) -> Span | None:
    """``2020-21`` and ``1999-00``."""
    last = year - year % 100 + number
    if last <= year and number == (year + 1) % 100:
        last += 100
    if last <= year:
        return None
    first_span, last_span = span_of(DatePoint("year", year)), span_of(DatePoint("year", last))
    assert isinstance(first_span, Span) and isinstance(last_span, Span)  # noqa: S101, PT018 - years always exist
    return first_span.until(last_span)


def _day_or_month_first(text: str, point: DatePoint, context: PeriodContext) -> DatePoint | Doubt:
    first, second = point.parts
    as_day_first = replace(point, kind="day", day=first, month=second)
    as_month_first = replace(point, kind="day", day=second, month=first)
    if first > 12 or first == second:
        return as_day_first
    if second > 12:
        return as_month_first
    if context.day_first is not None:
        return as_day_first if context.day_first else as_month_first
    if not first or not second:
        return as_day_first
    readings = (f"{first} {_month_name(second)} {point.year}", f"{_month_name(first)} {second}, {point.year}")
    return Doubt(text, f"`{text}` may begin with the day or with the month", readings, "RG303")


def _month_dash(text: str, point: DatePoint, context: PeriodContext) -> DatePoint | Doubt:
    number, month = point.parts[0], point.month or 1
    as_year = replace(point, kind="month", year=century_year(number))
    if number > 31 or number == 0 or context.month_years:
        return as_year
    if context.month_years is False:
        return replace(point, kind="day", day=number, form="MN")
    readings = (f"{_month_name(month)} {century_year(number)}", f"{number} {_month_name(month)}")
    return Doubt(text, f"`{text}` may be the month {readings[0]} or the day {readings[1]}", readings, "RG303")


def _ranged(text: str, tokens: list[DateToken], context: PeriodContext) -> Span | Doubt | None:
    """Two points with a dash between; what one leaves out the other one gives."""
    for at in range(1, len(tokens) - 1):
        if tokens[at].code != "-" and not (tokens[at].code == "P" and PREFIXES[tokens[at].text.lower()] == "to"):
            continue
        left, right = read_point(tokens[:at]), read_point(tokens[at + 1 :])
        if left is None or right is None:
            continue
        if tokens[at].text == "/" and left.kind == "year" and left.fiscal and left.year and right.day == (left.year + 1) % 100:
            return _resolved(text, replace(left, year=left.year + 1), context)  # `FY24/25`, named as `FY2024/25` is
        dated = left.year is not None and right.year is not None  # `2025-06-05/2025-07-24`, an interval of EDTF
        if tokens[at].text == "/" and not (left.kind == right.kind == "year" or dated):
            if left.form == right.form == "N":
                return Doubt(text, f"`{text}` may be a day, a fraction or two values", code="RG303")
            return None
        return _span_between(text, left, right, context)
    return None


def _span_between(text: str, left: DatePoint, right: DatePoint, context: PeriodContext) -> Span | Doubt | None:
    """The stretch from one point through the other."""
    one, two = _decided(text, left, context), _decided(text, right, context)
    for each in (one, two):
        if isinstance(each, Doubt):
            return each
    if not isinstance(one, DatePoint) or not isinstance(two, DatePoint):
        return None
    if one.kind == two.kind == "day":
        one, two = replace(one, month=one.month or two.month), replace(two, month=two.month or one.month)
    if (one.kind == "day" and one.month is None) or (two.kind == "day" and two.month is None):
        return None
    completion = ""
    year_of_one, year_of_two = one.year, two.year
    if one.kind == "decade" and two.year is None and one.year is not None:
        two = replace(two, year=one.year - one.year % 100 + (two.month or 0))
    elif year_of_one is None and year_of_two is None:
        if context.year is None:
            return _yearless(text, one)
        one, two = replace(one, year=context.year), replace(two, year=context.year)
        completion = f", {context.year}" if right.form in ("MN", "N") and left.form == "MN" else f" {context.year}"
    one, two = _with_year(one, two.year), _with_year(two, one.year)
    first, last = span_of(one, context.fiscal_year_end), span_of(two, context.fiscal_year_end)
    if isinstance(first, Span) and isinstance(last, Span) and first.start >= last.end:
        if year_of_one is None and one.year is not None:
            first = span_of(replace(one, year=one.year - 1), context.fiscal_year_end)
        elif year_of_two is None and two.year is not None:
            last = span_of(replace(two, year=two.year + 1), context.fiscal_year_end)
    if isinstance(first, Impossible) or isinstance(last, Impossible):
        return Doubt(text, f"there is no such day in `{text}`", code="RG304")
    if first.start >= last.end:
        return None
    if first.precision is not last.precision and Precision.DECADE in (first.precision, last.precision):
        return None
    return replace(first.until(last), completion=completion)


def _with_year(point: DatePoint, year: int | None) -> DatePoint:
    return point if point.year is not None else replace(point, year=year)
