"""In: the links and names of all notes. Out: what is wrong with them, and what was probably meant. Room: resolve."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.draft import NoteFacts, NoteLink
from rotgraph.model.schema import fold
from rotgraph.resolve.links import LinkIndex, Resolution
from rotgraph.resolve.naming import folder_of
from rotgraph.resolve.placing import Placer

__all__ = ["check_links", "check_names"]

_NOT_IN_LINK = re.compile(r"[#^|:%\[\]]+")
_SHOWN = 5
"""Notes listed where many answer to one name."""


def check_links(notes: Sequence[NoteFacts], index: LinkIndex, placer: Placer) -> Iterator[Diagnostic]:
    """RG201, RG202, RG203, RG204, RG207, RG208, RG209: links that lead nowhere, to one of several, or by an alias alone."""
    embeds: dict[int, list[tuple[int, NoteLink]]] = {}
    anchors = _Anchors(notes)
    for number, note in enumerate(notes):
        folder = folder_of(note.path)
        for link in note.links:
            if link.context not in ("", "front matter"):
                continue
            found = index.resolve(link.name.target, folder)
            if link.embed and found.note >= 0 and not link.name.fragment:
                embeds.setdefault(number, []).append((found.note, link))
            told = _told(link, found, notes, index, folder)
            if told:
                yield placer.report(number, link.name.start, link.name.end, *told)
            if link.name.fragment and found.kind in ("note", "self", "alias"):
                home = found.note if found.kind != "self" else number
                told = anchors.missing(home, link.name.fragment)
                if told:
                    yield placer.report(number, link.name.start, link.name.end, *told)
    yield from _circles(notes, embeds, placer)


def _circles(
    notes: Sequence[NoteFacts], embeds: dict[int, list[tuple[int, NoteLink]]], placer: Placer
) -> Iterator[Diagnostic]:
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
                    message = "the note embeds itself" if len(ring) == 1 else f"notes embed each other in a circle: {_listed(ring)}"
                    hint = "embed one heading, or link to the note"
                    yield placer.report(number, link.name.start, link.name.end, "RG209", message, hint)
            else:
                pending.pop()
                reached[path.pop()] = -1


def _told(
    link: NoteLink, found: Resolution, notes: Sequence[NoteFacts], index: LinkIndex, folder: str
) -> tuple[str, str, str] | None:
    """Code, message and hint for what a link means; None where it means one note or file."""
    target = link.name.target
    if found.kind == "unresolved":
        if link.embed and "." in target:
            near = index.near_file(target)
            return "RG207", f"no file is called `{target}`", f"did you mean `![[{near}]]`?" if near else ""
        words = link.name.text
        if words != target and index.resolve(words, folder).kind == "note":
            return "RG201", f"no note is called `{target}`", f"the name stands before the pipe: write `[[{words}|{target}]]`"
        near = index.near_note(target)
        return "RG201", f"no note is called `{target}`", f"did you mean `[[{near}]]`?" if near else ""
    if found.candidates:
        paths = [notes[each].path for each in found.candidates]
        message = f"`{target}` may be {_listed(paths)}; `{notes[found.note].path}` is taken"
        if found.kind == "alias":
            ways = [f"`[[{notes[each].title}|{target}]]`" for each in found.candidates[:2]]
            return "RG203", message, f"write {' or '.join(ways)}"
        if len({fold(path) for path in paths}) < len(paths):
            return "RG202", message, "rename one of them: their paths differ only by case or by the form of an accent"
        return "RG202", message, f"write {' or '.join(f'`[[{_bare_path(path)}]]`' for path in paths[:2])}"
    if found.kind == "alias":
        home = notes[found.note]
        return "RG208", f"`{target}` is an alias of `{home.path}`", f"write `[[{home.title}|{target}]]`"
    return None


def _listed(paths: Sequence[str]) -> str:
    shown = ", ".join(f"`{path}`" for path in paths[:_SHOWN])
    return f"{shown} and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else shown


def _bare_path(path: str) -> str:
    return path[:-3] if path[-3:].lower() == ".md" else path


class _Anchors:
    """The headings and blocks that links of notes may name."""

    def __init__(self, notes: Sequence[NoteFacts]) -> None:
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

    def _stand_below(self, note: NoteFacts, parts: list[str]) -> bool:
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


def _bare_heading(heading: str) -> str:
    """Obsidian ignores punctuation that links cannot hold when it looks for a heading."""
    return " ".join("".join(each if each.isalnum() else " " for each in fold(heading)).split())


def check_names(notes: Sequence[NoteFacts], index: LinkIndex, placer: Placer) -> Iterator[Diagnostic]:
    """RG203, RG205, RG206: aliases that several notes claim or that are another note's name, paths that differ in nothing."""
    for same in index.collisions():
        message = f"the paths {_listed([notes[each].path for each in same])} differ only by case or by the form of an accent"
        yield placer.report(same[0], 0, 0, "RG206", message, "rename one of them")
    for number, note in enumerate(notes):
        for alias, place in zip(note.aliases, note.alias_places, strict=True):
            others = [each for each in index.claimants(alias) if each != number]
            if others and min(others) > number:
                paths = _listed([notes[each].path for each in others])
                message = f"the alias `{alias}` is claimed by {paths} too"
                yield placer.report(number, *place, "RG203", message, "leave it to one of them")
            titled = [each for each in index.titled(alias) if each != number]
            if titled:
                message = f"the alias `{alias}` is the name of `{notes[titled[0]].path}`; links find that note"
                yield placer.report(number, *place, "RG205", message, "delete the alias, or rename the note")
