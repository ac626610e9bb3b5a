"""In: a table whose columns are periods. Out: one observation a cell, its period the column's. Room: extract."""

from __future__ import annotations

from collections.abc import Sequence

from rotgraph.extract.cells import CellReader
from rotgraph.extract.column_heads import length_of, period_beside
from rotgraph.extract.column_plan import ColumnPlan, accounts, in_brackets, of_metric, plan_column
from rotgraph.extract.read_grid import name_in, when_facts
from rotgraph.extract.read_rows import group_name, qualified, shown
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
    cls, section = found.cls or observation, sheet.table.section
    head = sheet.folded[0]
    column_class = scribe.lookup.column_class(head) or scribe.lookup.loose_class(head, sheet.column(0))
    paired = scribe.lookup.is_pair(head)
    kind = head[:1].isalpha() and not set(head.split()) & scribe.lookup.measures
    vote = scribe.vote()
    dated = {index: period for index, period in enumerate(found.periods) if period is not None}
    field = next((each for each in cls.fields if each.name == cls.value), None)
    headers = sheet.table.header.cells
    columns = {
        index: (plan_column(cls.value, sheet.column(index), field), when_facts(scribe, cls, period, headers[index]))
        for index, period in dated.items()
    }
    others = [index for index in range(1, sheet.width) if index not in dated]
    numbers = [index for index in others if _qualifies(scribe, sheet, index) or sheet.is_numeric(index)]
    words = next((word for word in cls.metrics), "") if found.cls else ""
    metric = words or sheet.caption.rstrip(":") or sheet.heading
    members = group_name(sheet) if column_class in ("stock", "firm") else None
    length = length_of(tuple(dated.values()))
    plans = {index: plan_column(observation.value, sheet.column(index), header=sheet.headers[index]) for index in numbers}
    reader = CellReader(scribe)
    for number, row in enumerate(sheet.rows):
        first = row.cells[0]
        if not shown(first):
            continue
        about, text = _about(first, column_class, section, vote, paired=paired, certain=found.cls is not None, kind=kind)
        extra = _others(reader, sheet, row, number, dated, numbers)
        if not paired and fold(text) in scribe.schema.sums:  # a sum is no thing, but of what the table is about
            about, extra = Subject(section), [*extra, DraftFact("qualifier", text, first.start, first.end)]
        said = text if paired else metric
        for index in numbers:
            when = period_beside(index, dated) if paired or _qualifies(scribe, sheet, index) else None
            _beside_periods(scribe, reader, observation, plans[index], sheet, index, number, about, said, when)
        of_row = DraftFact("about", about, first.start, first.end, column_class)
        metric_of_row = DraftFact("metric", said, first.start, first.end)
        bracketed = accounts([row.cells[index] for index in dated])
        for index, (plan, when_of) in columns.items():
            cell = row.cells[index]
            if is_missing(cell.plain):
                scribe.missing += bool(cell.plain)
                continue
            facts = [of_row, *when_of, metric_of_row]
            if length:
                header = headers[index]
                facts.append(DraftFact("qualifier", length, header.start, header.end))
            facts.extend(reader.read(of_metric(in_brackets(plan) if bracketed else plan, text), cell, number).facts)
            facts.extend(extra)
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
    first: Inline, column_class: str, section: int, vote: int, *, paired: bool, certain: bool, kind: bool
) -> tuple[Subject, str]:
    text = shown(first)
    if paired:
        return Subject(section, name_in(first), prefix=True), text
    name = name_in(first)
    sure = bool(column_class) or certain or bool(name.target)
    return Subject(section, name, certain=sure, vote=vote, otherwise="metric", kind=kind), text


def _beside_periods(
    scribe: Scribe, reader: CellReader, cls: ClassDef, plan: ColumnPlan, sheet: Sheet, index: int, number: int,
    about: Subject, metric: str, when: Period | None,
) -> None:  # fmt: skip
    """A column of numbers beside the periods (``YoY``, ``CAGR``) is an observation of its own, qualified by its header; words in
    it are notes."""
    row, header = sheet.rows[number], sheet.table.header.cells[index]
    cell, first = row.cells[index], row.cells[0]
    if is_missing(cell.plain) or classify(cell.plain) == "text":
        scribe.missing += bool(cell.plain) and is_missing(cell.plain)
        return
    facts = [
        DraftFact("about", about, first.start, first.end),
        DraftFact("metric", metric, first.start, first.end),
        DraftFact("qualifier", shown(header), header.start, header.end),
        *reader.read(plan, cell, number).facts,
    ]
    if when is not None:
        facts.extend(when_facts(scribe, cls, when, header))
    scribe.add(Draft(cls.name, "record", tuple(facts), row.start, row.end, sheet.table.section, table=sheet.number))


def _qualifies(scribe: Scribe, sheet: Sheet, index: int) -> bool:
    return sheet.folded[index].partition(" ")[0] in scribe.schema.qualifiers


def _others(
    reader: CellReader, sheet: Sheet, row: Row, number: int, dated: dict[int, Period], numbers: Sequence[int]
) -> list[DraftFact]:
    """Words in a wide table's columns that are no periods: notes that go with each of its observations."""
    facts: list[DraftFact] = []
    for index in range(1, sheet.width):
        text = row.cells[index].plain
        if index not in dated and not is_missing(text) and (index not in numbers or classify(text) == "text"):
            reading = reader.read(ColumnPlan("notes", "text"), row.cells[index], number)
            facts.extend(reading.facts)
    return facts
