"""The binder: what names mean, what kinds meet, what is filled in."""

from __future__ import annotations

import pathlib
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from query_graph import query_graph
from rotgraph.errors import QueryError
from rotgraph.model.value import Period, Quantity
from rotgraph.query.bind import bind
from rotgraph.query.bound import BoundPathQuery, BoundSelect
from rotgraph.query.expression import (
    Aggregate,
    And,
    Arithmetic,
    Compare,
    Every,
    In,
    Known,
    Literal,
    Not,
    Or,
    Path,
    Scalar,
    Things,
    Truth,
)
from rotgraph.query.parse import parse_query


def bound(query: str, **parameters: object) -> Any:
    return bind(parse_query(query), query_graph(), parameters).body


def where(condition: str, cls: str = "episodes", **parameters: object) -> Any:
    return bound(f"{cls} where {condition}", **parameters).condition


def compared(condition: str, cls: str = "episodes", **parameters: object) -> Compare:
    found = where(condition, cls, **parameters)
    assert isinstance(found, Compare)
    return found


def steps(path: object) -> str:
    """A path as text: ``^about>return.value``, conditions as ``[…]``."""
    assert isinstance(path, Path)
    start = "" if path.start is None else f"<{','.join(path.start.keys)}>" if isinstance(path.start, Things) else path.start
    shown = []
    for step in path.steps:
        classes = f">{'|'.join(step.classes)}" if step.classes else ""
        shown.append(f"{'^' * step.inverse}{step.name}{step.closure}{classes}{'[…]' if step.where else ''}")
    return ".".join([start, *shown] if start else shown)


def refused(query: str, **parameters: object) -> QueryError:
    with pytest.raises(QueryError) as caught:
        bound(query, **parameters)
    return caught.value


# classes


@pytest.mark.parametrize("word", ["episode", "episodes", "Episodes", "EPISODE", '"Episodes"'])
def test_a_class_in_any_number_and_case(word: str) -> None:
    assert bound(word).cls == "episode"


@pytest.mark.parametrize(("word", "cls"), [("people", "person"), ("rotation_types", "rotation_type"),
    ('"rotation types"', "rotation_type"), ("rounds", "round"),
                                           ("things", "thing"), ("records", "record"), ("theses", "thesis"),
                                           ("rotation-type", "rotation_type")])  # fmt: skip
def test_classes(word: str, cls: str) -> None:
    assert bound(word).cls == cls


# paths


@pytest.mark.parametrize(
    ("cls", "path", "expected"),
    [
        ("episodes", "buy_side", "buy_side"),
        ("episodes", '"Buy side"', "buy_side"),
        ("episodes", "BUY_SIDE", "buy_side"),
        ("episodes", "buy-side", "buy_side"),
        ("episodes", "when", "period"),
        ("sectors", "bought_in", "^buy_side>episode"),
        ("sectors", "bought_in.period", "^buy_side>episode.period"),
        ("sectors", "buy_side^", "^buy_side"),
        ("sectors", "bought_in^", "buy_side"),
        ("sectors", "broader+", "broader+"),
        ("sectors", "narrower*", "^broader*>thing"),
        ("sectors", "broader^+", "^broader+"),
        ("stocks", "return", "^about>return"),
        ("stocks", "returns", "^about>return"),
        ("stocks", "sector.broader", "sector.broader"),
        ("indices", "return", "^about>return"),
        ("stocks", "mentioned_in", "^mentions>note"),
        ("scenarios", "effect", "^scenario>effect"),
        ("episodes", "effect", "^episode>effect"),
        ("quotes", "speaker.firm.name", "speaker.firm.name"),
        ("people", "quotes.text", "^speaker>quote.text"),
        ("returns", "about.group", "about.group"),
        ("returns", "about.issuer", "about.issuer"),
        ("observations", "year", "year"),
        ("things", "ticker", "ticker"),
        ("things", "rotation", "rotation"),
        ("rounds", "lead", "lead"),
        ("rounds", '"P/E"', "p/e"),
        ("rounds", "p/e", "p/e"),
        ("rounds", "lead.ticker", "lead.ticker"),
        ("picks", "by", "by"),
        ("observations", "notes", "notes"),
        ("episodes", "period.year", "period.year"),
        ("stocks", "return.low", "^about>return.value.low"),
        ("stocks", "[[Broad 500]].return", "<id/broad-500>.^about>return"),
        ("stocks", "this.return", "^about>return"),
        ("stocks", "return[year = 2031]", "^about>return[…]"),
        ("stocks", "return[year = 2031].notes", "^about>return[…].notes"),
    ],
)
def test_paths(cls: str, path: str, expected: str) -> None:
    found = where(f"{path} is known", cls)
    assert isinstance(found, Known)
    assert steps(found.path) == expected


