"""In: numeric cells. Out: exact sums, means and deviations per row. Room: native.

The usual column (one unit, numbers that fit) is summed as 64-bit integers over a common power of ten, in two limbs so that no
sum overflows; anything else by `values.amounts`, row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal

import numpy as np

from rotgraph.late import dataclass, replace
from rotgraph.model.graph import QuantityFlag
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Kind, Quantity
from rotgraph.native.arrays import Array
from rotgraph.native.cells import Cells
from rotgraph.native.pool import NUMBER, Made, Pool, Quantities
from rotgraph.native.run import Run
from rotgraph.values.compare import format_quantity, mean, total

__all__ = ["deviations", "sums"]

_LIMB = 31
_SAFE = 2**62
_PLAIN = QuantityFlag.WIDE | QuantityFlag.ORDINAL
_DIGITS = 50
_DAYS_A_MONTH = Decimal("30.436875")
"""Over 400 years: for what has no bounds, an order or a deviation."""


def sums(cells: Cells, run: Run, *, average: bool) -> Cells:
    """The sum (or mean) of each row that has values; low, high and marks carried along."""
    rows = np.flatnonzero(cells.counts)
    if cells.only == Kind.INTEGER:
        return _whole(cells, rows, run, average=average)
    if not len(rows):
        return Cells(cells.count, rows, Kind.QUANTITY, np.empty(0, np.int64))
    block = _block(cells, rows, run.pool, average=average)
    kind = NUMBER if cells.only == NUMBER else Kind.QUANTITY
    if block is not None:
        return Cells(cells.count, rows, kind, run.pool.add(block))
    quantities = [(mean if average else total)(part) for part in _parts(cells, rows, run.pool)]
    return Cells(cells.count, rows, kind, run.pool.add_quantities(quantities))


def _parts(cells: Cells, rows: Array, pool: Pool) -> Sequence[list[Quantity]]:
    pointers, kinds = cells.pointers, cells.kind_of_each
    made: dict[tuple[int, int], Quantity] = {}

    def quantity(at: int) -> Quantity:
        key = (int(kinds[at]), int(cells.ids[at]))
        if key not in made:
            number = Decimal(key[1])
            made[key] = Quantity("", number, number, number) if key[0] == Kind.INTEGER else pool.quantity(key[1])
        return made[key]

    return [[quantity(at) for at in range(int(pointers[row]), int(pointers[row + 1]))] for row in rows.tolist()]


def _whole(cells: Cells, rows: Array, run: Run, *, average: bool) -> Cells:
    starts = cells.pointers[:-1][rows]
    totals = np.add.reduceat(cells.ids.astype(np.int64), starts) if len(rows) else np.empty(0, np.int64)
    if not average:
        return Cells(cells.count, rows, Kind.INTEGER, totals)
    counts = cells.counts[rows]
    means: list[Made] = [_quotient(Decimal(sum_), count) for sum_, count in zip(totals.tolist(), counts.tolist(), strict=True)]
    return Cells(cells.count, rows, NUMBER, run.pool.enter(means)[1])


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums as integers over a power of ten (two limbs each), and what they are divided by."""

    columns: Quantities
    limbs: dict[str, tuple[Array, Array]]
    exponent: int
    counts: Array | None
    unit: str

    def quantity(self, index: int) -> Quantity:
        flags = int(self.columns.flags[index])
        value = self._part("value", index) if flags & QuantityFlag.POINT else None
        low = None if flags & QuantityFlag.NO_LOW else self._part("low", index)
        high = None if flags & QuantityFlag.NO_HIGH else self._part("high", index)
        made = Quantity(
            "", value, low, high, self.unit,
            low_open=bool(flags & QuantityFlag.LOW_OPEN),
            high_open=bool(flags & QuantityFlag.HIGH_OPEN),
            approximate=bool(flags & QuantityFlag.APPROXIMATE),
            estimate=bool(flags & QuantityFlag.ESTIMATE),
        )  # fmt: skip
        return replace(made, text=format_quantity(made))

    def _part(self, name: str, index: int) -> Decimal:
        high, low = self.limbs[name]
        whole = (int(high[index]) << _LIMB) + int(low[index])
        exact = Decimal(whole).scaleb(self.exponent, Context(prec=100))
        return exact if self.counts is None else _quotient(exact, int(self.counts[index]))


def _quotient(number: Decimal, by: int) -> Decimal:
    if by == 1:
        return number
    return Context(prec=len(number.as_tuple().digits) + _DIGITS, Emax=999_999, Emin=-999_999).divide(number, Decimal(by))


