"""In: the cells of one column, its field, its header. Out: how each of them is to be read. Room: extract.

Kind of a cell: the field's declared kind, else the column's majority, else the cell's own (ruling 14).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from rotgraph.model.schema import Field, fold
from rotgraph.model.value import Period
from rotgraph.notes.document import Inline
from rotgraph.values.columns import column_context, header_context
from rotgraph.values.context import ANY_PERIOD, ANY_QUANTITY, PeriodContext, period_column_context
from rotgraph.values.read import ANY, ValueContext, classify, is_missing, leading_period
from rotgraph.values.years import complete_years

__all__ = ["ColumnPlan", "accounts", "by_cell", "holds_only_links", "in_brackets", "is_name", "of_metric", "plan_column"]

_LINKS_ONLY = re.compile(r"[\s,;/&+·•]*(?:and)?[\s,;/&+·•]*", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\(([^()]*)\)")
_WEAK = re.compile(r"\s*(?:[&+/,;\n]|\band\b)\s*")
_JOINING = re.compile(r"[&+/]|\band\b")
_LONG_NAME, _NAME_WORDS = 80, 9
_SEPARATORS = ",;/&+·•()"
_GLUED = frozenset(("", *_SEPARATORS))
_LISTED = re.compile(r"[,;\n]")
_BETWEEN_NAMES = re.compile(r"[,;&+\n]|\band\b")


class ColumnPlan(msgspec.Struct, frozen=True, gc=False):
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


def plan_column(
    name: str,
    cells: Sequence[Inline],
    field: Field | None = None,
    *,
    header: str = "",
    cls: str = "",
    when: PeriodContext = ANY_PERIOD,
) -> ColumnPlan:
    """Decide how a column is read.

    Args:
        name: the property, when no field declares it.
        header: as written: it may say the unit of bare numbers, ``Revenue ($M)``.
        cls: class of the things in it, from its header.
        when: the year that stands around the table, for months without one.
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
        return ColumnPlan(name, "integer", ValueContext("integer"))
    kind = declared
    if kind == "any":
        kind = "thing" if cls and _names_mostly(filled) else _majority(filled)
        if kind in ("period", "text") and header_context(header).scores:
            kind = "any"  # `8/10` alone looks like a day
    if kind == "thing":
        return ColumnPlan(name, "thing", cls=cls, apart=_apart(filled))
    if kind == "text":
        return ColumnPlan(name, "text")
    unit = field.unit if field else ""
    context = column_context([cell.plain for cell in filled], header, unit=unit)
    if kind == "period":
        periods = _periods([cell.plain for cell in cells], when)
        return ColumnPlan(name, "period", periods=periods, ongoing=field.ongoing if field else "")
    if kind == "quantity" or kind == "duration":
        return ColumnPlan(name, kind, ValueContext("quantity", context), ongoing=field.ongoing if field else "")
    return ColumnPlan(name, "any", ValueContext("any", context, when))


def _names_mostly(cells: Sequence[Inline]) -> bool:
    """Whether a column whose header names a class of things holds names, not prose or numbers."""
    names = filled = 0
    for cell in cells:
        if is_missing(cell.plain):
            continue
        filled += 1
        names += _links_stand_apart(cell) if cell.links else is_name(cell.plain) and classify(cell.plain) == "text"
    return names * 2 > filled


def _apart(cells: Sequence[Inline]) -> tuple[str, ...]:
    """The names that some cells join by ``&``, ``+``, ``and`` or ``/`` and others write alone."""
    whole = "\0".join([cell.plain for cell in cells])
    if "&" not in whole and "/" not in whole and "+" not in whole and "and" not in whole:
        return ()
    joined = [cell.plain for cell in cells if _JOINING.search(cell.plain)]
    if not joined:
        return ()
    alone = {fold(part) for cell in cells for part in _LISTED.split(_PARENTHESIS.sub("", cell.plain))}
    return tuple(sorted(alone & {fold(piece) for text in joined for piece in _WEAK.split(_PARENTHESIS.sub("", text)) if piece}))


def _links_stand_apart(cell: Inline) -> bool:
    """Whether the links of a cell are names in a list, not words of a sentence: ``US/[[Europe]] focused`` is one."""
    text = cell.plain
    for start, end, _ in cell.links:
        before, after = text[:start].split(), _PARENTHESIS.sub("", text[end:]).split()
        glued = text[end : end + 1].strip() in _GLUED
        if glued and after and after[0][0].islower() and after[0] != "and":
            return False
        if before and before[-1].isalpha() and before[-1].islower() and before[-1] != "and":
            return False
    return True


