"""In: headers of a table and the schema. Out: which field of which class each one means. Room: extract.

Nothing here knows a kind of table: classes, their fields and the headers that mean them are data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

from rotgraph.model.schema import ClassDef, Field, LexiconEntry, Schema, fold
from rotgraph.notes.document import Inline

__all__ = ["AMOUNT", "Lookup", "is_meant", "lookup", "plural_of", "property_of", "qualifies", "singular_of"]

_WINNING = {"note": "notes", "comment": "notes", "comments": "notes", "line": "line_", "heading": "heading_", "aliases": "aliases_",
            "source_text": "source_text_", "mentioned_in": "mentioned_in_", "mentions": "mentions_", "about": "about_",
            "missing": "missing_"}  # fmt: skip
_NO_COLUMN = ("note", "line", "heading", "source_text", "mentioned_in", "aliases", "mentions", "remark")
_SAME = ("series", "species", "news", "status", "basis", "analysis", "business", "thesis", "process", "class", "gas", "access",
         "means", "overseas", "economics", "logistics", "politics", "ethics", "physics", "mechanics", "dynamics")  # fmt: skip
_SINGULAR = ("bias", "alias", "atlas", "canvas", "lens")
_UNIT = re.compile(r"\s*\([^()]*\)$")
AMOUNT = r"[~≈<>+\-−]*[$€£¥]?\d[\d.,]*\s?(?:%|pp|bps?|x)?"
"""A quantity before a word of its field."""
_KEPT = 1 << 12
"""Header rows, headers and names of classes whose reading is kept: a vault's tables repeat theirs."""
_Headers: TypeAlias = "tuple[str, ...]"
_Fields: TypeAlias = "tuple[Field | None, ...]"
_IRREGULAR = {
    "knives": "knife", "lives": "life", "wives": "wife", "leaves": "leaf", "loaves": "loaf", "shelves": "shelf",
    "halves": "half", "wolves": "wolf", "thieves": "thief", "men": "man", "women": "woman", "children": "child",
    "feet": "foot", "teeth": "tooth", "mice": "mouse", "geese": "goose", "criteria": "criterion", "phenomena": "phenomenon",
    "matrices": "matrix", "vertices": "vertex", "theses": "thesis", "heroes": "hero", "potatoes": "potato",
    "tomatoes": "tomato", "movies": "movie", "cookies": "cookie", "calories": "calorie", "ties": "tie",
}  # fmt: skip
_PLURALS = {one: many for many, one in _IRREGULAR.items()}
_WORD = re.compile(r"[^\W\d][\w./%-]*|\d\w*")
_PERIOD_WORD = re.compile(r"(?:19|20)\d\d[ae]?|fy\d{2,4}[ae]?|[qh][1-4]|[1-4]q\d{0,4}|\d{1,2}m|\d+|[ef]")
_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)\s*$")
_IES = re.compile(r"[^aeiou]ies$")
_ES = re.compile(r"(?:s|x|z|ch|sh)es$")


@lru_cache(maxsize=_KEPT)
def property_of(header: str) -> str:
    """The property that a header names when no schema declares it.

    Example:
        >>> property_of("Lead investor")
        'lead_investor'
    """
    name = "_".join(fold(header).strip(" :*?!").split())
    return _WINNING.get(name, name) or "column"


@lru_cache(maxsize=_KEPT)
def singular_of(header: str) -> str:
    """The class that a first header names: singular, folded, spaces as underscores, without words in parentheses behind it.

    Example:
        >>> [singular_of(word) for word in ("Rounds", "Key companies", "Status", "Branches", "Knives")]
        ['round', 'key_company', 'status', 'branch', 'knife']
    """
    words = fold(_PARENTHESIS.sub("", header)).strip(" :*").split()
    if not words:
        return "record"
    last = words[-1]
    if last in _IRREGULAR:
        last = _IRREGULAR[last]
    elif last in _SAME or last in _SINGULAR or last.endswith(("ss", "us", "is")) or not last.endswith("s") or len(last) < 4:
        pass
    elif _IES.search(last):
        last = f"{last[:-3]}y"
    elif _ES.search(last):
        last = last[:-2]
    else:
        last = last[:-1]
    return "_".join((*words[:-1], last))


