"""In: a table whose columns are records, or pictures. Out: one draft a column. Room: extract."""

from __future__ import annotations

import re

from rotgraph.extract.cells import CellReader
from rotgraph.extract.column_plan import plan_column
from rotgraph.extract.headers import property_of
from rotgraph.extract.read_rows import shown, surroundings, write_beside
from rotgraph.extract.scribe import Scribe, names_of
from rotgraph.extract.sections import period_within
from rotgraph.extract.sheet import Recognised, Sheet
from rotgraph.model.draft import Draft, DraftFact, Local, Name, Subject
from rotgraph.model.schema import ClassDef, Field
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.notes.document import Inline
from rotgraph.values.quantity import parse_quantity
from rotgraph.values.read import is_missing

__all__ = ["chart_facts", "field_of_quantity", "read_columns", "read_pictures"]

_CREDIT = re.compile(r"\bsources?:.*$", re.IGNORECASE | re.DOTALL)
"""The end of a caption that says where a picture is from names nothing in it."""
_PAIR = re.compile(r"\b([A-Z]{2,5})\s(?:\([^()]*\)\s)?(?:vs\.?|versus)\s([A-Z]{2,5})\b")
_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)\s*")


def read_columns(scribe: Scribe, sheet: Sheet, found: Recognised) -> None:
    """One record a column; the first column names the fields, the header gives the key."""
    reader, section, cls = CellReader(scribe), sheet.table.section, found.cls
    fields = found.fields or tuple(None for _ in sheet.rows)
    plans = []
    for number, row in enumerate(sheet.rows):
        label = shown(row.cells[0])
        if not is_missing(label) and any(cell.plain or cell.links for cell in row.cells[1:]):
            scribe.used.add(row.cells[0].start)  # it names the field
        field = fields[number] if number < len(fields) else None
        column_class = scribe.lookup.column_class(label.casefold())
        plans.append(plan_column(property_of(label), row.cells[1:], field, cls=column_class))
    given = {plan.property for plan in plans}
    for column in range(1, sheet.width):
        header = sheet.table.header.cells[column]
        facts: list[DraftFact] = []
        name: Name | None = None
        if shown(header):
            key = cls.key[0] if cls else "name"
            if key == "name":
                name = Name(shown(header), header.start, header.end)
            else:
                facts.append(DraftFact(key, shown(header), header.start, header.end))
        for plan, row in zip(plans, sheet.rows, strict=True):
            reading = reader.read(plan, row.cells[column], 0)
            facts.extend(reading.facts)
            write_beside(scribe, reading.beside, shown(row.cells[0]), row, section, sheet.number)
        if not any(fact.property != "missing" for fact in facts):
            continue
        extra = surroundings(scribe, sheet, cls, given, section) if cls else []
        if cls is None:
            facts.append(DraftFact("about", Subject(section), header.start, header.end))
        name_of_class = cls.name if cls else "record"
        end = sheet.table.end
        scribe.add(Draft(name_of_class, "record", (*facts, *extra), header.start, end, section, name, sheet.number, complete=False))


def read_pictures(scribe: Scribe, sheet: Sheet) -> None:
    """One chart a column: its file, its caption, and what the header says of the record it shows."""
    section = sheet.table.section
    for column in range(sheet.width):
        header = sheet.table.header.cells[column]
        embed: Inline | None = None
        captions: list[Inline] = []
        for row in sheet.rows:
            cell = row.cells[column]
            if any(link.embed for _, _, link in cell.links):
                embed = cell
            elif not is_missing(cell.plain):
                captions.append(cell)
        if embed is None:
            continue
        files = [link for _, _, link in embed.links if link.embed]
        caption = captions[0] if captions else header
        for link in files:
            facts = chart_facts(scribe, link.target, (link.start, link.end), [header, *captions], caption, section)
            chart = scribe.add(Draft("chart", "record", tuple(facts), embed.start, embed.end, section, table=sheet.number))
            _of_record(scribe, header, section, chart)


def _of_record(scribe: Scribe, header: Inline, section: int, chart: int) -> None:
    """The header names a record (``XLE vs IGV (~43pp)``): the chart is its, the value in parentheses its field."""
    text = _PARENTHESIS.sub(" ", header.plain).strip()
    if not text:
        return
    facts = [DraftFact("chart", Local(chart), header.start, header.end)]
    for hit in _PARENTHESIS.finditer(header.plain):
        value = parse_quantity(hit[1].strip())
        if isinstance(value, Quantity):
            facts.append(DraftFact("", value, header.start, header.end))  # resolve finds the field by its dimension
    scribe.add(Draft("", "caption", tuple(facts), header.start, header.end, section, Name(text, header.start, header.end)))


def chart_facts(
    scribe: Scribe, file: str, place: tuple[int, int], texts: list[Inline], caption: Inline, section: int
) -> list[DraftFact]:
    """The facts of a chart: file, caption, the traded names its words hold, the period they give."""
    facts = [DraftFact("file", file, *place)]
    definition = scribe.schema.by_name.get("chart")
    ranges = next((each.ranges for each in definition.fields if each.name == "tickers"), ()) if definition else ()
    if caption.plain:
        facts.append(DraftFact("caption", caption.plain.replace("\n", " "), caption.start, caption.end))
        period = period_within(caption.plain, scribe.sections[section].period if section >= 0 else None)
        if period is not None:
            facts.append(DraftFact("period", period, caption.start, caption.end))
    for each in texts:
        pair = _PAIR.search(each.plain)
        if pair is not None and ranges and any(symbol in scribe.lookup.symbols for symbol in pair.groups()):
            # one of two is a known symbol, so the other is one too: `GLD vs UUP`
            facts.extend(DraftFact("tickers", Name(symbol, each.start, each.end), each.start, each.end) for symbol in pair.groups())
        if each.plain:
            credited = _CREDIT.sub(" ", each.plain)
            facts.append(DraftFact("tickers", names_of(each, text=credited, scan=ranges), each.start, each.end))
    return facts


def field_of_quantity(cls: ClassDef, value: Quantity) -> Field | None:
    """The one field of a class that declares the dimension of a value."""
    dimension = unit_of(value.unit).dimension
    named = {"currency": "money"}.get(dimension.partition(":")[0], dimension)
    found = [each for each in cls.fields if each.kind == "quantity" and each.unit == named]
    return found[0] if len(found) == 1 else None
