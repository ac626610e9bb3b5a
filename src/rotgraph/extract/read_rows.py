"""In: a table whose rows are records. Out: one draft a row. Room: extract."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from rotgraph.extract.cells import Beside, CellReader, Reading, beside_class
from rotgraph.extract.column_plan import ColumnPlan, plan_column
from rotgraph.extract.headers import plural_of, property_of, singular_of
from rotgraph.extract.scribe import Scribe, names_of
from rotgraph.extract.sections import name_of_link
from rotgraph.extract.sheet import Recognised, Sheet
from rotgraph.model.draft import Draft, DraftFact, Name, Subject
from rotgraph.model.schema import ClassDef, Field, fold
from rotgraph.model.value import Period, Quantity
from rotgraph.notes.document import Inline, Row
from rotgraph.values.context import PeriodContext
from rotgraph.values.footnotes import unmarked
from rotgraph.values.quantity import parse_quantity
from rotgraph.values.read import is_missing
from rotgraph.values.status import is_open_status, opened

__all__ = ["group_name", "qualified", "read_rows", "shown", "surroundings", "write_beside"]

_ARROW = re.compile(r"\s*(?:→|->|=>|➜|⟶)\s*")
_ONLY_MISSING = frozenset(("missing",))
_BEHIND = re.compile(r"(?<=\w)\s*\([^()]*\)$")
_LENGTH = re.compile(r"\b(\d+)[- ](month|year|week|day|quarter)s?\b", re.IGNORECASE)


def read_rows(scribe: Scribe, sheet: Sheet, found: Recognised) -> None:
    """One record a row: of the class the headers make up, else of a class named after the first header."""
    if found.cls is not None:
        _declared(scribe, sheet, found.cls, found.fields)
    else:
        named = scribe.schema.by_name.get(singular_of(sheet.headers[0]))
        if named is not None and "name" in named.key and scribe.schema.is_a(named.name, "record"):
            _declared(scribe, sheet, named, scribe.lookup.mapped(named.name, sheet.folded))
        else:
            _discovered(scribe, sheet)


def shown(inline: Inline) -> str:
    """The words of a cell as a name: one line, no trailing colon, no mark of a footnote."""
    text = inline.plain
    return unmarked(text if text.isalnum() else " ".join(text.split())).rstrip(":")


def surroundings(scribe: Scribe, sheet: Sheet, cls: ClassDef, given: set[str], section: int) -> list[DraftFact]:
    """Facts that the caption and the headings give where no column does (fields marked `own`)."""
    facts = []
    for each in scribe.lookup.own_fields(cls.name):
        if each.name in given:
            continue
        at = sheet.table.header
        if each.kind == "thing":
            facts.append(DraftFact(each.name, Subject(section), at.start, at.end, each.ranges[0] if each.ranges else ""))
        elif each.kind == "period":
            period = sheet.period
            if period is not None:
                facts.append(DraftFact(each.name, period, at.start, at.end))
        elif each.unit == "duration":
            hit = _LENGTH.search(sheet.caption) or _LENGTH.search(sheet.heading)
            value = parse_quantity(f"{hit[1]} {hit[2]}s") if hit else None
            if isinstance(value, Quantity):
                facts.append(DraftFact(each.name, value, at.start, at.end))
    return facts


def group_name(sheet: Sheet) -> Name:
    """The nearest heading or caption, in which a group may be named (ruling 6)."""
    header = sheet.table.header
    return Name(sheet.caption or sheet.heading, header.start, header.end)


def write_beside(scribe: Scribe, beside: tuple[Beside, ...], metric: str, row: Row, section: int, table: int) -> None:
    """Values in parentheses beside a name are observations about it; the metric is the column's or row's own name."""
    for each in beside:
        name = beside_class(scribe.schema.classes, each.value)
        if not name:
            continue
        subject = Subject(section, each.name, certain=each.certain)
        facts = (
            DraftFact("about", subject, row.start, row.end),
            DraftFact("metric", metric, row.start, row.end),
            DraftFact("value", each.value, each.name.start, each.name.end),
        )
        scribe.add(Draft(name, "record", facts, row.start, row.end, section, table=table))


def _declared(scribe: Scribe, sheet: Sheet, cls: ClassDef, fields: tuple[Field | None, ...]) -> None:
    reader, section = CellReader(scribe), sheet.table.section
    plans: list[ColumnPlan | None] = []
    for index, (header, field) in enumerate(zip(sheet.headers, fields, strict=True)):
        cells = sheet.column(index)
        if field is not None and field.name == "name":
            plans.append(None)
            continue
        plans.append(_plan(scribe, header, cells, field, sheet.folded[index], sheet.when))
    given = {plan.property for plan in plans if plan} | ({"name"} if None in plans else set())
    extra = surroundings(scribe, sheet, cls, given, section)
    complete = all(key in given for key in cls.key)
    dated = "period" in scribe.schema.fields(cls.name) and "period" not in given
    observed = "observation" in scribe.schema.by_name and scribe.schema.is_a(cls.name, "observation") and bool(cls.value)
    statuses = {plan.ongoing for plan in plans if plan and plan.ongoing}
    members = group_name(sheet) if any(plan and plan.cls in ("stock", "firm") for plan in plans) else None
    columns = [
        (index, plan, field if field is not None and field.arrow_to else None)
        for index, (plan, field) in enumerate(zip(plans, fields, strict=True))
    ]
    for number, row in enumerate(sheet.rows):
        facts: list[DraftFact] = []
        name: Name | None = None
        for (index, plan, arrow), cell in zip(columns, row.cells, strict=True):
            if plan is None:
                name = _row_name(cell)
                facts.extend(scribe.mentions(cell) if name and not name.target else ())
                continue
            if arrow is not None and _arrow(facts, arrow, cell):
                continue
            reading = reader.read(plan, cell, number)
            facts.extend(reading.facts)
            if index == 0 and dated:
                facts.extend(_as_period(plan, reading))
            if reading.beside:
                write_beside(scribe, reading.beside, sheet.headers[index], row, section, sheet.number)
        properties = {fact.property for fact in facts}
        if name is None and properties <= _ONLY_MISSING:
            continue
        if name is None and cls.key == ("name",):
            name = _first_name(row)
        if not cls.merge and "about" not in properties:
            facts.append(DraftFact("about", Subject(section), row.start, row.end))
            properties.add("about")
        if statuses:
            facts = _opened(facts, statuses)
        if observed:
            facts = _observed(scribe, facts, properties, cls, sheet, fields, row)
        scribe.add(Draft(cls.name, "record", (*facts, *extra), row.start, row.end, section, name, sheet.number, complete, members))


def _as_period(plan: ColumnPlan, reading: Reading) -> list[DraftFact]:
    """A first column of periods is the field `period` too, whatever its header (ruling 8)."""
    if plan.kind != "period":
        return []
    return [DraftFact("period", fact.value, fact.start, fact.end) for fact in reading.facts if fact.property == plan.property]


def _opened(facts: list[DraftFact], statuses: set[str]) -> list[DraftFact]:
    """``2026`` beside a status such as Ongoing is a period that goes on."""
    if not any(fact.property in statuses and isinstance(fact.value, str) and is_open_status(fact.value) for fact in facts):
        return facts
    return [
        DraftFact(fact.property, opened(fact.value), fact.start, fact.end) if isinstance(fact.value, Period) else fact
        for fact in facts
    ]


def _plan(
    scribe: Scribe, header: str, cells: Sequence[Inline], field: Field | None, folded: str, when: PeriodContext
) -> ColumnPlan:
    cls = scribe.lookup.column_class(folded) or scribe.lookup.loose_class(folded, cells)
    if (
        field is not None
        and field.kind == "thing"
        and cls
        and scribe.schema.is_a(cls, field.ranges[0] if field.ranges else "thing")
    ):
        plan = plan_column(property_of(header), cells, field, header=header, cls=cls, when=when)
        return ColumnPlan(plan.property, plan.kind, cls=cls, side=plan.side, split=plan.split, apart=plan.apart)
    return plan_column(property_of(header), cells, field, header=header, cls=cls, when=when)


def _row_name(cell: Inline) -> Name | None:
    """The name of a record: the link, where the cell is one; else its words."""
    text = shown(cell)
    if not text or is_missing(text):
        return None
    if len(cell.links) == 1 and cell.links[0][2].form != "url":
        start, end, link = cell.links[0]
        if start == 0 and end == len(cell.plain) and link.target:
            return name_of_link(cell)
    return Name(text, cell.start, cell.end)


def _bare(name: Name | None) -> Name | None:
    """A written name without the parenthesis behind it, which is a remark: ``Sara Holt (since 2020)``."""
    hit = _BEHIND.search(name.text) if name is not None and not name.target else None
    return Name(name.text[: hit.start()], name.start, name.end) if name is not None and hit else name


def _arrow(facts: list[DraftFact], field: Field, cell: Inline) -> bool:
    """``a → b`` in one cell is two fields."""
    hit = _ARROW.search(cell.plain)
    if hit is None:
        return False
    cls = field.ranges[0] if field.ranges else ""
    for name, start, end in ((field.name, 0, hit.start()), (field.arrow_to, hit.end(), len(cell.plain))):
        text = f"{' ' * start}{cell.plain[start:end]}"
        inside = tuple(each for each in cell.links if start <= each[0] < end)
        part = Inline(cell.start, cell.end, cell.plain, inside)
        facts.append(DraftFact(name, names_of(part, text=text), cell.start, cell.end, cls, field.side))
    return True


def _observed(
    scribe: Scribe, facts: list[DraftFact], properties: set[str], cls: ClassDef, sheet: Sheet,
    fields: tuple[Field | None, ...], row: Row,
) -> list[DraftFact]:  # fmt: skip
    """An observation from a row: its metric is the header of its value, its qualifier the remark that belongs to it."""
    if "metric" not in properties:
        for header, field in zip(sheet.headers, fields, strict=True):
            if field is not None and field.name == cls.value:
                facts.append(DraftFact("metric", header, row.start, row.end))
    if "about" in scribe.schema.fields(cls.name) and "about" not in properties:
        facts.append(DraftFact("about", Subject(sheet.table.section), row.start, row.end))
    return qualified(scribe, facts, cls)


def qualified(scribe: Scribe, facts: list[DraftFact], cls: ClassDef) -> list[DraftFact]:
    """The remark of the value becomes a qualifier where the schema says its first word makes one."""
    for fact in facts:
        if fact.property != cls.value:
            continue
        value = fact.value
        if value.__class__ is Quantity and value.remark:
            words = value.remark.casefold().split()
            if words and words[0] in scribe.schema.qualifiers:
                facts.append(DraftFact("qualifier", value.remark, fact.start, fact.end))
    return facts


def _discovered(scribe: Scribe, sheet: Sheet) -> None:
    """A table no schema knows: records of a class named after the first header (ruling 8)."""
    reader, section = CellReader(scribe), sheet.table.section
    classes = tuple(
        cls or scribe.lookup.loose_class(folded, sheet.column(index))
        for index, (folded, cls) in enumerate(zip(sheet.folded, scribe.lookup.column_classes(sheet.folded), strict=True))
    )
    worded = next((index for index, folded in enumerate(sheet.folded) if any(map(str.isalpha, folded))), 0)  # `#` names nothing
    named = sheet.folded.index("name") if "name" in sheet.folded else worded
    properties = _distinct([property_of(header) for header in sheet.headers])
    if sheet.folded[named] == "name" and classes[named]:
        properties[named] = classes[named]  # `name` is what every record is called
    plans = [
        plan_column(name, sheet.column(index), listing, header=sheet.headers[index], cls=classes[index], when=sheet.when)
        for index, (name, listing) in enumerate((name, _listing(scribe, classes, name)) for name in properties)
    ]
    name = singular_of(sheet.headers[worded])
    if name in scribe.schema.by_name:  # a class of things, or of records without names: its rows are no members of it
        name = f"{name}_row"
    told, members, plural = _told(scribe, sheet, properties, classes), _members(sheet, classes), plural_of(name)
    for number, row in enumerate(sheet.rows):
        facts: list[DraftFact] = []
        for index, (plan, cell) in enumerate(zip(plans, row.cells, strict=True)):
            if not cell.plain and not cell.links:
                continue
            reading = reader.read(plan, cell, number)
            facts.extend(reading.facts)
            if index == 0 and "period" not in properties:
                facts.extend(_as_period(plan, reading))
            if reading.beside:
                write_beside(scribe, reading.beside, sheet.headers[index], row, section, sheet.number)
        if not facts:
            continue
        first = (_row_name(row.cells[named]) if named else None) or _first_name(row)
        if first is not None and first.target:
            first = Name(first.text, first.start, first.end)
        facts.append(DraftFact("about", Subject(section), row.start, row.end))
        scribe.add(
            Draft(
                name,
                "record",
                tuple(facts),
                row.start,
                row.end,
                section,
                first,
                sheet.number,
                plural=plural,
                members=members,
            )
        )
        if told:
            _described(scribe, sheet, row, facts, told)


def _listing(scribe: Scribe, classes: tuple[str, ...], name: str) -> Field | None:
    """A column ``Members`` beside a group lists things."""
    turned = scribe.lookup.inverses.get(name)
    if turned is None or not turned.split or not classes[0]:
        return None
    return Field(name, "thing", split=True) if any(scribe.schema.is_a(classes[0], each) for each in turned.ranges) else None


def _members(sheet: Sheet, classes: tuple[str, ...]) -> Name | None:
    return group_name(sheet) if "stock" in classes else None


def _first_name(row: Row) -> Name | None:
    for cell in row.cells:
        text = shown(cell)
        if text and not is_missing(text):
            return Name(text, cell.start, cell.end)
    return None


def _distinct(names: list[str]) -> list[str]:
    """Headers that fold to one property keep apart: ``change``, ``change_2``."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return distinct


