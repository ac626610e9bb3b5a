"""Orders of rows by packed keys are those of `numpy.lexsort`; matrices packed apart read as one."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotgraph.model.described import matrices, matrix, pack_matrix
from rotgraph.model.ordering import order_by, runs, unique

_KINDS = {np.bool_: (0, 1), np.int8: (-128, 127), np.int32: (-(2**31), 2**31 - 1), np.int64: (-(2**63), 2**63 - 1)}
_ANY = {**_KINDS, np.uint64: (0, 2**64 - 1)}


@st.composite
def _columns(draw: st.DrawFn) -> list[npt.NDArray[Any]]:
    rows = draw(st.integers(0, 40))
    found = []
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(sorted(_ANY, key=str)))
        low, high = _ANY[kind]
        few = st.integers(max(low, -2), min(high, 2))
        values = draw(
            st.lists(st.one_of(few, st.integers(low, high)) if draw(st.booleans()) else few, min_size=rows, max_size=rows)
        )
        found.append(np.array(values, kind))
    return found


@given(_columns())
def test_rows_stand_as_lexsort_puts_them(columns: list[npt.NDArray[Any]]) -> None:
    assert order_by(*columns).tolist() == np.lexsort(columns[::-1]).tolist()


@given(_columns())
def test_runs_begin_where_a_row_differs(columns: list[npt.NDArray[Any]]) -> None:
    order = order_by(*columns)
    rows = list(zip(*(column[order].tolist() for column in columns), strict=True))
    assert runs(*(column[order] for column in columns)).tolist() == [not at or row != rows[at - 1] for at, row in enumerate(rows)]
    assert unique(columns[0]).tolist() == sorted(set(columns[0].tolist()))


@pytest.mark.parametrize(("widths", "rows"), [*product(((1, 1), (31, 31), (32, 32, 32), (63,), (62, 2)), (2, 1000))])
def test_keys_that_fill_the_bits(widths: tuple[int, ...], rows: int) -> None:
    chance = np.random.default_rng(sum(widths))
    columns = [chance.integers(0, 2**width, rows, dtype=np.uint64).astype(np.int64) for width in widths]
    for column, width in zip(columns, widths, strict=True):
        column[:2] = 0, 2**width - 1
    assert order_by(*columns).tolist() == np.lexsort(columns[::-1]).tolist()


_INT32 = st.one_of(st.integers(-3, 3), st.integers(-(2**30), 2**30 - 1))


@given(
    st.integers(1, 4).flatmap(lambda columns: st.lists(st.lists(st.lists(_INT32, min_size=columns, max_size=columns), max_size=6)))
)
def test_matrices_side_by_side_are_those_packed_apart(blocks: list[list[list[int]]]) -> None:
    columns = max((len(row) for block in blocks for row in block), default=1)
    apart = [np.array(block, np.int32).reshape(-1, columns).T for block in blocks]
    packed = [pack_matrix(list(each)) for each in apart]
    whole, widths = matrices(packed, columns)
    assert widths.tolist() == [each.shape[1] for each in apart]
    assert whole.tolist() == (np.concatenate(apart, axis=1) if apart else np.empty((columns, 0), np.int32)).tolist()
    assert all(np.array_equal(matrix(data, columns), each) for data, each in zip(packed, apart, strict=True))
