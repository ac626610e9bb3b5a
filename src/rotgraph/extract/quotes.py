"""In: a run of text. Out: quotations with speaker, firm and date. Room: extract.

A quotation needs a speaker: before it (``[[Bank]]'s Jane Roe: "…"``), or after it by a dash (``"…" — Jane Roe, Some Bank``).
Quotation marks around a word or two are a quotation only when they are bold and attributed (ruling 13).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rotgraph.extract.sections import read_period
from rotgraph.model.draft import Name
from rotgraph.model.value import Period
from rotgraph.notes.document import Inline

__all__ = ["Quotation", "Speaker", "quotations"]

_QUOTED = re.compile(r"[\"“]([^\"“”]{2,}?)[\"”]")
_WORD = r"[A-Z][\w.-]*(?:['’](?!s\b)\w+)?"
_PERSON = rf"{_WORD}(?:\s+(?:(?:de|van|von|der|den|del|la|le|bin|al|di|da)\s+)?{_WORD}){{1,3}}"
_PERSON_END = re.compile(rf"({_PERSON}|{_WORD})\s*$")
_PERSON_START = re.compile(rf"\s*({_PERSON}|{_WORD})")
_POSSESSIVE_END = re.compile(r"(?:['’]s?|s['’])\s*$")
_VERB = r"(?:said|says|noted|notes|wrote|writes|argued|argues|warned|warns|told \w+|added|adds|called it|calls it|put it)"
_SAYS = re.compile(rf"\s*(?:\(([^()]*)\))?\s*(?::|,?\s*{_VERB}\s*[:,]?)\s*$", re.IGNORECASE)
_SAID = re.compile(rf"\s*,?\s*{_VERB}\s+(?=[A-Z])")
_ROLE = re.compile(r"\s*,\s*((?:[\w&/-]+\s+){0,4}?[\w&/-]+?)(?:\s+(?:at|of|for|from)\s|$)")
_FIRM = re.compile(
    rf"\s*(?:,\s*(?:[\w\s-]*?\b(?:at|of|from)\s+)?|\s(?:at|of|from)\s+)((?:{_WORD}|&)(?:\s+(?:{_WORD}|&|of))*)"
)
_DASH = re.compile(r"\s*[.,]?\s*(?:—|–|--)\s*")
_SPEAKS = re.compile(rf"\s+{_VERB}\b")
_TITLE_WORDS = re.compile(
    r"\b(?:CEO|CFO|COO|CIO|CTO|chief|head|analyst|strategist|economist|partner|founder|president|chair(?:man|woman)?|manager|director|professor|of|at|from)\b",
    re.IGNORECASE,
)
_SENTENCE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, for which firm, when, as what."""

    name: Name
    firm: Name | None = None
    date: Period | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks and who said them."""

    text: str
    start: int
    end: int
    """Places in the inline's plain text."""
    speaker: Speaker


def quotations(inline: Inline, known: Sequence[Name], lead: str = "") -> list[Quotation]:
    """All quotations of a run of text.

    Args:
        known: speakers met so far in the note; a surname alone is looked up among them.
        lead: the label of the paragraph (``The Roe framework``), in which a known surname speaks too.
    """
    if '"' not in inline.plain and "“" not in inline.plain:
        return []
    found: list[Quotation] = []
    last: Speaker | None = None
    for hit in _QUOTED.finditer(inline.plain):
        strong = any(start <= hit.start() and hit.end() <= end for start, end in inline.strong)
        words = len(hit[1].split())
        if words < _SENTENCE_WORDS and not strong:
            continue
        speaker = _after(inline, hit.end(), known) or (_before(inline, hit.start(), known) if words >= _SENTENCE_WORDS else None)
        if speaker is None and words >= _SENTENCE_WORDS:
            speaker = last if last is not None and _stands_alone(inline, hit.start()) else _in_lead(lead, known)
        if speaker is None:
            continue
        last = speaker
        found.append(Quotation(hit[1].strip().rstrip(","), hit.start(), hit.end(), speaker))
    return found


def _stands_alone(inline: Inline, at: int) -> bool:
    """A quotation that begins a sentence of its own goes on with the speaker before it."""
    before = inline.plain[:at].rstrip(" *_\n")
    return not before or before[-1] in '.!?”":'


def _in_lead(lead: str, known: Sequence[Name]) -> Speaker | None:
    words = set(re.findall(r"[\w’'-]+", lead))
    for name in known:
        if name.text.split()[-1] in words and len(name.text.split()) > 1:
            return Speaker(name)
    return None


def _before(inline: Inline, at: int, known: Sequence[Name]) -> Speaker | None:
    head = inline.plain[:at].rstrip(" *_")
    says = _SAYS.search(head)
    if says is None or not says[0].strip():
        return None
    end = says.start()
    linked = _link_ending(inline, end)
    date = read_period(says[1]) if says[1] else None
    if linked is not None:
        return Speaker(linked, _firm_before(inline, linked, end), date)
    hit = _PERSON_END.search(head[:end])
    if hit is None:
        return None
    name = _person(inline, hit.start(1), hit[1], known)
    return Speaker(name, _firm_ending(inline, hit.start(1)), date) if name else None


