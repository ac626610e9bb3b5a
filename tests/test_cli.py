"""The command line: what is printed where, and with which exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rotgraph.cli import main
from rotgraph.cli.commands import COMMANDS
from rotgraph.cli.question import Question, plain_question
from rotgraph.version import VERSION

ROOT = Path(__file__).parents[1]
ENERGY = "episodes where buy_side contains Energy"


@pytest.fixture(autouse=True)
def hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """`main` sets the hook of uncaught errors; a test must not keep it."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    rows = "| [[Deere]] | +10% | Orders |\n| [[Adobe]] | -6% | =SUM(A1) |\n"
    (tmp_path / "Moves.md").write_text(f"# Moves\n\n| Stock | Move | Catalyst |\n|---|---|---|\n{rows}", encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The example vault, where no other run has left a compiled graph."""
    copy = tmp_path_factory.mktemp("example") / "vault"
    shutil.copytree(ROOT / "examples" / "vault", copy, ignore=shutil.ignore_patterns(".rotgraph"))
    return str(copy)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, its output into pipes."""
    return process([sys.executable, "-m", "rotgraph", *arguments], **environment)


def process(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    made = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment}
    return subprocess.run(command, cwd=ROOT, env=made, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_query_prints_a_table(capsys: pytest.CaptureFixture[str], example: str) -> None:
    assert main(["query", f"{ENERGY} show period, rotation", "--vault", example]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0].split() == ["period", "rotation"]
    assert "Software → Energy" in out
    assert "\x1b" not in out
    assert err == ""


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "tsv", "md", "html", "ids"])
def test_every_format_is_written(form: str, vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "moves", "--vault", str(vault), "--format", form]) == 0
    assert "eere" in capsys.readouterr().out


