"""In: the text of a ticker. Out: the traded symbols in it. Room: resolve."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rotgraph.model.schema import fold

__all__ = ["traded"]

_PARENTHESIS = re.compile(r"\([^()]*\)")
_SYMBOL = re.compile(r"[A-Z0-9]{1,10}(?:[.\-][A-Z0-9]{1,4})?")
_PARTS = re.compile(r"\s*(?:[,;/|]|\band\b|&)\s*")


def traded(text: str, exchanges: Sequence[str]) -> tuple[str, ...]:
    """The symbols in a text, in order; none where it holds other words.

    Example:
        >>> traded("6857.T (Tokyo), ATEYY (ADR); NYSE: Q", ("nyse",))
        ('6857.T', 'ATEYY', 'Q')
        >>> traded("Private", ())
        ()
    """
    found: dict[str, None] = {}
    for part in _PARTS.split(_PARENTHESIS.sub(" ", text)):
        words = [word for word in part.rpartition(":")[2].split() if fold(word) not in exchanges]
        if words and all(_SYMBOL.fullmatch(word) for word in words):
            found.setdefault(" ".join(words) if len(words) == 2 and len(words[1]) <= 2 else words[0])
    return tuple(found)
