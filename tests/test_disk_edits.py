"""Random edits of a vault: what is kept and brought up to date is what a compile from nothing makes, byte for byte."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from rotgraph.api.walk import compile_folder
from rotgraph.disk.gather import Work
from rotgraph.disk.graph_file import pack_graph
from small_vault import NOTES, write_vault

RUNS, EDITS = int(os.environ.get("ROTGRAPH_EDIT_RUNS", "6")), 25
NAMES = ("Brolly", "Norden", "Acme Tools", "Quill", "Semis", "Deep value", "ARKQ", "QLL", "ALL", "Jane Roe", "2031-05-06", "半導體")
CLASSES = ("person", "company", "sector", "concept", "recipe", "fund")


def _piece(random: Random) -> str:
    """A piece of a note that names something, gives a class, a symbol, an alias, a record, or calls one."""
    one, other = random.sample(NAMES, 2)
    number = random.randint(1, 99)
    return random.choice(
        (
            f"[[{one}]] grew {number}% in 20{number:02}.",
            f"{one} and {other} moved {number}%.",
            f"See [[{one}#Figures]], [[{one}|{other}]] and ![[{other}]].",
            (f"## {one}\n\n| Metric | 2030 | 2031 |\n|---|---|---|\n| Revenue | ${number}B | ${number + 1}B |\n"
            f"| {other} margin | 5% | 6% |"),
            (f"## Figures\n\n| Company | Ticker | CEO |\n|---|---|---|\n| {one} | {other[:4].upper()} | {other} |\n"
            f"| [[{other}]] | NYSE: QLL | |"),
            (f"| Episode | Period | Sell side | Buy side |\n|---|---|---|---|\n"
            f"| {one} to {other} | 20{number:02} | {one} | {other}, [[{one}]] |"),
            f"| Factor | {one} to {other} | Base |\n|---|---|---|\n| Rates | **Up** because | **Down** |",
            f"| {one} | Share |\n|---|---|\n| {other} | {number}% |\n| [[Quill]] & Norden | 3% |",
            f"**Overweight:** {one}, {other}\n\n**CEO:** {other}",
            f"# {one} ({number})\n\n![[{one}.png]]",
            f"- [[{one}]] — beats {other} by {number}%, [[{other}]]",
        )
    )


def _head(random: Random) -> str:
    lines = [
        f"type: {random.choice(CLASSES)}",
        f"aliases: [{random.choice(NAMES)}, {random.choice(NAMES)}]",
        f"tags: [{random.choice(CLASSES)}]",
        f"date: 2031-0{random.randint(1, 9)}-05",
        f"sector: {random.choice(NAMES)}",
    ]
    chosen = random.sample(lines, random.randint(0, 2))
    return "---\n" + "\n".join(chosen) + "\n---\n\n" if chosen else ""


def _note(random: Random) -> str:
    return _head(random) + "\n\n".join(_piece(random) for _ in range(random.randint(1, 4))) + "\n"


def _edit(vault: Path, random: Random) -> None:
    """One change such as people make."""
    notes = sorted(path for path in vault.rglob("*.md") if ".rotgraph" not in path.parts)
    path = random.choice(notes)
    what = random.randrange(8)
    if what == 0 and len(notes) > 3:
        path.unlink()
    elif what == 1:
        folder = random.choice(("", "Sectors", "People", "Firms/Deep"))
        target = vault / folder / f"{random.choice(NAMES)}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    elif what == 2:
        (vault / f"{random.choice(NAMES)}.md").write_text(_note(random), encoding="utf-8")
    elif what == 3:
        (vault / f"{random.choice(NAMES)}.png").write_bytes(b"")
    elif what == 4:
        path.write_text(_note(random), encoding="utf-8")
    elif what == 5:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(random.choice(NAMES), random.choice(NAMES)), encoding="utf-8")
    else:
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{_piece(random)}\n", encoding="utf-8")


@pytest.mark.parametrize("seed", range(RUNS))
def test_kept_is_clean_after_any_edits(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    random = Random(seed)
    vault = write_vault(tmp_path / "vault", NOTES if seed % 2 else {f"{each}.md": _note(random) for each in NAMES[:6]})
    described = total = 0
    for step in range(EDITS):
        for _ in range(random.choice((1, 1, 1, 3))):
            _edit(vault, random)
        work = Work()
        kept, clean = compile_folder(vault, work=work), compile_folder(vault, cache=False)
        assert pack_graph(kept, "")[0] == pack_graph(clean, "")[0], (seed, step)
        described, total = described + work.resolved, total + work.notes
    assert described < total