def _names_one(scribe: Scribe, cell: Inline, name: Name) -> bool:
    """Whether the words of a cell are the name of one thing, ``Reed.com, Inc.`` too: no list, no sum."""
    before, _, last = cell.plain.rpartition(",")
    words = before if fold(last) in scribe.schema.legal_forms else cell.plain
    alone = len(name.text.split()) <= 6 and not any(mark in words for mark in ",;/\n")
    return alone and fold(name.text) not in scribe.schema.sums


class _Told(msgspec.Struct, frozen=True):
    """What the rows of a table say of the things in one of its columns."""

    index: int
    cls: str
    main: bool
    """What is no field of its class is told of it too."""
    others: tuple[tuple[str, Field | None], ...]
    """The properties of the other columns, and the fields of the class that they are."""
    own: tuple[Field, ...]


def _told(scribe: Scribe, sheet: Sheet, properties: list[str], classes: tuple[str, ...]) -> list[_Told]:
    main = next((index for index, cls in enumerate(classes) if cls), 0)
    if main and scribe.lookup.field(classes[main], sheet.folded[0]) is None:
        main = 0
    return [
        _Told(
            index,
            cls,
            index == main,
            tuple((properties[i], scribe.lookup.field(cls, folded)) for i, folded in enumerate(sheet.folded) if i != index),
            tuple(each for each in scribe.schema.by_name[cls].fields if each.own and each.kind == "thing"),
        )
        for index, cls in enumerate(classes)
        if cls
    ]


