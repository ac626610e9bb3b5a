"""In: the text of a query, finished or not. Out: its pieces and what each is. Room: query.

For an eye that reads while it types: the parser's own tokens, so that what looks like a keyword is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rotgraph.late import regex
from rotgraph.query.parse import automaton
from rotgraph.query.words import WORD_OF

__all__ = ["Piece", "highlight", "is_unfinished"]


class Piece(NamedTuple):
    """Part of a text, in code points."""

    start: int
    end: int
    role: str
    """``keyword operator function name value link parameter comment mark wrong``; plain text has none and no piece."""


_ROLES = {
    "AGGREGATE": "function", "COUNT": "function", "SYMBOL": "operator", "OPERATOR": "operator", "ADD": "operator",
    "MUL": "operator", "NAME": "name", "CLASS_NAME": "name", "STEP_NAME": "name", "BARE": "value", "END_BARE": "value",
    "STRING": "value", "NUMBER": "value", "INT": "value", "TAG": "link", "WIKILINK": "link", "SAVED": "link",
    "PARAMETER": "parameter", "MARK": "operator", "STAR": "operator", "QUANTIFIER": "keyword", "KNOWN": "keyword",
    "DIRECTION": "keyword", "NULLS_PLACE": "keyword",
}  # fmt: skip
_COMMENT = regex(r"--[^\n]*")


def highlight(text: str) -> Iterator[Piece]:
    """The pieces of a query in their order; from where it cannot be read on, one piece that is ``wrong``."""
    read = automaton().begin(text)
    at = 0
    for token in read.tokens:
        yield from _comments(text, at, token.start)
        role = _ROLES.get(token.kind) or ("keyword" if WORD_OF.get(token.kind, "")[:1].isalpha() else "mark")
        yield Piece(token.start, token.end, role)
        at = token.end
    yield from _comments(text, at, read.position)
    if read.position < len(text):
        yield Piece(read.position, len(text), "wrong")


def _comments(text: str, start: int, end: int) -> Iterator[Piece]:
    return (Piece(found.start(), found.end(), "comment") for found in _COMMENT.finditer(text, start, end))


def is_unfinished(text: str) -> bool:
    """Whether a query is right as far as it goes, and cannot end here: its next line is still to come.

    Example:
        >>> is_unfinished("episodes where"), is_unfinished("episodes"), is_unfinished("episodes wher")
        (True, False, False)
    """
    read = automaton().begin(text)
    if read.position < len(text.rstrip()):
        return False
    return "$END" not in read.accepts or (bool(read.tokens) and read.tokens[-1].kind == "_COMMA")
