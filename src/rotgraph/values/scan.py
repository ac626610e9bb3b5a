"""In: a text and a place in it. Out: one number with its sign, currency, scale and unit. Room: values."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

import msgspec

from rotgraph.late import regex
from rotgraph.model.value import Quantity
from rotgraph.values.context import QuantityContext
from rotgraph.values.numerals import EXACT, NUMBER, Unsure, read_number
from rotgraph.values.words import (
    BOUNDS,
    CODES,
    DOLLARS,
    DURATIONS,
    EXACT_WORDS,
    FILLERS,
    FRACTIONS,
    HEDGES,
    LETTER_DURATIONS,
    NUMBER_WORDS,
    PER,
    PHYSICAL,
    SCALES,
    SIGNS,
    WORD_UNITS,
    ZEROS,
    Scale,
)

__all__ = ["Lead", "Side", "extend_duration", "may_begin", "opens_quantity", "read_lead", "scaled", "scan_ratio", "scan_side"]

_ONE = Decimal(1)


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _by_shape(words: list[str]) -> str:
    """Words must end before what follows, signs need not."""
    letters = [word for word in words if word[-1].isalpha()]
    others = [word for word in words if not word[-1].isalpha()]
    return rf"(?:(?:{_alternatives(letters)})(?:\s+|(?=[$€£¥~0-9]))|(?:{_alternatives(others)})\s*)"


_LEADS: dict[str, tuple[str, bool] | None] = {**dict.fromkeys(HEDGES), **BOUNDS}
_LEAD = regex(_by_shape(list(_LEADS)), re.IGNORECASE)
_SIGN_WORDS = [sign for sign in SIGNS if sign[-1].isalpha() or sign[-1] == "."]
_HEAD = regex(
    rf"(?P<hedge>~)?(?P<before>[+\-−–])?\s?(?:(?P<currency>{_alternatives([s for s in SIGNS if s not in _SIGN_WORDS])}"
    rf"|(?:{_alternatives([*_SIGN_WORDS, *CODES])})(?=[\s\d+\-−~.½]))\s?)?(?P<after>[+\-−–~]|\((?=[0-9.,]+\)))?"
)
_TOKEN = regex(
    r"[ \u00a0\u202f]?(percentage points?|per cent|basis points?|p\.p\.|sq ft|points de pourcentage"
    r"|US dollars|pounds sterling|Swiss francs|d['’]euros?|d[ei] euros?|de reais|°?[^\W\d_$]++[²³]?\$?|[%％×°¢$€£¥￥₩₹₽₺₪฿₫₱₦₴₿])"
    r"(?![-'’][^\W\d_])"
)
_PER = regex(r"(?:/[^\W\d_]+)+|\sper\s[^\W\d_]+")
_ALSO = regex(r",?\s(?:and\s)?(?=[0-9½])")
_HYPHENED = regex(r"-([a-z]+)(?=$|\s?\()")
_FILLER = regex(rf"\s(?:{_alternatives(list(FILLERS))})(?=\s)")
_RATIO = regex(
    rf"(?P<part>[0-9]{{1,9}}|(?:{_alternatives(list(NUMBER_WORDS))}))\s(?:out of|of)\s"
    rf"(?P<whole>[0-9]{{1,9}}(?:,[0-9]{{3}})*|(?:{_alternatives(list(NUMBER_WORDS))}))(?=$|[\s,;(])",
    re.IGNORECASE,
)
_WORD = regex(r"[^\W\d_]+")
_IDEOGRAPHS = "\u4e00"
"""Scripts without spaces: a scale and a currency follow each other as one word."""
_FIRST = frozenset("0123456789+-−–~≈∼≃<>≥≤=(.") | frozenset(FRACTIONS) | {s[0] for s in SIGNS if not s[0].isalpha()}
_LOWER = frozenset(
    word.split(" ")[0].rstrip(".").partition("-")[0]
    for word in [*_LEADS, *EXACT_WORDS, *ZEROS, *NUMBER_WORDS, "between", "from"]
    if word[0].isalpha()
)
_AFTER_A = ("$", *(word[1:] for word in EXACT_WORDS if word.startswith("a ")))
_CASED = CODES | {sign.rstrip(".") for sign in _SIGN_WORDS}
_CURRENCY_SIGNS = ("$", "¥")
_BEFORE_SIGN = frozenset(sign[:-1] for sign in SIGNS if sign[0].isalpha() and not sign[-1].isalpha())


def may_begin(text: str) -> bool:
    """Whether a quantity can begin as this text does; false for nearly every text that is none."""
    if not text:
        return False
    if text[0] in _FIRST:
        return True
    word = _WORD.match(text)
    if word is None:
        return False
    found = word[0]
    if len(found) == 1 and found in "aA":
        return text[1:20].lower().startswith(_AFTER_A)
    if found.lower() in _LOWER or found in _CASED:
        return True
    return found in _BEFORE_SIGN and text[len(found) : len(found) + 1] in _CURRENCY_SIGNS


def opens_quantity(word: str) -> bool:
    """Whether a quantity can begin with a word; what follows it may still say no."""
    return word in "aA" or word.lower() in _LOWER or word in _CASED or word in _BEFORE_SIGN


class Lead(NamedTuple):
    """What stands before a number."""

    end: int
    """Where the number begins."""
    approximate: bool
    bound: str
    """``low`` or ``high`` for a one-sided value, else empty."""
    excluded: bool
    """The bound itself is excluded."""


_NO_LEAD = Lead(0, approximate=False, bound="", excluded=False)


def read_lead(text: str) -> Lead:
    """Hedges and bounds before the number: ``~``, ``>``, ``about``, ``more than``."""
    if "0" <= text[0] <= "9":
        return _NO_LEAD
    position, approximate = 0, False
    bound = ("", False)
    for _ in range(3):
        hit = _LEAD.match(text, position)
        if hit is None:
            break
        position = hit.end()
        found = _LEADS[hit[0].strip().lower()]
        if found is None:
            approximate = True
        else:
            bound = found
    return Lead(position, approximate, bound[0], bound[1])


def scaled(number: Decimal, factor: Decimal) -> Decimal:
    """A multiple, whole if it is whole: 530000000000, not 5.30E+11 or 530000000000.00."""
    value = EXACT.multiply(number, factor)
    whole = value.to_integral_value()
    return whole if whole == value else value


class Side(msgspec.Struct, gc=False):
    """One number of a quantity, and what is written around it."""

    number: Decimal
    number_start: int
    number_end: int
    end: int
    sign: int = 0
    currency: str = ""
    unit: str = ""
    factor: Decimal = _ONE
    per: str = ""
    scale: Scale | None = None
    plus: bool = False
    estimate: bool = False
    hedged: bool = False
    doubt: str = ""
    readings: tuple[str, ...] = ()

    def amount(self, scale: Scale | None) -> Decimal:
        """The number in its base unit, with its sign."""
        value = self.number
        if scale is not None or self.factor is not _ONE:
            value = scaled(value, EXACT.multiply(self.factor, scale.factor) if scale is not None else self.factor)
        return value.copy_negate() if self.sign < 0 and value else value

    @property
    def unit_name(self) -> str:
        return (self.currency or self.unit) + self.per

    def ground(self, context: QuantityContext) -> None:
        """Gives a number without a unit what its column says such numbers are."""
        if self.unit or self.currency:
            return
        if self.scale is None:
            if context.bare_unit or context.bare_factor != 1:
                self.unit, self.factor = context.bare_unit, context.bare_factor
        elif context.unit == "money":
            self.currency = context.currency

    def share(self, other: Side) -> bool:
        """Gives both ends of a range what one of them has; False if their units differ."""
        if self.currency and other.currency and self.currency != other.currency:
            return False
        if self.unit and self.unit != other.unit:
            return False
        if (self.currency or other.currency) and (self.unit or other.unit):
            return False
        if self.per and self.per != other.per:
            return False
        self.currency = other.currency = self.currency or other.currency
        if not self.unit:
            self.factor = other.factor
        self.unit, self.per = other.unit, other.per
        return True


def scan_side(text: str, position: int, context: QuantityContext, currency: str = "") -> Side | None:
    """The number that stands at ``position``, as far as its unit reaches; ``currency`` is that of the number before it."""
    head = _HEAD.match(text, position)
    if head is None:  # the pattern matches the empty text
        return None
    start = head.end()
    match = NUMBER.match(text, start)
    word = 0
    if match is None:
        spelled = _WORD.match(text, start)
        if spelled is None or spelled[0].lower() not in NUMBER_WORDS:
            return None
        word = NUMBER_WORDS[spelled[0].lower()]
        number_end = spelled.end()
    else:
        number_end = match.end()
    sign, bracket = _sign(head)
    side = Side(Decimal(word), start, number_end, number_end, sign)
    side.hedged = head["hedge"] is not None or head["after"] == "~"
    if head["currency"]:
        side.currency = _currency(head["currency"], context)
    if bracket:
        side.end += 1
    _tail(text, side, context, currency)
    if match is None:
        return side if side.unit or side.scale else None
    european = side.scale is not None and side.scale.european
    number = read_number(match, context.decimal, european=european, indian=side.currency == "INR" or context.currency == "INR")
    if number is None:
        return None
    if isinstance(number, Unsure):
        side.readings = number.readings
        side.doubt = f"the separators of `{match[0]}` may part thousands or decimals"
        return side
    side.number = number
    return side


def _sign(head: re.Match[str]) -> tuple[int, bool]:
    """The sign, and whether it is accounting's bracket inside the currency: ``$(202)M``."""
    after = head["after"]
    if after == "(":
        return -1, True
    mark = head["before"] or after
    if mark is None or mark == "~":
        return 0, False
    return (1 if mark == "+" else -1), False


