"""In: frames of one kind. Out: one run of bytes, and each frame again by its number. Room: disk.

    u32 length of each frame  u32 checksum of the lengths  frames
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from rotgraph.errors import UnusableError

__all__ = ["Frames", "run_of"]


def run_of(frames: Sequence[bytes]) -> bytes:
    """Frames as one run of bytes."""
    lengths = np.fromiter(map(len, frames), "<u4", len(frames)).tobytes()
    return b"".join((lengths, zlib.crc32(lengths).to_bytes(4, "little"), *frames))


class Frames:
    """A run of frames; each is looked for when it is asked for."""

    def __init__(self, data: memoryview, count: int) -> None:
        """Look at the lengths.

        Raises:
            UnusableError: they are damaged.
        """
        lengths, checksum = data[: count * 4], data[count * 4 : count * 4 + 4]
        if zlib.crc32(lengths).to_bytes(4, "little") != checksum:
            raise UnusableError("damaged: lengths of frames")
        ends = np.cumsum(np.frombuffer(lengths, "<u4"), dtype=np.int64) + (count * 4 + 4)
        self._data, self._ends = data, (count * 4 + 4, *ends.tolist())

    def __getitem__(self, number: int) -> memoryview:
        return self._data[self._ends[number] : self._ends[number + 1]]
