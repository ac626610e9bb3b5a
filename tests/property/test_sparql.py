"""Laws of the translation: on generated graphs and plans a store answers as the native engine does, or says that it cannot."""

from __future__ import annotations

from random import Random
from typing import Any
from unittest.mock import patch

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st

import generated
from generated import PlanMaker, random_graph
from rotgraph.errors import QueryError, UnsupportedOperationError
from rotgraph.model.graph import Graph
from rotgraph.model.result import Answer, ThingCell
from rotgraph.native.evaluate import evaluate
from rotgraph.query.print_plan import print_plan
from rotgraph.rdf.quads import ntriples
from rotgraph.rdf.read import graph_of
from rotgraph.sparql.items import identity
from rotgraph.sparql.run import Engine
from rotgraph.sparql.store import loaded

FITTING = tuple(gain for gain in generated.GAINS if len(gain) < 20)
"""Numbers that `xsd:decimal` of Oxigraph holds: 18 digits after the point and a few more before it."""


def ordered(graph: Graph) -> Graph:
    """The same with its nodes and facts in the order of the notes, as compiled graphs have them."""
    return graph_of(ox.parse("".join(ntriples(graph)).encode(), format=ox.RdfFormat.N_TRIPLES))


def cells(answer: Answer) -> list[list[list[Any]]]:
    found = (answer.rows.cells(row) for row in range(len(answer)))
    return [[[_mark(value) for value in _values(cell)] for cell in row] for row in found]


def _values(cell: Any) -> tuple[Any, ...]:
    return cell if isinstance(cell, tuple) else () if cell is None else (cell,)


def _mark(value: Any) -> Any:
    return ("thing", value.id) if isinstance(value, ThingCell) else identity(value)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_a_store_agrees_with_the_native_engine(seed: int) -> None:
    random = Random(seed)
    with patch.object(generated, "GAINS", FITTING):
        graph = ordered(random_graph(random))
    maker, engine = PlanMaker(graph, random), Engine(loaded(graph), graph.schema, graph.properties)
    for _ in range(10):
        plan = maker.plan()
        if "+[" in print_plan(plan) or "*[" in print_plan(plan):
            continue  # what lies behind a narrowed closure comes in an order of its own
        try:
            wanted, found = cells(evaluate(plan, graph)), cells(engine.evaluate(plan))
        except (QueryError, UnsupportedOperationError):
            continue
        assert found == wanted, print_plan(plan)
