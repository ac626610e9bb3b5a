"""What the engine decides by columns is what `rotgraph.values` decides value by value."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
import pytest

from generated import ANY, CAPS, GAINS, LENGTHS, PERIODS
from graphs import make_graph, make_schema
from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.native.cells import Cells
from rotgraph.native.identity import identities
from rotgraph.native.index import Index
from rotgraph.native.periods import compare_periods
from rotgraph.native.pool import Pool
from rotgraph.native.quantities import compare_ids, compare_literal
from rotgraph.native.ranks import natural_key, rank_cells, rank_quantities
from rotgraph.native.run import Run
from rotgraph.native.sums import sums
from rotgraph.values import compare as values
from rotgraph.values.period import parse_period
from rotgraph.values.quantity import parse_quantity

EXACT = (
    "0.1%", "0.10%", "0.30000000000000000000000000000000001%", "99999999999999999999999.1%", "9007199254740993%",
    "9007199254740992%",
    "-9007199254740993%", "8 of 12", "66.66666666666666%", "100bp", "1pp", "1 month", "28 days", "31 days", "29.5 days", "4 weeks",
)  # fmt: skip
TEXTS = tuple(dict.fromkeys((*GAINS, *CAPS, *LENGTHS, *EXACT, *ANY)))
SCHEMA = make_schema(
    {"note": {}, "card": {"parents": "record", "fields": {"value": "quantity", "when": "period", "cost": "quantity"}}}
)


@pytest.fixture(scope="module")
def graph() -> Graph:
    quantities = [each for text in TEXTS if isinstance(each := parse_quantity(text), Quantity)]
    periods = [each for text in PERIODS if isinstance(each := parse_period(text), Period)]
    return make_graph({"Card": {"class": "card", "value": quantities, "when": periods}}, SCHEMA)


@pytest.fixture
def pool(graph: Graph) -> Pool:
    return Pool(Index.of(graph))


@pytest.mark.parametrize("maybe", [False, True])
@pytest.mark.parametrize("operator", ["=", "!=", "<", "<=", ">", ">="])
def test_quantities_compare_as_their_decimals_do(pool: Pool, operator: str, maybe: bool) -> None:
    decide = values.possibly if maybe else values.surely
    every = [pool.quantity(number) for number in range(pool.base)]
    left, right = (np.array(side) for side in zip(*product(range(pool.base), repeat=2), strict=True))
    wanted = [decide(operator, every[one], every[other]) for one, other in zip(left.tolist(), right.tolist(), strict=True)]
    assert compare_ids(operator, left, right, pool, maybe=maybe).tolist() == wanted
    for literal in every:
        found = compare_literal(operator, np.arange(pool.base), literal, pool, maybe=maybe)
        assert found.tolist() == [decide(operator, each, literal) for each in every], literal.text


@pytest.mark.parametrize("maybe", [False, True])
@pytest.mark.parametrize("operator", ["before", "after", "during", "overlaps", "=", "!="])
def test_periods_compare_as_one_by_one(graph: Graph, pool: Pool, operator: str, maybe: bool) -> None:
    count = len(graph.columns["period_start"])
    decide = values.possibly if maybe else values.surely
    left, right = (np.array(side) for side in zip(*product(range(count), repeat=2), strict=True))
    found = compare_periods(operator, pool.period_bounds(left), pool.period_bounds(right), maybe=maybe)
    wanted = [
        decide(operator, graph.period(one), graph.period(other)) for one, other in zip(left.tolist(), right.tolist(), strict=True)
    ]
    assert found.tolist() == wanted


def test_ranks_order_as_the_sort_keys_do(pool: Pool) -> None:
    ranks = rank_quantities(np.arange(pool.base), pool).tolist()
    keys = [values.sort_key(pool.quantity(number)) for number in range(pool.base)]
    for (one, a), (other, b) in product(zip(ranks, keys, strict=True), repeat=2):
        assert (one < other) is (a < b)
        assert (one == other) is (a == b)


def test_ranks_of_made_quantities_among_the_graphs_own(pool: Pool) -> None:
    made = pool.add_quantities(
        [values.scale(pool.quantity(number), Decimal("1.0000000000000000000001")) for number in range(pool.base)]
    )
    ids = np.concatenate([np.arange(pool.base), made])
    ranks = rank_quantities(ids, pool).tolist()
    keys = [values.sort_key(pool.quantity(number)) for number in ids.tolist()]
    order = sorted(range(len(ids)), key=keys.__getitem__)
    assert [ranks[at] for at in order] == sorted(ranks)


def test_equal_bounds_and_marks_are_one_value(pool: Pool) -> None:
    numbers = identities(Kind.QUANTITY, np.arange(pool.base), pool).tolist()
    every = [pool.quantity(number) for number in range(pool.base)]
    for (one, a), (other, b) in product(zip(numbers, every, strict=True), repeat=2):
        if one == other:
            assert values.possibly("=", a, b)
            assert a.approximate == b.approximate
        elif a.value is not None and b.value is not None and a.out_of is None and b.out_of is None:
            assert not (values.surely("=", a, b) and a.unit == b.unit)


@pytest.mark.parametrize("average", [False, True])
@pytest.mark.parametrize(
    "texts",
    [
        GAINS[:11],
        tuple(each for each in GAINS if " of " not in each),
        CAPS[:3],
        ("18 months", "1 year"),
        LENGTHS,
        ("43pp", "150bp"),
        ("$9000000000000000000",) * 9,
    ],
)
def test_sums_are_exact(texts: tuple[str, ...], average: bool) -> None:
    parsed = [each for text in texts if isinstance(each := parse_quantity(text), Quantity)]
    parts = [
        part
        for size in (1, 2, 3, len(parsed))
        for part in [parsed[start : start + size] for start in range(0, len(parsed), size)]
        if part
    ]
    flat = [each for part in parts for each in part]
    graph = make_graph({"Card": {"class": "card", "value": list(dict.fromkeys(flat))}}, SCHEMA)
    run = Run(Index.of(graph), Pool(Index.of(graph)))
    numbers = {graph.quantity(number): number for number in range(len(graph.columns["quantity_text"]))}
    cells = Cells(
        len(parts),
        np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
        Kind.QUANTITY,
        np.array([numbers[each] for each in flat]),
    )
    found = sums(cells, run, average=average)
    wanted = [(values.mean if average else values.total)(part) for part in parts]
    assert [run.pool.quantity(number) for number in found.ids.tolist()] == wanted
    order = rank_cells(found, run.pool).tolist()
    assert sorted(order) == [order[at] for at in sorted(range(len(wanted)), key=lambda at: values.sort_key(wanted[at]))]


def test_names_sort_naturally() -> None:
    names = ["Round 10", "round 2", "Round", "A", "10", "9", "Ä", "round 02b"]
    assert sorted(names, key=natural_key) == ["9", "10", "A", "Round", "round 2", "round 02b", "Round 10", "Ä"]


def test_a_vector_is_taken_apart_and_put_together() -> None:
    cells = Cells(4, np.array([0, 0, 2]), np.array([2, 5, 2], np.uint8), np.array([7, 8, 9]), np.array([1, 2, 3]))
    taken = cells.take(np.array([2, 0, 0, 1]))
    assert (taken.owners.tolist(), taken.ids.tolist(), taken.count) == ([0, 1, 1, 2, 2], [9, 7, 8, 7, 8], 4)
    regrouped = cells.regroup(np.array([1, 1, 0, 0]), 2)
    assert (regrouped.owners.tolist(), regrouped.ids.tolist()) == ([0, 1, 1], [9, 7, 8])
    kept: Any = cells.keep(np.array([False, True, True])).as_uniform()
    assert kept.counts.tolist() == [1, 0, 1, 0]
