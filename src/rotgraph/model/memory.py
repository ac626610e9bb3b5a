"""In: nothing. Out: free memory, to the system. Room: model."""

from __future__ import annotations

import sys

__all__ = ["give_back"]


def give_back() -> None:
    """Give back what is free but lies between what is used: the C library of Linux keeps it, a gigabyte for ten thousand notes."""
    if sys.platform == "linux":
        from ctypes import CDLL

        trim = getattr(CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
