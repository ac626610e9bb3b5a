"""In: quantities over years or periods, in one or more series. Out: lines; ranges as bands, doubt as open marks. Room: pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rotgraph.late import dataclass
from rotgraph.pictures.bars import short_number
from rotgraph.pictures.calendar import name_times
from rotgraph.pictures.columns import Amount, unit_label
from rotgraph.pictures.figure import Picture, Theme, finish, new_figure, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MOST_LINES", "Point", "draw_lines"]

MOST_LINES = 8
_APART = 0.052
"""How far two names at the right edge stay from each other, in parts of the height."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value at a time."""

    at: float
    """A year, or the middle of a period: a year with its fraction."""
    amount: Amount | None
    """None where the row has no value: the line has a gap there."""


def draw_lines(
    series: Mapping[str, Sequence[Point]], unit: str, theme: Theme, title: str, notes: tuple[str, ...], *, years: bool,
    name: str = "",
) -> Picture:  # fmt: skip
    """A line per series, named at its end; the series with most points first where there are too many."""
    chosen = list(series)
    if len(chosen) > MOST_LINES:
        most = sorted(chosen, key=lambda each: -len(series[each]))[:MOST_LINES]
        notes = (*notes, f"{MOST_LINES} of {len(chosen)} series")
        chosen = [each for each in chosen if each in most]
    figure, axes = new_figure(7.6, 4.1, theme, title)
    ends = []
    for number, each in enumerate(chosen):
        colour = theme.series[number % len(theme.series)]
        runs = _runs(series[each])
        for run in runs:
            _draw_line(axes, run, colour, theme)
        ends.append((runs[-1][-1][1].middle, each, colour))
    _settle(axes, unit, name, theme, years=years)
    if len(chosen) > 1 or chosen[0]:
        _name_ends(axes, ends)
    return finish(figure, "lines", notes, theme)


def _runs(points: Sequence[Point]) -> list[list[tuple[float, Amount]]]:
    """The points by time, in stretches without a gap; there is one at least."""
    runs: list[list[tuple[float, Amount]]] = [[]]
    for point in sorted(points, key=lambda each: each.at):
        if point.amount is not None:
            runs[-1].append((point.at, point.amount))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _draw_line(axes: Axes, points: Sequence[tuple[float, Amount]], colour: str, theme: Theme) -> None:
    xs, ys = zip(*((at, amount.middle) for at, amount in points), strict=True)
    axes.plot(xs, ys, color=colour, linewidth=1.8, solid_joinstyle="round")
    for at, amount in points:
        if amount.ranged and amount.low is not None and amount.high is not None:
            axes.plot([at, at], [amount.low, amount.high], color=colour, linewidth=5, alpha=0.3, solid_capstyle="butt")
        elif amount.ranged:
            axes.plot([at], [amount.middle], marker="^" if amount.high is None else "v", markersize=8, color=colour)
        inside = theme.paper if amount.approximate else colour
        axes.plot(
            [at], [amount.middle], marker="o", markersize=4.5, color=colour, markerfacecolor=inside, markeredgewidth=1.4,
        )  # fmt: skip


def _settle(axes: Axes, unit: str, name: str, theme: Theme, *, years: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    if years:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=12))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    else:
        name_times(axes, *axes.get_xlim())
    axes.yaxis.set_major_formatter(lambda value, _: short_number(value))
    axes.grid(axis="y", color=theme.line, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_ylabel(", ".join(filter(None, (shorten(name), unit_label(unit)))), color=theme.soft, fontsize=8.5)
    low, high = axes.get_ylim()
    if low < 0 < high:
        axes.axhline(0, color=theme.soft, linewidth=0.8)


def _name_ends(axes: Axes, ends: Sequence[tuple[float, str, str]]) -> None:
    """Names at the right edge, moved apart where lines end close together."""
    low, high = axes.get_ylim()
    taken: list[float] = []
    for end, name, colour in sorted(ends, key=lambda each: each[0]):
        place = (end - low) / (high - low)
        place = max(place, taken[-1] + _APART) if taken else place
        taken.append(place)
        axes.annotate(
            shorten(name, 22), (1.015, place), xycoords="axes fraction", annotation_clip=False, va="center", color=colour,
            fontsize=9, fontweight="bold",
        )  # fmt: skip
