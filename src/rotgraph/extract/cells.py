"""In: the cells of one column, and how it is read. Out: draft facts. Room: extract.

What is made for every cell is a msgspec struct, as in `notes.document`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from rotgraph.extract.column_plan import ColumnPlan, holds_only_links, is_name
from rotgraph.extract.scribe import Scribe, is_amount, names_of
from rotgraph.extract.sections import name_from
from rotgraph.model.draft import DraftFact, DraftValue, Name, Names
from rotgraph.model.schema import ClassDef, fold
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Quantity
from rotgraph.notes.document import Inline
from rotgraph.values.context import ANY_PERIOD, PeriodContext
from rotgraph.values.doubt import Doubt
from rotgraph.values.footnotes import unmarked
from rotgraph.values.quantity import parse_quantity
from rotgraph.values.read import MISSING, Missing, leading_period, read_value
from rotgraph.values.several import parse_change, parse_several
from rotgraph.values.status import is_open_status

__all__ = ["Beside", "CellReader", "Reading", "beside_class", "text_fact"]

_PARENTHESIS = re.compile(r"\(([^()]*)\)")
_NAMED_VALUE = re.compile(r"\s*(\S.*?)\s+(?=[~≈<>+\-−–$€£¥]*\s?\d)")
_COMMAS, _KEPT_COMMAS = re.compile(r"[,;]"), re.compile(r"([,;])")


class Beside(msgspec.Struct, frozen=True, gc=False):
    """A value in parentheses beside a name: ``XLE +18%``."""

    name: Name
    certain: bool
    value: Quantity


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What one cell says."""

    facts: tuple[DraftFact, ...]
    beside: tuple[Beside, ...] = ()


_NOTHING = Reading(())

def _is_linked(cell: Inline, size: int) -> bool:
    """Whether a cell begins with a link of that size: what looks like a number is a name then, as the firm ``[[99]]``."""
    return any((start, end) == (0, size) and link.form != "url" and not link.embed for start, end, link in cell.links)


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
        if text.strip() in MISSING:
            return Reading((DraftFact("missing", plan.property, cell.start, cell.end),)) if text else _NOTHING
        if plan.ongoing and is_open_status(text):
            return Reading((DraftFact(plan.ongoing, text, cell.start, cell.end),))
        kind = plan.kind
        if kind == "thing":
            return self._things(plan, cell)
        if kind == "period":
            return self._period(plan, cell, row)
        return self._text(plan, cell) if kind == "text" else self._value(plan, cell)

    def _text(self, plan: ColumnPlan, cell: Inline) -> Reading:
        if cell.links:
            return Reading(tuple(text_fact(self.scribe, plan.property, cell)), self._linked_values(cell))
        return Reading((DraftFact(plan.property, cell.plain.replace("\n", " "), cell.start, cell.end),))

    def _period(self, plan: ColumnPlan, cell: Inline, row: int) -> Reading:
        period = plan.periods[row] if row < len(plan.periods) else None
        if period is None:
            found, _ = leading_period(cell.plain, ANY_PERIOD)
            if isinstance(found, Doubt):
                self._doubt(cell, found)
            return Reading(tuple(text_fact(self.scribe, plan.property, cell)))
        if not cell.links and cell.plain == period.text:
            return Reading((DraftFact(plan.property, period, cell.start, cell.end),))
        facts = [DraftFact(plan.property, period, cell.start, cell.end), *self.scribe.mentions(cell)]
        _, remark = leading_period(cell.plain, PeriodContext(year=2000))
        if remark:
            facts.append(DraftFact("remark", remark, cell.start, cell.end))
        return Reading(tuple(facts))

    def _value(self, plan: ColumnPlan, cell: Inline) -> Reading:
        value = read_value(cell.plain, plan.values)
        if not cell.links and value.__class__ is Quantity and not value.remark:
            return Reading((DraftFact(plan.property, value, cell.start, cell.end),))
        if isinstance(value, Doubt):
            self._doubt(cell, value)
            value = cell.plain
        if isinstance(value, str | Missing):
            parts = self._parts(plan, cell)
            if parts:
                return Reading((*parts, *self.scribe.mentions(cell)))
            if plan.kind == "any" and cell.links and holds_only_links(cell):
                return self._things(plan, cell)
            return self._text(plan, cell)
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
        if not cell.links and (not is_name(cell.plain) or fold(cell.plain) in self.scribe.schema.sums):
            return Reading(tuple(text_fact(self.scribe, plan.property, cell)))
        text, facts = unmarked(cell.plain), []
        if "(" not in text and not self.scribe.amounts:  # most cells
            links = []
            for start, end, link in cell.links:
                if is_amount(text, start):
                    break
                if end > start and link.form != "url" and not text[start:end].isspace():
                    links.append((start, end, name_from(link)))
            else:
                named = Names(text, cell.start, cell.end, tuple(links), plan.split, (), plan.apart)
                return Reading((DraftFact(plan.property, named, cell.start, cell.end, plan.cls, plan.side),))
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
        if whole and len(whole) == len(_COMMAS.split(cell.plain)) and all(each.name.target for each in whole):
            return tuple(whole)  # `[[Newmont]] ~$95B, [[Barrick]] $70B`
        found: list[Beside] = []
        for hit in _PARENTHESIS.finditer(cell.plain):
            found.extend(each for each in self._beside(cell, hit.start(1), hit[1]) if each.name.target)
        return tuple(found)

    def _beside(self, cell: Inline, at: int, inside: str) -> list[Beside]:
        """Names with values in a parenthesis that begins at ``at`` of the cell; none if a part is not of that form.

        Words without a capital name something only where the lexicon knows them: ``oil -5%``, not ``paid $476M``.
        """
        found: list[Beside] = []
        for part in _KEPT_COMMAS.split(inside):
            if part not in (",", ";"):
                each = _beside_of(cell, at, part)
                if each is not None and (each.certain or self._is_known(each.name.text)):
                    found.append(each)
            at += len(part)
        return found

    def _is_known(self, words: str) -> bool:
        return fold(words).replace(" ", "") in self.scribe.lookup.tag_entries


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
    return Beside(Name(words, cell.start, cell.end), certain=_is_capital(words), value=value)


def _is_capital(words: str) -> bool:
    """Whether words begin with a name: ``Marl``, ``iShares``, not ``$170M over``."""
    first = words.split()[0]
    return first[0].isalpha() and any(letter.isupper() for letter in first)


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
