"""In: SPARQL and an address. Out: rows, over HTTP. Room: stores.

The SPARQL 1.1 Protocol with JSON results. What does not parse is a failure even when the status is 200: Oxigraph cuts a query that
takes too long in the middle of its answer, Virtuoso says in a header that rows are missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from rotgraph.errors import StoreError
from rotgraph.rdf.answers import Row, Term
from rotgraph.stores.client import Client
from rotgraph.stores.profiles import Address

__all__ = ["Endpoint"]

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/sparql-results+json"}


class Endpoint:
    """A store that answers queries over HTTP."""

    def __init__(self, address: Address, client: Client | None = None) -> None:
        self.address = address
        self.client = client or Client(address)

    @property
    def name(self) -> str:
        return self.address.query

    def select(self, query: str) -> Iterator[Row]:
        """The rows of a query, over the union of all graphs."""
        form = urlencode([("query", query)]).encode()
        params = self.address.profile.union
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


def _term(found: Mapping[str, Any]) -> Term:
    if found["type"] == "uri":
        return Term(found["value"])
    if found["type"] not in ("literal", "typed-literal"):
        raise ValueError(f"a {found['type']} in the results")
    return Term(found["value"], found.get("datatype") or _STRING)
