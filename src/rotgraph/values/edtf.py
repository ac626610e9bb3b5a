"""In: a text in the Extended Date/Time Format. Out: the period it means, or None. Room: values.

ISO 8601-2 (Library of Congress, 2019), levels 0 to 2: dates and times, qualifiers, unspecified digits, seasons and other
groupings, far and rounded years, intervals with open and unknown ends. Sets (``[1667, 1670..1672]``) are refused: they are no one
stretch of days. Intervals do not take groupings as ends.
"""

from __future__ import annotations

import re

from rotgraph.late import regex
from rotgraph.model.value import Period, Precision
from rotgraph.values.calendar import add_months, day_number, days_in_month

__all__ = ["parse_edtf"]

_DATE = regex(r"[?~%]?(?P<year>-?[0-9X]{4})[?~%]?(?:-[?~%]?(?P<month>[0-9X]{2})[?~%]?(?:-[?~%]?(?P<day>[0-9X]{2})[?~%]?)?)?")
_TIME = regex(
    r"(?P<date>-?[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]+))?"
    r"(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_FAR = regex(r"Y(?P<digits>-?[1-9][0-9]*)(?:E(?P<exponent>[0-9]{1,3}))?(?:S(?P<significant>[1-9][0-9]?))?")
_ROUNDED = regex(r"(?P<digits>-?[0-9]{4})S(?P<significant>[1-9])")
_SHORT = regex(r"(?P<sign>-)?(?P<digits>[0-9]{2,3})[?~%]?")
_FARTHEST = 10**15
"""Years beyond it are refused: their days would not fit the columns of a graph."""
_LONGEST = 80

_GROUPINGS: dict[int, tuple[int, int, Precision]] = {
    **{21 + i: (3 + 3 * i, 3, Precision.SEASON) for i in range(4)},
    **{25 + i: (3 + 3 * i, 3, Precision.SEASON) for i in range(4)},
    **{29 + i: (9 + 3 * i, 3, Precision.SEASON) for i in range(4)},
    **{33 + i: (1 + 3 * i, 3, Precision.QUARTER) for i in range(4)},
    **{37 + i: (1 + 4 * i, 4, Precision.RANGE) for i in range(3)},
    **{40 + i: (1 + 6 * i, 6, Precision.HALF) for i in range(2)},
}
"""First month, months, precision: seasons, northern, southern, quarters, quadrimesters, semesters."""


def parse_edtf(text: str) -> Period | None:
    """The period that a text in EDTF means; ``text`` and ``edtf`` are as written.

    Unspecified digits (``201X``, ``2016-XX``) cover all days they may mean. A qualifier (``? ~ %``) anywhere makes it approximate.

    Source: https://www.loc.gov/standards/datetime/

    Example:
        >>> parse_edtf("2018-36").start_date
        datetime.date(2018, 10, 1)
        >>> parse_edtf("2026/..").open_end
        True
        >>> parse_edtf("2016-02-30") is None
        True
    """
    if not text or len(text) > _LONGEST:
        return None
    if "/" in text:
        return _interval(text)
    days = _point(text)
    if days is None:
        return None
    return Period(text, days[0], days[1], days[2], approximate=_qualified(text), edtf=text)


def _qualified(text: str) -> bool:
    return "~" in text or "?" in text or "%" in text


_Days = tuple[int, int, Precision]


def _point(text: str) -> _Days | None:
    match = _DATE.fullmatch(text)
    if match is not None:
        return _date(match)
    for pattern, read in ((_TIME, _time), (_FAR, _far), (_ROUNDED, _rounded), (_SHORT, _short)):
        match = pattern.fullmatch(text)
        if match is not None:
            return read(match)
    return None


def _date(match: re.Match[str]) -> _Days | None:
    year, month, day = match["year"], match["month"], match["day"]
    if year == "-0000":
        return None
    first, last = _years(year)
    if month is None:
        return day_number(first), day_number(last + 1), _year_precision(year)
    if "X" not in month and int(month) > 12:
        grouping = _GROUPINGS.get(int(month))
        if grouping is None or day is not None:
            return None
        begin, count, precision = grouping
        start, end = add_months(first, begin, 0), add_months(last, begin, count)
        return day_number(*start), day_number(*end), precision
    months = [number for number in range(1, 13) if _fits(month, number)]
    if not months:
        return None
    if day is None:
        precision = Precision.MONTH if "X" not in year + month else Precision.YEAR if "X" not in year else Precision.RANGE
        return day_number(first, months[0]), day_number(*add_months(last, months[-1], 1)), precision
    return _days(match, months, first, last)


def _days(match: re.Match[str], months: list[int], first: int, last: int) -> _Days | None:
    """From the first day that fits the digits to the last one."""
    year, month, day = match["year"], match["month"], match["day"]
    found: list[int] = []
    for in_year in {first, last} if "X" not in year else _sample(first, last):
        for in_month in months:
            fitting = [number for number in range(1, days_in_month(in_year, in_month) + 1) if _fits(day, number)]
            found.extend(day_number(in_year, in_month, number) for number in (*fitting[:1], *fitting[-1:]))
    if not found:
        return None
    unspecified = year + month + day
    precision = Precision.DAY if "X" not in unspecified else Precision.MONTH if "X" not in year + month else Precision.RANGE
    return min(found), max(found) + 1, precision


def _sample(first: int, last: int) -> set[int]:
    """Enough years to meet both ends and a leap year."""
    return {*range(first, min(first + 8, last) + 1), *range(max(last - 8, first), last + 1)}


def _fits(mask: str, number: int) -> bool:
    return all(shown in ("X", digit) for shown, digit in zip(mask, f"{number:02d}", strict=True))


def _years(mask: str) -> tuple[int, int]:
    """The first and the last year that digits may mean."""
    low, high = int(mask.replace("X", "0")), int(mask.replace("X", "9"))
    return min(low, high), max(low, high)


def _year_precision(mask: str) -> Precision:
    unspecified = mask.count("X")
    if not unspecified:
        return Precision.YEAR
    if mask.endswith("X" * unspecified) and unspecified < 3:
        return Precision.DECADE if unspecified == 1 else Precision.CENTURY
    return Precision.RANGE


def _time(match: re.Match[str]) -> _Days | None:
    """The day of a date and time; its time and zone must exist."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    midnight = hour == 24 and minute == second == 0 and not (match["part"] or "0").strip("0")
    if not (midnight or hour < 24) or minute > 59 or second > 59 or not _zone_exists(match["zone"]):
        return None
    date = _DATE.fullmatch(match["date"])
    return _date(date) if date is not None and int(match["date"][-5:-3]) <= 12 else None


def _zone_exists(zone: str | None) -> bool:
    """From -12:00 to +14:00; minus zero is not an offset."""
    if zone is None or zone == "Z":
        return True
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    if int(digits[2:] or 0) > 59:
        return False
    return 0 < minutes <= 12 * 60 if zone[0] == "-" else minutes <= 14 * 60


def _far(match: re.Match[str]) -> _Days | None:
    """``Y170002``, ``Y-17E7``: more than four digits."""
    digits, exponent = match["digits"], int(match["exponent"] or 0)
    if exponent > 15 or len(digits) > 17:
        return None
    year = int(digits) * 10**exponent
    if not 9999 < abs(year) <= _FARTHEST:
        return None
    return _significant(year, match["significant"])


def _rounded(match: re.Match[str]) -> _Days | None:
    return _significant(int(match["digits"]), match["significant"])


def _significant(year: int, digits: str | None) -> _Days | None:
    """All years that share the significant digits of a rounded one."""
    if digits is None:
        return day_number(year), day_number(year + 1), Precision.YEAR
    length = len(str(abs(year)))
    if int(digits) > length:
        return None
    width = 10 ** (length - int(digits))
    low = abs(year) // width * width
    first, last = (low, low + width - 1) if year >= 0 else (-(low + width - 1), -low)
    return day_number(first), day_number(last + 1), Precision.RANGE if width > 1 else Precision.YEAR


def _short(match: re.Match[str]) -> _Days | None:
    """``19`` is a century, ``193`` a decade."""
    digits = match["digits"]
    width = 100 if len(digits) == 2 else 10
    number = int(digits)
    if match["sign"]:
        if not number:
            return None
        first, last = -(number * width + width - 1), -number * width
    else:
        first, last = number * width, number * width + width - 1
    return day_number(first), day_number(last + 1), Precision.CENTURY if width == 100 else Precision.DECADE


def _interval(text: str) -> Period | None:
    if text.count("/") != 1:
        return None
    begin, _, finish = text.partition("/")
    first, last = _end(begin), _end(finish)
    open_start, open_end = begin in ("", ".."), finish in ("", "..")
    if (first is None and not open_start) or (last is None and not open_end):
        return None
    known = first or last
    if known is None:
        return None
    first, last = first or known, last or known
    if first[0] > last[0] or first[1] > last[1]:
        return None
    precision = known[2] if open_start or open_end else Precision.RANGE
    return Period(
        text, first[0], last[1], precision, approximate=_qualified(text), open_start=open_start, open_end=open_end, edtf=text
    )


def _end(text: str) -> _Days | None:
    """One end of an interval; groupings cannot be one."""
    days = _point(text) if text not in ("", "..") else None
    if days is None or days[2] in (Precision.SEASON, Precision.QUARTER, Precision.HALF):
        return None
    return None if re.match(r"-?[0-9X]{4}-(?:2[1-9]|3[0-9]|4[01])", text) else days
