"""In: a schema. Out: classes, fields and inverses by the words that people write for them. Room: query.

Exact spelling wins over other headers, and these over singular and plural (ruling 29). Spaces, underscores and hyphens are alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rotgraph.model.schema import INTRINSIC, ClassDef, Field, Schema, fold

__all__ = ["Vocabulary", "loose", "normal", "numbers", "vocabulary_of"]

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
    """The words of one schema, indexed as they are asked for."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._fields: dict[str, tuple[dict[str, Field], dict[str, Field]]] = {}
        self._below: dict[str, tuple[str, ...]] = {}
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
        above = self.schema.ancestors(cls)
        return next((each for each in ("record", "note") if each in above), "thing")

    def field(self, cls: str, word: str) -> Field | None:
        """The field of a class, own or inherited or of every class, spelt exactly; else by another header that means it."""
        exact, other = self._table(cls)
        word = loose(word)
        return exact.get(word) or other.get(word)

    def exact_field(self, cls: str, word: str) -> Field | None:
        return self._table(cls)[0].get(loose(word))

    def _table(self, cls: str) -> tuple[dict[str, Field], dict[str, Field]]:
        found = self._fields.get(cls)
        if found is None:
            exact: dict[str, Field] = {}
            other: dict[str, Field] = {}
            for name, each in self.schema.fields(cls).items():
                exact.setdefault(loose(name), _INTRINSIC.get(name, each))
            for each in self.schema.fields(cls).values():
                for header in (each.display, *each.headers):
                    if header and loose(header) not in exact:
                        other.setdefault(loose(header), _INTRINSIC.get(each.name, each))
            found = self._fields[cls] = exact, other
        return found

    def field_words(self, classes: Iterable[str]) -> tuple[str, ...]:
        """What may follow where a field of one of the classes is expected: fields and named inverses."""
        words: dict[str, None] = {}
        for cls in classes:
            words.update(dict.fromkeys(self.schema.fields(cls)))
        for cls in classes:
            words.update((name, None) for name in self.schema.inverses if self.inverse(cls, name))
        return tuple(words)

    def everywhere(self, word: str) -> tuple[tuple[str, Field], ...]:
        """Every class that declares a field of that name itself."""
        wanted = loose(word)
        return tuple((each.name, field) for each in self.schema.classes for field in each.fields if loose(field.name) == wanted)

    def inverse(self, cls: str, word: str, *, any_of_world: bool = False) -> tuple[tuple[str, Field], ...]:
        """Named inverses that a thing of the class can have: (class that declares the field, field)."""
        name = self.inverse_words.get(loose(word))
        found = self.schema.inverses[name] if name is not None else ()
        return tuple((owner, field) for owner, field in found if self._holds(field, cls, any_of_world=any_of_world))

    def _holds(self, field: Field, cls: str, *, any_of_world: bool) -> bool:
        """Whether things of the class may stand in the field. Classes of one world mix: ranges only give."""
        if not field.ranges:
            return True
        if any(self.schema.is_a(cls, each) or self.schema.is_a(each, cls) for each in field.ranges):
            return True
        return any_of_world and any(self.world(each) == self.world(cls) for each in field.ranges)


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
