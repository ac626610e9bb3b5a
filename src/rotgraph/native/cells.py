"""In: row numbers and value numbers. Out: a vector of cells, each with no, one or many values. Room: native."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rotgraph.native.arrays import Array, Mask, check_many, spread

__all__ = ["Cells", "concatenated", "join", "stack", "uniform"]


class Cells:
    """Values by row, in the order of the rows and within a row in the order of the notes.

    ``rows`` is rising; None says that value i belongs to row i and every row has exactly one. ``kinds`` is one kind for all
    or one per value. ``facts`` are the facts the values come from, -1 for none. ``everywhere``: the values belong to every row.
    """

    __slots__ = ("_pointers", "count", "everywhere", "facts", "ids", "kinds", "rows")

    def __init__(
        self,
        count: int,
        rows: Array | None,
        kinds: int | Array,
        ids: Array,
        facts: Array | None = None,
        *,
        everywhere: bool = False,
    ) -> None:
        kinds = kinds if isinstance(kinds, int) or len(kinds) else 0  # no values, no kinds
        self.count, self.rows, self.kinds, self.ids, self.facts, self.everywhere = count, rows, kinds, ids, facts, everywhere
        self._pointers: Array | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def only(self) -> int:
        """The kind of every value, 0 if there are several or none."""
        return self.kinds if isinstance(self.kinds, int) else 0

    @property
    def owners(self) -> Array:
        """The row of each value."""
        return np.arange(self.count) if self.rows is None else self.rows

    @property
    def kind_of_each(self) -> Array:
        return np.full(len(self.ids), self.kinds, np.uint8) if isinstance(self.kinds, int) else self.kinds

    @property
    def pointers(self) -> Array:
        """Where each row's values begin."""
        if self._pointers is None:
            if self.rows is None:
                self._pointers = np.arange(self.count + 1)
            else:
                self._pointers = np.searchsorted(self.rows, np.arange(self.count + 1))
        return self._pointers

    @property
    def counts(self) -> Array:
        return np.ones(self.count, np.int64) if self.rows is None else np.bincount(self.rows, minlength=self.count)

    def keep(self, mask: Mask) -> Cells:
        """Only the values of the mask."""
        kinds = self.kinds if isinstance(self.kinds, int) else self.kinds[mask]
        facts = None if self.facts is None else self.facts[mask]
        return Cells(self.count, self.owners[mask], kinds, self.ids[mask], facts, everywhere=self.everywhere)

    def take(self, positions: Array) -> Cells:
        """The rows at these positions, in their order."""
        count = len(positions)
        if self.everywhere:
            return Cells(count, self.rows, self.kinds, self.ids, self.facts, everywhere=True)
        if self.rows is None:
            kinds = self.kinds if isinstance(self.kinds, int) else self.kinds[positions]
            return Cells(count, None, kinds, self.ids[positions], None if self.facts is None else self.facts[positions])
        starts = self.pointers[positions]
        owners, at = spread(starts, self.pointers[positions + 1] - starts)
        kinds = self.kinds if isinstance(self.kinds, int) else self.kinds[at]
        return Cells(count, owners, kinds, self.ids[at], None if self.facts is None else self.facts[at])

    def regroup(self, groups: Array, count: int) -> Cells:
        """The values by group: ``groups`` is the group of each row, rising or not."""
        owners = groups[self.owners]
        if len(owners) > 1 and bool((np.diff(owners) < 0).any()):
            order = np.argsort(owners, kind="stable")
            kinds = self.kinds if isinstance(self.kinds, int) else self.kinds[order]
            return Cells(count, owners[order], kinds, self.ids[order], None if self.facts is None else self.facts[order])
        return Cells(count, owners, self.kinds, self.ids, self.facts)

    def broad(self, count: int) -> Cells:
        """Values that belong to every row, written out for each."""
        if not self.everywhere:
            return self
        size = len(self.ids)
        kinds = self.kinds if isinstance(self.kinds, int) else np.tile(self.kinds, count)
        facts = None if self.facts is None else np.tile(self.facts, count)
        return Cells(count, np.repeat(np.arange(count), size), kinds, np.tile(self.ids, count), facts)

    def as_uniform(self) -> Cells:
        """The same with one kind for all, where that is so."""
        return Cells(self.count, self.rows, uniform(self.kinds), self.ids, self.facts, everywhere=self.everywhere)

    def replace(self, kinds: int | Array, ids: Array) -> Cells:
        """Other values at the same places."""
        return Cells(self.count, self.rows, kinds, ids, self.facts, everywhere=self.everywhere)


def uniform(kinds: int | Array) -> int | Array:
    """One kind for all where that is so."""
    if isinstance(kinds, int) or not len(kinds) or bool((kinds != kinds[0]).any()):
        return kinds
    return int(kinds[0])


def join(left: Cells, right: Cells) -> tuple[Array, Array, Array]:
    """All pairs of values of a row: (row, position on the left, position on the right)."""
    if left.everywhere and right.everywhere:
        at = np.arange(len(left) * len(right))
        return np.zeros(len(at), np.int64), at // max(len(right), 1), at % max(len(right), 1)
    if right.everywhere:
        size = len(right)
        ours = np.repeat(np.arange(len(left)), size)
        return left.owners[ours], ours, np.tile(np.arange(size), len(left))
    if left.everywhere:
        rows, theirs, ours = join(right, left)
        return rows, ours, theirs
    if left.rows is None and right.rows is None:
        every = np.arange(left.count)
        return every, every, every
    rows = left.owners
    starts = right.pointers[rows]
    ours, theirs = spread(starts, right.pointers[rows + 1] - starts)
    return rows[ours], ours, theirs


def concatenated(parts: Sequence[Cells]) -> Cells:
    """The rows of several vectors, one vector after the other."""
    starts = np.cumsum([0, *(part.count for part in parts)])
    check_many(sum(len(part) for part in parts))
    facts = None
    if any(part.facts is not None for part in parts):
        facts = np.concatenate([np.full(len(part), -1) if part.facts is None else part.facts for part in parts])
    kinds = {part.kinds if isinstance(part.kinds, int) else -1 for part in parts if len(part)}
    return Cells(
        int(starts[-1]),
        np.concatenate([part.owners + start for part, start in zip(parts, starts.tolist(), strict=False)]),
        kinds.pop() if len(kinds) == 1 and -1 not in kinds else np.concatenate([part.kind_of_each for part in parts]),
        np.concatenate([part.ids for part in parts]),
        facts,
    )


def stack(count: int, parts: Sequence[Cells]) -> Cells:
    """The values of several vectors over the same rows, in one."""
    check_many(sum(len(part) for part in parts))
    owners = np.concatenate([part.owners for part in parts])
    order = np.argsort(owners, kind="stable")
    facts = np.concatenate([np.full(len(part), -1) if part.facts is None else part.facts for part in parts])
    return Cells(
        count,
        owners[order],
        np.concatenate([part.kind_of_each for part in parts])[order],
        np.concatenate([part.ids for part in parts])[order],
        facts[order],
    )
