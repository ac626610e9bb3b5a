"""What `explain` says a query asks, in English."""

from __future__ import annotations

from pathlib import Path

import pytest

import rotgraph

VAULT = Path(__file__).resolve().parent.parent / "examples" / "vault"


@pytest.fixture(scope="module")
def graph() -> rotgraph.Graph:
    return rotgraph.compile(VAULT)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("top 3 targets by value", "The first 3 targets by value, largest first."),
        ("count episodes per rotation", "The number of episodes, one row for each rotation, with rotation and count."),
        (
            "episodes where duration is unknown or no buy_side is Energy",
            "The episodes, of which duration is not known or no buy side is Energy.",
        ),
        (
            "stocks where all return > -45% and not target < (avg(targets.value)) show name",
            "The stocks, of which every return is above -45% and not target is below the mean of value of all targets, with name.",
        ),
        (
            "targets where value >= (max(value) in targets where about is Exxon) show about",
            "The targets, of which value is at least the largest value of all targets of which about is Exxon, with about.",
        ),
        ("sectors where count(bought_in) >= 2", "The sectors, of which the number of bought in is at least 2."),
        ("path from NVIDIA to Energy", "The shortest ways from NVIDIA to Energy."),
        (
            "returns per year where avg(value) < 25% show year sort by year desc limit 2",
            ("The returns, one row for each year, kept where the mean of value is below 25%, with year, sorted by year, largest "
            "first, the first 2."),
        ),
    ],
)
def test_a_query_in_one_sentence(graph: rotgraph.Graph, query: str, said: str) -> None:
    assert graph.explain(query).sentence == said


def test_explain_shows_sentence_plan_and_sparql(graph: rotgraph.Graph) -> None:
    text = str(graph.explain("targets where value < (avg(targets.value))"))
    for part in ("The targets, of which", "\nnames\n", "\nplan\n", "Bgp(target)", "\nsparql\n", "SELECT"):
        assert part in text


def test_explain_says_what_sparql_cannot(graph: rotgraph.Graph) -> None:
    assert graph.explain("path from NVIDIA to Energy").sparql.startswith("# ")
