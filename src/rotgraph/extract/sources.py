"""In: a citation as written. Out: publisher, title, date, words. Room: extract."""

from __future__ import annotations

import re

from rotgraph.extract.citation import LONGEST_PUBLISHER, citation
from rotgraph.extract.scribe import Scribe
from rotgraph.extract.sections import leading_period, read_period
from rotgraph.model.draft import Draft, DraftFact, Name
from rotgraph.model.schema import fold
from rotgraph.model.value import Period
from rotgraph.notes.document import Inline, Link

__all__ = ["cite_item", "cite_line", "source_line"]

_SOURCE = re.compile(r"\s*[*_]*(?:sources?|via|quelle)(?:\s*[:—]\s*|\s+-\s+)", re.IGNORECASE)
"""A hyphen without spaces joins words: ``Source-weighted`` begins no citation."""
_PARENTHESIS = re.compile(r"\(([^()]*)\)")
_URL = re.compile(r"https?://\S+")
_FIRST = "JFMASOND"
_REST_OF_MONTH = (
    r"(?:(?<=J)(?:an|un|ul)|(?<=F)eb|(?<=M)a[ry]|(?<=A)(?:pr|ug)|(?<=S)ep|(?<=O)ct|(?<=N)ov|(?<=D)ec)[a-z]*\.?"
)
_DATE = re.compile(
    rf"[{_FIRST}\d](?:(?<=[{_FIRST}])(?:{_REST_OF_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|{_REST_OF_MONTH}\s+\d{{4}})"
    rf"|(?<=\d)(?:\d?\s+[{_FIRST}]{_REST_OF_MONTH}\s+\d{{4}}|\d{{3}}-\d{{2}}-\d{{2}}))"
)
"""``Feb 27, 2026``, ``27 February 2026``, ``Feb 2026``, ``2026-02-27``; it begins with a set of characters, so that `re` skips at
the speed of C to where one may begin."""
_BRACKETED = re.compile(r"\([^()]*\)")
_COMMAS = re.compile(r"[,;]")
_NUMBERED = re.compile(r"^\[\d{1,3}\]\s*")
_FILE = re.compile(r"\.(?:md|txt|pdf|docx?|xlsx?|csv|pptx?|html?|json|db|png|jpe?g)\b")
_EMPTY = re.compile(r"\(\s*[,;]?\s*\)")
_WITH_DIGITS = re.compile(r"\s*\(([^()]*\d[^()]*)\)$")
_MARKED = re.compile(r"^[\[(][^\[\]()]*[\])]$")
"""A mark that a citation is called by: ``[source:arxiv:2106.09685]``, ``(3)``."""
_APART = re.compile(r"\s+[—–-]\s+")
_DIGIT = re.compile(r"\d")
_HOST = re.compile(r"https?://(?:www\.)?([^/:?#]+)", re.IGNORECASE)
_PARTED = re.compile(r"\s[—–|-]\s")
_SHORTEST_NAME = 3
_DASHED = re.compile(r"\s[—–-]\s")
_QUOTED = re.compile(rf"(.{{2,{LONGEST_PUBLISHER}}}?)\s*[—–-]\s*[\"“](.+)[\"”]")
_NEXT = re.compile(r"\s*[,;]\s*")
"""Between one source of a line and the next, outside parentheses."""


def source_line(inline: Inline) -> int | None:
    """Where the citation of a source line begins; None if the text is none."""
    hit = _SOURCE.match(inline.plain)
    if hit is None or not inline.plain[hit.end() :].strip():
        return None
    italic = bool(inline.emphasis) and inline.emphasis[0][0] <= 1
    return hit.end() if italic or inline.plain.lower().startswith("source") else None


def cite_line(scribe: Scribe, inline: Inline, begin: int, section: int) -> Period | None:
    """Sources of a line ``*Source: Financial Times, Feb 27 2026*``; the first date found dates the section."""
    first: Period | None = None
    links = [(start, end, link) for start, end, link in inline.links if link.form == "url" and start >= begin]
    if len(links) > 1:
        return _cite_links(scribe, inline, links, section)
    for part in _split(inline.plain[begin:]):
        facts, date = _facts(scribe, inline, part)
        first = first or date
        if facts:
            scribe.add(Draft("source", "record", tuple(facts), inline.start, inline.end, section, complete=False))
    return first


