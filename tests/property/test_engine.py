"""Laws of the engine on generated graphs and queries: it agrees with the plain loops, with and without the optimizer."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from generated import PlanMaker, random_graph
from reference_engine import MixedUnitsError, Reference, Row, Thing
from rotgraph.errors import QueryError
from rotgraph.model.graph import Graph
from rotgraph.model.result import Cell, ThingCell
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Quantity
from rotgraph.native import batches
from rotgraph.native.conditions import holds_of_rows
from rotgraph.native.evaluate import _subselect, evaluate
from rotgraph.native.express import Rows
from rotgraph.native.index import Index
from rotgraph.native.pool import Pool
from rotgraph.native.run import Run
from rotgraph.query.expression import And, Condition, Not
from rotgraph.query.optimize import optimize
from rotgraph.query.plan import Bgp, Filter, Plan
from rotgraph.query.print_plan import print_plan

SEEDS = st.integers(0, 2**32)
PER_GRAPH = 12
"""Queries asked of one graph."""


def mark(value: Any) -> Any:
    """What must agree: values, not spellings."""
    if isinstance(value, ThingCell):
        return ("thing", value.node)
    if isinstance(value, Thing):
        return ("thing", value.node)
    if isinstance(value, Quantity):
        if not value.unit:
            return ("number", *(None if part is None else number(part) for part in (value.low, value.high)))
        factor = unit_of(value.unit).factor
        bounds = [None if part is None else number(part * factor) for part in (value.low, value.high)]
        return ("quantity", unit_of(value.unit).dimension, *bounds, value.approximate)
    if isinstance(value, Period):
        return ("period", value.start, value.end)
    if isinstance(value, (int, Decimal)):
        return ("number", number(Decimal(value)), number(Decimal(value)))
    return ("text", value)


def number(value: Decimal) -> str:
    return f"{value:.12e}" if value else "0"


def answer_of(plan: Plan, graph: Graph) -> list[list[list[Any]]] | None:
    """Cells by row; None where units do not go together."""
    try:
        answer = evaluate(plan, graph)
    except QueryError as error:
        if "do not go together" in error.message:
            return None
        raise
    rows = (answer.rows.cells(row) for row in range(len(answer)))
    return [[[mark(value) for value in values_in(cell)] for cell in cells] for cells in rows]


def values_in(cell: Cell) -> tuple[Any, ...]:
    return cell if isinstance(cell, tuple) else () if cell is None else (cell,)


def expected(plan: Plan, graph: Graph) -> list[list[list[Any]]] | None:
    try:
        found = Reference(graph).answer(plan)
    except MixedUnitsError:
        return None
    return [[[mark(value) for value in cell] for cell in row] for row in found]


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_native_agrees_with_plain_loops(seed: int) -> None:
    random = Random(seed)
    graph = random_graph(random)
    maker = PlanMaker(graph, random, random)
    for _ in range(PER_GRAPH):
        plan = maker.plan()
        found, wanted = answer_of(plan, graph), expected(plan, graph)
        if found is None or wanted is None:
            continue  # which of several mixed aggregates is met first is nobody's business
        assert found == wanted, print_plan(plan)
        optimized = optimize(plan, graph)
        assert answer_of(optimized, graph) == wanted, f"{print_plan(plan)}\n{print_plan(optimized)}"


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_rows_walked_in_parts_answer_as_rows_walked_at_once(seed: int) -> None:
    random = Random(seed)
    graph = random_graph(random)
    maker = PlanMaker(graph, random, random)
    for _ in range(PER_GRAPH):
        plan = maker.plan()
        wanted = answer_of(plan, graph)
        with patch.multiple(batches, _AT_ONCE=3, _FEW=0):
            assert answer_of(plan, graph) == wanted, print_plan(plan)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_a_condition_and_its_denial_part_the_class(seed: int) -> None:
    """Ternary logic partitioning, of which two parts are left: there are no nulls."""
    random = Random(seed)
    graph = random_graph(random)
    maker = PlanMaker(graph, random, random)
    for cls in ("episode", "reading", "sector"):
        condition = maker.condition(cls, 2)
        every = nodes(Bgp(cls), graph)
        try:
            kept, left = nodes(Filter(Bgp(cls), condition), graph), nodes(Filter(Bgp(cls), Not(condition)), graph)
        except QueryError:
            continue
        assert sorted([*kept, *left]) == every, print_plan(Filter(Bgp(cls), condition))


def nodes(plan: Plan, graph: Graph) -> list[int]:
    answer = evaluate(optimize(plan, graph), graph)
    found = [answer.rows.subject(row) for row in range(len(answer))]
    return [each.node for each in found if each is not None]


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_rows_are_those_of_which_the_condition_holds_one_by_one(seed: int) -> None:
    """Non-optimizing reference: no index, no order of conditions, one node at a time."""
    random = Random(seed)
    graph = random_graph(random)
    maker = PlanMaker(graph, random, random)
    for cls in ("episode", "reading", "firm"):
        condition = maker.condition(cls, 2)
        every = nodes(Bgp(cls), graph)
        try:
            kept = nodes(Filter(Bgp(cls), condition), graph)
            one_by_one = [node for node in every if alone(condition, node, graph)]
        except QueryError:
            continue
        assert kept == one_by_one, print_plan(Filter(Bgp(cls), condition))


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_a_row_is_found_by_conditions_made_to_hold_of_it(seed: int) -> None:
    """Pivoted query synthesis: each condition that the plain loops deny of the chosen row is turned round."""
    random = Random(seed)
    graph = random_graph(random)
    maker, plain = PlanMaker(graph, random, random), Reference(graph)
    for cls in ("episode", "reading", "sector"):
        every = plain.members(cls)
        if not every:
            continue
        pivot = random.choice(every)
        conditions = [maker.condition(cls, 2) for _ in range(3)]
        try:
            true = tuple(each if plain.holds(each, Row([pivot])) else Not(each) for each in conditions)
            found = nodes(Filter(Bgp(cls), And(true)), graph)
        except (QueryError, MixedUnitsError):
            continue
        assert pivot in found, print_plan(Filter(Bgp(cls), And(true)))


def alone(condition: Condition, node: int, graph: Graph) -> bool:
    """Whether a condition holds of a node, asked of this node alone, walking forward from it."""
    index = Index.of(graph)
    run = Run(index, Pool(index), subselect=_subselect)
    return bool(holds_of_rows(condition, Rows(np.array([node])), run)[0])