def test_a_path_that_ends_at_an_observation_goes_on_to_its_value() -> None:
    assert steps(compared("return > -45%", "stocks").left) == "^about>return.value"
    assert steps(compared("this > -45%", "returns").left) == "value"
    shown = bound("stocks show target, count(target), avg(target), list(return)")
    assert [steps(getattr(each, "path", each)) for _, each in shown.columns] == [
        "^about>target.value", "^about>target", "^about>target.value", "^about>return.value",
    ]  # fmt: skip
    assert steps(where("return is known", "stocks").path) == "^about>return"


def test_a_bracket_is_about_its_own_step() -> None:
    inner = where("return[year = 2031 and value < this.value.high] is known", "stocks").path.steps[0].where
    assert isinstance(inner, And)
    first, second = inner.items
    assert steps(first.left) == "year"
    assert steps(second.right) == "value.high"


def test_exact_spelling_beats_number() -> None:
    assert steps(where("note is known", "targets").path) == "note"
    assert steps(where("notes is known", "targets").path) == "notes"


# things


def test_names_aliases_links_and_keys_mean_things() -> None:
    for name in (
        "Tech",
        "tech",
        '"Tech"',
        "Technology",
        "[[Tech]]",
        "[[Tech|the sector]]",
        "[[Tech#Heading]]",
        "[[Sub/Tech.md]]",
        "[[id/tech]]",
    ):
        right = compared(f"sell_side is {name}").right
        assert isinstance(right, Things)
        assert right.keys == ("id/tech",), name


def test_a_note_and_its_thing_are_two() -> None:
    assert compared("buy_side is Energy").right.keys == ("id/energy",)  # type: ignore[union-attr]
    assert compared("note is Energy").right.keys == ("note/energy",)  # type: ignore[union-attr]
    assert compared("links contains [[Energy]]", "notes").right.keys == ("id/energy",)  # type: ignore[union-attr]


def test_a_record_is_meant_only_where_the_field_holds_it() -> None:
    assert compared('episode is "Calm → Storm (2031)"', "effects").right.keys == ("episode/calm-storm-2031",)  # type: ignore[union-attr]
    error = refused('episodes where buy_side is "Calm → Storm (2031)"')
    assert "is an episode, and a sector is expected here" in error.message


def test_things_are_named_records_too() -> None:
    assert compared('this is "Calm → Storm (2031)"', "things").right.keys == ("episode/calm-storm-2031",)  # type: ignore[union-attr]


def test_a_name_of_several_things_lists_them() -> None:
    error = refused("things where this is Mercury")
    assert error.code == "RG604"
    assert [line.rsplit(": ", 1)[1] for line in error.help.splitlines()] == ["[[id/mercury]]", "[[id/mercury-2]]"]
    assert error.help.startswith("Mercury, firm, ")
    assert compared("this is Mercury", "people").right.keys == ("id/mercury-2",)  # type: ignore[union-attr]
    assert compared("this is [[id/mercury-2]]", "firms").right.labels == ("Mercury",)  # type: ignore[union-attr]


def test_a_thing_as_the_value_of_a_text_field_is_its_name() -> None:
    assert compared("thesis contains [[technology]]").right == Literal("Tech", "Tech")
    assert compared("thesis contains [[Nobody]]").right == Literal("Nobody", "Nobody")


# operators and kinds


