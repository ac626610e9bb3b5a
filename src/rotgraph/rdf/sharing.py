"""In: a graph, and its facts in the order of their blocks. Out: which of them share a line of Turtle. Room: rdf.

A cell is a line: a remark that stands beside a value in its cell, and what it mentions, are written beside that value, and the
amounts that one cell gives to several subjects are together. So whatever is done to a cell, few lines change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.rdf.index import Index

__all__ = ["Sharing", "cells_of", "sharing"]

_Ints: TypeAlias = "npt.NDArray[np.integer[Any]]"
_REMARK, _MENTIONS = "remark", "mentions"


@dataclass(frozen=True)
class Sharing:
    """Facts that stand on the line of another fact of the same subject, from the same cell."""

    guests: dict[int, list[int]]
    """By fact, those on its line, in the order of the block."""
    away: frozenset[int]
    """All that stand on another's line."""


def cells_of(graph: Graph) -> _Ints:
    """The number of the cell (or other stretch of a note) that first states each fact; a number of its own where none does."""
    columns = graph.columns
    pointers = columns["evidence_pointers"]
    told = pointers[:-1] < pointers[1:]
    first = pointers[:-1][told]
    keys = [columns[f"evidence_{name}"][first] for name in ("end_column", "end_line", "column", "line", "note")]
    found = np.arange(len(told), dtype=np.int64) + len(first)
    order = np.lexsort(keys)
    new = np.zeros(len(order), np.int64)
    for key in keys:
        new[1:] |= key[order][1:] != key[order][:-1]
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.cumsum(new)
    found[told] = numbers
    return found


def sharing(graph: Graph, index: Index, cells: _Ints, order: _Ints) -> Sharing:
    """Remarks and mentions that share a cell with another fact of their subject."""
    subject, kinds = graph.columns["fact_subject"], graph.columns["fact_kind"]
    remark, mention = (index.fact_property == graph.property_ids.get(name, -1) for name in (_REMARK, _MENTIONS))
    standing = np.where(mention, 2, remark)  # what leads comes first
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    notes = np.zeros(graph.node_count, bool)
    notes[graph.members("note")] = True
    ordered = np.lexsort((position, standing, cells, subject))
    ordered = ordered[~notes[subject[ordered]]]
    new = np.ones(len(ordered), bool)
    new[1:] = (subject[ordered][1:] != subject[ordered][:-1]) | (cells[ordered][1:] != cells[ordered][:-1])
    leads = ordered[np.flatnonzero(new)[np.cumsum(new) - 1]] if len(ordered) else ordered
    valued = (kinds[leads] == Kind.QUANTITY) | (kinds[leads] == Kind.PERIOD)
    guest = (standing[ordered] > 0) & (index.fact_property[ordered] != index.fact_property[leads]) & ~(valued & mention[ordered])
    found: dict[int, list[int]] = {}
    for lead, fact in zip(leads[guest].tolist(), ordered[guest].tolist(), strict=True):
        found.setdefault(lead, []).append(fact)
    return Sharing(found, frozenset(ordered[guest].tolist()))