def _described(scribe: Scribe, sheet: Sheet, row: Row, facts: list[DraftFact], told: list[_Told]) -> None:
    """What a row says of the things in it: the fields their class declares, and, for the thing in the first column, the rest too
    where it is the only row that does."""
    section = sheet.table.section
    by_property: dict[str, list[DraftFact]] = {}
    for fact in facts:
        by_property.setdefault(fact.property, []).append(fact)
    for each in told:
        cell = row.cells[each.index]
        name = _bare(_row_name(cell))
        if name is None or (not name.target and not _names_one(scribe, cell, name)):
            continue
        declared: list[DraftFact] = []
        rest: list[DraftFact] = []
        for prop, field in each.others:
            found = by_property.get(prop)
            if found is None:
                continue
            if field is not None:
                cls = field.ranges[0] if field.ranges else ""
                declared.extend([DraftFact(field.name, fact.value, fact.start, fact.end, cls) for fact in found])
            elif each.main:
                rest.extend(found)
        if declared:
            given = {fact.property for fact in declared}
            own = [
                DraftFact(field.name, Subject(section), row.start, row.end, field.ranges[0] if field.ranges else "")
                for field in each.own
                if field.name not in given
            ]
            scribe.add(Draft(each.cls, "thing", (*declared, *own), row.start, row.end, section, name, sheet.number))
        if rest:
            scribe.add(Draft(each.cls, "described", tuple(rest), row.start, row.end, section, name, sheet.number))
