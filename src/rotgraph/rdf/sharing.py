"""In: a graph, and its facts in the order of their blocks. Out: which of them share a line of Turtle. Room: rdf.

A cell is a line: a remark that stands beside a value in its cell, and what it mentions, are written beside that value. So whatever
is done to a cell, few lines change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Graph
from rotgraph.rdf.index import Index

__all__ = ["Sharing", "sharing"]

_Ints: TypeAlias = "npt.NDArray[np.integer[Any]]"
_REMARK, _MENTIONS = "remark", "mentions"
_PLACE = ("note", "line", "column", "end_line", "end_column")


@dataclass(frozen=True)
class Sharing:
    """Facts that stand on the line of another fact of the same subject, from the same cell."""

    guests: dict[int, list[int]]
    """By fact, those on its line, in the order of the block."""
    away: frozenset[int]
    """All that stand on another's line."""


def sharing(graph: Graph, index: Index, order: _Ints) -> Sharing:
    """Remarks and mentions that share a cell with another fact of their subject."""
    subject = graph.columns["fact_subject"]
    remark, mention = (index.fact_property == graph.property_ids.get(name, -1) for name in (_REMARK, _MENTIONS))
    standing = np.where(mention, 2, remark)  # what leads comes first
    cells = _cells_of(graph, standing == 0)
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    notes = np.zeros(graph.node_count, bool)
    notes[graph.members("note")] = True
    ordered = np.lexsort((position, standing, cells))
    ordered = ordered[~notes[subject[ordered]]]
    new = np.ones(len(ordered), bool)
    new[1:] = cells[ordered][1:] != cells[ordered][:-1]
    leads = ordered[np.flatnonzero(new)[np.cumsum(new) - 1]] if len(ordered) else ordered
    guest = (standing[ordered] > 0) & (index.fact_property[ordered] != index.fact_property[leads])
    found: dict[int, list[int]] = {}
    for lead, fact in zip(leads[guest].tolist(), ordered[guest].tolist(), strict=True):
        found.setdefault(lead, []).append(fact)
    return Sharing(found, frozenset(ordered[guest].tolist()))


def _cells_of(graph: Graph, leading: npt.NDArray[np.bool_]) -> _Ints:
    """The number of the cell (or other stretch of a note) that first states each fact of a subject; its own where none does.

    What does not lead is of the cell of a leading fact that its words stand in: a link, of the cell that it is written in.
    """
    columns = graph.columns
    pointers = columns["evidence_pointers"]
    told = np.flatnonzero(np.diff(pointers))
    first, own = pointers[:-1][told], columns["fact_subject"][told]
    note, line, start, end_line, end = (columns[f"evidence_{name}"][first] for name in _PLACE)
    found = np.arange(len(leading), dtype=np.int64) + len(first)
    order = np.lexsort((-end, -end_line, start, line, note, own))  # of what begins at one place, the narrowest last
    new = np.zeros(len(order), np.int64)
    for key in (own, note, line, start, end_line, end):
        new[1:] |= key[order][1:] != key[order][:-1]
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.cumsum(new)
    found[told] = numbers
    # a whole row, which states what its record is about, is no cell of it
    whole = (columns["node_line"][own] == line) & (columns["node_column"][own] == start) & (columns["node_end_column"][own] == end)
    leads = order[(leading[told] & ~whole)[order]]
    if not len(leads):
        return found
    inside = np.flatnonzero(~leading[told])
    around = leads[np.maximum(np.searchsorted(numbers[leads], numbers[inside], "right") - 1, 0)]
    within = (start[around] <= start[inside]) & (end[around] >= end[inside])
    for key in (own, note, line, end_line):
        within &= key[around] == key[inside]
    found[told[inside[within]]] = numbers[around[within]]
    return found
