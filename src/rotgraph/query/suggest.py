"""In: a name that is wrong, and what is legal at its place. Out: up to three names that may be meant. Room: query.

Gel's rule: a small edit distance, at most three, nearest first, ties by shared beginning and then by name; candidates only from
what is legal there.
"""

from __future__ import annotations

from collections.abc import Iterable

from rotgraph.errors import QueryError
from rotgraph.model.schema import ClassDef, Schema, fold

__all__ = ["class_named", "closest"]

_MOST = 3
_HOLDS = 1.5  # between one edit, which is a slip, and two, which may be another word


def closest(written: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates nearest to a word: one edit away, then those that hold it as a word of theirs, then those further away.

    Example:
        >>> closest("buyside", ["sell_side", "buy_side", "period"])
        ('buy_side',)
        >>> closest("cap", ["buy_side_market_cap", "period"])
        ('buy_side_market_cap',)
        >>> closest("Marks", ["Banks", "Howard Marks"])
        ('Howard Marks', 'Banks')
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    wanted = fold(written)
    if not wanted:
        return ()
    names = list(dict.fromkeys(candidates))
    folded = [fold(name) for name in names]
    furthest = _furthest(wanted)
    found = process.extract(wanted, folded, scorer=OSA.distance, score_cutoff=furthest, limit=_MOST * 8)
    ranked: list[tuple[float, int, str]] = [
        (distance, -_shared(wanted, folded[index]), names[index]) for _, distance, index in found
    ]
    ranked = [each for each in ranked if each[0] < max(len(wanted), 2)]
    if len(wanted) >= _MOST:
        one = _words(wanted)
        spaced = {f" {one} ", f" {one.removesuffix('s')} "} if len(one) > _MOST else {f" {one} "}
        ranked += [
            (_HOLDS, len(name), name)
            for name, each in zip(names, folded, strict=True)
            if any(word in f" {_words(each)} " for word in spaced)
        ]
    if any(distance <= 1 for distance, _, _ in ranked):
        ranked = [each for each in ranked if each[0] <= _HOLDS]
    return tuple(dict.fromkeys(name for _, _, name in sorted(ranked)))[:_MOST]


def class_named(word: str, schema: Schema) -> ClassDef:
    """The class of that plural or singular.

    Raises:
        QueryError: there is none; with suggestions.
    """
    found = schema.by_word.get(fold(word).replace(" ", "_").replace("-", "_"))
    if found is None:
        near = closest(word, [name for each in schema.classes for name in (each.plural, each.name)])
        raise QueryError(f"unknown class `{word}`", word, 0, len(word), suggestions=near, code="RG602")
    return found


def _furthest(word: str) -> int:
    """How many edits may part it from what was meant."""
    return 1 if len(word) <= 3 else 2 if len(word) <= 12 else 3


def _shared(a: str, b: str) -> int:
    count = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        count += 1
    return count


def _words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")
