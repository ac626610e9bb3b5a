"""In: an answer. Out: the chart that the kinds of its columns ask for. Room: pictures.

| columns | chart |
|---|---|
| a period, no quantity | timeline |
| a label, a year or period, a quantity, each pair once | lines, one per label; a heat map where labels are too many |
| a year or period, a quantity | a line |
| a label, three or more quantities of one kind (a pivot) | heat map |
| labels and quantities | bars |
"""

from __future__ import annotations

from collections.abc import Sequence

from rotgraph.errors import UnsupportedOperationError
from rotgraph.model.result import Answer
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Period
from rotgraph.pictures.bars import draw_bars
from rotgraph.pictures.calendar import is_drawable, year_in, year_of
from rotgraph.pictures.columns import Amount, Measure, Table, read_table
from rotgraph.pictures.figure import THEMES, Picture, Theme, drawing, said
from rotgraph.pictures.heat import draw_heat
from rotgraph.pictures.lines import MOST_LINES, Point, draw_lines
from rotgraph.pictures.timeline import Span, draw_timeline

__all__ = ["KINDS", "draw_answer", "theme_of"]

KINDS = ("bars", "lines", "heat", "timeline")


def theme_of(name: str) -> Theme:
    """A theme by its name.

    Raises:
        UnsupportedOperationError: there is none of that name.
    """
    if name not in THEMES:
        raise UnsupportedOperationError(f"the theme {name}", "rotgraph", f"one of {', '.join(THEMES)}")
    return THEMES[name]


def draw_answer(answer: Answer, title: str, *, theme: str = "light", kind: str = "", sides: Sequence[str] = ()) -> Picture:
    """The chart of an answer; ``kind`` asks for one of `KINDS`. ``sides`` are columns that a timeline writes beside its bars.

    Raises:
        UnsupportedOperationError: there is nothing to draw: no rows, or neither a quantity nor a period in them.
    """
    colours = theme_of(theme)
    if kind not in ("", *KINDS):
        raise UnsupportedOperationError(f"the chart {kind}", "rotgraph", f"one of {', '.join(KINDS)}")
    if not len(answer):
        raise UnsupportedOperationError("a picture", "an answer without rows")
    table = read_table(answer)
    kind = kind or _kind_of(table)
    with drawing():
        if kind == "timeline":
            return _timeline(table, colours, title, sides)
        if not table.measures:
            raise UnsupportedOperationError("a picture", "rows without a quantity or a period", "`show` one")
        if kind == "heat":
            return _heat(table, colours, title)
        if kind == "lines":
            return _lines(table, colours, title)
        return draw_bars(_labels(table), _alike(table), colours, title, _left_out(table.measures[0]))


def _kind_of(table: Table) -> str:
    if not table.measures:
        return "timeline" if table.periods else "bars"
    if len(_alike(table)) >= 3 and not table.years:
        return "heat"
    times = _times(table)
    if times is None or sum(each is not None for each in times) < 2:
        return "bars"
    labels = table.labels[0][1] if table.labels else ("",) * table.length
    pairs = [(label, time) for label, time in zip(labels, times, strict=True) if time is not None]
    if len(set(pairs)) < len(pairs):  # several values at one time: no line goes through them
        return "bars"
    if len(set(labels)) > MOST_LINES and table.years:
        return "heat"
    return "lines" if len(pairs) > len(set(labels)) else "bars"


def _alike(table: Table) -> tuple[Measure, ...]:
    """The measures that share an axis with the first."""
    dimension = unit_of(table.measures[0].unit).dimension
    return tuple(each for each in table.measures if unit_of(each.unit).dimension == dimension)


def _times(table: Table) -> tuple[float | None, ...] | None:
    """When each row is: a year, or the middle of its period."""
    years = _years(table)
    if years is not None:
        return tuple(None if each is None else float(each) for each in years)
    if table.periods:
        found = table.periods[0][1]
        return tuple(None if each is None or not is_drawable(each) else year_of((each.start + each.end) / 2) for each in found)
    return None


