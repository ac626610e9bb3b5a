"""In: a run of text. Out: quotations with speaker, firm and date. Room: extract.

A quotation needs a speaker: before it (``[[Bank]]'s Jane Roe: "…"``), or after it by a dash (``"…" — Jane Roe, Some Bank``).
Quotation marks around a word or two are a quotation only when they are bold and attributed (ruling 13).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rotgraph.extract.sections import read_period
from rotgraph.late import dataclass
from rotgraph.model.draft import Name
from rotgraph.model.value import Period
from rotgraph.notes.document import Inline
from rotgraph.notes.inline import byte_span

__all__ = ["Quotation", "Speaker", "quotations"]

_QUOTED = re.compile(r"[\"“]([^\"“”]{2,}?)[\"”]|„([^„“”\"]{2,}?)[“”\"]|«\s?([^«»]{2,}?)\s?»")
_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠȘŢŤȚŪŮŰŲŹŻŽΑ-ΫА-Я"
_RANK = (
    r"(?:Dr|Mrs?|Ms|Prof|Rev|Hon|Sen|Rep|Gov|Amb|Adm|Gen|Col|Maj|Capt|Cmdr|Lt|Sgt|Brig|Messrs)\.|"
    r"Rear|Vice|Admiral|General|Colonel|Lieutenant|Major|Captain|Ambassador|Sir|Dame|Senator|Professor|Doctor"
)
_RANKED = re.compile(rf"(?:(?:{_RANK})\s+)+(?=\S+\s)")
"""Ranks before a name of two words and more are no part of it."""
_WORD = (
    rf"(?:(?<![\w.])(?:[{_UPPER}]\.)+(?:-?[{_UPPER}]\.)*|(?:St|Jr|Sr|Mac|De)\.|"
    rf"[{_UPPER}][\w-]*(?:\.(?=\w)[\w-]+)*(?:['’](?!s\b)\w+)?)"
)
"""A word of a name. A full stop ends a sentence, unless it is behind an initial: ``per SKU. Fix: "…"`` is said by nobody."""
_PERSON = rf"{_WORD}(?:\s+(?:(?:de|van|von|der|den|del|la|le|bin|al|di|da)\s+)?{_WORD}){{1,3}}"
_PERSON_END = re.compile(rf"({_PERSON}|{_WORD})\s*$")
_PERSON_START = re.compile(rf"\s*(?:(?:{_RANK})\s+)*({_PERSON}|{_WORD})")
_POSSESSIVE_END = re.compile(r"(?:['’]s?|s['’])\s*$")
_VERB = (
    r"(?:said|says|noted|notes|wrote|writes|argued|argues|warned|warns|told \w+|added|adds|called it|calls it|put it|puts it"
    r"|quipped|explained|explains|asked|asks|replied|tweeted|stated|concluded|joked|sagt|sagte|schreibt|dit|a dit|écrit|dice|dijo)"
)
_SAYS = re.compile(rf"\s*(?:\(([^()]*)\))?\s*(?::|,?\s*{_VERB}\s*[:,]?)\s*$", re.IGNORECASE)
_SAYS_END = re.compile(rf"(?::|{_VERB}\s*[:,]?)\s*$", re.IGNORECASE)
_NEAR = 64
_SAID = re.compile(rf"\s*,?\s*{_VERB}\s+(?=[{_UPPER}])")
_ROLE = re.compile(r"\s*,\s*((?:[\w&/-]+\s+){0,4}?[\w&/-]+?)(?:\s+(?:at|of|for|from)\s|$)")
_FIRM = re.compile(
    rf"\s*(?:,\s*(?:[\w\s-]*?\b(?:at|of|from)\s+)?|\s(?:at|of|from)\s+)((?:{_WORD}|&)(?:\s+(?:{_WORD}|&|of))*)"
)
_AT_FIRM = re.compile(rf"\sat\s+((?:{_WORD}|&)(?:\s+(?:{_WORD}|&|of))*)")
_FIRM_NAME = re.compile(rf"\s*{_WORD}(?:\s+(?:{_WORD}|&|of))*\s*")
_OF_FIRM = re.compile(rf"(?:\s(?:of|at|from)\s+|,\s+)({_WORD}(?:\s+(?:{_WORD}|&))*)\s*$")
_TITLE_NOUN = (
    r"(?:CEO|CFO|COO|CIO|CTO|[Cc]hair(?:man|woman)?|[Pp]resident|[Gg]overnor|[Dd]irector|[Ff]ounder|[Cc]o-founder|executive|[Ee]conomist|[Ss]trategist"
    r"|[Aa]nalyst|[Mm]anager|[Pp]artner|[Mm]inister|[Ss]ecretary|[Oo]fficer|head of \w+)"
)
_TITLE_KIND = (
    r"(?:[Cc]hief|[Ss]enior|[Gg]lobal|[Vv]ice|market|portfolio|equity|[Ii]nvestment|[Ff]inancial|[Oo]perating|[Ee]xecutive|and|&)"
)
_TITLE = rf"(?:(?:{_TITLE_KIND}|{_TITLE_NOUN})\s+){{0,4}}{_TITLE_NOUN}\s+"
_LEADING_TITLE = re.compile(rf"{_TITLE}(?={_WORD}\s+{_WORD})")
_TITLE_END = re.compile(rf"(?:['’]s?|s['’])?\s+({_TITLE})$")
_TITLED = re.compile(rf"(?:['’]s?)?\s+({_TITLE})({_PERSON})")
_FIRM_TITLED = re.compile(rf"\s*({_WORD}(?:\s+(?:{_WORD}|&)){{0,2}}?)(?:['’]s?)?\s+({_TITLE})({_PERSON})")
_OPENING = re.compile(r"^(?:Per|As|At|For|From|But|And|In|On|To|By|Meanwhile)\s+")
_IN_PARENTHESES = re.compile(r"\s*\(([^()]*)\)")
_DASH = re.compile(r"\s*[.,]?\s*(?:—|–|--)\s*")
_SPEAKS = re.compile(rf"\s+{_VERB}\b")
_TITLE_WORDS = re.compile(
    r"\b(?:CEO|CFO|COO|CIO|CTO|chief|head|analyst|strategist|economist|partner|founder|president|chair(?:man|woman)?|manager|director|professor|of|at|from)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[\w’'-]+")
_TO_FIRM = re.compile(r"[\s,(]*(?:[\w\s-]*\b(?:at|of|from|with|von|der|bei|de|chez)\s+)?")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_STOP = re.compile(r"[\n.;]|\s\"")
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
    plain = inline.plain
    if '"' not in plain and "“" not in plain and "„" not in plain and "«" not in plain:
        return []
    found: list[Quotation] = []
    known = [*known]
    last: Speaker | None = None
    for hit in _QUOTED.finditer(inline.plain):
        strong = any(start <= hit.start() and hit.end() <= end for start, end in inline.strong)
        said = hit[hit.lastindex or 0].strip()
        words = len(said.split())
        sentence = words >= _SENTENCE_WORDS or (words == _SENTENCE_WORDS - 1 and said[-1] in ",.!?")
        if not sentence and not strong:
            continue
        speaker = _after(inline, hit.end(), known) or (_before(inline, hit.start(), known) if sentence else None)
        if speaker is None and sentence:
            speaker = last if last is not None and _stands_alone(inline, hit.start()) else _in_lead(lead, known)
        if speaker is None:
            continue
        last = speaker
        known.append(speaker.name)
        found.append(Quotation(said.rstrip(","), hit.start(), hit.end(), speaker))
    return found


def _stands_alone(inline: Inline, at: int) -> bool:
    """A quotation that begins a sentence of its own goes on with the speaker before it."""
    before = inline.plain[:at].rstrip(" *_\n")
    return not before or before[-1] in '.!?”":'


def _in_lead(lead: str, known: Sequence[Name]) -> Speaker | None:
    words = set(_WORDS.findall(lead)) if known else set()
    for name in known:
        if name.text.split()[-1] in words and len(name.text.split()) > 1:
            return Speaker(name)
    return None


def _before(inline: Inline, at: int, known: Sequence[Name]) -> Speaker | None:
    head = inline.plain[:at].rstrip(" *_")
    tail = head[-_NEAR:]
    if _SAYS_END.search(tail) is None and (len(tail) == len(head) or len(tail.split(None, 2)) > 2):
        return None  # nearly every one, told by its last words
    says = _SAYS.search(head)
    if says is None or not says[0].strip():
        return None
    end = says.start()
    date = read_period(says[1]) if says[1] else None
    beside = _named(inline, says.start(1), says[1]) if says[1] and date is None and _FIRM_NAME.fullmatch(says[1]) else None
    of = _OF_FIRM.search(head[:end])
    if of is not None:  # `As Bo Ek of Nord Bank put it`, `Omar Diaz, Epsilon Bank:`
        speaker = _ending(inline, of.start(), known)
        if speaker is not None:
            firm = _link_ending(inline, end) or _named(inline, of.start(1), of[1])
            return Speaker(speaker.name, firm, date, speaker.role)
    found = _ending(inline, end, known)
    return Speaker(found.name, found.firm or beside, date, found.role) if found is not None else None


def _ending(inline: Inline, end: int, known: Sequence[Name]) -> Speaker | None:
    """The person whose name ends at a place of a text, with the firm and the role right before it."""
    linked = _link_ending(inline, end)
    if linked is not None:
        start = next(left for left, right, link in inline.links if right == end and link.start == linked.start)
        firm, role = _firm_ending(inline, start)
        return Speaker(linked, firm, None, role)
    after_link = max((right for _, right, link in inline.links if right <= end and link.form != "url"), default=0)
    hit = _PERSON_END.search(inline.plain[:end], after_link)
    if hit is None:
        return None
    start, words = hit.start(1), hit[1]
    titled = _LEADING_TITLE.match(words)
    if titled is not None:  # `[[Fed]] Chair Jerome Powell`
        start, words = start + titled.end(), words[titled.end() :]
    name = _person(inline, start, words, known)
    if name is None:
        return None
    firm, role = _firm_ending(inline, start)
    return Speaker(name, firm, None, role)


def _after(inline: Inline, at: int, known: Sequence[Name]) -> Speaker | None:
    plain = inline.plain
    lead = _DASH.match(plain, at) or _SAID.match(plain, at)
    begin = lead.end() if lead is not None else _speaking(inline, at)
    if begin < 0:
        return None
    stop = _STOP.search(plain, begin)
    attribution_end = stop.start() if stop and not _abbreviated(plain, stop.start()) else len(plain)
    first = _link_starting(inline, begin)
    if first is not None:
        name, end = first
        titled = _TITLED.match(plain, end)
        if titled is not None:  # `said [[Fed]] Chair Jerome Powell`
            who = _person(inline, titled.start(2), titled[2], known)
            if who is not None:
                return Speaker(who, name, _date(plain[titled.end() : attribution_end]), titled[1].strip())
        if plain[end : end + 1] in ("'", "’") or plain[end : end + 2] in ("s'", "s’"):
            person = _PERSON_START.match(plain, _POSSESSIVE.match(plain, end).end())  # type: ignore[union-attr]
            who = _person(inline, person.start(1), person[1], known) if person else None
            return Speaker(who, name, _date(plain[person.end() : attribution_end])) if who and person else None
        rest = plain[end:attribution_end]
        return Speaker(name, _firm_after(inline, end, attribution_end), _date(rest), _role(rest))
    of_firm = _FIRM_TITLED.match(plain, begin)
    if of_firm is not None:  # `Citi strategist Scott Chronert`
        who = _person(inline, of_firm.start(3), of_firm[3], known)
        firm = _named(inline, of_firm.start(1), of_firm[1])
        return Speaker(who, firm, _date(plain[of_firm.end() : attribution_end]), of_firm[2].strip()) if who else None
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
    titled = _TITLED.match(inline.plain, first[1]) if first is not None else _FIRM_TITLED.match(inline.plain, begin)
    if titled is not None:
        return begin if _SPEAKS.match(inline.plain, titled.end()) else -1
    hit = _PERSON_START.match(inline.plain, begin)
    end = first[1] if first is not None else hit.end() if hit is not None else -1
    return begin if end >= 0 and _SPEAKS.match(inline.plain, end) else -1


def _role(text: str) -> str:
    """``CIO`` of ``, CIO at Some Bank`` and of `` (CIO, Some Bank)``."""
    inside = _IN_PARENTHESES.match(text)
    if inside is not None:
        return next((part.strip() for part in inside[1].split(",") if _TITLE_WORDS.fullmatch(part.strip().split(" ")[0])), "")
    hit = _ROLE.match(text)
    return hit[1] if hit is not None and _TITLE_WORDS.search(hit[1]) else ""


_POSSESSIVE = re.compile(r"(?:s['’]|['’]s?)\s*")


def _abbreviated(plain: str, at: int) -> bool:
    return plain[at] == "." and at > 0 and (plain[at - 1].isupper() or not plain[at + 1 : at + 2].isspace())


def _person(inline: Inline, at: int, text: str, known: Sequence[Name]) -> Name | None:
    """A person's name as written, linked or of two words; a surname alone among those known in the note."""
    ranked = _RANKED.match(text)
    if ranked is not None:
        at, text = at + ranked.end(), text[ranked.end() :]
    words = text.split()
    if len(words) > 1 and not _TITLE_WORDS.search(text) and not _OPENING.match(text):
        return _named(inline, at, text)
    for name in known:
        if name.text.split()[-1] == words[-1] and len(name.text.split()) > 1:
            start, end = byte_span(inline, at, at + len(text))
            return Name(name.text, start, end, name.target, name.fragment, name.form)
    return None


