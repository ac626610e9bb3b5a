"""In: axes and the days they reach over. Out: an axis of time, named by years or by months. Room: pictures.

A day is a year with its fraction: charts need no calendar of matplotlib's, whose locators look at the locale.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rotgraph.model.value import Period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["DAY", "is_drawable", "name_times", "year_in", "year_of"]

_YEAR = 365.2425
_LAST = date.max.toordinal()
DAY = 1 / _YEAR
"""A day on the axis."""
_MOST_TICKS = 9
_STEPS = (1, 2, 3, 6, 12, 24, 48)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Not those of the locale."""


def is_drawable(period: Period) -> bool:
    """Whether the calendar of the charts reaches so far."""
    return 1 <= period.start <= _LAST and 1 <= period.end <= _LAST


def year_in(period: Period) -> int | None:
    """The year that a period is, from its first day to its last; None if it is no whole one."""
    if not is_drawable(period):
        return None
    first = date.fromordinal(period.start)
    whole = (first.month, first.day) == (1, 1) and date(min(first.year + 1, 9999), 1, 1).toordinal() == period.end
    return first.year if whole else None


def year_of(day: float) -> float:
    """A day as a year with its fraction.

    Example:
        >>> from datetime import date
        >>> round(year_of(date(2026, 7, 1).toordinal()), 2)
        2026.5
    """
    return day / _YEAR + 1


def name_times(axes: Axes, first: float, last: float) -> None:
    """Ticks between two times, which are years with their fractions; limits of the axis are the caller's."""
    from matplotlib.ticker import FixedLocator, MaxNLocator

    if last - first > 3:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=_MOST_TICKS - 1))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
        return
    months = [date(year, month, 1) for year in range(max(int(first), 1), min(int(last) + 1, 9999) + 1) for month in range(1, 13)]
    inside = [each for each in months if first <= year_of(each.toordinal()) <= last]
    step = next((step for step in _STEPS if len(inside) / step <= _MOST_TICKS), _STEPS[-1])
    shown = [each for each in inside if (each.month - 1 + 12 * each.year) % step == 0]
    axes.xaxis.set_major_locator(FixedLocator([year_of(each.toordinal()) for each in shown]))
    axes.set_xticklabels([_name(each, first=not at) for at, each in enumerate(shown)])


def _name(month: date, *, first: bool) -> str:
    """The month; the year where it changes, and at the first tick."""
    name = _MONTHS[month.month - 1]
    return f"{name}\n{month.year}" if first and month.month > 1 else str(month.year) if month.month == 1 else name
