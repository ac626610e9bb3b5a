"""In: `Graph` and `Schema`. Out: diagnostics about the whole. Room: check.

What a note alone cannot show: fields that a class requires and a record lacks, values of another kind than their field declares.
Contradictions and links are found where they are resolved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.graph import Evidence, Graph
from rotgraph.model.schema import INTRINSIC, ClassDef, Field, Schema
from rotgraph.model.spool import forget
from rotgraph.model.value import Kind

__all__ = ["CHECKS", "CODES", "check"]

_KINDS = {"quantity": (Kind.QUANTITY,), "period": (Kind.PERIOD,), "integer": (Kind.INTEGER,)}
_INTRINSIC = {each.name for each in INTRINSIC}


def check(graph: Graph, schema: Schema) -> tuple[Diagnostic, ...]:
    """Everything that all checks find, sorted by place.

    Diagnostics: RG504 (a required field is missing), RG505 (a value of another kind than declared).
    """
    return tuple(sorted({found for each in CHECKS for found in each(graph, schema)}))


def _required(graph: Graph, schema: Schema) -> Iterator[Diagnostic]:
    """Members of a class that lack a field it requires."""
    for definition in schema.classes:
        for field in definition.fields:
            if not field.required or field.name in _INTRINSIC:
                continue
            for node in np.setdiff1d(graph.members(definition.name), graph.subjects(field.name)).tolist():
                place = graph.principal(node)
                if place is not None:
                    message = f"`{graph.label(node)}` has no `{field.name}`, which the class {definition.name} requires"
                    yield _at(place, "RG504", message)


def _kinds(graph: Graph, schema: Schema) -> Iterator[Diagnostic]:
    """Values of another kind than the field declares."""
    for definition in schema.classes:
        for field in definition.fields:
            if field.declared and field.kind in _KINDS:
                yield from _of_field(graph, definition, field)


def _of_field(graph: Graph, definition: ClassDef, field: Field) -> Iterator[Diagnostic]:
    start, end = graph.property_range(field.name)
    kinds = graph.part("fact_kind", start, end)
    wrong = np.flatnonzero(~np.isin(kinds, _KINDS[field.kind]))
    forget()
    if not len(wrong):
        return
    members = graph.members(definition.name)
    subjects = graph.subjects(field.name)[wrong]
    for offset in wrong[np.isin(subjects, members)].tolist():
        fact = start + offset
        value = graph.value(fact)
        shown = graph.label(value) if kinds[offset] == Kind.THING and isinstance(value, int) else str(value)
        kind = f"an {field.kind}" if field.kind == "integer" else f"a {field.kind}"
        message = f"`{field.name}` of the class {definition.name} is {kind}, and `{shown[:60]}` is none"
        yield _at(graph.evidence(fact)[0], "RG505", message)


def _at(place: Evidence, code: str, message: str) -> Diagnostic:
    return Diagnostic(place.note, place.line, place.column, place.end_line, place.end_column, code, message)


CODES = ("RG504", "RG505")
"""Of what they find."""
CHECKS: tuple[Callable[[Graph, Schema], Iterator[Diagnostic]], ...] = (_required, _kinds)
