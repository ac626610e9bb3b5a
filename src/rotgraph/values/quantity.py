"""In: the text of a cell or of a literal, without markup. Out: a quantity, a doubt, or None. Room: values.

Hand-written: a few small regular expressions and tables of words, no backtracking over the whole text, so the time is linear
and a text that is no quantity is refused after its first word.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from rotgraph.late import regex, replace
from rotgraph.model.value import Quantity
from rotgraph.values.context import ANY_QUANTITY, QuantityContext
from rotgraph.values.doubt import Doubt
from rotgraph.values.footnotes import unmarked
from rotgraph.values.printing import format_amount
from rotgraph.values.scan import Lead, Side, extend_duration, may_begin, read_lead, scaled, scan_ratio, scan_side
from rotgraph.values.words import ESTIMATES, EXACT_WORDS, SCALES, ZEROS

__all__ = ["parse_quantity"]

_COMMON = regex(
    r"(~?)([+\-−]?)(?:((?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?)(%?)|\$((?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?)([KMBT]?))"
)
_COMMON_FIRST, _LONGEST_COMMON = frozenset("0123456789~$+-−"), 36
"""What the pattern above can match, at first sight."""
_SEPARATOR = regex(r"\s?[-–—]\s?(?=[-+−–$€£¥₩₹~0-9½A-Z])|\s?~\s?(?=[0-9])|\s(?:to|bis|and)\s", re.ASCII)
_BETWEEN = regex(r"(?:between|from)\s", re.IGNORECASE)
_BOUNDARY = frozenset(" ,;(:[*†‡¹²³\u00a0\u202f\t\n")
_SLASHED = regex(r"\s?/\s?[0-9]")
_SCORE = regex(r"\s?/\s?([1-9][0-9]{0,3})(?![0-9/.,%\w])")
_NO_REMARK = regex(r"\s*(?:→|->|=>|⇒|=|/|×|\*\s?[0-9])")
_YEAR_E = regex(r"(?<![A-Za-z0-9])(?:FY|CY|[1-4]Q|Q[1-4]\s?'?)?\s?(?:20)?[0-9]{2}E(?![A-Za-z0-9])")
_EXACT = regex(r"(?:" + "|".join(sorted(map(re.escape, EXACT_WORDS), key=len, reverse=True)) + r")(?![a-z])", re.IGNORECASE)


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
    if text[:1] in _COMMON_FIRST and len(text) <= _LONGEST_COMMON and (context is ANY_QUANTITY or _takes_as_written(context)):
        common = _common(text)
        if common is not None:
            return common
    if not may_begin(text):
        return None
    lead = read_lead(text)
    found = _numbered(text, lead, context) or _worded(text, lead, context)
    if found is None and (bare := unmarked(text)) is not text:
        found = parse_quantity(bare, context)
        if isinstance(found, Quantity) and not found.remark:
            return replace(found, remark=text[len(bare) :].strip())
    return found


def _takes_as_written(context: QuantityContext) -> bool:
    """Whether what a column knows changes nothing in a number with a point or none and its own unit or none."""
    return context.decimal in ("", "point") and not context.bare_unit and context.bare_factor == 1


@lru_cache(maxsize=1 << 15)
def _common(text: str) -> Quantity | None:
    """``-0.5``, ``~18%``, ``$4.9B``: what most cells hold, read as the long way reads it. Kept: a column reads its cells once to
    learn what they share, and once more."""
    match = _COMMON.fullmatch(text)
    if match is None:
        return None
    hedge, sign, digits, unit, amount, letter = match.groups()
    if digits is not None:
        value = Decimal(digits)
    else:
        value, unit = Decimal(amount), "USD"
        if letter:
            value = scaled(value, SCALES[letter].factor)
    if value and sign and sign != "+":
        value = value.copy_negate()
    return Quantity(text, value, value, value, unit, approximate=bool(hedge))


def _numbered(text: str, lead: Lead, context: QuantityContext) -> Quantity | Doubt | None:
    """A number, a ratio or a range after what leads it."""
    position = lead.end
    if text.startswith("(", position):
        return _parenthesised(text, position, context)
    between = _BETWEEN.match(text, position)
    first = scan_side(text, between.end() if between else position, context)
    if first is None:
        return _ratio(text, lead)
    if first.doubt:
        return Doubt(text, first.doubt, first.readings, "RG302")
    if not lead.bound and not first.plus:
        separator = _SEPARATOR.match(text, first.end) if first.end < len(text) else None
        if separator and (between or separator[0].strip() != "and"):
            ranged = _range(text, first, separator, lead, context)
            if ranged is not None:
                return ranged
    if between:
        return None
    if not first.unit and not first.scale and not first.currency and first.sign == 0 and not lead.bound:
        ratio = _ratio(text, lead)
        if ratio is not None:
            return ratio
    return _single(text, first, lead, context)


def _ratio(text: str, lead: Lead) -> Quantity | None:
    found = scan_ratio(text, lead)
    return None if found is None else replace(found[0], remark=_remark(found[1]))


def _single(text: str, side: Side, lead: Lead, context: QuantityContext) -> Quantity | Doubt | None:
    """One number, maybe with an open end."""
    if side.unit in ("month", "day"):
        extend_duration(text, side, context)
    rest = text[side.end :]
    if not _ends(side, rest):
        return _slashed(text, side, rest, lead, context)
    if "/" in rest and (found := _slashed(text, side, rest, lead, context)) is not None:
        return found
    side.ground(context)
    value = side.amount(side.scale)
    low: Decimal | None = value
    high: Decimal | None = value
    low_open = high_open = False
    if lead.bound == "low":
        high, low_open, high_open = None, lead.excluded, True
    elif lead.bound == "high":
        low, low_open, high_open = None, True, lead.excluded
    elif side.plus:
        high, high_open = None, True
    remark = _remark(rest)
    return Quantity(
        text=text[: side.end].rstrip(),
        value=value if low is not None and high is not None else None,
        low=low,
        high=high,
        unit=side.unit_name,
        low_open=low_open,
        high_open=high_open,
        approximate=lead.approximate or side.hedged,
        estimate=side.estimate or _estimated(remark),
        remark=remark,
    )


def _range(text: str, first: Side, separator: re.Match[str], lead: Lead, context: QuantityContext) -> Quantity | Doubt | None:
    """Two numbers with a separator between; None if that is not what it is."""
    second = scan_side(text, separator.end(), context, first.currency)
    if second is None or second.doubt:
        return None
    rest = text[second.end :]
    if not _ends(second, rest) or not first.share(second):
        return None
    second.ground(context)
    if not first.unit:
        first.unit, first.factor, first.currency = second.unit, second.factor, second.currency
    written = text[: second.end].rstrip()
    if first.sign < 0 and second.sign == 0:
        return _two_ways(text, written, first, second)
    low, high = first.amount(first.scale or second.scale), second.amount(second.scale)
    if low > high:
        if not first.scale and second.scale and first.amount(None) <= high:
            return Doubt(text, f"in `{written}` the first number may share the second one's scale or not")
        certain = separator[0].strip() in ("to", "–", "bis") or (first.sign < 0 and second.sign < 0)
        if not certain or not first.unit_name:
            return None
        low, high = high, low
    remark = _remark(rest)
    return Quantity(
        text=written,
        value=None,
        low=low,
        high=None if second.plus else high,
        unit=first.unit_name,
        high_open=second.plus,
        approximate=lead.approximate or first.hedged or second.hedged,
        estimate=first.estimate or second.estimate or _estimated(remark),
        remark=remark,
    )


def _two_ways(text: str, written: str, first: Side, second: Side) -> Doubt:
    """``-6-8%``: from below zero to above it, or both ends below."""
    low, high = first.amount(first.scale or second.scale), second.amount(second.scale)
    unit = first.unit_name
    far, near = (low, high.copy_negate()) if low.copy_abs() > high else (high.copy_negate(), low)
    readings = (format_amount(low, high, unit), format_amount(far, near, unit))
    return Doubt(text, f"`{written}` may begin below zero and end above it, or lie below zero altogether", readings)


def _parenthesised(text: str, position: int, context: QuantityContext) -> Quantity | Doubt | None:
    """``(5%)``: below zero where the column shows accounting, else in doubt."""
    close = text.find(")", position)
    if close < 0 or position:
        return None
    inner, tail = text[1:close].strip(), text[close + 1 :]
    if tail[:1] in ("%", "x"):
        inner, tail = inner + tail[0], tail[1:]
    side = scan_side(inner, 0, context)
    if side is None or side.doubt or side.sign or side.end != len(inner) or (tail and tail[0] not in _BOUNDARY):
        return None
    if not context.accounting:
        if tail.strip():
            return None
        return Doubt(text, f"`{text}` may be a negative number of accounting or a remark", (f"-{inner}", inner))
    side.ground(context)
    value = side.amount(side.scale).copy_negate()
    remark = _remark(tail)
    written = text[: len(text) - len(tail)]
    estimate = side.estimate or _estimated(remark)
    return Quantity(written, value, value, value, side.unit_name, estimate=estimate, remark=remark)


def _worded(text: str, lead: Lead, context: QuantityContext) -> Quantity | None:
    """``Full year+``, ``~Flat``."""
    hit = _EXACT.match(text, lead.end)
    if hit is not None:
        count, unit = EXACT_WORDS[hit[0].lower()]
        plus = text.startswith("+", hit.end())
        end = hit.end() + plus
        rest = text[end:]
        if rest and rest[0] not in "(,;" and not rest.startswith(" ("):
            return None
        return Quantity(
            text=text[:end],
            value=None if plus else count,
            low=count,
            high=None if plus else count,
            unit=unit,
            high_open=plus,
            approximate=lead.approximate,
            remark=_remark(rest),
        )
    word, _, rest = text[lead.end :].partition(" ")
    if context.percentages and word.lower() in ZEROS and (not rest or rest[0] == "("):
        zero = Decimal(0)
        written = text[: lead.end + len(word)]
        return Quantity(written, zero, zero, zero, "%", approximate=True, remark=_remark(rest))
    return None


def _slashed(text: str, side: Side, rest: str, lead: Lead, context: QuantityContext) -> Quantity | Doubt | None:
    """``12/13``: a date, a fraction or two values; under Rating so many of so many."""
    if not _SLASHED.match(rest) or side.unit or side.currency or side.scale:
        return None
    if context.scores and (score := _SCORE.match(rest)) and (whole := Decimal(score[1])) >= (part := side.amount(None)) >= 0:
        end = side.end + score.end()
        return Quantity(
            text[:end], part, part, part, out_of=whole, approximate=lead.approximate or side.hedged, remark=_remark(text[end:])
        )
    second = scan_side(rest, rest.index("/") + 1, ANY_QUANTITY)
    if second is None or second.doubt or second.end != len(rest) or second.unit:
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
        if first in ",:":
            return len(rest) == 1 or not rest[1].isdigit()
        return not _NO_REMARK.match(rest)
    if first == ".":
        return len(rest) == 1 or (rest[1] == " " and bool(side.unit or side.currency))
    return first in "–—"


def _remark(rest: str) -> str:
    """What stood beside the value, without the punctuation that set it off."""
    rest = rest.strip().lstrip(",;:–—").strip()
    if rest.startswith("- "):
        rest = rest[2:].lstrip()
    if rest.startswith("."):
        rest = rest[1:].lstrip()
    if rest.startswith("(") and rest.find(")") == len(rest) - 1:
        rest = rest[1:-1].strip()
    return rest


def _estimated(remark: str) -> bool:
    return bool(remark) and (remark.lower() in ESTIMATES or _YEAR_E.search(remark) is not None)
