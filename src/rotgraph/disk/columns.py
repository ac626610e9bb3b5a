"""In: a column of numbers. Out: few bytes, and any part of the column again. Room: disk.

Numbers lie in segments, each compressed by itself, so that who looks at a part decompresses no more than that. In a segment all
lowest bytes stand together, then all second ones, and so on: the higher ones are nearly always the same. Where numbers mostly rise,
steps from one to the next stand for them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rotgraph.disk.frames import Frames, run_of

__all__ = ["PackedColumn", "from_planes", "pack_column", "planes"]

_NUMBERS = 1 << 12
"""In a segment."""


def pack_column(column: npt.NDArray[Any], *, steps: bool) -> tuple[str, bytes]:
    """The type in which the numbers of a segment stand, and the segments."""
    segments = [column[at : at + _NUMBERS] for at in range(0, len(column), _NUMBERS)]
    if steps:
        segments = [np.diff(each, prepend=each.dtype.type(0)) for each in segments]
    kind = column.dtype.newbyteorder("<").str
    if column.dtype.kind != "f":
        low, high = min((int(each.min()) for each in segments), default=0), max((int(each.max()) for each in segments), default=0)
        kind = next(each for each in ("<i1", "<i2", "<i4", "<i8") if np.iinfo(each).min <= low and high <= np.iinfo(each).max)
    return kind, run_of(planes(each.astype(kind)) for each in segments)


def planes(numbers: npt.NDArray[Any]) -> bytes:
    """All lowest bytes of the numbers, then all second ones, and so on."""
    return numbers.view(np.uint8).reshape(len(numbers), numbers.itemsize).T.tobytes()


def from_planes(data: bytes, kind: str | np.dtype[Any]) -> npt.NDArray[Any]:
    """The numbers again.

    Raises:
        ValueError: these are no whole numbers.
    """
    size = np.dtype(kind).itemsize
    count, rest = divmod(len(data), size)
    if rest:
        raise ValueError(f"{len(data)} bytes of numbers of {size}")
    told, together = np.frombuffer(data, np.uint8), np.empty((count, size), np.uint8)
    for place in range(size):  # three times as fast as to turn it over at once
        together[:, place] = told[place * count : (place + 1) * count]
    numbers: npt.NDArray[Any] = together.view(kind)[:, 0]
    return numbers


class PackedColumn:
    """A column of which parts are decompressed as they are asked for."""

    def __init__(self, data: memoryview, name: str, count: int, kind: str, dtype: str, *, steps: bool) -> None:
        self._frames, self._count = Frames(data, -(-count // _NUMBERS), name), count
        self._kind, self._dtype, self._steps = np.dtype(kind), np.dtype(dtype), steps
        self._open: dict[int, npt.NDArray[Any]] = {}

    def part(self, start: int, end: int) -> npt.NDArray[Any]:
        """The numbers from one place up to another.

        Raises:
            UnusableError: they are damaged.
        """
        end = min(end, self._count)
        first, last = start // _NUMBERS, (end - 1) // _NUMBERS
        if start >= end:
            return np.empty(0, self._dtype)
        if first == last:
            return self._held(first)[start - first * _NUMBERS : end - first * _NUMBERS]
        found = np.empty(end - start, self._dtype)
        for number in range(first, last + 1):
            at = number * _NUMBERS
            segment = self._segment(number)[max(start - at, 0) : end - at]
            found[max(at - start, 0) :][: len(segment)] = segment
        found.setflags(write=False)
        return found

    def number(self, place: int) -> int:
        """The number at a place; raises as `part` does."""
        segment, within = divmod(place, _NUMBERS)
        return int(self._held(segment)[within])

    def _held(self, number: int) -> npt.NDArray[Any]:
        found = self._open.get(number)
        if found is None:
            found = self._open[number] = self._segment(number)
        return found

    def _segment(self, number: int) -> npt.NDArray[Any]:
        size = min(_NUMBERS, self._count - number * _NUMBERS) * self._kind.itemsize
        numbers = from_planes(self._frames.piece(number, whole=lambda data: len(data) == size), self._kind)
        found = np.cumsum(numbers, dtype=self._dtype) if self._steps else numbers.astype(self._dtype, copy=False)
        found.setflags(write=False)
        return found
