"""In: `Plan`. Out: SPARQL 1.1, and what its results mean. Room: sparql.

A fold over the plan: one function per operator. The rows (`Bgp`, `Restrict`, `Filter`) are a group; beside it a branch per
column brings the values of its path, a result row each: never one wide pattern. What SPARQL cannot fix (natural order, order of
the notes, the cell of a minimum, pivot, rounding) the client does on these values, by the operators above (ruling 32).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from rotgraph.errors import InternalError, UnsupportedOperationError
from rotgraph.model.schema import Schema
from rotgraph.model.value import Period
from rotgraph.query.expression import (
    Aggregate,
    And,
    Arithmetic,
    Compare,
    Condition,
    Every,
    Expression,
    In,
    Known,
    Not,
    Or,
    Path,
    Scalar,
    Things,
)
from rotgraph.query.place import unsupported
from rotgraph.query.plan import (
    Bgp,
    Distinct,
    Extend,
    Filter,
    LeftJoin,
    OrderBy,
    Pivot,
    Plan,
    Project,
    Restrict,
    Slice,
)
from rotgraph.query.plan import (
    Group as GroupBy,
)
from rotgraph.query.plan import (
    Path as PathPlan,
)
from rotgraph.query.print_plan import print_condition
from rotgraph.sparql.apart import apart, decided_by_client
from rotgraph.sparql.conditions import condition
from rotgraph.sparql.logic import Logic, both, either
from rotgraph.sparql.moments import by_then
from rotgraph.sparql.pattern import ENGINE, Group, check_depth
from rotgraph.sparql.walk import Context, Walked, class_pattern, split_parts, walk
from rotgraph.sparql.wording import folded
from rotgraph.sparql.writer import Writer

__all__ = ["Translation", "base_of", "to_sparql", "translate"]

_MANY = 8
"""From so many plain fields on, one pattern with a list of properties brings them all."""
_COMPUTED = ("median", "stddev")


@dataclass(frozen=True, slots=True)
class Translation:
    """A query, and how its rows are read: ``?row ?column ?via1 … ?value``."""

    text: str
    paths: tuple[Path, ...]
    """The path of each column, from 1; column 0 is the row itself. Parts of values are left to the client."""
    everywhere: tuple[tuple[Path, str], ...] = ()
    """Paths that do not begin at the row, with queries of their own (``?via1 … ?value``)."""
    as_of: Period | None = None


def to_sparql(plan: Plan, schema: Schema, properties: Iterable[str] = ()) -> str:
    """The SPARQL 1.1 of a plan.

    Args:
        schema: its terms and the base of the IRIs.
        properties: names of properties that no class declares.
    Raises:
        UnsupportedOperationError: SPARQL 1.1 has no form for it (`median`, `stddev`, the shortest path, too deep a nesting).
    """
    plan = apart(plan)
    base = base_of(plan)
    kept = (each.condition for each in _above(plan, base) if isinstance(each, Filter) and decided_by_client(each.condition))
    notes = "".join(f"# of these rows the client keeps those with {print_condition(each)}\n" for each in kept)
    return notes + translate(plan, schema, properties).text


def translate(plan: Plan, schema: Schema, properties: Iterable[str] = ()) -> Translation:
    """The query of a plan with the meaning of its columns.

    Raises:
        UnsupportedOperationError: as `to_sparql`.
    """
    if isinstance(plan, PathPlan):
        raise UnsupportedOperationError("a path between two things", ENGINE)
    context = Context(Writer(schema, properties), _Folds())
    base = base_of(plan)
    as_of = _as_of(plan)
    if as_of is not None:
        context = context.at(as_of)
    wanted = dict.fromkeys(path for node in _above(plan, base) for path in _paths(node))
    from_row = tuple(path for path in wanted if path.start is None and path.steps)
    query = Group()
    rows = context.folds.rows(base, "?row", context)
    query.add(f"{{\n{rows.block()}}}")  # Virtuoso forgets an EXISTS that stands in a subselect beside other patterns
    branches = list(_branches(from_row, context))
    if branches:
        query.add("{ BIND(0 AS ?column) }", *(f"UNION {branch}" for branch in branches))
    longest = max((len(path.steps) for path in from_row), default=1)
    via = " ".join(f"?via{number}" for number in range(1, longest))
    shown = f"?row ?column {via + ' ' if via else ''}?value" if branches else "?row"
    text = f"SELECT DISTINCT {shown} WHERE {{\n{query.block()}}}"
    everywhere = tuple((path, _alone(path, context)) for path in wanted if path.start is not None)
    text = f"{context.writer.prologue()}{text}\n"
    for each in (text, *(query for _, query in everywhere)):
        check_depth(each)
    return Translation(text, from_row, everywhere, as_of)


def _alone(path: Path, context: Context) -> str:
    """The query of a path that does not begin at the row."""
    group = Group()
    branch = _branch(path, "", group, context)
    via = " ".join(f"?via{number}" for number in range(1, len(path.steps) + 1))
    return f"{context.writer.prologue()}SELECT DISTINCT {via} ?value WHERE {{ {branch} }}\n"


# what is fetched


def _branches(paths: tuple[Path, ...], context: Context) -> Iterator[str]:
    plain = {path: number for number, path in enumerate(paths, 1) if _plain(path) and context.as_of is None}
    together = len(plain) >= _MANY
    if together:
        pairs = " ".join(f"({number} {context.writer.property(path.steps[0].name)})" for path, number in plain.items())
        yield f"{{ VALUES (?column ?property) {{ {pairs} }} ?row ?property ?value }}"
    for number, path in enumerate(paths, 1):
        if not together or path not in plain:
            yield f"{{ {_branch(path, f'BIND({number} AS ?column)', Group(), context)} }}"


def _plain(path: Path) -> bool:
    steps, _ = split_parts(path)
    step = steps[0] if len(steps) == 1 else None
    return step is not None and step.form == "property" and not (step.inverse or step.closure or step.classes or step.where)


def _branch(path: Path, number: str, group: Group, context: Context) -> str:
    """The patterns of a path; what it passes through is ``?via1``, ``?via2``, …"""
    steps, _ = split_parts(path)
    at = "?row"
    if path.start is not None:
        at = _start(path, group, context)
    first = 1
    if path.start is not None:
        group.add(f"BIND({at} AS ?via1)")
        first = 2
    for offset, step in enumerate(steps):
        at = walk(Path((step,)), at, group, context).end
        if offset < len(steps) - 1:
            group.add(f"BIND({at} AS ?via{first + offset})")
    group.add(f"BIND({at} AS ?value)")
    return f"{number} {group.text()}".strip()


def _start(path: Path, group: Group, context: Context) -> str:
    return walk(replace(path, steps=()), "?row", group, context).end


def _paths(node: Plan) -> Iterator[Path]:
    """Paths whose values an operator needs."""
    if isinstance(node, (LeftJoin, Extend)):
        yield from _of_expression(node.expression)
    elif isinstance(node, GroupBy):
        for _, expression in (*node.keys, *node.aggregates):
            yield from _of_expression(expression)
    elif isinstance(node, OrderBy):
        for key in node.keys:
            yield from _of_expression(key.expression)
    elif isinstance(node, Slice):
        for expression in node.per:
            yield from _of_expression(expression)
    elif isinstance(node, Filter):
        yield from _of_condition(node.condition)


def _of_expression(expression: Expression | Things) -> Iterator[Path]:
    if isinstance(expression, Path):
        yield _trunk(expression)
    elif isinstance(expression, Aggregate):
        if expression.function in _COMPUTED:
            raise unsupported(expression.function, ENGINE, expression.place)
        if expression.path is not None:
            yield _trunk(expression.path)
    elif isinstance(expression, Arithmetic):
        yield from _of_expression(expression.left)
        yield from _of_expression(expression.right)
    elif isinstance(expression, Scalar) and expression.aggregate.function in _COMPUTED:
        raise unsupported(expression.aggregate.function, ENGINE, expression.aggregate.place)


def _of_condition(item: Condition) -> Iterator[Path]:
    if isinstance(item, (And, Or)):
        for each in item.items:
            yield from _of_condition(each)
    elif isinstance(item, Not):
        yield from _of_condition(item.item)
    elif isinstance(item, Known):
        yield _trunk(item.path)
    elif isinstance(item, (Every, In)):
        yield from _of_expression(item.left)
    elif isinstance(item, Compare):
        yield from _of_expression(item.left)
        yield from _of_expression(item.right)


def _trunk(path: Path) -> Path:
    """A path without the parts of values behind it, and without its spelling."""
    steps, _ = split_parts(path)
    return Path(steps, path.start)


# the rows


def base_of(plan: Plan) -> Plan:
    """The part of a plan that says which things its rows are."""
    base: Plan = plan
    found = plan
    while True:
        source = getattr(base, "source", None)
        if source is None:
            return found
        if not isinstance(base, (Filter, Restrict)) or (isinstance(base, Filter) and decided_by_client(base.condition)):
            found = source
        base = source


def _above(plan: Plan, base: Plan) -> Iterator[Plan]:
    while plan is not base:
        yield plan
        plan = plan.source  # type: ignore[union-attr]  # the base is below


def _as_of(plan: Plan) -> Period | None:
    below: Plan | None = plan
    while below is not None:
        if isinstance(below, Restrict):
            return below.stated
        below = getattr(below, "source", None)
    return None


@dataclass(frozen=True)
class _Folds:
    """The folds, for the paths that hold conditions that hold plans."""

    condition = staticmethod(condition)
    nothing: None = field(default=None)

    def rows(self, plan: Plan, row: str, context: Context) -> Group:
        """The patterns of the rows of a plan."""
        return self._rows(plan, row, self.within(plan, context), bound=False)

    def within(self, plan: Plan, context: Context) -> Context:
        """What holds inside a plan: it may have a date of its own."""
        as_of = _as_of(plan)
        return context if as_of is None else context.at(as_of)

    def _rows(self, plan: Plan, row: str, context: Context, *, bound: bool) -> Group:
        fold = _ROWS.get(type(plan))
        if fold is None:
            said = {Slice: "`top` or `limit`", GroupBy: "`per`"}.get(type(plan), type(plan).__name__)
            raise UnsupportedOperationError(f"{said} inside a subquery", ENGINE)
        group: Group = fold(self, plan, row, context, bound)
        return group

    def bgp(self, plan: Bgp, row: str, context: Context, bound: bool) -> Group:  # noqa: FBT001 - a row of the table of folds
        """Members of a class; ``bound`` only tests the row, which is known."""
        group, writer = Group(), context.writer
        terms = writer.classes_of(plan.cls)
        if bound or len(terms) == 1:
            class_pattern((plan.cls,), row, group, context)
        else:
            cls = writer.fresh("class")
            group.add(f"{{ SELECT DISTINCT {row} WHERE {{ VALUES {cls} {{ {' '.join(terms)} }} {row} a {cls} }} }}")
        if context.as_of is not None:
            evidence, end = writer.fresh("evidence"), writer.fresh("stated")
            seen = f"{evidence} {writer.name('rdf', 'subject')}|{writer.name('rdf', 'object')} {row}"
            dated = f"{writer.rg('stated')}/{writer.rg('end')} {end} . FILTER{by_then(end, writer.day(context.as_of.end))}"
            group.filters.append(f"FILTER EXISTS {{ {seen} ; {dated} }}")
        return group

    def filter(self, plan: Filter, row: str, context: Context, bound: bool) -> Group:  # noqa: FBT001
        group = self._rows(plan.source, row, context, bound=bound)
        items = plan.condition.items if isinstance(plan.condition, And) else (plan.condition,)
        for item in items:
            group.filter(condition(item, row, context, group))
        return group

    def source(self, plan: Plan, row: str, context: Context, bound: bool) -> Group:  # noqa: FBT001
        """An operator that keeps all rows."""
        return self._rows(plan.source, row, context, bound=bound)  # type: ignore[union-attr]

    def order(self, plan: OrderBy, row: str, context: Context, bound: bool) -> Group:  # noqa: FBT001
        if plan.limit is not None:
            raise UnsupportedOperationError("the first few of a subquery", ENGINE)
        return self._rows(plan.source, row, context, bound=bound)

    def member(self, plan: Plan, value: Walked, group: Group, context: Context) -> Logic:
        """Whether a value is a row of a plan, or a value of its last column."""
        context = self.within(plan, context)
        if not plan.columns:
            found = self._rows(plan, value.end, context, bound=True)
            group.lines += found.lines
            group.filters += found.filters
            return True
        expression = _column(plan, plan.columns[-1].name)
        if not isinstance(expression, Path):
            raise UnsupportedOperationError("a computed column inside `in`", ENGINE)
        row = context.writer.fresh("row")
        found = self._rows(plan, row, context, bound=False)
        group.lines += found.lines
        group.filters += found.filters
        return _same_value(value, walk(expression, row, group, context), group, context)


def _column(plan: Plan, name: str) -> Expression:
    below: Plan | None = plan
    while below is not None:
        if isinstance(below, (LeftJoin, Extend)) and below.column.name == name:
            return below.expression
        below = getattr(below, "source", None)
    raise InternalError(f"no column {name}")


_TOLD_APART = (("low", "high", "unit", "approximate"), ("start", "end", "approximate"))
"""What makes a quantity, and a period, the same as another."""


def _same_value(one: Walked, other: Walked, group: Group, context: Context) -> Logic:
    """Things and whole numbers by themselves, texts folded, quantities and periods by what they are."""
    if one.parts or other.parts:
        raise UnsupportedOperationError("parts of values inside `in`", ENGINE)
    kinds = {*one.kinds, *other.kinds}
    if kinds <= {"thing", "integer"}:
        return f"({one.end} = {other.end})"
    texts = f"({folded(one.end)} = {folded(other.end)})"
    if kinds == {"text"}:
        return texts
    string = context.writer.name("xsd", "string")
    ways: list[Logic] = [f"({one.end} = {other.end})"]
    ways.append(both(f"(DATATYPE({one.end}) = {string})", f"(DATATYPE({other.end}) = {string})", texts))
    for names in _TOLD_APART:
        lines: list[str] = []
        same: list[Logic] = []
        for name in names:
            ours, theirs = context.writer.fresh(name), context.writer.fresh(name)
            term = context.writer.rg(name)
            lines += (f"{one.end} {term} {ours} .", f"{other.end} {term} {theirs} .")
            same.append(f"({ours} = {theirs})")
        group.add(f"OPTIONAL {{ {' '.join(lines)} }}")
        ways.append(f"COALESCE({both(*same)}, false)")
    return either(*(way if isinstance(way, bool) else f"COALESCE({way}, false)" for way in ways))


_ROWS: dict[type, Callable[..., Group]] = {
    Bgp: _Folds.bgp, Filter: _Folds.filter, Restrict: _Folds.source, LeftJoin: _Folds.source, Extend: _Folds.source,
    Project: _Folds.source, Distinct: _Folds.source, Pivot: _Folds.source, OrderBy: _Folds.order,
}  # fmt: skip
