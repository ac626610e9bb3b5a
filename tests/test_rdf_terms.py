"""In: texts and names that RDF has trouble with, a case each. Out: terms that other readers take, or a refusal. Room: tests.

The rows of the reliability list that are about terms: B09 (names that must not meet), F01 (literals), F02 (IRIs), F03 (languages).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest
import rdflib

from graphs import make_graph
from rotgraph.api.walk import compile_texts
from rotgraph.model.graph import Graph
from rotgraph.rdf.iri import encode
from rotgraph.rdf.quads import jsonld, nquads, ntriples, trig
from rotgraph.rdf.turtle import to_turtle

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""Of rdflib, about itself."""
NAMES = (
    "a#b", "a|b", "a^b", "[x]", "a:b", "a%20b", "a b", "a_b", "a+b", "100%", 'q"q', "a<b>", "a\\b", "a{b}", "a?b", "a&b", "a=b",
    "a;b",
)  # fmt: skip
LITERALS = {
    "controls": "".join(map(chr, range(0x20))),
    "carriage return": "a\rb\r\nc",
    "three quotes": 'a"""b""""',
    "backslashes": "a\\b\\\\n\\",
    "line separator": "a\u2028b\u2029c\u0085",
    "last character": "\U0010ffff",
    "noncharacter": "a\ufffeb\uffff",
}
STEPS = {
    "space": "a b", "brackets": "a<b>c", "quote": 'a"b', "braces": "{a}", "bar": "a|b", "caret": "a^b", "backtick": "a`b",
    "bad escape": "a%zzb", "half an escape": "a%2", "long": "é x" * 3500,
}  # fmt: skip
WRITERS: dict[str, tuple[Callable[[Graph], str], ox.RdfFormat, str]] = {
    "turtle": (to_turtle, ox.RdfFormat.TURTLE, "turtle"),
    "ntriples": (lambda graph: "".join(ntriples(graph)), ox.RdfFormat.N_TRIPLES, "nt"),
    "trig": (lambda graph: "".join(trig(graph)), ox.RdfFormat.TRIG, "trig"),
    "nquads": (lambda graph: "".join(nquads(graph)), ox.RdfFormat.N_QUADS, "nquads"),
    "jsonld": (lambda graph: "".join(jsonld(graph)), ox.RdfFormat.JSON_LD, "json-ld"),
}


def literals(graph: Graph, name: str) -> Iterator[set[str]]:
    """The literals of an export as pyoxigraph and as rdflib read them."""
    write, form, theirs = WRITERS[name]
    text = write(graph)
    yield {each.object.value for each in ox.parse(text.encode(), format=form) if isinstance(each.object, ox.Literal)}
    data = rdflib.Dataset() if name in ("trig", "nquads") else rdflib.Graph()
    data.parse(data=text, format=theirs)
    yield {str(each[2]) for each in data if isinstance(each[2], rdflib.Literal)}


def test_b09_names_that_look_alike_are_valid_iris_of_their_own() -> None:
    assert len(NAMES) == 18
    links = "".join(f"- [[{name}]]\n" for name in ("a+b", "a_b", "a b", "a%20b", "100%", 'q"q'))
    graph = compile_texts({"List.md": links, **{f"{name.replace('/', '')}.md": f"# {name}\n" for name in NAMES}})
    for steps in ([encode(name) for name in NAMES], [graph.key(node) for node in range(graph.node_count)]):
        assert len(set(steps)) == len(steps)
    for name, (write, form, _) in WRITERS.items():
        subjects = {each.subject.value for each in ox.parse(write(graph).encode(), format=form)}
        ids = {each for each in subjects if "/note/" in each or "/id/" in each}
        assert len(ids) == sum(graph.key(node).startswith(("note/", "id/")) for node in range(graph.node_count)), name


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("case", LITERALS)
def test_f01_a_literal_holds_any_text(name: str, case: str) -> None:
    graph = make_graph({"Calm": {"class": "episode", "trigger": LITERALS[case]}})
    for found in literals(graph, name):
        assert LITERALS[case] in found


@pytest.mark.parametrize("name", WRITERS)
def test_f01_half_a_surrogate_pair_never_reaches_a_file(name: str) -> None:
    """Notes hold none: half a character is told of where it comes in, and read as U+FFFD; what made facts holds is a ``?``."""
    table = "| Period | Rotation | Trigger |\n|---|---|---|\n| 2022 | Calm → Storm |"
    notes = {
        "A\udfff.md": f"# A\n\n{table} a\ud800b \ud83d\ude00 |\n",
        "B.md": f'---\ntype: company\nidea: "c\\udc00d \\ud83d\\ude00"\n---\n{table} e&#xD800;f |\n',
    }
    graph = compile_texts(notes)
    found = " ".join(text for texts in literals(graph, name) for text in texts)
    for wanted in ("a\ufffdb \U0001f600", "c\ufffdd \U0001f600", "e\ufffdf", "A%ED%BF%BF.md"):
        assert wanted in found
    told = [(each.path, each.line, each.column) for each in graph.diagnostics if each.code == "RG128"]
    assert told == [("A%ED%BF%BF.md", 1, 1), ("A%ED%BF%BF.md", 5, 26), ("B.md", 3, 9), ("B.md", 7, 26)]
    made = make_graph({"Calm": {"class": "episode", "trigger": "a\ud800b"}})
    assert any("a?b" in each for each in literals(made, name))


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("case", STEPS)
def test_f02_a_bad_iri_is_encoded(name: str, case: str) -> None:
    wanted = encode(STEPS[case])
    graph = make_graph({"Odd": {"class": "sector", "id": f"id/{STEPS[case]}"}})
    write, form, theirs = WRITERS[name]
    text = write(graph)
    assert any(each.subject.value.endswith(f"/id/{wanted}") for each in ox.parse(text.encode(), format=form))
    data = rdflib.Dataset() if name in ("trig", "nquads") else rdflib.Graph()
    assert any(str(each[0]).endswith(f"/id/{wanted}") for each in data.parse(data=text, format=theirs))


@pytest.mark.parametrize("language", ["en us", "", "x-y", "de"])
def test_f03_no_note_gives_a_literal_a_language(language: str) -> None:
    """Nothing of ours has a language, so none can be a wrong one: what a note says it is written in is a text."""
    graph = compile_texts({"A.md": f'---\ntype: company\nlang: "{language}"\n---\n# A\n\n"x"@{language or "en"}\n'})
    for write, form, _ in WRITERS.values():
        spoken = [each.object for each in ox.parse(write(graph).encode(), format=form) if isinstance(each.object, ox.Literal)]
        assert spoken
        assert not any(each.language for each in spoken)