def _cite_links(scribe: Scribe, inline: Inline, links: list[tuple[int, int, Link]], section: int) -> Period | None:
    """Several linked sources in one line, each with the words up to the next: ``[A](url) (Feb 2026), [B](url), a transcript``."""
    first: Period | None = None
    ends = [start for start, _, _ in links[1:]]
    for (start, end, link), stop in zip(links, [*ends, len(inline.plain)], strict=True):
        after = inline.plain[end:stop]
        hit = _NEXT.search(_PARENTHESIS.sub(lambda inside: "·" * len(inside[0]), after))
        beside, more = (after[: hit.start()], after[hit.end() :]) if hit else (after, "")
        label = inline.plain[start:end]
        named = _of_label(inline, label, link.target)
        facts, date = _facts(scribe, inline, beside.strip(" .*_") if named else f"{label}{beside}".strip(" .*_"))
        first = first or date
        dated = [fact for fact in facts if fact.property == "date"]
        facts = [*(named or [fact for fact in facts if fact.property != "date"]), *dated]
        facts.append(DraftFact("url", link.target, link.start, link.end))
        scribe.add(Draft("source", "record", tuple(facts), inline.start, inline.end, section, complete=False))
        for part in _COMMAS.split(more) if stop == len(inline.plain) else ():
            facts, date = _facts(scribe, inline, part.strip(" .*_"))
            first = first or date
            if facts:
                scribe.add(Draft("source", "record", tuple(facts), inline.start, inline.end, section, complete=False))
    return first


def _of_label(inline: Inline, label: str, url: str) -> list[DraftFact]:
    """Publisher and title of a linked label that holds both: ``Publisher: title``, ``Publisher — "title"``; a label with a dash
    is a title, without the publisher where the address tells which side of it that is; of others nothing."""
    place = (inline.start, inline.end)
    dashed = _at_address(label, url)
    if dashed is not None:
        facts = [DraftFact("publisher", _linked(inline, dashed[0]) or Name(dashed[0], *place), *place, "firm")]
        title, date = _dated_title(dashed[1])
        facts.append(DraftFact("title", title, *place))
        return [*facts, DraftFact("date", date, *place)] if date is not None else facts
    publisher, colon, title = label.partition(":")
    quoted = _QUOTED.fullmatch(label) if '"' in label or "“" in label else None
    if quoted:
        publisher, colon, title = quoted[1], ":", quoted[2]
    if colon and title.strip() and len(publisher) <= LONGEST_PUBLISHER and not publisher.startswith("http"):
        name = _linked(inline, publisher) or Name(publisher.strip(), *place)
        return [DraftFact("publisher", name, *place, "firm"), DraftFact("title", title.strip(), *place)]
    return [DraftFact("title", label, *place)] if _DASHED.search(label) else []


def _at_address(label: str, url: str) -> tuple[str, str] | None:
    """Publisher and title of a label that a dash or a bar parts, where the name of one side stands in the address it leads to:
    ``CNBC — Quarter in review`` at ``www.cnbc.com``, ``Quarter in review | Yahoo Finance`` at ``finance.yahoo.com``."""
    marks = list(_PARTED.finditer(label))
    host = _HOST.match(url) if marks else None
    if host is None:
        return None
    parts = host[1].casefold().split(".")
    hosts = (_squeezed("".join(parts)), _squeezed("".join(reversed(parts))))
    first, last = marks[0], marks[-1]
    sides = ((label[: first.start()], label[first.end() :]), (label[last.end() :], label[: last.start()]))
    for name, title in sides:
        squeezed = _squeezed(name.casefold().removeprefix("the "))
        if len(squeezed) >= _SHORTEST_NAME and title.strip() and any(squeezed in each for each in hosts):
            return name.strip(), title.strip()
    return None


def _squeezed(name: str) -> str:
    return "".join(each for each in name if each.isalnum())


def _dated_title(title: str) -> tuple[str, Period | None]:
    """A title without the date in parentheses at its end."""
    inside = _PARENTHESIS.findall(title) if title.endswith(")") else []
    date = read_period(inside[-1].strip()) if inside else None
    bare = title[: title.rindex("(")].strip() if date is not None else ""
    return (bare, date) if bare else (title, None)


def _split(text: str) -> list[str]:
    return [part.strip(" .*_") for part in text.split(";") if part.strip(" .*_")]


