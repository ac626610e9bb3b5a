"""Random edits of a vault: what is kept and brought up to date is what a compile from nothing makes, byte for byte."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from made_notes import LEXICON, NAMES, edited, made_note, made_piece
from rotgraph.api.walk import compile_folder
from rotgraph.disk.gather import Work
from rotgraph.disk.graph_file import pack_graph
from small_vault import NOTES, write_vault

RUNS, EDITS = int(os.environ.get("ROTGRAPH_EDIT_RUNS", "6")), 25


def _edit(vault: Path, random: Random, names: Sequence[str]) -> None:
    """One change such as people make."""
    notes = sorted(path for path in vault.rglob("*.md") if ".rotgraph" not in path.parts)
    path = random.choice(notes)
    what = random.randrange(12)
    if what == 0 and len(notes) > 3:
        path.unlink()
    elif what == 1:
        folder = random.choice(("", "Sectors", "People", "Firms/Deep"))
        target = vault / folder / f"{random.choice(names)}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    elif what == 2:
        (vault / f"{random.choice(names)}.md").write_text(made_note(random, names), encoding="utf-8")
    elif what == 3:
        (vault / f"{random.choice(names)}.png").write_bytes(b"")
    elif what == 4:
        path.write_text(made_note(random, names), encoding="utf-8")
    elif what == 5:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(random.choice(names), random.choice(names)), encoding="utf-8")
    elif what >= 8:
        texts = [each.read_text(encoding="utf-8") for each in notes]
        path.write_text(edited(random, path.read_text(encoding="utf-8"), texts, names), encoding="utf-8")
    else:
        path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{made_piece(random, names)}\n", encoding="utf-8")


@pytest.mark.parametrize("seed", range(RUNS))
def test_kept_is_clean_after_any_edits(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    random = Random(seed)
    names = LEXICON if seed % 3 == 2 else NAMES
    vault = write_vault(tmp_path / "vault", NOTES if seed % 2 else {f"{each}.md": made_note(random, names) for each in names[:6]})
    described = settled = total = 0
    for step in range(EDITS):
        for _ in range(random.choice((1, 1, 1, 3))):
            _edit(vault, random, names)
        work = Work()
        kept, clean = compile_folder(vault, work=work), compile_folder(vault, cache=False)
        assert pack_graph(kept, "")[0] == pack_graph(clean, "")[0], (seed, step)
        described, settled, total = described + work.resolved, settled + work.settled, total + work.notes
    assert described < total
    assert settled < total
