"""Whether the exports of a vault are what they should be, shown by other people's readers.

    python tests/bench/export_proof.py VAULT [--notes 150] [--rdflib all] [--seeds 10] [--cells 200] [--only formats,bytes,cells]

``formats``: every format is parsed by pyoxigraph (with ``--rdflib`` also by rdflib) and read back, and says the same triples. They
stream by: there are no blank nodes, so two files are isomorphic where their sets of 128-bit hashes of triples are equal (16 bytes a
triple are kept); ``rapper``, where it is installed, counts as many. Seconds are of the processor.
``bytes``: the same bytes of every format in processes of their own: under other hash seeds, file orders, locales, working folders,
paths of the vault. ``cells``: cells of tables are changed at random, each in its note, beside one that stays: how many lines of
Turtle change; those that name a record or a thing, or by which another line finds what it speaks of, are told apart. Nothing is
written into the vault.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox
from export_reader import Hearing

from rotgraph.api.walk import compile_folder, compile_texts
from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.rdf.read import read_graph
from rotgraph.rdf.turtle import to_turtle
from rotgraph.rdf.write import FORMATS, export, pieces

READERS = {
    "turtle": (".ttl", ox.RdfFormat.TURTLE),
    "trig": (".trig", ox.RdfFormat.TRIG),
    "ntriples": (".nt", ox.RdfFormat.N_TRIPLES),
    "nquads": (".nq", ox.RdfFormat.N_QUADS),
    "jsonld": (".jsonld", ox.RdfFormat.from_media_type("application/ld+json;profile=http://www.w3.org/ns/json-ld#streaming")),
}


_Prints: TypeAlias = "npt.NDArray[np.uint64]"
"""Rows of two numbers: the 128 bits that stand for a statement, sorted, each once."""


@dataclass(frozen=True)
class Said:
    """What a file says, 16 bytes a statement: there are no blank nodes, so files say the same where their sets are equal."""

    triples: _Prints
    """Of the graphs of notes."""
    own: _Prints
    """Of the graphs that only datasets have."""
    quads: _Prints
    """Of the triples with their graphs; none where there are no graphs."""
    count: int

    def fits(self, wanted: Said) -> bool:
        """Whether the same is said, but for what a dataset says of itself."""
        pairs = ((self, wanted), (wanted, self))
        return not any(len(_only_in_first(_only_in_first(one.triples, two.triples), two.own)) for one, two in pairs)


def _said(triples: bytes | bytearray, own: bytes | bytearray, quads: bytes | bytearray, count: int) -> Said:
    return Said(_sorted(triples), _sorted(own), _sorted(quads), count)


def _sorted(prints: bytes | bytearray) -> _Prints:
    rows = np.frombuffer(prints, np.uint64).reshape(-1, 2)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    return rows[np.append(True, (rows[1:] != rows[:-1]).any(axis=1))[: len(rows)]]


def _only_in_first(first: _Prints, second: _Prints) -> _Prints:
    if np.array_equal(first, second):
        return first[:0]
    both = np.concatenate((first, second))
    order = np.lexsort((both[:, 1], both[:, 0]))
    same = np.append((both[order[1:]] == both[order[:-1]]).all(axis=1), False)
    alone = np.ones(len(both), bool)
    alone[order[:-1][same[:-1]]] = alone[order[1:][same[:-1]]] = False
    return first[alone[: len(first)]]


def pyoxigraphs(path: Path, form: ox.RdfFormat) -> Said:
    heard = Hearing()
    for quad in ox.parse(path=str(path), format=form):
        assert not isinstance(quad.subject, ox.BlankNode)
        assert not isinstance(quad.object, ox.BlankNode)
        graph = quad.graph_name
        heard.hear(str(quad.triple), graph.value if isinstance(graph, ox.NamedNode) else "")
    return _said(heard.triples, heard.own, heard.quads, heard.count)


def formats(
    graph: Graph, folder: Path, names: Sequence[str], with_rdflib: Sequence[str], read_back: Sequence[str], python: str
) -> bool:
    good = True
    wanted: Said | None = None
    quads: _Prints | None = None
    for name in names:
        suffix, form = READERS[name]
        path = folder / f"g{suffix}"
        wrote, _ = _timed(lambda path=path, name=name: export(graph, path, name))
        checked, found = _timed(lambda path=path, form=form: pyoxigraphs(path, form))
        wanted = wanted or found
        quads = found.quads if quads is None and len(found.quads) else quads
        named = not len(found.quads) or np.array_equal(found.quads, quads)
        counted = _rapper(path, name)
        checks = {
            f"pyoxigraph ({checked:.0f} s, {'quads' if len(found.quads) else 'triples'})": found.fits(wanted) and named,
            f"rapper ({'not asked' if counted is None else f'{counted:,}'})": counted in (None, found.count),
        }
        if name in with_rdflib:
            seconds, theirs = _timed(lambda path=path, name=name: rdflibs(path, name, python))
            same = theirs.fits(wanted) and (not len(found.quads) or np.array_equal(found.quads, theirs.quads))
            checks[f"rdflib ({seconds:.0f} s, {theirs.count:,})"] = same
        if name in read_back:
            seconds, same = _timed(lambda path=path: _same(graph, read_graph(path)))
            checks[f"read back ({seconds:.0f} s)"] = same
        verdict = ", ".join(f"{who} {'agrees' if holds else 'DISAGREES'}" for who, holds in checks.items())
        print(f"  {name:9} {path.stat().st_size / 1e6:8.1f} MB, written in {wrote:.0f} s, {found.count:,} statements: ", end="")
        print(verdict, flush=True)
        good = good and all(checks.values())
        path.unlink()
        if wanted is not found:
            del found
    print(f"  peak of memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB", flush=True)
    return good


_T = TypeVar("_T")


def _timed(run: Callable[[], _T]) -> tuple[float, _T]:
    """Seconds of the processor, those of other programs too, and what was made."""
    began = os.times()
    made = run()
    return sum(os.times()[:4]) - sum(began[:4]), made


def _same(graph: Graph, other: Graph) -> bool:
    """Whether two graphs give the same Turtle."""
    digests = []
    for each in (graph, other):
        digest = hashlib.sha256()
        for piece in pieces(each, "turtle"):
            digest.update(piece.encode())
        digests.append(digest.digest())
    return digests[0] == digests[1]


def _rapper(path: Path, name: str) -> int | None:
    if shutil.which("rapper") is None or name == "jsonld":
        return None
    found = subprocess.run(["rapper", "-c", "-i", name, str(path)], capture_output=True, text=True, check=False)
    number = re.search(r"returned (\d+) triples", found.stderr)
    return int(number[1]) if number and "Error" not in found.stderr else -1


def rdflibs(path: Path, name: str, python: str) -> Said:
    """As rdflib's parsers read it, in a process of its own, which need not be of this Python."""
    command = [python, str(Path(__file__).with_name("export_reader.py")), str(path), name, str(path)]
    count = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    told = [path.with_name(f"{path.name}.{kind}") for kind in ("triples", "own", "quads")]
    found = _said(*(each.read_bytes() for each in told), count)
    for each in told:
        each.unlink()
    return found