@lru_cache(maxsize=_KEPT)
def plural_of(name: str) -> str:
    """The plural of a discovered class.

    Example:
        >>> [plural_of(word) for word in ("round", "key_company", "branch", "knife", "fy")]
        ['rounds', 'key_companies', 'branches', 'knives', 'fys']
        >>> plural_of("情景")
        '情景'
    """
    head, mark, last = name.rpartition("_")
    if last in _PLURALS:
        return f"{head}{mark}{_PLURALS[last]}"
    if not name[-1].isascii():  # no ending of another script is known
        return name
    if re.search(r"[a-z][^aeiou]y$", name):
        return f"{name[:-1]}ies"
    if name.endswith("sis"):
        return f"{name[:-2]}es"
    if name in _SAME:
        return name
    return f"{name}es" if name.endswith(("s", "x", "z", "ch", "sh")) else f"{name}s"


def qualifies(text: str, schema: Schema) -> bool:
    """Whether a header begins with a word that qualifies what stands beside it: ``YoY``, ``vs Estimate``, ``Total change``; ``Total
    income`` is something else, and ``Total`` the sum of what stands beside it."""
    words = _words(text)
    if not words or words[0] not in schema.qualifiers:
        return False
    rest = words[1:]
    return words[0] not in schema.sums or (bool(rest) and all(word in schema.qualifiers for word in rest))


def is_meant(text: str, schema: Schema) -> bool:
    """Whether a header says how a value is meant: ``YoY``, ``vs Estimate``, ``New guidance``, ``10-Year Avg``."""
    if qualifies(text, schema):
        return True
    said = [part for word in _words(text) for part in word.split("/") if part and not _PERIOD_WORD.fullmatch(part)]
    return all(part in schema.comparing or part in schema.qualifiers for part in said)


def _words(text: str) -> list[str]:
    return [word.rstrip(".,:") for word in _WORD.findall(fold(_PARENTHESIS.sub("", text)))]


