"""Every heading of ``cases/**/*.md`` is a test; ``cases/README.md`` describes the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from casebook import Block, Case, read_cases, rewrite
from listing import choose, list_facts
from rotgraph.api.graph import Graph
from rotgraph.api.store_graph import StoreGraph, connect
from rotgraph.errors import QueryError, UnsupportedOperationError
from rotgraph.model import graph as model

CASES = Path(__file__).parent / "cases"


class World:
    """The vault of a case; compiled when something asks for it."""

    def __init__(self, inputs: tuple[Block, ...]) -> None:
        self.notes = {block.option("path", "Note.md"): block.note for block in inputs if block.kind == "note"}
        self.schema = next((block.text for block in reversed(inputs) if block.kind == "schema"), "")

    @cached_property
    def graph(self) -> model.Graph:
        from rotgraph.api.walk import compile_texts

        return compile_texts(self.notes, self.schema)


def _facts(world: World, _: Block | None, wanted: Block) -> str:
    return "\n".join(choose(list_facts(world.graph), wanted.text))


def _diagnostics(world: World, _: Block | None, wanted: Block) -> str:
    lines = (f"{each.path}:{each.line}:{each.column} {each.code} {each.message}" for each in sorted(world.graph.diagnostics))
    return "\n".join(choose(lines, wanted.text))


def _turtle(world: World, _: Block | None, __: Block) -> str:
    from rotgraph.rdf.turtle import to_turtle

    return to_turtle(world.graph).rstrip("\n")


def _result(world: World, asked: Block | None, wanted: Block) -> str:
    from rotgraph.render.formats import Look, render

    return render(_answer(world, asked), wanted.option("format", "csv"), Look(query=_text(asked), width=80)).rstrip("\n")


def _notes(world: World, asked: Block | None, _: Block) -> str:
    return "\n".join(_answer(world, asked).notes)


def _error(world: World, asked: Block | None, _: Block) -> str:
    with pytest.raises(QueryError) as caught:
        _answer(world, asked)
    return str(caught.value)


def _canonical(_: World, asked: Block | None, __: Block) -> str:
    from rotgraph.query.format import format_query
    from rotgraph.query.parse import parse_query

    return format_query(parse_query(_text(asked)))


def _plan(world: World, asked: Block | None, wanted: Block) -> str:
    from rotgraph.api.ask import plan_of
    from rotgraph.query.print_plan import print_plan

    return print_plan(plan_of(world.graph, _text(asked), _parameters(asked), optimized=wanted.option("optimized") != "no"))


def _sparql(world: World, asked: Block | None, _: Block) -> str:
    from rotgraph.api.ask import plan_of
    from rotgraph.sparql.translate import to_sparql

    plan = plan_of(world.graph, _text(asked), _parameters(asked), optimized=False)
    return to_sparql(plan, world.graph.schema).rstrip("\n")


def _answer(world: World, asked: Block | None) -> Any:
    from rotgraph.api.ask import answer

    return answer(world.graph, _text(asked), _parameters(asked))


def _text(asked: Block | None) -> str:
    assert asked is not None, "a query stands before what is expected of it"
    return asked.text


def _parameters(asked: Block | None) -> dict[str, str]:
    return dict(asked.options) if asked else {}


VIEWS: dict[str, Callable[[World, Block | None, Block], str]] = {
    "canonical": _canonical,
    "diagnostics": _diagnostics,
    "error": _error,
    "facts": _facts,
    "notes": _notes,
    "plan": _plan,
    "result": _result,
    "sparql": _sparql,
    "turtle": _turtle,
}
"""What an expected block is compared with."""


def _cases() -> Iterator[Any]:
    for path in sorted(CASES.rglob("*.md")):
        if path.name == "README.md":
            continue
        for case in read_cases(path):
            name = f"{path.relative_to(CASES).as_posix()}:{case.line} {case.title}"
            marks = [pytest.mark.xfail(reason=case.xfail, strict=True)] if case.xfail else []
            yield pytest.param(case, id=name, marks=marks)


ORDER_OF_ALIASES = ("names/links.md",)
"""Where other names of one thing are shown: in a store they have no order of the notes."""


def _asked() -> list[Path]:
    return sorted({case.path for param in _cases() for case in param.values if any(block.kind == "query" for block in case.blocks)})


@pytest.mark.parametrize("path", _asked(), ids=lambda path: path.relative_to(CASES).as_posix())
def test_a_store_answers_as_the_cases_say(path: Path) -> None:
    """Every answer and every message, from an embedded store; what SPARQL 1.1 has no form for is left out."""
    stores: dict[tuple[Block, ...], StoreGraph] = {}
    for case in read_cases(path):
        asked_of = [pair for pair in case.expected if pair[0] is not None and pair[1].kind in ("result", "error")]
        if case.xfail or not asked_of or (path.relative_to(CASES).as_posix() in ORDER_OF_ALIASES and "alias" in str(asked_of)):
            continue
        if case.inputs not in stores:
            graph = Graph(World(case.inputs).graph)
            stores[case.inputs] = connect(graph)
        for asked, wanted in asked_of:
            if "rotgraph.toml saves no" in wanted.text:  # a store says where else they may stand
                continue
            try:
                found = _stored(stores[case.inputs], asked, wanted)
            except UnsupportedOperationError:
                continue
            assert found.split("\n") == wanted.text.split("\n"), f"{case.path}:{wanted.line}"


def _stored(store: StoreGraph, asked: Block | None, wanted: Block) -> str:
    from rotgraph.render.formats import Look

    try:
        result = store.query(_text(asked), **_parameters(asked))
    except QueryError as error:
        return str(error)
    return "".join(result.write(wanted.option("format", "csv"), Look(query=_text(asked), width=80))).rstrip("\n")


@pytest.mark.parametrize("case", tuple(_cases()))
def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    world = World(case.inputs)
    update = bool(request.config.getoption("--update")) and not case.xfail
    found: dict[int, str] = {}
    for asked, wanted in case.expected:
        assert wanted.kind in VIEWS, f"{case.path}:{wanted.line}: no kind of block: {wanted.kind}"
        text = VIEWS[wanted.kind](world, asked, wanted)
        if update:
            found[wanted.index] = text
        else:
            assert text.split("\n") == wanted.text.split("\n"), f"{case.path}:{wanted.line}"
    if update:
        rewrite(case.path, found)


def test_every_case_has_a_name_of_its_own() -> None:
    names = [param.id for param in _cases()]
    assert len(names) == len(set(names))
