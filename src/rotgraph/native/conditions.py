"""In: a condition and rows. Out: of which rows it holds. Room: native.

For rows that are nodes, two ways lead to the answer: forward from the candidates, or backward from the values that satisfy; the
counts in the index choose.
"""

from __future__ import annotations

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.model.value import Kind
from rotgraph.native.arrays import Array, Mask, among
from rotgraph.native.batches import parts_of
from rotgraph.native.cells import Cells, join
from rotgraph.native.decide import satisfied
from rotgraph.native.express import Rows, express
from rotgraph.native.membership import members_of
from rotgraph.native.pairs import satisfied_by, satisfied_pairs
from rotgraph.native.run import Run
from rotgraph.native.search import find, forward_cost, search_cost
from rotgraph.query.expression import (
    And,
    Arithmetic,
    Compare,
    Condition,
    Every,
    Expression,
    In,
    Known,
    Literal,
    Not,
    Or,
    Path,
    Scalar,
    Things,
    Truth,
)

__all__ = ["common", "holds", "holds_of_rows", "restrict"]


def restrict(nodes: Array, condition: Condition, run: Run, *, whole: str = "") -> Array:
    """The nodes (rising) of which the condition holds; ``whole`` is the class whose members they all are.

    The parts of a conjunction are tried in their order; the first may be found from the index, without a look at the nodes.
    """
    for item in condition.items if isinstance(condition, And) else (condition,):
        run.check()
        if not len(nodes):
            return nodes
        nodes = _restrict(nodes, item, run, whole)
        whole = ""
    return nodes


def _restrict(nodes: Array, condition: Condition, run: Run, whole: str) -> Array:
    cost = search_cost(condition, run)
    if cost is not None and cost < forward_cost(condition, len(nodes), run):
        found = find(condition, run)
        return found[run.index.mask((whole,))[found]] if whole else common(nodes, found, run.index.node_count)
    return nodes[_holds(condition, Rows(nodes, whole=whole), run)]


def common(nodes: Array, found: Array, size: int) -> Array:
    """What stands in both; both rising and distinct."""
    if len(nodes) > len(found):
        nodes, found = found, nodes
    if len(found) * 4 < size:
        at = np.searchsorted(found, nodes)
        at[at == len(found)] = 0
        return nodes[found[at] == nodes] if len(found) else nodes[:0]
    marks = np.zeros(size, bool)
    marks[found] = True
    return nodes[marks[nodes]]


def holds(condition: Condition, nodes: Array, run: Run) -> Mask:
    """Of which of the nodes (rising, distinct) the condition holds."""
    cost = search_cost(condition, run)
    if cost is not None and cost < forward_cost(condition, len(nodes), run):
        return among(nodes, find(condition, run))
    return _holds(condition, Rows(nodes), run)


def holds_of_rows(condition: Condition, rows: Rows, run: Run) -> Mask:
    """Of which rows (groups, mostly) it holds."""
    return _holds(condition, rows, run)


def _holds(condition: Condition, rows: Rows, run: Run) -> Mask:
    run.check()
    if isinstance(condition, (And, Or)):
        return _chain(condition, rows, run)
    if isinstance(condition, Not):
        return ~_again(condition.item, rows, run)
    if isinstance(condition, Truth):
        return np.full(len(rows), condition.holds)
    if not rows.grouped and (sides := _sides(condition)):
        first, *more = parts_of(sides, len(rows), run)
        if more:
            masks = [_decide(condition, Rows(rows.nodes[part]), run) for part in (first, *more)]
            return np.concatenate(masks)
    return _decide(condition, rows, run)


def _sides(condition: Condition) -> tuple[Expression, ...]:
    """The expressions of a condition that have values by row."""
    if isinstance(condition, Known):
        return (condition.path,)
    if isinstance(condition, (Every, In)):
        return (condition.left,)
    if isinstance(condition, Compare):
        return (condition.left,) if isinstance(condition.right, (Literal, Things)) else (condition.left, condition.right)
    return ()


