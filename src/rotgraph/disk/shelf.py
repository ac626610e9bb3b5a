"""In: a vault. Out: what an earlier compile knows of its notes; what this one leaves to the next. Room: disk."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

import msgspec

from rotgraph.diagnostics import Diagnostic
from rotgraph.disk.durable import Bytes
from rotgraph.disk.fresh import settings_hash
from rotgraph.disk.graph_file import StoredGraph, pack_graph
from rotgraph.disk.home import Current, Home, home_of
from rotgraph.disk.maker import made_by
from rotgraph.disk.manifest import NO_STAMP, Entry, Manifest, pack_manifest, read_manifest
from rotgraph.disk.note_facts import unpack_diagnostics
from rotgraph.disk.opening import open_current
from rotgraph.disk.packed import unpack_asked, unpack_described, unpack_meanings, unpack_names
from rotgraph.disk.publish import publish, writing
from rotgraph.disk.survey import Stamp, Survey, survey
from rotgraph.errors import UnusableError
from rotgraph.late import dataclass, replace
from rotgraph.model.described import Asked, Described
from rotgraph.model.graph import Graph
from rotgraph.model.named import NoteNames

__all__ = ["Finding", "Shelf", "clock_of"]

_MOST_FILES = 8
"""Files of facts before they are written as one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading one note came to: bytes that are kept, or new ones."""

    stamp: Stamp
    content: str
    kept: Entry | None = None
    names: bytes = b""
    diagnostics: bytes = b""
    described: bytes = b""
    """What the note states, if that was made anew."""
    asked: bytes = b""
    """And what that depends on."""


def clock_of(home: Home) -> int:
    """What time it is, in nanoseconds, by the clock that stamps the files of a home.

    Raises:
        OSError: nothing can be written there.
    """
    with writing(home):
        os.utime(home.path("lock"))
        return os.stat(home.path("lock")).st_mtime_ns


class Shelf:
    """What is kept of a vault's notes, by path."""

    def __init__(self, vault: str | os.PathLike[str], ignore: Sequence[str], now: int) -> None:
        """Look at the vault and at what was compiled.

        Args:
            now: by the clock of the file system, before anything is looked at.
        """
        self.home = home_of(vault)
        self.settings = settings_hash(vault)
        self.ignore = tuple(ignore)
        self.survey: Survey = survey(vault, ignore)
        self._doubtful = self.survey.doubtful(now)
        self.graph: StoredGraph | None = None
        """The graph of the manifest."""
        self.manifest = Manifest({}, "", ())
        self.trouble = ""
        """Why what was there cannot be used, if there was something."""
        self._listing = ""
        self._meant = ""
        self._settled = ""
        self._files: dict[int, bytes] = {}

    def load(self, *, check: bool = False) -> None:
        """Take down what an earlier compile left, if it can be used."""
        if not self.home.current.exists():
            return
        try:
            current, graph = open_current(self.home, made_by(), check=check)
            if current.settings == self.settings and current.manifest:
                self.manifest = read_manifest(self.home.path(f"manifest-{current.manifest}").read_bytes())
                self.graph, self._listing, self._meant = graph, current.listing, current.names
                self._settled = current.settled
        except UnusableError as error:
            self.trouble = str(error)
        except FileNotFoundError:
            self.trouble = f"{self.home.folder} is damaged: its manifest is not there"

    def same(self, path: str) -> Entry | None:
        """What is kept of a note whose size and times have not changed."""
        entry = self.manifest.notes.get(path)
        return entry if entry is not None and entry.stamp == self.survey.notes.get(os.fsencode(path)) else None

    def stamp(self, path: str) -> Stamp:
        """Size and times of a note to go by next time."""
        key = os.fsencode(path)
        return NO_STAMP if key in self._doubtful else self.survey.notes.get(key, NO_STAMP)

    def names(self, entry: Entry) -> tuple[NoteNames | None, tuple[Diagnostic, ...]] | None:
        """What a note names and what was wrong in it; None if that is damaged, and the note must be read again."""
        if entry.file < 0:
            return None, ()
        try:
            names, told, *_ = self._parts(entry)
            return unpack_names(names) if names else None, unpack_diagnostics(told)
        except (OSError, zlib.error, msgspec.MsgspecError):
            return None

    def described(self, entry: Entry) -> Described | None:
        """What a note states; None if that is damaged."""
        try:
            return unpack_described(self._parts(entry)[2])
        except (OSError, zlib.error, msgspec.MsgspecError):
            return None

    def asked(self, entry: Entry) -> Asked | None:
        """What that depends on; None if that is damaged."""
        try:
            return unpack_asked(self._parts(entry)[3])
        except (OSError, zlib.error, msgspec.MsgspecError):
            return None

    def meanings(self) -> tuple[str, dict[str, str]]:
        """What all names meant, and the hash of the schema then; nothing if that is damaged."""
        if not self._meant:
            return "", {}
        try:
            return unpack_meanings(self.home.path(f"names-{self._meant}").read_bytes())
        except (OSError, zlib.error, msgspec.MsgspecError):
            return "", {}

    def settled(self) -> bytes:
        """What settling all names came to; nothing if that is damaged."""
        try:
            data = self.home.path(f"settled-{self._settled}").read_bytes() if self._settled else b""
        except OSError:
            return b""
        return data if _name(data) == self._settled else b""

    def _parts(self, entry: Entry) -> tuple[memoryview, ...]:
        data = self._file(entry.file)
        ends = list(accumulate(entry.lengths, initial=entry.start))
        return tuple(data[start:end] for start, end in pairwise(ends))

    def _file(self, number: int) -> memoryview:
        if number not in self._files:
            self._files[number] = self.home.path(f"facts-{self.manifest.files[number]}").read_bytes()
        return memoryview(self._files[number])

    def unchanged(self, findings: Mapping[str, Finding], others: str) -> bool:
        """Whether the graph on the shelf is that of these notes."""
        return (
            self.graph is not None
            and others == self.manifest.others
            and findings.keys() == self.manifest.notes.keys()
            and all(each.kept is not None and each.content == self.manifest.notes[path].content for path, each in findings.items())
        )

    def save(
        self, graph: Graph, findings: Mapping[str, Finding], others: str, meanings: bytes = b"", settled: bytes = b""
    ) -> StoredGraph:
        """Publish a graph and the facts it was made of; the graph as it then lies on the disk.

        Args:
            meanings: packed, what all names mean, if that was found anew; ``settled`` likewise what settling them came to.

        Raises:
            OSError: the disk is full, or cannot be written; what was there still is.
        """
        listing = "" if self._doubtful else self.survey.digest
        if isinstance(graph, StoredGraph) and listing and listing == self._listing:
            return graph
        with writing(self.home):
            manifest, facts = self._filed(findings, others)
            name, packed = pack_manifest(manifest)
            files: dict[str, Sequence[Bytes]] = {f"manifest-{name}": (packed,)}
            files.update((f"facts-{each}", (data,)) for each, data in facts.items())
            if isinstance(graph, StoredGraph):
                generation = graph.generation
            else:
                generation, files[""] = pack_graph(graph, made_by())
                files[f"graph-{generation}"] = files.pop("")
            meant = _put(files, "names", meanings) or self._meant
            kept = _put(files, "settled", settled) or self._settled
            current = Current(
                generation, (0, 0, 0), made_by(), self.settings, listing, self.ignore, name, meant, kept, manifest.files
            )
            publish(self.home, current, files)
            return open_current(self.home, made_by())[1]

    def _filed(self, findings: Mapping[str, Finding], others: str) -> tuple[Manifest, dict[str, bytes]]:
        """The manifest of what is found, and the file with what is new in it; all in one file when there are too many."""
        fresh = [path for path, each in findings.items() if each.kept is None or each.described]
        old = sorted({each.kept.file for each in findings.values() if each.kept is not None and each.kept.file >= 0})
        afresh = len(old) >= _MOST_FILES or self._wasted(findings, old)
        names: list[str] = [] if afresh else [self.manifest.files[number] for number in old]
        places = {number: place for place, number in enumerate(old)}
        blob = bytearray()
        entries: dict[str, Entry] = {}
        for path, each in findings.items():
            if each.kept is not None and not each.described and not (afresh and each.kept.file >= 0):
                file = places[each.kept.file] if each.kept.file >= 0 else -1
                entries[path] = replace(each.kept, stamp=each.stamp, file=file)
                continue
            parts: Sequence[Bytes] = (each.names, each.diagnostics, each.described, each.asked)
            if each.kept is not None:
                kept = self._parts(each.kept)
                parts = (*kept[:2], each.described, each.asked) if each.described else kept
            named, told, stated, asked = map(len, parts)
            entries[path] = Entry(each.stamp, each.content, len(names), len(blob), (named, told, stated, asked))
            for part in parts:
                blob += part
        if not blob and not fresh:
            return Manifest(entries, others, tuple(names)), {}
        name = _name(blob)
        return Manifest(entries, others, (*names, name)), {name: bytes(blob)}

    def _wasted(self, findings: Mapping[str, Finding], old: Sequence[int]) -> bool:
        """Whether more than half of the old files is about notes that changed since, or somebody else has removed one."""
        used = sum(sum(each.kept.lengths) for each in findings.values() if each.kept is not None)
        paths = [self.home.path(f"facts-{self.manifest.files[number]}") for number in old]
        return not all(map(os.path.exists, paths)) or used * 2 < sum(map(os.path.getsize, paths))


def _name(data: bytes | bytearray) -> str:
    """What a file is called that holds these bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def _put(files: dict[str, Sequence[Bytes]], kind: str, data: bytes) -> str:
    """The name of something new that is to be written; empty if there is nothing."""
    if not data:
        return ""
    files[f"{kind}-{_name(data)}"] = (data,)
    return _name(data)
