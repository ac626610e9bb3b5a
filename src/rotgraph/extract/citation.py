"""In: a citation as scholars write it. Out: its authors, title, year, who printed it. Room: extract."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rotgraph.extract.sections import read_period
from rotgraph.late import dataclass
from rotgraph.model.value import Period

__all__ = ["LONGEST_PUBLISHER", "Citation", "citation"]

LONGEST_PUBLISHER = 48
_IN_QUOTES = re.compile(r"[\"“]([^\"”]+)[\"”]")
_WORD = r"[^\W\d_][\w'’-]+"
_INITIALS = r"(?:[A-Z]\.[ -]?){1,3}"
_AUTHOR = re.compile(
    rf"(?=[^\W\d_a-z]){_WORD},\s(?:{_INITIALS}|(?=[A-Z]){_WORD}(?:\s[A-Z][\w'’.-]*)?(?:\.(?=\s|$)|,?\s(?:and|&)\s(?=[A-Z])))"
)
"""``Hull, J.``, ``Haug, Espen Gaarder.``, ``Bailey, David and …``: who has written it, not who has published it."""
_YEAR = re.compile(r"(?:[\s,]|(?<=[^\W\d_]{2})\.)*(?:\(((?:19|20)\d\d)\b[^()]*\)|((?:19|20)\d\d))[.,]?\s*$")
_DATED = re.compile(r"\(((?:19|20)\d\d)\b[^()]*\)[.,]?\s+|[.,]\s((?:19|20)\d\d)[.,]\s+")
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2})\.\s+|(?<=[A-Z]\.)\s+(?=[A-Z][^\W\d_]+\s)")
_MONTH = r"(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s+)?"
_NUMBERS = re.compile(rf"(?:^|,\s*|\s+)(?:(?:vol|no|pp?|chapters?|issue)\b\.?\s*\d|{_MONTH}\(?\d).*$", re.IGNORECASE)
"""Volumes, pages, days without a year."""
_STOP = re.compile(r"(?<=[^\W\d_]{2})\.$")
_TRIMMED = " ,;:.—–-"


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation says; empty where it says nothing."""

    authors: str
    title: str
    publisher: str
    year: Period | None = None


def citation(text: str, emphasised: Sequence[str] = ()) -> Citation | None:
    """A citation that marks its title, by quotation marks or in italics, or begins with an author; None of any other.

    Example:
        >>> found = citation('Hull, J. (2018). Options and Futures. Pearson', ["Options and Futures."])
        >>> found.authors, found.title, found.publisher
        ('Hull, J.', 'Options and Futures', 'Pearson')
    """
    author = _AUTHOR.match(text)
    marked = _marked(text, emphasised)
    if marked is None and author is None:
        return None
    if marked is None:
        before, title, after = _parted(text)
    else:
        before, title, after = text[: marked[0]], text[marked[1] : marked[2]], text[marked[3] :]
    before, year = _dated(before.strip(" ,:"))
    printed = _printed(after)
    written = author is not None or (" et al" in before)
    publisher = printed if printed or written else before
    return Citation(_STOP.sub("", before) if written else "", title.strip(_TRIMMED), publisher, year or _dated(after)[1])


def _marked(text: str, emphasised: Sequence[str]) -> tuple[int, int, int, int] | None:
    """Where the mark of a title begins, its words begin and end, the mark ends."""
    quoted = _IN_QUOTES.search(text)
    if quoted is not None:
        return quoted.start(), quoted.start(1), quoted.end(1), quoted.end()
    for words in emphasised:
        at = text.find(words.strip(_TRIMMED))
        if at > 0 and len(words.split()) > 1 and "\n" not in text[:at]:
            end = at + len(words.strip(_TRIMMED))
            return at, at, end, end
    return None


def _parted(text: str) -> tuple[str, str, str]:
    """Authors and title where nothing marks the title: the year parts them, else the end of the first sentence."""
    hit = _DATED.search(text) or _SENTENCE.search(text)
    return (text[: hit.end()], text[hit.end() :], "") if hit is not None else (text, "", "")


def _dated(words: str) -> tuple[str, Period | None]:
    """Words without the year at their end."""
    hit = _YEAR.search(words)
    return (words[: hit.start()], read_period(hit[1] or hit[2])) if hit is not None else (words, None)


def _printed(after: str) -> str:
    """Who has printed it: the words behind a title, without volumes and pages."""
    words = _NUMBERS.sub("", after.strip(_TRIMMED)).strip(_TRIMMED)
    return words if words[:1].isupper() and len(words) <= LONGEST_PUBLISHER and "$" not in words else ""
