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

__all__ = ["FEW", "MANY", "PackedColumn", "from_planes", "pack_column", "planes"]

FEW, MANY = 1 << 12, 1 << 14
"""In a segment: of a column in which single numbers are looked for, and of one that is read in long runs, twice as fast."""


def pack_column(column: npt.NDArray[Any], numbers: int, *, steps: bool) -> tuple[str, bytes]:
    """The type in which the numbers of a segment stand, and the segments, each of so many."""
    starts = range(0, len(column), numbers)

    def segment(at: int) -> npt.NDArray[Any]:
        each = column[at : at + numbers]
        return np.diff(each, prepend=each.dtype.type(0)) if steps else each

    kind = column.dtype.newbyteorder("<").str
    if column.dtype.kind != "f":
        ends = [(int(each.min()), int(each.max())) for each in map(segment, starts)]
        low, high = min((least for least, _ in ends), default=0), max((most for _, most in ends), default=0)
        kind = next(each for each in ("<i1", "<i2", "<i4", "<i8") if np.iinfo(each).min <= low and high <= np.iinfo(each).max)
    return kind, run_of(planes(segment(at).astype(kind)) for at in starts)


def planes(numbers: npt.NDArray[Any]) -> bytes:
    """All lowest bytes of the numbers, then all second ones, and so on."""
    return numbers.view(np.uint8).reshape(len(numbers), numbers.itemsize).T.tobytes()


def from_planes(data: bytes, kind: str | np.dtype[Any], out: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
    """The numbers again.

    Args:
        out: where they go, if they are wanted in this type.

    Raises:
        ValueError: these are no whole numbers.
    """
    size = np.dtype(kind).itemsize
    count, rest = divmod(len(data), size)
    if rest:
        raise ValueError(f"{len(data)} bytes of numbers of {size}")
    numbers: npt.NDArray[Any] = np.empty(count, kind) if out is None else out
    told, together = np.frombuffer(data, np.uint8), numbers.view(np.uint8).reshape(count, size)
    for place in range(size):  # three times as fast as to turn it over at once
        together[:, place] = told[place * count : (place + 1) * count]
    return numbers


class PackedColumn:
    """A column of which parts are decompressed as they are asked for."""

    def __init__(self, data: memoryview, name: str, count: int, numbers: int, kind: str, dtype: str, *, steps: bool) -> None:
        self._frames, self._count, self._numbers = Frames(data, -(-count // numbers), name), count, numbers
        self._kind, self._dtype, self._steps = np.dtype(kind), np.dtype(dtype), steps
        self._open: dict[int, npt.NDArray[Any]] = {}

    def part(self, start: int, end: int) -> npt.NDArray[Any]:
        """The numbers from one place up to another.

        Raises:
            UnusableError: they are damaged.
        """
        end, size = min(end, self._count), self._numbers
        first, last = start // size, (end - 1) // size
        if start >= end:
            return np.empty(0, self._dtype)
        if first == last:
            return self._held(first)[start - first * size : end - first * size]
        found = np.empty(end - start, self._dtype)
        for number in range(first, last + 1):
            at = number * size
            begin, stop = max(start, at), min(end, at + size)
            run = found[begin - start : stop - start]
            if len(run) == self._length(number):
                self._segment(number, run)
            else:
                run[:] = self._segment(number)[begin - at : stop - at]
        found.setflags(write=False)
        return found

    def number(self, place: int) -> int:
        """The number at a place; raises as `part` does."""
        segment, within = divmod(place, self._numbers)
        return int(self._held(segment)[within])

    def _held(self, number: int) -> npt.NDArray[Any]:
        found = self._open.get(number)
        if found is None:
            found = self._segment(number)
            found.setflags(write=False)
            self._open[number] = found
        return found

    def _length(self, number: int) -> int:
        return min(self._numbers, self._count - number * self._numbers)

    def _segment(self, number: int, out: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        size = self._length(number) * self._kind.itemsize
        data = self._frames.piece(number, whole=lambda data: len(data) == size)
        if self._steps:
            return np.cumsum(from_planes(data, self._kind), dtype=self._dtype, out=out)
        if self._kind == self._dtype:
            return from_planes(data, self._kind, out)
        numbers = from_planes(data, self._kind)
        if out is None:
            return numbers.astype(self._dtype)
        out[:] = numbers
        return out
