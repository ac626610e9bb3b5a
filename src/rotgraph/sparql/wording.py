"""In: a comparison of texts. Out: the condition in SPARQL. Room: sparql.

``contains`` looks at the words that the export writes beside each text (`model.tokens`). The others fold in SPARQL: lower case,
white space as one, ``ß`` as ``ss``; letters whose case folding is stranger compare only with themselves.
"""

from __future__ import annotations

from rotgraph.errors import InternalError
from rotgraph.model.schema import fold
from rotgraph.model.tokens import tokens
from rotgraph.sparql.logic import Logic, negate
from rotgraph.sparql.writer import Writer

__all__ = ["compare_texts", "compare_words", "folded", "folded_text", "needs_words"]


def needs_words(operator: str, right: str) -> bool:
    """Whether the comparison is of words, not of the text."""
    return operator == "contains" and tokens(right) != " "


def compare_words(right: str) -> str:
    """What the words of a text must contain."""
    return tokens(right)


def folded(expression: str) -> str:
    """A text as it compares."""
    spaced = f'REPLACE({expression}, "[\\\\s\\u00A0]+", " ")'
    trimmed = f'REPLACE({spaced}, "^ | $", "")'
    return f'REPLACE(REPLACE(LCASE({trimmed}), "ß", "ss"), "ς", "σ")'


def folded_text(text: str) -> str:
    """The same of a text of the query."""
    return fold(text).lower().replace("ς", "σ")


def compare_texts(operator: str, variable: str, right: str, writer: Writer) -> Logic:
    """``variable operator right``, of the text itself: words are made of it where the export's cannot be told apart by text."""
    if operator == "matches":
        return f"REGEX({variable}, {writer.text(right)})"
    text = folded(variable)
    if needs_words(operator, right):
        words = f'CONCAT(" ", REPLACE({text}, "[\\\\W_]+", " "), " ")'
        return f"CONTAINS({words}, {writer.text(tokens(right))})"
    sought = writer.text(folded_text(right))
    if operator in ("=", "is"):
        return f"({text} = {sought})"
    if operator == "!=":
        return negate(f"({text} = {sought})")
    if operator == "contains":
        return f"CONTAINS({text}, {sought})"
    if operator == "starts with":
        return f"STRSTARTS({text}, {sought})"
    if operator == "ends with":
        return f"STRENDS({text}, {sought})"
    if operator == "like":
        return f"REGEX({text}, {writer.text(_pattern(folded_text(right)))})"
    raise InternalError(f"no operator on text: {operator}")


_SIGNS = {"*": ".*", "?": ".", **{sign: f"\\{sign}" for sign in "\\.^$|()[]{}+"}}


def _pattern(like: str) -> str:
    return f"^{''.join(_SIGNS.get(sign, sign) for sign in like)}$"
