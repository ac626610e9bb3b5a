"""In: a folder. Out: what lies in it, with sizes and times, before anything is read. Room: disk.

What reading the vault could ever look at is in the survey, so that equal surveys mean equal notes. The change time (`ctime`) is in
it: the modification time can be set, and a copy of equal size and time would pass.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence

from rotgraph.late import dataclass
from rotgraph.notes.names import SKIPPED, glob_pattern, shown_name

__all__ = ["Stamp", "Survey", "survey"]

Stamp = tuple[int, int, int]
"""Size, modification time, change time."""

_COARSE = 2_000_000_000
"""Nanoseconds within which two changes may bear one time, where a file system counts whole seconds."""
_FINE = 50_000_000
"""As above, where it counts finer: the clock of the kernel ticks every few milliseconds."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What lies in a vault."""

    root: bytes
    notes: dict[bytes, Stamp]
    """By path below the root."""
    digest: str
    """Hash of all names, and of sizes and times of notes."""

    def doubtful(self, now: int) -> frozenset[bytes]:
        """Notes so young that another change may bear the time of this one; ``now`` by the clock of the file system."""
        return frozenset(path for path, stamp in self.notes.items() if _moment(stamp) >= now - _grain(stamp))


def _moment(stamp: Stamp) -> int:
    return stamp[1] if os.name == "nt" else stamp[2]  # Windows says there when the file was made


def _grain(stamp: Stamp) -> int:
    return _FINE if _moment(stamp) % 1_000_000_000 else _COARSE


def survey(path: str | os.PathLike[str], ignore: Sequence[str]) -> Survey:
    """Look at every name in a vault, and at size and times of its notes."""
    root = os.fsencode(os.path.realpath(path))
    patterns = [re.compile(glob_pattern(each)) for each in ignore]
    notes: dict[bytes, Stamp] = {}
    lines: list[bytes] = []
    for relative, stamp in _walk(root, patterns):
        lines.append(b"%b\0%d %d %d" % (relative, *stamp) if stamp else relative)
        if stamp and relative[-3:].lower() == b".md":
            notes[relative] = stamp
    lines.sort()
    return Survey(root, notes, hashlib.blake2b(b"\n".join(lines), digest_size=16).hexdigest())


def _walk(root: bytes, patterns: Sequence[re.Pattern[str]]) -> Iterator[tuple[bytes, Stamp | None]]:
    pending = [b""]
    while pending:
        above = pending.pop()
        try:
            entries = os.scandir(root + b"/" + above)
        except OSError:
            yield above + b"\0unreadable", None
            continue
        with entries:
            for entry in entries:
                name = entry.name
                relative = above + name
                if patterns and any(each.fullmatch(shown_name(relative)) for each in patterns):
                    continue
                if entry.is_symlink():
                    yield from _link(entry, relative)
                elif entry.is_dir():
                    yield relative + b"/", None
                    if not name.startswith(b".") and shown_name(name) not in SKIPPED:
                        pending.append(relative + b"/")
                elif name[-3:].lower() == b".md":
                    found = entry.stat()
                    yield relative, (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
                else:
                    yield relative, None


def _link(entry: os.DirEntry[bytes], relative: bytes) -> Iterator[tuple[bytes, Stamp | None]]:
    """A symbolic link: itself, where it leads, and what lies there."""
    try:
        target, found = os.path.realpath(entry.path, strict=True), os.stat(entry.path)
    except OSError:
        yield relative + b"\0dangling", None
        return
    yield relative + b"\0" + target, None
    yield relative, (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