def _decide(condition: Condition, rows: Rows, run: Run) -> Mask:
    if isinstance(condition, Known):
        return _known(condition, rows, run)
    if isinstance(condition, In):
        cells = express(condition.left, rows, run)
        return _quantified(condition.quantifier, cells, members_of(condition, cells, run))
    if isinstance(condition, Every):
        cells = express(condition.left, rows, run)
        masks = [satisfied(way, cells, run) for way in condition.ways]
        return _quantified("all", cells, np.logical_or.reduce(masks), len(rows))
    if isinstance(condition, Compare):
        return _compare(condition, rows, run)
    raise InternalError(f"no condition: {condition!r}")


def _again(condition: Condition, rows: Rows, run: Run) -> Mask:
    return _holds(condition, rows, run) if rows.grouped else holds(condition, rows.nodes, run)


def _chain(condition: And | Or, rows: Rows, run: Run) -> Mask:
    """Each part looks only at what the parts before left open."""
    both = isinstance(condition, And)
    if rows.grouped:
        masks = [_holds(item, rows, run) for item in condition.items]
        combined: Mask = np.logical_and.reduce(masks) if both else np.logical_or.reduce(masks)
        return combined
    held = np.full(len(rows), both)
    for item in condition.items:
        open_ = np.flatnonzero(held == both)
        if not len(open_):
            break
        found = holds(item, rows.nodes[open_], run)
        held[open_[found != both]] = not both
    return held


def _known(condition: Known, rows: Rows, run: Run) -> Mask:
    steps = condition.path.steps
    if not rows.grouped and len(steps) == 1 and condition.path.start is None:
        step = steps[0]
        if step.form == "property" and not step.inverse and step.closure != "*" and step.where is None and not step.classes:
            return run.index.relation(step.name).counts(rows.nodes) > 0
    cells = express(condition.path, rows, run)
    if cells.everywhere:
        return np.full(len(rows), len(cells) > 0)
    return cells.counts > 0


def _compare(condition: Compare, rows: Rows, run: Run) -> Mask:
    if isinstance(condition.right, (Literal, Things)):
        cells = express(condition.left, rows, run)
        return _quantified(condition.quantifier, cells, satisfied(condition, cells, run), len(rows))
    left = express(condition.left, rows, run)
    right = _side(condition.right, rows, run)
    if right.everywhere and not left.everywhere:
        mask = satisfied_by(condition, left, right, run)
        return _quantified(condition.quantifier, left, mask, len(rows))
    owners, ours, theirs = join(left, right)
    mask = satisfied_pairs(condition, left, ours, right, theirs, run)
    pairs = Cells(len(rows), owners, Kind.THING, owners, everywhere=left.everywhere and right.everywhere)
    return _quantified(condition.quantifier, pairs, mask, len(rows))


def _side(expression: Expression | Things, rows: Rows, run: Run) -> Cells:
    if isinstance(expression, (Path, Scalar, Arithmetic)) or not isinstance(expression, Things):
        return express(expression, rows, run)
    raise InternalError("things stand for themselves")


def _quantified(quantifier: str, cells: Cells, mask: Mask, count: int | None = None) -> Mask:
    """``any``: some value; ``all``: there is one and none fails; ``no``: none."""
    count = cells.count if count is None else count
    if cells.everywhere:
        if quantifier == "all":
            return np.full(count, len(mask) > 0 and bool(mask.all()))
        return np.full(count, bool(mask.any()) != (quantifier == "no"))
    if cells.rows is None:
        return ~mask if quantifier == "no" else mask
    held = np.zeros(count, bool)
    if quantifier == "all":
        held[cells.rows] = True
        held[cells.rows[~mask]] = False
        return held
    held[cells.rows[mask]] = True
    return ~held if quantifier == "no" else held


