"""In: a bound query. Out: `Plan`, the operators in the order of SPARQL's algebra. Room: query.

    Bgp, Restrict, Filter                      which rows
    OrderBy, Slice                             `top`
    Group, Filter                              `per`, and which groups
    LeftJoin, Extend                           what is shown
    OrderBy, Slice, Project, Pivot             in which order, how many, which columns

Subqueries inside expressions become plans as well: bare ones whose rows are meant have no columns.
"""

from __future__ import annotations

from rotgraph.errors import InternalError
from rotgraph.late import replace
from rotgraph.model.value import Period
from rotgraph.query.bound import BoundPathQuery, BoundQuery, BoundSelect
from rotgraph.query.expression import Expression, Truth
from rotgraph.query.expression import Path as PathExpression
from rotgraph.query.plan import (
    LONGEST_PATH,
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
from rotgraph.query.swap import Swap

__all__ = ["PATH_COLUMNS", "lower"]

PATH_COLUMNS = (
    Column("from", "thing"), Column("property", "text"), Column("to", "thing"), Column("note", "thing"), Column("line", "integer"),
)  # fmt: skip


def lower(bound: BoundQuery | BoundSelect | BoundPathQuery) -> Plan:
    """The plan of a bound query, not yet optimized."""
    body = bound.body if isinstance(bound, BoundQuery) else bound
    if isinstance(body, BoundPathQuery):
        within = LONGEST_PATH if body.within is None else body.within
        return Path(body.start, body.end, within, body.via, PATH_COLUMNS, body.place)
    return _select(body, None)


def _select(select: BoundSelect, as_of: Period | None) -> Plan:
    as_of = select.as_of or as_of
    swap = Swap(lambda source: _rows(source, as_of))
    plan: Plan = Bgp(select.cls, place=select.place)
    if as_of is not None:
        plan = Restrict(plan, as_of)
    if select.condition != Truth(holds=True):
        plan = Filter(plan, swap.condition(select.condition))
    keys = tuple((column, swap.expression(expression)) for column, expression in select.keys)
    if select.grouped:
        return _grouped(select, plan, keys, swap)
    if select.top is not None:
        if select.by is not None:
            plan = OrderBy(plan, (_key(select.by, swap),))
        plan = Slice(plan, select.top, per=tuple(expression for _, expression in keys))
    for column, expression in select.columns:
        plan = _shown(plan, column, swap.expression(expression))
    return _finished(select, plan, swap)


def _grouped(select: BoundSelect, plan: Plan, keys: tuple[tuple[Column, Expression], ...], swap: Swap) -> Plan:
    key_names = {column.name for column, _ in keys}
    shown = [(column, swap.expression(expression)) for column, expression in select.columns]
    aggregates = tuple(
        (column, expression)
        for column, expression in shown
        if column.name not in key_names and not any(expression == key for _, key in keys)
    )
    plan = Group(plan, keys, aggregates)
    if select.having is not None:
        plan = Filter(plan, swap.condition(select.having))
    if select.top is not None:
        if select.by is not None:
            plan = OrderBy(plan, (_key(select.by, swap),))
        plan = Slice(plan, select.top)
    known = {column.name for column in plan.columns}
    for column, expression in shown:
        if column.name not in known:
            plan = Extend(plan, column, expression)
    return _finished(select, plan, swap)


def _finished(select: BoundSelect, plan: Plan, swap: Swap) -> Plan:
    if select.order:
        plan = OrderBy(plan, tuple(_key(key, swap) for key in select.order))
    if select.limit is not None or select.offset:
        plan = Slice(plan, select.limit, select.offset)
    if select.columns:
        plan = Project(plan, tuple(column.name for column, _ in select.columns))
    return Pivot(plan, select.pivot) if select.pivot else plan


def _shown(plan: Plan, column: Column, expression: Expression) -> Plan:
    return (LeftJoin if isinstance(expression, PathExpression) else Extend)(plan, column, expression)


def _rows(source: object, as_of: Period | None) -> Plan:
    """A subquery: its rows, of which nothing is shown, or (of ``in``) the one column whose values are the members."""
    if not isinstance(source, BoundSelect):
        raise InternalError("a subquery is a bound select")
    columns = tuple(pair for pair in source.columns if source.yields and pair[0].name == source.yields)
    order = tuple(key if key.column == source.yields else replace(key, column="") for key in source.order)
    return _select(replace(source, columns=columns, order=order, pivot=""), as_of)


def _key(key: SortKey, swap: Swap) -> SortKey:
    return replace(key, expression=swap.expression(key.expression))
