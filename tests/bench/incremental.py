"""Seconds of a compile after nothing, and after one note, has changed, beside the compile from nothing.

    python tests/bench/incremental.py VAULT [--rounds 3]
    python tests/bench/incremental.py REPOSITORY --replay 200 [--below FOLDER]

The first form prints ratios. The second walks through the history of a vault kept in git, evenly sampled, and shows after
every step that what was kept and what a compile from nothing makes are equal, byte for byte.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from rotgraph.api.walk import compile_folder
from rotgraph.disk.fresh import fresh_graph
from rotgraph.disk.gather import Work
from rotgraph.disk.graph_file import pack_graph


def timed(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def ratios(original: Path, rounds: int) -> None:
    """Cold, unchanged, one note changed; in turns."""
    with tempfile.TemporaryDirectory() as folder:
        vault = Path(shutil.copytree(original, Path(folder) / "vault", ignore=shutil.ignore_patterns(".*")))
        notes = sorted(path for path in vault.rglob("*.md"))
        cold, same, one = [], [], []
        for number in range(rounds):
            shutil.rmtree(vault / ".rotgraph", ignore_errors=True)
            cold.append(timed(lambda: compile_folder(vault)))
            compile_folder(vault)  # the notes were young
            same.append(timed(lambda: fresh_graph(vault) or compile_folder(vault)))
            note = notes[len(notes) * (number + 1) // (rounds + 1)]
            note.write_text(note.read_text(encoding="utf-8") + f"\nOne line more, the {number}th.\n", encoding="utf-8")
            work = Work()
            one.append(timed(lambda work=work: compile_folder(vault, work=work)))  # type: ignore[misc]
            assert work.extracted == 1, work
        print(f"{len(notes):,} notes, medians of {rounds}")
        print(f"from nothing   {median(cold):8.2f} s")
        for words, found in (("nothing changed", same), ("one changed", one)):
            share = median(a / b for a, b in zip(found, cold, strict=True))
            print(f"{words:<15}{median(found):8.3f} s  {share:7.1%} of the cold time")


def replay(repository: Path, steps: int, below: str) -> None:
    """Every sampled commit: kept equals clean."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", str(repository), *arguments], capture_output=True, text=True, check=True).stdout

    commits = git("rev-list", "--reverse", "HEAD", "--", below or ".").split()
    chosen = [commits[at * (len(commits) - 1) // max(1, steps - 1)] for at in range(min(steps, len(commits)))]
    with tempfile.TemporaryDirectory() as folder:
        tree, vault = Path(folder), Path(folder) / below
        for number, commit in enumerate(dict.fromkeys(chosen)):
            subprocess.run(
                ["git", f"--git-dir={repository / '.git'}", f"--work-tree={tree}", "checkout", "-q", "--force", commit, "--", "."],
                check=True, env={"GIT_INDEX_FILE": str(tree / ".index"), "PATH": "/usr/bin:/bin"},
            )  # fmt: skip
            listed = set(git("ls-tree", "-r", "-z", "--name-only", commit).split("\0"))
            for path in tree.rglob("*"):
                relative = path.relative_to(tree).as_posix()
                if path.is_file() and relative not in listed and ".rotgraph" not in path.parts and relative != ".index":
                    path.unlink()
            work = Work()
            kept, clean = compile_folder(vault, work=work), compile_folder(vault, cache=False)
            assert pack_graph(kept, "")[0] == pack_graph(clean, "")[0], commit
            print(f"{number + 1:4} {commit[:12]} {work.extracted:6,} of {work.notes:6,} notes extracted: equal", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("vault", type=Path)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--replay", type=int, default=0, metavar="STEPS")
    arguments.add_argument("--below", default="", help="the vault, below the repository")
    given = arguments.parse_args()
    if given.replay:
        replay(given.vault.resolve(), given.replay, given.below)
    else:
        ratios(given.vault, given.rounds)


if __name__ == "__main__":
    main()
