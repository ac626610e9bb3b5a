"""In: the text before the cursor, a graph. Out: what may be written next. Room: query.

The parser says which kinds of token fit, the schema which names, the kind of the field which operators, and the graph which things.
Used by the shell, the REPL, notebooks and editors alike.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rotgraph.late import dataclass, regex, replace
from rotgraph.model.graph import Graph
from rotgraph.query.automaton import StuckError, Token
from rotgraph.query.bind_path import find_step, with_value
from rotgraph.query.format import format_name, quote_text
from rotgraph.query.kinds import OPERATORS, PARTS
from rotgraph.query.names import Names, names_of
from rotgraph.query.parse import automaton
from rotgraph.query.scope import Binding, Typing
from rotgraph.query.syntax import Name
from rotgraph.query.table import load_table
from rotgraph.query.vocabulary import vocabulary_of
from rotgraph.query.words import AGGREGATES, WORD_OF

__all__ = ["Completion", "as_value", "complete"]

_MOST, _MOST_FIELDS = 50, 200


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing that may be written: ``text`` replaces everything from ``start``."""

    text: str
    role: str
    """``class field operator keyword function thing saved``."""
    start: int
    said: str = ""
    """A word on it: the kind of a field, the class of a thing."""


def complete(before: str, graph: Graph | Names) -> tuple[Completion, ...]:
    """What may follow a text, or finish its last word, the likeliest first."""
    names = names_of(graph)
    opened = _OPEN.search(before)
    if opened:
        return _in_quotes(before, opened, names)
    begun = _BEGUN.search(before)
    if begun:  # a word of two has begun
        offer = _offer(before, begun.start(), names)
        found = tuple(each for each in offer.all() if " " in each.text and each.role in ("keyword", "operator")) if offer else ()
        if found:
            return found
    partial = _PARTIAL.search(before)
    offer = _offer(before, partial.start() if partial else len(before), names)
    return offer.all() if offer else ()


def _offer(before: str, start: int, names: Names) -> _Offer | None:
    stuck = automaton().begin(before[:start])
    return _Offer(before, start, stuck, names) if stuck.position >= start else None


_PARTIAL = regex(r"(?:[^\W\d]|@)(?:\w|[-'’&/](?=\w))*$")
_BEGUN = regex(r"(?i)(?<![\w-])(?:path|as|starts|ends|not|in|sort)\s+\w*$")
_OPEN = regex(r"(?:^(?:[^\"]|\"[^\"]*\")*?)(?P<mark>\[\[|\")(?P<name>[^\]\"\n]*)$")


def _in_quotes(before: str, opened: re.Match[str], names: Names) -> tuple[Completion, ...]:
    """Inside ``[[`` or an open quotation mark."""
    start, name = opened.start("mark"), opened["name"]
    stuck = automaton().begin(before[:start])
    if stuck.position < start or not stuck.accepts & {"STRING", "WIKILINK"}:
        return ()
    offer = _Offer(before, start, stuck, names)
    if opened["mark"] == "[[":
        return tuple(Completion(f"[[{each}]]", "thing", start) for each in names.beginning(name, offer.ranges(), _MOST))
    if "BARE" in stuck.accepts or "END_BARE" in stuck.accepts:
        return tuple(Completion(quote_text(each), "thing", start) for each in names.beginning(name, offer.ranges(), _MOST))
    return tuple(replace(each, text=quote_text(each.text.strip('"'))) for each in offer.names(name))


@dataclass
class _Frame:
    """A select, a pair of brackets: what a name in it is a name on."""

    classes: tuple[str, ...] = ()
    row: bool = True
    typing: Typing | None = None
    """What the path at hand has led to."""
    left: Typing | None = None
    """What stands left of the operator at hand."""
    operator: str = ""
    function: bool = False
    """The next bracket belongs to an aggregate."""


