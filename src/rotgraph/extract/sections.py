"""In: the headings of a note. Out: what each says about the facts below it. Room: extract."""

from __future__ import annotations

import re
from functools import lru_cache

from rotgraph.extract.headers import Lookup
from rotgraph.model.draft import Name, SectionFacts
from rotgraph.model.schema import fold
from rotgraph.model.value import Period, Precision
from rotgraph.notes.document import Document, Heading, Inline, Link
from rotgraph.values.context import PeriodContext
from rotgraph.values.period import parse_period

__all__ = [
    "caption_period", "folders_of", "leading_period", "name_from", "name_of_link", "period_within",
    "read_period", "read_sections", "stated_in",
    "trailing_period",
]  # fmt: skip

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_PART = (
    r"(?:fiscal\s)?(?:F?Q[1-4]|H[12])\s?(?:(?:FY|CY)\s?)?'?\d{2,4}|(?:[1-4]F?Q|[12]H)\s?(?:(?:FY|CY)\s?)?'?\d{2,4}"
    r"|(?:FY|CY)\s?'?\d{2,4}\s(?:Q[1-4]|H[12])|\d{4}\s?(?:Q[1-4]|H[12])"
)
"""A quarter or half of a year, as headings and metrics write it."""
_WHOLE = r"(?:FY|CY|YE|fiscal(?:\syear)?)\s?'?\d{2,4}(?:[/-]\d{2})?E?"
_DATED = re.compile(
    rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b|\b\d{{1,2}}\s+{_MONTH}\s+\d{{4}}\b|\b{_MONTH}\s+\d{{4}}\b"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b\d{4}-(?:0[1-9]|1[0-2])\b(?!-)"
)
_YEAR_AND_TWO = re.compile(r"\d{4}-\d{2}")
_SORTING = re.compile(r"^[\W\d_]+")
"""What sorts a folder among others: ``05-``, ``_``."""
_AFTER_NAME = re.compile(r"\s+[—–|-]\s+|:\s")
_DIGIT = re.compile(r"\d")
_PARENTHESIS = re.compile(r"\(([^()]*)\)")
_LEADING = re.compile(
    rf"(?:since\s+{_MONTH}(?:\s+\d{{1,2}})?(?:,?\s+\d{{4}})?|{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|{_MONTH}\s+\d{{4}}"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}|{_PART}|{_WHOLE}"
    r"|(?:19|20)\d{2}(?:\s?[-–]\s?(?:(?:19|20)?\d{2}))?E?)(?![\w%$.,]*\d|/\d)",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    rf"\b(?:since\s)?(?:(?:{_MONTH}\s+(?:\d{{1,2}},?\s+)?(?:\d{{4}}\s*)?(?:–|-|—|to)\s*)?{_MONTH}\s+(?:\d{{1,2}},?\s+)?\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}"
    r"|(?:Q[1-4]|H[12])\s\d{4}|\d{4}\s(?:Q[1-4]|H[12])|FY\s?\d{2,4}|(?:19|20)\d{2}(?:\s?[-–]\s?(?:19|20)?\d{2})?)(?![\w%$]|[.,]\d)",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"\(([^()]{{4,20}})\)$|\s((?:F?Q[1-4]|H[12])\s?(?:\d{{4}}|'\d{{2}}|(?:FY|CY)\s?'?\d{{2,4}})|(?:[1-4]Q|[12]H)'?(?:\d{{4}}|\d{{2}})E?"
    rf"|(?:FY|CY)\s?\d{{2,4}}\s(?:Q[1-4]|H[12])|\d{{4}}\s(?:Q[1-4]|H[12])|(?:FY|CY)\s?\d{{2,4}}E?|{_MONTH}\s(?:\d{{1,2}},\s)?\d{{4}})$"
)
_SENTENCE_END = re.compile(r"(?<=[^\s.]{3})[.!?](?=\s|$)")
_CACHED_LENGTH = 120
_TRAILING_PUNCTUATION = " :—–-"
_TITLE = re.compile(r"[^\W\d_a-z][^\s,;:]*(?:\s[^\W\d_a-z][^\s,;:]*){0,3}")
"""A name as titles write it, after a label: ``Founder: Jane Roe``."""


def read_period(text: str, context: PeriodContext | None = None) -> Period | None:
    """A period, or None for doubt too: the caller only asks whether there certainly is one."""
    found = parse_period(text, context) if context else parse_period(text)
    return found if isinstance(found, Period) else None


def leading_period(text: str, context: PeriodContext | None = None) -> tuple[Period, str] | None:
    """The period a text begins with, and what follows it."""
    return _led_by(text, context) if len(text) <= _CACHED_LENGTH else _led(text, context)


def _led(text: str, context: PeriodContext | None) -> tuple[Period, str] | None:
    hit = _LEADING.match(text)
    if hit is None:
        return None
    written = hit[0].rstrip()
    found = read_period(written.removesuffix("E"), context)
    if found is None and _YEAR_AND_TWO.fullmatch(written):
        # a heading `2000-02: …` names years when the second half can be no month after the first, or when it says so
        found = read_period(written, PeriodContext(column_is_year_ranges=True))
    return (found, text[hit.end() :].lstrip(_TRAILING_PUNCTUATION)) if found else None


