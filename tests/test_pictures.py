"""Pictures: the chart that the columns ask for, bounds and doubt shown, nothing over anything else, always the same bytes."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

import rotgraph
from answers import PlainAnswer, percent, year
from rotgraph.api.graph import Graph
from rotgraph.cli import main
from rotgraph.errors import UnsupportedOperationError
from rotgraph.model.result import Cell, ResultColumn

pytest.importorskip("matplotlib", reason="pictures need matplotlib: pip install 'rotgraph[plot]'")

from matplotlib.colors import to_hex

from rotgraph.pictures.choose import draw_answer
from rotgraph.pictures.figure import THEMES, Picture, drawing, pale

LIGHT = THEMES["light"]
EXAMPLE = Path(__file__).parents[1] / "examples" / "vault"

NOTE = """
# Desk

| Rotation | Period | Trigger | Sell side | Buy side | Duration |
|---|---|---|---|---|---|
| Growth → Value | 2000–2002 | Dot-com bust | Tech | Energy | 2+ years |
| Large → Small | 2026 | Rate cuts | Mag 7 | Russell 2000 | Ongoing |
| Calm → Storm | ~Q3 2018 | A $5 <b>bill</b> & more | Everything | Cash | 3 months |

## Returns

| Stock | 2021 | 2022 | 2023 |
|---|---|---|---|
| [[NVIDIA]] | +125% | -50% | +239% |
| [[Tesla]] | +50% | ~-65% | +102% |

## Targets

