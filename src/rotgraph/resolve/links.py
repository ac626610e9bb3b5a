"""In: paths, aliases and attachments of a vault. Out: what a link means from where it stands. Room: resolve.

As Obsidian resolves: the exact path, the folder of the linking note, the shortest path; case-folded, NFC, with or without
``.md``. Only then aliases, by policy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from rotgraph.late import dataclass
from rotgraph.model.named import NoteNames
from rotgraph.model.schema import fold

__all__ = ["LinkIndex", "Resolution", "listed"]

_SHOWN = 5
"""Notes listed where many answer to one name."""


def listed(paths: Sequence[str]) -> str:
    """Paths as a sentence names them."""
    shown = ", ".join(f"`{path}`" for path in paths[:_SHOWN])
    return f"{shown} and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else shown



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


_NUMBERED = re.compile(r"[0-9][0-9.]*[_ \-]+(?=\S)")
"""A number that only sorts the file: ``2330_``, ``01 - ``, ``202605141200 ``."""
_UNRESOLVED = Resolution("unresolved")


class LinkIndex:
    """Every way a note or an attachment can be named."""

    def __init__(self, notes: Sequence[NoteNames], attachments: Sequence[str], *, aliases: bool = True) -> None:
        self.paths = [note.path for note in notes]
        self._by_path: dict[str, list[int]] = {}
        self._by_tail: dict[str, list[int]] = {}
        self._by_alias: dict[str, list[int]] = {}
        self._files: dict[str, str] = {}
        self.titles = [note.title for note in notes]
        self._aliases = [(alias, note.title) for note in notes for alias in note.aliases]
        self.closed = False
        self.asked: set[str] = set()
        """What was looked for since it was closed and somebody emptied this."""
        self._near_notes: dict[str, str] | None = None
        self._near_files: dict[str, str] | None = None
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
        self._anywhere: dict[str, Resolution] = {}
        """Links that mean the same in every folder."""

    def resolve(self, target: str, folder: str) -> Resolution:
        """What ``[[target]]`` means in a note of that folder."""
        if not target:
            return Resolution("self")
        if self.closed:
            self.asked.add(target)
        found = self._anywhere.get(target) or self._cache.get((target, folder))
        if found is None:
            found = self._resolve(target, folder)
            if self._is_anywhere(target, found):
                self._anywhere[target] = found
            else:
                self._cache[target, folder] = found
        return found

    def same_anywhere(self, target: str, folder: str) -> bool:
        """Whether a link that stands in a note of that folder means the same in every folder."""
        if target not in self._anywhere:
            self.resolve(target, folder)
        return target in self._anywhere

    def _is_anywhere(self, target: str, found: Resolution) -> bool:
        if found.kind in ("attachment", "self") or target.lstrip().startswith(".") or "/../" in target:
            return False
        return found.kind != "note" or len(self._by_tail.get(_stem(self.paths[found.note]).rpartition("/")[2], ())) == 1

    def close(self) -> None:
        """Drop what was looked for while names were gathered."""
        self.closed = True
        self.rest()

    def rest(self) -> None:
        """Drop what was looked for; it is looked for again when it is asked for."""
        self._cache.clear()
        self._anywhere.clear()

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
                if len(found) > 1:
                    found = self._as_written(found, target)
                best = min(found, key=lambda index: (len(self.paths[index]), self.paths[index]))
                return Resolution("note", best, candidates=tuple(found) if len(found) > 1 else ())
        if wanted in self._files:
            own = f"{fold(folder)}/{wanted}" if folder and not rooted else wanted
            beside = self._files.get(own, "")
            return Resolution("attachment", path=beside if fold(beside) == own else self._files[wanted])
        claimed = self._by_alias.get(wanted)
        if claimed:
            best = min(claimed, key=lambda index: (len(self.paths[index]), self.paths[index]))
            return Resolution("alias", best, candidates=tuple(claimed) if len(claimed) > 1 else ())
        return _UNRESOLVED

    def _as_written(self, found: list[int], target: str) -> list[int]:
        """Of notes whose paths differ only by case, the one that is written exactly so."""
        if len({_stem(self.paths[index]) for index in found}) > 1:
            return found
        name = unicodedata.normalize("NFC", target.strip().strip("/"))
        ends = (name, name.removesuffix(".md"))
        same = [index for index in found if unicodedata.normalize("NFC", self.paths[index])[:-3].endswith(ends)]
        return same if len(same) == 1 else found

    def near_note(self, target: str) -> str:
        """The note that a name which finds none probably means: it differs in spaces, marks, a plural or a leading number."""
        if self._near_notes is None:
            self._near_notes = _by_skeleton([*((title, title) for title in self.titles), *self._aliases])
        return self._near_notes.get(_skeleton(target), "")

    def near_file(self, target: str) -> str:
        """The file that an embed which finds none probably means."""
        if self._near_files is None:
            self._near_files = _by_skeleton((path.rpartition("/")[2].rpartition(".")[0], path) for path in self._files.values())
        return self._near_files.get(_skeleton(target.rpartition(".")[0]), "")

    def places(self) -> Iterator[tuple[str, str]]:
        """Every name that a link may use, with the path it may lead to."""
        for path in self.paths:
            yield path, path
        for alias, found in self._by_alias.items():
            for index in found:
                yield alias, self.paths[index]
        for path in dict.fromkeys(self._files.values()):
            yield path, path

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


def _by_skeleton(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What names come to, each with the one thing that has such a name; empty text where there are several."""
    found: dict[str, str] = {}
    for name, meant in names:
        bare = _skeleton(name)
        if bare and found.setdefault(bare, meant) != meant:
            found[bare] = ""
    return found


def _skeleton(name: str) -> str:
    """A name without what slips change: ``2330_Foo-Bars`` and ``foo bar`` are the same."""
    words = _NUMBERED.sub("", fold(name).removesuffix(".md").rpartition("/")[2])
    bare = "".join(each for each in words if each.isalnum())
    return bare.removesuffix("s") if len(bare) > 3 else bare


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
