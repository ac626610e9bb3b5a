"""In: a frame and keys. Out: a frame of groups. Room: native.

A many-valued key counts in each of its groups; what lacks a key is a group of its own, last; the others stand in the order in which
the notes first show them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, numbered_rows, spread
from rotgraph.native.cells import Cells, stack, uniform
from rotgraph.native.express import Later, Rows, express
from rotgraph.native.frame import Frame
from rotgraph.native.identity import identities
from rotgraph.native.run import Run
from rotgraph.query.expression import Expression

__all__ = ["Keyed", "group", "key_rows", "with_blanks"]


class Keyed:
    """Rows with a group each; a row stands once per group it counts in, rising within each group."""

    __slots__ = ("_groups", "count", "keys", "rows", "sizes")

    def __init__(
        self, rows: Array, groups: Array | Later, count: int, keys: tuple[Cells, ...], sizes: Array | None = None
    ) -> None:
        self.rows, self._groups, self.count, self.keys = rows, groups, count, keys
        self.sizes = sizes
        """How many rows each group has, where that came by the way."""

    @property
    def groups(self) -> Array:
        """The group of each row, made when somebody asks for it."""
        if callable(self._groups):
            self._groups = self._groups()
        return self._groups


def group(frame: Frame, keys: Sequence[tuple[str, Expression]]) -> Frame:
    """One row per group (one in all without keys), with its key columns."""
    nodes = frame.rows.nodes
    if not keys:
        return Frame(Rows(nodes, np.zeros(len(nodes), np.int64), 1), frame.run)
    keyed = key_rows([express(expression, frame.rows, frame.run).broad(len(nodes)) for _, expression in keys], frame.run)
    named = tuple((expression, cells) for (_, expression), cells in zip(keys, keyed.keys, strict=True))
    rows = Rows(nodes, lambda: keyed.groups, keyed.count, named, at=keyed.rows, sizes=keyed.sizes)
    return Frame(rows, frame.run, {name: cells for (name, _), cells in zip(keys, keyed.keys, strict=True)})


def key_rows(keys: Sequence[Cells], run: Run) -> Keyed:
    """Which groups each row falls into, by one or more keys."""
    return _one_key(keys[0], run) if len(keys) == 1 else _many_keys(keys, run)


def _one_key(cells: Cells, run: Run) -> Keyed:
    later, firsts, sizes = _numbered(_marks(cells, run))
    groups: Array | Later = later
    rows, count = cells.owners, len(firsts)
    if cells.rows is not None:
        if _repeats(cells, rows):
            groups = later()
            kept = np.sort(numbered_rows(groups, rows)[0])
            sizes = sizes if len(kept) == len(groups) else None
            rows, groups = rows[kept], groups[kept]
        if int(np.count_nonzero(rows[1:] != rows[:-1])) + (len(rows) > 0) < cells.count:
            filled = np.zeros(cells.count, bool)
            filled[rows] = True
            empty = np.flatnonzero(~filled)
            groups = later() if callable(groups) else groups
            rows, groups = np.concatenate([rows, empty]), np.concatenate([groups, np.full(len(empty), count)])
            count += 1
            sizes = None
    return Keyed(rows, groups, count, (_key(cells, firsts, count),), sizes)


def _repeats(cells: Cells, rows: Array) -> bool:
    """Whether a row may have a value several times, and counts once in its group: never so of one value, of things."""
    return cells.only != Kind.THING and len(rows) > 1 and not bool((rows[1:] != rows[:-1]).all())


def _many_keys(keys: Sequence[Cells], run: Run) -> Keyed:
    count = keys[0].count
    rows = np.arange(count)
    places: list[Array] = []
    filled = [with_blanks(cells) for cells in keys]
    for cells in filled:
        starts = cells.pointers[rows]
        owners, at = spread(starts, cells.pointers[rows + 1] - starts)
        rows = rows[owners]
        places = [place[owners] for place in places]
        places.append(at)
    marks = np.zeros(len(rows), np.int64)
    blank = np.zeros(len(rows), bool)
    for cells, place in zip(filled, places, strict=True):
        numbers, firsts, _ = _numbered(_marks(cells, run))
        marks = _numbered(marks * max(len(firsts), 1) + numbers()[place])[0]()
        blank |= cells.kind_of_each[place] == 0
    later, firsts, _ = _numbered(marks)
    order = np.lexsort((firsts, blank[firsts]))  # blank ones last
    rank = np.empty(len(firsts), np.int64)
    rank[order] = np.arange(len(firsts))
    groups, firsts = rank[later()], firsts[order]
    kept = np.sort(numbered_rows(groups, rows)[0])
    made = tuple(_key(cells, place[firsts], len(firsts)) for cells, place in zip(filled, places, strict=True))
    return Keyed(rows[kept], groups[kept], len(firsts), made)


def with_blanks(cells: Cells) -> Cells:
    """The same with a value of kind 0 in each empty row."""
    empty = np.flatnonzero(cells.counts == 0)
    if not len(empty):
        return cells
    return stack(cells.count, [cells, Cells(cells.count, empty, np.zeros(len(empty), np.uint8), np.full(len(empty), -1))])


def _marks(cells: Cells, run: Run) -> Array:
    """Numbers equal where values are the same; kinds apart."""
    if isinstance(cells.kinds, int):
        return identities(cells.kinds, cells.ids, run.pool)
    made = np.zeros(len(cells), np.int64)
    for kind in np.flatnonzero(np.bincount(cells.kinds)).tolist():
        of_kind = cells.kinds == kind
        made[of_kind] = identities(int(kind), cells.ids[of_kind], run.pool).astype(np.int64) * 8 + int(kind)
    return made


def _numbered(marks: Array) -> tuple[Later, Array, Array | None]:
    """Groups of equal marks, in the order of first appearance: (group of each, first place of each group, its size if known)."""
    if not len(marks):
        return lambda: marks, np.zeros(0, np.int64), None
    least, most = int(marks.min()), int(marks.max())
    if most - least > 4 * len(marks) + 65_536:
        first, inverse = numbered_rows(marks)
        order = np.argsort(first, kind="stable")
        rank = np.empty(len(first), np.int64)
        rank[order] = np.arange(len(first))
        return lambda: rank[inverse], first[order], None
    numbers = marks if least == 0 else marks - least
    sizes = np.bincount(numbers, minlength=most - least + 1)
    firsts = _first_places(numbers, sizes)
    rank = np.empty(len(sizes), np.int64)
    rank[numbers[firsts]] = np.arange(len(firsts))
    return lambda: rank[numbers], firsts, sizes[numbers[firsts]]


def _first_places(numbers: Array, sizes: Array) -> Array:
    """Where each number stands first, rising: by a look at the beginning, which mostly shows them all."""
    count = int(np.count_nonzero(sizes))
    first_place = np.empty(len(sizes), np.int64)
    reach = 16 * count
    while True:
        reach = min(reach, len(numbers))
        begun, places = numbers[:reach], np.arange(reach)
        first_place[begun[::-1]] = places[::-1]  # the last to write is the first in the order
        firsts = np.flatnonzero(first_place[begun] == places)
        if len(firsts) == count:
            return firsts
        reach *= 8


def _key(cells: Cells, at: Array, count: int) -> Cells:
    """The cells of a key: of each group its first value; none for the groups beyond them and for blanks."""
    kinds = cells.kinds if isinstance(cells.kinds, int) else cells.kinds[at]
    facts = None if cells.facts is None else cells.facts[at]
    if isinstance(kinds, int) or kinds.all():
        return Cells(count, None if count == len(at) else np.arange(len(at)), uniform(kinds), cells.ids[at], facts)
    return Cells(count, np.arange(len(at)), kinds, cells.ids[at], facts).keep(kinds > 0).as_uniform()
