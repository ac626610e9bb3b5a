"""In: all cells of a column, its header. Out: what they prove about its quantities. Room: values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.values.context import ANY_QUANTITY, QuantityContext
from rotgraph.values.quantity import parse_quantity
from rotgraph.values.read import MISSING, read_value

__all__ = ["column_context", "header_context"]

_COMMA = re.compile(
    r"(?<![0-9.,])(?:[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|0,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,})"
    r"(?![0-9.,])"
)
_POINT = re.compile(
    r"(?<![0-9.,])(?:[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|0?\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,})"
    r"(?![0-9.,])"
)
_BRACKETED = re.compile(r"\([$€£¥]?\s?[0-9][0-9.,]*\s?(?:[KMBT]|bn|%|x)?\)%?")
_INSIDE = re.compile(r"(?:[$€£¥]|[A-Z]{3})\s?\([0-9][0-9.,]*\)")
_SIGNED = re.compile(r"~?[+\-−–]\s?[$€£¥]?\s?[0-9]")
_IN_HEADER = re.compile(
    r"[(\[]\s*(?:in\s+)?([^()\[\]]{1,24}?)\s*[)\]]\s*$|(?:,|\sin)\s+([^\s,]{1,8}(?:\s(?:bn|mn|million|billion)s?)?)\s*$"
)
_LAST_SIGN = re.compile(r"(?:^|\s)(%|pp|bps?)\s*$")
_LONGEST_HEADER = 120
_KNOWN = ("percent", "point", "duration", "money", "number")


def column_context(texts: Sequence[str], header: str = "", *, unit: str = "", currency: str = "") -> QuantityContext:
    """What the cells of a column prove: its decimal separator, accounting's brackets, percentages, money and its currency.

    ``unit`` and ``currency`` are what the field declares; they win over what the header says, and that over the cells.

    Example:
        >>> column_context(["1,25", "3,5", "1,234"]).decimal
        'comma'
        >>> column_context(["12.4%", "(5%)", "3%"]).accounting
        True
    """
    dimensions: Counter[str] = Counter()
    currencies: Counter[str] = Counter()
    commas = points = bracketed = inside = signed = plain = filled = 0
    for text in texts:
        text = text.strip()
        filled += text not in MISSING
        if _BRACKETED.fullmatch(text):
            bracketed += 1
            continue
        if not any(letter.isdigit() for letter in text[:24]):
            continue
        inside += _INSIDE.match(text) is not None
        commas += _COMMA.search(text) is not None
        points += _POINT.search(text) is not None
        signed += _SIGNED.match(text) is not None
        found = read_value(text)
        if isinstance(found, Quantity):
            plain += 1
            kind, code = _dimension(found.unit)
            dimensions[kind] += 1
            if code:
                currencies[code] += 1
    said = header_context(header)
    return QuantityContext(
        unit or said.unit or _majority(dimensions, filled),
        "mixed" if commas and points else "comma" if commas else "point" if points else "",
        bool(inside or (bracketed and plain and not signed)),
        dimensions["percent"] * 2 > plain or said.unit == "percent",
        currency or said.currency or (next(iter(currencies)) if len(currencies) == 1 else ""),
        said.bare_unit,
        said.bare_factor,
    )


def _dimension(unit: str) -> tuple[str, str]:
    """The dimension as contexts name it, and the currency."""
    kind, _, code = unit_of(unit.partition("/")[0]).dimension.partition(":")
    return ("money", code) if kind == "currency" else (kind, "")


def _majority(dimensions: Counter[str], filled: int) -> str:
    """The dimension of more than half of the cells, if contexts know it."""
    for dimension, count in dimensions.most_common(1):
        if count * 2 > filled and dimension in _KNOWN:
            return dimension
    return ""


def header_context(header: str) -> QuantityContext:
    """What a header says of the bare numbers under it: ``Weight (%)``, ``Revenue ($M)``, ``Length (years)``, ``Change %``.

    Example:
        >>> header_context("Revenue ($M)").bare_factor
        Decimal('1000000')
    """
    if len(header) > _LONGEST_HEADER:
        return ANY_QUANTITY
    sign = _LAST_SIGN.search(header)
    inside = _IN_HEADER.search(header)
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
    """One of what a header says: ``1 $M``, ``1x``."""
    if said[0].isdigit():
        return None
    for written in (f"1 {said}", f"1{said}"):
        found = parse_quantity(written)
        if isinstance(found, Quantity) and not found.remark and found.out_of is None:
            return found
    return None
