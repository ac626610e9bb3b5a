"""In: front matter, inline fields, tags and path of a note. Out: what they say of the note's own thing. Room: extract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rotgraph.extract.headers import property_of, singular_of
from rotgraph.extract.scribe import Scribe
from rotgraph.extract.sections import folders_of, read_period
from rotgraph.late import dataclass
from rotgraph.model.draft import Draft, DraftFact, DraftValue, Name, Names, Subject
from rotgraph.model.schema import Field, fold
from rotgraph.model.value import Period
from rotgraph.notes.document import Entry, Meta
from rotgraph.values.columns import header_context
from rotgraph.values.context import ANY_PERIOD, PeriodContext, QuantityContext
from rotgraph.values.doubt import Doubt
from rotgraph.values.read import Missing, ValueContext, read_value

__all__ = ["Metadata", "read_metadata"]

_TYPE = re.compile(r"[^\W\d_][\w-]*(?:[ -][\w-]+){0,2}")
"""A type that no schema knows is a class of its own (``type: recipe``)."""
_ISO = PeriodContext(column_is_year_ranges=False)
"""Dates of front matter are ISO: ``2000-02`` is February (ruling 20)."""
_OWN_KEYS = ("aliases", "alias", "tags", "tag", "type", "class", "kind", "cssclass", "cssclasses", "publish", "title", "position")


@dataclass(frozen=True)
class Metadata:
    """What a note's head says."""

    aliases: dict[str, tuple[int, int]]
    """Each with the bytes it stands in."""
    classes: tuple[tuple[str, str], ...]
    created: Period | None = None
    updated: Period | None = None
    own_name: str = ""
    """See `NoteFacts`."""


def read_metadata(scribe: Scribe) -> Metadata:
    """Aliases, classes and dates of the note; every other key becomes a field of its own thing, typed as a cell is."""
    document = scribe.document
    aliases: dict[str, tuple[int, int]] = {}
    classes: list[tuple[str, str]] = []
    dates: dict[str, Period] = {}
    own: list[DraftFact] = []
    note_fields = scribe.lookup.headers.get("note", {})
    for entry in document.front_matter:
        key = fold(entry.key).replace("_", " ")
        if key in ("aliases", "alias"):
            for text in _scalars(entry.value):
                if text:
                    aliases.setdefault(text, _place_of(scribe, entry, text))
        elif key in ("type", "class", "kind"):
            classes.extend((name, f"{entry.key}: {text}") for text in _scalars(entry.value) for name in _class_of(scribe, text))
        elif key in ("tags", "tag"):
            for text in _scalars(entry.value):
                for tag in text.replace(",", " ").split():
                    classes.extend(_of_tag(scribe, tag))
        else:
            field = note_fields.get(key)
            text = next(iter(_scalars(entry.value)), "")
            period = read_period(text.split("T")[0], _ISO) if field is not None and field.kind == "period" else None
            if field is not None and period is not None:
                dates.setdefault(field.name, period)
            if key not in _OWN_KEYS:
                own.extend(_entry_facts(scribe, entry, entry.key, entry.value, _ISO))
    for inline_tag in document.tags:
        classes.extend(_of_tag(scribe, inline_tag.name))
    classes = _sharpest(scribe, classes)
    classes.extend(_of_folder(scribe))
    for entry in document.fields:
        facts = tuple(_entry_facts(scribe, entry, entry.key, entry.value, ANY_PERIOD))
        if facts:
            subject = DraftFact("", Subject(entry.section), entry.start, entry.end)
            scribe.add(Draft("", "thing", (subject, *facts), entry.start, entry.end, entry.section))
    if own:
        start, end = own[0].start, own[-1].end
        scribe.add(Draft("", "thing", (DraftFact("", Subject(-1), start, end), *own), start, end))
    tagged = _tag_sectors(scribe, classes)
    if tagged:
        start, end = tagged[0].start, tagged[0].end
        scribe.add(Draft("", "thing", (DraftFact("", Subject(-1), start, end), *tagged), start, end))
    own_name = _own_name(scribe, own) or document.title
    return Metadata(aliases, tuple(dict.fromkeys(classes)), dates.get("created"), dates.get("updated"), own_name)


def _own_name(scribe: Scribe, facts: Sequence[DraftFact]) -> str:
    """The folder of a note that gives its name as a symbol of what it describes: ``ticker: NVDA`` in ``NVDA/facts.md``."""
    fields = scribe.schema.symbol_fields
    symbols = {fold(fact.value): fact.value for fact in facts if fact.property in fields and isinstance(fact.value, str)}
    return next((symbols[each] for each in reversed(folders_of(scribe.document.path)) if each in symbols), "")


def _place_of(scribe: Scribe, entry: Entry, text: str) -> tuple[int, int]:
    """Where one of the values of an entry stands; the whole entry where it is written otherwise."""
    written = text.encode()
    at = scribe.source.data.find(written, entry.start, entry.end)
    return (at, at + len(written)) if at >= 0 else (entry.start, entry.end)


