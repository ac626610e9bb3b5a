"""In: `Plan`. Out: readable text, one operator a line, the lowest first. Room: query."""

from __future__ import annotations

from collections.abc import Callable

from rotgraph.errors import InternalError
from rotgraph.query.expression import (
    Aggregate,
    And,
    Arithmetic,
    Condition,
    Every,
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
    SortKey,
)

__all__ = ["operators", "plan_lines", "print_condition", "print_expression", "print_operator", "print_plan"]


def print_plan(plan: Plan) -> str:
    """The plan as text.

    Example:
        >>> from rotgraph.query.plan import Bgp, Slice
        >>> print(print_plan(Slice(Bgp("episode"), 3)))
        r0 := Bgp(episode)
        r1 := Slice(r0, limit 3)
    """
    printer = _Printer()
    printer.plan(plan)
    return "\n".join(printer.lines)


def plan_lines(plan: Plan) -> tuple[tuple[Plan, str], ...]:
    """Each operator with its line, the operators of subqueries before the one that asks them."""
    printer = _Printer()
    printer.plan(plan)
    return tuple(zip(printer.operators, printer.lines, strict=True))


def operators(plan: Plan) -> tuple[Plan, ...]:
    """The operators from the lowest to the highest; subqueries are inside their expressions."""
    found: list[Plan] = []
    below: Plan | None = plan
    while below is not None:
        found.append(below)
        below = getattr(below, "source", None)
    return tuple(reversed(found))


def print_operator(plan: Plan) -> str:
    """One operator without what is below it: ``Filter(buy_side contains Energy)``."""
    printer = _Printer()
    return printer.operator(plan, "")


def print_condition(condition: Condition) -> str:
    return _Printer().condition(condition)


def print_expression(expression: Expression | Things) -> str:
    return _Printer().expression(expression)


class _Printer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.operators: list[Plan] = []

    def plan(self, plan: Plan) -> str:
        """Adds the lines of a plan; the name of its last one."""
        source = ""
        for each in operators(plan):
            text = self.operator(each, source)  # subqueries first: they add lines of their own
            source = f"r{len(self.lines)}"
            self.lines.append(f"{source} := {text}")
            self.operators.append(each)
        return source

    def operator(self, plan: Plan, source: str) -> str:
        parts = _DETAILS[type(plan)](self, plan) if type(plan) in _DETAILS else None
        if parts is None:
            raise InternalError(f"no operator {type(plan).__name__}")
        inside = ", ".join(part for part in (source, *parts) if part)
        return f"{type(plan).__name__}({inside})"

    # expressions

    def condition(self, condition: Condition) -> str:
        if isinstance(condition, And):
            return " and ".join(self._part(item) for item in condition.items)
        if isinstance(condition, Or):
            return " or ".join(self._part(item) for item in condition.items)
        if isinstance(condition, Not):
            return f"not {self._part(condition.item)}"
        if isinstance(condition, Truth):
            return "true" if condition.holds else "false"
        if isinstance(condition, Known):
            return f"{self.expression(condition.path)} is known"
        if isinstance(condition, Every):
            ways = " or ".join(self.condition(way).removeprefix(self.expression(way.left)).strip() for way in condition.ways)
            return f"all {self.expression(condition.left)} {ways}"
        quantifier = "" if condition.quantifier == "any" else f"{condition.quantifier} "
        left = f"{quantifier}{self.expression(condition.left)}"
        if isinstance(condition, In):
            return f"{left} in {self._subquery(condition.source)}"
        possibly = "possibly " if condition.possibly else ""
        upper = f"..{self.expression(condition.upper)}" if condition.upper is not None else ""
        return f"{left} {possibly}{condition.operator} {self.expression(condition.right)}{upper}"

    def _part(self, condition: Condition) -> str:
        text = self.condition(condition)
        return f"({text})" if isinstance(condition, (And, Or)) else text

    def expression(self, expression: Expression | Things) -> str:
        if isinstance(expression, Things):
            return "|".join(f"<{key}>" for key in expression.keys)
        if isinstance(expression, PathExpression):
            return self._path(expression)
        if isinstance(expression, Literal):
            text = str(expression.value)
            return f'"{text}"' if isinstance(expression.value, str) else text
        if isinstance(expression, Aggregate):
            inside = "" if expression.path is None else self._path(expression.path)
            return f"{expression.function}({inside})"
        if isinstance(expression, Scalar):
            return f"({self.expression(expression.aggregate)} in {self._subquery(expression.source)})"
        if isinstance(expression, Arithmetic):
            return f"({self.expression(expression.left)} {expression.operator} {self.expression(expression.right)})"
        raise InternalError(f"no expression: {expression!r}")

    def _path(self, path: PathExpression) -> str:
        steps = ".".join(self._step(step) for step in path.steps)
        if path.start is None:
            return steps or "this"
        start = path.start if isinstance(path.start, str) else self.expression(path.start)
        return f"{start}.{steps}" if steps else start

    def _step(self, step: Step) -> str:
        marks = f"{'^' if step.inverse else ''}{step.closure}"
        classes = f":{'|'.join(step.classes)}" if step.classes else ""
        where = f"[{self.condition(step.where)}]" if step.where is not None else ""
        return f"{step.name}{marks}{classes}{where}"

    def _subquery(self, source: object) -> str:
        return self.plan(source)  # type: ignore[arg-type]

    def key(self, key: SortKey) -> str:
        text = self.expression(key.expression)
        return f"{text}{' desc' if key.descending else ''}{' nulls first' if key.nulls_first else ''}"


def _slice(_: _Printer, plan: Slice) -> tuple[str, ...]:
    limit = f"limit {plan.limit}" if plan.limit is not None else ""
    offset = f"offset {plan.offset}" if plan.offset else ""
    per = f"per {', '.join(print_expression(each) for each in plan.per)}" if plan.per else ""
    return (limit, offset, per)


def _group(printer: _Printer, plan: Group) -> tuple[str, ...]:
    keys = ", ".join(f"{column.name} = {printer.expression(expression)}" for column, expression in plan.keys)
    made = ", ".join(f"{column.name} = {printer.expression(expression)}" for column, expression in plan.aggregates)
    return (f"by [{keys}]", f"[{made}]")


def _order(printer: _Printer, plan: OrderBy) -> tuple[str, ...]:
    first = f"first {plan.limit}" if plan.limit is not None else ""
    return (*(printer.key(key) for key in plan.keys), first)


def _path(printer: _Printer, plan: Path) -> tuple[str, ...]:
    via = f"via {', '.join(plan.via)}" if plan.via else ""
    return (printer.expression(plan.start), printer.expression(plan.end), f"within {plan.within}", via)


def _column(printer: _Printer, plan: LeftJoin | Extend) -> tuple[str, ...]:
    return (f"{plan.column.name} = {printer.expression(plan.expression)}",)


_DETAILS: dict[type, Callable[..., tuple[str, ...]]] = {
    Bgp: lambda _, plan: (plan.cls,),
    Restrict: lambda _, plan: (f"stated by {plan.stated}",),
    Filter: lambda printer, plan: (printer.condition(plan.condition),),
    LeftJoin: _column,
    Extend: _column,
    Group: _group,
    OrderBy: _order,
    Slice: _slice,
    Project: lambda _, plan: (", ".join(plan.names),),
    Distinct: lambda _, __: (),
    Pivot: lambda _, plan: (f"by {plan.by}",),
    Path: _path,
}
