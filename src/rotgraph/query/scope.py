"""In: nothing. Out: what the passes of binding share: scopes, types of paths, errors with their caret. Room: query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from rotgraph.errors import QueryError
from rotgraph.late import dataclass
from rotgraph.query import syntax
from rotgraph.query.bound import BoundSelect, ResolvedName
from rotgraph.query.expression import Condition, Expression
from rotgraph.query.names import Names
from rotgraph.query.place import Place
from rotgraph.query.plan import Column
from rotgraph.query.vocabulary import Vocabulary

__all__ = ["Binding", "Scope", "Typed", "Typing"]


@dataclass(frozen=True, slots=True)
class Typing:
    """What a path can land on."""

    kinds: tuple[str, ...] = ("any",)
    classes: tuple[str, ...] = ()
    """Classes of its things, as the schema says; empty is any."""
    unit: str = ""
    """Declared dimension of its quantities."""
    single: bool = True
    prop: str = ""
    """The property whose facts its values are; empty for computed ones."""
    owners: tuple[str, ...] = ()
    """Classes of what has the property; empty is any."""
    said: str = ""
    """How errors call it: as written."""
    because: str = ""
    """Of arithmetic: the side that says what it measures, where the other may measure anything."""

    @property
    def mixed(self) -> bool:
        return "any" in self.kinds

    def may(self, *kinds: str) -> bool:
        """Whether it can be of one of these kinds."""
        return self.mixed or any(kind in self.kinds for kind in kinds)


@dataclass(frozen=True, slots=True)
class Typed:
    """A bound expression and what it can be."""

    expression: Expression
    typing: Typing


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a bare name is looked up: on a thing of these classes, in a row or in a group."""

    classes: tuple[str, ...]
    """Of the thing at hand; empty is any."""
    row: bool = True
    """The thing is a row of a class that was named, not whatever a path leads to."""
    grouped: bool = False
    keys: tuple[tuple[Column, Expression], ...] = ()
    """What the groups are made by."""


@dataclass(slots=True)
class Binding:
    """One run of `bind`: the names, the parameters, the text; and the passes that call each other, by name."""

    names: Names
    vocabulary: Vocabulary
    text: str
    parameters: Mapping[str, object]
    used: set[str] = field(default_factory=set)
    resolved: dict[ResolvedName, None] = field(default_factory=dict)
    paths: dict[tuple[object, ...], Typed] = field(default_factory=dict)
    """Paths already bound, by their names and where these were looked up: a field is shown, asked about and sorted by."""
    condition: Callable[[Binding, Scope, syntax.Condition], Condition] = field(default=lambda *_: _unset())
    expression: Callable[[Binding, Scope, syntax.Expression], Typed] = field(default=lambda *_: _unset())
    select: Callable[[Binding, syntax.Select], BoundSelect] = field(default=lambda *_: _unset())

    def error(
        self,
        message: str,
        place: Any,
        *,
        suggestions: tuple[str, ...] = (),
        help: str = "",  # noqa: A002 - as in QueryError
        code: str = "RG603",
    ) -> QueryError:
        """The error for a node of the syntax."""
        return QueryError(message, self.text, place.start, place.end, suggestions=suggestions, help=help, code=code)

    def place(self, node: Any) -> Place:
        """Where a node of the syntax stands."""
        return Place(self.text, node.start, node.end)

    def slice(self, place: Any) -> str:
        """A node as written, white space made one."""
        return " ".join(self.text[place.start : place.end].split())

    def resolve(self, written: str, role: str, meaning: str, label: str = "") -> None:
        """Note what a name was taken for."""
        self.resolved.setdefault(ResolvedName(written, role, meaning, label))


def _unset() -> Any:
    raise AssertionError("a pass of binding was not wired")
