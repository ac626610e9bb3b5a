"""What Python users hold: graphs, results, rows, things, and the forms they take them away in."""

from __future__ import annotations

import csv
import io
import json
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import rotgraph
from rotgraph.notebook import load_ipython_extension

VAULT = Path(__file__).parents[1] / "examples" / "vault"
ENERGY = "episodes where buy_side contains Energy show period, rotation, buy_side, divergence, duration"
NOTES = {
    "Moves.md": "| Stock | Move | Catalyst |\n|---|---|---|\n| [[Deere]] | +10% | Orders |\n| [[Adobe]] | ~-6% | |\n",
    "Deere.md": "---\ntype: firm\nticker: DE\naliases: [John Deere]\n---\n# Deere\n\nSee [[Moves]].\n",
}


@pytest.fixture(scope="module")
def graph() -> rotgraph.Graph:
    return rotgraph.compile(VAULT)


@pytest.fixture(scope="module")
def small() -> rotgraph.Graph:
    return rotgraph.compile(NOTES)


def test_rows_hold_things_quantities_and_periods(graph: rotgraph.Graph) -> None:
    row = graph.query(ENERGY)[1]
    assert (row.rotation, str(row.period), str(row["divergence"])) == ("Growth → Value", "2022", "~85pp")
    assert isinstance(row.period, rotgraph.Period)
    assert isinstance(row.divergence, rotgraph.Quantity)
    assert [type(each) for each in row.buy_side] == [rotgraph.Thing, rotgraph.Thing]
    assert row.buy_side[0].name == "Energy"
    assert row.evidence[0].note == "Sector rotation.md"
    assert row.subject.id.startswith("episode/")
    assert dict(row)["rotation"] == row[1] == list(row)[1]
    with pytest.raises(AttributeError, match="no column 'nonsense'"):
        _ = row.nonsense
    with pytest.raises(AttributeError, match="cannot be changed"):
        row.rotation = "x"


def test_a_blank_is_none_and_a_list_where_several_may_stand(graph: rotgraph.Graph) -> None:
    (row,) = graph.query("events where name is \"Enron files\" show name, heading, mentions, date")
    assert row.mentions == []
    row = graph.query("episodes where duration is unknown show duration")[0]
    assert row.duration is None


def test_a_field_that_python_reserves_has_an_underscore(graph: rotgraph.Graph) -> None:
    row = graph.query("stocks where name is NVIDIA show name, return")[0]
    assert row.return_ == row["return"]
    assert len(graph.thing("NVIDIA").return_) == 5


