"""In: rows and expressions. Out: a table whose columns are computed when they are needed. Room: native."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

import numpy as np

from rotgraph.late import dataclass
from rotgraph.model.ordering import unique
from rotgraph.native.arrays import Array
from rotgraph.native.cells import Cells
from rotgraph.native.express import Rows, express
from rotgraph.native.run import Run
from rotgraph.query.expression import Expression

__all__ = ["Frame", "take_rows"]

_Column: TypeAlias = "Expression | Cells"


@dataclass(slots=True)
class Frame:
    """What an operator hands up: rows, and columns either computed or still an expression over the rows."""

    rows: Rows
    run: Run
    columns: Mapping[str, _Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def cells(self, name: str) -> Cells:
        """A column, computed at the first look."""
        found = self.columns[name]
        if isinstance(found, Cells):
            return found
        made = express(found, self.rows, self.run, evidence=True)
        if made.everywhere:
            made = made.broad(len(self.rows))
        self.columns = {**self.columns, name: made}
        return made

    def take(self, positions: Array) -> Frame:
        """The rows at these positions, in their order."""
        columns = {name: column.take(positions) if isinstance(column, Cells) else column for name, column in self.columns.items()}
        return Frame(take_rows(self.rows, positions), self.run, columns)

    def with_column(self, name: str, column: _Column) -> Frame:
        return Frame(self.rows, self.run, {**self.columns, name: column})


def take_rows(rows: Rows, positions: Array) -> Rows:
    """The rows at these positions; of groups with all their members."""
    taken = _taken(rows, positions)
    taken.known.update({key: (node, cells.take(positions)) for key, (node, cells) in rows.known.items()})
    return taken


def _taken(rows: Rows, positions: Array) -> Rows:
    if not rows.grouped:
        return Rows(rows.nodes[positions])
    if len(unique(positions)) == len(positions):
        place = np.full(rows.count, -1)
        place[positions] = np.arange(len(positions))
        groups = place[rows.groups]
        kept = groups >= 0
        nodes, groups = rows.nodes[kept], groups[kept]
    else:
        order = np.argsort(rows.groups, kind="stable")
        pointers = np.searchsorted(rows.groups[order], np.arange(rows.count + 1))
        parts = [order[pointers[at] : pointers[at + 1]] for at in positions.tolist()]
        nodes = rows.nodes[np.concatenate(parts)] if parts else rows.nodes[:0]
        groups = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    keys = tuple((expression, cells.take(positions)) for expression, cells in rows.keys)
    return Rows(nodes, groups, len(positions), keys)
