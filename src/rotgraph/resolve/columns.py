"""In: things, records and statements. Out: `Facts`, as columns. Room: resolve.

Nodes are numbered in the order of the notes, texts and values are pooled, byte places become lines and columns. One Python step
a statement, everything else over arrays.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rotgraph.model.draft import NoteFacts
from rotgraph.model.facts import Facts
from rotgraph.model.schema import Schema
from rotgraph.model.value import Kind, Period, Quantity
from rotgraph.resolve.records import Place, Statement, Value

__all__ = ["NodeRow", "Table"]


_THING = Kind.THING


class NodeRow:
    """One node to be."""

    __slots__ = ("aliases", "classes", "key", "label", "place", "source")

    def __init__(
        self, key: str, label: str, classes: tuple[str, ...], aliases: tuple[str, ...], place: Place | None, source: str
    ) -> None:
        self.key, self.label, self.classes, self.aliases, self.place, self.source = key, label, classes, aliases, place, source


class Table:
    """Facts while they are gathered."""

    def __init__(self, schema: Schema, notes: Sequence[NoteFacts]) -> None:
        self.schema, self.notes = schema, notes
        self.nodes: list[NodeRow] = []
        self._texts: dict[str, int] = {}
        self._quantities: dict[Quantity, int] = {}
        self._periods: dict[Period, int] = {}
        self._by_object: dict[int, tuple[int, Value]] = {}
        self._properties: dict[str, int] = {}
        self._rows = array("i")
        """Eight numbers a fact: subject, property, kind, value, note, start, end, section."""

    def text(self, text: str) -> int:
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = len(self._texts)
        return found

    def take(self, subject: int, statements: Iterable[Statement], node_of: Mapping[Value, int]) -> None:
        """Take on what is stated about a node.

        Args:
            node_of: nodes by number of thing or record; a statement about one that is no node is left out.
        """
        texts, properties, add = self._texts, self._properties, self._rows.extend
        for each in statements:
            kind, value, place = each.kind, each.value, each.place
            if kind is _THING:
                number = node_of.get(value, -1)
                if number < 0:
                    continue
            elif value.__class__ is str:
                number = texts.setdefault(value, len(texts))
            elif value.__class__ is int:
                number = value
            else:
                number = self._formed(value)
            named = properties.setdefault(each.property, len(properties))
            add((subject, named, kind, number, place.note, place.start, place.end, place.section))

    def _formed(self, value: Value) -> int:
        """Number of a quantity or a period. The same object comes again and again, and hashing what it holds takes long."""
        known = self._by_object.get(id(value))
        if known is not None:
            return known[0]
        pool: dict[Any, int] = self._quantities if isinstance(value, Quantity) else self._periods
        number = pool.setdefault(value, len(pool))
        self._by_object[id(value)] = number, value
        return number

    def facts(self, note_nodes: Sequence[int], stated: dict[tuple[int, int], Period | None]) -> Facts:
        """Freeze everything.

        Args:
            note_nodes: the node of each note.
            stated: by note and section.
        """
        order = sorted(range(len(self.nodes)), key=lambda at: _order(self.nodes[at].place, at, len(self.notes)))
        rank = np.empty(len(order) + 1, np.int32)
        rank[order] = np.arange(len(order))
        rank[-1] = -1
        rows = [self.nodes[at] for at in order]
        note_rank = np.array([rank[node] for node in note_nodes] or [0], np.int32)
        headings = self._headings()
        told = np.frombuffer(self._rows, np.int32).reshape(-1, 8) if self._rows else np.empty((0, 8), np.int32)
        subject, named, kind, value, note, start, end, section = (np.ascontiguousarray(told[:, at]) for at in range(8))
        subject = rank[subject]
        thing = kind == int(Kind.THING)
        value = np.where(thing, rank[np.where(thing, value, -1)], value)
        sort = np.lexsort((start, note))
        places = self._places(note, start, end)
        evidence_heading, evidence_stated = self._sections(note, section, headings, stated)
        node_notes = np.array([row.place.note if row.place else -1 for row in rows], np.int32)
        node_places = self._places(
            node_notes,
            *(np.array([getattr(row.place, name) if row.place else 0 for row in rows], np.int32) for name in ("start", "end")),
        )
        node_sections = np.array([row.place.section if row.place else -1 for row in rows], np.int32)
        node_headings, _ = self._sections(node_notes, node_sections, headings, stated)
        labels = [self.text(row.label) for row in rows]
        sources = [self.text(row.source) if row.source else -1 for row in rows]
        return Facts(
            schema=self.schema,
            texts=tuple(self._texts),
            quantities=tuple(self._quantities),
            periods=tuple(self._periods),
            node_key=tuple(row.key for row in rows),
            node_label=array("i", labels),
            node_aliases=tuple(row.aliases for row in rows),
            node_classes=tuple(row.classes for row in rows),
            node_note=_column(np.where(node_notes >= 0, note_rank[np.maximum(node_notes, 0)], -1)),
            node_place=tuple(zip(*(each.tolist() for each in node_places), strict=True)) if rows else (),
            node_heading=_column(node_headings),
            node_source=array("i", sources),
            fact_subject=_column(subject[sort]),
            fact_property=tuple(np.array([*self._properties, ""], object)[named[sort]].tolist()),
            fact_kind=_column(kind[sort]),
            fact_value=_column(value[sort]),
            evidence_note=_column(note_rank[note[sort]]) if len(note) else array("i"),
            evidence_line=_column(places[0][sort]),
            evidence_column=_column(places[1][sort]),
            evidence_end_line=_column(places[2][sort]),
            evidence_end_column=_column(places[3][sort]),
            evidence_heading=_column(evidence_heading[sort]),
            evidence_stated=_column(evidence_stated[sort]),
        )

    def _headings(self) -> list[npt.NDArray[np.int32]]:
        return [np.array([*(self.text(section.path) for section in note.sections), -1], np.int32) for note in self.notes]

    def _sections(
        self, note: Any, section: Any, headings: list[npt.NDArray[np.int32]], stated: dict[tuple[int, int], Period | None]
    ) -> tuple[Any, Any]:
        """Heading text and stated period of each place."""
        base = np.zeros(len(self.notes) + 1, np.int64)
        np.cumsum([len(each) for each in headings], out=base[1:])
        flat = np.concatenate(headings) if headings else np.full(1, -1, np.int32)
        dates = np.full(len(flat), -1, np.int32)
        for (number, at), period in stated.items():
            if period is not None:
                place = base[number] + (at if at >= 0 else len(headings[number]) - 1)
                dates[place] = self._periods.setdefault(period, len(self._periods))
        safe = np.maximum(note, 0)
        last = np.array([len(each) - 1 for each in headings] or [0], np.int64)
        place = base[safe] + np.where(section >= 0, section, last[safe])
        found = np.where(note >= 0, flat[place], -1).astype(np.int32)
        return found, np.where(note >= 0, dates[place], -1).astype(np.int32)

    def _places(self, note: Any, start: Any, end: Any) -> tuple[Any, Any, Any, Any]:
        """Lines and columns of byte places, note by note."""
        count = len(note)
        lines, columns, end_lines, end_columns = (np.zeros(count, np.int32) for _ in range(4))
        order = np.argsort(note, kind="stable")
        bounds = np.searchsorted(note[order], np.arange(len(self.notes) + 1))
        for number, facts in enumerate(self.notes):
            chosen = order[bounds[number] : bounds[number + 1]]
            if not len(chosen):
                continue
            starts = np.frombuffer(facts.line_starts, np.int32)
            wide = np.frombuffer(facts.wide, np.int32)
            for offsets, line, column in ((start, lines, columns), (end, end_lines, end_columns)):
                at = offsets[chosen]
                row = np.searchsorted(starts, at, "right") - 1
                begin = starts[row]
                width = at - begin
                if len(wide):
                    width = width - (np.searchsorted(wide, at) - np.searchsorted(wide, begin))
                line[chosen], column[chosen] = row + 1, width + 1
        return lines, columns, end_lines, end_columns


def _order(place: Place | None, at: int, last: int) -> tuple[int, int, int]:
    return (place.note, place.start, at) if place is not None else (last, 0, at)


def _column(values: Any) -> array[int]:
    return array("i", np.ascontiguousarray(values, np.int32).tobytes())
