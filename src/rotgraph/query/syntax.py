"""In: nothing. Out: the syntax of a query, as written, nothing resolved. Room: query.

Every node knows where it stands (``start`` and ``end``, code points into the text of the query); places do not count when
nodes are compared, so that ``parse_query(format_query(q)) == q``.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from rotgraph.query.node import Node

__all__ = [
    "AggregateCall", "AllOf", "AnyOf", "Arithmetic", "Bare", "ColumnItem", "Comparison", "Condition", "Expression", "InSelect",
    "InValues", "IsKnown", "Link", "Name", "Negation", "Number", "Operand", "Parameter", "PathExpression", "PathQuery", "Query",
    "Quoted", "Range", "SavedQuery", "ScalarCall", "Select", "SortItem", "StepItem", "Tag", "Value",
]  # fmt: skip


class Name(Node):
    """A class, a field or the name of a column, without its quotes."""

    text: str
    start: int = 0
    end: int = 0


# values, as they are written: the binder reads them by the kind of what they meet


class Bare(Node):
    """Words or a number-shaped text without quotes, runs of white space made one: ``Russell 2000``, ``60%+``, ``Jan 31, 2026``."""

    text: str
    start: int = 0
    end: int = 0


class Quoted(Node):
    """``"text"``, without its quotes."""

    text: str
    start: int = 0
    end: int = 0


class Link(Node):
    """``[[target]]``: what stands between the brackets."""

    text: str
    start: int = 0
    end: int = 0


class Tag(Node):
    """``#macro``, with its mark."""

    text: str
    start: int = 0
    end: int = 0


class Parameter(Node):
    """``$name``, without its mark."""

    name: str
    start: int = 0
    end: int = 0


class Range(Node):
    """``low..high``."""

    low: Value
    high: Value
    start: int = 0
    end: int = 0


# expressions


class Number(Node):
    """A literal inside an expression: ``2``, ``5%``, ``18 months``."""

    text: str
    start: int = 0
    end: int = 0


class StepItem(Node):
    """One step of a path: a name, its mark (``^`` inverse, ``+ *`` closures, ``^+ ^*`` both), its condition in brackets."""

    name: Name
    mark: str = ""
    where: Condition | None = None
    start: int = 0
    end: int = 0


class PathExpression(Node):
    """Steps from the thing at hand, or from a named thing (``[[S&P 500]].return``). No steps at all is ``this``."""

    steps: tuple[StepItem, ...]
    origin: Link | None = None
    start: int = 0
    end: int = 0


class AggregateCall(Node):
    """``avg(path)``; ``count`` alone has no path."""

    function: str
    path: PathExpression | None = None
    start: int = 0
    end: int = 0


class ScalarCall(Node):
    """``(avg(targets.value))``, ``(avg(value) in targets where …)``: one value over a class or a select."""

    aggregate: AggregateCall
    source: Select | None = None
    start: int = 0
    end: int = 0


class Arithmetic(Node):
    """``left operator right``."""

    operator: str
    """``+ - * /``."""
    left: Expression
    right: Expression
    start: int = 0
    end: int = 0


# conditions


class Comparison(Node):
    """``quantifier left possibly? operator right``. ``is not`` has the operator ``is not``."""

    left: Expression
    operator: str
    right: Operand
    quantifier: str = ""
    """``any``, ``all``, ``no``, or empty where none was written (any)."""
    possibly: bool = False
    start: int = 0
    end: int = 0
    operator_start: int = 0
    operator_end: int = 0


class IsKnown(Node):
    """``left is known``, ``left is unknown``."""

    left: Expression
    known: bool = True
    start: int = 0
    end: int = 0


class InValues(Node):
    """``left in (a, b)``, ``left not in (a, b)``."""

    left: Expression
    values: tuple[Value, ...]
    negated: bool = False
    quantifier: str = ""
    start: int = 0
    end: int = 0


class InSelect(Node):
    """``left in (select)``."""

    left: Expression
    source: Select
    negated: bool = False
    quantifier: str = ""
    start: int = 0
    end: int = 0


class Negation(Node):
    """``not item``."""

    item: Condition
    start: int = 0
    end: int = 0


class AllOf(Node):
    """``a and b and c``, at least two."""

    items: tuple[Condition, ...]
    start: int = 0
    end: int = 0


class AnyOf(Node):
    """``a or b or c``, at least two."""

    items: tuple[Condition, ...]
    start: int = 0
    end: int = 0


# queries


class ColumnItem(Node):
    """``expression as name``."""

    expression: Expression
    name: Name | None = None
    start: int = 0
    end: int = 0


class SortItem(Node):
    """``expression desc nulls first``."""

    expression: Expression
    descending: bool = False
    nulls: str = ""
    """``first``, ``last`` or empty."""
    start: int = 0
    end: int = 0


class Select(Node):
    """A head and its clauses."""

    head: str
    """``select``, ``count`` or ``top``."""
    cls: Name
    top: int | None = None
    by: Expression | None = None
    where: Condition | None = None
    per: tuple[Expression, ...] = ()
    having: Condition | None = None
    star: bool = False
    show: tuple[ColumnItem, ...] = ()
    pivot: Name | None = None
    sort: tuple[SortItem, ...] = ()
    limit: int | None = None
    offset: int | None = None
    as_of: Value | None = None
    start: int = 0
    end: int = 0


class PathQuery(Node):
    """``path from a to b within n via x, y``."""

    origin: Value
    target: Value
    within: int | None = None
    via: tuple[Name, ...] = ()
    start: int = 0
    end: int = 0


class SavedQuery(Node):
    """``@name``."""

    name: str
    start: int = 0
    end: int = 0


class Query(Node):
    """A whole query; ``text`` is what was written."""

    body: Select | PathQuery | SavedQuery
    explain: bool = False
    text: str = ""
    _places: ClassVar[frozenset[str]] = frozenset({"text"})


Value: TypeAlias = "Bare | Quoted | Link | Tag | Parameter | Range"
Expression: TypeAlias = "PathExpression | AggregateCall | ScalarCall | Arithmetic | Number | Parameter"
Operand: TypeAlias = "Value | Expression"
Condition: TypeAlias = "Comparison | IsKnown | InValues | InSelect | Negation | AllOf | AnyOf"
