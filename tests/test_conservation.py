"""Nothing in a table is lost: every word of every cell stands in some fact of its row.

Cells are counted from the text by a scanner of its own, not by the reader under test.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from rotgraph.api.walk import compile_folder
from rotgraph.model.graph import Graph
from rotgraph.model.schema import fold
from rotgraph.model.value import Kind, Quantity

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE_VAULT = ROOT / "examples" / "vault"
SEED = ROOT.parent / "shared" / "seed"

_DELIMITER = re.compile(r"^\s*>?\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_WORD = re.compile(r"[^\W_]+")


def tables(text: str) -> Iterator[tuple[int, list[str], list[tuple[int, list[str]]]]]:
    """Line of the header, header cells, rows: a line scanner."""
    lines = text.splitlines()
    at, fenced = 0, False
    while at + 1 < len(lines):
        fenced ^= lines[at].lstrip().startswith("```")
        if not fenced and "|" in lines[at] and "|" in lines[at + 1] and _DELIMITER.match(lines[at + 1]):
            head, rows, row = at, [], at + 2
            while row < len(lines) and "|" in lines[row] and lines[row].strip():
                rows.append((row + 1, cells(lines[row])))
                row += 1
            yield head + 1, cells(lines[head]), rows
            at = row
        else:
            at += 1


def cells(line: str) -> list[str]:
    """The cells of a row: pipes part them, escaped pipes do not."""
    body = line.strip().removeprefix(">").strip().strip("|")
    return [part.replace("\\|", "|").strip() for part in re.split(r"(?<!\\)\|", body)]


def words(cell: str) -> set[str]:
    """The words of a cell, a link by what it shows, a picture by its file."""
    cell = re.sub(r"!\[\[([^\]|]+)[^\]]*\]\]", r"\1", cell)
    cell = re.sub(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]", r"\1", cell)
    return {fold(word) for word in _WORD.findall(cell)}


def said(graph: Graph) -> dict[tuple[str, int], set[str]]:
    """Per note and line, the words of all facts that stand there, those of their fields too: a first column may name fields."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for name in graph.properties:
        field = {fold(word) for word in _WORD.findall(name.replace("_", " "))}
        for fact in range(*graph.property_range(name)):
            value = graph.value(fact)
            if graph.columns["fact_kind"][fact] == Kind.THING:
                texts = [graph.label(value), *graph.aliases(value)]
            elif isinstance(value, Quantity):
                texts = [value.text, value.remark]
            else:
                texts = [str(value)]
            tokens = field | {fold(word) for text in texts for word in _WORD.findall(text)}
            for place in graph.evidence(fact):
                for line in range(place.line, place.end_line + 1):
                    found[place.note, line] |= tokens
    for node in range(graph.node_count):
        place = graph.principal(node)
        if place is not None:
            found[place.note, place.line] |= {fold(word) for word in _WORD.findall(graph.label(node))}
    return found


def lost(folder: Path) -> tuple[int, int, list[str]]:
    """Tables, rows, and the cells with a word that no fact of their line holds."""
    graph = compile_folder(folder)
    spoken = said(graph)
    count = rows = 0
    missing = []
    for path in sorted(folder.rglob("*.md")):
        note = path.relative_to(folder).as_posix()
        for _, header, body in tables(path.read_text(encoding="utf-8")):
            count += 1
            for line, row in body:
                rows += 1
                for cell in row[: len(header)]:
                    gone = words(cell) - spoken[note, line]
                    if gone:
                        missing.append(f"{note}:{line}: {cell} ({', '.join(sorted(gone))})")
    return count, rows, missing


@pytest.mark.shared
@pytest.mark.skipif(not SEED.is_dir(), reason="the first user's note is not part of the repository")
def test_every_cell_of_the_first_users_note() -> None:
    count, rows, missing = lost(SEED)
    assert (count, rows) == (22, 122)
    assert missing == []


def test_every_cell_of_the_example_vault() -> None:
    count, rows, missing = lost(EXAMPLE_VAULT)
    assert count > 15
    assert rows > 60
    assert missing == []
