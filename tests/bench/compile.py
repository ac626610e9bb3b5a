"""Seconds, peak memory and size on the disk of a compile from nothing, beside merely draining the Markdown parser.

    python tests/bench/compile.py VAULT [--rounds 3] [--processes 2]

Each measurement runs in a process of its own, in turns with its peer; medians of the rounds and the median of the ratios are
printed. The vault is copied first: nothing is written into it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "facts": graph.fact_count, "MB kept": kept / 1e6, "MiB peak": peak}


def staged(vault: Path) -> dict[str, float]:
    """Seconds of each stage, one after the other in one process."""
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
    marks = [time.perf_counter()]

    def done() -> None:
        marks.append(time.perf_counter())

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


MEASURED = {"drain": drain, "compiled": compiled, "staged": staged}


def apart(name: str, vault: Path) -> dict[str, float]:
    """A measurement in a process of its own."""
    made = subprocess.run([sys.executable, __file__, str(vault), "--one", name], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(made.stdout)
    return found


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
        rounds = [(apart("drain", vault), apart("compiled", vault), apart("staged", vault)) for _ in range(given.rounds)]
    drained, made, stages = ([each[at] for each in rounds] for at in range(3))
    millions = made[0]["facts"] / 1e6
    print(f"{made[0]['facts']:,} facts, medians of {given.rounds}")
    print(f"compile             {median(each['seconds'] for each in made):8.2f} s")
    print(f"drain the parser    {median(each['seconds'] for each in drained):8.2f} s")
    print(f"compile / drain     {median(a['seconds'] / b['seconds'] for a, b in zip(made, drained, strict=True)):8.1f}")
    print(f"peak memory         {made[0]['MiB peak']:8.0f} MiB, {made[0]['MiB peak'] / millions:.0f} per million facts")
    print(f"on the disk         {made[0]['MB kept']:8.1f} MB, {made[0]['MB kept'] / millions:.0f} per million facts")
    for stage in STAGES:
        print(f"  {stage:<17} {median(each[stage] for each in stages):8.2f} s in one process")


if __name__ == "__main__":
    main()
