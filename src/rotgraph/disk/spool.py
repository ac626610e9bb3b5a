"""In: bytes that nobody needs for a while. Out: the same again. Room: disk.

What ten thousand notes name and state would fill the memory until they are joined and written: it waits in a file without a name,
which ends with the process that holds it.
"""

from __future__ import annotations

import os
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

__all__ = ["EMPTY", "Spool", "Spooled"]


class Spool:
    """Bytes that wait on the disk, or in the memory where none can be written. Several threads may use it."""

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        """Nothing is opened before something is put down.

        Args:
            folder: where the file lies; in the memory if None.
        """
        self._file: IO[bytes] | None = None
        self._folder = folder
        self._lock = Lock()
        self._end = 0

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def put(self, data: bytes) -> Spooled:
        """Put bytes down."""
        if not data:
            return EMPTY
        with self._lock:
            at = self._end
            if self._folder is None or not self._write(data):
                return Spooled(None, 0, data)
            self._end += len(data)
        return Spooled(self, at, len(data))

    def _write(self, data: bytes) -> bool:
        """Whether bytes could be written at the end."""
        try:
            if self._file is None:
                self._file = TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 - ends with this
            self._file.seek(self._end)
            return self._file.write(data) == len(data)
        except OSError:  # the disk is full, say
            self._folder = None
            return False

    def get(self, at: int, length: int) -> bytes:
        """The bytes that lie at a place.

        Raises:
            OSError: the disk does not give them back.
        """
        with self._lock:
            if self._file is None:
                raise OSError("nothing was written")
            self._file.seek(at)
            found = self._file.read(length)
        if len(found) != length:
            raise OSError("what was written is not there")
        return found


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
