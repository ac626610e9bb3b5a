"""The compiled graph on the disk: what is kept, what is read again, what a damaged or full disk does."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

import rotgraph
from rotgraph.api.walk import compile_folder
from rotgraph.disk.fresh import fresh_graph
from rotgraph.disk.gather import Work
from rotgraph.disk.graph_file import StoredGraph
from rotgraph.disk.home import home_of
from rotgraph.disk.opening import open_current
from rotgraph.errors import UnusableError, VaultError
from rotgraph.model.graph import COLUMNS
from small_vault import NOTES, identity, write_vault

EXAMPLES = Path(__file__).parents[1] / "examples" / "vault"

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk takes its time to sync, and no test pulls the plug."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return write_vault(tmp_path / "vault", NOTES)


def files(vault: Path) -> dict[str, bytes]:
    """Everything under ``.rotgraph/``."""
    return {path.name: path.read_bytes() for path in sorted((vault / ".rotgraph").iterdir())}


def graph_file(vault: Path) -> Path:
    return next((vault / ".rotgraph").glob("graph-*"))


def counts(vault: Path, **options: bool) -> tuple[int, int, int]:
    """Notes read, extracted, resolved by a compile."""
    work = Work()
    compile_folder(vault, work=work, **options)
    return work.read, work.extracted, work.resolved


# saving and opening


def test_what_is_opened_is_what_was_compiled(vault: Path) -> None:
    clean = compile_folder(vault, cache=False)
    kept = compile_folder(vault)
    opened = rotgraph.open(vault)
    assert isinstance(kept, StoredGraph)
    assert identity(kept) == identity(clean) == identity(opened._facts)
    assert opened == rotgraph.open(vault / ".rotgraph") == rotgraph.compile(vault)
    assert opened.schema == clean.schema
    assert opened.diagnostics == clean.diagnostics
    for name, dtype in COLUMNS.items():
        assert kept.columns[name].dtype == dtype
        assert not kept.columns[name].flags.writeable


def test_only_the_home_is_written_and_git_ignores_it(vault: Path) -> None:
    before = {path: path.read_bytes() for path in vault.rglob("*") if path.is_file()}
    compile_folder(vault)
    after = {path: path.read_bytes() for path in vault.rglob("*") if path.is_file() and ".rotgraph" not in path.parts}
    assert after == before
    assert (vault / ".rotgraph" / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_without_cache_nothing_is_written(vault: Path) -> None:
    compile_folder(vault, cache=False)
    assert not (vault / ".rotgraph").exists()


def test_equal_notes_are_equal_bytes_wherever_they_lie(vault: Path, tmp_path: Path) -> None:
    compile_folder(vault)
    moved = shutil.copytree(vault, tmp_path / "elsewhere", ignore=shutil.ignore_patterns(".rotgraph"))
    compile_folder(moved)
    assert graph_file(moved).name == graph_file(vault).name
    assert graph_file(moved).read_bytes() == graph_file(vault).read_bytes()


def test_a_value_with_a_remark_is_the_same_value_when_it_was_kept(vault: Path) -> None:
    head = "| Metric | Value |\n|---|---|\n| Market cap | ~$31B"
    write_vault(vault, {"Firms/Brolly.md": f"{head} (after the storm) |\n\n{head} |\n"})
    assert identity(compile_folder(vault)) == identity(compile_folder(vault, cache=False))


def test_a_moved_vault_opens(vault: Path, tmp_path: Path) -> None:
    kept = identity(compile_folder(vault))
    vault.rename(tmp_path / "moved")
    assert identity(rotgraph.open(tmp_path / "moved")._facts) == kept
    assert counts(tmp_path / "moved")[1:] == (0, 0)


def test_a_pickled_graph_is_its_place(vault: Path) -> None:
    graph = rotgraph.compile(vault)
    data = pickle.dumps(graph)
    assert len(data) < 1000
    assert pickle.loads(data) == graph
    assert pickle.loads(pickle.dumps(graph.thing("Brolly"))) == graph.thing("Brolly")
    write_vault(vault, {"New.md": "[[Brolly]]"})
    rotgraph.compile(vault)
    with pytest.raises(VaultError, match="compiled again"):
        pickle.loads(data)


def test_an_opened_graph_outlives_its_file(vault: Path) -> None:
    graph = rotgraph.compile(vault)
    before = graph.query("episodes").to_csv()
    write_vault(vault, {"Rotations.md": "nothing"})
    rotgraph.compile(vault)
    assert len(list((vault / ".rotgraph").glob("graph-*"))) == 1
    assert graph.query("episodes").to_csv() == before


def test_there_is_nothing_to_open(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="no compiled graph"):
        rotgraph.open(tmp_path)
    assert fresh_graph(tmp_path) is None


# what is read again


def test_nothing_changed_nothing_read(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(monkeypatch)
    assert counts(vault) == (6, 6, 6)
    assert fresh_graph(vault) is not None
    assert counts(vault) == (0, 0, 0)


def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes as old as can be: their times are trusted at once."""
    monkeypatch.setattr("rotgraph.disk.survey._FINE", -(10**15))
    monkeypatch.setattr("rotgraph.disk.survey._COARSE", -(10**15))


