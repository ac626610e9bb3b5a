"""Laws of the translation: on generated graphs and plans a store answers as the native engine does, or says that it cannot."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from differential import PER_GRAPH, judge

GRAPHS = 50
"""With ``PER_GRAPH`` queries each, 500: ``python tests/differential.py`` asks 20,000."""


@settings(max_examples=GRAPHS, deadline=None)
@given(st.integers(0, 2**32))
def test_native_with_and_without_the_optimizer_and_a_store_agree(seed: int) -> None:
    verdicts = list(judge(seed))
    assert len(verdicts) == PER_GRAPH
    for verdict in verdicts:
        assert verdict.agrees, str(verdict)
