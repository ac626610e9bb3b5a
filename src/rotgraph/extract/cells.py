"""In: the cells of one column. Out: draft facts, each by the kind its field or its column says. Room: extract.

Kind of a cell: the field's declared kind, else the column's majority, else the cell's own (ruling 14).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rotgraph.extract.scribe import Scribe, is_amount, names_of
from rotgraph.model.draft import DraftFact, DraftValue, Name
from rotgraph.model.schema import ClassDef, Field, fold
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period, Quantity
from rotgraph.notes.document import Inline
from rotgraph.values.columns import column_context, header_context
from rotgraph.values.context import ANY_PERIOD, ANY_QUANTITY, PeriodContext, period_column_context
from rotgraph.values.doubt import Doubt
from rotgraph.values.quantity import parse_quantity
from rotgraph.values.read import ANY, Missing, ValueContext, classify, is_missing, leading_period, read_value
from rotgraph.values.several import parse_change, parse_several
from rotgraph.values.status import is_open_status
from rotgraph.values.years import complete_years

__all__ = ["Beside", "CellReader", "ColumnPlan", "Reading", "beside_class", "of_metric", "plan_column", "text_fact"]

_LINKS_ONLY = re.compile(r"[\s,;/&+·•]*(?:and)?[\s,;/&+·•]*", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\(([^()]*)\)")
_NAMED_VALUE = re.compile(r"\s*(\S.*?)\s+(?=[~≈<>+\-−–$€£¥]*\s?\d)")
_WEAK = re.compile(r"\s*(?:[&+/,;\n]|\band\b)\s*")
_JOINING = re.compile(r"[&+/]|\band\b")
_LONG_NAME, _NAME_WORDS = 80, 9
_SEPARATORS = ",;/&+·•()"


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """How the cells of a column are read."""

    property: str
    kind: str
    """``text quantity duration period integer thing any``."""
    values: ValueContext = ANY
    periods: tuple[Period | None, ...] = ()
    """Per row, completed by the neighbours."""
    cls: str = ""
    side: bool = False
    split: bool = True
    ongoing: str = ""
    """The property that takes a word such as Ongoing."""
    apart: tuple[str, ...] = ()
    """Names between ``&`` or ``/`` that other cells write alone (ruling 23)."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A value in parentheses beside a name: ``XLE +18%``."""

    name: Name
    certain: bool
    value: Quantity


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell says."""

    facts: tuple[DraftFact, ...]
    beside: tuple[Beside, ...] = ()


def plan_column(
    name: str,
    cells: Sequence[Inline],
    field: Field | None = None,
    *,
    header: str = "",
    cls: str = "",
    year: int | None = None,
) -> ColumnPlan:
    """Decide how a column is read.

    Args:
        name: the property, when no field declares it.
        header: as written: it may say the unit of bare numbers, ``Revenue ($M)``.
        cls: class of the things in it, from its header.
        year: from the caption or heading, for months without one.
    """
    filled = [cell for cell in cells if cell.plain or cell.links]
    declared = field.kind if field else "any"
    name = field.name if field else name
    if declared == "text":
        return ColumnPlan(name, "text")
    if declared == "thing" and field is not None:
        cls = field.ranges[0] if field.ranges else ""
        apart = _apart(filled) if field.split else ()
        return ColumnPlan(name, "thing", cls=cls, side=field.side, split=field.split, apart=apart)
    if declared == "integer":
        return ColumnPlan(name, "integer")
    kind = declared
    if kind == "any":
        kind = "thing" if cls and _names_mostly(filled) else _majority(filled)
    if kind == "thing":
        return ColumnPlan(name, "thing", cls=cls, apart=_apart(filled))
    if kind == "text":
        return ColumnPlan(name, "text")
    unit = field.unit if field else ""
    context = column_context([cell.plain for cell in filled], header, unit=unit)
    if kind == "period":
        periods = _periods([cell.plain for cell in cells], year)
        return ColumnPlan(name, "period", periods=periods, ongoing=field.ongoing if field else "")
    if kind == "quantity" or kind == "duration":
        return ColumnPlan(name, kind, ValueContext("quantity", context), ongoing=field.ongoing if field else "")
    return ColumnPlan(name, "any", ValueContext("any", context, PeriodContext(year=year)))


def _names_mostly(cells: Sequence[Inline]) -> bool:
    """Whether a column whose header names a class of things holds names, not prose or numbers."""
    names = filled = 0
    for cell in cells:
        if is_missing(cell.plain):
            continue
        filled += 1
        names += _links_stand_apart(cell) if cell.links else _is_name(cell.plain) and classify(cell.plain) == "text"
    return names * 2 > filled


def _apart(cells: Sequence[Inline]) -> tuple[str, ...]:
    """The names that some cells join by ``&``, ``+``, ``and`` or ``/`` and others write alone."""
    joined = [cell.plain for cell in cells if _JOINING.search(cell.plain)]
    if not joined:
        return ()
    alone = {fold(part) for cell in cells for part in re.split(r"[,;\n]", _PARENTHESIS.sub("", cell.plain))}
    return tuple(sorted(alone & {fold(piece) for text in joined for piece in _WEAK.split(_PARENTHESIS.sub("", text)) if piece}))


def _links_stand_apart(cell: Inline) -> bool:
    """Whether the links of a cell are names in a list, not words of a sentence: ``US/[[Europe]] focused`` is one."""
    text = cell.plain
    for start, end, _ in cell.links:
        before, after = text[:start].split(), _PARENTHESIS.sub("", text[end:]).split()
        glued = text[end : end + 1].strip() in ("", *_SEPARATORS)
        if glued and after and after[0][0].islower() and after[0] != "and":
            return False
        if before and before[-1].isalpha() and before[-1].islower() and before[-1] != "and":
            return False
    return True


def _is_name(text: str) -> bool:
    bare = _PARENTHESIS.sub("", text)
    return all(len(part) <= _LONG_NAME and len(part.split()) <= _NAME_WORDS for part in re.split(r"[,;\n]", bare))


def _majority(cells: Sequence[Inline]) -> str:
    """The kind of most cells; ``any`` where none has a majority."""
    counts: Counter[str] = Counter()
    names = 0
    for cell in cells:
        if cell.links and (_only_links(cell) or _lists_names(cell)):
            counts["thing"] += 1
            continue
        kind = classify(cell.plain)
        if kind != "missing":
            counts[kind] += 1
            names += kind == "text" and cell.plain[0].isupper() and _is_name(cell.plain)
    total = counts.total()
    if not total:
        return "any"
    kind, most = counts.most_common(1)[0]
    if most * 2 <= total:
        if counts["thing"] and counts["thing"] * 2 == total and names * 2 == total:
            return "thing"  # half of the names are linked, half only written
        quantities = counts["quantity"] + counts["duration"]
        return "quantity" if quantities * 2 > total else "any"
    return kind


def _lists_names(cell: Inline) -> bool:
    """Whether a cell with links lists names, some of them unlinked: ``Ben, [[Ana]]``."""
    parts = [part.strip() for part in re.split(r"[,;&+\n]|\band\b", _PARENTHESIS.sub("", cell.plain))]
    links = {cell.plain[start:end].strip() for start, end, link in cell.links if link.form != "url" and not link.embed}
    named = [part for part in parts if part]
    return any(part in links for part in named) and all(
        part in links or (part[0].isupper() and len(part.split()) <= 3 and classify(part) == "text") for part in named
    )


def _is_linked(cell: Inline, size: int) -> bool:
    """Whether a cell begins with a link of that size: what looks like a number is a name then, as the firm ``[[99]]``."""
    return any((start, end) == (0, size) and link.form != "url" and not link.embed for start, end, link in cell.links)


def _only_links(cell: Inline) -> bool:
    at = 0
    for start, end, link in cell.links:
        if link.form == "url" or link.embed or not _LINKS_ONLY.fullmatch(cell.plain[at:start]):
            return False
        at = end
    return bool(_LINKS_ONLY.fullmatch(_PARENTHESIS.sub("", cell.plain[at:])))


def _periods(texts: Sequence[str], year: int | None) -> tuple[Period | None, ...]:
    """Each cell's period; one without a year takes it from the rows around it, else from the caption."""
    context = period_column_context(texts, year=year)
    read = complete_years(texts, context)
    found = []
    for text, period in zip(texts, read, strict=True):
        beside = leading_period(text.strip(), context)[0] if period is None else period
        found.append(beside if isinstance(beside, Period) else None)
    return tuple(found)