@pytest.mark.parametrize(
    ("condition", "operator", "kind"),
    [
        ("buy_side is Energy", "is", "thing"),
        ("buy_side = Energy", "is", "thing"),
        ("buy_side != Energy", "!=", "thing"),
        ("buy_side contains Energy", "contains", "thing"),
        ("buy_side within Energy", "within", "thing"),
        ("rotation is calm", "is", "text"),
        ("rotation = calm", "=", "text"),
        ("rotation contains calm", "contains", "text"),
        ('rotation like "Calm*"', "like", "text"),
        ('rotation matches "^C"', "matches", "text"),
        ("rotation starts with Calm", "starts with", "text"),
        ("duration >= 1 year", ">=", "quantity"),
        ("duration = 1 year..2 years", "=", "quantity"),
        ("period during 2031", "during", "period"),
        ("period within 2030..2035", "during", "period"),
        ("period = 2031", "=", "period"),
        ("line > 5", ">", "integer"),
        ("period.year >= 2031", ">=", "integer"),
        ("divergence.low > 5pp", ">", "quantity"),
        ("divergence.number > 5", ">", "quantity"),
        ('divergence.unit is "pp"', "is", "text"),
        ("count(buy_side) >= 2", ">=", "integer"),
    ],
)
def test_operators(condition: str, operator: str, kind: str) -> None:
    found = compared(condition)
    assert (found.operator, found.kind) == (operator, kind)


def test_a_mixed_field_takes_the_kind_of_the_literal() -> None:
    assert compared("value > 20x", "observations").kind == "quantity"
    assert compared("lead is Sequoia", "rounds").kind == "thing"
    assert compared("lead is [[Sequoia]]", "rounds").kind == "thing"
    assert compared("amount > $1B", "rounds").kind == "quantity"
    assert compared("date before 2032", "rounds").kind == "period"
    assert compared("date = 2031", "rounds").kind == "period"


def test_values_are_read_as_in_the_notes() -> None:
    assert compared("duration >= 18 months").right.value.unit == "month"  # type: ignore[union-attr]
    assert compared("value > ~$530B", "observations").right.value.approximate  # type: ignore[union-attr]
    assert compared("line = 5").right == Literal(5, "5")
    assert compared("line > 5.5").right == Literal(Decimal("5.5"), "5.5")
    assert compared("period during 2018 Q4").right.value.edtf == "2018-36"  # type: ignore[union-attr]
    span = compared("period overlaps Mar 2031..2032").right.value  # type: ignore[union-attr]
    assert (span.start_date, span.end_date) == (date(2031, 3, 1), date(2033, 1, 1))


def test_a_doubtful_period_first_matches_what_is_written() -> None:
    from graphs import make_graph

    span = Period(
        "2000-02",
        date(2000, 1, 1).toordinal(),
        date(2003, 1, 1).toordinal(),
        bound("episodes as of 2000").as_of.precision,
        edtf="2000/2002",
    )
    graph = make_graph({"old": {"class": "episode", "rotation": "Old", "period": span}})
    found = bind(parse_query("episodes where period = 2000-02"), graph).body.condition  # type: ignore[union-attr]
    assert found.right.value == span  # type: ignore[union-attr]
    with pytest.raises(QueryError, match="may be the years"):
        bind(parse_query("episodes where period = 2001-05"), graph)


def test_quantifiers_and_negations() -> None:
    assert compared("all buy_side is Energy").quantifier == "all"
    assert compared("no buy_side is Energy").quantifier == "no"
    assert compared("divergence possibly > 30pp").possibly
    negated = where("buy_side is not Energy")
    assert isinstance(negated, Not)
    assert isinstance(negated.item, Compare)
    assert isinstance(where("duration is unknown"), Not)
    assert isinstance(where("duration is not known"), Not)
    assert isinstance(where("not duration is known"), Not)


def test_lists_of_things_are_one_set() -> None:
    found = compared("all buy_side in (Energy, [[Tech]])")
    assert found.quantifier == "all"
    assert found.right.keys == ("id/energy", "id/tech")  # type: ignore[union-attr]
    assert isinstance(where("period in (2031, 2033)"), Or)
    assert isinstance(where("period not in (2031, 2033)"), Not)
    assert compared("duration in (1 year..2 years)").upper is not None
    every = where("all period in (2031, 2033)")
    assert isinstance(every, Every)
    assert [each.quantifier for each in every.ways] == ["any", "any"]


