"""The language on a store: the same cells and evidence as natively, on Oxigraph and (as generated SPARQL) on rdflib."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from rotgraph.api.ask import plan_of
from rotgraph.api.walk import compile_texts
from rotgraph.errors import QueryError, StoreError, UnsupportedOperationError
from rotgraph.model.graph import Graph
from rotgraph.model.result import Answer, ThingCell
from rotgraph.native.evaluate import evaluate
from rotgraph.query.bind import bind
from rotgraph.query.expression import Compare, Or, Path, Step, Things
from rotgraph.query.lower import lower
from rotgraph.query.names import GraphNames
from rotgraph.query.parse import parse_query
from rotgraph.query.plan import Bgp, Filter
from rotgraph.sparql.names import StoreNames, schema_of
from rotgraph.sparql.pattern import MOST_BRACKETS, check_depth
from rotgraph.sparql.run import Engine
from rotgraph.sparql.store import loaded, opened
from rotgraph.sparql.translate import to_sparql
from sparql_judges import RdflibStore

NOTES = {
    "Tides.md": """# Tides

## Past tides

| Period | Rotation | Trigger | Sell side | Buy side | Duration |
|---|---|---|---|---|---|
| 2031 | Calm → Storm | Rates rising, "fear" | Tech | Energy, utilities | 18 months |
| 2028 | Storm → Calm | Rates falling | Energy | Tech | 2+ years |
| 2024-25 | Calm → Storm | Oil shock | Software | Energy | 3 quarters |

### March 3, 2031 update

| Stock | Move | Catalyst |
|---|---|---|
| [[Acme]] | +10% | Strong orders |
| [[Borealis]] | ~-4% (then +1%) | Weak guidance |
| [[Cobalt]] | +6-8% | Rumour of a bid |

| Stock | Target |
|---|---|
| [[Acme]] | $40B |
| [[Borealis]] | $1.5T |
""",
    "Firms/Acme.md": "---\ntype: company\nsector: Software\n---\n# Acme\n\nSee [[Borealis]] and [[Tides]].\n",
}
QUERIES = (
    "episodes",
    "episodes where buy_side contains Energy show period, rotation",
    "episodes where not sell_side contains Tech show period sort by period desc",
    "episodes where duration >= 1 year show period, duration",
    "episodes where duration possibly > 2 years show period",
    "episodes where trigger contains rates show trigger, buy_side, note, line",
    'episodes where trigger like "rates*" show trigger',
    'episodes where trigger matches "^Oil" show trigger',
    'episodes where trigger starts with "rates f" show trigger',
    'episodes where trigger is "OIL  shock" show trigger',
    "episodes where period overlaps 2030..2032 show period.year, period.start",
    "episodes where period before 2029 show period",
    "count episodes per rotation",
    "count episodes per buy_side",
    "episodes per rotation where count >= 2 show rotation, count, list(period)",
    "sectors where count(bought_in) >= 2 show name, count(bought_in)",
    "moves show about, value, catalyst sort by value desc",
    "moves where value > 5% show about, value",
    "moves where value possibly > 7% show about, value",
    "moves where all value > 0% show about",
    "moves where no value < 0% show about",
    "moves show avg(value) as mean, min(value), max(value)",
    "top 1 targets by value show about, value",
    "targets where value < (avg(targets.value)) show about",
    "targets where about in (moves show about) show about, value * 2 as twice",
    "firms where move[value > 5%] is known show name",
    "notes show title, links sort by title",
    "moves as of Mar 31, 2031",
    "things where name contains acme",
    "episodes where thesis is known",
)


@lru_cache(maxsize=1)
def vault() -> Graph:
    return compile_texts(NOTES)


@lru_cache(maxsize=2)
def engine(name: str) -> Engine:
    graph = vault()
    store = loaded(graph) if name == "oxigraph" else RdflibStore(graph)
    return Engine(store, graph.schema, graph.properties)


def bare(value: Any) -> Any:
    """A cell without what only the engine of a graph knows."""
    if isinstance(value, tuple):
        return tuple(map(bare, value))
    return replace(value, node=-1) if isinstance(value, ThingCell) else value


def rows(answer: Answer) -> list[Any]:
    return [(bare(answer.rows.cells(row)), answer.rows.evidence(row)) for row in range(len(answer))]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("name", ["oxigraph", "rdflib"])
def test_a_store_answers_as_the_graph_does(name: str, query: str) -> None:
    plan = plan_of(vault(), query, {}, optimized=False)
    wanted, found = evaluate(plan, vault()), engine(name).evaluate(plan)
    assert found.columns == wanted.columns
    assert rows(found) == rows(wanted)


def test_the_queries_have_answers() -> None:
    empty = [query for query in QUERIES if not len(evaluate(plan_of(vault(), query), vault()))]
    assert empty == ["episodes where thesis is known"]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_is_bound_against_the_store_alone(query: str) -> None:
    """Nothing is known but what the store says: its schema, its names."""
    store = loaded(vault())
    schema, properties = schema_of(store)
    assert schema.by_name == vault().schema.by_name
    plan = lower(bind(parse_query(query), StoreNames(store, schema, properties)))
    wanted = evaluate(plan_of(vault(), query, {}, optimized=False), vault())
    assert rows(Engine(store, schema, properties).evaluate(plan)) == rows(wanted)


def test_names_of_a_store_are_those_of_its_graph() -> None:
    store = loaded(vault())
    ours, theirs = StoreNames(store, *schema_of(store)), GraphNames(vault())
    for node in range(vault().node_count):
        name = vault().label(node)
        assert {ours.key(each) for each in ours.find(name)} == {theirs.key(each) for each in theirs.find(name)}
        [found] = ours.find(vault().key(node))
        assert ours.classes(found) == theirs.classes(node)
    for name in vault().properties:
        assert ours.kinds(name) == theirs.kinds(name)
        assert sorted(ours.units(name)) == sorted(theirs.units(name))
    assert ours.period("period", "2031") == theirs.period("period", "2031")
    assert set(ours.spellings(("sector",))) == set(theirs.spellings(("sector",)))
    assert set(ours.beginning("en", ("sector",), 9)) == set(theirs.beginning("en", ("sector",), 9))


@pytest.mark.parametrize(
    ("query", "operation"),
    [("moves show median(value)", "median"), ("moves show stddev(value)", "stddev"), ("path from Acme to Borealis", "path")],
)
def test_what_sparql_lacks_is_said(query: str, operation: str) -> None:
    with pytest.raises(UnsupportedOperationError, match=operation):
        engine("oxigraph").evaluate(plan_of(vault(), query, {}, optimized=False))


def test_units_that_do_not_go_together_are_the_same_error() -> None:
    plan = plan_of(vault(), "observations show avg(value)", {}, optimized=False)
    with pytest.raises(QueryError, match="do not go together"):
        engine("oxigraph").evaluate(plan)


@pytest.mark.parametrize("text", ['x" } ; DROP ALL #', "\\", "'''", '"""', "\n}", "?row", "> <urn:p> ?x . ?s ?p ?o #", "\u2028"])
def test_a_parameter_stays_a_text(text: str) -> None:
    plan = plan_of(vault(), "episodes where trigger is $x or trigger contains $x", {"x": text}, optimized=False)
    wanted = rows(evaluate(plan, vault()))
    assert wanted == [] or text == "\u2028"  # white space alone is in every text
    assert rows(engine("oxigraph").evaluate(plan)) == wanted
    assert rows(engine("rdflib").evaluate(plan)) == wanted


