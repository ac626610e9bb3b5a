"""Texts as arrays: the table of them is the one that a dictionary makes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotgraph.model import texts as module
from rotgraph.model.folded import folded_ranks
from rotgraph.model.numbered import numbered
from rotgraph.model.schema import fold
from rotgraph.model.spool import Pile, Spool
from rotgraph.model.texts import Texts, padded, text_hashes

_ODD = ["", "\0", "\0" * 8, "a", "a\0", "Exxon", "Ökonomie", "12345678", "123456789"]
TEXT = st.one_of(st.text(max_size=40), st.sampled_from(_ODD))
TEXTS = st.lists(TEXT, max_size=60)


def spelled(text: str) -> str:
    """A text as UTF-8 can say it."""
    return text.encode("utf-8", "replace").decode()


def laid_out(texts: list[str]) -> tuple[Pile, np.ndarray, Spool]:
    data, lengths = padded(texts)
    spool = Spool()
    pile = spool.pile()
    pile.add(data)
    return pile, np.frombuffer(lengths, "<i4"), spool


@given(TEXTS)
def test_each_stands_once(texts: list[str]) -> None:
    table, numbers = Texts.of(*laid_out(texts))
    pool = numbered()
    assert numbers.tolist() == [pool[spelled(text)] for text in texts]
    assert list(table) == list(pool)
    assert table.many(np.arange(len(table))) == list(pool)
    assert table.wide(np.arange(len(table), dtype=np.int32)).tolist() == [not text.isascii() for text in pool]


@given(TEXTS, TEXTS)
def test_more_may_follow(texts: list[str], later: list[str]) -> None:
    later = list(map(spelled, later))
    table, _ = Texts.of(*laid_out(texts))
    pool = numbered()
    for text in texts:
        pool[spelled(text)]  # numbers it
    assert table.find(later).tolist() == [pool.get(text, -1) for text in later]
    assert table.numbers(later).tolist() == [pool[text] for text in later]
    assert [table.number(text) for text in later] == [pool[text] for text in later]
    assert list(table) == list(pool)
    every = np.arange(len(table), dtype=np.int32)
    assert table.hashes(every).tolist() == text_hashes(pool).tolist()
    assert table.wide(every).tolist() == [not text.isascii() for text in pool]


@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_many_that_follow_lie_where_the_others_do(texts: list[str], later: list[list[str]]) -> None:
    table, _ = Texts.of(*laid_out(texts))
    pool = numbered()
    for text in texts:
        pool[spelled(text)]  # numbers it
    with pytest.MonkeyPatch.context() as patch:
        for at, more in enumerate(later):
            patch.setattr(module, "_GROWS", (at + 1) % 2 * 100)  # all at once, one by one, all at once
            said = list(map(spelled, more))
            assert table.numbers(said).tolist() == [pool[text] for text in said]
            assert table.find(list(pool)).tolist() == list(range(len(pool)))
    assert list(table) == list(pool)
    every = np.arange(len(table), dtype=np.int32)
    assert table.many(every) == list(pool)
    assert table.hashes(every).tolist() == text_hashes(pool).tolist()
    assert bytes(table.pool()[0]) == "".join(pool).encode()


def test_many_new_texts_are_no_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GROWS", 10)
    table, _ = Texts.of(*laid_out(["a"]))
    table.number("b")
    numbers = table.numbers([f"row {number % 20}" for number in range(40)])
    assert numbers.tolist() == [*range(2, 22), *range(2, 22)]
    assert not table._late
    assert not table._more
    assert table.number("b") == 1


@given(TEXTS, TEXTS, st.data())
def test_some_are_kept(texts: list[str], later: list[str], data: st.DataObject) -> None:
    table, _ = Texts.of(*laid_out(texts))
    table.numbers(list(map(spelled, later)))
    used = np.array(data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table))), bool)
    some = table.kept(used)
    wanted = [text for text, is_used in zip(table, used.tolist(), strict=True) if is_used]
    assert list(some) == wanted
    assert some.find(wanted).tolist() == list(range(len(wanted)))
    bytes_, offsets = some.pool(["one more"])
    cut = [bytes(bytes_[low:high]).decode() for low, high in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)]
    assert cut == [*wanted, "one more"]


def test_pieces_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"row {number} " * (number % 7) for number in range(200)]
    whole, numbers = Texts.of(*laid_out(texts))
    monkeypatch.setattr(module, "_PIECE", 16)
    cut, again = Texts.of(*laid_out(texts))
    assert again.tolist() == numbers.tolist()
    assert bytes(cut.pool()[0]) == bytes(whole.pool()[0]) == "".join(dict.fromkeys(texts)).encode()
    assert not cut.wide(np.arange(len(cut), dtype=np.int32)).any()


def test_texts_of_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = module._hashed
    monkeypatch.setattr(module, "_hashed", lambda *told: (np.zeros(len(told[2]), np.uint64), hashed(*told)[1]))
    table, numbers = Texts.of(*laid_out(["a", "b", "a", "c", "b"]))
    assert numbers.tolist() == [0, 1, 0, 2, 1]
    assert table.find(["c", "d", "b"]).tolist() == [2, -1, 1]


_NAMES = ["Exxon  Mobil", " a", "É", "E\u0301", "ß", "ﬁ", "a\0b", "\u1e9e\u0301", "İ"]


@given(
    st.lists(
        st.one_of(st.sampled_from([*_ODD, *_NAMES, "exxon", "EXXON", "exxon mobil", "a ", "12345678 "]), st.text(max_size=20)),
        max_size=40,
    )
)
def test_ranks_are_those_of_folded_names(names: list[str]) -> None:
    once = list(dict.fromkeys(map(spelled, names)))
    texts = Texts.from_strings(once[: len(once) // 2])
    numbers = texts.numbers(once)
    folded = [spelled(fold(name)).encode() for name in once]
    ranks = {name: rank for rank, name in enumerate(sorted(set(folded)))}
    assert folded_ranks(texts, numbers).tolist() == [ranks[name] for name in folded]
    back = numbers[::-1].copy()
    assert folded_ranks(texts, back).tolist() == [ranks[name] for name in folded[::-1]]
