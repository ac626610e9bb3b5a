"""In: what resolving met. Out: diagnostics about links, records, contradictions. Room: resolve."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rotgraph.diagnostics import Diagnostic, Label
from rotgraph.model.draft import NoteFacts, NoteLink
from rotgraph.model.schema import fold
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.resolve.links import LinkIndex, Resolution
from rotgraph.resolve.naming import Naming, folder_of
from rotgraph.resolve.records import Place, Record, Statement, canon

if TYPE_CHECKING:
    from rotgraph.resolve.describe import Describer

__all__ = ["diagnose"]


class _Placer:
    """Byte places as lines and columns, for the few places that are reported."""

    def __init__(self, notes: Sequence[NoteFacts]) -> None:
        self.notes = notes
        self._lines: dict[int, tuple[list[int], list[int]]] = {}

    def at(self, note: int, offset: int) -> tuple[int, int]:
        if note not in self._lines:
            facts = self.notes[note]
            self._lines[note] = (np.frombuffer(facts.line_starts, np.int32).tolist(), np.frombuffer(facts.wide, np.int32).tolist())
        starts, wide = self._lines[note]
        row = bisect_right(starts, offset) - 1
        width = offset - starts[row] - (bisect_right(wide, offset - 1) - bisect_right(wide, starts[row] - 1))
        return row + 1, width + 1

    def report(
        self, note: int, start: int, end: int, code: str, message: str, hint: str = "", labels: tuple[Label, ...] = ()
    ) -> Diagnostic:
        line, column = self.at(note, start)
        end_line, end_column = self.at(note, max(start, end))
        return Diagnostic(self.notes[note].path, line, column, end_line, end_column, code, message, hint, "", labels)

    def label(self, place: Place, text: str) -> Label:
        line, column = self.at(place.note, place.start)
        return Label(self.notes[place.note].path, line, column, text)


def diagnose(
    notes: Sequence[NoteFacts], index: LinkIndex, naming: Naming, describer: Describer, gone: dict[int, Record],
    cycles: Sequence[tuple[int, ...]],
) -> tuple[Diagnostic, ...]:  # fmt: skip
    """Everything wrong between the notes, sorted by place."""
    placer = _Placer(notes)
    found = [
        *_links(notes, index, placer),
        *_names(notes, index, placer),
        *_unknown(describer, placer),
        *_contradictions(describer, gone, placer),
        *_refused(naming, placer),
        *_cycles(naming, cycles, placer),
    ]
    return tuple(sorted(set(found)))


def _links(notes: Sequence[NoteFacts], index: LinkIndex, placer: _Placer) -> Iterator[Diagnostic]:
    for number, note in enumerate(notes):
        folder = folder_of(note.path)
        for link in note.links:
            if link.context not in ("", "front matter"):
                continue
            found = index.resolve(link.name.target, folder)
            yield from _link(number, link, found, notes, placer)


def _link(number: int, link: NoteLink, found: Resolution, notes: Sequence[NoteFacts], placer: _Placer) -> Iterator[Diagnostic]:
    name = link.name
    if found.kind == "unresolved":
        file = link.embed and "." in name.target
        code, what = ("RG207", "file") if file else ("RG201", "note")
        yield placer.report(number, name.start, name.end, code, f"no {what} is called `{name.target}`")
        return
    if found.candidates:
        paths = ", ".join(f"`{notes[each].path}`" for each in found.candidates[:5])
        code = "RG203" if found.kind == "alias" else "RG202"
        message = f"`{name.target}` may be {paths}; `{notes[found.note].path}` is taken"
        yield placer.report(number, name.start, name.end, code, message, "write the path of the note that is meant")
    elif found.kind == "alias":
        message = f"`{name.target}` is an alias of `{notes[found.note].path}`"
        yield placer.report(number, name.start, name.end, "RG208", message, f"write `[[{notes[found.note].title}|{name.target}]]`")
    if name.fragment and found.kind in ("note", "self", "alias"):
        home = notes[found.note] if found.kind != "self" else notes[number]
        if not _has(home, name.fragment):
            what = "block" if name.fragment.startswith("^") else "heading"
            yield placer.report(number, name.start, name.end, "RG204", f"`{home.path}` has no {what} `{name.fragment.lstrip('^')}`")


def _has(note: NoteFacts, fragment: str) -> bool:
    if fragment.startswith("^"):
        return fragment[1:].casefold() in {each.casefold() for each in note.block_ids}
    headings = {_bare(each) for each in note.headings}
    return all(_bare(part) in headings for part in fragment.split("#") if part.strip() and not part.startswith("^"))


def _bare(heading: str) -> str:
    """Obsidian ignores punctuation that links cannot hold when it looks for a heading."""
    return " ".join("".join(each if each.isalnum() else " " for each in fold(heading)).split())


def _names(notes: Sequence[NoteFacts], index: LinkIndex, placer: _Placer) -> Iterator[Diagnostic]:
    for same in index.collisions():
        paths = ", ".join(f"`{notes[each].path}`" for each in same)
        yield placer.report(same[0], 0, 0, "RG206", f"the paths {paths} differ only by case or by the form of an accent")
    for number, note in enumerate(notes):
        for alias in dict.fromkeys(note.aliases):
            others = [each for each in index.claimants(alias) if each != number]
            if others and min(others) > number:
                paths = ", ".join(f"`{notes[each].path}`" for each in others[:5])
                yield placer.report(number, 0, 0, "RG203", f"the alias `{alias}` is claimed by {paths} too")
            titled = [each for each in index.titled(alias) if each != number]
            if titled:
                message = f"the alias `{alias}` is the name of `{notes[titled[0]].path}`; links find that note"
                yield placer.report(number, 0, 0, "RG205", message)


def _unknown(describer: Describer, placer: _Placer) -> Iterator[Diagnostic]:
    for note, name in describer.unknown:
        message = f"no {name.cls.replace('_', ' ')} is called `{name.text}`, or several are"
        yield placer.report(note, name.start, name.end, "RG411", message)


def _contradictions(describer: Describer, gone: dict[int, Record], placer: _Placer) -> Iterator[Diagnostic]:
    schema = describer.schema
    for one, other in describer.records.contradictions:
        name = schema.by_name[one.cls].value
        yield _contradiction(
            describer, _of(one, name), _of(other, name), f"{_measured(one)} of {_subject(describer, one)}", placer
        )
    for record in describer.records.all:
        definition = schema.by_name.get(record.cls)
        if record.number in gone or definition is None or not definition.merge or len(record.statements) < 2:
            continue
        fields = schema.fields(record.cls)
        firsts: dict[str, Statement] = {}
        for each in record.statements:
            field = fields.get(each.property)
            if field is None or not field.single:
                continue
            first = firsts.setdefault(each.property, each)
            if first is not each and canon(first.kind, first.value) != canon(each.kind, each.value):
                yield _contradiction(describer, first, each, f"{each.property} of {record.name or record.cls}", placer)


def _of(record: Record, name: str) -> Statement:
    return next(each for each in record.statements if each.property == name)


def _measured(record: Record) -> str:
    metric = record.first("metric")
    return f"`{metric}`" if record.cls == "observation" and isinstance(metric, str) else record.cls.replace("_", " ")


def _subject(describer: Describer, record: Record) -> str:
    about = record.first("about")
    words = describer.label(about) if isinstance(about, int) and about >= 0 else record.name
    when = record.first("year") or record.first("period")
    return f"{words} for {when}" if when is not None else words


def _contradiction(describer: Describer, one: Statement, other: Statement, what: str, placer: _Placer) -> Diagnostic:
    first, second = _shown(describer, one), _shown(describer, other)
    label = placer.label(one.place, f"here it is {first}")
    place = other.place
    message = f"the {what} is {second} here and {first} at {label.path}:{label.line}"
    return placer.report(place.note, place.start, place.end, "RG501", message, labels=(label,))


def _shown(describer: Describer, statement: Statement) -> str:
    value = statement.value
    if statement.kind is Kind.THING and isinstance(value, int):
        return f"`{describer.label(value) if value >= 0 else describer.records.all[~value].name}`"
    return f"`{value.text if isinstance(value, Quantity | Period) else value}`"


def _refused(naming: Naming, placer: _Placer) -> Iterator[Diagnostic]:
    registry = naming.registry
    for number, cls, place in registry.refused:
        said = ", ".join(f"{name} ({reason})" for name, (_, reason) in registry.things[number].classes.items())
        message = f"`{registry.label(number)}` stands in a column of the class {cls}; its own note makes it {said}"
        yield placer.report(*place, "RG502", message)


def _cycles(naming: Naming, cycles: Sequence[tuple[int, ...]], placer: _Placer) -> Iterator[Diagnostic]:
    for cycle in cycles:
        names = " → ".join(naming.registry.label(each) for each in cycle)
        first = next((naming.registry.things[each].first for each in cycle if naming.registry.things[each].first), None)
        if first is not None:
            yield placer.report(first[0], first[1], first[2], "RG503", f"the hierarchy {names} leads back to where it began")
