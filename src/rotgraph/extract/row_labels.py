"""In: the columns of a table that hold words beside its values. Out: what each says of its row. Room: extract.

``Segment | Company | 2024 | 2025``: the column whose header is a class of things names what a row is about, and where several rows
would be told alike the words beside it tell them apart. ``Metric | Unit | 2024`` says the unit of the numbers of each row.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rotgraph.extract.column_plan import ColumnPlan, is_name, of_metric
from rotgraph.extract.headers import Lookup
from rotgraph.extract.sheet import Sheet
from rotgraph.model.draft import DraftFact
from rotgraph.model.value import Quantity
from rotgraph.notes.document import Inline, Row
from rotgraph.values.columns import header_context
from rotgraph.values.context import ANY_QUANTITY
from rotgraph.values.read import is_missing

__all__ = ["RowLabels", "is_unit", "labels_of", "plan_in_unit", "unit_column", "unit_facts"]

_BETWEEN = " · "


class RowLabels(msgspec.Struct, frozen=True, gc=False):
    """What columns of words say of their rows, by their places."""

    subject: int = 0
    """Names what the row is about."""
    qualifiers: tuple[int, ...] = ()
    """Tell rows apart that are about the same."""
    unit: int = -1

    def qualifier(self, row: Row, beside: Sequence[str] = ()) -> str:
        """The words that tell a row, and a value in it, from others about the same."""
        words = [" ".join(row.cells[index].plain.split()) for index in self.qualifiers]
        return _BETWEEN.join([each for each in (*words, *beside) if not is_missing(each)])

    def are(self, index: int) -> bool:
        """Whether a column is told of as one of these."""
        return index in (self.subject, self.unit) or index in self.qualifiers


def unit_column(look: Lookup, sheet: Sheet) -> int:
    """The column that says in which unit each row's numbers are; -1 if there is none."""
    return next((index for index in range(1, sheet.width) if look.is_unit(sheet.folded[index])), -1)


def labels_of(look: Lookup, sheet: Sheet, words: Sequence[int], told_by: Sequence[int] = ()) -> RowLabels:
    """What the columns of words say.

    Args:
        words: these columns, without the first.
        told_by: columns that tell rows apart already: a period.
    """
    unit = unit_column(look, sheet)
    unit = unit if unit in words else -1
    others = [index for index in words if index != unit]
    if not others:
        return RowLabels(unit=unit)
    first = sheet.folded[0]
    subject = 0 if look.column_class(first) else next((index for index in others if _names_things(look, sheet, index)), 0)
    paired = look.is_pair(first)
    known = [*((0,) if paired else ()), subject, *told_by]
    told: list[tuple[str, ...]] = [tuple([row.cells[index].plain for index in known]) for row in sheet.rows]
    apart, qualifiers = len(set(told)), list[int]()
    for index in (*((0,) if subject and not paired else ()), *others):
        if apart == len(told):
            break
        if index == subject or _is_noted(look, sheet.folded[index]):
            continue
        more = [(*each, row.cells[index].plain) for each, row in zip(told, sheet.rows, strict=True)]
        if len(set(more)) > apart:
            told, apart = more, len(set(more))
            qualifiers.append(index)
    return RowLabels(subject, tuple(qualifiers), unit)


def _names_things(look: Lookup, sheet: Sheet, index: int) -> bool:
    """Whether a column's header is a class of things, of whose names it is full."""
    if not look.column_class(sheet.folded[index]) or look.is_other_name(sheet.folded[index]):
        return False
    cells = [cell for cell in sheet.column(index) if not is_missing(cell.plain)]
    return bool(cells) and sum(bool(cell.links) or is_name(cell.plain) for cell in cells) * 2 > len(cells)


def _is_noted(look: Lookup, header: str) -> bool:
    """Whether a column is a field of observations (``Comment``), or holds another name of a thing."""
    observation = look.observation
    return look.is_other_name(header) or (observation is not None and look.field(observation.name, header) is not None)


def plan_in_unit(plan: ColumnPlan, metric: str, unit: Inline | None) -> ColumnPlan:
    """How a row's bare numbers are read: as its own cell of units says, else the unit in the words of its metric."""
    if unit is not None and not is_missing(unit.plain):
        return of_metric(plan, f"({unit.plain.strip(' ()')})")
    return of_metric(plan, metric)


def is_unit(unit: Inline | None) -> bool:
    """Whether a cell of units says one that numbers are read by."""
    return unit is not None and header_context(f"({unit.plain.strip(' ()')})") != ANY_QUANTITY


def unit_facts(facts: Sequence[DraftFact], unit: Inline | None) -> list[DraftFact]:
    """A unit that nobody knows stays what it is: a remark on the row's number."""
    if unit is None or is_missing(unit.plain):
        return []
    bare = any(fact.value.__class__ is Quantity and not fact.value.unit for fact in facts)
    return [DraftFact("remark", " ".join(unit.plain.split()), unit.start, unit.end)] if bare else []
