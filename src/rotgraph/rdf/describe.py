"""In: a graph and a spelling. Out: what is said of a node, a value, a piece of evidence. Room: rdf.

The one place that decides which triples there are; Turtle lays them out, the line formats print one a line. A *saying* is a
predicate and an object, spelled, with a space between. Evidence is RDF's own reification (``rdf:subject predicate object``), with
IRIs for names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import PRECISIONS, Graph, PeriodFlag, QuantityFlag
from rotgraph.model.value import Kind
from rotgraph.rdf.alignments import alignments
from rotgraph.rdf.index import Index
from rotgraph.rdf.iri import encode
from rotgraph.rdf.quotes import Quotes
from rotgraph.rdf.schema_terms import class_ranks
from rotgraph.rdf.spell import Said, Spelling, node_path
from rotgraph.rdf.terms import number_text
from rotgraph.rdf.vocabulary import UNIT_TERMS

__all__ = ["Describer"]

_THING, _TEXT, _QUANTITY, _PERIOD, _INTEGER = (
    int(kind) for kind in (Kind.THING, Kind.TEXT, Kind.QUANTITY, Kind.PERIOD, Kind.INTEGER)
)
"""Plain numbers: looking a member up in an enumeration costs more than comparing it."""
_REMEMBERED = 1 << 14
"""How many of a kind of saying are remembered: bounds the memory of the formats that stream."""

_PLACE = ("note", "line", "column", "end_line", "end_column", "heading")
_QUANTITY_FLAGS = (
    ("lowOpen", QuantityFlag.LOW_OPEN), ("highOpen", QuantityFlag.HIGH_OPEN), ("approximate", QuantityFlag.APPROXIMATE),
)  # fmt: skip
_PERIOD_FLAGS = (
    ("approximate", PeriodFlag.APPROXIMATE), ("openStart", PeriodFlag.OPEN_START), ("openEnd", PeriodFlag.OPEN_END),
    ("inferred", PeriodFlag.INFERRED),
)  # fmt: skip


class _Words(dict[str, str]):
    """Predicates by local name, spelled once; ``rdf:subject`` names another namespace than ``rg``."""

    def __init__(self, spelling: Spelling) -> None:
        super().__init__(a=spelling.a)
        self._spelling = spelling

    def __missing__(self, word: str) -> str:
        prefix, colon, local = word.partition(":")
        self[word] = found = self._spelling.predicate(prefix, local) if colon else self._spelling.predicate("rg", word)
        return found


class _Integers(dict[int, str]):
    """Whole numbers, spelled once; lines and columns are small ones."""

    def __init__(self, spelling: Spelling) -> None:
        super().__init__()
        self._spelling = spelling

    def __missing__(self, number: int) -> str:
        found = self._spelling.integer(number)
        if 0 <= number < _REMEMBERED:
            self[number] = found
        return found


class Describer:
    """Says what is known of each part of a graph."""

    def __init__(
        self, graph: Graph, spelling: Spelling, index: Index, *, materialize: bool = False, quotes: Quotes | None = None
    ) -> None:
        self.graph, self.spelling, self.index, self.materialize, self.quotes = graph, spelling, index, materialize, quotes
        self.words = _Words(spelling)
        self._integers = _Integers(spelling)
        self._stated: dict[int, str] = {}
        self._path = (-1, "")
        """The subject whose value was last named, and its path."""
        self._said: dict[tuple[int, int], list[str]] = {}

    # nodes

    def types(self, node: int) -> list[str]:
        """Its direct classes, the principal one first."""
        first, *rest = self.graph.classes(node) or ("thing",)
        if rest:
            rest.sort(key=self._class_ranks.__getitem__)
        found = [self.spelling.cls(name) for name in (first, *rest)]
        if self.materialize:
            found += dict.fromkeys(term for name in (first, *rest) for term in self._worldly(name))
        return found

    def _worldly(self, cls: str) -> tuple[str, ...]:
        """What the world calls a class and those above it."""
        known = alignments().classes
        terms = (term.split(":") for above in self.graph.schema.ancestors(cls) for term in known.get(above, ()))
        return tuple(self.spelling.name(prefix, local) for prefix, local in terms)

    @cached_property
    def also(self) -> tuple[tuple[str, ...], ...]:
        """What the world calls each property, as predicates; nothing unless that is asked for."""
        if not self.materialize:
            return ((),) * len(self.graph.properties)
        known = alignments().properties
        split = [[term.split(":") for term in known.get(name, ())] for name in self.graph.properties]
        return tuple(tuple(self.spelling.predicate(prefix, local) for prefix, local in terms) for terms in split)

    def aliases(self, node: int) -> list[int]:
        """Text ids of its other names, in the order of their texts."""
        pointers = self.graph.columns["alias_pointers"]
        start, end = int(pointers[node]), int(pointers[node + 1])
        if start == end:
            return []
        return sorted(set(self.graph.columns["alias_text"][start:end].tolist()), key=self.graph.texts.__getitem__)

    def principal_class(self, node: int) -> list[str]:
        """Which class is its principal one, if it has several."""
        classes = self.graph.classes(node)
        return [f"{self.words['principalClass']} {self.spelling.cls(classes[0])}"] if len(classes) > 1 else []

    def place(self, node: int) -> list[str]:
        """Note, line and heading of its principal evidence."""
        columns = self.graph.columns
        note = int(columns["node_note"][node])
        if note < 0:
            return []
        line = self._integers[int(columns["node_line"][node])]
        found = [f"{self._where[0]} {self.spelling.node(note)}", f"{self._where[1]} {line}"]
        heading = int(columns["node_heading"][node])
        if heading >= 0:
            found.append(f"{self._where[-1]} {self.spelling.text(heading)}")
        return found

    def wording(self, node: int) -> Said:
        """Its row or sentence as written, and the words of those of its texts that are no facts."""
        columns, spell, words = self.graph.columns, self.spelling, self.words
        said = [f"{words['tokens.name']} {spell.tokens(int(columns['node_label'][node]))}"]
        said += dict.fromkeys(f"{words['tokens.alias']} {spell.tokens(alias)}" for alias in self.aliases(node))
        heading, source = int(columns["node_heading"][node]), int(columns["node_source"][node])
        if int(columns["node_note"][node]) >= 0 and heading >= 0:
            said.append(f"{words['tokens.heading']} {spell.tokens(heading)}")
        if source >= 0:
            said.append(f"{words['sourceText']} {spell.text(source)}")
            said.append(f"{words['tokens.sourceText']} {spell.tokens(source)}")
        return spell.node(node), said

    def principal(self, node: int) -> Said:
        """The node of its principal evidence."""
        columns, words = self.graph.columns, self.words
        note = int(columns["node_note"][node])
        said = [f"{words['principalOf']} {self.spelling.node(node)}"]
        if note >= 0:
            *place, heading = (int(columns[f"node_{name}"][node]) for name in _PLACE[1:])
            said.append(f"{self._where[0]} {self.spelling.node(note)}")
            said += (f"{word} {self._integers[at]}" for word, at in zip(self._where[1:-1], place, strict=True))
            if heading >= 0:
                said.append(f"{self._where[-1]} {self.spelling.text(heading)}")
        said.append(f"{words['ordinal']} {self._integers[int(self.index.node_ordinal[node])]}")
        return self.spelling.step("evidence", f"{int(self.index.principal_name[node]):016x}"), said

    def node(self, node: int) -> list[Said]:
        """All that is said of a node besides its facts."""
        words, spell = self.words, self.spelling
        said = [f"{words['a']} {each}" for each in self.types(node)]
        said.append(f"{words['rdfs:label']} {spell.text(int(self.graph.columns['node_label'][node]))}")
        said += (f"{words['skos:altLabel']} {spell.text(alias)}" for alias in self.aliases(node))
        said += (*self.principal_class(node), *self.place(node))
        subject, wording = self.wording(node)
        return [(subject, (*said, *wording)), self.principal(node)]

    # facts

    def object(self, fact: int) -> str:
        """The object of a fact: a thing, a literal on one line, or the node of a quantity or period."""
        return self.object_of(fact, int(self._kinds[fact]), int(self._values[fact]))

    def object_of(self, fact: int, kind: int, value: int) -> str:
        """The same of a fact whose kind and value are at hand."""
        if kind == _THING:
            return self.spelling.node(value)
        if kind == _TEXT:
            return self.spelling.text(value)
        if kind == _INTEGER:
            return self.spelling.integer(value)
        return self.value_node(fact)

    def value_node(self, fact: int) -> str:
        """The node of a fact's quantity or period."""
        subject = int(self._subjects[fact])
        if subject != self._path[0]:
            room, step = node_path(self.graph.key(subject))
            self._path = subject, f"{room}.{step}" if room else step
        term = self._encoded[int(self.index.fact_property[fact])]
        return self.spelling.step("value", self.index.value_name(fact, self._path[1], term))

    def beside(self, fact: int, object_: str = "") -> Said | None:
        """What is said beside a fact (with that object, if it is known): the words of its text, or what its value is."""
        kind, value = int(self._kinds[fact]), int(self._values[fact])
        if kind == _TEXT:
            term = self.words[f"{self._terms[int(self.index.fact_property[fact])]}.tokens"]
            return self.spelling.node(int(self._subjects[fact])), (f"{term} {self.spelling.tokens(value)}",)
        if kind == _QUANTITY:
            return object_ or self.value_node(fact), self.quantity(value)
        if kind == _PERIOD:
            return object_ or self.value_node(fact), self.period(value)
        return None

    def evidence(self, rows: Sequence[int]) -> Iterator[Said]:
        """Pieces of evidence: the fact that each states, and where; if that is asked for, with the characters themselves."""
        return self._evidence(rows) if self.quotes is None else chain.from_iterable(self.evidence_by_row(rows))

    def evidence_by_row(self, rows: Sequence[int]) -> Iterator[tuple[Said, ...]]:
        """All that is said of each piece of evidence."""
        for row, said in zip(rows, self._evidence(rows), strict=True):
            if self.quotes is None:
                yield (said,)
            else:
                name = f"{int(self.index.evidence_name[row]):016x}"
                yield tuple(self.quotes.selected(self.graph, int(row), name, said, self.spelling))

    def _evidence(self, rows: Sequence[int]) -> Iterator[Said]:
        columns, words, index, spell = self.graph.columns, self.words, self.index, self.spelling
        subject, predicate, object_ = words["rdf:subject"], words["rdf:predicate"], words["rdf:object"]
        note_, line_, column_, end_line_, end_column_, heading_ = self._where
        stated_, ordinal_ = words["stated"], words["ordinal"]
        node, text, step, properties, known = spell.node, spell.text, spell.step, self._properties, self._integers
        rows_ = np.asarray(rows, np.int64)
        facts = index.evidence_fact[rows_]
        last, fact_said = -1, ("", "", "")
        for fact, about, prop, note, line, column, end_line, end_column, heading, stated, ordinal, name in zip(
            facts.tolist(),
            self._subjects[facts].tolist(),
            index.fact_property[facts].tolist(),
            *(columns[f"evidence_{each}"][rows_].tolist() for each in _PLACE),
            columns["evidence_stated"][rows_].tolist(),
            index.evidence_ordinal[rows_].tolist(),
            index.evidence_name[rows_].tolist(),
            strict=True,
        ):
            if fact != last:
                last = fact
                fact_said = (f"{subject} {node(about)}", f"{predicate} {properties[prop]}", f"{object_} {self.object(fact)}")
            said = [*fact_said]
            if note >= 0:
                said += (
                    f"{note_} {node(note)}",
                    f"{line_} {known[line]}",
                    f"{column_} {known[column]}",
                    f"{end_line_} {known[end_line]}",
                    f"{end_column_} {known[end_column]}",
                )
                if heading >= 0:
                    said.append(f"{heading_} {text(heading)}")
            if stated >= 0:
                said.append(f"{stated_} {self.stated(stated)}")
            said.append(f"{ordinal_} {known[ordinal]}")
            yield step("evidence", f"{name:016x}"), said

    def stated(self, period: int) -> str:
        """The node of a date stated."""
        found = self._stated.get(period)
        if found is None:
            found = self._stated[period] = self.spelling.step("period", self.index.period_name(period))
        return found

    @cached_property
    def _where(self) -> tuple[str, ...]:
        return tuple(self.words[name] for name in ("note", "line", "column", "lineEnd", "columnEnd", "heading"))

    # values

    def quantity(self, index: int) -> list[str]:
        """What a quantity is."""
        said = self._said.get((_QUANTITY, index))
        return said if said is not None else self._remember(_QUANTITY, index, self._quantity(index))

    def period(self, index: int) -> list[str]:
        """What a period is."""
        said = self._said.get((_PERIOD, index))
        return said if said is not None else self._remember(_PERIOD, index, self._period(index))

    def _remember(self, kind: int, index: int, said: list[str]) -> list[str]:
        if len(self._said) >= _REMEMBERED:
            self._said.clear()
        self._said[kind, index] = said
        return said

    def _quantity(self, index: int) -> list[str]:
        found, words, spell = self.graph.quantity(index), self.words, self.spelling
        flags = int(self.graph.columns["quantity_flags"][index])
        said = [f"{words['a']} {spell.name('rg', 'Quantity')}", f"{words['text']} {spell.literal(found.text)}"]
        if found.value is not None:
            said.append(f"{words['value']} {spell.number(*number_text(found.value))}")
        for name, bound, infinite in (("low", found.low, "-INF"), ("high", found.high, "INF")):
            lexical = number_text(bound) if bound is not None else (infinite, "double")
            said.append(f"{words[name]} {spell.number(*lexical)}")
        said.append(f"{words['unit']} {spell.unit(found.unit)}")
        said += [f"{words[name]} {spell.boolean(holds=bool(flags & bit))}" for name, bit in _QUANTITY_FLAGS]
        for name, holds in (("estimate", found.estimate), ("isOrdinal", found.ordinal)):
            if holds:
                said.append(f"{words[name]} {spell.boolean(holds=True)}")
        if found.out_of is not None:
            said.append(f"{words['outOf']} {spell.number(*number_text(found.out_of))}")
        if found.remark:
            said.append(f"{words['remark']} {spell.literal(found.remark)}")
        return said

    def _period(self, index: int) -> list[str]:
        columns, words, spell = self.graph.columns, self.words, self.spelling
        flags = int(columns["period_flags"][index])
        return [
            f"{words['a']} {spell.name('rg', 'Period')}",
            f"{words['text']} {spell.text(int(columns['period_text'][index]))}",
            f"{words['start']} {spell.date(int(columns['period_start'][index]))}",
            f"{words['end']} {spell.date(int(columns['period_end'][index]))}",
            f"{words['precision']} {spell.literal(PRECISIONS[columns['period_precision'][index]].value)}",
            f"{words['edtf']} {spell.text(int(columns['period_edtf'][index]))}",
            *(f"{words[name]} {spell.boolean(holds=bool(flags & bit))}" for name, bit in _PERIOD_FLAGS),
        ]

    def units(self, quantities: Iterable[int]) -> list[Said]:
        """What the units of these quantities are called, where rotgraph does not know them."""
        units, words, spell = self.graph.columns["quantity_unit"], self.words, self.spelling
        names = sorted({self.graph.units[units[each]] for each in quantities} - UNIT_TERMS.keys())
        return [
            (spell.unit(name), (f"{words['a']} {spell.name('rg', 'Unit')}", f"{words['rdfs:label']} {spell.literal(name)}"))
            for name in names
        ]

    # terms

    @cached_property
    def _class_ranks(self) -> dict[str, int]:
        return class_ranks(self.graph.schema)

    @cached_property
    def properties(self) -> tuple[str, ...]:
        """The term of each property of the graph, as predicate."""
        return tuple(map(self.spelling.property_predicate, self.graph.properties))

    @cached_property
    def _properties(self) -> tuple[str, ...]:
        """The same as objects."""
        return tuple(map(self.spelling.property, self.graph.properties))

    @cached_property
    def _terms(self) -> tuple[str, ...]:
        return tuple(map(self.spelling.vocabulary.local, self.graph.properties))

    @cached_property
    def _encoded(self) -> tuple[str, ...]:
        """As steps of an IRI."""
        return tuple(map(encode, self._terms))

    @cached_property
    def _subjects(self) -> npt.NDArray[np.int32]:
        return self.graph.columns["fact_subject"]

    @cached_property
    def _kinds(self) -> npt.NDArray[np.uint8]:
        return self.graph.columns["fact_kind"]

    @cached_property
    def _values(self) -> npt.NDArray[np.int32]:
        return self.graph.columns["fact_value"]
