"""The language on a store, as people use it: in Python and on the command line, while others push."""

from __future__ import annotations

import io
import pickle
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("httpx")

import rotgraph
from rotgraph.cli import main
from rotgraph.errors import QueryError, StoreError, UnsupportedOperationError
from rotgraph.sparql.store import Embedded
from store_server import Server, running

TABLE = "| Period | Rotation | Buy side | Divergence |\n|---|---|---|---|\n| 2031 | Calm → Storm | Energy, utilities | ~43pp |\n"
NOTES = {"Tides.md": f"# Tides\n\n{TABLE}", "Firm.md": "---\ntype: company\n---\n# Firm\n\nSee [[Tides]].\n"}
QUERY = "episodes where buy_side contains Energy show period, rotation, divergence, note, line"


@pytest.fixture(scope="module")
def graph() -> rotgraph.Graph:
    return rotgraph.compile(NOTES)


@pytest.fixture(scope="module")
def one_server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def server(one_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Server:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    for name in ("ROTGRAPH_USER", "ROTGRAPH_PASSWORD", "ROTGRAPH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    one_server.reset()
    return one_server


@pytest.fixture
def vault(tmp_path: Path) -> str:
    for name, text in NOTES.items():
        (tmp_path / "vault").mkdir(exist_ok=True)
        (tmp_path / "vault" / name).write_text(text, encoding="utf-8")
    return str(tmp_path / "vault")


def same(store: rotgraph.Result, native: rotgraph.Result) -> None:
    assert store == native
    assert store.columns == native.columns
    assert [row.evidence for row in store] == [row.evidence for row in native]
    assert len(native) > 0


# in Python


def test_in_memory(graph: rotgraph.Graph) -> None:
    with rotgraph.connect(graph) as store:
        same(store.query(QUERY), graph.query(QUERY))
        same(store.episodes, graph.episodes)
        same(store["notes"], graph.notes)
        assert store.names("Ener") == graph.names("Ener")
        assert store.schema.by_name == graph.schema.by_name
        assert store.complete("episodes where buy_s") == graph.complete("episodes where buy_s")
        assert {"episodes", "query"} <= set(dir(store))
        with pytest.raises(AttributeError, match="no class 'dragons'"):
            _ = store.dragons
        with pytest.raises(KeyError):
            _ = store["dragons"]


def test_errors_are_those_of_the_graph(graph: rotgraph.Graph) -> None:
    store = rotgraph.connect(graph)
    for query in ("episodes where buyside contains Energy", "episodes where divergence > 25%", "episodes where", "dragons"):
        with pytest.raises(QueryError) as ours:
            store.query(query)
        with pytest.raises(QueryError) as theirs:
            graph.query(query)
        assert str(ours.value) == str(theirs.value)
    with pytest.raises(UnsupportedOperationError, match="path"):
        store.query("path from Firm to Tides")
    thing = store.query("episodes show buy_side")[0].buy_side[0]
    assert thing.name == "Energy"
    with pytest.raises(UnsupportedOperationError, match="query"):
        _ = thing.facts


def test_parameters_and_explanation(graph: rotgraph.Graph) -> None:
    store = rotgraph.connect(graph)
    same(store.query("episodes where divergence > $x", x="40pp"), graph.query("episodes where divergence > $x", x="40pp"))
    ours, theirs = store.explain(QUERY), graph.explain(QUERY)
    assert (ours.query, ours.sentence, ours.sparql) == (theirs.query, theirs.sentence, theirs.sparql)
    assert {each.written for each in ours.names} == {each.written for each in theirs.names}
    assert "SPARQL(memory)" in str(ours)
    assert "1 rows" in str(ours)


def test_explain_prints_what_a_store_is_really_asked() -> None:
    """A scalar over several units is reckoned first; an aggregate of a row is no condition of the store's."""
    note = "| Tour | Length |\n|---|---|\n| North | 2 weeks |\n| South | 1 month |"
    stored = rotgraph.connect(rotgraph.compile({"Tours.md": note}))
    sparql = stored.explain("tours where length > (min(tours.length))").sparql
    assert sparql.startswith("# the client reckons (min(tours.length)) from this\n")
    assert "MIN(" not in sparql
    assert "(14 < ?low)" in sparql
    sparql = stored.explain("tours where max(length) > 3 weeks and line > 1").sparql
    assert sparql.startswith("# of these rows the client keeps those with max(length) > 3 weeks\n")
    assert "MAX(" not in sparql
    assert "?line" in sparql
    with pytest.raises(UnsupportedOperationError, match=r"`max\(length\)` of a row inside another condition has no form"):
        stored.query("tours where this in (tours where max(length) > 3 weeks)")


def test_in_a_folder(graph: rotgraph.Graph, tmp_path: Path) -> None:
    where = f"oxigraph:{tmp_path / 'store'}"
    assert len(graph.push(where, dry_run=True).changes) == 4
    assert len(graph.push(where).changes) == 4
    assert graph.push(where).changes == ()
    with rotgraph.connect(where) as store:
        same(store.query(QUERY), graph.query(QUERY))
    changed = rotgraph.compile({**NOTES, "Tides.md": NOTES["Tides.md"].replace("43pp", "44pp")})
    assert [change.graph.rpartition("/")[2] for change in changed.push(where).changes] == ["tides"]
    with rotgraph.connect(where) as store:
        same(store.query(QUERY), changed.query(QUERY))


def test_a_dry_push_makes_no_store(tmp_path: Path) -> None:
    graph = rotgraph.compile({"A.md": "# A"})
    where = f"oxigraph:{tmp_path / 'store'}"
    assert len(graph.push(where, dry_run=True).changes) == 3
    assert not (tmp_path / "store").exists()
    graph.push(where)
    assert graph.push(where, dry_run=True).changes == ()


def test_a_folder_of_something_else_is_left_alone(graph: rotgraph.Graph, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    for act in (graph.push, rotgraph.connect):
        with pytest.raises(StoreError, match="oxigraph:"):
            act(f"oxigraph:{tmp_path}")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_over_http(server: Server, graph: rotgraph.Graph) -> None:
    graph.push(server.url)
    with rotgraph.connect(f"{server.url}/query") as store:
        same(store.query(QUERY), graph.query(QUERY))
        again = pickle.loads(pickle.dumps(store))
        same(again.query(QUERY), graph.query(QUERY))
        again.close()
        assert server.url in repr(store)


def test_what_is_remembered_is_forgotten_when_somebody_pushes(server: Server, graph: rotgraph.Graph) -> None:
    """A cell, a label and a class change in the store while a client holds what it learnt."""
    graph.push(server.url)
    with rotgraph.connect(server.url) as store:
        same(store.query(QUERY), graph.query(QUERY))
        rows = "| 2032 | Storm → Calm | Energy | 12pp |\n"
        changed = rotgraph.compile(
            {"Tides.md": NOTES["Tides.md"].replace("43pp", "44pp") + rows, "Reef.md": "# Reef\n\nOf [[Tides]].\n"}
        )
        changed.push(server.url)
        same(store.query(QUERY), changed.query(QUERY))
        same(store.query("notes show title"), changed.query("notes show title"))
        with pytest.raises(QueryError):
            store.query("things where name is Firm and links contains [[Firm]]")


def test_an_answer_never_mixes_two_states(server: Server, graph: rotgraph.Graph) -> None:
    """The manifest is read before and after: what changed between is asked again, and given up where it never rests."""
    graph.push(server.url)
    changed = rotgraph.compile({**NOTES, "Tides.md": NOTES["Tides.md"].replace("43pp", "44pp")})
    other = rotgraph.compile({**NOTES, "Tides.md": NOTES["Tides.md"].replace("43pp", "45pp")})
    with rotgraph.connect(server.url) as store:
        pushed = []

        def between(_number: int, _verb: str) -> str:
            if len(server.requests) - started == 3 and not pushed:
                pushed.append(True)
                server.fault = lambda _number, _verb: ""
                changed.push(server.url)
            return ""

        started, server.fault = len(server.requests), between
        assert str(store.query("episodes show divergence")[0].divergence) == "~44pp"
        assert pushed
        server.fault = lambda _number, _verb: ""

        digests = iter(range(100))
        store._digest = lambda _base: str(next(digests))  # type: ignore[method-assign]
        with pytest.raises(StoreError, match="pushing"):
            store.query(QUERY)
    assert other != changed


def test_a_store_without_a_manifest_is_asked_anew(server: Server, graph: rotgraph.Graph) -> None:
    """Triples that somebody loaded by hand: no manifest says when they change."""
    graph.push(server.url)
    server.store.update("DROP GRAPH <https://example.org/vault/graph/manifest>")
    with rotgraph.connect(server.url) as store:
        same(store.query(QUERY), graph.query(QUERY))
        server.store.update(
            'PREFIX rg: <https://w3id.org/rotgraph/ns#> DELETE { GRAPH ?g { ?v rg:text "~43pp" } } '
            'INSERT { GRAPH ?g { ?v rg:text "~43 pp" } } WHERE { GRAPH ?g { ?v rg:text "~43pp" } }'
        )
        assert str(store.query("episodes show divergence")[0].divergence) == "~43 pp"


@pytest.mark.parametrize("suffix", ["ttl", "trig", "nt", "nq", "jsonld"])
def test_an_export_is_opened(graph: rotgraph.Graph, tmp_path: Path, suffix: str) -> None:
    graph.export(tmp_path / f"g.{suffix}")
    again = rotgraph.open(tmp_path / f"g.{suffix}")
    for query in (QUERY, "notes show title, links", "records show name, note, line"):
        same(again.query(query), graph.query(query))
    assert {thing.id: thing.facts for thing in _things(again)} == {thing.id: thing.facts for thing in _things(graph)}
    assert {thing.id: thing.classes for thing in _things(again)} == {thing.id: thing.classes for thing in _things(graph)}


def _things(graph: rotgraph.Graph) -> list[rotgraph.Thing]:
    return [row.subject for name in ("things", "records", "notes") for row in graph[name] if row.subject is not None]


def test_no_export_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text("<a:b> <a:c> <a:d> .")
    with pytest.raises(StoreError, match=r"x\.ttl"):
        rotgraph.open(tmp_path / "x.ttl")


# on the command line


def test_push_and_ask(server: Server, vault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["push", server.url, "--vault", vault, "--dry-run"]) == 0
    out, err = capsys.readouterr()
    assert out.count("PUT ") == 4
    assert "4 graphs to put" in err
    assert server.graphs() == {}
    assert main(["push", server.url, "--vault", vault]) == 0
    assert "4 graphs put, 0 deleted, 0 unchanged" in capsys.readouterr().err
    assert main(["push", server.url, "--vault", vault]) == 0
    assert "0 graphs put, 0 deleted, 4 unchanged" in capsys.readouterr().err
    assert main(["query", QUERY, "--vault", vault]) == 0
    native = capsys.readouterr().out
    for where in (["--endpoint", server.url], ["--endpoint", f"{server.url}/query", "--store", "oxigraph"]):
        assert main(["query", QUERY, *where]) == 0
        assert capsys.readouterr().out == native
    assert main(["explain", QUERY, "--endpoint", server.url]) == 0
    assert "PREFIX rg:" in capsys.readouterr().out
    assert main(["export", "--vault", vault, "--out", str(tmp_path / "g.trig")]) == 0
    assert main(["query", QUERY, "--graph", str(tmp_path / "g.trig")]) == 0
    assert capsys.readouterr().out == native
    assert main(["query", "path from Firm to Tides", "--endpoint", server.url]) == 1
    assert "no form in SPARQL" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--endpoint", "http://127.0.0.1:9", "--vault", "."], "leave --vault"),
        (["--store", "fuseki"], "--endpoint"),
    ],
)
def test_wrong_usage(server: Server, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert main(["query", "episodes", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("fault", ["401", "403", "redirect", "500", "refused", "html"])
@pytest.mark.parametrize("command", ["push", "query"])
def test_credentials_are_never_printed(
    server: Server, vault: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], fault: str, command: str
) -> None:
    monkeypatch.setattr("rotgraph.stores.client.PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setenv("ROTGRAPH_TOKEN", "t0ken-of-mine")
    server.fault = lambda _number, _verb: fault
    url = server.url.replace("http://", "http://someone:hunter2@")
    arguments = ["push", url, "--vault", vault] if command == "push" else ["query", "episodes", "--endpoint", url]
    assert main(arguments) == 1
    out, err = capfd.readouterr()
    assert "127.0.0.1" in err
    for secret in ("hunter2", "t0ken-of-mine", "c29tZW9uZTpodW50ZXIy"):
        assert secret not in out + err


def test_nobody_there(vault: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("rotgraph.stores.client.PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert main(["push", "http://127.0.0.1:9/", "--vault", vault]) == 1
    assert "error: POST http://127.0.0.1:9/query: ConnectError" in capsys.readouterr().err
    assert main(["query", "episodes", "--endpoint", "ftp://x:secret@h/"]) == 1
    assert "secret" not in capsys.readouterr().err


def test_export_beside(vault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pyoxigraph as ox

    assert main(["export", "--vault", vault, "--out", str(tmp_path / "g.ttl"), "--materialize", "--rdf12"]) == 0
    assert "https://schema.org/" in (tmp_path / "g.ttl").read_text(encoding="utf-8")
    assert "~ evidence:" in (tmp_path / "g.rdf12.ttl").read_text(encoding="utf-8")
    assert main(["export", "--vault", vault, "--bundle", str(tmp_path / "b"), "--rdf12"]) == 0
    assert {path.name for path in (tmp_path / "b").iterdir()} > {"data.rdf12.ttl", "data.ttl", "shapes.ttl"}
    assert len(list(ox.parse(path=str(tmp_path / "b" / "data.rdf12.ttl"), format=ox.RdfFormat.TURTLE))) > 100
    for wrong in (["--rdf12"], ["--format", "graphml", "--materialize"], ["--bundle", "b", "--out", "x.ttl"], ["--format", "csvw"]):
        assert main(["export", "--vault", vault, *wrong]) == 2
    capsys.readouterr()


def test_validate(vault: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyshacl")
    assert main(["validate", "--vault", vault]) == 0
    assert capsys.readouterr().err == "0 violations, 0 warnings\n"
    assert main(["validate", "--vault", vault, "--format", "json"]) == 0
    assert capsys.readouterr().out == "[]\n"


def test_the_full_provenance_quotes_the_notes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Positions count characters of the note as it lies there, whatever its line ends; every quotation is what stands there."""
    import pyoxigraph as ox

    note = "---\r\ntype: company\r\n---\r\n# Tidés 😀\r\n\r\n" + TABLE.replace("\n", "\r\n")
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "Tides.md").write_bytes(note.encode())
    asked = (
        "PREFIX oa: <http://www.w3.org/ns/oa#> SELECT DISTINCT ?start ?end ?exact ?prefix ?suffix { ?e a oa:SpecificResource ; "
        "oa:hasSelector ?p, ?q . ?p oa:start ?start ; oa:end ?end . ?q oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix }"
    )
    for name, form in (("ttl", ox.RdfFormat.TURTLE), ("nq", ox.RdfFormat.N_QUADS), ("jsonld", ox.RdfFormat.JSON_LD)):
        path = tmp_path / f"g.{name}"
        assert main(["export", "--vault", str(tmp_path / "vault"), "--out", str(path), "--provenance", "full"]) == 0
        store = ox.Store()
        store.load(path=str(path), format=form)
        found = list(store.query(asked, use_default_graph_as_union=True))
        assert {"Calm → Storm", "~43pp"} <= {row["exact"].value for row in found}
        for row in found:
            start, end = int(row["start"].value), int(row["end"].value)
            assert note[start:end] == row["exact"].value
            assert note[:start].endswith(row["prefix"].value)
            assert note[end:].startswith(row["suffix"].value)
        assert rotgraph.open(path).to_turtle() == rotgraph.compile(tmp_path / "vault").to_turtle()
    assert main(["export", "--vault", str(tmp_path / "vault"), "--format", "graphml", "--provenance", "full"]) == 2
    assert "no base IRI" in capsys.readouterr().err
    with pytest.raises(UnsupportedOperationError, match="notes="):
        rotgraph.compile(NOTES).export(tmp_path / "x.ttl", provenance="full")


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("episodes show count, median(duration)", "median(duration)"),
        ("targets where value > (stddev(targets.value))", "stddev(targets.value)"),
        ("path from Energy to Energy", "path from Energy to Energy"),
        ("things where this in (top 1 episodes by duration show buy_side)", "things"),
    ],
)
def test_what_has_no_form_stands_at_its_place(query: str, place: str, graph: rotgraph.Graph) -> None:
    with pytest.raises(UnsupportedOperationError, match="has no form in SPARQL") as caught:
        rotgraph.connect(graph).query(query)
    error = caught.value
    assert query[error.start : error.end] == place
    assert str(error).split("\n")[1:] == [f"  | {query}", f"  | {' ' * error.start}{'^' * len(place)}"]


# limits, fields, saved queries


def test_limits_are_those_of_a_graph(graph: rotgraph.Graph) -> None:
    stored = rotgraph.connect(graph)
    for asked in (graph, stored):
        assert len(asked.query("things", max_rows=99, max_seconds=60)) == len(asked.query("things"))
        with pytest.raises(rotgraph.QueryError, match="more than the limit of 1"):
            asked.query("things", max_rows=1)
        with pytest.raises(rotgraph.QueryError, match="took longer than 1e-09 s"):
            asked.query("episodes where count(buy_side) > 0", max_seconds=1e-9)
        with pytest.raises(ValueError, match="below 0"):
            asked.query("episodes", max_rows=-1)
    with pytest.raises(rotgraph.QueryError, match="more than the limit of 1"):
        graph.prepare("things")(max_rows=1)


def test_a_store_that_hangs_is_not_waited_for(graph: rotgraph.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = rotgraph.connect(graph)
    stored.query("episodes")
    held = threading.Event()
    select = Embedded.select

    def slow(store: Embedded, query: str) -> Any:
        if "Episode" in query:
            held.wait(60)
        return select(store, query)

    monkeypatch.setattr(Embedded, "select", slow)
    with pytest.raises(rotgraph.QueryError, match="took longer"):
        stored.query("episodes", max_seconds=0.05)
    held.set()


def test_fields_of_a_store(graph: rotgraph.Graph) -> None:
    stored = rotgraph.connect(graph)
    assert set(stored.classes()) == set(graph.classes())
    for cls in stored.classes():
        ours = [(each.name, each.kind, each.operators, each.filled, each.members) for each in graph.fields(cls.name)]
        assert [(each.name, each.kind, each.operators, each.filled, each.members) for each in stored.fields(cls.name)] == ours
    with pytest.raises(rotgraph.QueryError, match="unknown class `episods`"):
        stored.fields("episods")


def test_saved_queries_of_a_store(graph: rotgraph.Graph) -> None:
    saved = {"long": "episodes where duration > 1 year"}
    with rotgraph.connect(graph, queries=saved) as stored:
        assert stored.query("@long").to_csv() == graph.query(saved["long"]).to_csv()
        assert [each.text for each in stored.complete("@")] == ["@long"]
        with pytest.raises(rotgraph.QueryError, match="did you mean `@long`"):
            stored.query("@lomg")
    with pytest.raises(rotgraph.QueryError, match="a store keeps none"):
        rotgraph.connect(graph).query("@long")


def test_a_talk_with_a_store(
    graph: rotgraph.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    graph.push(f"oxigraph:{tmp_path / 'store'}")
    (tmp_path / "rotgraph.toml").write_text('[queries]\nall = "count episodes"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    lines = "@all\n\\fields episodes\n\\save few count stocks\n@few\n\\show Energy\n\\explain @all\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    assert main(["repl", "--endpoint", "oxigraph:store"]) == 1
    told = capsys.readouterr()
    assert "sell_side" in told.out
    assert "@few is saved in" in told.out
    assert told.out.count("(1 row)") == 2
    assert "SELECT" in told.out
    assert 'ask things where name is "Energy" show *' in told.err
    assert main(["fields", "--endpoint", "oxigraph:store"]) == 0
    assert main(["query", "@few", "--endpoint", "oxigraph:store", "--max-rows", "5"]) == 0
