"""In: links that all notes must judge, and what all are called. Out: what is wrong, and what was meant. Room: resolve."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.described import EMBED, Far
from rotgraph.model.named import NoteNames
from rotgraph.model.schema import fold
from rotgraph.resolve.links import LinkIndex, listed
from rotgraph.resolve.placing import Placer

__all__ = ["FAR_CODES", "check_far", "check_names"]

FAR_CODES = ("RG201", "RG204", "RG207")
"""Of links that are looked at one by one."""
_NOT_IN_LINK = re.compile(r"[#^|:%\[\]]+")


def check_far(notes: Sequence[NoteNames], index: LinkIndex, found: Sequence[Sequence[Far]]) -> Iterator[Diagnostic]:
    """RG201, RG204, RG207, RG209: links to no note or file, to headings that are not there, embeds in a circle.

    Args:
        found: per note, the links to look at.
    """
    by_path = {note.path: number for number, note in enumerate(notes)}
    anchors = _Anchors(notes)
    near_file, near_note = cache(index.near_file), cache(index.near_note)
    embeds: dict[int, list[tuple[int, Far]]] = {}
    for number, links in enumerate(found):
        path = notes[number].path
        for each in links:
            if each.kind == EMBED:
                embeds.setdefault(number, []).append((by_path[each.target], each))
            elif each.kind == "anchor":
                missing = anchors.missing(by_path[each.target], each.fragment)
                if missing:
                    yield Diagnostic(path, *each.place, *missing)
            elif each.kind == "file":
                near = near_file(each.target)
                told = "RG207", f"no file is called `{each.target}`", _meant(f"![[{near}]]" if near else "")
                yield Diagnostic(path, *each.place, *told)
            else:
                near = near_note(each.target)
                told = "RG201", f"no note is called `{each.target}`", _meant(f"[[{near}]]" if near else "")
                yield Diagnostic(path, *each.place, *told)
    yield from _circles(notes, embeds)


def _meant(words: str) -> str:
    return f"did you mean `{words}`?" if words else ""


def _circles(notes: Sequence[NoteNames], embeds: Mapping[int, Sequence[tuple[int, Far]]]) -> Iterator[Diagnostic]:
    """Embeds of whole notes that lead back to a note that is being shown already."""
    reached: dict[int, int] = {}
    """Notes looked at, with their place in the path; -1 when it has left them."""
    for root in embeds:
        path: list[int] = []
        pending = [(root, iter(embeds[root]))] if root not in reached else []
        if pending:
            reached[root] = 0
            path.append(root)
        while pending:
            number, links = pending[-1]
            for target, link in links:
                if target not in reached and target in embeds:
                    reached[target] = len(path)
                    path.append(target)
                    pending.append((target, iter(embeds[target])))
                    break
                if reached.get(target, -1) >= 0:
                    ring = [notes[each].path for each in path[reached[target] :]]
                    message = "the note embeds itself" if len(ring) == 1 else f"notes embed each other in a circle: {listed(ring)}"
                    yield Diagnostic(notes[number].path, *link.place, "RG209", message, "embed one heading, or link to the note")
            else:
                pending.pop()
                reached[path.pop()] = -1


class _Anchors:
    """The headings and blocks that links of notes may name."""

    def __init__(self, notes: Sequence[NoteNames]) -> None:
        self._notes = notes
        self._headings: dict[int, dict[str, int]] = {}
        self._told: dict[tuple[int, str], tuple[str, str, str] | None] = {}

    def missing(self, number: int, fragment: str) -> tuple[str, str, str] | None:
        """Code, message and hint for a heading or block that the note does not have."""
        key = number, fragment
        if key not in self._told:
            self._told[key] = None if self._has(number, fragment) else self._missing(number, fragment)
        return self._told[key]

    def _missing(self, number: int, fragment: str) -> tuple[str, str, str]:
        note = self._notes[number]
        if fragment.startswith("^"):
            return "RG204", f"`{note.path}` has no block `{fragment[1:]}`", ""
        near = self._near(number, _bare_heading(fragment))
        return "RG204", f"`{note.path}` has no heading `{fragment}`", f"did you mean `#{near}`?" if near else ""

    def _of(self, number: int) -> dict[str, int]:
        """The headings of a note as links write them, each with its first place."""
        found = self._headings.get(number)
        if found is None:
            found = self._headings[number] = {}
            for place, heading in enumerate(self._notes[number].headings):
                found.setdefault(_bare_heading(heading), place)
        return found

    def _has(self, number: int, fragment: str) -> bool:
        note = self._notes[number]
        if fragment.startswith("^"):
            return fragment[1:].casefold() in {each.casefold() for each in note.block_ids}
        parts = [_bare_heading(part) for part in fragment.split("#") if part.strip() and not part.startswith("^")]
        headings = self._of(number)
        if any(part not in headings for part in parts):
            return False
        return len(parts) < 2 or self._stand_below(note, parts)

    def _stand_below(self, note: NoteNames, parts: list[str]) -> bool:
        """Whether the headings follow one another, each deeper than the one before: ``Outer#Inner``."""
        depths: list[int] = []
        reached, depth = 0, -1
        for heading, section in zip(note.headings, note.sections, strict=True):
            depths.append(depths[section.parent] + 1 if section.parent >= 0 else 0)
            if depths[-1] > depth and _bare_heading(heading) == parts[reached]:
                reached, depth = reached + 1, depths[-1]
                if reached == len(parts):
                    return True
        return False

    def _near(self, number: int, wanted: str) -> str:
        """The one heading that begins with the words looked for, or that they begin with."""
        found = [place for bare, place in self._of(number).items() if bare and (bare.startswith(wanted) or wanted.startswith(bare))]
        return " ".join(_NOT_IN_LINK.sub(" ", self._notes[number].headings[found[0]]).split()) if wanted and len(found) == 1 else ""


@lru_cache(maxsize=1 << 14)
def _bare_heading(heading: str) -> str:
    """Obsidian ignores punctuation that links cannot hold when it looks for a heading."""
    return " ".join("".join(each if each.isalnum() else " " for each in fold(heading)).split())


def check_names(notes: Sequence[NoteNames], index: LinkIndex) -> Iterator[Diagnostic]:
    """RG203, RG205, RG206: aliases that several notes claim or that are another note's name, paths that differ in nothing."""
    for same in index.collisions():
        message = f"the paths {listed([notes[each].path for each in same])} differ only by case or by the form of an accent"
        first = notes[same[0]]
        yield Placer(first.path, first.line_starts, first.wide).report(0, 0, "RG206", message, "rename one of them")
    for number, note in enumerate(notes):
        placer = Placer(note.path, note.line_starts, note.wide)
        for alias, place in zip(note.aliases, note.alias_places, strict=True):
            others = [each for each in index.claimants(alias) if each != number]
            if others and min(others) > number:
                paths = listed([notes[each].path for each in others])
                message = f"the alias `{alias}` is claimed by {paths} too"
                yield placer.report(*place, "RG203", message, "leave it to one of them")
            titled = [each for each in index.titled(alias) if each != number]
            if titled:
                message = f"the alias `{alias}` is the name of `{notes[titled[0]].path}`; links find that note"
                yield placer.report(*place, "RG205", message, "delete the alias, or rename the note")
