"""In: nothing. Out: what one note states, its names already things, apart from all others. Room: model.

`describe` makes it from what the note says and from the names of all notes; `join` makes facts of all of them. Rows and records are
matrices of 32-bit integers, column by column; what they hold are places in the tables beside them, so that a note can be kept,
handed from one process to another and joined without an object for every fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from itertools import compress
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.graph import Ids

__all__ = [
    "CALL", "EMBED", "Asked", "Call", "Described", "Far", "Late", "LatePart", "Matrices", "RecordColumn", "RowColumn", "matrices",
    "matrix", "pack_matrix",
]  # fmt: skip

CALL = 0
"""The kind of a value that is the name of a record: which, only all notes together can tell. A `Kind` begins with 1."""


class RowColumn(IntEnum):
    """Columns of the statements."""

    SUBJECT, PROPERTY, KIND, VALUE, START, LINE, COLUMN, END_LINE, END_COLUMN, SECTION = range(10)
    """Subject: a record of the note from 0, a thing as ``~number``. Value: a thing from 0, a record as ``~number``; a text,
    quantity, period or call; the integer itself."""


class RecordColumn(IntEnum):
    """Columns of the records; the first record is the note itself."""

    CLASS, NAME, BASE, LABEL, TABLE, COMPLETE, THING, START, LINE, COLUMN, END_LINE, END_COLUMN, SECTION, SOURCE, MERGED = range(15)
    """Base: its key before those that are equal are told apart, a text. Thing: the one that it is. -1 is none, and for base and
    label of a `Late` record not yet."""


class Call(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Words that name a record of a class; ``start`` is the first day of the period around them, to choose by."""

    cls: str
    text: str
    start: int | None