def _years(table: Table) -> tuple[int | None, ...] | None:
    """The year of each row, where there is a column of years, or of periods that all are whole ones."""
    if table.years:
        return table.years[0][1]
    found = [year_in(each) if each is not None else 0 for each in table.periods[0][1]] if table.periods else [None]
    return tuple(each or None for each in found) if None not in found and any(found) else None


def _labels(table: Table) -> tuple[str, ...]:
    """What a row is called: its first labels, and when where they alone are not enough; its thing where it has none."""
    names = table.labels[0][1] if table.labels else table.subjects
    if not any(names):
        names = ("",) * table.length
    more = [texts for _, texts in table.labels[1:]]
    more += [tuple("" if each is None else str(each) for each in years) for _, years in table.years]
    more += [tuple("" if each is None else each.text for each in periods) for _, periods in table.periods]
    for texts in more:
        if len(set(names)) == table.length:
            break
        if max(map(len, texts), default=0) <= 40:
            names = tuple(" · ".join(filter(None, pair)) for pair in zip(names, texts, strict=True))
    if len(set(names)) < table.length == len(set(table.subjects)):
        return table.subjects
    return names


def _left_out(measure: Measure) -> tuple[str, ...]:
    return (said(measure.others, "value in another unit", "values in other units"),) if measure.others else ()


def _lines(table: Table, theme: Theme, title: str) -> Picture:
    times, measure = _times(table), table.measures[0]
    if times is None:
        raise UnsupportedOperationError("lines", "rows without a year or a period", "`show` one")
    labels = table.labels[0][1] if table.labels else ("",) * table.length
    series: dict[str, list[Point]] = {}
    for label, at, amount in zip(labels, times, measure.amounts, strict=True):
        if at is not None:
            series.setdefault(label, []).append(Point(at, amount))
    series = {label: points for label, points in series.items() if any(point.amount for point in points)}
    if not series:
        raise UnsupportedOperationError("lines", "rows without a value in time")
    return draw_lines(series, measure.unit, theme, title, _left_out(measure), years=_years(table) is not None, name=measure.name)


def _heat(table: Table, theme: Theme, title: str) -> Picture:
    measures = _alike(table)
    if len(measures) > 1 or not table.years or not table.labels:
        names = _labels(table)
        cells = [[measure.amounts[row] for measure in measures] for row in range(table.length)]
        return draw_heat(names, [each.name for each in measures], cells, theme, title, ())
    labels, years, amounts = table.labels[0][1], table.years[0][1], measures[0].amounts
    rows, columns = list(dict.fromkeys(labels)), sorted({each for each in years if each is not None})
    found: dict[tuple[str, int], Amount | None] = {}
    for label, year, amount in zip(labels, years, amounts, strict=True):
        if year is not None:
            found.setdefault((label, year), amount)
    cells = [[found.get((row, column)) for column in columns] for row in rows]
    return draw_heat(rows, [str(each) for each in columns], cells, theme, title, _left_out(measures[0]))


def _timeline(table: Table, theme: Theme, title: str, sides: Sequence[str]) -> Picture:
    if not table.periods:
        raise UnsupportedOperationError("a timeline", "rows without a period", "`show` one")
    texts = dict(table.labels)
    beside = [name for name in sides if name in texts]
    when = [each.text if each is not None else None for each in table.periods[0][1]]
    called = (table.subjects, *texts.values())  # the first that says more than when it was
    names = next((each for each in called if any(at and name not in ("", at) for name, at in zip(each, when, strict=True))), None)
    names = names or _labels(table)
    spans = [
        Span(_plain(names[row], period), period, tuple(texts[name][row] for name in beside))
        for row, period in enumerate(table.periods[0][1])
        if period is not None and is_drawable(period)
    ]
    if not spans:
        raise UnsupportedOperationError("a timeline", "rows without a period", "`show` one")
    missing = table.length - len(spans)
    notes = (said(missing, "row without a period", "rows without a period"),) if missing else ()
    return draw_timeline(spans, beside, theme, title, notes)


def _plain(name: str, period: Period) -> str:
    """A name without the period that stands beside it anyway."""
    return name.removesuffix(f" ({period.text})") or name
