"""In: nothing. Out: the syntax of a query, as written, nothing resolved. Room: query.

Every node knows where it stands (``start`` and ``end``, code points into the text of the query); places do not count when
nodes are compared, so that ``parse_query(format_query(q)) == q``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = [
    "AggregateCall", "AllOf", "AnyOf", "Arithmetic", "Bare", "ColumnItem", "Comparison", "Condition", "Expression", "InSelect",
    "InValues", "IsKnown", "Link", "Name", "Negation", "Number", "Operand", "Parameter", "PathExpression", "PathQuery", "Query",
    "Quoted", "Range", "SavedQuery", "ScalarCall", "Select", "SortItem", "StepItem", "Tag", "Value",
]  # fmt: skip


def _place() -> int:
    """A field that says where the node stands."""
    return field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A class, a field or the name of a column, without its quotes."""

    text: str
    start: int = _place()
    end: int = _place()


# values, as they are written: the binder reads them by the kind of what they meet


@dataclass(frozen=True, slots=True)
class Bare:
    """Words or a number-shaped text without quotes, runs of white space made one: ``Russell 2000``, ``60%+``, ``Jan 31, 2026``."""

    text: str
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Quoted:
    """``"text"``, without its quotes."""

    text: str
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Link:
    """``[[target]]``: what stands between the brackets."""

    text: str
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Tag:
    """``#macro``, with its mark."""

    text: str
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Parameter:
    """``$name``, without its mark."""

    name: str
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Range:
    """``low..high``."""

    low: Value
    high: Value
    start: int = _place()
    end: int = _place()


# expressions


@dataclass(frozen=True, slots=True)
class Number:
    """A literal inside an expression: ``2``, ``5%``, ``18 months``."""

    text: str
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class StepItem:
    """One step of a path: a name, its mark (``^`` inverse, ``+ *`` closures, ``^+ ^*`` both), its condition in brackets."""

    name: Name
    mark: str = ""
    where: Condition | None = None
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class PathExpression:
    """Steps from the thing at hand, or from a named thing (``[[S&P 500]].return``). No steps at all is ``this``."""

    steps: tuple[StepItem, ...]
    origin: Link | None = None
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class AggregateCall:
    """``avg(path)``; ``count`` alone has no path."""

    function: str
    path: PathExpression | None = None
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class ScalarCall:
    """``(avg(targets.value))``, ``(avg(value) in targets where …)``: one value over a class or a select."""

    aggregate: AggregateCall
    source: Select | None = None
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str
    """``+ - * /``."""
    left: Expression
    right: Expression
    start: int = _place()
    end: int = _place()


# conditions


@dataclass(frozen=True, slots=True)
class Comparison:
    """``quantifier left possibly? operator right``. ``is not`` has the operator ``is not``."""

    left: Expression
    operator: str
    right: Operand
    quantifier: str = ""
    """``any``, ``all``, ``no``, or empty where none was written (any)."""
    possibly: bool = False
    start: int = _place()
    end: int = _place()
    operator_start: int = _place()
    operator_end: int = _place()


@dataclass(frozen=True, slots=True)
class IsKnown:
    """``left is known``, ``left is unknown``."""

    left: Expression
    known: bool = True
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class InValues:
    """``left in (a, b)``, ``left not in (a, b)``."""

    left: Expression
    values: tuple[Value, ...]
    negated: bool = False
    quantifier: str = ""
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class InSelect:
    """``left in (select)``."""

    left: Expression
    source: Select
    negated: bool = False
    quantifier: str = ""
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Negation:
    item: Condition
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class AllOf:
    """``a and b and c``, at least two."""

    items: tuple[Condition, ...]
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """``a or b or c``, at least two."""

    items: tuple[Condition, ...]
    start: int = _place()
    end: int = _place()


# queries


@dataclass(frozen=True, slots=True)
class ColumnItem:
    """``expression as name``."""

    expression: Expression
    name: Name | None = None
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class SortItem:
    """``expression desc nulls first``."""

    expression: Expression
    descending: bool = False
    nulls: str = ""
    """``first``, ``last`` or empty."""
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Select:
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
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class PathQuery:
    """``path from a to b within n via x, y``."""

    origin: Value
    target: Value
    within: int | None = None
    via: tuple[Name, ...] = ()
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """``@name``."""

    name: str
    start: int = _place()
    end: int = _place()


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; ``text`` is what was written."""

    body: Select | PathQuery | SavedQuery
    explain: bool = False
    text: str = field(default="", compare=False, repr=False)


Value: TypeAlias = "Bare | Quoted | Link | Tag | Parameter | Range"
Expression: TypeAlias = "PathExpression | AggregateCall | ScalarCall | Arithmetic | Number | Parameter"
Operand: TypeAlias = "Value | Expression"
Condition: TypeAlias = "Comparison | IsKnown | InValues | InSelect | Negation | AllOf | AnyOf"
