"""In: bytes and a path. Out: a file that holds all of them, or none. Room: disk.

A crash between any two steps leaves the old file or the new one: the new bytes are synced before they get the name, and the folder
after.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["Bytes", "replace_file", "sync_folder", "write_new"]

Bytes = bytes | bytearray | memoryview

_CHUNK = 1 << 24
"""Bytes handed to the system at once: some write no more than 2 GiB in one call."""
_SMALL = 1 << 20
"""Pieces below this many bytes are written together."""


def write_new(path: Path, pieces: Iterable[Bytes]) -> None:
    """Write a file that nobody reads yet, and sync it.

    Raises:
        OSError: the disk is full, or cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
    held = bytearray()
    try:
        for piece in pieces:
            if len(piece) < _SMALL:
                held += piece
            if len(piece) >= _SMALL or len(held) >= _SMALL:
                _write_all(handle, held)
                held = bytearray()
            if len(piece) >= _SMALL:
                _write_all(handle, piece)
        _write_all(handle, held)
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, data: Bytes) -> None:
    left = memoryview(data)
    while len(left):
        left = left[os.write(handle, left[:_CHUNK]) :]


def replace_file(path: Path, data: bytes, *, beside: str) -> None:
    """Put new bytes under a name that others read, whole or not at all; ``beside`` is a suffix nobody else uses meanwhile."""
    temporary = path.with_name(f"{path.name}.{beside}")
    try:
        write_new(temporary, (data,))
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    if os.name == "nt":  # Windows has no handle of a folder to sync
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
