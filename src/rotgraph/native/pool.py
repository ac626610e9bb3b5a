"""In: a graph, and values made while a query runs. Out: values by kind and number, and their columns. Room: native.

Numbers below the graph's own counts are the graph's; those from there on were made by this evaluation (sums, parts of values).
A made block may be lazy: its columns are arrays, its `Quantity` objects are made when a cell is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol, TypeAlias

import numpy as np

from rotgraph.errors import InternalError
from rotgraph.late import dataclass
from rotgraph.model.graph import QuantityFlag
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.native.arrays import Array
from rotgraph.native.index import Index

__all__ = ["NUMBER", "SHARE", "Block", "Dimensions", "Made", "Pool", "Quantities", "quantities_of"]

SHARE = QuantityFlag.WIDE << 1
"""A bit beside those of the graph: the quantity is so many out of so many."""
Made: TypeAlias = "Quantity | Period | Decimal | int | str | None"
"""A value an operator made; None is none."""

NUMBER = 6
"""The kind of a computed number without a unit (``avg(year)``): shown as a `Decimal`, compared as a bare quantity."""


@dataclass(frozen=True, slots=True)
class Quantities:
    """Columns of a table of quantities: keys in the base unit of the dimension, flags as in the graph, unit codes of the pool."""

    low: Array
    high: Array
    middle: Array
    flags: Array
    unit: Array

    def take(self, ids: Array | int) -> Quantities:
        return Quantities(self.low[ids], self.high[ids], self.middle[ids], self.flags[ids], self.unit[ids])

    def __len__(self) -> int:
        return len(self.low)


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The dimensions of a pool's units, by name."""

    of_unit: Array
    names: tuple[str, ...]
    durations: Array
    """Which of them are lengths of time."""
    percent: int
    order: Array
    """The place of each in an order of values: months and days are measured together."""
    months: Array
    """Of each unit code whether it is the month,"""
    factors: Array
    """and how many of the base unit of its dimension it is."""


def _dimensions(units: Sequence[str]) -> Dimensions:
    known = [unit_of(unit) for unit in units]
    names = [f"duration:{each.name}" if each.dimension == "duration" else each.dimension for each in known]
    ordered = sorted(set(names))
    measured = [name.partition(":")[0] if name.startswith("duration:") else name for name in ordered]
    places = {name: place for place, name in enumerate(dict.fromkeys(sorted(measured)))}
    return Dimensions(
        np.array([ordered.index(name) for name in names], np.int16),
        tuple(ordered),
        np.array([name.startswith("duration:") for name in ordered], bool),
        ordered.index("percent") if "percent" in ordered else -1,
        np.array([places[name] for name in measured], np.int64),
        np.array([each.name == "month" for each in known], bool),
        np.array([float(each.factor) for each in known], np.float64),
    )


class Block(Protocol):
    """Quantities made by an operator."""

    @property
    def columns(self) -> Quantities: ...

    def quantity(self, index: int) -> Quantity: ...


@dataclass(frozen=True, slots=True)
class _Listed:
    """A block of quantities that exist."""

    columns: Quantities
    quantities: Sequence[Quantity]

    def quantity(self, index: int) -> Quantity:
        return self.quantities[index]


def quantities_of(values: Sequence[Quantity], units: Pool) -> Quantities:
    """The columns of some quantities."""
    flags = [
        each.low_open * QuantityFlag.LOW_OPEN
        | each.high_open * QuantityFlag.HIGH_OPEN
        | each.approximate * QuantityFlag.APPROXIMATE
        | each.estimate * QuantityFlag.ESTIMATE
        | (each.low is None) * QuantityFlag.NO_LOW
        | (each.high is None) * QuantityFlag.NO_HIGH
        | (each.value is not None) * QuantityFlag.POINT
        | (each.out_of is not None) * SHARE
        for each in values
    ]
    factors = [unit_of(each.unit).factor for each in values]
    pairs = list(zip(values, factors, strict=True))
    return Quantities(
        np.array([_key(each.low, factor, -np.inf) for each, factor in pairs], np.float64),
        np.array([_key(each.high, factor, np.inf) for each, factor in pairs], np.float64),
        np.array([_key(each.middle, factor, np.nan) for each, factor in pairs], np.float64),
        np.array(flags, np.uint16),
        np.array([units.unit_code(each.unit) for each in values], np.int16),
    )


def _key(number: Decimal | None, factor: Decimal, missing: float) -> float:
    return missing if number is None else float(number * factor)


