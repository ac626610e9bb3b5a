"""In: a run of text without rare markup. Out: its `Inline`, without looking at the parser's events. Room: notes.

Nine runs of ten hold nothing but words, wikilinks, bold and italic. Reading these from the text takes a third of the time that
their events take. What is not certain here is left to `read_inline`; a test holds the two equal.
"""

from __future__ import annotations

import re
import unicodedata

from rotgraph.notes.document import Inline, Link, Row
from rotgraph.notes.inline import inline_from, without
from rotgraph.notes.links import names_nothing, split_target, wikilink_form
from rotgraph.notes.read_inline import Scan

__all__ = ["SimpleReader"]

_RARE = r"\\`\[\]\x00-\x08\x0b-\x1f\x7f*_"
_CHECKED = re.compile(rf"[{_RARE}&<~=!\n]")
"""What may be markup: a run without these is read as it stands."""
_CHECKED_MATH = re.compile(rf"[{_RARE}&<~=!\n$]")
_QUIET, _QUIET_MATH = (re.compile(pattern.pattern.encode()) for pattern in (_CHECKED, _CHECKED_MATH))
_ODD = re.compile(
    rf"[{_RARE}&<~=\n](?:(?<=[{_RARE}])|(?<=&)(?=[#0-9A-Za-z]+;)|(?<=<)(?=[A-Za-z/!?]|[^\s<>]*[@>])|(?<=~)~|(?<==)="
    r"|(?<=\n)(?:(?<=[ \t]\n)|(?=[ \t>])))"
)
"""What is markup that takes the parser. Patterns begin with a set of characters: then `re` skips at the speed of C."""
_SPLIT = re.compile(rf"([*\[](?:(?<=\*)\**|(?<=\[)(?<![!\\]\[)\[[^{_RARE}<|\n]+(?:\\?\|[^{_RARE}<&~=|\n]+)?\]\]))")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_PIPE = re.compile(rb"(?<!\\)\|")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_SPACE, _WORD, _MARK, _UNSURE = range(4)


class _Kinds(dict[str, int]):
    """What a character is to a mark of emphasis beside it (CommonMark §6.2)."""

    def __missing__(self, char: str) -> int:
        if char.isalnum():
            kind = _WORD
        elif char in " \t\n":  # the empty text too: the end of the run
            kind = _SPACE
        elif char in _PUNCTUATION:
            kind = _MARK
        else:
            category = unicodedata.category(char)
            kind = _SPACE if category == "Zs" else _MARK if category[0] == "P" else _UNSURE
        self[char] = kind
        return kind


_KINDS = _Kinds()