def of_metric(plan: ColumnPlan, metric: str) -> ColumnPlan:
    """The plan for one row whose first cell says the unit of its bare numbers: ``Gross margin (%)``."""
    said = header_context(metric)
    if said == ANY_QUANTITY or plan.kind not in ("quantity", "duration", "any"):
        return plan
    return replace(plan, values=replace(plan.values, quantity=replace(said, decimal=plan.values.quantity.decimal)))


def text_fact(scribe: Scribe, name: str, cell: Inline) -> list[DraftFact]:
    """A cell as text, with the links in it as mentions."""
    return [DraftFact(name, cell.plain.replace("\n", " "), cell.start, cell.end), *scribe.mentions(cell)]


class CellReader:
    """Reads the cells of one table's row, column by column."""

    def __init__(self, scribe: Scribe) -> None:
        self.scribe = scribe

    def read(self, plan: ColumnPlan, cell: Inline, row: int = 0) -> Reading:
        """What a cell says of the record it stands in.

        Diagnostics: RG301 to RG305 (doubtful values), RG310 (a link inside an amount).
        """
        text = cell.plain
        if is_missing(text):
            self.scribe.missing += bool(text)
            return Reading((DraftFact("missing", plan.property, cell.start, cell.end),) if text else ())
        if plan.ongoing and is_open_status(text):
            return Reading((DraftFact(plan.ongoing, text, cell.start, cell.end),))
        if plan.kind == "thing":
            return self._things(plan, cell)
        if plan.kind == "period":
            return self._period(plan, cell, row)
        if plan.kind == "text":
            return Reading(tuple(text_fact(self.scribe, plan.property, cell)), self._linked_values(cell))
        return self._value(plan, cell)

    def _period(self, plan: ColumnPlan, cell: Inline, row: int) -> Reading:
        period = plan.periods[row] if row < len(plan.periods) else None
        if period is None:
            found, _ = leading_period(cell.plain, ANY_PERIOD)
            if isinstance(found, Doubt):
                self._doubt(cell, found)
            return Reading(tuple(text_fact(self.scribe, plan.property, cell)))
        facts = [DraftFact(plan.property, period, cell.start, cell.end), *self.scribe.mentions(cell)]
        _, remark = leading_period(cell.plain, PeriodContext(year=2000))
        if remark:
            facts.append(DraftFact("remark", remark, cell.start, cell.end))
        return Reading(tuple(facts))

    def _value(self, plan: ColumnPlan, cell: Inline) -> Reading:
        value = read_value(cell.plain, plan.values)
        if isinstance(value, Doubt):
            self._doubt(cell, value)
            value = cell.plain
        if isinstance(value, str | Missing):
            parts = self._parts(plan, cell)
            if parts:
                return Reading((*parts, *self.scribe.mentions(cell)))
            if plan.kind == "any" and cell.links and _only_links(cell):
                return self._things(plan, cell)
            return Reading(tuple(text_fact(self.scribe, plan.property, cell)), self._linked_values(cell))
        if plan.kind == "any" and isinstance(value, Quantity) and _is_linked(cell, len(value.text)):
            return self._things(plan, cell)
        facts = [DraftFact(plan.property, value, cell.start, cell.end)]
        if isinstance(value, Quantity):
            facts.extend(self._around(cell, value))
            if value.remark:
                facts.append(DraftFact("remark", value.remark, cell.start, cell.end))
        else:
            facts.extend(self.scribe.mentions(cell))
        return Reading(tuple(facts))

    def _around(self, cell: Inline, value: Quantity) -> list[DraftFact]:
        """Mentions in the remark; a link over the amount itself is an accident."""
        for start, _, link in cell.links:
            if start < len(value.text) and link.form != "url" and not link.embed and not is_amount(cell.plain, start):
                self.scribe.amount(cell, link)
        return [fact for fact in self.scribe.mentions(cell) if fact.start not in self.scribe.amounts]

    def _parts(self, plan: ColumnPlan, cell: Inline) -> list[DraftFact]:
        """Several values in one cell: all parts are quantities of one dimension (ruling 17)."""
        text, context = cell.plain.replace("\n", "; "), plan.values.quantity
        read = parse_change(text, context) or parse_several(text, context)
        return [DraftFact(plan.property, each, cell.start, cell.end) for each in read]

    def _doubt(self, cell: Inline, doubt: Doubt) -> None:
        self.scribe.report(cell.start, cell.end, doubt.code, doubt.reason, doubt.hint)

    def _things(self, plan: ColumnPlan, cell: Inline) -> Reading:
        if not cell.links and (not _is_name(cell.plain) or fold(cell.plain) in self.scribe.schema.sums):
            return Reading(tuple(text_fact(self.scribe, plan.property, cell)))
        text, facts = cell.plain, []
        beside: list[Beside] = []
        for hit in _PARENTHESIS.finditer(cell.plain):
            if any(start < hit.start() and end > hit.end() for start, end, _ in cell.links):
                continue
            found = self._beside(cell, hit.start(1), hit[1])
            beside.extend(found)
            if not found:
                facts.append(DraftFact("remark", hit[1], cell.start, cell.end))
                facts.extend(_inside(self.scribe, cell, hit.start(), hit.end()))
            text = f"{text[: hit.start()]}{' ' * (hit.end() - hit.start())}{text[hit.end() :]}"
        outside = tuple(each for each in cell.links if text[each[0] : each[1]].strip())
        for start, _, link in outside:
            if is_amount(cell.plain, start):
                self.scribe.amount(cell, link)
        kept = Inline(cell.start, cell.end, cell.plain, tuple(each for each in outside if each[2].start not in self.scribe.amounts))
        if text.strip():
            names: DraftValue = names_of(kept, text=text, split=plan.split, apart=plan.apart)
            facts.insert(0, DraftFact(plan.property, names, cell.start, cell.end, plan.cls, plan.side))
        return Reading(tuple(facts), tuple(beside))

    def _linked_values(self, cell: Inline) -> tuple[Beside, ...]:
        """In a column of text only a linked name with its value in parentheses is a value of its own (ruling 17)."""
        if not cell.links:
            return ()
        whole = self._beside(cell, 0, cell.plain) if "(" not in cell.plain else []
        if whole and len(whole) == len(re.split(r"[,;]", cell.plain)) and all(each.name.target for each in whole):
            return tuple(whole)  # `[[Newmont]] ~$95B, [[Barrick]] $70B`
        found: list[Beside] = []
        for hit in _PARENTHESIS.finditer(cell.plain):
            found.extend(each for each in self._beside(cell, hit.start(1), hit[1]) if each.name.target)
        return tuple(found)

    def _beside(self, cell: Inline, at: int, inside: str) -> list[Beside]:
        """Names with values in a parenthesis that begins at ``at`` of the cell; none if a part is not of that form."""
        found: list[Beside] = []
        for part in re.split(r"([,;])", inside):
            if part not in (",", ";"):
                each = _beside_of(cell, at, part)
                if each is not None:
                    found.append(each)
            at += len(part)
        return found


