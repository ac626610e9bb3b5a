"""In: bytes and columns that nobody needs for a while. Out: the same again. Room: model.

What ten thousand notes name and state would fill the memory until they are joined and written, and so would the columns that are
made of it: they wait in files without a name, which end with the process that holds them. Columns are mapped: they are arrays like
others, and take memory only where somebody has looked at them since the last `forget`.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable
from threading import Lock
from typing import IO, Any
from weakref import WeakSet

import numpy as np
import numpy.typing as npt

__all__ = ["EMPTY", "Pile", "Spool", "Spooled", "Waiting", "forget", "forgettable"]

_SMALL = 1 << 16
"""Bytes of a column that may stay in the memory."""
_GATHERED = 1 << 20
"""Bytes that are written together."""
_MAPS = WeakSet[mmap.mmap]()


def forget() -> None:
    """What has been looked at of all that waits takes no memory until somebody looks at it again."""
    if hasattr(mmap, "MADV_DONTNEED"):
        for each in list(_MAPS):
            each.madvise(mmap.MADV_DONTNEED)


def forgettable(data: mmap.mmap) -> None:
    """A file that somebody has mapped, to read only, is among what is forgotten."""
    _MAPS.add(data)


class Spool:
    """What waits on the disk, or in the memory where nothing can be written. Several threads may use it."""

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        """Nothing is opened before something is put down.

        Args:
            folder: where the file lies; in the memory if None.
        """
        self._file: IO[bytes] | None = None
        self._folder = folder
        self._lock = Lock()
        self._end = 0
        self._waiting = bytearray()
        """Put down after that."""
        self._lost: dict[int, bytearray] = {}
        """What could not be written, by its place."""

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def put(self, data: bytes) -> Spooled:
        """Put bytes down."""
        if not data:
            return EMPTY
        if self._folder is None:
            return Spooled(None, 0, data)
        with self._lock:
            at = self._end + len(self._waiting)
            self._waiting += data
            if len(self._waiting) >= _GATHERED:
                self._flush()
        return Spooled(self, at, len(data))

    def _flush(self) -> None:
        """Write what was put down last."""
        waiting, at = self._waiting, self._end
        self._waiting = bytearray()
        if waiting and self._write((waiting,)) < 0:
            self._lost[at] = waiting
            self._end += len(waiting)

    def written(self, data: bytes) -> bool:
        """Whether bytes lie on the disk, after all that were put down before."""
        with self._lock:
            self._flush()
            return not self._lost and self._write((data,)) >= 0

    def get(self, at: int, length: int) -> bytes:
        """The bytes that lie at a place.

        Raises:
            OSError: the disk does not give them back.
        """
        with self._lock:
            if at >= self._end:
                return bytes(self._waiting[at - self._end : at - self._end + length])
            for start, held in self._lost.items():
                if start <= at < start + len(held):
                    return bytes(held[at - start : at - start + length])
            if self._file is None:
                raise OSError("nothing was written")
            self._file.seek(at)
            found = self._file.read(length)
        if len(found) != length:
            raise OSError("what was written is not there")
        return found

    def column(self, column: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """A column that waits, to be read only."""
        if self._folder is None or column.nbytes <= _SMALL:
            return column
        found: npt.NDArray[Any] = self.rows((column,))[0]
        return found

    def rows(self, columns: Iterable[npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """Columns of one length that wait as the rows of a matrix, to be read only; each is asked for when the last is written."""
        each: npt.NDArray[Any] = np.empty(0)
        held, at, count = list[npt.NDArray[Any]](), -1, 0
        with self._lock:
            self._flush()
            for each in columns:
                if each.nbytes > _SMALL and not held:
                    place = self._write((np.ascontiguousarray(each).data.cast("B"),), aligned=not count)
                    at = place if not count else at
                    if place >= 0:
                        count += 1
                        forget()
                        continue
                held.append(each)
            if not count:
                return np.stack(held)
            found = self._mapped(at, count, each)
        return np.concatenate((found, np.stack(held))) if held else found

    def pile(self) -> Pile:
        """A pile that lies where this lies."""
        return Pile(Spool(self._folder))

    def _write(self, pieces: Iterable[bytes | bytearray | memoryview], *, aligned: bool = False) -> int:
        """The place where bytes are put; -1 if they cannot be."""
        at = self._end + (-self._end % mmap.ALLOCATIONGRANULARITY if aligned else 0)
        if self._folder is None:
            return -1
        try:
            if self._file is None:
                from tempfile import TemporaryFile  # a query does without

                self._file = TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 - ends with this
            self._file.seek(at)
            for piece in pieces:
                left = memoryview(piece)
                while len(left):
                    left = left[self._file.write(left) :]
            self._end = self._file.tell()
        except OSError:  # the disk is full, say
            self._folder = None
            return -1
        return at

    def _mapped(self, at: int, count: int, like: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Rows that were written one after another."""
        assert self._file is not None  # noqa: S101 - something was
        data = mmap.mmap(self._file.fileno(), count * like.nbytes, offset=at, access=mmap.ACCESS_READ)
        _MAPS.add(data)
        found: npt.NDArray[Any] = np.frombuffer(data, like.dtype).reshape(count, *like.shape)
        return found

    def view(self) -> memoryview:
        """All that was put down, one after another, as one block of bytes."""
        if self._file is None or not self._end:
            return memoryview(b"")
        data = mmap.mmap(self._file.fileno(), self._end, access=mmap.ACCESS_READ)
        _MAPS.add(data)
        return memoryview(data)


