"""What differs between two graphs, two folders, two revisions; what watching tells."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from rotgraph.api.differences import Difference, differences, write_differences
from rotgraph.api.revisions import graph_at
from rotgraph.api.walk import compile_texts
from rotgraph.api.watching import watch
from rotgraph.cli import main
from rotgraph.errors import VaultError
from small_vault import NOTES, write_vault


def found(old: dict[str, str], new: dict[str, str]) -> tuple[Difference, ...]:
    return differences(compile_texts(old), compile_texts(new))


def test_equal_notes_do_not_differ() -> None:
    assert found(NOTES, NOTES) == ()
    assert found({}, {}) == ()


def test_a_place_is_no_fact() -> None:
    moved = {**NOTES, "Funding.md": "\n\nA line above.\n\n" + NOTES["Funding.md"]}
    assert found(NOTES, moved) == ()


def test_a_changed_cell_is_one_change() -> None:
    edited = {**NOTES, "Funding.md": NOTES["Funding.md"].replace("~$40M", "$41M")}
    (each,) = found(NOTES, edited)
    assert (each.kind, each.subject, each.property) == ("changed", "A", "amount")
    assert (each.old, each.new, each.place) == (("~$40M",), ("$41M",), "Funding.md:4:14")
    (back,) = found(edited, NOTES)
    assert (back.old, back.new) == (each.new, each.old)


def test_added_and_removed() -> None:
    less = {path: text for path, text in NOTES.items() if path != "Funding.md"}
    assert {each.kind for each in found(less, NOTES)} == {"added"}
    assert {each.kind for each in found(NOTES, less)} == {"removed"}
    assert any(each.property == "class" and each.new == ("note",) for each in found(less, NOTES))


def test_differences_as_text_and_json() -> None:
    edited = {**NOTES, "Funding.md": NOTES["Funding.md"].replace("~$40M", "$41M")}
    told = found(NOTES, edited)
    assert "".join(write_differences(told)) == "~ A  amount  ~$40M → $41M  (Funding.md:4:14)\n"
    assert json.loads("".join(write_differences(told, "json")))["new"] == ["$41M"]


def test_folders_and_compiled_graphs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write_vault(tmp_path / "old", NOTES)
    new = write_vault(tmp_path / "new", {**NOTES, "Funding.md": NOTES["Funding.md"].replace("~$40M", "$41M")})
    assert main(["diff", str(old), str(new)]) == 0
    assert capsys.readouterr().out == "~ A  amount  ~$40M → $41M  (Funding.md:4:14)\n"
    assert main(["diff", str(old / ".rotgraph"), str(new / ".rotgraph"), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "changed"
    assert main(["diff", str(tmp_path / "neither"), "--vault", str(old)]) == 1


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_revisions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vault = write_vault(tmp_path / "repository" / "notes", NOTES)

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=Ada Tide", "-c", "user.email=ada@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=vault.parent, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    write_vault(vault, {"Funding.md": NOTES["Funding.md"].replace("~$40M", "$41M")})
    assert main(["diff", "HEAD", "--vault", str(vault)]) == 0
    assert capsys.readouterr().out == "~ A  amount  ~$40M → $41M  (Funding.md:4:14)\n"
    git("add", ".")
    git("commit", "-q", "-m", "two")
    assert main(["diff", "HEAD~1", "HEAD", "--vault", str(vault)]) == 0
    assert capsys.readouterr().out == "~ A  amount  ~$40M → $41M  (Funding.md:4:14)\n"
    for wrong in ("nowhere", "--output=x"):
        with pytest.raises(VaultError, match="no revision"):
            graph_at(wrong, vault)


def test_watching_tells_what_changed(tmp_path: Path) -> None:
    vault = write_vault(tmp_path, NOTES)

    def edits() -> object:
        write_vault(vault, {"Funding.md": NOTES["Funding.md"].replace("~$40M", "$41M")})
        yield
        yield  # a notice about nothing
        (vault / "rotgraph.toml").write_text("nonsense = 1\n", encoding="utf-8")
        yield
        (vault / "rotgraph.toml").unlink()
        (vault / "New.tmp").write_text("[[Brolly]]", encoding="utf-8")
        (vault / "New.tmp").rename(vault / "New.md")
        yield

    seen = list(watch(vault, edits()))  # type: ignore[arg-type]
    assert [len(each.found) for each in seen[:2]] == [0, 1]
    assert seen[1].work.extracted == 1
    assert "nonsense" in seen[2].trouble
    assert {each.kind for each in seen[3].found} == {"added"}
    assert len(seen) == 4


def test_what_is_saved_before_the_folder_is_listened_to_is_not_missed(tmp_path: Path) -> None:
    pytest.importorskip("watchfiles")
    vault = write_vault(tmp_path, NOTES)
    told = watch(vault)
    next(told)
    write_vault(vault, {"Funding.md": NOTES["Funding.md"].replace("~$40M", "$41M")})
    assert [len(each.found) for each in (next(told),)] == [1]
    (vault / "Funding.md").unlink()
    assert {each.kind for each in next(told).found} == {"removed"}
