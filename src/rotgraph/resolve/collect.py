"""In: what one note says, and the schema. Out: what it names, for all notes together. Room: resolve.

A pure function of one note: it is kept beside what the note says, so that one changed note asks no other to be read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from rotgraph.model.draft import Draft, DraftFact, Name, Names, NoteFacts, SectionFacts, Subject
from rotgraph.model.named import Ballot, NamedLink, Request, Symbols, WholeNames, packed_links, packed_requests
from rotgraph.model.schema import Schema
from rotgraph.resolve.tickers import traded

__all__ = ["asked_for", "ballots", "collect", "wanted"]

_FILE = re.compile(r"\.(?!md$)[A-Za-z0-9]{1,5}$", re.IGNORECASE)
"""An embed of a file that is no note names no thing, whether the file is there or not."""
_COUNTED = ("", "front matter")


def collect(note: NoteFacts, schema: Schema) -> WholeNames:
    """What a note names."""
    symbols = tuple(_symbols(note, schema))
    return WholeNames(
        note.path,
        note.title,
        note.own_name,
        note.aliases,
        note.alias_places,
        note.classes,
        tuple(_bare(each) for each in note.sections),
        packed_links(_links(note)),
        _own_heading(note.sections),
        packed_requests(_requests(note)),
        symbols,
        ballots(note.drafts),
        tuple(_prefixed(note, schema)),
        "\n".join([run.text for run in note.prose]),
        note.headings,
        note.block_ids,
        note.line_starts,
        note.wide,
    )


def _bare(section: SectionFacts) -> SectionFacts:
    """A section without its dates, which are the note's own affair."""
    if section.period is None and section.stated is None:
        return section
    return msgspec.structs.replace(section, period=None, stated=None, rest="")


def _links(note: NoteFacts) -> Iterator[NamedLink]:
    seen: set[tuple[str, str, bool]] = set()
    for link in note.links:
        name = link.name
        if link.context in _COUNTED and name.target and not (link.embed and _FILE.search(name.target)):
            key = (name.target, name.text, not name.fragment)
            if key not in seen:
                seen.add(key)
                yield NamedLink(*key, name.start, name.end, link.section)


def _own_heading(sections: Sequence[SectionFacts]) -> str:
    heading = next((section for section in sections if section.certain and section.own is not None), None)
    return heading.own.target if heading is not None and heading.own is not None and sections[0] is heading else ""


def _requests(note: NoteFacts) -> Iterator[Request]:
    seen: set[object] = set()
    for draft in note.drafts:
        for request in _of_draft(draft):
            _, key = asked_for(request)
            if key not in seen:
                seen.add(key)
                yield request
    for number, section in enumerate(note.sections):
        if section.cls and section.own is not None:
            yield Request(section.own, section.cls, column=False, side=False, start=section.start, end=section.end, section=number)
    yield from _labelled(note)


def _labelled(note: NoteFacts) -> Iterator[Request]:
    """Headings whose label says that they name what some row below them is about."""
    asked = {fact.value.section for draft in note.drafts for fact in draft.facts if fact.value.__class__ is Subject}
    found: set[int] = set()
    for section in asked:
        at = section
        while at >= 0 and not (note.sections[at].certain and note.sections[at].own is not None):
            at = note.sections[at].parent
        own = note.sections[at].own if at >= 0 else None
        if own is not None and not own.target and not note.sections[at].cls:
            found.add(at)
    for at in sorted(found):
        own = note.sections[at].own
        if own is not None:
            yield Request(own, "", column=False, side=False, start=own.start, end=own.end, section=at)


def asked_for(request: Request) -> tuple[Sequence[str], object]:
    """Where the links lead that stand in what is asked for, and what makes two requests one, in one folder."""
    value, said = request.value, (request.cls, request.column, request.side)
    if isinstance(value, Name):
        return (value.target,) if value.target else (), (value.text, value.target, value.fragment, said)
    links = tuple([(left, right, each.text, each.target, each.fragment) for left, right, each in value.links])
    return [each.target for _, _, each in value.links], (value.text, links, value.apart, value.split, said)


def _of_draft(draft: Draft) -> Iterator[Request]:
    name, section = draft.name, draft.section
    described = draft.form in ("thing", "described")
    if name is not None and (described or name.target):
        cls = draft.cls if described else ""
        yield Request(name, cls, column=draft.table >= 0, side=False, start=name.start, end=name.end, section=section)
    column = draft.table >= 0
    for fact in draft.facts:
        value = fact.value
        kind = value.__class__
        if kind is Names:
            if not value.scan:  # type: ignore[union-attr]  # as its class says
                yield _of_fact(value, fact, draft, column=column or fact.side)  # type: ignore[arg-type]  # as its class says
        elif kind is Name:
            yield _of_fact(value, fact, draft, column=column or fact.side)  # type: ignore[arg-type]  # as its class says
        elif kind is Subject and value.name is not None and (value.certain or value.name.target):  # type: ignore[union-attr]
            yield _of_fact(value.name, fact, draft, column=column or fact.side, side=False)  # type: ignore[union-attr]


def _of_fact(value: Name | Names, fact: DraftFact, draft: Draft, *, column: bool, side: bool | None = None) -> Request:
    said = fact.side if side is None else side
    return Request(value, fact.cls, column=column, side=said, start=fact.start, end=fact.end, section=draft.section)


def _symbols(note: NoteFacts, schema: Schema) -> Iterator[Symbols]:
    fields = schema.symbol_fields
    for draft in note.drafts:
        if draft.form != "thing":
            continue
        for fact in draft.facts:
            if fact.property in fields and isinstance(fact.value, str):
                found = traded(fact.value, schema.exchanges)
                if found:
                    yield Symbols(found, draft.name, draft.section)


def ballots(drafts: Sequence[Draft]) -> tuple[Ballot, ...]:
    """The names that each vote is about, each once."""
    names: dict[int, dict[str, Name]] = {}
    forms: dict[int, Subject] = {}
    for value in [fact.value for draft in drafts for fact in draft.facts if fact.value.__class__ is Subject]:
        if value.vote >= 0 and value.name is not None:
            names.setdefault(value.vote, {}).setdefault(value.name.text, value.name)
            forms[value.vote] = value
    return tuple(
        Ballot(vote, forms[vote].otherwise, forms[vote].kind, forms[vote].section, tuple(found.values()))
        for vote, found in names.items()
    )


def wanted(draft: Draft, fact: DraftFact, value: Subject, schema: Schema) -> str:
    """The class that a field asks of the thing that a subject's words begin with; empty if it asks none."""
    if not value.prefix or not draft.cls or fact.property == "about":
        return ""
    field = schema.fields(draft.cls).get(fact.property)
    return fact.cls if field is not None and field.ranges else ""


def _prefixed(note: NoteFacts, schema: Schema) -> Iterator[tuple[Subject, str]]:
    seen: set[object] = set()
    for draft in note.drafts:
        for fact in draft.facts:
            value = fact.value
            if value.__class__ is Subject and value.prefix and (cls := wanted(draft, fact, value, schema)):
                key = (value.name.text if value.name else "", value.section, value.vote, cls)
                if key not in seen:
                    seen.add(key)
                    yield value, cls
