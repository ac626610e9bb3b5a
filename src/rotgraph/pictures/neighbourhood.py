"""In: a graph, a node. Out: what stands around it: what points at it left, what it points to right. Room: pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind
from rotgraph.pictures.figure import Picture, Theme, finish, new_figure, shorten
from rotgraph.render.cell import single_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Neighbour", "draw_neighbourhood", "neighbours"]

_DULL = ("mentions", "links")
"""Properties that say only that a note names it: drawn last, with dots."""
_EACH_SIDE, _TOGETHER = 14, 5
_INK = 7


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A thing beside another, and the property that joins them."""

    node: int
    property: str
    more: int = 0
    """So many others of the same property and class are not drawn; then the node stands for them."""


def neighbours(graph: Graph, node: int) -> tuple[tuple[Neighbour, ...], tuple[Neighbour, ...]]:
    """What points at a node, and what it points to: each node once, the telling ones first."""
    columns = graph.columns
    things = columns["fact_kind"] == Kind.THING
    into = np.flatnonzero(things & (columns["fact_value"] == node))
    out = np.flatnonzero(things & (columns["fact_subject"] == node))
    seen = {node}
    right = _side(graph, node, zip(columns["fact_value"][out].tolist(), out.tolist(), strict=True), seen)
    left = _side(graph, node, zip(columns["fact_subject"][into].tolist(), into.tolist(), strict=True), seen)
    return left, right


def _side(graph: Graph, node: int, pairs: Iterable[tuple[int, int]], seen: set[int]) -> tuple[Neighbour, ...]:
    pointers = graph.columns["property_pointers"]
    found = []
    for other, fact in pairs:
        if other not in seen and not (graph.label(other) == graph.label(node) and "note" in graph.classes(other)):
            seen.add(other)
            name = graph.properties[int(np.searchsorted(pointers, fact, "right")) - 1]
            found.append(Neighbour(other, name))
    return tuple(sorted(found, key=lambda each: (_rank(graph, each), each.node)))


def _rank(graph: Graph, each: Neighbour) -> int:
    if each.property in _DULL:
        return 2
    classes = graph.classes(each.node)
    definition = graph.schema.by_name.get(classes[0]) if classes else None
    return 0 if definition is None or definition.named else 1


def draw_neighbourhood(graph: Graph, node: int, theme: Theme, title: str = "") -> Picture:
    """The picture; the same thing always looks the same."""
    left, right = neighbours(graph, node)
    sides = [_chosen(graph, side) for side in (left, right)]
    rows = max(*map(len, sides), 3)
    edges = tuple(1.0 if side else 0.3 for side in sides)
    figure, axes = new_figure(4.6 * sum(edges), 1.1 + 0.29 * rows, theme, title)
    axes.axis("off")
    axes.set_xlim(-edges[0], edges[1])
    axes.set_ylim(rows / 2 + 0.5, -rows / 2 - 0.5)
    classes: dict[str, str] = {}
    for side, chosen in zip((-1, 1), sides, strict=True):
        _draw_side(axes, graph, node, chosen, side, rows, classes, theme)
    colour = _colour(graph, node, classes, theme)
    axes.plot([0], [0], marker="o", markersize=13, color=colour, markeredgecolor=theme.paper, markeredgewidth=3, zorder=4)
    axes.annotate(
        shorten(graph.label(node)), (0, 0), (0, -17), textcoords="offset points", ha="center", va="center", color=theme.ink,
        fontweight="bold", fontsize=10.5, zorder=5, bbox={"boxstyle": "round,pad=0.25", "facecolor": theme.paper, "linewidth": 0},
    )  # fmt: skip
    _legend(axes, classes, theme)
    shown, every = sum(not each.more for side in sides for each in side), len(left) + len(right)
    return finish(figure, "neighbourhood", (f"{shown} of {every} neighbours",) if shown < every else (), theme)


