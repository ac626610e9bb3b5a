"""Laws of the RDF: whatever a graph holds, every format says the same triples, every reader takes them, and reading back gives the
same graph."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import make_graph, told
from rotgraph.errors import InternalError
from rotgraph.model.graph import Graph
from rotgraph.model.value import Period, Precision, Quantity
from rotgraph.rdf.iri import decode, encode, natural
from rotgraph.rdf.quads import jsonld, nquads, ntriples, trig
from rotgraph.rdf.read import graph_of, key_of
from rotgraph.rdf.terms import quote, quote_canonical, quote_long
from rotgraph.rdf.turtle import to_turtle
from rotgraph.rdf.vocabulary import vocabulary_of

ODD = [
    *map(chr, range(0x20)),
    '"',
    '"""',
    "\\",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\ufffe",
    "\U0010ffff",
    "'",
    "e\u0301",
    "é",
    "😀",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.lists(st.sampled_from(ODD), max_size=6).map("".join)
WORDS = st.text(st.sampled_from("abé→&-. /#|^[]:%+<>{}?\\`\"'"), min_size=1, max_size=8).filter(str.strip)
NUMBERS = st.decimals(min_value=-(10**20), max_value=10**20, allow_nan=False, places=3) | st.integers(-(10**9), 10**9).map(Decimal)
FORMATS = {
    "nt": (ntriples, ox.RdfFormat.N_TRIPLES),
    "nq": (nquads, ox.RdfFormat.N_QUADS),
    "trig": (trig, ox.RdfFormat.TRIG),
    "jsonld": (jsonld, ox.RdfFormat.JSON_LD),
    "streamed": (jsonld, ox.RdfFormat.from_media_type("application/ld+json;profile=http://www.w3.org/ns/json-ld#streaming")),
}


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    form = draw(st.sampled_from(("point", "range", "at least", "at most")))
    ends = {"point": (low, low, low), "range": (None, low, high), "at least": (None, low, None), "at most": (None, None, high)}[
        form
    ]
    unit = draw(st.sampled_from(["", "%", "x", "USD", "month", "GW", "m W/h", "市"]))
    flags = st.booleans()
    return Quantity(
        draw(TEXTS), *ends, unit, ends[1] is None or draw(flags), ends[2] is None or draw(flags), draw(flags), draw(flags),
        draw(st.none() | st.integers(1, 99).map(Decimal)), draw(TEXTS), draw(flags),
    )  # fmt: skip


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(st.integers(-800_000, 3_900_000))
    flags = [draw(st.booleans()) for _ in range(4)]
    return Period(draw(TEXTS), start, start + draw(st.integers(1, 900)), draw(st.sampled_from(Precision)), *flags, draw(TEXTS))


