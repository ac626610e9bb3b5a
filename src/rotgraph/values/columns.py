"""In: all cells of a column, its header. Out: what they prove about its quantities. Room: values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.values.context import QuantityContext
from rotgraph.values.quantity import parse_quantity

__all__ = ["column_context"]

_COMMA = re.compile(r"(?<![0-9.,])(?:[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|0,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,})(?![0-9.,])")
_POINT = re.compile(r"(?<![0-9.,])(?:[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|0?\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,})(?![0-9.,])")
_BRACKETED = re.compile(r"\([$€£¥]?\s?[0-9][0-9.,]*\s?(?:[KMBT]|bn|%|x)?\)%?")
_INSIDE = re.compile(r"(?:[$€£¥]|[A-Z]{3})\s?\([0-9][0-9.,]*\)")
_SIGNED = re.compile(r"~?[+\-−–]\s?[$€£¥]?\s?[0-9]")


def column_context(texts: Sequence[str], *, unit: str = "", currency: str = "") -> QuantityContext:
    """What the cells of a column prove: its decimal separator, accounting's brackets, percentages, money and its currency.

    ``unit`` and ``currency`` are what the field declares or the header says; they win.

    Example:
        >>> column_context(["1,25", "3,5", "1,234"]).decimal
        'comma'
        >>> column_context(["12.4%", "(5%)", "3%"]).accounting
        True
    """
    dimensions: Counter[str] = Counter()
    currencies: Counter[str] = Counter()
    commas = points = bracketed = inside = signed = plain = 0
    for text in texts:
        text = text.strip()
        if not text:
            continue
        if _BRACKETED.fullmatch(text):
            bracketed += 1
            continue
        if _INSIDE.match(text):
            inside += 1
        commas += _COMMA.search(text) is not None
        points += _POINT.search(text) is not None
        signed += _SIGNED.match(text) is not None
        found = parse_quantity(text)
        if isinstance(found, Quantity):
            plain += 1
            dimension = unit_of(found.unit.partition("/")[0]).dimension
            kind, _, code = dimension.partition(":")
            dimensions["money" if kind == "currency" else kind] += 1
            if kind == "currency":
                currencies[code] += 1
    return QuantityContext(
        unit or _majority(dimensions, plain),
        "mixed" if commas and points else "comma" if commas else "point" if points else "",
        bool(inside or (bracketed and plain and not signed)),
        dimensions["percent"] * 2 > plain,
        currency or (next(iter(currencies)) if len(currencies) == 1 else ""),
    )


def _majority(dimensions: Counter[str], plain: int) -> str:
    """The dimension of more than half of the quantities, if contexts know it."""
    for dimension, count in dimensions.most_common(1):
        if count * 2 > plain and dimension in ("percent", "point", "duration", "money", "number"):
            return dimension
    return ""
