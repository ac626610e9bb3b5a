"""In: the bytes of a note. Out: its front matter, every scalar as the text that stood there. Room: notes."""

from __future__ import annotations

import re

from rotgraph.diagnostics import Diagnostic, report
from rotgraph.late import dataclass
from rotgraph.notes.document import Entry
from rotgraph.notes.yaml_text import read_block
from rotgraph.source import Source

__all__ = ["FrontMatter", "read_front_matter"]

_OPEN = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n")
_CLOSE = re.compile(rb"^(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_KEY = re.compile(rb"^[^\s#:\-][^:\r\n]*:(?:\s|\Z)", re.MULTILINE)
_CONTENT = re.compile(rb"^[ \t]*[^\s#]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter of one note; ``end`` is the byte after it, 0 if there is none."""

    entries: tuple[Entry, ...]
    end: int
    diagnostics: tuple[Diagnostic, ...]


_NONE = FrontMatter((), 0, ())


def read_front_matter(source: Source) -> FrontMatter:
    """The block between ``---`` on the first line and the next ``---`` (or ``...``) at the start of a line.

    Diagnostics: RG101 to RG107.
    """
    data = source.data
    opened = _OPEN.match(data)
    if opened is None:
        return _NONE
    closed = _CLOSE.search(data, opened.end())
    if closed is None:
        return _unclosed(source, opened.end())
    body = data[opened.end() : closed.start()]
    if body[:1] in (b"\r", b"\n") and not _KEY.search(body):
        return _NONE  # a rule at the top and another further down
    entries, diagnostics = read_block(source, opened.end(), closed.start())
    found = list(diagnostics)
    again = _OPEN.match(data, closed.end())
    if again:
        second = _CLOSE.search(data, again.end())
        if second and _KEY.search(data[again.end() : second.start()]):
            more, wrong = read_block(source, again.end(), second.start())
            found.append(
                report(
                    source,
                    again.start(),
                    again.end() - 1,
                    "RG106",
                    "a second block of front matter",
                    "merge it into the first block",
                )
            )
            return FrontMatter((*entries, *more), second.end(), (*found, *wrong))
    return FrontMatter(entries, closed.end(), tuple(found))


def _unclosed(source: Source, start: int) -> FrontMatter:
    """A first line of dashes that nothing closes is a rule; it is reported when a key follows it."""
    key = _KEY.match(source.data, start)
    if key is None:
        return _NONE
    wrong = report(
        source,
        0,
        start,
        "RG105",
        "front matter is opened here and never closed: read as text",
        "write `---` on a line of its own after it",
    )
    return FrontMatter((), 0, (wrong,))
