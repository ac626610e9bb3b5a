"""In: a folder of bad vaults, as an argument. Out: a line of JSON per vault: codes, what `Control.md` says, memory. Room: tests.

A program of its own, so that the memory it takes is its own, and a vault that takes too long ends it.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from pathlib import Path

from rotgraph.api.walk import compile_folder
from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.render.diagnostic_text import write_diagnostics

HANG = 240
"""Seconds after which a vault is said to hang; how long it may take is a benchmark's question."""
TOLD = ("about", "value", "tags", "headings", "links", "path", "title")


def control_facts(graph: Graph) -> list[str]:
    """What `Control.md` says: subject, property, value, place."""
    found = set()
    for name in TOLD:
        if name not in graph.properties:
            continue
        for fact in range(*graph.property_range(name)):
            value = graph.value(fact)
            shown = graph.label(value) if graph.columns["fact_kind"][fact] == Kind.THING else str(value)
            subject = graph.label(int(graph.columns["fact_subject"][fact]))
            for place in graph.evidence(fact):
                if place.note == "Control.md":
                    found.add(f"{subject} {name} {shown} {place.line}:{place.column}")
    return sorted(found)


def peak() -> int:
    """The most memory this program has held, in bytes.

    Linux hands `ru_maxrss` on from the program that started this one, a test run of half a gigabyte, so that it says little here;
    `VmHWM` begins anew.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        return next(int(line.split()[1]) << 10 for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used << 10


def main(folder: Path) -> None:
    for vault in sorted(folder.iterdir()):
        if not vault.is_dir():
            continue
        signal.alarm(HANG)
        graph = compile_folder(vault, cache=False)
        text = "".join(write_diagnostics(graph.diagnostics[:1000]))
        told = {
            "row": vault.name,
            "codes": sorted({each.code for each in graph.diagnostics}),
            "hints": sorted({each.hint for each in graph.diagnostics if each.code == "RG201"})[:5],
            "control": control_facts(graph),
            "escapes": "\x1b" in text,
            "peak": peak(),
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
