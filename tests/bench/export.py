"""Seconds and peak memory of writing RDF, beside rdflib's and pyoxigraph's own serializers on the same triples.

    python tests/bench/export.py [TRIPLES] [--json]    # about that many, one million unless told
    python tests/bench/export.py --one nquads FACTS FILE

Each measurement runs in a process of its own, so that a peak is that of one writer. `pyoxigraph from Python` is fed quads that a
generator makes of terms that exist already; rdflib serializes a graph it has parsed. The graph is made up: observations,
episodes and links, as compiled vaults hold them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rotgraph.model.build import build_graph
from rotgraph.model.facts import Facts
from rotgraph.model.graph import Graph
from rotgraph.model.schema_file import builtin_schema
from rotgraph.model.value import Kind, Period, Precision, Quantity

TRIPLES_A_FACT = 18
OURS = ("nquads", "ntriples", "turtle", "trig", "jsonld")


def make(facts: int) -> Graph:
    """A graph of about that many facts: per note 20 observations of a firm, an episode, links."""
    notes = max(1, facts // 110)
    texts: dict[str, int] = {}
    text = lambda words: texts.setdefault(words, len(texts))  # noqa: E731
    quantities = tuple(_percent(index) for index in range(400))
    periods = tuple(_year(1950 + index) for index in range(80))
    keys: list[str] = []
    labels, node_notes, headings, sources = array("i"), array("i"), array("i"), array("i")
    classes: list[tuple[str, ...]] = []
    places: list[tuple[int, int, int, int]] = []
    subject, kind, value = array("i"), array("B"), array("i")
    properties: list[str] = []
    columns = {name: array("i") for name in ("note", "line", "column", "end_line", "end_column", "heading", "stated")}

    def node(key: str, label: str, cls: str, note: int, line: int) -> int:
        keys.append(key)
        labels.append(text(label))
        classes.append((cls,))
        node_notes.append(note)
        headings.append(text("Results › By year"))
        sources.append(text(f"| {label} | {line} |"))
        places.append((line, 1, line, 40))
        return len(keys) - 1

    def fact(about: int, name: str, of: Kind, what: int, note: int, line: int) -> None:
        subject.append(about)
        properties.append(name)
        kind.append(of)
        value.append(what)
        for column, at in zip(columns, (note, line, 3, line, 12, text("Results › By year"), line % 80), strict=True):
            columns[column].append(at)

    for number in range(notes):
        note = len(keys)
        node(f"note/note-{number}", f"Note {number}", "note", note, 1)
        fact(note, "path", Kind.TEXT, text(f"Note {number}.md"), note, 1)
        firm = node(f"id/firm-{number}", f"Firm {number}", "firm", note, 3)
        for row in range(20):
            line = 10 + row
            record = node(f"observation/firm-{number}__metric-{row}", f"Firm {number} metric {row}", "observation", note, line)
            fact(record, "about", Kind.THING, firm, note, line)
            fact(record, "metric", Kind.TEXT, text(f"metric {row}"), note, line)
            fact(record, "value", Kind.QUANTITY, (number * 7 + row * 31) % 400, note, line)
            fact(record, "period", Kind.PERIOD, (number + row) % 80, note, line)
            fact(note, "mentions", Kind.THING, max(0, firm - 23 * row), note, line)
    return build_graph(
        Facts.from_lists(
            schema=builtin_schema(), texts=tuple(texts), quantities=quantities, periods=periods, node_key=tuple(keys),
            node_label=labels, node_aliases=((),) * len(keys), node_classes=tuple(classes), node_note=node_notes,
            node_place=tuple(places), node_heading=headings, node_source=sources, fact_subject=subject,
            fact_property=tuple(properties), fact_kind=kind, fact_value=value,
            **{f"evidence_{name}": column for name, column in columns.items()},
        )
    )  # fmt: skip


def _percent(index: int) -> Quantity:
    number = Decimal(index) / 10
    return Quantity(f"{number}%", number, number, number, "%")


def _year(year: int) -> Period:
    return Period(str(year), date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal(), Precision.YEAR, edtf=str(year))


def _ours(name: str, graph: Graph, path: Path) -> Callable[[], object]:
    from rotgraph.rdf.write import export

    return lambda: export(graph, path, name)


def _pyoxigraph(name: str, path: Path) -> Callable[[], object]:
    import pyoxigraph as ox

    quads = [(quad.subject.value, quad.predicate.value, quad.object, quad.graph_name.value) for quad in _parsed(path)]
    shape = {"pyoxigraph nquads from Python": ox.RdfFormat.N_QUADS, "pyoxigraph trig from Python": ox.RdfFormat.TRIG}[name]

    def made() -> Iterator[Any]:
        named: Callable[[str], Any] = ox.NamedNode
        predicates = {predicate: named(predicate) for _, predicate, _, _ in quads}
        for subject, predicate, value, graph in quads:
            object_ = named(value.value) if isinstance(value, ox.NamedNode) else ox.Literal(value.value, datatype=value.datatype)
            yield ox.Quad(named(subject), predicates[predicate], object_, named(graph))

    return lambda: ox.serialize(made(), path.with_suffix(".out"), format=shape)


def _parsed(path: Path) -> Any:
    import pyoxigraph as ox

    return ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)


def _rdflib(name: str, path: Path) -> Callable[[], object]:
    import rdflib

    graph = rdflib.Graph()
    graph.parse(path, format="nt")
    return lambda: graph.serialize(str(path.with_suffix(".out")), format=name.removeprefix("rdflib "))


def measure(name: str, facts: int, path: Path) -> None:
    """Print seconds, seconds of the processor, and the peak of this process before and after, in MiB."""
    if name in OURS:
        run = _ours(name, make(facts), path)
    else:
        run = _rdflib(name, path) if name.startswith("rdflib") else _pyoxigraph(name, path)
    peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # noqa: E731
    before, start, busy = peak(), time.perf_counter(), time.process_time()
    run()
    print(f"{time.perf_counter() - start:.2f} {time.process_time() - busy:.2f} {before} {peak()}")


def _child(name: str, facts: int, path: Path) -> tuple[float, float, int, int]:
    command = [sys.executable, __file__, "--one", name, str(facts), str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ).stdout.split()
    seconds, busy, before, after = told
    return float(seconds), float(busy), int(before), int(after)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("triples", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--one", nargs=3)
    parser.add_argument("--skip-rdflib", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.one:
        measure(given.one[0], int(given.one[1]), Path(given.one[2]))
        return
    rows = list(measured(given.triples, rdflib=not given.skip_rdflib))
    if given.json:
        print(json.dumps([(name, seconds, before, after, size) for name, seconds, _, before, after, size in rows]))
        return
    print(f"{'writer':34} {'s':>7} {'CPU s':>7} {'MiB before':>11} {'MiB peak':>9} {'MB':>7}")
    for name, seconds, busy, before, after, size in rows:
        print(f"{name:34} {seconds:7.2f} {busy:7.2f} {before:11} {after:9} {size:7.1f}")


def measured(triples: int, *, rdflib: bool) -> Iterator[tuple[str, float, float, int, int, float]]:
    """Per writer: seconds, seconds of the processor, MiB before and at most, MB written."""
    with tempfile.TemporaryDirectory() as folder:
        quads, lines = Path(folder, "g.nq"), Path(folder, "g.nt")
        facts = triples // TRIPLES_A_FACT
        for name in OURS:
            target = {"nquads": quads, "ntriples": lines}.get(name, Path(folder, f"g.{name}"))
            yield (name, *_child(name, facts, target), target.stat().st_size / 1e6)
        others = [("pyoxigraph nquads from Python", quads), ("pyoxigraph trig from Python", quads)]
        others += [("rdflib turtle", lines), ("rdflib nt", lines)] if rdflib else []
        for name, source in others:
            yield (name, *_child(name, facts, source), source.with_suffix(".out").stat().st_size / 1e6)


if __name__ == "__main__":
    main()
