"""In: nothing. Out: the words and signs that values are written with, as data. Room: values.

Adding a currency, a unit or a language is adding a row here; the parsers know roles, not words.
"""

from __future__ import annotations

from decimal import Decimal

from rotgraph.late import dataclass
from rotgraph.model.unit import CURRENCIES

__all__ = [
    "BOUNDS", "CODES", "DOLLARS", "DURATIONS", "ESTIMATES", "EXACT_WORDS", "FILLERS", "FRACTIONS", "HEDGES", "LETTER_DURATIONS",
    "NUMBER_WORDS", "PER", "PHYSICAL", "SCALES", "SCORES", "SIGNS", "SIGN_OF", "WORD_UNITS", "ZEROS", "Scale",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """A power of ten written as letters or as a word."""

    factor: Decimal
    letters: bool = False
    """Means this only beside a currency or in a column of money: ``3M`` alone is a firm."""
    european: bool = False
    """Its languages write the decimal comma."""


HEDGES: tuple[str, ...] = (
    "~", "≈", "∼", "≃", "c.", "ca.", "ca", "circa", "about", "approx.", "approx", "approximately", "around", "roughly", "some",
    "nearly", "almost", "etwa", "rund", "environ",
)  # fmt: skip
"""What marks a number as approximate."""

SCORES: frozenset[str] = frozenset((
    "rating", "ratings", "score", "scores", "scored", "conviction", "confidence", "stars", "grade", "marks", "quality",
    "importance", "bewertung",
))  # fmt: skip
"""Headers and metrics under which ``8/10`` is 8 of 10."""

BOUNDS: dict[str, tuple[str, bool]] = {
    ">": ("low", True), "more than": ("low", True), "over": ("low", True), "above": ("low", True), "greater than": ("low", True),
    "exceeding": ("low", True), "north of": ("low", True), "upwards of": ("low", False),
    "≥": ("low", False), ">=": ("low", False), "=>": ("low", False), "at least": ("low", False), "no less than": ("low", False),
    "not less than": ("low", False), "min.": ("low", False), "minimum": ("low", False),
    "<": ("high", True), "less than": ("high", True), "under": ("high", True), "below": ("high", True),
    "fewer than": ("high", True), "≤": ("high", False), "<=": ("high", False), "at most": ("high", False), "up to": ("high", False),
    "no more than": ("high", False),
    "mehr als": ("low", True), "über": ("low", True), "plus de": ("low", True),
    "mindestens": ("low", False), "au moins": ("low", False),
    "weniger als": ("high", True), "unter": ("high", True), "moins de": ("high", True),
    "höchstens": ("high", False), "bis zu": ("high", False),
    "not more than": ("high", False), "max.": ("high", False), "maximum": ("high", False),
}  # fmt: skip
"""What makes a value one-sided: the bound that is known, and whether it is itself excluded."""

SIGNS: dict[str, str] = {
    "US$": "USD", "NT$": "TWD", "HK$": "HKD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "S$": "SGD",
    "R$": "BRL", "MX$": "MXN", "Mex$": "MXN", "CN¥": "CNY", "JP¥": "JPY", "RMB": "CNY", "Rs.": "INR", "Rs": "INR", "$": "USD",
    "€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "₩": "KRW", "₹": "INR", "₽": "RUB", "₺": "TRY", "₪": "ILS", "฿": "THB",
    "₫": "VND", "₱": "PHP", "₦": "NGN", "₴": "UAH", "₿": "BTC", "zł": "PLN", "Kč": "CZK", "Ft": "HUF",
    "台幣": "TWD", "新台幣": "TWD", "美元": "USD", "人民幣": "CNY", "人民币": "CNY", "港幣": "HKD", "港元": "HKD", "日圓": "JPY",
    "円": "JPY", "歐元": "EUR", "欧元": "EUR", "Euro": "EUR", "Euros": "EUR", "euro": "EUR", "euros": "EUR", "d'euros": "EUR",
    "d’euros": "EUR", "de euros": "EUR", "di euro": "EUR", "de euro": "EUR", "US dollars": "USD", "dollars": "USD", "dollar": "USD",
    "yen": "JPY",
    "pounds sterling": "GBP", "Dollar": "USD", "Franken": "CHF", "Swiss francs": "CHF", "złotych": "PLN", "reais": "BRL",
    "d'euro": "EUR", "d’euro": "EUR", "di euros": "EUR", "de reais": "BRL", "rupees": "INR",
}  # fmt: skip
"""Signs of currencies. ``¥`` is the yen unless the column shows renminbi."""

CODES: frozenset[str] = frozenset(CURRENCIES)

DOLLARS: frozenset[str] = frozenset(("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "CLP", "COP", "ARS"))
"""Currencies that write ``$``: ``$300M AUD``."""

SIGN_OF: dict[str, str] = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "KRW": "₩", "INR": "₹", "TWD": "NT$", "HKD": "HK$", "CAD": "C$", "AUD": "A$",
    "NZD": "NZ$", "SGD": "S$", "BRL": "R$",
}  # fmt: skip
"""How a computed amount is printed; other currencies print their code and a space."""


def _scales() -> dict[str, Scale]:
    table: dict[str, Scale] = {}
    for factor, letters, words, european in (
        ("1000", "K k", "thousand thousands tausend", "Tsd Tsd. Tausend"),
        ("1000000", "M m mm MM mn mln mio", "million millions",
            "Mio Mio. Million Millionen millones milioni milhões miljoen miljoner"),
        ("1000000000", "B b bn Bn BN bln", "billion billions",
            "Mrd Mrd. Milliarde Milliarden milliard milliards miliardi mld Md Mds miljard miljarder bilhões"),
        ("1000000000000", "T tn Tn TN trn tln", "trillion trillions", "Bio Bio. Billionen"),
        ("100000", "", "lakh lakhs", ""),
        ("10000000", "cr Cr", "crore crores", ""),
        ("10000", "", "萬 万 만", ""),
        ("1000000", "", "百萬 百万", ""),
        ("100000000", "", "億 亿 억", ""),
        ("1000000000000", "", "兆 조", ""),
    ):  # fmt: skip
        table |= {word: Scale(Decimal(factor), european=True) for word in european.split()}
        table |= {word: Scale(Decimal(factor), letters=True) for word in letters.split()}
        table |= {form: Scale(Decimal(factor)) for word in words.split() for form in (word, word.capitalize())}
    return table


SCALES: dict[str, Scale] = _scales()

WORD_UNITS: dict[str, str] = {
    "%": "%", "％": "%", "percent": "%", "per cent": "%", "pct": "%", "Prozent": "%", "Percent": "%",
    "pp": "pp", "ppt": "pp", "ppts": "pp", "pps": "pp", "p.p.": "pp", "percentage points": "pp", "percentage point": "pp",
    "bp": "bp", "bps": "bp", "basis points": "bp", "basis point": "bp",
    "Prozentpunkte": "pp", "Prozentpunkt": "pp", "Prozentpunkten": "pp", "points de pourcentage": "pp",
    "Basispunkte": "bp", "Basispunkten": "bp",
    "prosent": "%", "procent": "%", "pourcent": "%",
    "x": "x", "×": "x", "X": "x",
}  # fmt: skip
"""Percentages, points and multiples; ``pts`` are percentage points."""


def _durations() -> dict[str, tuple[Decimal, str]]:
    table: dict[str, tuple[Decimal, str]] = {}
    for count, family, words in (
        ("1", "day", "day days Tag Tage Tagen jour jours"),
        ("7", "day", "week weeks wk wks Woche Wochen semaine semaines"),
        ("1", "month", "month months mo mos mth mths Monat Monate Monaten mois"),
        ("3", "month", "quarter quarters qtr qtrs Quartal Quartale"),
        ("12", "month", "year years yr yrs Jahr Jahre Jahren ans"),
        ("120", "month", "decade decades"),
    ):
        for word in words.split(" "):
            table[word] = (Decimal(count), family)
            table[word.capitalize()] = (Decimal(count), family)
    return table


DURATIONS: dict[str, tuple[Decimal, str]] = _durations()
"""Units of time: how many of ``month`` or ``day`` one is."""

LETTER_DURATIONS: dict[str, tuple[Decimal, str]] = {
    "d": (Decimal(1), "day"), "D": (Decimal(1), "day"), "w": (Decimal(7), "day"), "W": (Decimal(7), "day"),
    "m": (Decimal(1), "month"), "M": (Decimal(1), "month"), "q": (Decimal(3), "month"), "Q": (Decimal(3), "month"),
    "y": (Decimal(12), "month"), "Y": (Decimal(12), "month"),
}  # fmt: skip
"""Durations only in a column of durations: ``3M`` and ``10Y`` mean other things elsewhere."""

EXACT_WORDS: dict[str, tuple[Decimal, str]] = {
    "full year": (Decimal(12), "month"), "full-year": (Decimal(12), "month"), "whole year": (Decimal(12), "month"),
    "half year": (Decimal(6), "month"), "half-year": (Decimal(6), "month"), "half a year": (Decimal(6), "month"),
    "a year": (Decimal(12), "month"), "a month": (Decimal(1), "month"),
    "a quarter": (Decimal(3), "month"),
    "a week": (Decimal(7), "day"), "a day": (Decimal(1), "day"),
    "a decade": (Decimal(120), "month"), "decade": (Decimal(120), "month"), "full quarter": (Decimal(3), "month"),
    "full month": (Decimal(1), "month"), "year and a half": (Decimal(18), "month"),
    "a year and a half": (Decimal(18), "month"),
}  # fmt: skip
"""Durations written without a number."""

ZEROS: frozenset[str] = frozenset({"flat", "unchanged", "unch.", "unch"})
"""Approximately 0 % where the column's other cells are percentages."""

FILLERS: tuple[str, ...] = ("straight", "consecutive", "successive", "full", "whole", "calendar", "trading", "business", "working")
"""May stand between a number and a unit of time: ``6 straight months``."""

NUMBER_WORDS: dict[str, int] = {
    word: number
    for number, word in enumerate(
        (
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
            "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
        )
    )
}  # fmt: skip

FRACTIONS: dict[str, Decimal] = {
    "½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75"), "⅛": Decimal("0.125"), "⅜": Decimal("0.375"),
    "⅝": Decimal("0.625"), "⅞": Decimal("0.875"), "⅕": Decimal("0.2"), "⅖": Decimal("0.4"), "⅗": Decimal("0.6"),
    "⅘": Decimal("0.8"),
}  # fmt: skip
"""Only those that are exact decimals."""

ESTIMATES: frozenset[str] = frozenset(
    ("e", "est", "est.", "estimate", "estimated", "exp", "exp.", "forecast", "projected", "consensus")
)
"""A remark that is one of these marks the value as an estimate; ``2026E`` does too."""


def _physical() -> dict[str, str]:
    exact = (
        "mW W kW MW GW TW Wh kWh MWh GWh TWh MWp GWp kWp MWe GWe V kV mA kA Ah mAh mg g kg kt Mt Gt t oz koz Moz lb km m² m³ km² "
        "cm mm nm µm ft sqft ha bbl boe mboe kboe bcf tcf mcf bcm MMBtu MMcf boepd kboepd bpd kb/d mb/d bcf/d MMcf/d mcf/d "
        "GB TB PB EB MB KB Gbps Tbps Mbps TB/s GB/s MB/s Gb/s Tb/s Hz kHz MHz GHz THz FLOPS TFLOPS PFLOPS EFLOPS TOPS TPS "
        "km/h mph rpm kg/h °C °F psi bar MPa GPa dB ppm ppb σ TEU dwt Mtpa tpa tpd g/t ml cl dl L hl tbsp tsp"
    )
    table = {token: token for token in exact.split(" ")}
    for name, forms in (
        ("t", "tonne tonnes"), ("ton", "tons ton"), ("oz", "ounce ounces"), ("lb", "lbs pound pounds"), ("bbl", "barrel barrels"),
        ("mile", "mile miles Miles"), ("gallon", "gallon gallons gal"), ("acre", "acre acres"), ("ha", "hectare hectares"),
        ("hour", "hour hours hr hrs"), ("minute", "minute minutes min mins"), ("second", "second seconds sec secs"),
        ("W", "watt watts"), ("MW", "megawatt megawatts"), ("GW", "gigawatt gigawatts"), ("km", "kilometres kilometers"),
        ("share", "share shares"), ("bushel", "bushel bushels bu"), ("cent", "cent cents ¢"), ("µm", "μm"), ("bpd", "b/d"),
        ("boepd", "boe/d"), ("kboepd", "kboe/d"), ("bcf", "Bcf"), ("bcf/d", "Bcf/d"), ("tcf", "Tcf"), ("mcf", "Mcf"),
        ("MMBtu", "mmbtu"), ("KB", "kB"), ("dwt", "DWT"), ("Mtpa", "mtpa MTPA"), ("L", "litre litres liter liters l"), ("ml", "mL"),
        ("cup", "cup cups"),
    ):  # fmt: skip
        table |= dict.fromkeys(forms.split(), name)
    return table | {"sq ft": "sqft"}


PHYSICAL: dict[str, str] = _physical()
"""Units that are a dimension of their own: what is written to the name it is kept under."""

PER: dict[str, str] = PHYSICAL | {
    word: name
    for name, words in (
        ("year", "yr y a annum Year"), ("month", "mo mth"), ("week", "wk w"), ("day", "d"), ("quarter", "qtr q"), ("hour", "h"),
        ("t", "mt MT metric"), ("user", "users"), ("seat", "seats"), ("share", "sh"),
    )
    for word in (name, *words.split())
}  # fmt: skip
"""What stands behind ``/`` or ``per``; other words behind ``/`` are kept as written."""
