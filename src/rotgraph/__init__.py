"""Turns a folder of an analyst's Markdown notes into a typed knowledge graph, queried in one line of English.

| stage | function | in → out | room |
|---|---|---|---|
| read | `read_vault` | folder → `Source`s | notes |
| parse | `parse_note` | `Source` → `Checked[Document]` | notes |
| extract | `extract` | `Document`, `Schema` → `Checked[NoteFacts]`, names still as written | extract, values |
| name | `collect`, `settle` | `NoteFacts` → `NoteNames`; those of all notes → `Names`: what every name means | resolve |
| describe | `describe` | `NoteFacts`, `Names` → `Described`: one note's records, kept until a name means something else | resolve |
| join | `join` | all `Described` → `Checked[Facts]`: records of several notes become one | resolve |
| build | `build_graph` | facts → `Graph` | graph |
| check | `check` | `Graph`, `Schema` → diagnostics | check |
| parse | `parse_query` | text → `Query` | query |
| bind | `bind` | `Query`, `Schema`, names → `BoundQuery` | query |
| plan | `lower`, `optimize` | `BoundQuery` → `Plan` → `Plan` | query |
| evaluate | `evaluate` | `Plan`, `Graph` → `Result` | native |
| translate | `to_sparql` | `Plan` → SPARQL 1.1 text | sparql |
| write | `to_turtle`, `to_quads`, … | `Graph` → RDF | rdf |
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph
    from rotgraph.api.opening import compile_vault as compile  # noqa: A004 - the verb
    from rotgraph.api.opening import open_graph as open  # noqa: A004 - the verb
    from rotgraph.api.results import Result, Row
    from rotgraph.api.store_graph import connect
    from rotgraph.api.things import Fact, Thing
    from rotgraph.diagnostics import Diagnostic
    from rotgraph.errors import QueryError, RotgraphError, SchemaError, StoreError, UnsupportedOperationError, VaultError
    from rotgraph.model.graph import Evidence
    from rotgraph.model.value import Period, Quantity

__all__ = [
    "Diagnostic",
    "Evidence",
    "Fact",
    "Graph",
    "Period",
    "Quantity",
    "QueryError",
    "Result",
    "RotgraphError",
    "Row",
    "SchemaError",
    "StoreError",
    "Thing",
    "UnsupportedOperationError",
    "VaultError",
    "compile",
    "connect",
    "open",
]

_PLACES = {
    "Diagnostic": "rotgraph.diagnostics",
    "Evidence": "rotgraph.model.graph",
    "Fact": "rotgraph.api.things",
    "Graph": "rotgraph.api.graph",
    "Period": "rotgraph.model.value",
    "Quantity": "rotgraph.model.value",
    "QueryError": "rotgraph.errors",
    "Result": "rotgraph.api.results",
    "RotgraphError": "rotgraph.errors",
    "Row": "rotgraph.api.results",
    "SchemaError": "rotgraph.errors",
    "StoreError": "rotgraph.errors",
    "Thing": "rotgraph.api.things",
    "UnsupportedOperationError": "rotgraph.errors",
    "VaultError": "rotgraph.errors",
    "compile": "rotgraph.api.opening",
    "connect": "rotgraph.api.store_graph",
    "open": "rotgraph.api.opening",
}
"""Where each name stands; imported when it is first asked for, so that ``import rotgraph`` costs nothing."""


_OPENING = ("Graph", "compile", "open")
"""What a program begins with that asks many queries."""


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'rotgraph' has no attribute {name!r}")
    value = getattr(import_module(_PLACES[name]), {"compile": "compile_vault", "open": "open_graph"}.get(name, name))
    globals()[name] = value
    if name in _OPENING:
        import_module("rotgraph.api.ready").ready()
    return value


def __dir__() -> list[str]:
    return __all__
