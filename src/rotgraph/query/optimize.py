"""In: `Plan`, `Graph`. Out: a `Plan` with the same rows that costs less. Room: query.

A tuple of rewrites, each from plan to plan; none changes the columns (asserted). A store that only translates plans can use those
that need no graph.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from rotgraph.errors import InternalError
from rotgraph.late import replace
from rotgraph.model.graph import Graph
from rotgraph.query.estimate import estimate
from rotgraph.query.expression import And, Condition, Expression, Not, Or, Truth
from rotgraph.query.plan import (
    Bgp,
    Column,
    Extend,
    Filter,
    Group,
    LeftJoin,
    OrderBy,
    Plan,
    Project,
    Slice,
)
from rotgraph.query.scalars import may_refuse
from rotgraph.query.swap import Swap

__all__ = [
    "REWRITES",
    "Rewrite",
    "drop_idle",
    "drop_unused_columns",
    "fold_constants",
    "limit_order",
    "merge_filters",
    "optimize",
    "order_conditions",
    "order_early",
    "push_filters",
    "simplify",
    "with_subqueries",
]

Rewrite: TypeAlias = Callable[[Plan], Plan]
_Pairs: TypeAlias = tuple[tuple[Column, Expression], ...]


def optimize(plan: Plan, graph: Graph | None = None) -> Plan:
    """The plan after every rewrite, its subqueries first; with a graph also those that only an engine of our own can use."""
    plan = with_subqueries(plan, lambda each: optimize(each, graph))
    for rewrite in REWRITES:
        plan = _checked(plan, rewrite(plan), rewrite.__name__)
    if graph is not None:
        plan = _checked(plan, order_conditions(plan, graph), "order_conditions")
        plan = _checked(plan, order_early(plan), "order_early")
    return plan


def _checked(before: Plan, after: Plan, name: str) -> Plan:
    if after is not before and before.columns != after.columns:
        raise InternalError(f"{name} changed the columns of a plan")
    return after


def with_subqueries(plan: Plan, change: Rewrite) -> Plan:
    """The plan with the plans inside its expressions changed; equal expressions stay one object."""
    swap = Swap(change)

    def pairs(given: _Pairs) -> _Pairs:
        return tuple((column, swap.expression(expression)) for column, expression in given)

    def operator(plan: Plan) -> Plan:
        if isinstance(plan, Filter):
            condition = swap.condition(plan.condition)
            return plan if condition is plan.condition else replace(plan, condition=condition)
        if isinstance(plan, (LeftJoin, Extend)):
            expression = swap.expression(plan.expression)
            return plan if expression is plan.expression else replace(plan, expression=expression)
        if isinstance(plan, Group):
            return replace(plan, keys=pairs(plan.keys), aggregates=pairs(plan.aggregates))
        if isinstance(plan, OrderBy):
            changed = [swap.expression(key.expression) for key in plan.keys]
            if all(key.expression is each for key, each in zip(plan.keys, changed, strict=True)):
                return plan
            keys = tuple(replace(key, expression=each) for key, each in zip(plan.keys, changed, strict=True))
            return replace(plan, keys=keys)
        if isinstance(plan, Slice) and plan.per:
            return replace(plan, per=tuple(swap.expression(each) for each in plan.per))
        return plan

    return _bottom_up(plan, operator)


def _bottom_up(plan: Plan, rewrite: Callable[[Plan], Plan]) -> Plan:
    source = getattr(plan, "source", None)
    if source is not None:
        changed = _bottom_up(source, rewrite)
        if changed is not source:
            plan = replace(plan, source=changed)  # type: ignore[arg-type]
    return rewrite(plan)


# conditions


def fold_constants(plan: Plan) -> Plan:
    """Decides what is decided: ``not not``, conditions that hold of all or none; flattens nests of ``and`` and ``or``."""

    def fold(plan: Plan) -> Plan:
        if not isinstance(plan, Filter):
            return plan
        condition = simplify(plan.condition)
        if condition == Truth(holds=True):
            return plan.source
        return plan if condition == plan.condition else replace(plan, condition=condition)

    return _bottom_up(plan, fold)


def simplify(condition: Condition) -> Condition:
    """The same condition without what is already decided."""
    if isinstance(condition, Not):
        item = simplify(condition.item)
        if isinstance(item, Not):
            return item.item
        return Truth(holds=not item.holds) if isinstance(item, Truth) else Not(item)
    if not isinstance(condition, (And, Or)):
        return condition
    both = isinstance(condition, And)
    items: list[Condition] = []
    for item in map(simplify, condition.items):
        if isinstance(item, Truth):
            if item.holds != both:
                return item
            continue
        for each in item.items if isinstance(item, type(condition)) else (item,):
            if each not in items:
                items.append(each)
    if not items:
        return Truth(holds=both)
    return items[0] if len(items) == 1 else type(condition)(tuple(items))


def merge_filters(plan: Plan) -> Plan:
    """Filters over each other are one conjunction, so that its parts can be ordered."""

    def merge(plan: Plan) -> Plan:
        if not isinstance(plan, Filter) or not isinstance(plan.source, Filter):
            return plan
        inner = plan.source
        return Filter(inner.source, simplify(And((inner.condition, plan.condition))))

    return _bottom_up(plan, merge)


def push_filters(plan: Plan) -> Plan:
    """Filters go below what only adds columns or orders rows."""

    def push(plan: Plan) -> Plan:
        if not isinstance(plan, Filter):
            return plan
        source = plan.source
        if isinstance(source, (LeftJoin, Extend, Project)) or (isinstance(source, OrderBy) and source.limit is None):
            if _over_groups(source):
                return plan
            return replace(source, source=push(Filter(source.source, plan.condition)))
        return plan

    return _bottom_up(plan, push)


def _over_groups(plan: Plan) -> bool:
    below: Plan | None = plan
    while below is not None:
        if isinstance(below, Group):
            return True
        below = getattr(below, "source", None)
    return False


# rows and columns


def limit_order(plan: Plan) -> Plan:
    """An order of which only the first rows are kept need not be whole."""

    def limit(plan: Plan) -> Plan:
        if not isinstance(plan, Slice) or plan.limit is None or plan.per:
            return plan
        wanted = plan.offset + plan.limit
        return replace(plan, source=_limited(plan.source, wanted))

    return _bottom_up(plan, limit)


def _limited(plan: Plan, wanted: int) -> Plan:
    if isinstance(plan, OrderBy):
        return replace(plan, limit=wanted if plan.limit is None else min(plan.limit, wanted))
    if isinstance(plan, (LeftJoin, Extend, Project)):
        changed = _limited(plan.source, wanted)
        return plan if changed is plan.source else replace(plan, source=changed)
    return plan


def drop_unused_columns(plan: Plan) -> Plan:
    """Columns that a projection leaves out, and that nothing sorts by, are never computed."""

    def drop(plan: Plan) -> Plan:
        if not isinstance(plan, Project):
            return plan
        return replace(plan, source=_without(plan.source, set(plan.names)))

    return _bottom_up(plan, drop)


def _without(plan: Plan, used: set[str]) -> Plan:
    if isinstance(plan, OrderBy):
        used = used | {key.column for key in plan.keys if key.column}
    if isinstance(plan, (LeftJoin, Extend)) and plan.column.name not in used:
        return _without(plan.source, used)
    if isinstance(plan, (LeftJoin, Extend, OrderBy, Slice)):
        changed = _without(plan.source, used)
        return plan if changed is plan.source else replace(plan, source=changed)
    return plan


def drop_idle(plan: Plan) -> Plan:
    """Slices that cut nothing, projections that keep every column in its place."""

    def drop(plan: Plan) -> Plan:
        if isinstance(plan, Slice) and plan.limit is None and not plan.offset:
            return plan.source
        if isinstance(plan, Project) and plan.names == tuple(column.name for column in plan.source.columns):
            return plan.source
        return plan

    return _bottom_up(plan, drop)


def order_early(plan: Plan) -> Plan:
    """The first few rows are found before anything is shown of them: for an engine that computes columns row by row.

    Not for stores: in SPARQL nothing can be joined after the order is made.
    """

    def early(plan: Plan) -> Plan:
        if not isinstance(plan, OrderBy) or plan.limit is None or _over_groups(plan):
            return plan
        source = plan.source
        if not isinstance(source, (LeftJoin, Extend)):
            return plan
        keys = tuple(replace(key, column="") if key.column == source.column.name else key for key in plan.keys)
        return replace(source, source=early(OrderBy(source.source, keys, plan.limit)))

    return _bottom_up(plan, early)


REWRITES: tuple[Rewrite, ...] = (
    fold_constants, merge_filters, push_filters, merge_filters, fold_constants, limit_order, drop_unused_columns, drop_idle,
)  # fmt: skip


def order_conditions(plan: Plan, graph: Graph) -> Plan:
    """Parts of a conjunction in the order of how few rows they leave and how little they cost, by the counts of the index."""

    def arrange(plan: Plan) -> Plan:
        if not isinstance(plan, Filter) or not isinstance(plan.condition, And) or _over_groups(plan):
            return plan
        base: Plan = plan
        while not isinstance(base, Bgp):
            base = base.source  # type: ignore[union-attr]
        sure = [item for item in plan.condition.items if not may_refuse(item)]
        items = sorted(sure, key=lambda item: estimate(item, base.cls, graph).rank)
        items += (item for item in plan.condition.items if may_refuse(item))
        return replace(plan, condition=And(tuple(items)))

    return _bottom_up(plan, arrange)