def _currency(sign: str, context: QuantityContext) -> str:
    if sign in "¥￥" and context.currency == "CNY":
        return "CNY"
    return SIGNS.get(sign, sign)


def _tail(text: str, side: Side, context: QuantityContext, currency: str) -> None:
    """Reads on after the number: scale, unit, currency, a plus, an E."""
    length = len(text)
    end = side.end
    if end < length and text[end] == "+" and not text[end + 1 : end + 2].isdigit():
        side.plus, side.end, end = True, end + 1, end + 1
    for _ in range(3):
        if end >= length:
            break
        if text[end] == "%" and not side.unit and not side.currency:
            side.unit, side.end = "%", end + 1
        elif not _token(text, side, context, currency):
            break
        end = side.end
    if side.end >= length:
        return
    if (side.unit or side.currency or currency) and (per := _PER.match(text, side.end)):
        _per(side, per)
    if not side.unit and not side.currency and not currency:
        _modified(text, side)
    end = side.end
    if end < length and text[end] == "+" and not side.plus and not text[end + 1 : end + 2].isdigit():
        side.plus, side.end = True, end + 1


def _token(text: str, side: Side, context: QuantityContext, currency: str) -> bool:
    """Takes the next word if it is a scale, a unit or a currency."""
    match = _TOKEN.match(text, side.end)
    if match is None:
        return False
    word, end = match[1], match.end()
    if word[0] >= _IDEOGRAPHS and word not in SIGNS:
        word = next((word[:length] for length in (2, 1) if word[:length] in SCALES), word)
        end = match.start(1) + len(word)
    if word[-1] in "²³" and side.currency:  # `$5bn²`: the mark of a footnote
        word, end = word[:-1], end - 1
    glued = match.start(1) == side.end
    if word + "." in SCALES and text.startswith(".", end):
        end += 1
    if side.unit:
        if word == "E" and glued:
            side.estimate, side.end = True, end
            return True
        return False
    money = side.currency or currency or context.unit == "money"
    scale = SCALES.get(word) if side.scale is None else None
    if scale is not None and (not scale.letters or money or _currency_follows(text, end)):
        side.scale, side.end = scale, end
        return True
    if side.currency == "USD" and word in DOLLARS:
        side.currency, side.end = word, end
        return True
    if not side.currency:
        if word in SIGNS or word in CODES:
            side.currency, side.end = _currency(word, context), end
            return True
        if not currency and (unit := _unit(text, word, match, end, context)) is not None:
            side.unit, side.factor, side.end = unit
            return True
    if word == "E" and glued:
        side.estimate, side.end = True, end
        return True
    return False


