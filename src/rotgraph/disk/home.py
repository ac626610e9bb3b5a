"""In: a folder. Out: where its compiled graph lies, and what is current in it. Room: disk.

    .rotgraph/.gitignore         *
    .rotgraph/CURRENT            which files are the graph, and for which notes: the only file that is ever replaced
    .rotgraph/graph-0123…        columns, texts, schema, diagnostics
    .rotgraph/manifest-0123…     every note: size, times, hash, and where its facts are
    .rotgraph/facts-0123…        what each note names and states by itself
    .rotgraph/names-0123…        what all names mean
    .rotgraph/settled-0123…      what settling them came to, and where things stand
    .rotgraph/lock               held while somebody writes

All but the first two are named for what they hold and never change. A reader takes CURRENT and then the files it names; if one has
gone meanwhile, somebody compiled, and CURRENT is read again.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import Any

from rotgraph.errors import UnusableError
from rotgraph.late import dataclass

__all__ = ["FOLDER", "FORMAT", "Current", "Home", "home_of", "stamp_of"]

FOLDER = ".rotgraph"
FORMAT = 6
"""Rises with every change of what lies in a home, or of the columns."""
_CURRENT = "CURRENT"


@dataclass(frozen=True, slots=True)
class Current:
    """What CURRENT says."""

    graph: str
    """Name of the generation."""
    stamp: tuple[int, int, int]
    """Size and times of its file when it was written: while they are the same, nobody has touched it."""
    made_by: str
    """Version of the compiler."""
    settings: str = ""
    """Hash of ``rotgraph.toml``."""
    listing: str = ""
    """Hash of the names, sizes and times of everything in the vault; empty if that would prove nothing."""
    ignore: tuple[str, ...] = ()
    manifest: str = ""
    names: str = ""
    settled: str = ""
    facts: tuple[str, ...] = ()

    @property
    def files(self) -> frozenset[str]:
        """The files that are needed."""
        named = {f"graph-{self.graph}", *(f"facts-{each}" for each in self.facts)}
        kept = {f"manifest-{self.manifest}", f"names-{self.names}", f"settled-{self.settled}"}
        return frozenset(named | kept if self.manifest else named)

    def pack(self) -> bytes:
        told: dict[str, Any] = {"format": FORMAT, **{name: getattr(self, name) for name in self.__match_args__}}
        text = json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")
        return b"%08x\n%s\n" % (zlib.crc32(text), text)


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of a compiled graph."""

    folder: str

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def read(self, name: str) -> bytes:
        """The bytes of a file.

        Raises:
            OSError: it cannot be read.
        """
        with open(self.path(name), "rb") as file:
            return file.read()

    @property
    def current(self) -> str:
        return self.path(_CURRENT)

    def read_current(self) -> Current:
        """What is current.

        Raises:
            UnusableError: nothing is, or it is damaged, or of another format.
        """
        try:
            checksum, _, text = self.read(_CURRENT).partition(b"\n")
        except (FileNotFoundError, NotADirectoryError):
            raise UnusableError(f"{self.folder} holds no compiled graph") from None
        text = text.removesuffix(b"\n")
        if checksum != b"%08x" % zlib.crc32(text):
            raise UnusableError(f"{self.current} is damaged")
        told: dict[str, Any] = json.loads(text)
        if told.pop("format") != FORMAT:
            raise UnusableError(f"{self.folder} was written by another version")
        given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
        return Current(**given)


def stamp_of(path: str | os.PathLike[str]) -> tuple[int, int, int]:
    """Size and times of a file. The change time cannot be set: whoever writes a byte leaves a trace."""
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def home_of(path: str | os.PathLike[str]) -> Home:
    """The home of a vault, or the one that the path itself is.

    Example:
        >>> home_of("./notes/").folder.replace(os.sep, "/")
        'notes/.rotgraph'
    """
    folder = _tidy(os.fspath(path))
    is_home = os.path.basename(folder) == FOLDER or os.path.isfile(os.path.join(folder, _CURRENT))
    return Home(folder if is_home else _tidy(os.path.join(folder, FOLDER)))


def _tidy(path: str) -> str:
    """As `pathlib` writes it, which a query does without: importing it takes a fiftieth of its time."""
    return path if ".." in path else os.path.normpath(path)  # beyond a link, two dots lead elsewhere
