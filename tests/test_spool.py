"""What waits on the disk comes back as it was, and stays in the memory where nothing can be written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rotgraph.model.spool import Spool, forget


@pytest.fixture(params=["folder", "no folder", "gone"])
def spool(request: pytest.FixtureRequest, tmp_path: Path) -> Spool:
    places = {"folder": tmp_path, "no folder": None, "gone": tmp_path / "gone"}
    return Spool(places[request.param])


def test_bytes_come_back(spool: Spool) -> None:
    told = [bytes([number]) * number * 9_000 for number in range(60)]
    held = [spool.put(each) for each in told]
    assert [bytes(each) for each in reversed(held)] == told[::-1]
    assert [bool(each) for each in held] == [bool(each) for each in told]
    held += [spool.put(b"more")]
    assert bytes(held[-1]) == b"more"
    assert bytes(held[1]) == told[1]


def test_columns_come_back_though_they_are_forgotten(spool: Spool) -> None:
    columns = [np.arange(50_000, dtype=kind) for kind in (np.int32, np.int64, np.float64)]
    small = np.arange(3)
    spool.put(b"between")
    held = [spool.column(each) for each in (*columns, small)]
    matrix = spool.rows(columns[0] + step for step in range(4))
    forget()
    for each, other in zip((*columns, small), held, strict=True):
        assert np.array_equal(each, other)
        assert each.dtype == other.dtype
    assert np.array_equal(matrix, np.stack([columns[0] + step for step in range(4)]))


def test_a_pile_is_looked_at_as_a_whole_and_by_its_pieces(spool: Spool) -> None:
    pieces = [bytes([number % 251]) * (number * 700) for number in range(80)]
    pile = spool.pile()
    for each in pieces:
        pile.add(each)
    assert bytes(pile.view()) == b"".join(pieces)
    assert list(map(bytes, pile.pieces())) == pieces


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.put(bytes(3 << 20))
    del spool
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    first = spool.put(bytes(2 << 20))

    def full(*_: object, **__: object) -> int:
        spool._folder = None
        return -1

    monkeypatch.setattr(spool, "_write", full)
    held = [spool.put(bytes([number]) * (700 << 10)) for number in range(5)]
    assert [bytes(each) for each in held] == [bytes([number]) * (700 << 10) for number in range(5)]
    assert bytes(first) == bytes(2 << 20)
