"""In: a table whose cells are records: matrices, pairs, metrics in the header. Out: a draft a cell. Room: extract."""

from __future__ import annotations

import re

from rotgraph.extract.cells import CellReader, Reading
from rotgraph.extract.column_heads import ColumnHead, column_heads
from rotgraph.extract.column_plan import ColumnPlan, accounts, by_cell, in_brackets, plan_column
from rotgraph.extract.headers import Lookup
from rotgraph.extract.read_rows import qualified, shown, surroundings, write_beside
from rotgraph.extract.row_labels import RowLabels, is_unit, labels_of, plan_in_unit, unit_column, unit_facts
from rotgraph.extract.scribe import Scribe, is_amount
from rotgraph.extract.sections import leading_period, name_from, name_of_link, trailing_period
from rotgraph.extract.sheet import Recognised, Sheet
from rotgraph.model.draft import Draft, DraftFact, Name, RecordName, Subject
from rotgraph.model.schema import ClassDef, fold
from rotgraph.model.value import Period, Precision, Quantity
from rotgraph.notes.document import Inline, Row
from rotgraph.values.columns import header_context
from rotgraph.values.context import ANY_PERIOD, ANY_QUANTITY, PeriodContext
from rotgraph.values.period import parse_period
from rotgraph.values.read import classify, is_missing
from rotgraph.values.several import parse_change

__all__ = ["name_in", "read_cases", "read_metrics", "read_observations", "read_pairs", "when_facts"]

_DASH = re.compile(r"\s*(?:—|–|--|:|\s-\s)\s*")
_NAMED = re.compile(r"\d|\b[A-Z]{2,}\b")
"""A header that is a model or an acronym (``H100``) says of which of several the values are."""
_UNIT_IN_HEADER = re.compile(r"\(([^()]*)\)\s*$")


def read_cases(scribe: Scribe, sheet: Sheet, cls: ClassDef) -> None:
    """Scenario × episode: the bold words are the verdict, the rest the reason (ruling 9)."""
    row_field, column_field = cls.matrix
    fields = {each.name: each for each in cls.fields}
    column_class = fields[column_field].ranges[0]
    row_class = fields[row_field].ranges[0]
    bold = next((each.name for each in cls.fields if each.bold), "")
    rest = next((each.name for each in cls.fields if each.rest), "")
    section = sheet.table.section
    around = _period_around(scribe, sheet)
    for row in sheet.rows:
        first = row.cells[0]
        if not shown(first):
            continue
        name = Name(shown(first), first.start, first.end)
        scribe.add(Draft(row_class, "record", (), row.start, row.end, section, name, sheet.number))
        for column in range(1, sheet.width):
            cell, header = row.cells[column], sheet.table.header.cells[column]
            if is_missing(cell.plain):
                continue
            verdict, reason = _verdict(cell)
            facts = [
                DraftFact(row_field, RecordName(name.text, row_class, first.start, first.end), first.start, first.end),
                DraftFact(
                    column_field,
                    RecordName(shown(header), column_class, header.start, header.end, around),
                    header.start,
                    header.end,
                ),
            ]
            if verdict and bold:
                facts.append(DraftFact(bold, verdict, cell.start, cell.end))
            if reason and rest:
                facts.append(DraftFact(rest, reason, cell.start, cell.end))
            facts.extend(scribe.mentions(cell))
            scribe.add(Draft(cls.name, "record", tuple(facts), row.start, row.end, section, table=sheet.number))


def _period_around(scribe: Scribe, sheet: Sheet) -> Period | None:
    if sheet.period is not None:
        return sheet.period
    for section in scribe.heading_chain(sheet.table.section):
        if scribe.sections[section].period is not None:
            return scribe.sections[section].period
    return None


def _verdict(cell: Inline) -> tuple[str, str]:
    if cell.strong and cell.strong[0][0] == 0:
        end = cell.strong[0][1]
        return cell.plain[:end].strip(" :.—–"), cell.plain[end:].strip().lstrip("—–-:").strip()
    parts = _DASH.split(cell.plain, maxsplit=1)
    return (parts[0], parts[1]) if len(parts) == 2 and len(parts[0].split()) <= 3 else ("", cell.plain)


