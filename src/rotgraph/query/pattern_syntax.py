"""In: a regular expression of `matches`. Out: its tree. Room: query.

The subset of RE2's syntax that needs no backtracking: literals, ``.``, classes, ``\\d \\w \\s``, groups, ``|``, ``* + ?`` and
``{m,n}``, ``^ $ \\b`` and the flags ``(?i) (?s)``. References back and looking around are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from rotgraph.late import dataclass

__all__ = ["Assert", "Char", "Either", "Node", "PatternError", "Repeat", "Sequence", "Test", "is_word", "parse_pattern"]

MOST_REPEATS = 1000

Test: TypeAlias = Callable[[str], bool]


class PatternError(ValueError):
    """A pattern outside the subset: what is wrong and where (code points from the start of the pattern)."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message, self.position = message, position


@dataclass(frozen=True, slots=True)
class Char:
    test: Test


@dataclass(frozen=True, slots=True)
class Assert:
    kind: str
    """``start``, ``end``, ``word`` (a word's edge) or ``inside`` (no edge)."""


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    part: Node
    least: int
    most: int | None


Node: TypeAlias = "Char | Assert | Sequence | Either | Repeat"


def is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


_CLASSES: dict[str, Test] = {
    "d": str.isdecimal,
    "D": lambda char: not char.isdecimal(),
    "w": is_word,
    "W": lambda char: not is_word(char),
    "s": str.isspace,
    "S": lambda char: not char.isspace(),
}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_BACKTRACKING = (
    ("=", "looking ahead"), ("!", "looking ahead"), ("<=", "looking behind"), ("<!", "looking behind"), (">", "an atomic group"),
)  # fmt: skip
_ASSERTIONS = {"b": "word", "B": "inside", "A": "start", "z": "end"}


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0
        self.fold = self.dot_all = False

    def parse(self) -> Node:
        node = self.either()
        if self.at < len(self.text):
            raise PatternError("`)` closes nothing", self.at)
        return node

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def either(self) -> Node:
        parts = [self.sequence()]
        while self.take("|"):
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self) -> Node:
        begun = self.at
        node = self.atom()
        while True:
            bounds = self.bounds()
            if bounds is None:
                return node
            if isinstance(node, Assert):
                raise PatternError("there is nothing to repeat", begun)
            node = Repeat(node, *bounds)
            self.take("?")  # a lazy repeat finds no other texts
            if self.peek() == "+":
                raise PatternError("possessive repeats need backtracking", self.at)

    def bounds(self) -> tuple[int, int | None] | None:
        begun = self.at
        for sign, found in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return found
        if self.peek() != "{":
            return None
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : end].partition(",") if end > 0 else ("", "", "")
        if not low.isdecimal() or (high and not high.isdecimal()):
            return None  # a brace that counts nothing is a brace
        self.at = end + 1
        least, most = int(low), int(high) if high else None if comma else int(low)
        if max(least, most or 0) > MOST_REPEATS or (most is not None and most < least):
            raise PatternError(f"a repeat counts up to {MOST_REPEATS}, the smaller number first", begun)
        return least, most

    def atom(self) -> Node:
        begun, char = self.at, self.peek()
        if char == "(":
            return self.group()
        if char == "[":
            return self.bracket()
        self.at += 1
        if char in "*+?":
            raise PatternError("there is nothing to repeat", begun)
        if char == ".":
            return Char(_any if self.dot_all else _no_newline)
        if char in "^$":
            return Assert("start" if char == "^" else "end")
        return self.escape(begun) if char == "\\" else Char(self.literal(char))

    def group(self) -> Node:
        begun = self.at
        self.at += 1
        self.depth += 1
        if self.depth > 100:
            raise PatternError("groups nest too deeply", begun)
        fold, dot_all = self.fold, self.dot_all
        if self.take("?"):
            closed = self.options(begun)
            if closed:
                self.depth -= 1
                return Sequence(())
        node = self.either()
        if not self.take(")"):
            raise PatternError("`(` is never closed", begun)
        self.fold, self.dot_all = fold, dot_all
        self.depth -= 1
        return node

    def options(self, begun: int) -> bool:
        """What follows ``(?``; True if the group ends there and was only flags."""
        for sign, name in _BACKTRACKING:
            if self.take(sign):
                raise PatternError(f"{name} needs backtracking", begun)
        if self.take("P<") or self.take("<"):
            end = self.text.find(">", self.at)
            if end < 0 or not self.text[self.at : end].isidentifier():
                raise PatternError("a group's name is letters between < and >", begun)
            self.at = end + 1
            return False
        on = True
        while self.peek() not in (":", ")"):
            flag = self.peek()
            if flag == "-":
                on = False
            elif flag == "i":
                self.fold = on
            elif flag == "s":
                self.dot_all = on
            else:
                raise PatternError(f"no flag `{flag}`: i and s are known", self.at)
            self.at += 1
        self.at += 1
        return self.text[self.at - 1] == ")"

    def escape(self, begun: int) -> Node:
        char = self.peek()
        self.at += 1
        if not char:
            raise PatternError("`\\` stands at the end", begun)
        if char.isdecimal() or char == "k":
            raise PatternError("references back need backtracking", begun)
        if char in _ASSERTIONS:
            return Assert(_ASSERTIONS[char])
        if char in _CLASSES:
            return Char(_CLASSES[char])
        return Char(self.literal(self.escaped(char, begun)))

    def escaped(self, char: str, begun: int) -> str:
        if char in _ESCAPES:
            return _ESCAPES[char]
        if char == "x":
            end = self.text.find("}", self.at) if self.peek() == "{" else self.at + 1
            digits = self.text[self.at : end + 1].strip("{}")
            self.at = end + 1
            try:
                return chr(int(digits, 16))
            except (ValueError, OverflowError):
                raise PatternError("`\\x` takes two hexadecimal digits, or some in braces", begun) from None
        if char.isalnum():
            raise PatternError(f"no escape `\\{char}`", begun)
        return char

    def literal(self, char: str) -> Test:
        if self.fold:
            return frozenset((char, char.lower(), char.upper(), char.casefold(), char.swapcase())).__contains__
        return char.__eq__

    def bracket(self) -> Node:
        begun = self.at
        self.at += 1
        denied = self.take("^")
        tests: list[Test] = []
        while self.peek() != "]" or self.at == begun + 1 + denied:
            if not self.peek():
                raise PatternError("`[` is never closed", begun)
            if self.text.startswith(("[:", "[=", "[."), self.at):
                raise PatternError("named classes are not known here; write \\d, \\w, \\s or a range", self.at)
            low = self.member()
            if callable(low):
                tests.append(low)
                continue
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                high = self.member()
                if callable(high) or high < low:
                    raise PatternError("a range goes from a smaller to a larger character", begun)
                tests.append(_between(low, high, fold=self.fold))
            else:
                tests.append(self.literal(low))
        self.at += 1
        return Char(_one_of(tuple(tests), denied=denied))

    def member(self) -> str | Test:
        begun, char = self.at, self.peek()
        self.at += 1
        if char != "\\":
            return char
        char = self.peek()
        self.at += 1
        if char in _CLASSES:
            return _CLASSES[char]
        if not char or char.isdecimal():
            raise PatternError("references back need backtracking" if char else "`[` is never closed", begun)
        return "\b" if char == "b" else self.escaped(char, begun)


def _any(_: str) -> bool:
    return True


def _no_newline(char: str) -> bool:
    return char != "\n"


def _between(low: str, high: str, *, fold: bool) -> Test:
    if fold:
        return lambda char: low <= char <= high or low <= char.lower() <= high or low <= char.upper() <= high
    return lambda char: low <= char <= high


def _one_of(tests: tuple[Test, ...], *, denied: bool) -> Test:
    return lambda char: any(test(char) for test in tests) != denied


def parse_pattern(text: str) -> Node:
    """The tree of a pattern.

    Raises:
        PatternError: it is wrong, or needs backtracking.
    """
    return _Parser(text).parse()
