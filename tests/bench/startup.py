"""Seconds of one query as a program, beside importing numpy, in pairs; and the memory that a larger one takes for itself.

    python tests/bench/startup.py VAULT [QUERY] [--rounds 15] [--json]

The vault is copied, with what is compiled of it, and compiled first.
Byte code is kept in a folder of its own, as an installed package has it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median


def seconds(command: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


LARGER = "observations where value > 10% show about, value, period"
"""Looks at every observation."""
PRIVATE = """
import sys
from rotgraph.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
told = dict(line.split(":", 1) for line in open("/proc/self/status", encoding="ascii"))
print(told["RssAnon"].split()[0], file=sys.stderr)
"""
"""Pages of its own, without those of mapped files: Linux tells them apart."""


def measured(original: Path, query: str, rounds: int) -> dict[str, object]:
    """Milliseconds per round of importing numpy, of a new query, of one asked before; private MiB of a larger query."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(folder, "cache"))}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        others = shutil.ignore_patterns(".git*", ".obsidian", ".trash")
        vault = Path(shutil.copytree(original, Path(folder) / "vault", ignore=others))
        program = [sys.executable, "-m", "rotgraph"]
        for _ in range(2):  # the second time the notes are old enough to be trusted
            subprocess.run([*program, "compile", str(vault)], env=environment, capture_output=True, check=True)
        told = ["--vault", str(vault), "--format", "csv"]
        asked = [*program, "query", query, *told]
        numpy = [sys.executable, "-c", "import numpy"]
        seconds(asked, environment)
        rows = []
        for _ in range(rounds):
            for path in (vault / ".rotgraph").glob("answer-*"):
                path.unlink()
            new = seconds(asked, environment)
            rows.append(tuple(1000 * each for each in (seconds(numpy, environment), new, seconds(asked, environment))))
        larger = [sys.executable, "-c", PRIVATE, "query", LARGER, *told]
        private = subprocess.run(larger, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, text=True)
    return {"rows": rows, "private MiB": int(private.stderr.split()[-1]) / 1024}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("vault", type=Path)
    arguments.add_argument("query", nargs="?", default="episodes where buy_side contains Energy limit 100")
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    found = measured(given.vault, given.query, given.rounds)
    if given.json:
        print(json.dumps(found))
        return
    rows: list[tuple[float, ...]] = found["rows"]  # type: ignore[assignment]
    print(f"medians of {given.rounds}, with the check that no note has changed")
    for at, words in enumerate(("import numpy", "a new query", "a query asked before")):
        ratio = median(row[at] / row[0] for row in rows)
        print(f"{words:<22}{median(row[at] for row in rows):7.0f} ms  {ratio:5.2f} of importing numpy")
    print(f"private memory of `{LARGER}`: {found['private MiB']:.0f} MiB")


if __name__ == "__main__":
    main()