def read_observations(scribe: Scribe, sheet: Sheet, cls: ClassDef) -> None:
    """Metric × columns: one observation a cell, about what the column names."""
    vote, look, section = scribe.vote(), scribe.lookup, sheet.table.section
    plans = [
        by_cell(plan_column(cls.value, sheet.column(column), header=sheet.headers[column])) for column in range(1, sheet.width)
    ]
    reader, beside = CellReader(scribe), _beside(look, cls, sheet)
    labels = _labels(look, sheet, tuple(beside))
    values = [column for column in range(1, sheet.width) if column not in beside and not labels.are(column)]
    heads = column_heads(sheet, scribe.schema, frozenset(values))
    dated = any(plan.kind == "period" for plan in beside.values())
    for number, row in enumerate(sheet.rows):
        metric = shown(row.cells[0])
        if not metric:
            continue
        extra = [fact for column, plan in beside.items() for fact in reader.read(plan, row.cells[column], number).facts]
        bracketed = accounts(row.cells[1:])
        scribe.used.update([row.cells[index].start for index in labels.qualifiers])
        unit = row.cells[labels.unit] if labels.unit >= 0 else None
        for column in values:
            header = sheet.table.header.cells[column]
            plan = in_brackets(plans[column - 1]) if bracketed else plans[column - 1]
            subject, said = _of_column(cls, sheet, column, heads[column], vote, sure=not dated)
            if labels.qualifiers:  # which of several rows a value stands in says more than what its column may be the name of
                subject = subject if subject.name is not None and subject.name.target else Subject(section)
                said = labels.qualifier(row, (said or ("" if subject.name is not None else sheet.headers[column]),))
            at = row.cells[labels.qualifiers[0]] if labels.qualifiers else header
            told = [DraftFact("qualifier", said, at.start, at.end)] if said else []
            _observe(
                scribe, reader, cls, plan, row.cells[column], number, row, metric, row.cells[0], subject, sheet,
                [*told, *extra], heads[column].period, unit,
            )  # fmt: skip


def _beside(look: Lookup, cls: ClassDef, sheet: Sheet) -> dict[int, ColumnPlan]:
    """The columns that go with the others: notes, a period; of two that mean one field the first."""
    plans: dict[int, ColumnPlan] = {}
    for column, field in enumerate(look.mapped(cls.name, sheet.folded)):
        if column and field is not None and field.name != cls.value and not look.is_unit(sheet.folded[column]):
            plans[column] = plan_column(field.name, sheet.column(column), field)
    return plans


def _labels(look: Lookup, sheet: Sheet, beside: tuple[int, ...]) -> RowLabels:
    """What columns of words say of their rows, where other columns hold numbers; words in all of them are what is told."""
    unit = unit_column(look, sheet)
    others = [column for column in range(1, sheet.width) if column not in beside and column != unit]
    numbers = [column for column in others if sheet.is_numeric(column)]
    words = [column for column in others if column not in numbers]
    if not numbers:
        return RowLabels(unit=unit)
    return labels_of(look, sheet, [*words, *((unit,) if unit > 0 else ())], beside)


def _of_column(cls: ClassDef, sheet: Sheet, column: int, head: ColumnHead, vote: int, *, sure: bool) -> tuple[Subject, str]:
    """What a column's header says of its observations: their subject, else a qualifier beside the period.

    A header with a unit, and one over rows that say when or which, names only what is known: it may be a measure.
    """
    section, header = sheet.table.section, sheet.table.header.cells[column]
    if head.period is not None or head.qualifier:
        return Subject(section), head.qualifier if sheet.folded[column] not in (cls.value, f"{cls.value}s") else ""
    name = name_in(header)
    unit = _UNIT_IN_HEADER.search(name.text) if header_context(sheet.headers[column]) != ANY_QUANTITY else None
    if unit is not None and not name.target:
        name = Name(name.text[: unit.start()].rstrip(), name.start, name.end)
    if head.named and sure and unit is None:
        return Subject(section, name, certain=True), ""
    return Subject(section, name, vote=vote, otherwise="qualifier"), ""


def when_facts(scribe: Scribe, cls: ClassDef, period: Period, header: Inline) -> list[DraftFact]:
    fields = scribe.schema.fields(cls.name)
    if "year" in fields and period.precision is Precision.YEAR:
        year = DraftFact("year", period.start_date.year, header.start, header.end)
        return [year, DraftFact("period", period, header.start, header.end)]
    return [DraftFact("period", period, header.start, header.end)]