def test_a_tag_is_itself_or_below() -> None:
    found = where("tags contains #macro", "notes")
    assert isinstance(found, Or)
    assert [(each.operator, each.right.value) for each in found.items] == [("is", "macro"), ("starts with", "macro/")]  # type: ignore[union-attr]
    assert compared("tags is #macro", "notes").right == Literal("macro", "#macro")
    assert isinstance(where("no tags contains #macro", "notes"), Not)


def test_subqueries() -> None:
    rows = where("bought_in in (episodes where period after 2030)", "sectors")
    assert isinstance(rows, In)
    assert isinstance(rows.source, BoundSelect)
    assert (rows.source.cls, rows.source.yields) == ("episode", "")
    column = where("sector in (targets where value > 5% show about)", "stocks")
    assert column.source.yields == "about"
    whole = where("sector in (sectors)", "stocks")
    assert isinstance(whole, In)
    assert isinstance(where("return in (returns where year = 2031)", "stocks").left, Path)
    assert steps(where("return in (returns where year = 2031)", "stocks").left) == "^about>return"
    assert steps(where("return in (returns where year = 2031 show value)", "stocks").left) == "^about>return.value"


def test_scalars() -> None:
    found = compared("target < (avg(targets.value))", "stocks").right
    assert isinstance(found, Scalar)
    assert isinstance(found.source, BoundSelect)
    assert (found.source.cls, steps(found.aggregate.path)) == ("target", "value")
    assert steps(compared("target < (avg(targets))", "stocks").right.aggregate.path) == "value"  # type: ignore[union-attr]
    narrowed = compared("target < (avg(targets[horizon = 1 year].value))", "stocks").right
    assert not isinstance(narrowed.source.condition, Truth)  # type: ignore[union-attr]
    over = compared("target < (max(value) in targets where about is Alpha)", "stocks").right
    assert not isinstance(over.source.condition, Truth)  # type: ignore[union-attr]
    assert compared("count(target) >= (count(targets))", "stocks").right.aggregate.path is None  # type: ignore[union-attr]
    row = compared("divergence > (avg(divergence))").right
    assert isinstance(row, Aggregate)


def test_arithmetic() -> None:
    found = compared("(target + 2%) * 2 > 10%", "stocks").left
    assert isinstance(found, Arithmetic)
    assert found.operator == "*"
    assert bound("episodes show duration / duration as share").columns[0][0].unit == "number"
    assert bound("episodes show duration * 2").columns[0][0].unit == "duration"
    assert compared("target > this.return * 2", "stocks").right.operator == "*"  # type: ignore[union-attr]


# groups and columns


def names(select: BoundSelect) -> list[str]:
    return [column.name for column, _ in select.columns]


def test_default_columns() -> None:
    assert names(bound("episodes")) == ["rotation", "period"]
    assert names(bound("count episodes")) == ["count"]
    assert names(bound("count episodes per rotation")) == ["rotation", "count"]
    assert names(bound("returns per year")) == ["year", "count"]
    assert names(bound("count episodes per rotation show count as n, rotation")) == ["n", "rotation"]
    assert names(bound("top 3 targets by value")) == ["about", "value", "notes"]
    assert names(bound("top 3 targets by value per horizon"))[0] == "horizon"
    star = names(bound("episodes show *"))
    assert star[0] == "name"
    assert {"buy_side", "divergence", "note", "line"} < set(star)


def test_columns_are_named_as_written() -> None:
    select = bound('returns show About, "year", avg( value ), value * 2, about.name as who')
    assert names(select) == ["About", "year", "avg( value )", "value * 2", "who"]


def test_kinds_of_columns() -> None:
    select = bound("episodes show rotation, period, buy_side, duration, count(buy_side), list(buy_side), line, max(period)")
    kinds = [(column.kind, column.unit, column.many) for column, _ in select.columns]
    assert kinds == [
        ("text", "", False), ("period", "", False), ("thing", "", True), ("quantity", "duration", False), ("integer", "", False),
        ("thing", "", True), ("integer", "", False), ("period", "", False),
    ]  # fmt: skip


