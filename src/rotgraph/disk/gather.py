"""In: a folder, what is kept of it, a way to extract. Out: what every note says. Room: disk.

A note is looked at from the outside first, then hashed, and only one that says something new is extracted. Of many notes neither
the texts are held nor what they name and state: texts are read again, the rest waits in a file (`Spool`).
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any

import msgspec
import numpy as np

from rotgraph.diagnostics import Diagnostic
from rotgraph.disk.crew import Crew
from rotgraph.disk.manifest import content_hash
from rotgraph.disk.note_facts import pack_diagnostics, unpack_diagnostics
from rotgraph.disk.packed import (
    decode_names,
    pack_meanings,
    pack_settled,
    pack_with_places,
    unpack_described,
    unpack_settled,
)  # fmt: skip
from rotgraph.disk.plain import schema_json
from rotgraph.disk.shelf import Finding, Shelf
from rotgraph.errors import UnusableError
from rotgraph.late import dataclass, replace
from rotgraph.model.described import Described
from rotgraph.model.memory import give_back
from rotgraph.model.named import Again, LeanNames, NoteNames
from rotgraph.model.ordering import unique
from rotgraph.model.schema import Schema
from rotgraph.model.spool import EMPTY, Spool
from rotgraph.model.told import NOTHING, Told
from rotgraph.notes.vault import Folder
from rotgraph.resolve.heard import Changed
from rotgraph.resolve.names import Names, learn
from rotgraph.resolve.settled import kept, places_of, taken_up
from rotgraph.resolve.touch import NO_NAMES, ChangedNames, changed_names
from rotgraph.source import Source, natural_key, shown_lines

__all__ = ["Gathered", "Work", "gather"]

_HELD = 1 << 24
"""Bytes of texts that are held until they are extracted, so that few notes are read once."""
_MANY = 500
"""Notes that leave much behind."""


@dataclass(slots=True)
class Work:
    """What a compile did: counts that do not depend on the clock."""

    notes: int = 0
    """Notes in the vault."""
    read: int = 0
    """Notes read from the disk."""
    extracted: int = 0
    """Notes parsed and extracted."""
    settled: int = 0
    """Notes whose names were learned: all, or none if what was settled before still holds."""
    resolved: int = 0
    """Notes whose names were resolved."""
    joined: int = 0
    """Notes whose statements were joined: all, or none if those that changed state what they stated."""


@dataclass
class Gathered:
    """All notes of a vault: what is kept of them, and which must be read."""

    folder: Folder
    shelf: Shelf
    work: Work
    diagnostics: list[Diagnostic]
    others: tuple[str, ...]
    """Paths of the files that are no notes."""
    findings: dict[str, Finding] = field(default_factory=dict)
    """By path below the vault, in natural order."""
    fresh: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    """Notes that say something new, each with what was wrong in reading it."""
    same: bool = False
    known: bool = False
    """All names mean what they meant."""
    changed: list[tuple[Changed, list[tuple[tuple[int, int, int], tuple[int, int, int]]]]] = field(default_factory=list)
    """Then: what the fresh notes named and name, and byte spans and sections of theirs before and now."""
    _lost: set[str] = field(default_factory=set)
    """Fresh notes that cannot be read."""
    _texts: dict[str, Source] = field(default_factory=dict)
    """Of fresh notes that have been read."""
    _size: int = 0
    """Bytes of these."""

    @property
    def others_hash(self) -> str:
        return hashlib.sha256("\n".join(self.others).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @cached_property
    def full(self) -> dict[str, bytes]:
        """Where each file lies."""
        return dict(self.folder.files)

    def source(self, path: str) -> Source | None:
        """The text of a note, read again."""
        full = self.full.get(path) if _is_note(path) else None
        return self.folder.note(path, full) if full is not None else None

    def _text(self, path: str) -> Source:
        """The text of a note that is extracted; what is kept of it goes by what it is now."""
        held = self._texts.pop(path, None)
        if held is not None:
            return held
        source = self.source(path) or Source(path, b"")
        content = content_hash(source.data)
        if path in self.fresh and self.findings[path].content != content:
            self.findings[path] = replace(self.findings[path], content=content)
        return source

    def lines(self, path: str, numbers: Sequence[int]) -> Sequence[str]:
        """Lines of a note as diagnostics carry them: those of a note that has not changed stand in the older graph."""
        finding = self.findings.get(path)
        if finding is not None and finding.kept is not None:
            told = self._told.lines(path)
            if all(each in told for each in numbers):
                return [told[each] for each in numbers]
        return shown_lines(self.source(path), numbers)

    @cached_property
    def _told(self) -> Told:
        """What was wrong in the notes before; nothing if that is damaged, and the notes must be read."""
        if self.shelf.graph is None:
            return NOTHING
        try:
            told = self.shelf.graph.diagnostics
            return told if len(told.texts) else NOTHING
        except UnusableError:
            return NOTHING

    def read(self, path: str, full: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
        """The hash of a note, and what was wrong in reading it."""
        before = len(self.folder.diagnostics)
        source = self.folder.note(path, full)
        told = tuple(self.folder.diagnostics[before:])
        if source is None:
            self._lost.add(path)
            return content_hash(b"\0" + pack_diagnostics(told)), told
        if self._size + len(source.data) <= _HELD:
            self._size += len(source.data)
            self._texts[path] = source
        return content_hash(source.data), told

    def names(self, crew: Crew) -> list[NoteNames]:
        """What every note names, in natural order; what is kept of a note that is damaged is made again."""
        named: dict[str, NoteNames] = {}
        again = Again(lambda path: self._named(path, crew))
        for path, finding in self.findings.items():
            if finding.kept is None:
                continue
            held = self.shelf.names(finding.kept)
            if held is None:
                self.work.read += 1
                self.fresh[path] = self.read(path, self.full[path])[1]
                continue
            if held[0] is not None:
                named[path] = LeanNames(held[0], again)
            self.diagnostics.extend(held[1])
        self._read(crew, named, again)
        return [named[path] for path in sorted(named, key=natural_key)]

    def _read(self, crew: Crew, named: dict[str, NoteNames], again: Again) -> None:
        """What the fresh notes name."""
        paths = [path for path in self.fresh if path not in self._lost]
        self.work.extracted += len(paths)
        answers = iter(crew.read(_Texts(paths, self._text)))
        spool = Spool(self.shelf.home.folder)
        for path, told in self.fresh.items():
            names, wrong = next(answers) if path not in self._lost else (EMPTY, EMPTY)
            if names:
                named[path] = LeanNames(decode_names(bytes(names)), again)
            if told:
                wrong = spool.put(pack_diagnostics((*told, *unpack_diagnostics(bytes(wrong)))))
            self.diagnostics.extend(unpack_diagnostics(bytes(wrong)))
            self.findings[path] = replace(self.findings[path], kept=None, names=names, diagnostics=wrong)
        self._texts.clear()
        if len(paths) > _MANY:
            give_back()

    def _named(self, path: str, crew: Crew) -> bytes:
        """What a note names, read again."""
        finding = self.findings[path]
        if finding.names:
            return bytes(finding.names)
        held = self.shelf.named(finding.kept) if finding.kept is not None else b""
        return held or bytes(next(crew.read((self._text(path),)))[0])  # somebody has damaged what is kept since

    def settle(self, schema: Schema, notes: Sequence[NoteNames]) -> tuple[Names, bytes]:
        """What all names mean, and the bytes to keep of that; learned anew only if notes that changed say something new of them."""
        data = self.shelf.settled()
        changed = self._changed(notes) if data else None
        if changed is not None:
            try:
                settled, tables, places = unpack_settled(data)
            except (UnusableError, msgspec.MsgspecError):
                changed = None
        held = taken_up(tables, places, changed, notes, schema, self.others) if changed is not None else None
        self.known = held is not None
        if held is not None and changed is not None:
            names, now, gone = held
            self.changed = [(each, gone[each.number]) for each in changed]
            return names, pack_with_places(settled, now)
        self.work.settled += len(notes)
        names, heard, counted = learn(notes, schema, self.others)
        give_back()
        return names, pack_with_places(pack_settled(kept(names, heard)), places_of(names, counted))

    def _changed(self, notes: Sequence[NoteNames]) -> list[Changed] | None:
        """What the fresh notes named and name; None if other notes or files are there than before, or that is lost."""
        entries = self.shelf.manifest.notes
        if self.findings.keys() != entries.keys() or self.others_hash != self.shelf.manifest.others:
            return None
        numbers = {note.path: number for number, note in enumerate(notes)}
        found: list[Changed] = []
        for path in self.fresh:
            held, number = self.shelf.names(entries[path]), numbers.get(path)
            if held is None or held[0] is None or number is None:
                return None
            found.append(Changed(number, held[0], notes[number]))
        return found

    def describe(self, crew: Crew, names: Names, paths: Sequence[str]) -> bytes:
        """What all names mean, packed, if that is not as before; what notes state is made anew for fresh ones, and for those that
        ask for a name which means something else now."""
        meanings, changed = (b"", NO_NAMES) if self.known else self._meanings(names)
        again = [path for path in paths if self._stale(path, changed)]
        touched = [path for path in again if path not in self.fresh]
        self.work.extracted += len(touched)
        deque(crew.read(_Texts(touched, self._text)), maxlen=0)
        self.work.resolved += len(again)
        for path, (described, asked) in zip(again, crew.describe(again, names, self._text), strict=True):
            self.findings[path] = replace(self.findings[path], described=described, asked=asked)
        if len(again) > _MANY:
            crew.dismiss()
            names.rest()
            give_back()
        return meanings

    def _meanings(self, names: Names) -> tuple[bytes, ChangedNames | None]:
        """What all names mean, packed; those that meant something else, None for all."""
        schema, meant = self.shelf.meanings()
        now, meanings = hashlib.sha256(schema_json(names.schema)).hexdigest(), names.meanings()
        return pack_meanings(now, meanings), changed_names(meant, meanings) if schema == now else None

    def _stale(self, path: str, changed: ChangedNames | None) -> bool:
        """Whether what a note states must be made again."""
        entry = self.findings[path].kept
        if entry is None or changed is None:
            return True
        if not changed:
            return False
        asked = self.shelf.asked(entry)
        return asked is None or changed.touches(asked)

    def tied(self, ties: Collection[int]) -> list[str] | None:
        """Paths of the notes of before that one of these ties holds (see `ties_of`); None if that is lost."""
        told: dict[str, bytes] = {}
        for path, entry in self.shelf.manifest.notes.items():
            kept = self.shelf.ties(entry)
            if kept is None:
                return None
            told[path] = kept
        rows = np.flatnonzero(np.isin(np.frombuffer(b"".join(told.values()), "<u4"), np.array([*ties], np.uint32)))
        ends = np.cumsum([len(each) // 4 for each in told.values()], dtype=np.int64)
        paths = list(told)
        return [paths[each] for each in unique(np.searchsorted(ends, rows, "right")).tolist()]

    def described(self, crew: Crew, names: Names, paths: Sequence[str]) -> Iterator[Described]:
        """What each note states, in that order; what is damaged is made again."""
        for path in paths:
            finding = self.findings[path]
            if finding.described:
                yield unpack_described(bytes(finding.described))
                continue
            held = self.shelf.described(finding.kept) if finding.kept is not None else None
            if held is None:
                deque(crew.read((self._text(path),)), maxlen=0)
                described, asked = next(crew.describe((path,), names, self._text))
                self.findings[path] = replace(finding, described=described, asked=asked)
                held = unpack_described(bytes(described))
            yield held


class _Texts(Sequence[Source]):
    """Texts of notes, each read when it is asked for."""

    def __init__(self, paths: Sequence[str], read: Callable[[str], Source]) -> None:
        self._paths, self._read = paths, read

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, at: Any) -> Any:
        return [self._read(path) for path in self._paths[at]] if isinstance(at, slice) else self._read(self._paths[at])


def gather(folder: Folder, shelf: Shelf, work: Work, *, verify: bool = False) -> Gathered:
    """What must be read of a folder; nothing but `same` if the graph on the shelf was made of just these notes.

    Args:
        verify: hash every note, whatever its size and times say.
    """
    found = Gathered(folder, shelf, work, list(folder.diagnostics), tuple(each for each, _ in folder.files if not _is_note(each)))
    for relative, full in folder.files:
        if not _is_note(relative):
            continue
        work.notes += 1
        kept = None if verify else shelf.same(relative)
        if kept is not None:
            found.findings[relative] = Finding(shelf.stamp(relative), kept.content, kept)
            continue
        work.read += 1
        content, told = found.read(relative, full)
        old = shelf.manifest.notes.get(relative)
        kept = old if old is not None and old.content == content else None
        found.findings[relative] = Finding(shelf.stamp(relative), content, kept)
        if kept is None:
            found.fresh[relative] = told
    found.same = not found.fresh and shelf.unchanged(found.findings, found.others_hash)
    return found


def _is_note(relative: str) -> bool:
    return relative[-3:].lower() == ".md"
