"""In: a graph, and what some notes say otherwise. Out: the columns that change. Room: resolve.

Every fact of the vault is what it was, but that a note may link to other things and mention others; places are told anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Graph, Ids
from rotgraph.model.ordering import order_by, unique
from rotgraph.model.spool import Spool, Waiting
from rotgraph.model.value import Kind
from rotgraph.resolve.restated import Named, Restated

__all__ = ["columns_moved"]

_PLACES = ("line", "column", "end_line", "end_column")
_FACTS = ("fact_subject", "fact_kind", "fact_value")
_EVIDENCE = tuple(f"evidence_{name}" for name in ("note", *_PLACES, "heading", "stated"))
_Columns = dict[str, npt.NDArray[Any]]


def columns_moved(
    graph: Graph, said: Mapping[int, Restated], node_of: Callable[[str], int | None], stays: Callable[[str], bool], spool: Spool
) -> _Columns | None:
    """The columns of a graph that are others now; None if what the notes say cannot be told from them.

    Args:
        said: by the node of each note.
        node_of: the node of a thing, by its key.
        stays: whether a thing is in the graph whether a note names it or not.
        spool: where the columns wait.
    """
    changed = Waiting(spool)
    named: list[tuple[int, Restated, dict[int, tuple[int, int]]]] = []
    for note, each in said.items():
        sections = _sections(graph, note, each) if each.before or each.now else {}
        if not _move(graph, changed, note, each):
            return None
        if each.before or each.now:
            named.append((note, each, sections))
    for note, each, sections in named:
        for field in dict.fromkeys(one.field for one in (*each.before, *each.now)):
            before, now = ([one for one in told if one.field == field] for told in (each.before, each.now))
            if not _exchange(_Held(graph, changed), note, field, before, now, sections, node_of, stays):
                return None
    for note, *_ in named:
        if not _still_used(graph, _Held(graph, changed), note):
            return None
    return changed


def _still_used(graph: Graph, held: _Held, note: int) -> bool:
    """Whether headings and dates that stood over evidence of a note are held by something: others are no part of a graph."""
    rows = graph.columns["evidence_note"] == note
    heading = unique(graph.columns["evidence_heading"][rows])
    stated = unique(graph.columns["evidence_stated"][rows])
    periods = held["fact_value"][held["fact_kind"] == Kind.PERIOD]
    return bool(
        (np.isin(heading, held["evidence_heading"]) | np.isin(heading, graph.columns["node_heading"])).all()
        and (np.isin(stated, held["evidence_stated"]) | np.isin(stated, periods)).all()
    )


def _move(graph: Graph, changed: _Columns, note: int, said: Restated) -> bool:
    """Put evidence of a note where it stands now, but that of what it names if it names others; False if some has gone nowhere."""
    gone = {one.span for one in said.before}
    for group in ("node", "evidence"):
        held = _Held(graph, changed)
        rows = np.flatnonzero((graph.columns[f"{group}_note"] == note) & (graph.columns[f"{group}_line"] > 0))
        spans = list(zip(*(graph.columns[f"{group}_{name}"][rows].tolist() for name in _PLACES), strict=True))
        now = [said.spans.get(span, span if group == "evidence" and span in gone else None) for span in spans]
        if None in now:
            return False
        if now == spans:
            continue
        for name, column in zip(_PLACES, np.array(now, np.int32).reshape(-1, len(_PLACES)).T, strict=True):
            place = held[f"{group}_{name}"].copy()
            place[rows] = column
            changed[f"{group}_{name}"] = place
    return True


def _sections(graph: Graph, note: int, said: Restated) -> dict[int, tuple[int, int]]:
    """The text of the headings over each section of a note, and its date, as evidence of all that it says has them."""
    rows = np.flatnonzero(graph.columns["evidence_note"] == note)
    known: dict[tuple[int, ...], set[tuple[int, int]]] = {}
    for *place, heading, stated in zip(
        *(graph.columns[f"evidence_{name}"][rows].tolist() for name in (*_PLACES, "heading", "stated")), strict=True
    ):
        known.setdefault(tuple(place), set()).add((heading, stated))
    common: dict[int, set[tuple[int, int]]] = {}
    for span, section in said.sections:
        if span in known:
            common[section] = common.get(section, known[span]) & known[span]
    return {section: next(iter(found)) for section, found in common.items() if len(found) == 1}


class _Held:
    """Columns of a graph, or what has taken their place."""

    def __init__(self, graph: Graph, changed: _Columns) -> None:
        self.graph, self.changed = graph, changed

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        found = self.changed.get(name)
        return self.graph.columns[name] if found is None else found


def _exchange(
    held: _Held, note: int, field: str, before: Sequence[Named], now: Sequence[Named], sections: Mapping[int, tuple[int, int]],
    node_of: Callable[[str], int | None], stays: Callable[[str], bool],
) -> bool:  # fmt: skip
    """Tell anew what a note names in one field; False if that cannot be told."""
    number = held.graph.property_ids.get(field)
    nodes = {one.thing: node_of(one.thing) for one in (*before, *now)}
    if number is None or None in nodes.values() or any(one.section not in sections for one in now):
        return False
    kept = {one.thing for one in now}
    if not all(one.thing in kept or stays(one.thing) for one in before):
        return False
    pointers, evidence = held["property_pointers"], held["evidence_pointers"]
    begin, end = int(pointers[number]), int(pointers[number + 1])
    low, high = (begin + int(np.searchsorted(held["fact_subject"][begin:end], note, side)) for side in ("left", "right"))
    if {nodes[one.thing] for one in before} != set(held["fact_value"][low:high].tolist()):
        return False
    if not (held["fact_kind"][low:high] == Kind.THING).all():
        return False
    told: dict[str, list[Named]] = {}
    for one in now:
        told.setdefault(one.thing, []).append(one)
    more = len(told) - (high - low)
    if begin == end + more:
        return False  # nobody says anything in this field any more
    facts = [(note, int(Kind.THING), nodes[thing]) for thing in told]
    rows = [(note, *one.span, *sections[one.section]) for each in told.values() for one in each]
    first, last = int(evidence[low]), int(evidence[high])
    bounds = first + np.cumsum([0, *map(len, told.values())])
    changed = held.changed
    for name, column in zip(_EVIDENCE, _turned(rows, len(_EVIDENCE)), strict=True):
        changed[name] = _spliced(held[name], first, last, column)
    for name, column in zip(_FACTS, _turned(facts, len(_FACTS)), strict=True):
        changed[name] = _spliced(held[name], low, high, column)
    changed["evidence_pointers"] = np.concatenate((evidence[:low], bounds[:-1], evidence[high:] + (int(bounds[-1]) - last)))
    changed["property_pointers"] = np.concatenate((pointers[: number + 1], pointers[number + 1 :] + more))
    reverse = held["reverse_facts"].astype(np.int64)
    reverse[reverse >= high] += more
    own = slice(begin, end + more)
    ordered = order_by(changed["fact_kind"][own], changed["fact_value"][own]) + begin
    changed["reverse_facts"] = _spliced(reverse.astype(np.int32), begin, end, ordered)
    return True


def _turned(rows: Sequence[tuple[Any, ...]], columns: int) -> Ids:
    return np.array(rows, np.int32).reshape(-1, columns).T


def _spliced(column: npt.NDArray[Any], low: int, high: int, new: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A column with something else between two places."""
    return np.concatenate((column[:low], new.astype(column.dtype), column[high:]))
