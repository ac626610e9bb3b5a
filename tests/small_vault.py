"""In: a random number generator. Out: small vaults whose notes lean on one another, edits of them. For tests of what is kept."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from rotgraph.disk.graph_file import pack_graph
from rotgraph.model.graph import Graph

__all__ = ["NOTES", "edit", "identity", "random_note", "write_vault"]

NOTES = {
    "Rotations.md": """# Rotations

## Historical rotations

| Period | Rotation | Trigger | Sell side | Buy side | Duration |
|---|---|---|---|---|---|
| **2031** | Calm → Storm | Rates | [[Ferries]] | [[Umbrellas]], Oilskins (RAIN +18%) | 18 months |
| **2033 Q2** | Storm → Calm | Policy | Umbrellas | [[Ferries]] | 2-4 weeks |
""",
    "Firms/Brolly.md": """---
type: firm
aliases: [Brolly Inc]
---
# Brolly

| Metric | Value |
|---|---|
| Revenue | $1.5T |
| YTD | +12% |

Brolly sells to [[Ferries]]. See [[Rotations#Historical rotations]] and [[Nowhere]].
""",
    "Firms/Raincoat.md": """# Raincoat

| Stock | Move | Catalyst |
|---|---|---|
| [[Brolly]] | +10% | [[Calm → Storm]] |
| [[Oilskin Works]] | -3% | weather |
""",
    "Sectors/Ferries.md": "#sector\n\n# Ferries\n\nBrolly Inc and Umbrellas were named by [[Ada Tide]]. $[[3M]] a year.\n",
    "Daily/2031-03-04.md": "# 2031-03-04\n\n\"Boats will sink.\" — [[Ada Tide]]\n\n- moved: [[Brolly Inc]]\n",
    "Funding.md": "| Round | Date | Amount |\n|---|---|---|\n| Seed | Jan 2030 | $3M |\n| A | 2031 | ~$40M |\n",
}
"""Notes with tables, links, aliases, quotes; two of them wrong in small ways."""

_NAMES = ("Ferries", "Umbrellas", "Brolly", "Oilskins", "Ada Tide", "Storm", "Calm", "Tugs", "Brolly Inc", "RAIN", "Quay 9")
_FOLDERS = ("", "Firms/", "Sectors/", "Daily/")
_VALUES = ("+12%", "-3%", "~$40M", "$1.5T", "18 months", "2031", "Jan 2032", "—", "7 of 11", "6-8%")


def write_vault(folder: Path, notes: dict[str, str]) -> Path:
    """Write notes below a folder."""
    for path, text in notes.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def identity(graph: Graph) -> str:
    """What is equal only for graphs of equal bytes: columns, schema, diagnostics."""
    return pack_graph(graph, "a test")[0]


def random_note(random: Random) -> str:
    """A note with links, perhaps front matter, a table or two."""
    name = random.choice
    parts = []
    if random.random() < 0.4:
        parts.append(f"---\naliases: [{name(_NAMES)}]\ntype: {name(('firm', 'sector', 'person'))}\n---")
    if random.random() < 0.5:
        parts.append(f"# {name(_NAMES)}")
    kinds = (_episodes, _moves, _metrics, _generic, _prose)
    parts.extend(name(kinds)(random) for _ in range(random.randrange(4)))
    return "\n\n".join(parts) + "\n"


def _link(random: Random) -> str:
    found = random.choice(_NAMES)
    return f"[[{found}]]" if random.random() < 0.5 else found


def _episodes(random: Random) -> str:
    rows = "".join(
        f"| **{random.choice(('2031', '2033 Q2', '2035'))}** | {random.choice(('Calm → Storm', 'Storm → Calm'))} | Rates"
        f" | {_link(random)} | {_link(random)}, {_link(random)} ({random.choice(_VALUES)}) | {random.choice(_VALUES)} |\n"
        for _ in range(random.randrange(1, 4))
    )
    head = "| Period | Rotation | Trigger | Sell side | Buy side | Duration |\n|---|---|---|---|---|---|\n"
    return f"## Historical rotations\n\n{head}{rows}"


def _moves(random: Random) -> str:
    rows = "".join(f"| {_link(random)} | {random.choice(_VALUES)} | {_link(random)} |\n" for _ in range(random.randrange(1, 4)))
    return f"## Moves ({random.choice(('Jan 2031', '2033'))})\n\n| Stock | Move | Catalyst |\n|---|---|---|\n{rows}"


def _metrics(random: Random) -> str:
    rows = "".join(
        f"| {random.choice(('Revenue', 'YTD', '2031 return', 'Brolly YTD'))} | {random.choice(_VALUES)} |\n"
        for _ in range(random.randrange(1, 4))
    )
    return f"### {_link(random)}\n\n| Metric | Value |\n|---|---|\n{rows}"


def _generic(random: Random) -> str:
    count = random.randrange(1, 4)
    rows = "".join(f"| {random.choice('ABC')} | {random.choice(_VALUES)} | {_link(random)} |\n" for _ in range(count))
    return f"| Round | Amount | Lead |\n|---|---|---|\n{rows}"


def _prose(random: Random) -> str:
    when = random.choice(("Jan 2031", "2033"))
    return f'{_link(random)} and {_link(random)} rose.\n\n"Boats will sink." — [[Ada Tide]] ({when})'


def edit(folder: Path, random: Random) -> str:
    """Change something in a vault: write, remove, rename, touch; what was done, in words."""
    notes = sorted(path for path in folder.rglob("*.md") if ".rotgraph" not in path.parts)
    kind = random.choice(("write", "write", "write", "append", "remove", "rename", "case", "touch", "schema", "picture"))
    if kind == "write" or not notes:
        path = folder / f"{random.choice(_FOLDERS)}{random.choice(_NAMES)}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(random_note(random), encoding="utf-8")
        return f"wrote {path.name}"
    path = random.choice(notes)
    if kind == "append":
        path.write_text(path.read_text(encoding="utf-8") + "\n" + random_note(random), encoding="utf-8")
    elif kind == "remove":
        path.unlink()
    elif kind == "rename":
        path.rename(path.with_name(f"{random.choice(_NAMES)}.md"))
    elif kind == "case":
        path.rename(path.with_name(path.name.swapcase()))
    elif kind == "touch":
        os.utime(path, (random.randrange(2**31), random.randrange(2**31)))
    elif kind == "schema":
        text = f'[lexicon.sector]\n"{random.choice(_NAMES)}" = ["{random.choice(_NAMES)} lines"]\n'
        (folder / "rotgraph.toml").write_text(text, encoding="utf-8")
    else:
        (folder / f"{random.choice(_NAMES)}.png").write_bytes(b"")
    return f"{kind} {path.name}"
