"""In: the make of a store. Out: a server on loopback that speaks as that make's own documentation says. For tests.

Paths, parameters, media types, who may do what, status codes and what a query sees are the make's; what is held is held by
pyoxigraph, or by Apache Jena itself where a test gives it. What is not documented is refused: so a client that asks in another way
than the documentation says fails here.

Sources: Fuseki's ``GSP_RW`` and `DynamicDatasets`, RDF4J's REST API and its ``GraphController`` (GraphDB has the same paths), the
OpenAPI description of Stardog 12, QLever's pull requests 1727, 2117 and 2532, Neptune's user guide, the SPARQL 1.1 Protocol.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox

from sparql_judges import start_jena
from store_server import QuietHandler

__all__ = ["MAKES", "Held", "JenaHeld", "Make", "MakeServer", "serving"]

_RDF = {"application/n-triples", "text/turtle"}
_RESULTS = "application/sparql-results+json"
USER, PASSWORD, TOKEN = "analyst", "a:b c", "a-token"


@dataclass(frozen=True)
class Make:
    """What one make's documentation says."""

    base: str
    """The path that its users are told to give."""
    queries: tuple[str, ...]
    graphs: str
    put: tuple[int, int]
    """Status of a graph that was made, of one that was replaced."""
    delete: tuple[int, int]
    """Status of a graph that was there, of one that was not."""
    everything: str = ""
    """The default graph that is the union of all; without, a query sees the union."""
    who: str = ""
    """``basic``: user and password always; ``bearer``: a token for what writes."""


MAKES: Mapping[str, Make] = {
    "fuseki": Make("/ds", ("/ds/query", "/ds/sparql", "/ds"), "/ds/data", (201, 200), (204, 404), "urn:x-arq:UnionGraph"),
    "rdf4j": Make(
        "/rdf4j-server/repositories/v", ("/rdf4j-server/repositories/v",), "/rdf4j-server/repositories/v/rdf-graphs/service",
        (204, 204), (204, 204),
    ),
    "graphdb": Make(
        "/repositories/v", ("/repositories/v",), "/repositories/v/rdf-graphs/service", (204, 204), (204, 204), who="basic"
    ),
    "stardog": Make("/v", ("/v/query",), "/v", (201, 200), (200, 404), "tag:stardog:api:context:all", who="basic"),
    "qlever": Make("", ("/", ""), "/", (201, 200), (200, 404), who="bearer"),
    "neptune": Make("/sparql", ("/sparql",), "/sparql/gsp/", (201, 200), (200, 404)),
}  # fmt: skip


class Held(Protocol):
    """What holds the graphs."""

    def names(self) -> set[str]: ...

    def select(self, query: str, default: Sequence[str] | None, named: Sequence[str]) -> bytes:
        """Results in JSON; over all graphs and their union where ``default`` is None."""

    def put(self, graph: str, body: bytes) -> None: ...

    def delete(self, graph: str) -> None: ...

    def triples(self, graph: str) -> frozenset[str]: ...


