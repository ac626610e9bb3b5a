"""In: a bound query. Out: one English sentence that says what it asks. Room: query."""

from __future__ import annotations

from rotgraph.model.schema import Schema
from rotgraph.query.bound import BoundPathQuery, BoundQuery, BoundSelect
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
    Literal,
    Not,
    Operand,
    Or,
    Path,
    Scalar,
    Step,
    Things,
    Truth,
)
from rotgraph.query.plan import SortKey

__all__ = ["sentence"]

_OPERATORS = {
    "=": "is exactly", "!=": "has a value other than", "<": "is below", "<=": "is at most", ">": "is above",
    ">=": "is at least", "is": "is", "contains": "contains", "within": "is within", "before": "ends before",
    "after": "begins after", "during": "lies in", "overlaps": "shares days with", "like": "looks like",
    "matches": "matches", "starts with": "starts with", "ends with": "ends with",
}  # fmt: skip
_AGGREGATES = {
    "sum": "the sum of", "avg": "the mean of", "min": "the smallest", "max": "the largest", "median": "the median of",
    "list": "the list of", "first": "the first", "last": "the last", "stddev": "the standard deviation of",
    "count": "the number of",
}  # fmt: skip


def sentence(bound: BoundQuery, schema: Schema) -> str:
    """What a query asks, in one sentence.

    Shape: rows, condition, groups, columns, order, cut, date: in the order in which they work.
    """
    body = bound.body
    if isinstance(body, BoundPathQuery):
        within = f" in at most {body.within} steps" if body.within is not None else ""
        via = f" over {_listed(list(body.via), 'or')}" if body.via else ""
        return f"The shortest ways from {_things(body.start)} to {_things(body.end)}{within}{via}."
    words = _Speaker(schema)._select(body)  # noqa: SLF001 - the class is this module's
    return f"{words[0].upper()}{words[1:]}."


