"""In: a graph. Out: the arrays the engine looks things up in, derived once per graph and kept beside it. Room: native.

Nothing here changes a graph: dense pointers, reverse slices, class bitmaps, ranks and folded texts are made when a query first
needs them. `Index.as_of` gives the same view of the facts that were stated by a date.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from rotgraph.model.graph import Evidence, Graph
from rotgraph.model.schema import fold
from rotgraph.model.value import Kind, Period
from rotgraph.native.arrays import Array, Mask, distinct
from rotgraph.native.relation import Relation

__all__ = ["Index"]

_T = TypeVar("_T")

_INDEXES: WeakKeyDictionary[Graph, Index] = WeakKeyDictionary()
_MEMO_LIMIT = 4096
HIERARCHY = ("broader", "part_of")
"""The properties that `within` climbs (ruling 32)."""


class Index:
    """What the engine knows of one graph (as of one date)."""

    def __init__(self, graph: Graph, alive: Mask | None = None, held: Mask | None = None) -> None:
        self.graph, self.alive, self.held = graph, alive, held
        self.columns = graph.columns
        self.node_count = graph.node_count
        self._relations: dict[str, Relation] = {}
        self._members: dict[str, Array] = {}
        self._masks: dict[str, Mask] = {}
        self._places: dict[str, Array] = {}
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

    def pays(self, node: object, name: str = "") -> bool:
        """Whether something large is worth to be made: not for the first question that a part of it answers."""
        key = (id(node), f"{name} asked") if name else (0, str(node))
        if key not in self._memo:
            self._memo[key] = (node, False)
            return False
        return True

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

    def places(self, cls: str) -> Array:
        """Of each node its place among the members of a class, -1 if it is none."""
        found = self._places.get(cls)
        if found is None:
            members = self.members(cls)
            found = self._places[cls] = np.full(self.node_count, -1, np.int32)
            found[members] = np.arange(len(members), dtype=np.int32)
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
            found = self._restricted[stated.end] = Index(self.graph, alive, held)
        return found

    def evidence(self, fact: int) -> tuple[Evidence, ...]:
        """The places that state a fact; as of a date those that had stated it by then."""
        found = self.graph.evidence(fact)
        if self.held is None:
            return found
        first = self.graph.number("evidence_pointers", fact)
        return tuple(each for each, held in zip(found, self.held[first : first + len(found)].tolist(), strict=True) if held)

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
