"""A small vault and the whole Turtle it makes: what changes in it is read in review, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rotgraph.api.walk import compile_texts
from rotgraph.rdf.turtle import to_turtle

GOLDEN = Path(__file__).parent / "golden"


def test_the_golden_vault(request: pytest.FixtureRequest) -> None:
    folder = GOLDEN / "vault"
    notes = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md"))}
    found = to_turtle(compile_texts(notes))
    expected = GOLDEN / "vault.ttl"
    if request.config.getoption("--update"):
        expected.write_text(found, encoding="utf-8", newline="\n")
    assert found == expected.read_text(encoding="utf-8")
    backwards = dict(reversed(notes.items()))
    assert to_turtle(compile_texts(backwards)) == found
