"""In: arrays of ids. Out: what the engine does with them everywhere. Room: native."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.errors import limit_passed
from rotgraph.model.ordering import runs, unique

__all__ = [
    "Array", "Mask", "among", "check_many", "distinct", "numbered", "numbered_rows", "pointers_of", "small", "spread",
]  # fmt: skip

Array: TypeAlias = "npt.NDArray[Any]"
Mask: TypeAlias = "npt.NDArray[np.bool_]"


MOST = 60_000_000
"""Values that are met at once: some columns of half a gigabyte."""


def spread(starts: Array, counts: Array) -> tuple[Array, Array]:
    """All positions of many slices, one after the other: (number of the slice, position).

    Raises: `QueryError` where they are more than fit.
    """
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    check_many(total)
    owners = np.arange(len(counts)).repeat(counts)
    return owners, np.arange(total) + (starts - ends + counts).repeat(counts)


def check_many(count: int) -> None:
    """Raises: `QueryError` where so many values do not fit."""
    if count > MOST:
        raise limit_passed(f"the query meets {count:,} values at once, more than {MOST:,}", "narrow the rows, or take fewer steps")


def distinct(nodes: Array, size: int) -> Array:
    """Rising distinct ids below ``size``: by sorting when they are few, by marking when they are many."""
    if len(nodes) * 8 < size:
        return unique(nodes)
    marks = np.zeros(size, bool)
    marks[nodes] = True
    return np.flatnonzero(marks)


def pointers_of(rising: Array, size: int) -> Array:
    """Where the run of each id below ``size`` begins in a rising array, and at the end where the last one ends."""
    pointers = np.zeros(size + 1, np.int32 if len(rising) < 1 << 31 else np.int64)
    np.cumsum(np.bincount(rising, minlength=size), out=pointers[1:])
    return pointers


def small(values: Array) -> Array:
    """Whole numbers in their order, counted from the least, in two bytes where that suffices: those sort by their digits."""
    if not len(values):
        return values.astype(np.uint16)
    least = int(values.min())
    return (values - least).astype(np.uint16) if int(values.max()) - least < 1 << 16 else values


def numbered(values: Array) -> tuple[Array, Array]:
    """Rising distinct values, and of each value its place among them."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = runs(ordered)
    return ordered[new], _places(order, new)


def numbered_rows(*columns: Array) -> tuple[Array, Array]:
    """As `numbered`, of rows of several columns: (the first place of each distinct row, of each row its number)."""
    order = np.lexsort(columns[::-1])
    new = runs(*(column[order] for column in columns))
    return order[new], _places(order, new)


def _places(order: Array, new: Mask) -> Array:
    places = np.empty(len(order), np.int64)
    places[order] = np.cumsum(new) - 1
    return places


def among(values: Array, wanted: Array) -> Mask:
    """Which of the values stand among the wanted ones; these are rising."""
    if not len(wanted):
        return np.zeros(len(values), bool)
    at = wanted.searchsorted(values)
    at[at == len(wanted)] = 0
    found: Mask = wanted[at] == values
    return found