def _facts(scribe: Scribe, inline: Inline, part: str) -> tuple[list[DraftFact], Period | None]:
    place = (inline.start, inline.end)
    url = _URL.search(part) if "://" in part else None
    text = _NUMBERED.sub("", _URL.sub("", part).strip(" :,.") if url else part)
    dates = list(_DATE.finditer(text)) if _DIGIT.search(text) else []
    date = read_period(dates[-1][0]) if dates else None
    if dates:
        text = f"{text[: dates[-1].start()]}{text[dates[-1].end() :]}"
    text = (_EMPTY.sub("", text) if "(" in text else text).strip(" ,;:.—–-")
    text, _, aside = text.partition(" | ")
    facts: list[DraftFact] = [DraftFact("remark", aside.strip(), *place)] if aside.strip() else []
    publisher, _, title = text.partition(",")
    written = citation(text, [inline.plain[start:end] for start, end in inline.emphasis])
    if written is not None:
        publisher, title = written.publisher, written.title
        facts.extend(DraftFact("remark", each, *place) for each in (written.authors,) if each)
        date = date or written.year
    elif _BRACKETED.fullmatch(title.strip()):
        facts.append(DraftFact("remark", title.strip()[1:-1], *place))  # who wrote it
        title = ""
    named, colon, rest = publisher.partition(": ")
    if colon and written is None:  # `World Gold Council: Demand trends, Feb 2026`
        publisher, title = named.strip(), f"{rest}, {title.strip()}" if title.strip() else rest
    numbered = _WITH_DIGITS.search(publisher) if publisher.endswith(")") else None
    if numbered is not None:  # `Reuters (Apr 5)`, `Journal of Finance (2001)`
        publisher = publisher[: numbered.start()]
        date = date or read_period(numbered[1].strip())
        if date is None or date.text != numbered[1].strip():
            facts.append(DraftFact("remark", numbered[1].strip(), *place))
    linked = _linked(inline, publisher)
    if linked is not None:
        facts.append(DraftFact("publisher", linked, *place, "firm"))
        rest = publisher.replace(linked.text, "", 1).strip(" ,:—–-")
        title = title or (rest if len(rest.split()) > 1 else "")
    elif publisher and len(publisher) <= LONGEST_PUBLISHER and _publishes(scribe, publisher):
        facts.append(DraftFact("publisher", Name(publisher.strip(), *place), *place, "firm"))
    elif written is None:
        title = text
    if title.strip():
        facts.append(DraftFact("title", title.strip(), *place))
    if date is not None:
        facts.append(DraftFact("date", date, *place))
    if url:
        facts.append(DraftFact("url", url[0].rstrip(".,;)*"), *place))
    return facts, date


def _publishes(scribe: Scribe, words: str) -> bool:
    """Whether words name who has published something: not a file, not a legend (``S1 = filings``), not a part of a document
    (``Item 7``), not a document that begins with its period (``FY2025 10-K``)."""
    words = words.strip("`'\" ")
    if "=" in words or _FILE.search(words) or fold(words.partition(" ")[0]).rstrip(".") in scribe.schema.citing:
        return False
    return leading_period(words) is None


def _linked(inline: Inline, publisher: str) -> Name | None:
    for start, end, link in inline.links:
        if link.form != "url" and link.target and inline.plain[start:end] in publisher:
            return Name(link.shown, link.start, link.end, link.target, link.fragment, link.form)
    return None


def cite_item(scribe: Scribe, inline: Inline, section: int) -> None:
    """An item of a list of sources: ``[Publisher: title](url) (date) — words``."""
    place = (inline.start, inline.end)
    url = next(((s, e, link) for s, e, link in inline.links if link.form == "url"), None)
    if url is None:
        facts, _ = _facts(scribe, inline, inline.plain.replace("\n", " "))
        if facts:
            scribe.add(Draft("source", "record", tuple(facts), *place, section))
        return
    start, end, link = url
    label, rest = inline.plain[start:end], inline.plain[end:]
    facts = [DraftFact("url", link.target, link.start, link.end)]
    before = inline.plain[:start].strip(" —–-:,")
    if before and not _MARKED.match(before) and len(before) <= LONGEST_PUBLISHER:
        facts.append(DraftFact("publisher", _linked(inline, before) or Name(before, *place), *place, "firm"))
        facts.append(DraftFact("title", label, *place))
    elif named := _of_label(inline, label, link.target):
        facts.extend(named)
    elif label and not label.startswith("http"):
        facts.append(DraftFact("title", label, *place))
    for inside in _PARENTHESIS.findall(rest) if "(" in rest else ():
        date = read_period(inside.strip())
        if date is not None:
            facts.append(DraftFact("date", date, *place))
            break
    words = _APART.split(rest, maxsplit=1)
    if len(words) == 2 and words[1].strip():
        facts.append(DraftFact("supports", words[1].strip(), *place))
    scribe.add(Draft("source", "record", tuple(facts), *place, section))
