"""In: what joining met. Out: diagnostics about records, classes, contradictions, and those of links. Room: resolve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.described import Far
from rotgraph.model.named import NoteNames
from rotgraph.model.spool import forget
from rotgraph.model.told import Told, joined, told_of
from rotgraph.resolve.check_far import check_far, check_names
from rotgraph.resolve.contradict import contradictions
from rotgraph.resolve.merge import Merged
from rotgraph.resolve.names import Names
from rotgraph.resolve.placing import Placer
from rotgraph.resolve.pool import Pool

__all__ = ["diagnose"]


def diagnose(
    notes: Sequence[NoteNames], names: Names, pool: Pool, merged: Merged, cycles: Sequence[tuple[int, ...]]
) -> Told:
    """Everything wrong between the notes, in no order."""
    index = names.naming.index
    by_notes, far = list[Diagnostic](), list[Sequence[Far]]()
    for each in pool.rest:
        by_notes += each.diagnostics
        far.append(each.far)
    found = [
        *by_notes,
        *check_far(notes, index, far),
        *check_names(notes, index),
        *_unknown(notes, pool, merged),
        *_refused(notes, names),
        *_cycles(notes, names, cycles),
    ]
    return joined((told_of(found), *contradictions(notes, names, pool, merged)))


def _unknown(notes: Sequence[NoteNames], pool: Pool, merged: Merged) -> Iterator[Diagnostic]:
    """RG411: calls that no record answers."""
    rows = [row for row, *_ in merged.unknown]
    words = ((cls, text) for _, cls, text in merged.unknown)
    told = zip(pool.row_note[rows].tolist(), *pool.row_place[:, rows].tolist(), words, strict=True)
    forget()
    for note, line, column, end_line, end_column, (cls, text) in dict.fromkeys(told):  # a cell calls it once for each of its things
        message = f"no {cls.replace('_', ' ')} is called `{text}`, or several are"
        yield Diagnostic(notes[note].path, line, column, end_line, end_column, "RG411", message)


def _refused(notes: Sequence[NoteNames], names: Names) -> Iterator[Diagnostic]:
    registry = names.naming.registry
    for number, cls, (note, start, end) in registry.refused:
        said = ", ".join(f"{name} ({reason})" for name, (_, reason) in registry.things[number].classes.items())
        message = f"`{registry.label(number)}` stands in a column of the class {cls}; its own note makes it {said}"
        yield _placer(notes[note]).report(start, end, "RG502", message)


def _cycles(notes: Sequence[NoteNames], names: Names, cycles: Sequence[tuple[int, ...]]) -> Iterator[Diagnostic]:
    registry = names.naming.registry
    for cycle in cycles:
        shown = " → ".join(registry.label(each) for each in cycle)
        first = next((registry.things[each].first for each in cycle if registry.things[each].first), None)
        if first is not None:
            message = f"the hierarchy {shown} leads back to where it began"
            yield _placer(notes[first[0]]).report(first[1], first[2], "RG503", message)


def _placer(note: NoteNames) -> Placer:
    return Placer(note.path, note.line_starts, note.wide)
