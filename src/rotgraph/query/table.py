"""In: grammar/query.lark. Out: the tables of its parser as plain data. Room: query.

Lark checks the grammar and makes the LALR(1) tables; ``grammar/query.table.json`` keeps them, so that a query is parsed without
importing lark (40 ms). The file carries the hash of the grammar it was made from: with any other grammar it is left aside and
the tables are made on the spot, so a stale one is never used. ``python -m rotgraph.query.table`` writes it anew.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NamedTuple
from zlib import crc32

from rotgraph.errors import InternalError
from rotgraph.grammar import grammar_path, read_grammar

__all__ = ["END", "Reduction", "Table", "Terminal", "build_table", "load_table"]

END = "$END"
_FORM = 1


class Terminal(NamedTuple):
    """A kind of token: its regular expression, and the words that can begin it if it is a keyword.

    ``plain`` says that those words alone, in any case, are it, with nothing to check behind them.
    """

    name: str
    pattern: str
    words: tuple[str, ...]
    plain: bool


class Reduction(NamedTuple):
    """A rule of the grammar as the automaton reduces by it."""

    origin: str
    size: int
    """How many symbols it takes off the stack."""
    name: str
    """What is made; empty if the children go into the rule above."""
    take: tuple[tuple[int, bool, int], ...]
    """Child, whether it is a list to be spliced in, and how many blanks stand before it."""
    blanks: int
    """Blanks at the end: optional parts that were not written."""
    lift: bool
    """An only child stands for itself."""


class Table(NamedTuple):
    """An LALR(1) automaton. In ``actions`` a terminal leads to a state (0 and up) or to a reduction (-1 is the first)."""

    actions: tuple[dict[str, int], ...]
    gotos: tuple[dict[str, int], ...]
    reductions: tuple[Reduction, ...]
    terminals: tuple[Terminal, ...]
    """In the order in which they are tried."""
    start: int
    accept: int
    skip: str
    """Regular expression of what stands between tokens."""


@lru_cache(maxsize=1)
def load_table() -> Table:
    """The tables of the query language, from the file made ahead if it fits the grammar."""
    grammar = read_grammar("query.lark")
    try:
        with open(grammar_path("query.table.json"), encoding="utf-8") as file:
            made = json.load(file)
    except (OSError, ValueError, InternalError):
        made = {}
    if not isinstance(made, dict) or made.get("grammar") != _digest(grammar) or made.get("form") != _FORM:
        made = build_table(grammar)
    return _read(made)


def _digest(grammar: str) -> str:
    """Tells one grammar from another; `hashlib` takes 3 ms to import."""
    data = grammar.replace("\r\n", "\n").encode()
    return f"{len(data)}:{crc32(data)}:{crc32(data[::-1])}"


def _read(made: dict[str, Any]) -> Table:
    return Table(
        actions=tuple(made["actions"][row] for row in made["rows"]),
        gotos=tuple(made["gotos"]),
        reductions=tuple(
            Reduction(
                origin, size, name, tuple((index, bool(splice), before) for index, splice, before in take), blanks, bool(lift)
            )
            for origin, size, name, take, blanks, lift in made["reductions"]
        ),
        terminals=tuple(Terminal(name, pattern, tuple(words), bool(plain)) for name, pattern, words, plain in made["terminals"]),
        start=made["start"],
        accept=made["accept"],
        skip=made["skip"],
    )


def build_table(grammar: str) -> dict[str, Any]:
    """The tables of a grammar as JSON can hold them, made by lark."""
    from lark import Lark

    parser = Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=True)
    found: Any = parser.parser.parser._parse_table  # noqa: SLF001 - lark has no public form
    ordered = sorted(parser.rules, key=lambda rule: (rule.origin.name, rule.order, str(rule.expansion)))
    rules = {rule: index for index, rule in enumerate(ordered)}
    states = _in_walking_order(found.states, found.start_states["start"])
    rows: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    nonterminals = {rule.origin.name for rule in parser.rules}
    for state in states:
        row: dict[str, int] = {}
        goto: dict[str, int] = {}
        for symbol, (action, argument) in sorted(found.states[state].items(), key=lambda each: each[0]):
            if symbol in nonterminals:
                goto[symbol] = states[argument]
            else:
                row[symbol] = states[argument] if action.name == "Shift" else -1 - rules[argument]
        rows.append(row)
        gotos.append(goto)
    distinct = {json.dumps(row): index for index, row in reversed(list(enumerate(rows)))}
    kept = sorted(distinct.values())
    place = {index: number for number, index in enumerate(kept)}
    ignored = [terminal for terminal in parser.terminals if terminal.name in parser.ignore_tokens]
    return {
        "form": _FORM,
        "grammar": _digest(grammar),
        "start": states[found.start_states["start"]],
        "accept": states[found.end_states["start"]],
        "skip": "(?:" + "|".join(terminal.pattern.to_regexp() for terminal in ignored) + ")*",
        "terminals": [_terminal(each) for each in _in_order(list(parser.terminals)) if each not in ignored],
        "reductions": [_reduction(rule) for rule in ordered],
        "rows": [place[distinct[json.dumps(row)]] for row in rows],
        "actions": [rows[index] for index in kept],
        "gotos": gotos,
    }


def _in_walking_order(states: Any, start: int) -> dict[int, int]:
    """A number for each state that does not hang on the order of sets: as they are met from the first one on."""
    numbers = {start: 0}
    waiting = [start]
    for state in waiting:
        for _, (action, argument) in sorted(states[state].items(), key=lambda each: each[0]):
            if action.name == "Shift" and argument not in numbers:
                numbers[argument] = len(numbers)
                waiting.append(argument)
    return numbers


def _in_order(terminals: list[Any]) -> list[Any]:
    """As lark's lexer tries them: priority, width, length of the pattern, name."""
    return sorted(terminals, key=lambda each: (-each.priority, -each.pattern.max_width, -len(each.pattern.value), each.name))


