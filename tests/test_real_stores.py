"""Real stores: kept in step with notes that change, and asked the same queries as the graph itself.

Each needs its server installed, and is skipped where it is not.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest

pytest.importorskip("httpx")

import httpx

import rotgraph
from real_stores import OXIGRAPH, VIRTUOSO, oxigraph_server, virtuoso_server
from rotgraph.api.store_graph import StoreGraph
from rotgraph.rdf.answers import Store
from rotgraph.sparql.run import Engine
from sparql_judges import COMUNICA, JENA, JenaStore, RdflibStore, comunica
from store_steps import in_step, same

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
needs_oxigraph = pytest.mark.skipif(OXIGRAPH is None, reason="the oxigraph server is not installed")
pytestmark = pytest.mark.usefixtures("no_credentials")
needs_virtuoso = pytest.mark.skipif(VIRTUOSO is None, reason="Virtuoso is not installed")


def held(url: str, store: str) -> dict[str, frozenset[str]]:
    """The triples of each graph below our base that a store holds, as it gives them out."""
    names = httpx.get(
        f"{url.removesuffix('/sparql')}/{'sparql' if store == 'virtuoso' else 'query'}",
        params={"query": "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"},
        headers={"Accept": "application/sparql-results+json"},
        timeout=120,
        trust_env=False,
    ).json()["results"]["bindings"]
    found = {}
    for name in (row["g"]["value"] for row in names):
        if name.startswith("https://example.org/vault/graph/"):
            path = f"/sparql-graph-crud?graph-uri={quote(name)}" if store == "virtuoso" else f"/store?graph={quote(name)}"
            text = httpx.get(
                url.removesuffix("/sparql") + path, headers={"Accept": "application/n-triples"}, timeout=120, trust_env=False
            )
            found[name] = frozenset(str(each) for each in ox.parse(text.content, format=ox.RdfFormat.N_TRIPLES))
    return found


@needs_oxigraph
def test_oxigraph_is_kept_in_step(tmp_path: Path) -> None:
    with oxigraph_server(tmp_path / "a") as first, oxigraph_server(tmp_path / "b") as second:
        in_step(first, second, "oxigraph", lambda: held(first, "oxigraph"), lambda: held(second, "oxigraph"))


@needs_virtuoso
def test_virtuoso_is_kept_in_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROTGRAPH_USER", "dba")
    monkeypatch.setenv("ROTGRAPH_PASSWORD", "dba")
    with virtuoso_server(tmp_path / "a") as first, virtuoso_server(tmp_path / "b") as second:
        in_step(first, second, "virtuoso", lambda: held(first, "virtuoso"), lambda: held(second, "virtuoso"))


# acceptance: the same rows on every engine

Server = Callable[[Path], AbstractContextManager[str]]


@pytest.fixture(scope="module")
def seed() -> rotgraph.Graph:
    if not (SHARED / "seed").is_dir():
        pytest.skip("the shared seed is not beside the repository")
    return rotgraph.compile(SHARED / "seed", cache=False)


def cases() -> list[dict[str, Any]]:
    file = SHARED / "acceptance" / "seed.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()] if file.is_file() else []


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def holds(case: dict[str, Any], table: list[list[str]]) -> bool:
    header, found = table[0], table[1:]
    wanted = [[str(cell) for cell in row] for row in case["rows"]]
    columns = case["columns"] is None or header == case["columns"]
    return columns and (found == wanted if case["ordered"] else sorted(found) == sorted(wanted))


@pytest.fixture(scope="module")
def engines(seed: rotgraph.Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, StoreGraph]]:
    """The seed in Oxigraph in memory, in rdflib, and where it is installed in an Oxigraph that is asked over HTTP."""
    found = {"memory": rotgraph.connect(seed), "rdflib": judged(seed, RdflibStore(seed._facts))}
    if OXIGRAPH is None:
        yield found
        return
    with oxigraph_server(tmp_path_factory.mktemp("oxigraph")) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        seed.push(url)
        with rotgraph.connect(url) as found["http"]:
            yield found


def judged(graph: rotgraph.Graph, judge: Store) -> StoreGraph:
    """The language with another's store under it."""
    found = rotgraph.connect(graph)
    found._kept = replace(found._learn(), engine=Engine(judge, graph.schema, graph._facts.properties))
    return found


@pytest.mark.skipif(not cases(), reason="the shared acceptance cases are not beside the repository")
@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_an_acceptance_query_has_the_same_rows_everywhere(
    seed: rotgraph.Graph, engines: dict[str, StoreGraph], case: dict[str, Any]
) -> None:
    native = seed.query(case["query"])
    assert holds(case, rows(native.to_csv()))
    for name, store in engines.items():
        found = store.query(case["query"])
        assert found.to_csv() == native.to_csv(), name
        assert holds(case, rows(found.to_csv())), name
        assert [row.evidence for row in found] == [row.evidence for row in native], name


@needs_virtuoso
def test_virtuoso_finds_the_same_rows(seed: rotgraph.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROTGRAPH_USER", "dba")
    monkeypatch.setenv("ROTGRAPH_PASSWORD", "dba")
    with virtuoso_server(tmp_path) as url:
        seed.push(url, "virtuoso")
        with rotgraph.connect(url, "virtuoso") as store:
            for case in cases():
                same(store, seed, case["query"])


@pytest.mark.skipif(not JENA, reason="Apache Jena (Debian's libapache-jena-java, jpype1) is not installed")
def test_jena_finds_the_same_rows(seed: rotgraph.Graph, tmp_path: Path) -> None:
    store = judged(seed, JenaStore(seed._facts, tmp_path))
    for case in cases():
        same(store, seed, case["query"])


@pytest.mark.skipif(not COMUNICA, reason="ROTGRAPH_COMUNICA names no folder with @comunica/query-sparql-file")
def test_comunica_finds_the_same_rows(seed: rotgraph.Graph, tmp_path: Path) -> None:
    with comunica(seed._facts, tmp_path) as judge:
        store = judged(seed, judge)
        for case in cases():
            same(store, seed, case["query"])
