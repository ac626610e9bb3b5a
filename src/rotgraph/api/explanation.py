"""In: a query, a graph. Out: `Explanation`: what it means and how it ran. Room: api."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rotgraph.errors import UnsupportedOperationError
from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.model.schema import Schema
from rotgraph.native.evaluate import evaluate
from rotgraph.native.run import OperatorTrace
from rotgraph.query.bound import ResolvedName
from rotgraph.query.format import format_query
from rotgraph.query.lower import lower
from rotgraph.query.optimize import optimize
from rotgraph.query.parse import parse_query
from rotgraph.query.plan import Plan
from rotgraph.query.print_plan import plan_lines, print_condition
from rotgraph.query.read import read_query
from rotgraph.query.sentence import sentence
from rotgraph.render.harmless import harmless
from rotgraph.render.html_table import html_text
from rotgraph.sparql.translate import to_sparql

__all__ = ["Explanation", "Operation", "explain", "is_explained"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operator of a plan as it ran; the lowest first."""

    text: str
    """``r1 := Filter(r0, …)``."""
    rows: int
    milliseconds: float
    """Without what is below it."""
    steps: tuple[tuple[str, int], ...] = ()
    """Of a filter: its conditions in the order in which they are tried, and the rows left after each."""


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """What a query means and how it ran. It prints as text."""

    query: str
    """In canonical form."""
    sentence: str
    """What it asks, in English."""
    names: tuple[ResolvedName, ...]
    """What each name was taken for, in the order of the query."""
    operations: tuple[Operation, ...]
    sparql: str = ""
    """The same as SPARQL 1.1; what it cannot say stands there as a comment."""
    notes: tuple[str, ...] = ()
    """What there is to say about the answer."""

    def __str__(self) -> str:
        parts = [self.query, self.sentence]
        if self.names:
            width = max(len(each.written) for each in self.names)
            lines = (f"  {each.written:<{width}}  {each.role} {_meaning(each)}" for each in self.names)
            parts.append("\n".join(("names", *lines)))
        parts.append("\n".join(("plan", *_plan(self.operations))))
        if self.sparql:
            parts.append("\n".join(("sparql", *(f"  {line}" for line in self.sparql.rstrip().split("\n")))))
        parts.extend(f"note: {each}" for each in self.notes)
        return "\n\n".join(parts)

    def __repr__(self) -> str:
        return harmless(str(self), lines=True)

    def _repr_html_(self) -> str:
        return f"<pre>{html_text(str(self))}</pre>"


def is_explained(query: str) -> bool:
    """Whether a query asks what it means: it begins with ``explain``.

    Example:
        >>> is_explained("-- rows, too\\nexplain episodes"), is_explained("explained"), is_explained("episodes")
        (True, False, False)
    """
    rest = query.lstrip()
    while rest.startswith("--"):
        rest = rest.partition("\n")[2].lstrip()
    return rest[:7].lower() == "explain" and rest[7:8].isspace()


def explain(graph: Graph, text: str, parameters: Mapping[str, object]) -> Explanation:
    """Run a query and say what it means.

    Raises:
        QueryError: the query is wrong.
    """
    bound = read_query(text, graph, parameters)
    lowered = lower(bound)
    plan = optimize(lowered, graph)
    trace: list[OperatorTrace] = []
    answer = evaluate(plan, graph, trace=trace)
    ran = {id(each.operator): each for each in trace}
    operations = []
    for operator, line in plan_lines(plan):
        found = ran.get(id(operator))
        if found is not None:
            operations.append(Operation(line, found.rows, found.milliseconds, _steps(found)))
    said = sentence(bound, graph.schema)
    canonical, sparql = format_query(bound.query or parse_query(text)), _text(lowered, graph.schema, graph.properties)
    return Explanation(canonical, said, bound.names, tuple(operations), sparql, answer.notes)


def _steps(ran: OperatorTrace) -> tuple[tuple[str, int], ...]:
    return tuple((print_condition(condition), rows) for condition, rows in ran.steps)


def _plan(operations: tuple[Operation, ...]) -> Iterator[str]:
    """A line an operator, and a line a condition where several are tried."""
    indent = " " * 6
    texts = [each.text for each in operations] + [f"{indent}{text}" for each in operations for text, _ in each.steps]
    width = max(map(len, texts), default=0)
    for each in operations:
        yield f"  {each.text:<{width}}  {each.rows:>8,} rows  {each.milliseconds:>8.2f} ms"
        yield from (f"  {indent + text:<{width}}  {rows:>8,} rows" for text, rows in each.steps)


def _text(plan: Plan, schema: Schema, properties: tuple[str, ...]) -> str:
    """A plan as SPARQL; where it has no form, a comment that says so."""
    try:
        return to_sparql(plan, schema, properties)
    except UnsupportedOperationError as error:
        return f"# {error.message}"


def _meaning(name: ResolvedName) -> str:
    return f"{name.meaning} ({name.label})" if name.label and name.label != name.written else name.meaning