def _unit(text: str, word: str, match: re.Match[str], end: int, context: QuantityContext) -> tuple[str, Decimal, int] | None:
    if (name := WORD_UNITS.get(word)) is not None:
        return (name, _ONE, end) if name != "x" or match.start() == match.start(1) else None
    duration = DURATIONS.get(word) or (LETTER_DURATIONS.get(word) if context.unit == "duration" else None)
    if duration is not None:
        return duration[1], duration[0], end
    per = _PER.match(text, end)
    if per is not None and word + per[0] in PHYSICAL:
        return PHYSICAL[word + per[0]], _ONE, per.end()
    if (name := PHYSICAL.get(word)) is not None:
        return name, _ONE, end
    return None


def _currency_follows(text: str, position: int) -> bool:
    following = _TOKEN.match(text, position)
    return following is not None and (following[1] in SIGNS or following[1] in CODES)


def _per(side: Side, match: re.Match[str]) -> None:
    """``/bbl``, ``per share``: a unit of its own; a word after ``per`` counts only if it is known."""
    if match[0][0] == "/":
        side.per = "/" + "/".join(PER.get(part, part) for part in match[0][1:].split("/"))
        side.end = match.end()
    elif (name := PER.get(match[0].split()[1])) is not None:
        side.per, side.end = f"/{name}", match.end()


