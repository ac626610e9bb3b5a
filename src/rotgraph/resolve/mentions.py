"""In: known names. Out: where they stand in a text without brackets. Room: resolve (ruling 12).

Exact case, whole tokens, the longest name first. One automaton for all names: a text is read once, however many names there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from ahocorasick_rs import AhoCorasick, MatchKind

__all__ = ["Mentions"]


class Mentions:
    """Finds known names in texts."""

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        known: dict[str, int] = {}
        for name, number in names:
            known.setdefault(name, number)
        self.names: Mapping[str, int] = known
        self.numbers = list(known.values())

    def __reduce__(self) -> tuple[object, ...]:
        return (Mentions, (tuple(self.names.items()),))

    @cached_property
    def _automaton(self) -> AhoCorasick | None:
        return AhoCorasick(list(self.names), matchkind=MatchKind.LeftmostLongest) if self.names else None

    def rest(self) -> None:
        """No text is read for a while."""
        self.__dict__.pop("_automaton", None)

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Things named in a text: number, start, end, in order."""
        if self._automaton is None or len(text) < 2:
            return []
        return [
            (self.numbers[index], start, end)
            for index, start, end in self._automaton.find_matches_as_indexes(text)
            if _whole(text, start, end)
        ]


def _whole(text: str, start: int, end: int) -> bool:
    """A whole token: no letter, digit or joining mark goes on before or after it (scripts without spaces need none)."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before and (before.isalnum() or before in "_-&$@#/") and not (_joined(before) or _joined(text[start])):
        return False
    if after and (after.isalnum() or after in "_&") and not (_joined(after) or _joined(text[end - 1])):
        return False
    return not (after == "-" and text[end + 1 : end + 2].isalnum())


def _joined(char: str) -> bool:
    """Scripts that write without spaces."""
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\u0e00" <= char <= "\u0e7f"
