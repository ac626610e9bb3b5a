"""The engine as its callers see it: laziness, evidence, limits, traces, paths."""

from __future__ import annotations

import pickle
from random import Random
from typing import Any

import networkx as nx
import numpy as np
import pytest

from graphs import make_graph, make_schema, told
from rotgraph.errors import QueryError
from rotgraph.model.graph import Graph
from rotgraph.model.result import Answer
from rotgraph.model.value import Kind
from rotgraph.native.evaluate import OperatorTrace, evaluate
from rotgraph.native.index import Index
from rotgraph.native.paths import MOST_PATHS
from rotgraph.query.bind import bind
from rotgraph.query.limits import Limits
from rotgraph.query.lower import lower
from rotgraph.query.optimize import optimize
from rotgraph.query.parse import parse_query
from rotgraph.query.plan import Filter
from rotgraph.query.print_plan import operators, plan_lines

SCHEMA = make_schema(
    {
        "note": {"fields": {"mentions": "thing"}},
        "sector": {"fields": {"broader": "thing:sector"}, "columns": ("name",)},
        "gauge": {
            "parents": "record", "columns": ("name", "side"),
            "fields": {"side": "thing:sector^gauges", "level": "quantity:percent", "year": "integer!", "at": "period",
                       "rate": "quantity", "span": "quantity"},
        },
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Graph:
    return make_graph(
        {
            "North": {"class": "sector"},
            "Fjord": {"class": "sector", "broader": told("North", line=7, note="Map")},
            "G1": {
                "class": "gauge",
                "line": 3,
                "note": "Log",
                "side": told("Fjord", line=4),
                "level": ["+12%", told("5%", line=9)],
                "year": 2031,
            },
            "G2": {"class": "gauge", "line": 5, "note": "Log", "side": ["North", "[[South]]"], "level": "~30%"},
            "G3": {"class": "gauge", "line": 6, "note": "Log"},
            "South": {"class": "sector"},
            "Log": {"class": "note", "mentions": "[[Fjord]]"},
            "Map": {"class": "note", "mentions": "[[North]]"},
        },
        SCHEMA,
    )


def ask(text: str, graph: Graph, *, optimized: bool = True, **options: Any) -> Answer:
    plan = lower(bind(parse_query(text), graph))
    return evaluate(optimize(plan, graph) if optimized else plan, graph, **options)


def cells(answer: Answer) -> list[tuple[Any, ...]]:
    """As text: a list where there are several values."""
    rows = (answer.rows.cells(row) for row in range(len(answer)))
    return [tuple([str(each) for each in cell] if isinstance(cell, tuple) else cell and str(cell) for cell in row) for row in rows]


def test_a_cell_is_blank_or_one_value_or_several(graph: Graph) -> None:
    answer = ask("gauges show name, side, year", graph)
    assert cells(answer) == [("G1", ["Fjord"], "2031"), ("G2", ["North", "South"], None), ("G3", None, None)]
    assert [(column.name, column.kind, column.many) for column in answer.columns] == [
        ("name", "text", False), ("side", "thing", True), ("year", "integer", False),
    ]  # fmt: skip


def test_a_row_knows_its_subject_and_a_group_has_none(graph: Graph) -> None:
    row = ask("gauges where level > 20%", graph).rows.subject(0)
    assert row is not None
    assert (row.id, row.name, row.cls) == ("gauge/g2", "G2", "gauge")
    assert ask("count gauges per year", graph).rows.subject(0) is None


def test_evidence_is_the_rows_own_then_that_of_its_cells(graph: Graph) -> None:
    assert [str(each) for each in ask("gauges show name", graph).rows.evidence(0)] == ["Log:3:1"]
    assert [str(each) for each in ask("gauges show side, level", graph).rows.evidence(0)] == ["Log:3:1", "Log:4:1", "Log:9:1"]
    assert [str(each) for each in ask("gauges show side.broader", graph).rows.evidence(0)] == ["Log:3:1", "Map:7:1"]
    assert [str(each) for each in ask("gauges per year show max(level)", graph).rows.evidence(0)] == ["Log:3:1"]
    assert [str(each) for each in ask("path from Fjord to North", graph).rows.evidence(0)] == ["Map:7:1"]


def test_as_of_a_date_later_statements_are_no_evidence() -> None:
    level = told("+12%", stated=("Jan 2031", "May 2031"), line=8, note="Log")
    graph = make_graph({"G": {"class": "gauge", "line": 3, "note": "Log", "level": level}}, SCHEMA)
    for text, count in (("gauges show level", 2), ("gauges show level as of Feb 2031", 1)):
        stated = [each.stated for each in ask(text, graph).rows.evidence(0) if each.stated]
        assert stated == ["Jan 2031", "May 2031"][:count]


def test_columns_are_computed_when_somebody_looks(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ask("gauges show name, side.broader.name", graph)
    looked: list[str] = []
    relation = Index.relation
    monkeypatch.setattr(Index, "relation", lambda index, name: looked.append(name) or relation(index, name))
    assert len(answer) == 3
    assert not looked
    answer.rows.cells(0)
    assert looked == ["side", "broader"]


def test_an_answer_pickles_without_its_graph(graph: Graph) -> None:
    answer = ask("gauges show name, level", graph)
    again = pickle.loads(pickle.dumps(answer))
    assert (again.columns, again.notes, cells(again)) == (answer.columns, answer.notes, cells(answer))
    assert again.rows.evidence(1) == answer.rows.evidence(1)
    assert again.rows.subject(2) == answer.rows.subject(2)


def test_limits(graph: Graph) -> None:
    with pytest.raises(QueryError, match="makes 3 rows, more than the limit of 2"):
        ask("gauges", graph, limits=Limits(rows=2))
    assert len(ask("gauges limit 2", graph, limits=Limits(rows=2))) == 2
    with pytest.raises(QueryError, match="took longer than 0 s"):
        ask("gauges where level > 1%", graph, limits=Limits(seconds=0))


def test_a_trace_has_every_operator_and_the_rows_after_each_condition(graph: Graph) -> None:
    plan = optimize(lower(bind(parse_query("gauges where level > 1% and side in (sectors where broader is known)"), graph)), graph)
    trace: list[OperatorTrace] = []
    evaluate(plan, graph, trace=trace)
    ran = {id(each.operator): each for each in trace}
    assert [ran[id(operator)].rows for operator, _ in plan_lines(plan)] == [3, 3, 1, 1, 1, 1]
    (found,) = (each for each in trace if isinstance(each.operator, Filter) and len(each.steps) == 2)
    assert sorted(rows for _, rows in found.steps) == [1, 2] or [rows for _, rows in found.steps] == [1, 1]
    assert all(each.milliseconds >= 0 for each in trace)
    assert operators(plan)[-1] is plan


def test_the_same_twice(graph: Graph) -> None:
    """What an index remembers changes nothing."""
    for text in (
        "gauges where side contains North",
        "gauges where level >= 12% sort by level desc limit 1",
        "path from Fjord to South",
    ):
        assert cells(ask(text, graph)) == cells(ask(text, graph)) == cells(ask(text, graph, optimized=False))


LEVELS = ("+{}%", "~{}%", ">{}%", "{}-101%")


RATES = tuple(number / 100 for number in range(3000)) + (29.9, "29.90", "29.9900000000000001", "29.990000000000000001") * 20


def large(count: int, seed: int = 7) -> Graph:
    random = Random(seed)
    nodes: dict[str, dict[str, Any]] = {f"S{number}": {"class": "sector"} for number in range(40)}
    for number in range(40):
        if number and random.random() < 0.7:
            nodes[f"S{number}"]["broader"] = f"S{random.randrange(number)}"
    for number in range(count):
        nodes[f"G{number}"] = {
            "class": "gauge", "note": f"N{random.randrange(60)}", "year": 1900 + int(random.random() ** 3 * 150),
            "side": [f"[[S{random.randrange(40)}]]" for _ in range(random.choice((0, 1, 1, 2)))],
            "level": [random.choice(LEVELS).format(random.randrange(100)) for _ in range(random.choice((0, 1, 2)))],
            "at": random.choice(("2031", "Jan 2030", "2029 Q3", "since 2028")),
            "rate": [f"{random.choice(RATES)}%" for _ in range(random.choice((0, 1, 1, 3)))],
            "span": [f"{random.randrange(1, 400)} {random.choice(('days', 'months', 'weeks'))}"],
        }  # fmt: skip
    for number in range(60):
        nodes[f"N{number}"] = {"class": "note", "mentions": [f"[[S{random.randrange(40)}]]", f"[[G{random.randrange(count)}]]"]}
    return make_graph(nodes, SCHEMA)


QUERIES = (
    "gauges where level > [[S0]].gauges.level", "gauges where all level >= [[S0]].gauges.level",
    "gauges where year = [[S1]].gauges.year",
    "gauges where side contains S0", "gauges where side is S7 and year > 1990", "gauges where year = 1901 and level > 50%",
    "gauges where side contains S3 or side contains S4 or level > 99%",
    "gauges where not side contains S1 and level possibly > 100%",
    "sectors where gauges.year = 1950", "sectors where mentioned_in.mentions.year < 1902", "sectors where count(gauges) > 40",
    "top 20 gauges by rate", "gauges where side contains S1 sort by rate limit 5", "gauges sort by rate limit 12",
    "gauges where rate > 20% and year > 1950 sort by rate desc limit 3", "gauges sort by rate, year desc limit 4",
    "top 7 gauges by span", "gauges where span < 9 months sort by span limit 5",
    "gauges where max(rate) > 29.9% sort by rate limit 9", "top 5 gauges by level",
    "top 7 gauges by year", "gauges where level > 90% sort by level desc limit 9",
    "gauges where side contains S2 show name, level sort by level limit 6 offset 3", "gauges sort by at, year desc limit 11",
    "gauges where year in (gauges where level > 98% show year)", "gauges where all level >= 50% sort by name limit 8",
    "count gauges per side", "gauges per side, at show side, at, count, avg(level), min(level)", "count gauges per at",
    "gauges per year where count > 100 show year, sum(level) sort by sum(level) desc", "top 2 gauges by level per side",
    "gauges where level is known and side is unknown", "sectors where broader+ contains S0", "sectors where no gauges.level > 97%",
    "gauges where side.broader.broader is known and at overlaps 2030", "gauges where line < 60 and name like \"G*7\"",
)  # fmt: skip


@pytest.fixture(scope="module")
def many() -> Graph:
    return large(2500)


@pytest.mark.parametrize("query", QUERIES)
def test_every_way_leads_to_the_same_rows(many: Graph, query: str) -> None:
    """Cold and warm, planned and not: each way through the index is taken by one of them."""
    wanted = cells(ask(query, many, optimized=False))
    cold = Graph(many.schema, many.properties, many.units, many.columns)
    for graph in (cold, cold, cold, many):
        assert cells(ask(query, graph)) == wanted
    trace: list[OperatorTrace] = []
    assert cells(ask(query, many, trace=trace)) == wanted


def test_shortest_paths_are_as_short_as_those_of_networkx(many: Graph) -> None:
    columns = many.columns
    things = columns["fact_kind"] == Kind.THING
    either: Any = nx.Graph()
    either.add_edges_from(zip(columns["fact_subject"][things].tolist(), columns["fact_value"][things].tolist(), strict=True))
    random = Random(1)
    named = [node for node in range(many.node_count) if node in either and "note" not in many.classes(node)]
    for _ in range(30):
        start, end = random.sample(named, 2)
        answer = ask(f"path from [[{many.label(start)}]] to [[{many.label(end)}]]", many)
        rows = [answer.rows.cells(row) for row in range(len(answer))]
        if not nx.has_path(either, start, end):
            assert not rows
            continue
        length = nx.shortest_path_length(either, start, end)
        every = {tuple(path) for path in nx.all_shortest_paths(either, start, end)}
        paths = [rows[first : first + length] for first in range(0, len(rows), length)]
        assert len(paths) == min(len(every), MOST_PATHS)
        for path in paths:
            nodes = [step[0].node for step in path] + [path[-1][2].node]
            assert tuple(nodes) in every
        assert len({tuple(step[2].node for step in path) for path in paths}) == len(paths)


def test_a_damaged_index_is_not_shared_between_graphs(many: Graph) -> None:
    assert Index.of(many) is Index.of(many)
    assert Index.of(many) is not Index.of(Graph(many.schema, many.properties, many.units, many.columns))
    assert not any(array.flags.writeable for array in many.columns.values())
    assert isinstance(Index.of(many).members("gauge"), np.ndarray)
