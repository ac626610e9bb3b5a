"""Completion: what the grammar, the schema and the graph accept at a place."""

from __future__ import annotations

import pytest

from query_graph import query_graph
from rotgraph.errors import QueryError
from rotgraph.query.bind import bind
from rotgraph.query.complete import Completion, as_value, complete
from rotgraph.query.kinds import OPERATORS
from rotgraph.query.parse import parse_query


def offered(before: str, role: str = "") -> list[str]:
    return [each.text for each in complete(before, query_graph()) if not role or each.role == role]


def operators(kind: str) -> list[str]:
    return [f"{each} (" if each in ("in", "not in") else each for each in (*OPERATORS[kind], "possibly")]


@pytest.mark.parametrize(
    ("before", "role", "expected"),
    [
        ("ep", "", ["episodes"]),
        ("", "keyword", ["count", "explain", "path from", "top"]),
        ("@", "saved", ["@energy", "@again", "@wrong", "@round", "@circle", "@above"]),
        ("@en", "", ["@energy"]),
        ("count ep", "", ["episodes"]),
        ("top 3 tar", "", ["targets"]),
        ("episodes wh", "", ["where"]),
        ("episodes ", "", ["where", "per", "show", "pivot", "sort by", "limit", "offset", "as of"]),
        ("episodes where bu", "", ["buy_side", "buy_side_market_cap"]),
        ("sectors where bou", "", ["bought_in"]),
        ("episodes where buy_side ", "operator", operators("thing")[:-1]),
        ("episodes where period ", "operator", operators("period")),
        ("episodes where duration ", "operator", operators("quantity")),
        ("stocks where return ", "operator", operators("quantity")),
        ("stocks where avg(return) ", "operator", operators("quantity")),
        ("episodes where buy_side con", "", ["contains"]),
        ("episodes where buy_side contains ", "thing", ["Energy", "Oil majors", "Tech", "Financials"]),
        ("episodes where buy_side contains Oil m", "thing", ["Oil majors"]),
        ("episodes where buy_side contains Technol", "thing", ["Tech"]),
        ("episodes where sell_side contains Energy ", "keyword", ["and", "or", "per", "show", "pivot", "sort by",
        "limit", "offset", "as of"]),
        ("episodes where sell_side contains Energy s", "", ["show", "sort by"]),
        ("episodes where buy_side contains [[En", "", ["[[Energy]]"]),
        ('stocks where group is "O', "", ['"Orion 7"']),
        ('episodes where "buy', "", ['"buy_side"', '"buy_side_market_cap"']),
        ("stocks where return[y", "", ["year"]),
        ("stocks where return[year = 2031] ", "keyword", []),
        ("episodes where period.", "", ["year", "quarter", "month", "start", "end"]),
        ("stocks where sector in (sectors wh", "", ["where"]),
        ("stocks where sector in (Te", "", ["Tech"]),
        ("stocks where target < (avg(targ", "", ["target", "targets"]),
        ("episodes sort by period d", "", ["desc"]),
        ("episodes sort by period nulls ", "", ["first", "last"]),
        ("episodes where duration is u", "", ["unknown"]),
        ("path ", "", ["path from"]),
        ("episodes as o", "", ["as of"]),
        ("episodes sort b", "", ["sort by"]),
        ("episodes where rotation starts w", "", ["starts with"]),
        ("episodes where buy_side in ", "", ["in ("]),
        ("episodes where buy_side not ", "", ["not in ("]),
        ("path from Al", "", ["Alpha"]),
        ("path from Alpha t", "", ["to"]),
        ("path from Alpha to Energy ", "", ["via", "within"]),
        ("path from Alpha to Energy via sec", "", ["sector", "sectors"]),
        ("xx yy ", "", []),
        ("episodes where rotation is \"open and not closed\" x", "", []),
    ],
)  # fmt: skip
def test_what_is_offered(before: str, role: str, expected: list[str]) -> None:
    found = offered(before, role)
    assert found == expected or (not role and set(expected) <= set(found) and len(found) <= len(expected) + 3)


def test_a_completion_replaces_the_word_before_the_cursor() -> None:
    assert complete("episodes where buy_s", query_graph())[0] == Completion("buy_side", "field", 15, "thing")
    assert complete("episodes where buy_side contains Oil m", query_graph())[0].start == len("episodes where buy_side contains ")


def test_classes_are_offered_with_what_they_are() -> None:
    assert complete("episo", query_graph())[0].said == "one rotation in time"


def test_names_that_would_not_read_back_are_quoted() -> None:
    assert as_value("Oil majors") == "Oil majors"
    assert as_value("Calm → Storm (2031)") == '"Calm → Storm (2031)"'
    assert as_value("Oil and gas") == '"Oil and gas"'
    assert as_value('5" pipe') == '"5"" pipe"'
    assert as_value("known") == '"known"'


BEGINNINGS = (
    "episodes where buy_side contains Energy and duration > 1 year show rotation, period sort by period desc limit 3",
    "stocks where return[year = 2031] < -40% and sector in (sectors where count(bought_in) >= 2)",
    "top 3 targets by value per about show about, value",
    "returns per year where avg(value) < 25% show year, avg(value)",
    "path from Alpha to Energy within 3 via sector",
)


@pytest.mark.parametrize("query", BEGINNINGS)
def test_every_beginning_of_a_query_completes_without_a_fault(query: str) -> None:
    for end in range(len(query) + 1):
        for each in complete(query[:end], query_graph()):
            assert 0 <= each.start <= end
            assert each.text


@pytest.mark.parametrize("query", BEGINNINGS)
def test_the_next_word_is_among_what_is_offered(query: str) -> None:
    words = query.split(" ")
    for count in range(1, len(words)):
        word = words[count].strip(",()").split("[")[0].split("(")[0]
        before = " ".join(words[:count]) + " "
        if word.isidentifier() and not before.rstrip()[-1:].isdigit() and not before.endswith("in "):
            offers = {part.rstrip("(") for text in offered(before) for part in text.split(" ")}
            assert word in offers, (before, word)


def test_offered_fields_and_operators_bind() -> None:
    for field in offered("episodes where ", "field"):
        for operator in offered(f"episodes where {field} ", "operator"):
            if operator.endswith("known"):
                query = f"episodes where {field} {operator}"
                try:
                    bind(parse_query(query), query_graph())
                except QueryError as error:
                    pytest.fail(f"{query}: {error}")
