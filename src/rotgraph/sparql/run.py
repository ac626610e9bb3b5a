"""In: `Plan` and a store. Out: `Answer`, with the same cells and evidence as the native engine's. Room: sparql."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rotgraph.errors import InternalError
from rotgraph.late import replace
from rotgraph.model.graph import Evidence
from rotgraph.model.result import Answer, Cell, ResultColumn, ThingCell
from rotgraph.model.schema import Schema
from rotgraph.model.value import Quantity
from rotgraph.query.expression import Literal, Scalar
from rotgraph.query.limits import NO_LIMITS, Limits
from rotgraph.query.place import standing_at
from rotgraph.query.plan import Bgp, Column, Group, Pivot, Plan, Restrict, place_of
from rotgraph.query.scalars import doubtful_scalars
from rotgraph.rdf.answers import Store
from rotgraph.sparql.apart import apart
from rotgraph.sparql.fetch import fetch
from rotgraph.sparql.finish import finish
from rotgraph.sparql.frame import Frame, Line, Values
from rotgraph.sparql.hurried import Hurried
from rotgraph.sparql.items import Item
from rotgraph.sparql.lookup import Lookup
from rotgraph.sparql.settle import dated, literal, settled
from rotgraph.sparql.translate import base_of, to_sparql, translate
from rotgraph.sparql.undated import undated_note
from rotgraph.sparql.writer import Writer

__all__ = ["AnswerRows", "Engine"]


class Engine:
    """Answers plans from one store; what it learns about the store's things and values it remembers."""

    def __init__(self, store: Store, schema: Schema, properties: Iterable[str] = ()) -> None:
        self.store, self.schema, self.properties = store, schema, tuple(properties)
        self.lookup = Lookup(store, schema)

    def evaluate(self, plan: Plan, limits: Limits = NO_LIMITS) -> Answer:
        """The answer to a plan.

        Raises:
            UnsupportedOperationError: SPARQL 1.1 has no form for it.
            StoreError: the store refused, broke, or answered nonsense.
            QueryError: an aggregate met units that do not go together, or a limit is passed.
        """
        if limits.seconds is not None:  # what is remembered is shared: a question in a hurry learns for itself
            return Engine(Hurried(self.store, limits), self.schema, self.properties).evaluate(plan, Limits(limits.rows))
        with standing_at(place_of(plan)):
            return self._answer(plan, limits)

    def _answer(self, plan: Plan, limits: Limits) -> Answer:
        plan = self._settled(plan)
        frame, values = self._frame(plan)
        limits.check_rows(len(frame.lines), place_of(plan))
        lines = [self._cells(frame, line, values) for line in frame.lines]
        columns = tuple(_columns(plan, frame))
        return Answer(columns, AnswerRows(columns, frame, lines, self.lookup), tuple(self._notes(plan)))

    def sent(self, plan: Plan) -> str:
        """What the store is asked for a plan: first what the client reckons scalars from, then the rows.

        Raises:
            RotgraphError: as `evaluate`.
        """
        parts = [
            f"# the client reckons {scalar.text} from this\n{to_sparql(_over(scalar), self.schema, self.properties)}"
            for scalar in _dated_scalars(plan)
        ]
        return "\n".join((*parts, to_sparql(self._settled(plan), self.schema, self.properties)))

    def _settled(self, plan: Plan) -> Plan:
        known: dict[int, Literal] = {}
        for scalar, asked in zip(doubtful_scalars(plan), _dated_scalars(plan), strict=True):
            found = self._scalar(asked)
            if len(found) == 1 and isinstance(value := found[0].value, (Quantity, Decimal, int)):
                known[id(scalar)] = literal(scalar, value)
        return settled(plan, known) if known else plan

    def _frame(self, plan: Plan) -> tuple[Frame, Values]:
        plan = apart(plan)
        translation = translate(plan, self.schema, self.properties)
        fetched = fetch(translation, self.store, self.lookup, Writer(self.schema, self.properties))
        values = Values(fetched, self.lookup, lambda scalar: self._scalar(_dated(scalar, plan)))
        frame = Frame(tuple(Line((iri,)) for iri in fetched.rows))
        return finish(plan, base_of(plan), frame, values), values

    def _scalar(self, scalar: Scalar) -> tuple[Item, ...]:
        frame, values = self._frame(_over(scalar))
        return values.column(frame, "scalar", frame.lines[0])

    def _cells(self, frame: Frame, line: Line, values: Values) -> tuple[tuple[Item, ...], ...]:
        return tuple(values.column(frame, name, line) for name in frame.columns)

    def _notes(self, plan: Plan) -> Iterable[str]:
        below: Plan | None = plan
        while below is not None:
            if isinstance(below, Restrict) and isinstance(below.source, Bgp):
                note = undated_note(below.source.cls, self.store, self.schema, self.properties)
                if note:
                    yield note
            below = getattr(below, "source", None)


