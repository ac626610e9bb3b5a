"""Laws of the query's text: what is formatted reads back equal, and no text whatever gives a traceback."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from query_graph import query_graph
from query_texts import PIECES, queries
from rotgraph.errors import QueryError
from rotgraph.query.bind import bind
from rotgraph.query.complete import complete
from rotgraph.query.format import format_query
from rotgraph.query.parse import parse_query
from rotgraph.query.syntax import Query
from rotgraph.query.table import load_table

TOKENS = {terminal.name for terminal in load_table().terminals} - {"IS", "NOT", "THIS", "COUNT"} | {"$END"}


@given(queries())
@settings(max_examples=300, deadline=None)
def test_a_formatted_query_reads_back_equal(query: Query) -> None:
    text = format_query(query)
    assert parse_query(text) == query
    assert format_query(parse_query(text)) == text


def attempt(text: str) -> None:
    found = refusal(lambda: parse_query(text))
    if found is None:
        query = parse_query(text)
        assert parse_query(format_query(query)) == query
        return
    assert 0 <= found.start <= len(text)
    assert str(found).startswith("error: ")
    assert not TOKENS & (set(found.message.replace(",", " ").split()) - set(text.split()))


def refusal(attempted: Callable[[], object]) -> QueryError | None:
    try:
        attempted()
    except QueryError as error:
        return error
    return None


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    attempt(text)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
@settings(max_examples=500, deadline=None)
def test_any_words_are_read_or_refused(text: str) -> None:
    attempt(text)


@given(queries(), st.data())
@settings(max_examples=200, deadline=None)
def test_a_broken_query_is_read_or_refused(query: Query, data: st.DataObject) -> None:
    text = format_query(query)
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 6))
    put = data.draw(st.sampled_from(("", " ", *PIECES)))
    attempt(text[:at] + put + text[at + gone :])


@pytest.mark.parametrize(
    "piece", ["(", "not ", "x[", "x in (x where ", "1 + ", "-", "a.", "[[", '"', "in (", "a,", "a or ", "avg("]
)
def test_a_hundred_thousand_of_anything_is_refused_or_read(piece: str) -> None:
    for text in (piece * 100_000, f"episodes where {piece * 60_000}", f"episodes where a = 5 and {piece * 60_000}"):
        assert len(str(refusal(lambda text=text: parse_query(text)))) < 2000


CLASSES = (
    "episodes",
    "sectors",
    "stocks",
    "returns",
    "observations",
    "notes",
    "rounds",
    "things",
    "records",
    "effects",
    "people",
    "targets",
)
STEPS = ("buy_side", "bought_in", "return", "target", "about", "value", "period", "duration", "divergence",
    "rotation", "sector", "broader+",
         "broader^*", "group", "members", "name", "line", "note", "year", "lead", "amount", "date", "p/e", "tags",
         "links", "speaker",
         "mentioned_in", "low", "unit", "number", "start", "this", "count", "return[year = 2031]", "buy_side^",
         "[[Broad 500]].return")  # fmt: skip
VALUES = ("Energy", '"Energy"', "[[Energy]]", "#macro", "5%", "~$530B", "2031", "2018 Q4", "18 months", "5", "x",
    "2030..2032", "5%..10%", "a..b", "$p",
          "this.value", "(avg(targets.value))", "(count(stocks))", "[[Broad 500]].return", "this", "Mercury",
          '"Calm → Storm (2031)"', "-6-8%",
          "today", '"^(a+)+$"', "return[year = 2031]", "(value * 2)", "max(value)")  # fmt: skip
OPERATORS = (
    "=",
    "!=",
    "<",
    ">=",
    "is",
    "is not",
    "contains",
    "within",
    "before",
    "during",
    "overlaps",
    "like",
    "matches",
    "starts with",
    "possibly >",
)
PARAMETERS = ("5%", 5, 2.5, ["Energy", "Tech"], None, True, "Energy", (), object())


@st.composite
def asked(draw: st.DrawFn) -> str:
    """Queries whose words exist, put together without regard to what they mean."""

    def path() -> str:
        return ".".join(draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=3)))

    def expression() -> str:
        form = draw(
            st.sampled_from(
                ("{a}", "{a}", "{a}", "avg({a})", "count({a})", "list({a})", "{a} * 2", "{a} + {b}", "(max(value) in {c})")
            )
        )
        return form.format(a=path(), b=path(), c=draw(st.sampled_from(CLASSES)))

    def condition() -> str:
        form = draw(
            st.sampled_from(
                (
                    "{q}{a} {o} {v}",
                    "{q}{a} {o} {v}",
                    "{a} is known",
                    "{q}{a} in ({v}, {w})",
                    "not {a} in ({c} where {b} is known show {b})",
                )
            )
        )
        return form.format(q=draw(st.sampled_from(("", "", "all ", "no "))), a=expression(), b=path(),
        o=draw(st.sampled_from(OPERATORS)),
                           v=draw(st.sampled_from(VALUES)), w=draw(st.sampled_from(VALUES)),
                           c=draw(st.sampled_from(CLASSES)))  # fmt: skip

    cls = draw(st.sampled_from(CLASSES))
    text = draw(st.sampled_from((cls, cls, f"count {cls}", f"top 3 {cls} by {expression()}")))
    if draw(st.booleans()):
        text += f" where {condition()}" + (f" and {condition()}" if draw(st.booleans()) else "")
    if draw(st.integers(0, 2)) == 0:
        text += f" per {expression()}" + (f" where {condition()}" if draw(st.booleans()) else "")
    if draw(st.booleans()):
        text += f" show {expression()}, {expression()} as y"
    if draw(st.integers(0, 2)) == 0:
        text += f" sort by {expression()} desc"
    return text


@given(asked(), st.sampled_from(PARAMETERS))
@settings(max_examples=600, deadline=None)
def test_any_query_binds_or_is_refused(text: str, parameter: object) -> None:
    if refusal(lambda: parse_query(text)) is None:
        query = parse_query(text)
        given_ = {"p": parameter} if "$p" in text else {}
        error = refusal(lambda: bind(query, query_graph(), given_))
        if error is None:
            again = bind(parse_query(format_query(query)), query_graph(), given_)
            assert type(again.body) is type(bind(query, query_graph(), given_).body)
        else:
            assert 0 <= error.start <= error.end <= len(text)


@given(asked(), st.data())
@settings(max_examples=150, deadline=None)
def test_any_beginning_completes(text: str, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(text)))
    for each in complete(text[:end], query_graph()):
        assert 0 <= each.start <= end


@given(queries())
@settings(max_examples=150, deadline=None)
def test_names_that_mean_nothing_are_refused(query: Query) -> None:
    error = refusal(lambda: bind(query, query_graph(), {"x": "5%", "today": "2031", "limit": 1, "_1": 1, "ß": "x"}))
    assert error is None or str(error)
