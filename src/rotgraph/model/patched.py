"""In: the columns of a graph, nodes that go, nodes that come or say something else. Out: the columns of now. Room: model.

Nothing is sorted again that is in order: what goes is cut out, what comes is put in its place, and what stands behind gets the next
numbers. Texts and values that nothing says any more stay until the graph is packed or numbered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.model.build import closure
from rotgraph.model.ordering import order_by
from rotgraph.model.schema import Schema, fold
from rotgraph.model.texts import text_hashes
from rotgraph.model.told_moved import Span
from rotgraph.model.value import Kind

__all__ = ["Columns", "Fields", "NewFact", "NewNode", "Patch", "fact_properties"]

Columns: TypeAlias = "dict[str, npt.NDArray[Any]]"
_Ints: TypeAlias = "npt.NDArray[np.int64]"
_NODE = ("key", "label", "note", "line", "column", "end_line", "end_column", "heading", "source")
_FACT = ("subject", "kind", "value")
_EVIDENCE = ("note", "line", "column", "end_line", "end_column", "heading", "stated")


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact in the numbers of a graph; nodes as they were numbered, new ones as ``~`` their place among the new."""

    property: int
    kind: int
    value: int
    evidence: tuple[tuple[int, Span, int, int], ...]
    """Note, place, heading, date."""


@dataclass(frozen=True, slots=True)
class NewNode:
    """A node of one class in the numbers of a graph."""

    was: int
    """The node whose place it takes; -1 for none."""
    before: int
    """Else the node before which it comes to stand, and ``rank`` among others there."""
    rank: tuple[int, ...]
    key: int
    label: int
    cls: str
    note: int
    place: Span
    heading: int
    source: int
    facts: tuple[NewFact, ...]


Fields: TypeAlias = "Mapping[tuple[int, int], Sequence[NewFact]]"
"""By node and property."""


