"""In: an expression and rows. Out: its cells. Room: native.

Rows are nodes, or groups of nodes: `Rows` says which, and what an aggregate runs over.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.native.aggregate import aggregate
from rotgraph.native.arrays import Array
from rotgraph.native.batches import parts_of
from rotgraph.native.cells import Cells, concatenated, join, stack
from rotgraph.native.run import Run
from rotgraph.native.walk import ends_at_things, unique_things, walk, walk_groups
from rotgraph.query.expression import Aggregate, Arithmetic, Expression, Literal, Path, Scalar

__all__ = ["Later", "Rows", "constant", "express"]


Later: TypeAlias = Callable[[], Array]


class Rows:
    """What expressions speak of.

    ``nodes`` are the rows; with ``groups`` (the group of each node) the rows are ``count`` groups of them, and ``keys`` are
    the cells of the expressions they are grouped by. ``whole`` is the class whose members the nodes are, all of them.
    """

    __slots__ = ("_at", "_groups", "_nodes", "count", "grouped", "keys", "known", "sizes", "whole")

    def __init__(
        self,
        nodes: Array,
        groups: Array | Later | None = None,
        count: int = 0,
        keys: tuple[tuple[Expression, Cells], ...] = (),
        *,
        whole: str = "",
        at: Array | None = None,
        sizes: Array | None = None,
    ) -> None:
        self._nodes, self._at = nodes, at
        self.sizes = sizes
        """How many nodes each group has, where that is known."""
        self._groups, self.count, self.keys, self.whole = groups, count, keys, whole
        self.grouped = groups is not None
        self.known: dict[tuple[int, bool], tuple[object, Cells]] = {}
        """Aggregates already computed, by the identity of their expression, which is kept."""

    @property
    def nodes(self) -> Array:
        """The nodes; those of groups are gathered when somebody asks for them."""
        if self._at is not None:
            self._nodes, self._at = self._nodes[self._at], None
        return self._nodes

    @property
    def groups(self) -> Array:
        """The group of each node, made when somebody asks for it: a count does not."""
        if self._groups is None:
            raise InternalError("rows that are nodes have no groups")
        if callable(self._groups):
            self._groups = self._groups()
        return self._groups

    def __len__(self) -> int:
        return self.count if self.grouped else len(self._nodes)


def express(expression: Expression, rows: Rows, run: Run, *, evidence: bool = False) -> Cells:
    """The cells of an expression, row by row; with ``evidence`` also the facts they come from.

    Raises: `QueryError` where an aggregate meets units that do not go together.
    """
    if rows.grouped:
        for key, cells in rows.keys:
            if key is expression or key == expression:
                return cells
    if isinstance(expression, Path):
        if rows.grouped and expression.start is None:
            raise InternalError(f"`{expression.text}` is no key of the group")
        if rows.grouped:
            return walk(expression, np.arange(rows.count), run, evidence=evidence)
        return walk(expression, rows.nodes, run, whole=rows.whole, evidence=evidence)
    if isinstance(expression, Literal):
        return constant(expression.value, len(rows), run)
    if isinstance(expression, Aggregate):
        return _aggregate(expression, rows, run, evidence=evidence)
    if isinstance(expression, Scalar):
        return _scalar(expression, len(rows), run)
    if isinstance(expression, Arithmetic):
        return _arithmetic(expression, rows, run)
    raise InternalError(f"no expression: {expression!r}")


def constant(value: Quantity | Period | str | int | Decimal, count: int, run: Run) -> Cells:
    """A value that every row has."""
    kinds, ids = run.pool.enter([value])
    return Cells(count, np.zeros(1, np.int64), int(kinds[0]), ids, everywhere=True)


def _aggregate(expression: Aggregate, rows: Rows, run: Run, *, evidence: bool = False) -> Cells:
    evidence = evidence and expression.function in _CELLS
    found = rows.known.get((id(expression), evidence))
    if found is not None:
        return found[1]
    if expression.path is None:
        cells = _count_rows(rows)
    elif not rows.grouped:
        first, *more = parts_of((expression.path,), len(rows), run)
        whole = "" if more else rows.whole
        parts = [
            aggregate(expression, walk(expression.path, rows.nodes[part], run, whole=whole, evidence=evidence), run)
            for part in (first, *more)
        ]
        cells = concatenated(parts) if more else parts[0]
    else:
        cells = aggregate(expression, _of_groups(expression.path, rows, run, evidence=evidence), run)
    rows.known[(id(expression), evidence)] = (expression, cells)
    return cells


def _of_groups(path: Path, rows: Rows, run: Run, *, evidence: bool) -> Cells:
    """The values of all nodes of a group, each thing once."""
    nodes, size = rows.nodes, run.index.node_count
    first, *more = parts_of((path,), len(nodes), run)
    if not more:
        walked = walk(path, nodes, run, evidence=evidence).broad(len(nodes))
        return unique_things(walked.regroup(rows.groups, rows.count), size)
    if ends_at_things(path, run):  # a set of things is walked from a set of things
        return walk_groups(path, nodes, rows.groups, rows.count, run, evidence=evidence)
    parts = []
    for part in (first, *more):
        walked = walk(path, nodes[part], run, evidence=evidence)
        parts.append(unique_things(walked.regroup(rows.groups[part], rows.count), size))
    return unique_things(stack(rows.count, parts).as_uniform(), size)


_CELLS = frozenset(("min", "max", "first", "last", "list"))
"""Aggregates that print cells they come from."""


def _count_rows(rows: Rows) -> Cells:
    if not rows.grouped:
        return Cells(len(rows.nodes), None, Kind.INTEGER, np.ones(len(rows.nodes), np.int64))
    sizes = rows.sizes if rows.sizes is not None else np.bincount(rows.groups, minlength=rows.count)
    return Cells(rows.count, None, Kind.INTEGER, sizes)


def _scalar(expression: Scalar, count: int, run: Run) -> Cells:
    found = run.done.get(id(expression))
    if found is None:
        if run.subselect is None:
            raise InternalError("a scalar outside an evaluation")
        inner: Rows
        inner, within = run.subselect(expression.source, run)
        whole = Rows(inner.nodes, np.zeros(len(inner.nodes), np.int64), 1)
        found = run.done[id(expression)] = (expression, _aggregate(expression.aggregate, whole, within))
    cells: Cells = found[1]
    return Cells(count, cells.owners, cells.kinds, cells.ids, cells.facts, everywhere=True)


def _arithmetic(expression: Arithmetic, rows: Rows, run: Run) -> Cells:
    from rotgraph.native.arithmetic import calculate

    left, right = express(expression.left, rows, run), express(expression.right, rows, run)
    owners, ours, theirs = join(left, right)
    kinds, ids = calculate(expression, left, ours, right, theirs, run)
    known = kinds > 0
    everywhere = left.everywhere and right.everywhere
    return Cells(len(rows), owners[known], kinds[known], ids[known], everywhere=everywhere).as_uniform()
