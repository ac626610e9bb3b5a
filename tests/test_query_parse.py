"""The grammar, its tables, the parser that runs them, and the canonical form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from query_corpus import QUERIES
from rotgraph.errors import QueryError
from rotgraph.grammar import grammar_path, read_grammar
from rotgraph.query import table as tables
from rotgraph.query.automaton import Automaton, Maker, Token
from rotgraph.query.format import format_query
from rotgraph.query.parse import MAX_LENGTH, automaton, parse_query
from rotgraph.query.syntax import Bare, Comparison, Link, PathExpression, Quoted, ScalarCall, Select
from rotgraph.query.table import Table, build_table, load_table
from rotgraph.query.words import RESERVED, reserved_words

ROOT = Path(__file__).parents[1]


def test_the_tables_are_those_of_the_grammar() -> None:
    made = json.loads(Path(grammar_path("query.table.json")).read_text(encoding="utf-8"))
    assert made == json.loads(json.dumps(build_table(read_grammar("query.lark")))), "run python -m rotgraph.query.table"


def test_tables_of_another_grammar_are_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = read_grammar("query.lark").replace('"explain"i', '"tell"i')
    monkeypatch.setattr(tables, "read_grammar", lambda _: changed)
    load_table.cache_clear()
    try:
        found = Automaton(load_table(), {}).parse("tell episodes")
        assert found[0] == "start"
    finally:
        load_table.cache_clear()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"grammar": "x"}'])
def test_a_damaged_table_file_is_made_anew(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "query.table.json"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(tables, "grammar_path", lambda _: path)
    load_table.cache_clear()
    try:
        assert isinstance(load_table(), Table)
    finally:
        load_table.cache_clear()


class Reaching(Automaton):
    """Remembers the rules it reduced by."""

    def __init__(self, table: Table) -> None:
        super().__init__(table, {})
        self.reached: set[int] = set()
        self._steps = tuple(
            (origin, size, self._noting(number, make, lift=lift), False, rule)
            for number, (origin, size, make, lift, rule) in enumerate(self._steps)
        )

    def _noting(self, number: int, make: Maker, *, lift: bool) -> Maker:
        def noted(children: list[Any], start: int, end: int) -> Any:
            self.reached.add(number)
            return children[0] if lift and len(children) == 1 else make(children, start, end)

        return noted


def test_every_rule_of_the_grammar_is_reached() -> None:
    table = load_table()
    runner = Reaching(table)
    for query in QUERIES:
        runner.parse(query)
    names = {(rule.name or rule.origin, rule.origin) for rule in table.reductions if not rule.origin.startswith("__")}
    reached = {(rule.name or rule.origin, rule.origin) for number, rule in enumerate(table.reductions) if number in runner.reached}
    assert names - reached == set()


def as_plain(tree: Any) -> Any:
    """Lark's tree and ours in one form."""
    if tree is None:
        return None
    if isinstance(tree, Token):
        return (tree.kind, tree.text)
    if isinstance(tree, tuple):
        return (tree[0], [as_plain(each) for each in tree[1]])
    if hasattr(tree, "children"):
        return (str(tree.data), [as_plain(each) for each in tree.children])
    return (tree.type, str(tree))


def test_the_automaton_makes_the_trees_that_lark_makes() -> None:
    from lark import Lark

    reference = Lark(read_grammar("query.lark"), parser="lalr", lexer="contextual", maybe_placeholders=True)
    runner = Automaton(load_table(), {})
    for query in QUERIES:
        assert as_plain(runner.parse(query)) == as_plain(reference.parse(query)), query


def test_a_query_is_parsed_without_lark() -> None:
    code = "import sys, rotgraph.query.parse as p; p.parse_query('episodes where a > 5%'); assert 'lark' not in sys.modules"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


