"""In: the generator of bad vaults. Out: every one of them read: no exception, the good note beside it intact, the right
diagnostics. Room: tests.

The rows are named as in the generator. Each vault is read note by note, and compiled whole by a program of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from note_laws import broken_law
from rotgraph.notes.document import Document, Table
from rotgraph.notes.parse import parse_note
from rotgraph.notes.vault import attachments, read_vault

GENERATOR = Path(__file__).parents[2] / "shared" / "acceptance" / "bad_vaults.py"
COUNT = 79
CODES = {
    "A01": [], "A02": [], "A03": [], "A04": [], "A05": [], "A06": ["RG101"], "A07": ["RG101"], "A08": ["RG102"], "A09": ["RG105"],
    "A10": [], "A11": ["RG101"], "A12": ["RG104"], "A13": ["RG104"], "A14": ["RG104"], "A15": ["RG101"], "A16": ["RG101"],
    "A17": ["RG128"], "A18": [], "A19": ["RG107"], "A20": ["RG101"], "A21": [], "A22": [], "A23": [], "A24": ["RG103"],
    "B01": ["RG110"], "B02": ["RG110"], "B03": ["RG119"], "B04": ["RG112"], "B05": [], "B06": [], "B07": [], "B08": [], "B09": [],
    "B10": [], "B11": [], "B12": [], "B13": ["RG115"], "B14": ["RG114", "RG115"], "B17": ["RG114"], "B19": [], "B20": [],
    "B21": ["RG116"], "B22": ["RG111", "RG117"], "B23": ["RG118"],
    "C01": ["RG401"], "C02": [], "C03": ["RG121"], "C04": ["RG125"], "C05": ["RG125"], "C06": ["RG122"], "C07": [], "C08": [],
    "C09": [], "C10": [], "C11": [], "C12": [], "C13": [], "C14": [], "C15": ["RG402", "RG403"], "C16": [], "C17": [],
    "C18": ["RG121", "RG125", "RG405"], "C19": [], "C20": ["RG124"], "C21": [], "C22": [], "C23": [], "C24": ["RG126"],
    "C25": ["RG120"],
    "C26": ["RG112"], "C27": [], "C28": [], "D01": [], "D05": [], "I03": [], "I05": [], "I07": [], "I08": [],
}  # fmt: skip
"""The codes that the reading of notes alone gives, each once; B15 depends on who runs the test."""
WHOLE = {
    "A01": ["RG304"], "A02": ["RG304"], "B05": ["RG203", "RG206"], "B06": ["RG202", "RG206"], "C06": ["RG204"], "C08": ["RG310"],
    "C10": ["RG204", "RG207", "RG209"], "C11": ["RG203"], "C12": ["RG205"], "C13": ["RG202"], "C14": ["RG207"], "C15": ["RG501"],
    "C16": ["RG410"], "C23": ["RG204"], "D01": ["RG301", "RG302", "RG310"], "D05": ["RG303", "RG304"],
}  # fmt: skip
"""The codes that come to these when the vault is compiled, besides RG201: every vault links to notes that it lacks."""
MEMORY = 512 << 20
"""Bytes that no vault may take, the program included."""
LARGE = ("A23", "C15", "C17", "C18", "C26", "I03", "I05", "I07")
"""Too large for the laws, which look at every character."""

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not GENERATOR.is_file(), reason="the generator of bad vaults is not beside the repository (../shared)"),
]


@pytest.fixture(scope="module")
def vaults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    subprocess.run([sys.executable, str(GENERATOR), str(folder)], check=True, capture_output=True)
    return folder


def documents(folder: Path) -> tuple[dict[str, Document], list[str], list[str]]:
    """The notes of a vault, the codes of what was wrong, and the laws that do not hold."""
    checked = read_vault(folder)
    codes = [diagnostic.code for diagnostic in checked.diagnostics]
    notes, broken = {}, []
    for source in checked.value:
        parsed = parse_note(source)
        notes[source.path] = parsed.value
        codes.extend(diagnostic.code for diagnostic in parsed.diagnostics)
        if folder.name not in LARGE and (law := broken_law(source)):
            broken.append(f"{source.path}: {law}")
    return notes, sorted(set(codes)), broken


def test_there_are_as_many(vaults: Path) -> None:
    assert len([name for name in os.listdir(vaults) if (vaults / name).is_dir()]) == COUNT


@pytest.mark.parametrize("row", [*CODES, "B15"])
def test_a_bad_vault(vaults: Path, row: str) -> None:
    notes, codes, broken = documents(vaults / row)
    assert not broken, broken
    if row != "B15":
        assert codes == CODES[row]
    if (vaults / row / "Control.md").is_file():
        control = notes["Control.md"]
        assert [(link.target, link.label) for link in control.links] == [("Exxon", ""), ("NVIDIA", "Nvidia"), ("Exxon", "")]
        assert [tag.name for tag in control.tags] == ["control"]
        assert [(entry.key, entry.value) for entry in control.front_matter] == [("aliases", ("Ctl",))]
        table = control.blocks[-1]
        assert isinstance(table, Table)
        cells = [[cell.plain for cell in row.cells] for row in (table.header, *table.rows)]
        assert cells == [["Stock", "Move"], ["Exxon", "+18%"]]


def test_each_vault_compiled(vaults: Path) -> None:
    """Whole vaults in one program: none hangs, none takes more memory than it may, what the good note says is always the same."""
    program = Path(__file__).with_name("bad_vault_run.py")
    done = subprocess.run([sys.executable, str(program), str(vaults)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-200:]} … {done.stderr[-2000:]}"
    told = {each["row"]: each for each in map(json.loads, done.stdout.splitlines())}
    assert len(told) == COUNT
    control = told["A01"]["control"]
    assert "Control links NVIDIA 8:19" in control
    assert any(each.endswith(" value +18% 12:15") for each in control)
    for row, each in told.items():
        if row in CODES:
            assert each["codes"] == sorted({*CODES[row], *WHOLE.get(row, ()), "RG201"}), row
        assert each["control"] == control, row
        assert each["peak"] < MEMORY, row
        assert not each["escapes"], row
    assert "the name stands before the pipe: write `[[note.name|label]]`" in told["C22"]["hints"]


def test_unreadable_notes_are_told(vaults: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("everything can be read by root")
    notes, codes, _ = documents(vaults / "B15")
    assert codes == ["RG113"]
    assert list(notes) == ["Control.md"]


def values(folder: Path, name: str = "Bad.md") -> dict[str, object]:
    return {entry.key: entry.value for entry in documents(folder)[0][name].front_matter}


def test_scalars_stay_text(vaults: Path) -> None:
    assert values(vaults / "A01") == {"d": "2026-02-30"}
    assert values(vaults / "A03") == {"aliases": ("ON Semiconductor", "ON")}
    assert values(vaults / "A04") == {"aliases": ("1789", "9988", "3M", "1e3", "0x1F", "12:30:45", "1_000", "~", "no")}
    assert values(vaults / "A05") == {"ticker": "000660"}
    assert values(vaults / "A18") == {"n": "9" * 5000}


def test_one_bad_key_loses_one_key(vaults: Path) -> None:
    assert values(vaults / "A06") == {"aliases": ("0thernet", "@0thernet")}
    assert values(vaults / "A07") == {"aliases": ("Neumann",), "tags": ("#actor", "#person", "#founder")}
    assert values(vaults / "A11") == {"p": "[[Apple]] and [[Meta]]"}
    assert values(vaults / "A17") == {"x": "\0\ufffd"}
    assert values(vaults / "A20") == {"a": ("b",)}
    assert values(vaults / "A24") == {"title": "{{title}}", "date": "{{date}}", "rating": "<% tp.file.title %>"}


def test_links_in_front_matter(vaults: Path) -> None:
    assert values(vaults / "A10") == {"parent": "[[Apple]]", "parents": ("[[Apple]]", "[[Meta]]")}
    links = documents(vaults / "A10")[0]["Bad.md"].links
    assert [(link.target, link.context) for link in links] == [
        ("Apple", "front matter"), ("Apple", "front matter"), ("Meta", "front matter"), ("Exxon", ""),
    ]  # fmt: skip


def test_front_matter_by_its_lines(vaults: Path) -> None:
    notes = documents(vaults / "A22")[0]
    found = [{entry.key: entry.value for entry in notes[f"Bad{number}.md"].front_matter} for number in range(7)]
    assert found == [{"a": "1"}, {"a": "1"}, {"a": "1"}, {}, {"a": "1"}, {}, {"a": "x\n---\ny\n"}]
    assert values(vaults / "A21") == {"aliases": ("Bommed",)}


def test_nothing_was_run(vaults: Path) -> None:
    assert values(vaults / "A15") == {"a": ("touch /tmp/rotgraph_pwned",)}
    assert not Path("/tmp/rotgraph_pwned").exists()


def test_links_that_are_none(vaults: Path) -> None:
    links = documents(vaults / "C07")[0]["Bad.md"].links
    assert sorted((link.context, link.target) for link in links) == [
        ("code", "C2"), ("code", "Code"), ("code", "Fence"), ("code", "Indented"), ("code", "Tilde"), ("comment", "Com"),
        ("comment", "Html"), ("escaped", "Esc"), ("html", "Attr"), ("math", "3M"), ("math", "Math"),
    ]  # fmt: skip


def test_tags(vaults: Path) -> None:
    names = [tag.name for tag in documents(vaults / "C21")[0]["Bad.md"].tags]
    assert names == ["y1984", "a/b", "Tag", "TAG", "标签", "a", "p", "-x", "_", "é", "📈"]


def test_only_what_lies_in_the_vault(vaults: Path) -> None:
    assert sorted(documents(vaults / "B13")[0]) == ["Control.md", "inside.md", "ok.md"]
    assert attachments(vaults / "B12") == ("c.markdown",)
