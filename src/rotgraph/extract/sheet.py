"""In: a table of a note and what stands around it. Out: the table as the readers see it, and its orientation. Room: extract.

Eight orientations, no kinds of tables: which class a table makes is data of the schema.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import Enum
from functools import cached_property, lru_cache

from rotgraph.extract.headers import Lookup, is_meant
from rotgraph.extract.scribe import Scribe
from rotgraph.extract.sections import caption_period, read_period, stated_in
from rotgraph.late import dataclass
from rotgraph.model.schema import ClassDef, Field, fold
from rotgraph.model.value import Period, Precision
from rotgraph.notes.document import Inline, Row, Table
from rotgraph.values.columns import column_context
from rotgraph.values.context import ANY_PERIOD, PeriodContext
from rotgraph.values.read import classify, is_missing

__all__ = ["Orientation", "Recognised", "Sheet", "is_numeric", "recognise"]


_YEAR = re.compile(r"(?<![\w.,-])(?:19[5-9]\d|20[0-4]\d)(?![\w%-])")


class Orientation(Enum):
    """How a table is read."""

    ROWS = "rows are records"
    COLUMNS = "columns are records"
    CASES = "matrix of cases"
    OBSERVATIONS = "matrix of observations"
    WIDE = "wide periods"
    PAIRS = "key and value"
    METRICS = "metrics in the header"
    PICTURES = "pictures"


@dataclass(frozen=True)
class Sheet:
    """A table, its headers as text, what stands around it."""

    table: Table
    number: int
    """Which table of the note it is."""
    headers: tuple[str, ...]
    folded: tuple[str, ...]
    caption: str
    """The words right above it."""
    heading: str
    around: tuple[str, ...] = ()
    """The headings that the table's own stands under, innermost first, and what the note is called: they may say the year."""

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.table.rows

    @cached_property
    def _columns(self) -> tuple[tuple[Inline, ...], ...]:
        return tuple(zip(*(row.cells for row in self.rows), strict=True)) or ((),) * self.width

    def column(self, index: int) -> tuple[Inline, ...]:
        return self._columns[index]

    @cached_property
    def _numeric(self) -> dict[int, bool]:
        return {}

    def is_numeric(self, index: int) -> bool:
        """Whether most cells of a column that are not missing are quantities; several readings ask it."""
        found = self._numeric.get(index)
        if found is None:
            found = self._numeric[index] = is_numeric(self.column(index))
        return found

    @property
    def width(self) -> int:
        return len(self.headers)

    @cached_property
    def period(self) -> Period | None:
        """The period that the caption or the heading gives to the whole table."""
        return caption_period(self.caption) or caption_period(self.heading)

    @cached_property
    def corner(self) -> Period | None:
        """The period that the first header is: of all that the table measures, as `FQ3-26 | Actual | Consensus`."""
        return _header_period(self.headers[0], ANY_PERIOD)

    @cached_property
    def when(self) -> PeriodContext:
        """The year of months and quarters that name none: of that period, else the one year that the words around hold, the
        nearest ones first; a note that is called by a day speaks of what is near to it."""
        period = self.period
        if period is not None and 0 < period.start < date.max.toordinal():
            return PeriodContext(year=period.start_date.year)
        for text in (self.headers[0], self.caption, self.heading, *self.around):
            if (found := _years_in(text)) is not None:
                return found
        return ANY_PERIOD


@lru_cache(maxsize=1 << 12)
def _years_in(text: str) -> PeriodContext | None:
    """What the words of a caption, a heading or a title say of the year; None where they hold none."""
    if not any(each.isdigit() for each in text):
        return None
    day = stated_in(text)
    if day is not None and day.precision is Precision.DAY:
        return PeriodContext(near=day.start)
    years = set(_YEAR.findall(text))
    if not years:
        return None
    return PeriodContext(year=int(years.pop())) if len(years) == 1 else ANY_PERIOD


@dataclass(frozen=True)
class Recognised:
    """An orientation, why, and what the schema makes of the headers."""

    orientation: Orientation
    reason: str
    cls: ClassDef | None = None
    fields: tuple[Field | None, ...] = ()
    periods: tuple[Period | None, ...] = ()
    """Of the headers, where the columns are periods."""


def recognise(scribe: Scribe, sheet: Sheet) -> Recognised:
    """Decide how a table is read: the first of the readings below that its headers and cells bear out."""
    look = scribe.lookup
    override = look.overrides.get(fold(sheet.heading))
    if override:
        chosen = _overridden(look, sheet, override)
        if chosen:
            return chosen
    periods = _header_periods(sheet)
    for found in (
        _pictures(sheet),
        _columns(look, sheet) if not sheet.folded[0] else None,
        _rows_of_class(look, sheet),
        _wide(look, sheet, periods),
        _cases(look, sheet),
        _pairs(look, sheet),
        _metrics(sheet),
    ):
        if found is not None:
            return found
    if not sheet.folded[0]:
        return _unnamed(sheet)
    return Recognised(Orientation.ROWS, f"no class has its headers: one `{sheet.folded[0]}` a row")


