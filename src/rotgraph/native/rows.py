"""In: a frame. Out: its rows as Python values with their evidence, made one at a time when somebody looks. Room: native."""

from __future__ import annotations

from collections.abc import Sequence

from rotgraph.errors import InternalError
from rotgraph.model.graph import Evidence
from rotgraph.model.result import Cell, ResultColumn, Single, ThingCell
from rotgraph.model.value import Kind
from rotgraph.native.cells import Cells
from rotgraph.native.frame import Frame
from rotgraph.native.pool import NUMBER
from rotgraph.query.place import Place, standing_at

__all__ = ["LazyRows"]


class LazyRows:
    """Rows of an answer."""

    __slots__ = ("_columns", "_frame", "_names", "_place", "_read")

    def __init__(self, frame: Frame, columns: Sequence[ResultColumn], place: Place | None = None) -> None:
        self._frame, self._place = frame, place
        self._columns = tuple(columns)
        self._names = tuple(column.name for column in columns)
        self._read: dict[tuple[int, int], Single] = {}

    def __len__(self) -> int:
        return len(self._frame)

    def __reduce__(self) -> tuple[object, ...]:
        count = len(self)
        return (
            _Made,
            (
                tuple(self.subject(row) for row in range(count)),
                tuple(self.cells(row) for row in range(count)),
                tuple(self.evidence(row) for row in range(count)),
            ),
        )

    def subject(self, row: int) -> ThingCell | None:
        """The thing or record the row is; None for a group or a step of a path."""
        rows = self._frame.rows
        if rows.grouped or not len(rows.nodes):
            return None
        return self._thing(int(rows.nodes[row]))

    def cells(self, row: int) -> tuple[Cell, ...]:
        return tuple(self._cell(column, row) for column in self._columns)

    def column(self, name: str) -> tuple[Cell, ...]:
        """A whole column."""
        column = next(each for each in self._columns if each.name == name)
        return tuple(self._cell(column, row) for row in range(len(self)))

    def _cells(self, name: str) -> Cells:
        with standing_at(self._place):
            return self._frame.cells(name)

    def _cell(self, column: ResultColumn, row: int) -> Cell:
        cells = self._cells(column.name)
        pointers, kinds = cells.pointers, cells.kinds
        start, end = int(pointers[row]), int(pointers[row + 1])
        if start == end:
            return None
        uniform = kinds if isinstance(kinds, int) else None
        found = tuple(
            self._value(uniform if uniform is not None else int(kinds[at]), int(cells.ids[at]))  # type: ignore[index]
            for at in range(start, end)
        )
        return found if column.many or len(found) > 1 else found[0]

    def _value(self, kind: int, number: int) -> Single:
        if kind == Kind.INTEGER:
            return number
        found = self._read.get((kind, number))
        if found is None:
            found = self._read[(kind, number)] = self._make(kind, number)
        return found

    def _make(self, kind: int, number: int) -> Single:
        pool = self._frame.run.pool
        if kind == Kind.THING:
            return self._thing(number)
        if kind == Kind.QUANTITY:
            return pool.quantity(number)
        if kind == Kind.PERIOD:
            return pool.period(number)
        if kind == Kind.TEXT:
            return pool.text(number)
        if kind == NUMBER:
            return pool.decimal(kind, number)
        raise InternalError(f"no kind {kind}")

    def _thing(self, node: int) -> ThingCell:
        graph = self._frame.run.index.graph
        classes = graph.classes(node)
        return ThingCell(graph.key(node), graph.label(node), classes[0] if classes else "thing", node)

    def evidence(self, row: int) -> tuple[Evidence, ...]:
        """The principal evidence of the row's node (of a group: of its members), then that of the facts in its cells."""
        rows, graph = self._frame.rows, self._frame.run.index.graph
        nodes = rows.nodes[row : row + 1] if not rows.grouped else rows.nodes[rows.groups == row]
        found: dict[Evidence, None] = {}
        for node in nodes.tolist():
            place = graph.principal(node)
            if place is not None:
                found[place] = None
        for name in self._names:
            cells = self._cells(name)
            if cells.facts is None:
                continue
            for fact in cells.facts[int(cells.pointers[row]) : int(cells.pointers[row + 1])].tolist():
                if fact >= 0:
                    found.update(dict.fromkeys(self._frame.run.index.evidence(fact)))
        return tuple(found)


class _Made:
    """Rows taken out of their graph: what a pickle holds."""

    __slots__ = ("_cells", "_evidence", "_subjects")

    def __init__(
        self,
        subjects: tuple[ThingCell | None, ...],
        cells: tuple[tuple[Cell, ...], ...],
        evidence: tuple[tuple[Evidence, ...], ...],
    ) -> None:
        self._subjects, self._cells, self._evidence = subjects, cells, evidence

    def __len__(self) -> int:
        return len(self._cells)

    def subject(self, row: int) -> ThingCell | None:
        return self._subjects[row]

    def cells(self, row: int) -> tuple[Cell, ...]:
        return self._cells[row]

    def evidence(self, row: int) -> tuple[Evidence, ...]:
        return self._evidence[row]
