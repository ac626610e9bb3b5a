"""In: a triple store. Out: `StoreGraph`: the same language on what it holds. Room: api."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from keyword import iskeyword
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol, Self

from rotgraph.api.explanation import Explanation, Operation
from rotgraph.api.graph import Graph
from rotgraph.api.results import Result
from rotgraph.api.things import identifier
from rotgraph.errors import StoreError
from rotgraph.late import dataclass, replace
from rotgraph.model.result import Answer
from rotgraph.model.schema import Schema, fold
from rotgraph.query.format import format_query, quote_text
from rotgraph.query.limits import NO_LIMITS, Limits
from rotgraph.query.lower import lower
from rotgraph.query.parse import parse_query
from rotgraph.query.read import read_query
from rotgraph.query.sentence import sentence
from rotgraph.rdf.answers import Store
from rotgraph.rdf.iri import RG
from rotgraph.rdf.quads import MANIFEST
from rotgraph.sparql.names import StoreNames, schema_of
from rotgraph.sparql.run import Engine
from rotgraph.stores.profiles import masked

if TYPE_CHECKING:
    from rotgraph.api.fields import ClassSummary, FieldSummary
    from rotgraph.query.complete import Completion
    from rotgraph.query.plan import Plan

__all__ = ["StoreGraph", "check_target", "connect", "target_of"]

_EMBEDDED = "oxigraph:"
_TRIES = 3
"""How often a query is asked again when somebody pushes meanwhile."""


class _Open(Store, Protocol):
    def close(self) -> None:
        """Give back what it holds."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was learnt of a store while its manifest said one thing."""

    digest: str
    """Of the manifest; empty where there is none, or a push is not finished."""
    names: StoreNames
    engine: Engine


def connect(
    where: str | os.PathLike[str] | Graph, store: str = "", *, timeout: float = 60.0, queries: Mapping[str, str] | None = None
) -> StoreGraph:
    """The language on a triple store: what a query means is translated to SPARQL 1.1 and asked there.

    Args:
        where: the URL of a SPARQL endpoint; ``oxigraph:DIR``, an Oxigraph in a folder; or a graph, put into one in memory.
        store: the make of the store (``oxigraph fuseki virtuoso graphdb rdf4j stardog qlever neptune``); else guessed by the URL.
        timeout: seconds that a request may take.
        queries: saved queries by name, asked as ``@name``: a store keeps none. Those of a graph are known.

    User and password stand in the URL, in ``ROTGRAPH_USER`` and ``ROTGRAPH_PASSWORD``, or in ``.netrc``; a token in
    ``ROTGRAPH_TOKEN``.

    Raises:
        StoreError: the store cannot be reached, refuses, or holds nothing that rotgraph wrote.

    Example:
        >>> import rotgraph
        >>> graph = rotgraph.compile({"Moves.md": "| Stock | Move |\\n|---|---|\\n| [[Deere]] | +10% |\\n"})
        >>> print(rotgraph.connect(graph).query("moves where value > 5% show about, value, line").to_csv())
        about,value,line
        Deere,+10%,3
        <BLANKLINE>
    """
    if isinstance(where, Graph):
        from rotgraph.sparql.store import loaded

        saved = dict(where.schema.queries if queries is None else queries)
        return StoreGraph(loaded(where._facts), "memory", store, saved)  # noqa: SLF001 - the face of it is in this room
    url = os.fspath(where)
    if url.startswith(_EMBEDDED):
        from rotgraph.sparql.store import opened

        return StoreGraph(opened(url.removeprefix(_EMBEDDED)), url, store, queries)
    return StoreGraph(_endpoint(url, store, timeout), masked(url), store, queries)


def target_of(where: str, store: str = "", *, timeout: float = 60.0, dry: bool = False) -> Any:
    """The store that a graph is pushed to: at a URL, or an Oxigraph in a folder, which is made if it is not there (unless dry)."""
    if where.startswith(_EMBEDDED):
        from rotgraph.sparql.store import looked_at, opened

        folder = where.removeprefix(_EMBEDDED)
        return looked_at(folder) if dry else opened(folder, writable=True)
    return _endpoint(where, store, timeout)


