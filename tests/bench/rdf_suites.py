"""Whether the reader that judges our exports reads RDF as the W3C's suites say.

    git clone https://github.com/w3c/rdf-tests                   # or any other copy of it
    python tests/bench/rdf_suites.py rdf-tests/rdf [--reader pyoxigraph|rdflib]

Runs the syntax and evaluation tests of Turtle, TriG, N-Triples and N-Quads (RDF 1.1, and 1.2 for pyoxigraph) and prints those that
fail, then the counts. What evaluates to a graph is compared by isomorphism.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FOLDERS = {"rdf-turtle": "ttl", "rdf-trig": "trig", "rdf-n-triples": "nt", "rdf-n-quads": "nq"}
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
}


@dataclass(frozen=True)
class Case:
    name: str
    kind: str
    action: Path
    result: Path | None
    base: str


def manifests(root: Path) -> Iterator[Path]:
    """Manifests of the four languages, those that include others first."""
    for version in ("rdf11", "rdf12"):
        for folder in FOLDERS:
            yield from sorted((root / version / folder).rglob("manifest.ttl"))


def cases(manifest: Path) -> Iterator[Case]:
    store = ox.Store()
    here = manifest.resolve().parent.as_uri() + "/"
    store.load(path=str(manifest), format=ox.RdfFormat.TURTLE, base_iri=here)

    def one(subject: Any, term: str) -> Any:
        return next((quad.object for quad in store.quads_for_pattern(subject, ox.NamedNode(term), None)), None)

    assumed = next((quad.object.value for quad in store.quads_for_pattern(None, ox.NamedNode(f"{MF}assumedTestBase"), None)), "")
    for quad in store.quads_for_pattern(None, ox.NamedNode(f"{MF}action"), None):
        kind = one(quad.subject, f"{RDF}type").value.rpartition("#")[2]
        action, result = Path(quad.object.value.removeprefix("file://")), one(quad.subject, f"{MF}result")
        name = quad.subject.value.rpartition("#")[2]
        expected = Path(result.value.removeprefix("file://")) if isinstance(result, ox.NamedNode) else None
        yield Case(name, kind, action, expected, (assumed or here) + action.relative_to(manifest.resolve().parent).as_posix())


def by_pyoxigraph(path: Path, base: str) -> Any:
    form = FORMATS[path.suffix[1:]]
    lines = form in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
    found = ox.Dataset(ox.parse(path=str(path), format=form, base_iri=None if lines else base))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def by_rdflib(path: Path, base: str) -> Any:
    import rdflib
    from rdflib.compare import to_canonical_graph

    form = {"ttl": "turtle", "trig": "trig", "nt": "nt", "nq": "nquads"}[path.suffix[1:]]
    if form in ("trig", "nquads"):
        found = rdflib.Dataset()
        found.parse(path, format=form, publicID=base)
        return {(str(graph.identifier), frozenset(to_canonical_graph(graph))) for graph in found.graphs() if len(graph)}
    return set(to_canonical_graph(rdflib.Graph().parse(path, format=form, publicID=base)))


READERS = {"pyoxigraph": by_pyoxigraph, "rdflib": by_rdflib}


def holds(case: Case, reader: str) -> bool:
    read = READERS[reader]
    refused = False
    found = None
    try:
        found = read(case.action, case.base)
    except Exception:  # noqa: BLE001 - whatever a reader raises, it refused
        refused = True
    if "Negative" in case.kind:
        return refused
    if refused or case.result is None:
        return not refused
    return bool(found == read(case.result, case.base))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--reader", choices=sorted(READERS), default="pyoxigraph")
    given = parser.parse_args()
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for manifest in manifests(given.root):
        part = "/".join(manifest.relative_to(given.root).parts[:2])
        if given.reader == "rdflib" and part.startswith("rdf12"):
            continue
        for case in cases(manifest):
            if case.kind.endswith("C14N") or not case.kind.startswith("Test"):
                continue
            total[part] += 1
            good = holds(case, given.reader)
            passed[part] += good
            if not good:
                print(f"{part} {case.kind} {case.name}: {case.action}")
    for part, count in sorted(total.items()):
        print(f"{part:24} {passed[part]:4} of {count:4}")
    print(f"{given.reader:24} {passed.total():4} of {total.total():4}")
    return 0 if passed == total else 1


if __name__ == "__main__":
    raise SystemExit(main())
