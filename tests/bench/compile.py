"""Seconds, peak memory and size on the disk of a compile from nothing, of one after nothing, a sentence and a cell have changed,
beside merely draining the Markdown parser.

    python tests/bench/compile.py VAULT [--rounds 3] [--processes 2]

Each measurement runs in a process of its own, in turns with its peer; medians of the rounds and the median of the ratios are
printed. The vault is copied first: nothing is written into it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

STAGES = ("read", "parse", "extract", "resolve", "build", "check")


def drain(vault: Path) -> dict[str, float]:
    """The events of every note, looked at by nobody."""
    from pyromark import Markdown, Options

    from rotgraph.notes.vault import read_vault

    options = Options.ENABLE_TABLES | Options.ENABLE_WIKILINKS | Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
    sources = read_vault(vault).value
    began = time.perf_counter()
    for source in sources:
        for _ in Markdown(options=options).events_with_range(source.text):
            pass
    return {"seconds": time.perf_counter() - began}


def compiled(vault: Path) -> dict[str, float]:
    """A compile from nothing, kept."""
    from rotgraph.api.walk import compile_folder

    shutil.rmtree(vault / ".rotgraph", ignore_errors=True)
    began = time.perf_counter()
    graph = compile_folder(vault)
    seconds = time.perf_counter() - began
    kept = sum(path.stat().st_size for path in (vault / ".rotgraph").iterdir())
    return {"seconds": seconds, "facts": graph.fact_count, "MB kept": kept / 1e6}


def same(vault: Path) -> dict[str, float]:
    """A compile after nothing has changed."""
    from rotgraph.api.walk import compile_folder
    from rotgraph.disk.fresh import fresh_graph

    began = time.perf_counter()
    if fresh_graph(vault) is None:
        compile_folder(vault)
    return {"seconds": time.perf_counter() - began}


def one(vault: Path) -> dict[str, float]:
    """A compile after one note has got a line more; another note each time."""
    note, number = _next_note(vault, lambda _: True)
    note.write_text(note.read_text(encoding="utf-8") + f"\nOne line more, the {number}th.\n", encoding="utf-8")
    return _again(vault)


def cell(vault: Path) -> dict[str, float]:
    """A compile after one percentage in a table of one note has changed; another note each time."""
    note, _ = _next_note(vault, lambda text: _PERCENT.search(text) is not None)
    text = note.read_text(encoding="utf-8")
    note.write_text(_PERCENT.sub(lambda found: f"{found[1]}{(int(found[2]) + 1) % 10}%", text, count=1), encoding="utf-8")
    return _again(vault)


_PERCENT = re.compile(r"(?m)^(\|.*\d)(\d)%")
"""In a row of a table."""


def _next_note(vault: Path, wanted: Callable[[str], bool]) -> tuple[Path, int]:
    """A note that no edit has met yet, and the number of the edit."""
    mark = vault.parent / "edits"
    number = int(mark.read_text()) + 1 if mark.exists() else 1
    mark.write_text(str(number))
    notes = sorted(vault.rglob("*.md"))
    at = len(notes) * number // (number + 1)
    return next(note for note in (*notes[at:], *notes) if wanted(note.read_text(encoding="utf-8"))), number


def _again(vault: Path) -> dict[str, float]:
    """A compile after one note has changed."""
    from rotgraph.api.walk import compile_folder
    from rotgraph.disk.gather import Work

    work = Work()
    began = time.perf_counter()
    compile_folder(vault, work=work)
    seconds = time.perf_counter() - began
    assert work.extracted == 1, work
    return {"seconds": seconds}


def staged(vault: Path) -> dict[str, float]:
    """Processor seconds of each stage, one after the other in one process."""
    import gc

    from rotgraph.api.walk import schema_of
    from rotgraph.check.graph import check
    from rotgraph.extract.note import extract
    from rotgraph.model.build import build_graph
    from rotgraph.notes.parse import parse_note
    from rotgraph.notes.vault import attachments, read_vault
    from rotgraph.resolve.vault import resolve

    gc.disable()
    schema = schema_of(vault)
    marks = [time.process_time()]

    def done() -> None:
        marks.append(time.process_time())

    sources = read_vault(vault, schema.ignore).value
    done()
    documents = [parse_note(source).value for source in sources]
    done()
    notes = [extract(document, source, schema).value for document, source in zip(documents, sources, strict=True)]
    done()
    facts = resolve(notes, schema, attachments(vault, schema.ignore)).value
    done()
    graph = build_graph(facts)
    done()
    check(graph, graph.schema)
    done()
    return {stage: later - sooner for stage, sooner, later in zip(STAGES, marks, marks[1:], strict=False)}


MEASURED = {"drain": drain, "compiled": compiled, "same": same, "one": one, "cell": cell, "staged": staged}


def apart(name: str, vault: Path) -> dict[str, float]:
    """A measurement in a process of its own, and the most memory that it and those it started held at once."""
    command = [sys.executable, __file__, str(vault), "--one", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as made:
        peak = 0.0
        while made.poll() is None:
            peak = max(peak, sum(_most_since(each) for each in (made.pid, *_started_by(made.pid))))
            time.sleep(0.02)
        assert made.stdout is not None
        told = made.stdout.read()
    if made.returncode:
        raise subprocess.CalledProcessError(made.returncode, command)
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return {**found, "MiB peak": peak}


def _started_by(process: int) -> list[int]:
    """The processes that a process has started."""
    try:
        return [int(each) for path in Path(f"/proc/{process}/task").glob("*/children") for each in path.read_text().split()]
    except OSError:  # it is over
        return []


def _most_since(process: int) -> float:
    """MiB a process has held at most since it was asked last: its high water mark, which begins anew."""
    try:
        told = Path(f"/proc/{process}/status").read_text()
        Path(f"/proc/{process}/clear_refs").write_text("5")
    except OSError:  # it is over
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", told)
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("vault", type=Path)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--processes", type=int)
    arguments.add_argument("--one", choices=MEASURED, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.one:
        print(json.dumps(MEASURED[given.one](given.vault)))
        return
    if given.processes:
        os.environ["ROTGRAPH_PROCESSES"] = str(given.processes)
    with tempfile.TemporaryDirectory() as folder:
        vault = Path(shutil.copytree(given.vault, Path(folder) / "vault", ignore=shutil.ignore_patterns(".*")))
        rounds = [one_round(vault) for _ in range(given.rounds)]
    made = rounds[0]["compiled"]
    millions = made["facts"] / 1e6

    def seconds(name: str) -> float:
        return median(each[name]["seconds"] for each in rounds)

    def ratio(above: str, below: str) -> float:
        return median(each[above]["seconds"] / each[below]["seconds"] for each in rounds)

    print(f"{made['facts']:,} facts, medians of {given.rounds}")
    print(f"compile             {seconds('compiled'):8.2f} s")
    print(f"drain the parser    {seconds('drain'):8.2f} s")
    print(f"compile / drain     {ratio('compiled', 'drain'):8.1f}")
    print(f"nothing changed     {seconds('same'):8.2f} s, {ratio('same', 'compiled'):.1%} of the compile")
    print(f"a sentence more     {seconds('one'):8.2f} s, {ratio('one', 'compiled'):.1%} of the compile")
    print(f"another cell        {seconds('cell'):8.2f} s, {ratio('cell', 'compiled'):.1%} of the compile")
    print(f"peak memory         {made['MiB peak']:8.0f} MiB, {made['MiB peak'] / millions:.0f} per million facts")
    print(f"  another cell      {median(each['cell']['MiB peak'] for each in rounds):8.0f} MiB")
    print(f"on the disk         {made['MB kept']:8.1f} MB, {made['MB kept'] / millions:.0f} per million facts")
    for stage in STAGES:
        print(f"  {stage:<17} {median(each['staged'][stage] for each in rounds):8.2f} s in one process")


def one_round(vault: Path) -> dict[str, dict[str, float]]:
    found = {name: apart(name, vault) for name in ("drain", "compiled")}
    time.sleep(0.2)
    apart("same", vault)  # the notes may have been young
    return {**found, **{name: apart(name, vault) for name in ("same", "one", "cell", "staged")}}


if __name__ == "__main__":
    main()
