"""In: a point in time with its year. Out: the days it covers, and its EDTF. Room: values."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from rotgraph.model.value import Precision, iso_day
from rotgraph.values.calendar import add_months, day_number, days_in_month, third_of_month
from rotgraph.values.points import DatePoint

__all__ = ["Impossible", "Span", "is_grouping", "span_of"]


class Impossible:
    """What `span_of` gives for a day that does not exist."""


IMPOSSIBLE: Final = Impossible()


class Span(msgspec.Struct, frozen=True, gc=False):
    """Days ``[start, end)`` with the notation of both ends."""

    start: int
    end: int
    precision: Precision
    edtf: str
    """The whole, or its first end if ``edtf_end`` is set."""
    edtf_end: str = ""
    approximate: bool = False
    open_start: bool = False
    open_end: bool = False
    completion: str = ""
    """The year that the context gave, as it is written into the text."""
    completed_at: int = 0
    """Where in the text."""

    def notation(self, *, approximate: bool) -> str:
        """Its EDTF: ``~`` on every part of an approximate one, ``..`` for an open end."""
        mark = "~" if approximate else ""
        first, last = self.edtf + mark, (self.edtf_end or self.edtf) + mark
        if self.open_start or self.open_end:
            if is_grouping(self.edtf):
                first, last = iso_day(self.start) + mark, iso_day(self.end - 1) + mark
            return f"../{last}" if self.open_start else f"{first}/.."
        return f"{first}/{last}" if self.edtf_end else first

    def until(self, last: Span) -> Span:
        """From this one's first day through the other's last one."""
        first_edtf = iso_day(self.start) if self.edtf_end or is_grouping(self.edtf) else self.edtf
        last_edtf = iso_day(last.end - 1) if last.edtf_end or is_grouping(last.edtf) else last.edtf
        return Span(self.start, last.end, Precision.RANGE, first_edtf, last_edtf, self.approximate or last.approximate)

    def day_before(self) -> Span:
        return self._on(self.start - 1)

    def day_after(self) -> Span:
        return self._on(self.end)

    def _on(self, day: int) -> Span:
        return replace(self, start=day, end=day + 1, precision=Precision.RANGE, edtf=iso_day(day), edtf_end="")


def is_grouping(edtf: str) -> bool:
    """Quarters, halves, seasons, decades and centuries cannot be the end of an interval."""
    return edtf.endswith("X") or (len(edtf) == 7 and edtf[4] == "-" and edtf[5:] > "12")


def span_of(point: DatePoint, fiscal_year_end: int | None = None) -> Span | Impossible:
    """The days of a point. A fiscal year is the calendar year, approximately, unless the month of its end is known."""
    year, number = point.year or 0, point.month or 0
    shift = 0
    approximate = False
    if point.fiscal:
        approximate = fiscal_year_end is None
        shift = (fiscal_year_end or 12) - 12
    kind = point.kind
    if kind == "day":
        return _day(year, number, point.day or 0)
    if kind == "month":
        return _months(year, number, 1, Precision.MONTH, f"{year:04d}-{number:02d}") if 1 <= number <= 12 else IMPOSSIBLE
    if kind == "year":
        span = _months(*add_months(year, 1, shift), 12, Precision.YEAR, f"{year:04d}")
    elif kind == "quarter":
        span = _months(*add_months(year, 3 * number - 2, shift), 3, Precision.QUARTER, f"{year:04d}-{32 + number}")
    elif kind == "half":
        span = _months(*add_months(year, 6 * number - 5, shift), 6, Precision.HALF, f"{year:04d}-{39 + number}")
    elif kind == "season":
        return _months(*add_months(year, 3 * number, 0), 3, Precision.SEASON, f"{year:04d}-{20 + number}")
    elif kind == "third":
        return _third(point, year)
    elif kind == "decade":
        return _months(year, 1, 120, Precision.DECADE, f"{year // 10:03d}X")
    elif kind == "century":
        return _months(year, 1, 1200, Precision.CENTURY, f"{year // 100:02d}XX")
    else:
        return _week(point, year)
    if shift:
        span = replace(span, edtf=_month_of(span.start), edtf_end=_month_of(span.end - 1))
    return replace(span, approximate=approximate)


def _month_of(day: int) -> str:
    return iso_day(day)[:7]


def _months(year: int, month: int, count: int, precision: Precision, edtf: str) -> Span:
    return Span(day_number(year, month), day_number(*add_months(year, month, count)), precision, edtf)


def _day(year: int, month: int, day: int) -> Span | Impossible:
    if not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return IMPOSSIBLE
    start = day_number(year, month, day)
    return Span(start, start + 1, Precision.DAY, f"{year:04d}-{month:02d}-{day:02d}")


def _third(point: DatePoint, year: int) -> Span:
    """Of a month, a year or a decade; approximate."""
    third = point.third or 0
    if point.form == "TD":
        first, last = year + (0, 3, 7)[third], year + (2, 6, 9)[third]
        return Span(day_number(first), day_number(last + 1), Precision.RANGE, f"{first:04d}", f"{last:04d}", approximate=True)
    if point.month is None:
        month = 4 * third + 1
        span = _months(year, month, 4, Precision.YEAR, f"{year:04d}-{month:02d}")
        return replace(span, edtf_end=f"{year:04d}-{month + 3:02d}", approximate=True)
    begin, end = third_of_month(year, point.month, third)
    first, after = day_number(year, point.month, begin), day_number(year, point.month, end) + 1
    return Span(first, after, Precision.MONTH, iso_day(first), iso_day(after - 1), approximate=True)


def _week(point: DatePoint, year: int) -> Span | Impossible:
    """``Week of Jan 5, 2026`` begins on that day, ``2026-W02`` is ISO 8601's."""
    if point.day is not None:
        first = _day(year, point.month or 0, point.day)
        if isinstance(first, Impossible):
            return first
        start = first.start
    else:
        fourth = day_number(year, 1, 4)
        start = fourth - (fourth - 1) % 7 + 7 * ((point.month or 0) - 1)
        if not 1 <= (point.month or 0) <= 53:
            return IMPOSSIBLE
    return Span(start, start + 7, Precision.WEEK, iso_day(start), iso_day(start + 6))
