"""In: a table whose columns are periods. Out: one observation a cell, its period the column's. Room: extract."""

from __future__ import annotations

from collections.abc import Sequence

from rotgraph.extract.cells import CellReader
from rotgraph.extract.column_heads import length_of, period_beside
from rotgraph.extract.column_plan import ColumnPlan, accounts, by_cell, in_brackets, plan_column
from rotgraph.extract.headers import qualifies
from rotgraph.extract.read_grid import name_in, when_facts
from rotgraph.extract.read_rows import group_name, qualified, shown
from rotgraph.extract.row_labels import is_unit, labels_of, plan_in_unit, unit_facts
from rotgraph.extract.scribe import Scribe
from rotgraph.extract.sheet import Recognised, Sheet
from rotgraph.model.draft import Draft, DraftFact, Subject
from rotgraph.model.schema import ClassDef, fold
from rotgraph.model.value import Period
from rotgraph.notes.document import Inline, Row
from rotgraph.values.read import classify, is_missing

__all__ = ["read_wide"]


def read_wide(scribe: Scribe, sheet: Sheet, found: Recognised) -> None:
    """Columns that are periods: one observation a cell, its period the column's (ruling 7)."""
    observation = scribe.lookup.observation
    if observation is None:
        return
    cls, section, look = found.cls or observation, sheet.table.section, scribe.lookup
    dated = {index: period for index, period in enumerate(found.periods) if period is not None}
    others = [index for index in range(1, sheet.width) if index not in dated]
    numbers = [index for index in others if qualifies(sheet.headers[index], scribe.schema) or sheet.is_numeric(index)]
    labels = labels_of(look, sheet, [index for index in others if index not in numbers])
    noted = [index for index in range(sheet.width) if index not in dated and not labels.are(index)]
    head, paired = sheet.folded[labels.subject], look.is_pair(sheet.folded[0])
    column_class = look.column_class(head) or look.loose_class(head, sheet.column(labels.subject))
    noted = [index for index in noted if index or not paired]
    kind = head[:1].isalpha() and not set(head.split()) & look.measures
    vote, begun = scribe.vote(), paired and not labels.subject
    field = next((each for each in cls.fields if each.name == cls.value), None)
    headers = sheet.table.header.cells
    columns = {
        index: (by_cell(plan_column(cls.value, sheet.column(index), field)), when_facts(scribe, cls, period, headers[index]))
        for index, period in dated.items()
    }
    words = next((word for word in cls.metrics), "") if found.cls else ""
    metric = words or sheet.caption.rstrip(":") or sheet.heading or sheet.headers[0]
    members = group_name(sheet) if column_class in ("stock", "firm") else None
    length = length_of(tuple(dated.values()))
    plans = {index: plan_column(observation.value, sheet.column(index), header=sheet.headers[index]) for index in numbers}
    reader = CellReader(scribe)
    for number, row in enumerate(sheet.rows):
        first, named = row.cells[0], row.cells[labels.subject]
        text = shown(first)
        if not shown(named) and not text and not any(cell.plain for cell in row.cells):
            continue
        about, sums = _about(
            scribe, named, column_class, section, vote, paired=begun, certain=found.cls is not None, kind=kind
        )
        extra = _noted(reader, row, number, noted, numbers)
        unit = row.cells[labels.unit] if labels.unit >= 0 else None
        scribe.used.update([row.cells[index].start for index in (*labels.qualifiers, *((labels.unit,) if is_unit(unit) else ()))])
        said = text if paired and text else metric
        for index in numbers:
            of_one = paired or qualifies(sheet.headers[index], scribe.schema)
            own = sheet.folded[index] in scribe.schema.trailing  # `LTM` is a span of its own
            when = period_beside(index, dated) if of_one and not own else None
            told = labels.qualifier(row, (*sums, shown(headers[index])))
            _beside_periods(scribe, reader, observation, plans[index], sheet, index, number, about, said, told, when)
        of_row = DraftFact("about", about, named.start, named.end, column_class)
        metric_of_row = DraftFact("metric", said, first.start, first.end)
        apart = labels.qualifier(row, (*sums, length))
        bracketed = accounts([row.cells[index] for index in dated])
        for index, (plan, when_of) in columns.items():
            cell = row.cells[index]
            if is_missing(cell.plain):
                continue
            facts = [of_row, *when_of, metric_of_row]
            if apart:
                at = row.cells[labels.qualifiers[0]] if labels.qualifiers else named if sums else headers[index]
                facts.append(DraftFact("qualifier", apart, at.start, at.end))
            read = reader.read(plan_in_unit(in_brackets(plan) if bracketed else plan, text, unit), cell, number).facts
            facts.extend((*read, *unit_facts(read, unit), *extra))
            scribe.add(
                Draft(
                    cls.name,
                    "record",
                    tuple(qualified(scribe, facts, cls)),
                    row.start,
                    row.end,
                    section,
                    table=sheet.number,
                    members=members,
                )
            )


def _about(
    scribe: Scribe, named: Inline, column_class: str, section: int, vote: int, *, paired: bool, certain: bool, kind: bool
) -> tuple[Subject, tuple[str, ...]]:
    """What a row is about, and what it calls itself where it is a sum of the others, which is no thing."""
    if paired:
        return Subject(section, name_in(named), prefix=True), ()
    text = shown(named)
    if (column_class or kind) and not named.links and fold(text) in scribe.schema.sums:
        return Subject(section), (text,)
    if not text:
        return Subject(section), ()
    name = name_in(named)
    sure = bool(column_class) or certain or bool(name.target)
    return Subject(section, name, certain=sure, vote=vote, otherwise="metric", kind=kind), ()


def _beside_periods(
    scribe: Scribe, reader: CellReader, cls: ClassDef, plan: ColumnPlan, sheet: Sheet, index: int, number: int,
    about: Subject, metric: str, qualifier: str, when: Period | None,
) -> None:  # fmt: skip
    """A column of numbers beside the periods (``YoY``, ``CAGR``) is an observation of its own, qualified by its header; words in
    it are notes."""
    row, header = sheet.rows[number], sheet.table.header.cells[index]
    cell, first = row.cells[index], row.cells[0]
    if is_missing(cell.plain) or classify(cell.plain) == "text":
        return
    facts = [
        DraftFact("about", about, first.start, first.end),
        DraftFact("metric", metric, first.start, first.end),
        DraftFact("qualifier", qualifier, header.start, header.end),
        *reader.read(plan, cell, number).facts,
    ]
    if when is not None:
        facts.extend(when_facts(scribe, cls, when, header))
    scribe.add(Draft(cls.name, "record", tuple(facts), row.start, row.end, sheet.table.section, table=sheet.number))


def _noted(reader: CellReader, row: Row, number: int, noted: Sequence[int], numbers: Sequence[int]) -> list[DraftFact]:
    """Words in a wide table's columns that say nothing else: notes that go with each of its observations."""
    facts: list[DraftFact] = []
    for index in noted:
        text = row.cells[index].plain
        if not is_missing(text) and (index not in numbers or classify(text) == "text"):
            facts.extend(reader.read(ColumnPlan("notes", "text"), row.cells[index], number).facts)
    return facts