VALUES = TEXTS.filter(lambda text: not text.startswith("[[")) | st.integers(-(2**31), 2**31 - 1) | quantities() | periods()


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    names = draw(st.lists(WORDS, min_size=1, max_size=4, unique_by=lambda name: name.casefold().strip()))
    nodes: dict[str, dict[str, Any]] = {}
    for index, name in enumerate(names):
        about: dict[str, Any] = {"class": draw(st.sampled_from(["sector", "firm stock", "episode", "odd class", "value", "graph"]))}
        about["id"] = f"{about['class'].split()[0]}/{index} {name}"
        about["name"], about["aliases"] = draw(TEXTS), tuple(set(draw(st.lists(TEXTS.map(_nfc), max_size=2))))
        about["heading"] = draw(TEXTS)
        for field in draw(
            st.lists(st.sampled_from(["trigger", "buy_side", "P/E", "p/e", "low", "x_1", "x1", "ß", "text"]), max_size=4)
        ):
            told_ = draw(st.lists(VALUES, min_size=1, max_size=3, unique_by=repr))
            stated = draw(st.sampled_from(["", "Mar 2031", "2030"]))
            notes = [draw(st.sampled_from(["schema", "Test note"])) for _ in told_]
            notes.sort(key=str.casefold)  # facts are told in the order of the notes
            about[field] = [
                told(each, stated=stated, line=3 + at // 2, note=note)
                for at, (each, note) in enumerate(zip(told_, notes, strict=True))
            ]
        nodes[f"{name} {index}"] = about
    return make_graph(nodes)


def _nfc(text: str) -> str:
    return text.replace("e\u0301", "é")


def _triples(text: str, form: Any) -> set[str]:
    return {f"{each.subject} {each.predicate} {each.object}" for each in ox.parse(text.encode(), format=form)}


@settings(max_examples=60)
@given(graphs())
def test_every_format_says_the_same(graph: Graph) -> None:
    turtle = _triples(to_turtle(graph), ox.RdfFormat.TURTLE)
    for name, (write, form) in FORMATS.items():
        found = _triples("".join(write(graph)), form)
        if name in ("nq", "trig"):
            found = {each for each in found if "/ns#sha256>" not in each and "/ns#tripleCount>" not in each}
            assert found >= turtle
            assert all(each.startswith("<https://w3id.org/rotgraph/ns") for each in found - turtle)
        else:
            assert found == turtle, name


@settings(max_examples=40)
@given(graphs())
def test_every_format_reads_back(graph: Graph) -> None:
    turtle = to_turtle(graph)
    assert to_turtle(graph_of(ox.parse(turtle.encode(), format=ox.RdfFormat.TURTLE))) == turtle
    for write, form in FORMATS.values():
        again = graph_of(ox.parse("".join(write(graph)).encode(), format=form))
        assert to_turtle(again) == turtle
        assert {each.name: each for each in again.schema.classes} == {each.name: each for each in graph.schema.classes}


@settings(max_examples=25)
@given(graphs())
def test_rdflib_reads_the_same(graph: Graph) -> None:
    lines = "".join(ntriples(graph))
    plain = set(rdflib.Graph().parse(data=lines, format="nt"))
    assert len(plain) == lines.count(" .\n")
    assert set(rdflib.Graph().parse(data=to_turtle(graph), format="turtle")) == plain


@given(st.text(st.characters(exclude_categories=["Cs"])) | TEXTS, st.text(st.characters(exclude_categories=["Cs"])))
def test_steps_of_iris_are_valid_and_distinct(a: str, b: str) -> None:
    assert decode(encode(a)) == a
    assert (encode(a) == encode(b)) == (a == b)
    if a:
        [triple] = ox.parse(
            f"@prefix p: <https://e.org/> . p:{encode(a)} p:p <https://e.org/{encode(a)}> .".encode(), format=ox.RdfFormat.TURTLE
        )
        assert triple.subject == triple.object
        assert key_of(triple.subject.value, "https://e.org/") == a


@given(TEXTS, st.sampled_from((quote, quote_canonical, quote_long)))
def test_literals_hold_any_text(text: str, write: Any) -> None:
    from unicodedata import normalize

    [triple] = ox.parse(f"<a:s> <a:p> {write(text)} .".encode(), format=ox.RdfFormat.TURTLE)
    assert triple.object.value == normalize("NFC", text)


@pytest.mark.parametrize("write", [quote, quote_canonical, quote_long])
def test_half_a_surrogate_pair_is_refused(write: Any) -> None:
    with pytest.raises(InternalError):
        write("a\ud800\n")


FIELDS = (
    st.sampled_from(["P/E", "2025 return", "2025_return", "select", "null", "ß", "İ", "i", "low", "note", "a_1", "a1", "Percent"])
    | TEXTS
)


@given(st.lists(FIELDS, unique=True))
def test_properties_have_terms_of_their_own(names: list[str]) -> None:
    from rotgraph.model.schema_file import builtin_schema

    terms = vocabulary_of(builtin_schema(), names)
    found = [*terms.properties.values(), *terms.classes.values()]
    assert len(set(found)) == len(found)
    assert all(encode(each.rpartition(":")[2]) == each.rpartition(":")[2] for each in found)


@given(st.lists(st.text("a0123", max_size=5)))
def test_natural_order_is_total(texts: list[str]) -> None:
    ordered = sorted(texts, key=natural)
    assert all((natural(a) <= natural(b)) for a, b in itertools.pairwise(ordered))
    assert sorted(reversed(texts), key=natural) == ordered  # noqa: C414 - the order of the input is what is tried


def test_a_file_reads_back(tmp_path: Path) -> None:
    from rotgraph.rdf.read import read_graph
    from rotgraph.rdf.write import SUFFIXES, export

    graph = make_graph({"Energy": {"class": "sector"}, "Calm": {"class": "episode", "buy_side": "Energy", "duration": "2 years"}})
    for suffix in sorted(SUFFIXES.keys() - {".graphml"}):
        export(graph, tmp_path / f"g{suffix}")
        assert to_turtle(read_graph(tmp_path / f"g{suffix}")) == to_turtle(graph)
