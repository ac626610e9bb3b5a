"""In: some of the texts of a table. Out: their order when folded. Room: model.

A graph of ten thousand notes has a million names. As strings they take seconds to fold and to sort; in most, folding changes no
letters but those of ASCII, and they differ within a few words of 64 bits, so that arrays fold and sort them. The others are folded
one by one.
"""

from __future__ import annotations

from typing import Any, TypeAlias
from unicodedata import category

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Ids
from rotgraph.model.ordering import order_by, pieces, runs
from rotgraph.model.schema import fold
from rotgraph.model.spool import forget
from rotgraph.model.texts import Texts, begins_of, padded

__all__ = ["folded_ranks"]

_TEXTS = 1 << 14
"""Looked at in one go."""
_Words: TypeAlias = "npt.NDArray[np.uint64]"
_SPACE, _WIDE, _LEADING, _OF_THREE, _OF_FOUR, _REST = ord(" "), 0x80, 0xC0, 0xE0, 0xF0, 0x3F
"""Bytes of UTF-8: what letters of more than one begin with, and which bits of those that follow count."""


def folded_ranks(texts: Texts, numbers: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """The rank of each text among them by the bytes that `fold` leaves of it; equal ones have one rank."""
    words, lengths = texts.laid_out(numbers)
    forget()
    starts = begins_of(lengths)
    odd = _all_lowered(words, starts, lengths)
    if len(odd):
        data, told = padded(map(fold, texts.many(numbers[odd])))
        words, lengths = np.concatenate((words, np.frombuffer(data, "<u8"))), lengths.copy()
        lengths[odd] = np.frombuffer(told, "<i4")
        starts[odd] = begins_of(lengths[odd]) + (len(words) - len(data) // 8)
    return _ranks(words.view(">u8"), starts, lengths)


def _all_lowered(words: _Words, starts: npt.NDArray[np.int64], lengths: Ids) -> npt.NDArray[np.int64]:
    """`_lowered`, some texts at a time."""
    found = [np.empty(0, np.int64)]
    for part in pieces(len(starts), _TEXTS):
        begin, end = int(starts[part.start]), int(starts[part.stop]) if part.stop < len(starts) else len(words)
        data = words[begin:end].view(np.uint8)
        found.append(_lowered(data, (starts[part] - begin) * 8, lengths[part]) + part.start)
    return np.concatenate(found)


def _lowered(data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], lengths: Ids) -> npt.NDArray[np.int64]:
    """Make capital letters of ASCII small ones in place; the texts for which that is not all there is to fold."""
    data += ((data - np.uint8(ord("A"))) < 26).view(np.uint8) << np.uint8(5)
    space = data == _SPACE
    low, doubled = np.flatnonzero((data < _SPACE) & (data != 0)), np.flatnonzero(space[1:] & space[:-1])
    odd = np.zeros(len(starts), bool)
    for places in (low, doubled, _changing(data)):
        odd[np.searchsorted(starts, places, "right") - 1] = True
    if len(starts):
        odd |= np.add.reduceat(data != 0, starts, dtype=np.int32) != lengths  # zeros that fill nothing up
        odd |= space[starts] | space[starts + np.maximum(lengths, 1) - 1]
    return np.flatnonzero(odd)


def _changing(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Where letters begin that ASCII lacks and that folding may change."""
    at = np.flatnonzero(data >= _WIDE)
    at = at[data[at] >= _LEADING]
    first = data[at]
    second, third = (data[np.minimum(at + step, len(data) - 1)].astype(np.int32) & _REST for step in (1, 2))
    code = np.where(
        first < _OF_THREE,
        (first.astype(np.int32) & 0x1F) << 6 | second,
        (first.astype(np.int32) & 0x0F) << 12 | second << 6 | third,
    )
    code[first >= _OF_FOUR] = 0
    same = np.zeros(1 << 16, bool)
    met = np.flatnonzero(np.bincount(code, minlength=1))
    same[met] = [_stays(chr(each)) for each in met.tolist()]
    return at[~same[code]]


def _stays(letter: str) -> bool:
    """Whether a letter is in every text what it is alone, and that is folded.

    In the first plane, but for the parts of Korean syllables, only marks are composed with what stands before them.
    """
    composed = category(letter)[0] == "M" or "\u1100" <= letter <= "\u11ff"
    return letter > "\x7f" and not composed and fold(letter) == letter


def _ranks(words: npt.NDArray[np.uint64], starts: npt.NDArray[np.int64], lengths: Ids) -> npt.NDArray[np.int64]:
    """The rank of each text, word after word: each looks only at texts that those before it have not told apart."""
    count = len(starts)
    sizes = (lengths.astype(np.int64) + 7) >> 3
    order, new = np.arange(count), np.zeros(count, bool)
    new[:1] = True
    at, place = order.copy(), 0
    while len(at):
        texts, group = order[at], np.cumsum(new[at])
        more = sizes[texts] > place
        key = np.where(more, words[np.where(more, starts[texts] + place, 0)], np.uint64(0)).astype(np.uint64)
        at, place = _told_apart(order, new, at, order_by(group, key), group, key), place + 1
        if len(at):
            alike = np.flatnonzero(new[at])
            longest = np.maximum.reduceat(sizes[order[at]], alike)
            at = at[np.repeat(longest > place, np.diff(alike, append=len(at)))]
    at = _tied(new, np.arange(count))
    if len(at):  # a text that ends in zeros looks like one that does not
        texts, group = order[at], np.cumsum(new[at])
        _told_apart(order, new, at, order_by(group, lengths[texts]), group, lengths[texts])
    found = np.empty(count, np.int64)
    found[order] = np.cumsum(new) - 1
    return found


def _told_apart(
    order: npt.NDArray[np.int64], new: npt.NDArray[np.bool_], at: npt.NDArray[np.int64], step: npt.NDArray[np.int64],
    group: npt.NDArray[np.int64], key: Ids | _Words,
) -> npt.NDArray[np.int64]:  # fmt: skip
    """Put the texts of some places in their order within their groups; the places that still are like others."""
    order[at] = order[at][step]
    new[at] = runs(group, key[step])
    return _tied(new, at)


def _tied(new: npt.NDArray[np.bool_], at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Of places those that do not differ from both of their neighbours."""
    tied: npt.NDArray[np.int64] = at[~(new[at] & np.append(new, True)[at + 1])]
    return tied