def _dated_scalars(plan: Plan) -> list[Scalar]:
    """The scalars that the client reckons first, as the plan around them sees them."""
    return [_dated(each, plan) for each in doubtful_scalars(plan)]


def _dated(scalar: Scalar, plan: Plan) -> Scalar:
    return replace(scalar, source=dated(scalar.source, plan))  # type: ignore[arg-type]  # lowered: a plan


def _over(scalar: Scalar) -> Plan:
    """The plan of a scalar alone."""
    return Group(scalar.source, (), ((Column("scalar"), scalar.aggregate),))  # type: ignore[arg-type]  # lowered: a plan


def _columns(plan: Plan, frame: Frame) -> Iterable[ResultColumn]:
    known = {each.name: each for each in plan.columns}
    measure = plan.columns[-1] if plan.columns else Column("")
    if not isinstance(plan, Pivot) and len(known) != len(frame.columns):
        raise InternalError("a plan knows its columns")
    for name in frame.columns:
        column = known.get(name) or Column(name, measure.kind, measure.unit, many=measure.many)
        yield ResultColumn(column.name, column.kind, column.unit, column.many)


class AnswerRows:
    """Rows of an answer; where their facts stand is asked when somebody wants to know."""

    def __init__(
        self, columns: tuple[ResultColumn, ...], frame: Frame, lines: list[tuple[tuple[Item, ...], ...]], lookup: Lookup
    ) -> None:
        self._columns, self._frame, self._lines, self._lookup = columns, frame, lines, lookup
        self._asked = False

    def __len__(self) -> int:
        return len(self._lines)

    def subject(self, row: int) -> ThingCell | None:
        """The thing or record the row is; None for a group."""
        line = self._frame.lines[row]
        return self._lookup.nodes[line.nodes[0]].cell if line.keys is None else None

    def cells(self, row: int) -> tuple[Cell, ...]:
        return tuple(_cell(column, items) for column, items in zip(self._columns, self._lines[row], strict=True))

    def column(self, name: str) -> tuple[Cell, ...]:
        """A whole column."""
        at = [column.name for column in self._columns].index(name)
        return tuple(_cell(self._columns[at], line[at]) for line in self._lines)

    def evidence(self, row: int) -> tuple[Evidence, ...]:
        """The principal evidence of the row's node (of a group: of its members), then that of the facts in its cells."""
        self._ask()
        found: dict[Evidence, None] = {}
        for node in self._frame.lines[row].nodes:
            place = self._lookup.nodes[node].principal
            if place is not None:
                found[place] = None
        for items in self._lines[row]:
            for item in items:
                if item.fact is not None:
                    found.update(dict.fromkeys(evidence for _, evidence in self._lookup.stated[item.fact]))
        return tuple(found)

    def _ask(self) -> None:
        if not self._asked:
            facts = (item.fact for line in self._lines for items in line for item in items)
            self._lookup.learn_evidence(fact for fact in facts if fact is not None)
            self._asked = True


def _cell(column: ResultColumn, items: tuple[Item, ...]) -> Cell:
    if not items:
        return None
    found = tuple(item.value for item in items)
    return found if column.many or len(found) > 1 else found[0]