def test_grouping() -> None:
    assert bound("fund_flows show sum(value) as total").grouped
    assert bound("fund_flows show sum(value) * 2, count").grouped
    assert not bound("fund_flows show period, sum(value)").grouped
    assert not bound("top 3 targets by value per about").grouped
    select = bound("returns per year where avg(value) < 25% show Year, avg(value) + 5% sort by year desc, avg(value)")
    key = select.keys[0][1]
    assert select.columns[0][1] is key
    assert select.order[0].expression is key
    assert select.order[0].column == "Year"
    assert isinstance(select.having, Compare)
    assert isinstance(select.having.left, Aggregate)


def test_sorting() -> None:
    select = bound("sectors show name, count(bought_in) as times sort by times desc nulls first, line")
    first, second = select.order
    assert (first.column, first.descending, first.nulls_first) == ("times", True, True)
    assert isinstance(first.expression, Aggregate)
    assert (second.column, second.descending, second.nulls_first) == ("", False, False)
    assert bound("episodes show period sort by Period").order[0].column == "period"
    top = bound("top 3 targets by value show about, value")
    assert (top.top, top.by.column, top.by.descending) == (3, "value", True)


def test_the_other_clauses() -> None:
    select = bound("returns show about, year, value pivot Year limit 5 offset 2 as of Jan 31, 2032")
    assert (select.pivot, select.limit, select.offset, select.as_of.text) == ("year", 5, 2, "Jan 31, 2032")


def test_path_queries() -> None:
    found = bound("path from ALPH to Energy within 4 via sector, broader, bought_in")
    assert isinstance(found, BoundPathQuery)
    assert (found.start.keys, found.end.keys, found.within) == (("id/alpha",), ("id/energy",), 4)
    assert found.via == ("sector", "broader", "buy_side")
    assert bound("path from $a to $b", a="Alpha", b="[[Energy]]".strip("[]")).end.keys == ("id/energy",)


# parameters and saved queries


@pytest.mark.parametrize(
    ("condition", "cls", "given", "value"),
    [
        ("return > $x", "stocks", "10%", "10%"),
        ("return > $x", "stocks", " 10% ", "10%"),
        ("line > $x", "stocks", 10, 10),
        ("line > $x", "stocks", "10", 10),
        ("line > $x", "stocks", Decimal("1.5"), Decimal("1.5")),
        ("line > $x", "stocks", 1.5, Decimal("1.5")),
        ("rotation is $x", "episodes", 'x" } ; DROP ALL #', 'x" } ; DROP ALL #'),
        ("rotation is $x", "episodes", "$y", "$y"),
        ("rotation is $x", "episodes", "", ""),
        ("period after $x", "episodes", date(2031, 2, 3), "2031-02-03"),
        ("period after $x", "episodes", datetime(2031, 2, 3, 4, 5), "2031-02-03"),
        ("period after $x", "episodes", "Feb 2031", "Feb 2031"),
        ("divergence > $x", "episodes", Quantity("5pp", Decimal(5), Decimal(5), Decimal(5), "pp"), "5pp"),
    ],
)
def test_parameters_are_typed_by_what_they_meet(condition: str, cls: str, given: object, value: object) -> None:
    literal = compared(condition, cls, x=given).right
    assert isinstance(literal, Literal)
    found = literal.value
    assert (found if isinstance(value, int | Decimal) else str(found)) == value


BAD = (
    'x" } ; DROP ALL #', '"', '""', "\\", '\\"', "'; --", "--", "$x", "[[X]]", "\n", "\r\n", "\u2028", "\x00",
    "a..b", "$(rm)", "%s{}", "\ud800", "*", "?", "<>", "#", "", " x ",
)  # fmt: skip