# the same bytes

_CHILD = """
import hashlib, json, os, random, sys
shuffle = random.Random(sys.argv[2])
scandir = os.scandir
def shuffled(path="."):
    entries = list(scandir(path))
    shuffle.shuffle(entries)
    return iter(entries)
os.scandir = shuffled
from rotgraph.api.walk import compile_folder
from rotgraph.rdf.write import FORMATS, pieces
graph = compile_folder(sys.argv[1], cache=False)
found = {}
for name in FORMATS:
    digest = hashlib.sha256()
    for piece in pieces(graph, name):
        digest.update(piece.encode())
    found[name] = digest.hexdigest()
print(json.dumps(found))
"""


def same_bytes(graph: Graph, vault: Path, folder: Path, seeds: int) -> bool:
    wanted = {}
    for name in FORMATS:
        digest = hashlib.sha256()
        for piece in pieces(graph, name):
            digest.update(piece.encode())
        wanted[name] = digest.hexdigest()
    moved = folder / "an other päth" / "moved vault"
    shutil.copytree(vault, moved, ignore=shutil.ignore_patterns(".git", ".rotgraph"))
    good = True
    for seed in range(seeds):
        other = bool(seed % 2)
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "LC_ALL": "C" if other else "C.UTF-8", "TZ": "Asia/Tokyo"}
        command = [sys.executable, "-c", _CHILD, str(moved if other else vault.resolve()), str(seed)]
        made = subprocess.run(command, cwd="/" if other else folder, env=environment, capture_output=True, text=True, check=True)
        found = json.loads(made.stdout)
        wrong = [name for name in wanted if found[name] != wanted[name]]
        good = good and not wrong
        print(f"  hash seed {seed}, {'LC_ALL=C, other folder and path' if other else 'C.UTF-8'}, files shuffled: ", end="")
        print(f"{len(wanted)} formats, {'the same bytes' if not wrong else f'OTHER BYTES: {wrong}'}", flush=True)
    return good


