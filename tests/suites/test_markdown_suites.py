"""In: published suites of Markdown and YAML, a list of differences. Out: each case read as its HTML or JSON says. Room: tests.

CommonMark 0.31.2, the GFM specification, GFM tables (specification, cmark-gfm, pulldown-cmark, markdown-it), wikilinks
(pulldown-cmark, commonmark-hs), regressions and metadata blocks (pulldown-cmark, markdown-it), links that must stay inert, the YAML
test suite.
"""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from note_laws import broken_law
from pages import expected, found
from rotgraph.notes.document import Meta
from rotgraph.notes.parse import parse_note
from rotgraph.source import Source

SUITES = Path(__file__).parents[3] / "shared" / "suites"
SIZES = {
    "commonmark": 652,
    "gfm_spec": 673,
    "gfm_tables": 134,
    "wikilinks": 40,
    "metadata_blocks": 12,
    "md_regression": 276,
    "xss_proto": 15,
}
LISTED = tomllib.loads((Path(__file__).parent / "differences.toml").read_text(encoding="utf-8"))

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SUITES.is_dir(), reason="the published suites are not beside the repository (../shared/suites)"),
]


def cases(name: str) -> list[dict[str, Any]]:
    return list(json.loads((SUITES / f"{name}.json").read_text(encoding="utf-8")))


def note(case: dict[str, Any]) -> Source:
    return Source("Case.md", str(case["markdown"]).encode("utf-8", "replace"))


@pytest.mark.parametrize("name", SIZES)
def test_as_the_suite_expects(name: str) -> None:
    listed = {number: reason for reason, numbers in LISTED[name].items() for number in numbers}
    assert set(listed.values()) <= set(LISTED["reasons"])
    wrong = []
    all_cases = cases(name)
    assert len(all_cases) == SIZES[name]
    for number, case in enumerate(all_cases):
        got, wanted = found(parse_note(note(case)).value), expected(case["html"])
        if (got != wanted) != (number in listed):
            fields = [field.name for field in dataclasses.fields(got) if getattr(got, field.name) != getattr(wanted, field.name)]
            shown = [(field, getattr(got, field), getattr(wanted, field)) for field in fields]
            wrong.append((number, listed.get(number, "not listed"), case["markdown"], shown))
    assert not wrong, wrong[:3]


def test_every_reason_is_used() -> None:
    assert {reason for name in SIZES for reason in LISTED[name]} == set(LISTED["reasons"])


@pytest.mark.parametrize("name", SIZES)
def test_the_laws_hold(name: str) -> None:
    broken = [(number, law) for number, case in enumerate(cases(name)) if (law := broken_law(note(case)))]
    assert not broken, broken[:3]


YAML_ROOTS = 91
"""Cases whose JSON is a mapping and that hold no line which would end front matter: those have values to compare."""
YAML_DIFFERENT = {"652Z": "libyaml takes the question mark of `{ ?foo: bar }` for the mark of a key, as YAML 1.1 does"}


def test_yaml_as_front_matter() -> None:
    """Each case of the YAML suite between two lines of dashes: the values its JSON states, or the text and a diagnostic."""
    wrong, compared = [], 0
    for case in cases("yaml_suite"):
        text = case["yaml"] if case["yaml"].endswith("\n") else case["yaml"] + "\n"
        source = Source("Case.md", f"---\n{text}---\nBody [[Exxon]]\n".encode("utf-8", "replace"))
        law = broken_law(source)
        if law:
            wrong.append((case["id"], law))
        checked = parse_note(source)
        if case["json"] is None or case["fail"] or re.search(r"^(---|\.\.\.)", case["yaml"], re.MULTILINE):
            continue
        try:
            value = json.loads(case["json"])
        except ValueError:  # several documents
            continue
        if isinstance(value, dict):
            compared += 1
            told = any(diagnostic.code.startswith("RG10") for diagnostic in checked.diagnostics)
            got = {entry.key: entry.value for entry in checked.value.front_matter}
            for key, wanted in value.items():
                if not (key in got and says(got[key], wanted)) and not told:
                    wrong.append((case["id"], key, wanted, got))
    assert {case[0] for case in wrong} == set(YAML_DIFFERENT), wrong[:5]
    assert compared >= YAML_ROOTS


def says(value: Meta, wanted: object) -> bool:
    """Whether a value of front matter says what the JSON says: scalars as text."""
    if isinstance(wanted, dict):
        if not isinstance(value, dict):
            return not wanted and value is None
        return set(value) == set(wanted) and all(says(value[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        return isinstance(value, tuple) and len(value) == len(wanted) and all(map(says, value, wanted))
    if wanted is None:
        return value is None or value in ("~", "null", "Null", "NULL")
    if isinstance(wanted, bool):
        return isinstance(value, str) and value.lower() == str(wanted).lower()
    if isinstance(wanted, int | float):
        return isinstance(value, str) and _number(value) == wanted
    return value == wanted or (value is None and wanted == "")


def _number(text: str) -> float | None:
    try:
        return float(int(text, 0)) if re.match(r"0[xo]", text) else float(text)
    except ValueError:
        return None