def _named(inline: Inline, at: int, words: str) -> Name:
    """Words of a text that begin at a place of it, as a name with its place in the note."""
    text = words.strip(" \n")
    at += words.find(text)
    return Name(text, *byte_span(inline, at, at + len(text)))


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


def _firm_ending(inline: Inline, at: int) -> tuple[Name | None, str]:
    """``[[Bank]]'s ``, ``Some Bank's `` or ``[[Bank]] chief economist `` right before a name: the firm, and the role."""
    head = inline.plain[:at]
    hit = _TITLE_END.search(head)
    role = ""
    if hit is not None and _TITLE_WORDS.search(hit[1]):
        role = hit[1].strip()
        linked = _link_ending(inline, hit.start())
        if linked is not None:
            return linked, role
        head = head[: hit.start(1)]
    hit = _POSSESSIVE_END.search(head)
    if hit is None:
        return None, role
    # where a name ends in s, the s may be the link's or the possessive's: the link says
    linked = next((name for end in range(hit.start(), hit.end()) if (name := _link_ending(inline, end)) is not None), None)
    if linked is not None:
        return linked, role
    words = _PERSON_END.search(head[: hit.start()])
    firm = _OPENING.sub("", words[1]) if words else ""
    if not firm or words is None:
        return None, role
    return _named(inline, words.end(1) - len(firm), firm), role