# one changed cell

_RULE = re.compile(r"^\s*\|?[\s:|-]+\|[\s:|-]*$")
_CELL = re.compile(r"(?<!\\)\|")


def cells(text: str) -> Iterator[tuple[int, int, int]]:
    """Line, start and end of the cells of tables that hold something."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not _RULE.match(line) or "-" not in line or not number:
            continue
        for row in range(number + 1, len(lines)):
            if "|" not in lines[row] or not lines[row].strip():
                break
            edges = [-1, *(found.start() for found in _CELL.finditer(lines[row])), len(lines[row])]
            for start, end in pairwise(edges):
                if lines[row][start + 1 : end].strip() and "[[" not in lines[row][start + 1 : end]:
                    yield row, start + 1, end


_KINDS = ("$7.25B", "€4–6M (est.)", "12.5%", "Q3 2031", "2029–2031", "~8 (prior peak 9)", "what is not known yet", "steady")
"""A quantity, a period, words."""
_LIST = re.compile(r"[;,→/·]\s|\s(?:and|or|→|/|·)\s|<br")
"""Cells that name several things: each is a line of its own."""


def changed(cell: str, chance: random.Random) -> str:
    """A cell that reads a little otherwise (another digit, another word, longer or shorter), or says something of another kind."""
    if chance.random() < 0.25 and not _LIST.search(cell):
        return f" {chance.choice(_KINDS)} "
    digits = [found.start() for found in re.finditer(r"[1-8]", cell)]
    if digits and chance.random() < 0.8:
        at = chance.choice(digits)
        return cell[:at] + str(int(cell[at]) + 1) + cell[at + 1 :]
    if not digits and chance.random() < 0.5:
        return f"{cell.rstrip()} indeed "
    words = [found.span() for found in re.finditer(r"[a-z]{4,}", cell)]
    if words:
        start, end = chance.choice(words)
        return f"{cell[:start]}{cell[start:end][::-1]}{cell[end:]}"
    return f"{cell.rstrip()}5 " if digits else f"{cell.rstrip()} indeed "


def stated_elsewhere(graph: Graph, line: int) -> set[tuple[str, str, str, int]]:
    """What is stated on other lines of a vault of one note."""
    found = set()
    columns, pointers = graph.columns, graph.columns["evidence_pointers"].tolist()
    lines = columns["evidence_line"].tolist()
    for name in graph.properties:
        for fact in range(*graph.property_range(name)):
            value = graph.value(fact)
            said = graph.key(value) if columns["fact_kind"][fact] == Kind.THING and isinstance(value, int) else repr(value)
            for at in lines[pointers[fact] : pointers[fact + 1]]:
                if at != line:
                    found.add((graph.key(int(columns["fact_subject"][fact])), name, said, at))
    return found


def names(graph: Graph) -> set[tuple[str, ...]]:
    """Keys of all records and things, each with its other names: a ticker is one."""
    return {(graph.key(node), *sorted(graph.aliases(node))) for node in range(graph.node_count)}


def diff_lines(before: str, after: str, folder: Path) -> int:
    """Lines that git shows as taken away and as added."""
    for name, text in (("before.ttl", before), ("after.ttl", after)):
        (folder / name).write_text(text, encoding="utf-8")
    command = ["git", "diff", "--no-index", "--minimal", "--numstat", "before.ttl", "after.ttl"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout.split()
    return int(made[0]) + int(made[1]) if made else 0


_BESIDE = {"Zz beside.md": "| Period | Rotation | Duration |\n|---|---|---|\n| 2031 | Calm → Storm | 2 years |\n"}
"""A note that stays: in a vault of one note, with its last value go the prefixes of values."""


def one_cell(vault: Path, wanted: int, chance: random.Random, folder: Path) -> bool:
    notes = [path for path in sorted(vault.rglob("*.md")) if ".rotgraph" not in path.parts and path.stat().st_size < 200_000]
    schema = vault / "rotgraph.toml"
    settings = _BESIDE | ({"rotgraph.toml": schema.read_text(encoding="utf-8")} if schema.is_file() else {})
    counts: Counter[str] = Counter()
    sizes: Counter[int] = Counter()
    worst: list[tuple[int, str]] = []
    turtles: dict[str, tuple[str, Graph]] = {}
    while counts["tried"] < wanted and counts["looked"] < 50 * wanted:
        counts["looked"] += 1
        path = chance.choice(notes)
        name = path.relative_to(vault).as_posix()
        text = path.read_text(encoding="utf-8", errors="replace")
        found = list(cells(text))
        if not found:
            continue
        counts["tried"] += 1
        row, start, end = chance.choice(found)
        lines = text.split("\n")
        cell = lines[row][start:end]
        lines[row] = lines[row][:start] + changed(cell, chance) + lines[row][end:]
        if name not in turtles:
            graph = compile_texts({name: text, **settings})
            turtles[name] = (to_turtle(graph), graph)
        before, graph = turtles[name]
        other = compile_texts({name: "\n".join(lines), **settings})
        if names(graph) != names(other):
            counts["a record or thing is named by it"] += 1
            continue
        if graph.schema != other.schema:
            counts["the kind of its column or a class is decided by it"] += 1
            continue
        if stated_elsewhere(graph, row + 1) != stated_elsewhere(other, row + 1):
            counts["what other lines state depends on it"] += 1
            continue
        size = diff_lines(before, to_turtle(other), folder)
        sizes[size] += 1
        if not 0 < size <= 6:
            worst.append((size, f"{name}:{row + 1}: {cell.strip()[:60]!r} -> {lines[row][start : end + 8].strip()[:60]!r}"))
    print(f"  {counts['tried']} cells: {dict(sorted(sizes.items()))} lines changed; {dict(counts)}")
    for size, said in sorted(worst, reverse=True)[:20]:
        print(f"    {size} lines: {said}")
    return not any(size > 6 for size, _ in worst)


def some_notes(vault: Path, count: int, folder: Path) -> Path:
    """A vault of every n-th note of another, with its schema."""
    notes = [path for path in sorted(vault.rglob("*.md")) if ".rotgraph" not in path.parts]
    target = folder / vault.name
    for path in (*notes[:: max(1, len(notes) // count)][:count], *vault.glob("rotgraph.toml")):
        copy = target / path.relative_to(vault)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return target


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vault", type=Path)
    parser.add_argument("--notes", type=int, help="that many of its notes, spread over the vault, instead of all")
    parser.add_argument("--formats", default="all", help="which of the five, commas between")
    parser.add_argument("--rdflib", default="", help="which of them rdflib reads too: commas between, or all")
    parser.add_argument(
        "--rdflib-python", default=sys.executable, help="the Python that runs rdflib: PyPy takes a third of the time"
    )
    parser.add_argument("--read-back", default="all", help="which of them are read back as graphs: commas between, or all")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--cells", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="formats,bytes,cells")
    given = parser.parse_args()
    asked = given.only.split(",")
    good = True
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if given.notes:
            given.vault = some_notes(given.vault, given.notes, folder)
        if {"formats", "bytes"} & set(asked):
            graph = compile_folder(given.vault, cache=False)
            print(f"{given.vault.name}: {graph.node_count:,} things and records, {graph.fact_count:,} facts", flush=True)
        if "formats" in asked:
            chosen = (READERS if each == "all" else each.split(",") for each in (given.formats, given.rdflib, given.read_back))
            good = formats(graph, folder, *map(tuple, chosen), given.rdflib_python) and good
        if "bytes" in asked:
            good = same_bytes(graph, given.vault, folder, given.seeds) and good
        if "cells" in asked:
            good = one_cell(given.vault, given.cells, random.Random(given.seed), folder) and good
    print("all holds" if good else "NOT ALL HOLDS")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
