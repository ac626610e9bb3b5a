"""Laws of what is printed: it reads back, it fits, it obeys nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from answers import PlainAnswer
from rotgraph.model.result import ResultColumn, ThingCell
from rotgraph.model.value import Quantity
from rotgraph.render.cell import cell_text, number_text
from rotgraph.render.delimited import guard
from rotgraph.render.formats import FORMATS, Look, render
from rotgraph.render.harmless import harmless
from rotgraph.render.width import fold_text, width_of

words = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=30)
hostile = st.text(st.sampled_from("=+-@|<>&\"'`*_[]\\\n\t\x1b\x07\u202e\u200d能é$%1a ,;~"), max_size=20)
texts = st.one_of(words, hostile)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
quantities = st.builds(lambda number: Quantity(f"{number:f}%", number, number, number, "%"), numbers)
things = st.builds(lambda name: ThingCell("id/x", name, "thing"), texts)
singles = st.one_of(texts, quantities, things, numbers, st.integers(-(10**12), 10**12))
cells = st.one_of(st.none(), singles, st.lists(singles, max_size=3).map(tuple))


@st.composite
def answers(draw: st.DrawFn) -> PlainAnswer:
    width = draw(st.integers(1, 5))
    columns = tuple(ResultColumn(f"c{n}", "any", many=True) for n in range(width))
    rows = draw(st.lists(st.tuples(*[cells] * width), max_size=5))
    return PlainAnswer(columns, tuple(rows))


@given(answers())
def test_raw_csv_reads_back_as_what_cells_print(made: PlainAnswer) -> None:
    found = list(csv.reader(io.StringIO(render(made.answer, "csv", Look(raw=True)), newline="")))
    assert found[0] == [column.name for column in made.columns]
    assert found[1:] == [[cell_text(cell) for cell in row] for row in made.rows]


@given(answers())
def test_json_reads_back(made: PlainAnswer) -> None:
    found = json.loads(render(made.answer, "json"), parse_float=Decimal)
    assert found["row_count"] == len(made) == len(found["rows"])
    assert [json.loads(line, parse_float=Decimal) for line in render(made.answer, "jsonl").split("\n") if line] == found["rows"]
    for row, written in zip(made.rows, found["rows"], strict=True):
        for cell, value in zip(row, list(written.values()), strict=False):
            assert len(value) == (0 if cell is None else len(cell) if isinstance(cell, tuple) else 1)


@given(answers(), st.integers(20, 120))
def test_a_table_obeys_nothing_and_fits_where_it_can(made: PlainAnswer, width: int) -> None:
    text = render(made.answer, "table", Look(width=width))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    columns = [line for line in text.split("\n") if line.startswith("─")]
    assert all(width_of(line) <= width for line in columns)


@given(answers())
def test_every_format_takes_every_answer(made: PlainAnswer) -> None:
    for form in FORMATS:
        render(made.answer, form).encode()
    page = render(made.answer, "html")
    assert set(re.findall(r"</?(\w+)", page)) <= {"table", "thead", "tbody", "tr", "th", "td", "br"}


@given(texts)
def test_a_guarded_cell_is_the_text_or_an_apostrophe_before_it(text: str) -> None:
    assert guard(text) in (text, f"'{text}")
    if text.strip()[:1] in ("=", "@"):
        assert guard(text) == f"'{text}"


@given(numbers, st.sampled_from(["", "%", "pp", "x", "M", "B"]), st.sampled_from(["", "$", "~$", "€"]))
def test_a_number_is_never_guarded(number: Decimal, unit: str, before: str) -> None:
    for text in (f"{number:+f}{unit}", f"{'-' if number < 0 else '+'}{before}{abs(number):f}{unit}"):
        assert guard(text) == text


@given(texts, st.integers(2, 40))
def test_folding_keeps_every_letter_and_the_width(text: str, width: int) -> None:
    shown = harmless(text, lines=True)
    lines = fold_text(shown, width)
    assert "".join(lines).replace(" ", "") == shown.replace("\n", "").replace(" ", "")
    assert all(width_of(line) <= width for line in lines)


@given(numbers)
def test_a_computed_number_reads_back(number: Decimal) -> None:
    assert Decimal(number_text(number)) == number
