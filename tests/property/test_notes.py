"""In: notes made of pieces of Markdown, and notes with a byte changed. Out: the laws of the reader hold for all of them. Room:
tests.

`--mutations N` makes the second test as long as wanted; its seeds are the published suites where they are at hand.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rotgraph
from note_laws import broken_law
from rotgraph.notes.encoding import decoded
from rotgraph.notes.parse import parse_note
from rotgraph.render.diagnostic_json import diagnostics_sarif
from rotgraph.render.diagnostic_text import write_diagnostics
from rotgraph.source import Source

SUITES = Path(__file__).parents[3] / "shared" / "suites"
PIECES = (
    "[[Exxon]]", "[[Exxon|the major]]", "[[Exxon\\|the major]]", "![[chart.png|100x200]]", "[[Note#Heading]]", "[[#Heading]]",
    "[[#^id]]", "[a](b%20c.md#d)", "![alt|100](x.png)", "<https://x.y/#z>", "[[", "]]", "[", "]", "|", "\\|", "\\", "*", "**",
    "***", "_", "__", "~", "~~", "==", "`", "``", "$", "$$", "%%", "<!--", "-->", "<br>", "<b>", "&amp;", "&ngE;", "^id",
    " ^id", "#tag", "#a/b", "#1984", "key:: value", "[key:: value]", "(key:: value)", "::", "\n", "\n", "\n\n", "\r\n",
    "  \n", "\t", " ", " ", "a", "b c", "Growth → Value", "~$530B", "+18%", "é", "台積電", "📈", "\u00a0", "\u200b", "\u2028",
    "\x00", "\x01", "\x02", "\ufeff", "# ", "## ", "- ", "- [ ] ", "- [/] ", "1. ", "> ", "> [!note] ", "    ", "```\n",
    "~~~\n", "---\n", "...\n", "[^1]", "[^1]: ", "[x]: /u\n", "|---|\n", "|---|---|\n", "| a | b |\n",
    "| a | b |\n|---|---|\n", "| **a** | [[B]] |\n", "\n\n| a | b |\n|---|---|\n| [[X]] | *y* |\n\n", "｜", "—", "a: b\n",
    "{{x}}", "\n===\n",
)  # fmt: skip
"""What notes are made of, the odd together with the plain."""


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=400)
def test_the_laws_hold_for_pieces_of_markdown(text: str) -> None:
    assert not broken_law(Source("Note.md", text.encode()))


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=200)
def test_the_laws_hold_for_front_matter(text: str) -> None:
    assert not broken_law(Source("Note.md", f"---\n{text}\n---\n{text}".encode()))


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), min_size=1, max_size=8), st.integers(1, 4))
@settings(max_examples=300)
def test_the_laws_hold_for_tables(cells: list[str], width: int) -> None:
    rows = [cells[at : at + width] for at in range(0, len(cells), width)]
    lines = ["|" + "|".join(row) + "|" for row in rows]
    text = "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])
    assert not broken_law(Source("Note.md", f"\n{text}\n\nend\n".encode()))


@given(st.text(max_size=60))
def test_the_laws_hold_for_any_text(text: str) -> None:
    assert not broken_law(Source("Note.md", text.encode("utf-8", "replace")))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_note_or_none(raw: bytes) -> None:
    source = decoded("Note.md", raw).value
    if source is not None:
        assert not broken_law(source)


def seeds() -> list[bytes]:
    made = ["".join(PIECES), *("".join(PIECES[at : at + 9]) for at in range(0, len(PIECES), 5))]
    for path in sorted(SUITES.glob("*.json")) if SUITES.is_dir() else ():
        made.extend(case.get("markdown") or case.get("yaml") or "" for case in json.loads(path.read_text(encoding="utf-8")))
    return [seed.encode("utf-8", "replace") for seed in made if seed]


def mutated(raw: bytes, other: bytes, choose: random.Random) -> bytes:
    """One change of the kind that finds faults: a byte, a byte that is no UTF-8, a splice, a repetition, a cut."""
    at, to = sorted((choose.randrange(len(raw) + 1), choose.randrange(len(raw) + 1)))
    kind = choose.randrange(6)
    if kind == 0:
        return raw[:at] + bytes((choose.randrange(256),)) + raw[at + 1 :]
    if kind == 1:
        return raw[:at] + b"\xff" + raw[at:]
    if kind == 2:
        cut = choose.randrange(len(other) + 1)
        return raw[:at] + other[cut : cut + 40] + raw[at:]
    if kind == 3:
        return raw[:to] + raw[at:to] * choose.randrange(1, 4) + raw[to:]
    if kind == 4:
        return raw[:at] + choose.choice(PIECES).encode() + raw[to:]
    return raw[:at] + raw[to:]


def test_mutated_notes(request: pytest.FixtureRequest) -> None:
    count = request.config.getoption("--mutations")
    choose = random.Random(int(request.config.getoption("--mutations-seed")))
    known = seeds()
    vault: dict[str, str] = {}
    for number in range(count):
        raw = choose.choice(known)
        for _ in range(choose.randrange(1, 4)):
            raw = mutated(raw, choose.choice(known), choose)
        source = decoded("Note.md", raw).value
        if source is None:
            continue
        if number % 8:
            parse_note(source)
        else:
            law = broken_law(source)
            assert not law, (source.data, law)
        if number % 50 == 0:
            vault[f"Note {number}.md"] = source.data.decode()
        if len(vault) == 40 or number == count - 1:
            compiles(vault)
            vault.clear()


def compiles(vault: dict[str, str]) -> None:
    """The notes make a graph, and what is wrong in them can be printed."""
    found = rotgraph.compile(vault).diagnostics
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", "".join(write_diagnostics(found))), vault
    assert len(json.loads(diagnostics_sarif(found, "1"))["runs"][0]["results"]) == len(found)
