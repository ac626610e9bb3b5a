"""Seconds of one query as a program, beside importing numpy, in pairs.

    python tests/bench/startup.py VAULT [QUERY] [--rounds 15]

The vault is copied and compiled first. Byte code is kept in a folder of its own, as an installed package has it.
"""

from __future__ import annotations

import argparse
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


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("vault", type=Path)
    arguments.add_argument("query", nargs="?", default="episodes")
    arguments.add_argument("--rounds", type=int, default=15)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(folder, "cache"))}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        vault = Path(shutil.copytree(given.vault, Path(folder) / "vault", ignore=shutil.ignore_patterns(".*")))
        program = [sys.executable, "-m", "rotgraph"]
        for _ in range(2):  # the second time the notes are old enough to be trusted
            subprocess.run([*program, "compile", str(vault)], env=environment, capture_output=True, check=True)
        query = [*program, "query", given.query, "--vault", str(vault), "--format", "csv"]
        numpy = [sys.executable, "-c", "import numpy"]
        seconds(query, environment)
        rows = []
        for _ in range(given.rounds):
            for path in (vault / ".rotgraph").glob("answer-*"):
                path.unlink()
            new = seconds(query, environment)
            rows.append((seconds(numpy, environment), new, seconds(query, environment)))
    print(f"medians of {given.rounds}, with the check that no note has changed")
    for at, words in enumerate(("import numpy", "a new query", "a query asked before")):
        ratio = median(row[at] / row[0] for row in rows)
        print(f"{words:<22}{median(row[at] for row in rows) * 1000:7.0f} ms  {ratio:5.2f} of importing numpy")


if __name__ == "__main__":
    main()