def _class_of(scribe: Scribe, text: str) -> list[str]:
    """A class by its name or plural, else by a word that columns and tags give it: ``type: company``."""
    word = fold(text.strip(" []\"'"))
    definition = scribe.schema.by_word.get(word.replace(" ", "_").replace("-", "_"))
    if definition is not None:
        return [definition.name]
    found = scribe.lookup.column_class(word)
    known = [found] if found else [name for name, _ in _of_tag(scribe, text)]
    return known or ([singular_of(word.replace("-", " "))] if _TYPE.fullmatch(word) else [])


def _of_tag(scribe: Scribe, tag: str) -> list[tuple[str, str]]:
    word = fold(tag.lstrip("#")).split("/")[0].replace("-", "")
    return [(each.name, f"#{tag.lstrip('#')}") for each in scribe.schema.classes if word in each.tags]


def _sharpest(scribe: Scribe, classes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of tags for unlike classes, those that are the class's own word hold: ``#person #vc`` is a person."""
    schema = scribe.schema
    told = [(name, reason) for name, reason in classes if reason.startswith("#")]
    own = [name for name, reason in told if _is_own_tag(scribe, name, reason)]
    if not own:  # `#investor`, which heads columns of firms too, yields to `#hedgefund`
        own = [name for name, reason in told if scribe.lookup.column_class(_tag_word(reason)) in ("", name)]
    if not own:
        return classes
    return [
        (name, reason)
        for name, reason in classes
        if not reason.startswith("#") or any(schema.is_a(name, each) or schema.is_a(each, name) for each in own)
    ]


def _is_own_tag(scribe: Scribe, name: str, reason: str) -> bool:
    definition = scribe.schema.by_name[name]
    return _tag_word(reason) in (name, fold(definition.plural), *definition.tags[:1])


def _tag_word(reason: str) -> str:
    return fold(reason.lstrip("#")).split("/")[0].replace("-", "")


def _of_folder(scribe: Scribe) -> list[tuple[str, str]]:
    folders = folders_of(scribe.document.path)
    return [
        (each.name, f"folder {folder}")
        for each in scribe.schema.classes
        for folder in each.folders
        if fold(folder) in (folders[-1:] if each.near else folders)
    ]


def _tag_sectors(scribe: Scribe, classes: list[tuple[str, str]]) -> list[DraftFact]:
    """A tag that names a thing of a field's class gives that field (``#semiconductors`` on a firm's note)."""
    names = {name for name, _ in classes}
    facts = []
    entries = scribe.lookup.tag_entries
    for definition in scribe.schema.classes:
        if definition.name not in names:
            continue
        for field in definition.fields:
            if not field.from_tags:
                continue
            for text, start, end in _tags(scribe):
                entry = entries.get(fold(text).replace("-", "").replace("_", ""))
                if entry is not None and entry.cls in field.ranges:
                    facts.append(DraftFact(field.name, Name(entry.name, start, end), start, end, entry.cls))
    return facts


def _tags(scribe: Scribe) -> Iterator[tuple[str, int, int]]:
    for entry in scribe.document.front_matter:
        if fold(entry.key) in ("tags", "tag"):
            for text in _scalars(entry.value):
                for tag in text.replace(",", " ").split():
                    yield tag.lstrip("#"), entry.start, entry.end
    for inline_tag in scribe.document.tags:
        yield inline_tag.name, inline_tag.start, inline_tag.end


def _scalars(value: Meta) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _scalars(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _scalars(each)


def _entry_facts(scribe: Scribe, entry: Entry, key: str, value: Meta, when: PeriodContext) -> Iterator[DraftFact]:
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from _entry_facts(scribe, entry, f"{key} {inner}", each, when)
    elif isinstance(value, tuple):
        for each in value:
            yield from _entry_facts(scribe, entry, key, each, when)
    elif value:
        known = scribe.lookup.thing_fields.get(fold(key).replace("_", " "))
        field = known[1] if known else None
        name = field.name if field else property_of(key)
        turned = scribe.lookup.inverses.get(name)
        if field is None and turned is not None and (turned.split or entry.links):
            field = Field(name, "thing", split=True)
        cls = field.ranges[0] if field and field.ranges else scribe.lookup.column_class(fold(key).replace("_", " "))
        yield DraftFact(name, _value(scribe, entry, value, field, when), entry.start, entry.end, cls)


def _value(scribe: Scribe, entry: Entry, text: str, field: Field | None, when: PeriodContext) -> DraftValue:
    for link in entry.links:
        if link.target and (link.shown in text or link.target in text):
            bare = text.strip(" \"'")
            if bare.startswith("[[") and bare.endswith("]]") and (link.target in bare):
                return Name(link.shown, link.start, link.end, link.target, link.fragment, link.form)
    if field is not None and field.kind == "thing":
        return Names(text, entry.start, entry.end, split=field.split)
    if field is not None and field.kind == "text":
        return text
    context = QuantityContext(unit=field.unit if field else "", scores=header_context(entry.key).scores)
    value = read_value(text, ValueContext(field.kind if field else "any", context, when))
    if isinstance(value, Doubt):
        scribe.report(entry.start, entry.end, value.code, value.reason, value.hint)
    return text if isinstance(value, Missing | Doubt) else value
