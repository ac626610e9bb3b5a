"""In: a text. Out: its words as one folded line, for `contains`. Room: model."""

from __future__ import annotations

from rotgraph.late import regex
from rotgraph.model.schema import fold

__all__ = ["tokens"]

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = regex(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")
"""Runs of letters and digits; signs of scripts written without spaces are words of their own."""


def tokens(text: str) -> str:
    """The words of a text, folded, in order, with a space before, between and after them; one space if there are none.

    A text contains words where ``tokens(words) in tokens(text)``: whole words, in order, whatever stands between them.

    Example:
        >>> tokens("Goldman  Sachs' S&P 500 call")
        ' goldman sachs s p 500 call '
    """
    return f" {found} " if (found := " ".join(_WORD.findall(fold(text)))) else " "
