"""In: the cells of a column of periods, in order. Out: each with the year its neighbours or its caption give. Room: values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from rotgraph.model.value import Period
from rotgraph.values.calendar import month_of
from rotgraph.values.context import ANY_PERIOD, PeriodContext
from rotgraph.values.doubt import Doubt
from rotgraph.values.period import parse_period

__all__ = ["complete_years", "year_of"]

_SOME_YEAR = 2000


def year_of(period: Period) -> int:
    """The calendar year of its first day."""
    return month_of(period.start)[0]


def complete_years(texts: Sequence[str], context: PeriodContext = ANY_PERIOD) -> tuple[Period | Doubt | None, ...]:
    """The periods of a column, those without a year completed from the rows around them, else from ``context``.

    ``Oct 29, 2025``, ``Late Oct``, ``Nov 2025``: the year is the one that keeps the order of the rows (which may run either way);
    with a neighbour on one side only, the one nearest to it. What stays open is a `Doubt` or None.

    Example:
        >>> [str(period) for period in complete_years(["Oct 29, 2025", "Late Oct", "Nov 2025"])]
        ['Oct 29, 2025', 'Late Oct 2025', 'Nov 2025']
    """
    alone = replace(context, year=None, near=None)
    found = [parse_period(text, alone) for text in texts]
    written = [period if isinstance(period, Period) else None for period in found]
    if not any(written):
        return tuple(parse_period(text, context) for text in texts)
    following = _following(written)
    direction = _direction(written)
    before: Period | None = None
    for row, text in enumerate(texts):
        if written[row] is None and _lacks_year(found[row], text, context):
            found[row] = _between(text, before, following[row], direction, context) or found[row]
        period = found[row]
        if isinstance(period, Period):
            before = period
    return tuple(found)


def _lacks_year(found: Period | Doubt | None, text: str, context: PeriodContext) -> bool:
    if isinstance(found, Doubt):
        return found.code == "RG305"
    return found is None and isinstance(parse_period(text, replace(context, year=_SOME_YEAR)), Period)


def _following(written: list[Period | None]) -> list[Period | None]:
    """For each row the next one below that has a year of its own."""
    result: list[Period | None] = [None] * len(written)
    below: Period | None = None
    for row in range(len(written) - 1, -1, -1):
        result[row] = below
        below = written[row] or below
    return result


def _direction(written: list[Period | None]) -> int:
    """1 if the rows run forward in time, -1 backward, 0 if nothing shows it."""
    starts = [period.start for period in written if period is not None]
    forward = sum(one < two for one, two in pairwise(starts))
    backward = sum(one > two for one, two in pairwise(starts))
    return (forward > 0 and backward == 0) - (backward > 0 and forward == 0)


def _between(
    text: str, before: Period | None, after: Period | None, direction: int, context: PeriodContext
) -> Period | Doubt | None:
    """The reading whose year fits between two neighbours."""
    near = before or after
    if near is None:
        return parse_period(text, context)
    years = sorted({year_of(period) + step for period in (before, after) if period is not None for step in (-1, 0, 1)})
    readings = [period for year in years if isinstance(period := parse_period(text, replace(context, year=year)), Period)]
    if before is not None and after is not None and direction:
        first, last = (before, after) if direction > 0 else (after, before)
        fitting = [period for period in readings if first.start <= period.start and period.start < max(last.end, first.end)]
        if len(fitting) == 1:
            return fitting[0]
        if len(fitting) > 1:
            options = tuple(period.text for period in fitting)
            return Doubt(text, f"`{text}` names no year, and its neighbours leave several", options, "RG305")
    return min(readings, key=lambda period: abs(period.start - near.start), default=None)