class Patch:
    """Columns of a graph while some of its nodes are exchanged. Whose facts are told anew says nothing else than that."""

    def __init__(
        self, columns: Columns, schema: Schema, gone: Sequence[int], nodes: Sequence[NewNode], fields: Fields | None = None
    ) -> None:  # fmt: skip
        """Take down what is to be done.

        Args:
            columns: they are exchanged, not written into.
            gone: nodes whose facts are cut out: those that go, and those whose place a new one takes.
            fields: of nodes that stay, what is said in them.
        """
        self._fields = fields or {}
        self.columns, self._schema, self._gone = columns, schema, np.array(sorted(gone), np.int64)
        self._nodes = list(nodes)
        self._count = len(columns["node_key"])
        kept = {each.was for each in nodes if each.was >= 0}
        self._cut = np.array([each for each in self._gone.tolist() if each not in kept], np.int64)
        self._come = sorted(
            (at for at, each in enumerate(nodes) if each.was < 0), key=lambda at: (nodes[at].before, nodes[at].rank)
        )
        self._at = np.array([nodes[at].before for at in self._come], np.int64)
        old = np.arange(self._count + 1)
        self._now = (old - np.searchsorted(self._cut, old) + np.searchsorted(self._at, old, "right")).astype(np.int32)
        """By its number of before, the number of a node."""
        self._now[-1] = -1
        self._new = np.empty(len(nodes), np.int32)
        self._new[self._come] = self._at - np.searchsorted(self._cut, self._at) + np.arange(len(self._come))
        for at, each in enumerate(nodes):
            if each.was >= 0:
                self._new[at] = self._now[each.was]
        self.moved = bool(len(self._cut) or len(self._come))
        """Whether nodes get other numbers."""

    def node(self, number: int) -> int:
        """The number of a node of before, or ``~`` of a new one."""
        return int(self._now[number] if number >= 0 else self._new[~number])

    def cut_facts(self) -> None:
        """Leave out the facts of nodes that go, with their evidence."""
        columns = self.columns
        marked = np.zeros(self._count, bool)
        marked[self._gone] = True
        cut = marked[columns["fact_subject"]]
        for node, name in self._fields:
            begin, end = columns["property_pointers"][name : name + 2].tolist()
            cut[begin:end] |= columns["fact_subject"][begin:end] == node
        rows = np.flatnonzero(cut)
        del cut
        pointers = columns["evidence_pointers"]
        counts = np.diff(pointers).astype(np.int32)
        evidence = _ranges(pointers[rows], counts[rows])
        del pointers
        columns["evidence_pointers"] = _pointers(np.delete(counts, rows))
        del counts
        for each in _EVIDENCE:
            columns[f"evidence_{each}"] = np.delete(columns[f"evidence_{each}"], evidence)
        properties = np.searchsorted(columns["property_pointers"], rows, "right") - 1
        gone = np.bincount(properties, minlength=len(columns["property_pointers"]) - 1)
        for each in _FACT:
            columns[f"fact_{each}"] = np.delete(columns[f"fact_{each}"], rows)
        columns["property_pointers"] = columns["property_pointers"] - _pointers(gone)

    def is_named(self) -> bool:
        """Whether some fact that stays names a node that goes."""
        marked = np.zeros(self._count + 1, bool)
        marked[self._cut] = True
        columns = self.columns
        return bool(marked[columns["fact_value"][columns["fact_kind"] == Kind.THING]].any() or marked[columns["node_note"]].any())

    def exchange(self, texts: Sequence[str]) -> None:
        """Put in what comes; facts that go have been cut.

        Args:
            texts: all, by number.
        """
        if self.moved:
            self._renumber()
        named = self._labels()
        self._exchange_nodes()
        self._exchange_names(named, texts)
        self._insert_facts()

    def _renumber(self) -> None:
        columns, now = self.columns, self._now
        for name in ("node_note", "fact_subject", "evidence_note"):
            columns[name] = now[columns[name]]
        thing = columns["fact_kind"] == Kind.THING
        columns["fact_value"] = np.where(thing, now[np.where(thing, columns["fact_value"], -1)], columns["fact_value"])
        at = self._at - np.searchsorted(self._cut, self._at)
        for name in _NODE:
            columns[f"node_{name}"] = np.insert(np.delete(columns[f"node_{name}"], self._cut), at, 0)
        self._classes(at)
        aliases = np.insert(np.delete(np.diff(columns["alias_pointers"]), self._cut), at, 0)
        columns["alias_pointers"] = _pointers(aliases)

    def _classes(self, at: _Ints) -> None:
        """Classes of nodes that go and come; who takes another's place is of its class."""
        columns = self.columns
        ids = {each.name: number for number, each in enumerate(self._schema.classes)}
        pointers = columns["direct_pointers"]
        counts = np.diff(pointers)
        cut = _ranges(pointers[self._cut], counts[self._cut])
        place = pointers[self._at] - np.searchsorted(cut, pointers[self._at])
        come = [self._nodes[each].cls for each in self._come]
        columns["direct_classes"] = np.insert(np.delete(columns["direct_classes"], cut), place, [ids[each] for each in come])
        columns["direct_pointers"] = _pointers(np.insert(np.delete(counts, self._cut), at, 1))
        above = np.repeat(np.arange(len(ids)), np.diff(columns["class_pointers"]))
        stays = ~np.isin(columns["class_nodes"], self._cut)
        above, nodes = above[stays], self._now[columns["class_nodes"][stays]]
        more = [(cls, int(self._new[each])) for each in self._come for cls in closure(self._schema, (self._nodes[each].cls,), ids)]
        above = np.concatenate((above, np.array([cls for cls, _ in more], above.dtype)))
        nodes = np.concatenate((nodes, np.array([node for _, node in more], nodes.dtype)))
        columns["class_nodes"] = nodes[order_by(above, nodes)]
        columns["class_pointers"] = _pointers(np.bincount(above, minlength=len(ids)))

    def _labels(self) -> list[bool]:
        """Of each new node whether it is called or keyed otherwise than the one whose place it takes."""
        key, label = self.columns["node_key"], self.columns["node_label"]
        return [
            each.was < 0 or (each.key, each.label) != (int(key[self._new[at]]), int(label[self._new[at]]))
            for at, each in enumerate(self._nodes)
        ]

    def _exchange_nodes(self) -> None:
        columns = self.columns
        told = [
            (each.key, each.label, self.node(each.note), *each.place, each.heading, each.source) for each in self._nodes
        ]  # fmt: skip
        for name, column in zip(_NODE, np.array(told, np.int32).reshape(-1, len(_NODE)).T, strict=True):
            held = columns[f"node_{name}"].copy()
            held[self._new] = column
            columns[f"node_{name}"] = held

    def _exchange_names(self, named: Sequence[bool], texts: Sequence[str]) -> None:
        columns = self.columns
        again = [int(self._new[at]) for at, is_new in enumerate(named) if is_new]
        if not self.moved and not again:
            return
        cut = np.zeros(self._count + 1, bool)
        cut[self._cut] = True
        cut[[each.was for each, is_new in zip(self._nodes, named, strict=True) if is_new and each.was >= 0]] = True
        for numbers, nodes in (("name_text", "name_node"), ("key_hash", "key_node")):
            stays = ~cut[columns[nodes]]
            columns[numbers], columns[nodes] = columns[numbers][stays], self._now[columns[nodes][stays]]
        for node in again:
            self._name(node, texts)
            self._key(node, texts)

    def _name(self, node: int, texts: Sequence[str]) -> None:
        label, nodes = self.columns["node_label"], self.columns["name_node"]
        told = self.columns["name_text"]
        wanted = _folded(texts[label[node]]), node
        low, high = 0, len(told)
        while low < high:
            middle = (low + high) // 2
            if (_folded(texts[told[middle]]), int(nodes[middle])) < wanted:
                low = middle + 1
            else:
                high = middle
        self.columns["name_text"], self.columns["name_node"] = np.insert(told, low, label[node]), np.insert(nodes, low, node)

    def _key(self, node: int, texts: Sequence[str]) -> None:
        hashes, nodes = self.columns["key_hash"], self.columns["key_node"]
        short = (text_hashes((fold(texts[self.columns["node_key"][node]]),)) >> np.uint64(32)).astype(np.uint32)[0]
        low, high = (int(np.searchsorted(hashes, short, side)) for side in ("left", "right"))
        at = low + int(np.searchsorted(nodes[low:high], node))
        self.columns["key_hash"], self.columns["key_node"] = np.insert(hashes, at, short), np.insert(nodes, at, node)

    def _insert_facts(self) -> None:
        columns = self.columns
        said = [(int(self._new[at]), nth, each) for at, node in enumerate(self._nodes) for nth, each in enumerate(node.facts)]
        said += [(self.node(node), nth, each) for (node, _), facts in self._fields.items() for nth, each in enumerate(facts)]
        told = sorted(((each.property, node, nth, each) for node, nth, each in said), key=lambda one: one[:3])
        begins, subjects = columns["property_pointers"], columns["fact_subject"]
        at = np.array(
            [
                int(begins[name]) + int(np.searchsorted(subjects[begins[name] : begins[name + 1]], node))
                for name, node, _, _ in told
            ],
            np.int64,
        )
        pointers = columns["evidence_pointers"]
        evidence = [
            (self.node(note), *place, heading, stated) for *_, each in told for note, place, heading, stated in each.evidence
        ]  # fmt: skip
        counts = np.array([len(each.evidence) for *_, each in told], np.int64)
        _insert(columns, "evidence", _EVIDENCE, np.repeat(pointers[at], counts), evidence)
        columns["evidence_pointers"] = _pointers(np.insert(np.diff(pointers), at, counts))
        facts = [
            (node, each.kind, self.node(each.value) if each.kind == Kind.THING else each.value) for _, node, _, each in told
        ]  # fmt: skip
        _insert(columns, "fact", _FACT, at, facts)
        more = np.bincount(np.array([name for name, *_ in told], np.int64), minlength=len(begins) - 1)
        columns["property_pointers"] = begins + _pointers(more)


def fact_properties(columns: Columns) -> _Ints:
    """The property of each fact."""
    return np.repeat(np.arange(len(columns["property_pointers"]) - 1), np.diff(columns["property_pointers"]))


def _insert(columns: Columns, group: str, names: Sequence[str], at: _Ints, rows: Sequence[tuple[Any, ...]]) -> None:
    for name, column in zip(names, np.array(rows, np.int32).reshape(-1, len(names)).T, strict=True):
        held = columns[f"{group}_{name}"]
        columns[f"{group}_{name}"] = np.insert(held, at, column.astype(held.dtype))


def _folded(text: str) -> bytes:
    return fold(text).encode("utf-8", "replace")


def _ranges(starts: _Ints, counts: npt.NDArray[np.integer[Any]]) -> _Ints:
    """Numbers from each start on."""
    ends = np.cumsum(counts)
    found: _Ints = np.repeat(starts - ends + counts, counts) + np.arange(int(ends[-1]) if len(ends) else 0)
    return found


def _pointers(lengths: npt.NDArray[np.integer[Any]]) -> _Ints:
    pointers = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=pointers[1:])
    return pointers
