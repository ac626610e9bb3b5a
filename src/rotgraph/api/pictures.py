"""In: a graph or a result. Out: a chart of it, or the page in which it is explored. Room: api."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rotgraph.api.graph import Graph
from rotgraph.errors import QueryError
from rotgraph.model import graph as model
from rotgraph.model.result import Answer
from rotgraph.model.schema import ClassDef
from rotgraph.pictures.pack import Saved
from rotgraph.query.vocabulary import vocabulary_of
from rotgraph.render.cell import cell_text, stand_right

if TYPE_CHECKING:
    from rotgraph.api.results import Result
    from rotgraph.api.things import Thing
    from rotgraph.pictures.figure import Picture

__all__ = ["explore_graph", "plot_graph", "plot_result"]

_MOST_SAVED = 2000
"""Rows of a saved result that a page holds."""


def plot_graph(facts: model.Graph, what: str | Thing, *, kind: str, theme: str) -> Picture:
    """A class by its plural, a thing by its name, or a query: in this order a text is tried."""
    if not isinstance(what, str):
        return _around(facts, what, theme)
    definition = vocabulary_of(facts.schema).class_named(what)
    graph = Graph(facts)
    if definition is not None:
        return _members(graph, facts, definition, kind, theme)
    if len(facts.find(what)):
        return _around(facts, graph.thing(what), theme)
    return graph.query(what).plot(kind=kind, theme=theme)


def plot_result(result: Result, *, kind: str, theme: str, title: str | None) -> Picture:
    """The chart that the kinds of its columns ask for."""
    from rotgraph.pictures.choose import draw_answer

    return draw_answer(_answer(result), result.query if title is None else title, kind=kind, theme=theme)


def _members(graph: Graph, facts: model.Graph, definition: ClassDef, kind: str, theme: str) -> Picture:
    """Members of a class that has a period and a name of its own stand on a timeline, their sides beside them."""
    from rotgraph.pictures.choose import draw_answer

    fields = graph.schema.fields(definition.name)
    period = next((each.name for each in fields.values() if each.kind == "period" and each.name in facts.properties), "")
    title = definition.plural.replace("_", " ").capitalize()
    if kind not in ("", "timeline") or not definition.named or not period:
        result = graph[definition.plural]
        return result.plot(kind=kind, theme=theme, title=title)
    sides = [each.name for each in fields.values() if each.side]
    shown = ", ".join(f'"{name}"' for name in (period, *sides))
    result = graph.query(f'"{definition.plural}" where "{period}" is known show {shown}')
    return draw_answer(_answer(result), title, theme=theme, kind="timeline", sides=sides)


def _around(facts: model.Graph, thing: Thing, theme: str) -> Picture:
    from rotgraph.pictures.choose import theme_of
    from rotgraph.pictures.figure import drawing
    from rotgraph.pictures.neighbourhood import draw_neighbourhood

    with drawing():
        return draw_neighbourhood(facts, facts.by_key[thing.id], theme_of(theme))


def explore_graph(facts: model.Graph, *, title: str, queries: Mapping[str, str]) -> Iterator[str]:
    """The page, in pieces; the vault's saved queries and those given are answered in it."""
    from rotgraph.pictures.page import explore_page

    graph = Graph(facts)
    saved = [_saved(name, text, graph.query(text)) for name, text in queries.items()]
    for name, text in graph.schema.queries:
        if name not in queries:
            saved.append(_saved_or_why(graph, name, text))
    return explore_page(facts, title, saved)


def _saved_or_why(graph: Graph, name: str, text: str) -> Saved:
    """A query that the vault saved long ago may name what is no longer there: the page says so."""
    try:
        return _saved(name, text, graph.query(text))
    except QueryError as error:
        return Saved(name, text, (), (), (), (), (), (error.message,))


def _saved(name: str, text: str, result: Result) -> Saved:
    answer = _answer(result)
    shown = range(min(len(answer), _MOST_SAVED))
    notes = answer.notes if len(answer) <= _MOST_SAVED else (*answer.notes, f"the first {_MOST_SAVED} of {len(answer)} rows")
    subjects = [answer.rows.subject(row) for row in shown]
    places = [answer.rows.evidence(row) for row in shown]
    return Saved(
        name,
        text,
        tuple(column.name for column in answer.columns),
        tuple(stand_right(answer)),
        tuple(tuple(cell_text(cell) for cell in answer.rows.cells(row)) for row in shown),
        tuple(-1 if subject is None else subject.node for subject in subjects),
        tuple(f"{found[0].note}:{found[0].line}" if found else "" for found in places),
        notes,
    )


def _answer(result: Result) -> Answer:
    return result._answer  # noqa: SLF001 - the same room
