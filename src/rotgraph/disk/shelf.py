"""In: a vault. Out: what an earlier compile knows of its notes; what this one leaves to the next. Room: disk."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import msgspec

from rotgraph.diagnostics import Diagnostic
from rotgraph.disk.blocks import Ahead, Blocks, BlockWriter, Parts, named_ahead
from rotgraph.disk.durable import Bytes
from rotgraph.disk.fresh import settings_hash
from rotgraph.disk.graph_file import StoredGraph, pack_graph
from rotgraph.disk.home import Current, Home, home_of
from rotgraph.disk.maker import made_by
from rotgraph.disk.manifest import NO_STAMP, Entry, Manifest, Part, pack_manifest, read_manifest
from rotgraph.disk.note_facts import unpack_diagnostics
from rotgraph.disk.opening import open_current
from rotgraph.disk.packed import decode_asked, decode_described, decode_names, unpack_meanings, unpacked
from rotgraph.disk.publish import publish, writing
from rotgraph.disk.survey import Stamp, Survey, survey
from rotgraph.errors import UnusableError
from rotgraph.late import dataclass, replace
from rotgraph.model.described import Asked, Described
from rotgraph.model.graph import Graph
from rotgraph.model.named import WholeNames
from rotgraph.model.spool import EMPTY, Spool, Spooled

__all__ = ["Finding", "Shelf", "clock_of"]

_MOST_FILES = 8
"""Files of facts before small ones are written as one."""
_DAMAGE = (OSError, UnusableError, msgspec.MsgspecError, IndexError, ValueError)
"""What comes of bytes that somebody else has changed or removed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading one note came to: bytes that are kept, or new ones."""

    stamp: Stamp
    content: str
    kept: Entry | None = None
    names: Spooled = EMPTY
    diagnostics: Spooled = EMPTY
    described: Spooled = EMPTY
    """What the note states, if that was made anew."""
    asked: Spooled = EMPTY
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
        self._blocks = Blocks(self.home.folder, ())
        self._settled = ""
        self._ahead: Future[tuple[Manifest, list[Spooled]]] | None = None
        """What is filed before `save` asks for it."""
        self._named: Future[Ahead] | None = None
        """And what is compressed before that."""

    def load(self, *, check: bool = False) -> None:
        """Take down what an earlier compile left, if it can be used."""
        if not os.path.exists(self.home.current):
            return
        try:
            current, graph = open_current(self.home, made_by(), check=check)
            if current.settings == self.settings and current.manifest:
                self.manifest = read_manifest(self.home.read(f"manifest-{current.manifest}"))
                self._blocks = Blocks(self.home.folder, self.manifest.files)
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

    def names(self, entry: Entry) -> tuple[WholeNames | None, tuple[Diagnostic, ...]] | None:
        """What a note names and what was wrong in it; None if that is damaged, and the note must be read again."""
        if entry.file < 0:
            return None, ()
        try:
            names = self._blocks.part(entry, Part.NAMES)
            return decode_names(names) if names else None, unpack_diagnostics(self._blocks.part(entry, Part.TOLD))
        except _DAMAGE:
            return None

    def named(self, entry: Entry) -> bytes:
        """What a note names, as `decode_names` takes it; nothing if that is damaged."""
        try:
            return self._blocks.part(entry, Part.NAMES)
        except _DAMAGE:
            return b""

    def described(self, entry: Entry) -> Described | None:
        """What a note states; None if that is damaged."""
        try:
            return decode_described(self._blocks.part(entry, Part.STATED))
        except _DAMAGE:
            return None

    def asked(self, entry: Entry) -> Asked | None:
        """What that depends on; None if that is damaged."""
        try:
            return decode_asked(self._blocks.part(entry, Part.ASKED))
        except _DAMAGE:
            return None

    def ties(self, entry: Entry) -> bytes | None:
        """What ties a note to others, numbers of 32 bits; None if that is damaged."""
        if entry.file < 0:
            return b""
        try:
            return self._blocks.part(entry, Part.TIES)
        except _DAMAGE:
            return None

    def meanings(self) -> tuple[str, dict[str, str]]:
        """What all names meant, and the hash of the schema then; nothing if that is damaged."""
        if not self._meant:
            return "", {}
        try:
            return unpack_meanings(self.home.read(f"names-{self._meant}"))
        except _DAMAGE:
            return "", {}

    def settled(self) -> bytes:
        """What settling all names came to; nothing if that is damaged."""
        try:
            data = self.home.read(f"settled-{self._settled}") if self._settled else b""
        except OSError:
            return b""
        return data if _name(data) == self._settled else b""

    def unchanged(self, findings: Mapping[str, Finding], others: str) -> bool:
        """Whether the graph on the shelf is that of these notes."""
        return (
            self.graph is not None
            and others == self.manifest.others
            and findings.keys() == self.manifest.notes.keys()
            and all(each.kept is not None and each.content == self.manifest.notes[path].content for path, each in findings.items())
        )

    def file_ahead(self, findings: Mapping[str, Finding], others: str) -> None:
        """Begin to file notes of which nothing is kept, while what they state is joined: compressing leaves the interpreter to
        others. `save` must be handed the same."""
        if all(each.kept is None for each in findings.values()):
            self._ahead = _begun(self._filed, findings, others)

    def name_ahead(self, findings: Mapping[str, Finding]) -> None:
        """Likewise begin with what they name, while names are settled."""
        if all(each.kept is None for each in findings.values()):
            self._named = _begun(named_ahead, [each.names for each in findings.values()], Spool(self.home.folder))

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
            manifest, facts = self._ahead.result() if self._ahead is not None else self._filed(findings, others)
            name, packed = pack_manifest(manifest)
            files: dict[str, Iterable[Bytes]] = {f"manifest-{name}": (packed,)}
            if facts:
                files[manifest.files[-1].path] = map(bytes, facts)
            if isinstance(graph, StoredGraph):
                generation = graph.generation
            else:
                generation, files[""] = pack_graph(graph, made_by())
                files[f"graph-{generation}"] = files.pop("")
            meant = _put(files, "names", meanings) or self._meant
            kept = _put(files, "settled", settled) or self._settled
            named = tuple(each.name for each in manifest.files)
            current = Current(generation, (0, 0, 0), made_by(), self.settings, listing, self.ignore, name, meant, kept, named)
            publish(self.home, current, files)
            return open_current(self.home, made_by())[1]

    def _filed(self, findings: Mapping[str, Finding], others: str) -> tuple[Manifest, list[Spooled]]:
        """The manifest of what is found, and the last of its files, with what is new, if something is."""
        gone = self._dissolved(findings)
        stay = [number for number in range(len(self.manifest.files)) if number not in gone]
        places = {number: place for place, number in enumerate(stay)}
        writer = BlockWriter(Spool(self.home.folder), self._named.result() if self._named is not None else None)
        entries: dict[str, Entry] = {}
        for path, each in findings.items():
            if each.kept is not None and not each.described and each.kept.file not in gone:
                entries[path] = replace(each.kept, stamp=each.stamp, file=places.get(each.kept.file, -1))
                continue
            try:
                entries[path] = Entry(each.stamp, each.content, len(stay), *writer.add(self._packed(each)))
            except _DAMAGE:
                entries[path] = Entry(NO_STAMP, "", -1, 0, 0)  # to be read again
        new = writer.file()
        files = [self.manifest.files[number] for number in stay]
        return Manifest(entries, others, tuple(files if new is None else (*files, new))), writer.pieces

    def _packed(self, finding: Finding) -> Parts:
        """What a block holds of a note."""
        kept, stated, asked = finding.kept, unpacked(bytes(finding.described)), unpacked(bytes(finding.asked))
        if kept is None:
            return bytes(finding.names), bytes(finding.diagnostics), stated, asked
        if not stated:
            stated, asked = self._blocks.part(kept, Part.STATED), self._blocks.part(kept, Part.ASKED)
        return self._blocks.part(kept, Part.NAMES), self._blocks.part(kept, Part.TOLD), stated, asked

    def _dissolved(self, findings: Mapping[str, Finding]) -> frozenset[int]:
        """Files that are to be no more: more than half of one is about notes that changed since, somebody has removed it, or there
        are too many; then one is made of all but the largest."""
        files = self.manifest.files
        used = Counter(each.kept.file for each in findings.values() if each.kept is not None and not each.described)
        found = {number for number, file in enumerate(files) if used[number] * 2 < file.notes}
        found.update(number for number, file in enumerate(files) if not os.path.exists(self.home.path(file.path)))
        if len(files) - len(found) >= _MOST_FILES:
            largest = max(range(len(files)), key=lambda number: files[number].notes if number not in found else 0)
            found = set(range(len(files))) - {largest}
        return frozenset(found)


_T = TypeVar("_T")
_P = ParamSpec("_P")


def _begun(work: Callable[_P, _T], *given: _P.args, **more: _P.kwargs) -> Future[_T]:
    """Something that is done meanwhile."""
    executor = ThreadPoolExecutor(1)
    found = executor.submit(work, *given, **more)
    executor.shutdown(wait=False)
    return found


def _name(data: bytes | bytearray) -> str:
    """What a file is called that holds these bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def _put(files: dict[str, Iterable[Bytes]], kind: str, data: bytes) -> str:
    """The name of something new that is to be written; empty if there is nothing."""
    if not data:
        return ""
    files[f"{kind}-{_name(data)}"] = (data,)
    return _name(data)