class Pool:
    """Values of one evaluation."""

    def __init__(self, index: Index) -> None:
        self.index, self.graph = index, index.graph
        columns = index.columns
        self.base = len(columns["quantity_text"])
        self._units = list(index.graph.units)
        self._codes = {name: code for code, name in enumerate(self._units)}
        self._blocks: list[tuple[int, Block]] = []
        self._next = self.base
        self._own = index.once(
            "quantities",
            lambda: Quantities(
                columns["low_key"],
                columns["high_key"],
                columns["middle_key"],
                columns["quantity_flags"] | (columns["quantity_out_of"] >= 0) * np.uint16(SHARE),
                columns["quantity_unit"],
            ),
        )
        self._table: Quantities = self._own
        self._dimensions: Dimensions | None = None
        self._texts: list[str] = []
        self._text_ids: dict[str, int] = {}
        self._periods: list[Period] = []
        self._period_ids: dict[Period, int] = {}

    # units

    def unit_code(self, name: str) -> int:
        code = self._codes.get(name)
        if code is None:
            code = self._codes[name] = len(self._units)
            self._units.append(name)
        return code

    def unit_name(self, code: int) -> str:
        return self._units[code]

    def dimensions(self) -> Dimensions:
        """Of each unit code the number of its dimension; durations in months and in days are two."""
        found = self._dimensions
        if found is None or len(found.of_unit) != len(self._units):
            if len(self._units) == len(self.graph.units):
                found = self.index.once("dimensions", lambda: _dimensions(self._units))
            else:
                found = _dimensions(self._units)
            self._dimensions = found
        return found

    # quantities

    def add(self, block: Block) -> Array:
        """Numbers for the quantities of a block."""
        count = len(block.columns)
        self._blocks.append((self._next, block))
        ids = np.arange(self._next, self._next + count)
        self._next += count
        parts = (self._table, block.columns)
        self._table = Quantities(
            *(np.concatenate([getattr(each, name) for each in parts]) for name in ("low", "high", "middle", "flags", "unit"))
        )
        return ids

    def add_quantities(self, quantities: Sequence[Quantity]) -> Array:
        return self.add(_Listed(quantities_of(quantities, self), tuple(quantities)))

    def enter(self, values: Sequence[Made]) -> tuple[Array, Array]:
        """Kinds and numbers of values; kind 0 where there is none."""
        kinds, numbers = np.zeros(len(values), np.uint8), np.zeros(len(values), np.int64)
        quantities: list[Quantity] = []
        places: list[int] = []
        for place, value in enumerate(values):
            if isinstance(value, (Quantity, Decimal)):
                kinds[place] = Kind.QUANTITY if isinstance(value, Quantity) else NUMBER
                quantities.append(value if isinstance(value, Quantity) else Quantity(f"{value:f}", value, value, value))
                places.append(place)
            elif isinstance(value, Period):
                kinds[place], numbers[place] = Kind.PERIOD, self.period_id(value)
            elif isinstance(value, int):
                kinds[place], numbers[place] = Kind.INTEGER, value
            elif isinstance(value, str):
                kinds[place], numbers[place] = Kind.TEXT, self.text_id(value)
        if quantities:
            numbers[places] = self.add_quantities(quantities)
        return kinds, numbers

    @property
    def quantities(self) -> Quantities:
        """The columns of all quantities, made ones included."""
        return self._table

    def quantity(self, number: int) -> Quantity:
        if number < self.base:
            return self.graph.quantity(number)
        for start, block in reversed(self._blocks):
            if number >= start:
                return block.quantity(number - start)
        raise InternalError(f"no quantity {number}")

    # texts and periods

    def text_id(self, text: str) -> int:
        """A number for a text that need not stand in the graph."""
        found = self._text_ids.get(text)
        if found is None:
            found = self._text_ids[text] = len(self.graph.texts) + len(self._texts)
            self._texts.append(text)
        return found

    def text(self, number: int) -> str:
        own = len(self.graph.texts)
        return str(self.graph.texts[number]) if number < own else self._texts[number - own]

    def period_id(self, period: Period) -> int:
        found = self._period_ids.get(period)
        if found is None:
            found = self._period_ids[period] = len(self.index.columns["period_start"]) + len(self._periods)
            self._periods.append(period)
        return found

    def period(self, number: int) -> Period:
        own = len(self.index.columns["period_start"])
        return self.graph.period(number) if number < own else self._periods[number - own]

    def period_bounds(self, ids: Array) -> tuple[Array, Array, Array]:
        """Starts, ends and flags of periods."""
        columns = self.index.columns
        if not self._periods:
            return columns["period_start"][ids], columns["period_end"][ids], columns["period_flags"][ids]
        flags = [each.approximate * 1 | each.open_start * 2 | each.open_end * 4 | each.inferred * 8 for each in self._periods]
        return (
            np.concatenate([columns["period_start"], [each.start for each in self._periods]])[ids],
            np.concatenate([columns["period_end"], [each.end for each in self._periods]])[ids],
            np.concatenate([columns["period_flags"], np.array(flags, np.uint8)])[ids],
        )

    def decimal(self, kind: int, number: int) -> Decimal:
        """A number as a decimal: an integer, or the middle of a quantity."""
        if kind == Kind.INTEGER:
            return Decimal(number)
        middle = self.quantity(number).middle
        if middle is None:
            raise InternalError("a quantity without bounds")
        return middle