class _Speaker:
    """Says bound queries in words."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def _select(self, body: BoundSelect) -> str:
        definition = self.schema.by_name.get(body.cls)
        plural = (definition.plural if definition else f"{body.cls}s").replace("_", " ")
        parts = [self._head(body, plural)]
        if body.condition != Truth():
            parts.append(f"of which {self._condition(body.condition)}")
        if body.grouped and body.keys:
            parts.append(f"one row for each {_listed([column.name for column, _ in body.keys])}")
        elif body.grouped:
            parts.append("all in one row")
        if body.having is not None:
            parts.append(f"kept where {self._condition(body.having)}")
        columns = [column.name for column, _ in body.columns]
        if columns and (body.shown or body.grouped):
            parts.append(f"with {_listed(columns)}")
        if body.order:
            parts.append(f"sorted by {_listed([self._key(each) for each in body.order])}")
        if body.offset:
            parts.append(f"without the first {body.offset}")
        if body.limit is not None:
            parts.append(f"the first {body.limit}")
        if body.pivot:
            parts.append(f"with a column for each value of {body.pivot}")
        if body.as_of is not None:
            parts.append(f"as stated by {body.as_of.text}")
        return ", ".join(parts)

    def _head(self, body: BoundSelect, plural: str) -> str:
        if body.head == "top" and body.by is not None:
            per = f" for each {_listed([column.name for column, _ in body.keys])}" if body.keys and not body.grouped else ""
            return f"the first {body.top} {plural}{per} by {self._expression(body.by.expression)}, largest first"
        return f"the number of {plural}" if body.head == "count" else f"the {plural}"

    def _key(self, key: SortKey) -> str:
        name = key.column or self._expression(key.expression)
        order = ", largest first" if key.descending else ""
        return f"{name}{order}{', blanks first' if key.nulls_first else ''}"

    def _condition(self, condition: Condition) -> str:
        if isinstance(condition, And):
            return " and ".join(self._grouped(each) for each in condition.items)
        if isinstance(condition, Or):
            return " or ".join(dict.fromkeys(self._condition(each) for each in condition.items))  # one for each kind it may have
        if isinstance(condition, Not):
            if isinstance(condition.item, Known):
                return f"{self._expression(condition.item.path)} is not known"
            return f"not {self._condition(condition.item)}"
        if isinstance(condition, Known):
            return f"{self._expression(condition.path)} is known"
        if isinstance(condition, In):
            inner = condition.text or "the rows asked for"
            return f"{self._quantified(condition.quantifier, condition.left)} is one of {inner}"
        if isinstance(condition, Compare):
            return self._compare(condition)
        if isinstance(condition, Every):
            ways = " or ".join(self._compare(way).removeprefix(self._expression(way.left)).strip() for way in condition.ways)
            return f"every {self._expression(condition.left)} {ways}"
        return "always" if condition.holds else "never"

    def _grouped(self, condition: Condition) -> str:
        return f"({self._condition(condition)})" if isinstance(condition, Or) else self._condition(condition)

    def _compare(self, condition: Compare) -> str:
        verb = _OPERATORS[condition.operator]
        if condition.possibly:
            verb = f"possibly {verb}"
        right = self._operand(condition.right)
        if condition.upper is not None:
            right = f"{right} to {self._operand(condition.upper)}"
        if condition.operator == "contains" and condition.kind == "thing":
            right = f"{right} or something within it"
        return f"{self._quantified(condition.quantifier, condition.left)} {verb} {right}"

    def _quantified(self, quantifier: str, left: Expression) -> str:
        if quantifier == "any":
            return self._expression(left)
        return f"{'every' if quantifier == 'all' else 'no'} {self._expression(left)}"

    def _operand(self, operand: Operand) -> str:
        return _things(operand) if isinstance(operand, Things) else self._expression(operand)

    def _expression(self, expression: Expression) -> str:
        if isinstance(expression, Path):
            return self._path(expression)
        if isinstance(expression, Literal):
            return f'"{expression.value}"' if isinstance(expression.value, str) else expression.text or str(expression.value)
        if isinstance(expression, Aggregate):
            inside = f" {self._path(expression.path)}" if expression.path is not None else " rows"
            return f"{_AGGREGATES.get(expression.function, expression.function)}{inside}"
        if isinstance(expression, Scalar):
            return f"{self._expression(expression.aggregate)} of all {self._those(expression.source)}"
        assert isinstance(expression, Arithmetic)  # noqa: S101 - the last of the union
        return f"{self._expression(expression.left)} {expression.operator} {self._expression(expression.right)}"

    def _those(self, source: object) -> str:
        """The rows that a value is taken over."""
        cls, condition, as_of = (getattr(source, each, None) for each in ("cls", "condition", "as_of"))
        named = self.schema.by_name.get(cls or "")
        where = f" of which {self._grouped(condition)}" if condition is not None and condition != Truth() else ""
        return f"{(named.plural if named else cls or '').replace('_', ' ')}{where}{f' as stated by {as_of.text}' if as_of else ''}"

    def _path(self, path: Path) -> str:
        start = _things(path.start) if isinstance(path.start, Things) else ""
        steps = [self._step(each) for each in path.steps if each.name != "value" or each.where is not None or len(path.steps) == 1]
        words = " of ".join(reversed(steps)) or "it"
        return f"{words} of {start}" if start and steps else start or words

    def _inverse(self, step: Step) -> str:
        """The name of a field's other direction: ``bought in``."""
        for cls in step.classes:
            field = self.schema.fields(cls).get(step.name)
            if field is not None and field.inverse:
                return field.inverse.replace("_", " ")
        return f"what has it as {step.name.replace('_', ' ')}"

    def _step(self, step: Step) -> str:
        name = step.name.replace("_", " ")
        if step.inverse:
            name = self._inverse(step)
        reach = {"+": " at any depth", "*": " at any depth or itself"}.get(step.closure, "")
        where = f" where {self._condition(step.where)}" if step.where is not None else ""
        return f"{name}{reach}{where}"


def _things(things: Things) -> str:
    return _listed(list(things.labels), "or")


def _listed(words: list[str], last: str = "and") -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)
