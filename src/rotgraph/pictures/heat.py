"""In: a matrix of quantities. Out: a heat map, every field with its value as written. Room: pictures."""

from __future__ import annotations

from collections.abc import Sequence

from rotgraph.pictures.columns import Amount
from rotgraph.pictures.figure import Picture, Theme, finish, new_figure, shorten

__all__ = ["draw_heat"]

_MOST = 40


def draw_heat(
    rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[Amount | None]], theme: Theme, title: str,
    notes: tuple[str, ...],
) -> Picture:  # fmt: skip
    """A field per row and column; empty where nothing is known. Where values fall on both sides of 0, its colour is the paper's."""
    from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm

    if len(rows) > _MOST:
        notes = (*notes, f"the first {_MOST} of {len(rows)} rows")
        rows, cells = rows[:_MOST], cells[:_MOST]
    figure, axes = new_figure(2.0 + 0.86 * len(columns), 0.95 + 0.32 * len(rows), theme, title)
    values = sorted(each.middle for row in cells for each in row if each is not None)
    colours = LinearSegmentedColormap.from_list("both", [theme.cold, theme.paper, theme.warm])
    # a single far value must not leave all others pale
    edge = max(abs(values[int(0.04 * (len(values) - 1))]), abs(values[int(0.96 * (len(values) - 1))])) or 1.0
    norm = TwoSlopeNorm(0.0, -edge, edge)
    one_sided = values[0] >= 0 or values[-1] <= 0
    for y, row in enumerate(cells):
        for x, amount in enumerate(row):
            if amount is None:
                continue
            shade = float(norm(max(-edge, min(edge, amount.middle))))
            shade = 0.5 + (shade - 0.5) * (0.75 if one_sided else 0.85)
            axes.fill_between([x - 0.48, x + 0.48], y - 0.46, y + 0.46, color=colours(shade), linewidth=0)
            strong = abs(shade - 0.5) > 0.33
            ink = theme.paper if strong and theme.paper.startswith("#f") else theme.ink
            axes.text(x, y, shorten(amount.text, 12), ha="center", va="center", color=ink, fontsize=8.5)
    axes.set_xticks(range(len(columns)), [shorten(each, 14) for each in columns], color=theme.soft)
    axes.set_yticks(range(len(rows)), [shorten(each) for each in rows], color=theme.ink)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.tick_params(top=False, labeltop=True, labelbottom=False)
    axes.spines["bottom"].set_visible(False)
    return finish(figure, "heat", notes, theme)