def _overridden(look: Lookup, sheet: Sheet, value: str) -> Recognised | None:
    for each in Orientation:
        if fold(each.value) == fold(value) or each.name.casefold() == fold(value):
            return Recognised(each, "rotgraph.toml says so", periods=_header_periods(sheet))
    definition = look.schema.by_word.get(fold(value).replace(" ", "_"))
    if definition is None:
        return None
    return Recognised(Orientation.ROWS, "rotgraph.toml says so", definition, look.mapped(definition.name, sheet.folded))


def _header_periods(sheet: Sheet) -> tuple[Period | None, ...]:
    """The period of each header that is one; months and quarters without a year take it from the caption or heading."""
    found = tuple(_header_period(header, ANY_PERIOD) for header in sheet.headers)
    context = sheet.when if not any(found) else ANY_PERIOD
    if context == ANY_PERIOD:
        return found
    return (None, *(_header_period(header, context) for header in sheet.headers[1:]))


@lru_cache(maxsize=1 << 13)
def _header_period(header: str, context: PeriodContext) -> Period | None:
    text = header.strip()
    if not text or len(text) > 24 or (context == ANY_PERIOD and not any(each.isdigit() for each in text)):
        return None
    text = text.removesuffix(" 00:00:00")
    for written in (text, text.removesuffix("E"), text.removesuffix("A"), text.removesuffix(" (E)")):
        found = read_period(written, context)
        if found is not None:
            return found
    return None


def _pictures(sheet: Sheet) -> Recognised | None:
    for row in sheet.rows:
        for cell in row.cells:  # the first one that is not empty: a picture, and then all of them
            if cell.plain or cell.links:
                if _is_picture(cell) and all(_is_picture(each) for each in row.cells if each.plain or each.links):
                    return Recognised(Orientation.PICTURES, "a row of embedded pictures")
                break
    return None


def _is_picture(cell: Inline) -> bool:
    return bool(cell.links) and not cell.plain.strip() and any(link.embed for _, _, link in cell.links)


def _columns(look: Lookup, sheet: Sheet) -> Recognised | None:
    """An empty first header over the fields of a class."""
    labels = tuple([fold(cell.plain).strip(" :") for cell in sheet.column(0)])
    best: tuple[int, ClassDef, tuple[Field | None, ...]] | None = None
    for definition in look.table_classes:
        if look.headers[definition.name].keys().isdisjoint(labels):
            continue
        fields = look.mapped(definition.name, labels)
        names = {each.name for each in fields if each is not None} | set(definition.key[:1])
        known = sum(each is not None for each in fields)
        if known * 2 < len(labels) or known < 2 or not any(names.issuperset(wanted) for wanted in definition.tables):
            continue
        if best is None or known > best[0]:
            best = (known, definition, fields)
    if best is None:
        return None
    reason = f"the first header is empty and the first column names fields of `{best[1].name}`"
    return Recognised(Orientation.COLUMNS, reason, best[1], best[2])


def _rows_of_class(look: Lookup, sheet: Sheet) -> Recognised | None:
    found = look.table_class(sheet.folded)
    if found is None or not _measured_as(sheet, *found):
        return None
    definition, fields = found
    return Recognised(Orientation.ROWS, f"its headers are fields of `{definition.name}`", definition, fields)


def _measured_as(sheet: Sheet, definition: ClassDef, fields: Sequence[Field | None]) -> bool:
    """Whether the column of the class's value holds what its field measures: ``Change`` of ``-$336M`` is no move of a price."""
    for index, field in enumerate(fields):
        if field is not None and field.name == definition.value and field.unit:
            shown = column_context([cell.plain for cell in sheet.column(index)]).unit
            return shown in ("", "number", field.unit)
    return True


def _wide(look: Lookup, sheet: Sheet, periods: tuple[Period | None, ...]) -> Recognised | None:
    dated = sum(each is not None for each in periods[1:])
    if periods[0] is not None or dated == 0 or dated * 2 < sheet.width - 1 or (dated == 1 and sheet.width > 2):
        return None
    if (
        dated == 1
        and sheet.folded[0]
        and not look.column_class(sheet.folded[0])
        and not look.is_pair(sheet.folded[0])
    ):
        return None
    around = f"{fold(sheet.caption)} {fold(sheet.heading)}"
    words = set(around.replace(":", " ").split())
    for definition in look.wide:
        if any(set(phrase.split()) <= words for phrase in definition.wide) and not look.is_pair(sheet.folded[0]):
            return Recognised(
                Orientation.WIDE, f"its columns are periods, under words of `{definition.name}`", definition, periods=periods
            )
    return Recognised(Orientation.WIDE, "its columns are periods", periods=periods)


