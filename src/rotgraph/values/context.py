"""In: all cells of a column. Out: what they prove about each of them. Room: values.

A context is what a column, a field or the text around knows: nothing is assumed that no cell shows. Contexts are msgspec structs:
readings are kept by text and context, and a frozen dataclass takes six times as long to hash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from rotgraph.late import regex

__all__ = ["ANY_PERIOD", "ANY_QUANTITY", "PeriodContext", "QuantityContext", "period_column_context"]


class QuantityContext(msgspec.Struct, frozen=True, gc=False):
    """What a column or a field knows about its quantities."""

    unit: str = ""
    """Its dimension: ``percent``, ``point``, ``duration``, ``money``, ``number``; empty if nothing is known."""
    decimal: str = ""
    """``comma`` or ``point`` if some cell proves it, ``mixed`` if some prove one and some the other."""
    accounting: bool = False
    """``(5%)`` is -5%: some cell shows it."""
    percentages: bool = False
    """The other values are percentages: ``~Flat`` is about 0%."""
    currency: str = ""
    """The currency of an amount that names none, and which of its currencies ``¥`` is."""
    bare_unit: str = ""
    """The unit of a number that is written without one: the header is ``Weight (%)`` or ``Revenue ($M)``."""
    bare_factor: Decimal = Decimal(1)
    """What such a number is multiplied by: 1000000 under ``Revenue ($M)``, 12 (month) under ``Length (years)``."""
    scores: bool = False
    """``8/10`` is 8 of 10: the header is a word such as Rating."""


class PeriodContext(msgspec.Struct, frozen=True, gc=False):
    """What a column, a caption or a heading knows about its periods."""

    year: int | None = None
    """The year of a month or a day that names none."""
    column_is_year_ranges: bool | None = None
    """``2000-02`` is 2000 to 2002 (True) or February 2000 (False); None: nothing shows it."""
    day_first: bool | None = None
    """``12/11/2026`` is 12 November (True) or December 11 (False)."""
    month_years: bool | None = None
    """``Jan-26`` is January 2026 (True) or 26 January (False)."""
    fiscal_year_end: int | None = None
    """The month in which the fiscal year ends, if known; it is named after the calendar year of that month."""
    near: int | None = None
    """Where no year is known, the day to which months and days without one are nearest: the note is called by it."""


ANY_QUANTITY = QuantityContext()
ANY_PERIOD = PeriodContext()

_NN = regex(r"~?([0-9]{2})([0-9]{2})([-–])([0-9]{2})")
_YEARS = regex(r"~?[0-9]{4}\s?[-–—/]\s?[0-9]{4}")
_ISO_DAY = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SLASHED = regex(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-](?:[0-9]{4}|[0-9]{2})")
_MONTH_NN = regex(r"[A-Za-z]{3,9}-([0-9]{2})")


def period_column_context(texts: Sequence[str], when: PeriodContext = ANY_PERIOD) -> PeriodContext:
    """What the cells of a column prove about its periods.

    ``2020-21`` and ``1973-74`` can only be years, so ``2000-02`` beside them is 2000 to 2002; ``2026-05`` and
    ``2025-12-31`` can only be months and days; ``25/11/2026`` proves that days come first. Proofs of both leave it open.

    Args:
        texts: the cells.
        when: what stands around the column says of the years that its cells leave out.

    Example:
        >>> period_column_context(["2000-02", "1973-74"]).column_is_year_ranges
        True
    """
    ranges = months = day_first = month_first = 0
    tails: Counter[int] = Counter()
    for text in texts:
        text = text.strip()
        if match := _NN.fullmatch(text):
            shown, nn = int(match[2]), int(match[4])
            if match[3] != "-" or nn > 12:
                ranges += nn > shown
            elif 1 <= nn <= shown:
                months += 1
        elif _YEARS.fullmatch(text):
            ranges += 1
        elif _ISO_DAY.fullmatch(text):
            months += 1
        elif match := _SLASHED.fullmatch(text):
            first, second = int(match[1]), int(match[2])
            day_first += 12 < first <= 31
            month_first += 12 < second <= 31
        elif match := _MONTH_NN.fullmatch(text):
            tails[int(match[1])] += 1
    return PeriodContext(
        when.year,
        _proved(ranges, months),
        _proved(day_first, month_first),
        _month_years(tails),
        when.fiscal_year_end,
        when.near,
    )


def _proved(for_it: int, against: int) -> bool | None:
    if for_it and not against:
        return True
    return False if against and not for_it else None


def _month_years(tails: Counter[int]) -> bool | None:
    """``Jan-26, Feb-26, Mar-26``: three cells or more that share a number are years; a number over 31 is one too."""
    if any(tail > 31 for tail in tails):
        return True
    if len(tails) and tails.most_common(1)[0][1] >= 3:
        return True
    return None