class _Offer:
    """What fits at one place."""

    def __init__(self, before: str, start: int, stuck: StuckError, names: Names) -> None:
        self.before, self.start, self.accepts, self.tokens, self.source = before, start, stuck.accepts, stuck.tokens, names
        self.word = before[start:]
        self.binding = Binding(names, vocabulary_of(names.schema), before, {})
        self.frame = _Reader(self.binding).read(stuck.tokens)

    def all(self) -> tuple[Completion, ...]:
        found = [*self._values(), *self.names(self.word), *self._operators(), *self._functions(), *self._keywords()]
        return tuple(dict.fromkeys(found))

    def _fits(self, word: str) -> bool:
        return word.lower().startswith(" ".join(self.word.lower().split(" ")))

    def _made(self, words: tuple[str, ...], role: str) -> list[Completion]:
        return [Completion(word, role, self.start) for word in words if self._fits(word)]

    # names of classes and fields

    def names(self, word: str) -> list[Completion]:
        """Classes or fields that begin so."""
        if not self.accepts & {"NAME", "CLASS_NAME"}:
            return []
        last = self.tokens[-1].kind if self.tokens else ""
        if last in ("_AS", "_PIVOT"):
            return []
        if _is_class_place(self.tokens):
            return self._classes(word)
        inside = [token.kind for token in self.tokens[-3:]] == ["_LPAR", "AGGREGATE", "_LPAR"]
        return [*self._fields(word, after_dot=last == "_DOT"), *(self._classes(word) if inside else ())]

    def _classes(self, word: str) -> list[Completion]:
        schema = self.source.schema
        found = [each for each in schema.classes if each.plural.lower().startswith(word.lower())]
        return [Completion(format_name(Name(each.plural)), "class", self.start, each.said) for each in found]

    def _fields(self, word: str, *, after_dot: bool) -> list[Completion]:
        frame = self.frame
        typing = (frame.typing if after_dot else None) or Typing(("thing",), frame.classes)
        words: list[str] = []
        if typing.may("thing"):
            words += self.binding.vocabulary.field_words(typing.classes)
        if "thing" not in typing.kinds:
            words += [part for kind, parts in PARTS.items() if typing.may(kind) for part in parts]
        begun = [each for each in dict.fromkeys(words) if each.lower().startswith(word.lower())]
        return [Completion(format_name(Name(each)), "field", self.start, self._said(typing, each)) for each in begun[:_MOST_FIELDS]]

    def _said(self, typing: Typing, word: str) -> str:
        """The kind of a field, for the eye."""
        vocabulary = self.binding.vocabulary
        field = next((found for cls in typing.classes if (found := vocabulary.exact_field(cls, word)) is not None), None)
        if field is None and not typing.classes and typing.may("thing"):
            field = next((found for _, found in vocabulary.everywhere(word)), None)
        if field is not None:
            return field.unit or field.kind
        part = next((parts[word] for kind, parts in PARTS.items() if typing.may(kind) and word in parts), None)
        return part[0] if part is not None and "thing" not in typing.kinds else "thing"

    # operators and values

    def _operators(self) -> list[Completion]:
        if "SYMBOL" not in self.accepts:
            return []
        typing = self._valued(self.frame.typing)
        kinds = typing.kinds if typing is not None else ("any",)
        if typing is not None and typing.mixed:
            kinds = (self.source.kinds(typing.prop, typing.owners) if typing.prop else ()) or (("quantity",) if typing.unit else ())
        kinds = tuple(kind for kind in kinds if kind in OPERATORS) or tuple(OPERATORS)
        words = tuple(dict.fromkeys(operator for kind in kinds for operator in OPERATORS.get(kind, ())))
        if typing is not None and typing.may("quantity", "period") and "POSSIBLY" in self.accepts:
            words = (*words, "possibly")
        return self._made(tuple(f"{word} (" if word in ("in", "not in") else word for word in words), "operator")

    def _valued(self, typing: Typing | None) -> Typing | None:
        return None if typing is None else with_value(self.binding, (), typing)[1]

    def ranges(self) -> tuple[str, ...]:
        """Classes of the things that fit here."""
        left = self.frame.left
        return left.classes if left is not None else ()

    def _values(self) -> list[Completion]:
        """Things of the field's range; a name of several words goes on from where it began."""
        if "END_BARE" in self.accepts:
            return self._things(self.word, self.start)
        left = self._valued(self.frame.left)
        if left is None or not left.may("thing"):
            return []
        if "BARE" in self.accepts:
            return self._things(self.word, self.start)
        last = self.tokens[-1] if self.tokens else None
        if last is None or last.kind != "BARE":
            return []
        return self._things(self.before[last.start :], last.start)

    def _things(self, word: str, start: int) -> list[Completion]:
        ranges = self.ranges()
        labels = self.source.beginning(" ".join(word.split()), ranges, _MOST)
        return [Completion(as_value(label), "thing", start, ", ".join(ranges)) for label in labels]

    # words of the language

    def _may_be_class(self) -> bool:
        """``in (sectors``: a class, if a clause follows."""
        kinds = [token.kind for token in self.tokens[-3:]]
        return kinds == ["_IN_LIST", "_LPAR", "BARE"] and self.binding.vocabulary.class_named(self.tokens[-1].text) is not None

    def _functions(self) -> list[Completion]:
        if "AGGREGATE" not in self.accepts:
            return []
        return [Completion(f"{each}(", "function", self.start) for each in AGGREGATES if self._fits(each)]

    def _keywords(self) -> list[Completion]:
        words = [WORD_OF[each] for each in sorted(self.accepts) if each in WORD_OF]
        more = {
            "QUANTIFIER": ("any", "all", "no"),
            "KNOWN": ("known", "unknown"),
            "DIRECTION": ("asc", "desc"),
            "NULLS_PLACE": ("first", "last"),
        }
        for kind, each in more.items():
            if kind in self.accepts:
                words += each
        taken = {"is", "in", "not", "possibly"} if "SYMBOL" in self.accepts else set()
        kept = tuple(dict.fromkeys(word for word in words if word[0].isalpha() and word not in taken))
        if self._may_be_class():
            kept = _CLAUSE_WORDS
        found = self._made(tuple(sorted(kept, key=_clause_order)), "keyword")
        if "SAVED" in self.accepts:
            found += [
                Completion(f"@{name}", "saved", self.start, text)
                for name, text in self.source.schema.queries
                if self._fits(f"@{name}")
            ]
        return found


