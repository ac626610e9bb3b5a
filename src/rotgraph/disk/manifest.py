"""In: the notes of a compile. Out: the list of them, and where each one's facts lie. Room: disk."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence

from rotgraph.disk.survey import Stamp
from rotgraph.errors import UnusableError
from rotgraph.late import dataclass

__all__ = ["NO_STAMP", "Entry", "Manifest", "content_hash", "pack_manifest", "read_manifest"]

NO_STAMP: Stamp = (-1, 0, 0)
"""Of a note so young when it was read that its times prove nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One note."""

    stamp: Stamp
    content: str
    """Hash of what was read; empty for what could not be read."""
    file: int
    """The file of facts, by its place among those of the manifest; -1 for none."""
    start: int
    lengths: tuple[int, int, int, int]
    """Bytes of what it names, of its diagnostics, of what it states and of what that depends on, which follow one another."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every note of a compile, by path below the vault, and the other files, of which only the names count."""

    notes: Mapping[str, Entry]
    others: str
    """Hash of the names of the files that are no notes."""
    files: tuple[str, ...]


def content_hash(data: bytes) -> str:
    """What tells one text from another.

    Example:
        >>> len(content_hash(b""))
        32
    """
    return hashlib.sha256(data).hexdigest()[:32]


def pack_manifest(manifest: Manifest) -> tuple[str, bytes]:
    """Its name and its bytes."""
    rows = [
        (path, *each.stamp, each.content, each.file, each.start, *each.lengths) for path, each in manifest.notes.items()
    ]  # fmt: skip
    text = json.dumps([manifest.others, manifest.files, rows], separators=(",", ":")).encode("ascii")
    data = zlib.compress(text, 1)
    return hashlib.sha256(data).hexdigest()[:16], b"%08x" % zlib.crc32(data) + data


def read_manifest(data: bytes) -> Manifest:
    """The manifest of bytes.

    Raises:
        UnusableError: they are damaged.
    """
    if data[:8] != b"%08x" % zlib.crc32(data[8:]):
        raise UnusableError("the manifest is damaged")
    others, files, rows = json.loads(zlib.decompress(data[8:]))
    return Manifest({row[0]: _entry(row) for row in rows}, others, tuple(files))


def _entry(row: Sequence[int | str]) -> Entry:
    _, size, modified, changed, content, file, start, *lengths = row
    return Entry((size, modified, changed), content, file, start, tuple(lengths))  # type: ignore[arg-type]  # as it was packed
