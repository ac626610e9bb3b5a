"""In: an operator on text and its right side. Out: a function that decides a text. Room: native.

The function takes folded text (see `rotgraph.model.schema.fold`), except for ``matches``, which takes it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from rotgraph.errors import InternalError
from rotgraph.model.schema import fold
from rotgraph.model.tokens import tokens
from rotgraph.query.pattern import compile_pattern

__all__ = ["Predicate", "predicate"]

Predicate: TypeAlias = Callable[[str], bool]


def predicate(operator: str, right: str) -> Predicate:
    """What ``text operator right`` asks of a text."""
    make = _MAKERS.get(operator)
    if make is None:
        raise InternalError(f"no operator on text: {operator}")
    return make(right)


def _same(right: str) -> Predicate:
    return fold(right).__eq__


def _other(right: str) -> Predicate:
    return fold(right).__ne__


def _contains(right: str) -> Predicate:
    words = tokens(right)
    if words == " ":  # signs alone: as they stand
        sought = fold(right)
        return lambda text: sought in text
    probe = words.strip().split(" ", 1)[0]
    return lambda text: probe in text and words in tokens(text)


def _like(right: str) -> Predicate:
    """``*`` any characters, ``?`` one. Pieces between stars are sought one after the other: no backtracking."""
    written = fold(right).split("*")
    pieces = [re.compile("".join("." if sign == "?" else re.escape(sign) for sign in piece), re.DOTALL) for piece in written]
    if len(pieces) == 1:
        whole = pieces[0]
        return lambda text: whole.fullmatch(text) is not None
    first, *middle, last = pieces

    def holds(text: str) -> bool:
        begun = first.match(text)
        if begun is None:
            return False
        at, end = begun.end(), len(text) - len(written[-1])
        for piece in middle:
            found = piece.search(text, at)
            if found is None:
                return False
            at = found.end()
        return at <= end and last.match(text, end) is not None

    return holds


def _matches(right: str) -> Predicate:
    return compile_pattern(right).search


def _starts(right: str) -> Predicate:
    sought = fold(right)
    return lambda text: text.startswith(sought)


def _ends(right: str) -> Predicate:
    sought = fold(right)
    return lambda text: text.endswith(sought)


_MAKERS: dict[str, Callable[[str], Predicate]] = {
    "=": _same, "is": _same, "!=": _other, "contains": _contains, "like": _like, "matches": _matches,
    "starts with": _starts, "ends with": _ends,
}  # fmt: skip
