"""In: expressions that hold plans. Out: the same with other plans. Room: query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rotgraph.late import replace
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
    Step,
    Things,
)

__all__ = ["Swap"]


class Swap:
    """Puts ``change(source)`` for the source of every subquery. What holds none comes back as the same object, and what was one
    object stays one: engines compute an expression once.
    """

    def __init__(self, change: Callable[[Any], Any]) -> None:
        self.change = change
        self._done: dict[int, tuple[object, Any]] = {}

    def condition(self, condition: Condition) -> Condition:
        if isinstance(condition, (And, Or)):
            items = tuple(self.condition(item) for item in condition.items)
            return condition if _same(items, condition.items) else replace(condition, items=items)
        if isinstance(condition, Not):
            item = self.condition(condition.item)
            return condition if item is condition.item else Not(item)
        if isinstance(condition, Known):
            path = self.path(condition.path)
            return condition if path is condition.path else replace(condition, path=path)
        if isinstance(condition, In):
            return replace(condition, left=self.expression(condition.left), source=self.change(condition.source))
        if isinstance(condition, Compare):
            left = self.expression(condition.left)
            right = condition.right if isinstance(condition.right, Things) else self.expression(condition.right)
            same = left is condition.left and right is condition.right
            return condition if same else replace(condition, left=left, right=right)
        if isinstance(condition, Every):
            left = self.expression(condition.left)
            same = left is condition.left
            return condition if same else Every(left, tuple(replace(way, left=left) for way in condition.ways), condition.text)
        return condition

    def expression(self, expression: Expression) -> Expression:
        found = self._done.get(id(expression))
        if found is None:
            found = self._done[id(expression)] = (expression, self._expression(expression))
        made: Expression = found[1]
        return made

    def _expression(self, expression: Expression) -> Expression:
        if isinstance(expression, Path):
            return self.path(expression)
        if isinstance(expression, Aggregate):
            return self.aggregate(expression)
        if isinstance(expression, Scalar):
            return replace(expression, aggregate=self.aggregate(expression.aggregate), source=self.change(expression.source))
        if isinstance(expression, Arithmetic):
            left, right = self.expression(expression.left), self.expression(expression.right)
            same = left is expression.left and right is expression.right
            return expression if same else replace(expression, left=left, right=right)
        return expression

    def aggregate(self, aggregate: Aggregate) -> Aggregate:
        having = None if aggregate.having is None else self.condition(aggregate.having)
        path = None if aggregate.path is None else self.path(aggregate.path)
        same = having is aggregate.having and path is aggregate.path
        return aggregate if same else replace(aggregate, path=path, having=having)

    def path(self, path: Path) -> Path:
        steps = tuple(self._step(step) for step in path.steps)
        return path if _same(steps, path.steps) else replace(path, steps=steps)

    def _step(self, step: Step) -> Step:
        if step.where is None:
            return step
        where = self.condition(step.where)
        return step if where is step.where else replace(step, where=where)


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return all(a is b for a, b in zip(one, other, strict=True))
