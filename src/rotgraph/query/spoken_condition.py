"""In: what English says of the members of a class, the names of a graph. Out: conditions as the language has them. Room: query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Quantity
from rotgraph.query import syntax
from rotgraph.query.bind_path import Found, find_step
from rotgraph.query.format import format_name, quote_text
from rotgraph.query.names import Names
from rotgraph.query.scope import Binding, Typing
from rotgraph.query.spoken_words import (
    ARTICLES,
    BETWEEN,
    HAVING,
    INTRO,
    JOINT,
    KNOWN,
    LACKING,
    MOMENTS,
    MORE,
    OPERATOR,
    OTHER,
    PLACE,
    PLAIN,
    TIME,
    UNKNOWN,
    WRITTEN,
)
from rotgraph.query.vocabulary import loose, numbers, vocabulary_of
from rotgraph.query.words import SPOKEN_OPERATORS
from rotgraph.values.literal import parse_literal

__all__ = ["Speaker"]

_MOST_NODES = 3
_LONGEST_NAME = 5
"""Words of a class or a field."""
_ASIDE = frozenset({"note", "line", "heading", "source_text", "mentioned_in", "mentions", "linked_from", "name", "aliases"})


class Speaker:
    """What words mean to one graph."""

    def __init__(self, names: Names) -> None:
        self.names, self.vocabulary = names, vocabulary_of(names.schema)
        self.unknown: list[str] = []
        """What was taken for a name and is none."""
        self._binding = Binding(names, self.vocabulary, "", {})

    # classes and fields

    def class_in(self, said: str) -> tuple[str, str, str] | None:
        """The first class that is named: what stands before it, its name, what comes after it."""
        words = said.split()
        for at in range(len(words)):
            for length in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
                found = self.vocabulary.class_named(" ".join(words[at : at + length]).strip(",").strip('"'))
                if found is not None:
                    return " ".join(words[:at]), found.name, " ".join(words[at + length :])
        return None

    def named(self, said: str) -> str:
        """The class that is called so as a whole; empty if none is."""
        found = self.vocabulary.class_named(said.strip('"'))
        return "" if found is None else found.name

    def plural(self, cls: str) -> str:
        return format_name(syntax.Name(self.names.schema.by_name[cls].plural))

    def key(self, cls: str) -> tuple[str, ...]:
        """What tells its members apart, as it is written."""
        return tuple(format_name(syntax.Name(each)) for each in self.names.schema.by_name[cls].columns[:1]) or ("name",)

    def field(self, cls: str, words: list[str]) -> tuple[str, list[str]] | None:
        """The longest field that the words begin with, as it is written, and the words after it."""
        for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
            word = " ".join(words[:length]).strip(",").strip('"')
            found = self._step(cls, word)
            if found is not None:
                return format_name(syntax.Name(loose(word) if found[0].inverse else found[0].name)), words[length:]
        return None

    def _step(self, cls: str, word: str) -> Found | None:
        return find_step(self._binding, Typing(("thing",), (cls,), said=cls), word, row=True)

    def owners(self, words: list[str]) -> tuple[str, ...]:
        """The classes that declare a field of these words themselves."""
        word = loose(" ".join(words))
        if word in _ASIDE:  # of every class
            return ()
        found = dict.fromkeys(owner for each in (word, *numbers(word)) for owner, _ in self.vocabulary.everywhere(each))
        return tuple(sorted(found, key=lambda cls: self.vocabulary.world(cls) != "record"))

    def periods(self, cls: str) -> tuple[str, ...]:
        """Its fields that hold periods, those that are shown first."""
        return self._of_kind(cls, "period")

    def measures(self, cls: str) -> tuple[str, ...]:
        """Its fields that hold quantities, those that are shown first."""
        return self._of_kind(cls, "quantity")

    def example(self) -> str:
        """A query that these notes answer."""
        for each in self.names.schema.classes:
            shown = (name for name in each.columns if self.vocabulary.world(each.name) == "record")
            for name in shown:
                if name not in _ASIDE and self.names.kinds(name, (each.name,)):
                    return f"{self.plural(each.name)} where {format_name(syntax.Name(name))} is known"
        return "things"

    def _of_kind(self, cls: str, kind: str) -> tuple[str, ...]:
        schema = self.names.schema
        shown = schema.by_name[cls].columns
        fields = [name for name in schema.fields(cls) if name not in _ASIDE and self._may(name, cls, kind)]
        return tuple(format_name(syntax.Name(each)) for each in sorted(fields, key=lambda name: name not in shown))

    def _may(self, name: str, cls: str, kind: str) -> bool:
        field = self.names.schema.fields(cls)[name]
        return field.kind == kind or (field.kind == "any" and kind in self.names.kinds(name, (cls,)))

    # things

    def nodes(self, said: str) -> tuple[int, ...]:
        written = said.strip().removeprefix("[[").removesuffix("]]").strip('"“”')
        found = self.names.find(written) if written else ()
        first = sorted(found, key=lambda node: self.vocabulary.world(self.names.classes(node)[0]) != "thing")
        return tuple(first[:_MOST_NODES])  # a hundred rows may be called so

    def filled(self, cls: str, field: str, node: int) -> bool:
        """Whether a thing has a value of that field."""
        found = self._step(cls, field.strip('"'))
        return found is not None and self.names.has(node, found[0].name, inverse=found[0].inverse)

    def holding(self, cls: str, node: int) -> Iterator[str]:
        """The fields of a class in which that very thing stands."""
        for name in self._of_kind(cls, "thing"):
            if self.names.holds(name.strip('"'), (cls,), node):
                yield name

    def like(self, cls: str, said: str) -> tuple[str, ...]:
        """`Capesize`, `not completed`, `Norwegian`, before a class or after it: a text that a field has, or a thing."""
        denied, plain = bool(OTHER.match(said)), OTHER.sub("", said, count=1)
        found = self.member(cls, plain, "is" if denied else "within") or tuple(
            f"{each} is {value}" for each in self._of_kind(cls, "text") for value in self._said(cls, each, plain)
        )
        return tuple(each.replace(" is ", " is not ", 1) for each in found) if denied else found

    def member(self, cls: str, said: str, operator: str) -> tuple[str, ...]:
        """`in Energy`, `of Oslo Bulk`: the fields in which that thing stands, then those in which it might."""
        said = ARTICLES.sub("", said.strip(), count=1)
        found: dict[str, None] = {}
        for node in self.nodes(said):
            named = f"[[{self.names.label(node)}]]"
            classes = self.names.classes(node)
            if operator == "within" and any(self.names.schema.is_a(each, cls) for each in classes):
                found.setdefault(f"this within {named}")
            fields = [*self.holding(cls, node), *self._for_class(cls, classes)]
            found.update((f"{field} {operator} {named}", None) for field in fields)
            if operator == "within":
                found.setdefault(f"this within {named}")
        return tuple(found)

    def _for_class(self, cls: str, classes: tuple[str, ...]) -> Iterator[str]:
        """Fields that declare things of one of the classes."""
        schema = self.names.schema
        for each in schema.fields(cls).values():
            if any(schema.is_a(mine, wanted) for mine in classes for wanted in each.ranges):
                yield format_name(syntax.Name(each.name))

    # conditions

    def conditions(self, cls: str, said: str) -> tuple[str, ...]:
        """What may be meant by `with no owner and a crew of more than 20`; none where a part of it means nothing."""
        said = BETWEEN.sub(_range, said).replace(", ", " and ").replace(" but ", " and ")
        before, where, written = said.partition("where ") if re.match(r"(?i)(?:.*\s)?where\s", said) else (said, "", "")
        before = JOINT.sub(lambda match: match[0] if match[1] else f" and{match[0]}", before.strip())
        parts = re.split(r"(?i)\s+(and|or)\s+(?:and\s+)?", before) if before else []
        found = [""]
        joint = ""
        for number, part in enumerate(parts):
            if number % 2:
                joint = part.lower()
                continue
            ways = tuple(self._condition(cls, part, first=not number))[:3]
            found = [f"{each} {joint} {way}".strip() if joint else way for each in found for way in ways]
        if where:
            ways = (written, *(() if re.match(r"(?i).*\bwhere\b", written) else self.conditions(cls, written)))
            found = [f"{each} and {way}" if each else way for each in found for way in ways]
        return tuple(found)

    def _condition(self, cls: str, said: str, *, first: bool) -> Iterator[str]:
        said = INTRO.sub("", said.strip(), count=1)
        for pattern, ending in ((LACKING, "is unknown"), (UNKNOWN, "is unknown"), (KNOWN, "is known")):
            match = pattern.fullmatch(said)
            found = self.field(cls, ARTICLES.sub("", match["field"], count=1).split()) if match else None
            if found is not None and not found[1]:
                yield f"{found[0]} {ending}"
        yield from self._timed(cls, said)
        having = HAVING.fullmatch(said)
        if having or not first:
            yield from self._about_field(cls, having["rest"] if having else said)
        else:
            yield from (each for each in self._about_field(cls, said) if not each.endswith(" is known"))
        yield from self._measuring(cls, said)
        doing = re.fullmatch(r"(?i)(\w+)ing\s+(.+)", said)
        for stem in (f"{doing[1]}s", doing[1], f"{doing[1]}e") if doing else ():
            found = self.field(cls, [stem])
            if doing and found is not None:
                yield from (f"{found[0]} contains {value}" for value in _values(doing[2]))
        yield from self.like(cls, said)
        match = PLACE.fullmatch(said)
        if match:
            word = match["word"].lower()
            if word != "by" and not self.nodes(ARTICLES.sub("", match["value"], count=1)):
                self.unknown.append(match["value"])
            yield from self.member(cls, match["value"], "within" if word in ("in", "within", "inside", "under", "below") else "is")

    def _said(self, cls: str, field: str, said: str) -> Iterable[str]:
        """A text that stands in a field just so."""
        return _values(said) if self.names.says(field.strip('"'), (cls,), said) else ()

    def _measuring(self, cls: str, said: str) -> Iterator[str]:
        """`longer than 1 year`, `over 80,000 t`: the fields that measure so."""
        match = MORE.fullmatch(said)
        value = parse_literal(match["value"], "quantity") if match else None
        if match is None or not isinstance(value, Quantity):
            return
        operator = ">" if match["more"] else "<"
        for name in self._of_kind(cls, "quantity"):
            field = self.names.schema.fields(cls)[name.strip('"')]
            units = self.names.units(field.name, (cls,))
            if any(unit_of(unit).dimension == unit_of(value.unit).dimension for unit in units):
                yield f"{name} {operator} {match['value']}"

    def _timed(self, cls: str, said: str) -> Iterator[str]:
        match = TIME.fullmatch(said)
        if match and isinstance(parse_literal(match["value"], "period"), Period):
            operator = MOMENTS.get(" ".join(match["word"].lower().split()), "during")
            yield from (f"{field} {operator} {match['value']}" for field in self.periods(cls))

    def _about_field(self, cls: str, said: str) -> Iterator[str]:
        """`a crew of more than 20`, `status Ongoing`, `more than 3 owners`."""
        said = ARTICLES.sub("", said.strip(), count=1)
        counted = re.fullmatch(r"(?i)(.+?)\s+([0-9]+)\s+(.+)", said)
        if counted and " ".join(counted[1].lower().split()) in SPOKEN_OPERATORS:
            found = self.field(cls, counted[3].split())
            if found is not None and not found[1]:
                operator = SPOKEN_OPERATORS[" ".join(counted[1].lower().split())]
                number = found[0] if found[0] in self.measures(cls) else f"count({found[0]})"
                yield f"{number} {operator} {counted[2]}"
        found = self.field(cls, said.split())
        if found is None:
            return
        field, rest = found[0], " ".join(found[1])
        if not rest:
            yield f"{field} is known"
            return
        spoken = OPERATOR.fullmatch(rest)
        if spoken:
            yield from self._compared(cls, field, SPOKEN_OPERATORS[" ".join(spoken["spoken"].lower().split())], spoken["value"])
        if WRITTEN.match(rest):
            yield f"{field} {rest}"
        rest = re.sub(r"(?i)^(?:of|as|=|:|equal\s+to)\s+", "", rest)
        operator = "contains" if field in self._of_kind(cls, "thing") else "is"
        yield from (f"{field} {operator} {value}" for value in _values(rest))

    def _compared(self, cls: str, field: str, operator: str, value: str) -> Iterator[str]:
        found = self._step(cls, field.strip('"'))
        periods = found is not None and found[1].kinds == ("period",)
        if periods or isinstance(parse_literal(value, "period"), Period):
            yield f"{field} {_IN_TIME.get(operator, operator)} {value}"
        yield f"{field} {operator} {value}"


_IN_TIME = {">": "after", ">=": "after", "<": "before", "<=": "before", "=": "during"}


def _range(match: re.Match[str]) -> str:
    """`between a and b` as a range: periods lie in it, other values equal it."""
    periods = all(isinstance(parse_literal(each, "period"), Period) for each in match.groups())
    return f"{'during' if periods else '='} {match[1]}..{match[2]}"


def _values(said: str) -> Iterable[str]:
    """A value as it stands, and in quotes."""
    return (said, quote_text(said)) if PLAIN.fullmatch(said) else (quote_text(said.strip('"')),)
