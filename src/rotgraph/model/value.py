"""In: nothing. Out: the values a fact can have. Room: model.

Every value keeps its lexical form. Numbers are exact decimals; an open bound is a flag and a missing number, never an
infinite one. Days are proleptic Gregorian ordinals as `datetime.date.toordinal` counts them, but unbounded, so that EDTF's
far years fit.
"""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal
from enum import Enum, IntEnum

from rotgraph.late import dataclass

__all__ = ["Kind", "Period", "Precision", "Quantity", "iso_day"]


_EXACT = Context(prec=10_000, Emax=999_999, Emin=-999_999)
"""Wide enough for whatever can be written: the default context rounds at 28 digits."""
_HALF = Decimal("0.5")


class Kind(IntEnum):
    """The kinds a value can have in the graph; the numbers stand in its columns."""

    THING = 1
    TEXT = 2
    QUANTITY = 3
    PERIOD = 4
    INTEGER = 5


class Precision(Enum):
    """How finely a period was written."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    HALF = "half"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    RANGE = "range"


@dataclass(frozen=True, slots=True, repr=False)
class Quantity:
    """A number with a unit, as exactly and as doubtfully as it was written.

    Units: percent as printed (18, not 0.18); money unscaled (``$530B`` is 530000000000 USD); durations in months or days
    (``18 months`` is 18 month, ``2 weeks`` is 14 day); ``150bp`` is 150 bp.

    Example:
        >>> graph.query("fund_flows where fund is XMAG show value").to_dicts()[-1]["value"][0]
        <Quantity '~$38M': 38000000 USD, approximate>
    """

    text: str
    """As written, without markup and without its remark: what tables print."""
    value: Decimal | None
    """The point, if one was written; None for ranges and one-sided values."""
    low: Decimal | None
    """Lower bound; None if there is none."""
    high: Decimal | None
    """Upper bound; None if there is none."""
    unit: str = ""
    low_open: bool = False
    """The lower bound itself is excluded (``>75%``); True too where there is no lower bound."""
    high_open: bool = False
    approximate: bool = False
    estimate: bool = False
    out_of: Decimal | None = None
    """The 11 of ``7 of 11``."""
    remark: str = ""
    """What stood beside the value: ``longest since 1990``."""
    ordinal: bool = False

    @property
    def middle(self) -> Decimal | None:
        """What it sorts and averages by: the point, the midpoint of a range, the finite bound of a one-sided value."""
        if self.value is not None:
            return self.value
        if self.low is not None and self.high is not None:
            return _EXACT.multiply(_EXACT.add(self.low, self.high), _HALF)
        return self.low if self.low is not None else self.high

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        """What was written, and what it was read as: ``<Quantity '~85pp': 85 pp, approximate>``."""
        number = self._bounds() if self.value is None else f"{self.value:f}"
        words = [f"{number} {self.unit}".strip()]
        if self.out_of is not None:
            words.append(f"out of {self.out_of:f}")
        words += [name for name in ("approximate", "estimate", "ordinal") if getattr(self, name)]
        words += [f"remark {self.remark!r}"] if self.remark else []
        return f"<Quantity {self.text!r}: {', '.join(words)}>"

    def _bounds(self) -> str:
        """An interval as mathematics writes it: ``[40, 50]``, ``(75, …)``."""
        low, high = (f"{bound:f}" if bound is not None else "…" for bound in (self.low, self.high))
        return f"{'(' if self.low_open else '['}{low}, {high}{')' if self.high_open else ']'}"

    def _repr_html_(self) -> str:
        from html import escape


        return escape(self.text)


@dataclass(frozen=True, slots=True, repr=False)
class Period:
    """A stretch of days ``[start, end)``.

    ``text`` is what tables print: as written, completed where the surroundings completed it (``Jun 2025`` for a bare ``Jun``).

    Example:
        >>> graph.query("episodes where period = 2020 Q4 show period")[0].period
        <Period '2020 Q4': 2020-10-01 to 2021-01-01, quarter>
    """

    text: str
    start: int
    """First day, an ordinal."""
    end: int
    """The day after the last one."""
    precision: Precision
    approximate: bool = False
    open_start: bool = False
    open_end: bool = False
    """It goes on (``since Oct 29``, ``2026`` + Ongoing): ``end`` is then the end of what was written."""
    inferred: bool = False
    """A part of it came from the surroundings."""
    edtf: str = ""

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        """What was written, and the days it was read as, the end exclusive: ``<Period '2022': 2022-01-01 to 2023-01-01, year>``."""
        words = [f"{iso_day(self.start)} to {iso_day(self.end)}", self.precision.value]
        flags = ("approximate", "open_start", "open_end", "inferred")
        words += [name.replace("_", " ") for name in flags if getattr(self, name)]
        return f"<Period {self.text!r}: {', '.join(words)}>"

    def _repr_html_(self) -> str:
        from html import escape


        return escape(self.text)

    @property
    def start_date(self) -> date:
        """The first day.

        Raises:
            ValueError: it lies outside the years 1 to 9999, which `date` has no others of.
        """
        return date.fromordinal(self.start)

    @property
    def end_date(self) -> date:
        """The day after the last one; raises as `start_date` does."""
        return date.fromordinal(self.end)


_LAST = date.max.toordinal()
_CYCLE_DAYS, _CYCLE_YEARS = 146_097, 400


def iso_day(day: int) -> str:
    """A day ordinal as ISO 8601, with a sign and as many digits as the year needs outside 0001 to 9999.

    Example:
        >>> iso_day(date(2026, 1, 15).toordinal())
        '2026-01-15'
    """
    if 1 <= day <= _LAST:
        return date.fromordinal(day).isoformat()
    cycles, rest = divmod(day - 1, _CYCLE_DAYS)
    inside = date.fromordinal(rest + 1)
    year = inside.year + cycles * _CYCLE_YEARS
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    return f"{sign}{abs(year):04d}-{inside.month:02d}-{inside.day:02d}"