def test_a_result_writes_itself(graph: rotgraph.Graph, tmp_path: Path) -> None:
    result = graph.query(ENERGY)
    text = result.to_csv(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == text
    assert next(csv.reader(io.StringIO(text))) == ["period", "rotation", "buy_side", "divergence", "duration"]
    assert json.loads(result.to_json())["row_count"] == len(result) == 4
    assert result.to_markdown().startswith("| period")
    assert result.to_dicts()[0]["rotation"] == "Software → Energy"
    assert result._repr_html_().startswith('<table class="rotgraph">')
    assert repr(result).endswith("(4 rows)")
    assert [column.name for column in result.columns] == list(result[0].keys())


def test_a_long_result_shows_its_beginning(graph: rotgraph.Graph) -> None:
    result = graph.things
    assert repr(result).endswith(f"more\n({len(result)} rows)")
    assert len(repr(result).splitlines()) < 70
    assert f"60 of {len(result)} rows" in result._repr_html_()


def test_values_compare_and_hash_and_pickle(graph: rotgraph.Graph, small: rotgraph.Graph) -> None:
    assert rotgraph.compile(NOTES) == small != graph
    assert hash(rotgraph.compile(NOTES)) == hash(small)
    assert small.query("moves") == small.query("moves") != small.query("moves limit 1")
    assert len({*small.query("moves"), *small.query("moves")}) == 2
    assert small.thing("John Deere") == small.thing("Deere")
    assert len({small.thing("id/deere"), small.thing("Deere"), small.thing("Adobe")}) == 2
    for each in (small, small.query("moves"), small.query("moves")[0], small.thing("Deere"), small.thing("Deere").facts[0]):
        assert pickle.loads(pickle.dumps(each)) == each
    assert pickle.loads(pickle.dumps(small)).query("count moves").to_csv() == "count\n2\n"


def test_nothing_that_is_handed_out_can_be_changed(small: rotgraph.Graph) -> None:
    for each in (small, small.query("moves"), small.thing("Deere"), small.query("moves")[0].evidence[0]):
        with pytest.raises((AttributeError, TypeError)):
            each.name = "x"
    small.query("moves show about, mentions")[0].mentions.append("x")
    assert small.query("moves show about, mentions")[0].mentions != ["x"]


def test_a_thing_is_what_the_notes_say_of_it(small: rotgraph.Graph) -> None:
    deere = small.thing("John Deere")
    assert (deere.name, deere.id, str(deere)) == ("Deere", "id/deere", "Deere")
    assert "firm" in deere.classes or "stock" in deere.classes
    assert deere.ticker == ["DE"]
    assert [each.name for each in deere.move] == ["Deere · Move"]
    assert [each.name for each in deere.backlinks] == ["Moves"]
    assert deere.links[0].name == "Moves"
    assert {str(each) for each in deere.evidence} >= {"Deere.md:1:1", "Deere.md:3:9"}
    assert any(str(fact) == "ticker: DE (Deere.md:3:9)" for fact in deere.facts)
    assert {"ticker", "sector", "move", "facts", "return_"} <= set(dir(deere))
    assert "<td" in deere._repr_html_()
    with pytest.raises(AttributeError, match="no field 'tickr'"):
        _ = deere.tickr


BERTHS = """# Berths

| Vessel | Owner | Draught | Since |
|---|---|---|---|
| [[Auk]] | [[Fulmar Lines]], [[Skua & Co]] | 14 m | Mar 2024 |
| [[Tern]] | [[Fulmar Lines]] | ~9 m | |
"""


def test_a_thing_that_stands_in_a_row_has_the_row(small: rotgraph.Graph) -> None:
    berths = rotgraph.compile({"Berths.md": BERTHS})
    owner = berths.thing("Fulmar Lines")
    assert [(fact.subject.name, fact.property) for fact in owner.incoming if fact.property == "owner"] == [
        ("Auk", "owner"), ("Tern", "owner"),
    ]  # fmt: skip
    assert all(fact.value == owner for fact in owner.incoming)
    assert str(owner.incoming[-1].evidence[0]) == "Berths.md:6:14"
    shown = owner._repr_html_()
    assert "owner^" in shown
    assert "Auk (draught 14 m, since Mar 2024)" in shown
    assert "Deere · Move: +10%" in small.thing("Deere")._repr_html_()


def test_a_name_may_be_written_as_a_link() -> None:
    berths = rotgraph.compile({"Berths.md": BERTHS})
    assert berths.thing("[[Skua & Co|Skua]]") == berths.thing("skua & co")
    assert berths.path("[[Auk]]", berths.thing("Tern")) == berths.path("Auk", "Tern")
    found = berths.query("vessels where owner contains $who show name", who="[[Skua & Co]]")
    assert found.to_csv() == "name\nAuk\n"
    with pytest.raises(rotgraph.QueryError, match=r"nothing is called `Nobody`"):
        berths.thing("[[Nobody]]")


def test_the_ends_of_a_path_stand_in_its_error_as_they_were_passed(small: rotgraph.Graph) -> None:
    with pytest.raises(rotgraph.QueryError) as found:
        small.path("Deere", 'Ado"be')
    assert found.value.query[slice(*found.value.span)] == '"Ado""be"'
    with pytest.raises(rotgraph.QueryError, match=r"no class has a field `x\"y`"):
        small.path("Deere", "Adobe", via=['x"y'])


def test_a_name_that_means_nothing_or_too_much_says_so(graph: rotgraph.Graph) -> None:
    with pytest.raises(rotgraph.QueryError, match="did you mean `Exxon`"):
        graph.thing("Exon")
    with pytest.raises(rotgraph.QueryError, match="means several things"):
        graph.thing("Momentum")
    assert graph.thing("note/concepts__momentum").name == "Momentum"


def test_classes_are_attributes_that_complete(graph: rotgraph.Graph) -> None:
    assert {"episodes", "stocks", "limits", "calls"} <= set(dir(graph))
    assert "scenarios" not in dir(rotgraph.compile({}))
    assert len(graph.episodes) == len(graph["episode"]) == 9
    assert "episodes" in graph._ipython_key_completions_()
    with pytest.raises(AttributeError, match="no class 'epsodes'"):
        _ = graph.epsodes
    with pytest.raises(KeyError):
        graph["epsodes"]


def test_every_class_of_a_graph_can_be_asked_for(graph: rotgraph.Graph) -> None:
    for summary in graph.classes():
        assert len(graph[summary.plural]) == summary.members, summary.plural


def test_fields_say_how_often_they_are_filled(graph: rotgraph.Graph) -> None:
    fields = {each.name: each for each in graph.fields("episodes")}
    assert (fields["rotation"].filled, fields["rotation"].members) == (9, 9)
    assert fields["divergence"].filled == 4
    assert fields["duration"].example == "4 weeks"
    sectors = {each.name: each for each in graph.fields("sector")}
    assert sectors["bought_in"].inverse
    assert sectors["bought_in"].classes == ("episode",)


def test_parameters_are_typed_by_what_they_meet(small: rotgraph.Graph) -> None:
    assert [row.about.name for row in small.query("moves where value > $least", least="5%")] == ["Deere"]
    assert [row.about.name for row in small.query("moves where about is $who", who="Adobe")] == ["Adobe"]
    assert [row.about.name for row in small.query("moves where about is $who", who=small.thing("Adobe"))] == ["Adobe"]
    assert len(small.query("moves where about in ($who)", who=["Adobe", small.thing("Deere")])) == 2
    with pytest.raises(rotgraph.QueryError):
        small.query("moves where value > $least")
    with pytest.raises(rotgraph.QueryError):
        small.query("moves", least="5%")


def test_things_of_one_name_are_not_taken_for_each_other(graph: rotgraph.Graph) -> None:
    same = [row.subject for row in graph.query('things where name = "Momentum"')]
    assert len(same) == 2
    found = {graph.query("notes where about is $which show path", which=each)[0].path for each in same}
    assert found == {"Concepts/Momentum.md", "Journal/Momentum.md"}
    assert len(graph.query("events where date after $day", day=date(2026, 1, 1))) == 4


def test_a_prepared_query_answers_again(small: rotgraph.Graph) -> None:
    ask = small.prepare("moves where value > 0%")
    assert ask() == ask() == small.query("moves where value > 0%")


def test_a_path_has_evidence(graph: rotgraph.Graph) -> None:
    steps = graph.path("NVIDIA", graph.thing("Energy"), within=4)
    assert steps[0]["from"].name == "NVIDIA"
    assert all(step.evidence for step in steps)
    assert len(graph.path("NVIDIA", "Energy", within=1)) == 0


def test_an_explanation_names_what_it_took_names_for(graph: rotgraph.Graph) -> None:
    found = graph.explain("Episodes  WHERE buy_side contains energy")
    assert found.query == "Episodes where buy_side contains energy"
    assert [each.meaning for each in found.names if each.role == "thing"] == ["id/energy"]
    assert found.operations[0].rows == 9
    assert "r1 := Filter" in str(found)
    assert found._repr_html_().startswith("<pre>")


def test_pandas_has_real_types(graph: rotgraph.Graph) -> None:
    pytest.importorskip("pandas")
    frame = graph.query(ENERGY).to_pandas()
    assert frame["period"].dt.year.tolist() == [2026, 2022, 2020, 2000]
    assert frame["divergence"].fillna(0).tolist() == [43, 85, 0, 70]
    assert frame["divergence_text"][1] == "~85pp"
    assert frame["duration_low"].dropna().tolist() == [12, 4, 24]
    assert frame["buy_side"][1] == ["Energy", "Utilities"]
    assert len(graph.query("episodes where duration > 90 years").to_pandas()) == 0


def test_polars_and_arrow_have_real_types(graph: rotgraph.Graph) -> None:
    polars = pytest.importorskip("polars")
    pytest.importorskip("pyarrow")
    frame = graph.query(ENERGY).to_polars()
    assert frame.schema["period"] == polars.Date
    assert frame["period"][0] == date(2026, 1, 1)
    table = graph.query(ENERGY).to_arrow()
    assert table.column("divergence").to_pylist() == [43.0, 85.0, None, 70.0]


def test_networkx_has_things_facts_and_places(small: rotgraph.Graph) -> None:
    network = small.to_networkx()
    assert network.nodes["id/deere"]["ticker"] == "DE"
    move = next(key for key, about in network.nodes(data=True) if about["cls"] == "move" and str(about["value"]) == "+10%")
    assert network.edges[move, "id/deere", "about"]["line"] == 3
    assert "value" not in small.to_networkx(facts=False).nodes[move]


def test_the_graph_is_rdf(small: rotgraph.Graph, tmp_path: Path) -> None:
    import pyoxigraph

    text = small.to_turtle(tmp_path / "a.ttl")
    assert (tmp_path / "a.ttl").read_text(encoding="utf-8") == text
    triples = sum(1 for _ in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE))
    assert len(small.to_rdflib()) == triples > 50
    small.export(tmp_path / "a.nq")
    assert (tmp_path / "a.nq").stat().st_size > 1000
    small.export(tmp_path / "tables", format="csvw")
    small.export(tmp_path / "bundle", format="bundle")
    assert any(path.suffix == ".csv" for path in (tmp_path / "tables").iterdir())
    assert (tmp_path / "bundle" / "shapes.ttl").is_file()


