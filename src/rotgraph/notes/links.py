"""In: a link as written. Out: its target, fragment, label, size and form. Room: notes."""

from __future__ import annotations

import re
from urllib.parse import unquote

from rotgraph.notes.document import Link

__all__ = ["markdown_link", "names_nothing", "split_label", "split_target", "wikilink_form", "words_at", "written_link"]

_SIZE = re.compile(r"\d+(?:x\d+)?\Z", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
"""A scheme has two letters or more: ``C:`` is a drive."""
_WEB = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def split_target(written: str) -> tuple[str, str]:
    """``Note#Heading`` as target and fragment, both trimmed.

    Example:
        >>> split_target(" Drivers #Outer#Inner")
        ('Drivers', 'Outer#Inner')
    """
    target, mark, fragment = written.partition("#")
    return (target.strip(), fragment.strip()) if mark else (target.strip(), "")


def names_nothing(target: str, fragment: str) -> bool:
    """Whether a link such as ``[[]]``, ``[[#]]`` or ``[[^]]`` has no name at all."""
    return not target.strip("^") and not fragment.strip("#^ ")


def split_label(label: str, *, embed: bool) -> tuple[str, str]:
    """Label and size of what stands after the pipe: ``100`` and ``caption|100x200`` hold a size if it is an embed.

    Example:
        >>> split_label("chart|100x200", embed=True)
        ('chart', '100x200')
    """
    if not embed:
        return label, ""
    before, _, last = label.rpartition("|")
    return (before.strip(), last.strip()) if _SIZE.match(last.strip()) else (label, "")


def wikilink_form(target: str) -> str:
    """``url`` for a web address in double brackets: it names no note."""
    return "url" if ":" in target and _WEB.match(target) else "wikilink"


def markdown_link(written: str, words: str, start: int, end: int, *, embed: bool, context: str) -> Link:
    """The link of ``[words](written)``: the fragment is split off before percent signs are decoded."""
    if _SCHEME.match(written):
        label, size = split_label(words, embed=embed)
        return Link(start, end, written, "", label, "url", embed, size, context)
    if "@" in written and "/" not in written and words == written:
        return Link(start, end, f"mailto:{written}", "", words, "url", embed, "", context)
    target, _, fragment = written.partition("#")
    label, size = split_label(words, embed=embed)
    return Link(start, end, _decoded(target).strip(), _decoded(fragment).strip(), label, "markdown", embed, size, context)


def _decoded(text: str) -> str:
    return unquote(text) if "%" in text else text


def written_link(raw: str, start: int, end: int, context: str) -> Link:
    """The wikilink or embed of a text such as ``![[A\\|b]]`` that no parser has looked at."""
    embed = raw.startswith("!")
    inner = raw[3:-2] if embed else raw[2:-2]
    written, pipe, rest = inner.partition("|")
    if pipe and written.endswith("\\"):
        written = written[:-1]
    label, size = split_label(rest.strip(), embed=embed)
    target, fragment = split_target(written)
    return Link(start, end, target, fragment, label, wikilink_form(target), embed, size, context)


def words_at(view: bytes, link: Link) -> int:
    """The byte at which the words of a wikilink stand that a reader sees."""
    inner = link.start + (3 if link.embed else 2)
    words = link.shown.encode()
    if not link.label and link.target:
        return max(view.find(words, inner, link.end), inner)
    return max(view.rfind(words, inner, link.end), inner)  # label and fragment stand last
