"""In: a thing. Out: the lines of its card: what is said of it, and every row that holds it. Room: api."""

from __future__ import annotations

from collections.abc import Iterable

from rotgraph.api.things import Fact, Thing
from rotgraph.model.schema import Schema
from rotgraph.render.cell import single_text

__all__ = ["card_rows"]

_MOST = 60
"""Characters that are told of a row beside its name: the card says where it stands, and has a line for it."""


def card_rows(thing: Thing, schema: Schema) -> list[tuple[str, str, str]]:
    """Field, value and place of each fact of the thing, then of each fact of something else whose value it is.

    Those bear the name of the inverse, or where the schema names none, the field with ``^`` as in a query; what holds the thing
    says its value too, or what the columns of its class show.
    """
    linking = {fact.subject for fact in thing.incoming if fact.property == "links"}
    told = [fact for fact in thing.incoming if fact.property != "mentions" or fact.subject not in linking]  # a link is a mention
    rows = [(fact.property, _text(fact.value), _place(fact)) for fact in thing.facts]
    return rows + [(_inverse(fact, schema), _holder(fact, schema), _place(fact)) for fact in told]


def _inverse(fact: Fact, schema: Schema) -> str:
    """The inverse that the nearest class of the fact's subject names."""
    named = {cls: name for name, declared in schema.inverses.items() for cls, field in declared if field.name == fact.property}
    above = (cls for own in fact.subject.classes for cls in schema.ancestors(own))
    return next((named[cls] for cls in above if cls in named), f"{fact.property}^")


def _holder(fact: Fact, schema: Schema) -> str:
    """What holds the thing, by its name and the rest of what it shows."""
    subject = fact.subject
    definition = schema.by_name.get(subject.classes[0]) if subject.classes else None
    if definition is None or not schema.is_a(definition.name, "record"):
        return subject.name
    if definition.value:
        return ": ".join(filter(None, (subject.name, _of(subject, definition.value))))
    shown = (name for name in definition.columns if name not in ("name", fact.property))
    told = [f"{name} {text}" for name in shown if (text := _of(subject, name)) not in subject.name]
    while told and len(", ".join(told)) > _MOST:
        told.pop()
    return f"{subject.name} ({', '.join(told)})" if told else subject.name


def _of(subject: Thing, field: str) -> str:
    """A field as its cell prints."""
    try:
        found = subject[field]
    except KeyError:
        return ""
    values: Iterable[object] = found if isinstance(found, list) else () if found is None else (found,)
    return "; ".join(map(_text, values))


def _text(value: object) -> str:
    return value.name if isinstance(value, Thing) else single_text(value)  # type: ignore[arg-type]


def _place(fact: Fact) -> str:
    """The first place that states it, and how many more do."""
    places = tuple(dict.fromkeys(map(str, fact.evidence)))
    return " and ".join((*places[:1], *([f"{len(places) - 1} more"] if len(places) > 1 else [])))