def read_pairs(scribe: Scribe, sheet: Sheet, found: Recognised) -> None:
    """Metric and value: an observation a row, about what the metric begins with, or the heading's or the note's own thing."""
    cls = found.cls
    if cls is None:
        return
    section, reader = sheet.table.section, CellReader(scribe)
    fields = list(found.fields)
    unit_at = unit_column(scribe.lookup, sheet) if sheet.width > 2 else -1
    first_value = 2 if unit_at == 1 else 1
    value_at = next((i for i, each in enumerate(fields) if each is not None and each.name == cls.value), first_value)
    plan = plan_column(cls.value, sheet.column(value_at))
    if plan.kind in ("text", "period", "thing"):
        plan = ColumnPlan(cls.value, "any", plan.values, split=False)
    around = column_heads(sheet, scribe.schema, frozenset((value_at,)))[value_at].period
    head = sheet.table.header.cells[value_at]
    named = around is None and fields[value_at] is None and sheet.width > 2 and _NAMED.search(shown(head))
    of_column = [DraftFact("qualifier", shown(head), head.start, head.end)] if named else []
    plans = {}
    for index in range(1, sheet.width):
        if index not in (value_at, unit_at):
            field = fields[index]
            plans[index] = plan_column("notes", sheet.column(index), field) if field else ColumnPlan("notes", "text")
    for number, row in enumerate(sheet.rows):
        first, cell = row.cells[0], row.cells[value_at]
        metric = shown(first)
        if not metric or (is_missing(cell.plain) and not cell.links):
            continue
        extra = [fact for index, each in plans.items() for fact in reader.read(each, row.cells[index], number).facts]
        extra.extend(of_column)
        subject = Subject(section, name_in(first), prefix=True)
        told = _named_by(scribe, plan, metric, cell)
        unit = row.cells[unit_at] if unit_at >= 0 else None
        _observe(scribe, reader, cls, told, cell, number, row, metric, first, subject, sheet, extra, around, unit)
        _own_field(scribe, row, first, cell, section)
        _trait(scribe, sheet, metric)


def _trait(scribe: Scribe, sheet: Sheet, metric: str) -> None:
    """``Born`` in a note's first table of pairs, under no heading that names another thing, says that it is about a person."""
    if scribe.first_pairs < 0:
        scribe.first_pairs = sheet.number
    cls = scribe.lookup.traits.get(fold(metric))
    if cls and scribe.first_pairs == sheet.number:
        named = (scribe.sections[each] for each in scribe.heading_chain(sheet.table.section))
        title = fold(scribe.document.title)
        if all(not each.certain or each.own is None or fold(each.own.target or each.own.text) == title for each in named):
            scribe.traits.setdefault(cls, f"row {metric}")


def _named_by(scribe: Scribe, plan: ColumnPlan, metric: str, cell: Inline) -> ColumnPlan:
    """``CEO`` before a name says what it is, as the header of a column would."""
    column_class = scribe.lookup.column_class(fold(metric))
    if not column_class or is_missing(cell.plain) or scribe.lookup.is_other_name(fold(metric)):
        return plan
    named = plan_column(plan.property, [cell], cls=column_class)
    return named if named.kind == "thing" else plan


def _own_field(scribe: Scribe, row: Row, first: Inline, cell: Inline, section: int) -> None:
    """A metric that is a declared field of things (Ticker, Sector) is that field of the thing the table is about."""
    known = scribe.lookup.thing_fields.get(shown(first).casefold())
    if known is None:
        return
    cls, field = known
    plan = plan_column(field.name, [cell], field)
    facts = CellReader(scribe).read(plan, cell).facts
    kept = [fact for fact in facts if fact.property == field.name]
    if kept:
        subject = DraftFact("", Subject(section), first.start, first.end)
        scribe.add(Draft(cls, "thing", (subject, *kept), row.start, row.end, section))


def _observe(
    scribe: Scribe, reader: CellReader, cls: ClassDef, plan: ColumnPlan, cell: Inline, number: int, row: Row, metric: str,
    at: Inline, subject: Subject, sheet: Sheet, extra: list[DraftFact] | None = None, around: Period | None = None,
    unit: Inline | None = None,
) -> None:  # fmt: skip
    """One observation: subject, metric, value in the row's unit; the period that the metric or the estimate's remark gives, else
    `around`."""
    if is_missing(cell.plain) and not cell.links:
        return
    if unit is not None and is_unit(unit):
        scribe.used.add(unit.start)
    target, period = _metric_class(scribe, cls, metric, cell, sheet.table.section)
    plan = plan_in_unit(plan, metric, unit)
    changed = parse_change(cell.plain, plan.values.quantity) if plan.kind != "text" else None
    readings = (
        [reader.read(plan, cell, number)]
        if changed is None
        else [Reading((DraftFact(cls.value, each, cell.start, cell.end),)) for each in changed]
    )
    for reading in readings:
        beside = [*(extra or []), *unit_facts(reading.facts, unit)]
        _observe_one(scribe, cls, target, period or around, reading, row, metric, at, subject, sheet, beside)


