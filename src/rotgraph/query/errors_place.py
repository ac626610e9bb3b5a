"""In: the place at which a query does not fit the grammar. Out: views of it for the errors. Room: query."""

from __future__ import annotations

import re

from rotgraph.errors import QueryError
from rotgraph.late import dataclass, regex
from rotgraph.query.automaton import Token
from rotgraph.query.words import OPERATOR_WORDS

__all__ = ["CLAUSE_TOKENS", "OPERATOR", "STOP", "Place", "clauses", "condition_start", "until_close", "until_stop"]


@dataclass(frozen=True)
class Place:
    """Where it went wrong: the text, how far it was read, and what is found there."""

    text: str
    position: int
    tokens: list[Token]
    accepts: frozenset[str]

    @property
    def rest(self) -> str:
        return self.text[self.position : self.position + 200]

    @property
    def found(self) -> str:
        """The word or sign that stands there; empty at the end."""
        match = _FOUND.match(self.rest)
        return match[0] if match else ""

    @property
    def last(self) -> Token:
        return self.tokens[-1] if self.tokens else Token("", "", 0, 0)

    def error(self, message: str, start: int | None = None, end: int | None = None, **more: object) -> QueryError:
        start = self.position if start is None else start
        end = start + max(1, len(self.found)) if end is None else end
        more = {key: _short(value) if isinstance(value, str) else value for key, value in more.items()}
        return QueryError(_short(message), self.text, start, end, **more)  # type: ignore[arg-type]


def _short(text: str) -> str:
    """What is repeated of a huge query stays readable."""
    return text if len(text) <= 400 else f"{text[:380]} …"


_FOUND = regex(r"[^\W\d](?:\w|[-'’&/](?=\w))*|[0-9][\w.,%]*|[=<>!≥≤≠≈&|~:]+|\S")
STOP = regex(r"(?i)\b(?:and|or|not|where|per|show|pivot|sort|limit|offset|as\s+of)\b|[()\[\],]|--")
OPERATOR = regex(r"(?i)[=<>≥≤]|\b(?:is|in|" + "|".join(OPERATOR_WORDS) + r")\b")
CLAUSE_TOKENS = {"_WHERE": "where", "_PER": "per", "_SHOW": "show", "_PIVOT": "pivot", "_SORT": "sort", "_LIMIT": "limit",
                  "_OFFSET": "offset", "_AS_OF": "as of"}  # fmt: skip


def condition_start(tokens: list[Token]) -> int:
    """Where the condition began that the tokens end in."""
    depth = 0
    for token in reversed(tokens):
        if token.kind in ("_RPAR", "_RSQB"):
            depth += 1
        elif depth and token.kind in ("_LPAR", "_LSQB"):
            depth -= 1
        elif not depth and token.kind in ("_WHERE", "_AND", "_OR", "NOT", "_LPAR", "_LSQB", "QUANTIFIER"):
            return token.end
    return tokens[0].start if tokens else 0


def until_stop(text: str) -> str:
    stop = STOP.search(text)
    return text[: stop.start()] if stop else text


def until_close(text: str) -> str:
    """Up to what ends a list of values."""
    stop = re.search(r"(?i)[()\[\]]|\b(?:and|or|where|per|show|pivot|sort|limit|offset)\b|--", text)
    return text[: stop.start()] if stop else text


def clauses(tokens: list[Token]) -> list[str]:
    """The clauses read so far of the select at hand."""
    there: list[list[str]] = [[]]
    for token in tokens:
        if token.kind in ("_LPAR", "_LSQB"):
            there.append([])
        elif token.kind in ("_RPAR", "_RSQB") and len(there) > 1:
            there.pop()
        elif token.kind in CLAUSE_TOKENS:
            there[-1].append(CLAUSE_TOKENS[token.kind])
    return there[-1]
