"""In: text that a field of a thing holds. Out: the traded symbols in it, the things it names. Room: resolve.

``ADI (NASDAQ)`` is the symbol ADI; in the role ``Chair & CEO, Norden`` Norden is the firm.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TypeAlias

from rotgraph.model.draft import NoteFacts, NoteLink
from rotgraph.model.schema import Field, Schema, fold
from rotgraph.model.value import Kind
from rotgraph.resolve.naming import Naming
from rotgraph.resolve.records import Statement, Value
from rotgraph.resolve.tickers import traded

__all__ = ["FieldTexts"]

_Find: TypeAlias = Callable[[str], list[tuple[int, int, int]]]
_THING, _TEXT = int(Kind.THING), int(Kind.TEXT)
_CLAUSES = re.compile(r"\s*;\s*")
_JOINED = re.compile(r"\s*(?:,|/|&|\band\b)\s*")


class FieldTexts:
    """Reads the texts of the fields that the schema marks `symbol` and `names`."""

    def __init__(self, schema: Schema, naming: Naming) -> None:
        self.naming = naming
        self.exchanges = schema.exchanges
        fields = [(each.name, field) for each in schema.classes for field in each.fields]
        self._symbols = frozenset(field.name for _, field in fields if field.symbol)
        self._naming = {field.name: (cls, field) for cls, field in fields if field.names}
        self._ranges = {(each.name, field.name): field.ranges for each in schema.classes for field in each.fields}
        self._links_of: Sequence[NoteLink] = ()
        self._starts: list[int] | None = None
        self._folder = ""

    def turn_to(self, note: NoteFacts, folder: str) -> None:
        """Read texts of that note from now on."""
        self._links_of, self._starts, self._folder = note.links, None, folder

    def read(self, thing: int, said: list[Statement], find: _Find) -> list[Statement]:
        """What one place says of a thing, its texts read; a text without any symbol is a remark."""
        found: list[Statement] = []
        for each in said:
            if each.kind == _TEXT and each.property in self._symbols:
                symbols = traded(str(each.value), self.exchanges)
                found.extend(_at(each, each.property, _TEXT, symbol) for symbol in symbols)
                if not symbols:
                    found.append(_at(each, "remark", _TEXT, each.value))
                continue
            found.append(each)
            if each.kind == _TEXT and each.property in self._naming:
                cls, field = self._naming[each.property]
                if not any(other.property == field.names for other in said):
                    found.extend(self._named(thing, each, cls, field, find))
        return found

    def _named(self, thing: int, each: Statement, cls: str, field: Field, find: _Find) -> list[Statement]:
        registry = self.naming.registry
        if not registry.is_a(thing, (cls,)):
            return []
        ranges, text = self._ranges.get((cls, field.names), ()), str(each.value)
        linked = self._links(each)
        named: dict[int, None] = {}
        for clause in _CLAUSES.split(text):
            places = find(clause)
            places += [(number, at, at + len(words)) for number, words in linked if (at := clause.find(words)) >= 0]
            end = -1
            for number, start, stop in sorted(places, key=lambda place: (place[1], -place[2])):
                if start < end or number == thing or not registry.is_a(number, ranges) or registry.is_a(number, (cls,)):
                    continue
                if end >= 0 and not _JOINED.fullmatch(clause[end:start]):
                    break
                if set(re.findall(r"\w+", fold(clause[:start]))) & set(field.past):
                    break
                named[number], end = None, stop
        return [_at(each, field.names, _THING, number) for number in named]

    def _links(self, place: Statement) -> list[tuple[int, str]]:
        """The things linked where something is stated, with the words that show them."""
        if self._starts is None:
            self._starts = [each.name.start for each in self._links_of]
        found = []
        for each in self._links_of[bisect_left(self._starts, place.start) :]:
            if each.name.start >= place.end:
                break
            if each.name.target and not each.embed:
                found.append((self.naming.linked(each.name, 0, self._folder), each.name.text))
        return found


def _at(place: Statement, name: str, kind: int, value: Value) -> Statement:
    """Another property, stated at the same place."""
    return Statement(name, kind, value, place.start, place.end, place.section)
