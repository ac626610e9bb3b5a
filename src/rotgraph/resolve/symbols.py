"""In: things with their classes. Out: the fields that their names give. Room: resolve."""

from __future__ import annotations

from collections.abc import Sequence

from rotgraph.model.schema import Schema
from rotgraph.model.value import Kind
from rotgraph.resolve.records import Place, Statement
from rotgraph.resolve.things import Registry, is_capital

__all__ = ["symbols"]


def symbols(schema: Schema, registry: Registry, said: Sequence[tuple[int, Statement]]) -> list[tuple[int, Statement]]:
    """A thing called by its symbol has it as a field, where nothing else says one (fields marked `from_name`).

    Args:
        said: what the notes say of things.
    """
    fields = [(definition.name, field.name) for definition in schema.classes for field in definition.fields if field.from_name]
    given = {(thing, each.property) for thing, each in said if any(each.property == name for _, name in fields)}
    found = []
    for number, thing in enumerate(registry.things):
        label = registry.label(number)
        if thing.first is None or not is_capital(label):
            continue
        for cls, name in fields:
            if (number, name) not in given and registry.is_a(number, (cls,)):
                found.append((number, Statement(name, Kind.TEXT, label, Place(*thing.first))))
    return found
