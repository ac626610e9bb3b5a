"""In: the links of a note, what all notes are called. Out: what is wrong with them, or what all must tell. Room: resolve."""

from __future__ import annotations

from collections.abc import Iterator

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.described import Far
from rotgraph.model.draft import NoteFacts, NoteLink
from rotgraph.model.schema import fold
from rotgraph.resolve.links import LinkIndex, Resolution, listed
from rotgraph.resolve.placing import Placer, Span

__all__ = ["check_links"]


def check_links(note: NoteFacts, folder: str, index: LinkIndex, placer: Placer) -> Iterator[Diagnostic | Far]:
    """RG201, RG202, RG203, RG208: links that lead nowhere, to one of several, or by an alias alone; and those to look at again."""
    links = [link for link in note.links if link.context in ("", "front matter")]
    places = [(link.name.start, link.name.end) for link in links]
    for link, place in zip(links, placer.spans(places), strict=True):
        name = link.name
        found = index.resolve(name.target, folder)
        if link.embed and found.note >= 0 and not name.fragment:
            yield Far("embed", index.paths[found.note], "", place)
        if found.kind == "unresolved":
            yield _lost(link, index, folder, placer, place)
        elif told := _told(link, found, index):
            yield placer.report(name.start, name.end, *told)
        if name.fragment and found.kind in ("note", "self", "alias"):
            home = index.paths[found.note] if found.kind != "self" else note.path
            yield Far("anchor", home, name.fragment, place)


def _lost(link: NoteLink, index: LinkIndex, folder: str, placer: Placer, place: Span) -> Diagnostic | Far:
    """A link to a note or file that is not there."""
    name = link.name
    words, target = name.text, name.target
    if link.embed and "." in target:
        return Far("file", target, "", place)
    if words != target and index.resolve(words, folder).kind == "note":
        hint = f"the name stands before the pipe: write `[[{words}|{target}]]`"
        return placer.report(name.start, name.end, "RG201", f"no note is called `{target}`", hint)
    return Far("note", target, "", place)


def _told(link: NoteLink, found: Resolution, index: LinkIndex) -> tuple[str, str, str] | None:
    """Code, message and hint for what a link means; None where it means one note or file."""
    target = link.name.target
    if found.candidates:
        paths = [index.paths[each] for each in found.candidates]
        message = f"`{target}` may be {listed(paths)}; `{index.paths[found.note]}` is taken"
        if found.kind == "alias":
            ways = [f"`[[{index.titles[each]}|{target}]]`" for each in found.candidates[:2]]
            return "RG203", message, f"write {' or '.join(ways)}"
        if len({fold(path) for path in paths}) < len(paths):
            return "RG202", message, "rename one of them: their paths differ only by case or by the form of an accent"
        return "RG202", message, f"write {' or '.join(f'`[[{_bare_path(path)}]]`' for path in paths[:2])}"
    if found.kind == "alias":
        path, title = index.paths[found.note], index.titles[found.note]
        return "RG208", f"`{target}` is an alias of `{path}`", f"write `[[{title}|{target}]]`"
    return None


def _bare_path(path: str) -> str:
    return path[:-3] if path[-3:].lower() == ".md" else path
