"""In: pieces of one kind. Out: one run of bytes, and each piece again by its number. Room: disk.

    u32 length of each frame  u32 checksum of the lengths  frames, each a piece that is compressed by itself
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from rotgraph.disk.zstd import ANEW, compress, decompress
from rotgraph.errors import UnusableError

if TYPE_CHECKING:
    from rotgraph.disk.durable import Bytes

__all__ = ["Frames", "run_of"]


def run_of(pieces: Iterable[Bytes]) -> bytes:
    """Pieces as one run of bytes."""
    frames = [compress(piece, ANEW) for piece in pieces]
    lengths = np.fromiter(map(len, frames), "<u4", len(frames)).tobytes()
    return b"".join((lengths, zlib.crc32(lengths).to_bytes(4, "little"), *frames))


class Frames:
    """A run of frames; each is decompressed when it is asked for."""

    def __init__(self, data: memoryview, count: int, name: str) -> None:
        """Look at the lengths.

        Args:
            name: what it is, for the one who is told that it is damaged.

        Raises:
            UnusableError: they are damaged.
        """
        lengths, checksum = data[: count * 4], data[count * 4 : count * 4 + 4]
        if zlib.crc32(lengths).to_bytes(4, "little") != checksum:
            raise UnusableError(f"{name} is damaged")
        ends = np.cumsum(np.frombuffer(lengths, "<u4"), dtype=np.int64) + (count * 4 + 4)
        self._name, self._data, self._ends = name, data, (count * 4 + 4, *ends.tolist())

    def piece(self, number: int, *, whole: Callable[[bytes], bool]) -> bytes:
        """One piece.

        Args:
            whole: whether it is as long as it must be.

        Raises:
            UnusableError: it is damaged.
        """
        try:
            found = decompress(self._data[self._ends[number] : self._ends[number + 1]])
        except UnusableError:
            found = None
        if found is None or not whole(found):
            raise UnusableError(f"{self._name} is damaged")
        return found
