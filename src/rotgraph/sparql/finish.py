"""In: the operators above the rows. Out: the frame they make. Room: sparql.

One function per operator, from frame to frame: what SPARQL cannot fix (ruling 32).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from rotgraph.errors import InternalError, limit_passed
from rotgraph.model.result import ThingCell
from rotgraph.query.expression import Expression
from rotgraph.query.plan import (
    Distinct,
    Extend,
    Filter,
    Group,
    LeftJoin,
    OrderBy,
    Pivot,
    Plan,
    Project,
    Slice,
    SortKey,
    pivot_titles,
)
from rotgraph.sparql.frame import Frame, Line, Values
from rotgraph.sparql.holds import holds
from rotgraph.sparql.items import Item, identity, rank

__all__ = ["finish", "grouped"]

MOST_GROUPS_A_ROW = 100_000
"""How many groups one row may fall into: several many-valued keys multiply."""


def finish(plan: Plan, base: Plan, frame: Frame, values: Values) -> Frame:
    """The frame of a plan, of the frame of its rows."""
    if plan is base:
        return frame
    operator = _OPERATORS.get(type(plan))
    if operator is None:
        raise InternalError(f"no operator {type(plan).__name__}")
    source = finish(plan.source, base, frame, values)  # type: ignore[union-attr]  # the base is below
    return operator(plan, source, values)


def _filter(plan: Filter, frame: Frame, values: Values) -> Frame:
    return frame.with_lines(tuple(line for line in frame.lines if holds(plan.condition, line, values)))


def _shown(plan: LeftJoin | Extend, frame: Frame, _: Values) -> Frame:
    return Frame(frame.lines, {**frame.columns, plan.column.name: plan.expression})


def _group(plan: Group, frame: Frame, values: Values) -> Frame:
    if not plan.keys:
        lines: tuple[Line, ...] = (Line(tuple(node for line in frame.lines for node in line.nodes), ()),)
        columns: dict[str, Any] = {}
    else:
        expressions = [expression for _, expression in plan.keys]
        keyed = grouped(frame.lines, expressions, values)
        lines = tuple(
            Line(tuple(node for line in members for node in line.nodes), tuple(zip(expressions, cells, strict=True)))
            for cells, members in keyed
        )
        columns = {
            column.name: {line: cells[number] for line, (cells, _) in zip(lines, keyed, strict=True)}
            for number, (column, _) in enumerate(plan.keys)
        }
    columns.update((column.name, expression) for column, expression in plan.aggregates)
    return Frame(lines, columns)


_Cells = tuple[tuple[Item, ...], ...]


def grouped(lines: Iterable[Line], keys: list[Expression], values: Values) -> list[tuple[_Cells, list[Line]]]:
    """Groups in the order in which the notes first show them, those that lack a key last; each with its rows."""
    found: dict[tuple[Any, ...], tuple[_Cells, list[Line]]] = {}
    for line in lines:
        combinations: list[_Cells] = [()]
        for key in keys:
            cells: list[tuple[Item, ...]] = [(Item(item.value),) for item in values.of(key, line)] or [()]
            if len(combinations) * len(cells) > MOST_GROUPS_A_ROW:
                raise limit_passed(f"a row falls into more than {MOST_GROUPS_A_ROW:,} groups", "group by fewer keys")
            combinations = [(*before, cell) for before in combinations for cell in cells]
        marks: set[tuple[Any, ...]] = set()
        for combination in combinations:
            mark = tuple(identity(cell[0].value) if cell else None for cell in combination)
            if mark in marks:
                continue
            marks.add(mark)
            found.setdefault(mark, (combination, []))[1].append(line)
    return sorted(found.values(), key=lambda group: not all(group[0]))


def _order(plan: OrderBy, frame: Frame, values: Values) -> Frame:
    lines = list(frame.lines)
    for key in reversed(plan.keys):
        places = _places(key, frame, lines, values)
        lines.sort(key=places.__getitem__)
    return frame.with_lines(tuple(lines if plan.limit is None else lines[: plan.limit]))


def _places(key: SortKey, frame: Frame, lines: list[Line], values: Values) -> dict[Line, tuple[int, int]]:
    """Where each row stands by a key: by its least value, largest first by its greatest; blanks last unless told."""
    cells = {}
    for line in lines:
        known = key.column and key.column in frame.columns
        items = values.column(frame, key.column, line) if known else values.of(key.expression, line)
        cells[line] = [rank(item.value) for item in items]
    found = sorted({each for ranks in cells.values() for each in ranks}, reverse=key.descending)
    found.sort(key=itemgetter(0))  # what can be measured before words, largest first as well
    order = {each: number for number, each in enumerate(found)}
    blank = -1 if key.nulls_first else 1
    return {line: (0, min(order[each] for each in ranks)) if ranks else (blank, 0) for line, ranks in cells.items()}


def _slice(plan: Slice, frame: Frame, values: Values) -> Frame:
    end = None if plan.limit is None else plan.offset + plan.limit
    if not plan.per:
        return frame.with_lines(frame.lines[plan.offset : end])
    kept = [line for _, members in grouped(frame.lines, list(plan.per), values) for line in members[plan.offset : end]]
    return frame.with_lines(tuple(kept))


def _project(plan: Project, frame: Frame, _: Values) -> Frame:
    return Frame(frame.lines, {name: frame.columns[name] for name in plan.names})


def _distinct(_: Distinct, frame: Frame, values: Values) -> Frame:
    seen: dict[tuple[Any, ...], Line] = {}
    for line in frame.lines:
        mark = tuple(tuple(identity(item.value) for item in values.column(frame, name, line)) for name in frame.columns)
        seen.setdefault(mark, line)
    return frame.with_lines(tuple(seen.values()))


def _pivot(plan: Pivot, frame: Frame, values: Values) -> Frame:
    names = list(frame.columns)
    measures = _measures(plan.source, names, plan.by)
    rest = [name for name in names if name != plan.by and name not in measures]
    down: dict[tuple[Any, ...], list[Line]] = {}
    across: dict[Any, Item | None] = {}
    for line in frame.lines:
        mark = tuple(tuple(identity(item.value) for item in values.column(frame, name, line)) for name in rest)
        down.setdefault(mark, []).append(line)
        for item in values.column(frame, plan.by, line) or (None,):
            across.setdefault(None if item is None else identity(item.value), item)
    lines = {mark: _together(members) for mark, members in down.items()}
    columns: dict[str, Any] = {
        name: {lines[mark]: values.column(frame, name, members[0]) for mark, members in down.items()} for name in rest
    }
    marks = {line: _keys(frame, plan.by, line, values) for line in frame.lines}
    ordered = sorted(across.items(), key=lambda each: (each[1] is None, rank(each[1].value) if each[1] is not None else ()))
    titles = pivot_titles([None if item is None else _label(item) for _, item in ordered], measures, rest)
    for (key, _), named in zip(ordered, titles, strict=True):
        for name, title in zip(measures, named, strict=True):
            columns[title] = {
                lines[mark]: tuple(each for line in members if key in marks[line] for each in values.column(frame, name, line))
                for mark, members in down.items()
            }
    return Frame(tuple(lines.values()), columns)


def _together(members: list[Line]) -> Line:
    return Line(tuple(dict.fromkeys(node for line in members for node in line.nodes)), ())


def _keys(frame: Frame, name: str, line: Line, values: Values) -> set[Any]:
    return {identity(item.value) for item in values.column(frame, name, line)} or {None}


def _label(item: Item) -> str:
    return item.value.name if isinstance(item.value, ThingCell) else str(item.value)


def _measures(plan: Plan, names: list[str], by: str) -> list[str]:
    """The columns that are aggregates over groups; without any, the last column."""
    below: Plan | None = plan
    while below is not None and not isinstance(below, Group):
        below = getattr(below, "source", None)
    found = [column.name for column, _ in below.aggregates] if isinstance(below, Group) else []
    return [name for name in names if name in found and name != by] or [name for name in names if name != by][-1:]


_OPERATORS: dict[type, Callable[[Any, Frame, Values], Frame]] = {
    Filter: _filter, LeftJoin: _shown, Extend: _shown, Group: _group, OrderBy: _order, Slice: _slice, Project: _project,
    Distinct: _distinct, Pivot: _pivot,
}  # fmt: skip
