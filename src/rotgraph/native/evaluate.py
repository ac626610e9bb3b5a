"""In: `Plan`, `Graph`. Out: `Answer`. Room: native.

One function per operator, from frame to frame. Columns that are only shown are computed when a row is looked at; aggregates of the
rows that are left at once, because they can be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.late import replace
from rotgraph.model.graph import Graph
from rotgraph.model.ordering import unique
from rotgraph.model.result import Answer, ResultColumn
from rotgraph.model.value import Kind
from rotgraph.native.cells import Cells
from rotgraph.native.conditions import holds_of_rows, restrict
from rotgraph.native.express import Rows, express
from rotgraph.native.frame import Frame
from rotgraph.native.group import group, key_rows
from rotgraph.native.index import Index
from rotgraph.native.order import order
from rotgraph.native.pool import Pool
from rotgraph.native.rows import LazyRows
from rotgraph.native.run import OperatorTrace, Run
from rotgraph.native.top import candidates
from rotgraph.query.expression import Aggregate, And, Arithmetic, Condition
from rotgraph.query.limits import NO_LIMITS, Limits
from rotgraph.query.place import standing_at
from rotgraph.query.plan import (
    Bgp,
    Column,
    Distinct,
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
    place_of,
)
from rotgraph.query.scalars import doubtful_scalars, refusing_last

__all__ = ["OperatorTrace", "evaluate"]


def evaluate(plan: Plan, graph: Graph, *, limits: Limits = NO_LIMITS, trace: list[OperatorTrace] | None = None) -> Answer:
    """The answer to a plan over a graph.

    Shape: rows are made when they are looked at. With ``trace``, one entry per operator is added to it, the lowest first, with
    its rows and milliseconds; every column is then computed at once.
    Raises: `QueryError` where an aggregate meets units that do not go together, or where a limit is passed.
    """
    with standing_at(place_of(plan)):
        return _answer(plan, Index.of(graph), limits, trace)


def _answer(plan: Plan, index: Index, limits: Limits, trace: list[OperatorTrace] | None) -> Answer:
    from rotgraph.native.emptiness import explain_empty

    run = Run(index, Pool(index), limits, trace=trace, subselect=_subselect)
    for scalar in index.memo(plan, "scalars", lambda: doubtful_scalars(plan)):
        express(scalar, Rows(np.empty(0, np.int64)), _dated(plan, run))
    frame = _frame(plan, run)
    run.check_rows(len(frame), place_of(plan))
    for name, column in frame.columns.items():
        if isinstance(column, (Aggregate, Arithmetic)):
            frame.cells(name)
    if isinstance(plan, (Pivot, Path)) or len(frame.columns) != len(plan.columns):
        columns = tuple(_pivoted(plan, frame))
    else:
        columns = tuple(ResultColumn(each.name, each.kind, each.unit, each.many) for each in plan.columns)
    if trace is not None:
        trace[:] = [_with_steps(each, run) for each in trace]
    notes = tuple(run.notes)
    if not len(frame):
        notes = (*notes, *explain_empty(plan, run, _frame))
    return Answer(columns, LazyRows(frame, columns, place_of(plan)), notes)


def _dated(plan: Plan, run: Run) -> Run:
    """The run as the conditions of a plan see it: with the date of its rows."""
    below: Plan | None = plan
    while below is not None and not isinstance(below, Restrict):
        below = getattr(below, "source", None)
    return run if below is None else run.at(run.index.as_of(below.stated))


def _pivoted(plan: Plan, frame: Frame) -> list[ResultColumn]:
    """The columns of a pivot are known when its values are."""
    known = {each.name: each for each in plan.columns}
    measure = plan.columns[-1] if plan.columns else Column("")
    made = [known.get(name) or Column(name, measure.kind, measure.unit, many=measure.many) for name in frame.columns]
    return [ResultColumn(each.name, each.kind, each.unit, each.many) for each in made]


def _frame(plan: Plan, run: Run) -> Frame:
    run.check()
    operator = _OPERATORS.get(type(plan))
    if operator is None:
        raise InternalError(f"no operator {type(plan).__name__}")
    if run.trace is None:
        return operator(plan, run)
    before, started = len(run.trace), perf_counter()
    frame = operator(plan, run)
    if isinstance(plan, (LeftJoin, Extend)):
        frame.cells(plan.column.name)
    milliseconds = (perf_counter() - started) * 1000
    below = sum(each.milliseconds for each in run.trace[before:])
    run.trace.append(OperatorTrace(plan, len(frame), max(0.0, milliseconds - below)))
    return frame


def _with_steps(ran: OperatorTrace, run: Run) -> OperatorTrace:
    return replace(ran, steps=_steps(ran.operator, run)) if isinstance(ran.operator, Filter) else ran


def _steps(plan: Filter, run: Run) -> tuple[tuple[Condition, int], ...]:
    """The conditions of a filter over nodes and the rows after each, found again one by one."""
    source = _frame(plan.source, Run(run.index, run.pool, run.limits, run.started, None, [], _subselect))
    if source.rows.grouped or not isinstance(plan.condition, And):
        return ()
    nodes, steps = source.rows.nodes, []
    for item in plan.condition.items:
        nodes = restrict(nodes, item, source.run)
        steps.append((item, len(nodes)))
    return tuple(steps)


def _subselect(plan: Any, run: Run, *, members: bool = False) -> Any:
    """A subquery: its rows and the run they hold in, or (``members``) the values it stands for."""
    inner = Run(run.index, run.pool, run.limits, run.started, run.trace, run.notes, _subselect)
    frame = _frame(plan, inner)
    if not members:
        return frame.rows, frame.run
    if plan.columns:
        return frame.cells(plan.columns[-1].name)
    return Cells(len(frame), None, Kind.THING, frame.rows.nodes)


def _bgp(plan: Bgp, run: Run) -> Frame:
    return Frame(Rows(run.index.members(plan.cls), whole=plan.cls), run)


def _restrict(plan: Restrict, run: Run) -> Frame:
    inner = run.at(run.index.as_of(plan.stated))
    frame = _frame(plan.source, inner)
    if isinstance(plan.source, Bgp):
        left_out = run.index.undated(plan.source.cls)
        if left_out:
            run.notes.append(f"{left_out:,} {'fact has' if left_out == 1 else 'facts have'} no date and {_are(left_out)} left out")
    return frame


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _filter(plan: Filter, run: Run) -> Frame:
    frame = _frame(plan.source, run)
    if not frame.rows.grouped:
        condition = run.index.memo(plan, "condition", lambda: refusing_last(plan.condition))
        nodes = restrict(frame.rows.nodes, condition, frame.run, whole=frame.rows.whole)
        if not frame.columns:
            return Frame(Rows(nodes), frame.run)
        return frame.take(np.searchsorted(frame.rows.nodes, nodes))
    return frame.take(np.flatnonzero(holds_of_rows(plan.condition, frame.rows, frame.run)))


def _left_join(plan: LeftJoin | Extend, run: Run) -> Frame:
    frame = _frame(plan.source, run)
    return frame.with_column(plan.column.name, plan.expression)


def _group(plan: Group, run: Run) -> Frame:
    frame = group(_frame(plan.source, run), [(column.name, expression) for column, expression in plan.keys])
    for column, expression in plan.aggregates:
        frame = frame.with_column(column.name, expression)
    return frame


def _order_by(plan: OrderBy, run: Run) -> Frame:
    found = candidates(plan, run) if plan.limit is not None and run.trace is None else None
    frame, ordered = found or (_frame(plan.source, run), False)
    return frame if ordered else frame.take(order(frame, plan.keys, plan.limit))


def _slice(plan: Slice, run: Run) -> Frame:
    frame = _frame(plan.source, run)
    end = None if plan.limit is None else plan.offset + plan.limit
    if not plan.per:
        count = len(frame)
        positions = np.arange(plan.offset, count if end is None else min(end, count))
        return frame if len(positions) == count else frame.take(positions)
    keys = [express(each, frame.rows, frame.run).broad(len(frame)) for each in plan.per]
    keyed = key_rows(keys, frame.run)
    by_group = np.argsort(keyed.groups, kind="stable")
    groups = keyed.groups[by_group]
    place = np.arange(len(groups)) - np.searchsorted(groups, groups)
    kept = (place >= plan.offset) & (True if end is None else place < end)
    return frame.take(keyed.rows[by_group[kept]])


def _project(plan: Project, run: Run) -> Frame:
    frame = _frame(plan.source, run)
    return Frame(frame.rows, frame.run, {name: frame.columns[name] for name in plan.names})


def _distinct(plan: Distinct, run: Run) -> Frame:
    from rotgraph.native.identity import identities

    frame = _frame(plan.source, run)
    seen: dict[tuple[Any, ...], int] = {}
    marks = []
    for name in frame.columns:
        cells = frame.cells(name)
        kinds = cells.kind_of_each
        of_each = np.zeros(len(cells), np.int64)
        for kind in unique(kinds).tolist():
            of_each[kinds == kind] = identities(int(kind), cells.ids[kinds == kind], frame.run.pool)
        marks.append((cells.pointers, kinds.tolist(), of_each.tolist()))
    for row in range(len(frame)):
        key = tuple(
            tuple(zip(kinds[pointers[row] : pointers[row + 1]], each[pointers[row] : pointers[row + 1]], strict=True))
            for pointers, kinds, each in marks
        )
        seen.setdefault(key, row)
    return frame.take(np.array(list(seen.values()), np.int64))


def _pivot(plan: Pivot, run: Run) -> Frame:
    from rotgraph.native.pivot import pivot

    return pivot(plan, _frame(plan.source, run))


def _path(plan: Path, run: Run) -> Frame:
    from rotgraph.native.paths import path_frame

    return path_frame(plan, run)


_OPERATORS: dict[type, Callable[[Any, Run], Frame]] = {
    Bgp: _bgp, Restrict: _restrict, Filter: _filter, LeftJoin: _left_join, Extend: _left_join, Group: _group, OrderBy: _order_by,
    Slice: _slice, Project: _project, Distinct: _distinct, Pivot: _pivot, Path: _path,
}  # fmt: skip
