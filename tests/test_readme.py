"""Every block of the README runs and gives what it shows.

``pytest tests/test_readme.py --update`` writes what was found.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import shlex
from pathlib import Path

import pytest

import rotgraph
from casebook import Block, read_blocks, rewrite
from rotgraph.cli import main

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def _consoles() -> tuple[Block, ...]:
    return tuple(block for block in read_blocks(README) if block.kind == "console")


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """The vault compiled once: that an older version's graph is not used is said on the screen, and is no part of an answer."""
    rotgraph.compile(ROOT / "examples" / "vault")


@pytest.mark.parametrize("block", _consoles(), ids=lambda block: f"README.md:{block.line}")
def test_a_command_gives_what_the_readme_shows(
    block: Block, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.setattr("sys.excepthook", None)
    command = block.text.split("\n")[0]
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "rotgraph"
    screen = io.StringIO()
    with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
        main(words[1:])
    found = f"{command}\n{screen.getvalue()}".rstrip("\n")
    if request.config.getoption("--update"):
        rewrite(README, {block.index: found})
    else:
        assert found == block.text


def test_the_python_of_the_readme_gives_what_it_shows(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("pandas")
    (tmp_path / "examples").symlink_to(ROOT / "examples")  # what it writes stays out of the repository
    monkeypatch.chdir(tmp_path)
    blocks = [block for block in read_blocks(README) if block.kind == "python"]
    names: dict[str, object] = {}
    found = {block.index: _session(block.text, names) for block in blocks}
    if request.config.getoption("--update"):
        rewrite(README, found)
    else:
        assert [found[block.index] for block in blocks] == [block.text for block in blocks]
    assert len(blocks) >= 2


def _session(text: str, names: dict[str, object]) -> str:
    """What an interpreter shows for the examples of a block."""
    lines = []
    for example in doctest.DocTestParser().get_examples(text + "\n"):
        screen = io.StringIO()
        with contextlib.redirect_stdout(screen):
            exec(compile(example.source, "README.md", "single"), names)
        first, *more = example.source.rstrip("\n").split("\n")
        lines += [f">>> {first}", *(f"... {line}".rstrip() for line in more), *screen.getvalue().splitlines()]
    return "\n".join(lines)


def test_there_are_two_commands_that_set_everything_up() -> None:
    lines = [line for block in read_blocks(README) if block.kind == "sh" for line in block.text.split("\n")]
    assert len(lines) == 2
    assert all(line.startswith("python3 -m venv .venv && ") for line in lines)
    assert lines[1] == next(line for line in README.read_text(encoding="utf-8").split("\n") if "pytest" in line)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
