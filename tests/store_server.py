"""In: faults. Out: a SPARQL server on loopback that has them: protocol, updates and graph store, over pyoxigraph. For tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

__all__ = ["FAULTS", "QuietHandler", "Server", "running"]

FAULTS = ("refused", "401", "403", "429", "500", "503", "html", "slow", "cut before", "cut after", "truncated", "redirect")
"""``cut before``: the connection breaks before anything is done; ``cut after``: it is done and the answer is lost."""
PAUSE = 0.4
"""Seconds that a slow answer takes; longer than the clients of the tests wait."""


@dataclass
class Server:
    """What the server holds, and what it will do wrong."""

    store: ox.Store = field(default_factory=ox.Store)
    fault: Callable[[int, str], str] = lambda _number, _verb: ""
    """From the number of the request (from 0) and its verb to what goes wrong."""
    union: bool = True
    requests: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reset(self) -> None:
        self.store, self.requests, self.headers = ox.Store(), [], []
        self.fault = lambda _number, _verb: ""

    def graphs(self) -> dict[str, frozenset[str]]:
        """The triples of each named graph that has any."""
        found: dict[str, set[str]] = {}
        with self.lock:
            for quad in self.store:
                found.setdefault(quad.graph_name.value, set()).add(str(quad.triple))
        return {name: frozenset(triples) for name, triples in found.items()}


class QuietHandler(BaseHTTPRequestHandler):
    """A request of a server that prints nothing."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body at once: the system waits before it sends the second of two small pieces
    server: Any

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Quiet."""


class _Handler(QuietHandler):
    def _serve(self) -> None:
        state: Server = self.server.state
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        number = len(state.requests)
        store = state.store  # a late answer belongs to the store that was asked
        state.requests.append((self.command, self.path))
        state.headers.append({name.lower(): value for name, value in self.headers.items()})
        fault = state.fault(number, self.command)
        if fault in ("refused", "cut before"):
            self.close_connection = True
            self.connection.close()
            return
        if fault.isdigit():
            self._answer(int(fault), b"no", retry=fault in ("429", "503"))
            return
        if fault == "redirect":
            self.send_response(307)
            self.send_header("Location", "http://127.0.0.2:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if fault == "slow":
            sleep(PAUSE)
        with state.lock:
            status, answer = self._act(store, body, union=state.union)
        if fault == "cut after":
            self.close_connection = True
            self.connection.close()
        elif fault == "html":
            self._answer(200, b"<html>It works!</html>")
        elif fault == "truncated":
            self._answer(status, answer[: len(answer) // 2], claimed=len(answer) + 10)
        else:
            self._answer(status, answer)

    def _act(self, store: ox.Store, body: bytes, *, union: bool) -> tuple[int, bytes]:
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query)
        if parts.path == "/query":
            query = parse_qs(body.decode())["query"][0]
            union = union and "union-default-graph" in asked
            return 200, store.query(query, use_default_graph_as_union=union).serialize(format=ox.QueryResultsFormat.JSON)
        if parts.path == "/update":
            store.update(body.decode())
            return 204, b""
        graph = ox.NamedNode(asked["graph"][0])
        there = bool(store.contains_named_graph(graph))
        store.remove_graph(graph)
        if self.command == "DELETE":
            return (204, b"") if there else (404, b"no such graph")
        store.load(body, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
        return (204 if there else 201), b""

    def _answer(self, status: int, body: bytes, *, retry: bool = False, claimed: int | None = None) -> None:
        try:
            self.send_response(status)
            if retry:
                self.send_header("Retry-After", "0")
            if status != 204:
                self.send_header("Content-Length", str(len(body) if claimed is None else claimed))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True
        if claimed is not None:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = _serve


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    state: Server

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what is tried here."""


@contextmanager
def running() -> Iterator[Server]:
    """A server on a port of its own."""
    state = Server()
    with _Quiet(("127.0.0.1", 0), _Handler) as server:
        server.state = state
        state.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