def _chosen(graph: Graph, side: Sequence[Neighbour]) -> list[Neighbour]:
    """A few of each property and class, and the number of the others."""
    groups: dict[tuple[str, str], list[Neighbour]] = {}
    for each in side:
        groups.setdefault((each.property, (*graph.classes(each.node), "thing")[0]), []).append(each)
    room = {key: min(_TOGETHER, len(group)) for key, group in groups.items()}
    while sum(room.values()) < _EACH_SIDE and any(room[key] < len(group) for key, group in groups.items()):
        key = next(key for key, group in groups.items() if room[key] < len(group))
        room[key] += 1
    kept: list[Neighbour] = []
    for key, group in groups.items():
        if len(kept) >= _EACH_SIDE:
            break
        kept += group[: room[key]]
        rest = len(group) - room[key]
        if rest:
            kept.append(Neighbour(group[-1].node, key[0], rest))
    return kept


def _draw_side(
    axes: Axes, graph: Graph, node: int, side: Sequence[Neighbour], direction: int, rows: int, classes: dict[str, str], theme: Theme
) -> None:
    named: set[str] = set()
    for place, each in enumerate(side):
        y = place - (len(side) - 1) / 2
        x = direction * 0.46 * (1 - 0.3 * (y / (0.62 * rows)) ** 2)
        style = ":" if each.property in _DULL else "-"
        axes.plot([0, x], [0, y], color=theme.soft, alpha=0.45, linewidth=0.9, linestyle=style, zorder=1)
        colour = theme.paper if each.more else _colour(graph, each.node, classes, theme)
        edge = theme.soft if each.more else colour
        axes.plot([x], [y], marker="o", markersize=_INK, color=colour, markeredgecolor=edge, zorder=3)
        label = f"{each.more} more" if each.more else _label(graph, each.node, node)
        axes.annotate(
            label, (x, y), (9 * direction, 0), textcoords="offset points", ha="left" if direction > 0 else "right", va="center",
            color=theme.soft if each.more else theme.ink, fontsize=9,
        )  # fmt: skip
        if each.property not in named and each.property not in _DULL:
            named.add(each.property)
            _name_edge(axes, each.property, x, y, theme)


def _name_edge(axes: Axes, name: str, x: float, y: float, theme: Theme) -> None:
    """The property's name upon its first edge, near the neighbour, where edges are apart."""
    axes.text(
        x * 0.72, y * 0.72, name.replace("_", " "), ha="center", va="center", color=theme.soft, fontsize=7.5, zorder=2,
        bbox={"boxstyle": "square,pad=0.12", "facecolor": theme.paper, "linewidth": 0},
    )  # fmt: skip


def _label(graph: Graph, node: int, centre: int) -> str:
    """The name without that of the centre; of an observation with its value."""
    name, own = graph.label(node), graph.label(centre)
    name = name.removeprefix(f"{own} · ").removesuffix(f" · {own}")
    classes = graph.classes(node)
    definition = graph.schema.by_name.get(classes[0]) if classes else None
    facts = graph.facts_of(node, definition.value) if definition is not None and definition.value else range(0)
    if not facts:
        return shorten(name, 30)
    value = graph.value(facts[0])
    is_thing = isinstance(value, int) and graph.columns["fact_kind"][facts[0]] == Kind.THING
    shown = graph.label(value) if isinstance(value, int) and is_thing else single_text(value)
    return f"{shorten(name, 26)}  {shorten(shown, 14)}"


def _colour(graph: Graph, node: int, classes: dict[str, str], theme: Theme) -> str:
    """One for each class, in the order in which they are met; from the ninth on they share one."""
    name = (*graph.classes(node), "thing")[0]
    if name not in classes:
        number = len(classes)
        classes[name] = theme.series[number] if number < len(theme.series) else theme.soft
    return classes[name]


def _legend(axes: Axes, classes: dict[str, str], theme: Theme) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="none", marker="o", markersize=_INK - 1, color=colour, label=name.replace("_", " "))
        for name, colour in list(classes.items())[:8]
    ]
    axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0), ncols=8, frameon=False, labelcolor=theme.soft, fontsize=8.5,
        handletextpad=0.1, columnspacing=1.2,
    )  # fmt: skip
