"""The conversation: queries and commands one after another, completion, colours, when Enter asks."""

from __future__ import annotations

import io
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from rotgraph.api.opening import compile_vault
from rotgraph.cli import main
from rotgraph.errors import SchemaError
from rotgraph.model.saved_query import with_saved_query
from rotgraph.query.highlight import highlight, is_unfinished

ROOT = Path(__file__).parents[1]
ENERGY = "episodes where buy_side contains Energy"


@pytest.fixture(autouse=True)
def hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """`main` sets the hook of uncaught errors; a test must not keep it."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    copy = tmp_path / "vault"
    shutil.copytree(ROOT / "examples" / "vault", copy, ignore=shutil.ignore_patterns(".rotgraph"))
    return copy


def talk(text: str, vault: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    status = main(["repl", "--vault", str(vault)])
    out, err = capsys.readouterr()
    return status, out, err


def test_queries_are_answered_one_after_another(
    vault: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = talk("\\format csv\ncount episodes\n\ntop 1 episodes by\n  divergence\n", vault, monkeypatch, capsys)
    assert (status, err) == (0, "")
    assert out.splitlines() == ["answers are printed as csv", "count", "9", "rotation,period", "Growth → Value,2022"]


def test_a_query_goes_on_where_it_cannot_end(
    vault: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\\format csv\nepisodes where\n buy_side contains Energy show\n period,\n rotation\n"
    status, out, err = talk(text, vault, monkeypatch, capsys)
    assert (status, err) == (0, "")
    assert out.splitlines()[1:3] == ["period,rotation", "2026,Software → Energy"]


def test_what_is_wrong_is_said_and_the_talk_goes_on(
    vault: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "epsodes\n\\hlp\n\\explain\n\\fields epsodes\n\\format xml\n\\save\n\\show Enrgy\ncount episodes\n"
    status, out, err = talk(text, vault, monkeypatch, capsys)
    assert status == 1
    assert out.splitlines()[-1] == "(1 row)"
    for said in (
        "there is no class `epsodes`", "no command \\hlp: did you mean \\help?", "nothing was asked yet",
        "unknown class `epsodes`", "no format xml", "\\save takes a name", "nothing is called `Enrgy`",
    ):  # fmt: skip
        assert said in err
    assert err.count("error: ") == 7


def test_the_commands_of_the_talk(vault: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answer = vault.parent / "energy.csv"
    commands = ("\\explain", "\\fields picks", "\\show Energy", f"\\save {answer}", "\\save bought")
    text = "\n".join((ENERGY, *commands, "@bought", "\\queries", "\\all", "\\help", "quit", "foo"))
    status, out, err = talk(text, vault, monkeypatch, capsys)
    assert (status, err) == (0, "")
    assert "The episodes, of which buy side contains Energy" in out
    assert "rating" in out
    assert "sector" in out
    assert answer.read_text(encoding="utf-8").startswith("rotation,period\n")
    assert tomllib.loads((vault / "rotgraph.toml").read_text(encoding="utf-8"))["queries"]["bought"] == ENERGY
    assert f"@bought  {ENERGY}" in out
    assert out.count("Software → Energy") >= 4
    assert "\\fields [CLASS]" in out


def test_a_note_that_changes_is_read_again(
    vault: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lines() -> object:
        yield "\\format csv\n"
        yield "count moves where about is Zenith\n"
        table = "| Stock | Move |\n|---|---|\n| [[Zenith]] | +1% |\n"
        (vault / "New.md").write_text(f"# New\n\n{table}", encoding="utf-8")
        yield "count moves where about is Zenith\n"

    monkeypatch.setattr("sys.stdin", type("Lines", (), {"isatty": lambda _: False, "__iter__": lambda _: lines()})())
    assert main(["repl", "--vault", str(vault)]) == 1
    out, err = capsys.readouterr()
    assert "`Zenith`" in err
    assert out.splitlines()[-1] == "1"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[queries]\na-b = "episodes"\n'),
        ("base = 'x'", 'base = \'x\'\n\n[queries]\na-b = "episodes"\n'),
        ("[queries]\n# mine\nx = 'y'\n\n[lexicon]\n", '[queries]\n# mine\nx = \'y\'\na-b = "episodes"\n\n[lexicon]\n'),
        ("[queries] # all\na-b = 'old'\nx = 'y'\n", '[queries] # all\na-b = "episodes"\nx = \'y\'\n'),
    ],
)
def test_a_saved_query_leaves_the_rest_of_the_file(before: str, after: str) -> None:
    assert with_saved_query(before, "a-b", " episodes\n") == after


@pytest.mark.parametrize("before", ["queries = 3", "x = ", "queries.x = 'y'\n[queries]\n"])
def test_a_file_that_cannot_hold_it_is_left_alone(before: str) -> None:
    with pytest.raises(SchemaError):
        with_saved_query(before, "new", "episodes")


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(SchemaError, match="cannot name a query"):
        with_saved_query("", "a b", "episodes")


def roles(text: str) -> list[tuple[str, str]]:
    return [(text[piece.start : piece.end], piece.role) for piece in highlight(text)]


def test_colours_are_those_of_the_parser() -> None:
    assert roles('episodes where per = "per" and count(x) >= $n -- all') == [
        ("episodes", "name"), ("where", "keyword"), ('per = "per" and count(x) >= $n -- all', "wrong"),
    ]  # fmt: skip
    assert roles("top 3 targets by value -- best") == [
        ("top", "keyword"), ("3", "value"), ("targets", "name"), ("by", "keyword"), ("value", "name"), ("-- best", "comment"),
    ]  # fmt: skip
    assert roles("stocks where all return[year = 2022].value > -45%")[2:5] == [
        ("all", "keyword"), ("return", "name"), ("[", "mark"),
    ]  # fmt: skip
    assert roles("") == []


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("episodes", False), ("episodes where", True), ("episodes where buy_side contains Energy", False),
        ("episodes show a,", True), ("stocks where return[year = 2022", True), ("episodes wher x", False), ("", True),
        ("path from A", True), ("path from A to B", False), ("episodes where (a = 1", True), ("episodes -- no", False),
    ],
)  # fmt: skip
def test_a_query_is_unfinished_where_it_cannot_end(text: str, open_: bool) -> None:
    assert is_unfinished(text) is open_


def test_completion_and_keys_on_a_terminal(vault: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    prompting = pytest.importorskip("rotgraph.cli.prompting", reason="prompt_toolkit is not installed")
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document
    from prompt_toolkit.input import create_pipe_input
    from prompt_toolkit.output import DummyOutput

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    graph = compile_vault(vault)
    completer = prompting.QueryCompleter(lambda: graph)

    def offered(text: str) -> list[str]:
        return [each.text for each in completer.get_completions(Document(text), CompleteEvent(completion_requested=True))]

    assert offered("epis") == ["episodes"]
    assert offered("episodes where buy_s")[0] == "buy_side"
    assert "Energy" in offered("episodes where buy_side contains E")
    assert offered("\\ex") == ["explain"]
    assert offered("\\explain epis") == ["episodes"]
    assert offered("\\format js") == ["json", "jsonl"]
    assert "episodes" in offered("\\fields e")
    assert "Energy" in offered("\\show Ene")
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("episodes where\rbuy_side contains Energy\r\\help\rcount\x1b\repisodes\r\x04")
        assert list(prompting.prompts(lambda: graph)) == ["episodes where\nbuy_side contains Energy", "\\help", "count\nepisodes"]
    history = tmp_path / "state" / "rotgraph" / "history"
    assert "+buy_side contains Energy" in history.read_text(encoding="utf-8")
    assert history.stat().st_mode & 0o077 == 0
