"""In: Markdown files of cases. Out: cases with their blocks, and files rewritten with what was found. Room: tests.

The form is described in ``cases/README.md``; ``test_cases.py`` says what each kind of block is compared with.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Block", "Case", "read_blocks", "read_cases", "rewrite"]

INPUTS = ("note", "schema")
"""Kinds of block that describe a vault; they hold for the deeper headings too."""
ASKED = ("query",)
"""Kinds of block that ask something of it; the expected blocks after one belong to it."""
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([nrt\\]))")
IGNORED = ("", "text", "console", "python", "toml", "markdown")
"""Fences that are illustration."""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its first word, its options, its text, where it begins, its number in the file."""

    kind: str
    options: tuple[tuple[str, str], ...]
    text: str
    line: int
    index: int

    def option(self, name: str, default: str = "") -> str:
        return dict(self.options).get(name, default)

    @property
    def note(self) -> str:
        """The text of a note: with the option ``escapes``, what no editor shows is written ``\\r``, ``\\x00``, ``\\u200b``."""
        text = self.text + "\n"
        return _ESCAPE.sub(_meant, text) if "escapes" in dict(self.options) else text


@dataclass(frozen=True, slots=True)
class Case:
    """One heading: the blocks it inherits, its own, and why it may fail."""

    path: Path
    line: int
    title: str
    inputs: tuple[Block, ...]
    blocks: tuple[Block, ...]
    xfail: str = ""

    @property
    def expected(self) -> tuple[tuple[Block | None, Block], ...]:
        """Each expected block with the question before it (none: it is about the vault)."""
        pairs: list[tuple[Block | None, Block]] = []
        asked: Block | None = None
        for block in self.blocks:
            if block.kind in ASKED:
                asked = block
            else:
                pairs.append((asked, block))
        return tuple(pairs)


@dataclass(frozen=True, slots=True)
class _Section:
    level: int
    title: str
    line: int
    blocks: tuple[Block, ...]
    xfail: str


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of one file, in order.

    A heading whose own section expects nothing groups the ones below it.
    """
    cases: list[Case] = []
    above: list[_Section] = []
    for section in _sections(path.read_text(encoding="utf-8")):
        above = [each for each in above if each.level < section.level]
        own = tuple(block for block in section.blocks if block.kind not in INPUTS)
        inherited = tuple(block for each in above for block in each.blocks if block.kind in INPUTS)
        inputs = (*inherited, *(block for block in section.blocks if block.kind in INPUTS))
        above.append(section)
        case = Case(path, section.line, section.title, inputs, own, section.xfail)
        if case.expected:
            cases.append(case)
        elif own:
            raise ValueError(f"{path}:{section.line}: `{section.title}` asks and expects nothing")
    return tuple(cases)


def read_blocks(path: Path) -> tuple[Block, ...]:
    """Every fenced block of a file, whatever its kind."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return tuple(_block(lines, start, end, index) for index, (start, end) in enumerate(_fences(lines)))


def _meant(found: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}[found[3]] if found[3] else chr(int(found[1] or found[2], 16))


def rewrite(path: Path, found: dict[int, str]) -> None:
    """Put other texts into blocks, named by their number in the file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    out: list[str] = []
    at = 0
    for index, (start, end) in enumerate(_fences(lines)):
        if index in found:
            out.extend(lines[at : start + 1])
            out.extend(found[index].split("\n") if found[index] else [])
            at = end
    path.write_text("\n".join(out + lines[at:]), encoding="utf-8")


def _sections(text: str) -> Iterator[_Section]:
    lines = text.split("\n")
    fences = _fences(lines)
    inside = {number for start, end in fences for number in range(start, end + 1)}
    heads = [
        (number, len(found[1]), found[2])
        for number, line in enumerate(lines)
        if number not in inside and (found := re.match(r"(#{1,6}) +(.*?) *$", line))
    ]
    blocks = [_block(lines, start, end, index) for index, (start, end) in enumerate(fences)]
    for (start, level, title), end in zip(heads, [*(head[0] for head in heads[1:]), len(lines)], strict=True):
        reasons = [
            line.partition(":")[2].strip()
            for number, line in enumerate(lines[start:end], start)
            if number not in inside and line.startswith("xfail:")
        ]
        own = tuple(block for block in blocks if start < block.line - 1 < end and block.kind not in IGNORED)
        yield _Section(level, title, start + 1, own, reasons[0] if reasons else "")


def _fences(lines: list[str]) -> list[tuple[int, int]]:
    """First and last line of each fenced block, both fences included."""
    found: list[tuple[int, int]] = []
    opened: tuple[int, str] | None = None
    for number, line in enumerate(lines):
        fence = re.match(r"(`{3,}|~{3,})(.*)$", line)
        if not fence:
            continue
        if opened is None:
            opened = (number, fence[1])
        elif fence[1].startswith(opened[1]) and not fence[2].strip():
            found.append((opened[0], number))
            opened = None
    if opened is not None:
        raise ValueError(f"line {opened[0] + 1}: a fence is not closed")
    return found


def _block(lines: list[str], start: int, end: int, index: int) -> Block:
    words = shlex.split(lines[start].lstrip("`~"))
    options = tuple((name, value) for name, _, value in (word.partition("=") for word in words[1:]))
    return Block(words[0] if words else "", options, "\n".join(lines[start + 1 : end]), start + 1, index)
