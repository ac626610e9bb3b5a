"""What is wrong, as columns: the sentences that somebody reads are those that were always written, through the disk and back."""

from __future__ import annotations

import copy
import json
import pickle
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest

import rotgraph.disk.gather as gathering
import rotgraph.disk.told_bytes as stored
import rotgraph.resolve.diagnose as diagnosing
from made_notes import made_note
from rotgraph.api.walk import compile_folder, compile_texts
from rotgraph.diagnostics import Diagnostic, Label
from rotgraph.disk.graph_file import read_graph
from rotgraph.disk.told_bytes import pack_told, texts_from, told_from
from rotgraph.errors import UnusableError
from rotgraph.model.told import NOTHING, Told, count_codes, told_of, told_once
from rotgraph.model.value import Kind
from rotgraph.resolve.emit import period_of, quantity_of
from rotgraph.resolve.forms import compared
from rotgraph.source import shown_lines
from small_vault import NOTES, identity, write_vault

CODES = ("RG201", "RG305", "RG501")


def a_diagnostic(random: Random) -> Diagnostic:
    """One of few, so that many share a place and many are the same."""
    path, line, code = random.choice(("b.md", "a.md", "a 10.md", "é\udcff.md", "")), random.randint(1, 3), random.choice(CODES)
    count = random.choice((0, 0, 1, 2))
    labels = tuple(Label("a.md", random.randint(1, 2), 1, random.choice(("here", "a {} there"))) for _ in range(count))
    message, hint = random.choice(("it is {wrong}", "{}", "半導体 is none")), random.choice(("", "delete it"))
    return Diagnostic(path, line, 1, line, random.randint(2, 3), code, message, hint, random.choice(("", f"line {line}")), labels)


def lines(path: str, numbers: list[int]) -> list[str]:
    return [f"line {number}" if path else "" for number in numbers]


def shown(diagnostics: Told | tuple[Diagnostic, ...]) -> list[object]:
    return [(each.order, each.source_line) for each in diagnostics]


def through_bytes(told: Told) -> Told:
    numbers, texts = pack_told(told)
    return told_from(numbers, lambda: texts_from(texts))


@pytest.mark.parametrize("seed", range(12))
def test_told_once_is_a_sorted_set(seed: int) -> None:
    random = Random(seed)
    found = [a_diagnostic(random) for _ in range(random.choice((0, 1, 5, 60, 400)))]
    wanted = [
        (each.order, each.source_line or lines(each.path, [each.line])[0])
        for each in sorted({each.order: each for each in found}.values(), key=lambda each: each.order)
    ]
    half = len(found) // 2
    told = told_once((found[:half], told_of(found[half:]), ()), lines)
    assert [pair[0] for pair in shown(told)] == [pair[0] for pair in wanted]
    assert shown(through_bytes(told)) == shown(told)
    assert told_once((tuple(told), told), lines) == told == through_bytes(told) == tuple(told)


def test_it_is_a_sequence_that_equals_a_tuple() -> None:
    random = Random(5)
    told = told_once(([a_diagnostic(random) for _ in range(80)],), lines)
    every = tuple(told)
    assert (told[0], told[-1], told[3:7], told[::-9]) == (every[0], every[-1], every[3:7], every[::-9])
    with pytest.raises(IndexError):
        told[len(told)]
    assert told == every
    assert every == told
    assert told != every[1:]
    assert told != (*every[1:], every[0])
    assert told != list(every)
    assert every[4] in told
    assert pickle.loads(pickle.dumps(told)) == copy.deepcopy(told) == told
    assert NOTHING == ()
    assert not NOTHING


def test_counting_reads_no_texts() -> None:
    def unread() -> tuple[str, ...]:
        raise AssertionError("texts are read")

    random = Random(6)
    told = told_once(([a_diagnostic(random) for _ in range(80)],), lines)
    blind = told_from(pack_told(told)[0], unread)
    assert len(blind) == len(told)
    assert blind.count_codes() == count_codes(tuple(told)) == Counter(each.code for each in told)
    assert len(blind.of(lambda code: code == "RG501")) == told.count_codes()["RG501"]
    assert told.of(lambda code: code != "RG501") == tuple(each for each in told if each.code != "RG501")


# contradictions


