"""In: what resolving met. Out: diagnostics about records, classes, contradictions, and those of links. Room: resolve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.draft import NoteFacts
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.resolve.check_links import check_links, check_names
from rotgraph.resolve.links import LinkIndex
from rotgraph.resolve.naming import Naming
from rotgraph.resolve.placing import Placer
from rotgraph.resolve.records import Record, Statement, canon

if TYPE_CHECKING:
    from rotgraph.resolve.describe import Describer

__all__ = ["diagnose"]


def diagnose(
    notes: Sequence[NoteFacts], index: LinkIndex, naming: Naming, describer: Describer, gone: dict[int, Record],
    cycles: Sequence[tuple[int, ...]],
) -> tuple[Diagnostic, ...]:  # fmt: skip
    """Everything wrong between the notes, sorted by place."""
    placer = Placer(notes)
    found = [
        *check_links(notes, index, placer),
        *check_names(notes, index, placer),
        *_unknown(describer, placer),
        *_contradictions(describer, gone, placer),
        *_refused(naming, placer),
        *_cycles(naming, cycles, placer),
    ]
    return tuple(sorted(set(found)))


def _unknown(describer: Describer, placer: Placer) -> Iterator[Diagnostic]:
    for note, name in describer.unknown:
        message = f"no {name.cls.replace('_', ' ')} is called `{name.text}`, or several are"
        yield placer.report(note, name.start, name.end, "RG411", message)


def _contradictions(describer: Describer, gone: dict[int, Record], placer: Placer) -> Iterator[Diagnostic]:
    schema = describer.schema
    for one, other in describer.records.contradictions:
        name = schema.by_name[one.cls].value
        yield _contradiction(describer, _of(one, name), _of(other, name), f"{_measured(one)} of {_subject(describer, one)}", placer)
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


def _contradiction(describer: Describer, one: Statement, other: Statement, what: str, placer: Placer) -> Diagnostic:
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


def _refused(naming: Naming, placer: Placer) -> Iterator[Diagnostic]:
    registry = naming.registry
    for number, cls, place in registry.refused:
        said = ", ".join(f"{name} ({reason})" for name, (_, reason) in registry.things[number].classes.items())
        message = f"`{registry.label(number)}` stands in a column of the class {cls}; its own note makes it {said}"
        yield placer.report(*place, "RG502", message)


def _cycles(naming: Naming, cycles: Sequence[tuple[int, ...]], placer: Placer) -> Iterator[Diagnostic]:
    for cycle in cycles:
        names = " → ".join(naming.registry.label(each) for each in cycle)
        first = next((naming.registry.things[each].first for each in cycle if naming.registry.things[each].first), None)
        if first is not None:
            yield placer.report(first[0], first[1], first[2], "RG503", f"the hierarchy {names} leads back to where it began")
