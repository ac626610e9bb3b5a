"""In: the facts of one property. Out: ways to look them up. Room: native.

The graph stores them sorted by subject, and a reverse order by value. What else helps (dense pointers, gathered values) is made
when enough has been asked of the property to pay for it: the first query of a fresh graph runs on binary search alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, Mask, pointers_of, small, spread

__all__ = ["Relation"]

_SAMPLE, _SAMPLED = 64, 1024
_STEPS = 40
"""What a binary search costs, in facts looked at."""
_FEW = 512
"""With fewer facts than this for each value that is sought, a look at all of them in turn is faster than a search."""


class Relation:
    """One property: its facts sorted by subject and the order of the notes, and by kind and value."""

    __slots__ = (
        "_asked", "_by_kind", "_fan_in", "_graph", "_owners", "_pointers", "_ranked", "_reversed", "_rows_in", "_starts", "_wanted",
        "facts_from", "kinds", "node_count", "numbers", "only", "subjects", "values",
    )  # fmt: skip

    def __init__(self, graph: Graph, start: int, end: int, alive: Mask | None) -> None:
        self._graph, self.node_count = graph, graph.node_count
        self.subjects: Array = graph.part("fact_subject", start, end)
        self.kinds: Array = graph.part("fact_kind", start, end)
        self.values: Array = graph.part("fact_value", start, end)
        self._reversed: Array | None = None
        self.facts_from = start
        self.numbers: Array | None = None
        """The facts' own numbers where some are left out; else they follow each other from ``facts_from``."""
        if alive is not None:
            kept = alive[start:end]
            self.subjects, self.kinds, self.values = self.subjects[kept], self.kinds[kept], self.values[kept]
            self.numbers = np.flatnonzero(kept) + start
            reverse = graph.part("reverse_facts", start, end) - start
            self._reversed = (np.cumsum(kept) - 1)[reverse[kept[reverse]]]
            self.facts_from = 0
        self.only, self._starts = self._kinds()
        """The kind of every value, 0 if there are several (or none)."""
        self._pointers: Array | None = None
        self._by_kind: dict[int, tuple[Array, Array, Array]] = {}
        self._owners: int | None = None
        self._fan_in: float | None = None
        self._ranked: tuple[Array, Array] | None = None
        self._rows_in: dict[str, tuple[Array, Array | None]] = {}
        self._asked = self._wanted = 0

    @property
    def _reverse(self) -> Array:
        """The numbers of the facts by kind and value: looked at where something is sought by its value."""
        if self._reversed is None:
            self._reversed = self._graph.part("reverse_facts", self.facts_from, self.facts_from + len(self.subjects))
        return self._reversed

    def _kinds(self) -> tuple[int, Array]:
        """The only kind, and where each kind begins in the reverse order, which is sorted by them."""
        if not len(self.kinds):
            return 0, np.zeros(9, np.int64)
        least, most = int(self.kinds.min()), int(self.kinds.max())
        if least == most:
            return least, np.where(np.arange(9) > least, len(self.kinds), 0)
        return 0, np.concatenate([[0], np.cumsum(np.bincount(self.kinds, minlength=8))])

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
        """Values per node that has any; of many facts guessed from a sample."""
        if not len(self.subjects):
            return 0.0
        if self._owners is not None or len(self.subjects) < _SAMPLED * 8:
            return len(self.subjects) / self.owners
        step = len(self.subjects) // _SAMPLED
        changes = int(np.count_nonzero(self.subjects[1::step] != self.subjects[:-1:step]))
        return len(self.subjects[1::step]) / max(changes, 1)

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
            if self._asked * 64 < self.node_count:
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

    def runs(self, ids: Array, kind: int) -> tuple[Array, Array]:
        """Where in the reverse order the facts with each of these values begin, and how many they are."""
        first, last = int(self._starts[kind]), int(self._starts[kind + 1])
        if kind not in self._by_kind:
            self._asked += _STEPS * len(ids)
            if self._asked < len(self.subjects):
                starts = self._bisect(ids, first, last)
                return starts, self._bisect(ids + 1, first, last) - starts
        values = self.by_kind(kind)[0]
        wanted = ids.astype(values.dtype, copy=False)
        starts = values.searchsorted(wanted, "left")
        return starts + first, values.searchsorted(wanted, "right") - starts

    def _bisect(self, wanted: Array, first: int, last: int) -> Array:
        """Binary search for many values at once in an order that is not gathered."""
        reverse, values, base = self._reverse, self.values, self.facts_from
        low, high = np.full(len(wanted), first), np.full(len(wanted), last)
        for _ in range((last - first).bit_length()):
            middle = (low + high) >> 1
            less = (values[reverse[np.minimum(middle, last - 1)] - base] < wanted) & (low < high)
            low, high = np.where(less, middle + 1, low), np.where(less, high, middle)
        return low

    def run(self, low: int, high: int, kind: int) -> tuple[int, int]:
        """Where in the reverse order the values from ``low`` to ``high`` (both included) of a kind begin and end."""
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

        self._asked += _STEPS
        start = bound(low, first)
        return start, bound(high + 1, start)

    def _order(self, kind: int, at: Array | slice) -> Array:
        """Positions of the facts at these places of the reverse order."""
        found: Array
        if kind in self._by_kind:
            first = int(self._starts[kind])
            moved = slice(at.start - first, at.stop - first) if isinstance(at, slice) else at - first
            found = self._by_kind[kind][2][moved]
            return found
        found = self._reverse[at] - self.facts_from
        self._asked += len(found)
        return found

    def backward(self, targets: Array) -> tuple[Array, Array]:
        """Facts whose value is one of the things: (number of the thing in ``targets``, position of the fact)."""
        starts, counts = self.runs(targets, Kind.THING)
        owners, at = spread(starts, counts)
        return owners, self._order(Kind.THING, at)

    def subjects_between(self, low: int, high: int, kind: int) -> Array:
        """Subjects of the facts whose value is a number from ``low`` to ``high``; rising if these are one."""
        start, end = self.run(low, high, kind)
        if kind in self._by_kind:
            first = int(self._starts[kind])
            run: Array = self._by_kind[kind][1][start - first : end - first]
            return run
        if self._asked > len(self.subjects):
            self.by_kind(kind)
        found: Array = self.subjects[self._order(kind, slice(start, end))]
        return found

    def subjects_of(self, ids: Array, kind: int) -> Array:
        """Subjects of the facts with one of these values; rising and distinct if there is one value, else as they come."""
        if len(ids) == 1:
            return self.subjects_between(int(ids[0]), int(ids[0]), kind)
        found: Array
        if kind == Kind.THING and kind not in self._by_kind and self._asked < len(self) < len(ids) * _FEW:
            return self.subjects[self._pointing(ids)]
        at = spread(*self.runs(ids, kind))[1]
        if kind in self._by_kind:
            found = self._by_kind[kind][1][at - int(self._starts[kind])]
        else:
            found = self.subjects[self._order(kind, at)]
        return found

    def _pointing(self, things: Array) -> Array:
        """Positions of the facts whose value is one of the things, rising: one look at every fact."""
        self._asked += len(self) // 2
        marks = np.zeros(self.node_count, bool)
        marks[things] = True
        if self.only == Kind.THING:
            return np.flatnonzero(marks[self.values])
        at = np.flatnonzero(self.kinds == Kind.THING)
        return at[marks[self.values[at]]]

    def count_of(self, ids: Array, kind: int) -> int:
        """How many facts have one of these values; of many values a guess."""
        if len(ids) == 1:
            start, end = self.run(int(ids[0]), int(ids[0]), kind)
            return end - start
        sample = ids if len(ids) <= _SAMPLE else ids[:: len(ids) // _SAMPLE]
        return int(self.runs(sample, kind)[1].sum() * len(ids) / max(len(sample), 1))

    # orders of a whole property

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

    def ranked(self, rank: Callable[[], Array]) -> tuple[Array, Array] | None:
        """All facts in the order of their values, equal ones in that of their subjects: (rank, subject), rising.

        None when it is asked for the first time and one question alone does not pay for it: small ranks sort in no time.
        """
        if self._ranked is None:
            self._wanted += 1
            if self._wanted == 1 and self.only == Kind.PERIOD:
                return None
            ranks = small(rank())
            if self._wanted == 1 and ranks.dtype != np.uint16:
                return None
            order = np.argsort(ranks, kind="stable")
            self._ranked = (ranks[order], self.subjects[order])
        return self._ranked
