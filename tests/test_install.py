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
