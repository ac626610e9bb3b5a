"""In: queries asked of one graph. Out: their plans, kept; queries prepared. Room: api."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

from rotgraph.api.ask import plan_of
from rotgraph.api.results import Result
from rotgraph.model.graph import Graph
from rotgraph.native.evaluate import evaluate
from rotgraph.query.limits import Limits
from rotgraph.query.parameters import plain
from rotgraph.query.plan import Plan

__all__ = ["Plans", "Prepared"]

_KEPT = 256


class Plans:
    """The plans of the queries asked last; threads may share it."""

    __slots__ = ("_graph", "_kept", "_lock")

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._kept: OrderedDict[tuple[object, ...], Plan] = OrderedDict()
        self._lock = Lock()

    def of(self, text: str, parameters: Mapping[str, object]) -> Plan:
        """The plan of a query with such parameters."""
        key = (text, *((name, _frozen(parameters[name])) for name in sorted(parameters)))
        with self._lock:
            plan = self._kept.get(key)
            if plan is not None:
                self._kept.move_to_end(key)
                return plan
        plan = plan_of(self._graph, text, parameters)
        with self._lock:
            self._kept[key] = plan
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return plan


class Prepared:
    """A query, planned; call it to ask. Made by `Graph.prepare`."""

    __slots__ = ("_graph", "_plan", "query")

    def __init__(self, graph: Graph, text: str, plan: Plan) -> None:
        self._graph, self.query, self._plan = graph, text, plan

    def __call__(self, *, max_rows: int | None = None, max_seconds: float | None = None) -> Result:
        """The answer, within the limits of `Graph.query`."""
        return Result(evaluate(self._plan, self._graph, limits=Limits(max_rows, max_seconds)), self.query, self._graph)

    def __repr__(self) -> str:
        return f"<Prepared {self.query}>"


def _frozen(value: object) -> object:
    """A parameter as part of a key: 1, 1.0 and True are not the same, a list is as good as a tuple."""
    value = plain(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return (type(value), *map(_frozen, value))
    return (type(value), value)