_SEQUENCE = ("and", "or", "where", "per", "show", "pivot", "sort by", "limit", "offset", "as of")


_CLAUSE_WORDS = _SEQUENCE[2:]


def _clause_order(word: str) -> tuple[int, str]:
    return (_SEQUENCE.index(word) if word in _SEQUENCE else len(_SEQUENCE)), word


def _is_class_place(tokens: list[Token]) -> bool:
    if not tokens:
        return True
    last = tokens[-1].kind
    if last == "INT":
        return len(tokens) > 1 and tokens[-2].kind in ("_TOP", "_INNER_TOP")
    if last == "_LPAR":
        return len(tokens) > 1 and tokens[-2].kind == "_IN_LIST"
    return last in ("EXPLAIN", "_COUNT", "_IN_CLASS", "_INNER_COUNT")


class _Reader:
    """Reads tokens into frames: which class is at hand, and what the path before the cursor has led to."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.frames = [_Frame()]
        self.before: Typing | None = None

    def read(self, tokens: list[Token]) -> _Frame:
        for number, token in enumerate(tokens):
            self._token(token, tokens[:number])
        return self.frames[-1]

    def _token(self, token: Token, before: list[Token]) -> None:
        frame, kind = self.frames[-1], token.kind
        if kind in ("NAME", "STRING", "CLASS_NAME") and (kind == "CLASS_NAME" or _is_class_place(before)):
            found = self.binding.vocabulary.class_named(token.text.strip('"'))
            frame.classes, frame.row = ((found.name,) if found else ()), True
        elif kind in ("NAME", "STRING", "STEP_NAME"):
            self._step(frame, token, continued=bool(before) and before[-1].kind == "_DOT")
        elif kind in ("THIS", "THIS_VALUE"):
            frame.typing = Typing(("thing",), frame.classes)
        elif kind == "WIKILINK":
            frame.typing = Typing(("thing",))
        elif kind == "MARK":
            self._mark(frame, token)
        elif kind in ("_LPAR", "_LSQB"):
            self._open(frame, kind)
        elif kind in ("_RPAR", "_RSQB"):
            if len(self.frames) > 1:
                self.frames.pop()
        else:
            self._other(frame, token)

    def _step(self, frame: _Frame, token: Token, *, continued: bool) -> None:
        start = frame.typing if continued and frame.typing else Typing(("thing",), frame.classes)
        self.before = start
        found = find_step(self.binding, start, token.text.strip('"'), row=not continued and frame.row)
        frame.typing = replace(found[1], said=token.text) if found else Typing()

    def _mark(self, frame: _Frame, token: Token) -> None:
        if token.text.startswith("^") and frame.typing is not None:
            frame.typing = Typing(("thing",))

    def _open(self, frame: _Frame, kind: str) -> None:
        if kind == "_LSQB":
            inside = frame.typing.classes if frame.typing else ()
            self.frames.append(_Frame(inside, row=False))
            return
        self.frames.append(_Frame(frame.classes, row=frame.row, left=frame.left))
        if frame.function:
            frame.typing, frame.function = Typing(("quantity",)), False

    def _other(self, frame: _Frame, token: Token) -> None:
        kind = token.kind
        if kind == "AGGREGATE":
            frame.function = True
        elif kind in ("SYMBOL", "OPERATOR", "IS", "_IN_LIST"):
            frame.left, frame.operator, frame.typing = frame.typing, token.text, None
        elif kind in ("_AND", "_OR", "_WHERE", "_PER", "_SHOW", "_SORT"):
            frame.left = frame.typing = None
        elif kind in ("ADD", "MUL", "_COMMA"):
            frame.typing = None


def as_value(text: str) -> str:
    """A name as it is written on the right of an operator: bare if that reads back, else in quotes."""
    return text if _bare().fullmatch(text) else quote_text(text)


@lru_cache(maxsize=1)
def _bare() -> re.Pattern[str]:
    found = next(each.pattern for each in load_table().terminals if each.name == "BARE")
    return re.compile(f"(?!(?:known|unknown|this|not)\\b){found}", re.IGNORECASE)