def test_threads_share_a_graph(graph: rotgraph.Graph) -> None:
    queries = [f"episodes where duration > {n} months show rotation, buy_side" for n in range(24)] * 4
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda text: graph.query(text).to_csv(), queries))
    assert answers == [graph.query(text).to_csv() for text in queries]


def test_the_vaults_own_schema_holds(graph: rotgraph.Graph) -> None:
    assert graph.query("calls where conviction >= 40% show desk, conviction").to_csv() == "desk,conviction\nEquity,60%\nMacro,40%\n"
    assert len(graph.query("@energy")) == 4


def test_notes_in_memory_may_bring_a_schema() -> None:
    notes = {**NOTES, "rotgraph.toml": '[queries]\nup = "moves where value > 0% show about"\n'}
    assert rotgraph.compile(notes).query("@up").to_csv() == "about\nDeere\n"
    with pytest.raises(rotgraph.SchemaError, match=r"rotgraph\.toml:1"):
        rotgraph.compile({"rotgraph.toml": "nonsense = 1\n"})


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(rotgraph.VaultError):
        rotgraph.compile(tmp_path / "nowhere")


def test_hostile_text_is_inert_in_a_notebook() -> None:
    row = "| [[<script>x</script>]] | +1% | <img onerror=a> |"
    graph = rotgraph.compile({"A.md": f"| Stock | Move | Catalyst |\n|---|---|---|\n{row}\n"})
    result = graph.query("moves show about, catalyst")
    things = [row.about for row in result]
    for each in (result, result[0], graph, graph.explain("moves"), *graph.diagnostics, *things, *result[0].evidence):
        page = each._repr_html_()
        assert "<script" not in page
        assert "<img" not in page


