"""In: columns. Out: the graph, and views of it. Room: model.

The graph is parallel numpy arrays (decision 1 of the architecture): facts sorted by property, subject and the order of the
notes; per property a reverse order by value; ids grouped by class; one text pool; small tables of distinct quantities and
periods, so that a comparison looks at each distinct value once. Nodes are numbered in the order of the notes, so that node
order is the order of ties.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.late import dataclass
from rotgraph.model.schema import Schema, fold
from rotgraph.model.texts import text_hashes
from rotgraph.model.value import Kind, Period, Precision, Quantity

if TYPE_CHECKING:
    from rotgraph.diagnostics import Diagnostic
    from rotgraph.model.told import Told

__all__ = ["COLUMNS", "Evidence", "Graph", "Ids", "PeriodFlag", "QuantityFlag", "TextPool"]

Ids: TypeAlias = "npt.NDArray[np.int32]"
PRECISIONS = tuple(Precision)


class QuantityFlag:
    """Bits of ``quantity_flags``."""

    LOW_OPEN, HIGH_OPEN, APPROXIMATE, ESTIMATE, NO_LOW, NO_HIGH, POINT, ORDINAL, WIDE = (1 << bit for bit in range(9))


class PeriodFlag:
    """Bits of ``period_flags``."""

    APPROXIMATE, OPEN_START, OPEN_END, INFERRED = (1 << bit for bit in range(4))


COLUMNS: Mapping[str, str] = {
    "text_bytes": "uint8", "text_offsets": "int64",
    "node_key": "int32", "node_label": "int32", "node_note": "int32", "node_line": "int32", "node_column": "int32",
    "node_end_line": "int32", "node_end_column": "int32", "node_heading": "int32", "node_source": "int32",
    "alias_pointers": "int64", "alias_text": "int32",
    "class_pointers": "int64", "class_nodes": "int32", "direct_pointers": "int64", "direct_classes": "int16",
    "property_pointers": "int64", "fact_subject": "int32", "fact_kind": "uint8", "fact_value": "int32",
    "reverse_facts": "int32",
    "evidence_pointers": "int64", "evidence_note": "int32", "evidence_line": "int32", "evidence_column": "int32",
    "evidence_end_line": "int32", "evidence_end_column": "int32", "evidence_heading": "int32", "evidence_stated": "int32",
    "quantity_text": "int32", "quantity_remark": "int32", "quantity_unit": "int16", "quantity_flags": "uint16",
    "quantity_value": "int64", "quantity_low": "int64", "quantity_high": "int64", "quantity_exponent": "int8",
    "quantity_out_of": "int32", "quantity_wide": "int32",
    "low_key": "float64", "high_key": "float64", "middle_key": "float64",
    "period_text": "int32", "period_edtf": "int32", "period_start": "int64", "period_end": "int64",
    "period_precision": "uint8", "period_flags": "uint8",
    "name_text": "int32", "name_node": "int32", "key_hash": "uint32", "key_node": "int32",
}  # fmt: skip
"""Every column of the graph and its type. ``quantity_value/low/high`` are mantissas of 10**``quantity_exponent``; where one
does not fit, WIDE is set and ``quantity_wide`` is the text ``value|low|high``. ``low_key/high_key/middle_key`` are floats in the
base unit of the dimension: sort keys, never answers (exact ties are settled on the decimals). ``quantity_out_of`` is a text id."""


class TextPool(Sequence[str]):
    """All texts of a graph, in one block of UTF-8 (one that lies on the disk has them in many)."""

    __slots__ = ("_bytes", "_offsets", "_view")

    def __init__(self, data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64]) -> None:
        self._bytes, self._offsets = data, offsets
        self._view = memoryview(data.data)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: Any) -> Any:
        start, end = self._offsets[index], self._offsets[index + 1]
        return str(self._view[start:end], "utf-8")


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Evidence:
    """Where a fact stands: lines and columns from 1, columns in code points, the end exclusive.

    Example:
        >>> place = graph.thing("Exxon").facts[0].evidence[0]
        >>> str(place), place.note, place.line, place.column
        ('Firms/Exxon.md:5:9', 'Firms/Exxon.md', 5, 9)
    """

    note: str
    """The path of the note below the vault."""
    line: int
    column: int
    end_line: int
    end_column: int
    heading: str = ""
    stated: str = ""
    """The date stated, as written; empty if none."""

    def __str__(self) -> str:
        return f"{self.note}:{self.line}:{self.column}"

    def __repr__(self) -> str:
        said = (f", under {self.heading!r}" if self.heading else "") + (f", stated {self.stated!r}" if self.stated else "")
        return f"<Evidence {str(self)!r}{said}>"

    def _repr_html_(self) -> str:
        from html import escape


        return escape(str(self))


class Graph:
    """A compiled vault. Made by `build_graph` or opened from disk; never changed.

    ``properties`` and ``units`` index the columns by position, ``schema.classes`` the class columns.
    """

    def __init__(
        self,
        schema: Schema,
        properties: tuple[str, ...],
        units: tuple[str, ...],
        columns: Mapping[str, npt.NDArray[Any]],
        diagnostics: Sequence[Diagnostic] | Callable[[], Told] = (),
        texts: TextPool | None = None,
    ) -> None:
        self.schema, self.properties, self.units = schema, properties, units
        self._diagnostics = diagnostics
        self._subjects: dict[str, Ids] = {}
        self.columns = columns
        self.texts = TextPool(columns["text_bytes"], columns["text_offsets"]) if texts is None else texts
        """All of them, by number."""
        self.property_ids = {name: index for index, name in enumerate(properties)}
        self.class_ids = {definition.name: index for index, definition in enumerate(schema.classes)}

    def __reduce__(self) -> tuple[object, ...]:
        return (Graph, (self.schema, self.properties, self.units, dict(self.columns), self.diagnostics))

    @cached_property
    def diagnostics(self) -> Told:
        """What is wrong or doubtful in the notes, by place; a graph on the disk reads them when they are asked for."""
        from rotgraph.model.told import told_of

        return self._diagnostics() if callable(self._diagnostics) else told_of(self._diagnostics)

    def with_diagnostics(self, diagnostics: Told) -> Graph:
        """The same columns with what is wrong in the notes."""
        return Graph(self.schema, self.properties, self.units, self.columns, diagnostics, self.texts)

    def part(self, column: str, start: int, end: int) -> npt.NDArray[Any]:
        """Part of a column: a graph on the disk decompresses no more of it than that."""
        return self.columns[column][start:end]

    def number(self, column: str, place: int) -> int:
        """One number of a column of whole numbers: likewise."""
        return int(self.columns[column][place])

    # sizes

    def length(self, column: str) -> int:
        """How many numbers are in a column."""
        return len(self.columns[column])

    @property
    def node_count(self) -> int:
        return self.length("node_key")

    @property
    def fact_count(self) -> int:
        return self.length("fact_subject")

    # nodes

    def members(self, cls: str) -> Ids:
        """Node ids of a class and the classes below it, rising."""
        index = self.class_ids.get(cls)
        if index is None:
            return np.empty(0, np.int32)
        pointers = self.columns["class_pointers"]
        return self.part("class_nodes", int(pointers[index]), int(pointers[index + 1]))

    def key(self, node: int) -> str:
        """The path of the node's IRI below the base: its stable identity."""
        return str(self.texts[self.number("node_key", node)])

    def label(self, node: int) -> str:
        return str(self.texts[self.number("node_label", node)])

    def aliases(self, node: int) -> tuple[str, ...]:
        start, end = self.part("alias_pointers", node, node + 2).tolist()
        return tuple(self.texts[each] for each in self.part("alias_text", start, end).tolist())

    def classes(self, node: int) -> tuple[str, ...]:
        """Direct classes, the principal one first."""
        start, end = self.part("direct_pointers", node, node + 2).tolist()
        return tuple(self.schema.classes[each].name for each in self.part("direct_classes", start, end))

    def find(self, name: str) -> Ids:
        """Nodes of that label, alias or key (case-folded, NFC), rising."""
        wanted = fold(name)
        named = takewhile(lambda each: each[0] == wanted, self.names_from(wanted))
        return np.array(sorted({*(node for _, node in named), *self._keyed(wanted)}), np.int32)

    def _keyed(self, key: str) -> Iterator[int]:
        """Nodes of that key, folded."""
        wanted, places = int(text_hashes((key,))[0]) >> 32, range(self.length("key_hash"))
        low = bisect_left(places, wanted, key=lambda at: self.number("key_hash", at))
        high = bisect_right(places, wanted, low, key=lambda at: self.number("key_hash", at))
        for node in self.part("key_node", low, high).tolist():
            if fold(self.key(node)) == key:
                yield node

    def names_from(self, name: str) -> Iterator[tuple[str, int]]:
        """Every label and alias, folded, from a name on, with its node, in the order of the names."""
        places = range(self.length("name_text"))
        for at in places[bisect_left(places, name, key=self._name) :]:
            yield self._name(at), self.number("name_node", at)

    def _name(self, place: int) -> str:
        """The folded name at a place in the order of the names."""
        return fold(self.texts[self.number("name_text", place)])

    @cached_property
    def by_key(self) -> dict[str, int]:
        return {self.texts[text]: node for node, text in enumerate(self.columns["node_key"].tolist())}

    # facts

    def property_range(self, name: str) -> tuple[int, int]:
        """First and last-plus-one fact of a property."""
        index = self.property_ids.get(name)
        if index is None:
            return (0, 0)
        pointers = self.columns["property_pointers"]
        return int(pointers[index]), int(pointers[index + 1])

    def facts_of(self, node: int, name: str) -> range:
        """Fact ids of one node and property, in the order of the notes."""
        start, subjects = self.property_range(name)[0], self.subjects(name)
        return range(start + int(np.searchsorted(subjects, node, "left")), start + int(np.searchsorted(subjects, node, "right")))

    def subjects(self, name: str) -> Ids:
        """The subjects of a property's facts, rising."""
        found = self._subjects.get(name)
        if found is None:
            found = self._subjects[name] = self.part("fact_subject", *self.property_range(name))
        return found

    def value(self, fact: int) -> int | str | Quantity | Period:
        """The value of a fact: a node id for a thing (see ``fact_kind``), else the value itself."""
        return self.read(self.number("fact_kind", fact), self.number("fact_value", fact))

    def read(self, kind: int, value: int) -> int | str | Quantity | Period:
        """A value by its kind and its number in the columns."""
        if kind == Kind.QUANTITY:
            return self.quantity(value)
        if kind == Kind.PERIOD:
            return self.period(value)
        if kind == Kind.TEXT:
            return str(self.texts[value])
        return value

    def quantity(self, index: int) -> Quantity:
        columns = self.columns
        flags = int(columns["quantity_flags"][index])
        if flags & QuantityFlag.WIDE:
            value, low, high = (Decimal(part) if part else None for part in self.texts[columns["quantity_wide"][index]].split("|"))
        else:
            exponent = int(columns["quantity_exponent"][index])
            value = _decimal(columns["quantity_value"][index], exponent) if flags & QuantityFlag.POINT else None
            low = None if flags & QuantityFlag.NO_LOW else _decimal(columns["quantity_low"][index], exponent)
            high = None if flags & QuantityFlag.NO_HIGH else _decimal(columns["quantity_high"][index], exponent)
        out_of = int(columns["quantity_out_of"][index])
        remark = int(columns["quantity_remark"][index])
        return Quantity(
            text=self.texts[columns["quantity_text"][index]],
            value=value,
            low=low,
            high=high,
            unit=self.units[columns["quantity_unit"][index]],
            low_open=bool(flags & QuantityFlag.LOW_OPEN),
            high_open=bool(flags & QuantityFlag.HIGH_OPEN),
            approximate=bool(flags & QuantityFlag.APPROXIMATE),
            estimate=bool(flags & QuantityFlag.ESTIMATE),
            out_of=Decimal(self.texts[out_of]) if out_of >= 0 else None,
            remark=self.texts[remark] if remark >= 0 else "",
            ordinal=bool(flags & QuantityFlag.ORDINAL),
        )

    def period(self, index: int) -> Period:
        columns = self.columns
        flags = int(columns["period_flags"][index])
        return Period(
            text=self.texts[columns["period_text"][index]],
            start=int(columns["period_start"][index]),
            end=int(columns["period_end"][index]),
            precision=PRECISIONS[columns["period_precision"][index]],
            approximate=bool(flags & PeriodFlag.APPROXIMATE),
            open_start=bool(flags & PeriodFlag.OPEN_START),
            open_end=bool(flags & PeriodFlag.OPEN_END),
            inferred=bool(flags & PeriodFlag.INFERRED),
            edtf=self.texts[columns["period_edtf"][index]],
        )

    def evidence(self, fact: int) -> tuple[Evidence, ...]:
        """Every place that states the fact, in the order of the notes."""
        start, end = self.part("evidence_pointers", fact, fact + 2).tolist()
        return tuple(self._evidence_at(row) for row in range(start, end))

    def principal(self, node: int) -> Evidence | None:
        """The principal evidence of a node (ruling 4)."""
        number = self.number
        note = number("node_note", node)
        if note < 0:
            return None
        heading = number("node_heading", node)
        return Evidence(
            self.note_path(note),
            number("node_line", node),
            number("node_column", node),
            number("node_end_line", node),
            number("node_end_column", node),
            self.texts[heading] if heading >= 0 else "",
        )

    def note_path(self, note: int) -> str:
        """The path of a note node below the vault."""
        facts = self.facts_of(note, "path")
        return str(self.value(facts[0])) if facts else self.label(note)

    def _evidence_at(self, row: int) -> Evidence:
        number = self.number
        heading, stated = number("evidence_heading", row), number("evidence_stated", row)
        return Evidence(
            self.note_path(number("evidence_note", row)),
            number("evidence_line", row),
            number("evidence_column", row),
            number("evidence_end_line", row),
            number("evidence_end_column", row),
            self.texts[heading] if heading >= 0 else "",
            self.period(stated).text if stated >= 0 else "",
        )


def _decimal(mantissa: Any, exponent: int) -> Decimal:
    return Decimal(int(mantissa)).scaleb(exponent)
