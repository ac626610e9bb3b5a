"""In: labels and quantities. Out: bars: ranges with their ends, one-sided values with an arrow, doubt paler. Room: pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rotgraph.pictures.columns import Amount, Measure, unit_label
from rotgraph.pictures.figure import Picture, Theme, finish, new_figure, pale, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MOST_BARS", "draw_bars", "short_number"]

MOST_BARS = 40
_THICK = 0.62
_DOUBT = 0.55
"""How much of its colour a bar of an approximate value keeps."""


def draw_bars(labels: Sequence[str], measures: Sequence[Measure], theme: Theme, title: str, notes: tuple[str, ...]) -> Picture:
    """A horizontal bar per row and measure, in the order of the rows. Every bar carries its value as written."""
    kept = [row for row in range(len(labels)) if any(measure.amounts[row] is not None for measure in measures)]
    left = len(kept) - MOST_BARS
    kept = kept[:MOST_BARS]
    if left > 0:
        notes = (*notes, f"the first {MOST_BARS} of {len(kept) + left} rows")
    height = 0.9 + len(kept) * (0.19 * len(measures) + 0.11)
    figure, axes = new_figure(7.6, height, theme, title)
    thick = _THICK / len(measures)
    for number, measure in enumerate(measures):
        colour = theme.series[number % len(theme.series)]
        for place, row in enumerate(kept):
            amount = measure.amounts[row]
            if amount is not None:
                at = place + (number - (len(measures) - 1) / 2) * thick
                below = theme.out if len(measures) == 1 and amount.middle < 0 else colour
                _draw_bar(axes, at, amount, thick * 0.92, below, theme)
    _settle(axes, [shorten(labels[row]) for row in kept], measures, theme)
    return finish(figure, "bars", notes, theme)


def _draw_bar(axes: Axes, at: float, amount: Amount, thick: float, colour: str, theme: Theme) -> None:
    shade = pale(colour, theme, _DOUBT) if amount.approximate or amount.ranged else colour
    axes.barh(at, amount.middle, thick, color=shade, linewidth=0)
    end = amount.middle
    if amount.ranged:
        low, high = amount.low, amount.high
        if low is not None and high is not None:
            axes.plot([low, high], [at, at], color=theme.ink, linewidth=1.1, solid_capstyle="butt")
            axes.plot([low, high], [at, at], linestyle="none", marker="|", markersize=6, color=theme.ink, markeredgewidth=1.1)
            end = max(low, high, key=abs) if amount.middle else high
        else:  # one bound: the value goes on from there
            axes.plot([end], [at], linestyle="none", marker=">" if high is None else "<", markersize=5, color=theme.ink)
    side = -1 if end < 0 else 1
    axes.annotate(
        shorten(amount.text, 22), (end, at), (5 * side + (4 * side if amount.ranged else 0), 0), textcoords="offset points",
        ha="right" if side < 0 else "left", va="center", color=theme.ink, fontsize=8.5,
    )  # fmt: skip


def _settle(axes: Axes, labels: list[str], measures: Sequence[Measure], theme: Theme) -> None:
    axes.set_yticks(range(len(labels)), labels, color=theme.ink)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    low, high = axes.get_xlim()
    room = (high - low) * 0.14  # for the values at the ends
    axes.set_xlim(low - (room if low < 0 else 0), high + (room if high > 0 else 0))
    axes.axvline(0, color=theme.soft, linewidth=0.8)
    axes.grid(axis="x", color=theme.line, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines["bottom"].set_visible(False)
    units = {unit_label(measure.unit) for measure in measures}
    axes.xaxis.set_major_formatter(lambda value, _: short_number(value))
    name = measures[0].name if len(measures) == 1 else ""
    axes.set_xlabel(", ".join(filter(None, (shorten(name), *sorted(units)))), color=theme.soft, fontsize=8.5)
    if len(measures) > 1:
        from matplotlib.patches import Patch

        handles = [Patch(color=theme.series[i % len(theme.series)], label=shorten(each.name)) for i, each in enumerate(measures)]
        axes.legend(
            handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, labelcolor=theme.ink, fontsize=8.5,
            borderaxespad=0.2, handlelength=1, columnspacing=1.4,
        )  # fmt: skip


_SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e4, "K"))


def short_number(value: float) -> str:
    """A number on an axis.

    Example:
        >>> short_number(5.3e11), short_number(-20.0), short_number(1500.0)
        ('530B', '-20', '1,500')
    """
    for size, letter in _SCALES:
        if abs(value) >= size:
            return f"{value / (1e3 if letter == 'K' else size):g}{letter}"
    return f"{value:,.10g}"
