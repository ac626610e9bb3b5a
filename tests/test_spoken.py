"""Tests of queries as English has them: the error has the query that is meant, and it finds what was asked for."""

from __future__ import annotations

import re

import pytest

import rotgraph

NOTES = {
    "Fleet.md": """# Fleet

| Vessel | Type | Built | Deadweight | Owner | Day rate | Crew |
|---|---|---|---|---|---|---|
| [[Marlin]] | Capesize | 2004 | 180,000 t | [[Oslo Bulk]] | $21,000 | 22 |
| [[Sea Otter]] | Panamax | 2011 | 76,000 t | [[Oslo Bulk]], [[Kraken Lines]] | ~$14,500 | 20 |
| [[Ærø]] | Handysize | 1998 | 28,000 t | | $9,000 | — |
| [[Alpha 10]] | Panamax | 2019 | 82,000 t | [[Kraken Lines]] | $14,500 | 19 |
""",
    "Trials.md": """# Trials

| Trial | Drug | Sponsor | Response | Length | Window | Status |
|---|---|---|---|---|---|---|
| [[ORION-1]] | [[Lumivax]] | [[Helix Bio]] | 46% | 18 months | Jan 2023 – Jun 2024 | Completed |
| [[VEGA]] | [[Tarozine]] | [[Novaro]] | ~30% | 26 weeks | 2024 H2 | Completed |
| [[DRACO]] | [[Lumivax]] | | — | 9 months | Q3 2025 | Planned |
""",
    "Races.md": """# Races

| Race | Winner | Team | Date | Prize |
|---|---|---|---|---|
| Tour of Skåne | [[Ida Berg]] | [[Team Lynx]] | May 4, 2025 | €40,000 |
| Alpine Loop | [[Omar Said]] | [[Team Lynx]] | 2025-06-21 | €120,000 |
| Coast & Fells | [[Lou O'Hara]] | [[Heron CC]] | Sep 2024 | €8,500 |
""",
}
SPOKEN = {
    "show me all vessels": "vessels",
    "What vessels are there?": "vessels",
    "a list of all vessels": "vessels",
    "vessels without an owner": "vessels where owner is unknown",
    "list vessels with no crew": "vessels where crew is unknown",
    "which vessels have an owner": "vessels where owner is known",
    "give me the trials that don't have a sponsor": "trials where sponsor is unknown",
    "vessels with unknown owner": "vessels where owner is unknown",
    "vessels with no crew or no owner": "vessels where crew is unknown or owner is unknown",
    "how many vessels": "count vessels",
    "how many vessels does Oslo Bulk have": "count vessels where owner is [[Oslo Bulk]]",
    "number of trials per status": "count trials per status",
    "count vessels by owner": "count vessels per owner",
    "what are the vessels of Oslo Bulk": "vessels where owner is [[Oslo Bulk]]",
    "vessels owned by Oslo Bulk": "vessels where owner is [[Oslo Bulk]]",
    "Oslo Bulk vessels": "vessels where owner within [[Oslo Bulk]]",
    "Capesize vessels": "vessels where type is Capesize",
    "vessels of type Capesize": "vessels where type is Capesize",
    "trials that are not completed": "trials where status is not completed",
    "vessels with more than 1 owner": "vessels where count(owner) > 1",
    "vessels having at least 20 crew": "vessels where crew >= 20",
    "vessels with crew between 19 and 20": "vessels where crew = 19..20",
    "vessels over 80,000 t": "vessels where deadweight > 80,000 t",
    "trials longer than 1 year": "trials where length > 1 year",
    "trials with a length of more than 1 year and status Completed": "trials where length > 1 year and status is Completed",
    "vessels built before 2000 or after 2018": "vessels where built before 2000 or built after 2018",
    "races since March 2025": "races where date after March 2025",
    "races between Jan 2025 and May 2025": "races where date during Jan 2025..May 2025",
    "trials in 2024": "trials where window during 2024",
    "trials of Lumivax with response over 40%": "trials where drug is [[Lumivax]] and response > 40%",
    "average deadweight of vessels by owner": "vessels per owner show owner, avg(deadweight)",
    "total prize per team": "races per team show team, sum(prize)",
    "what's the highest prize": "races show max(prize)",
    "largest vessels by deadweight": "top 10 vessels by deadweight",
    "the 2 lowest vessels by day rate": "vessels sort by day_rate limit 2",
    "which vessel has the highest deadweight": "top 1 vessels by deadweight",
    "which team has the most races": "count races per team sort by count desc limit 1",
    "latest races": "races sort by date desc limit 10",
    "oldest vessels": "vessels sort by built limit 10",
    "vessels sorted by day rate, highest first": "vessels sort by day_rate desc",
    "rank vessels by deadweight": "vessels sort by deadweight desc",
    "list the owner and day rate of all vessels": "vessels show owner, day_rate",
    "vessels and their owners": "vessels show name, owner",
    "vessel names": "vessels show name",
    "who is the owner of Marlin?": "vessels where vessel is [[Marlin]] show owner",
    "Marlin's day rate": "vessels where vessel is [[Marlin]] show day_rate",
    "drugs of Novaro": "trials where sponsor is [[Novaro]] show drug",
    "races won by Ida Berg": "races where winner is [[Ida Berg]]",
    "tell me about Kraken Lines": "things where this is [[Kraken Lines]] show *",
    "vessels other than Marlin": "vessels where vessel is not [[Marlin]]",
    "path Marlin Oslo Bulk": "path from Marlin to Oslo Bulk",
    "how is Marlin related to Kraken Lines?": "path from Marlin to Kraken Lines",
    "how are Marlin and Oslo Bulk connected": "path from Marlin to Oslo Bulk",
    "vessels with crew < 20": "vessels where crew < 20",
}