def _observe_one(
    scribe: Scribe, cls: ClassDef, target: ClassDef, period: Period | None, reading: Reading, row: Row, metric: str,
    at: Inline, subject: Subject, sheet: Sheet, extra: list[DraftFact],
) -> None:  # fmt: skip
    facts = [
        DraftFact("about", subject, at.start, at.end),
        DraftFact("metric", metric, at.start, at.end),
        *reading.facts,
        *extra,
    ]
    told = any(fact.property == "period" for fact in extra)
    if told and period is not None:  # the metric's own period; the column's says when that was known
        facts = [_remarked(fact) if fact.property == "period" else fact for fact in facts]
    elif not told and period is None:
        period = _estimate_period(reading.facts, cls)
    if period is not None:
        facts.extend(when_facts(scribe, target, period, at))
    for start, _, link in at.links:
        if link.form != "url" and not link.embed and not is_amount(at.plain, start):
            facts.append(DraftFact("mentions", name_from(link), link.start, link.end))
    if reading.beside:
        write_beside(scribe, reading.beside, metric, row, sheet.table.section, sheet.number)
    own = scribe.lookup.own_fields(target.name)
    extra_facts = surroundings(scribe, sheet, target, {fact.property for fact in facts}, sheet.table.section) if own else ()
    scribe.add(
        Draft(
            target.name,
            "record",
            tuple(qualified(scribe, [*facts, *extra_facts], target)),
            row.start,
            row.end,
            sheet.table.section,
            table=sheet.number,
        )
    )


def _remarked(fact: DraftFact) -> DraftFact:
    return DraftFact("remark", fact.value.text, fact.start, fact.end) if isinstance(fact.value, Period) else fact


def _metric_class(scribe: Scribe, cls: ClassDef, metric: str, cell: Inline, section: int) -> tuple[ClassDef, Period | None]:
    """``2025 return`` is a return of 2025; another period that the metric begins with is the observation's."""
    led = leading_period(metric, ANY_PERIOD) or _since(scribe, metric, section)
    if led is None:
        return cls, trailing_period(metric)
    period, rest = led
    words = rest.casefold().strip()
    measured = scribe.lookup.metrics.get(words)
    if measured is not None and period.precision is Precision.YEAR and classify(cell.plain) == "quantity":
        return measured, period
    return cls, period


def _since(scribe: Scribe, metric: str, section: int) -> tuple[Period, str] | None:
    """``Since Oct 29`` under a heading of January 2026 is since October 2025: the last such day before the date stated."""
    stated = next((found for each in scribe.heading_chain(section) if (found := scribe.sections[each].stated) is not None), None)
    if stated is None:
        return None
    for year in (stated.start_date.year, stated.start_date.year - 1):
        led = leading_period(metric, PeriodContext(year=year))
        if led is not None and led[0].start < stated.end:
            return led
    return None


def _estimate_period(facts: tuple[DraftFact, ...], cls: ClassDef) -> Period | None:
    """``46% (2026E)``: the remark is the period."""
    for fact in facts:
        if fact.property == cls.value and isinstance(fact.value, Quantity) and fact.value.remark and len(fact.value.remark) < 12:
            found = parse_period(fact.value.remark.removesuffix("E").removesuffix("A"))
            if isinstance(found, Period):
                return found
    return None


def read_metrics(scribe: Scribe, sheet: Sheet) -> None:
    """Numbers under headers: each header is a metric of the heading's or the note's own thing."""
    cls = scribe.lookup.observation
    if cls is None:
        return
    reader = CellReader(scribe)
    plans = [plan_column(cls.value, sheet.column(column)) for column in range(sheet.width)]
    for number, row in enumerate(sheet.rows):
        for column in range(sheet.width):
            header, cell = sheet.table.header.cells[column], row.cells[column]
            plan = plans[column]
            subject = Subject(sheet.table.section, name_in(header), prefix=True)
            _observe(scribe, reader, cls, plan, cell, number, row, shown(header), header, subject, sheet)


def name_in(cell: Inline) -> Name:
    """The name a cell may be: its link where it begins with one and is nothing else, else its words."""
    if len(cell.links) == 1 and cell.links[0][2].form != "url" and (cell.links[0][0], cell.links[0][1]) == (0, len(cell.plain)):
        return name_of_link(cell)
    return Name(shown(cell), cell.start, cell.end)
