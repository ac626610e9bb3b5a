"""In: nothing. Out: plan nodes, named after the SPARQL 1.1 algebra. Room: query.

A plan is a tree of small frozen nodes; each knows its columns. `lower` builds it, `optimize` rewrites it, the native engine
evaluates it over arrays and `to_sparql` folds it. One row variable, the *subject*, runs through: every row is one node of the
graph (or one group of them), so every row has evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import TypeAlias

from rotgraph.late import dataclass
from rotgraph.model.value import Period
from rotgraph.query.expression import Condition, Expression, Things
from rotgraph.query.place import Place

__all__ = [
    "LONGEST_PATH", "Bgp", "Column", "Distinct", "Extend", "Filter", "Group", "LeftJoin", "OrderBy", "Path", "Pivot", "Plan",
    "Project", "Restrict", "Slice", "SortKey", "pivot_titles", "place_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result: name, kind of its cells (``thing text quantity period integer number any``), unit, plurality."""

    name: str
    kind: str = "any"
    unit: str = ""
    many: bool = False
    """It may hold several values."""


@dataclass(frozen=True, slots=True)
class Bgp:
    """All members of a class, in the order of the notes."""

    cls: str
    columns: tuple[Column, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)
    """Where the class is written."""


@dataclass(frozen=True, slots=True)
class Restrict:
    """``as of``: only facts stated by then hold, everywhere above the source it wraps."""

    source: Plan
    stated: Period

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.source.columns


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows of which the condition holds. Above a `Group`, expressions speak of groups."""

    source: Plan
    condition: Condition

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.source.columns


@dataclass(frozen=True, slots=True)
class LeftJoin:
    """A shown path: its values as one cell, blank if there are none."""

    source: Plan
    column: Column
    expression: Expression

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.source.columns, self.column)


@dataclass(frozen=True, slots=True)
class Extend:
    """A computed column: aggregate per row, arithmetic, literal."""

    source: Plan
    column: Column
    expression: Expression

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.source.columns, self.column)


@dataclass(frozen=True, slots=True)
class Group:
    """Groups by keys (none: one group of all rows), with aggregates over each group's rows."""

    source: Plan
    keys: tuple[tuple[Column, Expression], ...]
    aggregates: tuple[tuple[Column, Expression], ...]
    """Aggregates, and arithmetic over them."""

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*(column for column, _ in self.keys), *(column for column, _ in self.aggregates))


@dataclass(frozen=True, slots=True)
class SortKey:
    expression: Expression
    descending: bool = False
    nulls_first: bool = False
    column: str = ""
    """The column of the source it sorts by, when there is one already."""


@dataclass(frozen=True, slots=True)
class OrderBy:
    """Total and stable: ties keep the order of the notes. ``limit`` is set by the optimizer (top-k)."""

    source: Plan
    keys: tuple[SortKey, ...]
    limit: int | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.source.columns


@dataclass(frozen=True, slots=True)
class Slice:
    """``limit`` and ``offset``; with ``per`` the first ``limit`` of each group (``top n C by e per K``)."""

    source: Plan
    limit: int | None
    offset: int = 0
    per: tuple[Expression, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.source.columns


@dataclass(frozen=True, slots=True)
class Project:
    """The columns that are shown, in their order."""

    source: Plan
    names: tuple[str, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        known = {column.name: column for column in self.source.columns}
        return tuple(known[name] for name in self.names)


@dataclass(frozen=True, slots=True)
class Distinct:
    source: Plan

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.source.columns


@dataclass(frozen=True, slots=True)
class Pivot:
    """One row per combination of the remaining columns, one column per value of ``by``; done on the result."""

    source: Plan
    by: str

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.source.columns


def pivot_titles(labels: Iterable[str | None], measures: Sequence[str], rest: Sequence[str]) -> list[tuple[str, ...]]:
    """Per value of the pivot its columns' names, one per measure: no name twice, and none of a column that stays."""
    taken, titles = set(rest), []
    for label in labels:
        said = "(blank)" if label is None else label
        named = []
        for measure in measures:
            title = wanted = said if len(measures) == 1 else f"{said} {measure}"
            number = 1
            while title in taken:
                number += 1
                title = f"{wanted} ({number})"
            taken.add(title)
            named.append(title)
        titles.append(tuple(named))
    return titles


LONGEST_PATH = 64
"""How many steps a path may have where the query says nothing."""


@dataclass(frozen=True, slots=True)
class Path:
    """``path from A to B``: one row per step of the shortest paths (from, property, to, note, line)."""

    start: Things
    end: Things
    within: int
    via: tuple[str, ...]
    columns: tuple[Column, ...]
    place: Place | None = field(default=None, compare=False, repr=False)
    """Where it is written."""


def place_of(plan: Plan) -> Place | None:
    """Where the class stands whose rows a plan gives, or the path it asks for."""
    below: Plan = plan
    while not isinstance(below, (Bgp, Path)):
        below = below.source
    return below.place


Plan: TypeAlias = "Bgp | Restrict | Filter | LeftJoin | Extend | Group | OrderBy | Slice | Project | Distinct | Pivot | Path"

