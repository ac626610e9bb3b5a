"""In: the text of a period. Out: its tokens, and the points in time they name, maybe without a year. Room: values."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from rotgraph.late import regex
from rotgraph.values.calendar import century_year
from rotgraph.values.datewords import DATE_WORDS

__all__ = ["DatePoint", "DateToken", "date_tokens", "may_begin_period", "opens_period", "read_point"]

_TOKEN = regex(
    r"\s*(?:"
    r"(?P<I>[0-9]{4}(?P<i>[-/.])[0-9]{1,2}(?P=i)[0-9]{1,2}(?![0-9])"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?\s?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?)"
    r"|(?P<X>[0-9]{1,2}(?P<x>[/.-])[0-9]{1,2}(?P=x)(?:[0-9]{4}|[0-9]{2})(?![0-9]))"
    r"|(?P<W>[0-9]{4}-?W[0-9]{2}(?![0-9]))"
    r"|(?P<A>[0-9]{4}[-/][0-9]{2}(?![0-9s]|-[0-9]))"
    r"|(?P<B>[0-9]{1,2}/[0-9]{4}(?![0-9]))"
    r"|(?P<D>(?:[0-9]{3}|['’]?[0-9])0['’]?s(?![a-z]))"
    r"|(?P<C>[0-9]{1,2}(?:st|nd|rd|th)\scentury)"
    r"|(?P<Q>F?Q[1-4](?![0-9])|[1-4]F?Q(?![a-z])|(?i:first|second|third|fourth|1st|2nd|3rd|4th)\squarter)"
    r"|(?P<H>H[12](?![0-9])|[12]H(?![a-z])|(?i:first|second|1st|2nd)\shalf)"
    r"|(?P<w>(?:W|CW|KW)\s?[0-9]{1,2}(?![0-9]))"
    r"|(?P<Y>[12][0-9]{3}(?![0-9]))(?:[EAFe](?![a-zA-Z])|(?=[QHW][0-9])|(?![a-zA-Z]))"
    r"|(?P<y>['’][0-9]{2}(?![0-9]))[EAFe]?(?![a-zA-Z])"
    r"|(?P<N>[0-9]{1,2}(?![0-9]))(?:st|nd|rd|th|[EAF.](?![a-zA-Z0-9]))?"
    r"|(?P<word>[^\W\d_]+)\.?"
    r"|(?P<dash>[-–—]|\.\.|/)"
    r"|(?P<mark>[,+?~≈])"
    r")"
)
_MARKS, _TIME = re.compile(r"[-/.]"), re.compile(r"[T ]")
_FIRST = frozenset("0123456789~≈'’")
_WORD = regex(r"[^\W\d_]+")
_BEGINS = frozenset(word for word, (code, _) in DATE_WORDS.items() if code not in ("-", "Z")) | frozenset(
    ("q", "h", "fq", "w", "c", "ca", "circa", "about", "around", "first", "second", "third", "fourth", "between")
)
_ORDINALS = {"1st": 1, "first": 1, "2nd": 2, "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4}
_LONGEST = 60

_FORMS = frozenset(
    (
        "Y", "y", "I", "X", "A", "B", "D", "C", "W", "wY", "Yw",
        "M", "MY", "My", "YM", "MN", "NM", "MNY", "NMY", "MNy", "NMy", "NMN", "YMN", "N", "NY",
        "Q", "QY", "YQ", "Qy", "QN", "QFY", "QFN", "QFy", "FYQ", "FNQ", "FyQ", "FQY", "FQN", "FQy",
        "H", "HY", "YH", "Hy", "HN", "HFY", "HFN", "HFy", "FYH", "FNH", "FyH", "FHY", "FHN", "FHy",
        "FY", "FN", "Fy", "FA", "S", "SY", "Sy", "YS", "SA",
        "TY", "TMY", "TM", "TMy", "TD", "KMNY", "KI", "KNMY", "KNY", "KMN",
    )
)  # fmt: skip
"""Points by the codes of their tokens."""
_DASHED = {
    "M-N-Y": "MNY",
    "M-Y": "MY", "M-y": "My", "Y-M": "YM", "N-M": "NM", "N-M-Y": "NMY", "N-M-N": "NMN", "N-M-y": "NMy", "M-N": "M-N", "Q-Y": "QY",
    "Y-Q": "YQ", "Q-y": "Qy", "Q-N": "QN", "H-Y": "HY", "Y-H": "YH", "H-y": "Hy", "S-Y": "SY", "T-Y": "TY", "T-M": "TM",
    "T-MY": "TMY", "T-D": "TD", "F-Y": "FY", "Y-N": "Y-N",
}  # fmt: skip
"""Points that are written with a dash inside."""


class DateToken(msgspec.Struct, frozen=True, gc=False):
    """A code (see `datewords`, and the groups of the pattern), what it says, where it stands."""

    code: str
    text: str
    number: int
    start: int
    end: int


class DatePoint(msgspec.Struct, frozen=True, gc=False):
    """A point in time as written; what is missing is None.

    ``kind`` is ``day month quarter half season year third decade century week``, or ``either`` for what only its column
    can tell (``2000-02``, ``12/11/2026``, ``Jan-26``: then ``parts`` holds the numbers as written).
    """

    kind: str
    year: int | None = None
    month: int | None = None
    """The month; the number of the quarter, half, season, week."""
    day: int | None = None
    third: int | None = None
    fiscal: bool = False
    parts: tuple[int, ...] = ()
    form: str = ""


def may_begin_period(text: str) -> bool:
    """Whether a period can begin as this text does."""
    if not text or len(text) > _LONGEST:
        return False
    if text[0] in _FIRST:
        return True
    word = _WORD.match(text)
    return word is not None and opens_period(word[0])


def opens_period(word: str) -> bool:
    """Whether a period can begin with a word."""
    return word.lower() in _BEGINS


def date_tokens(text: str, position: int) -> list[DateToken] | None:
    """The tokens of a text; None if something in it belongs to no period."""
    tokens: list[DateToken] = []
    length = len(text)
    while position < length:
        match = _TOKEN.match(text, position)
        if match is None:
            return None
        position = match.end()
        code = match.lastgroup or ""
        if code == "i" or code == "x":
            code = code.upper()
        written = match[code]
        start = match.start(code)
        if code == "word":
            found = DATE_WORDS.get(written.lower())
            if found is None:
                return None
            if found[0]:
                tokens.append(DateToken(found[0], written, found[1], start, position))
            continue
        if code == "dash":
            code = "-"
        elif code == "mark":
            if written == ",":
                continue
            code = "+" if written == "+" else "~"
        number = int(written) if written.isdigit() else _ordinal(code, written)
        tokens.append(DateToken(code, written, number, start, position))
    return tokens


def _ordinal(code: str, written: str) -> int:
    """The number in ``Q3``, ``3Q``, ``'24``, ``20th century``, ``W03``."""
    if code in "QHCwy":
        first = written.split()[0].lower()
        if first in _ORDINALS:
            return _ORDINALS[first]
        return int("".join(letter for letter in written if letter.isdigit()))
    return 0