_led_by = lru_cache(maxsize=1 << 13)(_led)


def caption_period(text: str) -> Period | None:
    """The period in the last parenthesis that holds one: ``Monthly fund flows (2025)``."""
    for inside in reversed(_PARENTHESIS.findall(text) if "(" in text else ()):
        found = read_period(inside.strip())
        if found is not None:
            return found
    return None


def trailing_period(text: str) -> Period | None:
    """The period a metric ends with, in a parenthesis or such as no name ends with: ``Revenue (2024)``, ``Revenue Q3 2025``."""
    hit = _TRAILING.search(text)
    return read_period((hit[1] or hit[2]).removesuffix("E")) if hit else None


def period_within(text: str, around: Period | None = None) -> Period | None:
    """The first period that the first sentence of a caption holds: ``A vs B, Sep 2016 – May 2017. Later …``.

    Args:
        around: of the heading: what it reads as years is not read as a month here.
    """
    if _DIGIT.search(text) is None:
        return None
    end = _SENTENCE_END.search(text)
    for hit in _WITHIN.finditer(text[: end.start()] if end else text):
        if around is not None and hit[0] == around.text:
            return around
        found = read_period(hit[0])
        if found is not None:
            return found
    return None


def stated_in(text: str) -> Period | None:
    """The day or month that dates a heading (ruling 22): never a bare year, quarter or range."""
    hit = _DATED.search(text) if _DIGIT.search(text) else None
    found = read_period(hit[0]) if hit else None
    return found if found and found.precision in (Precision.DAY, Precision.MONTH) else None


def name_of_link(inline: Inline, index: int = 0) -> Name:
    """The name that one link of an inline is."""
    return name_from(inline.links[index][2])


def name_from(link: Link) -> Name:
    """The name that a link is."""
    target = link.target
    shown = link.label or target or link.shown
    return Name(shown, link.start, link.end, target, link.fragment, link.form)


def _in_folder(text: str, folders: frozenset[str]) -> str:
    """The folder of the note that a heading names, as it writes it: ``NVDA — Income statement``, ``Nvidia Corp. (NVDA): Overview``
    in the folder NVDA."""
    before = _AFTER_NAME.split(text, maxsplit=1)[0].strip()
    if fold(before) in folders:
        return before
    return next((each.strip() for each in _PARENTHESIS.findall(before) if fold(each) in folders), "")


def folders_of(path: str) -> tuple[str, ...]:
    """The folders of a note, outermost first, folded, without what only sorts them.

    Example:
        >>> folders_of("05-Stocks/_tech/NVDA.md")
        ('stocks', 'tech')
    """
    parts = path.split("/")[:-1]
    return tuple(fold(_SORTING.sub("", part) or part) for part in parts)


def read_sections(document: Document, lookup: Lookup) -> list[SectionFacts]:
    """One per heading, in order."""
    words = lookup.class_words
    kinds = {fold(folder) for each in lookup.schema.classes for folder in each.folders}
    folders = frozenset(folders_of(document.path)) - kinds
    sections: list[SectionFacts] = []
    for heading in document.headings:
        path = f"{sections[heading.parent].path} › {heading.inline.plain}" if heading.parent >= 0 else heading.inline.plain
        sections.append(_section(heading, path, words, lookup, folders))
    return sections


def _section(
    heading: Heading, path: str, words: dict[str, str], lookup: Lookup, folders: frozenset[str]
) -> SectionFacts:  # fmt: skip
    inline = heading.inline
    text = inline.plain
    led = leading_period(text)
    period = led[0] if led else caption_period(text) if "(" in text else None
    own, certain, cls = None, False, ""
    wiki = [index for index, (_, _, link) in enumerate(inline.links) if link.form != "url" and not link.embed]
    if len(wiki) == 1:
        start, end, _ = inline.links[wiki[0]]
        rest = fold(_PARENTHESIS.sub(" ", f"{text[:start]} {text[end:]}")).strip(_TRAILING_PUNCTUATION)
        label = lookup.column_class(rest) if text[:start].rstrip().endswith(":") else ""
        if not rest or rest in words or label:
            own, certain, cls = name_of_link(inline, wiki[0]), True, words.get(rest, label)
    elif not wiki and led is None:
        bare = _PARENTHESIS.sub(" ", text) if "(" in text else text
        name = " ".join(bare.split()).strip(_TRAILING_PUNCTUATION)
        label, _, said = name.partition(":")
        if folders and (inside := _in_folder(text, folders)):
            own, certain = Name(inside, inline.start, inline.end), True
        elif said and _TITLE.fullmatch(said.strip()) and lookup.column_class(fold(label)):
            own, certain, cls = Name(said.strip(), inline.start, inline.end), True, lookup.column_class(fold(label))
        elif name and len(name.split()) <= 6:
            own = Name(name, inline.start, inline.end)
    return SectionFacts(
        path=path,
        text=text,
        start=heading.start,
        end=heading.end,
        parent=heading.parent,
        own=own,
        certain=certain,
        period=period,
        stated=stated_in(text),
        cls=cls,
        rest=led[1] if led else "",
    )
