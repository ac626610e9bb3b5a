"""In: nothing. Out: free memory, to the system, now or as it is let go. Room: model."""

from __future__ import annotations

import sys

__all__ = ["give_back", "keep_large_apart"]

_MMAP_THRESHOLD, _LARGE = -3, 1 << 20


def keep_large_apart() -> None:
    """Columns of a megabyte are given back when they are let go: once such a one was, the C library would keep the next among the
    small, where what lies above it holds it fast."""
    if sys.platform == "linux":
        from ctypes import CDLL

        choose = getattr(CDLL(None), "mallopt", None)
        if choose is not None:
            choose(_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Give back what is free but lies between what is used: the C library of Linux keeps it, a gigabyte for ten thousand notes."""
    if sys.platform == "linux":
        from ctypes import CDLL

        trim = getattr(CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
