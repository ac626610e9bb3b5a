"""In: a graph and a spelling. Out: what is said of a node, a value, a piece of evidence. Room: rdf.

The one place that decides which triples there are; Turtle lays them out, the line formats print one a line. A *saying* is a
predicate and an object, spelled, with a space between. Evidence is RDF's own reification (``rdf:subject predicate object``), with
IRIs for names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

from rotgraph.model.graph import PRECISIONS, Graph, PeriodFlag, QuantityFlag
from rotgraph.model.value import Kind
from rotgraph.rdf.index import Index
from rotgraph.rdf.iri import encode
from rotgraph.rdf.spell import Spelling, node_path
from rotgraph.rdf.terms import number_text
from rotgraph.rdf.vocabulary import UNIT_TERMS

__all__ = ["Describer", "Said"]

Said: TypeAlias = "tuple[str, Sequence[str]]"
"""A subject and its sayings."""

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


class Describer:
    """Says what is known of each part of a graph."""

    def __init__(self, graph: Graph, spelling: Spelling, index: Index) -> None:
        self.graph, self.spelling, self.index = graph, spelling, index
        self.words = _Words(spelling)

    # nodes

    def types(self, node: int) -> list[str]:
        """Its direct classes, the principal one first."""
        first, *rest = self.graph.classes(node) or ("thing",)
        if rest:
            rest.sort(key=self.graph.class_ids.__getitem__)
        return [self.spelling.cls(name) for name in (first, *rest)]

    def aliases(self, node: int) -> list[int]:
        """Text ids of its other names, in the order of their texts."""
        pointers = self.graph.columns["alias_pointers"]
        start, end = int(pointers[node]), int(pointers[node + 1])
        if start == end:
            return []
        return sorted(set(self.graph.columns["alias_text"][start:end].tolist()), key=self.graph.texts.__getitem__)

    def place(self, node: int) -> list[tuple[str, str]]:
        """Note, line and heading of its principal evidence, and which class is its principal one if it has several."""
        columns, spell, words = self.graph.columns, self.spelling, self.words
        classes = self.graph.classes(node)
        found = [(words["principalClass"], spell.cls(classes[0]))] if len(classes) > 1 else []
        note = int(columns["node_note"][node])
        if note >= 0:
            found.append((words["note"], spell.node(note)))
            found.append((words["line"], spell.integer(int(columns["node_line"][node]))))
            heading = int(columns["node_heading"][node])
            if heading >= 0:
                found.append((words["heading"], spell.text(heading)))
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
            line, column, end_line, end_column = (
                int(columns[f"node_{name}"][node]) for name in ("line", "column", "end_line", "end_column")
            )
            said += self._place(note, line, column, end_line, end_column, int(columns["node_heading"][node]))
        said.append(f"{words['ordinal']} {self.spelling.integer(int(self.index.node_ordinal[node]))}")
        return self.spelling.step("evidence", f"{int(self.index.principal_name[node]):016x}"), said

    def node(self, node: int) -> list[Said]:
        """All that is said of a node besides its facts."""
        words, spell = self.words, self.spelling
        said = [f"{words['a']} {each}" for each in self.types(node)]
        said.append(f"{words['rdfs:label']} {spell.text(int(self.graph.columns['node_label'][node]))}")
        said += (f"{words['skos:altLabel']} {spell.text(alias)}" for alias in self.aliases(node))
        said += (f"{predicate} {object_}" for predicate, object_ in self.place(node))
        subject, wording = self.wording(node)
        return [(subject, (*said, *wording)), self.principal(node)]

    # facts

    def object(self, fact: int) -> str:
        """The object of a fact: a thing, a literal on one line, or the node of a quantity or period."""
        kind, value = int(self._kinds[fact]), int(self._values[fact])
        if kind == Kind.THING:
            return self.spelling.node(value)
        if kind == Kind.TEXT:
            return self.spelling.text(value)
        if kind == Kind.INTEGER:
            return self.spelling.integer(value)
        return self.value_node(fact)

    def value_node(self, fact: int) -> str:
        """The node of a fact's quantity or period."""
        room, step = node_path(self.graph.key(int(self._subjects[fact])))
        term = encode(self._terms[int(self.index.fact_property[fact])])
        return self.spelling.step("value", self.index.value_name(fact, f"{room}.{step}" if room else step, term))

    def beside(self, fact: int) -> Said | None:
        """What is said beside a fact: the words of its text, or what its quantity or period is."""
        kind, value = int(self._kinds[fact]), int(self._values[fact])
        if kind == Kind.TEXT:
            term = self.words[f"{self._terms[int(self.index.fact_property[fact])]}.tokens"]
            return self.spelling.node(int(self._subjects[fact])), (f"{term} {self.spelling.tokens(value)}",)
        if kind == Kind.QUANTITY:
            return self.value_node(fact), self.quantity(value)
        if kind == Kind.PERIOD:
            return self.value_node(fact), self.period(value)
        return None

    def evidence(self, rows: Iterable[int]) -> Iterator[Said]:
        """Pieces of evidence: the fact that each states, and where."""
        columns, words, index, spell = self.graph.columns, self.words, self.index, self.spelling
        subject, predicate, object_ = words["rdf:subject"], words["rdf:predicate"], words["rdf:object"]
        stated_, ordinal_ = words["stated"], words["ordinal"]
        node, integer, step, properties = spell.node, spell.integer, spell.step, self._properties
        fact_of, property_of = index.evidence_fact, index.fact_property
        places = [columns[f"evidence_{name}"] for name in ("note", "line", "column", "end_line", "end_column", "heading")]
        for row in rows:
            fact = int(fact_of[row])
            said = [
                f"{subject} {node(int(self._subjects[fact]))}",
                f"{predicate} {properties[property_of[fact]]}",
                f"{object_} {self.object(fact)}",
            ]
            note, line, column, end_line, end_column, heading = (int(each[row]) for each in places)
            if note >= 0:
                said += self._place(note, line, column, end_line, end_column, heading)
            stated = int(columns["evidence_stated"][row])
            if stated >= 0:
                said.append(f"{stated_} {self.stated(stated)}")
            said.append(f"{ordinal_} {integer(int(index.evidence_ordinal[row]))}")
            yield step("evidence", f"{int(index.evidence_name[row]):016x}"), said

    def stated(self, period: int) -> str:
        """The node of a date stated."""
        return self.spelling.step("period", self.index.period_name(period))

    def _place(self, note: int, line: int, column: int, end_line: int, end_column: int, heading: int) -> list[str]:
        spell, integer = self.spelling, self.spelling.integer
        note_, line_, column_, end_line_, end_column_, heading_ = self._where
        said = [
            f"{note_} {spell.node(note)}",
            f"{line_} {integer(line)}",
            f"{column_} {integer(column)}",
            f"{end_line_} {integer(end_line)}",
            f"{end_column_} {integer(end_column)}",
        ]
        if heading >= 0:
            said.append(f"{heading_} {spell.text(heading)}")
        return said

    @cached_property
    def _where(self) -> tuple[str, ...]:
        return tuple(self.words[name] for name in ("note", "line", "column", "lineEnd", "columnEnd", "heading"))

    # values

    def quantity(self, index: int) -> list[str]:
        """What a quantity is."""
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

    def period(self, index: int) -> list[str]:
        """What a period is."""
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
    def _subjects(self) -> Sequence[int]:
        return self.graph.columns["fact_subject"]  # type: ignore[return-value]  # an array is indexed the same

    @cached_property
    def _kinds(self) -> Sequence[int]:
        return self.graph.columns["fact_kind"]  # type: ignore[return-value]

    @cached_property
    def _values(self) -> Sequence[int]:
        return self.graph.columns["fact_value"]  # type: ignore[return-value]
