"""In: a compiled vault. Out: `Graph`: what people ask, look into and take away. Room: api."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from keyword import iskeyword
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rotgraph.api.ask import NO_LIMITS, plan_of
from rotgraph.api.results import Result
from rotgraph.api.things import Thing, identifier, thing_of
from rotgraph.diagnostics import Diagnostic
from rotgraph.errors import QueryError
from rotgraph.model import graph as model
from rotgraph.model.schema import ClassDef, Schema, fold
from rotgraph.native.evaluate import evaluate
from rotgraph.native.run import Limits
from rotgraph.query.plan import Plan
from rotgraph.render.html_table import html_text

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

    from rotgraph.api.explanation import Explanation
    from rotgraph.api.fields import ClassSummary, FieldSummary
    from rotgraph.query.complete import Completion
    from rotgraph.rdf.validate import Violation
    from rotgraph.stores.push import Progress, Pushed

__all__ = ["Graph", "Prepared"]

_KEPT_PLANS = 256


class Graph:
    """A compiled vault: things, records and facts, each traceable to the line that states it.

    Made by `rotgraph.compile`; never changed. The members of a class are an attribute by its plural (``graph.episodes``), or an
    item where that is a method's name (``graph["paths"]``).
    """

    __slots__ = ("__dict__", "_facts", "_lock", "_plans")

    _facts: model.Graph
    _plans: OrderedDict[tuple[object, ...], Plan]
    _lock: Lock

    def __init__(self, facts: model.Graph) -> None:
        put = object.__setattr__
        put(self, "_facts", facts)
        put(self, "_plans", OrderedDict())
        put(self, "_lock", Lock())

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a graph cannot be changed")

    # asking

    def query(self, text: str, /, **parameters: object) -> Result:
        """The answer to a query. A parameter ``$x`` is given as ``x="10%"``, read by the field that it meets.

        Raises:
            QueryError: the query is wrong, with a caret and what may have been meant.
        """
        return Result(evaluate(self._plan(text, parameters), self._facts), text, self._facts)

    def prepare(self, text: str, /, **parameters: object) -> Prepared:
        """A query that is read, checked and planned once and asked often."""
        return Prepared(self, text, self._plan(text, parameters))

    def explain(self, text: str, /, **parameters: object) -> Explanation:
        """What a query means and how it runs: one sentence, the names, the plan with rows and times, SPARQL."""
        from rotgraph.api.explanation import explain

        return explain(self._facts, text, parameters)

    def path(self, start: str | Thing, end: str | Thing, *, within: int | None = None, via: Iterable[str] = ()) -> Result:
        """The shortest paths from one thing to another: a row per step, with evidence."""
        limit = f" within {int(within)}" if within is not None else ""
        steps = tuple(via)
        over = f" via {', '.join(map(_quoted, steps))}" if steps else ""
        return self.query(f"path from $start to $end{limit}{over}", start=start, end=end)

    def complete(self, before: str) -> tuple[Completion, ...]:
        """What may be written next in a query, after the text before the cursor; the likeliest first."""
        from rotgraph.query.complete import complete

        return complete(before, self._facts)

    # looking

    def names(self, beginning: str = "", *, limit: int = 50) -> tuple[str, ...]:
        """Names of things that begin so."""
        from rotgraph.query.names import names_of

        return tuple(names_of(self._facts).beginning(beginning, ("thing",), limit))

    def thing(self, name: str) -> Thing:
        """The thing of that name, alias or id.

        Raises:
            QueryError: nothing is called so, or several things are; with suggestions.
        """
        return thing_of(self._facts, self._node(name))

    @property
    def schema(self) -> Schema:
        """Classes, fields and lexicon, as the vault uses them."""
        return self._facts.schema

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong or doubtful in the notes, by place."""
        return self._facts.diagnostics

    @property
    def notes(self) -> Result:
        """The notes of the vault."""
        return self["notes"]

    def classes(self) -> tuple[ClassSummary, ...]:
        """Every class that has members."""
        from rotgraph.api.fields import list_classes

        return list_classes(self._facts)

    def fields(self, cls: str) -> tuple[FieldSummary, ...]:
        """The fields of a class, with kinds, operators, how often filled and an example.

        Raises:
            QueryError: there is no such class; with suggestions.
        """
        from rotgraph.api.fields import list_fields

        definition = self._class(cls)
        if definition is None:
            from rotgraph.query.suggest import closest

            near = closest(cls, [word for each in self.schema.classes for word in (each.plural, each.name)])
            raise QueryError(f"unknown class `{cls}`", cls, 0, len(cls), suggestions=near, code="RG602")
        return list_fields(self._facts, definition)

    def __getitem__(self, name: str) -> Result:
        """The members of a class, by its plural or singular."""
        definition = self._class(name)
        if definition is None:
            raise KeyError(name)
        return self.query(_quoted(definition.plural))

    def __getattr__(self, name: str) -> Result:
        if name.startswith("_"):
            raise AttributeError(name, name=name, obj=self)
        try:
            return self[name.removesuffix("_") if iskeyword(name.removesuffix("_")) else name]
        except KeyError:
            raise AttributeError(f"no class {name!r}", name=name, obj=self) from None

    def __dir__(self) -> Iterable[str]:
        return sorted({*object.__dir__(self), *(identifier(each.plural) for each in self._filled if each.plural.isidentifier())})

    def _ipython_key_completions_(self) -> list[str]:
        return [each.plural for each in self._filled]

    # taking away

    def to_networkx(self, *, facts: bool = True) -> nx.MultiDiGraph[str]:
        """Things and records as nodes (by id), facts between them as edges; with ``facts``, values as attributes of the nodes."""
        from rotgraph.rdf.forms import to_networkx

        return to_networkx(self._facts, facts=facts)

    def to_rdflib(self) -> rdflib.Graph:
        """The whole graph as an rdflib graph."""
        from rotgraph.rdf.forms import to_rdflib

        return to_rdflib(self._facts)

    def to_turtle(self, path: str | os.PathLike[str] | None = None) -> str:
        """The whole graph as Turtle, also written to ``path`` if there is one."""
        from rotgraph.rdf.turtle import to_turtle
        from rotgraph.rdf.write import write_file

        text = to_turtle(self._facts)
        if path is not None:
            write_file(Path(path), [text])
        return text

    def serialize(self, format: str = "turtle", *, materialize: bool = False) -> Iterator[str]:  # noqa: A002 - the command's word
        """The whole graph in one of ``turtle trig ntriples nquads jsonld rdf12 graphml linkml``, a piece at a time."""
        from rotgraph.rdf.write import pieces

        return pieces(self._facts, format, materialize=materialize)

    def export(self, path: str | os.PathLike[str], format: str = "", *, materialize: bool = False) -> None:  # noqa: A002 - as above
        """Write the whole graph to a file, whole or not at all; without ``format``, the one that the file's suffix means.

        ``csvw`` and ``bundle`` write a folder: a CSV file per class with metadata; data, ontology, shapes, context, description.
        With ``materialize`` the data also says what the world's vocabularies call classes and properties.
        """
        from rotgraph.rdf.bundle import export_bundle, export_tables
        from rotgraph.rdf.write import export

        if format == "bundle":
            export_bundle(self._facts, Path(path), materialize=materialize)
        elif format == "csvw":
            export_tables(self._facts, Path(path))
        else:
            export(self._facts, Path(path), format, materialize=materialize)

    def validate(self) -> tuple[Violation, ...]:
        """Where the graph breaks its shapes (SHACL), by note and line. Needs the extra ``shacl``."""
        from rotgraph.rdf.validate import validate

        return validate(self._facts)

    def push(
        self, url: str, store: str = "", *, dry_run: bool = False, timeout: float = 60.0, progress: Progress | None = None
    ) -> Pushed:
        """Bring a triple store in step with this graph: a named graph per note, only those that changed are sent.

        Args:
            url: of the store, or ``oxigraph:DIR``, an Oxigraph in a folder.
            store: its make; else guessed by the URL.
            dry_run: only say what would change.
            progress: told how many of how many changes are done.

        Raises:
            StoreError: the store cannot be reached, refuses, or does not hold afterwards what it should; says what is where.
        """
        from contextlib import closing

        from rotgraph.api.store_graph import target_of
        from rotgraph.stores.push import push

        with closing(target_of(url, store, timeout=timeout)) as target:
            return push(self._facts, target, dry=dry_run, progress=progress)

    # what a value has

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Graph):
            return NotImplemented
        mine, theirs = self._facts, other._facts
        return mine is theirs or (
            (mine.schema, mine.properties, mine.units, mine.diagnostics)
            == (theirs.schema, theirs.properties, theirs.units, theirs.diagnostics)
            and all(_same(column, theirs.columns[name]) for name, column in mine.columns.items())
        )

    def __hash__(self) -> int:
        return hash((self._facts.properties, self._facts.node_count, self._facts.fact_count))

    def __reduce__(self) -> tuple[object, ...]:
        return (Graph, (self._facts,))

    def __repr__(self) -> str:
        return f"<Graph: {', '.join(f'{count:,} {word}' for word, count in self.counts())}>"

    def _repr_html_(self) -> str:
        cells = "".join(f"<tr><td>{html_text(word)}</td><td>{count:,}</td></tr>" for word, count in self.counts())
        return f'<table class="rotgraph"><tbody>{cells}</tbody></table>'

    def counts(self) -> list[tuple[str, int]]:
        facts = self._facts
        return [
            ("notes", len(facts.members("note"))),
            ("things", len(facts.members("thing"))),
            ("records", len(facts.members("record"))),
            ("facts", facts.fact_count),
            ("diagnostics", len(facts.diagnostics)),
        ]

    @cached_property
    def _filled(self) -> tuple[ClassDef, ...]:
        """Classes that have members, in the order of the schema."""
        return tuple(each for each in self.schema.classes if len(self._facts.members(each.name)))

    def _class(self, word: str) -> ClassDef | None:
        return self.schema.by_word.get(fold(word).replace(" ", "_").replace("-", "_"))

    def _plan(self, text: str, parameters: Mapping[str, object]) -> Plan:
        key = (text, *((name, _frozen(parameters[name])) for name in sorted(parameters)))
        with self._lock:
            plan = self._plans.get(key)
            if plan is not None:
                self._plans.move_to_end(key)
                return plan
        plan = plan_of(self._facts, text, parameters)
        with self._lock:
            self._plans[key] = plan
            if len(self._plans) > _KEPT_PLANS:
                self._plans.popitem(last=False)
        return plan

    def _node(self, name: str) -> int:
        facts = self._facts
        found = [int(each) for each in facts.find(name)]
        exact = [each for each in found if name in (facts.label(each), facts.key(each))] or found
        named = set(facts.members("thing").tolist())
        # what names mean comes before named records, these before rows and notes (ruling 1)
        things = [each for each in exact if facts.key(each).startswith("id/")] or [each for each in exact if each in named] or exact
        if len(things) == 1:
            return things[0]
        if things:
            keys = tuple(facts.key(each) for each in things)
            raise QueryError(f"`{name}` means several things", name, 0, len(name), suggestions=keys[:3], code="RG602")
        raise QueryError(f"nothing is called `{name}`", name, 0, len(name), suggestions=self._near(name), code="RG602")

    def _near(self, name: str) -> tuple[str, ...]:
        from rotgraph.query.suggest import closest

        return closest(name, [self._facts.label(node) for _, node in self._facts.names()])


class Prepared:
    """A query, planned; call it to ask."""

    __slots__ = ("_graph", "_plan", "query")

    def __init__(self, graph: Graph, text: str, plan: Plan) -> None:
        self._graph, self.query, self._plan = graph, text, plan

    def __call__(self, *, limits: Limits = NO_LIMITS) -> Result:
        facts = self._graph._facts  # noqa: SLF001 - a graph makes it
        return Result(evaluate(self._plan, facts, limits=limits), self.query, facts)

    def __repr__(self) -> str:
        return f"<Prepared {self.query}>"


def _same(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> bool:
    return np.array_equal(left, right, equal_nan=left.dtype.kind == "f")


def _frozen(value: object) -> object:
    """A parameter as part of a key: 1, 1.0 and True are not the same, a list is as good as a tuple."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return (type(value), *map(_frozen, value))
    return (type(value), value)


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'
