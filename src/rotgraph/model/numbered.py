"""In: nothing. Out: a table that numbers what is looked up in it. Room: model."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import TypeVar

__all__ = ["numbered"]

T = TypeVar("T")


def numbered() -> defaultdict[T, int]:
    """A table that gives what is new to it the next number: a look-up in C, where `dict.setdefault` must be told the number first.

    Example:
        >>> table = numbered()
        >>> [table[name] for name in ("a", "b", "a")]
        [0, 1, 0]
    """
    return defaultdict(count().__next__)  # not its own `__len__`: a ring, and a compile looks for none
