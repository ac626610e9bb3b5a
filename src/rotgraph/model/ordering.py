"""In: columns of integers. Out: the order of their rows, and what they hold. Room: model.

A sort of whole 64-bit integers is many times faster than a sort of indices by what they stand for, so keys are packed side by
side with the number of the row, as many as fit; and a sort tells values apart many times faster than a table of hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["order_by", "pieces", "runs", "taken", "unique"]

_Ints: TypeAlias = "npt.NDArray[np.integer[Any]] | npt.NDArray[np.bool_]"
_BITS = 63
_PIECE = 1 << 18
"""Rows worked on in one go where a column of them would be made on the way."""
_FEW = 24
"""Numbers that a set tells apart sooner than arrays do."""


def order_by(*keys: _Ints) -> npt.NDArray[np.int64]:
    """The rows in the order of their keys, the first key first; rows of equal keys in the order they have.

    Shape: as `numpy.lexsort` with its keys the other way round.
    """
    count = len(keys[0])
    if count < 2:
        return np.arange(count, dtype=np.int64)
    own = (count - 1).bit_length()
    waiting = list(keys)
    order: npt.NDArray[np.int64] | None = None
    """None as long as it is that in which the rows came."""
    while waiting:
        packed, used = np.arange(count, dtype=np.int64), own
        while waiting and (width := _width(waiting[-1])) + used <= _BITS:
            key = waiting.pop()
            low = key.min().astype(np.int64)
            for part in pieces(count):
                steps = (key[part] if order is None else key[order[part]]).astype(np.int64)
                steps -= low
                steps <<= used
                packed[part] |= steps
            used += width
        if used > own or not waiting:
            packed.sort(kind="stable")  # a merge of runs: most columns rise for a while, again and again
            packed &= (1 << own) - 1
        else:
            key = waiting.pop()
            packed = np.argsort(key if order is None else key[order], kind="stable")
        order = packed if order is None else order[packed]
    return order if order is not None else np.arange(count, dtype=np.int64)


def _width(key: _Ints) -> int:
    """How many bits hold a column, counted from its least."""
    return (int(key.max()) - int(key.min())).bit_length()


def pieces(count: int, most: int = _PIECE) -> Iterator[slice]:
    """All of so many rows, some at a time."""
    return (slice(low, min(low + most, count)) for low in range(0, count, most))


def taken(column: npt.NDArray[Any], rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """``column[rows]``, without the rows as numbers of 64 bits beside them; -1 is the last, as there."""
    found = np.empty(len(rows), column.dtype)
    for part in pieces(len(rows)):
        np.take(column, rows[part], out=found[part], mode="wrap")
    return found


def unique(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Rising distinct values. (`numpy.unique` is slower, and loads masked arrays when it is first called.)"""
    if len(values) <= _FEW and values.dtype.kind in "iu":
        return np.array(sorted(set(values.tolist())), values.dtype)
    ordered = np.sort(values)
    return ordered[runs(ordered)]


def runs(*columns: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Whether each row differs in some column from the one before it; the first does."""
    first, *others = columns
    new = np.empty(len(first), bool)
    new[:1] = True
    np.not_equal(first[1:], first[:-1], out=new[1:])
    for column in others:
        new[1:] |= column[1:] != column[:-1]
    return new
