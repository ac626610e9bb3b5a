"""In: a graph. Out: what its triples need beyond its columns: names of value nodes and of evidence, orders. Room: rdf.

All over arrays. Nothing here counts further than a line of a note: what one line states is named and numbered the same whatever
stands on the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from typing import Any
from unicodedata import normalize

import numpy as np
import numpy.typing as npt

from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.model.slug import slug
from rotgraph.model.value import Kind
from rotgraph.rdf.iri import short_hash

__all__ = ["Index"]

_U64 = npt.NDArray[np.uint64]
_I64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Index:
    """Arrays beside the columns of one graph."""

    graph: Graph

    @cached_property
    def fact_property(self) -> npt.NDArray[np.int32]:
        """Property of each fact."""
        return np.repeat(np.arange(len(self.graph.properties), dtype=np.int32), np.diff(self.graph.columns["property_pointers"]))

    @cached_property
    def fact_group(self) -> _I64:
        """Number of the (property, subject) of each fact, rising."""
        subject = self.graph.columns["fact_subject"]
        if not len(subject):
            return np.empty(0, np.int64)
        new = np.ones(len(subject), bool)
        new[1:] = (subject[1:] != subject[:-1]) | (self.fact_property[1:] != self.fact_property[:-1])
        return np.cumsum(new) - 1

    @cached_property
    def alone(self) -> npt.NDArray[np.bool_]:
        """Whether a fact is the only quantity or period of its subject and property: its node needs no hash in its name."""
        kind = self.graph.columns["fact_kind"]
        valued = (kind == Kind.QUANTITY) | (kind == Kind.PERIOD)
        counts = np.bincount(self.fact_group[valued], minlength=int(self.fact_group[-1]) + 1 if len(kind) else 0)
        single: npt.NDArray[np.bool_] = valued & (counts[self.fact_group] == 1)
        return single

    @cached_property
    def evidence_fact(self) -> npt.NDArray[np.int32]:
        """Fact of each piece of evidence."""
        return np.repeat(np.arange(self.graph.fact_count, dtype=np.int32), np.diff(self.graph.columns["evidence_pointers"]))

    @cached_property
    def evidence_ordinal(self) -> npt.NDArray[np.int32]:
        """Place of each piece of evidence among those of its subject and property that begin where it begins, from 1."""
        note, line, column = (self.graph.columns[f"evidence_{name}"] for name in ("note", "line", "column"))
        return _ranks(self.fact_group[self.evidence_fact], note, line, column)

    @cached_property
    def node_ordinal(self) -> npt.NDArray[np.int32]:
        """Place of each node among those whose principal evidence begins where its own does, from 1."""
        return _ranks(*(self.graph.columns[f"node_{name}"] for name in ("note", "line", "column")))

    @cached_property
    def unstated(self) -> npt.NDArray[np.int32]:
        """Facts that no note states: what the schema or all notes together say."""
        return np.flatnonzero(np.diff(self.graph.columns["evidence_pointers"]) == 0).astype(np.int32)

    # names

    @cached_property
    def node_hash(self) -> _U64:
        return _hashes(map(self.graph.key, range(self.graph.node_count)))

    @cached_property
    def evidence_name(self) -> _U64:
        """A number that names each piece of evidence: of subject, property, value, note, heading, row, and which of several there.

        The value of a quantity or period that stands alone is left out: writing another one there leaves the name. What is stated
        under one heading leaves the names of what is stated under the others, and so does what stands in one row of a table: a row
        is known by the record that it is about, not by its line.
        """
        columns, rows = self.graph.columns, self.evidence_fact
        fact = _mix(
            self.node_hash[columns["fact_subject"]],
            _hashes(self.graph.properties)[self.fact_property] + np.uint64(1),
            self._value_hash(),
        )
        notes, headings = columns["evidence_note"], columns["evidence_heading"]
        of_note = np.append(self.node_hash, np.uint64(0))[notes]
        distinct, inverse = np.unique(headings, return_inverse=True)
        of_heading = _hashes(normalize("NFC", self.graph.texts[each]) if each >= 0 else "" for each in distinct)[inverse]
        of_row = self._row_hash(notes, columns["evidence_line"])
        times = _ranks(rows, notes, headings, of_row).astype(np.uint64)
        return _distinct(_mix(fact[rows], of_note, of_heading, of_row, times), self.principal_name)

    def _row_hash(self, notes: npt.NDArray[np.int32], lines: npt.NDArray[np.int32]) -> _U64:
        """What the records that stand on these lines are called; 0 where none does."""
        records = self.graph.members("record")
        place = _place(*(self.graph.columns[f"node_{name}"][records] for name in ("note", "line")))
        distinct, inverse = np.unique(place, return_inverse=True)
        sums = np.zeros(len(distinct) + 1, np.uint64)
        np.add.at(sums, inverse, self.node_hash[records])
        wanted = _place(notes, lines)
        at = np.searchsorted(distinct, wanted)
        found = np.append(distinct, -1)[at] == wanted
        return sums[np.where(found, at, len(distinct))]

    @cached_property
    def principal_name(self) -> _U64:
        """A number that names the principal evidence of each node."""
        return _distinct(_mix(self.node_hash, np.full(len(self.node_hash), 7, np.uint64)), np.empty(0, np.uint64))

    def _value_hash(self) -> _U64:
        columns = self.graph.columns
        kind, value = columns["fact_kind"], columns["fact_value"]
        found = value.astype(np.int64).astype(np.uint64)
        for each, table in ((Kind.THING, self.node_hash), (Kind.TEXT, None), (Kind.QUANTITY, None), (Kind.PERIOD, None)):
            chosen = (kind == each) & ~self.alone
            if not chosen.any():
                continue
            if table is not None:
                found[chosen] = table[value[chosen]]
                continue
            distinct, inverse = np.unique(value[chosen], return_inverse=True)
            found[chosen] = _hashes(self._content(each, int(one)) for one in distinct)[inverse]
        found[self.alone] = 0
        return _mix(found, kind.astype(np.uint64))

    def _content(self, kind: int, value: int) -> str:
        if kind == Kind.TEXT:
            return normalize("NFC", self.graph.texts[value])
        return self.content(kind, value)

    def content(self, kind: int, value: int) -> str:
        """All of a quantity or a period as one text, the same for the same triples."""
        found: Any = self.graph.read(kind, value)
        parts = [getattr(found, name) for name in found.__slots__]
        text = "\x1f".join(f"{part:f}" if isinstance(part, Decimal) else str(part) for part in parts)
        return normalize("NFC", text)

    def value_name(self, fact: int, subject: str, term: str) -> str:
        """The local name of the node of a quantity or period: ``episode.split__2026.duration``.

        ``subject`` is the path of the fact's subject with a dot for its slash; ``term`` the local name of its property.
        """
        plain = f"{subject}.{term}"
        if self.alone[fact]:
            return plain
        columns = self.graph.columns
        return f"{plain}--{short_hash(self.content(int(columns['fact_kind'][fact]), int(columns['fact_value'][fact])))}"

    def period_name(self, period: int) -> str:
        """The local name of the node of a date stated."""
        text = self.graph.texts[self.graph.columns["period_text"][period]]
        return f"{slug(text)}--{short_hash(self.content(Kind.PERIOD, period))}"


def _place(notes: npt.NDArray[np.int32], lines: npt.NDArray[np.int32]) -> _I64:
    """Note and line as one number."""
    return notes.astype(np.int64) << 32 | lines.astype(np.int64)


def _ranks(*keys: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """Place of each row among those of equal keys, from 1, in the order of the rows."""
    count = len(keys[0])
    if not count:
        return np.empty(0, np.int32)
    order = np.lexsort((np.arange(count), *keys[::-1]))
    new = np.zeros(count, bool)
    new[0] = True
    for key in keys:
        new[1:] |= key[order][1:] != key[order][:-1]
    starts = np.flatnonzero(new)
    ranks = np.empty(count, np.int32)
    ranks[order] = np.arange(count) - np.repeat(starts, np.diff(np.append(starts, count))) + 1
    return ranks


def _hashes(texts: Iterable[str]) -> _U64:
    read = int.from_bytes
    return np.fromiter(
        (read(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") for text in texts), np.uint64
    )


def _mix(*parts: _U64) -> _U64:
    """One number of several, by splitmix64: every bit of each matters."""
    total = np.zeros(len(parts[0]), np.uint64)
    for part in parts:
        total = total * np.uint64(0x9E3779B97F4A7C15) + part + np.uint64(0x632BE59BD9B4E019)
        total ^= total >> np.uint64(30)
        total *= np.uint64(0xBF58476D1CE4E5B9)
        total ^= total >> np.uint64(27)
        total *= np.uint64(0x94D049BB133111EB)
        total ^= total >> np.uint64(31)
    return total


def _distinct(names: _U64, others: _U64) -> _U64:
    """The names, those that chance made equal moved apart; of equal ones the first in order stays."""
    while True:
        both = np.concatenate((others, names))
        order = np.argsort(both, kind="stable")
        same = order[1:][both[order][1:] == both[order][:-1]]
        same = same[same >= len(others)] - len(others)
        if not len(same):
            return names
        names = names.copy()
        names[same] += np.uint64(1)
