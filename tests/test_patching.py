"""A note of which some records say something else: they alone are joined, and the graph is that of a compile from nothing."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotgraph.api.walk import compile_folder
from rotgraph.disk.graph_file import ChangedGraph, StoredGraph
from rotgraph.disk.opening import open_current
from rotgraph.disk.shelf import Shelf
from rotgraph.disk.texts import arranged
from rotgraph.model.graph import Graph
from rotgraph.model.numbering import first_uses
from small_vault import NOTES, random_note, write_vault
from test_moving import RIVALS, compiled

MORE = {
    "Ledger.md": (
        "# Ledger\n\n## Moves (Jan 2031)\n\n| Stock | Move | Catalyst |\n|---|---|---|\n| [[Brolly]] | +12% | weather |\n"
        "| [[Oilskin Works]] | -3% | news of [[Ferries]] |\n| [[Ferries]] | +2% | weather |\n\n"
        "## Returns\n\n| Stock | 2031 | 2032 |\n|---|---|---|\n| [[Brolly]] | +12% | -4% |\n| [[Oilskin Works]] | 6% | ~7% |\n"
    ),
    "Second ledger.md": (
        "# Second ledger\n\n## Returns\n\n| Stock | 2031 | 2032 |\n|---|---|---|\n| [[Brolly]] | +11% | -4% |\n"
        "| [[Oilskin Works]] | 6% | +9% |\n\n| Metric | Value |\n|---|---|\n| Revenue | $2T |\n"
    ),
    "Third ledger.md": "# Third ledger\n\n## Returns\n\n| Stock | 2031 | 2032 |\n|---|---|---|\n| [[Brolly]] | +12% | -5% |\n",
    "Harbour.md": "# Harbour\n\n| | |\n|---|---|\n| Depth | nine fathoms |\n| Keeper | [[Ada Tide]] |\n| Keepers | old hands |\n",
}
"""Tables whose records share keys, agree and differ."""


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    write_vault(tmp_path, {**NOTES, **RIVALS, **MORE})
    compile_folder(tmp_path)
    return tmp_path


def edited(vault: Path, path: str, old: str, new: str) -> None:
    text = (vault / path).read_text(encoding="utf-8")
    assert old in text
    write_vault(vault, {path: text.replace(old, new, 1)})


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        # a value of a record that is alone with its key: new, existing, of more letters, with a remark
        ("Ledger.md", "| [[Ferries]] | +2% |", "| [[Ferries]] | +312% |"),
        ("Ledger.md", "| [[Ferries]] | +2% |", "| [[Ferries]] | -3% |"),
        ("Ledger.md", "| [[Ferries]] | +2% |", "| [[Ferries]] | ~2% |"),
        # one that others contradict, one that agreed with another, one that agrees now, one that stood alone
        ("Second ledger.md", "+11%", "+17%"),
        ("Ledger.md", "| [[Brolly]] | +12% | -4% |", "| [[Brolly]] | +19% | -4% |"),
        ("Third ledger.md", "+12%", "+13%"),
        ("Second ledger.md", "+11%", "+12%"),
        ("Second ledger.md", "+9%", "~7%"),
        ("Third ledger.md", "| +12% | -5% |", "| +11% | -4% |"),
        # texts: new, existing, none, with things named in them
        ("Ledger.md", "| -3% | news of [[Ferries]] |", "| -3% | the tide |"),
        ("Ledger.md", "| -3% | news of [[Ferries]] |", "| -3% | weather |"),
        ("Ledger.md", "| +12% | weather |", "| +12% | [[Ferries]] and weather |"),
        ("Ledger.md", "| +2% | weather |", "| +2% |  |"),
        ("Harbour.md", "nine fathoms", "ten fathoms"),
        ("Harbour.md", "nine fathoms", "old hands"),
        # rows: more at the end, between others, fewer, in another order, twice
        ("Ledger.md", "| 6% | ~7% |\n", "| 6% | ~7% |\n| [[Ferries]] | 8% | 9% |\n"),
        ("Ledger.md", "| [[Oilskin Works]] | 6% | ~7% |\n", "| [[Ferries]] | 8% | 9% |\n| [[Oilskin Works]] | 6% | ~7% |\n"),
        ("Second ledger.md", "| [[Oilskin Works]] | 6% | +9% |\n", ""),
        ("Second ledger.md", "| [[Brolly]] | +11% | -4% |\n", ""),
        ("Second ledger.md", "| [[Brolly]] | +11% | -4% |\n", "| [[Brolly]] | +11% | -4% |\n| [[Brolly]] | +11% | -4% |\n"),
        ("Ledger.md", "| [[Brolly]] | +12% | weather |\n", "| [[Brolly]] | +12% | weather |\n| [[Brolly]] | +12% | weather |\n"),
    ],
)  # fmt: skip
def test_what_a_table_says_is_patched(vault: Path, path: str, old: str, new: str) -> None:
    before = (vault / path).read_text(encoding="utf-8")
    edited(vault, path, old, new)
    work = compiled(vault)
    assert (work.settled, work.joined) == (0, 0)
    write_vault(vault, {path: before})
    assert compiled(vault).joined == 0


def test_several_notes_are_patched_at_once(vault: Path) -> None:
    edited(vault, "Second ledger.md", "+11%", "+12%")
    edited(vault, "Ledger.md", "| 6% | ~7% |\n", "| 6% | ~7% |\n| [[Ferries]] | 8% | 9% |\n")
    edited(vault, "Third ledger.md", "-5%", "-4%")
    assert compiled(vault).joined == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [("| -3% | news of", "| -4% | news of"), ("| +12% | weather |", "| +12% | wind |"), ("# Ledger\n", "# Ledger\n\nIt rains.\n")],
    ids=["patched, a value", "patched, a text", "moved"],
)
def test_an_edit_holds_no_graph(vault: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> None:
    """Columns of before and of now wait on the disk: of ten thousand notes they would fill the memory three times."""
    kept: list[ChangedGraph] = []
    save = Shelf.save

    def saved(shelf: Shelf, graph: ChangedGraph, *more: Any) -> Graph:
        kept.append(graph)
        return save(shelf, graph, *more)

    monkeypatch.setattr("rotgraph.model.spool._SMALL", 0)
    monkeypatch.setattr(Shelf, "save", saved)
    edited(vault, "Ledger.md", old, new)
    assert compiled(vault).joined == 0
    (graph,) = kept
    assert graph.changed
    for column in (*graph.changed.values(), *(graph.kept.columns[name] for name in ("evidence_line", "fact_value"))):
        assert not column.flags.owndata, "it waits in a file"
        assert not column.flags.writeable


def test_a_cell_and_a_sentence_above_it(vault: Path) -> None:
    edited(vault, "Second ledger.md", "## Returns", "It rained.\n\n## Returns")
    edited(vault, "Second ledger.md", "+11%", "+18%")
    assert compiled(vault).joined == 0


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("Ledger.md", "| Stock | Move | Catalyst |", "| Stock | Move | Weathervane |"),  # a field that nobody knew
        ("Ledger.md", "[[Oilskin Works]] | -3%", "[[A thing of its own]] | -3%"),
        ("Ledger.md", "| [[Ferries]] | +2% | weather |\n", ""),
        ("Rotations.md", "2033 Q2", "2034 Q2"),
        ("Harbour.md", "# Harbour", "# Haven"),
        ("Ledger.md", "## Returns", "## Returns of 2031"),
    ],
)
def test_what_others_may_hang_on_is_the_same_in_the_end(vault: Path, path: str, old: str, new: str) -> None:
    edited(vault, path, old, new)
    compiled(vault)


def test_ties_that_are_damaged(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shelf, "ties", lambda *_: None)
    edited(vault, "Second ledger.md", "+11%", "+17%")
    assert compiled(vault).joined > 0


_CELLS = (
    "+12%", "$3T", "weather", "[[Brolly]]", "2033", "", "[[Ferries]], [[Tugs]]", "~7x", "Rates", "+13% (est.)", "Q2 2031", "8/10",
    "[[Brolly]] and the rest", "-4%", "[[Ada Tide|Ada]]", "2031-2033",
)  # fmt: skip


def _row(random: Random, row: str) -> str:
    """A row with one cell that says something else."""
    cells = re.split(r"(?<!\\)\|", row.rstrip("\n"))
    cells[random.randrange(1, max(2, len(cells) - 1))] = f" {random.choice(_CELLS)} "
    return "|".join(cells) + "\n"


@settings(max_examples=12)
@given(st.integers(0, 2**32))
def test_tables_that_change(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    random = Random(seed)
    vault = write_vault(tmp_path_factory.mktemp("patching"), {**NOTES, **RIVALS, **MORE})
    write_vault(vault, {f"Random {number}.md": random_note(random) for number in range(3)})
    compile_folder(vault)
    for _ in range(5):
        tables = [each for each in sorted(vault.rglob("*.md")) if "\n| " in each.read_text(encoding="utf-8")]
        for path in random.sample(tables, random.choice((1, 1, 1, 2))):
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            rows = [at for at, line in enumerate(lines) if line.startswith("|") and not set(line) <= set("|-: \n")]
            at = random.choice(rows)
            change = random.choice(("cell", "cell", "cell", "more", "less", "sentence"))
            if change == "less":
                del lines[at]
            elif change == "sentence":
                lines.insert(0, "It rained.\n\n")
            elif change == "cell":
                lines[at] = _row(random, lines[at])
            else:
                lines.insert(at + 1, _row(random, lines[at]))
            path.write_text("".join(lines), encoding="utf-8")
        compiled(vault)


def test_numbers_hang_on_nothing_but_use(vault: Path) -> None:
    """Texts in another order, and texts that nothing uses, come to the same."""
    graph = open_current(Shelf(vault, (), 0).home, None)[1]
    assert isinstance(graph, StoredGraph)
    columns = dict(graph.columns)
    order, same = arranged(columns)
    assert order.tolist() == list(range(len(columns["text_offsets"]) - 1))
    assert all(np.array_equal(each, columns[name]) for name, each in same.items())
    columns["text_bytes"] = np.append(columns["text_bytes"], np.frombuffer(b"nobody", np.uint8))
    columns["text_offsets"] = np.append(columns["text_offsets"], columns["text_offsets"][-1] + 6)
    assert arranged(columns)[0].tolist() == order.tolist()


def test_first_uses() -> None:
    assert first_uses(np.array([2, 0, 2, -1, 0], np.int32), 4).tolist() == [1, 5, 0, 5]
