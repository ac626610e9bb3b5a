"""In: a graph, a class. Out: its fields: kinds, operators, how often filled, an example. Room: api."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.model.schema import INTRINSIC, ClassDef, Field
from rotgraph.query.kinds import operators_for

__all__ = [
    "ALWAYS",
    "ClassSummary",
    "FieldSummary",
    "list_classes",
    "list_fields",
    "summary_of_class",
    "summary_of_field",
    "summary_of_inverse",
]

ALWAYS = frozenset(("name", "note", "line", "heading", "source_text"))
"""Intrinsic columns of every node, no facts."""


@dataclass(frozen=True, slots=True, repr=False)
class ClassSummary:
    """A class and how many members it has."""

    name: str
    plural: str
    members: int
    columns: tuple[str, ...]
    """What a query shows without ``show``."""
    parents: tuple[str, ...]
    declared: bool
    """False: the notes' tables made it."""
    said: str

    def __repr__(self) -> str:
        return f"<Class {self.plural}: {self.members:,} members, shows {', '.join(self.columns)}>"


@dataclass(frozen=True, slots=True, repr=False)
class FieldSummary:
    """A field of a class, as the notes fill it."""

    name: str
    kind: str
    """``thing``, ``text``, ``quantity``, ``period``, ``integer`` or ``any``."""
    unit: str
    classes: tuple[str, ...]
    """For things: what it may hold."""
    many: bool
    filled: int
    """Members that have it."""
    members: int
    operators: tuple[str, ...]
    example: str
    """A value from the notes, as written."""
    inverse: bool
    """It is the other direction of a field of another class."""
    said: str

    def __repr__(self) -> str:
        detail = self.unit or " or ".join(self.classes)
        kind = self.kind + (f" ({detail})" if detail else "") + (", several" if self.many else "")
        return f"<Field {self.name}: {kind}, {self.filled:,} of {self.members:,}>"


def list_classes(graph: Graph) -> tuple[ClassSummary, ...]:
    """Every class that has members, in the order of the schema."""
    counted = ((each, len(graph.members(each.name))) for each in graph.schema.classes)
    return tuple(summary_of_class(each, members) for each, members in counted if members)


def summary_of_class(each: ClassDef, members: int) -> ClassSummary:
    """A class with so many members."""
    return ClassSummary(each.name, each.plural, members, each.columns or each.key, each.parents, each.declared, each.said)


def list_fields(graph: Graph, definition: ClassDef) -> tuple[FieldSummary, ...]:
    """The fields of a class: its own, the inherited, named inverses, then those of every class."""
    members = graph.members(definition.name)
    intrinsic = {each.name for each in INTRINSIC}
    fields = graph.schema.fields(definition.name)
    own = [_forward(graph, members, each) for name, each in fields.items() if name not in intrinsic]
    return (
        *own,
        *_inverses(graph, members, set(fields)),
        *(_intrinsic(graph, members, each) for name, each in fields.items() if name in intrinsic),
    )


def _forward(graph: Graph, members: npt.NDArray[np.int32], field: Field) -> FieldSummary:
    start, subjects = graph.property_range(field.name)[0], graph.subjects(field.name)
    mine = np.isin(subjects, members)
    filled = len(np.unique(subjects[mine]))
    example = _text(graph, start + int(np.argmax(mine))) if filled else ""
    return summary_of_field(field, filled, len(members), example)


def _intrinsic(graph: Graph, members: npt.NDArray[np.int32], field: Field) -> FieldSummary:
    if field.name == "mentioned_in":
        return next(_inverses(graph, members, set(graph.schema.inverses) - {field.name}), summary_of_field(field, 0, len(members)))
    if field.name == "aliases":
        named = [node for node in members.tolist() if graph.aliases(node)]
        return summary_of_field(field, len(named), len(members), "; ".join(graph.aliases(named[0])) if named else "")
    if field.name not in ALWAYS or not len(members):
        return _forward(graph, members, field)
    first = int(members[0])
    place = graph.principal(first)
    shown = {
        "name": graph.label(first),
        "note": graph.label(graph.number("node_note", first)) if place else "",
        "line": str(place.line) if place else "",
        "heading": place.heading if place else "",
        "source_text": str(graph.texts[source]) if (source := graph.number("node_source", first)) >= 0 else "",
    }
    return summary_of_field(field, len(members), len(members), shown.get(field.name, ""))


def _inverses(graph: Graph, members: npt.NDArray[np.int32], taken: set[str]) -> Iterator[FieldSummary]:
    for name, declared in graph.schema.inverses.items():
        if name in taken:
            continue
        filled: set[int] = set()
        example, classes = "", []
        for cls, field in declared:
            where = graph.property_range(field.name)
            values, kinds = graph.part("fact_value", *where), graph.part("fact_kind", *where)
            subjects = graph.subjects(field.name)
            mine = np.isin(values, members) & (kinds == 1) & np.isin(subjects, graph.members(cls))
            if mine.any():
                filled.update(np.unique(values[mine]).tolist())
                example = example or graph.label(int(subjects[np.argmax(mine)]))
                classes.append(cls)
        if filled:
            held = [each for each in declared if each[0] in classes]
            yield summary_of_inverse(name, held, len(filled), len(members), example)


def summary_of_inverse(
    name: str, declared: Sequence[tuple[str, Field]], filled: int, members: int, example: str = ""
) -> FieldSummary:
    """The other direction of a field of other classes."""
    return FieldSummary(
        name, "thing", "", tuple(dict.fromkeys(cls for cls, _ in declared)), many=True, filled=filled, members=members,
        operators=operators_for("thing"), example=example, inverse=True,
        said=f"the other direction of {declared[0][1].name}",
    )  # fmt: skip


def summary_of_field(field: Field, filled: int, members: int, example: str = "") -> FieldSummary:
    """A field that so many of the members have."""
    return FieldSummary(
        field.name, field.kind, field.unit, field.ranges, many=not field.single, filled=filled, members=members,
        operators=operators_for(field.kind), example=example, inverse=False, said=field.said,
    )  # fmt: skip


def _text(graph: Graph, fact: int) -> str:
    value = graph.value(fact)
    if isinstance(value, int) and graph.number("fact_kind", fact) == 1:
        return graph.label(value)
    return str(value)
