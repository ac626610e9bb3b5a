"""In: texts, one after another. Out: a table of them, each once, by number and by what it says. Room: model.

Ten thousand notes say millions of texts, most of them once: as Python strings they fill the memory, and a dictionary of them takes
seconds. Here they stay the UTF-8 that the notes brought, each filled up with zeros to whole words of 64 bits, so that arrays tell
which are equal: by two hashes of 64 bits each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.model.ordering import pieces, runs
from rotgraph.model.spool import Pile, Spool, forget

__all__ = ["Texts", "begins_of", "padded", "text_hashes"]

_PIECE = 1 << 20
"""Words looked at in one go: what is worked out of them stays in the cache."""
_MANY = 1 << 10
"""Texts read in one go."""
_GROWS = 1 << 14
"""New texts that join the others where these lie: as Python strings they would fill the memory."""
_MIX, _STEP = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x9E3779B97F4A7C15)
_HIGH = np.uint64(0x8080808080808080)
_Ids: TypeAlias = "npt.NDArray[np.int32]"
_Words: TypeAlias = "npt.NDArray[np.uint64]"


def padded(texts: Iterable[str]) -> tuple[bytes, bytes]:
    """Texts as `Texts` takes them: their UTF-8, each filled up to whole words, and the length of each in bytes, of 32 bits.

    What no UTF-8 can say, half of a surrogate pair, is a question mark.
    """
    encoded = list(map(str.encode, texts, repeat("utf-8"), repeat("replace")))
    lengths = np.fromiter(map(len, encoded), "<i4", len(encoded))
    filled = np.maximum(lengths + 7 & -8, 8).tolist()
    return b"".join(map(bytes.ljust, encoded, filled, repeat(b"\0"))), lengths.tobytes()


class Texts(Sequence[str]):
    """Texts, each once, in the order they came; more may follow."""

    def __init__(
        self, data: bytes | memoryview, starts: npt.NDArray[np.int64], lengths: _Ids, hashes: _Words, more: Sequence[str] = ()
    ) -> None:
        self._data, self._starts, self._lengths, self._hashes = data, starts, lengths, hashes
        self._more = {text: number for number, text in enumerate(more, len(starts))}
        """Texts that came later."""
        self._late = list(more)
        self._pile: Pile | None = None
        """Where the others lie, if more may be put there."""
        self._spool = Spool()

    @classmethod
    def of(cls, pile: Pile, lengths: _Ids, spool: Spool) -> tuple[Texts, _Ids]:
        """A table of padded texts, and the number of each."""
        data = pile.view()
        starts = begins_of(lengths)
        hashes, others = _hashed(np.frombuffer(data, "<u8"), starts, lengths)
        order = np.argsort(hashes)
        new = runs(hashes[order])
        if bool((runs(others[order]) & ~new).any()):  # two texts share a hash
            order = np.lexsort((others, hashes))
            new = runs(hashes[order], others[order])
        groups = np.flatnonzero(new)
        firsts = np.minimum.reduceat(order, groups) if len(groups) else order
        kept = np.zeros(len(order), bool)
        kept[firsts] = True
        rank = np.cumsum(kept, dtype=np.int32) - np.int32(1)
        numbers = np.empty(len(order), np.int32)
        numbers[order] = np.repeat(rank[firsts], np.diff(np.append(groups, len(order))))
        wait = spool.column
        found = cls(data, wait(starts[kept] * 8), wait(lengths[kept]), wait(hashes[kept]))
        found._order = wait(rank[firsts])
        found._pile, found._spool = pile, spool
        return found, numbers

    @classmethod
    def from_strings(cls, texts: Iterable[str]) -> Texts:
        """A table of texts, of which each stands once."""
        data, lengths, starts, hashes = _laid_out(texts)
        return cls(data, starts * 8, lengths, hashes)

    def __len__(self) -> int:
        return len(self._starts) + len(self._late)

    def __getitem__(self, number: Any) -> Any:
        at = int(number) - len(self._starts)
        if at >= 0:
            return self._late[at]
        start = int(self._starts[number])
        return str(self._data[start : start + int(self._lengths[number])], "utf-8")

    def many(self, numbers: npt.NDArray[np.integer[Any]]) -> list[str]:
        """Some of them."""
        if len(numbers) <= _MANY:
            return self._many(numbers)
        found, order = [""] * len(numbers), np.argsort(numbers, kind="stable")  # those that lie together are read together
        for part in pieces(len(numbers), _MANY):
            at = order[part]
            for place, text in zip(at.tolist(), self._many(numbers[at]), strict=True):
                found[place] = text
            forget()
        return found

    def _many(self, numbers: npt.NDArray[np.integer[Any]]) -> list[str]:
        own = numbers < len(self._starts)
        mine = numbers[own]
        starts = self._starts[mine]
        ends = (starts + self._lengths[mine]).tolist()
        data = self._data
        found = iter([str(data[start:end], "utf-8") for start, end in zip(starts.tolist(), ends, strict=True)])
        if own.all():
            return list(found)
        late = iter((numbers[~own] - len(self._starts)).tolist())
        return [next(found) if is_own else self._late[next(late)] for is_own in own.tolist()]

    def laid_out(self, numbers: npt.NDArray[np.integer[Any]]) -> tuple[_Words, _Ids]:
        """Some of them as `padded` lays them out: words that are nobody else's, and lengths in bytes."""
        own = numbers < len(self._starts)
        mine = numbers[own]
        lengths = self._lengths[mine]
        words, done = np.empty(int(_words_of(lengths).sum()), "<u8"), 0
        for part in pieces(len(mine), _MANY):
            starts, sizes = self._starts[mine[part]] >> 3, _words_of(lengths[part])
            at = np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
            at += np.arange(len(at))
            words[done : done + len(at)] = np.frombuffer(self._data, "<u8")[at]
            done += len(at)
            forget()
        if own.all():
            return words, lengths
        data, told = padded(self.many(numbers[~own]))
        found, of_all = np.empty(len(words) + len(data) // 8, "<u8"), np.empty(len(numbers), np.int32)
        of_all[own], of_all[~own] = lengths, np.frombuffer(told, "<i4")
        is_own = np.repeat(own, _words_of(of_all))
        found[is_own], found[~is_own] = words, np.frombuffer(data, "<u8")
        return found, of_all

    def find(self, texts: Sequence[str]) -> _Ids:
        """The number of each text; -1 where it is none of them."""
        found = np.fromiter((self._more.get(text, -1) for text in texts), np.int32, len(texts))
        order = self._order
        if not len(order) or not len(texts):
            return found
        hashes = text_hashes(texts)
        at, rising = np.empty(len(hashes), np.int64), np.argsort(hashes)  # what is looked up in its order is found beside the last
        at[rising] = np.minimum(np.searchsorted(self._risen, hashes[rising]), len(order) - 1)
        same = np.flatnonzero((self._hashes[order[at]] == hashes) & (found < 0))
        numbers = order[at[same]]
        for number, place, text in zip(same.tolist(), at[same].tolist(), self.many(numbers), strict=True):
            if text == texts[number]:
                found[number] = order[place]
            else:  # one of others that share its hash, or none
                ends = int(np.searchsorted(self._hashes, hashes[number], "right", sorter=order))
                found[number] = next((each for each in order[place:ends].tolist() if self[each] == texts[number]), -1)
        return found

    def numbers(self, texts: Sequence[str]) -> _Ids:
        """The number of each text; what is new gets the next."""
        found = self.find(texts)
        new = np.flatnonzero(found < 0).tolist()
        if len(new) > _GROWS and self._pile is not None:
            numbers = {text: number for number, text in enumerate(dict.fromkeys([texts[at] for at in new]), len(self))}
            found[new] = [numbers[texts[at]] for at in new]
            self._grow(self._pile, [*self._late, *numbers])
            return found
        for at in new:
            number = self._more.setdefault(texts[at], len(self))
            if number == len(self):
                self._late.append(texts[at])
            found[at] = number
        return found

    def _grow(self, pile: Pile, texts: Sequence[str]) -> None:
        """Put texts, those that came later among them, where the others lie; what is in order is not sorted again."""
        data, told = padded(texts)
        lengths = np.frombuffer(told, "<i4")
        starts, wait = begins_of(lengths), self._spool.column
        hashes = _hashed(np.frombuffer(data, "<u8"), starts, lengths)[0]
        base = len(self._data)
        pile.add(data)
        order = np.argsort(hashes)
        risen = hashes[order]
        at = np.searchsorted(self._risen, risen)
        self._risen = wait(np.insert(self._risen, at, risen))
        self._order = wait(np.insert(self._order, at, order + len(self._starts)))
        del at, order, risen
        self._data = pile.view()
        self._starts = wait(np.concatenate((self._starts, starts * 8 + base)))
        self._lengths = wait(np.concatenate((self._lengths, lengths)))
        self._hashes = wait(np.concatenate((self._hashes, hashes)))
        self._late.clear()
        self._more.clear()

    def number(self, text: str) -> int:
        """That of one text."""
        late = self._more.get(text)
        return int(self.numbers((text,))[0]) if late is None else late

    def hashes(self, numbers: _Ids) -> npt.NDArray[np.uint64]:
        """64 bits of some of them, as `text_hashes` gives them."""
        late = numbers >= len(self._starts)
        if not late.any():
            return self._hashes[numbers]
        found = self._hashes[np.where(late, 0, numbers)] if len(self._starts) else np.empty(len(numbers), np.uint64)
        found[late] = text_hashes(self.many(numbers[late]))
        return found

    def wide(self, numbers: _Ids) -> npt.NDArray[np.bool_]:
        """Whether some of them hold a letter that ASCII lacks."""
        own = np.flatnonzero(numbers < len(self._starts))
        starts = self._starts[numbers[own]] >> 3
        order = np.argsort(starts)
        bounds = np.stack((starts, starts + _words_of(self._lengths[numbers[own]])), axis=1)[order]
        found = np.zeros(len(numbers), bool)
        words, low = np.frombuffer(self._data, "<u8"), 0
        while low < len(order):
            begin = int(bounds[low, 0])
            high = max(low + 1, int(np.searchsorted(bounds[:, 0], begin + _PIECE)))
            piece = np.append(words[begin : bounds[high - 1, 1]] & _HIGH, np.uint64(0))
            found[own[order[low:high]]] = np.bitwise_or.reduceat(piece, bounds[low:high].ravel() - begin)[::2] != 0
            forget()
            low = high
        late = np.flatnonzero(numbers >= len(self._starts))
        found[late] = [not text.isascii() for text in self.many(numbers[late])]
        return found

    def kept(self, used: npt.NDArray[np.bool_], spool: Spool | None = None) -> Texts:
        """Some of them, numbered anew in their order."""
        own, late = used[: len(self._starts)], used[len(self._starts) :].tolist()
        more = [text for text, is_used in zip(self._late, late, strict=True) if is_used]
        spool = spool or Spool()
        wait = spool.column
        found = Texts(self._data, wait(self._starts[own]), wait(self._lengths[own]), wait(self._hashes[own]), more)
        found._spool = spool
        return found

    def pool(self, more: Sequence[str] = (), spool: Spool | None = None) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
        """All of them, and then more, without what fills them up, and where each begins; the last number is the end."""
        late = [text.encode("utf-8", "replace") for text in (*self._late, *more)]
        lengths = np.concatenate((self._lengths, np.fromiter(map(len, late), np.int32, len(late))))
        offsets = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        pile = (spool or Spool()).pile()
        for piece in self._pieces():
            pile.add(piece.tobytes())
        pile.add(b"".join(late))
        return np.frombuffer(pile.view(), np.uint8), offsets

    def _pieces(self) -> Iterator[npt.NDArray[np.uint8]]:
        """The bytes of the texts one after another, some at a time."""
        data, count = np.frombuffer(self._data, np.uint8), len(self._starts)
        low = 0
        while low < count:
            begin = int(self._starts[low])
            high = max(low + 1, int(np.searchsorted(self._starts, begin + _PIECE * 8)))
            starts, lengths = self._starts[low:high] - begin, self._lengths[low:high]
            ends = starts + lengths
            marks = np.zeros(int(ends[-1]) + 1, np.int8)
            starts, ends = starts[lengths > 0], ends[lengths > 0]
            marks[starts] += 1
            marks[ends] -= 1
            forget()
            yield data[begin : begin + len(marks)][np.cumsum(marks, dtype=np.int8).view(bool)[: len(data) - begin]]
            low = high

    @cached_property
    def _order(self) -> npt.NDArray[np.integer[Any]]:
        return self._spool.column(np.argsort(self._hashes).astype(np.int32))

    @cached_property
    def _risen(self) -> _Words:
        risen: _Words = self._spool.column(self._hashes[self._order])
        return risen


def text_hashes(texts: Iterable[str]) -> npt.NDArray[np.uint64]:
    """64 bits of each text, the same on every machine."""
    return _laid_out(texts)[3]


def _laid_out(texts: Iterable[str]) -> tuple[bytes, _Ids, npt.NDArray[np.int64], _Words]:
    """Padded texts: bytes, lengths, the words that they begin at, hashes."""
    data, told = padded(texts)
    lengths = np.frombuffer(told, "<i4")
    starts = begins_of(lengths)
    return data, lengths, starts, _hashed(np.frombuffer(data, "<u8"), starts, lengths)[0]


def begins_of(lengths: _Ids) -> npt.NDArray[np.int64]:
    """The words that texts begin at."""
    words = _words_of(lengths)
    ends: npt.NDArray[np.int64] = np.cumsum(words)
    return ends - words


def _words_of(lengths: _Ids) -> npt.NDArray[np.int64]:
    """In how many words texts lie."""
    words: npt.NDArray[np.int64] = np.maximum((lengths.astype(np.int64) + 7) >> 3, 1)
    return words


def _hashed(words: _Words, starts: npt.NDArray[np.int64], lengths: _Ids) -> tuple[_Words, _Words]:
    """Two hashes of each text: sums of its words, each mixed with its place."""
    count = len(starts)
    first, second = np.empty(count, np.uint64), np.empty(count, np.uint64)
    low = 0
    while low < count:
        begin = int(starts[low])
        high = max(low + 1, int(np.searchsorted(starts, begin + _PIECE)))
        end = int(starts[high]) if high < count else len(words)
        at = starts[low:high] - begin
        place = np.arange(end - begin, dtype=np.uint64) - np.repeat(at.astype(np.uint64), np.diff(np.append(at, end - begin)))
        mixed = words[begin:end] ^ ((place + np.uint64(1)) * _STEP)
        mixed ^= mixed >> np.uint64(32)
        mixed *= _MIX
        mixed ^= mixed >> np.uint64(29)
        mixed *= _STEP
        first[low:high] = np.add.reduceat(mixed, at)
        mixed ^= mixed >> np.uint64(31)
        mixed *= _MIX
        second[low:high] = np.add.reduceat(mixed, at)
        forget()
        low = high
    size = lengths.astype(np.uint64)
    return first + size * _STEP, second + size * _MIX
