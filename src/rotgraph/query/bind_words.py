"""In: a comparison whose value is bare words. Out: nothing, or the error for words that people mean as none. Room: query."""

from __future__ import annotations

from rotgraph.errors import QueryError
from rotgraph.late import regex
from rotgraph.query import syntax
from rotgraph.query.scope import Binding, Typing
from rotgraph.query.words import NO_VALUE, SPOKEN_OPERATORS

__all__ = ["check_words", "single_quoted"]

_SPOKEN = regex(r"(?i)(?:" + "|".join(word.replace(" ", r"\s+") for word in SPOKEN_OPERATORS) + r")(?=\s)")
_NUMBERED = regex(r"(?i)[^\W_]*\s*[-+−~≈<>$€£¥]*\s*[0-9]|(?:an?|one|two|three)\s")


def check_words(binding: Binding, condition: syntax.Comparison, value: syntax.Bare, typing: Typing) -> None:
    """`null`, `is greater than 5%`, a sign before the value, `all … is known`.

    Raises:
        QueryError: one stands there.
    """
    word = value.text.lower()
    equal = condition.operator in ("=", "!=", "is", "is not")
    left = binding.slice(condition.left)
    if equal and word in NO_VALUE and not binding.names.find(value.text):
        denied = condition.operator in ("!=", "is not")
        help_ = f'write `{left} is {"known" if denied else "unknown"}`; as a word of the notes it stands in quotes: "{value.text}"'
        raise binding.error(f"`{value.text}` is no value: a field has one, or it is unknown", value, help=help_, code="RG601")
    if equal and word in ("known", "unknown") and not binding.names.find(value.text):
        if condition.quantifier:
            place = syntax.Name(condition.quantifier, condition.start, condition.start + len(condition.quantifier))
            message = f"`is {word}` asks of the field as a whole, without `{condition.quantifier}`"
            raise binding.error(message, place, help=f"write `{left} is {word}`", code="RG601")
        asked = word if condition.operator in ("=", "is") else {"known": "unknown", "unknown": "known"}[word]
        message = f"`{condition.operator} {word}` is written `is {asked}`"
        raise binding.error(message, value, help=f"write `{left} is {asked}`", code="RG601")
    if value.text.startswith("!") and condition.operator in ("=", "<", ">"):
        place = syntax.Name("=!", condition.operator_start, value.start + 1)
        raise binding.error(f"`{condition.operator}!` is written `!=`", place, suggestions=("!=",), code="RG601")
    _check_spoken(binding, condition, value, typing)


def single_quoted(binding: Binding, value: syntax.Bare) -> QueryError | None:
    """The error for ``'Energy'``, which bare words are not meant to be."""
    if len(value.text) < 3 or value.text[0] not in "'‘`" or value.text[-1] not in "'’`":
        return None
    said = value.text[1:-1].replace('"', '""')
    return binding.error("quotation marks are double", value, suggestions=(f'"{said}"',), code="RG601")


def _check_spoken(binding: Binding, condition: syntax.Comparison, value: syntax.Bare, typing: Typing) -> None:
    """``is greater than 5%``: a one-sided value that nothing equals is not what was asked for."""
    spoken = _SPOKEN.match(value.text) if condition.operator in ("is", "is not") else None
    if spoken is None or not typing.may("quantity", "integer", "period"):
        return
    rest = value.text[spoken.end() :].strip()
    if not _NUMBERED.match(rest):
        return
    phrase = " ".join(spoken[0].lower().split())
    meant = SPOKEN_OPERATORS[phrase]
    if meant.isalpha() and not typing.may("period"):
        return
    if typing.may("period") and not typing.may("quantity", "integer"):
        meant = {">": "after", ">=": "after", "<": "before", "<=": "before", "=": "during"}.get(meant, meant)
    denied, said = ("not ", f"not … {meant}") if condition.operator == "is not" else ("", meant)
    place = syntax.Name(phrase, condition.operator_start, value.start + spoken.end())
    raise binding.error(
        f"`{condition.operator} {phrase}` is written `{said}`", place,
        help=f"write `{denied}{binding.slice(condition.left)} {meant} {rest}`", code="RG601",
    )  # fmt: skip