class SimpleReader:
    """Reads simple runs of one note."""

    __slots__ = ("_checked", "_math", "_quiet", "_scan")

    def __init__(self, scan: Scan, *, math: bool = False) -> None:
        self._scan = scan
        self._math = math
        self._checked = (_CHECKED_MATH if math else _CHECKED).search
        self._quiet = (_QUIET_MATH if math else _QUIET).search

    def read(self, start: int, raw: bytes) -> Inline | None:
        """The run ``raw`` that begins at ``start``; None if it takes the parser to read it."""
        text = raw.strip(b" \t\r\n")
        if text is not raw:
            start += raw.find(text)
        words = text.decode()
        size = len(text)
        if self._checked(words) is None:
            if len(words) == size:
                return Inline(start, start + size, words)
            return inline_from(start, text)
        if len(words) == size:
            if words[:2] == "[[" and words[-2:] == "]]":
                name = words[2:-2]
                if _NOT_NAME(name) is None and name == name.strip():
                    scan = self._scan
                    link = Link(start, start + size, name, context=scan.context)
                    scan.links.append(link)
                    return Inline(start, start + size, name, ((0, size - 4, link),), offsets=((0, start + 2),))
            elif words[:2] == "**" and words[-2:] == "**":
                bold = words[2:-2]
                if bold and bold == bold.strip() and self._checked(bold) is None:
                    return Inline(start, start + size, bold, strong=((0, size - 4),), offsets=((0, start + 2),))
        return self._pieces(start, words, size)

    def rows(self, start: int, end: int, columns: int) -> list[Row] | None:
        """The header and the rows of a table, when every cell is simple and no row is odd."""
        scan = self._scan
        links, escaped = len(scan.links), len(scan.escaped)
        rows: list[Row] = []
        raw = scan.view[start:end]
        if b"\r" in raw and _LONE_RETURN.search(raw):  # it ends a line too
            return None
        lines = raw.split(b"\n")
        if not lines[-1]:
            lines.pop()
        scan.context = "header"
        for index, line in enumerate(lines):
            if index != 1:  # the delimiter row
                row = self._row(start, line, columns, 1 if index else columns)
                if row is None:
                    del scan.links[links:], scan.escaped[escaped:]
                    scan.context = ""
                    return None
                rows.append(row)
                scan.context = ""
            start += len(line) + 1
        return rows

    def _row(self, start: int, line: bytes, columns: int, least: int) -> Row | None:
        """One row; None if it holds what takes the parser."""
        row = line.lstrip(b" \t>").rstrip(b" \t\r")
        start += line.find(row)
        end = start + len(row)
        escaped = b"\\" in row
        pieces = _PIPE.split(row) if escaped else row.split(b"|")
        if len(pieces) == 1 or (escaped and b"\\\\" in row):
            return None
        at = start
        if not pieces[0]:
            del pieces[0]
            at += 1
        if not pieces[-1]:
            del pieces[-1]
        if not least <= len(pieces) <= columns:
            return None
        cells: list[Inline] = []
        if not escaped and row.isascii() and self._quiet(row) is None:
            for piece in pieces:
                words = piece.strip()
                begin = at + piece.find(words)
                cells.append(Inline(begin, begin + len(words), words.decode()))
                at += len(piece) + 1
        else:
            for piece in pieces:
                cell = self.read(at, piece)
                if cell is None:
                    return None
                cells.append(cell)
                at += len(piece) + 1
        if len(cells) < columns:
            cells.extend([Inline(end, end, "")] * (columns - len(cells)))
        return Row(start, end, tuple(cells))

    def _pieces(self, start: int, raw: str, size: int) -> Inline | None:
        """A run cut into words, marks of emphasis and links."""
        pieces = _SPLIT.split(raw)
        words = "".join(pieces[::2])
        if _ODD.search(words) or (self._math and "$" in raw):
            return None
        narrow = size == len(raw)
        parts: list[str] = []
        offsets: list[tuple[int, int]] = []
        links: list[tuple[int, int, Link]] = []
        spans: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
        opened: list[tuple[int, int]] = []
        at = place = 0
        byte = start
        context = self._scan.context
        cut = iter(pieces)
        for piece in cut:
            if piece:
                offsets.append((place, byte))
                parts.append(piece)
                length = len(piece)
                place += length
                at += length
                byte += length if narrow else len(piece.encode())
            token = next(cut, "")
            if not token:
                break
            length = len(token)
            if token[0] == "*":
                if not self._mark(raw, at, length, place, opened, spans):
                    return None
            elif narrow and _NOT_NAME(name := token[2:-2]) is None and name == name.strip():
                link = Link(byte, byte + length, name, context=context)
                offsets.append((place, byte + 2))
                parts.append(name)
                links.append((place, place + length - 4, link))
                place += length - 4
            else:
                width = length if narrow else len(token.encode())
                link = self._link(token, byte, byte + width)
                shown = link.shown
                if shown:
                    offsets.append((place, byte + _words_in(token, link, shown)))
                    parts.append(shown)
                links.append((place, place + len(shown), link))
                place += len(shown)
                byte += width - length
            at += length
            byte += length
        if opened:
            return None
        if links:
            scan = self._scan
            scan.links.extend([link for _, _, link in links])
            if not scan.in_table and "\\|" in raw:
                scan.escaped.extend([link for _, _, link in links if scan.view.find(b"\\|", link.start, link.end) >= 0])
        plain = "".join(parts)
        if narrow and len(offsets) == 1 and place == size:
            offsets = []
        inline = Inline(start, start + size, plain, tuple(links), tuple(spans[1]), tuple(spans[0]), tuple(offsets))
        return without(inline, ()) if plain and (plain[0].isspace() or plain[-1].isspace()) else inline

    def _mark(
        self,
        raw: str,
        at: int,
        width: int,
        place: int,
        opened: list[tuple[int, int]],
        spans: tuple[list[tuple[int, int]], list[tuple[int, int]]],
    ) -> bool:
        """A run of asterisks opens or closes; False if that takes the parser."""
        before = _KINDS[raw[at - 1] if at else ""]
        after = _KINDS[raw[at + width : at + width + 1]]
        if width > 2 or before == _UNSURE or after == _UNSURE:
            return False
        if opened and opened[-1][0] == width and before != _SPACE and (before == _WORD or after != _WORD):
            begin = opened.pop()[1]
            if begin < place:
                spans[width - 1].append((begin, place))
            return True
        if after != _SPACE and (after == _WORD or before != _WORD) and (not opened or (len(opened) == 1 and opened[0][0] != width)):
            opened.append((width, place))
            return True
        return False

    def _link(self, piece: str, start: int, end: int) -> Link:
        written, pipe, rest = piece[2:-2].partition("|")
        if pipe and written[-1] == "\\":
            written = written[:-1]
        target, fragment = split_target(written)
        context = "empty" if names_nothing(target, fragment) else self._scan.context
        return Link(start, end, target, fragment, rest.strip(), wikilink_form(target), context=context)


def _words_in(piece: str, link: Link, shown: str) -> int:
    """The byte within a link at which its words begin."""
    at = piece.find(shown, 2) if not link.label and link.target else piece.rfind(shown)
    return at if piece.isascii() else len(piece[:at].encode())


_NOT_NAME = re.compile(rf"[{_RARE}<&~=!\n|#:$^]|^\Z").search
