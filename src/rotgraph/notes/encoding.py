"""In: the bytes of a file. Out: a `Source` in UTF-8, or none when it is no text. Room: notes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from rotgraph.diagnostics import Checked, Diagnostic, report
from rotgraph.source import Source

__all__ = ["decoded", "joined", "tell_halves", "with_lines"]

_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF", b"SQLite format 3\x00", b"RIFF")
_HALF = re.compile("[\ud800-\udfff]")
_LONE = re.compile(rb"\r(?!\n)")
_LFS = b"version https://git-lfs.github.com/spec/"


def decoded(path: str, raw: bytes) -> Checked[Source | None]:
    """The note of a file.

    Diagnostics: RG110 (another encoding, or bytes that are no UTF-8: each becomes U+FFFD), RG111 (no text: no note), RG117 (a
    pointer to content that was not fetched: no note), RG128 (half a character in UTF-16 or UTF-32: it becomes U+FFFD).
    """
    for mark, name in _WIDE:
        if raw.startswith(mark):
            try:
                text, halves = joined(raw.decode(name, "surrogatepass"))
            except UnicodeDecodeError:
                text, halves = raw.decode(name, "replace"), ()
            source = Source(path, with_lines(text.encode()))
            wide = _first(path, "RG110", f"the note is in {name.upper()}", "save it as UTF-8")
            return Checked(source, (wide, *tell_halves(source, halves)))
    if raw.startswith(_LFS):
        return Checked(None, (_first(path, "RG117", "a pointer to content that was not fetched", "run `git lfs pull`"),))
    if raw.startswith(_MAGIC) or _looks_binary(raw):
        return Checked(None, (_first(path, "RG111", "the file is no text", "rename it"),))
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return Checked(*_mended(path, raw, error))
    return Checked(Source(path, with_lines(raw)))


def with_lines(data: bytes) -> bytes:
    """A text of the same length in which a carriage return that stands alone, a line end to Markdown and editors, is one."""
    return _LONE.sub(b"\n", data) if b"\r" in data else data


def joined(text: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """A text whose surrogates are characters where they stand in pairs, else U+FFFD; and these, each with its place in the text.

    Example:
        >>> joined("a\\ud83d\\ude00b\\ud800") == ("a\\U0001f600b\\ufffd", ((3, "\\ud800"),))
        True
    """
    if not _HALF.search(text):
        return text, ()
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _HALF.sub("\ufffd", paired), tuple((found.start(), found[0]) for found in _HALF.finditer(paired))


def tell_halves(source: Source, halves: Sequence[tuple[int, str]]) -> tuple[Diagnostic, ...]:
    """What is wrong with a note in which `joined` found these."""
    if not halves:
        return ()
    at, half = halves[0]
    start = len(source.text[:at].encode())
    more = f", and {len(halves) - 1} more" if len(halves) > 1 else ""
    message = f"half a character (U+{ord(half):04X}){more}: read as U+FFFD"
    return (report(source, start, start + 3, "RG128", message, "write the whole character or delete it"),)


def _looks_binary(raw: bytes) -> bool:
    """More than a tenth of the first 8 KiB are NUL bytes."""
    head = raw[:8192]
    return head.count(0) * 10 > len(head)


def _mended(path: str, raw: bytes, error: UnicodeDecodeError) -> tuple[Source, tuple[Diagnostic, ...]]:
    source = Source(path, with_lines(raw.decode("utf-8", "replace").encode()))
    wrong = report(
        source,
        error.start,
        error.start,
        "RG110",
        f"byte 0x{raw[error.start]:02X} at offset {error.start} is no UTF-8: read as U+FFFD",
        "save the note as UTF-8",
    )
    return source, (wrong,)


def _first(path: str, code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(path, 1, 1, 1, 1, code, message, hint)
