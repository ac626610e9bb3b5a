"""Exports: what stands in them, how they diff, that they are written whole or not at all."""

from __future__ import annotations

import difflib
import doctest
import hashlib
import importlib
import json
import os
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare

from graphs import make_graph
from rotgraph.api.walk import compile_texts
from rotgraph.errors import SchemaError, StoreError, UnsupportedOperationError
from rotgraph.model.graph import Graph
from rotgraph.model.schema import Schema
from rotgraph.model.schema_file import builtin_schema
from rotgraph.rdf.bundle import BUNDLE, export_bundle, export_tables
from rotgraph.rdf.forms import to_networkx, to_rdflib
from rotgraph.rdf.iri import RG
from rotgraph.rdf.ontology import ontology
from rotgraph.rdf.quads import nquads, ntriples, trig
from rotgraph.rdf.read import read_graph
from rotgraph.rdf.shapes import shapes
from rotgraph.rdf.turtle import to_turtle
from rotgraph.rdf.write import SUFFIXES, export, format_of, write_file

TIDES = """# Tides

| Period | Rotation | Trigger | Sell side | Buy side | Duration |
|---|---|---|---|---|---|
| 2031 | Calm → Storm | Rates rising, "fear" | Tech | Energy, utilities | 18 months |
| 2028 | Storm → Calm | Rates falling | Energy | Tech | 2+ years |

## Annual returns

| Stock | 2028 | 2029 | 2030 | 2031 |
|---|---|---|---|---|
| [[Acme]] | +1% | +2.5% | -3% | ~4% |
| [[Borealis]] | +10% | >20% | 5-8% | — |

See [[Acme]].
"""
NOTES = {"Tides.md": TIDES, "Firms/Acme.md": "---\ntype: company\n---\n# Acme\n\nSee [[Tides]] on 2031-03-04.\n"}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return compile_texts(NOTES)


@pytest.mark.parametrize("name", ["iri", "index", "read", "read_values", "schema_terms", "spell", "terms", "vocabulary"])
def test_examples(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"rotgraph.rdf.{name}"))
    assert found.failed == 0


# the shape of the Turtle


def test_habits(graph: Graph) -> None:
    text = to_turtle(graph)
    prefixes = [line for line in text.split("\n") if line.startswith("@prefix")]
    assert prefixes[0].startswith("@prefix rg:")
    assert len({line.index("<") for line in prefixes}) == 1
    for line in prefixes:
        name = line.split()[1]
        assert f"{name}" in text.replace(line, ""), f"{name} is declared and not used"
    assert text.endswith("\n")
    assert "\r" not in text
    assert not [line for line in text.split("\n") if line != line.rstrip()]
    block = text[text.index("\nepisode:calm-to-storm") :].split("\n")
    assert block[2].strip().startswith("a rg:Episode")
    assert block[3].strip().startswith("rdfs:label")
    assert "    ." in block
    assert text.index("### Episodes") < text.index("### Where it is written") == text.rindex("###")


def test_no_blank_nodes(graph: Graph) -> None:
    for quad in ox.parse("".join(nquads(graph)).encode(), format=ox.RdfFormat.N_QUADS):
        assert not isinstance(quad.subject, ox.BlankNode)
        assert not isinstance(quad.object, ox.BlankNode)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("18 months", "20 months"), ("18 months", "1 year"), ("Rates falling", "Rates falling, slowly and with much ado"),
        ("+2.5%", "+2.75%"), ("-3%", "-13%"), (">20%", ">=21%"), ("2+ years", "24 months"), ("~4%", "4%"),
    ],
)  # fmt: skip
def test_one_changed_cell_changes_at_most_six_lines(graph: Graph, before: str, after: str) -> None:
    assert TIDES.count(before) == 1
    changed = compile_texts({**NOTES, "Tides.md": TIDES.replace(before, after)})
    assert 0 < len(_other_lines(to_turtle(graph), to_turtle(changed))) <= 6


def _other_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


MAKERS = """# Makers

## Key companies

| Company | Focus | Total raised | Founded | HQ |
|---|---|---|---|---|
| [[Alcor]] | Diggers | CELL | 2011 | [[Port Royal]] |
| [[Borealis]] | Kites | $112M | 2014 | [[Port Royal]] |
| [[Cygnus]] | Sails | $23M | 2015 | [[Port Royal]] |
| [[Dorado]] | Ropes | $24M | 2016 | [[Port Royal]] |
| [[Eridanus]] | Masts | 25% | 2017 | [[Port Royal]] |
| [[Fornax]] | Nails | not told | 2018 | [[Port Royal]] |
| [[Grus]] | Oars | Q2 2024 | 2019 | [[Port Royal]] |

See [[Tides]].
"""
KINDS = (
    "$350M", "$350M+ (est.)", "12%", "Q3 2031", "2029–2031", "nothing yet", "what [[Tides]] says", "$3B, says [[Tides]]",
    "~8 (prior peak 9)",
)  # fmt: skip
"""What may stand in a cell that states something of its row's record and of the company: amounts, periods, words, with and without
remarks and links. The last of them leave the column what it is, a mixed one."""


