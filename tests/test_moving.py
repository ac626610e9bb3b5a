"""A note that states what it stated, at other places: nothing is joined, and the graph is that of a compile from nothing."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotgraph.api.walk import compile_folder
from rotgraph.disk.gather import Work
from small_vault import NOTES, identity, random_note, write_vault

QUIET = "It rained for a while.\n"
MORE = (
    ["\n"],
    [QUIET],
    ["\n", QUIET, "\n"],
    ["Up 7% since.\n"],
    ["[[Ferries]] again.\n"],
    ["\n", "Brolly and [[Ferries]] met [[Brolly]].\n", "\n"],
    ["\n", "[[Umbrellas]] and Ada Tide.\n", "\n"],
    ["\n", "## Later\n", "\n", "[[Rotations]], [[Ferries|the boats]].\n"],
)
"""Lines that come into a note."""
RIVALS = {
    "Rivals.md": "# Brolly\n\n| Metric | Value |\n|---|---|\n| Revenue | $2T |\n| YTD | +14% |\n",
    "Embeds.md": "# Embeds\n\n![[Nowhere at all]], [[Rivals#No such heading]], [[Ferries#Ferries]].\n\n- rates: one of 8/10\n",
    "Twice.md": "---\naliases: [Brolly Inc, Ferries]\n---\n\n# Twice\n\n> [[Tugs]] sank in 2031.\n",
}


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    write_vault(tmp_path, {**NOTES, **RIVALS})
    compile_folder(tmp_path)
    return tmp_path


def compiled(vault: Path) -> Work:
    """Compile what is kept and what is clean; they are the same."""
    work = Work()
    kept = compile_folder(vault, work=work)
    clean = compile_folder(vault, cache=False)
    assert identity(kept) == identity(clean)
    assert kept.diagnostics == clean.diagnostics
    assert [each.source_line for each in kept.diagnostics] == [each.source_line for each in clean.diagnostics]
    return work


def inserted(text: str, at: int, what: str) -> str:
    """The text with lines before one of its lines, as a paragraph of their own."""
    lines = text.splitlines(keepends=True)
    return "".join((*lines[:at], what, *lines[at:]))


@pytest.mark.parametrize("path", sorted({**NOTES, **RIVALS}))
def test_a_sentence_more_is_not_joined(vault: Path, path: str) -> None:
    write_vault(vault, {path: (vault / path).read_text(encoding="utf-8") + "\n" + QUIET})
    work = compiled(vault)
    assert (work.settled, work.resolved, work.joined) == (0, 1, 0)


@pytest.mark.parametrize(
    ("path", "line"), [("Firms/Brolly.md", 6), ("Rivals.md", 1), ("Rotations.md", 1), ("Embeds.md", 2), ("Twice.md", 5)]
)
def test_what_stands_below_moves_down(vault: Path, path: str, line: int) -> None:
    text = (vault / path).read_text(encoding="utf-8")
    for what in (f"\n{QUIET}\n", f"\n{QUIET}{QUIET}\n"):
        write_vault(vault, {path: inserted(text, line, what)})
        assert compiled(vault).joined == 0
    write_vault(vault, {path: text})
    assert compiled(vault).joined == 0


def test_several_notes_move_at_once(vault: Path) -> None:
    for path in ("Rivals.md", "Firms/Brolly.md"):
        write_vault(vault, {path: inserted((vault / path).read_text(encoding="utf-8"), 6, f"{QUIET}\n")})
    assert compiled(vault).joined == 0


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("Firms/Brolly.md", "+12%", "+13%"),
        ("Firms/Brolly.md", "sells to [[Ferries]]", "sells to [[Ferries]] and [[Ada Tide]]"),
        ("Firms/Brolly.md", "See [[Rotations#Historical rotations]] and [[Nowhere]].", "See [[Nowhere]] and [[Rotations]]."),
        ("Firms/Raincoat.md", "| [[Brolly]] | +10% | [[Calm → Storm]] |\n| [[Oilskin Works]] | -3% | weather |\n",
         "| [[Oilskin Works]] | -3% | weather |\n| [[Brolly]] | +10% | [[Calm → Storm]] |\n"),
        ("Rotations.md", "## Historical rotations", "## Rotations of old"),
        ("Twice.md", "> [[Tugs]] sank in 2031.", "[[Tugs]] sank in 2031."),
        ("Embeds.md", "8/10", "9/10"),
    ],
)  # fmt: skip
def test_what_states_something_else_is_joined(vault: Path, path: str, old: str, new: str) -> None:
    text = (vault / path).read_text(encoding="utf-8")
    assert old in text
    write_vault(vault, {path: text.replace(old, new)})
    compiled(vault)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("Firms/Brolly.md", "sells to [[Ferries]]", "sells to [[Ferries]] and [[Ada Tide]]"),
        ("Firms/Brolly.md", "sells to [[Ferries]]", "sells to nobody"),
        ("Firms/Brolly.md", "See [[Rotations#Historical", "Umbrellas and Ferries. See [[Rotations#Historical"),
        ("Sectors/Ferries.md", "Brolly Inc and Umbrellas were", "Umbrellas, Brolly Inc and Umbrellas were"),
    ],
)
def test_other_names_are_exchanged(vault: Path, path: str, old: str, new: str) -> None:
    text = (vault / path).read_text(encoding="utf-8")
    assert old in text
    write_vault(vault, {path: text.replace(old, new)})
    assert compiled(vault).joined == 0
    write_vault(vault, {path: text})
    assert compiled(vault).joined == 0


@settings(max_examples=10)
@given(st.integers(0, 2**32))
def test_lines_that_come_and_go(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    random = Random(seed)
    vault = write_vault(tmp_path_factory.mktemp("moving"), {**NOTES, **RIVALS})
    write_vault(vault, {f"Random {number}.md": random_note(random) for number in range(3)})
    compile_folder(vault)
    for _ in range(4):
        path = random.choice(sorted(each for each in vault.rglob("*.md")))
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        for _ in range(random.randrange(1, 3)):
            at = random.randrange(len(lines) + 1)
            if random.random() < 0.6 or not lines:
                lines[at:at] = random.choice(MORE)
            else:
                del lines[min(at, len(lines) - 1)]
        path.write_text("".join(lines), encoding="utf-8")
        compiled(vault)