def _after(inline: Inline, at: int, known: Sequence[Name]) -> Speaker | None:
    plain = inline.plain
    lead = _DASH.match(plain, at) or _SAID.match(plain, at)
    begin = lead.end() if lead is not None else _speaking(inline, at)
    if begin < 0:
        return None
    stop = re.compile(r"[\n.;]|\s\"").search(plain, begin)
    attribution_end = stop.start() if stop and not _abbreviated(plain, stop.start()) else len(plain)
    first = _link_starting(inline, begin)
    if first is not None:
        name, end = first
        if plain[end : end + 1] in ("'", "’") or plain[end : end + 2] in ("s'", "s’"):
            person = _PERSON_START.match(plain, _POSSESSIVE.match(plain, end).end())  # type: ignore[union-attr]
            who = _person(inline, person.start(1), person[1], known) if person else None
            return Speaker(who, name, _date(plain[person.end() : attribution_end])) if who and person else None
        rest = plain[end:attribution_end]
        return Speaker(name, _firm_after(inline, end, attribution_end), _date(rest), _role(rest))
    hit = _PERSON_START.match(plain, begin)
    if hit is None:
        return None
    who = _person(inline, hit.start(1), hit[1], known)
    if who is None:
        return None
    rest = plain[hit.end() : attribution_end]
    return Speaker(who, _firm_after(inline, hit.end(), attribution_end), _date(rest), _role(rest))


def _speaking(inline: Inline, at: int) -> int:
    """Where a name begins that is followed by a verb of saying: ``"…," Jane Roe said``; -1 if there is none."""
    begin = at + len(inline.plain[at:]) - len(inline.plain[at:].lstrip(" ,"))
    first = _link_starting(inline, begin)
    hit = _PERSON_START.match(inline.plain, begin)
    end = first[1] if first is not None else hit.end() if hit is not None else -1
    return begin if end >= 0 and _SPEAKS.match(inline.plain, end) else -1


def _role(text: str) -> str:
    """``CIO`` of ``, CIO at Some Bank``."""
    hit = _ROLE.match(text)
    return hit[1] if hit is not None and _TITLE_WORDS.search(hit[1]) else ""


_POSSESSIVE = re.compile(r"(?:s['’]|['’]s?)\s*")


def _abbreviated(plain: str, at: int) -> bool:
    return plain[at] == "." and at > 0 and (plain[at - 1].isupper() or not plain[at + 1 : at + 2].isspace())


def _person(inline: Inline, at: int, text: str, known: Sequence[Name]) -> Name | None:
    """A person's name as written, linked or of two words; a surname alone among those known in the note."""
    words = text.split()
    if len(words) > 1 and not _TITLE_WORDS.search(text):
        return Name(text, inline.start, inline.end)
    for name in known:
        if name.text.split()[-1] == words[-1] and len(name.text.split()) > 1:
            return name
    del at
    return None


def _link_ending(inline: Inline, end: int) -> Name | None:
    for _, right, link in inline.links:
        if right == end and link.form != "url" and link.target:
            return Name(link.shown, link.start, link.end, link.target, link.fragment, link.form)
    return None


def _link_starting(inline: Inline, at: int) -> tuple[Name, int] | None:
    for left, right, link in inline.links:
        if left == at and link.form != "url" and link.target:
            return Name(link.shown, link.start, link.end, link.target, link.fragment, link.form), right
    return None


def _firm_before(inline: Inline, name: Name, end: int) -> Name | None:
    start = next((left for left, right, link in inline.links if right == end and link.start == name.start), None)
    return _firm_ending(inline, start) if start is not None else None


def _firm_ending(inline: Inline, at: int) -> Name | None:
    """``[[Bank]]'s `` or ``Some Bank's `` right before a name."""
    head = inline.plain[:at]
    hit = _POSSESSIVE_END.search(head)
    if hit is None:
        return None
    # where a name ends in s, the s may be the link's or the possessive's: the link says
    linked = next((name for end in range(hit.start(), hit.end()) if (name := _link_ending(inline, end)) is not None), None)
    if linked is not None:
        return linked
    words = _PERSON_END.search(head[: hit.start()])
    return Name(words[1], inline.start, inline.end) if words else None


def _firm_after(inline: Inline, at: int, end: int) -> Name | None:
    """``, Some Bank``, ``, strategist at Some Bank`` or `` of [[Some Bank]]`` after a name."""
    for left, _, link in inline.links:
        if at <= left < end and link.form != "url" and link.target:
            between = inline.plain[at:left]
            if re.fullmatch(r"[\s,(]*(?:[\w\s-]*\b(?:at|of|from|with)\s+)?", between):
                return Name(link.shown, link.start, link.end, link.target, link.fragment, link.form)
            return None
    hit = _FIRM.match(inline.plain[at:end])
    if hit is None or read_period(hit[1]) is not None or _TITLE_WORDS.fullmatch(hit[1]):
        return None
    return Name(hit[1].strip(" ."), inline.start, inline.end)


def _date(text: str) -> Period | None:
    for inside in re.findall(r"\(([^()]*)\)", text):
        for part in (inside, inside.rpartition(",")[2]):
            found = read_period(part.strip())
            if found is not None:
                return found
    return None
