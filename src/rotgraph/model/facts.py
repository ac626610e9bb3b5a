"""In: nothing. Out: all facts of a vault, names resolved, as parallel columns. Room: model.

`resolve` fills it, `build_graph` sorts and indexes it. A fact is a subject node, a property, a value and one piece of evidence;
a fact stated twice stands here twice and becomes one fact with two pieces of evidence.
"""

from __future__ import annotations

from array import array

from rotgraph.late import dataclass
from rotgraph.model.schema import Schema
from rotgraph.model.value import Period, Quantity

__all__ = ["Facts"]


@dataclass(frozen=True)
class Facts:
    """Columns of equal length per group; nodes are numbered in the order of the notes.

    Text ids index `texts`, node ids the node columns, class ids `schema.classes`, -1 is none. Lines and columns are from 1,
    columns in code points, ends exclusive.
    """

    schema: Schema
    texts: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    periods: tuple[Period, ...]

    node_key: tuple[str, ...]
    """``id/nvidia``, ``episode/growth-to-value-2022``, ``note/sector-rotation``: the path of its IRI below the base."""
    node_label: array[int]
    """Text ids."""
    node_aliases: tuple[tuple[str, ...], ...]
    node_classes: tuple[tuple[str, ...], ...]
    """Direct classes, the first one the principal."""
    node_note: array[int]
    """Node id of the note of its principal evidence."""
    node_place: tuple[tuple[int, int, int, int], ...]
    """Line, column, end line, end column of its principal evidence; zeros where there is none."""
    node_heading: array[int]
    """Text ids."""
    node_source: array[int]
    """Text ids: the row or sentence as written."""

    fact_subject: array[int]
    fact_property: tuple[str, ...]
    fact_kind: array[int]
    """`Kind` numbers."""
    fact_value: array[int]
    """Node, text, quantity or period id, or the integer itself."""

    evidence_note: array[int]
    evidence_line: array[int]
    evidence_column: array[int]
    evidence_end_line: array[int]
    evidence_end_column: array[int]
    evidence_heading: array[int]
    """Text ids of the heading path, ``Outer › Inner``."""
    evidence_stated: array[int]
    """Period ids."""
