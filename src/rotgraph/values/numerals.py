"""In: the digits and separators of one number. Out: an exact decimal, a doubt about separators, or None. Room: values.

ASCII digits only. A number of more than `MAX_DIGITS` digits or with an exponent beyond `MAX_EXPONENT` is no quantity but text:
exact arithmetic on it would cost more than it tells.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import NamedTuple

from rotgraph.late import regex
from rotgraph.values.words import FRACTIONS

__all__ = ["EXACT", "MAX_DIGITS", "MAX_EXPONENT", "NUMBER", "Unsure", "read_number"]

MAX_DIGITS = 100
MAX_EXPONENT = 999

EXACT = Context(prec=4 * (MAX_DIGITS + MAX_EXPONENT), rounding=ROUND_HALF_EVEN, Emax=999_999, Emin=-999_999)
"""Sums and products of what can be written here are exact in it."""

_FRACTION = "".join(FRACTIONS)
NUMBER = regex(
    r"(?P<digits>"
    r"[0-9]{1,3}(?:[\u00a0\u202f\u2009'’][0-9]{3})+(?![0-9])(?:[.,][0-9]+)?"
    r"|[0-9]{1,3}(?: [0-9]{3})+(?![0-9A-Za-z])(?:[.,][0-9]+)?"
    r"|[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]{1,6}(?![0-9A-Za-z.]))?"
    r"|\.[0-9]+"
    rf")(?P<part>[{_FRACTION}])?|(?P<alone>[{_FRACTION}])"
)
_SPACES = regex(r"[ \u00a0\u202f\u2009'’]")
_GROUPED = regex(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_INDIAN = regex(r"[1-9][0-9]?(?:,[0-9]{2})*,[0-9]{3}")


class Unsure(NamedTuple):
    """Two ways to read the separators of a number."""

    readings: tuple[str, ...]


def read_number(match: re.Match[str], decimal: str, *, european: bool = False, indian: bool = False) -> Decimal | Unsure | None:
    """The number that a match of `NUMBER` shows.

    ``decimal`` is what the column proves (``comma``, ``point``, ``mixed``, or nothing); ``european`` and ``indian`` are what stands
    beside the number: a scale such as ``Mrd``, the rupee. Groups of two (``12,34,567``) are certain beside the rupee, and in a
    column that nothing says writes the decimal comma.
    """
    alone = match["alone"]
    if alone is not None:
        return FRACTIONS[alone]
    digits = match["digits"]
    if len(digits) > MAX_DIGITS:
        return None
    number = _plain(digits) if digits.isdigit() else _separated(digits, decimal, european=european, indian=indian)
    part = match["part"]
    if part is None or not isinstance(number, Decimal):
        return number
    return EXACT.add(number, FRACTIONS[part]) if digits.isdigit() else None


def _plain(digits: str) -> Decimal | None:
    """A whole number; a leading zero makes it a code (``000660``)."""
    return Decimal(digits) if digits[0] != "0" or len(digits) == 1 else None


def _separated(written: str, decimal: str, *, european: bool, indian: bool) -> Decimal | Unsure | None:
    if "e" in written or "E" in written:
        number = Decimal(written.replace(",", ".")) if written.count(",") + written.count(".") <= 1 else None
        return number if number is not None and abs(int(number.as_tuple().exponent)) <= MAX_EXPONENT else None
    text = _SPACES.sub("", written)
    spaced = len(text) != len(written)
    points, commas = text.count("."), text.count(",")
    if spaced:
        return Decimal(text.replace(",", "."))
    if points and commas:
        return _both(text, indian=indian or decimal == "point")
    if commas > 1 or points > 1:
        if _GROUPED.fullmatch(text):
            return Decimal(text.replace(",", "").replace(".", ""))
        if commas and _INDIAN.fullmatch(text):
            digits = text.replace(",", "")
            return Decimal(digits) if indian or decimal == "point" else Unsure((f"{int(digits):,}",))
        return None
    whole, _, part = text.partition("," if commas else ".")
    if len(whole) > 1 and whole[0] == "0":
        return None
    as_decimal, as_thousands = Decimal(f"{whole or '0'}.{part}"), Decimal((whole or "0") + part)
    if len(part) != 3 or len(whole) > 3 or whole in ("", "0"):
        return Unsure((f"{whole}.{part}",)) if commas and decimal == "point" and whole else as_decimal
    if decimal == "mixed" or (european and not decimal):
        return Unsure((f"{whole}.{part}0", f"{whole}{part}"))
    comma_is_decimal = decimal == "comma"
    return as_decimal if bool(commas) == comma_is_decimal else as_thousands


def _both(text: str, *, indian: bool) -> Decimal | Unsure | None:
    """Points and commas: the last one is the decimal separator and stands once, the other one groups."""
    cut = max(text.rfind("."), text.rfind(","))
    whole, mark, part = text[:cut], text[cut], text[cut + 1 :]
    if mark in whole:
        return None
    if _GROUPED.fullmatch(whole):
        return Decimal(f"{whole.replace(',', '').replace('.', '')}.{part}")
    if mark == "." and _INDIAN.fullmatch(whole):
        number = whole.replace(",", "")
        return Decimal(f"{number}.{part}") if indian else Unsure((f"{int(number):,}.{part}",))
    return None