@pytest.mark.parametrize("evidence", [True, False])
def test_a_cell_of_another_kind_that_speaks_of_two_changes_at_most_six_lines(evidence: bool) -> None:
    found = [to_turtle(compile_texts({**NOTES, "Makers.md": MAKERS.replace("CELL", said)}), evidence=evidence) for said in KINDS]
    for before, after in permutations(found, 2):
        assert 0 < len(_other_lines(before, after)) <= 6
    for text in found:
        triples = list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
        named = {each.object for each in triples if isinstance(each.object, ox.NamedNode) and "/value/" in each.object.value}
        assert named == {each.subject for each in triples if "/value/" in each.subject.value}
        assert len(named) > 2


def test_another_amount_changes_the_line_of_its_row_alone() -> None:
    before, after = (to_turtle(compile_texts({"Makers.md": MAKERS.replace("CELL", said)})) for said in ("$350M", "$360M"))
    assert [line[0] for line in _other_lines(before, after)] == ["-", "+"]


def test_a_line_above_renames_nothing(graph: Graph) -> None:
    moved = compile_texts({**NOTES, "Tides.md": TIDES.replace("# Tides\n", "# Tides\n\nA new line.\n")})
    assert _iris(graph) <= _iris(moved)


def test_another_class_renames_nothing(graph: Graph) -> None:
    typed = compile_texts({**NOTES, "Firms/Acme.md": NOTES["Firms/Acme.md"].replace("company", "fund")})
    assert {key for key in graph.by_key if key.startswith("id/")} <= set(typed.by_key)


def _iris(graph: Graph) -> set[str]:
    return {triple.subject.value for triple in ox.parse(to_turtle(graph).encode(), format=ox.RdfFormat.TURTLE)}


# the same bytes


_PRINT = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from rotgraph.api.walk import compile_texts
from rotgraph.rdf.write import FORMATS
import json
notes = json.loads(sys.stdin.read())
graph = compile_texts(notes)
for name, write in FORMATS.items():
    print(name, hashlib.sha256("".join(write(graph)).encode()).hexdigest())