def test_young_notes_are_hashed_once_more(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A note written in the same tick as a compile could be written again without a trace in its times."""
    monkeypatch.setattr("rotgraph.disk.survey._FINE", 10**15)
    monkeypatch.setattr("rotgraph.disk.survey._COARSE", 10**15)
    compile_folder(vault)
    assert fresh_graph(vault) is None
    assert counts(vault) == (6, 0, 0)


@pytest.mark.parametrize("path", sorted(NOTES))
def test_one_note_changed(vault: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(monkeypatch)
    compile_folder(vault)
    write_vault(vault, {path: NOTES[path] + "\n[[Quay 9]] opened.\n"})
    assert fresh_graph(vault) is None
    work = Work()
    kept = compile_folder(vault, work=work)
    assert (work.read, work.extracted) == (1, 1)
    assert identity(kept) == identity(compile_folder(vault, cache=False))


def test_a_touched_note_is_read_and_not_extracted(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(monkeypatch)
    compile_folder(vault)
    os.utime(vault / "Rotations.md", (0, 0))
    assert counts(vault) == (1, 0, 0)
    assert counts(vault) == (0, 0, 0)


def test_equal_size_and_time_do_not_deceive(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(monkeypatch)
    path = vault / "Funding.md"
    compile_folder(vault)
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("$3M", "$9M"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert counts(vault)[:2] == (1, 1)
    assert "$9M" in rotgraph.compile(vault).query("rounds show amount").to_csv()


def test_verify_hashes_everything(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(monkeypatch)
    compile_folder(vault)
    assert counts(vault, verify=True) == (6, 0, 0)


@pytest.mark.parametrize("new", ["funding.md", "Firms/Funding.md", "Funding 2.md"])
def test_a_renamed_note(vault: Path, new: str) -> None:
    compile_folder(vault)
    (vault / "Funding.md").rename(vault / new)
    assert identity(compile_folder(vault)) == identity(compile_folder(vault, cache=False))
    assert Path(new).stem in rotgraph.compile(vault).query("notes show title").to_csv()


def test_a_removed_note(vault: Path) -> None:
    compile_folder(vault)
    (vault / "Funding.md").unlink()
    kept = rotgraph.compile(vault)
    assert "Funding" not in kept.query("notes show title").to_csv()
    assert identity(kept._facts) == identity(compile_folder(vault, cache=False))


def test_a_new_picture_answers_an_embed(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(monkeypatch)
    write_vault(vault, {"Funding.md": "![[tide.png]]"})
    assert [each.code for each in rotgraph.compile(vault).diagnostics if "tide" in each.message]
    (vault / "tide.png").write_bytes(b"")
    assert not [each.code for each in rotgraph.compile(vault).diagnostics if "tide" in each.message]


def test_another_schema_reads_everything_again(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(monkeypatch)
    compile_folder(vault)
    (vault / "rotgraph.toml").write_text('[lexicon.sector]\n"Tugs" = []\n', encoding="utf-8")
    assert counts(vault) == (6, 6, 6)
    (vault / "rotgraph.toml").unlink()
    assert counts(vault) == (6, 6, 6)


def test_an_ignored_folder_is_not_looked_at(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(monkeypatch)
    (vault / "rotgraph.toml").write_text('ignore = ["Firms/**"]\n', encoding="utf-8")
    compile_folder(vault)
    write_vault(vault, {"Firms/More.md": "[[Brolly]]"})
    assert fresh_graph(vault) is not None


def test_many_edits_leave_few_files(vault: Path) -> None:
    for number in range(30):
        write_vault(vault, {"Funding.md": f"| Round | Amount |\n|---|---|\n| A | ${number}M |\n"})
        compile_folder(vault)
    names = sorted(files(vault))
    assert len([name for name in names if name.startswith("facts")]) <= 9
    assert len([name for name in names if name.startswith(("graph", "manifest"))]) == 2


# damage


def test_a_flipped_byte_is_noticed_or_harmless(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vault = write_vault(tmp_path, {"Funding.md": NOTES["Funding.md"]})
    right = identity(compile_folder(vault))
    kept = files(vault)
    random = Random(7)
    names = [name for name in kept if name not in ("lock", ".gitignore")]
    noticed = 0
    for _ in range(200):
        name = random.choice(names)
        data = bytearray(kept[name])
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        (vault / ".rotgraph" / name).write_bytes(data)
        assert identity(compile_folder(vault)) == right
        noticed += bool(capsys.readouterr().err)
    assert noticed > 50


@pytest.mark.parametrize("name", ["graph", "manifest", "facts", "CURRENT"])
@pytest.mark.parametrize("keep", [0, 0.01, 0.5, 0.99])
def test_a_cut_file_is_noticed(vault: Path, name: str, keep: float) -> None:
    right = identity(compile_folder(vault))
    path = next((vault / ".rotgraph").glob(f"{name}*"))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    if name in ("graph", "CURRENT"):
        with pytest.raises(VaultError):
            rotgraph.open(vault)
    assert identity(compile_folder(vault)) == right
    assert identity(rotgraph.open(vault)._facts) == right


@pytest.mark.parametrize("name", ["graph", "manifest", "facts", "CURRENT", "lock", ".gitignore"])
def test_a_missing_file_is_noticed(vault: Path, name: str) -> None:
    right = identity(compile_folder(vault))
    next((vault / ".rotgraph").glob(f"{name}*")).unlink()
    assert identity(compile_folder(vault)) == right
    assert identity(rotgraph.open(vault)._facts) == right


def test_damage_is_told_on_stderr(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compile_folder(vault)
    path = graph_file(vault)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    compile_folder(vault)
    told = capsys.readouterr()
    assert "damaged" in told.err
    assert "compiling again" in told.err
    assert not told.out


def test_another_version(vault: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    compile_folder(vault)
    for module in ("shelf", "fresh"):
        monkeypatch.setattr(f"rotgraph.disk.{module}.made_by", lambda: "rotgraph 99")
    assert fresh_graph(vault) is None
    assert counts(vault) == (6, 6, 6)
    assert "another version" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["nothing", "another format", "damaged"])
def test_what_cannot_be_opened_says_what_to_do(vault: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if what != "nothing":
        compile_folder(vault)
    if what == "another format":
        monkeypatch.setattr("rotgraph.disk.home.FORMAT", 99)
    if what == "damaged":
        graph_file(vault).unlink()
    said = {"nothing": "holds no compiled graph", "another format": "was written by another version", "damaged": "is damaged"}
    for named in (vault, vault / ".rotgraph"):
        with pytest.raises(UnusableError) as found:
            rotgraph.open(named)
        assert said[what] in str(found.value)
        assert str(found.value).endswith(f": compile the notes again, with `rotgraph compile {vault}` or `rotgraph.compile`")
        assert isinstance(found.value, rotgraph.VaultError)
        assert type(found.value).__module__ == "rotgraph.errors"


def test_no_code_is_run_by_opening(vault: Path, tmp_path: Path) -> None:
    compile_folder(vault)
    trap = pickle.dumps(_Trap(tmp_path / "sprung"))
    for name in files(vault):
        if name not in ("lock", ".gitignore"):
            (vault / ".rotgraph" / name).write_bytes(trap)
    compile_folder(vault)
    assert not (tmp_path / "sprung").exists()


class _Trap:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


# disks that are full, slow or not ours


class _Failing:
    """`os.write` and `os.fsync`, the k-th call of which fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, code: int) -> None:
        self.at, self.code, self.calls = at, code, 0
        for name in ("write", "fsync", "replace"):
            monkeypatch.setattr(os, name, self._wrapped(getattr(os, name)))

    def _wrapped(self, real: object) -> object:
        def call(*arguments: object, **options: object) -> object:
            self.calls += 1
            if self.calls == self.at:
                raise OSError(self.code, os.strerror(self.code))
            return real(*arguments, **options)  # type: ignore[operator]

        return call


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def test_a_disk_that_fails_at_any_step(tmp_path: Path, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    vault = write_vault(tmp_path / "vault", {"Firms/Brolly.md": NOTES["Firms/Brolly.md"]})
    old = identity(compile_folder(vault))
    write_vault(vault, {"Funding.md": "[[Brolly]] pays."})
    new = identity(compile_folder(vault, cache=False))
    saved = shutil.copytree(vault, vault.parent / "saved")
    for at in range(1, 200):
        shutil.rmtree(vault)
        shutil.copytree(saved, vault)
        with pytest.MonkeyPatch.context() as patch:
            failing = _Failing(patch, at, code)
            made = compile_folder(vault)
            calls = failing.calls
        assert identity(made) == new
        told = capsys.readouterr().err
        assert ("not kept" in told) == (at <= calls), told
        assert identity(rotgraph.open(vault)._facts) in (old, new)
        assert identity(compile_folder(vault)) == new
        assert not list((vault / ".rotgraph").glob("*.new"))
        if at > calls:
            break
    else:
        pytest.fail("it never ended")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="who may write everywhere cannot be refused")
