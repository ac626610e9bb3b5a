"""In: nothing. Out: options of the test run. Room: tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write what was found into the expected blocks of Markdown cases")
    parser.addoption("--mutations", type=int, default=4000, help="how many mutated notes are read (a long run takes a million)")
    parser.addoption("--mutations-seed", type=int, default=1, help="the seed of the mutations")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--update"):
        if os.environ.get("CI", "").lower() not in ("", "0", "false"):
            raise pytest.UsageError("--update is refused where CI is set: expectations are changed by people")
        if config.getoption("numprocesses", None):
            raise pytest.UsageError("--update and -n write the same files: run one process")


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing around the tests says who somebody is on a server, or sends this machine through a proxy."""
    for name in ("ROTGRAPH_USER", "ROTGRAPH_PASSWORD", "ROTGRAPH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