class OxigraphHeld:
    """pyoxigraph; of a query's dataset it takes what the SPARQL Protocol says: only what is named."""

    def __init__(self) -> None:
        self.store = ox.Store()

    def names(self) -> set[str]:
        return {name.value for name in self.store.named_graphs() if isinstance(name, ox.NamedNode)}

    def select(self, query: str, default: Sequence[str] | None, named: Sequence[str]) -> bytes:
        if default is None:
            found = self.store.query(query, use_default_graph_as_union=True)
        else:
            graphs = [ox.NamedNode(name) for name in default] or [ox.DefaultGraph()]
            found = self.store.query(query, default_graph=graphs, named_graphs=[ox.NamedNode(name) for name in named])
        return bytes(found.serialize(format=ox.QueryResultsFormat.JSON))

    def put(self, graph: str, body: bytes) -> None:
        name = ox.NamedNode(graph)
        quads = [ox.Quad(*each.triple, name) for each in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]
        self.store.remove_graph(name)
        self.store.extend(quads)

    def delete(self, graph: str) -> None:
        self.store.remove_graph(ox.NamedNode(graph))

    def triples(self, graph: str) -> frozenset[str]:
        return frozenset(str(quad.triple) for quad in self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


class JenaHeld:
    """Apache Jena's dataset in memory with transactions, as Fuseki has it under ``--mem``."""

    def __init__(self, folder: Path) -> None:
        import jpype

        start_jena(folder)
        self.java = jpype.JClass
        self.data = self.java("org.apache.jena.query.DatasetFactory").createTxnMem()
        self.language = self.java("org.apache.jena.riot.Lang").NTRIPLES
        self.turn = threading.Lock()

    @contextmanager
    def transaction(self, mode: str) -> Iterator[None]:
        with self.turn:
            self.data.begin(getattr(self.java("org.apache.jena.query.ReadWrite"), mode))
            try:
                yield
                self.data.commit()
            finally:
                self.data.end()

    def names(self) -> set[str]:
        with self.transaction("READ"):
            return {str(name) for name in self.java("org.apache.jena.atlas.iterator.Iter").toList(self.data.listNames())}

    def select(self, query: str, default: Sequence[str] | None, named: Sequence[str]) -> bytes:
        data = self.data
        with self.transaction("READ"):
            if default is not None:
                strings = self.java("java.util.ArrayList")
                described = self.java("org.apache.jena.sparql.core.DatasetDescription").create(
                    strings(list(default)), strings(list(named))
                )
                data = self.java("org.apache.jena.sparql.core.DynamicDatasets").dynamicDataset(described, self.data, False)
            out = self.java("java.io.ByteArrayOutputStream")()
            with self.java("org.apache.jena.query.QueryExecutionFactory").create(query, data) as execution:
                self.java("org.apache.jena.query.ResultSetFormatter").outputAsJSON(out, execution.execSelect())
            return bytes(out.toByteArray())

    def put(self, graph: str, body: bytes) -> None:
        model = self.java("org.apache.jena.rdf.model.ModelFactory").createDefaultModel()
        self.java("org.apache.jena.riot.RDFDataMgr").read(model, self.java("java.io.ByteArrayInputStream")(body), self.language)
        with self.transaction("WRITE"):
            self.data.replaceNamedModel(graph, model)

    def delete(self, graph: str) -> None:
        with self.transaction("WRITE"):
            self.data.removeNamedModel(graph)

    def triples(self, graph: str) -> frozenset[str]:
        out = self.java("java.io.ByteArrayOutputStream")()
        with self.transaction("READ"):
            self.java("org.apache.jena.riot.RDFDataMgr").write(out, self.data.getNamedModel(graph), self.language)
        return frozenset(str(each.triple) for each in ox.parse(bytes(out.toByteArray()), format=ox.RdfFormat.N_TRIPLES))


@dataclass
class MakeServer:
    """One store of a make."""

    make: Make
    held: Held = field(default_factory=OxigraphHeld)
    url: str = ""
    requests: list[tuple[str, str, int]] = field(default_factory=list)
    """Verb, path and status of each request."""

    def graphs(self) -> dict[str, frozenset[str]]:
        """The triples of each named graph that has any."""
        return {name: found for name in self.held.names() if (found := self.held.triples(name))}

    def answer(self, verb: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Status, media type and body."""
        parts = urlsplit(target)
        asked = parse_qsl(parts.query, keep_blank_values=True)
        media = headers.get("content-type", "").partition(";")[0].strip()
        graphs = [value for name, value in asked if name == "graph"]
        writes = verb in ("PUT", "DELETE")
        if not self._may(headers.get("authorization", ""), writes=writes):
            return (401 if self.make.who == "basic" else 403), "text/plain", b"who are you?"
        if writes:
            if parts.path != self.make.graphs:
                return 404, "text/plain", b"no such service"
            if len(graphs) != 1 or len(asked) != 1:
                return 400, "text/plain", b"one graph"
            return self._graph(verb, graphs[0], media, body)
        if parts.path not in self.make.queries:
            return 404, "text/plain", b"no such service"
        if verb == "POST" and media == "application/x-www-form-urlencoded":
            asked += parse_qsl(body.decode(), strict_parsing=True)
        elif verb == "POST" and media == "application/sparql-query":
            asked.append(("query", body.decode()))
        elif verb != "GET":
            return 415, "text/plain", b"a form, or SPARQL"
        return self._query(asked, headers.get("accept", "*/*"))

    def _may(self, said: str, *, writes: bool) -> bool:
        if self.make.who == "basic":
            return said == f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
        return self.make.who != "bearer" or not writes or said == f"Bearer {TOKEN}"

    def _query(self, asked: Sequence[tuple[str, str]], accept: str) -> tuple[int, str, bytes]:
        queries = [value for name, value in asked if name == "query"]
        if len(queries) != 1 or {name for name, _ in asked} - {"query", "default-graph-uri", "named-graph-uri"}:
            return 400, "text/plain", b"one query, and its dataset"
        if _RESULTS not in accept:
            return 406, "text/plain", b"another format"
        default: list[str] | None = [value for name, value in asked if name == "default-graph-uri"]
        named = [value for name, value in asked if name == "named-graph-uri"]
        if not default and not named:
            default, named = (None, []) if not self.make.everything else ([], sorted(self.held.names()))
        elif self.make.everything in (default or ()) and not isinstance(self.held, JenaHeld):
            default = sorted(self.held.names())
        return 200, _RESULTS, self.held.select(queries[0], default, named)

    def _graph(self, verb: str, graph: str, media: str, body: bytes) -> tuple[int, str, bytes]:
        there = graph in self.held.names()
        if verb == "DELETE":
            self.held.delete(graph)
            return self.make.delete[0 if there else 1], "text/plain", b""
        if media not in _RDF:
            return 415, "text/plain", b"no such media type"
        self.held.put(graph, body)
        return self.make.put[1 if there else 0], "application/json", b'{ "count": 1 }'


class _Handler(QuietHandler):
    def _serve(self) -> None:
        state: MakeServer = self.server.state
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.turn:
            try:
                status, media, said = state.answer(self.command, self.path, headers, body)
            except Exception as error:  # noqa: BLE001 - what an engine refuses is the client's to read
                status, media, said = 400, "text/plain", str(error).encode()
            state.requests.append((self.command, urlsplit(self.path).path, status))
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="store"')
        if status != 204:
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if status != 204:
            self.wfile.write(said)

    do_GET = do_POST = do_PUT = do_DELETE = _serve


@contextmanager
def serving(make: str, held: Held | None = None) -> Iterator[MakeServer]:
    """A store of that make, on a port of its own."""
    state = MakeServer(MAKES[make], held or OxigraphHeld())
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.state, server.turn = state, threading.Lock()  # type: ignore[attr-defined]
        state.url = f"http://127.0.0.1:{server.server_address[1]}{state.make.base}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
