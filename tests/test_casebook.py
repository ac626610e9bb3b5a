"""The runner of Markdown cases, itself tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebook import read_cases, rewrite
from graphs import make_graph, told
from listing import choose, list_facts

BOOK = """\
# Shared

```note path="My note.md"
Hello
```

## First

Why it is so.

```query x=10%
episodes
```
```result
name
```

## Second

xfail: not yet

````note
```python
x
```
````
```diagnostics
```

### Not a test
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.md"
    path.write_text(BOOK, encoding="utf-8")
    return path


def test_headings_are_cases_and_inherit_notes(book: Path) -> None:
    first, second = read_cases(book)
    assert (first.title, first.line, first.xfail) == ("First", 7, "")
    assert [block.option("path") for block in first.inputs] == ["My note.md"]
    assert [block.kind for block in second.inputs] == ["note", "note"]
    assert second.inputs[1].text == "```python\nx\n```"
    assert second.xfail == "not yet"


def test_an_expected_block_knows_its_question(book: Path) -> None:
    ((asked, wanted),) = read_cases(book)[0].expected
    assert asked is not None
    assert (asked.text, asked.options, wanted.text, wanted.line) == ("episodes", (("x", "10%"),), "name", 14)


def test_rewriting_changes_one_block_and_nothing_else(book: Path) -> None:
    wanted = read_cases(book)[0].expected[0][1]
    rewrite(book, {wanted.index: "name\nEnergy"})
    assert book.read_text(encoding="utf-8") == BOOK.replace("```result\nname\n", "```result\nname\nEnergy\n")


def test_a_question_without_an_answer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# A\n```query\nx\n```\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expects nothing"):
        read_cases(path)


def test_facts_are_listed_by_node_and_property() -> None:
    graph = make_graph(
        {
            "Oil majors": {"class": "sector", "line": 3, "aliases": ["Majors"]},
            "Calm → Storm (2031)": {
                "class": "episode", "line": 12, "id": "episode/calm-to-storm-2031",
                "buy_side": told("Oil majors", line=12), "duration": "18 months",
                "period": told("2031", stated="Mar 2031", line=14),
            },
        }
    )  # fmt: skip
    lines = list_facts(graph)
    assert choose(lines, "only: episode\nonly: id/")[2:] == (
        'episode/calm-to-storm-2031 · a · episode · "Calm → Storm (2031)" · Test note:12:1',
        "episode/calm-to-storm-2031 · buy_side · <id/oil-majors> · Test note:12:1",
        "episode/calm-to-storm-2031 · duration · 18 months {18 month} · Test note:12:1",
        "episode/calm-to-storm-2031 · period · 2031 {2031-01-01/2032-01-01 year} · Test note:14:1 @ Mar 2031",
        'id/oil-majors · a · sector · "Oil majors" (Majors) · Test note:3:1',
    )