def test_csv_escapes_formulas_unless_raw(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["query", "moves show about, value, catalyst", "--vault", str(vault), "--format", "csv"]
    assert main(ask) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[1:] == [["Deere", "+10%", "Orders"], ["Adobe", "-6%", "'=SUM(A1)"]]
    assert main([*ask, "--raw"]) == 0
    assert "Adobe,-6%,=SUM(A1)\n" in capsys.readouterr().out


def test_json_carries_evidence(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "moves where value > 0%", "--vault", str(vault), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["query"], found["row_count"]) == ("moves where value > 0%", 1)
    assert found["rows"][0]["evidence"][0]["note"] == "Moves.md"
    assert found["rows"][0]["evidence"][0]["line"] == 5


def test_parameters_are_typed_and_never_spliced(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["query", "moves where value > $least show about", "--vault", str(vault), "--format", "csv"]
    assert main([*ask, "--param", "least=5%"]) == 0
    assert capsys.readouterr().out == "about\nDeere\n"
    assert main([*ask, "--param", "least=5% or value < 0%"]) == 1
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize(
    ("query", "said", "pointed", "meant"),
    [
        ("episodes where buyside contains Energy", "buyside", "buyside", "buy_side"),
        ("episodes where buy_side contains Enrgy", "Enrgy", "Enrgy", "Energy"),
        ("episodes where duration > 25%", "length of time", "25%", "1 year"),
        ("epsodes", "epsodes", "epsodes", "episodes"),
    ],
)
def test_a_wrong_query_is_one_message_with_a_caret(
    query: str, said: str, pointed: str, meant: str, capsys: pytest.CaptureFixture[str], example: str
) -> None:
    assert main(["query", query, "--vault", example]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert lines[0].startswith("error: ")
    assert said in lines[0]
    assert lines[1] == f"  | {query}"
    assert lines[2] == f"  | {' ' * query.index(pointed)}{'^' * len(pointed)}"
    assert meant in err
    assert err.count("error") == 1


def test_no_rows_is_no_fault_and_is_explained(capsys: pytest.CaptureFixture[str], example: str) -> None:
    assert main(["query", f"{ENERGY} and duration > 20 years", "--vault", example, "--format", "csv"]) == 0
    out, err = capsys.readouterr()
    assert out == "rotation,period\n"
    assert err.startswith("note: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["query"], ["query", "episodes", "--format", "xlsx"], ["query", "episodes", "--vault", "no such folder"], ["nonsense"],
        ["query", "episodes", "--param", "x"], ["rule", "RG999"], ["check", "--select", "XX"], ["schema", "show", "nonsense"],
    ],
)  # fmt: skip
def test_wrong_usage_has_a_status_of_its_own(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_empty_vault_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", str(tmp_path)]) == 0
    assert main(["query", "episodes", "--vault", str(tmp_path), "--format", "csv"]) == 0
    assert main(["check", str(tmp_path)]) == 0
    assert "rotation,period\n" in capsys.readouterr().out


def test_a_broken_note_is_reported_and_stops_nothing(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = b"---\naliases: [a, @b]\n---\n# Bad \xff\n[[Nowhere \x1b]0;pwned\x07]]\n| a |\n|--|--|\n| =1 |\n"
    (vault / "Bad.md").write_bytes(bad)
    (vault / "Empty.md").write_bytes(b"")
    assert main(["query", "moves where value > 0% show about", "--vault", str(vault), "--format", "csv"]) == 0
    assert capsys.readouterr().out == "about\nDeere\n"
    status = main(["check", str(vault)])
    out, err = capsys.readouterr()
    assert "Bad.md:" in out
    assert "\x1b" not in out
    assert status in (0, 1)
    assert err.strip()


def test_check_in_three_forms(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (vault / "Link.md").write_text("See [[Nowhere]].\n", encoding="utf-8")
    assert main(["check", str(vault), "--select", "RG201"]) == 0
    text = capsys.readouterr().out
    assert "Link.md:1:5: RG201 warning: " in text
    assert " 1 | See [[Nowhere]].\n   |     ^^^^^^^^^^^\n" in text
    assert main(["check", str(vault), "--select", "RG201", "--strict"]) == 1
    capsys.readouterr()
    assert main(["check", str(vault), "--format", "json", "--select", "RG2", "--ignore", "RG201"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["check", str(vault), "--format", "sarif"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == "2.1.0"


def test_a_wrong_schema_names_its_line(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (vault / "rotgraph.toml").write_text('base = "https://example.org/x/"\n\n[class.call]\nplurl = "calls"\n', encoding="utf-8")
    assert main(["schema", "validate", "--vault", str(vault)]) == 1
    assert "rotgraph.toml:4" in capsys.readouterr().err
    assert main(["query", "moves", "--vault", str(vault)]) == 1


def test_the_vault_is_the_nearest_folder_that_looks_like_one(
    vault: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (vault / ".obsidian").mkdir()
    (vault / "Deep" / "Deeper").mkdir(parents=True)
    monkeypatch.chdir(vault / "Deep" / "Deeper")
    assert main(["query", "count moves", "--format", "csv"]) == 0
    assert capsys.readouterr().out == "count\n2\n"


def test_looking_at_what_there_is(capsys: pytest.CaptureFixture[str], example: str) -> None:
    assert main(["fields", "--vault", example]) == 0
    assert "episodes" in capsys.readouterr().out
    assert main(["fields", "episode", "--vault", example, "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"buy_side", "period", "mentioned_in"} <= {each["name"] for each in found}
    assert main(["fields", "epsode", "--vault", example]) == 1
    assert "did you mean `episode`" in capsys.readouterr().err
    assert main(["show", "Exxon", "--vault", example]) == 0
    assert "Firms/Exxon.md" in capsys.readouterr().out
    assert main(["show", "[[XOM]]", "--vault", example]) == 0
    assert "holding^" in capsys.readouterr().out
    assert main(["show", "Exon", "--vault", example]) == 1
    assert "`Exxon`" in capsys.readouterr().err
    assert main(["path", "NVIDIA", "Energy", "--vault", example]) == 0
    assert "Semiconductors" in capsys.readouterr().out
    assert main(["explain", ENERGY, "--vault", example]) == 0
    assert "id/energy" in capsys.readouterr().out
    assert main(["rule"]) == 0
    assert "RG601" in capsys.readouterr().out
    assert main(["schema", "infer", "--vault", example]) == 0
    assert "[class.limit]" in capsys.readouterr().out
    assert main(["check", example, "--tables"]) == 0
    assert "matrix of cases" in capsys.readouterr().out
    assert main(["schema", "show", "episode"]) == 0
    assert "[class.episode.fields]" in capsys.readouterr().out


def test_export_to_a_file_and_to_the_output(tmp_path: Path, capsys: pytest.CaptureFixture[str], example: str) -> None:
    assert main(["export", "--vault", example]) == 0
    text = capsys.readouterr().out
    assert main(["export", "--vault", example, "--out", str(tmp_path / "a.ttl")]) == 0
    assert (tmp_path / "a.ttl").read_text(encoding="utf-8") == text
    assert main(["export", "--vault", example, "--out", str(tmp_path / "no" / "a.ttl")]) == 1
    assert main(["export", "--vault", example, "--out", str(tmp_path / "a.xlsx")]) == 2
    assert main(["export", "--vault", example, "--format", "csvw"]) == 2
    assert main(["export", "--vault", example, "--format", "csvw", "--out", str(tmp_path / "tables")]) == 0
    assert main(["export", "--vault", example, "--bundle", str(tmp_path / "bundle")]) == 0
    assert len(list((tmp_path / "bundle").iterdir())) > 4
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS), ["schema", "show"], ["schema", "validate"]])
def test_help_has_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    assert "Example" in capsys.readouterr().out


def test_what_was_written_before_an_error_is_not_lost() -> None:
    """The program ends without taking anything down: what still waits to be written is written first."""
    script = """
import sys
import rotgraph.cli as cli
import rotgraph.cli.commands
from rotgraph.errors import VaultError
def failing(**_):
    sys.stdout.write("half an answer\\n")
    raise VaultError("gone")
cli.commands.app.main = failing
cli.run()
"""
    done = process([sys.executable, "-c", script], PYTHONUNBUFFERED="")
    assert (done.returncode, done.stdout) == (1, "half an answer\n")
    assert "gone" in done.stderr


def completed(vault: str, words: str, count: int) -> list[str]:
    made = {"_ROTGRAPH_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(count)}
    script = f"import os; os.chdir({vault!r}); from rotgraph.cli import main; raise SystemExit(main())"
    lines = process([sys.executable, "-c", script], **made).stdout.splitlines()
    return [line.partition(",")[2] for line in lines if line]  # click prints an empty line where there is nothing to offer


def test_the_shell_completes_classes_names_queries_and_codes(vault: Path, example: str) -> None:
    assert completed(example, "rotgraph fields epi", 2) == ["episodes"]
    assert completed(example, "rotgraph show Exx", 2) == ["Exxon"]
    assert "episodes where buy_side" in completed(example, "rotgraph query 'episodes where buy_s", 2)
    assert "RG601" in completed(example, "rotgraph rule rg60", 2)
    assert completed(example, f"rotgraph show --vault {vault} De", 4) == ["Deere"]
    (vault / "rotgraph.toml").write_text("nonsense = 1\n", encoding="utf-8")
    assert completed(example, f"rotgraph show --vault {vault} De", 4) == [], "a vault that cannot be read completes nothing"


def test_a_vault_can_be_read_without_a_trace_and_asked_without_its_notes(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(vault.rglob("*"))
    assert main(["query", "count moves", "--vault", str(vault), "--no-cache", "--format", "csv"]) == 0
    assert main(["check", str(vault), "--no-cache"]) == 0
    assert sorted(vault.rglob("*")) == before
    assert main(["compile", str(vault)]) == 0
    (vault / "Moves.md").unlink()
    capsys.readouterr()
    assert main(["query", "count moves", "--graph", str(vault / ".rotgraph"), "--format", "csv"]) == 0
    assert capsys.readouterr().out == "count\n2\n"
    assert main(["query", "count moves", "--graph", str(ROOT)]) == 1


def test_the_version() -> None:
    assert run("--version").stdout == f"rotgraph {VERSION}\n"


def test_a_reader_that_leaves_is_no_fault(example: str) -> None:
    command = f'"{sys.executable}" -m rotgraph export --vault "{example}" | head -1; exit "${{PIPESTATUS[0]}}"'
    found = process(["bash", "-c", command])
    assert (found.returncode, found.stderr) == (0, "")
    assert len(found.stdout.splitlines()) == 1


def test_a_locale_without_letters_changes_nothing(example: str) -> None:
    found = run("query", ENERGY, "--vault", example, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert "Software → Energy" in found.stdout


def test_columns_say_how_wide_a_table_is(example: str) -> None:
    wide = run("query", "events where date during 2026", "--vault", example).stdout.splitlines()
    narrow = run("query", "events where date during 2026", "--vault", example, COLUMNS="50").stdout.splitlines()
    assert max(map(len, narrow)) <= 50 < max(map(len, wide))


PLAIN = [
    ["episodes"], ["episodes", "--format", "csv"], ["--format", "json", "episodes", "--raw"], ["", "--vault", "src"],
    ["moves where value > $x", "--param", "x=5%", "--param", " $y = a=b ", "--vault", "src", "--format", "table"],
    ["episodes", "--raw", "--raw"],
]  # fmt: skip
OF_CLICK = [
    [], ["--help"], ["a", "-h"], ["a", "b"], ["--", "a"], ["a", "--format=csv"], ["a", "--format", "xlsx"], ["a", "--format"],
    ["a", "--vault", "no such folder"], ["a", "--vault", "README.md"], ["a", "--vault", ""], ["a", "--vault", "-"],
    ["a", "--vault", "src", "--vault", "tests"], ["a", "--param", "x"], ["a", "--param", "=1"], ["a", "--strict"],
    ["a", "--max-rows", "1"], ["a", "--no-cache"], ["a", "--form", "csv"], ["a", "--format", "--raw"], ["-1"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", PLAIN)
def test_what_is_plain_is_read_as_click_reads_it(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    heard: list[Question] = []
    monkeypatch.setattr("rotgraph.cli.asking.answer", lambda asked: heard.append(asked) or 0)
    monkeypatch.setattr("rotgraph.cli.plain_question", lambda _: None)
    assert main(["query", *arguments]) == 0
    assert heard == [plain_question(["query", *arguments])]


@pytest.mark.parametrize("arguments", [*([["query", *each] for each in OF_CLICK]), [], ["--help"], ["explain", "a"], ["quer", "a"]])
def test_what_is_not_plain_is_left_to_click(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert plain_question(arguments) is None


def test_what_a_shell_completes_is_left_to_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_ROTGRAPH_COMPLETE", "bash_complete")
    assert plain_question(["query", "episodes"]) is None


def test_a_plain_query_needs_no_click(vault: Path) -> None:
    script = "import sys; from rotgraph.cli import main; main(sys.argv[1:]); raise SystemExit('click' in sys.modules)"
    done = process([sys.executable, "-c", script, "query", "moves", "--vault", str(vault)])
    assert (done.returncode, done.stderr) == (0, "")


def test_our_own_fault_has_a_status_of_its_own() -> None:
    script = "import rotgraph.cli as c, rotgraph.cli.rules as r; r.rule_page = lambda code: 1 / 0; c.main(['rule', 'RG601'])"
    found = process([sys.executable, "-c", script])
    assert found.returncode == 70
    assert "Please report" in found.stderr


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a terminal of 60 columns is sent."""
    import fcntl
    import pty
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    made = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TERM": "xterm", "LANG": "C.UTF-8", **environment}
    for name in ("COLUMNS", "NO_COLOR"):
        if name not in environment:
            made.pop(name, None)
    command = [sys.executable, "-m", "rotgraph", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=made, stdin=follower, stdout=follower, stderr=follower) as process:
        os.close(follower)
        sent = b""
        while True:
            try:
                chunk = os.read(leader, 65536)
            except OSError:  # how Linux says that the other side has closed
                break
            if not chunk:
                break
            sent += chunk
        process.wait()
    os.close(leader)
    return sent.decode("utf-8").replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal as POSIX has it")
def test_a_terminal_gets_colour_and_folded_text_and_no_escapes_of_a_note(vault: Path) -> None:
    (vault / "Hostile.md").write_text(
        "| Driver | Detail |\n|---|---|\n| A | word \x1b]0;pwned\x07 and many more words, so that they fold on a narrow screen |\n",
        encoding="utf-8",
    )
    ask = ("query", "drivers show name, detail", "--vault", str(vault))
    shown = on_a_terminal(*ask)
    assert "\x1b[1mname" in shown
    assert "\x1b]" not in shown
    assert "\x07" not in shown
    assert max(len(line) for line in shown.split("\n") if "\x1b" not in line) <= 60
    assert "\x1b" not in on_a_terminal(*ask, NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(*ask, "--format", "csv")
    assert "\x1b[1;31merror" in on_a_terminal("query", "drivrs", "--vault", str(vault))


def test_limits_are_kept(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["query", "moves", "--vault", str(vault)]
    assert main([*ask, "--max-rows", "1"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "error: the query makes 2 rows, more than the limit of 1", "  | moves", "  | ^^^^^",
        "  help: narrow it, write `moves limit 1`, or raise the row limit",
    ]  # fmt: skip
    assert main([*ask, "--max-seconds", "0.0000001"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "error: the query took longer than 1e-07 s", "  | moves", "  | ^^^^^", "  help: narrow it, or raise the time limit",
    ]  # fmt: skip
    assert main([*ask, "--max-rows", "2", "--max-seconds", "600"]) == 0
    assert main(["query", "count moves per about limit 1", *ask[2:], "--max-rows", "1"]) == 0  # rows below the limit alone


def test_explain_before_a_query_explains_it(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for query in ("explain moves where value > 1%", "  -- what is it?\nExplain  moves where value > 1%"):
        assert main(["query", query, "--vault", str(vault)]) == 0
        said = capsys.readouterr().out
        assert "The moves, of which value is above 1%." in said
        assert "\nsparql\n" in said


@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name == "nt", reason="signals as POSIX has them")
@pytest.mark.parametrize("where", ["notes", "store"])
def test_ctrl_c_ends_a_long_query(where: str, vault: Path, tmp_path: Path) -> None:
    """130, wherever the query is: here it never ends by itself."""
    script = tmp_path / "long.py"
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell in the background has it ignored
    script.write_text(heard + _LONG[where], encoding="utf-8")
    made = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, str(script), str(vault)]
    with subprocess.Popen(command, env=made, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "asking\n"
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert err.strip() == "interrupted"


_LONG = {
    "notes": """
import sys
from rotgraph.cli import main
import rotgraph.native.evaluate as engine
once = engine._OPERATORS[engine.Bgp]
def forever(plan, run):
    print("asking", flush=True)
    while True:
        once(plan, run)
engine._OPERATORS[engine.Bgp] = forever
sys.exit(main(["query", "moves", "--vault", sys.argv[1], "--no-cache"]))
""",
    "store": """
import sys
import click
from rotgraph.cli import main
from rotgraph.cli.commands import COMMANDS, app
import pyoxigraph as ox
from rotgraph.sparql.store import Embedded
@app.command("long")
def long():
    store = ox.Store()
    store.extend(ox.Quad(ox.NamedNode(f"a:{n}"), ox.NamedNode("a:p"), ox.Literal(str(n))) for n in range(2000))
    print("asking", flush=True)
    list(Embedded(store, "memory").select("SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z . FILTER(?x != ?z) }"))
COMMANDS["long"] = "__main__"
sys.exit(main(["long"]))
""",
}


@pytest.mark.parametrize(
    ("package", "extra", "command"),
    [
        ("httpx", "stores", ["push", "http://127.0.0.1:9"]),
        ("matplotlib", "plot", ["plot", "moves", "--out", "moves.svg"]),
        ("watchfiles", "watch", ["watch"]),
        ("pyshacl", "shacl", ["validate"]),
    ],
)
def test_what_an_extra_brings_is_said_where_it_is_missing(
    package: str, extra: str, command: list[str], vault: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.chdir(vault)
    assert main(command) == 1
    assert capsys.readouterr().err.endswith(f"needs {package}, which is not installed: pip install 'rotgraph[{extra}]'\n")


def test_a_file_that_cannot_be_written_is_named_as_it_was_asked_for(
    vault: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(vault)
    for command in ("export", "explore"):
        assert main([command, "--out", "nowhere/notes.ttl"]) == 1
        assert capsys.readouterr().err.splitlines()[-1] == "error: No such file or directory: nowhere/notes.ttl"
    assert main(["export", "--out", "notes.foo"]) == 2
    assert "turtle, trig" in capsys.readouterr().err


def test_a_wrong_address_is_told_before_the_notes_are_read(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["push", "localhost", "--vault", str(vault)]) == 1
    assert capsys.readouterr().err.startswith("error: localhost: a store has an http or https URL")
    assert not (vault / ".rotgraph").exists()


def test_a_profile_of_a_command_is_printed() -> None:
    done = process([sys.executable, "-m", "cProfile", "-m", "rotgraph", "rule", "RG201"])
    assert done.returncode == 0
    assert "unresolved-link" in done.stdout
    assert "function calls" in done.stdout
