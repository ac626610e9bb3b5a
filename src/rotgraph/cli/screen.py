"""In: streams and the environment. Out: how wide, how coloured, how encoded. Room: cli."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

__all__ = ["color_wanted", "emit", "emit_bytes", "prepare_streams", "width_wanted"]

_UNBOUNDED = 10_000
"""Columns of what is no screen: nothing folds in a pipe."""


def color_wanted(stream: TextIO) -> bool:
    """Whether a stream is a terminal that wants colour (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width_wanted() -> int:
    """Columns for a table: those of the terminal, or as ``COLUMNS`` says; a pipe has no edge."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    if not sys.stdout.isatty():
        return _UNBOUNDED
    import shutil

    return shutil.get_terminal_size((100, 24)).columns


def prepare_streams() -> None:
    """UTF-8 into pipes and files whatever the locale; on a terminal what it cannot show becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:  # replaced by a test or a notebook
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stderr else "replace")


def emit_bytes(data: bytes) -> None:
    """Write what is no text to the output, which is a file or a pipe."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def emit(chunks: Iterable[str], *, trusted: bool = False) -> None:
    """Write to the output. A terminal obeys nothing that a note holds, unless the text was made for it (``trusted``)."""
    write = sys.stdout.write
    if not sys.stdout.isatty() or trusted:
        for chunk in chunks:
            write(chunk)
    else:
        from rotgraph.render.harmless import harmless

        for chunk in chunks:
            write(harmless(chunk, lines=True))
    sys.stdout.flush()  # what is said beside it comes after it, in a pipe too