def read_point(tokens: list[DateToken]) -> DatePoint | None:
    """The point that these tokens name, all of them."""
    form = "".join(token.code for token in tokens)
    if form not in _FORMS:
        if form not in _DASHED:
            return None
        form = _DASHED[form]
        if form == "Y-N":
            return _year_dash(tokens)
        if form == "M-N":
            return DatePoint("either", None, tokens[0].number, None, parts=(tokens[2].number,), form=form)
        tokens = [token for token in tokens if token.code != "-"]
    first = tokens[0]
    if len(tokens) == 1 and form in _SINGLE:
        return _SINGLE[form](first)
    return _composed(form, tokens)


def _year_dash(tokens: list[DateToken]) -> DatePoint | None:
    """``2000–02`` with an en dash is a range of years; with a hyphen it is one token and its column decides."""
    if tokens[1].text == "-" or tokens[2].text[0] == "'" or len(tokens[2].text) != 2:
        return None
    return DatePoint("either", tokens[0].number, parts=(tokens[2].number,), form="years")


def _iso(token: DateToken) -> DatePoint:
    year, month, day = _MARKS.split(_TIME.split(token.text)[0])
    return DatePoint("day", int(year), int(month), int(day), form="I")


def _slashes(token: DateToken) -> DatePoint:
    first, second, year = _MARKS.split(token.text)
    full = int(year) if len(year) == 4 else century_year(int(year))
    if "." in token.text:
        return DatePoint("day", full, int(second), int(first), form="X")
    return DatePoint("either", full, parts=(int(first), int(second)), form="X")


