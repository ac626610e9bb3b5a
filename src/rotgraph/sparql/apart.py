"""In: a plan. Out: the same, with what the client decides of its rows apart from what the store decides. Room: sparql.

`min`, `sum` and their like over the values of one row, and arithmetic: SPARQL would compare and add the bare numbers of unlike
units, and knows no cell that has bounds. The client has the values, and reckons as the native engine does.
"""

from __future__ import annotations

from collections.abc import Iterator

from rotgraph.late import replace
from rotgraph.query.expression import Aggregate, And, Arithmetic, Compare, Condition, Every, In, Known, Not, Or
from rotgraph.query.plan import Bgp, Filter, Plan, Restrict
from rotgraph.query.scalars import may_be_unlike, of_several_units, refusing_last

__all__ = ["apart", "by_client", "decided_by_client"]

_FIRST = ("first", "last")
"""The order of the notes is the client's."""


def apart(plan: Plan) -> Plan:
    """Filters of rows are two: below, what the store decides."""
    source: Plan | None = getattr(plan, "source", None)
    if source is None:
        return plan
    changed = apart(source)
    if changed is not source:
        plan = replace(plan, source=changed)  # type: ignore[arg-type]  # what has a source takes one
    if not isinstance(plan, Filter) or not decided_by_client(plan.condition) or not _of_rows(plan.source):
        return plan
    condition = refusing_last(plan.condition)  # brackets of a conjunction go, too: what the store decides of them it decides first
    items = condition.items if isinstance(condition, And) else (condition,)
    ours = tuple(item for item in items if decided_by_client(item))
    needed = dict.fromkeys(known for item in ours for known in _needed(item))
    theirs = (*(item for item in items if not decided_by_client(item)), *needed)
    return Filter(Filter(plan.source, And(theirs)) if theirs else plan.source, And(ours))


def _needed(item: Condition) -> Iterator[Known]:
    """What a row must have for the condition to hold: of others the store need not tell."""
    if isinstance(item, Compare) and item.quantifier != "no":
        for side in (item.left, item.right):
            if isinstance(side, Aggregate) and by_client(side) and side.path is not None and side.path.start is None:
                yield Known(side.path)


def _of_rows(plan: Plan) -> bool:
    while isinstance(plan, (Filter, Restrict)):
        plan = plan.source
    return isinstance(plan, Bgp)


def decided_by_client(item: Condition) -> bool:
    """Whether a condition asks for an aggregate of the row that the client reckons."""
    if isinstance(item, (And, Or)):
        return any(map(decided_by_client, item.items))
    if isinstance(item, Not):
        return decided_by_client(item.item)
    if isinstance(item, (Every, In)):
        return _reckoned(item.left)
    return isinstance(item, Compare) and (_reckoned(item.left) or _reckoned(item.right))


def _reckoned(expression: object) -> bool:
    if isinstance(expression, Arithmetic):
        return may_be_unlike(expression) or _reckoned(expression.left) or _reckoned(expression.right)
    return isinstance(expression, Aggregate) and by_client(expression)


def by_client(aggregate: Aggregate) -> bool:
    """Whether the client reckons an aggregate of one row."""
    return aggregate.function in _FIRST or of_several_units(aggregate)
