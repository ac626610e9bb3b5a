"""In: an expression that met units that do not go together. Out: the error, at its place, and how it is written. Room: query."""

from __future__ import annotations

from rotgraph.errors import QueryError
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.query.expression import Aggregate, Arithmetic, Expression, Path
from rotgraph.query.place import Place
from rotgraph.values.reckoning import Number

__all__ = ["unlike"]


def unlike(expression: Aggregate | Arithmetic, one: Number, other: Number) -> QueryError:
    """The error for two values that an aggregate or arithmetic has no result for; both are named."""
    text = expression.text or (expression.function if isinstance(expression, Aggregate) else expression.operator)
    message = f"`{text}` meets {_said(one)} and {_said(other)}, which do not go together"
    help_ = _apart(expression, one) if isinstance(expression, Aggregate) else _without_unit(expression)
    return (expression.place or Place(text, 0, len(text))).error(message, help=help_, code="RG603")


def _said(number: Number) -> str:
    return f"{unit_of(number.unit).said} (`{number.text}`)" if isinstance(number, Quantity) else f"a bare number (`{number}`)"


def _apart(expression: Aggregate, one: Number) -> str:
    """Units apart: those of one, or a group for each."""
    path, unit = _written(expression.path), one.unit if isinstance(one, Quantity) else ""
    narrow = "narrow the rows to one of them"
    if not path or expression.path is None or expression.path.start is not None:
        return narrow
    met = f'= "{unit}"' if unit else "is unknown"
    if not expression.text.startswith("("):
        return f"{narrow} (`where {path}.unit {met}`), or group by it (`per {path}.unit`)"
    cls, _, steps = path.partition(".")
    over = expression.text.removesuffix(")").partition(" in ")[2]
    if over.isidentifier():
        cls, steps = over, path
    return f"write `({expression.function}({steps}) in {cls} where {steps}.unit {met})`" if cls.isidentifier() and steps else narrow


def _without_unit(expression: Arithmetic) -> str:
    """A product and a quotient have one side that measures something."""
    if expression.operator in "+-":
        return ""
    left, right = _written(expression.left), _written(expression.right)
    if right:
        return f"`{right}.number` is a bare number: write `{_operand(expression.left)} {expression.operator} {right}.number`"
    return f"`{left}.number` is a bare number" if left and expression.operator == "*" else ""


def _operand(expression: Expression) -> str:
    text = getattr(expression, "text", "")
    return f"({text})" if isinstance(expression, Arithmetic) and not text.startswith("(") else text


def _written(expression: Expression | None) -> str:
    """A path as written, where a part of its values may follow."""
    return expression.text if isinstance(expression, Path) else ""
