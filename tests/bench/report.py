"""In: the figures of a run of the suite. Out: README.md and chart.svg, the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10
from pathlib import Path
from statistics import median
from typing import Any

__all__ = ["write"]

Figures = dict[str, Any]

HEAD = """\
# Benches

One command runs all of them, with the peers in environments of their own, and writes this page:

    python tests/bench/suite.py FOLDER --public VAULT --dataview CLONE --datacore CLONE

What each script measures stands at its head; each runs alone too. Peers and rotgraph are measured in turns in one run, each in a
process of its own. Figures are medians of the rounds shown, ratios are medians of the ratios within a round: take the ratios, the
seconds are those of one machine, which others used too. The vaults of 1,000 and 10,000 notes are made up (8.7 KB a note: tables,
links, front matter); the public one is somebody's vault on markets of 7,877 notes. Dataview and Datacore read Obsidian's own cache
of what is in a note; a lean stand-in takes its place, which flatters them. Neither looks at a table.
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What should be reached."""

    words: str
    of: Callable[[Figures], float]
    limit: float
    shown: str
    """How a figure is printed."""
    at_least: bool = False

    def met(self, figure: float) -> bool:
        return figure >= self.limit if self.at_least else figure <= self.limit


def _ratio(part: str, above: str, below: str) -> Callable[[Figures], float]:
    return lambda found: median(each[above]["seconds"] / each[below]["seconds"] for each in found[part]["rounds"])


def _per_million(part: str, name: str) -> Callable[[Figures], float]:
    return lambda found: median(each["compiled"][name] / (each["compiled"]["facts"] / 1e6) for each in found[part]["rounds"])


def _started(at: int) -> Callable[[Figures], float]:
    return lambda found: median(row[at] / row[0] for row in found["start"]["rows"])


FOUR, PATHS = ("membership", "top", "hops", "group"), ("path", "hub path")
RIVALS, WALKERS = ("pyoxigraph", "duckdb", "polars", "ladybug"), ("pyoxigraph", "rdflib", "duckdb", "polars", "ladybug")


def _against(size: str, form: str, engines: Sequence[str], questions: Sequence[str]) -> Callable[[Figures], float]:
    """The least of what other engines take of the processor as a part of ours."""

    def least(found: Figures) -> float:
        by_engine = dict(found["queries"][size]["engines"])
        ours = by_engine.pop("rotgraph")
        return min(
            theirs[each][form][1] / ours[each][form][1]
            for engine, theirs in by_engine.items()
            if engine in engines
            for each in questions
            if each in theirs
        )

    return least


def _bare(size: str) -> Callable[[Figures], float]:
    """The most of what we take as a part of bare loops over the same columns."""
    return lambda found: 1 / _against(size, "prepared", ("numpy",), (*FOUR, *PATHS))(found)


SIZES = {"1m": "a million triples,", "5m": "five million triples,"}
_FIRST, _AGAIN = "{} first time: the fastest rival / ours", "{} prepared: the fastest rival / ours"
_PATHS, _LOOPS = "{} prepared: the fastest but networkx / ours, paths", "{} prepared: ours / bare loops, at most"
QUERY_TARGETS = tuple(
    target
    for size, words in SIZES.items()
    for target in (
        Target(_FIRST.format(words), _against(size, "first", RIVALS, FOUR), 1, "{:.2f}", at_least=True),
        Target(_AGAIN.format(words), _against(size, "prepared", RIVALS, FOUR), 5, "{:.1f}", at_least=True),
        Target(_PATHS.format(words), _against(size, "prepared", WALKERS, PATHS), 1, "{:.1f}", at_least=True),
        Target(_LOOPS.format(words), _bare(size), 3, "{:.2f}"),
    )
)
TARGETS = (
    Target("10,000 notes from nothing / Dataview's importer", _ratio("compile", "compiled", "Dataview"), 1.5, "{:.2f}"),
    Target("10,000 notes from nothing / Datacore's importer", _ratio("compile", "compiled", "Datacore"), 1, "{:.2f}"),
    Target("obsidiantools / 1,000 notes from nothing", _ratio("small", "obsidiantools", "compiled"), 60, "{:.0f}", at_least=True),
    Target("10,000 notes from nothing / draining the parser", _ratio("compile", "compiled", "drain"), 6, "{:.1f}"),
    Target("public vault from nothing / markdown-it-py's parse", _ratio("public", "compiled", "markdown-it-py"), 1 / 3, "{:.2f}"),
    Target("peak memory, MB per million facts", lambda found: _per_million("compile", "MiB peak")(found) * 1.048576, 120, "{:.0f}"),
    Target("10,000 notes, nothing changed / from nothing", _ratio("compile", "same", "compiled"), 0.05, "{:.2%}"),
    Target("10,000 notes, one got a sentence / from nothing", _ratio("compile", "one", "compiled"), 0.1, "{:.1%}"),
    Target("10,000 notes, one cell of one changed / from nothing", _ratio("compile", "cell", "compiled"), 0.1, "{:.1%}"),
    Target("public vault, nothing changed / from nothing", _ratio("public", "same", "compiled"), 0.05, "{:.2%}"),
    Target("public vault, one note got a sentence / from nothing", _ratio("public", "one", "compiled"), 0.1, "{:.1%}"),
    Target("public vault, one cell changed / from nothing", _ratio("public", "cell", "compiled"), 0.1, "{:.1%}"),
    Target("a new query as a program / `import numpy`", _started(1), 2, "{:.2f}"),
    Target("a query asked before as a program / `import numpy`", _started(2), 1.6, "{:.2f}"),
    Target("`.rotgraph/`, MB per million facts, 10,000 notes", _per_million("compile", "MB kept"), 60, "{:.0f}"),
    Target("`.rotgraph/`, MB per million facts, public vault", _per_million("public", "MB kept"), 60, "{:.0f}"),
    Target("private memory of `where … show`, MB", lambda found: found["start"]["private MiB"] * 1.048576, 100, "{:.0f}"),
    *QUERY_TARGETS,
)  # fmt: skip

BARS = (
    ("compile", "compiled", "10,000 notes: rotgraph, everything extracted"),
    ("compile", "one", "10,000 notes: rotgraph, one got a sentence"),
    ("compile", "cell", "10,000 notes: rotgraph, one cell of one changed"),
    ("compile", "same", "10,000 notes: rotgraph, nothing changed"),
    ("compile", "Dataview", "10,000 notes: Dataview's importer, no tables"),
    ("compile", "Datacore", "10,000 notes: Datacore's importer, no tables"),
    ("compile", "drain", "10,000 notes: draining pyromark's events"),
    ("small", "compiled", "1,000 notes: rotgraph, everything extracted"),
    ("small", "obsidiantools", "1,000 notes: obsidiantools"),
    ("public", "compiled", "public vault: rotgraph, everything extracted"),
    ("public", "one", "public vault: rotgraph, one got a sentence"),
    ("public", "cell", "public vault: rotgraph, one cell changed"),
    ("public", "same", "public vault: rotgraph, nothing changed"),
    ("public", "markdown-it-py", "public vault: markdown-it-py, parse only"),
)


def write(found: Figures, folder: Path) -> None:
    """The page and the chart."""
    (folder / "README.md").write_text("\n".join(_page(found)), encoding="utf-8")
    (folder / "chart.svg").write_text(_chart(_bars(found)), encoding="utf-8")


def _page(found: Figures) -> Iterator[str]:
    yield HEAD
    yield f"Measured on: {found['machine']}.\n"
    yield "![Seconds, on a scale of powers of ten](chart.svg)\n"
    yield "## Against the targets\n"
    yield from _table(("", "figure", "target", ""), _judged(found))
    yield "\n## Seconds\n"
    yield from _table(("", "seconds", "MiB peak", "rounds"), _seconds(found))
    if "start" in found:
        yield "\n## One query as a program\n"
        yield "Over the compiled 10,000 notes, output piped, the check that no note has changed included.\n"
        names = ("import numpy", "a new query", "a query asked before")
        yield from _table(
            ("", "ms"), [(name, f"{median(row[at] for row in found['start']['rows']):.0f}") for at, name in enumerate(names)]
        )
    for size, words in SIZES.items():
        if size in found.get("queries", {}):
            yield f"\n## Questions over {words.rstrip(',')}\n"
            yield from _asked(found["queries"][size])
    if "export" in found:
        yield "\n## A million triples written\n"
        writers = [
            (name, f"{seconds:.2f}", str(after), f"{size:.0f}") for name, seconds, _, after, size in found["export"]["writers"]
        ]
        yield from _table(("", "seconds", "MiB peak", "MB"), writers)
    yield ""


def _judged(found: Figures) -> Iterator[tuple[str, ...]]:
    for each in TARGETS:
        try:
            figure = each.of(found)
        except KeyError:
            continue
        bound = ("≥ " if each.at_least else "≤ ") + each.shown.format(each.limit)
        yield each.words, each.shown.format(figure), bound, "reached" if each.met(figure) else "**missed**"


def _seconds(found: Figures) -> Iterator[tuple[str, ...]]:
    for part, name, words in BARS:
        rounds = [each[name] for each in found.get(part, {}).get("rounds", ()) if name in each]
        if rounds:
            peak = f"{median(each['MiB peak'] for each in rounds):,.0f}" if "MiB peak" in rounds[0] else ""
            yield words, _plain(median(each["seconds"] for each in rounds)), peak, str(len(rounds))


def _asked(found: Figures) -> Iterator[str]:
    yield (
        "Milliseconds of the processor: the first time / the text again / prepared; of an engine that has no prepared form, the\n"
        "first time / again. Every engine has one thread. The questions stand in `query.py`. The load of the machine was\n"
        f"{found['load']}.\n"
    )
    engines = found["engines"]
    questions = [name for name in engines[0][1] if name not in ("load", "memory")]
    rows = []
    for engine, figures in engines:
        cells = [_forms(figures[each]) if each in figures else "" for each in questions]
        rows.append((engine, f"{figures['load']:.1f}", f"{figures['memory']:.0f}", *cells))
    yield from _table(("", "load s", "MiB", *questions), rows)
    for word in found.get("missing", ()):
        yield f"\n{word}"


def _forms(figures: Figures) -> str:
    times = [figures[form][1] for form in ("first", "repeated", "prepared")]
    return " / ".join(_plain(each) for each in (times if times[1] != times[2] else times[:2]))


def _table(heads: Sequence[str], rows: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|---|" + "---:|" * (len(heads) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _plain(seconds: float) -> str:
    """Three digits.

    Example:
        >>> _plain(0.01234), _plain(1.5), _plain(1234.5)
        ('0.0123', '1.50', '1,234')
    """
    return f"{seconds:,.{max(0, 2 - floor(log10(seconds)))}f}" if seconds > 0 else "0"


def _bars(found: Figures) -> list[tuple[str, float]]:
    bars = []
    for part, name, words in BARS:
        rounds = [each[name]["seconds"] for each in found.get(part, {}).get("rounds", ()) if name in each]
        if rounds:
            bars.append((words, median(rounds)))
    return bars


def _chart(bars: Sequence[tuple[str, float]]) -> str:
    """Bars on a scale of powers of ten."""
    left, width, step, top = 330, 460, 24, 34
    least = floor(log10(min((seconds for _, seconds in bars), default=1)))
    most = floor(log10(max((seconds for _, seconds in bars), default=1))) + 1
    unit = width / (most - least)
    height = top + step * len(bars) + 12
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 90} {height}"',
        '  font-family="sans-serif" font-size="13">',
        "<title>Seconds, on a scale of powers of ten</title>",
        f'<rect width="{left + width + 90}" height="{height}" fill="#fff"/>',
    ]
    for power in range(least, most + 1):
        at = left + unit * (power - least)
        lines.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top - 8}" y2="{height - 8}" stroke="#ddd"/>')
        lines.append(f'<text x="{at:.1f}" y="{top - 14}" fill="#666" text-anchor="middle">{10.0**power:g} s</text>')
    for number, (words, seconds) in enumerate(bars):
        at, length = top + step * number, unit * (log10(seconds) - least)
        colour = "#2563eb" if "rotgraph" in words else "#9ca3af"
        lines.append(f'<text x="{left - 10}" y="{at + 13}" text-anchor="end" fill="#111">{escape(words)}</text>')
        lines.append(f'<rect x="{left}" y="{at}" width="{length:.1f}" height="{step - 7}" rx="2" fill="{colour}"/>')
        lines.append(f'<text x="{left + length + 6:.1f}" y="{at + 13}" fill="#111">{_plain(seconds)}</text>')
    return "\n".join([*lines, "</svg>", ""])
