"""In: nothing. Out: the words that periods are written with, as data. Room: values.

A word maps to a code and a number. Codes: ``M`` month, ``S`` season (1 spring to 4 winter), ``T`` third (0 early, 1 mid, 2 late),
``K`` week, ``F`` fiscal (0) or calendar (1) year, ``-`` up to, ``P`` what opens or bounds a period before it, ``Z`` the
present; ``""`` says nothing.
"""

from __future__ import annotations

__all__ = ["DATE_WORDS", "MONTH_NAMES", "PREFIXES"]

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_MONTHS = (
    "jan january januar jänner janvier enero gennaio janeiro",
    "feb february februar février fevrier febrero febbraio fevereiro",
    "mar march märz maerz mär mars marzo março",
    "apr april avril abril aprile",
    "may mai mayo maggio maio",
    "jun june juni juin junio giugno junho",
    "jul july juli juillet julio luglio julho",
    "aug august août aout agosto",
    "sep sept september septembre septiembre settembre setembro",
    "oct october okt oktober octobre octubre ottobre outubro",
    "nov november novembre noviembre novembro",
    "dec december dez dezember décembre decembre diciembre dicembre dezembro",
)
_SEASONS = ("spring frühling frühjahr printemps", "summer sommer été", "autumn fall herbst automne", "winter hiver")
_WEEKDAYS = "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday"

PREFIXES: dict[str, str] = {
    "since": "from", "from": "from", "starting": "from", "beginning": "from", "seit": "from", "depuis": "from",
    "until": "to", "till": "to", "through": "to", "thru": "to", "by": "to", "bis": "to",
    "before": "before", "pre": "before", "after": "after", "post": "after",
}  # fmt: skip
"""What a word before a period does to it: opens its end, opens its start, or bounds it from outside."""


def _table() -> dict[str, tuple[str, int]]:
    table: dict[str, tuple[str, int]] = {}
    for code, first, rows in (("M", 1, _MONTHS), ("S", 1, _SEASONS)):
        table |= {word: (code, number) for number, row in enumerate(rows, first) for word in row.split()}
    for third, words in enumerate(("early anfang début start beginning", "mid middle mitte", "late end ende")):
        table |= dict.fromkeys(words.split(), ("T", third))
    table |= dict.fromkeys((*_WEEKDAYS.split(), "of", "the", "calendar", "year"), ("", 0))
    table |= dict.fromkeys(("week", "wk", "cw", "kw"), ("K", 0))
    table |= dict.fromkeys(("fy", "fiscal", "ye"), ("F", 0))
    table["cy"] = ("F", 1)
    table |= dict.fromkeys(PREFIXES, ("P", 0))
    table |= dict.fromkeys(("to", "and"), ("-", 0))
    words = "present now today ongoing onwards onward forward current date heute"
    table |= dict.fromkeys(words.split(), ("Z", 0))
    return table


DATE_WORDS: dict[str, tuple[str, int]] = _table()
