"""Notes read by several processes: the same answer, whoever does what, and whoever dies."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from rotgraph.disk import crew
from rotgraph.disk.crew import Crew, Progress
from rotgraph.disk.packed import decode_names
from rotgraph.disk.progress import ProgressLine
from rotgraph.model.schema import fold
from rotgraph.model.schema_file import builtin_schema
from rotgraph.resolve.names import settle
from rotgraph.source import Source, natural_key
from small_vault import NOTES

SOURCES = tuple(
    sorted(
        (Source(f"{number}/{path}", text.encode()) for number in range(4) for path, text in NOTES.items()),
        key=lambda each: natural_key(each.path),
    )
)


def quiet(done: int, total: int) -> None:
    """Progress that nobody looks at."""


_Done = tuple[list[tuple[bytes, ...]], list[tuple[bytes, ...]]]


def work(processes: int, progress: Progress = quiet) -> _Done:
    """What all notes name, and what they state."""
    with Crew(builtin_schema(), progress, processes) as crew:
        told = [tuple(map(bytes, each)) for each in crew.read(SOURCES)]
        names = settle([decode_names(each) for each, _ in told], builtin_schema())
        text = {source.path: source for source in SOURCES}.__getitem__
        stated = crew.describe([source.path for source in SOURCES], names, text)
        return told, [tuple(map(bytes, each)) for each in stated]


@pytest.fixture
def alone() -> _Done:
    return work(1)


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "FEW", 1)
    monkeypatch.setattr(crew, "_CHUNK", 3)
    monkeypatch.setattr(crew, "_SMALL", 1)


def test_two_processes_say_what_one_says(alone: _Done) -> None:
    told: list[tuple[int, int]] = []
    assert work(2, lambda *each: told.append(each)) == alone
    assert told[-1] == (len(SOURCES), len(SOURCES))


def test_who_is_done_sooner_takes_what_another_has_read(alone: _Done, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process waits with its first note until the other has asked for one that it has read too."""
    asked = threading.Event()
    held, describe = crew.Reader.held, crew.Reader.describe

    def late(reader: crew.Reader, path: str, said: bytes = b"") -> tuple[bytes, bytes]:
        assert asked.wait(60)
        return describe(reader, path, said)

    def taken(reader: crew.Reader, path: str) -> bytes:
        asked.set()
        return held(reader, path)

    monkeypatch.setattr(crew.Reader, "describe", late)
    monkeypatch.setattr(crew.Reader, "held", taken)
    assert work(2) == alone


_LATER = """
import os, sys
from rotgraph.disk import worker
answered = worker.send
def send(stream, *parts):
    answered(stream, *parts)
    os._exit(1)
worker.send = send
worker.main(sys.stdin.buffer, sys.stdout.buffer)
"""
_NO_DESCRIPTION = """
import os, sys
from rotgraph.disk import worker
worker.Reader.describe = lambda self, path, said: os._exit(1)
worker.main(sys.stdin.buffer, sys.stdout.buffer)
"""


@pytest.mark.parametrize(
    "command",
    ["raise SystemExit", "import sys; sys.stdout.write('x' * 99)", _LATER, _NO_DESCRIPTION],
    ids=["gone", "raving", "gone later", "gone at last"],
)
def test_a_worker_that_dies_or_raves_changes_nothing(alone: _Done, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(crew, "_start", start)
    assert work(2) == alone


def test_a_few_notes_need_no_process(alone: _Done, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "FEW", len(SOURCES) + 1)
    monkeypatch.setattr(crew, "_start", lambda: pytest.fail("a process was started"))
    assert work(2) == alone


def test_who_is_dismissed_leaves_nothing_in_the_memory() -> None:
    fold("Something that was read")
    with Crew(builtin_schema(), quiet, 1) as hands:
        hands.dismiss()
    assert not fold.cache_info().currsize


def test_progress_is_for_terminals(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotgraph.disk.progress._EVERY", 0)
    with ProgressLine("reading") as line:
        line(1, 2)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with ProgressLine("reading") as line:
        line(1, 2000)
    assert capsys.readouterr().err == "\r\x1b[Kreading 1 of 2,000\r\x1b[K"