def contradictory(random: Random) -> dict[str, str]:
    """Notes that say much of few things."""

    def value() -> str:
        return random.choice(VALUES)

    notes = {f"Made {number}.md": made_note(random) for number in range(3)}
    for number in range(10):
        moves = "".join(f"| {random.choice(('[[Acme]]', 'Norden', 'SPY'))} | {value()} | rates |\n" for _ in range(3))
        years = f"| Index | {random.choice((2030, 2031))} | 2033 |\n|---|---|---|\n| S&P 500 | {value()} | {value()} |\n"
        facts = f"| Metric | Value |\n|---|---|\n| Revenue | {value()} |\n| Founded | {random.choice((1990, 1991))} |\n"
        episode = (
            "| Period | Rotation | Trigger | Sell side | Buy side | Duration |\n|---|---|---|---|---|---|\n"
            f"| **{random.choice((2031, 2032))}** | Calm → Storm | {random.choice(('Rates', 'Policy'))}"
            f" | Gold ({random.choice('ABC')}LL {value()}) | Norden | {random.choice(('2 weeks', '3 months'))} |\n"
        )
        moves = f"## Moves (Jan 2031)\n\n| Stock | Move | Catalyst |\n|---|---|---|\n{moves}"
        parts = [moves, f"## Returns\n\n{years}", f"## Acme\n\n{facts}"]
        notes[f"Note {number}.md"] = "\n".join([*random.sample(parts, 2), f"## Historical rotations\n\n{episode}"])
    return notes


VALUES = ("+12%", "12%", "-3%", "+4%", "-7.5%", "0.5%", "~$40M", "$40M", "$1.5T", "18 months", "—")


def one_by_one(notes, names, pool, merged) -> Iterator[tuple[str, str, int]]:
    """What is said of each contradiction and where, found and worded row by row."""
    classes, texts, quantities, periods = list(pool.words), list(pool.texts), list(pool.quantities), list(pool.periods)
    label = names.naming.registry.label

    def rows_of(record: int, name: str) -> list[int]:
        word = pool.words.get(name, -1)
        return [row for row in range(len(pool.row_record)) if pool.row_record[row] == record and pool.row_property[row] == word]

    def value(row: int) -> object:
        kind, number = pool.row_kind[row], int(pool.row_value[row])
        if kind in (Kind.QUANTITY, Kind.PERIOD):
            return (quantity_of(quantities[number]) if kind == Kind.QUANTITY else period_of(periods[number])).text
        return texts[number] if kind == Kind.TEXT else number

    def named(number: int) -> str:
        return label(number) if number >= 0 else texts[pool.record_name[~number]]

    def tell(one: int, other: int, what: str) -> tuple[str, str, int]:
        first, second = (named(value(row)) if pool.row_kind[row] == Kind.THING else value(row) for row in (one, other))
        there, here = ((notes[pool.row_note[row]].path, int(pool.row_place[0, row])) for row in (one, other))
        return (f"the {what} is `{second}` here and `{first}` at {there[0]}:{there[1]}", *here)

    def observed(record: int) -> tuple[int, str, int] | None:
        rows = rows_of(record, values.get(classes[pool.record_class[record]], ""))
        if not rows or pool.row_kind[rows[0]] != Kind.QUANTITY:
            return None
        return rows[0], quantity_of(quantities[pool.row_value[rows[0]]]).unit, int(same[rows[0]])

    same = compared(pool, np.arange(len(pool.row_record)))
    values = {each.name: each.value for each in names.schema.classes if each.value}
    of_record = {record: known for known in merged.rivals for record in known}
    for record in merged.differing:
        known, mine = of_record[record], observed(record)
        for other in known[: known.index(record)] if mine else ():
            rival = observed(other)
            if rival and rival[1] == mine[1] and rival[2] != mine[2]:
                cls, metric, about = classes[pool.record_class[other]], rows_of(other, "metric"), rows_of(other, "about")
                is_metric = cls == "observation" and metric and pool.row_kind[metric[0]] == Kind.TEXT
                what = f"`{value(metric[0])}`" if is_metric else cls.replace("_", " ")
                thing = int(pool.row_value[about[0]]) if about else -1
                when = rows_of(other, "year") or rows_of(other, "period")
                of = named(thing) if thing >= 0 else named(~other)
                yield tell(rival[0], mine[0], f"{what} of {of}" + (f" for {value(when[0])}" if when else ""))
                break
    firsts: dict[tuple[int, int], int] = {}
    merging = [cls.name for cls in names.schema.classes if cls.merge]
    single = {(cls, name) for cls in merging for name, each in names.schema.fields(cls).items() if each.single}
    for row in range(len(pool.row_record)):
        record = int(merged.into[pool.row_record[row]]) if pool.row_record[row] >= 0 else -1
        property_ = int(pool.row_property[row])
        if record >= 0 and (classes[pool.record_class[record]], classes[property_]) in single:
            first = firsts.setdefault((record, property_), row)
            if pool.row_kind[first] != pool.row_kind[row] or same[first] != same[row]:
                of = texts[pool.record_name[record]] or classes[pool.record_class[record]]
                yield tell(first, row, f"{classes[property_]} of {of}")


