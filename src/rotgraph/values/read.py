"""In: a cell without markup, and what its field and column know. Out: its best reading. Room: values.

Cells repeat, so readings are cached by text and context.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import msgspec

from rotgraph.late import dataclass, regex, replace
from rotgraph.model.value import Period, Precision, Quantity
from rotgraph.values.adorned import adornment, plainly
from rotgraph.values.context import ANY_PERIOD, ANY_QUANTITY, PeriodContext, QuantityContext
from rotgraph.values.doubt import Doubt
from rotgraph.values.footnotes import unmarked
from rotgraph.values.period import parse_period
from rotgraph.values.points import opens_period
from rotgraph.values.quantity import parse_quantity
from rotgraph.values.scan import opens_quantity

__all__ = ["ANY", "MISSING", "Missing", "Value", "ValueContext", "classify", "is_missing", "leading_period", "read_value"]

MISSING: frozenset[str] = frozenset(("", "—", "–", "-", "--", "n/a", "N/A", "TBD", "?"))
"""Marks of a missing value, exactly these; ``NA``, ``NO`` and ``0`` are values."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A cell that says there is no value; kept as evidence."""

    text: str


Value: TypeAlias = Missing | Quantity | Period | int | str | Doubt


class ValueContext(msgspec.Struct, frozen=True, gc=False):
    """What is known before a cell is read."""

    kind: str = "any"
    """``any``, or what the field or the column's majority says: ``quantity duration period integer text``."""
    quantity: QuantityContext = ANY_QUANTITY
    period: PeriodContext = ANY_PERIOD


ANY = ValueContext()

_WORD = regex(r"[^\W\d_]+")
_BARE_YEAR = regex(r"(?:19|20)[0-9]{2}")
_NUMBER_ONLY = regex(r"[+\-−]?[0-9]+(?:\.[0-9]+)?%?")
_INTEGER = regex(r"[+\-−]?[0-9]{1,18}")
_BESIDE = regex(r"\s?\(|,\s(?=[^\s0-9])|;\s|\s[—–-]\s(?=[^\s0-9])|:\s")
_CACHED_LENGTH = 120
_SOME_YEAR = PeriodContext(year=2000)
_LONGEST_PART = 12
_DURATION_UNITS = ("month", "day")


def is_missing(text: str) -> bool:
    """Whether a cell is a missing mark (ruling 15)."""
    return text.strip() in MISSING


def read_value(text: str, context: ValueContext = ANY) -> Value:
    """The best reading of a cell: by its kind, else missing, period, quantity, text, in that order.

    Example:
        >>> read_value("2026").edtf
        '2026'
        >>> read_value("Broadly down")
        'Broadly down'
    """
    text = text.strip()
    if not text.isascii() and (adornment(text) or plainly(text) != text):
        return _unadorned(text, context)
    return _cached(text, context) if len(text) <= _CACHED_LENGTH else _read(text, context)


def _unadorned(text: str, context: ValueContext) -> Value:
    """A value with pictures before it, in wide digits, between marks of direction; words stay as they are written."""
    marks = adornment(text)
    plain = plainly(text[len(marks) :]).strip()
    found = read_value(plain, context)
    if isinstance(found, Quantity) and marks:
        return replace(found, remark=f"{marks.strip()} {found.remark}".strip())
    if isinstance(found, Quantity) and not found.remark:
        return replace(found, text=text)
    if isinstance(found, Period) and not marks:
        return replace(found, text=text)
    return text if isinstance(found, str) else found


def _read(text: str, context: ValueContext) -> Value:
    if text in MISSING:
        return Missing(text)
    kind = context.kind
    if kind == "text":
        return text
    if kind == "integer":
        return _integer(text)
    if kind == "period":
        return leading_period(text, context.period)[0] or text
    if kind == "quantity" or kind == "duration":
        return _quantity(text, context)
    return _any(text, context)


_cached = lru_cache(maxsize=65_536)(_read)


def _integer(text: str) -> int | str:
    """A whole number, its thousands parted or not; whatever is doubtful or has a unit is text."""
    if _INTEGER.fullmatch(text):
        return int(text.replace("−", "-"))
    found = parse_quantity(text)
    if not isinstance(found, Quantity) or found.value is None or found.value != int(found.value):
        return text
    doubtful = found.unit or found.remark or found.approximate or found.estimate or found.out_of or found.ordinal
    return text if doubtful else int(found.value)


