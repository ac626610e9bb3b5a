"""In: a drawing. Out: `Picture`: PNG and SVG of it, always the same bytes. Room: pictures.

matplotlib is imported when something is drawn, and never through pyplot: no window, no global state, threads may draw at once.
"""

from __future__ import annotations

import io
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rotgraph.errors import UnsupportedOperationError, not_installed
from rotgraph.late import dataclass
from rotgraph.render.harmless import harmless

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["THEMES", "Picture", "Theme", "drawing", "finish", "new_figure", "pale", "said", "shorten"]

_DRAWING = threading.RLock()  # what matplotlib draws with is set for the whole process
_SCALE = 200
"""Dots of a PNG to the inch."""
_LETTER = 0.092
"""Inches that a letter of a title takes."""
_FONTS = ("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK TC", "WenQuanYi Zen Hei", "Noto Sans", "Arial Unicode MS")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours."""

    paper: str
    ink: str
    soft: str
    line: str
    out: str
    """What is sold, what falls."""
    into: str
    """What is bought, what rises."""
    series: tuple[str, ...]
    cold: str
    """The end of a heat map below its middle; the middle is the paper."""
    warm: str


THEMES = {
    "light": Theme(
        "#ffffff", "#1e1d1a", "#68655d", "#e5e1d8", "#bd5413", "#0b6a6a",
        ("#0b6a6a", "#bd5413", "#2f66ad", "#7b4aa8", "#4a7f22", "#ad3270", "#937000", "#40566e"), "#bd5413", "#0b6a6a",
    ),
    "dark": Theme(
        "#1b1e23", "#e9e7e2", "#a09e97", "#2d3138", "#f0945a", "#5fc4bd",
        ("#5fc4bd", "#f0945a", "#7fb0f0", "#bd97ea", "#93c769", "#ec86b8", "#d9b748", "#9fb4cc"), "#c9672a", "#2f9a92",
    ),
}  # fmt: skip


class Picture:
    """A chart. ``save`` writes it, a notebook shows it, ``figure`` is matplotlib's own for whoever wants to go on drawing."""

    __slots__ = ("__dict__", "_figure", "kind", "notes")

    _figure: Figure
    kind: str
    """``timeline bars lines heat neighbourhood``."""
    notes: tuple[str, ...]
    """What is not in it, and why."""

    def __init__(self, figure: Figure, kind: str, notes: tuple[str, ...] = ()) -> None:
        put = object.__setattr__
        put(self, "_figure", figure)
        put(self, "kind", kind)
        put(self, "notes", notes)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a picture cannot be changed; its figure can")

    @property
    def figure(self) -> Figure:
        """The figure of matplotlib."""
        return self._figure

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it; the suffix says the format: ``.png`` or ``.svg``.

        Raises:
            UnsupportedOperationError: another suffix.
        """
        from rotgraph.rdf.write import write_file

        target = Path(path)
        write_file(target, [self.render(target.suffix.removeprefix(".").lower())])

    def render(self, form: str) -> bytes:
        """The bytes of a format, ``png`` or ``svg``; the same for the same notes."""
        if form not in ("png", "svg"):
            raise UnsupportedOperationError(f"a picture as {form or 'a file without suffix'}", "rotgraph", "name it .png or .svg")
        return self._svg if form == "svg" else self._png

    @cached_property
    def _png(self) -> bytes:
        return self._written("png", {"Software": None})

    @cached_property
    def _svg(self) -> bytes:
        return self._written("svg", {"Date": None, "Creator": None})

    def _written(self, form: str, metadata: dict[str, Any]) -> bytes:
        target = io.BytesIO()
        with drawing():
            self._figure.savefig(target, format=form, dpi=_SCALE, metadata=metadata)
        return target.getvalue()

    def _repr_png_(self) -> bytes:
        return self._png

    def __repr__(self) -> str:
        width, height = self._figure.get_size_inches()
        return f"<Picture {self.kind}, {width:.1f} by {height:.1f} inches{''.join(f'; {note}' for note in self.notes)}>"


@contextmanager
def drawing() -> Iterator[None]:
    """Settings under which everything is drawn: no mathematics between dollar signs, the same marks in every SVG.

    Raises:
        UnsupportedOperationError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
    except ModuleNotFoundError:
        raise not_installed("a picture", "matplotlib", "plot") from None
    settings: dict[Any, Any] = {
        "text.parse_math": False, "svg.hashsalt": "rotgraph", "svg.fonttype": "path", "font.family": _families(), "font.size": 9.5,
        "axes.unicode_minus": True, "path.simplify": False,
    }  # fmt: skip
    with _DRAWING, mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")  # names in a script that no font of this machine has
        yield


def _families() -> list[str]:
    """The fonts of this machine that are wanted, the one that matplotlib brings along first."""
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in _FONTS if name in known]


def pale(colour: str, theme: Theme, kept: float = 0.5) -> str:
    """A colour with only a part of its strength, and not transparent: no line shows through.

    Example:
        >>> pale("#000000", THEMES["light"])
        '#808080'
    """
    pairs = ((int(colour[at : at + 2], 16), int(theme.paper[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(own * kept + ground * (1 - kept)):02x}" for own, ground in pairs)


def new_figure(width: float, height: float, theme: Theme, title: str = "") -> tuple[Figure, Axes]:
    """A figure with one pair of axes, nothing drawn but a title. Sizes are inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor=theme.paper, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_facecolor(theme.paper)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(theme.line)
    axes.tick_params(colors=theme.soft, length=0, labelcolor=theme.soft, pad=6)
    if title:
        figure.suptitle(shorten(title, int(width / _LETTER)), x=0.012, ha="left", color=theme.ink, fontsize=10.5, fontweight="bold")
    return figure, axes


def finish(figure: Figure, kind: str, notes: tuple[str, ...], theme: Theme) -> Picture:
    """The picture, with what is not in it said at its foot: it may travel without the page that it was made for."""
    if notes:
        figure.supxlabel("; ".join(notes), x=0.012, ha="left", color=theme.soft, fontsize=8)
    return Picture(figure, kind, notes)


def said(count: int, one: str, several: str) -> str:
    """A count and what is counted.

    Example:
        >>> said(1, "row", "rows"), said(1200, "row", "rows")
        ('1 row', '1,200 rows')
    """
    return f"{count:,} {one if count == 1 else several}"


def shorten(text: str, most: int = 34) -> str:
    """A text of a note on one line of a picture.

    Example:
        >>> shorten("a very long name of a thing", 12)
        'a very long…'
    """
    line = " ".join(harmless(text).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