def _beside_of(cell: Inline, at: int, part: str) -> Beside | None:
    """``XLE +18%``: a name, then a quantity that is the rest."""
    hit = _NAMED_VALUE.match(part)
    if hit is None or len(hit[1].split()) > 4:
        return None
    value = parse_quantity(part[hit.end() :].strip())
    if not isinstance(value, Quantity) or value.remark or (not value.unit and not value.approximate):
        return None
    start = at + hit.start(1)
    for left, right, link in cell.links:
        if left <= start < right and link.form != "url":
            name = Name(link.shown, link.start, link.end, link.target, link.fragment, link.form)
            return Beside(name, certain=True, value=value)
    words = hit[1]
    if not any(each.isalpha() for each in words):
        return None
    return Beside(Name(words, cell.start, cell.end), certain=words[0].isupper(), value=value)


def _inside(scribe: Scribe, cell: Inline, start: int, end: int) -> list[DraftFact]:
    links = {link.start for left, _, link in cell.links if start <= left < end}
    return [fact for fact in scribe.mentions(cell) if fact.start in links]


def beside_class(classes: Sequence[ClassDef], value: Quantity) -> str:
    """The class of a value beside a name: by its dimension, as the schema says."""
    dimension = unit_of(value.unit).dimension
    rest = ""
    for each in classes:
        if dimension in each.beside:
            return each.name
        if "any" in each.beside:
            rest = each.name
    return rest
