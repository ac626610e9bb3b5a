"""Answers that are remembered: the same text, never a stale one, and nothing heavy imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rotgraph.api.opening import compile_vault
from rotgraph.api.remembering import LONGEST, keep_answer, known_answer
from rotgraph.cli import main, question
from rotgraph.render import formats
from small_vault import NOTES, write_vault

ROOT = Path(__file__).parents[1]


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("rotgraph.disk.survey._FINE", -(10**15))
    monkeypatch.setattr("rotgraph.disk.survey._COARSE", -(10**15))
    return write_vault(tmp_path / "vault", NOTES)


def ask(vault: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    assert main(["query", *arguments, "--vault", str(vault)]) == 0
    told = capsys.readouterr()
    return told.out, told.err


def answers(vault: Path) -> list[Path]:
    return sorted((vault / ".rotgraph").glob("answer-*"))


def test_a_second_answer_is_the_first(vault: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    questions = [
        ("episodes",), ("episodes", "--format", "csv"), ("moves where value > $x", "--param", "x=5%"), ("episodes as of Jan 2031",),
    ]  # fmt: skip
    first = [ask(vault, capsys, *each) for each in questions]
    assert len(answers(vault)) == len(questions)
    monkeypatch.setattr("rotgraph.api.opening.compile_vault", lambda *_, **__: pytest.fail("the graph was opened"))
    assert [ask(vault, capsys, *each) for each in questions] == first


def test_an_answer_is_never_stale(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, _ = ask(vault, capsys, "rounds show amount", "--format", "csv")
    write_vault(vault, {"Funding.md": NOTES["Funding.md"].replace("$3M", "$9M")})
    after, _ = ask(vault, capsys, "rounds show amount", "--format", "csv")
    assert "$3M" in before
    assert "$9M" in after
    assert "$3M" not in after
    assert len(answers(vault)) == 1, "what was answered of the older graph is swept away"


def test_other_parameters_are_other_questions(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few, _ = ask(vault, capsys, "moves where value > $x", "--param", "x=5%", "--format", "csv")
    many, _ = ask(vault, capsys, "moves where value > $x", "--param", "x=-9%", "--format", "csv")
    assert few != many


@pytest.mark.parametrize("options", [("--no-cache",), ("--strict",)])
def test_what_asks_for_the_graph_gets_the_graph(vault: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]) -> None:
    ask(vault, capsys, "episodes", *options)
    assert not answers(vault)


def test_a_damaged_answer_is_not_there(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = ask(vault, capsys, "episodes")
    path = answers(vault)[0]
    data = path.read_bytes()
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert ask(vault, capsys, "episodes") == first


def test_few_and_short_answers_are_kept(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotgraph.disk.answers._MOST", 3)
    graph = compile_vault(vault)
    keep_answer(graph, "long", "x" * (LONGEST + 1), "")
    assert known_answer(vault, "long") is None
    for number in range(9):
        keep_answer(graph, number, f"answer {number}", "")
    assert len(answers(vault)) == 3
    assert known_answer(vault, 2) == ("answer 2", "")
    assert known_answer(vault, 8) is None


def test_the_command_line_knows_the_formats() -> None:
    assert tuple(formats.FORMATS) == question.FORMATS


def test_a_remembered_answer_imports_nothing_heavy(vault: Path) -> None:
    script = (
        "import sys, json\nfrom rotgraph.cli import main\n"
        "main(['query', 'episodes', '--format', 'csv', '--vault', sys.argv[1]])\nprint(json.dumps(sorted(sys.modules)))"
    )
    for _ in range(2):
        found = subprocess.run(
            [sys.executable, "-c", script, str(vault)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=True,
        )  # fmt: skip
    loaded = set(json.loads(found.stdout.splitlines()[-1]))
    if not answers(vault):
        pytest.skip("the notes are too young for a process that cannot be told otherwise")
    assert not loaded & {"numpy", "pydantic", "msgspec", "lark", "rdflib", "networkx", "rotgraph.api.graph", "rotgraph.query.plan"}
