"""In: `Query`, the names of a graph, parameters. Out: `BoundQuery`. Room: query.

Every name is resolved, every kind checked, every default spelt out; what cannot be is a `QueryError` with a caret. The passes for
paths, values, expressions and conditions call each other through `Binding`.
"""

from __future__ import annotations

from collections.abc import Mapping

from rotgraph.errors import QueryError
from rotgraph.model.graph import Graph
from rotgraph.query import syntax
from rotgraph.query.bind_condition import bind_condition
from rotgraph.query.bind_expression import bind_expression
from rotgraph.query.bind_path import find_step
from rotgraph.query.bind_select import bind_select
from rotgraph.query.bind_thing import bind_thing, name_in
from rotgraph.query.bind_value import parameter_of
from rotgraph.query.bound import BoundPathQuery, BoundQuery
from rotgraph.query.expression import Things
from rotgraph.query.names import Names, names_of
from rotgraph.query.parameters import plain
from rotgraph.query.parse import parse_query
from rotgraph.query.scope import Binding, Typing
from rotgraph.query.suggest import closest
from rotgraph.query.vocabulary import vocabulary_of

__all__ = ["bind"]

_DEEPEST = 8
"""Saved queries that name each other."""
_NOTHING: Mapping[str, object] = {}


def bind(query: syntax.Query, graph: Graph | Names, parameters: Mapping[str, object] = _NOTHING) -> BoundQuery:
    """The query, ready to be planned.

    Raises:
        QueryError: an unknown or ambiguous name (RG602, RG604), kinds that clash (RG603), a parameter that is missing, superfluous
            or of the wrong kind (RG605), a column that has no place in a group (RG606).
    """
    names = names_of(graph)
    whole, body, text = _unfold(query, names)
    binding = Binding(names, vocabulary_of(names.schema), text, {name: plain(given) for name, given in parameters.items()})
    binding.condition, binding.expression, binding.select = bind_condition, bind_expression, bind_select
    bound = bind_select(binding, body) if isinstance(body, syntax.Select) else _bind_path_query(binding, body)
    unused = [name for name in parameters if name not in binding.used]
    if unused:
        raise QueryError(f"the query has no parameter `${unused[0]}`", query.text, 0, max(1, len(query.text)), code="RG605")
    return BoundQuery(bound, whole.explain, tuple(binding.resolved), whole, query.text)


def _unfold(query: syntax.Query, names: Names) -> tuple[syntax.Query, syntax.Select | syntax.PathQuery, str]:
    """The query, its body and its text; a saved query is replaced by what it stands for."""
    found, text, explain = query, query.text, query.explain
    saved = dict(names.schema.queries)
    for _ in range(_DEEPEST):
        if not isinstance(found.body, syntax.SavedQuery):
            return found.replace(explain=explain), found.body, text
        name = found.body.name
        if name not in saved:
            near = tuple(f"@{each}" for each in closest(name, saved))
            known = f"saved: {', '.join(f'@{each}' for each in list(saved)[:8])}" if saved else names.saved_where
            raise QueryError(f"no saved query is called `@{name}`", text, found.body.start, found.body.end, suggestions=near,
                             help="" if near else known, code="RG602")  # fmt: skip
        text = saved[name]
        found = parse_query(text)
        explain = explain or found.explain
    raise QueryError("saved queries lead back to each other", query.text, 0, max(1, len(query.text)), code="RG602")


def _bind_path_query(binding: Binding, body: syntax.PathQuery) -> BoundPathQuery:
    start, end = (_end(binding, value) for value in (body.origin, body.target))
    via: list[str] = []
    for name in body.via:
        found = find_step(binding, Typing(("thing",), said="path"), name.text, row=False)
        if found is None or found[0].form != "property":
            fields = binding.names.schema.properties
            raise binding.error(f"no class has a field `{name.text}`", name, suggestions=closest(name.text, fields), code="RG602")
        via.append(found[0].name)
        binding.resolve(name.text, "field", found[0].name)
    return BoundPathQuery(start, end, body.within, tuple(dict.fromkeys(via)), binding.slice(body), binding.place(body))


def _end(binding: Binding, value: syntax.Value) -> Things:
    if isinstance(value, syntax.Parameter):
        given = parameter_of(binding, value)
        value = syntax.Quoted(name_in(str(getattr(given, "id", given))), value.start, value.end)
    if isinstance(value, syntax.Range):
        raise binding.error("a path goes from one thing to another", value, code="RG601")
    return bind_thing(binding, value, ())
