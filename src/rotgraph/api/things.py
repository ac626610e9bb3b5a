"""In: a graph and a node. Out: `Thing`: a view with its facts, links and evidence. Room: api."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from keyword import iskeyword
from typing import Any, TypeAlias

import numpy as np

from rotgraph.errors import UnsupportedOperationError
from rotgraph.late import dataclass
from rotgraph.model.graph import Evidence, Graph
from rotgraph.model.result import ThingCell
from rotgraph.model.schema import Field
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.render.cell import single_text
from rotgraph.render.harmless import harmless

__all__ = ["Fact", "Thing", "Value", "identifier", "thing_of"]

_INTRINSIC = ("note", "line", "heading", "source_text", "aliases")


class Thing:
    """Something that a name or a row of the notes means: a firm, a sector, an episode, a note.

    Fields of its classes are attributes (``thing.buy_side``, ``thing.return_`` where Python reserves the word) and items
    (``thing["return"]``), named inverses too (``thing.bought_in``): a list where there may be several values, else the value or
    None. Two things are equal if their identity is.

    Example:
        >>> exxon = graph.thing("Exxon")
        >>> exxon.ticker, exxon["sector"], str(exxon.evidence[0])
        (['XOM'], [<Thing Oil & gas: sector>], 'Firms/Exxon.md:1:1')
    """

    __slots__ = ("__dict__", "_cell", "_graph")

    _cell: ThingCell
    _graph: Graph | None

    def __init__(self, cell: ThingCell, graph: Graph | None) -> None:
        object.__setattr__(self, "_cell", cell)
        object.__setattr__(self, "_graph", graph)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a thing cannot be changed")

    @property
    def name(self) -> str:
        """Its label."""
        return self._cell.name

    @property
    def id(self) -> str:
        """The path of its IRI below the base: its stable identity."""
        return self._cell.id

    @property
    def classes(self) -> tuple[str, ...]:
        """Direct classes, the principal one first."""
        if self._graph is None or self._cell.node < 0:
            return (self._cell.cls,) if self._cell.cls else ()
        return self._graph.classes(self._cell.node)

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Everything the notes say of it, by property, then in the order of the notes."""
        graph, node = self._view()
        return tuple(
            Fact(self, name, _value_of(graph, fact), graph.evidence(fact))
            for name in graph.properties
            for fact in graph.facts_of(node, name)
        )

    @cached_property
    def incoming(self) -> tuple[Fact, ...]:
        """Every fact of something else whose value it is: the rows it stands in, the notes that link to it.

        Example:
            >>> graph.thing("XOM").incoming[0]
            <Fact Exxon · about: Exxon (Firms/Exxon.md:1:1)>
        """
        graph, node = self._view()
        return tuple(
            Fact(thing_of(graph, subject), name, self, graph.evidence(fact))
            for name in graph.properties
            for subject, fact in _holding(graph, node, name)
        )

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """Where it stands: the principal place first, then every place that states a fact of it."""
        graph, node = self._view()
        principal = graph.principal(node)
        places = dict.fromkeys((principal,) if principal else ())
        for fact in self.facts:
            places.update(dict.fromkeys(fact.evidence))
        return tuple(places)

    @cached_property
    def links(self) -> tuple[Thing, ...]:
        """What its own notes link to, in their order; of a note, what it links to."""
        graph, node = self._view()
        notes = [node] if "note" in self.classes else _pointing_at(graph, node, "about", "note")
        found = (value for note in notes for fact in graph.facts_of(note, "links") if isinstance(value := graph.value(fact), int))
        return tuple(thing_of(graph, each) for each in dict.fromkeys(found))

    @cached_property
    def backlinks(self) -> tuple[Thing, ...]:
        """The notes that link to it."""
        graph, node = self._view()
        return tuple(thing_of(graph, each) for each in _pointing_at(graph, node, "links"))

    @property
    def inverses(self) -> tuple[str, ...]:
        """The named inverses under which other things point at it."""
        return tuple(name for name in self._inverses() if self[name])

    def __getitem__(self, field: str) -> Any:
        """The value of a field or of a named inverse."""
        graph, node = self._view()
        if field in _INTRINSIC:
            return self._intrinsic(field)
        known = self._fields().get(field)
        if known is not None or field in graph.property_ids:
            values = [_value_of(graph, fact) for fact in graph.facts_of(node, field)]
            if known is not None and known.single and len(values) < 2:
                return values[0] if values else None
            if values or known is not None:
                return values
        if field in self._inverses():
            return [
                thing_of(graph, each)
                for cls, declared in graph.schema.inverses[field]
                for each in _pointing_at(graph, node, declared.name, cls)
            ]
        raise KeyError(field)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or self._graph is None:
            raise AttributeError(name, name=name, obj=self)
        try:
            return self[name.removesuffix("_") if iskeyword(name.removesuffix("_")) else name]
        except KeyError:
            raise AttributeError(f"{', '.join(self.classes) or 'a thing'} has no field {name!r}", name=name, obj=self) from None

    def __dir__(self) -> Iterable[str]:
        own = ("backlinks", "classes", "evidence", "facts", "id", "incoming", "inverses", "links", "name")
        if self._graph is None:
            return own
        return sorted({*own, *_INTRINSIC, *map(identifier, self._fields()), *map(identifier, self._inverses())})

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and self.id == other.id and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.id)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return harmless(f"<Thing {self.name}: {', '.join(self.classes) or self.id}>")

    def __reduce__(self) -> tuple[object, ...]:
        return (Thing, (self._cell, self._graph))

    def _repr_html_(self) -> str:
        from rotgraph.api.cards import card_rows
        from rotgraph.render.html_table import html_text

        graph, _ = self._view()
        rows = "".join(
            f'<tr title="{html_text(places)}">'
            f'<td style="text-align: left">{html_text(field)}</td><td style="text-align: left">{html_text(value)}</td></tr>'
            for field, value, places in card_rows(self, graph.schema)
        )
        caption = f"<strong>{html_text(self.name)}</strong> {html_text(', '.join(self.classes))}"
        return f'<table class="rotgraph"><caption>{caption}</caption><tbody>{rows}</tbody></table>'

    def _view(self) -> tuple[Graph, int]:
        if self._graph is None or self._cell.node < 0:
            raise UnsupportedOperationError("looking into a thing", "a remote store", "ask for it in a query")
        return self._graph, self._cell.node

    def _fields(self) -> dict[str, Field]:
        graph, _ = self._view()
        found: dict[str, Field] = {}
        for cls in self.classes or ("thing",):
            for name, field in graph.schema.fields(cls).items():
                found.setdefault(name, field)
        return found

    def _inverses(self) -> list[str]:
        graph, _ = self._view()
        stated = graph.property_ids
        return [name for name, declared in graph.schema.inverses.items() if any(each.name in stated for _, each in declared)]

    def _intrinsic(self, field: str) -> Any:
        graph, node = self._view()
        place = graph.principal(node)
        source = graph.number("node_source", node)
        note = graph.number("node_note", node)
        return {
            "aliases": list(graph.aliases(node)),
            "heading": place.heading if place else None,
            "line": place.line if place else None,
            "note": thing_of(graph, note) if note >= 0 else None,
            "source_text": str(graph.texts[source]) if source >= 0 else None,
        }[field]


