"""In: a frame. Out: the frame with a column per value of one of its columns. Room: native."""

from __future__ import annotations

import numpy as np

from rotgraph.native.arrays import Array, numbered_rows
from rotgraph.native.express import Rows
from rotgraph.native.frame import Frame
from rotgraph.native.group import Keyed, key_rows, with_blanks
from rotgraph.native.ranks import rank_cells
from rotgraph.query.plan import Extend, Filter, Group, LeftJoin, OrderBy, Pivot, Plan, Project, Restrict, Slice, pivot_titles

__all__ = ["pivot"]


def pivot(plan: Pivot, frame: Frame) -> Frame:
    """One row per combination of the remaining columns, one column per value of ``by``, in their order.

    What is computed (aggregates; else the last column) stands in the new columns; with several of them, each is named with its
    own name behind the value.
    """
    names = list(frame.columns)
    measures = _measures(plan.source, names, plan.by)
    rest = [name for name in names if name != plan.by and name not in measures]
    run = frame.run
    by = with_blanks(frame.cells(plan.by).broad(len(frame)))
    across = key_rows([by], run)
    down = _down(frame, rest)
    labels = _labels(across, frame)
    columns = dict(zip(rest, down.keys, strict=True))
    row_of = np.zeros(len(frame), np.int64)
    row_of[down.rows] = down.groups
    rank = np.argsort(rank_cells(across.keys[0], run.pool), kind="stable")
    named = across.keys[0].owners
    order = np.concatenate([named[rank], np.setdiff1d(np.arange(across.count), named)])  # the blank one is last
    titles = pivot_titles([labels.get(number) for number in order.tolist()], measures, rest)
    for number, named_so in zip(order.tolist(), titles, strict=True):
        positions = across.rows[across.groups == number]
        for name, title in zip(measures, named_so, strict=True):
            columns[title] = frame.cells(name).take(positions).regroup(row_of[positions], down.count)
    nodes, groups = _members(frame, row_of)
    return Frame(Rows(nodes, groups, down.count), run, columns)


def _down(frame: Frame, rest: list[str]) -> Keyed:
    """Rows that agree in every remaining column: a cell of several values is one whole."""
    count = len(frame)
    if not rest:
        return Keyed(np.arange(count), np.zeros(count, np.int64), min(count, 1), ())
    marks = []
    for name in rest:
        cells = with_blanks(frame.cells(name))
        keyed = key_rows([cells], frame.run)
        lists: dict[int, list[int]] = {}
        for row, group in zip(keyed.rows.tolist(), keyed.groups.tolist(), strict=True):
            lists.setdefault(row, []).append(group)
        marks.append([tuple(lists[row]) for row in range(count)])
    numbers: dict[tuple[tuple[int, ...], ...], int] = {}
    groups = np.array([numbers.setdefault(key, len(numbers)) for key in zip(*marks, strict=True)], np.int64)
    firsts = numbered_rows(groups)[0]
    keys = tuple(frame.cells(name).take(firsts) for name in rest)
    return Keyed(np.arange(count), groups, len(firsts), keys)


def _labels(across: Keyed, frame: Frame) -> dict[int, str]:
    pool, graph = frame.run.pool, frame.run.index.graph
    labels: dict[int, str] = {}
    cells = across.keys[0]
    for group, kind, number in zip(cells.owners.tolist(), cells.kind_of_each.tolist(), cells.ids.tolist(), strict=True):
        if kind == 1:
            labels[group] = graph.label(number)
        elif kind == 2:
            labels[group] = pool.text(number)
        elif kind == 4:
            labels[group] = pool.period(number).text
        elif kind == 5:
            labels[group] = str(number)
        elif kind:
            labels[group] = pool.quantity(number).text
    return labels


def _measures(plan: Plan, names: list[str], by: str) -> list[str]:
    """The columns that are aggregates over groups; without any, the last column."""
    while isinstance(plan, (Project, Slice, OrderBy, Filter, LeftJoin, Extend, Restrict)):
        plan = plan.source
    found = [column.name for column, _ in plan.aggregates] if isinstance(plan, Group) else []
    found = [name for name in names if name in found and name != by]
    return found or [name for name in names if name != by][-1:]


def _members(frame: Frame, row_of: Array) -> tuple[Array, Array]:
    rows = frame.rows
    return rows.nodes, row_of if not rows.grouped else row_of[rows.groups]


