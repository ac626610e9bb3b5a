"""In: arrays of ids. Out: what the engine does with them everywhere. Room: native."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Mask", "distinct", "pointers_of", "spread"]

Array: TypeAlias = "npt.NDArray[Any]"
Mask: TypeAlias = "npt.NDArray[np.bool_]"


def spread(starts: Array, counts: Array) -> tuple[Array, Array]:
    """All positions of many slices, one after the other: (number of the slice, position)."""
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    owners = np.arange(len(counts)).repeat(counts)
    return owners, np.arange(total) + (starts - ends + counts).repeat(counts)


def distinct(nodes: Array, size: int) -> Array:
    """Rising distinct ids below ``size``: by sorting when they are few, by marking when they are many."""
    if len(nodes) * 8 < size:
        ordered = np.sort(nodes)
        first = np.empty(len(ordered), bool)
        first[:1] = True
        np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
        return ordered[first]
    marks = np.zeros(size, bool)
    marks[nodes] = True
    return np.flatnonzero(marks)


def pointers_of(rising: Array, size: int) -> Array:
    """Where the run of each id below ``size`` begins in a rising array, and at the end where the last one ends."""
    pointers = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(rising, minlength=size), out=pointers[1:])
    return pointers