def test_a_long_list_is_one_list_of_values() -> None:
    step = Step("buy_side", kinds=("thing",))
    things = [Things((f"id/x-{number}",), (-1,), ("x",)) for number in range(20_000)]
    energy = Things(("id/energy",), (-1,), ("Energy",))
    ways = tuple(Compare("contains", Path((step,)), each, "thing") for each in (*things, energy))
    plan = Filter(Bgp("episode"), Or(ways))
    assert to_sparql(plan, vault().schema).count("EXISTS") == 2
    assert len(engine("oxigraph").evaluate(plan)) == 2


def test_wide_selects_are_one_pattern() -> None:
    fields = [name for name in vault().schema.fields("episode") if name not in ("name", "aliases")]
    plan = plan_of(vault(), f"episodes show {', '.join(fields)}", {}, optimized=False)
    assert to_sparql(plan, vault().schema).count("UNION") < 10
    assert rows(engine("oxigraph").evaluate(plan)) == rows(evaluate(plan, vault()))


def test_nesting_is_bounded() -> None:
    check_depth("(" * MOST_BRACKETS + '"((((("' + ")" * MOST_BRACKETS)
    with pytest.raises(UnsupportedOperationError):
        check_depth("(" * (MOST_BRACKETS + 1) + ")" * (MOST_BRACKETS + 1))


def test_nothing_leads_outside() -> None:
    for query in QUERIES:
        text = to_sparql(plan_of(vault(), query, {}, optimized=False), vault().schema, vault().properties)
        assert not {"SERVICE", "LOAD", "FROM"} & set(text.split())


def test_a_folder_that_is_no_store_is_said(tmp_path: Any) -> None:
    with pytest.raises(StoreError, match="no such folder"):
        opened(tmp_path / "none")


def test_a_store_in_a_folder(tmp_path: Any) -> None:
    import pyoxigraph as ox

    from rotgraph.rdf.write import export

    export(vault(), tmp_path / "g.nq")
    store = ox.Store(str(tmp_path / "db"))
    store.bulk_load(path=str(tmp_path / "g.nq"), format=ox.RdfFormat.N_QUADS)
    store.flush()
    del store
    plan = plan_of(vault(), "episodes", {}, optimized=False)
    found = Engine(opened(tmp_path / "db"), vault().schema, vault().properties).evaluate(plan)
    assert rows(found) == rows(evaluate(plan, vault()))
