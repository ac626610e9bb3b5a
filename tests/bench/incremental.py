"""What is kept and what a compile from nothing makes, compared along the history of a vault.

    python tests/bench/incremental.py REPOSITORY [--steps 200] [--last] [--below FOLDER] [--until COMMIT]

Walks through the history of a vault kept in git, evenly sampled or the last commits one by one, and shows after every step
that the graph that was kept and brought up to date and the one that a compile from nothing makes are equal, byte for byte.
Ends with an error at the first step where they differ. REPOSITORY may be bare; it is only read.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

from rotgraph.api.walk import compile_folder
from rotgraph.disk.gather import Work
from rotgraph.disk.graph_file import pack_graph


class History:
    """The commits of a repository that touch a folder, and their trees."""

    def __init__(self, repository: Path, below: str, tree: Path) -> None:
        self.repository, self.below, self.tree = repository, below, tree

    def git(self, *arguments: str) -> bytes:
        command = ["git", "-C", str(self.repository), f"--work-tree={self.tree}", *arguments]
        environment = {"GIT_INDEX_FILE": str(self.tree / ".index"), "PATH": "/usr/local/bin:/usr/bin:/bin"}
        return subprocess.run(command, capture_output=True, check=True, env=environment).stdout

    def commits(self, until: str, steps: int, *, last: bool) -> list[str]:
        found = self.git("rev-list", "--reverse", until, "--", self.below or ".").decode().split()
        if last:
            return found[-steps:]
        return list(dict.fromkeys(found[at * (len(found) - 1) // max(1, steps - 1)] for at in range(min(steps, len(found)))))

    def files(self, commit: str) -> dict[str, str]:
        """Object of each file, by path."""
        told = self.git("ls-tree", "-r", "-z", commit, "--", self.below or ".").decode("utf-8", "surrogateescape")
        entries = (entry.split("\t", 1) for entry in told.split("\0") if entry)
        return {path: words.split()[2] for words, path in entries if words.split()[1] == "blob"}

    def turn_to(self, old: dict[str, str], commit: str) -> dict[str, str]:
        """Write what is new, remove what is gone, as a checkout does: notes by what they hold, other files empty."""
        new = self.files(commit)
        for path in old.keys() - new.keys():
            (self.tree / path).unlink()
        for path, name in new.items():
            if old.get(path) != name:
                place = self.tree / path
                place.parent.mkdir(parents=True, exist_ok=True)
                note = path.lower().endswith((".md", "rotgraph.toml"))
                place.write_bytes(self.git("cat-file", "blob", name) if note else b"")
        return new


def replay(history: History, commits: list[str]) -> None:
    """Every sampled commit: kept equals clean."""
    vault = history.tree / history.below
    held: dict[str, str] = {}
    for number, commit in enumerate(commits):
        held = history.turn_to(held, commit)
        vault.mkdir(parents=True, exist_ok=True)
        work = Work()
        kept, clean = compile_folder(vault, work=work), compile_folder(vault, cache=False)
        assert pack_graph(kept, "")[0] == pack_graph(clean, "")[0], commit
        how = "settled and joined" if work.settled else "joined" if work.joined else "patched" if work.extracted else "kept"
        print(f"{number + 1:4} {commit[:12]} {work.extracted:6,} of {work.notes:6,} notes extracted, {how}: equal", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("repository", type=Path)
    arguments.add_argument("--steps", type=int, default=200)
    arguments.add_argument("--last", action="store_true", help="the last commits, one by one")
    arguments.add_argument("--below", default="", help="the vault, below the repository")
    arguments.add_argument("--until", default="HEAD", help="the last commit")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        history = History(given.repository.resolve(), given.below, Path(folder))
        replay(history, history.commits(given.until, given.steps, last=given.last))


if __name__ == "__main__":
    main()
