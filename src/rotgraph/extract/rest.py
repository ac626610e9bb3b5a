"""In: a table, and the drafts that were made of it. Out: what none of them holds. Room: extract.

Nothing in a note is dropped in silence: words that no reading took become text of a generic record, and the marks of a missing
value, which a grid makes no record of (ruling 15), are facts of the note, each with its place, and so is a row without a value.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from rotgraph.extract.headers import property_of
from rotgraph.extract.read_rows import shown
from rotgraph.extract.scribe import Scribe
from rotgraph.extract.sheet import Sheet
from rotgraph.model.draft import Draft, DraftFact, Name, Names, Subject
from rotgraph.notes.document import Inline
from rotgraph.values.read import is_missing

__all__ = ["keep_rest"]


def keep_rest(scribe: Scribe, sheet: Sheet, first: int) -> None:
    """Add what the drafts from ``first`` on leave out of the rows of a table."""
    taken = set(scribe.used)
    for draft in scribe.drafts[first:]:
        taken.update([fact.start for fact in draft.facts if not (isinstance(fact.value, Names) and fact.value.scan)])
        if draft.name is not None:
            taken.add(draft.name.start)
    places: list[int] = []
    for row in sheet.rows:
        for cell in row.cells:
            if cell.start not in taken and cell.plain:
                places = places or sorted(taken)
                if not _holds(cell, places):
                    break
        else:
            continue
        _keep_row(scribe, sheet, row.cells, (row.start, row.end), places)


def _holds(cell: Inline, places: Sequence[int]) -> bool:
    """Whether one of some places stands in a cell."""
    at = bisect_left(places, cell.start)
    return at < len(places) and places[at] < max(cell.end, cell.start + 1)


def _keep_row(scribe: Scribe, sheet: Sheet, cells: Sequence[Inline], place: tuple[int, int], places: Sequence[int]) -> None:
    label = shown(cells[0])
    name = Name(label, cells[0].start, cells[0].end) if label and not is_missing(label) else None
    facts: list[DraftFact] = []
    alone = False
    marked = len(scribe.missing)
    for index, cell in enumerate(cells):
        if not cell.plain or _holds(cell, places):
            continue
        header = sheet.headers[index]
        if is_missing(cell.plain):
            what = " · ".join([each for each in (label if index else "", header) if each and not is_missing(each)])
            scribe.missing.append(DraftFact("missing", what, cell.start, cell.end))
        elif index == 0:
            alone = True
        else:
            facts.append(DraftFact(property_of(header), " ".join(cell.plain.split()), cell.start, cell.end))
            facts.extend(scribe.mentions(cell))
    if alone and not facts and len(scribe.missing) == marked:  # a row of which all is empty; a mark would tell its label
        scribe.missing.append(DraftFact("missing", label, cells[0].start, cells[0].end))
    if facts:
        section = sheet.table.section
        facts.append(DraftFact("about", Subject(section), cells[0].start, cells[0].end))
        scribe.add(Draft("record", "record", tuple(facts), *place, section, name, sheet.number, complete=False))
