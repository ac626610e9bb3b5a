"""Every block of the README and of the tour runs, as a reader would run it, and gives what it shows.

``pytest tests/test_readme.py --update`` writes what was found.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import rotgraph
from casebook import Block, read_blocks, rewrite
from rotgraph.cli.commands import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "examples/tour.md")
KINDS = {
    "console": "run, and compared with what it shows",
    "python": "run, and compared with what it shows",
    "sh": "the two commands: compared with .ci/run and run by it",
    "toml": "read as a schema",
    "markdown": "read as a note",
    "text": "read as queries",
}
"""Every kind of block that a page may hold, and what is done about it."""


def _blocks(page: str, kind: str) -> tuple[Block, ...]:
    return tuple(block for block in read_blocks(ROOT / page) if block.kind == kind)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the examples in it, where a reader may write, and the command on the path."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns(".rotgraph"))
    (folder / "bin").mkdir()
    command = folder / "bin" / "rotgraph"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rotgraph "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="the pages show a POSIX shell")
@pytest.mark.parametrize("page", PAGES)
def test_commands_give_what_a_page_shows(page: str, desk: Path, request: pytest.FixtureRequest) -> None:
    """In the order of the page: what one command writes, a later one may read."""
    places = [desk]
    found = {block.index: _console(block.text, places) for block in _blocks(page, "console")}
    if request.config.getoption("--update"):
        told = {block.index: block.text for block in _blocks(page, "console")}
        rewrite(ROOT / page, {index: text for index, text in found.items() if _countless(text) != _countless(told[index])})
        return
    for block in _blocks(page, "console"):
        assert _countless(found[block.index]) == _countless(block.text), f"{page}:{block.line}"
    assert len(found) > 3


def _console(text: str, places: list[Path]) -> str:
    """The commands of a block, each with what the terminal shows of it. ``places``: where the reader has been, here last."""
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "110", "LC_ALL": "C.UTF-8",
        "PATH": f"{places[0] / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    shown = []
    for command in re.findall(r"^\$ (.+(?:\\\n.+)*)", text, re.MULTILINE):
        if command.startswith("cd "):
            places.append(places[-1] / command.removeprefix("cd "))
            shown.append(f"$ {command}")
            continue
        ran = subprocess.run(
            ["bash", "-c", command], cwd=places[-1], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        shown.append(f"$ {command}\n{_timeless(ran.stdout)}".rstrip("\n"))
    return "\n".join(shown)


def _timeless(text: str) -> str:
    """Seconds and milliseconds are no part of an answer, nor is how far they are pushed to the right."""
    return re.sub(r" +[\d,]+(?:\.\d+)? (m?s)\b", r" … \1", text)


def _countless(text: str) -> str:
    """How many things, facts and triples the example comes to changes with every finer reading of it, and nobody reads it there."""
    return re.sub(r"^(things|records|facts|diagnostics) +[\d,]+|\b[\d,]+ (triples|facts)\b", r"\1\2", text, flags=re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_gives_what_it_shows(
    page: str, desk: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in ("pandas", "matplotlib"):
        pytest.importorskip(library)
    monkeypatch.chdir(desk)
    monkeypatch.setenv("COLUMNS", "110")
    blocks = _blocks(page, "python")
    names: dict[str, object] = {}
    found = {block.index: _session(block.text, names) for block in blocks}
    if request.config.getoption("--update"):
        rewrite(ROOT / page, found)
    else:
        assert [found[block.index] for block in blocks] == [block.text for block in blocks]
    assert len(blocks) >= 1


def _session(text: str, names: dict[str, object]) -> str:
    """What an interpreter shows for the examples of a block."""
    lines = []
    for example in doctest.DocTestParser().get_examples(text + "\n"):
        screen = io.StringIO()
        with contextlib.redirect_stdout(screen):
            try:
                exec(compile(example.source, "README.md", "single"), names)
            except rotgraph.RotgraphError as error:
                print(f"Traceback (most recent call last):\n    ...\n{type(error).__module__}.{type(error).__name__}: {error}")
        first, *more = example.source.rstrip("\n").split("\n")
        lines += [f">>> {first}", *(f"... {line}".rstrip() for line in more), *_timeless(screen.getvalue()).splitlines()]
    return "\n".join(lines)


@pytest.mark.parametrize("page", PAGES)
def test_no_block_of_a_page_is_left_unread(page: str) -> None:
    for block in read_blocks(ROOT / page):
        assert block.kind in KINDS, f"{page}:{block.line}: nothing runs a block of kind {block.kind!r}"
    graph = rotgraph.compile(ROOT / "examples" / "vault")
    for block in _blocks(page, "text"):
        asked = [line.partition(" -- ")[0] for line in block.text.split("\n") if line.strip()]
        for query in asked:
            graph.query(query.strip(), **_examples_of(query))
    for block in _blocks(page, "toml"):
        rotgraph.compile({"rotgraph.toml": block.text})
    for block in _blocks(page, "markdown"):
        read = rotgraph.compile({"Note.md": block.text + "\n"})
        assert not [each for each in read.diagnostics if each.severity.value == "error"]
        assert len(read.records)


def _examples_of(query: str) -> dict[str, str]:
    return dict.fromkeys(re.findall(r"\$(\w+)", query), "25%")


def test_the_note_of_the_first_screen_is_in_the_vault() -> None:
    (block,) = _blocks("README.md", "markdown")
    note = (ROOT / "examples" / "vault" / "Sector rotation.md").read_text(encoding="utf-8")
    assert all(line in note.replace("[[Agents week\\|Agents week]]", "[[Agents week]]") for line in block.text.split("\n"))


def test_there_are_two_commands_that_set_everything_up() -> None:
    lines = [line for block in _blocks("README.md", "sh") for line in block.text.split("\n")]
    assert len(lines) == 2
    assert all(line.startswith("python3 -m venv .venv && ") for line in lines)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert lines[1] == next(line for line in readme.split("\n") if "pytest" in line)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_command_is_shown_and_run() -> None:
    """In a console block of the README or the tour: what is only spoken of may be wrong."""
    shown = "\n".join(block.text for page in PAGES for block in _blocks(page, "console"))
    run = set(re.findall(r"^\$ (?:\w+=\S+ )*(?:.*\| )?rotgraph (\w+)", shown, re.MULTILINE))
    endless = {"repl", "watch"}
    """They end when their user says so; they are tried in tests of their own."""
    assert set(COMMANDS) - endless <= run
