"""In: files of a new generation. Out: them, as the current one. Room: disk.

The order is what a power cut asks for: every file is written and synced under a name of its own, then named for what it holds, the
folder synced, CURRENT replaced and synced, and only then what nobody needs is removed. Writers wait for one another; readers wait
for nobody.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rotgraph.disk.durable import Bytes, replace_file, sync_folder, write_new
from rotgraph.disk.home import Current, Home, stamp_of
from rotgraph.late import regex, replace

__all__ = ["publish", "writing"]

_OURS = regex(
    r"(?:graph|manifest|facts|names|settled)-[0-9a-f]{16}(?:\.new)?|answer-[0-9a-f]{16}-[0-9a-f]{16}(?:\.\d+\.new)?|CURRENT\.new"
)


@contextmanager
def writing(home: Home) -> Iterator[None]:
    """Hold a home alone, as a writer.

    Raises:
        OSError: nothing can be written there.
    """
    Path(home.folder).mkdir(exist_ok=True)
    ignore = Path(home.path(".gitignore"))
    handle = os.open(home.path("lock"), os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        _lock(handle)
        if not ignore.exists():
            replace_file(ignore, b"*\n", beside="new")
        yield
    finally:
        os.close(handle)


def publish(home: Home, current: Current, files: Mapping[str, Iterable[Bytes]]) -> Current:
    """Make files current; what CURRENT then says. To be called while `writing`.

    Args:
        files: by name, the new ones among those that ``current`` names.

    Raises:
        OSError: the disk is full, or cannot be written; what was current still is.
    """
    made: list[Path] = []
    try:
        for name, pieces in files.items():
            made.append(Path(home.path(f"{name}.new")))
            write_new(made[-1], pieces)
        for path in made:
            os.replace(path, path.with_suffix(""))
        sync_folder(Path(home.folder))
        current = replace(current, stamp=stamp_of(home.path(f"graph-{current.graph}")))
        replace_file(Path(home.current), current.pack(), beside="new")
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    _sweep(home, current)
    return current


def _sweep(home: Home, current: Current) -> None:
    """Remove what no longer is current. A file that a reader holds open on Windows stays until the next time."""
    kept, answers = current.files, f"answer-{current.graph}-"
    for entry in os.scandir(home.folder):
        if entry.name not in kept and not entry.name.startswith(answers) and _OURS.fullmatch(entry.name):
            try:
                os.unlink(entry.path)
            except PermissionError:
                continue


def _lock(handle: int) -> None:
    """Wait for other writers. Where a file system knows no locks, the last one wins; readers see a whole graph all the same."""
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows alone has it
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        return