@pytest.mark.parametrize("query", QUERIES)
def test_the_canonical_form_reads_back(query: str) -> None:
    parsed = parse_query(query)
    text = format_query(parsed)
    assert parse_query(text) == parsed
    assert format_query(parse_query(text)) == text


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("Episodes  WHERE ((buy_side  contains   Energy)) SHOW period,", "Episodes where buy_side contains Energy show period"),
        ('episodes where "buy_side" contains "Energy"', 'episodes where buy_side contains "Energy"'),
        ('episodes where "Buy side" is known', 'episodes where "Buy side" is known'),
        ("episodes where (a is known and b is known) and c is known", "episodes where a is known and b is known and c is known"),
        ("episodes where a is known and (b is known or c is known)", "episodes where a is known and (b is known or c is known)"),
        ("episodes where not (a is known or b is known)", "episodes where not (a is known or b is known)"),
        ("episodes where a is not known", "episodes where a is unknown"),
        ("episodes where a − 1 > 2", "episodes where a - 1 > 2"),
        ("episodes where (a + 1) * 2 > 5", "episodes where (a + 1) * 2 > 5"),
        ("episodes where a - (b - c) > 5", "episodes where a - (b - c) > 5"),
        ("episodes where a > (b)", "episodes where a > this.b"),
        ("episodes where a > b[c is known]", "episodes where a > this.b[c is known]"),
        ('episodes where a > "S&P 500".b', "episodes where a > [[S&P 500]].b"),
        ("episodes where a > this.b / 2", "episodes where a > (b / 2)"),
        ("episodes show a asc", ""),
        ("episodes sort by a ASC", "episodes sort by a"),
        ('episodes where a is “curly”', 'episodes where a is "curly"'),
        ('episodes where a is "five "" pipe"', 'episodes where a is "five "" pipe"'),
        ('episodes show a as "of"', 'episodes show a as "of"'),
        ("episodes -- where\nlimit 3", "episodes limit 3"),
        ("\ufeffepisodes\r\nlimit 3", "episodes limit 3"),
        ("episodes where a = 2020 .. 2022", "episodes where a = 2020..2022"),
        ("in where is is in", "in where is is in"),
    ],
)  # fmt: skip
def test_the_canonical_form(query: str, canonical: str) -> None:
    if not canonical:
        with pytest.raises(QueryError):
            parse_query(query)
        return
    assert format_query(parse_query(query)) == canonical


def right(query: str) -> Any:
    body = parse_query(f"x where a = {query}").body
    assert isinstance(body, Select)
    assert isinstance(body.where, Comparison)
    return body.where.right


@pytest.mark.parametrize(
    "text",
    ["Russell 2000", "60%+", "2+ years", "€1,25 Mrd", "-5 to -3%", "1.5–2x", "Jan 31, 2026", "S&P 500",
    "Growth → Value", "Growth -> Value",
     "Booking.com", "U.S.", "~-$1M", "O'Reilly", "P/E", "Coca-Cola", "7 of 11", "known issues", "this is it", "3M",
     "in x", "as x", "by",
     "Société Générale", "价格", "1,000", "Yahoo!", "2018 Q4", "Sep 2016 – May 2017", "'x'", "top ten", "FY25"],
)  # fmt: skip
def test_bare_words_are_one_value(text: str) -> None:
    assert right(text) == Bare(text)


def test_other_values() -> None:
    assert right('"Energy and ""more"""') == Quoted('Energy and "more"')
    assert right("[[Sq]uare]]") == Link("Sq]uare")
    assert right("[[Target|alias]]") == Link("Target|alias")
    assert isinstance(right("(avg(targets.value))"), ScalarCall)
    assert isinstance(right("this.b"), PathExpression)


def test_a_value_ends_at_a_reserved_word_or_a_comment() -> None:
    for word in RESERVED:
        if word not in ("not", "where"):
            try:
                parsed = parse_query(f"x where a = Energy {word} 3")
            except QueryError as error:
                assert error.start >= len("x where a = Energy ")  # noqa: PT017 - some of them need more
            else:
                assert "Energy 3" not in str(parsed)
    assert right("Energy -- and so on") == Bare("Energy")


def test_places_are_code_points() -> None:
    body = parse_query("x where ß = 😀 and y = 5").body
    assert isinstance(body, Select)
    second = body.where.items[1]  # type: ignore[union-attr]
    assert "x where ß = 😀 and y = 5"[second.start : second.end] == "y = 5"


def test_reserved_words_need_quotes() -> None:
    for word in reserved_words():
        assert parse_query(f'x where "{word}" = 5 show "{word}" as "{word}"')


def test_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(QueryError, match="at most 1,000,000"):
        parse_query("x" * (MAX_LENGTH + 1))


def test_long_chains_are_read() -> None:
    query = parse_query("x where " + " or ".join(f"a = {number}" for number in range(20_000)))
    assert len(query.body.where.items) == 20_000  # type: ignore[union-attr]


def test_the_depth_is_that_of_one_condition() -> None:
    parse_query("x where " + " and ".join(["not a is known"] * 300))
    parse_query("x where " + "(" * 90 + "a is known" + ")" * 90)
    parse_query("x show " + ", ".join(["a + b"] * 300))
    for text in (
        "x where " + "(" * 101 + "a is known" + ")" * 101,
        "x where " + "not " * 101 + "a is known",
        "x show a" + " + a" * 101,
    ):
        with pytest.raises(QueryError, match="more than 100"):
            parse_query(text)


def test_the_parser_is_made_once() -> None:
    assert automaton() is automaton()
