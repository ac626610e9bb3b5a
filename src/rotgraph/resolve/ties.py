"""In: what some notes state. Out: numbers that tell which notes may speak of one thing. Room: resolve.

Records of one key, and fields of one thing, are looked at together, wherever they stand. Numbers of 32 bits stand for both; two
that are equal by chance bring a note more to look at.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from rotgraph.model.described import Matrices, RowColumn
from rotgraph.model.ordering import unique

__all__ = ["Ties", "field_tie", "key_ties", "ties_of"]

Ties = npt.NDArray[np.uint32]
_STEP = np.uint32(0x9E3779B1)


def key_ties(keys: npt.NDArray[np.uint64]) -> Ties:
    """Of the keys of records, but for those that have none."""
    found: Ties = (keys[keys != 0] & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    return found


def field_tie(thing: str, field: str) -> int:
    """Of a field of a thing, by its key."""
    return int((_hashes((thing,)) * _STEP ^ _hashes((field,)))[0])


def ties_of(
    keys: Sequence[bytes], things: Sequence[Sequence[str]], words: Sequence[Sequence[str]], rows: Sequence[bytes]
) -> list[Ties]:
    """Of each of some notes, whose parts are given as `Described` holds them."""
    told = Matrices(rows, len(RowColumn))
    subject, field = told.columns((RowColumn.SUBJECT, RowColumn.PROPERTY))
    ends = np.cumsum(told.counts)
    found = []
    for own, named, called, end, count in zip(keys, things, words, ends.tolist(), told.counts.tolist(), strict=True):
        subjects, fields = subject[end - count : end], field[end - count : end]
        chosen = subjects < 0
        of_things = _hashes(named)[~subjects[chosen]] * _STEP ^ _hashes(called)[fields[chosen]]
        found.append(unique(np.concatenate((key_ties(np.frombuffer(own, "<u8")), of_things))))
    return found


def _hashes(words: Iterable[str]) -> Ties:
    return np.array([zlib.crc32(each.encode("utf-8", "surrogatepass")) for each in words], np.uint32)