def check_target(where: str, store: str = "") -> None:
    """Whether that can be the place of a store, without asking it.

    Raises:
        StoreError: no URL, or no such make of store.
    """
    if not where.startswith(_EMBEDDED):
        from rotgraph.stores.profiles import address_of

        address_of(where, store)


def _endpoint(url: str, store: str, timeout: float) -> Any:
    from rotgraph.stores.client import Client
    from rotgraph.stores.endpoint import Endpoint
    from rotgraph.stores.profiles import address_of

    address = address_of(url, store)
    return Endpoint(address, Client(address, timeout))


class StoreGraph:
    """What a triple store holds, asked in the same language as a compiled vault: `rotgraph.connect` makes it.

    Answers are the same `Result` with the same cells, errors and evidence. The members of a class are an attribute by its plural
    (``graph.episodes``), or an item. What is remembered of the store is forgotten when its manifest changes.
    """

    def __init__(self, store: _Open, where: str, make: str = "", queries: Mapping[str, str] | None = None) -> None:
        self._store, self._where, self._make = store, where, make
        self._queries = tuple((queries or {}).items())
        self._lock = Lock()
        self._kept: _Known | None = None
        try:
            self._learn()
        except BaseException:
            store.close()
            raise

    # asking

    def query(
        self, text: str, /, *, max_rows: int | None = None, max_seconds: float | None = None, **parameters: object
    ) -> Result:
        """The answer to a query.

        Args:
            text, parameters: as in `Graph.query`.
            max_rows: refuse an answer of more rows.
            max_seconds: wait no longer for what the store is asked; what it began, it may finish alone.

        Raises:
            QueryError: the query is wrong, with a caret and what may have been meant; or it is right and passes a limit.
            UnsupportedOperationError: SPARQL 1.1 has no form for it (paths, medians).
            StoreError: the store cannot be reached, refuses, or is being changed all the time.

        Example:
            >>> stored = rotgraph.connect(graph)
            >>> stored.query("count episodes where buy_side contains Energy").to_csv()
            'count\\n4\\n'
        """
        return Result(self._answer(text, parameters, Limits(max_rows, max_seconds))[2], text)

    def explain(self, text: str, /, **parameters: object) -> Explanation:
        """What a query means and how it runs: one sentence, the names, rows and time, SPARQL.

        Example:
            >>> rotgraph.connect(graph).explain("count episodes").sparql.splitlines()[0]
            'PREFIX rg: <https://w3id.org/rotgraph/ns#>'
        """
        began = perf_counter()
        known, plan, answer = self._answer(text, parameters)
        ran = Operation(f"r0 := SPARQL({self._store.name})", len(answer), (perf_counter() - began) * 1000)
        bound = read_query(text, known.names, parameters)
        said, sent = sentence(bound, self.schema), known.engine.sent(plan)
        return Explanation(format_query(bound.query or parse_query(text)), said, bound.names, (ran,), sent, answer.notes)

    def complete(self, before: str) -> tuple[Completion, ...]:
        """What may be written next in a query, after the text before the cursor; the likeliest first.

        Example:
            >>> [each.text for each in rotgraph.connect(graph).complete("episodes where div")]
            ['divergence']
        """
        from rotgraph.query.complete import complete

        return complete(before, self._learn().names)

    def names(self, beginning: str = "", *, limit: int = 50) -> tuple[str, ...]:
        """Names of things that begin so, at most ``limit`` of them.

        Example:
            >>> rotgraph.connect(graph).names("Exx")
            ('Exxon',)
        """
        return self._learn().names.beginning(beginning, ("thing",), limit)

    def classes(self) -> tuple[ClassSummary, ...]:
        """Every class that has members, by name.

        Example:
            >>> [each for each in rotgraph.connect(graph).classes() if each.name == "episode"]
            [<Class episodes: 9 members, shows rotation, period>]
        """
        from rotgraph.api.store_fields import stored_classes

        return stored_classes(self._learn().names)

    def fields(self, cls: str) -> tuple[FieldSummary, ...]:
        """The fields of a class, with kinds, operators and how often filled.

        Raises:
            QueryError: there is no such class; with suggestions.

        Example:
            >>> rotgraph.connect(graph).fields("episodes")[3]
            <Field sell_side: thing (sector), several, 9 of 9>
        """
        from rotgraph.api.store_fields import stored_fields
        from rotgraph.query.suggest import class_named

        return stored_fields(self._learn().names, class_named(cls, self.schema))

    @property
    def schema(self) -> Schema:
        """Classes, fields and lexicon, as the store's vault uses them."""
        return self._learn().names.schema

    @property
    def notes(self) -> Result:
        """The notes of the store's vault."""
        return self["notes"]

    def __getitem__(self, name: str) -> Result:
        """The members of a class, by its plural or singular."""
        definition = self.schema.by_word.get(fold(name).replace(" ", "_").replace("-", "_"))
        if definition is None:
            raise KeyError(name)
        return self.query(quote_text(definition.plural))

    def __getattr__(self, name: str) -> Result:
        if name.startswith("_"):
            raise AttributeError(name, name=name, obj=self)
        try:
            return self[name.removesuffix("_") if iskeyword(name.removesuffix("_")) else name]
        except KeyError:
            raise AttributeError(f"no class {name!r}", name=name, obj=self) from None

    def __dir__(self) -> Iterable[str]:
        plurals = (each.plural for each in self.schema.classes if each.plural.isidentifier())
        return sorted({*object.__dir__(self), *map(identifier, plurals)})

    def __repr__(self) -> str:
        return f"<StoreGraph: {self._store.name}>"

    def __reduce__(self) -> tuple[object, ...]:
        return (_connected, (self._where, self._make, dict(self._queries)))

    @property
    def where(self) -> str:
        """The place of the store, without a password."""
        return self._store.name

    def close(self) -> None:
        """Give back connections and locks; ``with rotgraph.connect(…) as graph:`` does it by itself.

        Example:
            >>> with rotgraph.connect(graph) as stored:
            ...     len(stored.episodes)
            9
        """
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # what is known of the store

    def _learn(self) -> _Known:
        """What is known, made new if the store's manifest is not the one it was made under."""
        with self._lock:
            kept = self._kept
            if kept is None:
                schema, properties = self._schema()
                digest = self._digest(schema.base)
            else:
                schema, digest = kept.names.schema, self._digest(kept.names.schema.base)
                if digest == kept.digest:
                    # without a manifest nobody says when a value changes: only names and schema are kept
                    return kept if digest else replace(kept, engine=Engine(self._store, schema, kept.engine.properties))
                schema, properties = self._schema()
            names, engine = StoreNames(self._store, schema, properties), Engine(self._store, schema, properties)
            self._kept = _Known(digest, names, engine)
            return self._kept

    def _schema(self) -> tuple[Schema, tuple[str, ...]]:
        schema, properties = schema_of(self._store)
        return replace(schema, queries=self._queries), properties

    def _digest(self, base: str) -> str:
        manifest = f"<{base}graph/{MANIFEST}>"
        found = self._store.select(f"SELECT ?digest WHERE {{ {manifest} <{RG}sha256> ?digest }}")
        return next((row["digest"].value for row in found), "")

    def _answer(self, text: str, parameters: dict[str, object], limits: Limits = NO_LIMITS) -> tuple[_Known, Plan, Answer]:
        for _ in range(_TRIES):
            known = self._learn()
            plan = lower(read_query(text, known.names, parameters))
            answer = known.engine.evaluate(plan, limits)
            if self._digest(known.names.schema.base) == known.digest:
                return known, plan, answer
        raise StoreError(f"{self._store.name}: somebody is pushing to the store; ask again when it is done")


def _connected(where: str, make: str, queries: dict[str, str]) -> StoreGraph:
    """What a pickle of a connection calls."""
    return connect(where, make, queries=queries)
