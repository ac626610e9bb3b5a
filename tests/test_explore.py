"""The page to explore a graph, in a headless Chromium: it opens offline, searches, asks, shows, and runs nothing of a note."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

import rotgraph
from browser import Browser, Page, open_browser
from page_queries import page_query
from query_corpus import QUERIES
from rotgraph.api.graph import Graph
from rotgraph.cli import main
from rotgraph.errors import QueryError
from rotgraph.render.cell import cell_text

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "vault"
SHARED = ROOT.parent / "shared"
PARTS = ROOT / "src" / "rotgraph" / "pictures" / "parts"
PHONE, DESK = (390, 844), (1400, 900)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return rotgraph.compile(EXAMPLE, cache=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def example(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("explore") / "graph.html"
    graph.explore(path, title="Sector rotation", queries={"winners": "top 3 targets by value"})
    return path.as_uri()


@pytest.fixture
def page(browser: Browser, example: str) -> Iterator[Page]:
    """The page of the example vault on a desk; whatever a test does, nothing may be complained of, and nothing fetched."""
    page = Page(browser)
    page.look(*DESK)
    page.offline()
    page.open(example)
    yield page
    assert page.faults() == []
    page.close()


# what a user does


def test_it_opens_with_what_is_in_the_vault(page: Page, graph: Graph) -> None:
    counts = dict(graph.counts())
    assert page.text("h1") == "Sector rotation"
    assert f"{counts['notes']} notes" in page.text(".hero")
    assert f"{counts['facts']:,} facts" in page.text(".hero")
    assert "winners" in page.text(".cards")


def test_names_are_searched_and_opened_by_keys(page: Page) -> None:
    page.press("/")
    page.type("exx")
    page.wait("document.querySelectorAll('#found li').length > 1")
    assert page.text("#found li").splitlines()[0] == "Exxon"
    page.press("ArrowDown")
    page.press("Enter")
    page.wait("document.querySelector('h1')?.textContent === 'Exxon'")
    assert "XOM" in page.text(".facts")
    assert page.run("document.activeElement.id") == "main"


def test_lines_are_searched(page: Page) -> None:
    page.press("/")
    page.type("forty years")
    page.press("Enter")
    page.wait("document.querySelector('.found mark')")
    assert "The fastest hikes in forty years" in page.text(".found")
    assert page.run("document.querySelector('.found .place').title") == "Sector rotation.md:56"


def test_every_fact_leads_to_its_line(page: Page) -> None:
    open_room(page, "#/thing/Exxon")
    assert page.run("[...document.querySelectorAll('.fact')].every(fact => fact.querySelector('a.place'))")
    page.click(".fact a.place")
    page.wait("document.querySelector('.lines .here')")
    top, bottom = page.run("(box => [box.top, box.bottom])(document.querySelector('.lines .here').getBoundingClientRect())")
    assert 0 <= top < bottom <= DESK[1], "the line is out of sight"


def test_a_query_is_asked_sorted_and_followed(page: Page, graph: Graph) -> None:
    open_room(page, "#/thing/Exxon")
    page.press("q")
    page.wait("document.activeElement.id === 'query'")
    page.type("episodes where buy_side contains Energy show rotation, period")
    page.press("Enter")
    page.wait("document.querySelector('main tbody tr')")
    assert cells(page) == answered(graph, "episodes where buy_side contains Energy show rotation, period")["cells"]
    page.click("thead button", 1)
    page.wait("document.querySelector('th[aria-sort=ascending]')")
    assert page.run("document.querySelector('#query').value").endswith("sort by period")
    assert page.text("main tbody td").startswith("2000")
    page.click(".unfold")
    page.wait("document.querySelector('.unfolded')?.innerText.includes('| **2000-02** |')")
    page.run("history.back()")
    page.wait("!document.querySelector('th[aria-sort]')")


def test_a_wrong_query_is_marked_with_what_may_be_meant(page: Page) -> None:
    open_room(page, "#/ask/episodes where by_side contains Energy")
    assert page.text(".fault mark") == "by_side"
    assert "did you mean buy_side?" in page.text(".fault")


def test_the_box_shows_the_whole_query_however_wide_the_window(page: Page) -> None:
    open_room(page, "#/ask/episodes where buy_side contains Energy show rotation, period, divergence, note sort by period")
    page.look(*PHONE)
    page.wait("innerWidth === 390")
    page.wait("(box => box.scrollHeight <= box.clientHeight && box.clientHeight > 80)(document.querySelector('#query'))")


def test_the_last_part_of_a_name_in_the_picture_stays(page: Page) -> None:
    assert page.run("shortName('Winter losses · 2021', 18)") == "Winter los… · 2021"
    assert page.run("shortName('Key insight · Strong hives swarm early', 18)") == "Key insight · Str…"


def test_what_the_page_does_not_know_it_says_and_gives_the_command(page: Page) -> None:
    open_room(page, "#/ask/returns per year show year, avg(value)")
    assert "more than this page can do" in page.text(".fault.beyond")
    assert "rotgraph query 'returns per year show year, avg(value)'" in page.text(".fault.beyond")
    assert not page.run("document.querySelector('table')"), "no answer in place of the one that was asked for"


def test_a_saved_result_shows_what_the_engine_answered(page: Page, graph: Graph) -> None:
    open_room(page, "#/saved/winners")
    assert cells(page) == answered(graph, "top 3 targets by value")["cells"]
    open_room(page, "#/ask/@winners")
    assert page.text("h1") == "winners"


def test_a_neighbour_in_the_picture_is_opened_by_mouse_and_by_keys(page: Page) -> None:
    open_room(page, "#/thing/Exxon")
    x, y = page.run(
        "(() => { const { cy, holder } = app.picture, box = holder.getBoundingClientRect();"
        " const at = cy.nodes('.right')[0].renderedPosition(); return [box.x + at.x, box.y + at.y]; })()"
    )
    page.click_at(x, y)
    page.wait("document.querySelector('h1').textContent === 'Oil & gas'")
    page.press("g")
    page.press("ArrowDown")
    page.press("Enter")
    page.wait("document.querySelector('h1').textContent !== 'Oil & gas'")


def test_help_and_theme_are_a_key_away(page: Page) -> None:
    page.press("?")
    page.wait("document.querySelector('#help').open")
    page.press("Escape")
    page.wait("!document.querySelector('#help').open")
    paper = "getComputedStyle(document.body).backgroundColor"
    page.press("t")
    light = page.run(paper)
    page.press("t")
    assert page.run(paper) != light


# what it looks like

ROOMS = (
    "#/", "#/thing/Exxon", "#/thing/Sector rotation", "#/ask/episodes show *", "#/ask/observations", "#/ask/episodes where x = 1",
    "#/ask/returns per year show year", "#/saved/energy", "#/note/Sector rotation.md/53", "#/find/energy", "#/find/zzzz",
    "#/thing/nobody",
)  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_room_fits_and_can_be_read(browser: Browser, example: str, size: tuple[int, int], *, dark: bool) -> None:
    page = Page(browser)
    page.look(*size, dark=dark, phone=size == PHONE)
    page.open(example)
    for room in ROOMS:
        open_room(page, room)
        wide = page.run("document.scrollingElement.scrollWidth")
        assert wide <= size[0], f"{room} is {wide} wide"
        pale = page.run(f"({PALE})()")
        assert not pale, f"{room}: {pale}"
    assert page.faults() == []
    page.close()


PALE = """() => {
  const channel = part => (part /= 255, part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const paper = node => {
    for (let at = node; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = walk.nextNode());) {
    const node = text.parentElement;
    if (!text.data.trim() || !node.checkVisibility() || node.closest('script, style, noscript')) continue;
    const [a, b] = [light(parts(getComputedStyle(node).color)), light(paper(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push(`${text.data.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return found.slice(0, 5);
}"""
"""Texts whose contrast with their paper is below what WCAG AA asks for."""


# hostile notes

HOSTILE = (
    "</script><img src=x onerror=hit()>", "<svg onload=hit()>", '"><script>hit()</script>', "<!--<script>", "]]>", "{{data}}",
    "</textarea><script>hit()</script>", "javascript:hit()", "\u202eevil\u202c", "a\x07b", "'-hit()-'", "${hit()}", "__proto__",
    "constructor", "</title><script>hit()</script>", "&lt;b&gt;", "</style><style>*{display:none}</style>",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A vault whose every name, header, cell and line would run something if it were markup."""
    notes: dict[str, str] = {}
    for number, text in enumerate(HOSTILE):
        plain = re.sub(r"([<>&\[\]{}`*_$|\"'\\-])", r"\\\1", text)  # as text, not as the HTML that Markdown drops
        cell = text.replace("|", "\\|")
        notes[f"n{number} {text.replace('/', ' ')}.md"] = (
            f"---\naliases: [{json.dumps(text)}]\ntags: [x]\nmaker: {json.dumps(text)}\n---\n# {plain}\n\n"
            f"| Stock | Move | {plain} |\n|---|---|---|\n| [[{text}]] | +10% | {cell} |\n| {plain} {number} | {plain} | 5% |\n\n"
            f"**Thesis:** {plain}\n\n> \"{plain} and more words\" — [[{text}]]\n"
        )
    suite = SHARED / "suites" / "xss_proto.json"
    for number, case in enumerate(json.loads(suite.read_text(encoding="utf-8")) if suite.is_file() else ()):
        notes[f"xss{number}.md"] = case["markdown"]
    path = tmp_path_factory.mktemp("hostile") / "graph.html"
    graph = rotgraph.compile(notes)
    graph.explore(path, title=HOSTILE[0], queries={HOSTILE[0]: "things", HOSTILE[14]: "notes"})
    return path.as_uri()


ALLOWED = {
    "a", "aside", "bdi", "button", "canvas", "code", "div", "figcaption", "figure", "form", "h1", "h2", "h3", "kbd", "li", "mark",
    "ol", "p", "pre", "section", "span", "strong", "table", "tbody", "td", "textarea", "th", "thead", "tr", "ul",
}  # fmt: skip


def test_hostile_notes_are_text(browser: Browser, hostile: str) -> None:
    page = Page(browser)
    page.look(*DESK)
    page.offline()
    page.open(hostile)
    page.run("window.hits = 0; window.hit = () => { window.hits += 1; }; window.alert = window.hit; 0")
    labels = page.run("Array.from({ length: app.graph.nodeCount }, (_, node) => app.graph.label(node))")
    notes = page.run("Array.from(app.graph.members(app.graph.schema.byName.get('note')), note => app.graph.notePath(note))")
    assert any("onerror" in label for label in labels), "the names are in the graph"
    risky = [label for label in dict.fromkeys(labels) if re.search(r"[<>{}'\"$:_\u202e\x07]", label)]
    rooms = ["#/", "#/saved/" + quote(HOSTILE[0]), *(f"#/thing/{quote(label)}" for label in risky)]
    rooms += [f"#/note/{quote(note)}/1" for note in notes]
    rooms += [f"#/find/{quote(text)}" for text in HOSTILE] + [f"#/ask/{quote(text)}" for text in HOSTILE]
    rooms += ["#/ask/things show *", "#/ask/notes show *", "#/ask/moves", "#/ask/records"]
    seen: set[str] = set()
    for room in rooms:
        open_room(page, room)
        tags, wrong = page.run(f"({AUDIT})()")
        seen.update(tags)
        assert not wrong, f"{room}: {wrong}"
    assert seen <= ALLOWED, f"made of a note: {sorted(seen - ALLOWED)}"
    for text in HOSTILE:
        page.run(f"(box => {{ box.value = {json.dumps(text)}; box.dispatchEvent(new Event('input')); }})(document.all.search)")
        page.wait("!document.getElementById('found').hidden")
        assert not page.run("document.querySelector('#found :is(img, svg, script, style)')")
    assert page.run("window.hits") == 0
    assert page.faults() == []
    page.close()


AUDIT = """() => {
  const made = [...document.querySelectorAll('main *')], wrong = [];
  for (const node of made) for (const { name, value } of node.attributes) {
    if (name.startsWith('on') || /^\\s*(javascript|vbscript|data):/i.test(value)) wrong.push(`${node.tagName} ${name}=${value}`);
    if (name === 'href' && !value.startsWith('#/')) wrong.push(`a link to ${value}`);
  }
  const marks = /[\\u202a-\\u202e\\u2066-\\u2069\\x07]/;
  if (marks.test(document.querySelector('main').textContent)) wrong.push('a mark that turns letters round');
  return [[...new Set(made.map(node => node.localName))], wrong];
}"""
"""The kinds of elements in the page, and attributes that would run or lead out of it."""


def test_the_file_holds_no_text_of_a_note(hostile: str) -> None:
    """Names are in the packed block; the title alone stands in the markup, escaped."""
    text = Path(hostile.removeprefix("file://")).read_text(encoding="utf-8")
    assert "onerror" not in text.replace("&lt;/script&gt;&lt;img src=x onerror=hit()&gt;", "").split("<script>")[0]
    assert text.count("<script") == 3
    assert text.count("</script>") == 3


# the box and the engine agree

ASK = """texts => texts.map(text => {
  try {
    const answer = ask(app.graph, text);
    if (answer.count !== undefined) return { count: answer.count };
    const cells = Array.from(answer.nodes, (_, row) => answer.columns.map((_, at) => cellText(app.graph, answer.values(row, at))));
    return { columns: answer.columns, nodes: Array.from(answer.nodes), cells };
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    return { wrong: error.message, beyond: Boolean(error.beyond) };
  }
})"""


def differences(graph: Graph, page: Page, queries: list[str]) -> tuple[list[str], Counter[str]]:
    """Where the page and the engine do not say the same, and how often they said what."""
    found, kinds = [], Counter[str]()
    for text, theirs in zip(queries, page.run(f"({ASK})({json.dumps(queries)})"), strict=True):
        if theirs.get("beyond"):
            kinds["beyond"] += 1
            continue
        ours = answered(graph, text)
        if "wrong" in theirs or "wrong" in ours:
            kinds["wrong"] += 1
            same = "wrong" in theirs and "wrong" in ours
        elif "count" in theirs:
            kinds["counts"] += 1
            same = ours["cells"] == [[str(theirs["count"])]]
        else:
            kinds["rows" if ours["cells"] else "no rows"] += 1
            same = ours == theirs
        if not same:
            found.append(f"{text}\n  page   {str(theirs)[:300]}\n  engine {str(ours)[:300]}")
    return found, kinds


def answered(graph: Graph, text: str) -> dict[str, Any]:
    try:
        answer = graph.query(text)._answer
    except QueryError as error:
        return {"wrong": error.message}
    subjects = [answer.rows.subject(row) for row in range(len(answer))]
    return {
        "columns": [column.name for column in answer.columns],
        "nodes": [-1 if subject is None else subject.node for subject in subjects],
        "cells": [[cell_text(cell) for cell in answer.rows.cells(row)] for row in range(len(answer))],
    }


def test_the_corpus_is_answered_as_the_engine_does_or_not_at_all(page: Page, graph: Graph) -> None:
    found, kinds = differences(graph, page, list(QUERIES))
    assert not found, "\n".join(found)
    assert kinds["rows"] >= 25, kinds


@pytest.mark.parametrize("seed", range(4))
def test_generated_queries_are_answered_as_the_engine_does(page: Page, graph: Graph, seed: int) -> None:
    random = Random(seed)
    found, kinds = differences(graph, page, [page_query(graph._facts, random) for _ in range(250)])
    assert not found, "\n".join(found[:5])
    assert kinds["rows"] >= 40, kinds
    assert kinds["beyond"] <= 75, kinds


# the file


def test_the_same_notes_give_the_same_page(graph: Graph) -> None:
    assert graph.explore() == rotgraph.compile(EXAMPLE, cache=False).explore()


def test_the_command_writes_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "graph.html"
    assert main(["explore", "--vault", str(EXAMPLE), "--no-cache", "--out", str(out), "--query", "few=top 2 targets by value"]) == 0
    assert re.match(r".*graph\.html: \d+ notes, ", capsys.readouterr().out)
    text = out.read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text), "something would be fetched"
    assert main(["explore", "--vault", str(EXAMPLE), "--no-cache", "--out", str(out), "--query", "few"]) == 2
    assert main(["explore", "--vault", str(EXAMPLE), "--no-cache", "--out", str(out), "--query", "few=top x"]) == 1
    assert out.read_text(encoding="utf-8") == text, "what is there stays when a query is wrong"


WRITTEN = [path for path in sorted(PARTS.glob("*.*s")) if ".min." not in path.name]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_a_part_is_small_and_opens_with_what_comes_in_and_goes_out(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 400
    assert max(map(len, lines)) <= 132
    assert path.suffix == ".css" or re.match(r"// In: .* Out: ", lines[0]), lines[0]


def test_the_bundled_library_brings_its_licence() -> None:
    licence = (PARTS / "cytoscape.LICENSE.txt").read_text(encoding="utf-8")
    assert "Permission is hereby granted" in licence
    library = (PARTS / "cytoscape.min.js").read_text(encoding="utf-8")
    assert licence.split("\n")[0] in library[:2000], "the licence goes where the code goes"
    assert "</script" not in library.lower()


def cells(page: Page) -> list[list[str]]:
    """The table, without the column of sources."""
    rows = "[...document.querySelectorAll('main tbody tr')]"
    return list(page.run(f"{rows}.map(row => [...row.cells].slice(0, -1).map(cell => cell.textContent))"))


def open_room(page: Page, hash: str) -> None:  # noqa: A002 - the word of the page
    page.run(f"location.hash = {json.dumps(hash)}")
    page.wait(f"location.hash === new URL({json.dumps(hash)}, location).hash && document.body.dataset.at === location.hash")


def quote(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")
