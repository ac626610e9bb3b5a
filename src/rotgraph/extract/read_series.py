"""In: a table whose first column is periods over columns of numbers. Out: one observation a cell beside its rows. Room: extract.

``FY | Revenue | Net income`` says of each year what ``Metric | FY24 | FY25`` says: the rows stay records with a `period`, and what
they measure is found among the observations whichever way the table lies.
"""

from __future__ import annotations

from rotgraph.extract.cells import CellReader
from rotgraph.extract.column_plan import ColumnPlan, plan_column
from rotgraph.extract.headers import property_of, qualifies
from rotgraph.extract.read_rows import qualified
from rotgraph.extract.scribe import Scribe
from rotgraph.extract.sheet import Sheet
from rotgraph.model.draft import Draft, DraftFact, Name, Subject
from rotgraph.model.schema import ClassDef
from rotgraph.model.value import Quantity
from rotgraph.values.read import classify, is_missing, read_value

__all__ = ["read_series"]


def read_series(scribe: Scribe, sheet: Sheet) -> None:
    """Observations of a series: about what the rows are about, metric the header, period the row's; about the columns where they
    are things."""
    cls = scribe.lookup.observation
    if cls is None or len(sheet.rows) < 2 or sheet.width < 2:
        return
    if all(classify(row.cells[0].plain) != "period" for row in sheet.rows[:2]):
        return  # most tables, told apart by two cells that were read before
    columns = _columns(scribe, sheet, cls)
    if not columns:
        return
    periods = plan_column(property_of(sheet.headers[0]), sheet.column(0), header=sheet.headers[0], when=sheet.when)
    if periods.kind != "period" or len({each.start for each in periods.periods if each}) < 2:
        return
    reader, section, vote = CellReader(scribe), sheet.table.section, scribe.vote()
    around = sheet.caption or sheet.heading
    notes = [index for index in range(1, sheet.width) if index not in columns]
    for number, row in enumerate(sheet.rows):
        period = periods.periods[number]
        if period is None:
            continue
        texts = [row.cells[index] for index in notes if not is_missing(row.cells[index].plain)]
        beside = [fact for cell in texts for fact in reader.read(ColumnPlan("notes", "text"), cell, number).facts]
        for index, (metric, qualifier, plan) in columns.items():
            cell, header, first = row.cells[index], sheet.table.header.cells[index], row.cells[0]
            if not isinstance(read_value(cell.plain, plan.values), Quantity):
                continue  # a doubt is told of the row, once
            # columns that are things under words that say what is measured: `Month | GLD | IAU` under "Fund flows"
            about = Subject(section, Name(metric, header.start, header.end), vote=vote, otherwise="metric")
            facts = [
                DraftFact("about", about, header.start, header.end),
                DraftFact("metric", around or metric, header.start, header.end),
                DraftFact("period", period, first.start, first.end),
                *reader.read(plan, cell, number).facts,
                *beside,
            ]
            if qualifier:
                facts.append(DraftFact("qualifier", qualifier, header.start, header.end))
            facts = qualified(scribe, facts, cls)
            scribe.add(Draft(cls.name, "record", tuple(facts), row.start, row.end, section, table=sheet.number))


def _columns(scribe: Scribe, sheet: Sheet, cls: ClassDef) -> dict[int, tuple[str, str, ColumnPlan]]:
    """Per column of numbers its metric, its qualifier (``YoY`` is of the metric to its left, and so is ``Growth`` that stands
    beside several) and its plan; none where a column holds neither numbers nor notes."""
    columns: dict[int, tuple[str, str, ColumnPlan]] = {}
    metric = ""
    for index in range(1, sheet.width):
        cells, folded = sheet.column(index), sheet.folded[index]
        field = scribe.lookup.field(cls.name, folded)
        if field is not None and field.name == "notes":
            continue
        if not sheet.is_numeric(index):
            if all(is_missing(cell.plain) for cell in cells):
                continue
            return {}
        header = " ".join(sheet.headers[index].split())
        repeated = sheet.folded.count(folded) > 1
        of_left = bool(metric) and (repeated or qualifies(header, scribe.schema))
        metric = metric if of_left else header
        columns[index] = (metric, header if of_left else "", plan_column(cls.value, cells, header=header))
    return columns
