"""In: a folder. Out: its notes as `Source`s, and the names of its other files. Room: notes.

Nothing is read outside the folder: a symbolic link that leads out of it is reported and left alone, and so is everything that is no
plain file.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rotgraph.diagnostics import Checked, Diagnostic
from rotgraph.errors import VaultError
from rotgraph.notes.encoding import decoded, joined, tell_halves, with_lines
from rotgraph.notes.names import SKIPPED, glob_pattern, shown_name
from rotgraph.source import Source, natural_key

__all__ = [
    "MAX_NOTE",
    "Folder",
    "attachments",
    "given_name",
    "read_vault",
    "sources_from",
]

MAX_NOTE = 32 << 20
"""Bytes of the largest note that is read."""
MAX_MARKS = 1_000_000
"""Most bytes of a note that may be markup: each costs some 400 bytes of memory. Ordinary notes of 14 MB hold as many."""
_MARKS = b"*_[]<&|#$"
_TICKS = re.compile(rb"`+")
_COPY = re.compile(r"\.sync-conflict-\d{8}-\d{6}|\((?:[^()]*'s )?conflicted copy[^()]*\)", re.IGNORECASE)


def sources_from(notes: Mapping[str, str]) -> Checked[tuple[Source, ...]]:
    """Notes that are no files: a mapping of path to text.

    Diagnostics: RG128 (half a character: U+FFFD in a text, ``%ED%A0%80`` in a path, as in the name of a file).

    Example:
        >>> [source.path for source in sources_from({"B.md": "b", "A.md": "a"}).value]
        ['A.md', 'B.md']
    """
    sources: list[Source] = []
    wrong: list[Diagnostic] = []
    for path in sorted(notes, key=natural_key):
        text, halves = joined(notes[path])
        source = Source(given_name(path), with_lines(text.encode()))
        sources.append(source)
        wrong += tell_halves(source, halves)
        if source.path != path:
            message = "half a character in the path: read as its bytes"
            wrong.append(Diagnostic(source.path, 1, 1, 1, 1, "RG128", message, "rename the note"))
    return Checked(tuple(sources), tuple(wrong))


def given_name(path: str) -> str:
    """The path of a file that is none, as a folder would show it."""
    return path if path.isascii() else shown_name(path.encode("utf-8", "surrogatepass"))


def read_vault(path: str | os.PathLike[str], ignore: Sequence[str] = ()) -> Checked[tuple[Source, ...]]:
    """Every note (``*.md``) of a folder, in natural order of their paths.

    ``ignore`` holds glob patterns over relative paths, as ``Archive/**`` or ``*.draft.md``.

    Diagnostics: RG110 to RG118. Raises: `VaultError` if ``path`` is no folder.
    """
    walk = Folder(path, ignore)
    sources = []
    for relative, full in walk.files:
        if relative[-3:].lower() == ".md":
            source = walk.note(relative, full)
            if source is not None:
                sources.append(source)
    return Checked(tuple(sources), tuple(sorted(walk.diagnostics)))


def attachments(path: str | os.PathLike[str], ignore: Sequence[str] = ()) -> tuple[str, ...]:
    """The relative paths of all files that are no notes, in natural order: what an embed may name."""
    return tuple(relative for relative, _ in Folder(path, ignore).files if relative[-3:].lower() != ".md")


class Folder:
    """One walk through a folder: the names in it, its notes when they are asked for, and what was wrong with them."""

    def __init__(self, path: str | os.PathLike[str], ignore: Sequence[str]) -> None:
        root = Path(path)
        if not root.is_dir():
            raise VaultError(f"{root} is no folder" if root.exists() else f"there is no folder {root}")
        self.root = os.fsencode(os.path.realpath(root))
        self.ignore = [re.compile(glob_pattern(pattern)) for pattern in ignore]
        self.diagnostics: list[Diagnostic] = []
        found = sorted(self._walk(self.root, ""), key=lambda pair: natural_key(pair[0]))
        self.files: list[tuple[str, bytes]] = found

    def _walk(self, root: bytes, prefix: str) -> Iterator[tuple[str, bytes]]:
        pending = [(root, prefix)]
        while pending:
            folder, above = pending.pop()
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self.tell(
                    above.rstrip("/") or ".", "RG113", f"the folder cannot be read: {error.strerror}", "check its permissions"
                )
                continue
            for entry in entries:
                name = shown_name(entry.name)
                relative = above + name
                if any(pattern.fullmatch(relative) for pattern in self.ignore):
                    continue
                if entry.is_symlink() and not self._stays_inside(relative, entry.path):
                    continue
                if entry.is_dir():
                    hidden = name.startswith(".") or name in SKIPPED
                    if not hidden and not entry.is_symlink():
                        pending.append((entry.path, relative + "/"))
                    if name[-3:].lower() == ".md" and not hidden:
                        self.tell(relative, "RG114", "a folder named like a note", "rename it")
                elif not name.startswith("."):
                    yield relative, entry.path
                elif name.endswith(".md.icloud"):
                    self.tell(relative, "RG118", "a note that the cloud has not handed out", "download it")

    def _stays_inside(self, relative: str, path: bytes) -> bool:
        """Whether a symbolic link leads to something else in the vault that exists."""
        try:
            target = os.path.realpath(path, strict=True)
        except OSError:
            self.tell(relative, "RG115", "a symbolic link that leads nowhere or in a circle", "remove it")
            return False
        if target == self.root or not target.startswith(self.root + b"/"):
            self.tell(relative, "RG115", "a symbolic link that leads out of the vault: not read", "copy the file into the vault")
            return False
        return True

    def note(self, relative: str, path: bytes) -> Source | None:
        if _COPY.search(relative):
            self.tell(
                relative, "RG118", "a copy that a synchronisation left behind: read as a note of its own", "merge and delete it"
            )
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            self.tell(relative, "RG113", f"the note cannot be read: {error.strerror}", "check its permissions")
            return None
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                self.tell(relative, "RG114", "a name ending in .md that is no file", "rename or remove it")
                return None
            if status.st_size > MAX_NOTE:
                self.tell(relative, "RG112", f"the note is larger than {MAX_NOTE >> 20} MiB: not read", "split it")
                return None
            try:
                raw = file.read(MAX_NOTE + 1)
            except OSError as error:
                self.tell(relative, "RG113", f"the note cannot be read: {error.strerror}", "check the disk")
                return None
        if len(raw) > MAX_MARKS and _marks(raw) > MAX_MARKS:
            self.tell(relative, "RG112", f"the note holds more than {MAX_MARKS:,} marks of markup: not read", "split it")
            return None
        checked = decoded(relative, raw)
        self.diagnostics.extend(checked.diagnostics)
        return checked.value

    def tell(self, relative: str, code: str, message: str, hint: str) -> None:
        self.diagnostics.append(Diagnostic(relative, 1, 1, 1, 1, code, message, hint))


def _marks(raw: bytes) -> int:
    """How many bytes may be markup; a run of backticks is one."""
    return len(raw) - len(raw.translate(None, _MARKS)) + sum(1 for _ in _TICKS.finditer(raw))
