"""The grammar is found in a wheel, in an editable install and in a bare checkout; nothing that is needed is left out of a wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIND = """
import site, sys
site.addsitedir(sys.argv[1])
from rotgraph.grammar import grammar_path
print(grammar_path("query.lark"))
"""


def _found(folder: Path) -> Path:
    """Where a fresh interpreter with that folder, and nothing else of this environment, finds the grammar."""
    found = subprocess.run([sys.executable, "-I", "-S", "-c", FIND, str(folder)], capture_output=True, text=True, check=True)
    return Path(found.stdout.strip())


def _build(kind: str, out: Path) -> Path:
    """A wheel, built where nothing but a copy of the sources is."""
    copy = out / "checkout"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "dist", "build"))
    script = f"import hatchling.build as build; print(build.build_{kind}({str(out)!r}))"
    made = subprocess.run([sys.executable, "-c", script], cwd=copy, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return out / made.stdout.strip().splitlines()[-1]


def test_a_bare_checkout_has_the_grammar() -> None:
    assert _found(ROOT / "src") == ROOT / "grammar" / "query.lark"


@pytest.mark.slow
def test_a_wheel_has_the_grammar_and_everything_else(tmp_path: Path) -> None:
    wheel = _build("wheel", tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    sources = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src" / "rotgraph").rglob("*") if path.is_file()}
    assert {name for name in sources if "/." not in name and "__pycache__" not in name} <= names
    assert _found(tmp_path / "site") == tmp_path / "site" / "rotgraph" / "_grammar" / "query.lark"
    script = "import sys; from rotgraph.cli import main; sys.exit(main(sys.argv[1:]))"
    asked = subprocess.run(
        [sys.executable, "-c", script, "query", "count episodes", "--vault", str(ROOT / "examples" / "vault"), "--format", "csv"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert asked.stdout == "count\n9\n", asked.stderr


@pytest.mark.slow
def test_an_editable_install_has_the_grammar(tmp_path: Path) -> None:
    wheel = _build("editable", tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    assert _found(tmp_path / "site") == tmp_path / "checkout" / "grammar" / "query.lark"


NOTES = {
    "Rates.md": """# Rates

| Meeting | Decision | Vote |
|---|---|---|
| Mar 2031 | -25bp | 7 of 9 |
| May 2031 | +50bp | 9 of 9 |
""",
    "Banks/Alder.md": """---
type: firm
ticker: ALD
sector: Banks
---
# Alder

Lends at floating rates, see [[Rates]].

| Year | Loans | Net margin |
|---|---|---|
| 2029 | $40–50B | 2.1% |
| 2030 | ~$55B | 2.4% |
""",
    "Banks/Birch.md": "---\ntype: firm\nticker: BRC\nsector: Banks\n---\n# Birch\n\nAs [[Alder]], and smaller.\n",
}
FIRST_HOUR = """
import rotgraph
graph = rotgraph.compile("notes")
frame = graph.query("meetings show meeting, decision").to_pandas()
assert frame["decision"].tolist() == [-25.0, 50.0], frame
assert str(frame["meeting"].dtype).startswith("datetime64"), frame.dtypes
assert frame["decision_text"].tolist() == ["-25bp", "+50bp"]
graph.query("meetings show meeting, decision").plot().save("decisions.png")
graph.export("notes.ttl")
graph.query("meetings").to_csv("meetings.csv")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a venv as POSIX lays it out")
def test_the_path_of_a_new_user(tmp_path: Path) -> None:
    """A fresh environment, notes of one's own, one wrong query, one right, a DataFrame, a picture, an export."""
    wheel = _build("wheel", tmp_path)
    here = tmp_path / "venv" / "bin"
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "COLUMNS")}

    def ran(*command: object, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            list(map(str, command)), cwd=tmp_path, env=clean, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == status, f"{command}: {done.stdout}{done.stderr}"
        return done

    ran(sys.executable, "-m", "venv", "venv")
    install = [here / "python", "-m", "pip", "install", "-q", "--no-compile", f"{wheel}[pandas,plot]"]
    made = subprocess.run(list(map(str, install)), cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
    if made.returncode and "No matching distribution" in made.stderr and "connect" in made.stderr.lower():
        pytest.skip(f"no package registry can be reached: {made.stderr[-200:]}")
    assert made.returncode == 0, made.stderr

    for name, text in NOTES.items():
        (tmp_path / "notes" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "notes" / name).write_text(text, encoding="utf-8")
    command = here / "rotgraph"
    assert "notes                3" in ran(command, "compile", "notes").stdout
    assert "meetings" in ran(command, "fields", "--vault", "notes").stdout

    wrong = ran(command, "query", "meetings where decison > 0bp", "--vault", "notes", status=1)
    assert wrong.stdout == ""
    assert wrong.stderr.splitlines()[2:] == ["  |                ^^^^^^^", "  help: did you mean `decision`?"]
    right = ran(command, "query", "meetings where decision > 0bp show meeting, decision, note, line", "--vault", "notes")
    assert right.stdout.splitlines()[2].split() == ["May", "2031", "+50bp", "Rates", "6"]

    ran(here / "python", "-W", "error", "-c", FIRST_HOUR)
    assert (tmp_path / "decisions.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "meetings.csv").read_text(encoding="utf-8").splitlines()[1].startswith("Mar 2031")
    assert ran(command, "query", "count meetings", "--graph", "notes.ttl", "--format", "csv").stdout == "count\n2\n"
    assert sorted(path.name for path in (tmp_path / "notes").iterdir()) == [".rotgraph", "Banks", "Rates.md"]
    assert (tmp_path / "notes" / ".rotgraph" / ".gitignore").read_text(encoding="utf-8").strip().endswith("*")