class Waiting(dict[str, "npt.NDArray[Any]"]):
    """Columns by name; each waits as soon as it is put in, and takes no memory until somebody looks at it."""

    def __init__(self, spool: Spool) -> None:
        super().__init__()
        self.spool = spool

    def __setitem__(self, name: str, column: npt.NDArray[Any]) -> None:
        super().__setitem__(name, self.spool.column(column))
        forget()

    def put(self, columns: Iterable[tuple[str, npt.NDArray[Any]]]) -> None:
        """Put some in, one after another."""
        for name, column in columns:
            self[name] = column


class Spooled:
    """Bytes that somebody has put down: ``bytes`` of it reads them, its truth tells whether there are any."""

    __slots__ = ("_at", "_held", "_spool")

    def __init__(self, spool: Spool | None, at: int, held: bytes | int) -> None:
        self._spool, self._at, self._held = spool, at, held

    def __bytes__(self) -> bytes:
        if isinstance(self._held, bytes):
            return self._held
        return self._spool.get(self._at, self._held) if self._spool is not None else b""

    def __len__(self) -> int:
        return len(self._held) if isinstance(self._held, bytes) else self._held


EMPTY = Spooled(None, 0, b"")


class Pile:
    """Pieces of bytes that come one after another, and are looked at together when all are there."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.lengths: list[int] = []
        """Of the pieces."""
        self._waiting: list[bytes] = []
        self._size = 0
        self._late = False

    def add(self, piece: bytes) -> None:
        """One more."""
        self.lengths.append(len(piece))
        self._waiting.append(piece)
        self._size += len(piece)
        if self._size >= _GATHERED and not self._late:
            self._down()

    def _down(self) -> None:
        self._late = not self._spool.written(b"".join(self._waiting))
        if not self._late:
            self._waiting.clear()
            self._size = 0

    def view(self) -> memoryview:
        """All of them."""
        if not self._late and self._waiting:
            self._down()
        written = self._spool.view()
        return memoryview(b"".join((written, *self._waiting))) if self._waiting else written

    def pieces(self) -> list[memoryview]:
        """Each of them."""
        whole, at, found = self.view(), 0, list[memoryview]()
        for length in self.lengths:
            found.append(whole[at : at + length])
            at += length
        return found