"""


def test_the_same_bytes_under_any_seed_order_and_locale(tmp_path: Path) -> None:
    source = str(Path(__file__).parents[1] / "src")
    found = set()
    for seed, notes, locale in (("0", NOTES, "C"), ("7", dict(reversed(NOTES.items())), "C.UTF-8")):
        environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONUTF8": "0"}
        made = subprocess.run(
            [sys.executable, "-c", _PRINT, source], input=json.dumps(notes), capture_output=True, text=True, check=True,
            env=environment, cwd=tmp_path,
        )  # fmt: skip
        found.add(made.stdout)
    assert len(found) == 1
    assert found.pop().count("\n") == 8


def test_the_manifest_tells_what_changed(graph: Graph) -> None:
    changed = compile_texts({**NOTES, "Firms/Acme.md": NOTES["Firms/Acme.md"] + "\nAnd again [[Tides]].\n"})
    before, after = _manifest(graph), _manifest(changed)
    assert {name.rpartition("/")[2] for name in before if before[name] != after[name]} == {"firms__acme"}


def _manifest(graph: Graph) -> dict[str, str]:
    quads = list(ox.parse("".join(nquads(graph)).encode(), format=ox.RdfFormat.N_QUADS))
    found = {quad.subject.value: quad.object.value for quad in quads if quad.predicate.value.endswith("#sha256")}
    for name, digest in found.items():
        others = (quad for quad in quads if quad.graph_name.value == name and quad.subject.value != quad.graph_name.value)
        lines = sorted(str(quad) + " .\n" for quad in others)
        assert hashlib.sha256("".join(lines).encode()).hexdigest() == digest
    whole = [name for name in found if name.endswith("/graph/manifest")]
    assert len(whole) == 1
    return {name: digest for name, digest in found.items() if name not in whole}


# other readers


def test_formats_are_isomorphic_in_rdflib(graph: Graph) -> None:
    plain = rdflib.Graph().parse(data="".join(ntriples(graph)), format="nt")
    assert rdflib.compare.isomorphic(plain, rdflib.Graph().parse(data=to_turtle(graph), format="turtle"))
    assert len(to_rdflib(graph)) == len(plain)
    quads = {str(quad.triple) for quad in ox.parse("".join(trig(graph)).encode(), format=ox.RdfFormat.TRIG)}
    assert {str(triple) for triple in ox.parse("".join(ntriples(graph)).encode(), format=ox.RdfFormat.N_TRIPLES)} <= quads


def test_networkx(graph: Graph) -> None:
    found = to_networkx(graph)
    assert found.number_of_nodes() == graph.node_count
    episode = found.nodes["episode/calm-to-storm__2031"]
    assert episode["cls"] == "episode"
    assert str(episode["duration"]) == "18 months"
    assert found.edges["episode/calm-to-storm__2031", "id/energy", "buy_side"]["line"] == 5
    assert "duration" not in to_networkx(graph, facts=False).nodes["episode/calm-to-storm__2031"]


def test_graphml(graph: Graph, tmp_path: Path) -> None:
    export(graph, tmp_path / "g.graphml")
    found = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert found.number_of_nodes() == graph.node_count
    assert found.number_of_edges() == to_networkx(graph).number_of_edges()


def test_rdf12_reifies_by_name(graph: Graph, tmp_path: Path) -> None:
    export(graph, tmp_path / "g.ttl12", "rdf12")
    reified = [
        triple for triple in ox.parse(path=str(tmp_path / "g.ttl12"), format=ox.RdfFormat.TURTLE)
        if triple.predicate.value.endswith("#reifies")
    ]  # fmt: skip
    assert len(reified) == len(graph.columns["evidence_note"])
    assert all(isinstance(triple.subject, ox.NamedNode) for triple in reified)


# what stands beside the data


def test_ontology_and_shapes_are_turtle() -> None:
    for text in (ontology(builtin_schema()), shapes(builtin_schema())):
        assert len(rdflib.Graph().parse(data=text)) == len(list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)))


def test_the_data_conforms_to_the_shapes(graph: Graph) -> None:
    pyshacl = pytest.importorskip("pyshacl")
    data = rdflib.Graph().parse(data=to_turtle(graph)).parse(data=ontology(graph.schema))
    conforms, _, report = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(data=shapes(graph.schema)), allow_warnings=True)
    assert conforms, report


def test_every_term_of_the_data_stands_in_the_ontology(graph: Graph) -> None:
    told = rdflib.Graph().parse(data=ontology(graph.schema))
    for triple in rdflib.Graph().parse(data=to_turtle(graph)):
        for term in triple[1:]:
            assert not str(term).startswith(RG) or isinstance(term, rdflib.Literal) or (term, None, None) in told, term


def test_bundle(graph: Graph, tmp_path: Path) -> None:
    written = export_bundle(graph, tmp_path / "deep" / "bundle")
    assert [path.name for path in written] == list(BUNDLE)
    assert "@context" in json.loads((tmp_path / "deep/bundle/context.jsonld").read_text(encoding="utf-8"))
    assert json.loads((tmp_path / "deep/bundle/schema.json").read_text(encoding="utf-8"))["$defs"]["class.Episode"]
    about = (tmp_path / "deep/bundle/void.ttl").read_text(encoding="utf-8")
    assert f"void:triples {len(to_rdflib(graph))} ;" in about


def test_tables(graph: Graph, tmp_path: Path) -> None:
    written = export_tables(graph, tmp_path)
    metadata = json.loads((tmp_path / "csv-metadata.json").read_text(encoding="utf-8"))
    assert {table["url"] for table in metadata["tables"]} == {path.name for path in written if path.suffix == ".csv"}


# files


def test_an_old_export_survives_a_failure(tmp_path: Path) -> None:
    target = tmp_path / "g.ttl"
    target.write_text("old")

    def broken() -> object:
        yield "new"
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_file(target, broken())  # type: ignore[arg-type]
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["g.ttl"]


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real.nt").write_text("old")
    (tmp_path / "link.nt").symlink_to("real.nt")
    write_file(tmp_path / "link.nt", ["new"])
    assert (tmp_path / "link.nt").is_symlink()
    assert (tmp_path / "real.nt").read_text() == "new"


def test_formats_by_suffix(tmp_path: Path) -> None:
    assert {format_of(tmp_path / f"x{suffix}") for suffix in SUFFIXES} == set(SUFFIXES.values())
    with pytest.raises(UnsupportedOperationError, match="name a format"):
        format_of("x.pdf")
    with pytest.raises(UnsupportedOperationError, match="there are"):
        export(make_graph({}), tmp_path / "x", "excel")


@pytest.mark.parametrize("base", ["example.org/", "https://e.org", "https://e.org/a b/", 'https://e.org/"/', "file:///x/", ""])
def test_a_bad_base_is_refused(base: str) -> None:
    schema = Schema(builtin_schema().classes, base=base)
    with pytest.raises(SchemaError, match="base IRI"):
        to_turtle(make_graph({"A": {"class": "sector"}}, schema))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.ttl", "<a:b> <a:c> ."), ("x.nt", "<a:b> <a:c> <a:d> ."), ("x.pdf", ""), ("x.jsonld", "[1"),
        ("x.ttl", "@prefix rg: <https://w3id.org/rotgraph/ns#> . <https://e.org/> a rg:Vault . rg:X rg:definition '{'."),
        ("x.jsonld", '{"@context": "http://127.0.0.1:9/context.json", "a": 1}'),
    ],
)  # fmt: skip
def test_what_is_no_export_is_said(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"x\.(ttl|nt|pdf|jsonld)"):
        read_graph(tmp_path / name)


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nt", ".nq", ".jsonld"])
def test_a_vault_reads_back(graph: Graph, tmp_path: Path, suffix: str) -> None:
    export(graph, tmp_path / f"g{suffix}")
    again = read_graph(tmp_path / f"g{suffix}")
    assert [again.key(node) for node in range(again.node_count)] == [graph.key(node) for node in range(graph.node_count)]
    assert again.properties == graph.properties
    for node in range(graph.node_count):
        assert again.classes(node) == graph.classes(node)
        assert again.principal(node) == graph.principal(node)
        for name in graph.properties:
            pairs = list(zip(graph.facts_of(node, name), again.facts_of(node, name), strict=True))
            assert [again.value(fact) for _, fact in pairs] == [graph.value(fact) for fact, _ in pairs]
            assert [again.evidence(fact) for _, fact in pairs] == [graph.evidence(fact) for fact, _ in pairs]


def test_jsonld_is_read_statement_by_statement_and_also_after_other_hands(graph: Graph, tmp_path: Path) -> None:
    export(graph, tmp_path / "g.jsonld")
    written = (tmp_path / "g.jsonld").read_bytes()
    streaming = ox.RdfFormat.from_media_type("application/ld+json;profile=http://www.w3.org/ns/json-ld#streaming")
    assert set(ox.parse(written, format=streaming)) == set(ox.parse(written, format=ox.RdfFormat.JSON_LD))
    other = json.dumps(json.loads(written), sort_keys=True).encode()  # the types no longer come first
    with pytest.raises(SyntaxError):
        list(ox.parse(other, format=streaming))
    (tmp_path / "other.jsonld").write_bytes(other)
    assert to_turtle(read_graph(tmp_path / "other.jsonld")) == to_turtle(graph)


def test_materialized_terms_of_the_world(graph: Graph, tmp_path: Path) -> None:
    plain = {str(triple) for triple in ox.parse(to_turtle(graph).encode(), format=ox.RdfFormat.TURTLE)}
    turtle = to_turtle(graph, materialize=True)
    more = {str(triple) for triple in ox.parse(turtle.encode(), format=ox.RdfFormat.TURTLE)}
    assert plain < more
    assert any("https://schema.org/Event" in triple for triple in more - plain)
    assert any("purl.org/dc/terms/references" in triple for triple in more - plain)
    lines = {str(triple) for triple in ox.parse("".join(ntriples(graph, materialize=True)).encode(), format=ox.RdfFormat.N_TRIPLES)}
    assert lines == more
    export(graph, tmp_path / "g.ttl", materialize=True)
    assert to_turtle(read_graph(tmp_path / "g.ttl")) == to_turtle(graph)
    with pytest.raises(UnsupportedOperationError, match="world"):
        export(graph, tmp_path / "g.graphml", materialize=True)


def test_violations_say_where() -> None:
    pytest.importorskip("pyshacl")
    from rotgraph.rdf.validate import validate

    graph = make_graph({"Calm": {"class": "episode", "period": ["2031", "2032"], "line": 7}})
    [found] = [each for each in validate(graph) if each.severity == "warning"]
    assert (found.note, found.line) == ("Test note", 7)
    assert "one period" in found.message


def test_a_class_below_may_declare_a_field_otherwise() -> None:
    """A shape reaches the classes below: what one of them allows is no fault there."""
    pytest.importorskip("pyshacl")
    from rotgraph.rdf.validate import validate

    fields = 'desk = { kind = "text", headers = ["desk"] }\nabout = { kind = "thing", headers = ["name"] }\n'
    schema = f'[class.call]\nplural = "calls"\nparents = ["record"]\ntables = [["desk", "about"]]\n[class.call.fields]\n{fields}'
    table = "| Desk | Name |\n|---|---|\n| Macro | [[Energy]], [[Tech]] |\n"
    graph = compile_texts({"Calls.md": f"# Calls\n\n{table}", "rotgraph.toml": schema})
    [call] = graph.members("call")
    assert len(list(graph.facts_of(call, "about"))) == 2
    assert not [each for each in validate(graph) if "several" in each.message]