@pytest.mark.parametrize("seed", range(8))
def test_contradictions_are_those_found_one_by_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: list[tuple[str, str, int]] = []
    found = diagnosing.contradictions

    def both(*given):
        wanted.extend(one_by_one(*given))
        return found(*given)

    monkeypatch.setattr(diagnosing, "contradictions", both)
    graph = compile_texts(contradictory(Random(seed)))
    told = [(each.message, each.path, each.line) for each in graph.diagnostics if each.code == "RG501"]
    assert sorted(told) == sorted(set(wanted))
    assert len(told) > 3
    for each in graph.diagnostics:
        if each.code == "RG501":
            (label,) = each.labels
            assert each.message.endswith(f"{label.text.removeprefix('here it is ')} at {label.path}:{label.line}")


# the disk


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return write_vault(tmp_path, {**NOTES, **contradictory(Random(3))})


def test_what_is_kept_is_worded_as_what_was_compiled(vault: Path) -> None:
    clean = compile_folder(vault, cache=False).diagnostics
    kept = compile_folder(vault).diagnostics
    assert {"RG201", "RG501"} <= set(clean.count_codes())
    assert shown(kept) == shown(clean)
    assert all(each.source_line for each in kept)
    assert pack_told(kept) == pack_told(clean)


def test_lines_of_notes_that_have_not_changed_are_not_read_again(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_folder(vault)
    write_vault(vault, {"Note 0.md": (vault / "Note 0.md").read_text(encoding="utf-8") + "\n[[Nobody]]\n"})
    read: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr(gathering, "shown_lines", lambda source, numbers: read.append(source.path) or shown_lines(source, numbers))
        kept = compile_folder(vault)
    assert read == ["Note 0.md"]
    clean = compile_folder(vault, cache=False)
    assert identity(kept) == identity(clean)
    assert shown(kept.diagnostics) == shown(clean.diagnostics)


def test_lines_are_read_again_where_those_that_were_kept_are_damaged(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(_: object) -> tuple[str, ...]:
        raise UnusableError("damaged")

    compile_folder(vault)
    write_vault(vault, {"Note 1.md": "[[Nobody]]\n"})
    with monkeypatch.context() as patched:
        patched.setattr(stored, "texts_from", damaged)
        kept = compile_folder(vault)
    assert identity(kept) == identity(compile_folder(vault, cache=False))


@pytest.mark.parametrize("name", ["diagnostics", "diagnostic_texts"])
def test_a_flipped_byte_is_noticed_when_it_is_read(vault: Path, name: str) -> None:
    compile_folder(vault)
    path = next((vault / ".rotgraph").glob("graph-*"))
    data = path.read_bytes()
    length = int.from_bytes(data[12:16], "little")
    header = json.loads(data[24 : 24 + length])
    _, start, size, *_ = header["parts"][name]
    begin = 24 + length + -(24 + length) % 64 + start
    random = Random(8)
    for _ in range(30):
        wrong = bytearray(data)
        wrong[begin + random.randrange(size)] ^= 1 << random.randrange(8)
        path.write_bytes(wrong)
        graph = read_graph(path, str(path.parent), "x", None, check=False)
        with pytest.raises(UnusableError, match=rf"is damaged: {name}$"):
            tuple(graph.diagnostics)
        with pytest.raises(UnusableError):
            read_graph(path, str(path.parent), "x", None, check=True)
