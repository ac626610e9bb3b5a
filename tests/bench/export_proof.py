"""Whether the exports of a vault are what they should be, shown by other people's readers.

    python tests/bench/export_proof.py VAULT [--notes 150] [--rdflib] [--seeds 10] [--cells 200] [--only formats,bytes,cells]

``formats``: every format is parsed by pyoxigraph (and with ``--rdflib`` by rdflib) and read back, and says the same triples,
compared by their canonical lines, sorted on the disk (there are no blank nodes); ``rapper``, where it is installed, counts as many.
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
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox

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
    "jsonld": (".jsonld", ox.RdfFormat.JSON_LD),
}
_OURS_ALONE = ("/graph/schema", "/graph/manifest")
"""Graphs that only the datasets have."""


@dataclass(frozen=True)
class Said:
    """What a file says: nothing here grows with it, the triples lie sorted on the disk."""

    triples: Path
    """The distinct triples of the graphs of notes, sorted."""
    own: frozenset[bytes]
    """Those of the graphs that only datasets have."""
    quads: str
    """Hash of the distinct triples with their graphs, sorted; empty where there are no graphs."""
    count: int

    def fits(self, wanted: Said) -> bool:
        """Whether nothing is missing, and nothing more is said than a dataset says of itself."""
        more = _only_in_first(self.triples, wanted.triples)
        missing = _only_in_first(wanted.triples, self.triples)
        return next(more, None) is None and all(line.rstrip(b"\n") in self.own for line in missing)


def said_by(statements: Iterable[tuple[str, str]], path: Path) -> Said:
    """Of triples with the names of their graphs; what is sorted is put beside ``path``."""
    triples, quads = path.with_name(path.name + ".triples"), path.with_name(path.name + ".quads")
    own, count = set(), 0
    with open(triples, "w", encoding="utf-8") as plain, open(quads, "w", encoding="utf-8") as named:
        for triple, graph in statements:
            count += 1
            if graph.endswith(_OURS_ALONE):
                own.add(triple.encode())
            else:
                plain.write(f"{triple}\n")
            if graph:
                named.write(f"{graph} {triple}\n")
    _sort(triples)
    digest = ""
    if quads.stat().st_size:
        _sort(quads)
        with open(quads, "rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    quads.unlink()
    return Said(triples, frozenset(own), digest, count)


def _sort(path: Path) -> None:
    command = ["sort", "-u", "-S", "1G", "-T", str(path.parent), "-o", str(path), str(path)]
    subprocess.run(command, env={**os.environ, "LC_ALL": "C"}, check=True)


def _only_in_first(first: Path, second: Path) -> Iterator[bytes]:
    """Lines of one sorted file that another lacks."""
    with subprocess.Popen(["comm", "-23", first, second], env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.PIPE) as found:
        assert found.stdout is not None
        yield from found.stdout
    assert found.returncode == 0


def pyoxigraphs(path: Path, form: ox.RdfFormat) -> Iterator[tuple[str, str]]:
    for quad in ox.parse(path=str(path), format=form):
        assert not isinstance(quad.subject, ox.BlankNode)
        assert not isinstance(quad.object, ox.BlankNode)
        graph = quad.graph_name
        yield str(quad.triple), graph.value if isinstance(graph, ox.NamedNode) else ""


def formats(graph: Graph, folder: Path, *, with_rdflib: bool) -> bool:
    good = True
    wanted: Said | None = None
    quads = ""
    for name, (suffix, form) in READERS.items():
        path = folder / f"g{suffix}"
        began = time.perf_counter()
        export(graph, path, name)
        wrote = time.perf_counter() - began
        found = said_by(pyoxigraphs(path, form), path)
        wanted, quads = wanted or found, quads or found.quads
        counted = _rapper(path, name)
        began = time.perf_counter()
        again = read_graph(path)
        read = time.perf_counter() - began
        checks = {
            f"pyoxigraph ({'quads' if found.quads else 'triples'})": found.fits(wanted) and found.quads in ("", quads),
            "read back": _same_turtle(again, folder / "g.ttl"),
            f"rapper ({'not asked' if counted is None else f'{counted:,}'})": counted in (None, found.count),
        }
        if with_rdflib:
            checks["rdflib"] = said_by(_rdflib(path, name), path.with_suffix(".rdflib")).fits(wanted)
        verdict = ", ".join(f"{who} {'agrees' if holds else 'DISAGREES'}" for who, holds in checks.items())
        print(f"  {name:9} {path.stat().st_size / 1e6:8.1f} MB, written in {wrote:.1f} s, read back in {read:.1f} s, ", end="")
        print(f"{found.count:,} statements: {verdict}", flush=True)
        good = good and all(checks.values())
        for written in (path, found.triples):
            if written not in (folder / "g.ttl", wanted.triples):
                written.unlink()
    return good


def _same_turtle(graph: Graph, path: Path) -> bool:
    digest = hashlib.sha256()
    for piece in pieces(graph, "turtle"):
        digest.update(piece.encode())
    with open(path, "rb") as stream:
        return digest.digest() == hashlib.file_digest(stream, "sha256").digest()


def _rapper(path: Path, name: str) -> int | None:
    if shutil.which("rapper") is None or name == "jsonld":
        return None
    found = subprocess.run(["rapper", "-c", "-i", name, str(path)], capture_output=True, text=True, check=False)
    number = re.search(r"returned (\d+) triples", found.stderr)
    return int(number[1]) if number and "Error" not in found.stderr else -1


def _rdflib(path: Path, name: str) -> Iterator[tuple[str, str]]:
    """The triples as rdflib reads them; literals as they are written, not as it would write them."""
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    form = {"ntriples": "nt", "jsonld": "json-ld"}.get(name, name)
    data = rdflib.Dataset() if name in ("trig", "nquads") else rdflib.Graph()
    data.parse(path, format=form)
    for graph in data.graphs() if isinstance(data, rdflib.Dataset) else (data,):
        for triple in graph:
            yield _line(*triple), str(graph.identifier) if isinstance(data, rdflib.Dataset) else ""


def _line(*triple: object) -> str:
    import rdflib

    terms = [
        str(ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None))
        if isinstance(term, rdflib.Literal)
        else f"<{term}>"
        for term in triple
    ]
    return " ".join(terms)


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


def changed(cell: str, chance: random.Random) -> str:
    """A cell that reads a little otherwise: another digit, another word, longer or shorter."""
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
            said = graph.key(value) if columns["fact_kind"][fact] == Kind.THING and isinstance(value, int) else str(value)
            for at in lines[pointers[fact] : pointers[fact + 1]]:
                if at != line:
                    found.add((graph.key(int(columns["fact_subject"][fact])), name, said, at))
    return found


def diff_lines(before: str, after: str, folder: Path) -> int:
    """Lines that git shows as taken away and as added."""
    for name, text in (("before.ttl", before), ("after.ttl", after)):
        (folder / name).write_text(text, encoding="utf-8")
    command = ["git", "diff", "--no-index", "--minimal", "--numstat", "before.ttl", "after.ttl"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout.split()
    return int(made[0]) + int(made[1]) if made else 0


_BESIDE = {"Zz beside.md": "| Period | Rotation | Duration |\n|---|---|---|\n| 2031 | Calm → Storm | 2 years |\n"}
"""A note that stays: in a vault of one note, with its last value go the heading and the prefixes of values."""


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
        if {graph.key(node) for node in range(graph.node_count)} != {other.key(node) for node in range(other.node_count)}:
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
    parser.add_argument("--rdflib", action="store_true")
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
            good = formats(graph, folder, with_rdflib=given.rdflib) and good
        if "bytes" in asked:
            good = same_bytes(graph, given.vault, folder, given.seeds) and good
        if "cells" in asked:
            good = one_cell(given.vault, given.cells, random.Random(given.seed), folder) and good
    print("all holds" if good else "NOT ALL HOLDS")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