| Stock | Target |
|---|---|
| [[NVIDIA]] | +30-40% |
| [[Tesla]] | 60%+ |
| [[Apple]] | ~+13% |
| [[Intel]] | -9% |
"""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return rotgraph.compile({"Desk.md": NOTE})


@pytest.fixture(scope="module")
def example() -> Graph:
    return rotgraph.compile(EXAMPLE, cache=False)


# which chart

ASKED = (
    ("episodes", "timeline"), ("episodes show period", "timeline"), ("returns show about, year, value", "lines"),
    ("returns where about is NVIDIA show year, value", "lines"), ("returns show about, year, value pivot year", "heat"),
    ("returns per year show year, avg(value)", "lines"), ("returns show about, value", "bars"), ("count returns per about", "bars"),
    ("targets show about, value", "bars"), ("episodes show rotation, duration", "bars"), ("stocks show name, target", "bars"),
)  # fmt: skip


@pytest.mark.parametrize(("query", "kind"), ASKED, ids=[query for query, _ in ASKED])
def test_the_columns_choose_the_chart(graph: Graph, query: str, kind: str) -> None:
    assert graph.query(query).plot().kind == kind


def test_a_class_a_thing_and_a_query_are_drawn(graph: Graph) -> None:
    assert graph.plot("episodes").kind == "timeline"
    assert graph.plot("NVIDIA").kind == "neighbourhood"
    assert graph.plot(graph.thing("NVIDIA")).kind == "neighbourhood"
    assert graph.plot("returns show about, year, value").kind == "lines"
    assert graph.plot("returns show about, year, value", kind="bars").kind == "bars"


@pytest.mark.parametrize("query", ["stocks where name is Nobody", "stocks show name", "count stocks where name is Nobody"])
def test_what_cannot_be_drawn_says_why(graph: Graph, query: str) -> None:
    if query.startswith("count"):
        assert graph.query(query).plot().kind == "bars"
        return
    with pytest.raises(UnsupportedOperationError, match="a picture has no form in"):
        graph.query(query).plot()


def test_a_wrong_kind_or_theme_says_which_there_are(graph: Graph) -> None:
    with pytest.raises(UnsupportedOperationError, match="bars, lines, heat, timeline"):
        graph.query("targets").plot(kind="pie")
    with pytest.raises(UnsupportedOperationError, match="light, dark"):
        graph.query("targets").plot(theme="pink")
    with pytest.raises(rotgraph.QueryError):
        graph.plot("episods")


# honest


def test_a_timeline_has_each_episode_its_sides_and_its_doubt(graph: Graph) -> None:
    picture = graph.plot("episodes")
    words = texts(picture)
    assert {"Growth → Value", "Large → Small", "Calm → Storm", "2000–2002", "sell side", "Tech", "Energy", "Russell 2000"} <= words
    bars = picture.figure.axes[0].patches
    assert len(bars) == 3
    assert len({bar.get_facecolor() for bar in bars}) == 2, "what is approximate is paler"
    arrows = [line for line in picture.figure.axes[0].lines if line.get_marker() == ">"]
    assert len(arrows) == 1, "what goes on ends in an arrow"
    start, wide = bars[2].get_x(), bars[2].get_width()
    assert (round(start), round(start + wide)) == (2000, 2003), "2000–2002 reaches to the end of 2002"


def test_bars_show_ranges_open_ends_and_doubt(graph: Graph) -> None:
    picture = graph.query("targets show about, value").plot()
    axes = picture.figure.axes[0]
    spans = [tuple(line.get_xdata()) for line in axes.lines if line.get_marker() == "|"]
    assert spans == [(30.0, 40.0)]
    assert [line.get_marker() for line in axes.lines if line.get_marker() in "<>"] == [">"], "60%+ goes on"
    widths = {text.get_text(): bar.get_width() for text, bar in zip(axes.get_yticklabels(), axes.patches, strict=True)}
    assert widths == {"NVIDIA": 35.0, "Tesla": 60.0, "Apple": 13.0, "Intel": -9.0}
    colours = [to_hex(bar.get_facecolor()) for bar in axes.patches]
    assert colours == [pale(LIGHT.series[0], LIGHT, 0.55)] * 3 + [LIGHT.out], "doubt is paler, a fall has its colour"
    assert {"+30-40%", "60%+", "~+13%", "-9%"} <= texts(picture)
    assert axes.get_xlim()[0] < -9
    assert axes.get_xlim()[1] > 60


def test_rows_that_are_called_alike_are_told_apart(example: Graph) -> None:
    labels = [each.get_text() for each in example.query("episodes show rotation, duration").plot().figure.axes[0].get_yticklabels()]
    assert "Growth → Value (2022)" in labels
    assert len(set(labels)) == len(labels)


def test_bars_begin_at_nothing(example: Graph) -> None:
    for query in ("targets show about, value", "episodes show rotation, divergence", "count observations per metric"):
        low, high = example.query(query).plot(kind="bars").figure.axes[0].get_xlim()
        assert low <= 0 <= high


def test_values_of_another_unit_are_not_drawn_beside_and_said(graph: Graph) -> None:
    made = rotgraph.compile({"A.md": "| Widget | Worth |\n|---|---|\n| A | $5B |\n| B | $7B |\n| C | 12% |\n"})
    picture = made.query("widgets show name, worth").plot()
    assert picture.notes == ("1 value in another unit",)
    assert len(picture.figure.axes[0].patches) == 2


def test_what_is_left_out_is_said() -> None:
    rows: tuple[tuple[Cell, ...], ...] = tuple((f"row {number}", percent(f"{number}%", number)) for number in range(1, 90))
    answer = PlainAnswer((ResultColumn("name", "text"), ResultColumn("value", "quantity")), rows)
    picture = draw_answer(answer.answer, "Many")
    assert picture.notes == ("the first 40 of 89 rows",)
    assert "the first 40 of 89 rows" in texts(picture), "and in the picture itself"


def test_lines_have_gaps_where_nothing_is_known() -> None:
    known = {number: percent("5%", 5) for number in (2019, 2020, 2022, 2023)}
    rows: tuple[tuple[Cell, ...], ...] = tuple((year(number), known.get(number)) for number in range(2019, 2024))
    answer = PlainAnswer((ResultColumn("period", "period"), ResultColumn("value", "quantity")), rows)
    picture = draw_answer(answer.answer, "Gap")
    assert picture.kind == "lines"
    lines = [line.get_xdata() for line in picture.figure.axes[0].lines if line.get_linestyle() == "-"]
    assert [len(xs) for xs in lines if len(xs) > 1] == [2, 2]


# looked at by measure: nothing over anything else, nothing outside

PICTURES = (
    "episodes", "Exxon", "Sector rotation", "NVIDIA", "returns show about, year, value",
    "returns show about, year, value pivot year",
    "returns where about is NVIDIA show year, value", "targets show about, value", "episodes show rotation, divergence",
    "returns where about in (NVIDIA, Tesla, Meta, Apple, [[S&P 500]]) show about, year, value",
    "observations where about is Exxon show metric, value", "episodes show rotation, duration, divergence",
)  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("what", PICTURES)
def test_no_text_lies_over_another_or_outside(example: Graph, what: str, theme: str) -> None:
    picture = example.plot(what, theme=theme)
    with drawing():
        picture.figure.draw_without_rendering()
    renderer = picture.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    whole = picture.figure.bbox
    boxes = []
    for text in shown(picture):
        box = text.get_window_extent(renderer)
        boxes.append((text.get_text(), box))
        assert box.x0 >= whole.x0 - 1, f"{text.get_text()} is cut at the left"
        assert box.x1 <= whole.x1 + 1, f"{text.get_text()} is cut at the right"
        assert box.y0 >= whole.y0 - 1, f"{text.get_text()} is cut below"
        assert box.y1 <= whole.y1 + 1, f"{text.get_text()} is cut above"
    for (one, a), (other, b) in combinations(boxes, 2):
        wide, tall = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide < 1 or tall < 2, f"{one!r} lies over {other!r}"


# the bytes


@pytest.mark.parametrize("what", ["episodes", "NVIDIA", "targets show about, value", "returns show about, year, value"])
def test_the_same_notes_give_the_same_bytes(graph: Graph, what: str) -> None:
    again = rotgraph.compile({"Desk.md": NOTE})
    for form in ("svg", "png"):
        assert graph.plot(what).render(form) == again.plot(what).render(form)
    svg = graph.plot(what).render("svg").decode()
    assert svg.startswith("<?xml")
    assert not re.search(r"<dc:date>|<script|<image", svg)


def test_the_text_of_notes_is_drawn_and_never_read_as_marks(graph: Graph) -> None:
    hostile = rotgraph.compile({"A.md": "| Stock | Move |\n|---|---|\n| a \\$x_1\\$ \\<b\\> & \\\\frac | +5% |\n| [[b]] | -3% |\n"})
    picture = hostile.query("moves show about, value").plot(title="$\\frac{1}{2}$ <script>&")
    svg = picture.render("svg").decode()
    assert "<script>" not in svg
    assert any("$x_1$" in each for each in texts(picture))


def test_a_picture_is_saved_shown_and_cannot_be_changed(graph: Graph, tmp_path: Path) -> None:
    picture = graph.plot("episodes")
    picture.save(tmp_path / "a.svg")
    picture.save(tmp_path / "a.png")
    assert (tmp_path / "a.svg").read_bytes() == picture.render("svg")
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    assert picture._repr_png_() == picture.render("png")
    assert repr(picture).startswith("<Picture timeline")
    with pytest.raises(UnsupportedOperationError, match=r"\.png or \.svg"):
        picture.save(tmp_path / "a.pdf")
    with pytest.raises(AttributeError):
        picture.kind = "pie"


# the command


def test_the_command_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.svg"
    vault = ["--vault", str(EXAMPLE), "--no-cache"]
    assert main(["plot", "episodes", *vault, "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: timeline\n"
    assert main(["plot", "returns where year = $y show about, value", *vault, "--param", "y=2022", "--out", str(out)]) == 0
    assert main(["plot", "episodes", *vault, "--out", str(tmp_path / "a.pdf")]) == 2
    assert main(["plot", "episods", *vault, "--out", str(out)]) == 1
    assert "episodes" in capsys.readouterr().err
    assert main(["plot", "notes show name", *vault, "--out", str(out)]) == 1


def texts(picture: Picture) -> set[str]:
    return {text.get_text() for text in shown(picture)}


def shown(picture: Picture) -> list:  # type: ignore[type-arg]
    """Every text that is drawn."""
    from matplotlib.text import Text

    found = [text for text in picture.figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    axes = picture.figure.axes[0]
    unseen: set[int] = set()
    for axis in (axes.xaxis, axes.yaxis):  # ticks that are kept ready and not drawn: outside of the limits, or of axes turned off
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            if not axes.axison or not low <= tick.get_loc() <= high:
                unseen |= {id(tick.label1), id(tick.label2)}
    return [text for text in found if id(text) not in unseen]


def test_periods_that_are_whole_years_are_named_as_years() -> None:
    table = "| Kiln | 2021 | 2022 | 2023 |\n|---|---|---|---|\n| [[North]] | 7% | 8% | 5% |\n| [[South]] | 4% | 6% | 9% |\n"
    graph = rotgraph.compile({"Clay.md": f"# Clay\n\n## Breakage\n\n{table}"})
    axes = graph.query("observations show about, value, period").plot(kind="lines").figure.axes[0]
    assert {x for line in axes.lines if line.get_linestyle() == "-" for x in line.get_xdata() if x > 1} == {2021, 2022, 2023}


def test_rows_that_are_called_by_their_date_are_named_by_what_is_shown() -> None:
    rows = "| 2031-05-12 | [[North]] | $5 |\n| 2031-06-02 | [[South]] | $6 |\n| Ongoing | [[East]] | |\n"
    graph = rotgraph.compile({"Firings.md": f"| Day | Kiln | Cost |\n|---|---|---|\n{rows}"})
    picture = graph.query("days show period, kiln").plot(kind="timeline")
    assert {text.get_text() for text in picture.figure.axes[0].get_yticklabels()} >= {"North", "South"}