@pytest.mark.parametrize("text", BAD)
@pytest.mark.parametrize(
    "slot", ["rotation is {}", "rotation contains {}", "rotation like {}", "name starts with {}", "rotation in ({})"]
)
def test_a_text_with_signs_of_any_language_is_that_text(text: str, slot: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    assert compared(slot.format(quoted)).right == Literal(text, text)
    assert compared(slot.format("$p"), p=text).right == Literal(text, text)


def test_a_parameter_names_a_thing() -> None:
    assert compared("buy_side is $x", x="Energy").right.keys == ("id/energy",)  # type: ignore[union-attr]
    assert compared("buy_side in ($x)", x=["Energy", "Tech"]).right.keys == ("id/energy", "id/tech")  # type: ignore[union-attr]
    assert compared("buy_side is $x", x=("Energy", "Tech")).right.keys == ("id/energy", "id/tech")  # type: ignore[union-attr]

    class Thing:
        id = "id/tech"

    assert compared("buy_side is $x", x=Thing()).right.keys == ("id/tech",)  # type: ignore[union-attr]


def test_parameters_elsewhere() -> None:
    assert compared("target > $x * 2", "stocks", x=2).right.left == Literal(Quantity("2", Decimal(2), Decimal(2), Decimal(2)), "2")  # type: ignore[union-attr]
    assert bound("episodes as of $day", day=date(2031, 1, 1)).as_of.text == "2031-01-01"
    assert compared("period during $a..$b", a="2030", b="2031").right.value.text == "$a..$b"  # type: ignore[union-attr]
    assert compared("period during $x", x=2031) == compared("period during $x", x="2031")


@pytest.mark.parametrize(
    ("query", "given", "message"),
    [
        ("stocks where return > $x", {}, "no value was passed for `$x`"),
        ("stocks where return > $x", {"y": 5}, "no value was passed for `$x`"),
        ("stocks where return > 5%", {"y": 5}, "the query has no parameter `$y`"),
        ("stocks where return > $x", {"x": 10}, "`return` is a percentage (try 25%), and `10` is a bare number or a multiple"),
        ("stocks where return > $x", {"x": True}, "`return` is a percentage (try 25%), and `$x` is a Python bool"),
        ("stocks where return > $x", {"x": None}, "`return` is a percentage (try 25%), and `$x` is a Python NoneType"),
        (
            "stocks where return > $x",
            {"x": float("nan")},
            "`return` is a percentage (try 25%), and `$x` is nan, which is no number",
        ),
        ("stocks where return > $x", {"x": "soon"}, "`return` is a percentage (try 25%), and `soon` is not"),
        ("stocks where return > $x", {"x": [1]}, "a list was passed here"),
        ("stocks where sector in ($x)", {"x": []}, "an empty list was passed here"),
        ("stocks where sector is $x", {"x": "Enrgy"}, "nothing in the graph is called `Enrgy`"),
        (
            "episodes where period after $x",
            {"x": 5},
            "`period` is a period (try 2026, Jan 2026, 2018 Q4), and `$x` is a bare number",
        ),
    ],
)
def test_wrong_parameters(query: str, given: dict[str, object], message: str) -> None:
    assert refused(query, **given).message == message


def test_saved_queries() -> None:
    assert bound("@energy").cls == "episode"
    again = bind(parse_query("@again"), query_graph())
    assert again.explain
    assert again.query is not None
    assert bound("@above", x="5%").cls == "stock"
    assert refused("@enrgy").suggestions == ("@energy",)
    wrong = refused("@wrong")
    assert wrong.query == "episodes where buyside contains Energy"
    assert wrong.suggestions == ("buy_side",)
    assert refused("@round").message == "saved queries lead back to each other"


def test_names_are_kept_for_explain() -> None:
    resolved = bind(parse_query("sectors where bought_in.period during 2031 and this is Technology"), query_graph()).names
    assert [(each.written, each.role, each.meaning) for each in resolved] == [
        ("sectors", "class", "sector"),
        ("bought_in", "inverse", "inverse of episode.buy_side"),
        ("period", "field", "period"),
        ("Technology", "thing", "id/tech"),
    ]


def test_binding_loads_nothing_heavy() -> None:
    code = (
        "import sys, rotgraph.query.bind\n"
        "heavy = {'lark', 'rapidfuzz', 'pydantic', 'rdflib', 'networkx', 'pandas', 'pyromark', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    source = pathlib.Path(__file__).parents[1] / "src"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": str(source), "PATH": "/usr/bin:/bin"})
