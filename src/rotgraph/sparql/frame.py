"""In: rows and the values of their paths. Out: what expressions come to on each row. Room: sparql."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from rotgraph.errors import InternalError
from rotgraph.late import dataclass
from rotgraph.model.result import ThingCell
from rotgraph.query.expression import Aggregate, Arithmetic, Expression, Literal, Path, Scalar
from rotgraph.sparql.fetch import Fetched
from rotgraph.sparql.items import Item, part_of
from rotgraph.sparql.lookup import Lookup
from rotgraph.sparql.reckon import aggregate, calculate

__all__ = ["Frame", "Line", "Values"]

_CELLS = frozenset(("min", "max", "first", "last", "list"))
"""Aggregates that are cells."""


@dataclass(frozen=True, eq=False)
class Line:
    """A row: one node, or a group of them with the values it is grouped by."""

    nodes: tuple[str, ...]
    keys: tuple[tuple[Expression, tuple[Item, ...]], ...] | None = None
    known: dict[int, tuple[Expression, tuple[Item, ...]]] = field(default_factory=dict)
    """What expressions came to, by their identity, which is kept."""


@dataclass(frozen=True)
class Frame:
    """Rows, and columns still as expressions, or as values by row."""

    lines: tuple[Line, ...]
    columns: Mapping[str, Expression | dict[Line, tuple[Item, ...]]] = field(default_factory=dict)

    def with_lines(self, lines: tuple[Line, ...]) -> Frame:
        return Frame(lines, self.columns)


class Values:
    """Computes expressions."""

    def __init__(self, fetched: Fetched, lookup: Lookup, scalar: Callable[[Scalar], tuple[Item, ...]]) -> None:
        self.fetched, self.lookup = fetched, lookup
        self._scalar = scalar
        self._scalars: dict[int, tuple[Scalar, tuple[Item, ...]]] = {}

    def column(self, frame: Frame, name: str, line: Line) -> tuple[Item, ...]:
        """A cell of a column."""
        column = frame.columns[name]
        return column.get(line, ()) if isinstance(column, dict) else self.of(column, line)

    def of(self, expression: Expression, line: Line) -> tuple[Item, ...]:
        """The values of an expression on a row, in the order of the notes.

        Raises:
            QueryError: units that do not go together.
        """
        known = line.known.get(id(expression))
        if known is None:
            known = line.known[id(expression)] = (expression, self._of(expression, line))
        return known[1]

    def _of(self, expression: Expression, line: Line) -> tuple[Item, ...]:
        for key, items in line.keys or ():
            if key is expression or key == expression:
                return items
        if isinstance(expression, Path):
            if line.keys is not None and expression.start is None:
                raise InternalError(f"`{expression.text}` is no key of the group")
            return self._path(expression, line.nodes[0] if line.nodes else "")
        if isinstance(expression, Literal):
            return (Item(expression.value),)
        if isinstance(expression, Aggregate):
            return self._aggregate(expression, line)
        if isinstance(expression, Scalar):
            return self._scalar_of(expression)
        if isinstance(expression, Arithmetic):
            return self._arithmetic(expression, line)
        raise InternalError(f"no expression: {expression!r}")

    def _path(self, path: Path, node: str) -> tuple[Item, ...]:
        steps = path.steps
        while steps and steps[-1].form == "part":
            steps = steps[:-1]
        trunk = Path(steps, path.start)
        if path.start is not None:
            items = self.fetched.everywhere[trunk]
        elif not steps:
            items = (Item(self.lookup.nodes[node].cell),)
        else:
            items = self.fetched.cells[trunk].get(node, ())
        for step in path.steps[len(steps) :]:
            parts = ((part_of(step.name, item.value), item.fact) for item in items)
            items = tuple(Item(part, fact) for part, fact in parts if part is not None)
        return items

    def _aggregate(self, expression: Aggregate, line: Line) -> tuple[Item, ...]:
        if expression.path is None:
            return (Item(len(line.nodes)),)
        path = expression.path
        if line.keys is None:
            items = self._path(path, line.nodes[0])
        else:
            items = _unique([item for node in line.nodes for item in self._path(path, node)])
        found = aggregate(expression, items)
        return found if expression.function in _CELLS else tuple(Item(item.value) for item in found)

    def _scalar_of(self, expression: Scalar) -> tuple[Item, ...]:
        known = self._scalars.get(id(expression))
        if known is None:
            known = self._scalars[id(expression)] = (expression, self._scalar(expression))
        return known[1]

    def _arithmetic(self, expression: Arithmetic, line: Line) -> tuple[Item, ...]:
        left, right = self.of(expression.left, line), self.of(expression.right, line)
        found = (calculate(expression, one.value, other.value) for one in left for other in right)
        return tuple(Item(value) for value in found if value is not None)


def _unique(items: list[Item]) -> tuple[Item, ...]:
    """Each thing once, at its first place; other values are facts of their own."""
    seen: set[str] = set()
    kept = []
    for item in items:
        if isinstance(item.value, ThingCell):
            if item.value.id in seen:
                continue
            seen.add(item.value.id)
        kept.append(item)
    return tuple(kept)