def test_a_cell_magic_asks_a_graph(small: rotgraph.Graph) -> None:
    magics: dict[str, Any] = {}
    shell = SimpleNamespace(
        user_ns={"notes": small}, register_magic_function=lambda function, kind, name: magics.update({name: (function, kind)})
    )
    load_ipython_extension(shell)
    magic, kind = magics["rotgraph"]
    assert kind == "line_cell"
    assert magic("notes", "moves\nwhere value > 0%\n") == small.query("moves where value > 0%")
    assert magic("notes count moves").to_csv() == "count\n2\n"
    with pytest.raises(TypeError, match="name of a graph"):
        magic("nothing", "moves")


def test_values_print_short_and_say_what_they_were_read_as(graph: rotgraph.Graph) -> None:
    row = graph.query("episodes where period = 2022 show divergence, period, duration")[0]
    assert repr(row.divergence) == "<Quantity '~85pp': 85 pp, approximate>"
    assert repr(row.period) == "<Period '2022': 2022-01-01 to 2023-01-01, year>"
    assert repr(row.evidence[0]) == "<Evidence 'Sector rotation.md:56:1', under 'Sector rotation › On record'>"
    assert repr(graph.diagnostics[0]).startswith("<Diagnostic 'About this vault.md:4:83: RG201 warning: ")
    assert repr(graph.thing("Exxon").facts[1]) == "<Fact Exxon · ticker: XOM (Firms/Exxon.md:3:9)>"
    explained = graph.explain("count episodes")
    assert repr(explained) == str(explained)
    assert repr(graph.fields("episodes")[3]) == "<Field sell_side: thing (sector), several, 9 of 9>"
    assert repr(graph.schema).startswith("<Schema: ")
    notes = {"A.md": "| Stock | Move |\n|---|---|\n| [[X]] | $40–50M |\n| [[Y]] | >75% |\n| [[Z]] | 7 of 11 |\n"}
    read = [repr(row.value[0]) for row in rotgraph.compile(notes).query("moves show value")]
    assert read == [
        "<Quantity '$40–50M': [40000000, 50000000] USD>", "<Quantity '>75%': (75, …) %>", "<Quantity '7 of 11': 7, out of 11>",
    ]  # fmt: skip


