"""In: the notes of a compile. Out: the list of them, and where each one's facts lie. Room: disk."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from enum import IntEnum

from rotgraph.disk.survey import Stamp
from rotgraph.disk.zstd import ANEW, compress, decompress
from rotgraph.errors import UnusableError
from rotgraph.late import dataclass

__all__ = ["NO_STAMP", "Entry", "FactsFile", "Manifest", "Part", "content_hash", "pack_manifest", "read_manifest"]


NO_STAMP: Stamp = (-1, 0, 0)
"""Of a note so young when it was read that its times prove nothing."""


class Part(IntEnum):
    """What is kept of a note: what it names, its diagnostics, what it states, what that depends on, what ties it to others."""

    NAMES, TOLD, STATED, ASKED, TIES = range(5)


@dataclass(frozen=True, slots=True)
class Entry:
    """One note."""

    stamp: Stamp
    content: str
    """Hash of what was read; empty for what could not be read."""
    file: int
    """The file of facts, by its place among those of the manifest; -1 for none."""
    block: int
    place: int
    """In the block."""


@dataclass(frozen=True, slots=True)
class FactsFile:
    """One file of facts."""

    name: str
    notes: int
    """That it was written for."""
    blocks: tuple[tuple[int, ...], ...]
    """Of each block the bytes of its parts, which follow one another."""

    @property
    def path(self) -> str:
        return f"facts-{self.name}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every note of a compile, by path below the vault, and the other files, of which only the names count."""

    notes: Mapping[str, Entry]
    others: str
    """Hash of the names of the files that are no notes."""
    files: tuple[FactsFile, ...]


def content_hash(data: bytes) -> str:
    """What tells one text from another.

    Example:
        >>> len(content_hash(b""))
        32
    """
    return hashlib.sha256(data).hexdigest()[:32]


def pack_manifest(manifest: Manifest) -> tuple[str, bytes]:
    """Its name and its bytes."""
    rows = [(path, *each.stamp, each.content, each.file, each.block, each.place) for path, each in manifest.notes.items()]
    files = [(each.name, each.notes, each.blocks) for each in manifest.files]
    data = compress(json.dumps([manifest.others, files, rows], separators=(",", ":")).encode("ascii"), ANEW)
    return hashlib.sha256(data).hexdigest()[:16], b"%08x" % zlib.crc32(data) + data


def read_manifest(data: bytes) -> Manifest:
    """The manifest of bytes.

    Raises:
        UnusableError: they are damaged.
    """
    if data[:8] != b"%08x" % zlib.crc32(data[8:]):
        raise UnusableError("the manifest is damaged")
    others, files, rows = json.loads(decompress(data[8:]))
    listed = tuple(FactsFile(name, notes, tuple(map(tuple, blocks))) for name, notes, blocks in files)
    return Manifest({row[0]: Entry((row[1], row[2], row[3]), *row[4:]) for row in rows}, others, listed)
