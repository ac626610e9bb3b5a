"""In: a folder, what is kept of it, a way to extract. Out: what every note says. Room: disk.

A note is looked at from the outside first, then hashed, and only one that says something new is extracted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from rotgraph.diagnostics import Diagnostic
from rotgraph.disk.manifest import content_hash
from rotgraph.disk.note_facts import pack_diagnostics, unpack_diagnostics, unpack_note
from rotgraph.disk.shelf import Finding, Shelf
from rotgraph.disk.worker import Packed
from rotgraph.late import dataclass, replace
from rotgraph.model.draft import NoteFacts
from rotgraph.notes.vault import Folder
from rotgraph.source import Source

__all__ = ["Gathered", "Work", "gather"]

_Fresh: TypeAlias = dict[str, tuple[Source | None, tuple[Diagnostic, ...]]]
"""Notes that say something new, by path, each with what was wrong in reading it."""
_Read: TypeAlias = Callable[[Sequence[Source]], Iterable[Packed]]


@dataclass(slots=True)
class Work:
    """What a compile did: counts that do not depend on the clock."""

    notes: int = 0
    """Notes in the vault."""
    read: int = 0
    """Notes read from the disk."""
    extracted: int = 0
    """Notes parsed and extracted."""
    resolved: int = 0
    """Notes whose names were resolved."""


@dataclass
class Gathered:
    """All notes of a vault."""

    folder: Folder
    diagnostics: list[Diagnostic]
    others: tuple[str, ...]
    """Paths of the files that are no notes."""
    findings: dict[str, Finding] = field(default_factory=dict)
    """By path below the vault, in natural order."""
    notes: list[NoteFacts] = field(default_factory=list)
    same: bool = False
    _sources: dict[str, Source | None] = field(default_factory=dict)

    @property
    def others_hash(self) -> str:
        return hashlib.sha256("\n".join(self.others).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @cached_property
    def full(self) -> dict[str, bytes]:
        """Where each file lies."""
        return dict(self.folder.files)

    def source(self, path: str) -> Source | None:
        """The text of a note, read again if nothing else needed it."""
        if path not in self._sources:
            full = self.full.get(path) if _is_note(path) else None
            self._sources[path] = self.folder.note(path, full) if full is not None else None
        return self._sources[path]

    def keep(self, sources: Iterable[Source]) -> None:
        """Remember texts that were read."""
        self._sources.update((source.path, source) for source in sources)


def gather(folder: Folder, shelf: Shelf, read: _Read, work: Work, *, verify: bool = False) -> Gathered:
    """What every note of a folder says; nothing but `same` if the graph on the shelf was made of just these notes.

    Args:
        read: parses and extracts notes, in their order, into packed facts and diagnostics.
        verify: hash every note, whatever its size and times say.
    """
    found = Gathered(folder, list(folder.diagnostics), tuple(each for each, _ in folder.files if not _is_note(each)))
    fresh: _Fresh = {}
    for relative, full in folder.files:
        if not _is_note(relative):
            continue
        work.notes += 1
        kept = None if verify else shelf.same(relative)
        if kept is not None:
            found.findings[relative] = Finding(shelf.stamp(relative), kept.content, kept)
            continue
        work.read += 1
        before = len(folder.diagnostics)
        source = folder.note(relative, full)
        told = tuple(folder.diagnostics[before:])
        content = content_hash(source.data if source is not None else b"\0" + pack_diagnostics(told))
        old = shelf.manifest.notes.get(relative)
        kept = old if old is not None and old.content == content else None
        found.findings[relative] = Finding(shelf.stamp(relative), content, kept)
        if kept is None:
            fresh[relative] = (source, told)
    if not fresh and shelf.unchanged(found.findings, found.others_hash):
        found.same = True
        return found
    _decode(found, shelf, fresh, work)
    _extract(found, fresh, read, work)
    return found


def _is_note(relative: str) -> bool:
    return relative[-3:].lower() == ".md"


def _decode(found: Gathered, shelf: Shelf, fresh: _Fresh, work: Work) -> None:
    """What is kept of the notes that have not changed; a damaged one becomes a fresh one."""
    folder = found.folder
    for relative, finding in found.findings.items():
        if finding.kept is None:
            continue
        held = shelf.note(finding.kept)
        if held is None:
            work.read += 1
            before = len(folder.diagnostics)
            source = folder.note(relative, found.full[relative])
            fresh[relative] = (source, tuple(folder.diagnostics[before:]))
            continue
        note, told = held
        found.diagnostics.extend(told)
        if note is not None:
            found.notes.append(note)


def _extract(found: Gathered, fresh: _Fresh, read: _Read, work: Work) -> None:
    sources = [source for source, _ in fresh.values() if source is not None]
    work.extracted += len(sources)
    found.keep(sources)
    answers = iter(read(sources))
    for relative, (source, told) in fresh.items():
        facts, diagnostics = b"", b""
        if source is not None:
            facts, diagnostics = next(answers)
            found.notes.append(unpack_note(facts))
        if told:
            diagnostics = pack_diagnostics((*told, *unpack_diagnostics(diagnostics)))
        found.diagnostics.extend(unpack_diagnostics(diagnostics))
        found.findings[relative] = replace(found.findings[relative], kept=None, facts=facts, diagnostics=diagnostics)
