"""In: a frame and sort keys. Out: the order of its rows. Room: native.

Total and stable: equal rows keep the order they come in. A row with several values sorts by its least, largest first by its
greatest. Of the first k rows only those are sorted that can be among them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rotgraph.native.arrays import Array
from rotgraph.native.cells import Cells
from rotgraph.native.express import express
from rotgraph.native.frame import Frame
from rotgraph.native.ranks import rank_cells
from rotgraph.query.expression import Path
from rotgraph.query.plan import SortKey

__all__ = ["order"]

_FEW = 1024
"""So few rows are put in order at once."""


def order(frame: Frame, keys: Sequence[SortKey], limit: int | None) -> Array:
    """Positions of the rows in their order; the first ``limit`` of them."""
    count = len(frame)
    chosen: Array | None = None
    if limit is not None and limit * 4 < count and count > _FEW and keys:
        key = _key(frame, keys[0])
        chosen = _could_be_first(key, limit)
        few = frame.take(chosen)
        columns = [key[chosen], *(_key(few, each) if _never_fails(each) else _key(frame, each)[chosen] for each in keys[1:])]
    else:
        columns = [_key(frame, each) for each in keys]
    if len(columns) == 1:
        found = np.argsort(columns[0], kind="stable")
    elif columns:
        found = np.lexsort(columns[::-1])
    else:
        found = np.arange(count)
    found = found if limit is None else found[:limit]
    return found if chosen is None else chosen[found]


def _could_be_first(key: Array, limit: int) -> Array:
    """Rows that can be among the first, in the order they come in."""
    bound = np.partition(key, limit)[limit]
    return np.flatnonzero(key <= bound)


def _never_fails(key: SortKey) -> bool:
    """An aggregate may meet units that do not go together: that is said whichever rows come first."""
    return isinstance(key.expression, Path)


def _key(frame: Frame, key: SortKey) -> Array:
    """A whole number per row that sorts as the key does, blanks included."""
    known = key.column and key.column in frame.columns
    cells = frame.cells(key.column) if known else express(key.expression, frame.rows, frame.run).broad(len(frame))
    blank = np.iinfo(np.int64).min if key.nulls_first else np.iinfo(np.int64).max
    ranks = rank_cells(cells, frame.run.pool, descending=key.descending).astype(np.int64)
    if cells.rows is None:
        return ranks
    made = np.full(len(frame), blank, np.int64)
    _lowest(cells, ranks, made)
    return made


def _lowest(cells: Cells, ranks: Array, made: Array) -> None:
    """Writes each row's lowest rank."""
    if not len(ranks):
        return
    rows = cells.owners
    starts = np.concatenate([[0], np.flatnonzero(rows[1:] != rows[:-1]) + 1])
    made[rows[starts]] = np.minimum.reduceat(ranks, starts)
