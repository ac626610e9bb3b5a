"""In: how far it is. Out: one line on a terminal that people look at. Room: disk."""

from __future__ import annotations

import sys
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import Self

__all__ = ["ProgressLine"]

_EVERY = 0.1
"""Seconds between two drawings."""


class ProgressLine:
    """A line on standard error that counts up and goes away; nothing at all where that is no terminal."""

    def __init__(self, words: str) -> None:
        self._words, self._drawn, self._last, self._lock = words, False, monotonic(), Lock()
        self._seen = sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        if not self._seen:
            return
        with self._lock:
            now = monotonic()
            if now - self._last >= _EVERY:
                self._last, self._drawn = now, True
                sys.stderr.write(f"\r\x1b[K{self._words} {done:,} of {total:,}")
                sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
