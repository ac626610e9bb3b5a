"""In: a regular expression of `matches`. Out: a matcher that takes linear time on any text. Room: query.

Thompson's construction; the deterministic states are made as texts ask for them and kept in a bounded table, so that a
character costs one look-up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache

from rotgraph.late import dataclass
from rotgraph.query.pattern_syntax import Assert, Char, Either, Node, PatternError, Sequence, Test, is_word, parse_pattern

__all__ = ["Pattern", "PatternError", "compile_pattern"]

MOST_STATES = 20_000
_KEPT_STATES = 2000

_CHAR, _SPLIT, _EDGE, _MATCH = range(4)


class _Program:
    """States: what they ask for and where they lead."""

    def __init__(self) -> None:
        self.kinds: list[int] = []
        self.tests: list[Test | str | None] = []
        self.nexts: list[tuple[int, ...]] = []

    def add(self, kind: int, test: Test | str | None, *nexts: int) -> int:
        if len(self.kinds) >= MOST_STATES:
            raise PatternError("the pattern repeats too much", 0)
        self.kinds.append(kind)
        self.tests.append(test)
        self.nexts.append(nexts)
        return len(self.kinds) - 1

    def build(self, node: Node, after: int) -> int:
        """The state that begins ``node`` and goes on at ``after``."""
        if isinstance(node, Char):
            return self.add(_CHAR, node.test, after)
        if isinstance(node, Assert):
            return self.add(_EDGE, node.kind, after)
        if isinstance(node, Sequence):
            for part in reversed(node.parts):
                after = self.build(part, after)
            return after
        if isinstance(node, Either):
            return self.add(_SPLIT, None, *(self.build(part, after) for part in node.parts))
        if node.most is None:
            again = self.add(_SPLIT, None)
            self.nexts[again] = (self.build(node.part, again), after)
            after = again
        else:
            end = after
            for _ in range(node.most - node.least):
                after = self.add(_SPLIT, None, self.build(node.part, after), end)
        for _ in range(node.least):
            after = self.build(node.part, after)
        return after


_START, _WORD, _OTHER, _END = range(4)
"""What stands on one side of a place: nothing yet, a letter of a word, another character, nothing more."""


@dataclass(slots=True)
class Pattern:
    """A compiled pattern; `search` says whether it occurs in a text."""

    text: str
    _program: _Program
    _start: int
    _states: dict[tuple[frozenset[int], int], int] = field(default_factory=dict)
    _sets: list[tuple[frozenset[int], int]] = field(default_factory=list)
    _moves: list[dict[str, int]] = field(default_factory=list)
    _ends: list[bool | None] = field(default_factory=list)

    def search(self, text: str) -> bool:
        """Whether the pattern occurs anywhere in the text."""
        state = self._state(frozenset((self._start,)), _START)
        for char in text:
            following = self._moves[state].get(char)
            if following is None:
                if len(self._sets) > _KEPT_STATES:
                    kept = self._sets[state]
                    self._forget()
                    state = self._state(*kept)
                following = self._move(state, char)
            if following < 0:
                return True
            state = following
        found = self._ends[state]
        if found is None:
            nodes, before = self._sets[state]
            found = self._ends[state] = self._closure(nodes, before, _END) is None
        return found

    def _forget(self) -> None:
        self._states.clear()
        self._sets.clear()
        self._moves.clear()
        self._ends.clear()

    def _state(self, nodes: frozenset[int], before: int) -> int:
        number = self._states.get((nodes, before))
        if number is None:
            number = self._states[(nodes, before)] = len(self._sets)
            self._sets.append((nodes, before))
            self._moves.append({})
            self._ends.append(None)
        return number

    def _move(self, state: int, char: str) -> int:
        nodes, before = self._sets[state]
        here = _WORD if is_word(char) else _OTHER
        reached = self._closure(nodes, before, here)
        if reached is None:
            following = -1
        else:
            program = self._program
            landed = {program.nexts[node][0] for node in reached if program.tests[node](char)}  # type: ignore[operator, misc]
            following = self._state(frozenset(landed | {self._start}), here)
        self._moves[state][char] = following
        return following

    def _closure(self, nodes: Iterable[int], before: int, after: int) -> list[int] | None:
        """The states that wait for a character; None if the end of the pattern is among those reached."""
        program = self._program
        stack, seen, waiting = list(nodes), set(nodes), []
        while stack:
            node = stack.pop()
            kind = program.kinds[node]
            if kind == _MATCH:
                return None
            if kind == _CHAR:
                waiting.append(node)
                continue
            if kind == _EDGE and not _holds(str(program.tests[node]), before, after):
                continue
            for each in program.nexts[node]:
                if each not in seen:
                    seen.add(each)
                    stack.append(each)
        return waiting


def _holds(edge: str, before: int, after: int) -> bool:
    if edge == "start":
        return before == _START
    if edge == "end":
        return after == _END
    at_edge = (before == _WORD) != (after == _WORD)
    return at_edge == (edge == "word")


@lru_cache(maxsize=64)
def compile_pattern(text: str) -> Pattern:
    """A matcher for a pattern.

    Raises:
        PatternError: it is wrong, or needs backtracking; its position is in the pattern.

    Example:
        >>> compile_pattern("^Q[1-4] 20[0-9]{2}$").search("Q3 2031")
        True
    """
    program = _Program()
    end = program.add(_MATCH, None)
    start = program.build(parse_pattern(text), end)
    return Pattern(text, program, start)
