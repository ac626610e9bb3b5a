"""In: things with their classes. Out: the fields that their names give. Room: resolve."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rotgraph.model.schema import Schema
from rotgraph.resolve.thing import is_capital
from rotgraph.resolve.things import Registry

__all__ = ["symbols"]


def symbols(
    schema: Schema, registry: Registry, given: Collection[tuple[int, str]], placed: Collection[int]
) -> Iterator[tuple[int, str, str]]:
    """A thing called by its symbol has it as a field, where nothing else says one (fields marked `from_name`).

    Args:
        given: things with the fields that the notes give them.
        placed: things that some note names.

    Returns:
        Thing, field, symbol.
    """
    fields = [(definition.name, field.name) for definition in schema.classes for field in definition.fields if field.from_name]
    for number in range(len(registry.things)):
        label = registry.label(number)
        if number not in placed or not is_capital(label):
            continue
        for cls, name in fields:
            if (number, name) not in given and registry.is_a(number, (cls,)):
                yield number, name, label
