"""In: `Query`. Out: its text in canonical form. Room: query.

One line, keywords in small letters, no brackets or quotes that are not needed. ``parse_query(format_query(q)) == q``.
"""

from __future__ import annotations

from rotgraph.late import regex
from rotgraph.query.syntax import (
    AggregateCall,
    AllOf,
    AnyOf,
    Arithmetic,
    Bare,
    ColumnItem,
    Comparison,
    Condition,
    Expression,
    InSelect,
    IsKnown,
    Link,
    Name,
    Negation,
    Number,
    Operand,
    Parameter,
    PathExpression,
    PathQuery,
    Query,
    Quoted,
    Range,
    SavedQuery,
    ScalarCall,
    Select,
    SortItem,
    StepItem,
    Tag,
    Value,
)
from rotgraph.query.words import RESERVED

__all__ = ["format_condition", "format_expression", "format_name", "format_query", "quote_text"]

_WORD = regex(r"[^\W\d](?:\w|[-'’&/](?=\w))*")
_QUOTED_WORDS = frozenset(
    {
        *RESERVED,
        "any",
        "all",
        "no",
        "count",
        "this",
        "explain",
        "top",
        "as",
        "of",
        "sum",
        "avg",
        "min",
        "max",
        "median",
        "list",
        "stddev",
    }
)
"""Words that mean something else where a name may stand."""


def format_query(query: Query) -> str:
    """The canonical text of a query.

    Example:
        >>> from rotgraph.query.parse import parse_query
        >>> format_query(parse_query("Episodes  WHERE (buy_side contains Energy) show period,"))
        'Episodes where buy_side contains Energy show period'
    """
    text = _body(query.body)
    return f"explain {text}" if query.explain else text


def _body(body: Select | PathQuery | SavedQuery) -> str:
    if isinstance(body, Select):
        return _select(body)
    if isinstance(body, SavedQuery):
        return f"@{body.name}"
    parts = [f"path from {_value(body.origin)} to {_value(body.target)}"]
    if body.within is not None:
        parts.append(f"within {body.within}")
    if body.via:
        parts.append("via " + ", ".join(format_name(each) for each in body.via))
    return " ".join(parts)


def _select(select: Select) -> str:
    name = format_name(select.cls)
    if select.head == "top" and select.by is not None:
        parts = [f"top {select.top} {name} by {format_expression(select.by)}"]
    else:
        parts = [f"count {name}" if select.head == "count" else name]
    if select.where is not None:
        parts.append(f"where {format_condition(select.where)}")
    if select.per:
        parts.append("per " + ", ".join(format_expression(each) for each in select.per))
    if select.having is not None:
        parts.append(f"where {format_condition(select.having)}")
    if select.star or select.show:
        parts.append("show *" if select.star else "show " + ", ".join(_column(each) for each in select.show))
    if select.pivot is not None:
        parts.append(f"pivot {format_name(select.pivot)}")
    if select.sort:
        parts.append("sort by " + ", ".join(_key(each) for each in select.sort))
    if select.limit is not None:
        parts.append(f"limit {select.limit}")
    if select.offset is not None:
        parts.append(f"offset {select.offset}")
    if select.as_of is not None:
        parts.append(f"as of {_value(select.as_of)}")
    return " ".join(parts)


def _column(item: ColumnItem) -> str:
    text = format_expression(item.expression)
    return f"{text} as {format_name(item.name)}" if item.name else text


def _key(item: SortItem) -> str:
    text = format_expression(item.expression)
    if item.descending:
        text += " desc"
    return f"{text} nulls {item.nulls}" if item.nulls else text


def format_condition(condition: Condition) -> str:
    """A condition as it stands after ``where``."""
    if isinstance(condition, AnyOf):
        return " or ".join(f"({text})" if isinstance(each, AnyOf) else text for each, text in _texts(condition.items))
    if isinstance(condition, AllOf):
        return " and ".join(f"({text})" if isinstance(each, AnyOf | AllOf) else text for each, text in _texts(condition.items))
    if isinstance(condition, Negation):
        text = format_condition(condition.item)
        return f"not ({text})" if isinstance(condition.item, AnyOf | AllOf) else f"not {text}"
    left = format_expression(condition.left)
    if isinstance(condition, IsKnown):
        return f"{left} is {'known' if condition.known else 'unknown'}"
    before = f"{condition.quantifier} {left}" if condition.quantifier else left
    if isinstance(condition, Comparison):
        possibly = " possibly" if condition.possibly else ""
        return f"{before}{possibly} {condition.operator} {_operand(condition.right)}"
    negated = " not" if condition.negated else ""
    inside = _select(condition.source) if isinstance(condition, InSelect) else ", ".join(_value(each) for each in condition.values)
    return f"{before}{negated} in ({inside})"


def _texts(items: tuple[Condition, ...]) -> list[tuple[Condition, str]]:
    return [(each, format_condition(each)) for each in items]


def _operand(operand: Operand) -> str:
    """The right side of a comparison, where bare words are a literal and a path begins with ``this``."""
    if isinstance(operand, Bare | Quoted | Link | Tag | Parameter | Range):
        return _value(operand)
    if isinstance(operand, PathExpression):
        return format_expression(operand) if operand.origin or not operand.steps else f"this.{format_expression(operand)}"
    if isinstance(operand, ScalarCall) or (isinstance(operand, AggregateCall) and operand.path):
        return format_expression(operand)
    return f"({format_expression(operand)})"


def _value(value: Value) -> str:
    if isinstance(value, Bare | Tag):
        return value.text
    if isinstance(value, Quoted):
        return quote_text(value.text)
    if isinstance(value, Link):
        return f"[[{value.text}]]"
    if isinstance(value, Parameter):
        return f"${value.name}"
    low, high = _value(value.low), _value(value.high)
    return f"{low} .. {high}" if low.endswith(".") or high.startswith(".") else f"{low}..{high}"


_LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2}


def format_expression(expression: Expression) -> str:
    """An expression as it stands in ``show`` or on the left of an operator."""
    if isinstance(expression, PathExpression):
        return _path(expression)
    if isinstance(expression, AggregateCall):
        return f"{expression.function}({_path(expression.path)})" if expression.path else expression.function
    if isinstance(expression, ScalarCall):
        source = f" in {_select(expression.source)}" if expression.source else ""
        return f"({format_expression(expression.aggregate)}{source})"
    if isinstance(expression, Number):
        return expression.text
    if isinstance(expression, Parameter):
        return f"${expression.name}"
    level = _LEVEL[expression.operator]
    left, right = format_expression(expression.left), format_expression(expression.right)
    if isinstance(expression.left, Arithmetic) and _LEVEL[expression.left.operator] < level:
        left = f"({left})"
    if isinstance(expression.right, Arithmetic) and _LEVEL[expression.right.operator] <= level:
        right = f"({right})"
    return f"{left} {expression.operator} {right}"


def _path(path: PathExpression) -> str:
    steps = ".".join(_step(each) for each in path.steps)
    if path.origin is not None:
        return f"[[{path.origin.text}]].{steps}"
    return steps or "this"


def _step(step: StepItem) -> str:
    where = f"[{format_condition(step.where)}]" if step.where is not None else ""
    return f"{format_name(step.name)}{step.mark}{where}"


def format_name(name: Name) -> str:
    """A name, in quotes where it is no single word or the word means something else."""
    if _WORD.fullmatch(name.text) and name.text.lower() not in _QUOTED_WORDS:
        return name.text
    return quote_text(name.text)


def quote_text(text: str) -> str:
    """A text in quotation marks."""
    return '"' + text.replace('"', '""') + '"'