def _cases(look: Lookup, sheet: Sheet) -> Recognised | None:
    """The first header names a class, the cells are a bold verdict and a reason."""
    if sheet.width < 3:
        return None
    for definition in look.matrices:
        row_class = look.schema.by_name.get(definition.matrix[0])
        if row_class is None or (look.field(row_class.name, sheet.folded[0]) is None and sheet.folded[0] != row_class.name):
            continue
        cells = [cell for row in sheet.rows for cell in row.cells[1:] if not is_missing(cell.plain)]
        bold = sum(bool(cell.strong) and cell.strong[0][0] == 0 and classify(cell.plain) == "text" for cell in cells)
        if cells and bold * 2 > len(cells):
            return Recognised(
                Orientation.CASES, f"`{row_class.name}` against named columns, a bold verdict in each cell", definition
            )
    return None


def _pairs(look: Lookup, sheet: Sheet) -> Recognised | None:
    observation = look.observation
    if observation is None or (sheet.folded[0] and not look.is_pair(sheet.folded[0]) and not _measures_then(look, sheet)):
        return None
    fields = [None, *(look.field(observation.name, header) for header in sheet.folded[1:])]
    if sheet.width == 2:
        return Recognised(Orientation.PAIRS, f"two columns, the first headed `{sheet.headers[0]}`", observation, tuple(fields))
    if not sheet.folded[0] or _lists_things(look, sheet):
        return None
    known = [each.name if each is not None else "" for each in fields]
    values = [
        index
        for index in range(1, sheet.width)
        if known[index] in ("", observation.value) and not look.is_unit(sheet.folded[index])
    ]
    numbers = [index for index in values if sheet.is_numeric(index)]
    valued = any(known[index] for index in values)
    if len(values) > 1 and (_linked_headers(sheet, values) or (not any(known[1:]) and _side_by_side(sheet, values))):
        return Recognised(Orientation.OBSERVATIONS, f"`{sheet.headers[0]}` against columns alike", observation)
    if sheet.folded[0] in look.schema.thing_pair_headers and not all(known[1:]) and not numbers[1:]:
        return None
    if len(values) == 1 or (valued and numbers in ([], values[:1])) or (sheet.width == 3 and numbers == values[:1]):
        return Recognised(Orientation.PAIRS, f"`{sheet.headers[0]}`, a value and words on it", observation, tuple(fields))
    if valued or len(numbers) * 2 > len(values):
        return Recognised(Orientation.OBSERVATIONS, f"`{sheet.headers[0]}` against columns", observation)
    return None  # words in columns of their own, each with a name: they measure nothing


def _measures_then(look: Lookup, sheet: Sheet) -> bool:
    """Whether the first header is the period of measures below it: words before columns that say how a value is meant."""
    if sheet.corner is None or not any(sheet.is_numeric(index) for index in range(1, sheet.width)):
        return False
    if any(classify(row.cells[0].plain) != "text" for row in sheet.rows):
        return False
    return all(is_meant(header, look.schema) for header in sheet.headers[1:])


def _lists_things(look: Lookup, sheet: Sheet) -> bool:
    """Whether a further column holds things of a class (``Property | Location | Price``): its rows are records."""
    return any(look.column_class(header) and not sheet.is_numeric(index) for index, header in enumerate(sheet.folded) if index)


def _linked_headers(sheet: Sheet, columns: Sequence[int]) -> bool:
    cells = [sheet.table.header.cells[index] for index in columns]
    return all(any(link.form == "wikilink" for _, _, link in cell.links) for cell in cells)


def _side_by_side(sheet: Sheet, columns: Sequence[int]) -> bool:
    """Whether each row has numbers in all of some columns or in none: the columns are measured alike."""
    rows = [[classify(row.cells[index].plain) for index in columns] for row in sheet.rows]
    counts = [sum(kind in ("quantity", "duration") for kind in row) for row in rows if "missing" not in row]
    return any(counts) and all(count in (0, len(columns)) for count in counts)


def _metrics(sheet: Sheet) -> Recognised | None:
    """One row of numbers, the first one too: the headers are the metrics. Several rows would say each of them several times."""
    if len(sheet.rows) != 1:
        return None
    if all(sheet.is_numeric(index) for index in range(sheet.width)):
        return Recognised(Orientation.METRICS, "all its cells are numbers, the headers say of what")
    return None


def _unnamed(sheet: Sheet) -> Recognised:
    body = [cell for row in sheet.rows for cell in row.cells[1:]]
    if is_numeric(body):
        return Recognised(Orientation.OBSERVATIONS, "an empty first header over numbers")
    return Recognised(Orientation.COLUMNS, "an empty first header: one record a column")


def is_numeric(cells: Sequence[Inline]) -> bool:
    """Whether most cells that are not missing are quantities."""
    kinds = [classify(cell.plain) for cell in cells]
    filled = [kind for kind in kinds if kind != "missing"]
    return bool(filled) and sum(kind in ("quantity", "duration") for kind in filled) * 2 > len(filled)
