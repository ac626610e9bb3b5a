"""In: columns and rows. Out: the answer to a query, and its rows. Room: model.

A result is immutable. Its rows are made when they are looked at: an engine hands over a function that makes them.
"""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import Protocol, TypeAlias

from rotgraph.late import dataclass
from rotgraph.model.graph import Evidence
from rotgraph.model.value import Period, Quantity

__all__ = ["Answer", "Cell", "ResultColumn", "Rows", "Single", "ThingCell"]


@dataclass(frozen=True, slots=True)
class ThingCell:
    """A thing in a cell: its key below the base IRI, its label, its principal class, its node (-1 from a remote store)."""

    id: str
    name: str
    cls: str
    node: int = field(default=-1, compare=False)

    def __str__(self) -> str:
        return self.name


Single: TypeAlias = "ThingCell | Quantity | Period | Decimal | int | str"
Cell: TypeAlias = "Single | tuple[Single, ...] | None"
"""None is a blank; a tuple where the column may hold several values."""


class Rows(Protocol):
    """What an engine hands over: cells by row, evidence by row."""

    def __len__(self) -> int: ...
    def subject(self, row: int) -> ThingCell | None:
        """The thing or record the row is; None for a group or a step of a path."""

    def cells(self, row: int) -> tuple[Cell, ...]: ...
    def evidence(self, row: int) -> tuple[Evidence, ...]: ...


@dataclass(frozen=True)
class Answer:
    """What an engine returns: named, typed columns; rows made on demand; notes about the answer (why it is empty, say)."""

    columns: tuple[ResultColumn, ...]
    rows: Rows
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """Name, kind of the cells, unit if they share one, and whether a cell may hold several values."""

    name: str
    kind: str = "any"
    unit: str = ""
    many: bool = False
