"""In: years, months, days. Out: day ordinals. Room: values.

Proleptic Gregorian and unbounded: year 0 is 1 BC, and far years of EDTF fit. Ordinals are those of `datetime.date.toordinal`.
"""

from __future__ import annotations

from datetime import date

__all__ = ["add_months", "century_year", "day_number", "days_in_month", "month_of", "third_of_month"]

_LAST = date.max.toordinal()
_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    return 29 if month == 2 and _leap(year) else _BEFORE[month] - _BEFORE[month - 1]


def day_number(year: int, month: int = 1, day: int = 1) -> int:
    """The ordinal of a day; ``month`` may be 13, for the end of a year.

    Example:
        >>> from datetime import date
        >>> day_number(2026, 1, 14) == date(2026, 1, 14).toordinal()
        True
    """
    if month > 12:
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    last = year - 1
    number = last * 365 + last // 4 - last // 100 + last // 400 + _BEFORE[month - 1] + day
    return number + 1 if month > 2 and _leap(year) else number


def add_months(year: int, month: int, count: int) -> tuple[int, int]:
    """Year and month ``count`` months later."""
    total = year * 12 + month - 1 + count
    return total // 12, total % 12 + 1


def month_of(day: int) -> tuple[int, int, int]:
    """Year, month and day of an ordinal."""
    if 1 <= day <= _LAST:
        found = date.fromordinal(day)
        return found.year, found.month, found.day
    cycles, rest = divmod(day - 1, 146_097)
    hundreds = min(rest // 36_524, 3)
    rest -= hundreds * 36_524
    fours, rest = divmod(rest, 1_461)
    ones = min(rest // 365, 3)
    rest -= ones * 365
    year = cycles * 400 + hundreds * 100 + fours * 4 + ones + 1
    month = 1
    while rest >= days_in_month(year, month):
        rest -= days_in_month(year, month)
        month += 1
    return year, month, rest + 1


def third_of_month(year: int, month: int, third: int) -> tuple[int, int]:
    """First and last day of a third of a month: 1 to 10, 11 to 20, 21 to the end."""
    return (1, 11, 21)[third], (10, 20, days_in_month(year, month))[third]


def century_year(two: int) -> int:
    """The year that two digits mean: 00 to 69 are 2000 to 2069."""
    return two + (2000 if two < 70 else 1900)
