"""In: a graph. Out: the arrays the engine looks things up in, derived once per graph and kept beside it. Room: native.

Nothing here changes a graph: dense pointers, reverse slices, class bitmaps, ranks and folded texts are made when a query first
needs them. `Index.as_of` gives the same view of the facts that were stated by a date.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Graph
from rotgraph.model.schema import fold
from rotgraph.model.value import Kind, Period

__all__ = ["Array", "Index", "Mask", "Relation", "distinct", "spread"]

Array: TypeAlias = "npt.NDArray[Any]"
Mask: TypeAlias = "npt.NDArray[np.bool_]"
_T = TypeVar("_T")

_INDEXES: WeakKeyDictionary[Graph, Index] = WeakKeyDictionary()
_MEMO_LIMIT = 4096
HIERARCHY = ("broader", "part_of")
"""The properties that `within` climbs (ruling 32)."""


def spread(starts: Array, counts: Array) -> tuple[Array, Array]:
    """All positions of many slices, one after the other: (number of the slice, position)."""
    total = int(counts.sum())
    owners = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return owners, np.arange(total) + np.repeat(starts - before, counts)


def distinct(nodes: Array, size: int) -> Array:
    """Rising distinct ids below ``size``: by sorting when they are few, by marking when they are many."""
    if len(nodes) * 8 < size:
        return np.unique(nodes)
    marks = np.zeros(size, bool)
    marks[nodes] = True
    return np.flatnonzero(marks)


class Relation:
    """One property: its facts sorted by subject and the order of the notes, and by value."""

    __slots__ = (
        "_by_kind", "_fan_in", "_pointers", "_reverse", "facts", "kinds", "node_count", "only", "owners", "subjects", "values",
    )  # fmt: skip

    def __init__(self, graph: Graph, start: int, end: int, alive: Mask | None) -> None:
        columns = graph.columns
        self.node_count = graph.node_count
        self.subjects: Array = columns["fact_subject"][start:end]
        self.kinds: Array = columns["fact_kind"][start:end]
        self.values: Array = columns["fact_value"][start:end]
        reverse = columns["reverse_facts"][start:end] - start
        self.facts: Array = np.arange(start, end)
        if alive is not None:
            kept = alive[start:end]
            self.subjects, self.kinds, self.values = self.subjects[kept], self.kinds[kept], self.values[kept]
            self.facts = self.facts[kept]
            reverse = (np.cumsum(kept) - 1)[reverse[kept[reverse]]]
        self._reverse = reverse
        kinds = np.unique(self.kinds)
        self.only = int(kinds[0]) if len(kinds) == 1 else 0
        """The kind of every value, 0 if there are several (or none)."""
        self._pointers: Array | None = None
        self._by_kind: dict[int, tuple[Array, Array, Array]] = {}
        self.owners = int(np.count_nonzero(self.subjects[1:] != self.subjects[:-1])) + 1 if len(self.subjects) else 0
        """How many nodes have the property."""
        self._fan_in: float | None = None

    def __len__(self) -> int:
        return len(self.subjects)

    @property
    def single(self) -> bool:
        """No node has more than one value."""
        return self.owners == len(self.subjects)

    @property
    def fan_out(self) -> float:
        """Values per node that has any."""
        return len(self.subjects) / self.owners if self.owners else 0.0

    @property
    def fan_in(self) -> float:
        """Nodes per thing that is a value."""
        if self._fan_in is None:
            things = self.by_kind(Kind.THING)[0]
            self._fan_in = len(things) / (np.count_nonzero(things[1:] != things[:-1]) + 1) if len(things) else 0.0
        return self._fan_in

    @property
    def pointers(self) -> Array:
        """Where each node's facts begin."""
        if self._pointers is None:
            self._pointers = _pointers(self.subjects, self.node_count)
        return self._pointers

    def by_kind(self, kind: int) -> tuple[Array, Array, Array]:
        """Of the values of a kind, rising: (value, its subject, position of the fact)."""
        found = self._by_kind.get(kind)
        if found is None:
            order = self._reverse if self.only == kind else self._reverse[self.kinds[self._reverse] == kind]
            found = self._by_kind[kind] = (self.values[order], self.subjects[order], order)
        return found

    def forward(self, nodes: Array) -> tuple[Array, Array]:
        """Facts of nodes: (number of the node in ``nodes``, position of the fact)."""
        if len(nodes) * 16 < self.node_count and self._pointers is None:
            starts = np.searchsorted(self.subjects, nodes, "left")
            return spread(starts, np.searchsorted(self.subjects, nodes, "right") - starts)
        starts = self.pointers[nodes]
        return spread(starts, self.pointers[nodes + 1] - starts)

    def counts(self, nodes: Array) -> Array:
        """How many facts each node has."""
        return self.pointers[nodes + 1] - self.pointers[nodes]

    def backward(self, targets: Array) -> tuple[Array, Array]:
        """Facts whose value is one of the things: (number of the thing in ``targets``, position of the fact)."""
        values, _, order = self.by_kind(Kind.THING)
        starts = np.searchsorted(values, targets, "left")
        owners, at = spread(starts, np.searchsorted(values, targets, "right") - starts)
        return owners, order[at]

    def subjects_of(self, ids: Array, kind: int) -> Array:
        """Subjects of the facts with one of these values; rising and distinct if there is one value, else as they come."""
        values, subjects, _ = self.by_kind(kind)
        if len(ids) == 1:
            wanted = values.dtype.type(ids[0])
            run: Array = subjects[values.searchsorted(wanted, "left") : values.searchsorted(wanted, "right")]
            return run
        starts = values.searchsorted(ids, "left")
        counts = values.searchsorted(ids, "right") - starts
        found: Array = subjects[spread(starts, counts)[1]]
        return found

    def count_of(self, ids: Array, kind: int) -> int:
        """How many facts have one of these values."""
        values, _, _ = self.by_kind(kind)
        if len(ids) == 1:
            wanted = values.dtype.type(ids[0])
            return int(values.searchsorted(wanted, "right") - values.searchsorted(wanted, "left"))
        return int((values.searchsorted(ids, "right") - values.searchsorted(ids, "left")).sum())


