"""In: `Plan`, `Graph`. Out: the answer, by plain loops over facts. For tests only: slow, obvious, written from the language's page.

A row is a node or a group of nodes. A value is what a cell shows (`ThingCell` aside: a thing is its node in `Thing`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, localcontext
from fnmatch import translate
from functools import cached_property
from typing import Any

from rotgraph.model.graph import Graph
from rotgraph.model.schema import fold
from rotgraph.model.tokens import tokens
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.query import expression as ex
from rotgraph.query import plan as pl
from rotgraph.values import compare as values

__all__ = ["MixedUnitsError", "Reference", "Thing"]


@dataclass(frozen=True)
class Thing:
    node: int


@dataclass
class Row:
    """A node, or a group with the values of its keys."""

    nodes: list[int]
    grouped: bool = False
    keys: list[tuple[Any, list[Any]]] = field(default_factory=list)
    cells: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def node(self) -> int:
        assert not self.grouped
        return self.nodes[0]


class MixedUnitsError(Exception):
    """An aggregate over values that do not measure the same."""


class Reference:
    """Evaluates plans over one graph."""

    def __init__(self, graph: Graph, until: int | None = None) -> None:
        self.graph, self.until = graph, until

    # facts

    @cached_property
    def facts(self) -> dict[str, list[tuple[int, Any]]]:
        """Per property: (subject, value) in the order of subjects and notes."""
        found: dict[str, list[tuple[int, Any]]] = {}
        for name in self.graph.properties:
            start, end = self.graph.property_range(name)
            for fact in range(start, end):
                if self.until is not None and not self.stated(fact):
                    continue
                value = self.graph.value(fact)
                kind = int(self.graph.columns["fact_kind"][fact])
                found.setdefault(name, []).append(
                    (int(self.graph.columns["fact_subject"][fact]), Thing(int(value)) if kind == Kind.THING else value)
                )
        return found

    def stated(self, fact: int) -> bool:
        pointers, dated = self.graph.columns["evidence_pointers"], self.graph.columns["evidence_stated"]
        ends = [int(dated[row]) for row in range(int(pointers[fact]), int(pointers[fact + 1]))]
        return any(each >= 0 and self.graph.period(each).end <= self.until for each in ends)

    @cached_property
    def present(self) -> set[int]:
        pairs = [pair for facts in self.facts.values() for pair in facts]
        return {subject for subject, _ in pairs} | {value.node for _, value in pairs if isinstance(value, Thing)}

    def members(self, cls: str) -> list[int]:
        found = []
        for node in range(self.graph.node_count):
            classes = self.graph.classes(node)
            above = {each for name in classes for each in self.graph.schema.ancestors(name)}
            named = any(
                self.graph.schema.is_a(name, "record") and self.graph.schema.by_name[name].named for name in classes
            )
            if cls in above or (cls == "thing" and named):
                found.append(node)
        return found if self.until is None else [node for node in found if node in self.present]

    def below(self, nodes: Sequence[int]) -> set[int]:
        found = set(nodes)
        while True:
            more = {
                subject
                for name in ("broader", "part_of")
                for subject, value in self.facts.get(name, ())
                if isinstance(value, Thing) and value.node in found
            }
            if more <= found:
                return found
            found |= more

    # paths

    def walk(self, path: ex.Path, node: int | None) -> list[Any]:
        """The values of a path: of things each once; else the values that each thing before has."""
        if path.start is None:
            current: list[Any] = [Thing(node)] if node is not None else []
        elif isinstance(path.start, ex.Things):
            current = [Thing(each) for each in path.start.nodes]
        else:
            current = [Thing(each) for each in self.members(path.start)]
        for step in path.steps:
            if step.closure:
                current = self.narrowed(step, self.closure(step, [each for each in current if isinstance(each, Thing)]))
            else:
                current = unique_things([found for value in current for found in self.step(step, value)])
        return current

    def step(self, step: ex.Step, value: Any) -> list[Any]:
        if step.form == "part":
            part = part_of(step.name, value)
            return [] if part is None else [part]
        if not isinstance(value, Thing):
            return []
        return self.narrowed(step, self.intrinsic(step.name, value.node) if step.form == "intrinsic" else self.once(step, value))

    def narrowed(self, step: ex.Step, found: list[Any]) -> list[Any]:
        if step.classes or step.where is not None:
            found = [each for each in found if isinstance(each, Thing)]
        if step.classes:
            allowed = {node for cls in step.classes for node in self.members(cls)}
            found = [each for each in found if each.node in allowed]
        if step.where is not None:
            found = [each for each in found if self.holds(step.where, Row([each.node]))]
        return found

    def once(self, step: ex.Step, value: Thing) -> list[Any]:
        facts = self.facts.get(step.name, ())
        if step.inverse:
            return [Thing(subject) for subject, each in facts if each == value]
        return [each for subject, each in facts if subject == value.node]

    def closure(self, step: ex.Step, level: list[Thing]) -> list[Any]:
        """Level by level, so the nearest come first."""
        found = list(level) if step.closure == "*" else []
        while level:
            reached = [each for start in level for each in self.once(step, start) if isinstance(each, Thing)]
            level = []
            for each in reached:
                if each not in found:
                    found.append(each)
                    level.append(each)
        return found

    def intrinsic(self, name: str, node: int) -> list[Any]:
        columns, graph = self.graph.columns, self.graph
        if name == "name":
            return [graph.label(node)]
        if name == "aliases":
            return list(graph.aliases(node))
        if name == "note":
            return [Thing(int(columns["node_note"][node]))] if columns["node_note"][node] >= 0 else []
        if name == "line":
            return [int(columns["node_line"][node])] if columns["node_note"][node] >= 0 else []
        if name == "mentioned_in":
            notes = set(self.members("note"))
            found = [subject for subject, each in self.facts.get("mentions", ()) if each == Thing(node)]
            return [Thing(each) for each in found if each in notes]
        text = int(columns["node_heading" if name == "heading" else "node_source"][node])
        return [graph.texts[text]] if text >= 0 else []

    # conditions

    def holds(self, condition: ex.Condition, row: Row) -> bool:
        if isinstance(condition, ex.Truth):
            return condition.holds
        if isinstance(condition, ex.And):
            return all(self.holds(item, row) for item in condition.items)
        if isinstance(condition, ex.Or):
            return any(self.holds(item, row) for item in condition.items)
        if isinstance(condition, ex.Not):
            return not self.holds(condition.item, row)
        if isinstance(condition, ex.Known):
            return bool(self.values(condition.path, row))
        if isinstance(condition, ex.Every):
            left = self.values(condition.left, row)
            return bool(left) and all(any(self.meets(way, each, row) for way in condition.ways) for each in left)
        left = self.values(condition.left, row)
        if isinstance(condition, ex.In):
            members = self.select_values(condition.source)
            results = [any(same(each, other) for other in members) for each in left]
        elif isinstance(condition.right, ex.Things):
            results = [self.meets(condition, each, row) for each in left]
        else:
            right = self.values(condition.right, row)
            results = [self.satisfies(condition, each, other) for each in left for other in right]
        if condition.quantifier == "no":
            return not any(results)
        return bool(results) and all(results) if condition.quantifier == "all" else any(results)

    def meets(self, condition: ex.Compare, left: Any, row: Row) -> bool:
        """Whether one value satisfies a comparison with things or with a literal."""
        if not isinstance(condition.right, ex.Things):
            return any(self.satisfies(condition, left, other) for other in self.values(condition.right, row))
        meant = set(condition.right.nodes)
        if condition.operator in ("contains", "within"):
            meant = self.below(condition.right.nodes)
        return isinstance(left, Thing) and (left.node in meant) != (condition.operator == "!=")

    def satisfies(self, condition: ex.Compare, left: Any, right: Any) -> bool:
        if condition.upper is not None:
            upper = condition.upper.value
            if condition.operator == "!=":
                return self.compare("<", left, right, condition) or self.compare(">", left, upper, condition)
            return self.compare(">=", left, right, condition) and self.compare("<=", left, upper, condition)
        return self.compare(condition.operator, left, right, condition)

    def compare(self, operator: str, left: Any, right: Any, condition: ex.Compare) -> bool:
        kinds = {"thing": Thing, "text": str, "period": Period}.get(condition.kind, (Quantity, int, Decimal))
        if not isinstance(left, kinds) or not isinstance(right, kinds):
            return False
        if isinstance(left, Thing) and isinstance(right, Thing):
            if operator in ("contains", "within"):
                return left.node in self.below([right.node])
            return (left == right) != (operator == "!=")
        if isinstance(left, str) and isinstance(right, str):
            return text_holds(operator, left, right)
        decide = values.possibly if condition.possibly else values.surely
        if isinstance(left, Period) and isinstance(right, Period):
            return decide(operator, left, right)
        numbers = (Quantity, int, Decimal)
        if isinstance(left, numbers) and isinstance(right, numbers):
            return decide(operator, as_quantity(left), as_quantity(right))
        return False

    # expressions

    def values(self, expression: Any, row: Row) -> list[Any]:
        for key, found in row.keys:
            if key == expression:
                return found
        if isinstance(expression, ex.Path):
            return self.walk(expression, None if row.grouped else row.node)
        if isinstance(expression, ex.Literal):
            return [expression.value]
        if isinstance(expression, ex.Aggregate):
            return self.aggregate(expression, row.nodes)
        if isinstance(expression, ex.Scalar):
            inner, rows = self.rows(expression.source)
            return inner.aggregate(expression.aggregate, [row.node for row in rows])
        found = []
        for left in self.values(expression.left, row):
            for right in self.values(expression.right, row):
                made = calculate(expression.operator, left, right)
                if made is not None:
                    found.append(made)
        return found

    def aggregate(self, expression: ex.Aggregate, nodes: Sequence[int]) -> list[Any]:
        if expression.path is None:
            return [len(nodes)]
        if expression.path.start is None:
            found = unique_things([value for node in nodes for value in self.walk(expression.path, node)])
        else:
            found = unique_things([value for _ in nodes for value in self.walk(expression.path, None)])
        return aggregate(expression.function, found, self.rank)

    def rank(self, value: Any) -> tuple[Any, ...]:
        if isinstance(value, (Quantity, int, Decimal)):
            return (0, *values.sort_key(as_quantity(value)))
        if isinstance(value, Period):
            return (1, value.start, value.end)
        text = self.graph.label(value.node) if isinstance(value, Thing) else value
        return (2, natural(text))

    # operators

    def rows(self, plan: Any) -> tuple[Reference, list[Row]]:
        """The rows of a plan and the facts they hold in."""
        if isinstance(plan, pl.Bgp):
            return self, [Row([node]) for node in self.members(plan.cls)]
        if isinstance(plan, pl.Restrict):
            return Reference(self.graph, plan.stated.end).rows(plan.source)
        inner, rows = self.rows(plan.source)
        if isinstance(plan, pl.Filter):
            return inner, [row for row in rows if inner.holds(plan.condition, row)]
        if isinstance(plan, (pl.LeftJoin, pl.Extend)):
            for row in rows:
                row.cells[plan.column.name] = inner.values(plan.expression, row)
            return inner, rows
        if isinstance(plan, pl.Group):
            return inner, inner.group(plan, rows)
        if isinstance(plan, pl.OrderBy):
            return inner, inner.order(plan, rows)
        if isinstance(plan, pl.Slice):
            return inner, inner.cut(plan, rows)
        assert isinstance(plan, pl.Project), plan
        return inner, rows

    def answer(self, plan: Any) -> list[list[list[Any]]]:
        """Cells by row, each a list of values."""
        _, rows = self.rows(plan)
        return [[row.cells[column.name] for column in plan.columns] for row in rows]

    def subjects(self, plan: Any) -> list[int]:
        return [row.node for row in self.rows(plan)[1]]

    def select_values(self, plan: Any) -> list[Any]:
        _, rows = self.rows(plan)
        if not plan.columns:
            return [Thing(row.node) for row in rows]
        name = plan.columns[-1].name
        return [value for row in rows for value in row.cells[name]]

    def keyed(self, expressions: Sequence[Any], rows: Sequence[Row]) -> list[tuple[list[list[Any]], list[Row]]]:
        """Groups by the values of expressions: (one value or none per key, rows), in order, those with a blank last."""
        groups: list[tuple[list[list[Any]], list[Row]]] = []
        for row in rows:
            combinations: list[list[list[Any]]] = [[]]
            for expression in expressions:
                found = [[value] for value in self.values(expression, row)] or [[]]
                combinations = [[*each, value] for each in combinations for value in found]
            for combination in combinations:
                for keys, members in groups:
                    if all(alike(one, other) for one, other in zip(keys, combination, strict=True)):
                        if row not in members:
                            members.append(row)
                        break
                else:
                    groups.append((combination, [row]))
        return sorted(groups, key=lambda group: any(not key for key in group[0]))

    def group(self, plan: pl.Group, rows: list[Row]) -> list[Row]:
        keyed = self.keyed([expression for _, expression in plan.keys], rows) if plan.keys else [([], rows)]
        made = []
        for keys, members in keyed:
            row = Row([member.node for member in members], grouped=True)
            for (column, expression), value in zip(plan.keys, keys, strict=True):
                row.keys.append((expression, value))
                row.cells[column.name] = value
            for column, expression in plan.aggregates:
                row.cells[column.name] = self.values(expression, row)
            made.append(row)
        return made

    def order(self, plan: pl.OrderBy, rows: list[Row]) -> list[Row]:
        for key in reversed(plan.keys):
            cells = [(row, [self.rank(value) for value in self.values(key.expression, row)]) for row in rows]
            known = sorted({rank for _, ranks in cells for rank in ranks}, reverse=key.descending)
            known.sort(key=lambda rank: rank[0])  # words last, largest first as well
            blank = [row for row, ranks in cells if not ranks]
            filled = [(row, min(map(known.index, ranks))) for row, ranks in cells if ranks]
            filled.sort(key=lambda pair: pair[1])
            rows = [*blank, *(row for row, _ in filled)] if key.nulls_first else [*(row for row, _ in filled), *blank]
        return rows if plan.limit is None else rows[: plan.limit]

    def cut(self, plan: pl.Slice, rows: list[Row]) -> list[Row]:
        end = None if plan.limit is None else plan.offset + plan.limit
        if not plan.per:
            return rows[plan.offset : end]
        return [row for _, members in self.keyed(plan.per, rows) for row in members[plan.offset : end]]


def unique_things(found: Sequence[Any]) -> list[Any]:
    seen: set[Thing] = set()
    kept = []
    for value in found:
        if isinstance(value, Thing):
            if value in seen:
                continue
            seen.add(value)
        kept.append(value)
    return kept


def as_quantity(value: Quantity | int | Decimal) -> Quantity:
    if isinstance(value, Quantity):
        return value
    return Quantity(str(value), Decimal(value), Decimal(value), Decimal(value))


def alike(one: list[Any], other: list[Any]) -> bool:
    """Whether two keys are the same."""
    if not one or not other:
        return one == other
    a, b = one[0], other[0]
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return quantity_mark(a) == quantity_mark(b)
    if isinstance(a, Period) and isinstance(b, Period):
        return period_mark(a) == period_mark(b)
    return type(a) is type(b) and bool(a == b)


def quantity_mark(value: Quantity) -> tuple[Any, ...]:
    unit = unit_of(value.unit)
    dimension = value.unit if unit.dimension == "duration" else unit.dimension
    scaled = [None if part is None else part * unit.factor for part in (value.low, value.high)]
    marks = (value.low_open, value.high_open, value.approximate, value.value is None, value.out_of)
    return (dimension, *scaled, *marks)


def period_mark(value: Period) -> tuple[Any, ...]:
    return (value.start, value.end, value.approximate, value.open_start, value.open_end)


def same(one: Any, other: Any) -> bool:
    """Membership: texts fold."""
    if isinstance(one, str) and isinstance(other, str):
        return fold(one) == fold(other)
    return alike([one], [other])


def text_holds(operator: str, text: str, right: str) -> bool:
    folded, sought = fold(text), fold(right)
    tests: dict[str, Callable[[], bool]] = {
        "=": lambda: folded == sought,
        "is": lambda: folded == sought,
        "!=": lambda: folded != sought,
        "contains": lambda: (tokens(right) in tokens(text)) if tokens(right) != " " else sought in folded,
        "starts with": lambda: folded.startswith(sought),
        "ends with": lambda: folded.endswith(sought),
        "matches": lambda: re.search(right, text) is not None,
        "like": lambda: re.fullmatch(translate(re.sub(r"[\[\]]", "?", sought)), folded) is not None,
    }
    return tests[operator]()


def part_of(name: str, value: Any) -> Any:
    if isinstance(value, Quantity):
        number = {"low": value.low, "high": value.high, "number": value.middle}.get(name)
        if name == "unit":
            return value.unit or None
        if name == "number" or number is None:
            return number
        return Quantity("", number, number, number, value.unit)
    if not isinstance(value, Period):
        return None
    first, last = date.fromordinal(value.start), date.fromordinal(value.end - 1)
    if name == "year":
        return first.year
    quarters = [(day.year, (day.month - 1) // 3 + 1) for day in (first, last)]
    months = [(day.year, day.month) for day in (first, last)]
    if name == "quarter":
        return quarters[0][1] if quarters[0] == quarters[1] else None
    if name == "month":
        return months[0][1] if months[0] == months[1] else None
    if name == "start":
        return None if value.open_start else Period("", value.start, value.start + 1, value.precision)
    if name == "end":
        return None if value.open_end else Period("", value.end - 1, value.end, value.precision)
    return None


def natural(text: str) -> tuple[Any, ...]:
    parts = re.split(r"(\d+)", fold(text))
    return tuple((0, int(part), "") if number % 2 else (1, 0, part) for number, part in enumerate(parts) if part or number % 2)


def aggregate(function: str, found: list[Any], rank: Callable[[Any], tuple[Any, ...]]) -> list[Any]:
    if function == "count":
        return [len(found)]
    if function == "list":
        return found
    if function in ("first", "last"):
        return found[:1] if function == "first" else found[-1:]
    numbers = [value for value in found if isinstance(value, (Quantity, int, Decimal))]
    if function in ("min", "max"):
        periods = [value for value in found if isinstance(value, Period)]
        chosen = numbers or periods or found
        check_units(chosen)
        if not chosen:
            return []
        ranks = [rank(value) for value in chosen]
        return [chosen[ranks.index(min(ranks) if function == "min" else max(ranks))]]
    check_units(numbers)
    if function == "stddev":
        return deviation(numbers)
    if not numbers:
        return []
    if function == "median":
        ordered = sorted(numbers, key=rank)
        half = len(ordered) // 2
        numbers = [ordered[half]] if len(ordered) % 2 else ordered[half - 1 : half + 1]
    if all(isinstance(value, int) for value in numbers):
        return [sum(numbers)] if function == "sum" else [Decimal(sum(numbers)) / len(numbers)]
    quantities = [as_quantity(value) for value in numbers]
    return [values.total(quantities) if function == "sum" else values.mean(quantities)]


def check_units(numbers: Sequence[Any]) -> None:
    dimensions = {unit_of(as_quantity(value).unit).dimension for value in numbers if isinstance(value, (Quantity, int, Decimal))}
    if len(dimensions) > 1:
        raise MixedUnitsError(dimensions)


def deviation(numbers: list[Any]) -> list[Any]:
    if len(numbers) < 2:
        return []
    units = {as_quantity(value).unit for value in numbers}
    with localcontext() as context:
        context.prec = 60
        points = []
        for value in map(as_quantity, numbers):
            assert value.middle is not None
            factor = Decimal("30.436875") if value.unit == "month" else unit_of(value.unit).factor
            points.append(value.middle * (factor if len(units) > 1 else 1))
        mean = sum(points) / len(points)
        found = (sum((point - mean) ** 2 for point in points) / (len(points) - 1)).sqrt()
    whole = values.total([as_quantity(value) for value in numbers])
    if not whole.unit:
        return [found]
    return [Quantity("", found, found, found, whole.unit, approximate=whole.approximate or whole.value is None)]


def calculate(operator: str, left: Any, right: Any) -> Any:
    """Sums and differences of what measures the same, products and quotients with a bare number."""
    numbers = (Quantity, int, Decimal)
    if not isinstance(left, numbers) or not isinstance(right, numbers):
        return None
    one, other = as_quantity(left), as_quantity(right)
    if operator in ("+", "-"):
        check_units([one, other])
        return values.add(one, other if operator == "+" else values.scale(other, -1))
    if operator == "*":
        return product(one, other)
    if unit_of(other.unit).dimension != "number":
        check_units([one, other])
    if other.value is None or not other.value:
        return None
    with localcontext() as context:
        context.prec = 100
        if unit_of(other.unit).dimension == "number":
            return values.scale(one, 1 / other.value)
        if {one.unit, other.unit} == {"month", "day"}:
            return None
        found = values.scale(one, unit_of(one.unit).factor / (other.value * unit_of(other.unit).factor))
        return replace(found, unit="", approximate=one.approximate or other.approximate)


def product(one: Quantity, other: Quantity) -> Quantity | None:
    """One side is a bare number, or a part of the other: a percentage."""
    dimensions = [unit_of(each.unit).dimension for each in (one, other)]
    if "number" not in dimensions and "percent" not in dimensions:
        raise MixedUnitsError(dimensions)
    at = dimensions.index("number" if "number" in dimensions else "percent")
    if dimensions[0] == dimensions[1]:
        at = 1
    factor, scaled = (one, other) if at == 0 else (other, one)
    if "number" not in dimensions:
        factor = values.scale(factor, Decimal("0.01"))
    made = values.scale(scaled, factor.value) if factor.value is not None else None
    if made is None and scaled.value is not None:
        made = replace(values.scale(factor, scaled.value), unit=scaled.unit)
    return made and replace(made, approximate=one.approximate or other.approximate)
