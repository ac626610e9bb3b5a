"""In: facts whose quantities and periods have any numbers. Out: the same numbered as the facts use them. Room: model.

What number a value has depends on nothing but the facts and their order: who changes some facts of a graph comes to the numbers
that a graph made from nothing has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.model.ordering import pieces
from rotgraph.model.value import Kind
from rotgraph.model.value_rows import PERIOD_COLUMNS, QUANTITY_COLUMNS

__all__ = ["Ordered", "first_uses", "in_order", "ordered_by_use"]

_Ints: TypeAlias = "npt.NDArray[np.int64]"
Ordered: TypeAlias = "tuple[_Ints, _Ints]"
"""Quantities and periods in the order in which facts use them, by the numbers they had; those that nothing uses are left out."""


def first_uses(numbers: npt.NDArray[np.integer[Any]], count: int) -> _Ints:
    """Where in a column each number stands first; the length of the column where it does not.

    Args:
        count: numbers there may be; less than nothing is none.
    """
    found = np.full(count + 1, len(numbers), np.int64)
    for part in reversed(list(pieces(len(numbers)))):
        found[numbers[part][::-1]] = np.arange(part.stop - 1, part.start - 1, -1)  # what is written last counts
    return found[:-1]


def ordered_by_use(
    kind: npt.NDArray[Any], value: npt.NDArray[np.int32], stated: npt.NDArray[np.int32], counts: tuple[int, int]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], Ordered]:
    """Values of facts and dates of their evidence with quantities and periods numbered as they are used.

    Args:
        kind: of each fact.
        counts: of quantities and of periods.
    """
    value = value.copy()
    orders = []
    for each, count, beside in ((Kind.QUANTITY, counts[0], stated[:0]), (Kind.PERIOD, counts[1], stated)):
        at = np.flatnonzero(kind == each)
        used = np.concatenate((value[at], beside))
        firsts = first_uses(used, count)
        order = np.argsort(firsts, kind="stable")[: int((firsts < len(used)).sum())]
        numbers = np.full(count + 1, -1, np.int32)
        numbers[order] = np.arange(len(order))
        value[at] = numbers[value[at]]
        if len(beside):
            stated = numbers[stated]
        orders.append(order)
    return value, stated, (orders[0], orders[1])


def in_order(
    columns: Mapping[str, npt.NDArray[Any]], units: Sequence[str], ordered: Ordered
) -> tuple[dict[str, npt.NDArray[Any]], tuple[str, ...]]:
    """The columns of quantities and periods in that order, and the units, which are numbered likewise."""
    told = {
        name: columns[name][order]
        for names, order in zip((QUANTITY_COLUMNS, PERIOD_COLUMNS), ordered, strict=True)
        for name in names
    }
    unit = told["quantity_unit"]
    firsts = first_uses(unit, len(units))
    order = np.argsort(firsts, kind="stable")[: int((firsts < len(unit)).sum())]
    numbers = np.full(len(units) + 1, -1, unit.dtype)
    numbers[order] = np.arange(len(order))
    told["quantity_unit"] = numbers[unit]
    return told, tuple(units[each] for each in order.tolist())
