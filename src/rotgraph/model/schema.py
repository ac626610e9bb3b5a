"""In: nothing. Out: classes, fields and lexicon as data. Room: model.

The schema of a graph is the built-in `markets` schema, extended by the vault's ``rotgraph.toml`` and by the classes and fields
that its tables showed (``declared`` is False for these). Everything that names something reads it: extraction, the
binder of the language, the exports, the documentation.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from unicodedata import normalize

from rotgraph.late import dataclass

__all__ = ["INTRINSIC", "ORIENTATIONS", "RESERVED_CLASSES", "ClassDef", "Field", "LexiconEntry", "Schema", "fold"]


@lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """How names compare: case-folded, NFC, runs of white space as one.

    Example:
        >>> fold("  Goldman\\u00a0Sachs ")
        'goldman sachs'
    """
    folded = name.casefold()
    if not folded.isascii():
        folded = normalize("NFC", normalize("NFC", folded).casefold())
    return " ".join(folded.split())


@dataclass(frozen=True, slots=True)
class Field:
    """One property as one class has it."""

    name: str
    """Snake case, as in queries: ``buy_side``."""
    kind: str = "any"
    """``thing``, ``text``, ``quantity``, ``period``, ``integer`` or ``any`` (facts of several kinds)."""
    ranges: tuple[str, ...] = ()
    """For things: the classes it may hold; a thing that stands in it gains the first of them if it has no class."""
    unit: str = ""
    """Declared dimension of a quantity: ``percent``, ``point``, ``duration``, ``money``, ``number``; empty is any."""
    single: bool = False
    """Two unequal values are a contradiction."""
    required: bool = False
    headers: tuple[str, ...] = ()
    """Headers of tables and keys of front matter that mean it, besides its own name; folded."""
    inverse: str = ""
    """The name of its other direction (``bought_in``)."""
    term: str = ""
    """Local name of its RDF property: ``buySide``."""
    transitive: bool = False
    split: bool = False
    """A cell of it may list several values."""
    side: bool = False
    """What stands in it gains its first range even if it has another class, as that class `yields` (ruling 5)."""
    own: bool = False
    """When no column says it, the surroundings do: the heading's or the note's own thing, the period or length in the caption."""
    alias: bool = False
    """Its text is another name of the thing."""
    symbol: bool = False
    """Its text holds traded symbols (``ADI (NASDAQ)``, ``NYSE: FRO``); exchanges and other words beside them are none."""
    names: str = ""
    """The field that a thing named in its text is: the firm of ``Chair, Norden``."""
    past: tuple[str, ...] = ()
    """Words before a part of its text that say it is over: what that part names is not that field."""
    arrow: tuple[str, ...] = ()
    """Headers of a column that writes this field and `arrow_to` as ``a → b``."""
    arrow_to: str = ""
    ongoing: str = ""
    """The field that takes a word such as Ongoing instead of this one."""
    words: tuple[str, ...] = ()
    """Words after a quantity in a caption that make it this field (``~70pp divergence``)."""
    labels: tuple[str, ...] = ()
    """Labels of a sentence (``Rationale: …``) that give it."""
    before: tuple[str, ...] = ()
    """Words of a heading after the name that it is: ``Some Bank sector picks``."""
    from_tags: bool = False
    """A tag of the note that names a thing of its first range gives it."""
    from_name: bool = False
    """A name all in capitals is its value where nothing else says it (a fund is called by its symbol)."""
    verbs: tuple[str, ...] = ()
    """Verbs between two named things that state it."""
    bold: bool = False
    """In a matrix of cases: the bold words of the cell."""
    rest: bool = False
    """In a matrix of cases: what follows the bold words."""
    display: str = ""
    """The header first met, for a field no schema declares."""
    declared: bool = True
    said: str = ""
    """One line for documentation."""


INTRINSIC: tuple[Field, ...] = (
    Field("name", "text", single=True, term="name", said="its label"),
    Field("aliases", "text", term="alias", split=True, said="other names"),
    Field("note", "thing", ("note",), single=True, term="note", said="the note of its principal evidence"),
    Field("line", "integer", single=True, term="line", said="the line of its principal evidence, from 1"),
    Field("heading", "text", single=True, term="heading", said="the heading its principal evidence stands under"),
    Field("source_text", "text", single=True, term="sourceText", said="the row or sentence as written"),
    Field("mentioned_in", "thing", ("note",), term="mentionedIn", said="the notes that name it", inverse="mentions"),
)
"""What every class has."""

ORIENTATIONS = {"rows": "rows are records", "columns": "columns are records", "cases": "matrix of cases",
    "observations": "matrix of observations", "wide": "wide periods", "pairs": "key and value", "metrics": "metrics in the header",
    "pictures": "pictures"}  # fmt: skip
"""The ways to read a table, as `rotgraph.toml` may name them for the table under a heading."""

RESERVED_CLASSES = ("thing", "record")
"""``things``: all named things and named records; ``records``: all rows."""


@dataclass(frozen=True, slots=True)
class ClassDef:
    """One class."""

    name: str
    plural: str
    parents: tuple[str, ...] = ("thing",)
    """``thing`` for what names mean, ``record`` for rows, or other classes."""
    fields: tuple[Field, ...] = ()
    """Its own, without inherited ones."""
    key: tuple[str, ...] = ("name",)
    """The fields that identify one of it."""
    columns: tuple[str, ...] = ()
    """What a query shows without ``show``; the key if empty."""
    merge: bool = False
    """Descriptions with equal keys in several tables or notes are one."""
    named: bool = True
    """It has a name of its own that the language can mention (``False``: an observation, an effect)."""
    value: str = ""
    """The field that stands for it when a path ends at it (observations: ``value``)."""
    label: str = ""
    """How its label is made of its fields: ``{rotation} ({period})``; the name if empty."""
    headers: tuple[str, ...] = ()
    """Headers of a column whose cells are of this class; folded."""
    loose_headers: tuple[str, ...] = ()
    """Those that say so only where the lexicon knows most of the cells to be of it: ``Style`` over Value and Growth."""
    tables: tuple[tuple[str, ...], ...] = ()
    """Sets of fields whose headers, together, make a table one of this class."""
    tags: tuple[str, ...] = ()
    """The first of them, like its own name, says more than the others: `#person #vc` is a person."""
    traits: tuple[str, ...] = ()
    """Rows that only a note's first table of pairs about one of it has: ``Born``."""
    folders: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Words after a name that say its class (``XMAG ETF``)."""
    wide: tuple[str, ...] = ()
    """Words of a caption or heading over a table whose columns are years or other periods."""
    metrics: tuple[str, ...] = ()
    """A metric ``2025 return`` ending in one of these makes an observation of this class with that year."""
    matrix: tuple[str, ...] = ()
    """Two fields that hold named records: a table of one against the other makes one record a cell."""
    labels: tuple[str, ...] = ()
    """Bold leads (``**Overweight:** a, b``) that make one of this class."""
    beside: tuple[str, ...] = ()
    """Dimensions of a value in parentheses beside a name (``XLE +18%``) that make it one of this class; ``any`` is the rest."""
    yields: tuple[str, ...] = ()
    """A column gives this class to a thing unless the thing has one of these; empty: unless it has any other."""
    aside: bool = False
    near: bool = False
    """A heading that names one of it, in a note about something that is measured, speaks of a part of that (a region of a firm)."""
    suffix: bool = False
    """A name that ends in another's words stands below it (ruling 11): ``Large cap energy`` below Energy."""
    subjects: tuple[str, ...] = ()
    """Classes of things that the beginning of a metric may name (``Mag 7 YTD``)."""
    leads: tuple[str, ...] = ()
    """Those among them that it names even in a note about another: ``NATO member`` of a country is the country's."""
    signs: tuple[str, ...] = ()
    """Fields of which two say, in a note that no tag, folder or type classes, that it is about one of these."""
    apart: tuple[str, ...] = ()
    """Fields of which two unequal values are never one's: sources at two addresses are two."""
    partial: bool = False
    """A record that lacks one key field merges with the only one that agrees on the others."""
    term: str = ""
    declared: bool = True
    said: str = ""


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """A name that the schema knows."""

    name: str
    cls: str
    aliases: tuple[str, ...] = ()
    broader: str = ""
    group: str = ""
    own: bool = False
    """The vault's own schema declares it: it is called as declared, however the notes write it."""


