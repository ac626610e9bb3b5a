"""Stores kept in step: what is sent, what happens when the network or the store fails, what answers over HTTP."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

pytest.importorskip("httpx")

from rotgraph.api.ask import plan_of
from rotgraph.api.walk import compile_texts
from rotgraph.errors import StoreError
from rotgraph.model.graph import Graph
from rotgraph.native.evaluate import evaluate
from rotgraph.sparql.run import Engine
from rotgraph.stores.client import PAUSES, Client
from rotgraph.stores.endpoint import Endpoint
from rotgraph.stores.profiles import PROFILES, address_of, masked
from rotgraph.stores.push import push
from store_server import FAULTS, Server, running

_ROOM = "https://example.org/vault/graph/"
TABLE = "| Period | Rotation | Buy side |\n|---|---|---|\n| 2031 | Calm → Storm | Energy |\n"
FIRST = {"Tides.md": f"# Tides\n\n{TABLE}", "Firm.md": "# Firm\n\nSee [[Tides]].\n", "Gone.md": "# Gone\n"}
SECOND = {"Tides.md": FIRST["Tides.md"].replace("Energy", "Tech"), "Firm.md": FIRST["Firm.md"], "New.md": "# New\n\nOf [[Firm]].\n"}


@pytest.fixture(scope="module")
def first() -> Graph:
    return compile_texts(FIRST)


@pytest.fixture(scope="module")
def second() -> Graph:
    return compile_texts(SECOND)


@pytest.fixture(scope="module")
def one_server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def server(one_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Server:
    for name in ("ROTGRAPH_USER", "ROTGRAPH_PASSWORD", "ROTGRAPH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    one_server.reset()
    one_server.union = True
    return one_server


def sent(server: Server, graph: Graph, url: str = "", timeout: float = 30.0) -> tuple[object, list[float]]:
    """Push, and how long it would have waited."""
    waits: list[float] = []
    address = address_of(url or server.url)
    with Client(address, timeout=timeout, sleep=waits.append, jitter=lambda: 0.0) as client:
        return push(graph, Endpoint(address, client)), waits


def fresh(server: Server, graph: Graph) -> dict[str, frozenset[str]]:
    """What a store that never held anything else would hold."""
    server.reset()
    sent(server, graph)
    found = server.graphs()
    server.reset()
    return found


def test_push_again_change_rename_delete(server: Server, first: Graph, second: Graph) -> None:
    wanted = fresh(server, second)
    done, _ = sent(server, first)
    assert {change.verb for change in done.changes} == {"PUT"}
    held = server.graphs()
    count = len(server.requests)
    again, _ = sent(server, first)
    assert again.changes == ()
    assert all(verb == "POST" for verb, _ in server.requests[count:])
    assert server.graphs() == held
    changed, _ = sent(server, second)
    found = {(change.verb, change.graph.rpartition("/")[2]) for change in changed.changes}
    assert {("PUT", "tides"), ("PUT", "new"), ("DELETE", "gone")} <= found
    assert not {("PUT", "schema"), ("DELETE", "tides")} & found
    assert server.graphs() == wanted


def test_a_dry_run_changes_nothing(server: Server, first: Graph) -> None:
    address = address_of(server.url)
    with Client(address) as client:
        found = push(first, Endpoint(address, client), dry=True)
    assert found.dry
    assert len(found.changes) == 5
    assert server.graphs() == {}
    assert {verb for verb, _ in server.requests} == {"POST"}


def test_progress_is_told(server: Server, first: Graph) -> None:
    seen: list[tuple[int, int]] = []
    address = address_of(server.url)
    with Client(address) as client:
        push(first, Endpoint(address, client), progress=lambda done, of: seen.append((done, of)))
    assert seen == [(number, 5) for number in range(6)]


def test_what_others_put_there_stays(server: Server, first: Graph) -> None:
    server.store.update("INSERT DATA { GRAPH <https://other.org/g> { <a:s> <a:p> <a:o> } }")
    sent(server, first)
    assert len(server.graphs()["https://other.org/g"]) == 1


def test_a_store_that_was_tampered_with_is_mended(server: Server, first: Graph) -> None:
    wanted = fresh(server, first)
    sent(server, first)
    server.store.update(
        "DELETE WHERE { GRAPH <https://example.org/vault/graph/tides> { ?s <https://w3id.org/rotgraph/ns#buySide> ?o } }"
    )
    sent(server, first)
    assert server.graphs() == wanted


def test_no_union_fails_loudly(server: Server, first: Graph) -> None:
    server.union = False
    with pytest.raises(StoreError, match="does not see their union"):
        sent(server, first)


def test_staging_where_a_put_is_not_atomic(server: Server, first: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    wanted = fresh(server, first)
    monkeypatch.setitem(PROFILES, "oxigraph", replace(PROFILES["oxigraph"], staged=True))  # type: ignore[arg-type]
    sent(server, first)
    assert server.graphs() == wanted
    assert any("staging" in path for verb, path in server.requests if verb == "PUT")


# faults


@pytest.fixture(scope="module")
def states(one_server: Server, first: Graph, second: Graph) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    return fresh(one_server, first), fresh(one_server, second)


def at(position: int, fault: str, *, lasting: bool) -> Callable[[int, str], str]:
    """A fault at one request, or from it on."""
    return lambda number, _: fault if number == position or (lasting and number > position) else ""


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("lasting", [False, True])
def test_a_fault_leaves_old_or_new_and_is_mended(
    server: Server, states: tuple[dict[str, frozenset[str]], ...], first: Graph, second: Graph, fault: str, *, lasting: bool
) -> None:
    """At 216 requests of pushes: each graph is the old or the new one, or the client fails; the next push mends it."""
    old, new = states
    for position in range(0, 12, 1 + lasting):
        server.reset()
        for quad in (line for name, lines in old.items() for line in _quads(name, lines)):
            server.store.add(quad)
        server.fault = at(position, fault, lasting=lasting)
        try:
            sent(server, second, timeout=0.2 if fault == "slow" else 30.0)
            failed = False
        except StoreError:
            failed = True
        if fault == "slow":
            time.sleep(0.45)  # what was on its way arrives
        if failed:
            for name, triples in server.graphs().items():
                assert name.endswith("/manifest") or triples in (old.get(name), new.get(name))
            server.fault = lambda _number, _verb: ""
            sent(server, second)
        assert failed or not lasting or position >= len(server.requests)
        if fault == "slow" and not failed:  # a late first manifest only makes the next push put again what is there
            assert {**server.graphs(), f"{_ROOM}manifest": new[f"{_ROOM}manifest"]} == new
            server.fault = lambda _number, _verb: ""
            sent(server, second)
        assert server.graphs() == new, f"{fault} at {position}"


def _quads(name: str, triples: frozenset[str]) -> list[ox.Quad]:
    text = "".join(f"{triple} <{name}> .\n" for triple in triples)
    return list(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS))


@pytest.mark.parametrize(
    ("fault", "tries"), [("401", 1), ("403", 1), ("429", 4), ("500", 4), ("503", 4), ("refused", 4), ("redirect", 1)]
)
def test_what_is_tried_again(server: Server, fault: str, tries: int) -> None:
    server.fault = lambda _number, _verb: fault
    waits: list[float] = []
    client = Client(address_of(server.url), sleep=waits.append, jitter=lambda: 0.0)
    with client, pytest.raises(StoreError):
        list(Endpoint(address_of(server.url), client).select("SELECT * WHERE { ?s ?p ?o }"))
    assert len(server.requests) == tries
    assert waits == ([0.0] * 3 if fault in ("429", "503") else list(PAUSES)[: tries - 1])


@pytest.mark.parametrize("fault", ["html", "truncated"])
def test_an_answer_that_does_not_parse_is_a_failure(server: Server, fault: str) -> None:
    server.fault = lambda _number, _verb: fault
    client = Client(address_of(server.url), sleep=lambda _: None)
    with client, pytest.raises(StoreError, match=r"no SPARQL results|Error"):
        list(Endpoint(address_of(server.url), client).select("SELECT * WHERE { ?s ?p ?o }"))


def test_credentials_go_to_the_store_and_nowhere_else(server: Server, monkeypatch: pytest.MonkeyPatch, first: Graph) -> None:
    server.fault = lambda _number, _verb: "redirect"
    url = server.url.replace("http://", "http://someone:hunter2@")
    with pytest.raises(StoreError) as failed:
        sent(server, first, url)
    assert "hunter2" not in str(failed.value)
    assert "hunter2" not in repr(address_of(url))
    assert server.headers[0]["authorization"].startswith("Basic ")
    server.reset()
    monkeypatch.setenv("ROTGRAPH_TOKEN", "a-token")
    sent(server, first)
    assert server.headers[0]["authorization"] == "Bearer a-token"


def test_netrc(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, first: Graph) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password word\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    sent(server, first)
    assert server.headers[0]["authorization"].startswith("Basic ")


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = address_of(f"http://127.0.0.1:{port}")
    with Client(address, sleep=lambda _: None) as client, pytest.raises(StoreError, match="ConnectError"):
        list(Endpoint(address, client).select("ASK {}"))


def test_nobody_there_is_told_before_the_graphs_are_made(first: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotgraph.stores.push._Push._graphs", lambda _: pytest.fail("graphs are made for nobody"))
    address = address_of("http://127.0.0.1:9")
    with Client(address, sleep=lambda _: None) as client, pytest.raises(StoreError, match="ConnectError"):
        push(first, Endpoint(address, client))


# addresses


@pytest.mark.parametrize(
    ("url", "store", "graphs"),
    [
        ("http://h:7878", "", "http://h:7878/store"),
        ("http://h:7878/query", "", "http://h:7878/store"),
        ("http://h/ds/data", "", "http://h/ds/data"),
        ("http://h/ds", "fuseki", "http://h/ds/data"),
        ("http://h:8890/sparql", "", "http://h:8890/sparql-graph-crud-auth"),
        ("https://h/repositories/r", "", "https://h/repositories/r/rdf-graphs/service"),
        ("http://[::1]:7878/", "", "http://[::1]:7878/store"),
    ],
)
def test_addresses(url: str, store: str, graphs: str) -> None:
    assert address_of(url, store).graphs == graphs


@pytest.mark.parametrize("url", ["ftp://h/", "h:7878", "http://", "http://u:pw@h:port/", "file:///etc/passwd"])
def test_no_address(url: str) -> None:
    with pytest.raises(StoreError) as failed:
        address_of(url)
    assert "pw" not in str(failed.value).replace("passwd", "")


def test_masks() -> None:
    assert masked("https://a:b@c.org/d?e") == "https://c.org/d?e"


# answers over HTTP

QUERIES = (
    "episodes",
    "episodes where buy_side contains Energy show rotation, line",
    "count episodes per rotation",
    "notes show title",
)


@pytest.mark.parametrize("query", QUERIES)
def test_the_language_over_http(server: Server, first: Graph, query: str) -> None:
    sent(server, first)
    plan = plan_of(first, query, {}, optimized=False)
    address = address_of(f"{server.url}/query")
    with Client(address) as client:
        found, wanted = Engine(Endpoint(address, client), first.schema, first.properties).evaluate(plan), evaluate(plan, first)
        assert found.columns == wanted.columns
        for row in range(len(wanted)):
            assert str(found.rows.cells(row)) == re.sub(r"node=\d+", "node=-1", str(wanted.rows.cells(row)))
            assert found.rows.evidence(row) == wanted.rows.evidence(row)
        assert len(found) == len(wanted)


@pytest.mark.skipif(shutil.which("oxigraph") is None, reason="the oxigraph server is not installed")
def test_a_real_oxigraph_server(tmp_path: Path, first: Graph, second: Graph) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["oxigraph", "serve", "--location", str(tmp_path / "db"), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ) as process:
        try:
            address = address_of(f"http://127.0.0.1:{port}")
            with Client(address) as client:
                push(first, Endpoint(address, client))
                assert push(first, Endpoint(address, client)).changes == ()
                push(second, Endpoint(address, client))
                plan = plan_of(second, "episodes", {}, optimized=False)
                assert len(Engine(Endpoint(address, client), second.schema, second.properties).evaluate(plan)) == 1
        finally:
            process.terminate()
