"""In: two graphs. Out: whether they say the same of the same notes. Room: api."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Graph

__all__ = ["same_facts"]


def same_facts(mine: Graph, theirs: Graph) -> bool:
    """Whether schema, every column and every diagnostic are equal."""
    return mine is theirs or (
        (mine.schema, mine.properties, mine.units, mine.diagnostics)
        == (theirs.schema, theirs.properties, theirs.units, theirs.diagnostics)
        and all(_same(column, theirs.columns[name]) for name, column in mine.columns.items())
    )


def _same(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> bool:
    return np.array_equal(left, right, equal_nan=left.dtype.kind == "f")