def _year_number(token: DateToken) -> DatePoint:
    year, number = _MARKS.split(token.text)
    return DatePoint("either", int(year), parts=(int(number),), form="A" if "-" in token.text else "A/")


def _month_slash(token: DateToken) -> DatePoint:
    month, year = token.text.split("/")
    return DatePoint("month", int(year), int(month), form="B")


def _decade(token: DateToken) -> DatePoint:
    digits = "".join(letter for letter in token.text if letter.isdigit())
    year = int(digits) if len(digits) == 4 else century_year(int(digits)) if token.text[0] in "'’" else None
    return DatePoint("decade", year, int(digits[-2:]), form="D")


def _iso_week(token: DateToken) -> DatePoint:
    year, week = token.text.split("W")
    return DatePoint("week", int(year.rstrip("-")), int(week), form="W")


def _number(token: DateToken) -> DatePoint | None:
    return DatePoint("day", None, None, token.number, form="N") if token.number <= 31 else None


_SINGLE: dict[str, Callable[[DateToken], DatePoint | None]] = {
    "I": _iso,
    "X": _slashes,
    "A": _year_number,
    "B": _month_slash,
    "D": _decade,
    "W": _iso_week,
    "C": lambda token: DatePoint("century", (token.number - 1) * 100, form="C"),
    "Y": lambda token: DatePoint("year", token.number, form="Y"),
    "y": lambda token: DatePoint("year", century_year(token.number), form="y"),
    "N": _number,
}


def _composed(form: str, tokens: list[DateToken]) -> DatePoint | None:
    """Several tokens: each code says which part its number is."""
    parts: dict[str, int] = {}
    for token in tokens:
        code = token.code
        if code in parts:
            code = "N2"
        parts[code] = token.number
    year = parts.get("Y")
    if year is None and "y" in parts:
        year = century_year(parts["y"])
    short = parts.get("N2") if form == "NMN" else parts.get("N") if form in _SHORT_YEAR else None
    if short is not None:
        if len(next(token.text for token in reversed(tokens) if token.code == "N")) != 2:
            return None
        year = century_year(short)
    return _shaped(form, parts, year, tokens)


_SHORT_YEAR = frozenset(("QN", "QFN", "FNQ", "FQN", "HN", "HFN", "FNH", "FHN", "FN"))


def _shaped(form: str, parts: dict[str, int], year: int | None, tokens: list[DateToken]) -> DatePoint | None:
    fiscal = parts.get("F") == 0
    if "A" in parts:
        after = next(token for token in tokens if token.code == "A").text
        first, second = int(after[:4]), int(after[5:])
        if second != (first + 1) % 100:
            return None
        if "F" in parts:
            return DatePoint("year", first + 1, fiscal=fiscal, form=form)
        return DatePoint("season", first, parts["S"], form=form)
    if "I" in parts:
        return DatePoint("week", None, None, None, form="KI", parts=(tokens[1].start,))
    if "Q" in parts:
        return DatePoint("quarter", year, parts["Q"], fiscal=fiscal or "F" in tokens[0].text, form=form)
    if "H" in parts:
        return DatePoint("half", year, parts["H"], fiscal=fiscal, form=form)
    if "S" in parts:
        return DatePoint("season", year, parts["S"], form=form)
    if "F" in parts:
        return DatePoint("year", year, fiscal=fiscal, form=form)
    if "w" in parts:
        return DatePoint("week", year, parts["w"], form=form)
    if "T" in parts:
        if "D" in parts:
            decade = _decade(tokens[-1])
            return DatePoint("third", decade.year, decade.month, third=parts["T"], form=form)
        return DatePoint("third", year, parts.get("M"), third=parts["T"], form=form)
    if "K" in parts:
        if "M" not in parts:
            return DatePoint("week", year, parts["N"], form=form)
        return DatePoint("week", year, parts["M"], parts["N"], form=form)
    if parts.get("N", 1) > 31:
        return None
    if "M" in parts:
        return DatePoint("day" if "N" in parts else "month", year, parts["M"], parts.get("N"), form=form)
    return DatePoint("day", year, None, parts.get("N"), form=form)
