"""In: bytes and a path. Out: a file that holds all of them, or none. Room: disk.

A crash between any two steps leaves the old file or the new one: the new bytes are synced before they get the name, and the folder
after.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["Bytes", "replace_file", "sync_folder", "write_new"]

Bytes = bytes | memoryview

_CHUNK = 1 << 24
"""Bytes handed to the system at once: some write no more than 2 GiB in one call."""


def write_new(path: Path, pieces: Iterable[Bytes]) -> None:
    """Write a file that nobody reads yet, and sync it.

    Raises:
        OSError: the disk is full, or cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
    try:
        for piece in pieces:
            _write_all(handle, memoryview(piece))
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, data: memoryview) -> None:
    at = 0
    while at < len(data):
        at += os.write(handle, data[at : at + _CHUNK])


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