@pytest.fixture(scope="module")
def graph() -> rotgraph.Graph:
    return rotgraph.compile(NOTES)


@pytest.mark.parametrize("said", SPOKEN)
def test_the_error_has_the_query_that_is_meant(said: str, graph: rotgraph.Graph) -> None:
    stored = rotgraph.connect(graph)
    for asked in (graph, stored):
        if SPOKEN[said].startswith("path ") and asked is stored:
            continue
        with pytest.raises(rotgraph.QueryError) as caught:
            asked.query(said)
        assert caught.value.help == f"write `{SPOKEN[said]}`"
        assert 0 <= caught.value.start < caught.value.end <= len(said)
        assert len(asked.query(SPOKEN[said])) > 0


def test_a_name_in_it_that_is_none_is_what_is_wrong(graph: rotgraph.Graph) -> None:
    with pytest.raises(rotgraph.QueryError) as caught:
        graph.query("vessels of Oslo Bulc")
    assert str(caught.value).split("\n") == [
        "error: nothing in the graph is called `Oslo Bulc`",
        "  | vessels of Oslo Bulc",
        "  |            ^^^^^^^^^",
        "  help: did you mean `Oslo Bulk`?",
    ]


@pytest.mark.parametrize(
    "said", ["vessels where ownr is Marlin", "count vessels per wonder", "vessels show day", "top 3 vessels by x"]
)
def test_a_query_that_begins_as_the_language_has_it_is_no_english(said: str, graph: rotgraph.Graph) -> None:
    with pytest.raises(rotgraph.QueryError) as caught:
        graph.query(said)
    assert not re.match("write `", caught.value.help)


def test_what_means_nothing_is_said_as_before(graph: rotgraph.Graph) -> None:
    with pytest.raises(rotgraph.QueryError, match="a query begins with a class") as caught:
        graph.query("which of them is the one we spoke of")
    assert caught.value.help.startswith("begin with a class")
    with pytest.raises(rotgraph.QueryError) as caught:
        graph.query("which vessels do you like best")
    assert caught.value.help == "begin with the class: `vessels`; what is asked of it stands after `where`"
    with pytest.raises(rotgraph.QueryError, match="has no field `class`") as caught:
        graph.query("count things per class")
    assert caught.value.help == "`rotgraph fields` lists the classes with their members; of one of them: `count things`"