def extend_duration(text: str, side: Side, context: QuantityContext) -> None:
    """``2 years 3 months``, ``1 year and 6 months``: a smaller unit of the same family adds to the larger one."""
    also = _ALSO.match(text, side.end)
    if also is None or side.plus or side.scale is not None:
        return
    second = scan_side(text, also.end(), context)
    if second is None or second.unit != side.unit or second.sign or second.doubt or second.factor >= side.factor:
        return
    side.number = EXACT.add(EXACT.multiply(side.number, side.factor), EXACT.multiply(second.number, second.factor))
    side.factor, side.end, side.plus = _ONE, second.end, second.plus


def _modified(text: str, side: Side) -> None:
    """``6-month``, ``6 straight months``."""
    hyphened = _HYPHENED.match(text, side.end)
    if hyphened is not None and hyphened[1] in DURATIONS:
        side.factor, side.unit = DURATIONS[hyphened[1]]
        side.end = hyphened.end()
        return
    filler = _FILLER.match(text, side.end)
    if filler is None:
        return
    token = _TOKEN.match(text, filler.end())
    if token is not None and token[1] in DURATIONS and (token[1][-1] in "se" or text[side.number_start : side.number_end] == "1"):
        side.factor, side.unit = DURATIONS[token[1]]
        side.end = token.end()


def scan_ratio(text: str, lead: Lead) -> tuple[Quantity, str] | None:
    """``7 of 11``, ``Seven out of 11``: the quantity and the rest of the text."""
    match = _RATIO.match(text, lead.end) if "of" in text.lower() and not lead.bound else None
    if match is None:
        return None
    part, whole = _count(match["part"]), _count(match["whole"])
    if part > whole:
        return None
    return Quantity(text[: match.end()], part, part, part, out_of=whole, approximate=lead.approximate), text[match.end() :]


def _count(word: str) -> Decimal:
    spelled = NUMBER_WORDS.get(word.lower())
    return Decimal(spelled) if spelled is not None else Decimal(word.replace(",", ""))
