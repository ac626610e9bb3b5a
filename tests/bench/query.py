"""Milliseconds of five queries, side by side: rotgraph, bare numpy loops, and the engines people would use instead.

    python tests/bench/query.py FOLDER [ENGINE …]     # the folder of a made-up graph (see below); all engines unless told
    python tests/bench/query.py FOLDER --peers PYTHON [--json]     # the other engines by another Python, which has them
    python tests/bench/query.py FOLDER --rounds 5                  # medians of five processes an engine, all engines in turns
    python tests/bench/query.py --one ENGINE FOLDER

The graph is made by ``../shared/bench/gen_graph.py NOTES FOLDER``: 10,400 notes are one million triples, 52,000 five. Each engine
runs in a process of its own, loads the graph, answers a question that is not measured, and then each question 30 times: the first
time, and the median of the others (repeated: the text again; prepared: what was read and planned once; of Polars, whose questions
are no texts, the expressions built again, and built once). Engines that are not installed are left out. Each time is taken twice:
as it passes, and as the processor's, which others on the machine disturb less. An engine answers with its rows as it hands them
out (ours: cells are read when they are looked at).

| | question |
|---|---|
| membership | episodes whose buy side contains Energy |
| top | the ten largest price targets above 30 %, with their firms |
| hops | people mentioned in a note that links to something of 2022 |
| group | episodes by the sectors they buy |
| path | the shortest path between two things far apart |
| hub path | the shortest path through a hub |
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMES = 30
LONGEST = 5.0
"""Seconds after which a question is not asked again."""
QUESTIONS = ("membership", "top", "hops", "group", "path", "hub path")
Ask = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("engines", nargs="*")
    parser.add_argument("--one", help="run this engine in this process and print its figures as JSON")
    parser.add_argument("--peers", default=sys.executable, help="the Python that has the other engines")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--longest", type=float, default=1800, help="seconds after which an engine is given up")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    if told.one:
        print(json.dumps(measure(told.one, told.folder)))
        return
    from bench_peers import PEERS

    found: dict[str, list[dict[str, Any]]] = {}
    for engine in (told.engines or ("rotgraph", *PEERS)) * told.rounds:
        python = told.peers if engine in PEERS else sys.executable
        command = [python, __file__, "--one", engine, str(told.folder)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, env={**os.environ, **ONE_THREAD}, timeout=told.longest, check=False
            )
        except subprocess.TimeoutExpired:
            print(f"{engine}: given up after {told.longest:.0f} s", file=sys.stderr)
            continue
        if done.returncode:
            print(f"{engine}: {done.stderr.strip().splitlines()[-1] if done.stderr else 'failed'}", file=sys.stderr)
            continue
        found.setdefault(engine, []).append(json.loads(done.stdout.strip().splitlines()[-1]))
    rows = [(engine, middle(rounds)) for engine, rounds in found.items()]
    print(json.dumps(rows) if told.json else "\n\n".join(table(rows, clock) for clock in ("passed", "busy")))


TWICE = ("rotgraph", "polars")
"""Engines that can be asked the same again in two forms."""
ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}


def measure(engine: str, folder: Path) -> dict[str, Any]:
    """Load seconds, memory in MiB, and per question the answer, the first time and the medians, in milliseconds."""
    before = memory()
    started = time.perf_counter()
    asks = questions(engine, folder)
    figures: dict[str, Any] = {"load": time.perf_counter() - started, "memory": memory() - before}
    asks.pop("start")[0]()
    for name, forms in asks.items():
        first, answer = timed(forms[0])
        medians = [middle_of(form) for form in forms]
        figures[name] = {"answer": answer, "first": first, "repeated": medians[0], "prepared": medians[-1]}
    return figures


def middle(rounds: list[Any]) -> Any:
    """Medians of figures, one by one; of answers the first."""
    one = rounds[0]
    if isinstance(one, dict):
        return {name: middle([each[name] for each in rounds if name in each]) for name in one}
    if isinstance(one, list):
        return [middle(list(each)) for each in zip(*rounds, strict=True)]
    return statistics.median(rounds) if isinstance(one, float) else one


def questions(engine: str, folder: Path) -> dict[str, tuple[Ask, ...]]:
    """Per question how it is asked: as a text, and prepared where there is such a form."""
    if engine == "rotgraph":
        return rotgraph_questions(folder)
    from bench_peers import PEERS, Made

    asks = PEERS[engine].prepare(Made(folder))
    return {name: ask if isinstance(ask, tuple) else (ask,) for name, ask in asks.items()}


def rotgraph_questions(folder: Path) -> dict[str, tuple[Ask, ...]]:
    from bench_graph import load_graph

    from rotgraph import Graph

    facts = load_graph(folder)
    graph = Graph(facts)
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    (start, end), (hub, far) = ([facts.label(node) for node in meta[name]] for name in ("q5", "q5b"))
    texts = {
        "start": "sectors where name starts with E and line > 0 show name sort by name limit 2",
        "membership": "episodes where buy_side contains Energy",
        "top": "price_targets where value > 30% show firm, value sort by value desc limit 10",
        "hops": "people where mentions^.links_to.year = 2022",
        "group": "count episodes per buy_side",
        "path": f"path from [[{start}]] to [[{end}]]",
        "hub path": f"path from [[{hub}]] to [[{far}]]",
    }
    asks = {}
    for name, text in texts.items():
        prepared: list[Any] = []

        def again(text: str = text, prepared: list[Any] = prepared) -> object:
            if not prepared:
                prepared.append(graph.prepare(text))
            return len(prepared[0]())

        asks[name] = (lambda text=text: len(graph.query(text)), again)
    return asks


Times = tuple[float, float]
"""Milliseconds as they pass, and those of the processor."""


def timed(ask: Ask) -> tuple[Times, object]:
    started, busy = time.perf_counter(), time.process_time()
    answer = ask()
    return ((time.perf_counter() - started) * 1000, (time.process_time() - busy) * 1000), answer


def middle_of(ask: Ask) -> Times:
    begun = time.perf_counter()
    times: list[Times] = []
    while len(times) < TIMES and (not times or time.perf_counter() - begun < LONGEST):
        times.append(timed(ask)[0])
    passed, busy = zip(*times, strict=True)
    return statistics.median(passed), statistics.median(busy)


def memory() -> float:
    """Peak resident MiB so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(rows: list[tuple[str, dict[str, Any]]], clock: str) -> str:
    at = ("passed", "busy").index(clock)
    lines = [f"{'engine':<14}{'load s':>8}{'MiB':>8}" + "".join(f"{name:>24}" for name in QUESTIONS)]
    said = "first / median" if clock == "passed" else "processor's"
    lines.append(f"{'':<30}" + f"{said:>24}" * len(QUESTIONS))
    for engine, figures in rows:
        forms = ("repeated", "prepared") if engine in TWICE else ("prepared",)
        for form in forms:
            pairs = ((figures[name]["first"][at], figures[name][form][at]) if name in figures else None for name in QUESTIONS)
            cells = ("—" if pair is None else f"{pair[0]:.3f} / {pair[1]:.3f}" for pair in pairs)
            name = engine if len(forms) == 1 else f"{engine[:4]}, {form}"
            lines.append(
                f"{name:<14.14}{figures['load']:>8.2f}{figures['memory']:>8.0f}" + "".join(f"{cell:>24}" for cell in cells)
            )
    answers = {name: {str(figures[name]["answer"]) for _, figures in rows if name in figures} for name in QUESTIONS}
    lines.append("answers: " + "; ".join(f"{name} {', '.join(sorted(found))}" for name, found in answers.items()))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
