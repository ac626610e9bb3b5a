"""In: a frame and keys. Out: a frame of groups. Room: native.

A many-valued key counts in each of its groups; what lacks a key is a group of its own, last; the others stand in the order in which
the notes first show them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rotgraph.native.arrays import Array, spread
from rotgraph.native.cells import Cells, stack, uniform
from rotgraph.native.express import Rows, express
from rotgraph.native.frame import Frame
from rotgraph.native.identity import identities
from rotgraph.native.run import Run
from rotgraph.query.expression import Expression

__all__ = ["Keyed", "group", "key_rows"]


class Keyed:
    """Rows with a group each; a row stands once per group it counts in."""

    __slots__ = ("count", "firsts", "groups", "keys", "rows")

    def __init__(self, rows: Array, groups: Array, count: int, keys: tuple[Cells, ...], firsts: Array) -> None:
        self.rows, self.groups, self.count, self.keys, self.firsts = rows, groups, count, keys, firsts


def group(frame: Frame, keys: Sequence[tuple[str, Expression]]) -> Frame:
    """One row per group (one in all without keys), with its key columns."""
    nodes = frame.rows.nodes
    if not keys:
        return Frame(Rows(nodes, np.zeros(len(nodes), np.int64), 1), frame.run)
    keyed = key_rows([express(expression, frame.rows, frame.run).broad(len(nodes)) for _, expression in keys], frame.run)
    named = tuple((expression, cells) for (_, expression), cells in zip(keys, keyed.keys, strict=True))
    rows = Rows(nodes[keyed.rows], keyed.groups, keyed.count, named)
    return Frame(rows, frame.run, {name: cells for (name, _), cells in zip(keys, keyed.keys, strict=True)})


def key_rows(keys: Sequence[Cells], run: Run) -> Keyed:
    """Which group each row falls into, by one or more keys."""
    count = keys[0].count
    if len(keys) == 1 and keys[0].rows is None:
        return _one_each(keys[0], run)
    rows = np.arange(count)
    places: list[Array] = []
    for cells in keys:
        filled = with_blanks(cells)
        starts = filled.pointers[rows]
        owners, at = spread(starts, filled.pointers[rows + 1] - starts)
        rows = rows[owners]
        places = [place[owners] for place in places]
        places.append(at)
    filled_keys = [with_blanks(cells) for cells in keys]
    marks = [_marks(cells, run)[place] for cells, place in zip(filled_keys, places, strict=True)]
    blank = np.zeros(len(rows), bool)
    for cells, place in zip(filled_keys, places, strict=True):
        blank |= cells.kind_of_each[place] == 0
    groups, firsts = _numbered(marks, blank)
    kept = np.sort(np.unique(groups * (count + 1) + rows, return_index=True)[1])  # a row once per group
    made = tuple(_key(cells, place[firsts]) for cells, place in zip(filled_keys, places, strict=True))
    return Keyed(rows[kept], groups[kept], len(firsts), made, firsts)


def _one_each(cells: Cells, run: Run) -> Keyed:
    """One key that every row has once: no product, no blank."""
    groups, firsts = _numbered([_marks(cells, run)], None)
    kinds = cells.kinds if isinstance(cells.kinds, int) else cells.kinds[firsts]
    facts = None if cells.facts is None else cells.facts[firsts]
    key = Cells(len(firsts), None, kinds, cells.ids[firsts], facts)
    return Keyed(np.arange(cells.count), groups, len(firsts), (key,), firsts)


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
    for kind in np.unique(cells.kinds).tolist():
        of_kind = cells.kinds == kind
        made[of_kind] = identities(int(kind), cells.ids[of_kind], run.pool).astype(np.int64) * 8 + int(kind)
    return made


def _numbered(marks: Sequence[Array], blank: Array | None) -> tuple[Array, Array]:
    """Groups by their marks, in the order of first appearance, blank ones last: (group of each, first place of each group)."""
    if len(marks) == 1:
        _, first, inverse = np.unique(marks[0], return_index=True, return_inverse=True)
    else:
        _, first, inverse = np.unique(np.stack(marks, axis=1), axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable") if blank is None else np.lexsort((first, blank[first]))
    rank = np.empty(len(first), np.int64)
    rank[order] = np.arange(len(first))
    return rank[inverse.reshape(-1)], first[order]


def _key(cells: Cells, at: Array) -> Cells:
    kinds = cells.kind_of_each[at]
    facts = None if cells.facts is None else cells.facts[at]
    made = Cells(len(at), None, uniform(kinds), cells.ids[at], facts)
    return made if kinds.all() else made.keep(kinds > 0).as_uniform()
