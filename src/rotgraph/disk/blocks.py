"""In: what notes name and state, packed. Out: files of facts, and each part of a note again. Room: disk.

Notes that follow each other share a block; in it what they name, their diagnostics, what they state, what that depends on and what
ties them to others are compressed apart: who wants one does not decompress the others. Only what they state is compressed after
what they name, which it repeats in part.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TypeAlias

from rotgraph.disk.manifest import Entry, FactsFile, Part
from rotgraph.disk.packed import decode_asked_block, decode_block, encode_asked, encode_block, encode_ties
from rotgraph.disk.zstd import ONCE, compress, decompress
from rotgraph.model.spool import Spool, Spooled

__all__ = ["Ahead", "BlockWriter", "Blocks", "Parts", "named_ahead"]

_NOTES = 128
"""In a block."""
_OPEN = 8
"""Blocks that are held decompressed: notes are asked for in their order, which leads through one block of each file at a time."""

Parts = tuple[bytes, bytes, bytes, bytes]
"""What a note names, its diagnostics, what it states, what that depends on."""
Ahead: TypeAlias = "Mapping[int, Spooled]"
"""What notes name, compressed before it is known what they state: blocks by the hash of their bytes."""


def named_ahead(names: Sequence[Spooled], spool: Spool) -> Ahead:
    """Compress what notes name that are added in this order.

    Args:
        spool: where finished blocks wait.
    """
    blocks = (encode_block(list(map(bytes, names[at : at + _NOTES]))) for at in range(0, len(names), _NOTES))
    return {hash(block): spool.put(compress(block, ONCE)) for block in blocks}


class BlockWriter:
    """Parts of notes while they become a file."""

    def __init__(self, spool: Spool | None = None, ahead: Ahead | None = None) -> None:
        """Begin.

        Args:
            spool: where finished blocks wait; in the memory if None.
            ahead: what is compressed already.
        """
        self._spool, self._ahead = spool or Spool(), ahead or {}
        self.pieces: list[Spooled] = []
        """Of the file."""
        self._digest = hashlib.sha256()
        self._waiting: list[Parts] = []
        self._lengths: list[tuple[int, ...]] = []
        self._notes = 0

    def add(self, parts: Parts) -> tuple[int, int]:
        """The block and the place in it that the note gets."""
        at = divmod(self._notes, _NOTES)
        self._notes += 1
        self._waiting.append(parts)
        if len(self._waiting) == _NOTES:
            self._end()
        return at

    def _end(self) -> None:
        *others, asked = zip(*self._waiting, strict=True)
        encoded = [*map(encode_block, others), encode_asked(asked), encode_ties(others[Part.STATED])]
        names = encoded[Part.NAMES]
        done = self._ahead.get(hash(names))
        packed = [bytes(done) if done is not None else compress(names, ONCE)]
        packed += [
            compress(data, ONCE, after=names if part == Part.STATED else b"")
            for part, data in enumerate(encoded)
            if part != Part.NAMES
        ]  # fmt: skip
        self._lengths.append(tuple(map(len, packed)))
        for piece in packed:
            self._digest.update(piece)
            self.pieces.append(self._spool.put(piece))
        self._waiting.clear()

    def file(self) -> FactsFile | None:
        """The file, when nothing more is added; None if nothing was."""
        if self._waiting:
            self._end()
        if not self._notes:
            return None
        return FactsFile(self._digest.hexdigest()[:16], self._notes, tuple(self._lengths))


class Blocks:
    """Files of facts, of which blocks are read as they are asked for."""

    def __init__(self, folder: str, files: Sequence[FactsFile]) -> None:
        self._folder, self._files = folder, files
        self._starts: dict[int, list[int]] = {}
        """By number of the file: where each part of each block begins."""
        self._open: dict[tuple[int, int, int], list[bytes]] = {}
        """By file, block and part."""

    def part(self, entry: Entry, part: int) -> bytes:
        """One part of a note.

        Raises:
            OSError, UnusableError, msgspec.MsgspecError, IndexError: it is gone, or damaged.
        """
        key = (entry.file, entry.block, part)
        found = self._open.get(key)
        if found is None:
            names = self._encoded(entry, Part.NAMES) if part == Part.STATED else b""
            data = self._encoded(entry, part, names)
            found = decode_asked_block(data) if part == Part.ASKED else decode_block(data)
            if len(self._open) >= _OPEN:
                del self._open[next(iter(self._open))]
            self._open[key] = found
        return found[entry.place]

    def _encoded(self, entry: Entry, part: int, after: bytes = b"") -> bytes:
        starts = self._starts.get(entry.file)
        file = self._files[entry.file]
        if starts is None:
            starts = self._starts[entry.file] = list(accumulate((length for block in file.blocks for length in block), initial=0))
        at = entry.block * len(Part) + part
        with open(os.path.join(self._folder, file.path), "rb") as whole:
            whole.seek(starts[at])
            data = whole.read(starts[at + 1] - starts[at])
        return decompress(data, after=after)
