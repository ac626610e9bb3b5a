"""All benches, with the peers, in one command. Writes README.md and chart.svg beside this file.

    python tests/bench/suite.py FOLDER [--public VAULT] [--dataview CLONE] [--datacore CLONE] [--rounds 3] [--only PART …]

FOLDER is where made-up vaults, the peers' environments and the figures (``results.json``) are kept; it is filled the first time.
VAULT is a vault of thousands of notes, CLONE the repository of a plug-in. The vaults are made by
``../shared/bench/gen_vault.py``, the graph by ``gen_graph.py``. Within a part every round measures each peer once, one after the
other, each in a process of its own; what is shown are medians, and medians of the ratios within a round. A part that is left out
keeps the figures it had.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compile import apart
from environments import Environments
from report import write

HERE = Path(__file__).parent
GENERATORS = HERE.parents[2] / "shared/bench"
TRIPLES = 1_000_000

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run is given."""

    folder: Path
    public: Path | None
    clones: dict[str, Path]
    rounds: int

    @property
    def peers(self) -> Environments:
        return Environments(self.folder / "environments")

    def vault(self, notes: int) -> Path:
        """A made-up vault."""
        place = self.folder / f"vault-{notes}" / "vault"
        if not place.exists():
            subprocess.run(
                [sys.executable, GENERATORS / "gen_vault.py", "--notes", str(notes), "--seed", "1", "--out", place],
                check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        return place

    def copied(self) -> Path | None:
        """A copy of the public vault: nothing is written into it."""
        place = self.folder / "public" / "vault"
        if self.public is not None and not place.exists():
            shutil.copytree(self.public, place, ignore=shutil.ignore_patterns(".*"))
        return place if place.exists() else None


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--public", type=Path, help="a vault of thousands of notes")
    arguments.add_argument("--dataview", type=Path, help="a clone of obsidian-dataview")
    arguments.add_argument("--datacore", type=Path, help="a clone of datacore")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    clones = {name: clone for name, clone in (("Dataview", given.dataview), ("Datacore", given.datacore)) if clone is not None}
    setting = Setting(given.folder.resolve(), given.public, clones, given.rounds)
    os.environ["PYTHONPYCACHEPREFIX"] = str(setting.folder / "bytecode")  # as an installed package has it
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    kept = setting.folder / "results.json"
    results: Figures = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for part in given.only:
        began = time.perf_counter()
        found = PARTS[part](setting)
        if found:
            results[part] = found
        results["machine"] = machine()
        kept.write_text(json.dumps(results, indent=1), encoding="utf-8")
        print(f"{part}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    write(results, HERE)


def machine() -> str:
    """What the figures were measured on."""
    model = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    node = (
        subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
        if shutil.which("node")
        else ""
    )
    told = [f"{os.cpu_count()} processors", model or platform.machine(), platform.system(), f"Python {platform.python_version()}"]
    return ", ".join([*told, *([f"node {node.removeprefix('v')}"] if node else [])])


def told(command: list[str]) -> Figures:
    """What a measurement in a process of its own prints."""
    made = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found: Figures = json.loads(made.stdout.splitlines()[-1])
    return found


def compiles(setting: Setting) -> Figures:
    """The vault of 10,000 notes: from nothing, nothing changed, one note changed; draining the parser; the plug-ins' importers."""
    vault = setting.vault(10_000)
    importers = {name: setting.peers.importer(name, clone) for name, clone in setting.clones.items()}
    rounds = []
    for _ in range(setting.rounds):
        found = {name: apart(name, vault) for name in ("drain", "compiled")}
        apart("same", vault)  # the notes may have been young
        found |= {name: apart(name, vault) for name in ("same", "one", "cell")}
        rounds.append(found | {name: told([*command, str(vault)]) for name, command in importers.items()})
    return {"rounds": rounds}


def small(setting: Setting) -> Figures:
    """The vault of 1,000 notes, beside obsidiantools."""
    vault = setting.vault(1_000)
    command = [setting.peers.python("obsidiantools"), str(HERE / "peers/obsidiantools_run.py"), str(vault)]
    rounds = [
        {name: apart(name, vault) for name in ("drain", "compiled")} | {"obsidiantools": told(command)}
        for _ in range(setting.rounds)
    ]
    return {"rounds": rounds}


def public(setting: Setting) -> Figures:
    """The public vault, beside what markdown-it-py needs only to parse it."""
    vault = setting.copied()
    if vault is None:
        return {}
    command = [setting.peers.python("markdown-it-py"), str(HERE / "peers/markdown_it_run.py"), str(vault)]
    rounds = []
    for _ in range(setting.rounds):
        found = {name: apart(name, vault) for name in ("drain", "compiled")}
        apart("same", vault)
        found |= {name: apart(name, vault) for name in ("same", "one", "cell")}
        rounds.append(found | {"markdown-it-py": told(command)})
    return {"rounds": rounds}


def start(setting: Setting) -> Figures:
    """One query as a program, beside importing numpy, over the vault of 10,000 notes."""
    return told([sys.executable, str(HERE / "startup.py"), str(setting.vault(10_000)), "--json"])


def queries(setting: Setting) -> Figures:
    """Five questions over a million triples and over five, in every engine."""
    python, found = setting.peers.python("engines"), {}
    for name, notes, rounds in (("1m", 10_400, setting.rounds), ("5m", 52_000, 1)):
        graph = setting.folder / f"graph-{name}"
        if not graph.exists():
            subprocess.run([sys.executable, GENERATORS / "gen_graph.py", str(notes), graph], check=True, stdout=subprocess.DEVNULL)
        before = os.getloadavg()[0]
        command = [sys.executable, str(HERE / "query.py"), str(graph), "--json", "--peers", python, "--rounds", str(rounds)]
        made = subprocess.run([*command, "--longest", "300"], capture_output=True, check=True, text=True)
        found[name] = {
            "engines": json.loads(made.stdout.splitlines()[-1]),
            "missing": made.stderr.splitlines(),
            "load": f"{before:.1f} to {os.getloadavg()[0]:.1f}",
        }
    return found


def exports(setting: Setting) -> Figures:
    """A million triples written, beside rdflib's and pyoxigraph's serializers."""
    del setting
    return {"writers": told([sys.executable, str(HERE / "export.py"), str(TRIPLES), "--json"])}


PARTS: dict[str, Callable[[Setting], Figures]] = {
    "compile": compiles, "public": public, "start": start, "queries": queries, "export": exports, "small": small,
}  # fmt: skip


if __name__ == "__main__":
    main()
