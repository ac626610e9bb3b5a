"""In: a folder. Out: what lies in it, with sizes and times, before anything is read. Room: disk.

What reading the vault could ever look at is in the survey, so that equal surveys mean equal notes. The change time (`ctime`) is in
it: the modification time can be set, and a copy of equal size and time would pass.
"""

from __future__ import annotations

import os
import re
import sys
from array import array
from collections.abc import Callable, Sequence
from itertools import chain

from rotgraph.late import dataclass
from rotgraph.notes.names import SKIPPED, glob_pattern, shown_name

__all__ = ["Stamp", "Survey", "digest_beside", "survey"]

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
    notes, lines = _walk(root, [re.compile(glob_pattern(each)) for each in ignore])
    lines.sort()
    paths = sorted(notes)
    stamps = array("q", chain.from_iterable(map(notes.__getitem__, paths)))
    told = (b"\n".join(lines), b"\n".join(paths), stamps.tobytes())
    from hashlib import blake2b  # 3 ms, which a query leaves to the process that looks at the notes

    digest = blake2b(b"%d %d\n" % (len(told[0]), len(paths)), digest_size=16)
    for each in told:
        digest.update(each)
    return Survey(root, notes, digest.hexdigest())


def digest_beside(path: str | os.PathLike[str], ignore: Sequence[str]) -> Callable[[], str]:
    """The digest of a survey that another process makes meanwhile, where there can be one: call what is returned to have it."""
    threads = sys.modules.get("threading")
    if not hasattr(os, "fork") or (threads is not None and threads.active_count() > 1):
        return lambda: survey(path, ignore).digest
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writer, survey(path, ignore).digest.encode())
        finally:
            os._exit(0)
    os.close(writer)

    def asked() -> str:
        with open(reader, "rb") as pipe:
            digest = pipe.read().decode()
        os.waitpid(child, 0)
        return digest or survey(path, ignore).digest  # the other one was killed

    return asked


def _walk(root: bytes, patterns: Sequence[re.Pattern[str]]) -> tuple[dict[bytes, Stamp], list[bytes]]:
    """The notes, and a line for everything else; ten thousand files are looked at before each query, so nothing is done twice."""
    notes: dict[bytes, Stamp] = {}
    lines: list[bytes] = []
    pending = [b""]
    while pending:
        above = pending.pop()
        try:
            entries = os.scandir(root + b"/" + above)
        except OSError:
            lines.append(above + b"\0unreadable")
            continue
        with entries:
            for entry in entries:
                name = entry.name
                relative = above + name
                if patterns and any(each.fullmatch(shown_name(relative)) for each in patterns):
                    continue
                if entry.is_symlink():
                    _link(entry, relative, notes, lines)
                elif entry.is_dir():
                    lines.append(relative + b"/")
                    if not name.startswith(b".") and shown_name(name) not in SKIPPED:
                        pending.append(relative + b"/")
                elif name.endswith(b".md") or _is_note(name):
                    found = entry.stat() if _LISTED else os.stat(entry.path)
                    notes[relative] = found.st_size, found.st_mtime_ns, found.st_ctime_ns
                else:
                    lines.append(relative)
    return notes, lines


_LISTED = os.name == "nt"
"""A listing of a folder holds sizes and times there; elsewhere a path is looked at faster than the entry of a listing."""


def _is_note(name: bytes) -> bool:
    return name[-3:].lower() == b".md"


def _link(entry: os.DirEntry[bytes], relative: bytes, notes: dict[bytes, Stamp], lines: list[bytes]) -> None:
    """A symbolic link: itself, where it leads, and what lies there."""
    try:
        target, found = os.path.realpath(entry.path, strict=True), os.stat(entry.path)
    except OSError:
        lines.append(relative + b"\0dangling")
        return
    stamp = found.st_size, found.st_mtime_ns, found.st_ctime_ns
    lines.append(relative + b"\0" + target)
    if _is_note(relative):
        notes[relative] = stamp
    else:
        lines.append(b"%b\0%d %d %d" % (relative, *stamp))
