"""In: the lists of the EDTF test suite. Out: all of them read or refused. Room: tests.

Source: the parser tests of edtf.js (BSD-2). Five of the accepted entries are program text that the collection cut too late; the 87
others are all accepted and the 56 rejected ones all refused, so the list of differences is empty and must stay so.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from rotgraph.values.edtf import parse_edtf

SUITES = Path(__file__).parents[3] / "shared" / "suites"
DIFFERENCES: dict[str, str] = {}
"""Text to the reason why we read it otherwise."""
PROGRAM_TEXT = 5


def entries(name: str) -> list[dict[str, str]]:
    if not (SUITES / name).is_file():
        return []
    return list(json.loads((SUITES / name).read_text(encoding="utf-8")))


ACCEPTED = entries("edtf_accept.json")
REJECTED = entries("edtf_reject.json")

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not ACCEPTED, reason="the published suites are not beside the repository (../shared/suites)"),
]


def is_program_text(text: str) -> bool:
    return "\n" in text or "expect(" in text


@pytest.mark.parametrize("text", [each["edtf"] for each in ACCEPTED if not is_program_text(each["edtf"])])
def test_accepted(text: str) -> None:
    found = parse_edtf(text)
    assert text in DIFFERENCES or found is not None
    if found is not None:
        assert found.start < found.end


@pytest.mark.parametrize("text", [each["edtf"] for each in REJECTED])
def test_rejected(text: str) -> None:
    assert text in DIFFERENCES or parse_edtf(text) is None


def test_all_of_the_suite_is_met() -> None:
    texts = [each["edtf"] for each in ACCEPTED]
    assert sum(map(is_program_text, texts)) == PROGRAM_TEXT
    assert (len(texts) - PROGRAM_TEXT, len(REJECTED)) == (87, 56)


def is_dated(entry: dict[str, str]) -> bool:
    """Whether the suite's values are a year from 1, a month (from 0) and a day, not the number of a season or a quarter."""
    values = json.loads(entry["values"]) if entry["values"].startswith("[") else [0]
    return not is_program_text(entry["edtf"]) and 1 <= values[0] <= 9999 and (len(values) < 2 or values[1] <= 11)


@pytest.mark.parametrize("entry", list(filter(is_dated, ACCEPTED)), ids=lambda entry: entry["edtf"])
def test_begins_where_the_suite_says(entry: dict[str, str]) -> None:
    """The suite's values are the earliest day; centuries and decades are numbered by their first digits."""
    text = entry["edtf"]
    found = parse_edtf(text)
    assert found is not None
    values = json.loads(entry["values"])
    if len(text.strip("-?~%")) < 4:
        values = [values[0] * (100 if len(text.strip("-?~%")) == 2 else 10)]
    if "S" in text:
        assert found.start_date.year <= values[0] < found.end_date.year
        return
    year, month, day = (*values, 0, 1)[:3] if len(values) == 1 else (*values, 1)[:3]
    assert found.start_date == date(year, month + 1, day)
