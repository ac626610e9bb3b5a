"""Formats of answers, diagnostics and errors, on answers made by hand."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest

from answers import PlainAnswer, percent, year
from rotgraph.diagnostics import Diagnostic, Label
from rotgraph.errors import QueryError, UnsupportedOperationError
from rotgraph.model.result import ResultColumn, ThingCell
from rotgraph.model.value import Period, Precision, Quantity
from rotgraph.render.cell import number_text
from rotgraph.render.delimited import guard
from rotgraph.render.diagnostic_json import diagnostics_json, diagnostics_sarif
from rotgraph.render.diagnostic_text import diagnostic_text, summary_text
from rotgraph.render.error_text import error_text
from rotgraph.render.formats import FORMATS, Look, render
from rotgraph.render.width import fold_text, width_of

ENERGY = ThingCell("id/energy", "Energy", "sector", 4)
OLD = ThingCell("id/old-economy", "能源 old economy", "sector", 5)
PP = Quantity("~43pp", Decimal(43), Decimal(43), Decimal(43), "pp")


@pytest.fixture
def answer() -> PlainAnswer:
    columns = (
        ResultColumn("rotation", "text"),
        ResultColumn("period", "period"),
        ResultColumn("buy_side", "thing", many=True),
        ResultColumn("divergence", "quantity", "pp"),
        ResultColumn("avg(value)", "number"),
    )
    return PlainAnswer(
        columns,
        (
            ("Calm → Storm", year(2031), (ENERGY, OLD), PP, Decimal("1.23456789")),
            ("Storm, \"then\" calm", None, (), None, Decimal(5)),
        ),
    )  # fmt: skip


def test_csv_reads_back_and_prints_values_as_written(answer: PlainAnswer) -> None:
    assert list(csv.reader(io.StringIO(render(answer.answer, "csv")))) == [
        ["rotation", "period", "buy_side", "divergence", "avg(value)"],
        ["Calm → Storm", "2031", "Energy; 能源 old economy", "~43pp", "1.234568"],
        ['Storm, "then" calm', "", "", "", "5"],
    ]


def test_a_lone_blank_is_a_record() -> None:
    made = PlainAnswer((ResultColumn("firm", "thing"),), ((None,), (ENERGY,)))
    assert render(made.answer, "csv") == 'firm\n""\nEnergy\n'


@pytest.mark.parametrize(
    "text",
    ["-25%", "+39%", "~-$1M", "-$1.5B", "+6-8%", "-", "--", "+7% YTD", "-1.4% led tech lower", "-5 to -3%", "—",
     "+12%, crossed 2,600", "-0.53%", "+.5", "plain", "3 = 3", "- 5"],
)  # fmt: skip
def test_numbers_and_signs_are_never_touched(text: str) -> None:
    assert guard(text) == text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\t=1", "  =HYPERLINK(1)", "＝1", "-A1", "-(1)",
     "+1-HYPERLINK(1)"],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_is_escaped(text: str) -> None:
    assert guard(text) == f"'{text}"


def test_escaping_is_for_words_not_for_values_and_not_when_raw() -> None:
    made = PlainAnswer(
        (ResultColumn("a", "text"), ResultColumn("b", "quantity"), ResultColumn("c", "thing", many=True)),
        (("=x", percent("-=5%", -5), (ThingCell("id/x", "@x", "thing"),)),),
    )
    assert render(made.answer, "csv") == "a,b,c\n'=x,-=5%,'@x\n"
    assert render(made.answer, "csv", Look(raw=True)) == "a,b,c\n=x,-=5%,@x\n"


def test_json_has_the_shape_of_the_contract(answer: PlainAnswer) -> None:
    found = json.loads(render(answer.answer, "json", Look(query='episodes where name = "x"')))
    assert list(found) == ["query", "columns", "rows", "row_count", "notes"]
    assert found["query"] == 'episodes where name = "x"'
    assert found["columns"][3] == {"name": "divergence", "kind": "quantity", "unit": "pp"}
    first, second = found["rows"]
    assert first["period"] == {"text": "2031", "start": "2031-01-01", "end": "2032-01-01", "precision": "year"}
    assert first["buy_side"][0] == {"id": "id/energy", "name": "Energy", "class": "sector"}
    assert list(first["divergence"]) == [
        "text", "value", "low", "high", "unit", "approximate", "low_open", "high_open", "estimate", "remark",
    ]  # fmt: skip
    assert first["evidence"] == [{"note": "A.md", "line": 1, "column": 1, "end_line": 1, "end_column": 9}]
    assert (second["period"], second["buy_side"], second["divergence"]) == (None, [], None)
    assert found["row_count"] == 2


def test_json_writes_decimals_digit_for_digit() -> None:
    long = Quantity("$0.1", Decimal("0.10000000000000000000000000001"), None, Decimal("1E+3"), "USD")
    made = PlainAnswer((ResultColumn("evidence", "quantity"),), ((long,),))
    line = render(made.answer, "jsonl")
    assert '"value": 0.10000000000000000000000000001, "low": null, "high": 1000' in line
    assert '"evidence_": {' in line


def test_every_format_writes_an_answer_without_rows(answer: PlainAnswer) -> None:
    empty = PlainAnswer(answer.columns, ()).answer
    assert {form: render(empty, form) for form in ("jsonl", "ids", "csv", "table")} == {
        "jsonl": "",
        "ids": "",
        "csv": "rotation,period,buy_side,divergence,avg(value)\n",
        "table": "rotation  period  buy_side  divergence  avg(value)\n(no rows)\n",
    }
    assert json.loads(render(empty, "json"))["rows"] == []
    for form in FORMATS:
        render(empty, form)


def test_an_unknown_format_is_refused(answer: PlainAnswer) -> None:
    with pytest.raises(UnsupportedOperationError, match="one of table, json"):
        render(answer.answer, "xlsx")


def test_a_table_folds_the_widest_text_first() -> None:
    made = PlainAnswer(
        (ResultColumn("name", "text"), ResultColumn("why", "text"), ResultColumn("value", "quantity")),
        (("Energy", "a long reason that does not fit on one line", percent("+5%", 5)), ("Tech", "short", percent("-12%", -12))),
    )
    assert render(made.answer, "table", Look(width=36)) == (
        "name    why                    value\n"
        "──────  ─────────────────────  ─────\n"
        "Energy  a long reason that       +5%\n"
        "        does not fit on one\n"
        "        line\n"
        "\n"
        "Tech    short                   -12%\n"
        "(2 rows)\n"
    )


def test_a_table_too_wide_for_the_screen_becomes_lists() -> None:
    columns = tuple(ResultColumn(f"field_{n}", "text") for n in range(8))
    made = PlainAnswer(columns, (tuple(f"value {n}" if n % 2 else None for n in range(8)),))
    text = render(made.answer, "table", Look(width=40))
    assert "field_1  value 1\nfield_3  value 3\n" in text
    assert max(map(width_of, text.splitlines())) <= 40


def test_a_table_counts_wide_letters_twice(answer: PlainAnswer) -> None:
    lines = render(answer.answer, "table", Look(width=100)).splitlines()
    assert width_of(lines[2]) == width_of(lines[1]) == width_of(lines[0])


def test_only_colour_brings_escapes(answer: PlainAnswer) -> None:
    hostile = PlainAnswer((ResultColumn("a\x1b[2J", "text"),), (("\x1b]0;pwned\x07", ),))
    assert "\x1b" not in render(hostile.answer, "table")
    assert "\x1b[1m" in render(answer.answer, "table", Look(color=True))


def test_a_page_runs_nothing_of_a_note() -> None:
    thing = ThingCell("id/x", '"><img onerror=x>', "t")
    made = PlainAnswer((ResultColumn("<i>", "text"),), (("<script>alert(1)</script>\u202e",), (thing,)))
    text = render(made.answer, "html")
    assert "<script" not in text
    assert "<img" not in text
    assert "\u202e" not in text


def test_markdown_cells_read_as_themselves() -> None:
    made = PlainAnswer((ResultColumn("a", "text"),), (("x | y *b* `c` snake_case _e_ ~$5M; ~$6M",),))
    assert render(made.answer, "md").splitlines()[2] == r"| x \| y \*b\* \`c\` snake_case \_e\_ ~$5M; ~$6M |"


def test_ids_fall_back_to_the_first_thing() -> None:
    made = PlainAnswer((ResultColumn("name", "text"), ResultColumn("about", "thing")), (("a", ENERGY), ("b", None)))
    assert render(made.answer, "ids") == "id/energy\n"


@pytest.mark.parametrize(
    ("number", "text"),
    [("52.857142857", "52.857143"), ("55.000", "55"), ("-0.0000001", "0"), ("1E+30", "1" + "0" * 30), ("-1.50", "-1.5"),
     ("123456789012345678901234567890.1234567", "123456789012345678901234567890.123457")],
)  # fmt: skip
def test_computed_numbers_print_at_most_six_decimals(number: str, text: str) -> None:
    assert number_text(Decimal(number)) == text


def test_folding_never_loses_a_letter() -> None:
    assert fold_text("Peak oil repricing, 能源能源能源 x", 8) == ("Peak oil", "repricin", "g,", "能源能源", "能源 x")


WRONG = Diagnostic(
    "Notes/A.md", 7, 10, 7, 14, "RG601", "no \x1b[31msuch thing", "write `x`", "| 能源 |\t[[Foo]] | \x07",
    (Label("B.md", 3, 1, "also here"),),
)  # fmt: skip


def test_a_diagnostic_shows_its_place_and_is_harmless() -> None:
    assert diagnostic_text(WRONG) == (
        "Notes/A.md:7:10: RG601 error: no ␛[31msuch thing\n"
        " 7 | | 能源 | [[Foo]] | ␇\n"
        "   |            ^^^^\n"
        "   = hint: write `x`\n"
        "   = B.md:3:1: also here\n"
    )
    assert summary_text([WRONG, WRONG]) == "2 errors"


def test_a_long_source_line_is_cut_around_the_place() -> None:
    line = "a" * 500 + "[[Foo]]" + "b" * 500
    text = diagnostic_text(Diagnostic("A.md", 1, 501, 1, 508, "RG601", "m", source_line=line))
    shown, caret = text.splitlines()[1:3]
    assert shown.index("[[Foo]]") == caret.index("^")
    assert len(shown) < 160


def test_diagnostics_as_json_and_sarif() -> None:
    (found,) = json.loads(diagnostics_json([WRONG]))
    assert (found["path"], found["line"], found["code"], found["name"], found["severity"]) == (
        "Notes/A.md", 7, "RG601", "query-syntax", "error",
    )  # fmt: skip
    run = json.loads(diagnostics_sarif([WRONG], "1.0"))["runs"][0]
    assert run["tool"]["driver"]["rules"][0]["id"] == "RG601"
    assert run["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "Notes/A.md"},
        "region": {"startLine": 7, "startColumn": 10, "endLine": 7, "endColumn": 14},
    }


def test_the_caret_of_an_error_stands_under_wide_letters() -> None:
    query = "能源 where x"
    error = QueryError("unknown class", query, 0, 2, suggestions=("sectors",))
    assert error_text(error) == "error: unknown class\n  | 能源 where x\n  | ^^^^\n  help: did you mean `sectors`?\n"
    assert "\x1b[1;31merror" in error_text(error, color=True)


def test_an_error_in_the_second_line_shows_that_line() -> None:
    query = "episodes\nwhere \x1b x"
    assert error_text(QueryError("odd", query, 15, 16)) == "error: odd\n  | where ␛ x\n  |       ^\n"


def test_far_years_are_written_in_json() -> None:
    far = Period("10000", date.max.toordinal() + 1, date.max.toordinal() + 366, Precision.YEAR)
    made = PlainAnswer((ResultColumn("p", "period"),), ((far,),))
    assert '"start": "+10000-01-01"' in render(made.answer, "jsonl")