class LatePart(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A part of the key of a record: as it compares, as it is read, as it is shown; or the record or call that gives all three."""

    compared: str
    read: str
    shown: str
    record: int = -1
    call: int = -1


class Late(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A record whose key names another, and waits for that."""

    record: int
    scope: tuple[str, ...]
    parts: tuple[LatePart, ...]


EMBED = "embed"
"""The kind of a link that shows a whole note."""


class Far(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A link of which only all notes can tell what is wrong with it."""

    kind: str
    """``note`` or ``file``, which is not there; ``anchor``, of another note; ``embed`` of a whole note."""
    target: str
    """As written, or the path of the note it leads to."""
    fragment: str
    place: tuple[int, int, int, int]


class Described(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Everything one note states."""

    words: tuple[str, ...]
    """Names of properties and classes."""
    texts: bytes
    text_lengths: bytes
    """As `padded` makes them of texts."""
    quantities: tuple[bytes, ...]
    periods: tuple[bytes, ...]
    """Values as `pack_value` writes them."""
    things: tuple[str, ...]
    """Keys of the things that are spoken of."""
    fresh: tuple[tuple[int, str], ...]
    """Those of them that no name of any note had made, with what they are called."""
    records: bytes
    rows: bytes
    headings: bytes
    """Text of the path of headings, per section; the last is the note's own."""
    stated: bytes
    """Period that is stated, likewise."""
    keys: bytes
    """8 bytes a record: what makes it one with others of its class; zeros where nothing does."""
    values: bytes
    """8 bytes a record: the same with what is observed."""
    lone: tuple[tuple[int, int, int], ...]
    """Rows that hold where no other row says that of the thing, with the bytes of the table's row."""
    met: bytes
    """Where things without another place stand: thing, start, line, column, end line, end column, section; column by column."""
    calls: tuple[Call, ...]
    late: tuple[Late, ...]
    called: tuple[tuple[int, tuple[str, ...]], ...]
    """What calls may call a record, folded; records of merged classes with names."""
    apart: tuple[tuple[int, tuple[str, ...]], ...]
    """What keeps records of one key apart, as it compares."""
    partial: tuple[tuple[int, tuple[str, ...]], ...]
    """The parts of the key, as they compare, of records that may lack one; empty where they do."""
    far: tuple[Far, ...]
    diagnostics: tuple[Diagnostic, ...]


class Asked(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a note depends on: hashes of names, as `pack_hashes` writes them."""

    names: bytes
    """That were asked for."""
    tokens: bytes
    """Words among which names were looked for."""


_KINDS: tuple[np.dtype[Any], ...] = (np.dtype("<i1"), np.dtype("<i2"), np.dtype("<i4"))
_NARROW, _MIDDLE = 1 << 7, 1 << 15
"""What the first two of them do not reach."""


def pack_matrix(columns: Sequence[Ids]) -> bytes:
    """A matrix of integers: of each column the steps from one to the next, in as few bytes as hold them."""
    steps = np.array(columns, np.int32)
    if not steps.shape[1]:
        return bytes(len(steps))
    steps[:, 1:] -= steps[:, :-1].copy()
    reach = np.maximum(np.maximum.reduce(steps, axis=1), ~np.minimum.reduce(steps, axis=1)).tolist()
    kinds = bytes([0 if most < _NARROW else 1 if most < _MIDDLE else 2 for most in reach])
    return kinds + b"".join([column.astype(_KINDS[kind]).tobytes() for kind, column in zip(kinds, steps, strict=True)])


def matrix(data: bytes, columns: int) -> Ids:
    """The matrix that `pack_matrix` packed.

    Shape: ``columns`` × as many as there are.
    """
    kinds = data[:columns]
    sizes = [1 << kind for kind in kinds]
    count, at = (len(data) - columns) // sum(sizes), columns
    found = np.empty((columns, count), np.int32)
    for row, kind, size in zip(found, kinds, sizes, strict=True):
        row[:] = np.frombuffer(data, _KINDS[kind], count, at)
        at += size * count
    return np.cumsum(found, axis=1, dtype=np.int32, out=found)


def matrices(packed: Sequence[bytes], columns: int) -> tuple[Ids, npt.NDArray[np.int64]]:
    """Many matrices that `pack_matrix` packed, side by side, and how wide each is.

    Shape: ``columns`` × the sum of the widths.
    """
    told = Matrices(packed, columns)
    return told.columns(range(columns)), told.counts


class Matrices:
    """Many matrices that `pack_matrix` packed, side by side; a column is unpacked when it is asked for."""

    def __init__(self, packed: Sequence[bytes | memoryview], columns: int) -> None:
        self._packed = packed
        self._kinds = np.frombuffer(b"".join([data[:columns] for data in packed]), np.uint8).reshape(-1, columns)
        self._sizes = 1 << self._kinds.astype(np.int64)
        lengths = np.fromiter(map(len, packed), np.int64, len(packed)) - columns
        self.counts: npt.NDArray[np.int64] = lengths // self._sizes.sum(axis=1)
        """How wide each is."""
        self._ends = columns + np.cumsum(self._sizes * self.counts[:, None], axis=1)
        self._starts = (np.cumsum(self.counts) - self.counts)[self.counts > 0]

    def column(self, number: int) -> Ids:
        """One column of all."""
        found: Ids = self.columns((number,))[0]
        return found

    def columns(self, numbers: Sequence[int]) -> Ids:
        """Some columns of all, as a matrix."""
        found = np.empty((len(numbers), int(self.counts.sum())), np.int32)
        for steps, number in zip(found, numbers, strict=True):
            self._unpack(number, steps)
        return found

    def _unpack(self, number: int, steps: Ids) -> None:
        """Fill in the numbers of a column. What is too much for 32 bits on the way to them is gone again in the end."""
        ends = self._ends[:, number]
        begins = ends - self._sizes[:, number] * self.counts
        pieces = [data[begin:end] for data, begin, end in zip(self._packed, begins.tolist(), ends.tolist(), strict=True)]
        for kind, name in enumerate(_KINDS):
            chosen = self._kinds[:, number] == kind
            told: Ids = np.frombuffer(b"".join(compress(pieces, chosen.tolist())), name)
            if len(told) == len(steps):
                steps[:] = told
            elif len(told):
                steps[np.repeat(chosen, self.counts)] = told
        if len(steps):
            steps[self._starts[1:]] -= np.add.reduceat(steps, self._starts, dtype=np.int32)[:-1]  # each begins at nought
            np.cumsum(steps, dtype=np.int32, out=steps)
