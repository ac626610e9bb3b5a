"""In: `Graph` and what a vault's schema declares. Out: a first schema, or how notes and schema drifted apart. Room: check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.model.schema import INTRINSIC, ClassDef, Field, Schema
from rotgraph.model.value import Kind

__all__ = ["Drift", "drift", "infer"]

_MOSTLY, _OFTEN = 0.9, 0.25
"""A field that so many members fill is required, or worth declaring."""
_WORDS = {Kind.THING: "thing", Kind.TEXT: "text", Kind.QUANTITY: "quantity", Kind.PERIOD: "period", Kind.INTEGER: "integer"}
_SKIPPED = frozenset((*(each.name for each in INTRINSIC), "missing", "remark", "mentions", "about"))


@dataclass(frozen=True, slots=True)
class Drift:
    """One way in which notes and schema differ."""

    cls: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.cls}.{self.field}: {self.message}" if self.field else f"{self.cls}: {self.message}"


def infer(graph: Graph, *, least: int = 3) -> tuple[ClassDef, ...]:
    """Declarations for the classes that only tables show, as the notes fill them.

    Args:
        least: members a class must have to be worth a declaration.

    Returns:
        Classes with the fields that a quarter of their members fill, most members first; a field nine in ten fill is
        required, one with a single kind gets that kind.
    """
    found = [each for each in graph.schema.classes if not each.declared and len(graph.members(each.name)) >= least]
    found.sort(key=lambda each: (-len(graph.members(each.name)), each.name))
    return tuple(_declared(graph, each) for each in found)


def _declared(graph: Graph, definition: ClassDef) -> ClassDef:
    members = graph.members(definition.name)
    fields = []
    for field in definition.fields:
        if field.name in _SKIPPED or field.name == definition.name:
            continue
        kinds, filled = _counts(graph, field.name, members)
        if filled >= _OFTEN * len(members):
            kind = next(iter(kinds)) if len(kinds) == 1 else "any"
            header = field.display if field.display != field.name.replace("_", " ") else ""
            required = filled >= _MOSTLY * len(members)
            fields.append(Field(field.name, kind, required=required, headers=(header,) if header else ()))
    columns = ("name", *(field.name for field in fields))[:6]
    return ClassDef(
        definition.name, definition.plural, definition.parents, tuple(fields), columns=columns, named=definition.named
    )


def _counts(graph: Graph, name: str, members: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> tuple[Counter[str], int]:
    """Kinds of a field's values, and how many members have it."""
    subjects = graph.subjects(name)
    inside = np.isin(subjects, members)
    numbers, counts = np.unique(graph.part("fact_kind", *graph.property_range(name))[inside], return_counts=True)
    kinds = Counter({_WORDS[Kind(number)]: count for number, count in zip(numbers.tolist(), counts.tolist(), strict=True)})
    return kinds, len(np.unique(subjects[inside]))


def drift(graph: Graph, builtin: Schema) -> tuple[Drift, ...]:
    """Where the notes left what the vault's own schema declares: classes without members, fields nobody fills, fields with values
    of other kinds, required fields that are missing, new fields that many fill."""
    return tuple(
        found
        for definition in graph.schema.classes
        if definition.declared and _own(definition, builtin)
        for found in _of_class(graph, definition)
    )


def _own(definition: ClassDef, builtin: Schema) -> bool:
    """The vault declares it or adds to it."""
    known = builtin.by_name.get(definition.name)
    if known is None:
        return True
    names = {field.name for field in known.fields}
    return any(field.declared and field.name not in names for field in definition.fields)


def _of_class(graph: Graph, definition: ClassDef) -> Iterator[Drift]:
    members = graph.members(definition.name)
    if not len(members):
        yield Drift(definition.name, "", "no note has one")
        return
    for field in definition.fields:
        if field.name in _SKIPPED or field.name == definition.name:  # the first column is its name
            continue
        kinds, filled = _counts(graph, field.name, members)
        share = f"{filled} of {len(members)}"
        if not field.declared:
            if filled >= _OFTEN * len(members):
                yield Drift(definition.name, field.name, f"not declared, and {share} have it")
        elif not filled:
            yield Drift(definition.name, field.name, "declared, and nobody has it")
        elif field.required and filled < len(members):
            yield Drift(definition.name, field.name, f"required, and only {share} have it")
        if field.declared and field.kind != "any":
            others = {kind: count for kind, count in kinds.items() if kind != field.kind}
            if others:
                listed = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
                yield Drift(definition.name, field.name, f"declared {field.kind}, and {listed} stand in it")
