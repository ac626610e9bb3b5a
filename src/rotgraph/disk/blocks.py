"""In: what notes name and state, packed. Out: files of facts, and each part of a note again. Room: disk.

Notes that follow each other share a block; in it what they name, their diagnostics, what they state, what that depends on and what
ties them to others are compressed apart: who wants one does not decompress the others. Only what they state is compressed after
what they name, which it repeats in part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from rotgraph.disk.manifest import Entry, FactsFile, Part
from rotgraph.disk.packed import decode_asked_block, decode_block, encode_asked, encode_block, encode_ties
from rotgraph.disk.zstd import ONCE, compress, decompress

__all__ = ["BlockWriter", "Blocks", "Parts"]

_NOTES = 128
"""In a block."""
_OPEN = 8
"""Blocks that are held decompressed: notes are asked for in their order, which leads through one block of each file at a time."""

Parts = tuple[bytes, bytes, bytes, bytes]
"""What a note names, its diagnostics, what it states, what that depends on."""


class BlockWriter:
    """Parts of notes while they become a file."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
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
        packed = [compress(data, ONCE, after=names if part == Part.STATED else b"") for part, data in enumerate(encoded)]
        self._lengths.append(tuple(map(len, packed)))
        self.pieces += packed
        self._waiting.clear()

    def file(self) -> FactsFile | None:
        """The file, when nothing more is added; None if nothing was."""
        if self._waiting:
            self._end()
        if not self._notes:
            return None
        digest = hashlib.sha256()
        for piece in self.pieces:
            digest.update(piece)
        return FactsFile(digest.hexdigest()[:16], self._notes, tuple(self._lengths))


class Blocks:
    """Files of facts, of which blocks are read as they are asked for."""

    def __init__(self, folder: Path, files: Sequence[FactsFile]) -> None:
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
        with (self._folder / file.path).open("rb") as whole:
            whole.seek(starts[at])
            data = whole.read(starts[at + 1] - starts[at])
        return decompress(data, after=after)
