"""Notes read by several processes: the same answer, whoever does what, and whoever dies."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rotgraph.disk import crew
from rotgraph.disk.crew import extract_all
from rotgraph.disk.progress import ProgressLine
from rotgraph.disk.worker import Packed
from rotgraph.model.schema_file import builtin_schema
from rotgraph.source import Source
from small_vault import NOTES

SOURCES = tuple(Source(f"{number}/{path}", text.encode()) for number in range(4) for path, text in NOTES.items())


@pytest.fixture
def alone() -> list[Packed]:
    return list(extract_all(SOURCES, builtin_schema(), lambda done, total: None, 1))


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "FEW", 1)
    monkeypatch.setattr(crew, "_CHUNK", 3)


def test_two_processes_say_what_one_says(alone: list[Packed]) -> None:
    told: list[tuple[int, int]] = []
    assert list(extract_all(SOURCES, builtin_schema(), lambda *each: told.append(each), 2)) == alone
    assert told[-1] == (len(SOURCES), len(SOURCES))


@pytest.mark.parametrize("command", ["raise SystemExit", "import sys; sys.stdout.write('x' * 99)"])
def test_a_worker_that_dies_or_raves_changes_nothing(alone: list[Packed], command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(crew, "_start", start)
    assert list(extract_all(SOURCES, builtin_schema(), lambda done, total: None, 2)) == alone


def test_a_few_notes_need_no_process(alone: list[Packed], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "FEW", len(SOURCES) + 1)
    monkeypatch.setattr(crew, "_start", lambda: pytest.fail("a process was started"))
    assert list(extract_all(SOURCES, builtin_schema(), lambda done, total: None, 2)) == alone


def test_progress_is_for_terminals(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotgraph.disk.progress._EVERY", 0)
    with ProgressLine("reading") as line:
        line(1, 2)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with ProgressLine("reading") as line:
        line(1, 2000)
    assert capsys.readouterr().err == "\r\x1b[Kreading 1 of 2,000\r\x1b[K"
