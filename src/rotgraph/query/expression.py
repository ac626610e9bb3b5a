"""In: nothing. Out: bound expressions and conditions: every name resolved, every kind known. Room: query.

What the binder makes of the syntax and what plans carry. Engines read these; they never see the text of a query.
"""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TypeAlias

from rotgraph.late import dataclass
from rotgraph.model.value import Period, Quantity
from rotgraph.query.place import Place

__all__ = [
    "Aggregate", "And", "Arithmetic", "Compare", "Condition", "Every", "Expression", "In", "Known", "Literal", "Not", "Operand",
    "Or", "Path", "Scalar", "Step", "Things", "Truth",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path, from a set of values to the values they have.

    A step is a property of the graph, an intrinsic column of nodes (`name`, `line`, …), or a part of a value
    (``date.year``, ``value.low``).
    """

    name: str
    """Property name in the graph (always the forward name: ``buy_side``), intrinsic name, or part name."""
    form: str = "property"
    """``property``, ``intrinsic`` or ``part``."""
    inverse: bool = False
    """Walked from value to subject (``bought_in``, ``P^``)."""
    closure: str = ""
    """``+`` one or more, ``*`` zero or more."""
    classes: tuple[str, ...] = ()
    """Only targets of one of these classes (a named inverse lands on the class that declares the field); empty is any."""
    where: Condition | None = None
    """What must hold of the target, all of one and the same (``[ … ]``)."""
    kinds: tuple[str, ...] = ("any",)
    """Kinds the step can land on: ``thing text quantity period integer``."""
    unit: str = ""
    """Declared dimension when it lands on a quantity."""
    single: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from a start: the row at hand, given things, or every member of a class (inside a scalar)."""

    steps: tuple[Step, ...]
    start: Things | str | None = None
    """None is the row; a `Things` those things; a text the members of that class."""
    text: str = ""
    """As written: the name of a column."""

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.steps[-1].kinds if self.steps else ("thing",)


@dataclass(frozen=True, slots=True)
class Things:
    """Named things, by key (stable) and node (of the graph it was bound against; -1 on a remote store)."""

    keys: tuple[str, ...]
    nodes: tuple[int, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the query, read by the parser of the notes."""

    value: Quantity | Period | str | int | Decimal
    text: str = ""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """``sum avg min max median list first last stddev count`` over a path; ``count`` without a path counts rows.

    Per row, over a group, or over all rows: the plan node that holds it says which.
    """

    function: str
    path: Path | None
    text: str = ""
    having: Condition | None = None
    place: Place | None = field(default=None, compare=False, repr=False)
    """Where it is written; None in plans that nobody wrote."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """An aggregate over a whole class or over the rows of a select: one value, computed once."""

    aggregate: Aggregate
    source: object
    """The `Plan` whose rows it runs over (typed loosely: plans hold expressions hold plans)."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str
    left: Expression
    right: Expression
    text: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)
    """Where it is written; None in plans that nobody wrote."""


Expression: TypeAlias = "Path | Literal | Aggregate | Scalar | Arithmetic"
Operand: TypeAlias = "Expression | Things"


@dataclass(frozen=True, slots=True)
class Compare:
    """``left operator right``, existential unless ``quantifier`` says otherwise.

    ``kind`` is the kind compared: ``thing text quantity period integer``. For ``any`` fields the binder has chosen it from the
    right side; values of other kinds do not satisfy.
    """

    operator: str
    """``= != < <= > >= is contains within before after during overlaps like matches "starts with" "ends with"``."""
    left: Expression
    right: Operand
    kind: str
    quantifier: str = "any"
    possibly: bool = False
    upper: Literal | None = None
    """The other end of a range literal ``a..b`` that is no period."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Every:
    """The path has a value, and each satisfies one of the comparisons: ``all P is X`` where a name is a thing or a text."""

    left: Expression
    ways: tuple[Compare, ...]
    """Of the same left side, each with a literal or with things."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class In:
    """``left in (values)`` as an ``Or`` would be, or membership in the rows (or column) of a select."""

    left: Expression
    source: object
    """The `Plan` of the select."""
    quantifier: str = "any"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The path has a value. ``is unknown`` is ``Not(Known)``."""

    path: Path
    text: str = ""


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    item: Condition


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition the binder could decide."""

    holds: bool = field(default=True)


Condition: TypeAlias = "Compare | Every | In | Known | And | Or | Not | Truth"
