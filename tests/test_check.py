"""In: vaults with something wrong in them. Out: hints that help, repeated findings folded, SARIF as its schema wants it. Room:
tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rotgraph
from rotgraph.cli import main
from rotgraph.diagnostics import Diagnostic

VAULT = {
    "2330_TSMC.md": "---\naliases: [Taiwan Semi]\n---\n# Results (Q1: 2026)\n",
    "Oil majors.md": "Oil.\n",
    "Notes/Consumer.md": "a\n",
    "Sectors/Consumer.md": "b\n",
    "Use.md": "[[TSMC]] [[Oil-Major]] [[Taiwan-semi]] [[Nobody]] [[2330_TSMC#Results]] [[Consumer]] ![[Chart 1.png]]\n",
}


def found(notes: dict[str, str], code: str) -> list[Diagnostic]:
    return [each for each in rotgraph.compile(notes).diagnostics if each.code == code]


def test_hints_name_what_was_probably_meant() -> None:
    hints = {each.message: each.hint for each in found(VAULT, "RG201")}
    assert hints == {
        "no note is called `TSMC`": "did you mean `[[2330_TSMC]]`?",
        "no note is called `Oil-Major`": "did you mean `[[Oil majors]]`?",
        "no note is called `Taiwan-semi`": "did you mean `[[2330_TSMC]]`?",
        "no note is called `Nobody`": "",
    }
    assert [each.hint for each in found(VAULT, "RG204")] == ["did you mean `#Results (Q1 2026)`?"]
    assert [each.hint for each in found(VAULT, "RG202")] == ["write `[[Notes/Consumer]]` or `[[Sectors/Consumer]]`"]


def test_a_hint_is_no_guess_between_two() -> None:
    notes = {"1 Oil.md": "a\n", "2 Oil.md": "b\n", "Use.md": "[[Oil]]\n"}
    assert [each.hint for each in found(notes, "RG201")] == [""]


def test_a_link_the_wrong_way_round() -> None:
    notes = {"Oil.md": "a\n", "Use.md": "[[the black gold|Oil]] [[Gas|Oil majors]]\n"}
    assert [each.hint for each in found(notes, "RG201")] == ["the name stands before the pipe: write `[[Oil|the black gold]]`", ""]


def test_embeds_that_lead_back() -> None:
    notes = {
        "A.md": "![[B]] ![[A]]\n",
        "B.md": "![[C]]\n",
        "C.md": "![[A]] ![[D]]\n",
        "D.md": "![[D#Part]] ![[x.png]]\n# Part\n",
        "E.md": "![[A]]\n",
    }
    told = [(str(each).partition(" ")[0], each.message) for each in found(notes, "RG209")]
    assert told == [
        ("A.md:1:8:", "the note embeds itself"),
        ("C.md:1:1:", "notes embed each other in a circle: `A.md`, `B.md`, `C.md`"),
    ]


def test_a_long_chain_of_embeds() -> None:
    notes = {f"N{number}.md": f"![[N{(number + 1) % 3000}]]\n" for number in range(3000)}
    assert len(found(notes, "RG209")) == 1


def test_a_file_of_nearly_that_name(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "chart-1.PNG").write_bytes(b"x")
    (tmp_path / "Use.md").write_text("![[Chart 1.png]]\n")
    graph = rotgraph.compile(tmp_path)
    assert [each.hint for each in graph.diagnostics] == ["did you mean `![[img/chart-1.PNG]]`?"]


@pytest.fixture
def repeated(tmp_path: Path) -> Path:
    for number in range(5):
        (tmp_path / f"Note {number}.md").write_text("[[Exxon]] [[Exxon]] [[Shell]]\n")
    return tmp_path


def test_what_is_said_again_and_again_is_folded(repeated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(repeated), "--no-cache"]) == 0
    screen = capsys.readouterr()
    assert screen.out.count("no note is called `Exxon`") == screen.out.count("no note is called `Shell`") == 3
    assert "= the same at 7 more places, in 5 notes altogether (--full)" in screen.out
    assert "= the same at 2 more places, in 5 notes altogether (--full)" in screen.out
    assert screen.err == "15 warnings\n"
    assert main(["check", str(repeated), "--no-cache", "--full"]) == 0
    assert capsys.readouterr().out.count("no note is called") == 15
    assert main(["check", str(repeated), "--no-cache", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 15


def test_many_findings_are_counted_by_rule(repeated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repeated / "More.md").write_text("[[Exxon]] [[]]\n" * 5)
    assert main(["check", str(repeated), "--no-cache"]) == 0
    assert capsys.readouterr().err == "20  RG201 unresolved-link\n 5  RG122 empty-link\n25 warnings\n"


def test_sarif_holds_what_its_schema_asks_for(repeated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repeated / "Ä b.md").write_text("---\nk: 1\nk: 2\n---\né [[]] \x1b[31m\n")
    assert main(["check", str(repeated), "--no-cache", "--format", "sarif"]) == 0
    log = json.loads(capsys.readouterr().out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "rotgraph"
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            physical = location["physicalLocation"]
            assert physical["artifactLocation"]["uri"].isascii()
            assert all(each >= 1 for each in physical["region"].values())
    assert {result["ruleId"] for result in run["results"]} == {"RG102", "RG119", "RG122", "RG201"}
