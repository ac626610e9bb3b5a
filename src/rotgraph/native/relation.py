"""In: the facts of one property. Out: ways to look them up. Room: native.

The graph stores them sorted by subject, and a reverse order by value. What else helps (dense pointers, gathered values) is made
when enough has been asked of the property to pay for it: the first query of a fresh graph runs on binary search alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, Mask, pointers_of, spread

__all__ = ["Relation"]

_FEW = 64
_ONE_BY_ONE = 8


class Relation:
    """One property: its facts sorted by subject and the order of the notes, and by kind and value."""

    __slots__ = (
        "_asked", "_by_kind", "_fan_in", "_owners", "_pointers", "_ranked", "_reverse", "_rows_in", "_starts", "facts_from",
        "kinds", "node_count", "numbers", "only", "subjects", "values",
    )  # fmt: skip

    def __init__(self, graph: Graph, start: int, end: int, alive: Mask | None) -> None:
        columns = graph.columns
        self.node_count = graph.node_count
        self.subjects: Array = columns["fact_subject"][start:end]
        self.kinds: Array = columns["fact_kind"][start:end]
        self.values: Array = columns["fact_value"][start:end]
        self._reverse: Array = columns["reverse_facts"][start:end]
        self.facts_from = start
        self.numbers: Array | None = None
        """The facts' own numbers where some are left out; else they follow each other from ``facts_from``."""
        if alive is not None:
            kept = alive[start:end]
            self.subjects, self.kinds, self.values = self.subjects[kept], self.kinds[kept], self.values[kept]
            self.numbers = np.flatnonzero(kept) + start
            reverse = self._reverse - start
            self._reverse = (np.cumsum(kept) - 1)[reverse[kept[reverse]]]
            self.facts_from = 0
        counts = np.bincount(self.kinds, minlength=8)
        kinds = np.flatnonzero(counts)
        self.only = int(kinds[0]) if len(kinds) == 1 else 0
        """The kind of every value, 0 if there are several (or none)."""
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self._pointers: Array | None = None
        self._by_kind: dict[int, tuple[Array, Array, Array]] = {}
        self._owners: int | None = None
        self._fan_in: float | None = None
        self._ranked: tuple[Array, Array] | None = None
        self._rows_in: dict[str, tuple[Array, Array | None]] = {}
        self._asked = 0

    def __len__(self) -> int:
        return len(self.subjects)

    def facts(self, at: Array) -> Array:
        """The numbers of the facts at these positions."""
        return at + self.facts_from if self.numbers is None else self.numbers[at]

    @property
    def has_things(self) -> bool:
        return bool(self._starts[Kind.THING + 1] > self._starts[Kind.THING])

    # sizes

    @property
    def owners(self) -> int:
        """How many nodes have the property."""
        if self._owners is None:
            self._owners = int(np.count_nonzero(self.subjects[1:] != self.subjects[:-1])) + 1 if len(self.subjects) else 0
        return self._owners

    @property
    def single(self) -> bool:
        """No node has more than one value."""
        return self.owners == len(self.subjects)

    @property
    def fan_out(self) -> float:
        """Values per node that has any."""
        return len(self.subjects) / self.owners if len(self.subjects) else 0.0

    @property
    def fan_in(self) -> float:
        """Nodes per thing that is a value, guessed from a sample."""
        if self._fan_in is None:
            first, last = int(self._starts[Kind.THING]), int(self._starts[Kind.THING + 1])
            step = max((last - first) // 1024, 1)
            sample = self.values[self._reverse[first:last:step] - self.facts_from]
            changes = int(np.count_nonzero(sample[1:] != sample[:-1])) + 1 if len(sample) else 1
            self._fan_in = (last - first) / changes / (1 if step == 1 else 2)
        return self._fan_in

    # forward

    @property
    def pointers(self) -> Array:
        """Where each node's facts begin."""
        if self._pointers is None:
            self._pointers = pointers_of(self.subjects, self.node_count)
        return self._pointers

    def _ends(self, nodes: Array) -> tuple[Array, Array]:
        """Where the facts of nodes begin, and how many they are."""
        if self._pointers is None:
            self._asked += len(nodes)
            if self._asked * 16 < self.node_count:
                wanted = nodes.astype(self.subjects.dtype, copy=False)
                starts = self.subjects.searchsorted(wanted, "left")
                return starts, self.subjects.searchsorted(wanted, "right") - starts
        pointers = self.pointers
        starts = pointers[nodes]
        return starts, pointers[nodes + 1] - starts

    def forward(self, nodes: Array) -> tuple[Array | None, Array]:
        """Facts of nodes: (number of the node in ``nodes``, position of the fact); None where each has exactly one."""
        starts, counts = self._ends(nodes)
        if not len(nodes):
            return starts, starts
        most = int(counts.max())
        if most <= 1:
            if int(counts.min()) == 1:
                return None, starts
            owners = np.flatnonzero(counts)
            return owners, starts[owners]
        return spread(starts, counts)

    def counts(self, nodes: Array) -> Array:
        """How many facts each node has."""
        return self._ends(nodes)[1]

    # backward

    def by_kind(self, kind: int) -> tuple[Array, Array, Array]:
        """Of the values of a kind, rising: (value, its subject, position of the fact)."""
        found = self._by_kind.get(kind)
        if found is None:
            order = self._reverse[self._starts[kind] : self._starts[kind + 1]]
            order = order if not self.facts_from else order - self.facts_from
            found = self._by_kind[kind] = (self.values[order], self.subjects[order], order)
        return found

    def backward(self, targets: Array) -> tuple[Array, Array]:
        """Facts whose value is one of the things: (number of the thing in ``targets``, position of the fact)."""
        if len(targets) <= _ONE_BY_ONE and Kind.THING not in self._by_kind and self._asked < len(self.subjects):
            self._asked += _FEW * len(targets)
            runs = [self._reverse[slice(*self.run(each, each, Kind.THING))] - self.facts_from for each in targets.tolist()]
            return np.arange(len(runs)).repeat([len(run) for run in runs]), np.concatenate(runs) if runs else targets[:0]
        values, _, order = self.by_kind(Kind.THING)
        wanted = targets.astype(values.dtype, copy=False)
        starts = values.searchsorted(wanted, "left")
        owners, at = spread(starts, values.searchsorted(wanted, "right") - starts)
        return owners, order[at]

    def run(self, low: int, high: int, kind: int) -> tuple[int, int]:
        """Where in the reverse order the values from ``low`` to ``high`` (both included) of a kind stand."""
        first, last = int(self._starts[kind]), int(self._starts[kind + 1])
        if kind in self._by_kind:
            values = self._by_kind[kind][0]
            least, most = values.dtype.type(low), values.dtype.type(high)
            return first + int(values.searchsorted(least, "left")), first + int(values.searchsorted(most, "right"))
        reverse, values, base = self._reverse, self.values, self.facts_from

        def bound(wanted: int, begin: int) -> int:
            low, high = begin, last
            while low < high:
                middle = (low + high) // 2
                if values[reverse[middle] - base] < wanted:
                    low = middle + 1
                else:
                    high = middle
            return low

        start = bound(low, first)
        return start, bound(high + 1, start)

    def rows_in(self, cls: str, places: Callable[[str], Array]) -> tuple[Array, Array | None]:
        """Of each fact about a member of the class the place of its subject among these; which facts these are, None for all."""
        found = self._rows_in.get(cls)
        if found is None:
            rows, kept = places(cls)[self.subjects], None
            if len(rows) and int(rows.min()) < 0:
                kept = np.flatnonzero(rows >= 0)
                rows = rows[kept]
            found = self._rows_in[cls] = (rows, kept)
        return found

    def ranked(self, rank: Callable[[], Array]) -> tuple[Array, Array]:
        """All facts in the order of their values, equal ones in that of their subjects: (rank, subject), rising."""
        if self._ranked is None:
            ranks = rank()
            order = np.argsort(ranks, kind="stable")
            self._ranked = (ranks[order], self.subjects[order])
        return self._ranked

    def subjects_between(self, low: int, high: int, kind: int) -> Array:
        """Subjects of the facts whose value is a number from ``low`` to ``high``; rising if these are one."""
        start, end = self.run(low, high, kind)
        if kind in self._by_kind:
            first = int(self._starts[kind])
            run: Array = self._by_kind[kind][1][start - first : end - first]
            return run
        self._asked += end - start + _FEW
        if self._asked > len(self.subjects):
            self.by_kind(kind)
        found: Array = self.subjects[self._reverse[start:end] - self.facts_from]
        return found

    def subjects_of(self, ids: Array, kind: int) -> Array:
        """Subjects of the facts with one of these values; rising and distinct if there is one value, else as they come."""
        if len(ids) == 1:
            return self.subjects_between(int(ids[0]), int(ids[0]), kind)
        if len(ids) < _FEW and kind not in self._by_kind and self._asked < len(self.subjects):
            parts = [self.subjects_between(each, each, kind) for each in ids.tolist()]
            return np.concatenate(parts) if parts else self.subjects[:0]
        values, subjects, _ = self.by_kind(kind)
        wanted = ids.astype(values.dtype, copy=False)
        starts = values.searchsorted(wanted, "left")
        found: Array = subjects[spread(starts, values.searchsorted(wanted, "right") - starts)[1]]
        return found

    def count_of(self, ids: Array, kind: int) -> int:
        """How many facts have one of these values; of many values a guess."""
        sample = ids if len(ids) <= _FEW else ids[:: len(ids) // _FEW]
        runs = [self.run(each, each, kind) for each in sample.tolist()]
        return int(sum(end - start for start, end in runs) * len(ids) / max(len(sample), 1))
