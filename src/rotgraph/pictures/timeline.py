"""In: what happened when. Out: a timeline, a row each, with the sides of a rotation beside it. Room: pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rotgraph.late import dataclass
from rotgraph.model.value import Period
from rotgraph.pictures.calendar import DAY, name_times, year_of
from rotgraph.pictures.figure import Picture, Theme, finish, new_figure, pale, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MOST_ROWS", "Span", "draw_timeline"]

MOST_ROWS = 60
_LEAST = 0.009
"""The least width of a bar, in parts of the time axis: a day must be seen among decades."""
_BARS, _GAP, _LETTER, _SMALL = 4.25, 0.28, 0.083, 0.075
"""Inches: of the bars, between columns, of a letter of a name, of a letter of a side or a period."""
_LONGEST = 46
"""Letters of a side that are shown."""


@dataclass(frozen=True, slots=True)
class Span:
    """One row: a name, when, and what stands beside it, one text a side."""

    name: str
    period: Period
    sides: tuple[str, ...] = ()


def draw_timeline(spans: Sequence[Span], sides: Sequence[str], theme: Theme, title: str, notes: tuple[str, ...]) -> Picture:
    """Rows by time, the latest first. A period that goes on ends in an arrow, one that is approximate has soft colour.

    The first side is drawn in the colour of what goes out, the second in that of what comes in.
    """
    ordered = sorted(spans, key=lambda each: (-each.period.start, -each.period.end, each.name))
    if len(ordered) > MOST_ROWS:
        notes = (*notes, f"the latest {MOST_ROWS} of {len(ordered)} rows")
        ordered = ordered[:MOST_ROWS]
    names = [shorten(each.name) for each in ordered]
    left = 0.25 + _LETTER * max(map(len, names))
    foot = 0.38 + (0.22 if notes else 0)
    axis = _BARS + _GAP + _SMALL * max(len(each.period.text) for each in ordered)  # a period stands left of its bar
    columns = _columns(ordered, sides)
    width, height = left + axis + sum(columns) + _GAP, 0.57 + foot + 0.33 * len(ordered)
    figure, axes = new_figure(width, height, theme, title)
    figure.set_layout_engine("none")
    axes.set_position((left / width, foot / height, axis / width, 1 - (0.57 + foot) / height))
    first, last = min(year_of(each.period.start) for each in ordered), max(year_of(each.period.end) for each in ordered)
    least = max((last - first) * _LEAST, DAY)
    for row, span in enumerate(ordered):
        _draw_span(axes, row, span, least, theme)
    _write_sides(axes, ordered, sides, [sum(columns[:at]) / axis for at in range(len(sides))], theme)
    _settle(axes, names, (first, last), (axis - _BARS) / _BARS, least, theme)
    return finish(figure, "timeline", notes, theme)


def _draw_span(axes: Axes, row: int, span: Span, least: float, theme: Theme) -> None:
    start, end = year_of(span.period.start), year_of(span.period.end)
    wide = max(end - start, least)
    colour = theme.series[0]
    axes.barh(row, wide, 0.46, left=start, color=pale(colour, theme) if span.period.approximate else colour, linewidth=0)
    if span.period.open_end:
        axes.plot([start + wide], [row], marker=">", markersize=8, color=colour, clip_on=False)
    if span.period.open_start:
        axes.plot([start], [row], marker="<", markersize=8, color=colour, clip_on=False)
    axes.annotate(
        span.period.text, (start, row), (-11 if span.period.open_start else -6, 0), textcoords="offset points", ha="right",
        va="center", fontsize=8, color=theme.soft, bbox={"boxstyle": "square,pad=0.1", "facecolor": theme.paper, "linewidth": 0},
    )  # fmt: skip


def _columns(spans: Sequence[Span], sides: Sequence[str]) -> list[float]:
    """How wide each column of sides is."""
    longest = (max(len(side), *(min(len(span.sides[at]), _LONGEST) for span in spans)) for at, side in enumerate(sides))
    return [_GAP + _SMALL * letters for letters in longest]


def _write_sides(axes: Axes, spans: Sequence[Span], sides: Sequence[str], places: Sequence[float], theme: Theme) -> None:
    """The columns of sides, each at its place right of the axis, in parts of it."""
    colours = (theme.out, theme.into, *theme.series[2:])
    for number, side in enumerate(sides):
        at = 1.05 + places[number]
        axes.annotate(
            side.replace("_", " "), (at, 1.0), (0, 9), xycoords="axes fraction", textcoords="offset points", color=theme.soft,
            fontsize=8.5, annotation_clip=False,
        )  # fmt: skip
        for row, span in enumerate(spans):
            axes.annotate(
                shorten(span.sides[number], _LONGEST), (at, row), xycoords=("axes fraction", "data"), va="center", fontsize=8.5,
                color=colours[number % len(colours)], annotation_clip=False,
            )  # fmt: skip


def _settle(
    axes: Axes, names: Sequence[str], reach: tuple[float, float], before: float, least: float, theme: Theme
) -> None:
    """``before``: the room left of the bars, for the period of the first, in parts of theirs."""
    first, last = reach
    axes.set_yticks(range(len(names)), names, color=theme.ink)
    axes.set_ylim(len(names) - 0.4, -0.6)
    room = max((last - first) * before, least * 4)
    axes.set_xlim(first - room, last + max((last - first) * 0.03, least))
    axes.grid(axis="x", color=theme.line, linewidth=0.7)
    axes.set_axisbelow(True)
    name_times(axes, first - room, last)
