"""In: nothing. Out: a bound query: the syntax with every name resolved, every kind known, every default filled in. Room: query.

`bind` makes it, `lower` turns it into a plan. Subqueries inside expressions (`In.source`, `Scalar.source`) hold a
`BoundSelect` here; lowering replaces them by plans.
"""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from rotgraph.late import dataclass
from rotgraph.model.value import Period
from rotgraph.query.expression import Condition, Expression, Things, Truth
from rotgraph.query.place import Place
from rotgraph.query.plan import Column, SortKey
from rotgraph.query.syntax import Query

__all__ = ["BoundPathQuery", "BoundQuery", "BoundSelect", "ResolvedName"]


@dataclass(frozen=True, slots=True)
class BoundSelect:
    """Rows of one class, narrowed, grouped, shown, ordered and cut, in the order of the fields below."""

    cls: str
    """Singular name of the class."""
    head: str = "select"
    """``select``, ``count`` or ``top``. Only documentation and `explain` need it: its meaning is spelt out below."""
    as_of: Period | None = None
    """Only facts stated by then hold, for everything in the select, its subqueries included unless they say otherwise."""
    condition: Condition = field(default_factory=Truth)
    """Which rows stay; aggregates inside it are per row. ``Truth(True)`` if nothing was asked."""
    grouped: bool = False
    """Rows become groups: by ``keys``, or all of them one group if there are none."""
    keys: tuple[tuple[Column, Expression], ...] = ()
    """``per``. Where grouped, the group keys; else (``top n … per K``) the keys within which ``top`` counts."""
    having: Condition | None = None
    """Which groups stay. Expressions in it are keys (the same objects as in ``keys``), aggregates over the group, literals,
    scalars, and arithmetic over these."""
    columns: tuple[tuple[Column, Expression], ...] = ()
    """What is shown, in order, names unique; defaults and ``*`` are already spelt out. Where grouped, the expressions are as in
    ``having``; else aggregates are per row."""
    top: int | None = None
    """``top n``: the first ``n`` by ``by``, largest first, blanks last, ties in the order of the notes (per key if ``keys``)."""
    by: SortKey | None = None
    order: tuple[SortKey, ...] = ()
    """``sort by``, applied after ``top``. ``column`` is set where the key is (or equals) a shown column."""
    offset: int = 0
    limit: int | None = None
    pivot: str = ""
    """Name of the shown column whose values become columns; done on the result, last of all."""
    yields: str = ""
    """In a subquery of ``in (…)``: the column whose values are the members; empty if the rows themselves are."""
    star: bool = False
    """It was written ``show *``."""
    shown: bool = False
    """It has a ``show`` clause."""
    text: str = ""
    """As written."""
    place: Place | None = field(default=None, compare=False, repr=False)
    """Where the class is written."""


@dataclass(frozen=True, slots=True)
class BoundPathQuery:
    """``path from A to B``."""

    start: Things
    end: Things
    within: int | None = None
    """The most steps a path may have; None is no limit asked for."""
    via: tuple[str, ...] = ()
    """Property names it may walk (either way); empty is all."""
    text: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)
    """Where it is written."""


@dataclass(frozen=True, slots=True)
class ResolvedName:
    """What a name in the query was taken for: `explain` prints it."""

    written: str
    role: str
    """``class``, ``field``, ``inverse``, ``part``, ``thing`` or ``column``."""
    meaning: str
    """``episode``, ``episode.buy_side``, ``inverse of return.about``, ``id/energy`` …"""
    label: str = ""


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A query ready to be planned."""

    body: BoundSelect | BoundPathQuery
    explain: bool = False
    names: tuple[ResolvedName, ...] = ()
    """In the order of the text, each once."""
    query: Query | None = None
    """The syntax it came from (``format_query`` prints it); a saved query is already replaced by its text."""
    text: str = ""
    """As written."""


Bound: TypeAlias = "BoundSelect | BoundPathQuery"
