"""In: a graph, or whatever else knows names. Out: what the binder asks of it. Room: query.

The binder needs a schema and a few look-ups, not a graph: a remote store supplies its own `Names`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Graph
from rotgraph.model.schema import RESERVED_CLASSES, Schema, fold
from rotgraph.model.value import Kind, Period

__all__ = ["GraphNames", "Names", "names_of"]


class Names(Protocol):
    """What the binder asks of the place whose names a query uses. Nodes are numbers that only their owner understands."""

    @property
    def schema(self) -> Schema: ...

    @property
    def saved_where(self) -> str:
        """Where queries are saved, to be said where none is."""

    def find(self, name: str) -> Sequence[int]:
        """Nodes of that label, alias or key, folded."""

    def label(self, node: int) -> str: ...

    def key(self, node: int) -> str: ...

    def classes(self, node: int) -> tuple[str, ...]:
        """Direct classes, the principal one first."""

    def place(self, node: int) -> str:
        """Where it is described, for messages: ``Note.md:12``; empty if unknown."""

    def spellings(self, classes: tuple[str, ...]) -> Iterable[str]:
        """Labels and aliases of all members of some classes (none: of everything), to suggest from."""

    def beginning(self, prefix: str, classes: tuple[str, ...], most: int) -> tuple[str, ...]:
        """Labels of members of the classes (none: of things of any) with a name that begins so, folded; at most so many."""

    def kinds(self, name: str, owners: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The kinds of value that a property has on members of some classes (none: anywhere); empty if unknown."""

    def units(self, name: str, owners: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The units of the quantities that a property has on members of some classes (none: anywhere); empty if unknown."""

    def period(self, name: str, text: str) -> Period | None:
        """The period that is written so somewhere in a property (ruling 20)."""

    def holds(self, name: str, owners: tuple[str, ...], node: int) -> bool:
        """Whether a property of members of some classes has that thing as a value."""

    def says(self, name: str, owners: tuple[str, ...], text: str) -> bool:
        """Whether a property of members of some classes has that text as a value, folded."""

    def has(self, node: int, name: str, *, inverse: bool = False) -> bool:
        """Whether a thing has a value of a property; ``inverse``: whether it is one."""


_KINDS = {Kind.THING: "thing", Kind.TEXT: "text", Kind.QUANTITY: "quantity", Kind.PERIOD: "period", Kind.INTEGER: "integer"}


class GraphNames:
    """The names of a compiled graph. What it looks up about a property it remembers."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._kinds: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._units: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._periods: dict[str, dict[str, int]] = {}

    @property
    def schema(self) -> Schema:
        return self.graph.schema

    @property
    def saved_where(self) -> str:
        return "rotgraph.toml saves no queries"

    def find(self, name: str) -> Sequence[int]:
        return [int(node) for node in self.graph.find(name)]

    def label(self, node: int) -> str:
        return self.graph.label(node)

    def key(self, node: int) -> str:
        return self.graph.key(node)

    def classes(self, node: int) -> tuple[str, ...]:
        return self.graph.classes(node)

    def place(self, node: int) -> str:
        found = self.graph.principal(node)
        return f"{found.note}:{found.line}" if found is not None and found.line else ""

    def spellings(self, classes: tuple[str, ...]) -> Iterable[str]:
        nodes = (int(node) for cls in classes for node in self.graph.members(cls)) if classes else range(self.graph.node_count)
        for node in nodes:
            yield self.graph.label(node)
            yield from self.graph.aliases(node)

    def beginning(self, prefix: str, classes: tuple[str, ...], most: int) -> tuple[str, ...]:
        found: dict[str, None] = {}
        nodes = (
            self._begin(fold(prefix))
            if prefix
            else (int(node) for cls in classes or ("thing",) for node in self.graph.members(cls))
        )
        for node in nodes:
            mine = self.graph.classes(node)
            if not classes or any(self.schema.is_a(each, cls) for each in mine for cls in classes):
                found.setdefault(self.graph.label(node))
            if len(found) >= most:
                break
        return tuple(found)

    def _begin(self, prefix: str) -> Iterable[int]:
        for name, node in self.graph.names_from(prefix):
            if not name.startswith(prefix):
                return
            yield node

    def kinds(self, name: str, owners: tuple[str, ...] = ()) -> tuple[str, ...]:
        found = self._kinds.get((name, owners))
        if found is None:
            kinds, _ = self._facts(name, owners)
            numbers = np.flatnonzero(np.bincount(kinds)).tolist()
            found = self._kinds[name, owners] = tuple(_KINDS[Kind(number)] for number in numbers)
        return found

    def units(self, name: str, owners: tuple[str, ...] = ()) -> tuple[str, ...]:
        found = self._units.get((name, owners))
        if found is None:
            kinds, values = self._facts(name, owners)
            ids = np.unique(values[kinds == Kind.QUANTITY])
            numbers = np.unique(self.graph.columns["quantity_unit"][ids]).tolist()
            found = self._units[name, owners] = tuple(self.graph.units[number] for number in numbers)
        return found

    def _facts(self, name: str, owners: tuple[str, ...]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
        """Kinds and values of the facts of a property, of members of the classes alone."""
        where = self.graph.property_range(name)
        kinds, values = self.graph.part("fact_kind", *where), self.graph.part("fact_value", *where)
        if not owners or RESERVED_CLASSES[0] in owners:
            return kinds, values
        members = np.zeros(self.graph.node_count, bool)
        for cls in owners:
            members[self.graph.members(cls)] = True
        mine = members[self.graph.subjects(name)]
        return kinds[mine], values[mine]

    def period(self, name: str, text: str) -> Period | None:
        known = self._periods.get(name)
        if known is None:
            kinds, values = self._facts(name, ())
            ids = np.unique(values[kinds == Kind.PERIOD]).tolist()
            known = self._periods[name] = {fold(self.graph.period(number).text): number for number in reversed(ids)}
        number = known.get(fold(text))
        return None if number is None else self.graph.period(number)


    def holds(self, name: str, owners: tuple[str, ...], node: int) -> bool:
        kinds, values = self._facts(name, owners)
        return bool(np.any((kinds == Kind.THING) & (values == node)))

    def says(self, name: str, owners: tuple[str, ...], text: str) -> bool:
        kinds, values = self._facts(name, owners)
        wanted = fold(text)
        return any(fold(self.graph.texts[number]) == wanted for number in np.unique(values[kinds == Kind.TEXT]).tolist())

    def has(self, node: int, name: str, *, inverse: bool = False) -> bool:
        return self.holds(name, (), node) if inverse else bool(np.any(self.graph.subjects(name) == node))


_KNOWN: WeakKeyDictionary[Graph, GraphNames] = WeakKeyDictionary()


def names_of(source: Graph | Names) -> Names:
    """The names of a graph, kept with it; anything else is its own."""
    if not isinstance(source, Graph):
        return source
    found = _KNOWN.get(source)
    if found is None:
        found = _KNOWN[source] = GraphNames(source)
    return found
