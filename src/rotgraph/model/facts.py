"""In: nothing. Out: all facts of a vault, names resolved, as parallel columns. Room: model.

`join` fills it, `build_graph` sorts and indexes it. A fact is a subject node, a property, a value and one piece of evidence;
a fact stated twice stands here twice and becomes one fact with two pieces of evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from rotgraph.late import dataclass
from rotgraph.model.graph import Ids
from rotgraph.model.schema import Schema
from rotgraph.model.texts import Texts
from rotgraph.model.value import Period, Quantity

__all__ = ["Facts"]


@dataclass(frozen=True, eq=False)
class Facts:
    """Columns of equal length per group; nodes are numbered in the order of the notes.

    Text ids index `texts`, node ids the node columns, -1 is none. Lines and columns are from 1, columns in code points, ends
    exclusive.
    """

    schema: Schema
    texts: Texts
    quantities: Sequence[Quantity]
    periods: Sequence[Period]
    properties: Sequence[str]
    class_sets: Sequence[tuple[str, ...]]
    """Direct classes that a node may have, the first one the principal."""

    node_key: Ids
    """Text ids of ``id/nvidia``, ``episode/growth-to-value-2022``, ``note/sector-rotation``: the path of its IRI below the base."""
    node_label: Ids
    """Text ids."""
    node_classes: Ids
    """Places in `class_sets`."""
    node_note: Ids
    """Node id of the note of its principal evidence."""
    node_place: Ids
    """Shape: four columns, line, column, end line, end column of its principal evidence; zeros where there is none."""
    node_heading: Ids
    """Text ids."""
    node_source: Ids
    """Text ids: the row or sentence as written."""
    alias_node: Ids
    """Nodes with other names, ascending."""
    alias_text: Ids
    """Text ids of those names."""

    fact_subject: Ids
    fact_property: Ids
    """Places in `properties`."""
    fact_kind: Ids | npt.NDArray[np.uint8]
    """`Kind` numbers."""
    fact_value: Ids
    """Node, text, quantity or period id, or the integer itself."""

    evidence_note: Ids
    evidence_place: Ids
    """Shape: four columns, as `node_place`."""
    evidence_heading: Ids
    """Text ids of the heading path, ``Outer › Inner``."""
    evidence_stated: Ids
    """Period ids."""

    @classmethod
    def from_lists(
        cls, *, schema: Schema, texts: Sequence[str], quantities: Sequence[Quantity], periods: Sequence[Period],
        node_key: Sequence[str], node_aliases: Sequence[Sequence[str]], node_classes: Sequence[tuple[str, ...]],
        node_place: Sequence[Sequence[int]], fact_property: Sequence[str], **columns: Iterable[int],
    ) -> Facts:  # fmt: skip
        """The same from one entry a node and a fact.

        Args:
            columns: ``node_label``, ``node_note``, ``node_heading``, ``node_source``, ``fact_subject``, ``fact_kind``,
                ``fact_value``,
                and ``evidence_`` with ``note``, ``line``, ``column``, ``end_line``, ``end_column``, ``heading``, ``stated``.
        """
        numbers = {text: number for number, text in reversed(list(enumerate(texts)))}
        pool, sets, properties = list(texts), dict[tuple[str, ...], int](), dict[str, int]()

        def text(words: str) -> int:
            number = numbers.setdefault(words, len(pool))
            if number == len(pool):
                pool.append(words)
            return number

        def ids(values: Iterable[int]) -> Ids:
            return np.fromiter(values, np.int32)

        aliases = [(node, text(alias)) for node, names in enumerate(node_aliases) for alias in names]
        return cls(
            schema=schema,
            quantities=quantities,
            periods=periods,
            node_key=ids(map(text, node_key)),
            node_classes=ids(sets.setdefault(names, len(sets)) for names in node_classes),
            class_sets=tuple(sets),
            node_place=np.array(node_place, np.int32).reshape(-1, 4).T,
            alias_node=ids(node for node, _ in aliases),
            alias_text=ids(alias for _, alias in aliases),
            fact_property=ids(properties.setdefault(name, len(properties)) for name in fact_property),
            properties=tuple(properties),
            evidence_place=np.array([ids(columns.pop(f"evidence_{name}")) for name in _PLACE], np.int32),
            texts=Texts.from_strings(pool),
            **{name: ids(values) for name, values in columns.items()},
        )


_PLACE = ("line", "column", "end_line", "end_column")
