"""Laws of the query's text: what is formatted reads back equal, and no text whatever gives a traceback."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from query_texts import PIECES, queries

from rotgraph.errors import QueryError
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
    try:
        query = parse_query(text)
    except QueryError as error:
        assert 0 <= error.start <= len(text)
        assert str(error).startswith("error: ")
        quoted = set(text.split())
        assert not TOKENS & (set(error.message.replace(",", " ").split()) - quoted)
        return
    assert parse_query(format_query(query)) == query


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
        try:
            parse_query(text)
        except QueryError as error:
            assert len(str(error)) < 2000  # noqa: PT017 - reading it is as good as refusing it
