"""In: a graph, what one note stated and what it states now. Out: the graph with the note's places moved. Room: resolve.

Most edits of a note state nothing new: a sentence is written, a paragraph goes, and what the tables below it say stands some lines
further down. Then every fact of the vault is what it was, and only where the note says it must be told anew: nothing is joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import msgspec
import numpy as np

from rotgraph.model.described import Described, RecordColumn, RowColumn, matrix
from rotgraph.model.graph import Graph, Ids
from rotgraph.model.named import NoteNames
from rotgraph.model.told_moved import Span, Spans
from rotgraph.resolve.placing import Placer

__all__ = ["firsts_of", "moved_places", "moves_of"]

_Bytes = tuple[int, int]
_MET = 7
"""Columns of what is met: thing, start, the four of a span, section."""
_PLACES = ("line", "column", "end_line", "end_column")
_MATRICES = (
    ("rows", len(RowColumn), RowColumn.START, RowColumn.LINE),
    ("records", len(RecordColumn), RecordColumn.START, RecordColumn.LINE),
    ("met", _MET, 1, 2),
)
"""Of each matrix how many columns it has, which is the byte that its rows begin at, and the first of the four of their spans."""
_PLACED = ("rows", "records", "met", "lone", "far", "diagnostics")


def moves_of(before: Described, now: Described, firsts: Iterable[tuple[int, Span, int, Span]] = ()) -> Spans | None:
    """Where what a note states has gone; None if it states something else, or in another order.

    Args:
        firsts: byte and span of each place of the note that names a thing first, before and now.
    """
    nothing = dict.fromkeys(_PLACED, ())
    if msgspec.structs.replace(before, **nothing) != msgspec.structs.replace(now, **nothing) or _alone(before) != _alone(now):
        return None
    moves: dict[Span, Span] = {}
    starts: dict[int, int] = {}
    told = list(firsts)
    far = list(zip(before.far, now.far, strict=False))
    if any(msgspec.structs.replace(one, place=other.place) != other for one, other in far) or len(before.far) != len(now.far):
        return None
    for name, columns, start, line in _MATRICES:
        old, new = (_matrix(getattr(each, name), columns) for each in (before, now))
        said = [at for at in range(columns) if at != start and not line <= at < line + len(_PLACES)]
        if old.shape != new.shape or not np.array_equal(old[said], new[said]):
            return None
        pairs = ((each[start].tolist(), map(tuple, each[line : line + len(_PLACES)].T.tolist())) for each in (old, new))
        (begins, spans), (begins_now, spans_now) = pairs
        told += zip(begins, spans, begins_now, spans_now, strict=True)
    for begin, span, begin_now, span_now in told:
        if starts.setdefault(begin, begin_now) != begin_now or moves.setdefault(span, span_now) != span_now:
            return None
    for one, other in far:
        if moves.setdefault(one.place, other.place) != other.place:
            return None
    ordered = [starts[begin] for begin in sorted(starts)]
    return moves if all(one < other for one, other in pairwise(ordered)) else None


def moved_places(graph: Graph, moves: Mapping[int, Spans]) -> dict[str, Ids] | None:
    """The columns of places with the evidence of some notes where it stands now; None if some stood where nothing has moved from.

    Args:
        moves: by the node of each note.
    """
    columns: dict[str, Ids] = {}
    for group in ("node", "evidence"):
        notes = graph.columns[f"{group}_note"]
        places = [np.array(graph.columns[f"{group}_{name}"]) for name in _PLACES]
        for note, moved in moves.items():
            rows = np.flatnonzero((notes == note) & (places[0] > 0))
            spans = map(tuple, np.stack([place[rows] for place in places], axis=1).tolist())
            found = [moved.get(span) for span in spans]
            if None in found:
                return None
            for place, column in zip(places, np.array(found, np.int32).reshape(-1, len(_PLACES)).T, strict=True):
                place[rows] = column
        for name, place in zip(_PLACES, places, strict=True):
            place.setflags(write=False)
            columns[f"{group}_{name}"] = place
    return columns


def firsts_of(old: NoteNames, new: NoteNames, moved: Iterable[tuple[_Bytes, _Bytes]]) -> Iterator[tuple[int, Span, int, Span]]:
    """Bytes and spans of places of a note, before and now: of those given, and of its other names."""
    before, now = (Placer(each.path, each.line_starts, each.wide) for each in (old, new))
    for (start, end), (start_now, end_now) in (*moved, *zip(old.alias_places, new.alias_places, strict=True)):
        yield start, before.span(start, end), start_now, now.span(start_now, end_now)


def _matrix(data: bytes, columns: int) -> Ids:
    return matrix(data, columns) if data else np.empty((columns, 0), np.int32)


def _alone(note: Described) -> list[tuple[int, int]]:
    """Its rows that hold where no other says the same, each with the number of the table's row that it stands in."""
    numbers: dict[tuple[int, int], int] = {}
    return [(row, numbers.setdefault((start, end), len(numbers))) for row, start, end in note.lone]
