"""In: the text of a query. Out: `Query`. Room: query.

The tables come from grammar/query.lark; here is what each of its rules makes. A saved query (``@name``) stays a name: its text
belongs to the vault, and `bind` knows it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rotgraph.errors import QueryError
from rotgraph.query.automaton import MAX_DEPTH, Automaton, Maker, StuckError, Token, TooDeepError
from rotgraph.query.syntax import (
    AggregateCall,
    AllOf,
    AnyOf,
    Arithmetic,
    Bare,
    ColumnItem,
    Comparison,
    Expression,
    InSelect,
    InValues,
    IsKnown,
    Link,
    Name,
    Negation,
    Number,
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
)
from rotgraph.query.table import load_table

__all__ = ["MAX_LENGTH", "automaton", "parse_query"]

MAX_LENGTH = 1_000_000
"""Code points of a query; a longer one is refused before it is looked at."""
_MAX_COUNT = 10**9


def parse_query(text: str) -> Query:
    """The syntax of a query.

    Raises:
        QueryError: it cannot be read, with what could have stood at that place, in words.
        TypeError: it is no text.

    Example:
        >>> parse_query("episodes where buy_side contains Energy").body.cls.text
        'episodes'
    """
    if not isinstance(text, str):
        raise TypeError(f"a query is a text, not a {type(text).__name__}")
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query has {len(text):,} characters; at most {MAX_LENGTH:,} are read", text[:60], 0, 60)
    try:
        explain, body = automaton().parse(text)
    except StuckError as stuck:
        from rotgraph.query.errors_syntax import explain_stuck  # a query that is right does not pay for it

        raise explain_stuck(text, stuck) from None
    except TooDeepError as deep:
        raise QueryError(
            f"more than {MAX_DEPTH} brackets, `not`s and arithmetic signs stand inside each other here",
            text,
            deep.position,
            deep.position + 1,
            help="split the condition, or list values with `in (…)`",
        ) from None
    except _Refused as refused:
        raise QueryError(refused.message, text, refused.start, refused.end, help=refused.help) from None
    return Query(body, explain, text)


@lru_cache(maxsize=1)
def automaton() -> Automaton:
    """The parser, made when it is first used."""
    return Automaton(load_table(), _MAKERS)


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """A rule's children fit the grammar and still are wrong."""

    def __init__(self, message: str, start: int, end: int, help: str = "") -> None:  # noqa: A002 - as in QueryError
        super().__init__(message)
        self.message, self.start, self.end, self.help = message, start, end, help


# what each rule makes of its children, which stand at [start, end)


def _start(children: list[Any], _start: int, _end: int) -> tuple[bool, Any]:
    explain, body = children
    return explain is not None, body


def _saved(children: list[Token], start: int, end: int) -> SavedQuery:
    return SavedQuery(children[0].text[1:], start, end)


def _clause(name: str) -> Maker:
    """A clause, as the parts of `Select` that it sets."""

    def make(children: list[Any], _start: int, _end: int) -> dict[str, Any]:
        return {name: children[0]}

    return make


def _clauses(name: str) -> Maker:
    def make(children: list[Any], _start: int, _end: int) -> dict[str, Any]:
        return {name: tuple(children)}

    return make


def _number_clause(name: str) -> Maker:
    def make(children: list[Token], _start: int, _end: int) -> dict[str, Any]:
        return {name: _count(children[0], name)}

    return make


def _count(token: Token, what: str) -> int:
    digits = token.text.lstrip("0") or "0"
    if len(digits) > len(str(_MAX_COUNT)) or int(digits) > _MAX_COUNT:
        raise _Refused(f"`{what}` takes a number of rows, at most {_MAX_COUNT:,}", token.start, token.end)
    return int(digits)


def _select(children: list[dict[str, Any]], start: int, end: int) -> Select:
    parts: dict[str, Any] = {}
    for each in children:
        parts.update(each)
    return Select(**parts, start=start, end=end)


def _head_select(children: list[Any], _start: int, _end: int) -> dict[str, Any]:
    return {"head": "select", "cls": _class_name(children[0])}


def _head_count(children: list[Any], _start: int, _end: int) -> dict[str, Any]:
    return {"head": "count", "cls": _class_name(children[0])}


def _head_top(children: list[Any], _start: int, _end: int) -> dict[str, Any]:
    return {"head": "top", "top": _count(children[0], "top"), "cls": children[1], "by": children[2]}


def _class_name(name: Name | Token) -> Name:
    return _name([name], name.start, name.end) if isinstance(name, Token) else name


def _name(children: list[Token], start: int, end: int) -> Name:
    token = children[0]
    quoted = token.text[:1] in ('"', "“")
    text = _unquote(token.text) if quoted else token.text
    if quoted and not text.strip():
        raise _Refused("a name cannot be empty", start, end)
    return Name(text, start, end)


def _unquote(text: str) -> str:
    return text[1:-1].replace('""', '"') if text[0] == '"' else text[1:-1]


def _show_star(_children: list[Token], _start: int, _end: int) -> dict[str, Any]:
    return {"star": True}


def _column(children: list[Any], start: int, end: int) -> ColumnItem:
    return ColumnItem(children[0], children[1], start, end)


def _key(children: list[Any], start: int, end: int) -> SortItem:
    expression, direction, nulls = children
    descending = direction is not None and direction.text.lower() == "desc"
    return SortItem(expression, descending, nulls.text.lower() if nulls else "", start, end)


# conditions


def _any_of(children: list[Any], start: int, end: int) -> AnyOf:
    return AnyOf(_flat(children, AnyOf), start, end)


def _all_of(children: list[Any], start: int, end: int) -> AllOf:
    return AllOf(_flat(children, AllOf), start, end)


