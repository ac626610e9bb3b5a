"""A vault that is edited again and again comes, each time, to the graph that a compile from nothing makes: byte for byte."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rotgraph.api.walk import compile_folder
from rotgraph.disk.fresh import fresh_graph
from rotgraph.disk.gather import Work
from small_vault import NOTES, edit, identity, random_note, write_vault


@settings(max_examples=12)
@given(st.integers(0, 2**32))
@example(20292860)  # a link gives a name that only cells gave before: a heading of that name is another subject now
def test_incremental_is_clean(seed: int) -> None:
    random = Random(seed)
    with TemporaryDirectory() as name:
        vault = write_vault(Path(name), {path: text for path, text in NOTES.items() if random.random() < 0.7})
        for index in range(random.randrange(4)):
            write_vault(vault, {f"Random {index}.md": random_note(random)})
        done = ["made"]
        for _ in range(6):
            kept = compile_folder(vault)
            clean = compile_folder(vault, cache=False)
            assert identity(kept) == identity(clean), done
            assert kept.diagnostics == clean.diagnostics, done
            assert [each.source_line for each in kept.diagnostics] == [each.source_line for each in clean.diagnostics], done
            done = [*done, *(edit(vault, random) for _ in range(random.randrange(1, 3)))]


@settings(max_examples=12)
@given(st.integers(0, 2**32))
def test_what_is_fresh_is_what_a_compile_would_make(seed: int) -> None:
    random = Random(seed)
    with TemporaryDirectory() as name:
        vault = write_vault(Path(name), NOTES)
        for _ in range(4):
            compile_folder(vault)
            done = edit(vault, random)
            fresh = fresh_graph(vault)
            assert fresh is None or identity(fresh) == identity(compile_folder(vault, cache=False)), done


@settings(max_examples=8)
@given(st.integers(0, 2**32))
def test_only_what_changed_and_what_that_touches_is_resolved(seed: int) -> None:
    """A note that says the same about other names is looked at again; one that only grows a number touches nobody."""
    random = Random(seed)
    with TemporaryDirectory() as name:
        vault = write_vault(Path(name), NOTES)
        compile_folder(vault)
        changed = random.choice(sorted(NOTES))
        write_vault(vault, {changed: random_note(random)})
        work = Work()
        compile_folder(vault, work=work)
        assert work.extracted == work.resolved <= work.notes == len(NOTES)
        write_vault(vault, {changed: f"{(vault / changed).read_text(encoding='utf-8')}\nUp {random.randint(1, 99)}% since.\n"})
        work = Work()
        compile_folder(vault, work=work)
        assert (work.extracted, work.resolved) == (1, 1)
