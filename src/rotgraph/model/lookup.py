"""In: the columns of a graph. Out: the numbers that texts and values have in it, or get. Room: model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rotgraph.errors import UnusableError
from rotgraph.model.graph import COLUMNS, TextPool
from rotgraph.model.value import Period, Quantity
from rotgraph.model.value_rows import PERIOD_COLUMNS, QUANTITY_COLUMNS, period_row, quantity_row

__all__ = ["TextNumbers", "ValueNumbers"]

_PROBES = 8
"""Bytes that are compared of all texts of one length at once."""


class TextNumbers(Sequence[str]):
    """The texts of a graph, and more."""

    def __init__(self, columns: Mapping[str, npt.NDArray[Any]]) -> None:
        self._data, self._offsets = columns["text_bytes"], columns["text_offsets"]
        self._lengths = np.diff(self._offsets).astype(np.int32)
        self._pool = TextPool(self._data, self._offsets)
        self._known: dict[str, int] = {}
        self.more: list[str] = []

    def __len__(self) -> int:
        return len(self._pool) + len(self.more)

    def __getitem__(self, number: Any) -> Any:
        at = int(number) - len(self._pool)
        return self.more[at] if at >= 0 else self._pool[number]

    def meet(self, numbers: Iterable[int]) -> None:
        """Note the numbers of some of the graph's texts: they will be asked for."""
        self._known.update((self[each], each) for each in set(numbers) if each >= 0)

    def __call__(self, text: str) -> int:
        """The number of a text; what is new gets the next."""
        found = self._known.get(text)
        if found is None:
            found = self._find(text.encode("utf-8", "replace"))
            if found < 0:
                found = len(self)
                self.more.append(text)
            self._known[text] = found
        return found

    def _find(self, text: bytes) -> int:
        at = np.flatnonzero(self._lengths == len(text))
        for place in sorted({(len(text) - 1) * each // _PROBES for each in range(1, _PROBES + 1)} if text else ()):
            at = at[self._data[self._offsets[at] + place] == text[place]]
        return next(
            (each for each in at.tolist() if self._data[self._offsets[each] : self._offsets[each + 1]].tobytes() == text), -1
        )

    def columns(self) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """The columns of all."""
        more = [text.encode("utf-8", "replace") for text in self.more]
        ends = self._offsets[-1] + np.cumsum(np.fromiter(map(len, more), np.int64, len(more)))
        yield "text_bytes", np.concatenate((self._data, np.frombuffer(b"".join(more), np.uint8)))
        yield "text_offsets", np.concatenate((self._offsets, ends))


class ValueNumbers:
    """The quantities, periods and units of a graph, and more."""

    def __init__(self, columns: Mapping[str, npt.NDArray[Any]], units: Sequence[str], texts: TextNumbers) -> None:
        self._columns, self._texts = columns, texts
        self.units = list(units)
        self._quantities = _Table(columns, QUANTITY_COLUMNS)
        self._periods = _Table(columns, PERIOD_COLUMNS)

    def quantity(self, quantity: Quantity) -> int:
        if quantity.unit not in self.units:
            self.units.append(quantity.unit)
        return self._quantities.number(quantity_row(quantity, self.units.index(quantity.unit), self._texts))

    def period(self, period: Period | None) -> int:
        """That of a period; -1 for none."""
        return -1 if period is None else self._periods.number(period_row(period, self._texts))

    def columns(self) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """The columns of all."""
        yield from self._quantities.columns()
        yield from self._periods.columns()


class _Table:
    """Rows of some columns, by what they hold but for what follows from the rest: numbers to sort by."""

    def __init__(self, columns: Mapping[str, npt.NDArray[Any]], names: Sequence[str]) -> None:
        self._columns, self._names = columns, names
        self._exact = [at for at, name in enumerate(names) if COLUMNS[name] != "float64"]
        self._count = len(columns[names[0]])
        self._known: dict[tuple[Any, ...], int] = {}
        self._more: list[tuple[Any, ...]] = []

    def number(self, row: tuple[Any, ...]) -> int:
        """The number of a row; what is new gets the next.

        Raises:
            UnusableError: several are alike, and which is meant cannot be told.
        """
        exact = tuple(row[at] for at in self._exact)
        found = self._known.get(exact)
        if found is None:
            alike = np.ones(self._count, bool)
            for at in self._exact:
                alike &= self._columns[self._names[at]] == row[at]
            numbers = np.flatnonzero(alike).tolist()
            if len(numbers) > 1:
                raise UnusableError("two values are alike")
            found = self._known[exact] = numbers[0] if numbers else self._count + len(self._more)
            if not numbers:
                self._more.append(row)
        return found

    def columns(self) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """The columns with what is new."""
        for at, name in enumerate(self._names):
            yield name, np.concatenate((self._columns[name], np.array([row[at] for row in self._more], COLUMNS[name])))