def _firm_after(inline: Inline, at: int, end: int) -> Name | None:
    """``, Some Bank``, ``, strategist at Some Bank`` or `` of [[Some Bank]]`` after a name."""
    for left, _, link in inline.links:
        if at <= left < end and link.form != "url" and link.target:
            between = inline.plain[at:left]
            if _TO_FIRM.fullmatch(between):
                return Name(link.shown, link.start, link.end, link.target, link.fragment, link.form)
            return None
    inside = _IN_PARENTHESES.match(inline.plain[at:end])
    if inside is not None:
        parts = [part.strip() for part in inside[1].split(",")]
        firms = [part for part in parts if _FIRM_NAME.fullmatch(part) and not _TITLE_WORDS.search(part)]
        named = [part for part in firms if read_period(part) is None]
        if len(named) != 1 or read_period(inside[1]) is not None:
            return None
        return _named(inline, at + inside.start(1) + inside[1].index(named[0]), named[0])
    rest = inline.plain[at:end]
    hit = _FIRM.match(rest)
    inner = _AT_FIRM.match(rest, hit.end()) if hit is not None else None
    hit = inner or hit  # `, head of Rates at Some Bank`
    if hit is None or read_period(hit[1]) is not None or _TITLE_WORDS.fullmatch(hit[1]):
        return None
    return _named(inline, at + hit.start(1), hit[1].rstrip(" ."))


def _date(text: str) -> Period | None:
    for inside in _BRACKETED.findall(text) if "(" in text else ():
        for part in (inside, inside.rpartition(",")[2]):
            found = read_period(part.strip())
            if found is not None:
                return found
    last = text.rpartition(", ")
    written = ", ".join((last[0].rpartition(", ")[2], last[2])).strip(" ,") if last[2].strip().isdigit() else last[2]
    return read_period(written.strip()) if last[1] else None