class Lookup:
    """The headers of one schema, indexed once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.headers: dict[str, dict[str, Field]] = {}
        for definition in schema.classes:
            self.headers[definition.name] = self._of_class(definition)
        self.table_classes = tuple(each for each in schema.classes if each.tables and schema.is_a(each.name, "record"))
        self.described_classes = tuple(each for each in schema.classes if each.tables and schema.is_a(each.name, "thing"))
        self.thing_headers: dict[str, str] = {}
        for definition in schema.classes:
            if schema.is_a(definition.name, "thing"):
                for header in (definition.name.replace("_", " "), fold(definition.plural), *definition.headers):
                    self.thing_headers.setdefault(header, definition.name)
        self.traits: dict[str, str] = {each: definition.name for definition in schema.classes for each in definition.traits}
        """Rows of a note's first table of pairs that say its class."""
        traded = [entry for entry in schema.lexicon if schema.is_a(entry.cls, "ticker")]
        self.symbols = frozenset(word for entry in traded for word in (entry.name, *entry.aliases) if word.isupper())
        self._pairs = frozenset(schema.pair_headers)
        self._units = frozenset(schema.unit_headers)
        self._pair_endings = tuple(each[1:] for each in schema.pair_headers if each.startswith("* "))
        self.matrices = tuple(each for each in schema.classes if len(each.matrix) == 2)
        self.wide = tuple(each for each in schema.classes if each.wide)
        self.tag_entries: dict[str, LexiconEntry] = {
            fold(word).replace(" ", ""): entry for entry in schema.lexicon for word in (entry.name, *entry.aliases)
        }
        """The lexicon's names as tags are written."""
        self._loose = {header: each.name for each in schema.classes for header in each.loose_headers}
        self.thing_fields: dict[str, tuple[str, Field]] = {}
        for definition in schema.classes:
            if schema.is_a(definition.name, "thing"):
                for each in definition.fields:
                    for header in (each.name.replace("_", " "), *each.headers):
                        self.thing_fields.setdefault(header, (definition.name, each))
        self.inverses: dict[str, Field] = {
            each.inverse: each
            for definition in schema.classes
            if schema.is_a(definition.name, "thing")
            for each in definition.fields
            if each.inverse
        }
        """Fields of things by the name of their other direction: ``members`` writes `group` from the group."""
        self.by_period: dict[str, dict[str, Field]] = {}
        """Fields of named records that a period tells apart, by their headers; without those of the key."""
        for definition in schema.classes:
            keys = {each.name for each in definition.fields if each.kind == "period"} & set(definition.key)
            if keys and definition.named and definition.merge and schema.is_a(definition.name, "record"):
                fields = self.headers[definition.name].items()
                self.by_period[definition.name] = {
                    header: each for header, each in fields if each.name not in definition.key and not each.own
                }
        self.overrides = dict(schema.tables)
        self.observation = next((each for each in schema.classes if "any" in each.beside), None)
        """The class of values that are of no other."""
        self.metrics: dict[str, ClassDef] = {}
        """Words that a metric ends with to the class of its observations."""
        for definition in schema.classes:
            for metric in definition.metrics:
                self.metrics.setdefault(metric, definition)
        self.picks: dict[str, ClassDef] = {label: each for each in schema.classes for label in each.labels}
        """Bold leads that make a record."""
        self.verbs = [
            (each.name, field.name, verb, re.compile(rf"\b{re.escape(verb)}\b"))
            for each in schema.classes
            for field in each.fields
            for verb in field.verbs
        ]
        self.worded = [
            (f"{each.name}.{field.name}", word.lower(), re.compile(rf"({AMOUNT})\s+{re.escape(word)}\b", re.IGNORECASE))
            for each in schema.classes
            for field in each.fields
            for word in field.words
        ]
        """Words behind a quantity that make it a field."""
        self.class_words = {word: each.name for each in schema.classes for word in each.words}
        """Words behind a name that say its class."""
        self.measures = frozenset(schema.measure_words)
        self.signs: dict[str, list[str]] = {}
        """Properties to the classes that they are signs of."""
        for definition in schema.classes:
            for sign in dict.fromkeys(definition.signs):
                self.signs.setdefault(sign, []).append(definition.name)
        self.mapped: Callable[[str, _Headers], _Fields] = lru_cache(_KEPT)(self._mapped)
        self.table_class: Callable[[_Headers], tuple[ClassDef, _Fields] | None] = lru_cache(_KEPT)(self._table_class)
        self.column_classes: Callable[[_Headers], _Headers] = lru_cache(_KEPT)(self._column_classes)
        self.own_fields: Callable[[str], tuple[Field, ...]] = lru_cache(_KEPT)(self._own_fields)
        self.is_pair: Callable[[str], bool] = lru_cache(_KEPT)(self._is_pair)

    def _of_class(self, definition: ClassDef) -> dict[str, Field]:
        """Folded headers to fields; a class's own headers win over inherited ones."""
        own = {each.name for each in definition.fields}
        fields = self.schema.fields(definition.name)
        table: dict[str, Field] = {}
        for each in sorted(fields.values(), key=lambda each: each.name not in own):
            if each.name in _NO_COLUMN:
                continue
            inherited = each.name in own and any(
                each.name in {field.name for field in self.schema.by_name[above].fields}
                for above in self.schema.ancestors(definition.name)[1:]
                if above in self.schema.by_name
            )
            # what every observation calls its value says nothing of which kind of observation a row is
            if each.name != "name" and not (inherited and each.name == definition.value):
                table.setdefault(each.name.replace("_", " "), each)
            for header in (*each.headers, *each.arrow):
                table.setdefault(header, each)
        return table

    def _own_fields(self, cls: str) -> tuple[Field, ...]:
        """The fields of a class that its surroundings give where no column does."""
        return tuple(each for each in self.schema.fields(cls).values() if each.own)

    def field(self, cls: str, header: str) -> Field | None:
        """The field of a class that a folded header means."""
        return self.headers.get(cls, {}).get(header)

    def _mapped(self, cls: str, headers: _Headers) -> _Fields:
        """Fields by column; a field is taken by the first header that means it."""
        taken: set[str] = set()
        fields: list[Field | None] = []
        for header in headers:
            found = self.field(cls, header)
            if found is not None and found.name in taken:
                found = None
            if found is not None:
                taken.add(found.name)
            fields.append(found)
        return tuple(fields)

    def _table_class(self, headers: _Headers) -> tuple[ClassDef, _Fields] | None:
        """The class whose sets of fields the headers make up, the one that explains most columns; ties go to the schema's order."""
        best: tuple[int, ClassDef, _Fields] | None = None
        for definition in self.table_classes:
            # the first column must be one that the class knows: what a table is about stands at its left
            if headers[0] not in self.headers[definition.name]:
                continue
            fields = self._mapped(definition.name, headers)
            names = {each.name for each in fields if each is not None}
            if not any(names.issuperset(wanted) for wanted in definition.tables):
                continue
            score = sum(each is not None for each in fields)
            if best is None or score > best[0]:
                best = (score, definition, fields)
        return (best[1], best[2]) if best else None

    def _column_classes(self, headers: _Headers) -> _Headers:
        """Per column the class of the things in it.

        A column `name` is of the class whose set of fields the headers make up; a column that gives another's things a second
        name (``Ticker`` beside ``Company``) holds no things of its own.
        """
        classes = [self.column_class(header) for header in headers]
        if "name" in headers and not classes[headers.index("name")]:
            for definition in self.described_classes:
                names = {each.name for header in headers if (each := self.field(definition.name, header)) is not None} | {"name"}
                if any(names.issuperset(wanted) for wanted in definition.tables):
                    classes[headers.index("name")] = definition.name
                    break
        told = {cls for cls in classes if cls}
        return tuple(
            "" if self._is_second_name(header, told - {cls}) else cls for cls, header in zip(classes, headers, strict=True)
        )

    def _is_second_name(self, header: str, classes: set[str]) -> bool:
        return any(field.alias for cls in classes if (field := self.field(cls, header)) is not None)

    def is_other_name(self, header: str) -> bool:
        """Whether what stands below or beside is another name of a thing: ``Ticker``."""
        return header in self.thing_fields and self.thing_fields[header][1].alias

    def _is_pair(self, header: str) -> bool:
        """Whether each row below a first header is a property and its value: ``Metric``, ``Metric (US$m)``, ``User metric``."""
        bare = _UNIT.sub("", header)
        return bare in self._pairs or any(bare.endswith(each) for each in self._pair_endings)

    def is_unit(self, header: str) -> bool:
        """Whether a column says in which unit the numbers of its rows are."""
        return header in self._units

    def column_class(self, header: str) -> str:
        """The class of the things in a column with that folded header, or empty."""
        return self.thing_headers.get(header, "")

    def loose_class(self, header: str, cells: Sequence[Inline]) -> str:
        """The class that a header gives a column only where the lexicon knows most of its cells: ``Style``."""
        cls = self._loose.get(header, "")
        if not cls:
            return ""
        known = [self.tag_entries.get(fold(cell.plain).replace(" ", "")) for cell in cells if cell.plain.strip()]
        of_class = sum(each is not None and self.schema.is_a(each.cls, cls) for each in known)
        return cls if of_class * 2 > len(known) else ""


@lru_cache(maxsize=8)
def lookup(schema: Schema) -> Lookup:
    """The index of a schema's headers, made once per schema object."""
    return Lookup(schema)