def test_nothing_that_prints_moves_a_terminal() -> None:
    row = "| [[A\x1b]0;pwned\x07]] | +1% (\x1b[2J) | x\x1b[2J\u202e |"
    graph = rotgraph.compile({"A\x1b[2J.md": f"# H\x1b[2J\n\n| Stock | Move | Catalyst |\n|---|---|---|\n{row}\n"})
    result = graph.query("moves show about, value, catalyst")
    things = [each.about for each in result]
    facts = [fact for thing in things for fact in thing.facts]
    explained = graph.explain('moves where catalyst = "\x1b[2J"')
    said = (*result[0].evidence, *graph.diagnostics, *things, *facts, result[0].value, explained)
    for each in (result, result[0], *said):
        assert not {"\x1b", "\x07", "\u202e"} & set(repr(each))


def test_an_error_has_its_place_and_shows_no_inner_frames(graph: rotgraph.Graph) -> None:
    with pytest.raises(rotgraph.QueryError) as caught:
        graph.query("episodes where buyside contains Energy")
    error = caught.value
    assert error.query[slice(*error.span)] == "buyside"
    assert error.suggestions == ("buy_side",)
    assert "\n".join(error._render_traceback_()) == str(error)
    assert str(error).splitlines()[2] == "  |                ^^^^^^^"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_lists_stay_lists_in_tables(graph: rotgraph.Graph) -> None:
    polars, pandas = pytest.importorskip("polars"), pytest.importorskip("pandas")
    result = graph.query("stocks where name is NVIDIA show name, return, group")
    frame = result.to_polars()
    assert frame.schema["return"] == polars.List(polars.Float64)
    assert frame["return"].to_list() == [[125.0, -50.0, 239.0, 171.0, 39.0]]
    assert frame["return_text"].to_list() == [["+125%", "-50%", "+239%", "+171%", "+39%"]]
    assert result.to_pandas().explode("return")["return"].sum() == 524
    mixed = graph.query("observations show value").to_pandas()
    assert mixed["value"].notna().sum() > 150
    assert "Jensen Huang" in mixed["value_text"].tolist(), "what is no number keeps its text"
    assert {"%", "USD"} <= set(mixed["value_unit"].dropna())
    empty = graph.query("episodes where duration > 90 years show period, divergence, buy_side, line")
    assert {str(each) for each in empty.to_polars().dtypes} == {"Date", "String", "Float64", "List(String)", "Int64"}
    assert [str(each) for each in pandas.DataFrame(empty.to_pandas()).dtypes] == [
        "datetime64[s]", "datetime64[s]", "string", "Float64", "string", "Float64", "Float64", "object", "Int64",
    ]  # fmt: skip


@pytest.mark.parametrize(("library", "extra"), [("pandas", "pandas"), ("polars", "polars"), ("pyarrow", "arrow")])
def test_a_library_that_is_missing_is_said_with_its_extra(
    library: str, extra: str, graph: rotgraph.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    result = graph.query("count episodes")
    said = rf"{library}, which is not installed: pip install 'rotgraph\[{extra}\]'"
    with pytest.raises(rotgraph.UnsupportedOperationError, match=said):
        {"pandas": result.to_pandas, "polars": result.to_polars, "pyarrow": result.to_arrow}[library]()


def test_a_cell_or_a_column_of_a_table_is_a_parameter(graph: rotgraph.Graph) -> None:
    numpy, pandas, polars = (pytest.importorskip(each) for each in ("numpy", "pandas", "polars"))
    arrow = pytest.importorskip("pyarrow")
    asked = "returns where year = $year and about in ($names) show about, value"
    expected = graph.query(asked, year=2022, names=["NVIDIA", "Tesla"])
    assert len(expected) == 2
    names = ("NVIDIA", "Tesla")
    for year in (numpy.int64(2022), pandas.Series([2022]).iloc[0], arrow.scalar(2022)):
        for column in (numpy.array(names), pandas.Series(names), polars.Series(names), arrow.array(names)):
            assert graph.query(asked, year=year, names=column) == expected
    assert rotgraph.connect(graph).query(asked, year=numpy.int64(2022), names=polars.Series(names)) == expected
    with pytest.raises(rotgraph.QueryError, match="`\\$x` is nan, which is no number"):
        graph.query("targets where value > $x", x=float("nan"))


def test_what_is_no_text_and_no_row_is_said(graph: rotgraph.Graph) -> None:
    with pytest.raises(TypeError, match="a query is a text, not a NoneType"):
        graph.query(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"A\.md: a note is a text, not bytes"):
        rotgraph.compile({"A.md": b"# A"})  # type: ignore[dict-item]
    result = graph.query("top 3 targets by value")
    assert (result[-1], result[-3]) == (result[2], result[0])
    for index in (3, -4):
        with pytest.raises(IndexError, match=f"no row {index}: there are 3"):
            result[index]
    exxon = graph.thing("Exxon")
    assert graph.thing(exxon) == exxon
