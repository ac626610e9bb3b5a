"""In: a schema. Out: classes, fields and inverses by the words that people write for them. Room: query.

Exact spelling wins over other headers, and these over singular and plural (ruling 29). Spaces, underscores and hyphens are alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

from rotgraph.model.schema import INTRINSIC, ClassDef, Field, Schema, fold

__all__ = ["Vocabulary", "loose", "normal", "numbers", "vocabulary_of"]

Owned: TypeAlias = tuple[str, Field]
"""A field, and the class that declares it."""
_INTRINSIC = {each.name: each for each in INTRINSIC}


def normal(word: str) -> str:
    """How words for classes and fields compare."""
    return "_".join(fold(word).split())


def loose(word: str) -> str:
    return normal(word).replace("-", "_")


def numbers(word: str) -> Iterator[str]:
    """The other number of a word: plural or singular.

    Example:
        >>> list(numbers("tickers"))
        ['tickerss', 'tickerses', 'ticker']
    """
    yield f"{word}s"
    yield f"{word}es"
    if word.endswith("y"):
        yield f"{word[:-1]}ies"
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    if word.endswith("es"):
        yield word[:-2]
        yield f"{word[:-2]}is"
    if word.endswith("s"):
        yield word[:-1]


class Vocabulary:
    """The words of one schema, indexed as they are asked for: a vault's tables may have shown thousands of classes."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._fields: dict[str, tuple[dict[str, Field], dict[str, Field]]] = {}
        self._below: dict[str, tuple[str, ...]] = {}
        self._worlds: dict[str, str] = {}
        self.inverse_words = {loose(name): name for name in schema.inverses}

    def class_named(self, word: str) -> ClassDef | None:
        """The class of a word, singular or plural, any case."""
        known = self.schema.by_word
        for spelling in dict.fromkeys((normal(word), loose(word))):
            if spelling in known:
                return known[spelling]
        return next((known[each] for each in numbers(loose(word)) if each in known), None)

    def class_words(self) -> tuple[str, ...]:
        """What a class may be called where one is expected: the plurals."""
        return tuple(definition.plural for definition in self.schema.classes)

    def below(self, cls: str) -> tuple[str, ...]:
        """The classes below a class, itself left out."""
        found = self._below.get(cls)
        if found is None:
            names = (each.name for each in self.schema.classes)
            found = self._below[cls] = tuple(name for name in names if name != cls and self.schema.is_a(name, cls))
        return found

    def world(self, cls: str) -> str:
        """``record``, ``note`` or ``thing``: classes of one world can meet in one thing."""
        found = self._worlds.get(cls)
        if found is None:
            above = self.schema.ancestors(cls)
            found = self._worlds[cls] = next((each for each in ("record", "note") if each in above), "thing")
        return found

    def exact_field(self, cls: str, word: str) -> Field | None:
        """The field of a class, own or inherited or of every class, spelt exactly."""
        return self._table(cls)[0].get(loose(word))

    def headed_field(self, cls: str, word: str) -> Field | None:
        """The field of a class that another header means."""
        return self._table(cls)[1].get(loose(word))

    def _table(self, cls: str) -> tuple[dict[str, Field], dict[str, Field]]:
        found = self._fields.get(cls)
        if found is None:
            exact: dict[str, Field] = {}
            other: dict[str, Field] = {}
            for name, each in self.schema.fields(cls).items():
                exact.setdefault(loose(name), _INTRINSIC.get(name, each))
            for each in self.schema.fields(cls).values():
                for header in _headers(each):
                    if header not in exact:
                        other.setdefault(header, _INTRINSIC.get(each.name, each))
            found = self._fields[cls] = exact, other
        return found

    @cached_property
    def _everywhere(self) -> dict[str, list[Owned]]:
        found: dict[str, list[Owned]] = {}
        for definition in self.schema.classes:
            for each in definition.fields:
                found.setdefault(loose(each.name), []).append((definition.name, _INTRINSIC.get(each.name, each)))
        return found

    @cached_property
    def _headed(self) -> dict[str, list[Owned]]:
        found: dict[str, list[Owned]] = {}
        for definition in self.schema.classes:
            for each in definition.fields:
                for header in _headers(each):
                    found.setdefault(header, []).append((definition.name, _INTRINSIC.get(each.name, each)))
        return found

    def everywhere(self, word: str, *, headers: bool = False) -> list[Owned]:
        """Every class that declares a field of that name (or of that other header) itself."""
        return (self._headed if headers else self._everywhere).get(loose(word), [])

    def field_words(self, classes: Iterable[str]) -> tuple[str, ...]:
        """What may follow where a field of one of the classes (none: of any) is expected: fields and named inverses."""
        classes = tuple(classes)
        if not classes:
            return (*_INTRINSIC, *self.schema.properties, *self.schema.inverses)
        words: dict[str, None] = {}
        for cls in classes:
            words.update(dict.fromkeys(self.schema.fields(cls)))
        for name in self.schema.inverses:
            if any(self.inverse(cls, name) for cls in classes):
                words.setdefault(name)
        return tuple(words)

    def inverses(self, word: str) -> tuple[Owned, ...]:
        """Every named inverse of that name: (class that declares the field, field)."""
        name = self.inverse_words.get(loose(word))
        return self.schema.inverses[name] if name is not None else ()

    def inverse(self, cls: str, word: str, *, any_of_world: bool = False) -> tuple[Owned, ...]:
        """Named inverses that a thing of the class can have."""
        return tuple(owned for owned in self.inverses(word) if self._holds(owned[1], cls, any_of_world=any_of_world))

    def _holds(self, field: Field, cls: str, *, any_of_world: bool) -> bool:
        """Whether things of the class may stand in the field. Classes of one world mix: ranges only give."""
        if not field.ranges:
            return True
        if any(self.schema.is_a(cls, each) or self.schema.is_a(each, cls) for each in field.ranges):
            return True
        return any_of_world and any(self.world(each) == self.world(cls) for each in field.ranges)


def _headers(field: Field) -> Iterator[str]:
    for header in (field.display, *field.headers):
        if header:
            yield loose(header)


_KNOWN: dict[int, Vocabulary] = {}
_MOST = 16


def vocabulary_of(schema: Schema) -> Vocabulary:
    """The words of a schema, kept while it is in use."""
    found = _KNOWN.get(id(schema))
    if found is None or found.schema is not schema:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        found = _KNOWN[id(schema)] = Vocabulary(schema)
    return found
