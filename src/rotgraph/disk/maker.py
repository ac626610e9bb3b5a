"""In: nothing. Out: what tells one compiler from another. Room: disk.

A graph is made again when the program that reads notes is another one. An installed package is known by its version; a checkout,
whose files change under one version, by their sizes and times.
"""

from __future__ import annotations

import os
import sys
import zlib
from functools import lru_cache

from rotgraph.version import VERSION

__all__ = ["made_by"]

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_READING = ("notes", "values", "extract", "resolve", "model", "")
"""The rooms that decide what stands in a graph."""


@lru_cache(maxsize=2)
def made_by(*, everything: bool = False) -> str:
    """The compiler that runs; with ``everything``, the whole program, down to how an answer is printed."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if os.path.isdir(os.path.join(_PACKAGE, "_grammar")):
        return f"rotgraph {VERSION}, Python {python}"
    rooms = [each.name for each in os.scandir(_PACKAGE) if each.is_dir()] if everything else _READING
    files = sorted(
        f"{room}/{entry.name} {found.st_size} {found.st_mtime_ns}"
        for room in rooms
        for entry in os.scandir(os.path.join(_PACKAGE, room))
        if entry.name.endswith((".py", ".toml")) and (found := entry.stat())
    )
    return f"rotgraph {VERSION} {zlib.crc32(chr(10).join(files).encode()):08x}, Python {python}"