Value: TypeAlias = "Thing | Quantity | Period | Decimal | int | str"


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """One thing that the notes say: a property, a value, and every place that states it.

    Example:
        >>> graph.thing("Exxon").facts[0]
        <Fact Exxon · sector: Oil & gas (Firms/Exxon.md:5:9)>
    """

    subject: Thing
    property: str
    value: Value
    evidence: tuple[Evidence, ...] = ()

    def __str__(self) -> str:
        return f"{self.property}: {_shown(self.value)}" + (f" ({self.evidence[0]})" if self.evidence else "")

    def __repr__(self) -> str:
        return harmless(f"<Fact {self.subject.name} · {self}>")

    def _repr_html_(self) -> str:
        from rotgraph.render.html_table import html_text

        return html_text(str(self))


def thing_of(graph: Graph, node: int) -> Thing:
    """The view of a node."""
    classes = graph.classes(node)
    return Thing(ThingCell(graph.key(node), graph.label(node), classes[0] if classes else "", node), graph)


def identifier(name: str) -> str:
    """A field or column as an attribute of Python: ``return_`` for a word that it reserves."""
    return f"{name}_" if iskeyword(name) else name


def _shown(value: Value) -> str:
    return value.name if isinstance(value, Thing) else single_text(value)


def _value_of(graph: Graph, fact: int) -> Value:
    value = graph.value(fact)
    if isinstance(value, int) and graph.number("fact_kind", fact) == Kind.THING:
        return thing_of(graph, value)
    return value


def _holding(graph: Graph, node: int, name: str) -> list[tuple[int, int]]:
    """Subject and number of each fact of a property that holds the thing, in the order of the notes."""
    start, end = graph.property_range(name)
    holds = (graph.part("fact_value", start, end) == node) & (graph.part("fact_kind", start, end) == Kind.THING)
    places = np.flatnonzero(holds)
    return list(zip(graph.subjects(name)[places].tolist(), (places + start).tolist(), strict=True))


def _pointing_at(graph: Graph, node: int, name: str, cls: str = "") -> list[int]:
    """Subjects of facts that hold the thing, in the order of the notes; only those of a class if one is named."""
    subjects = np.unique([subject for subject, _ in _holding(graph, node, name)]).astype(np.int64)
    if cls:
        subjects = subjects[np.isin(subjects, graph.members(cls))]
    return [int(each) for each in subjects]