def _quantity(text: str, context: ValueContext) -> Value:
    """In a column of quantities a leading quantity is the value and the rest its remark; a year before words is no value."""
    found = parse_quantity(text, context.quantity)
    if found is None:
        return text
    if isinstance(found, Quantity) and found.remark and not found.unit:
        period = parse_period(text, context.period) if text[0].isdigit() else None
        if isinstance(period, Period):
            return period  # `30 June 2025` is no number 30
        if _is_year(found):
            return text
    return found


def _any(text: str, context: ValueContext) -> Value:
    word = _WORD.match(text)
    if word is not None and not _opens_value(word[0]):
        return text
    if _NUMBER_ONLY.fullmatch(text) and not _BARE_YEAR.fullmatch(text):
        return parse_quantity(text, context.quantity) or text
    period = parse_period(text, context.period)
    if period is None and text.endswith(")") and "0" <= text[0] <= "9":
        leading, remark = leading_period(text, context.period)
        if not remark.startswith("("):
            period = leading  # `2025 (full year)` is no number 2025
    if isinstance(period, Period) and period.inferred and text.isalpha():
        return text  # `May` and `Fall` are months and seasons only where their column says so
    if isinstance(period, Period):
        return period
    quantity = parse_quantity(text, context.quantity)
    if isinstance(quantity, Quantity):
        return text if quantity.remark and (_is_plain(quantity, text) or _is_year(quantity)) else quantity
    return period if isinstance(period, Doubt) else quantity if quantity is not None else text


@lru_cache(maxsize=1 << 14)
def _opens_value(word: str) -> bool:
    """Whether a quantity or a period may begin with a word; most cells are words that no value begins with."""
    return opens_quantity(word) or opens_period(word)


def _is_year(quantity: Quantity) -> bool:
    return not quantity.unit and _BARE_YEAR.fullmatch(quantity.text) is not None


def _is_plain(quantity: Quantity, text: str) -> bool:
    """A bare number before words (``715 Fifth Avenue``) is a value only where its column says so; in brackets they are a
    remark, and so is the mark of a footnote."""
    return (
        not quantity.unit
        and quantity.value is not None
        and quantity.out_of is None
        and not quantity.approximate
        and quantity.text[0].isdigit()
        and not text[len(quantity.text) :].lstrip().startswith(("(", "["))
        and unmarked(text) != quantity.text
    )


def leading_period(text: str, context: PeriodContext = ANY_PERIOD) -> tuple[Period | Doubt | None, str]:
    """The period a text is or begins with, and what stands beside it: ``Jan 2026 (planned)``.

    Example:
        >>> leading_period("Jan 2026 (planned)")[1]
        'planned'
    """
    found = parse_period(text, context)
    if found is not None:
        return found, ""
    beside = _BESIDE.search(text)
    if beside is None:
        return None, ""
    found = parse_period(text[: beside.start()], context)
    if found is None:
        return None, ""
    remark = text[beside.start() :].strip().lstrip(",;:—–").strip()
    if remark.startswith("(") and remark.find(")") == len(remark) - 1:
        remark = remark[1:-1].strip()
    return found, remark


def classify(text: str) -> str:
    """The kind a lone cell looks like: ``missing period duration quantity text``; a doubt counts as what it may be."""
    return _kind_of(text) if len(text) <= _CACHED_LENGTH else _kind(text)


def _kind(text: str) -> str:
    found = read_value(text)
    if isinstance(found, Missing):
        return "missing"
    if isinstance(found, Period):
        return "period"
    if isinstance(found, Quantity):
        return "duration" if found.unit in _DURATION_UNITS else "quantity"
    if isinstance(found, Doubt):
        return "quantity" if found.code in ("RG301", "RG302") else "period"
    return "period" if _is_part_of_year(text.strip()) else "text"


_kind_of = lru_cache(maxsize=65_536)(_kind)
"""A column is asked for its cells' kinds by every reading that it may have."""


def _is_part_of_year(text: str) -> bool:
    """``Jan``, ``Q2``, ``H1``: in a column of such cells they are periods that lack their year."""
    found = parse_period(text, _SOME_YEAR) if len(text) <= _LONGEST_PART else None
    return isinstance(found, Period) and found.precision in (Precision.MONTH, Precision.QUARTER, Precision.HALF)
