"""In: seeds. Out: what three ways of answering the same plan disagree about. For tests of engines.

    python tests/differential.py --queries 20000 --seed 1

The native engine, the native engine after the optimizer, and the generated SPARQL on Oxigraph answer the same plans over the same
small graphs; values are compared, not spellings. The plain loops of `reference_engine` judge them all.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from unittest.mock import patch

import pyoxigraph as ox

import generated
from generated import PlanMaker, random_graph
from rotgraph.errors import QueryError, RotgraphError, UnsupportedOperationError
from rotgraph.model.graph import Graph
from rotgraph.model.result import Answer, ThingCell
from rotgraph.native.evaluate import evaluate
from rotgraph.query.optimize import optimize
from rotgraph.query.plan import Plan
from rotgraph.query.print_plan import print_plan
from rotgraph.rdf.quads import ntriples
from rotgraph.rdf.read import graph_of
from rotgraph.sparql.items import identity
from rotgraph.sparql.run import Engine
from rotgraph.sparql.store import loaded

__all__ = ["PER_GRAPH", "Verdict", "judge", "stored_graph"]

PER_GRAPH = 10
"""Queries asked of one graph."""
FITTING = tuple(gain for gain in generated.GAINS if len(gain) < 20)
"""Numbers that `xsd:decimal` of Oxigraph holds: 18 digits after the point and a few more before it."""
BEFORE_EVERY = 500_000
"""Seeds below were written down before plans had conditions of several comparisons: they go on meaning what they did."""
RECKONED_FROM = 900_000
"""From this seed on some conditions are about aggregates of rows."""
REFUSED, UNSUPPORTED = "refused", "no form in SPARQL 1.1"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One plan, and what each engine answered: rows of cells of values, or why there are none."""

    plan: Plan
    optimized: Plan
    native: Any
    rewritten: Any
    store: Any

    @property
    def left_out(self) -> bool:
        """A store may have no form."""
        return self.store == UNSUPPORTED

    @property
    def agrees(self) -> bool:
        return self.native == self.rewritten and (self.left_out or self.native == self.store)

    def __str__(self) -> str:
        told = f"native    {self.native}\noptimized {self.rewritten}\nstore     {self.store}"
        return f"{print_plan(self.plan)}\n{print_plan(self.optimized)}\n{told}"


def stored_graph(random: Random) -> Graph:
    """A graph with its nodes and facts in the order of the notes, as compiled graphs have them, and numbers a store can hold."""
    with patch.object(generated, "GAINS", FITTING):
        graph = random_graph(random)
    return graph_of(ox.parse("".join(ntriples(graph)).encode(), format=ox.RdfFormat.N_TRIPLES))


def judge(seed: int) -> Iterator[Verdict]:
    """The same plans three times."""
    random = Random(seed)
    graph = stored_graph(random)
    several = Random(seed) if seed >= BEFORE_EVERY else None
    reckoned = Random(seed) if seed >= RECKONED_FROM else None
    maker, engine = PlanMaker(graph, random, several, reckoned), Engine(loaded(graph), graph.schema, graph.properties)
    for _ in range(PER_GRAPH):
        plan = maker.plan()
        optimized = optimize(plan, graph)
        yield Verdict(
            plan, optimized,
            cells(lambda plan=plan: evaluate(plan, graph)),
            cells(lambda plan=optimized: evaluate(plan, graph)),
            cells(lambda plan=plan: engine.evaluate(plan)),
        )  # fmt: skip


def cells(asked: Callable[[], Answer]) -> Any:
    """Values by row and column."""
    try:
        answer = asked()
        rows = [answer.rows.cells(row) for row in range(len(answer))]
    except UnsupportedOperationError:
        return UNSUPPORTED
    except QueryError:
        return REFUSED
    return [[[_mark(value) for value in _values(cell)] for cell in row] for row in rows]


def _values(cell: Any) -> tuple[Any, ...]:
    return cell if isinstance(cell, tuple) else () if cell is None else (cell,)


def _mark(value: Any) -> Any:
    return ("thing", value.id) if isinstance(value, ThingCell) else identity(value)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="the first seed; each seed is a graph and its queries")
    told = parser.parse_args()
    asked = refused = left_out = filled = wrong = 0
    begun = time.perf_counter()
    seed = told.seed
    while asked < told.queries:
        try:
            for verdict in judge(seed):
                asked += 1
                left_out += verdict.left_out
                refused += verdict.native == REFUSED
                filled += bool(verdict.native) and verdict.native != REFUSED
                if not verdict.agrees:
                    wrong += 1
                    print(f"seed {seed}\n{verdict}\n", flush=True)
        except (RotgraphError, AssertionError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            wrong += 1
            print(f"seed {seed}: {type(error).__name__}: {error}\n", flush=True)
        seed += 1
        if not (seed - told.seed) % 100:
            print(f"{asked:,} asked, {wrong} disagree, {time.perf_counter() - begun:,.0f} s", file=sys.stderr, flush=True)
    seconds = time.perf_counter() - begun
    print(
        f"{asked:,} queries over {seed - told.seed:,} graphs (seeds {told.seed} to {seed - 1}) in {seconds:,.0f} s: "
        f"{wrong} disagree; {filled:,} with rows, {refused:,} refused by both, {left_out:,} compared natively alone"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