@dataclass(frozen=True, repr=False)
class Schema:
    """All classes and the lexicon. Lookups are by singular name."""

    classes: tuple[ClassDef, ...]
    lexicon: tuple[LexiconEntry, ...] = ()
    base: str = "https://example.org/vault/"
    """The vault's base IRI, ending in a slash."""
    queries: tuple[tuple[str, str], ...] = ()
    """Saved queries: name and text."""
    settings: tuple[tuple[str, str], ...] = ()
    """What else rotgraph.toml set, as flat text (``links.aliases`` = ``follow``)."""
    pair_headers: tuple[str, ...] = ()
    """First headers of two-column tables whose rows are a property and its value; folded; ``* metric`` is whatever ends so."""
    thing_pair_headers: tuple[str, ...] = ()
    """Those that are names of things too, whose rows are things where more stands beside them than a value and words on it."""
    measure_words: tuple[str, ...] = ()
    """Words of a first header over periods that say its rows are measures, not things; folded."""
    ongoing: tuple[str, ...] = ()
    """Words of a status that leaves a period open; folded."""
    related_headings: tuple[str, ...] = ()
    source_headings: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    """First words of a remark that make it a qualifier of an observation (``YTD``, ``vs Nasdaq``); folded."""
    nobody: tuple[str, ...] = ()
    trailing: tuple[str, ...] = ()
    legal_forms: tuple[str, ...] = ()
    """Words in a list of names that name none."""
    exchanges: tuple[str, ...] = ()
    listing_words: tuple[str, ...] = ()
    """What happens to others on an exchange that a metric begins with: ``Nasdaq debut``."""
    holding_words: tuple[str, ...] = ()
    """What the name that a metric begins with holds of another, or is held by: ``PIF stake``, ``S&P 500 inclusion``."""
    """Words beside a traded symbol that are none."""
    comparing: tuple[str, ...] = ()
    """Words of a header beside metrics that say how a value is meant (``Consensus``), not of what; folded."""
    sums: tuple[str, ...] = ()
    """What rows call their sums (``Total``): no names of things; folded."""
    citing: tuple[str, ...] = ()
    """First words of a citation that name a part of a document, not who has published it; folded."""
    unit_headers: tuple[str, ...] = ()
    """Headers of a column that says in which unit the bare numbers of each row are; folded."""
    plain: tuple[str, ...] = ()
    """Names that are also plain words: unlinked they name something only in a column of things."""
    ignore: tuple[str, ...] = ()
    """Paths left out, as globs."""
    tables: tuple[tuple[str, str], ...] = ()
    """Overrides: heading (folded) to orientation or class."""

    def __repr__(self) -> str:
        own = sum(len(each.fields) for each in self.classes)
        return f"<Schema: {len(self.classes)} classes, {own} fields, {len(self.queries)} saved queries>"

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Counted once: tables made for a schema are kept by it, and looked up for every note."""
        return hash((self.classes, self.lexicon, self.settings, self.tables))

    @cached_property
    def by_name(self) -> dict[str, ClassDef]:
        return {definition.name: definition for definition in self.classes}

    @cached_property
    def by_word(self) -> dict[str, ClassDef]:
        """Singular and plural, folded, spaces and hyphens as underscores."""
        words: dict[str, ClassDef] = {}
        for definition in self.classes:
            words.setdefault(fold(definition.plural).replace(" ", "_").replace("-", "_"), definition)
        for definition in self.classes:
            words.setdefault(fold(definition.name).replace(" ", "_").replace("-", "_"), definition)
        return words

    @cached_property
    def _ancestors(self) -> dict[str, tuple[str, ...]]:
        """Each class with all above it, nearest first, itself included."""
        known: dict[str, tuple[str, ...]] = {}

        def climb(name: str, below: frozenset[str]) -> tuple[str, ...]:
            if name in known:
                return known[name]
            definition = self.by_name.get(name)
            line = [name]
            for parent in definition.parents if definition else ():
                if parent not in below:
                    line.extend(step for step in climb(parent, below | {name}) if step not in line)
            known[name] = tuple(line)
            return known[name]

        for definition in self.classes:
            climb(definition.name, frozenset())
        return known

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The class itself and all above it, nearest first; a class that nobody declared stands under ``record``."""
        return self._ancestors.get(name, (name, "record"))

    def is_a(self, name: str, above: str) -> bool:
        return above in self.ancestors(name)

    @cached_property
    def _fields(self) -> dict[str, dict[str, Field]]:
        """By class, as they are asked for: a vault's tables may have shown thousands of classes."""
        return {}

    def fields(self, cls: str) -> dict[str, Field]:
        """All fields of a class by name: its own, the inherited, the intrinsic."""
        found = self._fields.get(cls)
        if found is None:
            found = {}
            for name in self.ancestors(cls) if cls in self.by_name else ():
                above = self.by_name.get(name)
                for each in above.fields if above else ():
                    found.setdefault(each.name, each)
            for each in INTRINSIC:
                found.setdefault(each.name, each)
            self._fields[cls] = found
        return found

    @cached_property
    def inverses(self) -> dict[str, tuple[tuple[str, Field], ...]]:
        """Named inverses: name to (class that declares the field, field)."""
        table: dict[str, list[tuple[str, Field]]] = {}
        for definition in self.classes:
            for each in definition.fields:
                if each.inverse:
                    table.setdefault(each.inverse, []).append((definition.name, each))
        return {name: tuple(found) for name, found in table.items()}

    @cached_property
    def symbol_fields(self) -> frozenset[str]:
        """Fields whose text holds traded symbols that are other names of the thing."""
        return frozenset(each.name for definition in self.classes for each in definition.fields if each.symbol and each.alias)

    @cached_property
    def properties(self) -> tuple[str, ...]:
        """Every property name of every class, sorted; the intrinsic ones left out."""
        intrinsic = {each.name for each in INTRINSIC}
        return tuple(sorted({each.name for definition in self.classes for each in definition.fields} - intrinsic))