def _flat(children: list[Any], kind: type[AnyOf | AllOf]) -> tuple[Any, ...]:
    """``(a and b) and c`` is ``a and b and c``."""
    flat: list[Any] = []
    for each in children:
        flat.extend(each.items if isinstance(each, kind) else (each,))
    return tuple(flat)


def _negation(children: list[Any], start: int, end: int) -> Negation:
    return Negation(children[1], start, end)


def _comparison(children: list[Any], start: int, end: int) -> Comparison:
    quantifier, left, possibly, operator, right = children
    name = " ".join(operator.text.lower().split())
    return Comparison(left, name, right, _quantifier(quantifier), possibly is not None, start, end, operator.start, operator.end)


def _identity(children: list[Any], start: int, end: int) -> Comparison:
    quantifier, left, operator, negated, right = children
    last = operator if negated is None else negated
    name = "is" if negated is None else "is not"
    return Comparison(left, name, right, _quantifier(quantifier), False, start, end, operator.start, last.end)  # noqa: FBT003


def _quantifier(token: Token | None) -> str:
    return "" if token is None else token.text.lower()


def _known(children: list[Any], start: int, end: int) -> IsKnown:
    left, _, negated, word = children
    return IsKnown(left, (word.text.lower() == "known") == (negated is None), start, end)


def _in_values(children: list[Any], start: int, end: int) -> InValues:
    quantifier, left, negated, *values = children
    return InValues(left, tuple(values), negated is not None, _quantifier(quantifier), start, end)


def _in_select(children: list[Any], start: int, end: int) -> InSelect:
    quantifier, left, negated, source = children
    return InSelect(left, source, negated is not None, _quantifier(quantifier), start, end)


# values and expressions


def _bare(children: list[Token], start: int, end: int) -> Bare:
    return Bare(" ".join(children[0].text.split()), start, end)


def _quoted(children: list[Token], start: int, end: int) -> Quoted:
    return Quoted(_unquote(children[0].text), start, end)


def _link(children: list[Token], start: int, end: int) -> Link:
    return Link(children[0].text[2:-2], start, end)


def _tag(children: list[Token], start: int, end: int) -> Tag:
    return Tag(children[0].text, start, end)


def _parameter(children: list[Token], start: int, end: int) -> Parameter:
    return Parameter(children[0].text[1:], start, end)


def _range(children: list[Any], start: int, end: int) -> Range:
    return Range(children[0], children[1], start, end)


def _number(children: list[Token], start: int, end: int) -> Number:
    return Number(" ".join(children[0].text.split()), start, end)


_SIGNS = {"−": "-", "×": "*"}


def _arithmetic(children: list[Any], start: int, end: int) -> Arithmetic:
    left, sign, right = children
    return Arithmetic(_SIGNS.get(sign.text, sign.text), left, right, start, end)


def _parenthesis(children: list[Expression], start: int, end: int) -> Expression:
    inner = children[0]
    return ScalarCall(inner, None, start, end) if isinstance(inner, AggregateCall) and inner.path else inner


def _scalar(children: list[Any], start: int, end: int) -> ScalarCall:
    return ScalarCall(children[0], children[1], start, end)


def _aggregate(children: list[Any], start: int, end: int) -> AggregateCall:
    return AggregateCall(children[0].text.lower(), children[1] if len(children) > 1 else None, start, end)


def _path(children: list[Any], start: int, end: int) -> PathExpression:
    first = children[0]
    if isinstance(first, StepItem):
        return PathExpression(tuple(children), None, start, end)
    if isinstance(first, Quoted):
        if not first.text.strip() or any(sign in first.text for sign in "[]\n"):
            raise _Refused("no thing can have this name", first.start, first.end)
        first = Link(first.text, first.start, first.end)
    return PathExpression(tuple(children[1:]), first if isinstance(first, Link) else None, start, end)


def _step(children: list[Any], start: int, end: int) -> StepItem:
    name = children[0]
    mark = children[1].text if children[1] is not None else ""
    where = children[2] if len(children) > 2 else None
    if isinstance(name, Token):
        name = Name(name.text, name.start, name.end)
    return StepItem(name, mark, where, start, end)


# path queries


def _path_query(children: list[Any], start: int, end: int) -> PathQuery:
    origin, target, within, via = children
    return PathQuery(origin, target, _count(within, "within") if within else None, via or (), start, end)


def _via(children: list[Name], _start: int, _end: int) -> tuple[Name, ...]:
    return tuple(children)


_MAKERS: dict[str, Maker] = {
    "start": _start, "saved": _saved, "select": _select, "inner_select": _select,
    "head_select": _head_select, "head_count": _head_count, "head_top": _head_top,
    "where": _clause("where"), "per": _clauses("per"), "having": _clause("having"), "show": _clauses("show"),
    "show_star": _show_star, "pivot": _clause("pivot"), "sort": _clauses("sort"), "limit": _number_clause("limit"),
    "offset": _number_clause("offset"), "as_of": _clause("as_of"), "column": _column, "key": _key,
    "any_of": _any_of, "all_of": _all_of, "negation": _negation, "comparison": _comparison, "identity": _identity,
    "known": _known, "in_values": _in_values, "in_select": _in_select, "range": _range, "bare": _bare, "quoted": _quoted,
    "link": _link, "tag": _tag, "parameter": _parameter, "number": _number, "arithmetic": _arithmetic,
    "parenthesis": _parenthesis, "scalar": _scalar, "aggregate": _aggregate, "path": _path, "right_path": _path,
    "step": _step, "name": _name, "path_query": _path_query, "via": _via,
}  # fmt: skip
