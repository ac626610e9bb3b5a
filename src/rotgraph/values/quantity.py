"""In: the text of a cell or of a literal, without markup. Out: a quantity, a doubt, or None. Room: values.

Hand-written: three small regular expressions and tables of words, no backtracking over the whole text, so the time is linear
and a text that is no quantity is refused after its first word.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from rotgraph.model.value import Quantity
from rotgraph.values.context import ANY_QUANTITY, QuantityContext
from rotgraph.values.doubt import Doubt
from rotgraph.values.scan import Side, lead, may_begin, scan_ratio, scan_side
from rotgraph.values.words import ESTIMATES, EXACT_WORDS, ZEROS

__all__ = ["parse_quantity"]

_SEPARATOR = re.compile(r"\s?[-–—]\s?(?=[-+−–$€£¥₩₹~0-9½A-Z])|\s?~\s?(?=[0-9])|\s(?:to|bis|and)\s", re.ASCII)
_SIGNED = re.compile(r"[-+−]")
_BETWEEN = re.compile(r"(?:between|from)\s", re.IGNORECASE)
_BOUNDARY = frozenset(" ,;(:[*†‡¹²³\u00a0\u202f\t\n")
_SLASHED = re.compile(r"\s?/\s?[0-9]")
_ARROW = re.compile(r"\s*(?:→|->|=>|⇒|=|/|×|\*\s?[0-9])")
_YEAR_E = re.compile(r"(?<![A-Za-z0-9])(?:FY|CY|[1-4]Q|Q[1-4]\s?'?)?\s?(?:20)?[0-9]{2}E(?![A-Za-z0-9])")
_EXACT = re.compile(r"(?:" + "|".join(sorted(map(re.escape, EXACT_WORDS), key=len, reverse=True)) + r")(?![a-z])", re.IGNORECASE)


def parse_quantity(text: str, context: QuantityContext = ANY_QUANTITY) -> Quantity | Doubt | None:
    """The quantity that a text is or begins with; what follows is its remark.

    Returns:
        The quantity, with ``text`` as written without the remark; `Doubt` if several readings fit; None if it is none.

    Example:
        >>> parse_quantity("~$530B").low
        Decimal('530000000000')
        >>> parse_quantity("46% (2026E)").remark
        '2026E'
        >>> parse_quantity("-6-8%").readings
        ('-6 to +8%', '-8 to -6%')
    """
    text = text.strip()
    if not may_begin(text):
        return None
    position, approximate, bound = lead(text)
    found = _spanned(text, position, approximate, bound, context)
    if found is None:
        return _worded(text, position, approximate, context)
    return found


def _spanned(
    text: str, position: int, approximate: bool, bound: tuple[str, bool] | None, context: QuantityContext
) -> Quantity | Doubt | None:
    """A number, a ratio or a range beginning at ``position``."""
    if text.startswith("(", position):
        return _parenthesised(text, position, context)
    between = _BETWEEN.match(text, position)
    start = between.end() if between else position
    first = scan_side(text, start, context)
    if first is None:
        return _ratio(text, position, approximate)
    if first.doubt:
        return Doubt(text, first.doubt, first.readings, "RG302")
    if bound is None and not first.plus:
        separator = _SEPARATOR.match(text, first.end)
        if separator and (between or separator[0].strip() != "and"):
            ranged = _range(text, first, separator, approximate, context)
            if ranged is not None:
                return ranged
    if between:
        return None
    if not first.unit and not first.scale and not first.currency and first.sign == 0 and bound is None:
        ratio = _ratio(text, position, approximate)
        if ratio is not None:
            return ratio
    return _single(text, first, approximate, bound, context)


def _ratio(text: str, position: int, approximate: bool) -> Quantity | None:
    found = scan_ratio(text, position, approximate=approximate)
    return None if found is None else replace(found[0], remark=_remark(found[1]))


def _single(
    text: str, side: Side, approximate: bool, bound: tuple[str, bool] | None, context: QuantityContext
) -> Quantity | Doubt | None:
    """One number, maybe with an open end."""
    rest = text[side.end :]
    doubt = _slashed(text, side, rest)
    if doubt is not None:
        return doubt
    if not _ends(side, rest):
        return None
    value = side.amount(side.scale)
    low: Decimal | None = value
    high: Decimal | None = value
    low_open = high_open = False
    if bound is not None:
        if bound[0] == "low":
            high, low_open, high_open = None, bound[1], True
        else:
            low, low_open, high_open = None, True, bound[1]
    elif side.plus:
        high, high_open = None, True
    remark = _remark(rest)
    point = value if low is not None and high is not None else None
    return Quantity(
        text[: side.end].rstrip(), point, low, high, side.unit_name, low_open, high_open,
        approximate or side.hedged, side.estimate or _estimated(remark), None, remark,
    )  # fmt: skip


def _range(text: str, first: Side, separator: re.Match[str], approximate: bool, context: QuantityContext) -> Quantity | Doubt | None:
    """Two numbers with a separator between; None if that is not what it is."""
    second = scan_side(text, separator.end(), context, first.currency)
    if second is None or second.doubt or not _ends(second, text[second.end :]):
        return None
    joined = first.joined(second)
    if joined is None:
        return None
    one, two = joined
    low, high = one.amount(one.scale or two.scale), two.amount(two.scale)
    mark = separator[0].strip()
    rest = text[second.end :]
    written = text[: second.end].rstrip()
    if one.sign < 0 and two.sign == 0:
        unit = text[second.number_end : second.end]
        sizes = text[first.number_start : first.number_end], text[second.number_start : second.number_end]
        readings = (f"-{sizes[0]} to +{sizes[1]}{unit}", f"-{max(sizes, key=_size)} to -{min(sizes, key=_size)}{unit}")
        return Doubt(text, f"`{written}` may begin below zero and end above it, or lie below zero altogether", readings)
    if low > high:
        unscaled = one.amount(one.scale)
        if not one.scale and two.scale and unscaled <= high:
            return Doubt(text, f"in `{written}` the first number may share the second one's scale or not")
        if not (mark == "to" or mark == "–" or (one.sign < 0 and two.sign < 0)) or not one.unit_name:
            return None
        low, high = high, low
    high_open = second.plus
    remark = _remark(rest)
    return Quantity(
        written, None, low, None if high_open else high, one.unit_name, False, high_open,
        approximate or first.hedged or second.hedged, first.estimate or second.estimate or _estimated(remark), None, remark,
    )  # fmt: skip


def _size(number: str) -> tuple[int, str]:
    return len(number.partition(".")[0]), number


def _parenthesised(text: str, position: int, context: QuantityContext) -> Quantity | Doubt | None:
    """``(5%)``: below zero where the column shows accounting, else in doubt."""
    close = text.find(")", position)
    if close < 0 or position:
        return None
    inner = text[1:close].strip()
    side = scan_side(inner, 0, context)
    if side is None or side.doubt or side.sign or side.end != len(inner):
        return None
    tail = text[close + 1 :]
    if tail[:1] in ("%", "x") and not side.unit:
        inner, tail = inner + tail[0], tail[1:]
        side = scan_side(inner, 0, context)
        if side is None:
            return None
    if tail and tail[0] not in _BOUNDARY:
        return None
    value = side.amount(side.scale)
    if not context.accounting:
        if tail.strip():
            return None
        return Doubt(text, f"`{text}` may be a negative number of accounting or a remark", (f"-{inner}", inner))
    remark = _remark(tail)
    written = text[: len(text) - len(tail)]
    return Quantity(
        written, -value, -value, -value, side.unit_name, estimate=side.estimate or _estimated(remark), remark=remark
    )


def _worded(text: str, position: int, approximate: bool, context: QuantityContext) -> Quantity | None:
    """``Full year+``, ``~Flat``."""
    hit = _EXACT.match(text, position)
    if hit is not None:
        count, unit = EXACT_WORDS[hit[0].lower()]
        plus = text.startswith("+", hit.end())
        end = hit.end() + plus
        rest = text[end:]
        if rest and rest[0] not in "(,;" and not rest.startswith(" ("):
            return None
        high = None if plus else count
        return Quantity(
            text[:end], None if plus else count, count, high, unit, False, plus, approximate, remark=_remark(rest)
        )
    if context.percentages:
        word, _, rest = text[position:].partition(" ")
        if word.lower() in ZEROS and (not rest or rest[0] == "("):
            zero = Decimal(0)
            return Quantity(text[: position + len(word)], zero, zero, zero, "%", approximate=True, remark=_remark(rest))
    return None


def _slashed(text: str, side: Side, rest: str) -> Doubt | None:
    """``12/13``: a date, a fraction or two values."""
    if not _SLASHED.match(rest) or side.unit or side.currency or side.scale:
        return None
    second = scan_side(rest, rest.index("/") + 1, ANY_QUANTITY)
    if second is None or second.end != len(rest) or second.unit or "/" in rest[second.end :]:
        return None
    one, two = side.amount(None), second.amount(None)
    if one > 31 or two > 31 or one != int(one) or two != int(two):
        return None
    return Doubt(text, f"`{text}` may be a day, a fraction or two values", code="RG303")


def _ends(side: Side, rest: str) -> bool:
    """Whether a value may end before ``rest``."""
    if not rest:
        return True
    first = rest[0]
    if first in _BOUNDARY:
        if first == "," or first == ":":
            return len(rest) == 1 or not rest[1].isdigit()
        return not _ARROW.match(rest)
    if first == ".":
        return len(rest) == 1 or (rest[1] == " " and bool(side.unit or side.currency))
    if first in "–—" or rest.startswith(" -"):
        return True
    return False


def _remark(rest: str) -> str:
    """What stood beside the value, without the punctuation that set it off."""
    rest = rest.strip().lstrip(",;:–—").strip()
    if rest.startswith("- "):
        rest = rest[2:].lstrip()
    if rest == ".":
        return ""
    if rest.startswith("(") and rest.endswith(")") and rest.find(")") == len(rest) - 1:
        rest = rest[1:-1].strip()
    return rest


def _estimated(remark: str) -> bool:
    return bool(remark) and (remark.lower() in ESTIMATES or _YEAR_E.search(remark) is not None)
