"""In: all cells of a column, its header. Out: what they prove about its quantities. Room: values."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from rotgraph.late import regex
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.values.context import ANY_QUANTITY, QuantityContext
from rotgraph.values.quantity import parse_quantity
from rotgraph.values.read import MISSING, read_value
from rotgraph.values.words import SCORES

__all__ = ["column_context", "header_context"]

_COMMA = regex(
    r"(?<![0-9.,])(?:[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|0,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,})"
    r"(?![0-9.,])"
)
_POINT = regex(
    r"(?<![0-9.,])(?:[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|0?\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}"
    r"|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?)(?![0-9.,])"
)
_BRACKETED = regex(
    r"\((?P<money>[A-Z]{0,3}[$€£¥₩₹]|[A-Z]{3})?\s?[0-9][0-9.,]*(?P<unit>\s?(?:[KMBTkmb]|bn|mn|mm|tn|million|billion|%|x))?\)%?"
)
_INSIDE = regex(r"(?:[$€£¥]|[A-Z]{3})\s?\([0-9][0-9.,]*\)")
_SIGNED = regex(r"~?(?:(\+)|[\-−–])\s?[$€£¥]?\s?[0-9]")
_IN_HEADER = regex(
    r"[(\[]\s*(?:in\s+)?([^()\[\]]{1,24}?)\s*[)\]]\s*$|(?:,|\sin)\s+([^\s,]{1,8}(?:\s(?:bn|mn|million|billion)s?)?)\s*$"
)
_HOLDS_UNIT = regex(r"[(\[,]")
_LAST_SIGN = regex(r"(?:^|\s)(%|pp|bps?|[$€£¥₩₹](?:[KMBTkm]|bn|mn|mm|tn|cr)?)\s*$")
_SIGNS = frozenset("%p$€£¥₩₹")
_THOUSANDS = regex(r"['’]?000s?|['’]000")
_BETWEEN = regex(r"[\s,]+(?:in\s+)?")
_LONGEST_HEADER = 120
_CACHED_LENGTH = 120
_SCORED = QuantityContext(scores=True)
_KNOWN = ("percent", "point", "duration", "money", "number")


def column_context(texts: Sequence[str], header: str = "", *, unit: str = "", currency: str = "") -> QuantityContext:
    """What the cells of a column prove: its decimal separator, accounting's brackets, percentages, money and its currency.

    ``unit`` and ``currency`` are what the field declares; they win over what the header says, and that over the cells.

    Example:
        >>> column_context(["1,25", "3,5", "1,234"]).decimal
        'comma'
        >>> column_context(["12.4%", "(5%)", "3%"]).accounting, column_context(["(1)", "(2)"]).accounting
        (True, False)
    """
    dimensions: dict[str, int] = {}
    currencies: set[str] = set()
    commas = points = bracketed = measured = inside = signed = plus = plain = filled = 0
    for text in texts:
        text = text.strip()
        if text in MISSING:
            continue
        filled += 1
        cell = _shown_by(text) if len(text) <= _CACHED_LENGTH else _shown(text)
        if cell is None:
            continue
        bracketed += cell.bracketed
        measured += cell.measured
        inside += cell.inside
        commas += cell.comma
        points += cell.point
        signed += cell.signed
        plus += cell.plus
        if cell.dimension:
            plain += 1
            dimensions[cell.dimension] = dimensions.get(cell.dimension, 0) + 1
            if cell.currency:
                currencies.add(cell.currency)
    said = header_context(header)
    return QuantityContext(
        unit or said.unit or _majority(dimensions, filled),
        "mixed" if commas and points else "comma" if commas else "point" if points else "",
        bool(inside or (not signed and (not plus or bracketed > 1) and ((bracketed and plain) or (measured and bracketed > 1)))),
        dimensions.get("percent", 0) * 2 > plain or said.unit == "percent",
        currency or said.currency or (next(iter(currencies)) if len(currencies) == 1 else ""),
        said.bare_unit,
        said.bare_factor,
        said.scores,
    )


class _Cell(NamedTuple):
    """What one cell with a number in it shows."""

    bracketed: bool = False
    measured: bool = False
    """In brackets with a currency, a unit or a decimal: no mark of a footnote, no number of a list."""
    inside: bool = False
    """Brackets behind a currency."""
    comma: bool = False
    point: bool = False
    signed: bool = False
    """Below zero by a sign: then brackets say something else."""
    plus: bool = False
    """Above zero by a sign: then one bracket alone may say something else."""
    dimension: str = ""
    """Of the quantity that it is; empty if it is none."""
    currency: str = ""


def _shown(text: str) -> _Cell | None:
    """What a cell shows; None if it holds no number near its beginning."""
    brackets = _BRACKETED.fullmatch(text) if text.startswith("(") else None
    if brackets is not None:
        measured = bool(brackets["money"] or brackets["unit"]) or any(mark in text for mark in ".,%")
        return _Cell(bracketed=True, measured=measured)
    if not any(letter.isdigit() for letter in text[:24]):
        return None
    found = read_value(text)
    sign = _SIGNED.match(text)
    dimension, currency = _dimension(found.unit) if isinstance(found, Quantity) else ("", "")
    return _Cell(
        inside=_INSIDE.match(text) is not None,
        comma=_COMMA.search(text) is not None,
        point=_POINT.search(text) is not None,
        signed=sign is not None and sign[1] is None,
        plus=sign is not None and sign[1] is not None,
        dimension=dimension,
        currency=currency,
    )


_shown_by = lru_cache(maxsize=1 << 15)(_shown)


@lru_cache(maxsize=1024)
def _dimension(unit: str) -> tuple[str, str]:
    """The dimension as contexts name it, and the currency."""
    kind, _, code = unit_of(unit.partition("/")[0]).dimension.partition(":")
    return ("money", code) if kind == "currency" else (kind, "")


def _majority(dimensions: dict[str, int], filled: int) -> str:
    """The dimension of more than half of the cells, if contexts know it."""
    return next((each for each, count in dimensions.items() if count * 2 > filled and each in _KNOWN), "")


@lru_cache(maxsize=4096)
def header_context(header: str) -> QuantityContext:
    """What a header says of the bare numbers under it: ``Weight (%)``, ``Revenue ($M)``, ``Length (years)``, ``Change %``,
    ``Rating``.

    Example:
        >>> header_context("Revenue ($M)").bare_factor
        Decimal('1000000')
    """
    if len(header) > _LONGEST_HEADER:
        return ANY_QUANTITY
    if header.partition("(")[0].rstrip(" :").rpartition(" ")[2].casefold() in SCORES:
        return _SCORED
    sign = _LAST_SIGN.search(header) if not _SIGNS.isdisjoint(header) else None
    inside = _IN_HEADER.search(header) if "in" in header or _HOLDS_UNIT.search(header) else None
    if sign is None and inside is None:
        return ANY_QUANTITY
    said = sign[1] if sign is not None else (inside[1] or inside[2]) if inside is not None else ""
    one = _one(said)
    if one is None or one.value is None:
        return ANY_QUANTITY
    kind, currency = _dimension(one.unit)
    known = kind if kind in _KNOWN and one.unit else ""
    return replace(ANY_QUANTITY, unit=known, currency=currency, bare_unit=one.unit, bare_factor=Decimal(one.value))


def _one(said: str) -> Quantity | None:
    """One of what a header says: ``1 $M``, ``1x``, ``AED 1 thousand``."""
    said = _THOUSANDS.sub(" thousand", said).strip()
    if not said or said[0].isdigit():
        return None
    first, _, scale = _BETWEEN.sub(" ", said).partition(" ")
    for written in (f"1 {said}", f"1{said}", *((f"{first}1 {scale}", f"{first} 1 {scale}") if scale else ())):
        found = parse_quantity(written)
        if isinstance(found, Quantity) and not found.remark and found.out_of is None:
            return found
    return None