_WORD = r"\(\?i:([a-z]+)\)(\\s\+|\(\?:\\s\+\))?"
_PLAIN = r"(?:\(\?:)*\(\?i:[a-z]+\)(?:\|\(\?i:[a-z]+\))*\)?\(\?!\\w\|\[-'’&\\/\]\(\?=\\w\)\)\)?"


def _terminal(terminal: Any) -> list[Any]:
    pattern = terminal.pattern.to_regexp()
    words: list[str] = []
    follows = False
    for match in re.finditer(_WORD, pattern):
        if not follows:
            words.append(match[1])
        follows = bool(match[2])
    return [terminal.name, pattern, words, int(bool(words) and bool(re.fullmatch(_PLAIN, pattern)))]


def _reduction(rule: Any) -> list[Any]:
    empty = rule.options.empty_indices
    blanks = [len(ones) for ones in "".join(str(int(each)) for each in empty).split("0")] if empty else []
    blanks = blanks or [0] * (len(rule.expansion) + 1)
    take: list[list[int]] = []
    waiting = 0
    for index, symbol in enumerate(rule.expansion):
        waiting += blanks[index]
        if symbol.is_term and symbol.filter_out:
            continue
        take.append([index, int(not symbol.is_term and symbol.name.startswith("_")), waiting])
        waiting = 0
    inlined = rule.origin.name.startswith("_") and not rule.alias
    name = "" if inlined else (rule.alias or rule.origin.name)
    lift = int(bool(rule.options.expand1) and not rule.alias)
    return [rule.origin.name, len(rule.expansion), name, take, waiting + blanks[-1], lift]


def _write() -> None:
    made = build_table(read_grammar("query.lark"))
    lines = ",\n".join(f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in made.items())
    with open(grammar_path("query.table.json"), "w", encoding="utf-8") as file:
        file.write("{" + lines + "}\n")


if __name__ == "__main__":
    _write()
