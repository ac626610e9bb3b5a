"""In: paths, aliases and attachments of a vault. Out: what a link means from where it stands. Room: resolve.

As Obsidian resolves: the exact path, the folder of the linking note, the shortest path; case-folded, NFC, with or without
``.md``. Only then aliases, by policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rotgraph.model.draft import NoteFacts
from rotgraph.model.schema import fold

__all__ = ["LinkIndex", "Resolution"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a target means."""

    kind: str
    """``note``, ``alias``, ``attachment``, ``self`` or ``unresolved``."""
    note: int = -1
    """Index of the note."""
    path: str = ""
    """Of the attachment."""
    candidates: tuple[int, ...] = ()
    """All notes that answer equally, when there are several."""


_UNRESOLVED = Resolution("unresolved")


class LinkIndex:
    """Every way a note or an attachment can be named."""

    def __init__(self, notes: Sequence[NoteFacts], attachments: Sequence[str], *, aliases: bool = True) -> None:
        self.paths = [note.path for note in notes]
        self._by_path: dict[str, list[int]] = {}
        self._by_tail: dict[str, list[int]] = {}
        self._by_alias: dict[str, list[int]] = {}
        self._files: dict[str, str] = {}
        for index, note in enumerate(notes):
            folded = _stem(note.path)
            self._by_path.setdefault(folded, []).append(index)
            tail = folded
            while True:
                self._by_tail.setdefault(tail, []).append(index)
                _, slash, tail = tail.partition("/")
                if not slash:
                    break
            if aliases:
                for alias in note.aliases:
                    found = self._by_alias.setdefault(fold(alias), [])
                    if index not in found:
                        found.append(index)
        for path in sorted(attachments, key=lambda each: (len(each), each)):
            tail = fold(path)
            while True:
                self._files.setdefault(tail, path)
                _, slash, tail = tail.partition("/")
                if not slash:
                    break
        self._cache: dict[tuple[str, str], Resolution] = {}

    def resolve(self, target: str, folder: str) -> Resolution:
        """What ``[[target]]`` means in a note of that folder."""
        if not target:
            return Resolution("self")
        found = self._cache.get((target, folder))
        if found is None:
            found = self._cache[target, folder] = self._resolve(target, folder)
        return found

    def _resolve(self, target: str, folder: str) -> Resolution:
        wanted = fold(target.strip())
        rooted = wanted.startswith("/")
        wanted = wanted.strip("/")
        if wanted.startswith(("./", "../")) or "/../" in wanted:
            inside = _relative(folder, wanted)
            if inside is None:
                return _UNRESOLVED
            wanted, rooted = inside, True
        for stem in dict.fromkeys((wanted, wanted.removesuffix(".md"))):
            found = self._by_path.get(stem)
            if found is None and folder and not rooted:
                found = self._by_path.get(f"{fold(folder)}/{stem}")
            if found is None and not rooted:
                found = self._by_tail.get(stem)
            if found:
                best = min(found, key=lambda index: (len(self.paths[index]), self.paths[index]))
                exact = stem in self._by_path or len(found) == 1
                return Resolution("note", best, candidates=() if exact and len(found) == 1 else tuple(found))
        if wanted in self._files:
            return Resolution("attachment", path=self._files[wanted])
        claimed = self._by_alias.get(wanted)
        if claimed:
            best = min(claimed, key=lambda index: (len(self.paths[index]), self.paths[index]))
            return Resolution("alias", best, candidates=tuple(claimed) if len(claimed) > 1 else ())
        return _UNRESOLVED

    def claimants(self, alias: str) -> Sequence[int]:
        """Notes that claim an alias."""
        return self._by_alias.get(fold(alias), ())

    def titled(self, name: str) -> Sequence[int]:
        """Notes whose file has that name."""
        return self._by_tail.get(fold(name), ())

    def collisions(self) -> list[list[int]]:
        """Notes whose paths differ only by case or form."""
        return [found for found in self._by_path.values() if len(found) > 1]


def _stem(path: str) -> str:
    folded = fold(path)
    return folded[:-3] if folded.endswith(".md") else folded


def _relative(folder: str, wanted: str) -> str | None:
    parts = fold(folder).split("/") if folder else []
    for step in wanted.split("/"):
        if step == "..":
            if not parts:
                return None
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)