def _pointers(rising: Array, size: int) -> Array:
    pointers = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(rising, minlength=size), out=pointers[1:])
    return pointers


class Index:
    """What the engine knows of one graph (as of one date)."""

    def __init__(self, graph: Graph, alive: Mask | None = None) -> None:
        self.graph, self.alive = graph, alive
        self.columns = graph.columns
        self.node_count = graph.node_count
        self._relations: dict[str, Relation] = {}
        self._members: dict[str, Array] = {}
        self._masks: dict[str, Mask] = {}
        self._memo: dict[tuple[int, str], tuple[object, Any]] = {}
        self._made: dict[str, Any] = {}
        self._folded: dict[int, str] = {}
        self._restricted: dict[int, Index] = {}
        self._seen: Mask | None = None

    @staticmethod
    def of(graph: Graph) -> Index:
        """The index of a graph, made once."""
        found = _INDEXES.get(graph)
        if found is None:
            found = _INDEXES[graph] = Index(graph)
        return found

    # what is kept

    def memo(self, node: object, name: str, make: Callable[[], _T]) -> _T:
        """Something decided once per node of a plan: the node itself is kept, so that its identity stays its own."""
        key = (id(node), name)
        found = self._memo.get(key)
        if found is None:
            if len(self._memo) >= _MEMO_LIMIT:
                self._memo.clear()
            found = self._memo[key] = (node, make())
        made: _T = found[1]
        return made

    def once(self, name: str, make: Callable[[], _T]) -> _T:
        """Something made once per graph."""
        if name not in self._made:
            self._made[name] = make()
        made: _T = self._made[name]
        return made

    # classes and properties

    def relation(self, name: str) -> Relation:
        found = self._relations.get(name)
        if found is None:
            start, end = self.graph.property_range(name)
            found = self._relations[name] = Relation(self.graph, start, end, self.alive)
        return found

    def members(self, cls: str) -> Array:
        """Node ids of a class and those below it, rising; as of a date only those of which something is stated."""
        found = self._members.get(cls)
        if found is None:
            found = self.graph.members(cls)
            if self.alive is not None:
                found = found[self.seen[found]]
            self._members[cls] = found
        return found

    def mask(self, classes: tuple[str, ...]) -> Mask:
        """Which nodes are of one of the classes."""
        key = " ".join(classes)
        found = self._masks.get(key)
        if found is None:
            found = np.zeros(self.node_count, bool)
            for cls in classes:
                found[self.members(cls)] = True
            self._masks[key] = found
        return found

    @property
    def seen(self) -> Mask:
        """Which nodes stand in a fact that holds."""
        if self._seen is None:
            self._seen = np.zeros(self.node_count, bool)
            alive = self.alive if self.alive is not None else slice(None)
            kinds, values = self.columns["fact_kind"][alive], self.columns["fact_value"][alive]
            self._seen[self.columns["fact_subject"][alive]] = True
            self._seen[values[kinds == Kind.THING]] = True
        return self._seen

    def as_of(self, stated: Period) -> Index:
        """The facts of which some evidence is stated on or before the last day of ``stated``."""
        found = self._restricted.get(stated.end)
        if found is None:
            dated = self.columns["evidence_stated"]
            ends = np.append(self.columns["period_end"], np.iinfo(np.int64).max)  # the last one is that of -1: undated
            held = ends[dated] <= stated.end
            alive = np.zeros(self.graph.fact_count, bool)
            if len(alive):
                alive = np.logical_or.reduceat(held, self.columns["evidence_pointers"][:-1])
            found = self._restricted[stated.end] = Index(self.graph, alive)
        return found

    def undated(self, cls: str) -> int:
        """How many facts about members of a class have no date."""
        dated = self.columns["evidence_stated"] >= 0
        if not len(dated):
            return 0
        known = np.logical_or.reduceat(dated, self.columns["evidence_pointers"][:-1])
        mask = np.zeros(self.node_count, bool)
        mask[self.graph.members(cls)] = True
        return int(np.count_nonzero(mask[self.columns["fact_subject"]] & ~known))

    # the hierarchy

    def below(self, nodes: Array) -> Array:
        """The nodes and all that is below them, rising."""
        marks = np.zeros(self.node_count, bool)
        marks[nodes] = True
        frontier = np.asarray(nodes)
        relations = [relation for name in HIERARCHY if len(relation := self.relation(name))]
        while len(frontier) and relations:
            found = np.concatenate([relation.subjects_of(frontier, Kind.THING) for relation in relations])
            frontier = distinct(found[~marks[found]], self.node_count)
            marks[frontier] = True
        return np.flatnonzero(marks)

    # texts

    def folded(self, text: int) -> str:
        found = self._folded.get(text)
        if found is None:
            found = self._folded[text] = fold(self.graph.texts[text])
        return found
