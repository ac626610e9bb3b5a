"""In: an LALR(1) table, and a function per rule. Out: whatever the functions make of a text. Room: query.

The part of lark that runs when a text is parsed, over the same tables: a contextual lexer (only tokens that the state at hand
accepts are tried) and a shift-reduce loop with its stack in lists, so no depth of nesting can overflow anything. A test holds its
trees against lark's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from rotgraph.late import regex
from rotgraph.query.table import END, Reduction, Table

__all__ = ["Automaton", "Maker", "StuckError", "Token", "TooDeepError"]


class Token(NamedTuple):
    """A piece of the text, with its place in code points."""

    kind: str
    text: str
    start: int
    end: int


Maker: TypeAlias = Callable[[list[Any], int, int], Any]
"""What a rule makes of its children, standing at ``[start, end)``."""
_Match: TypeAlias = "Callable[[str, int], re.Match[str] | None]"
_Step: TypeAlias = "tuple[str, int, Maker, bool, Reduction | None]"
_Lexer: TypeAlias = "tuple[dict[str, list[tuple[str, re.Pattern[str] | None]]], list[tuple[str, re.Pattern[str]]]]"

_WORD = regex(r"[A-Za-z]+(?!\w|[-'’&/](?=\w))")
MAX_DEPTH = 100
_OPEN, _CLOSE, _DEEPER = frozenset({"_LPAR", "_LSQB"}), frozenset({"_RPAR", "_RSQB"}), frozenset({"NOT", "ADD", "MUL"})
_LEVEL = frozenset({"_AND", "_OR", "_COMMA", "_WHERE", "_PER", "_SHOW", "_SORT"})


class StuckError(Exception):
    """The text cannot go on at ``position``: after ``tokens``, only ``accepts`` could stand there."""

    def __init__(self, position: int, tokens: list[Token], accepts: frozenset[str]) -> None:
        super().__init__(position)
        self.position, self.tokens, self.accepts = position, tokens, accepts


class TooDeepError(Exception):
    """More than ``MAX_DEPTH`` brackets, denials and arithmetic signs inside each other at ``position``."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Automaton:
    """A parser ready to run; safe to share between threads (what it learns on the way is only remembered)."""

    def __init__(self, table: Table, makers: Mapping[str, Maker]) -> None:
        self.table = table
        self._steps = tuple(_step(each, makers.get(each.name)) for each in table.reductions)
        self._patterns = {each.name: each for each in table.terminals}
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._lexers: dict[int, _Lexer] = {}
        self._shared: dict[frozenset[str], _Lexer] = {}
        self._skip: _Match = re.compile(table.skip).match

    def parse(self, text: str) -> Any:
        """What the whole text makes.

        Raises:
            StuckError: it does not fit the grammar.
            TooDeepError: it nests too deeply.
        """
        return self._run(text, whole=True)

    def begin(self, text: str) -> StuckError:
        """How far a text goes that may be unfinished, and what could follow it: for completion."""
        try:
            return self._run(text, whole=False)  # type: ignore[no-any-return]
        except StuckError as stuck:
            return stuck

    def _run(self, text: str, *, whole: bool) -> Any:
        table, steps = self.table, self._steps
        actions, gotos = table.actions, table.gotos
        states, values, starts, ends = [table.start], [], [], []  # type: list[int], list[Any], list[int], list[int]
        tokens: list[Token] = []
        depths, depth = [0], 0
        position, length = 0, len(text)
        while True:
            skipped = self._skip(text, position)
            position = skipped.end() if skipped else position
            if position >= length:
                if not whole:
                    return StuckError(position, tokens, self._accepts(states))
                token = Token(END, "", length, length)
            else:
                token = self._token(states[-1], text, position)  # type: ignore[assignment]
                if token is None:
                    raise StuckError(position, tokens, self._accepts(states))
            kind = token.kind
            if kind in _DEEPER:
                depth += 1
            elif kind in _OPEN:
                depths.append(depth)
                depth += 1
            elif kind in _CLOSE and len(depths) > 1:
                depth = depths.pop()
            elif kind in _LEVEL:
                depth = depths[-1] + (len(depths) > 1)
            if depth > MAX_DEPTH:
                raise TooDeepError(position)
            while True:
                action = actions[states[-1]].get(kind)
                if action is None:
                    raise StuckError(position, tokens, self._accepts(states))
                if action >= 0:
                    states.append(action)
                    values.append(token)
                    starts.append(position)
                    ends.append(token.end)
                    tokens.append(token)
                    position = token.end
                    break
                origin, size, make, lift, rule = steps[-1 - action]
                if size:
                    children, start, end = values[-size:], starts[-size], ends[-1]
                    del values[-size:], states[-size:], starts[-size:], ends[-size:]
                else:
                    children, start, end = [], position, position
                if rule is not None:
                    children = _children(rule, children)
                values.append(children[0] if lift and len(children) == 1 else make(children, start, end))
                states.append(gotos[states[-1]][origin])
                starts.append(start)
                ends.append(end)
                if kind == END and states[-1] == table.accept:
                    return values[-1]

    def _token(self, state: int, text: str, position: int) -> Token | None:
        lexer = self._lexers.get(state)
        if lexer is None:
            lexer = self._lexers[state] = self._lexer(frozenset(self.table.actions[state]))
        keywords, patterns = lexer
        word = _WORD.match(text, position)
        if word is not None:
            for name, check in keywords.get(word[0].lower(), ()):
                if check is None:
                    return Token(name, word[0], position, word.end())
                found = check.match(text, position)
                if found is not None:
                    return Token(name, found[0], position, found.end())
        for name, pattern in patterns:
            found = pattern.match(text, position)
            if found is not None and found.end() > position:
                return Token(name, found[0], position, found.end())
        return None

    def _lexer(self, accepted: frozenset[str]) -> _Lexer:
        """What can stand where these tokens can: many states have the same."""
        found = self._shared.get(accepted)
        if found is None:
            found = self._shared[accepted] = self._made(accepted)
        return found

    def _made(self, accepted: frozenset[str]) -> _Lexer:
        keywords: dict[str, list[tuple[str, re.Pattern[str] | None]]] = {}
        patterns: list[tuple[str, re.Pattern[str]]] = []
        for terminal in self.table.terminals:
            if terminal.name not in accepted:
                continue
            if not terminal.words:
                patterns.append((terminal.name, self._pattern(terminal.name)))
            for word in terminal.words:
                keywords.setdefault(word, []).append((terminal.name, None if terminal.plain else self._pattern(terminal.name)))
        return keywords, patterns

    def _pattern(self, name: str) -> re.Pattern[str]:
        """Compiled when a text first comes to it: most texts stop at an earlier one."""
        found = self._compiled.get(name)
        if found is None:
            found = self._compiled[name] = regex(self._patterns[name].pattern)
        return found

    def _accepts(self, states: list[int]) -> frozenset[str]:
        """The tokens that could really be shifted next: a row of the table also names some that a reduction would refuse."""
        return frozenset(kind for kind in self.table.actions[states[-1]] if self._could_shift(list(states), kind))

    def _could_shift(self, states: list[int], kind: str) -> bool:
        while True:
            action = self.table.actions[states[-1]].get(kind)
            if action is None:
                return False
            if action >= 0:
                return True
            rule = self.table.reductions[-1 - action]
            if rule.size:
                del states[-rule.size :]
            states.append(self.table.gotos[states[-1]][rule.origin])
            if kind == END and states[-1] == self.table.accept:
                return True


def _step(rule: Reduction, maker: Maker | None) -> _Step:
    """What a reduction takes off the stack and makes of it; with its rule where the children are not just what was taken."""
    whole = not rule.blanks and rule.take == tuple((index, False, 0) for index in range(rule.size))
    return rule.origin, rule.size, maker or _maker(rule.name), rule.lift, None if whole else rule


def _maker(name: str) -> Maker:
    """Of a rule that nobody makes anything of: its children, for the rule above."""
    return (lambda children, _start, _end: (name, children)) if name else _unchanged


def _unchanged(children: list[Any], _start: int, _end: int) -> list[Any]:
    return children


def _children(rule: Reduction, parts: list[Any]) -> list[Any]:
    children: list[Any] | None = None
    for index, splice, blanks in rule.take:
        part = parts[index]
        if splice and children is None and not blanks:
            children = part  # the list of the rule below is nobody else's: growing it keeps long chains linear
            continue
        if children is None:
            children = []
        if blanks:
            children.extend([None] * blanks)
        if splice:
            children.extend(part)
        else:
            children.append(part)
    if children is None:
        children = []
    if rule.blanks:
        children.extend([None] * rule.blanks)
    return children
