"""What is compressed in blocks comes back as it was, the whole of it and any part."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import msgspec
import numpy as np
import pytest

from rotgraph.api.walk import compile_folder
from rotgraph.disk import graph_file as of_graph_file
from rotgraph.disk import texts as of_texts
from rotgraph.disk.columns import FEW, PackedColumn, pack_column
from rotgraph.disk.packed import decode_asked, decode_asked_block, encode_asked
from rotgraph.errors import UnusableError
from rotgraph.model.described import Asked, matrix, pack_matrix
from rotgraph.model.graph import COLUMNS
from small_vault import NOTES, write_vault

_TYPES = ("int64", "int32", "int16", "int8", "uint8", "uint16", "float64")
_encode = msgspec.msgpack.Encoder().encode


@pytest.mark.parametrize(("dtype", "steps"), [*((each, False) for each in _TYPES), *((each, True) for each in _TYPES[:4])])
@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 40])
def test_any_part_of_a_column(dtype: str, count: int, steps: bool) -> None:
    random = Random(f"{dtype} {count}")
    most = 1000.0 if dtype == "float64" else min(np.iinfo(dtype).max, 1 << 40) // 2
    column = np.array([random.uniform(0, most) for _ in range(count)]).astype(dtype)
    kind, data = pack_column(column, 8, steps=steps)
    packed = PackedColumn(memoryview(data), "a column", count, 8, kind, dtype, steps=steps)
    assert dtype == "float64" or [packed.number(place) for place in range(count)] == column.tolist()
    for start in range(count + 1):
        for end in range(start, count + 2):
            part = PackedColumn(memoryview(data), "a column", count, 8, kind, dtype, steps=steps).part(start, end)
            assert part.dtype == column.dtype
            assert part.tolist() == column[start:end].tolist()
            assert not part.flags.writeable or not len(part)


def test_a_damaged_column_says_so() -> None:
    column = np.arange(100_000, dtype=np.int32) * 7
    kind, data = pack_column(column, FEW, steps=False)
    random = Random(3)
    for _ in range(100):
        changed = bytearray(data)
        changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
        with pytest.raises(UnusableError, match=r"^a column is damaged$"):
            PackedColumn(memoryview(changed), "a column", len(column), FEW, kind, "int32", steps=False).part(0, len(column))


def test_parts_of_an_opened_graph_are_those_of_its_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_graph_file, "FEW", 4)
    monkeypatch.setattr(of_graph_file, "MANY", 6)
    monkeypatch.setattr(of_texts, "_TEXTS", 3)
    vault = write_vault(tmp_path / "vault", NOTES)
    compile_folder(vault)
    whole, part = compile_folder(vault), compile_folder(vault)
    for name in COLUMNS:
        column = whole.columns[name]
        assert whole.length(name) == part.length(name) == len(column)
        for start in range(0, len(column), 5):
            assert part.part(name, start, start + 7).tolist() == column[start : start + 7].tolist()
            if name in ("text_bytes", "text_offsets"):
                continue
            held = part.part(name, start, start + 7)
            assert part.part(name, start, start + 7) is held, "a run that somebody has is not decompressed again"
            assert column.dtype == np.float64 or part.number(name, start) == column[start]
    offsets, pool = whole.columns["text_offsets"].tolist(), whole.columns["text_bytes"].tobytes()
    assert [pool[start:end].decode() for start, end in pairwise(offsets)] == list(part.texts)
    assert [part.texts[number] for number in range(len(part.texts))] == list(whole.texts)


def test_a_stored_graph_says_what_the_built_one_says(tmp_path: Path) -> None:
    """Its texts have other numbers; nothing else may differ."""
    vault = write_vault(tmp_path / "vault", NOTES)
    built, stored = compile_folder(vault, cache=False), compile_folder(vault)
    for node in range(built.node_count):
        for told in ("key", "label", "aliases", "classes", "principal"):
            assert getattr(built, told)(node) == getattr(stored, told)(node)
    for fact in range(built.fact_count):
        assert built.value(fact) == stored.value(fact)
        assert built.evidence(fact) == stored.evidence(fact)
    assert list(built.names_from("")) == list(stored.names_from(""))
    for graph in (built, stored):
        order = graph.columns["reverse_facts"].tolist()
        rows = [(int(graph.columns["fact_kind"][fact]), int(graph.columns["fact_value"][fact]), fact) for fact in order]
        pointers = graph.columns["property_pointers"].tolist()
        for start, end in pairwise(pointers):
            assert rows[start:end] == sorted(rows[start:end])


def test_what_notes_depend_on() -> None:
    random = Random(5)

    def hashes() -> bytes:
        return pack_matrix([np.array(sorted(random.sample(range(1 << 22), random.choice((0, 0, 1, 50)))), np.int32)])

    asked = [Asked(hashes(), hashes()) for _ in range(20)]
    parts = [b"" if number == 7 else _encode(each) for number, each in enumerate(asked)]
    asked[7] = Asked(pack_matrix([np.empty(0, np.int32)]), pack_matrix([np.empty(0, np.int32)]))
    found = [decode_asked(each) for each in decode_asked_block(encode_asked(parts))]
    for before, after in zip(asked, found, strict=True):
        assert matrix(before.names, 1).tolist() == matrix(after.names, 1).tolist()
        assert matrix(before.tokens, 1).tolist() == matrix(after.tokens, 1).tolist()
