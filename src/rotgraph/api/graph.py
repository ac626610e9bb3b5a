"""In: a compiled vault. Out: `Graph`: what people ask, look into and take away. Room: api."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from keyword import iskeyword
from typing import TYPE_CHECKING

from rotgraph.api.leaving import Portable
from rotgraph.api.naming import node_of
from rotgraph.api.plans import Plans, Prepared
from rotgraph.api.results import Result
from rotgraph.api.sameness import same_facts
from rotgraph.api.things import Thing, identifier, thing_of
from rotgraph.model import graph as model
from rotgraph.model.schema import ClassDef, Schema, fold
from rotgraph.native.evaluate import evaluate
from rotgraph.query.limits import Limits

if TYPE_CHECKING:
    from rotgraph.api.explanation import Explanation
    from rotgraph.api.fields import ClassSummary, FieldSummary
    from rotgraph.diagnostics import Diagnostic
    from rotgraph.query.complete import Completion

__all__ = ["Graph"]


class Graph(Portable):
    """A compiled vault: things, records and facts, each traceable to the line that states it.

    Made by `rotgraph.compile`; never changed; threads may share it, and it pickles. The members of a class are an attribute by
    its plural (``graph.episodes``), or an item where that is a method's name (``graph["paths"]``).

    In the examples below ``graph`` is ``rotgraph.compile("examples/vault")``.

    Example:
        >>> len(graph.notes), len(graph.episodes), len(graph["episode"])
        (45, 9, 9)
        >>> rotgraph.compile({"A.md": "# A"})
        <Graph: 1 note, 1 thing, 0 records, 4 facts, 0 diagnostics>
    """

    __slots__ = ("__dict__", "_facts", "_plans")

    _facts: model.Graph
    _plans: Plans

    def __init__(self, facts: model.Graph) -> None:
        put = object.__setattr__
        put(self, "_facts", facts)
        put(self, "_plans", Plans(facts))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a graph cannot be changed")

    # asking

    def query(
        self, text: str, /, *, max_rows: int | None = None, max_seconds: float | None = None, **parameters: object
    ) -> Result:
        """The answer to a query.

        Args:
            text: the query; the language is described by ``rotgraph query --help`` and in the README.
            max_rows: refuse an answer of more rows.
            max_seconds: stop a query that takes longer.
            parameters: ``$x`` in the query is ``x="10%"`` here: text, read by the field that it meets, a number, a date, a
                `Thing`, or a list of such for ``in ($x)``. It is never spliced into the text.

        Raises:
            QueryError: the query is wrong; the message has a caret, the attributes ``span`` and ``suggestions``. Or it is right and
                passes a limit.

        Example:
            >>> print(graph.query("episodes where buy_side contains $what and duration > 1 year", what="Energy"))
            rotation        period
            ──────────────  ───────
            Growth → Value  2000-02
            (1 row)
            >>> graph.query("things", max_rows=10)
            Traceback (most recent call last):
            rotgraph.errors.QueryError: error: the query makes 173 rows, more than the limit of 10
              | things
              | ^^^^^^
              help: narrow it, write `things limit 10`, or raise the row limit
        """
        limits = Limits(max_rows, max_seconds)
        return Result(evaluate(self._plans.of(text, parameters), self._facts, limits=limits), text, self._facts)

    def prepare(self, text: str, /, **parameters: object) -> Prepared:
        """A query that is read, checked and planned once and asked often.

        Raises:
            QueryError: as `query` does.

        Example:
            >>> ask = graph.prepare("count episodes")
            >>> ask()[0]["count"]
            9
        """
        return Prepared(self._facts, text, self._plans.of(text, parameters))

    def explain(self, text: str, /, **parameters: object) -> Explanation:
        """What a query means and how it runs: one sentence, the names, the plan with rows and times, SPARQL.

        The query is run once for it; times are wall time in milliseconds, each with what is below it.

        Raises:
            QueryError: as `query` does.

        Example:
            >>> graph.explain("stocks where no return < 0%").sentence
            'The stocks, of which no return is below 0%.'
        """
        from rotgraph.api.explanation import explain

        return explain(self._facts, text, parameters)

    def path(self, start: str | Thing, end: str | Thing, *, within: int | None = None, via: Iterable[str] = ()) -> Result:
        """The shortest paths from one thing to another: a row per step (``from property to note line``), with evidence.

        Args:
            start, end: names, or things as `thing` and rows hand them out.
            within: the most steps that a path may have.
            via: the only fields that it may go over.

        Raises:
            QueryError: a name means nothing or too much.

        Example:
            >>> print(graph.path("Exxon", "Tech", within=4, via=["sector", "sell_side", "buy_side", "broader"])[0])
            <Row from=Exxon, property=sector, to=Oil & gas, note=Exxon, line=5>
        """
        from rotgraph.query.bind_thing import name_in

        limit = f" within {int(within)}" if within is not None else ""
        steps = tuple(via)
        over = f" via {', '.join(map(_quoted, steps))}" if steps else ""
        ends = (_quoted(name_in(each) if isinstance(each, str) else each.id) for each in (start, end))
        return self.query(f"path from {' to '.join(ends)}{limit}{over}")

    def complete(self, before: str) -> tuple[Completion, ...]:
        """What may be written next in a query, after the text before the cursor; the likeliest first.

        Example:
            >>> [each.text for each in graph.complete("episodes where buy_s")]
            ['buy_side', 'buy_side_market_cap']
        """
        from rotgraph.query.complete import complete

        return complete(before, self._facts)

    # looking

    def names(self, beginning: str = "", *, limit: int = 50) -> tuple[str, ...]:
        """Names of things that begin so, at most ``limit`` of them.

        Example:
            >>> graph.names("Exx")
            ('Exxon',)
        """
        from rotgraph.query.names import names_of

        return tuple(names_of(self._facts).beginning(beginning, ("thing",), limit))

    def thing(self, name: str | Thing) -> Thing:
        """The thing of that name, alias, link or id; case does not matter. A thing of another graph is looked up by its id.

        Raises:
            QueryError: nothing is called so, or several things are; with suggestions.

        Example:
            >>> graph.thing("Nvidia Corp")
            <Thing NVIDIA: stock>
        """
        return thing_of(self._facts, node_of(self._facts, name if isinstance(name, str) else name.id))

    @property
    def schema(self) -> Schema:
        """Classes, fields and lexicon, as the vault uses them."""
        return self._facts.schema

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong or doubtful in the notes, by place."""
        return tuple(self._facts.diagnostics)

    @property
    def notes(self) -> Result:
        """The notes of the vault."""
        return self["notes"]

    def classes(self) -> tuple[ClassSummary, ...]:
        """Every class that has members, in the order of the schema.

        Example:
            >>> [each for each in graph.classes() if each.name == "episode"]
            [<Class episodes: 9 members, shows rotation, period>]
        """
        from rotgraph.api.fields import list_classes

        return list_classes(self._facts)

    def fields(self, cls: str) -> tuple[FieldSummary, ...]:
        """The fields of a class, with kinds, operators, how often filled and an example.

        Raises:
            QueryError: there is no such class; with suggestions.

        Example:
            >>> graph.fields("episodes")[3]
            <Field sell_side: thing (sector), several, 9 of 9>
        """
        from rotgraph.api.fields import list_fields
        from rotgraph.query.suggest import class_named

        return list_fields(self._facts, class_named(cls, self.schema))

    def __getitem__(self, name: str) -> Result:
        """The members of a class, by its plural or singular.

        Raises:
            KeyError: there is no such class.
        """
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

    # what a value has

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Graph):
            return NotImplemented
        return same_facts(self._facts, other._facts)

    def __hash__(self) -> int:
        return hash((self._facts.properties, self._facts.node_count, self._facts.fact_count))

    def __reduce__(self) -> tuple[object, ...]:
        return (Graph, (self._facts,))

    def __repr__(self) -> str:
        counted = (f"{count:,} {word if count != 1 else word.removesuffix('s')}" for word, count in self.counts())
        return f"<Graph: {', '.join(counted)}>"

    def _repr_html_(self) -> str:
        from rotgraph.render.html_table import html_text

        cells = "".join(f"<tr><td>{html_text(word)}</td><td>{count:,}</td></tr>" for word, count in self.counts())
        return f'<table class="rotgraph"><tbody>{cells}</tbody></table>'

    def counts(self) -> list[tuple[str, int]]:
        """How many notes, things, records, facts and diagnostics there are.

        Example:
            >>> graph.counts()[0]
            ('notes', 45)
        """
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


def _quoted(name: str) -> str:
    """A name as a query has it, whatever stands in it."""
    return '"' + name.replace('"', '""') + '"'
