"""Laws of the translation: on generated graphs and plans a store answers as the native engine does, or says that it cannot."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from differential import PER_GRAPH, judge

GRAPHS = 50
"""With ``PER_GRAPH`` queries each, 500: ``python tests/differential.py`` asks 20,000."""


@settings(max_examples=GRAPHS, deadline=None)
@given(st.integers(0, 2**32))
@example(7).via("units that do not go together in a group that is not kept")
@example(20).via("the order of things behind a closure that starts from several")
@example(1694).via("all, of what is no period, against a path")
@example(1714).via("all, against values that are no periods")
@example(2331).via("parts of values inside count")
@example(2408).via("the unit of a bare number is unknown")
@example(1531).via("a scalar over units that do not go together")
@example(2382).via("a scalar with a date of its own")
@example(390).via("all, of something computed, against a path")
@example(310105).via("all, of the month of periods that are longer than one")
@example(300642).via("a count of values with a date of its own")
@example(301709).via("a scalar counts a value in each row that reaches it")
@example(390022).via("a text against the unit of a quantity")
@example(400043).via("a second key of an order, refused whichever rows come first")
@example(400991).via("all, of the end of what is no period")
@example(501437).via("a scalar over weeks and months")
@example(601776).via("a count of the ends of periods that are open")
@example(900009).via("an aggregate of a row, asked before and after other conditions")
@example(1100452).via("an aggregate of a row against a scalar without a date of its own")
@example(1100538).via("an aggregate of a row that is a period, against numbers")
@example(1201350).via("an aggregate of the rows of a subquery, asked before and after other conditions")
@example(1401118).via("an aggregate of a row in brackets, before other conditions that stand in them")
@example(1601078).via("an aggregate of a row that another part of `or` decides")
@example(1500590).via("all, of the units of numbers of which one has none")
@example(1401261).via("the sum of a row's values in brackets, before what the store decides of them")
def test_native_with_and_without_the_optimizer_and_a_store_agree(seed: int) -> None:
    verdicts = list(judge(seed))
    assert len(verdicts) == PER_GRAPH
    for verdict in verdicts:
        assert verdict.agrees, str(verdict)
