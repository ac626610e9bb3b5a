"""In: the texts of a graph. Out: blocks of them, and each text again. Room: disk.

Texts that are met together lie together: first those that are values, by property and class, then labels and keys, by the class of
their nodes, at last what is only shown, as the rows of the notes. Each block is compressed by itself: a query,
which asks of few classes and properties, decompresses few of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from rotgraph.disk.frames import Frames, run_of
from rotgraph.model.graph import TextPool
from rotgraph.model.ordering import order_by, taken
from rotgraph.model.value import Kind

__all__ = ["TEXT_COLUMNS", "StoredTexts", "arranged", "pack_texts"]

_TEXTS = 1024
"""In a block."""
_OFTEN = 4
"""Blocks after which texts that were looked at are forgotten."""
_END = b"\xff"
"""Between two texts: no byte of UTF-8."""
_HELD = 1 << 23
"""Bytes of blocks that are held decompressed."""
_NAMED = ("quantity_text", "quantity_remark", "quantity_out_of", "quantity_wide", "period_text", "period_edtf")
_SHOWN = ("evidence_heading", "node_heading")
_OF_TEXTS = (*_NAMED, *_SHOWN, "node_label", "node_key", "node_source", "alias_text", "name_text")
"""Columns that hold nothing but texts."""
_OF_FACTS = ("fact_value", "reverse_facts")
"""Columns that hold texts among others, or lie by them."""
TEXT_COLUMNS = frozenset(("text_bytes", "text_offsets", "fact_value", *_OF_TEXTS))
"""Columns that say what texts there are, or where they are used."""
_Columns = Mapping[str, npt.NDArray[Any]]
_Ints = npt.NDArray[np.int64]


def arranged(columns: _Columns) -> tuple[_Ints, _Columns]:
    """In which order texts are to lie, and the columns that hold other numbers then, each made when it is asked for.

    The order hangs on nothing but where texts are used; those that nothing uses are left out.
    """
    count = len(columns["text_offsets"]) - 1
    facts = np.flatnonzero(columns["fact_kind"] == Kind.TEXT)
    order = _order(columns, count, columns["fact_value"][facts], _properties(columns, facts), columns["fact_subject"][facts])
    numbers = np.full(count + 1, -1, np.int32)
    numbers[order] = np.arange(len(order), dtype=np.int32)
    return order, _Arranged(columns, numbers)


def _properties(columns: _Columns, facts: _Ints) -> _Ints:
    """The properties of facts."""
    found: _Ints = np.searchsorted(columns["property_pointers"], facts, "right") - 1
    return found


class _Arranged(Mapping[str, npt.NDArray[Any]]):
    """Columns that hold other numbers of texts: all at once would take as much memory as half a graph."""

    def __init__(self, columns: _Columns, numbers: npt.NDArray[np.int32]) -> None:
        self._columns, self._numbers = columns, numbers

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        if name in _OF_TEXTS:
            return taken(self._numbers, self._columns[name])
        if name not in _OF_FACTS:
            raise KeyError(name)
        is_text = self._columns["fact_kind"] == Kind.TEXT
        value = self._columns["fact_value"].copy()
        value[is_text] = self._numbers[value[is_text]]
        if name == "fact_value":
            return value
        # facts whose value is a text lie by its number in the reverse order
        reverse = self._columns["reverse_facts"].copy()
        at = np.flatnonzero(is_text[reverse])
        facts = np.sort(reverse[at])
        reverse[at] = facts[order_by(_properties(self._columns, facts), value[facts])]
        return reverse

    def __iter__(self) -> Iterator[str]:
        return iter((*_OF_TEXTS, *_OF_FACTS))

    def __len__(self) -> int:
        return len(_OF_TEXTS) + len(_OF_FACTS)


def _order(columns: _Columns, count: int, told: npt.NDArray[Any], properties: _Ints, subjects: npt.NDArray[Any]) -> _Ints:
    """Texts by the shelf that they lie on, there as they are first used.

    Args:
        told: texts that are values, with their properties and subjects.
    """
    from rotgraph.model.spool import forget  # a query does without

    first = columns["direct_pointers"][:-1]
    classes = np.append(columns["direct_classes"], np.int16(0))[first].astype(np.int64)
    width = int(classes.max(initial=0)) + 1
    shelf_width = width * len(columns["property_pointers"])
    marks = np.full(count + 1, -1, np.int64)  # the last is that of -1
    places, used = np.zeros(count + 1, np.int64), 0

    def mark(texts: npt.NDArray[Any], shelf: int, within: _Ints | None = None) -> None:
        nonlocal used
        order = order_by(within)[::-1] if within is not None else slice(None, None, -1)  # what is marked last counts
        marks[texts[order]] = shelf * shelf_width + (within[order] if within is not None else 0)
        places[texts[order]] = used + np.arange(len(texts))[order]
        used += len(texts)

    for name in _SHOWN:
        mark(columns[name], 4)
        forget()
    mark(columns["node_source"], 3, classes)
    mark(columns["node_key"], 2, classes)
    mark(columns["alias_text"], 1)
    mark(columns["node_label"], 1, classes)
    mark(told, 0, properties * width + classes[subjects])
    for name in _NAMED:
        mark(columns[name], 0)
    order = order_by(marks[:-1], places[:-1])
    return order[np.searchsorted(marks[:-1][order], 0) :]


def pack_texts(columns: _Columns, order: _Ints) -> bytes:
    """The blocks of texts in this order."""
    from rotgraph.model.spool import forget  # a query does without

    pool, offsets = columns["text_bytes"], columns["text_offsets"]

    def block(texts: _Ints) -> memoryview:
        starts, lengths = offsets[texts], offsets[texts + 1] - offsets[texts]
        ends = np.cumsum(lengths + 1)  # each text and what stands after it
        steps = np.ones(ends[-1], np.int64)
        steps[0] = starts[0]
        steps[ends[:-1]] = starts[1:] - starts[:-1] - lengths[:-1]
        made = pool.take(np.cumsum(steps), mode="clip") if len(pool) else np.empty(len(steps), np.uint8)
        made[ends - 1] = _END[0]
        return made[:-1].data

    def blocks() -> Iterator[memoryview]:
        for number, at in enumerate(range(0, len(order), _TEXTS)):
            if number % _OFTEN == 0:
                forget()
            yield block(order[at : at + _TEXTS])

    return run_of(blocks())


class StoredTexts(TextPool):
    """Texts of which blocks are decompressed as they are asked for."""

    def __init__(self, data: memoryview, name: str, count: int) -> None:
        self._blocks = -(-count // _TEXTS)
        self._frames, self._count = Frames(data, self._blocks, name), count
        self._open: dict[int, tuple[bytes, memoryview]] = {}
        """By number: the bytes of a block, and where its texts end."""
        self._size = 0

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: Any) -> Any:
        block, place = divmod(int(index), _TEXTS)
        data, ends = self._open.get(block) or self._block(block)
        return str(data[ends[place] + 1 : ends[place + 1]], "utf-8")

    def __iter__(self) -> Iterator[str]:
        for number in range(self._blocks):
            for text in self._told(number).split(_END):
                yield str(text, "utf-8")

    def _block(self, number: int) -> tuple[bytes, memoryview]:
        data = self._told(number)
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _END[0])
        found = data, np.concatenate(((-1,), ends, (len(data),))).astype(np.int32).data
        if self._size > _HELD:
            self._open, self._size = {}, 0
        self._open[number] = found
        self._size += len(data)
        return found

    def _told(self, number: int) -> bytes:
        if not 0 <= number < self._blocks:
            raise IndexError(number)
        between = min(_TEXTS, self._count - number * _TEXTS) - 1
        return self._frames.piece(number, whole=lambda data: data.count(_END) == between)

    def pool(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """All of them in one block, and where each begins."""
        whole = bytearray()
        offsets = np.zeros(self._count + 1, np.int64)
        for number in range(self._blocks):
            data = self._told(number)
            whole += data.translate(None, _END)
            ends = np.append(np.flatnonzero(np.frombuffer(data, np.uint8) == _END[0]), len(data))
            low = number * _TEXTS
            offsets[low + 1 : low + 1 + len(ends)] = ends - np.arange(len(ends)) + offsets[low]
        return np.frombuffer(whole, np.uint8), offsets
