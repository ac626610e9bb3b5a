"""In: a condition, a graph. Out: how many rows it is likely to leave and what it costs. Room: query.

Guesses from counts alone: facts of a property, members of a class, facts that hold a given thing.
"""

from __future__ import annotations

from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.query.expression import And, Compare, Condition, Every, In, Known, Not, Or, Path, Things, Truth

__all__ = ["Estimate", "estimate", "holding"]

_SHARES = {"=": 0.05, "is": 0.05, "!=": 0.9, "contains": 0.2, "like": 0.2, "matches": 0.2, "during": 0.2, "overlaps": 0.3}
_OTHER = 0.4


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is guessed of a condition on a class."""

    rows: float
    """How many members it leaves."""
    cost: float
    """How many facts it looks at per candidate."""

    @property
    def rank(self) -> float:
        """Cheap and narrow first."""
        return self.rows * (1 + self.cost)


def estimate(condition: Condition, cls: str, graph: Graph) -> Estimate:
    """How many members of a class a condition leaves."""
    count = float(len(graph.members(cls)))
    if isinstance(condition, Truth):
        return Estimate(count if condition.holds else 0.0, 0.0)
    if isinstance(condition, Not):
        inner = estimate(condition.item, cls, graph)
        return Estimate(max(count - inner.rows, 0.0), inner.cost)
    if isinstance(condition, (And, Or)):
        parts = [estimate(item, cls, graph) for item in condition.items]
        rows = min(part.rows for part in parts) if isinstance(condition, And) else min(sum(part.rows for part in parts), count)
        return Estimate(rows, sum(part.cost for part in parts))
    path = condition.path if isinstance(condition, Known) else condition.left
    if not isinstance(path, Path) or not path.steps:
        return Estimate(count * _OTHER, 4.0)
    found = min(_leaf(condition, path, count, graph), count)
    quantifier = getattr(condition, "quantifier", "any")
    cost = float(len(path.steps)) * _weight(path, graph) + (8.0 if getattr(condition, "kind", "") == "text" else 0.0)
    return Estimate(count - found if quantifier == "no" else found, cost)


def _leaf(condition: Compare | Every | In | Known, path: Path, count: float, graph: Graph) -> float:
    first = path.steps[0]
    start, end = graph.property_range(first.name)
    having = float(end - start) if first.form == "property" else count
    if isinstance(condition, Compare) and isinstance(condition.right, Things) and len(path.steps) == 1 and not first.inverse:
        return float(sum(holding(graph, first.name, node) for node in condition.right.nodes))
    if isinstance(condition, Known) and first.where is None:
        return having
    share = _SHARES.get(condition.operator, _OTHER) if isinstance(condition, Compare) else _OTHER
    return min(having, count) * share


def _weight(path: Path, graph: Graph) -> float:
    """Facts per node along the first step; closures cost more."""
    first = path.steps[0]
    start, end = graph.property_range(first.name)
    if first.form != "property" or end == start:
        return 1.0
    return (4.0 if any(step.closure for step in path.steps) else 1.0) * (1.0 + (end - start) / max(graph.node_count, 1))


def holding(graph: Graph, name: str, node: int) -> int:
    """How many facts of a property hold a thing."""
    start, end = graph.property_range(name)
    wanted = (int(Kind.THING), node)

    def one(column: str, place: int) -> int:
        return int(graph.part(column, place, place + 1)[0])

    def first(after: bool) -> int:  # noqa: FBT001 - which end of the run is sought
        low, high = start, end
        while low < high:
            middle = (low + high) // 2
            fact = one("reverse_facts", middle)
            found = (one("fact_kind", fact), one("fact_value", fact))
            if found < wanted or (after and found == wanted):
                low = middle + 1
            else:
                high = middle
        return low

    return first(after=True) - first(after=False)