def test_a_vault_that_cannot_be_written(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vault.chmod(0o555)
    try:
        assert isinstance(compile_folder(vault), rotgraph.model.graph.Graph)
    finally:
        vault.chmod(0o755)
    assert not capsys.readouterr().err


def test_a_home_that_cannot_be_written(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (vault / ".rotgraph").write_text("in the way", encoding="utf-8")
    graph = compile_folder(vault)
    assert graph.fact_count
    assert not capsys.readouterr().err
    with pytest.raises(UnusableError):
        open_current(home_of(vault), None)


# several at once


def run(script: str, vault: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", f"from rotgraph.api.walk import compile_folder\n{script}", str(vault)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )


@pytest.fixture
def crowd(vault: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    made: list[subprocess.Popen[bytes]] = []
    yield made
    for each in made:
        each.kill()
        each.wait()


def test_two_compiles_at_once(vault: Path, crowd: list[subprocess.Popen[bytes]]) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nvault = Path(sys.argv[1])\n"
        "for number in range(12):\n"
        "    (vault / f'{sys.argv[0]} {id(vault)}.md').write_text(f'[[Brolly]] {number}')\n"
        "    assert compile_folder(vault).fact_count\n"
    )
    crowd.extend(run(script, vault) for _ in range(2))
    while any(each.poll() is None for each in crowd):
        if (vault / ".rotgraph" / "CURRENT").exists():
            assert rotgraph.open(vault).query("episodes")
    assert [each.returncode for each in crowd] == [0, 0]
    assert identity(compile_folder(vault)) == identity(compile_folder(vault, cache=False))


KILLS = int(os.environ.get("ROTGRAPH_KILLS", "6"))
"""How often a compile is killed: a hundred times takes minutes."""


def test_killed_at_any_moment(vault: Path, crowd: list[subprocess.Popen[bytes]]) -> None:
    """The process dies in the middle of whatever it does; the next compile is right and leaves nothing behind."""
    script = (
        "import sys\nfrom pathlib import Path\nvault = Path(sys.argv[1])\nnumber = 0\n"
        "while True:\n    number += 1\n"
        "    (vault / 'Funding.md').write_text(f'[[Brolly]] {number}')\n    compile_folder(vault)\n    print('.', flush=True)\n"
    )
    random = Random(11)
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", f"from rotgraph.api.walk import compile_folder\n{script}", str(vault)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stdout=subprocess.PIPE,
        )  # fmt: skip
        crowd.append(process)
        assert process.stdout is not None
        process.stdout.read(2)
        try:
            process.wait(random.random() * 0.2)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        process.stdout.close()
        (vault / "Funding.md").write_text(NOTES["Funding.md"], encoding="utf-8")
        assert identity(compile_folder(vault)) == identity(compile_folder(vault, cache=False))
        names = [name for name in files(vault) if not name.startswith("facts")]
        assert len(names) == 7, names


def test_what_is_kept_does_not_hang_on_the_order_of_sets(tmp_path: Path) -> None:
    """Whatever seed strings are hashed by, the files are the same, to the byte."""
    kept = []
    for seed in ("1", "2"):
        vault = Path(shutil.copytree(EXAMPLES, tmp_path / seed, ignore=shutil.ignore_patterns(".rotgraph")))
        program = f"import rotgraph; rotgraph.compile({str(vault)!r})"
        subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        files = {path.name: path.read_bytes() for path in (vault / ".rotgraph").iterdir()}
        kept.append({name: data for name, data in files.items() if name.startswith(("facts-", "graph-", "names-", "settled-"))})
    assert kept[0].keys() == kept[1].keys()
    assert kept[0] == kept[1]
