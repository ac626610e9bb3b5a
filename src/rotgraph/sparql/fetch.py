"""In: a translated plan and a store. Out: its rows in the order of the notes, and the values of each path by row. Room: sparql."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from rotgraph.errors import StoreError
from rotgraph.late import dataclass
from rotgraph.model.result import Single, ThingCell
from rotgraph.query.expression import Path, Step
from rotgraph.rdf.answers import Row, Store, Term
from rotgraph.rdf.iri import NAMESPACES
from rotgraph.sparql.items import Item
from rotgraph.sparql.lookup import Fact, Lookup, Order
from rotgraph.sparql.translate import Translation
from rotgraph.sparql.writer import Writer

__all__ = ["Fetched", "fetch"]

_INTEGER = f"{NAMESPACES['xsd']}integer"
_Chain: TypeAlias = "tuple[Term, ...]"
"""What a path passed through, its value last."""


@dataclass(frozen=True)
class Fetched:
    """What the store said."""

    rows: tuple[str, ...]
    """IRIs, in the order of the notes."""
    cells: Mapping[Path, Mapping[str, tuple[Item, ...]]]
    """Values by path and row."""
    everywhere: Mapping[Path, tuple[Item, ...]] = field(default_factory=dict)


def fetch(translation: Translation, store: Store, lookup: Lookup, writer: Writer) -> Fetched:
    """Run the query of a plan and read what it means.

    Raises:
        StoreError: the store refused, broke, or holds no export of rotgraph.
    """
    found: dict[int, dict[str, list[_Chain]]] = {number: {} for number in range(1, len(translation.paths) + 1)}
    rows: dict[str, None] = {}
    for row in store.select(translation.text):
        iri = row["row"].value
        rows[iri] = None
        number = int(row["column"].value) if "column" in row else 0
        if number:
            steps = len(translation.paths[number - 1].steps)
            found[number].setdefault(iri, []).append(_chain(row, steps - 1))
    lookup.learn_nodes(rows)
    ordered = tuple(sorted(rows, key=lambda iri: lookup.nodes[iri].order))
    reader = _Reader(lookup, writer)
    cells = {}
    for number, path in enumerate(translation.paths, 1):
        cells[path] = reader.items(path, {iri: [(_iri(iri), *chain) for chain in chains] for iri, chains in found[number].items()})
    everywhere = {}
    for path, query in translation.everywhere:
        chains = [_chain(row, len(path.steps)) for row in store.select(query)]
        everywhere[path] = reader.items(path, {"": chains}).get("", ())
    return Fetched(ordered, cells, everywhere)


def _chain(row: Row, passed: int) -> _Chain:
    return (*(row[f"via{number}"] for number in range(1, passed + 1)), row["value"])


def _iri(iri: str) -> Term:
    return Term(iri)


class _Reader:
    """Terms to values, in their order."""

    def __init__(self, lookup: Lookup, writer: Writer) -> None:
        self.lookup, self.writer = lookup, writer
        self._value_room = f"{lookup.schema.base}value/"
        self._closures: dict[tuple[Step, tuple[str, ...]], dict[str, int]] = {}

    def items(self, path: Path, chains: Mapping[str, Sequence[_Chain]]) -> dict[str, tuple[Item, ...]]:
        """Values by row; a chain begins with what the path starts from."""
        self._learn(path.steps, chains)
        found: dict[str, tuple[Item, ...]] = {}
        for row, listed in chains.items():
            ordered = self._ordered(path.steps, listed) if len(listed) > 1 else listed
            items: dict[object, Item] = {}
            for chain in ordered:
                value = self._value(chain[-1])
                mark = chain[-1] if isinstance(value, ThingCell) or len(chain) < 2 else chain[-2:]
                items.setdefault(mark, Item(value, _fact(path.steps[-1], chain, self.writer) if path.steps else None))
            found[row] = tuple(items.values())
        return found

    def _learn(self, steps: Sequence[Step], chains: Mapping[str, Sequence[_Chain]]) -> None:
        """Ask for all that reading and ordering will need."""
        lookup = self.lookup
        ends = {chain[-1].value for listed in chains.values() for chain in listed if chain[-1].is_iri}
        lookup.learn_values(iri for iri in ends if iri.startswith(self._value_room))
        lookup.learn_nodes(iri for iri in ends if not iri.startswith(self._value_room))
        several = [chain for listed in chains.values() if len(listed) > 1 for chain in listed]
        facts: list[Fact] = []
        nodes: list[str] = []
        for chain in several:
            for number, step in enumerate(steps):
                fact = _fact(step, chain[number : number + 2], self.writer)
                if fact is not None and not step.inverse and not step.closure:
                    facts.append(fact)
                elif chain[number + 1].is_iri:
                    nodes.append(chain[number + 1].value)
        lookup.learn_evidence(facts)
        lookup.learn_nodes(iri for iri in nodes if not iri.startswith(self._value_room))

    def _ordered(self, steps: Sequence[Step], chains: Sequence[_Chain]) -> Sequence[_Chain]:
        """By where their facts stand, step by step; behind a closure, by when it comes to each thing from all its starts."""
        keys: list[tuple[tuple[Order, str], ...]] = [()] * len(chains)
        for number, step in enumerate(steps):
            if step.closure:
                by_key = sorted(range(len(chains)), key=keys.__getitem__)
                reached = self._reached(step, tuple(dict.fromkeys(chains[each][number].value for each in by_key)))
                keys = [(((reached.get(chain[number + 1].value, 0), 0, 0, 0), ""),) for chain in chains]
            else:
                keys = [(*key, self._place(step, chain[number : number + 2])) for key, chain in zip(keys, chains, strict=True)]
        return [chains[each] for each in sorted(range(len(chains)), key=keys.__getitem__)]

    def _place(self, step: Step, ends: Sequence[Term]) -> tuple[Order, str]:
        """Where a fact stands; against its direction, the order of its subjects."""
        end = ends[-1].value
        fact = _fact(step, ends, self.writer)
        if fact is not None and not step.inverse:
            return self.lookup.order_of(fact), end
        known = self.lookup.nodes.get(end)
        return (known.order if known is not None else (0, 0, 0, 0)), end

    def _reached(self, step: Step, starts: tuple[str, ...]) -> dict[str, int]:
        """When a closure comes to each thing: breadth first, the facts of each in their order."""
        found = self._closures.get((step, starts))
        if found is None:
            edges = self.lookup.edges(self.writer.vocabulary.property(step.name), inverse=step.inverse)
            found = self._closures[step, starts] = {}
            if step.closure == "*":
                found.update({start: place for place, start in enumerate(starts)})
            frontier = list(starts)
            while frontier:
                ends = dict.fromkeys(end for each in frontier for end in edges.get(each, ()))
                frontier = [end for end in ends if end not in found]
                found.update({end: len(found) + place for place, end in enumerate(frontier)})
        return found

    def _value(self, term: Term) -> Single:
        if term.is_iri:
            if term.value.startswith(self._value_room):
                value = self.lookup.values.get(term.value)
                if value is None:
                    raise StoreError(f"{self.lookup.store.name}: nothing is said of <{term.value}>")
                return value
            return self.lookup.nodes[term.value].cell
        return int(term.value) if term.datatype == _INTEGER else term.value


def _fact(step: Step, ends: Sequence[Term], writer: Writer) -> Fact | None:
    """The fact that the last step of a chain walked; None where it is none, or one of several."""
    if step.form == "property" and not step.closure:
        name, inverse = step.name, step.inverse
    elif step.form == "intrinsic" and step.name == "mentioned_in":
        name, inverse = "mentions", True
    else:
        return None
    subject, value = (ends[-1], ends[-2]) if inverse else (ends[-2], ends[-1])
    return Fact(subject.value, writer.vocabulary.property(name) if name in writer.vocabulary.properties else name, value)
