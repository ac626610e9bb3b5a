"""In: links and requests, note after note. Out: which note first tells what. Room: resolve.

A name that is said again tells nothing: what all notes name is settled by the first note that says each thing. What makes two
links or two requests one is known by sixty-four bits of a hash of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import msgspec
import numpy as np
import numpy.typing as npt

from rotgraph.model.named import NamedLink, Request
from rotgraph.resolve.collect import asked_for
from rotgraph.resolve.links import LinkIndex
from rotgraph.resolve.thing import is_title

__all__ = ["Firsts", "firsts", "is_other_name", "is_silent", "key_hash", "link_key", "request_key"]

_encode = msgspec.msgpack.Encoder().encode


def link_key(link: NamedLink, folder: str, index: LinkIndex) -> tuple[str, str, bool, str]:
    """What makes two links one: the folder counts where it decides what they mean."""
    return link.target, link.text, link.whole, "" if index.same_anywhere(link.target, folder) else folder


def request_key(request: Request, folder: str, index: LinkIndex) -> tuple[bool, object]:
    """Likewise of two requests, and whether it is the same in every folder."""
    targets, what = asked_for(request)
    anywhere = not targets or all(index.same_anywhere(target, folder) for target in targets)
    return anywhere, what if anywhere else (what, folder)


def is_other_name(text: str, target: str) -> bool:
    """Whether the words of a link are another name of what it leads to: ``[[EBITDA|EBIT]]DA`` calls nothing EBIT."""
    return text != target and not (target.startswith(text) and target[len(text) : len(text) + 1].isalnum())


def is_silent(link: NamedLink, folder: str, index: LinkIndex) -> bool:
    """Whether a link tells nothing: it leads to a note or file, and its words are no other name."""
    other = link.whole and is_other_name(link.text, link.target) and is_title(link.text)
    return not other and index.resolve(link.target, folder).kind != "unresolved"


class Firsts(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Everything of one kind that the notes tell, with the note that tells it first; 64 and 32-bit integers, sorted by hash."""

    hashes: bytes
    notes: bytes
    things: bytes
    """What each means, where that was noted."""

    def find(self, keys: Sequence[object]) -> npt.NDArray[np.int64]:
        """The place of each key in the tables; -1 for what nobody tells."""
        known, wanted = np.frombuffer(self.hashes, np.uint64), _hashes(keys)
        if not len(known):
            return np.full(len(wanted), -1)
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where(known[at] == wanted, at, -1)

    def first(self, keys: Sequence[object]) -> npt.NDArray[np.int32]:
        """The note that tells each first; -1 if none does."""
        return self._at(self.notes, keys)

    def meant(self, keys: Sequence[object]) -> npt.NDArray[np.int32]:
        """The thing that each means; -1 if it is none."""
        return self._at(self.things, keys)

    def _at(self, column: bytes, keys: Sequence[object]) -> npt.NDArray[np.int32]:
        return np.append(np.frombuffer(column, np.int32), np.int32(-1))[self.find(keys)]


def firsts(keys: Iterable[object], notes: Iterable[int], things: Sequence[int] = ()) -> Firsts:
    """The tables of what was told, given in one order."""
    hashes = _hashes(keys)
    order = np.argsort(hashes)
    meant = np.array(things, np.int32)[order] if len(things) else np.empty(0, np.int32)
    return Firsts(hashes[order].tobytes(), np.fromiter(notes, np.int32)[order].tobytes(), meant.tobytes())


def key_hash(key: object) -> bytes:
    """Sixty-four bits that stand for what makes two links or two requests one: a million keys would fill the memory."""
    return blake2b(_encode(key), digest_size=8).digest()


def _hashes(keys: Iterable[object]) -> npt.NDArray[np.uint64]:
    return np.frombuffer(b"".join(map(key_hash, keys)), np.uint64)
