"""In: a bound query. Out: `Plan`, the operators in the order of SPARQL's algebra. Room: query.

    Bgp, Restrict, Filter                      which rows
    OrderBy, Slice                             `top`
    Group, Filter                              `per`, and which groups
    LeftJoin, Extend                           what is shown
    OrderBy, Slice, Project, Pivot             in which order, how many, which columns

Subqueries inside expressions become plans as well: bare ones whose rows are meant have no columns.
"""

from __future__ import annotations

from dataclasses import replace

from rotgraph.errors import InternalError
from rotgraph.model.value import Period
from rotgraph.query.bound import BoundPathQuery, BoundQuery, BoundSelect
from rotgraph.query.expression import (
    Aggregate,
    And,
    Arithmetic,
    Compare,
    Condition,
    Expression,
    In,
    Known,
    Literal,
    Not,
    Or,
    Scalar,
    Step,
    Things,
    Truth,
)
from rotgraph.query.expression import Path as PathExpression
from rotgraph.query.plan import (
    Bgp,
    Column,
    Extend,
    Filter,
    Group,
    LeftJoin,
    OrderBy,
    Path,
    Pivot,
    Plan,
    Project,
    Restrict,
    Slice,
    SortKey,
)

__all__ = ["PATH_COLUMNS", "lower"]

PATH_COLUMNS = (
    Column("from", "thing"), Column("property", "text"), Column("to", "thing"), Column("note", "thing"), Column("line", "integer"),
)  # fmt: skip
LONGEST_PATH = 64
"""How many steps a path may have where the query says nothing."""


def lower(bound: BoundQuery | BoundSelect | BoundPathQuery) -> Plan:
    """The plan of a bound query, not yet optimized."""
    body = bound.body if isinstance(bound, BoundQuery) else bound
    if isinstance(body, BoundPathQuery):
        within = LONGEST_PATH if body.within is None else body.within
        return Path(body.start, body.end, within, body.via, PATH_COLUMNS)
    return _select(body, None)


def _select(select: BoundSelect, as_of: Period | None) -> Plan:
    as_of = select.as_of or as_of
    rewrite = _Lowering(as_of)
    plan: Plan = Bgp(select.cls)
    if as_of is not None:
        plan = Restrict(plan, as_of)
    if select.condition != Truth(holds=True):
        plan = Filter(plan, rewrite.condition(select.condition))
    keys = tuple((column, rewrite.expression(expression)) for column, expression in select.keys)
    if select.grouped:
        return _grouped(select, plan, keys, rewrite)
    if select.top is not None:
        if select.by is not None:
            plan = OrderBy(plan, (rewrite.key(select.by),))
        plan = Slice(plan, select.top, per=tuple(expression for _, expression in keys))
    for column, expression in select.columns:
        plan = _shown(plan, column, rewrite.expression(expression))
    return _finished(select, plan, rewrite)


def _grouped(select: BoundSelect, plan: Plan, keys: tuple[tuple[Column, Expression], ...], rewrite: _Lowering) -> Plan:
    key_names = {column.name for column, _ in keys}
    shown = [(column, rewrite.expression(expression)) for column, expression in select.columns]
    aggregates = tuple(
        (column, expression)
        for column, expression in shown
        if column.name not in key_names and not any(expression == key for _, key in keys)
    )
    plan = Group(plan, keys, aggregates)
    if select.having is not None:
        plan = Filter(plan, rewrite.condition(select.having))
    if select.top is not None:
        if select.by is not None:
            plan = OrderBy(plan, (rewrite.key(select.by),))
        plan = Slice(plan, select.top)
    known = {column.name for column in plan.columns}
    for column, expression in shown:
        if column.name not in known:
            plan = Extend(plan, column, expression)
    return _finished(select, plan, rewrite)


def _finished(select: BoundSelect, plan: Plan, rewrite: _Lowering) -> Plan:
    if select.order:
        plan = OrderBy(plan, tuple(rewrite.key(key) for key in select.order))
    if select.limit is not None or select.offset:
        plan = Slice(plan, select.limit, select.offset)
    if select.columns:
        plan = Project(plan, tuple(column.name for column, _ in select.columns))
    return Pivot(plan, select.pivot) if select.pivot else plan


def _shown(plan: Plan, column: Column, expression: Expression) -> Plan:
    return (LeftJoin if isinstance(expression, PathExpression) else Extend)(plan, column, expression)


class _Lowering:
    """Replaces the selects inside expressions by their plans; what has none comes back as the same object."""

    def __init__(self, as_of: Period | None) -> None:
        self.as_of = as_of
        self._done: dict[int, tuple[object, object]] = {}

    def condition(self, condition: Condition) -> Condition:
        if isinstance(condition, (And, Or)):
            return replace(condition, items=tuple(self.condition(item) for item in condition.items))
        if isinstance(condition, Not):
            return Not(self.condition(condition.item))
        if isinstance(condition, Known):
            return replace(condition, path=self.path(condition.path))
        if isinstance(condition, In):
            return replace(condition, left=self.expression(condition.left), source=self.members(condition.source))
        if isinstance(condition, Compare):
            right = condition.right if isinstance(condition.right, Things) else self.expression(condition.right)
            return replace(condition, left=self.expression(condition.left), right=right)
        return condition

    def expression(self, expression: Expression) -> Expression:
        """Equal in, the same object out: engines compute an expression once."""
        found = self._done.get(id(expression))
        if found is None:
            found = self._done[id(expression)] = (expression, self._expression(expression))
        return found[1]  # type: ignore[return-value]

    def _expression(self, expression: Expression) -> Expression:
        if isinstance(expression, PathExpression):
            return self.path(expression)
        if isinstance(expression, Aggregate):
            return self.aggregate(expression)
        if isinstance(expression, Scalar):
            return replace(expression, aggregate=self.aggregate(expression.aggregate), source=self.rows(expression.source))
        if isinstance(expression, Arithmetic):
            return replace(expression, left=self.expression(expression.left), right=self.expression(expression.right))
        if isinstance(expression, Literal):
            return expression
        raise InternalError(f"no expression: {expression!r}")

    def aggregate(self, aggregate: Aggregate) -> Aggregate:
        having = None if aggregate.having is None else self.condition(aggregate.having)
        path = None if aggregate.path is None else self.path(aggregate.path)
        return replace(aggregate, path=path, having=having)

    def path(self, path: PathExpression) -> PathExpression:
        if all(step.where is None for step in path.steps):
            return path
        return replace(path, steps=tuple(self._step(step) for step in path.steps))

    def _step(self, step: Step) -> Step:
        return step if step.where is None else replace(step, where=self.condition(step.where))

    def key(self, key: SortKey) -> SortKey:
        return replace(key, expression=self.expression(key.expression))

    def rows(self, source: object) -> Plan:
        """A subquery whose rows are meant: nothing is shown."""
        if not isinstance(source, BoundSelect):
            raise InternalError("a subquery is a bound select")
        return _select(replace(source, columns=(), pivot=""), self.as_of)

    def members(self, source: object) -> Plan:
        """The subquery of ``in``: its rows, or its one column."""
        if not isinstance(source, BoundSelect):
            raise InternalError("a subquery is a bound select")
        if not source.yields:
            return self.rows(source)
        columns = tuple((column, expression) for column, expression in source.columns if column.name == source.yields)
        order = tuple(replace(key, column="") if key.column != source.yields else key for key in source.order)
        return _select(replace(source, columns=columns, order=order, pivot=""), self.as_of)