def _block(cells: Cells, rows: Array, pool: Pool, *, average: bool) -> _Sums | None:
    """The fast way: None where numbers are made, wide, of several units or too large."""
    ids = cells.ids
    if not isinstance(cells.kinds, int) or int(ids.max()) >= pool.base:
        return None
    columns = pool.index.columns
    flags, units, exponents = (columns[f"quantity_{name}"][ids] for name in ("flags", "unit", "exponent"))
    if (flags & _PLAIN).any() or (units != units[0]).any():
        return None
    exponent = int(exponents.min())
    shift = exponents.astype(np.int64) - exponent
    parts = {name: columns[f"quantity_{name}"][ids] for name in ("value", "low", "high")}
    largest = max(float(np.abs(part.astype(np.float64)).max()) for part in parts.values())
    if largest * 10.0 ** int(shift.max()) > _SAFE:
        return None
    factor = 10 ** shift
    starts = cells.pointers[:-1][rows]
    limbs = {}
    for name, part in parts.items():
        scaled = part * factor
        limbs[name] = (np.add.reduceat(scaled >> _LIMB, starts), np.add.reduceat(scaled & ((1 << _LIMB) - 1), starts))
    counts = cells.counts[rows] if average else None
    unit = pool.unit_name(int(units[0]))
    scale = float(unit_of(unit).factor) * 10.0**exponent
    flag = _flags(flags, starts)
    scale_of = scale if counts is None else scale / counts
    floats = {name: (high * float(1 << _LIMB) + low) * scale_of for name, (high, low) in limbs.items()}
    low = np.where(flag & QuantityFlag.NO_LOW, -np.inf, floats["low"])
    high = np.where(flag & QuantityFlag.NO_HIGH, np.inf, floats["high"])
    with np.errstate(invalid="ignore"):
        between = np.where(np.isinf(low), np.where(np.isinf(high), np.nan, high), np.where(np.isinf(high), low, (low + high) / 2))
    middle = np.where(flag & QuantityFlag.POINT, floats["value"], between)
    table = Quantities(low, high, middle, flag, np.full(len(rows), units[0], np.int16))
    return _Sums(table, limbs, exponent, counts, unit)


def _flags(flags: Array, starts: Array) -> Array:
    """A doubt of one part is a doubt of the whole; a point only where all are."""
    doubts = QuantityFlag.LOW_OPEN | QuantityFlag.HIGH_OPEN | QuantityFlag.APPROXIMATE | QuantityFlag.ESTIMATE
    doubts |= QuantityFlag.NO_LOW | QuantityFlag.NO_HIGH
    some = np.bitwise_or.reduceat(flags & np.uint16(doubts), starts)
    every = np.bitwise_and.reduceat(flags & np.uint16(QuantityFlag.POINT), starts)
    made: Array = some | every
    return made


def deviations(cells: Cells, run: Run) -> Cells:
    """The sample standard deviation; blank for a single value."""
    counts = cells.counts
    rows = np.flatnonzero(counts > 1)
    made: list[Made] = []
    for part in _parts(cells, rows, run.pool):
        sum_ = total(part)
        points = [(each.middle or Decimal(0)) * _factor(each, sum_.unit) for each in part]
        made.append(_deviation(points, sum_, number=cells.only in (Kind.INTEGER, NUMBER)))
    kinds, ids = run.pool.enter(made)
    return Cells(cells.count, rows, kinds, ids).as_uniform()


def _factor(quantity: Quantity, unit: str) -> Decimal:
    """What makes it one of that unit."""
    if quantity.unit == unit:
        return Decimal(1)
    return _DAYS_A_MONTH if quantity.unit == "month" else unit_of(quantity.unit).factor


def _deviation(points: list[Decimal], sum_: Quantity, *, number: bool) -> Made:
    context = Context(prec=100)
    count = len(points)
    whole = context.create_decimal(0)
    squares = context.create_decimal(0)
    for point in points:
        whole = context.add(whole, point)
        squares = context.add(squares, context.multiply(point, point))
    spread = context.subtract(context.multiply(squares, Decimal(count)), context.multiply(whole, whole))
    found = context.sqrt(context.divide(max(spread, Decimal(0)), Decimal(count * (count - 1))))
    if number:
        return found
    doubtful = sum_.approximate or sum_.value is None
    made = Quantity("", found, found, found, sum_.unit, approximate=doubtful)
    return replace(made, text=format_quantity(made))
