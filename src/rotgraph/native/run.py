"""In: a graph and limits. Out: what one evaluation carries along. Room: native."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from time import perf_counter
from typing import Any

from rotgraph.late import dataclass
from rotgraph.native.index import Index
from rotgraph.native.pool import Pool
from rotgraph.query.expression import Condition
from rotgraph.query.limits import NO_LIMITS, Limits
from rotgraph.query.place import Place

__all__ = ["OperatorTrace", "Run"]


@dataclass(frozen=True, slots=True)
class OperatorTrace:
    """One operator of a plan as it ran: its rows, and the milliseconds it took, without what is below it."""

    operator: object
    rows: int
    milliseconds: float
    steps: tuple[tuple[Condition, int], ...] = ()
    """Of a filter: its conditions in the order in which they were tried, and the rows left after each."""


@dataclass(slots=True)
class Run:
    """One evaluation: the facts that hold, the values it made, the time it has."""

    index: Index
    pool: Pool
    limits: Limits = NO_LIMITS
    started: float = field(default_factory=perf_counter)
    trace: list[OperatorTrace] | None = None
    notes: list[str] = field(default_factory=list)
    subselect: Callable[..., Any] | None = None
    """Evaluates the plan of a subquery to a frame; set by the evaluator."""
    done: dict[int, tuple[object, Any]] = field(default_factory=dict)
    """What subqueries and scalars came to, by the identity of their node, which is kept."""

    def at(self, index: Index) -> Run:
        """The same run over other facts (``as of``)."""
        if index is self.index:
            return self
        return Run(index, self.pool, self.limits, self.started, self.trace, self.notes, self.subselect)

    def check(self) -> None:
        """Stop where the time is over."""
        self.limits.check_time(self.started)

    def check_rows(self, rows: int, place: Place | None) -> None:
        """Stop where the query that stands there makes too many rows."""
        self.limits.check_rows(rows, place)
        self.check()
