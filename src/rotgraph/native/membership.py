"""In: cells and the rows of a subquery. Out: which values are among them. Room: native."""

from __future__ import annotations

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.model.ordering import unique
from rotgraph.model.schema import fold
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, Mask, among, numbered
from rotgraph.native.cells import Cells
from rotgraph.native.identity import identities
from rotgraph.native.run import Run
from rotgraph.query.expression import In

__all__ = ["members_of"]


def members_of(condition: In, cells: Cells, run: Run) -> Mask:
    """Which values are in the rows of the select, or in its one column; texts fold, equal quantities are one."""
    found = run.done.get(id(condition))
    if found is None:
        if run.subselect is None:
            raise InternalError("a subquery outside an evaluation")
        found = run.done[id(condition)] = (condition, run.subselect(condition.source, run, members=True))
    inner: Cells = found[1]
    if inner.only == Kind.THING and cells.only == Kind.THING:
        marks = np.zeros(run.index.node_count, bool)
        marks[inner.ids] = True
        return marks[cells.ids]
    return _by_value(inner, cells, run)


def _by_value(inner: Cells, cells: Cells, run: Run) -> Mask:
    mask = np.zeros(len(cells), bool)
    for kind in unique(cells.kind_of_each).tolist():
        ours, theirs = cells.kind_of_each == kind, inner.kind_of_each == kind
        both = np.concatenate([cells.ids[ours], inner.ids[theirs]])
        same = _folded(both, run) if kind == Kind.TEXT else identities(int(kind), both, run.pool)
        count = int(ours.sum())
        mask[ours] = among(same[:count], unique(same[count:]))
    return mask


def _folded(ids: Array, run: Run) -> Array:
    values, inverse = numbered(ids)
    numbers: dict[str, int] = {}
    folded = [numbers.setdefault(fold(run.pool.text(each)), len(numbers)) for each in values.tolist()]
    return np.array(folded, np.int64)[inverse]
