"""In: the text of a query, a graph. Out: its plan, its answer: the other half of the walk. Room: api.

Nothing here imports what reads notes: a query on a compiled vault needs the grammar, the plan and the columns, and nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping

from rotgraph.model.graph import Graph
from rotgraph.model.result import Answer
from rotgraph.native.evaluate import evaluate
from rotgraph.query.limits import NO_LIMITS, Limits
from rotgraph.query.lower import lower
from rotgraph.query.optimize import optimize
from rotgraph.query.plan import Plan
from rotgraph.query.read import read_query

__all__ = ["answer", "plan_of"]


def answer(graph: Graph, text: str, parameters: Mapping[str, object] | None = None, *, limits: Limits = NO_LIMITS) -> Answer:
    """The answer to a query.

    Raises:
        QueryError: the query is wrong, with the place and what may have been meant.
    """
    return evaluate(plan_of(graph, text, parameters), graph, limits=limits)


def plan_of(graph: Graph, text: str, parameters: Mapping[str, object] | None = None, *, optimized: bool = True) -> Plan:
    """The plan of a query."""
    plan = lower(read_query(text, graph, parameters or {}))
    return optimize(plan, graph) if optimized else plan
