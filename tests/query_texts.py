"""In: hypothesis. Out: strategies of queries as syntax, whatever their names mean: for laws of reading and formatting."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

from rotgraph.query.format import format_query
from rotgraph.query.syntax import (
    AggregateCall,
    AllOf,
    AnyOf,
    Arithmetic,
    Bare,
    ColumnItem,
    Comparison,
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
from rotgraph.query.words import AGGREGATES, OPERATOR_WORDS, SYMBOLS

__all__ = ["PIECES", "queries"]

WORDS = (
    "energy", "buy_side", "P/E", "Buy side", "where", "count", "as", "of", "not", "this", "2025_return", "ß", "İ",
    "价格", "select", "any",
    "x", "avg", "by", "is", "in", 'five" pipe', "a-b", "top", "explain", "first", "nulls", "desc", "path", "known",
    "contains", "[", "--",
)  # fmt: skip
BARE = (
    "Energy", "Russell 2000", "60%+", "2+ years", "€1,25 Mrd", "-5 to -3%", "1.5–2x", "Jan 31, 2026", "S&P 500",
    "#1 pick", "Booking.com",
    "Growth → Value", "Growth -> Value", "this is it", "first of 11", "U.S.", "~-$1M", "in x", ".5", "3M", "'quoted'", "US$5",
    "by the book", "top ten", "18 months", "a-b", "x y", "no", "any", "sum", "10–20%", "Yahoo!",
)  # fmt: skip
PIECES = (
    *WORDS, "episodes", "where", "and", "or", "not", "(", ")", "[", "]", "[[X]]", '"q"', "=", "<=", "is", "in", "per",
    "show", "sort", "by",
    "limit", "3", "top", "count", "avg(", "as", "as of", "..", ".", ",", "*", "+", "^", "$x", "#t", "@s", "5%",
    "Jan 31, 2026", "contains",
    "possibly", "path from", "to", "via", "within", "nulls first", "desc", "explain", "select", "from", "match (",
    "--", "\n", "→", "==",
    "≥", "\x00", "\ufeff",
)  # fmt: skip


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """Any query that could have been written."""
    kind = draw(st.integers(0, 9))
    body: Any
    if kind == 0:
        body = SavedQuery(draw(st.sampled_from(("energy", "a-b", "ß"))))
    elif kind == 1:
        body = PathQuery(draw(_things()), draw(_things()), draw(_counts()), tuple(draw(st.lists(_names(), max_size=2))))
    else:
        body = draw(selects(2))
    return Query(body, draw(st.booleans()))


@st.composite
def _names(draw: st.DrawFn) -> Name:
    odd = draw(st.integers(0, 4)) == 0
    text = draw(st.text(string.printable, min_size=1, max_size=8)) if odd else draw(st.sampled_from(WORDS))
    return Name(text if text.strip() else "x")


def _counts() -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, 10**9)


@st.composite
def _things(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from(("bare", "quoted", "link", "parameter")))
    return draw(_value(kind))


_KINDS = ("bare", "quoted", "link", "tag", "parameter", "range")


@st.composite
def _value(draw: st.DrawFn, kind: str = "") -> Any:
    kind = kind or draw(st.sampled_from(_KINDS))
    if kind == "bare":
        return Bare(draw(st.sampled_from([text for text in BARE if " to " not in text])))
    if kind == "quoted":
        return Quoted(draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=12)))
    if kind == "link":
        return Link(draw(st.sampled_from(("S&P 500", "NVIDIA", "Sq]uare", "Target|alias", "note#heading", "ß where x"))))
    if kind == "tag":
        return Tag(draw(st.sampled_from(("#macro", "#a/b", "#2026-outlook"))))
    if kind == "parameter":
        return Parameter(draw(st.sampled_from(("x", "today", "limit", "_1", "ß"))))
    bound = st.sampled_from(("bare", "quoted", "parameter"))
    return Range(draw(_value(draw(bound))), draw(_value(draw(bound))))


@st.composite
def _path(draw: st.DrawFn, depth: int) -> PathExpression:
    start = draw(st.integers(0, 9))
    if start == 0:
        return PathExpression(())
    count = draw(st.integers(1, 3))
    marks = st.sampled_from(("", "", "", "^", "+", "*", "^+", "^*"))
    steps = tuple(
        StepItem(draw(_names()), draw(marks), draw(conditions(depth - 1)) if depth and draw(st.integers(0, 3)) == 0 else None)
        for _ in range(count)
    )
    return PathExpression(steps, draw(_value("link")) if start == 1 else None)


@st.composite
def _expression(draw: st.DrawFn, depth: int) -> Any:
    kind = draw(st.sampled_from(("path", "path", "path", "aggregate", "count", "scalar", "number", "parameter", "sum", "product")))
    if kind in ("path", "sum", "product") and not depth:
        return draw(_path(0))
    if kind == "path":
        return draw(_path(depth))
    if kind == "aggregate":
        return AggregateCall(draw(st.sampled_from(AGGREGATES)), draw(_path(depth)))
    if kind == "count":
        return AggregateCall("count")
    if kind == "scalar":
        inside = draw(selects(depth - 1)) if depth and draw(st.booleans()) else None
        return ScalarCall(AggregateCall(draw(st.sampled_from(AGGREGATES)), draw(_path(0))), inside)
    if kind == "number":
        return Number(draw(st.sampled_from(("2", "5%", "18 months", "-3", "1.5x", "$5 billion", "5 USD"))))
    if kind == "parameter":
        return draw(_value("parameter"))
    sign = draw(st.sampled_from("+-" if kind == "sum" else "*/"))
    return Arithmetic(sign, draw(_expression(depth - 1)), draw(_expression(depth - 1)))


@st.composite
def conditions(draw: st.DrawFn, depth: int) -> Any:
    """Any condition, nested at most so deep."""
    kind = draw(st.sampled_from(("comparison", "comparison", "is", "known", "values", "select", "not", "and", "or")))
    quantifier = draw(st.sampled_from(("", "", "any", "all", "no")))
    if depth <= 0 or kind == "known":
        return IsKnown(draw(_path(0)), draw(st.booleans()))
    if kind in ("and", "or"):
        made, other = (AllOf, AnyOf) if kind == "and" else (AnyOf, AllOf)
        parts = [draw(conditions(depth - 1)) for _ in range(draw(st.integers(2, 3)))]
        return made(tuple(part if not isinstance(part, made) else other(part.items) for part in parts))
    if kind == "not":
        return Negation(draw(conditions(depth - 1)))
    left = draw(_expression(depth - 1))
    if kind == "values":
        return InValues(left, tuple(draw(st.lists(_value(), min_size=1, max_size=3))), draw(st.booleans()), quantifier)
    if kind == "select":
        return InSelect(left, draw(selects(depth - 1).map(_inner)), draw(st.booleans()), quantifier)
    right = draw(_value()) if draw(st.booleans()) else draw(_expression(depth - 1))
    if kind == "is":
        return Comparison(left, draw(st.sampled_from(("is", "is not"))), right, quantifier)
    return Comparison(left, draw(st.sampled_from((*SYMBOLS, *OPERATOR_WORDS))), right, quantifier, draw(st.booleans()))


def _inner(select: Select) -> Select:
    """A select that is told from a list of names: its class is followed by a clause."""
    cls = select.cls if select.head == "select" else Name("episodes")
    by = PathExpression((StepItem(Name("value")),)) if select.head == "top" else None
    where = select.where or IsKnown(PathExpression((StepItem(Name("x")),)))
    return select.replace(cls=cls, by=by, where=where)


@st.composite
def selects(draw: st.DrawFn, depth: int) -> Select:
    """Any select, with conditions and expressions nested at most so deep."""
    head = draw(st.sampled_from(("select", "select", "count", "top")))
    several = st.integers(0, 2)
    per = tuple(draw(_expression(depth)) for _ in range(draw(several)))
    star = draw(st.booleans())
    shown = 0 if star else draw(several)
    where = draw(conditions(depth)) if draw(st.booleans()) else None
    return Select(
        head=head,
        cls=draw(_names()),
        top=draw(st.integers(0, 10**9)) if head == "top" else None,
        by=draw(_expression(depth)) if head == "top" else None,
        where=where,
        per=per,
        having=draw(conditions(depth)) if per and draw(st.booleans()) else None,
        star=star,
        show=tuple(ColumnItem(draw(_expression(depth)), draw(st.none() | _names())) for _ in range(shown)),
        pivot=draw(st.none() | _names()),
        sort=tuple(
            SortItem(draw(_expression(depth)), draw(st.booleans()), draw(st.sampled_from(("", "first", "last"))))
            for _ in range(draw(several))
        ),
        limit=draw(_counts()),
        offset=draw(_counts()),
        as_of=draw(st.none() | _things().filter(lambda value: not isinstance(value, Link))),
    )


def text_of(query: Query) -> str:
    return format_query(query)
