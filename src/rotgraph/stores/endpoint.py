"""In: SPARQL, graphs and an address. Out: rows, and the graphs put there, over HTTP. Room: stores.

The SPARQL 1.1 Protocol with JSON results, and the Graph Store Protocol. What does not parse is a failure even when the status is
200: Oxigraph cuts a query that takes too long in the middle of its answer, Virtuoso says in a header that rows are missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from rotgraph.errors import StoreError
from rotgraph.rdf.answers import Row, Term
from rotgraph.stores.client import Client
from rotgraph.stores.profiles import Address

__all__ = ["Endpoint"]

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LINES = {"Content-Type": "application/n-triples"}
_UPDATE = {"Content-Type": "application/sparql-update"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/sparql-results+json"}


class Endpoint:
    """A store that answers queries and takes graphs over HTTP."""

    def __init__(self, address: Address, client: Client | None = None) -> None:
        self.address = address
        self.client = client or Client(address)

    @property
    def name(self) -> str:
        return self.address.query

    def select(self, query: str) -> Iterator[Row]:
        """The rows of a query, over the union of all graphs."""
        return self._select(query, self.address.profile.union)

    def select_graphs(self, query: str) -> Iterator[Row]:
        """The rows of a query that names its graphs."""
        return self._select(query, ())

    def _select(self, query: str, params: Sequence[tuple[str, str]]) -> Iterator[Row]:
        form = urlencode([("query", query)]).encode()
        response = self.client.send("POST", self.address.query, params=params, headers=_FORM, content=form)
        if response.headers.get("x-sql-state"):
            raise StoreError(f"{self.name}: the store stopped before the end ({response.headers['x-sql-state']})")
        try:
            bindings = json.loads(response.content)["results"]["bindings"]
            rows = [{name: _term(found) for name, found in row.items()} for row in bindings]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            words = " ".join(response.text[-200:].split())
            raise StoreError(f"{self.name}: no SPARQL results in JSON ({error}); it ends in: {words}") from None
        return iter(rows)

    def put(self, graph: str, lines: Sequence[str]) -> None:
        """Make a graph hold these lines; where the store's own way is not all or nothing, beside it and moved over."""
        body = "\n".join((*lines, "")).encode()
        staged = self.address.profile.staged
        target = f"{graph}.staging" if staged else graph  # no slug holds a dot
        self.client.send("PUT", self.address.graphs, params=(("graph", target),), headers=_LINES, content=body)
        if staged:
            move = f"MOVE SILENT <{target}> TO <{graph}>".encode()
            self.client.send("POST", self.address.update, headers=_UPDATE, content=move, again=False)

    def delete(self, graph: str) -> None:
        """Have a graph no longer."""
        self.client.send("DELETE", self.address.graphs, params=(("graph", graph),), missing=True)

    def close(self) -> None:
        """Give the connections back."""
        self.client.close()


def _term(found: Mapping[str, Any]) -> Term:
    if found["type"] == "uri":
        return Term(found["value"])
    if found["type"] not in ("literal", "typed-literal"):
        raise ValueError(f"a {found['type']} in the results")
    return Term(found["value"], found.get("datatype") or _STRING)