def is_name(text: str) -> bool:
    bare = _PARENTHESIS.sub("", text) if "(" in text else text
    if len(bare) <= _LONG_NAME and bare.count(" ") < _NAME_WORDS and bare.isprintable():
        return True  # nearly every one
    return all(len(part) <= _LONG_NAME and len(part.split()) <= _NAME_WORDS for part in _LISTED.split(bare))


def _majority(cells: Sequence[Inline]) -> str:
    """The kind of most cells; ``any`` where none has a majority."""
    counts: dict[str, int] = {}
    texts: list[str] = []
    for cell in cells:
        if cell.links and (holds_only_links(cell) or _lists_names(cell)):
            kind = "thing"
        else:
            kind = classify(cell.plain)
            if kind == "missing":
                continue
            if kind == "text":
                texts.append(cell.plain)
        counts[kind] = counts.get(kind, 0) + 1
    if not counts:
        return "any"
    total = sum(counts.values())
    kind, most = max(counts.items(), key=_count)
    if most * 2 <= total:
        if counts.get("thing", 0) * 2 == total and sum(text[0].isupper() and is_name(text) for text in texts) * 2 == total:
            return "thing"  # half of the names are linked, half only written
        quantities = counts.get("quantity", 0) + counts.get("duration", 0)
        return "quantity" if quantities * 2 > total else "any"
    return kind


def _count(pair: tuple[str, int]) -> int:
    return pair[1]


def _lists_names(cell: Inline) -> bool:
    """Whether a cell with links lists names, some of them unlinked: ``Ben, [[Ana]]``."""
    parts = [part.strip() for part in _BETWEEN_NAMES.split(_PARENTHESIS.sub("", cell.plain))]
    links = {cell.plain[start:end].strip() for start, end, link in cell.links if link.form != "url" and not link.embed}
    named = [part for part in parts if part]
    return any(part in links for part in named) and all(
        part in links or (part[0].isupper() and len(part.split()) <= 3 and classify(part) == "text") for part in named
    )


def holds_only_links(cell: Inline) -> bool:
    at = 0
    for start, end, link in cell.links:
        if link.form == "url" or link.embed or not _LINKS_ONLY.fullmatch(cell.plain[at:start]):
            return False
        at = end
    if at == len(cell.plain):
        return True
    return bool(_LINKS_ONLY.fullmatch(_PARENTHESIS.sub("", cell.plain[at:])))


def _periods(texts: Sequence[str], when: PeriodContext) -> tuple[Period | None, ...]:
    """Each cell's period; one without a year takes it from the rows around it, else from the caption."""
    context = period_column_context(texts, when)
    read = complete_years(texts, context)
    return tuple(
        [
            beside if isinstance(beside := leading_period(text.strip(), context)[0] if period is None else period, Period) else None
            for text, period in zip(texts, read, strict=True)
        ]
    )


def accounts(cells: Sequence[Inline]) -> bool:
    """Whether the cells of a row, which measure one thing, show accounting's brackets: ``Net loss | ($88M) | ($64M)``."""
    if not any(cell.plain.startswith("(") for cell in cells):
        return False
    return column_context([cell.plain for cell in cells]).accounting


def in_brackets(plan: ColumnPlan) -> ColumnPlan:
    """The plan for a cell of a row that shows accounting's brackets."""
    return replace(plan, values=replace(plan.values, quantity=replace(plan.values.quantity, accounting=True)))


def by_cell(plan: ColumnPlan) -> ColumnPlan:
    """The plan of a column over rows that each measure something else: words in most of them say nothing of the others' numbers."""
    return ColumnPlan(plan.property, "any", plan.values, split=False) if plan.kind == "text" else plan


def of_metric(plan: ColumnPlan, metric: str) -> ColumnPlan:
    """The plan for one row whose first cell says the unit of its bare numbers: ``Gross margin (%)``."""
    said = header_context(metric)
    if said == ANY_QUANTITY or plan.kind not in ("quantity", "duration", "any"):
        return plan
    known = plan.values.quantity
    return replace(plan, values=replace(plan.values, quantity=replace(said, decimal=known.decimal, accounting=known.accounting)))
