"""In: the names of a store, a class. Out: its fields as the schema declares them, how often filled. Room: api."""

from __future__ import annotations

from collections.abc import Iterator

from rotgraph.api.fields import ALWAYS, ClassSummary, FieldSummary, summary_of_class, summary_of_field, summary_of_inverse
from rotgraph.model.schema import INTRINSIC, ClassDef
from rotgraph.sparql.names import StoreNames

__all__ = ["stored_classes", "stored_fields"]


def stored_classes(names: StoreNames) -> tuple[ClassSummary, ...]:
    """Every class that has members, by name."""
    counted = ((each, names.members(each.name)) for each in names.schema.classes)
    return tuple(summary_of_class(each, members) for each, members in counted if members)


def stored_fields(names: StoreNames, definition: ClassDef) -> tuple[FieldSummary, ...]:
    """The fields of a class: its own, the inherited, named inverses, then those of every class. A store gives no examples."""
    return tuple(_fields(names, definition))


def _fields(names: StoreNames, definition: ClassDef) -> Iterator[FieldSummary]:
    schema, members = names.schema, names.members(definition.name)
    forward = names.filled(definition.name)
    fields = schema.fields(definition.name)
    everywhere = {each.name for each in INTRINSIC}
    for name, field in fields.items():
        if name not in everywhere:
            yield summary_of_field(field, forward.get(name, 0), members)
    for name, declared in schema.inverses.items():
        filled = 0 if name in fields else names.pointed_at(definition.name, [(cls, field.name) for cls, field in declared])
        if filled:
            yield summary_of_inverse(name, declared, filled, members)
    for name, field in fields.items():
        if name in everywhere:
            yield summary_of_field(field, _filled(names, definition.name, name, forward, members), members)


def _filled(names: StoreNames, cls: str, name: str, forward: dict[str, int], members: int) -> int:
    """Of how many members the field of every class says something."""
    if name in ALWAYS:
        return members
    if name == "aliases":
        return names.aliased(cls)
    return names.pointed_at(cls, [("note", "mentions")]) if name == "mentioned_in" else forward.get(name, 0)
