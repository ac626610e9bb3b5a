"""In: a graph, a name. Out: the one node that it means. Room: api."""

from __future__ import annotations

from rotgraph.errors import QueryError
from rotgraph.model.graph import Graph

__all__ = ["node_of"]


def node_of(graph: Graph, name: str) -> int:
    """The node of that name, alias, link or id: exact spelling first, then what names mean, records, rows and notes (ruling 1).

    Raises:
        QueryError: nothing is called so, or several things are; with suggestions.
    """
    from rotgraph.query.bind_thing import name_in

    name = name_in(name)
    found = [int(each) for each in graph.find(name)]
    exact = [each for each in found if name in (graph.label(each), graph.key(each))] or found
    named = set(graph.members("thing").tolist())
    things = [each for each in exact if graph.key(each).startswith("id/")] or [each for each in exact if each in named] or exact
    if len(things) == 1:
        return things[0]
    if things:
        keys = tuple(graph.key(each) for each in things)
        raise QueryError(f"`{name}` means several things", name, 0, len(name), suggestions=keys[:3], code="RG602")
    raise QueryError(f"nothing is called `{name}`", name, 0, len(name), suggestions=_near(graph, name), code="RG602")


def _near(graph: Graph, name: str) -> tuple[str, ...]:
    from rotgraph.query.suggest import closest

    return closest(name, [graph.label(node) for node in graph.columns["name_node"].tolist()])
