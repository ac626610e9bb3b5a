"""In: a block of YAML between two offsets of a note. Out: its keys, every scalar as text. Room: notes.

YAML is only asked for the structure: what a scalar means is nobody's business here, so ``ON`` stays ``ON`` and ``000660`` six
digits. A block that YAML refuses is cut into its keys, and each is read alone: one bad key loses one key. Depth is bounded before
the parser is called (libyaml overflows the stack at 40,000 brackets), the expansion of aliases before a value is built.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

import yaml

from rotgraph.diagnostics import Diagnostic, Label, report
from rotgraph.notes.document import Entry, Link, Meta
from rotgraph.notes.encoding import joined
from rotgraph.notes.links import written_link
from rotgraph.source import Source

__all__ = ["read_block"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = 64
MAX_INDENT = 200
MAX_SIZE = 4 << 20
_HALF_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_BRACKETS = re.compile(r"[\[\]{}]")
_CHAIN = re.compile(r"(?:[-?:][ \t]+){32}")
_INDENTED = re.compile(rf"^[ \t]{{{MAX_INDENT}}}", re.MULTILINE)
_TEMPLATE = re.compile(r"\{\{|<%")
_LINK = re.compile(r"!?\[\[[^\[\]\n]+\]\]")
_WIKILINK = re.compile(rb"!?\[\[[^\[\]\r\n]+\]\]")
_KEY_LINE = re.compile(r"""(?P<key>"[^"\n]*"|'[^'\n]*'|[^\s#\-\[\]{}"'|>][^\n]*?|-[^\s][^\n]*?)[ \t]*:(?=[ \t\r\n]|\Z)""")
_UNQUOTED_TAG = re.compile(r"[ \t]*(#[^\s#][^\r\n]*)")


class _TooMuch(Exception):  # noqa: N818 - it never leaves this module
    """An alias that expands beyond all measure, or into itself."""


class _Block:
    """One block: its text, and byte offsets of its lines."""

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.text = source.data[start:end].decode("utf-8", "replace")

        self.ascii = self.text.isascii()
        self.budget = len(self.text) + 1000
        """How many values may still be made: one with aliases is larger than its text."""
        self.expanded = False
        self.diagnostics: list[Diagnostic] = []

    def byte(self, index: int) -> int:
        """The byte offset in the note of a character of the block."""
        return self.start + (index if self.ascii else self._bytes_before(index))

    def _bytes_before(self, index: int) -> int:
        steps = self._steps
        at = bisect_right(steps, index, key=lambda step: step[0]) - 1
        place, byte = steps[at]
        return byte + len(self.text[place:index].encode())

    @property
    def _steps(self) -> list[tuple[int, int]]:
        cached: list[tuple[int, int]] | None = self.__dict__.get("steps")
        if cached is None:
            cached, place, byte = [(0, 0)], 0, 0
            for line in self.text.split("\n"):
                place += len(line) + 1
                byte += len(line.encode()) + 1
                cached.append((place, byte))
            self.__dict__["steps"] = cached
        return cached

    def tell(self, code: str, start: int, end: int, message: str, hint: str = "", labels: tuple[Label, ...] = ()) -> None:
        self.diagnostics.append(report(self.source, self.byte(start), self.byte(max(start, end)), code, message, hint, labels))


def read_block(source: Source, start: int, end: int) -> tuple[tuple[Entry, ...], tuple[Diagnostic, ...]]:
    """The keys of the YAML in ``[start, end)`` of a note, in order, equal ones too.

    Diagnostics: RG101 (not YAML), RG102 (a key twice), RG103 (a template), RG104 (too deep or too large), RG107 (no keys),
    RG128 (half a character).
    """
    block = _Block(source, start, end)
    entries = list(_entries(block))
    _tell_duplicates(block, entries)
    return tuple(entries), tuple(block.diagnostics)


def _entries(block: _Block) -> Iterator[Entry]:
    text = block.text
    template = _TEMPLATE.search(text)
    if template:
        block.tell("RG103", *template.span(), "front matter holds a template that was never filled in", "fill it in")
        yield from _salvaged(block)
        return
    if _unsafe(text):
        block.tell(
            "RG104", 0, len(text.split("\n", 1)[0]), f"front matter is nested deeper than {MAX_DEPTH} levels or larger than 4 MiB",
            "move the data to a file of its own",
        )  # fmt: skip
        yield from _salvaged(block)
        return
    try:
        root = _composed(text)
    except yaml.YAMLError as error:
        count = len(block.diagnostics)
        yield from _salvaged(block)
        if len(block.diagnostics) == count:
            _tell_syntax(block, error, 0, text)
        return
    if root is None or (isinstance(root, yaml.ScalarNode) and root.value in ("", "~", "null", "Null", "NULL")):
        return
    if not isinstance(root, yaml.MappingNode):
        first = text[: text.find("\n")] if "\n" in text else text
        block.tell("RG107", 0, len(first), "front matter holds no keys", "write `key: value`")
        return
    yield from _mapped(block, root, 0)


def _composed(text: str) -> yaml.Node | None:
    """The structure of YAML. A character beyond U+FFFF escaped in two halves, as JSON does, is more than libyaml reads."""
    root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader if _HALF_ESCAPE.search(text) else _LOADER)
    return root


def _unsafe(text: str) -> bool:
    """Deeper or larger than the YAML parser may be given."""
    if len(text) > MAX_SIZE or _CHAIN.search(text) or _INDENTED.search(text):
        return True
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    depth = 0
    for found in _BRACKETS.finditer(text):
        depth += 1 if found[0] in "[{" else -1
        if depth > MAX_DEPTH:
            return True
        depth = max(depth, 0)
    return False


def _mapped(block: _Block, root: yaml.MappingNode, base: int) -> Iterator[Entry]:
    """The keys of a mapping that begins ``base`` characters into the block."""
    text = block.text
    for key_node, node in root.value:
        begin, end = base + node.start_mark.index, base + node.end_mark.index
        key = (
            _scalar(block, key_node, base)
            if isinstance(key_node, yaml.ScalarNode)
            else text[base + key_node.start_mark.index : base + key_node.end_mark.index].strip()
        )
        try:
            value = _meta(block, node, base, set())
        except _TooMuch:
            if not block.expanded:
                block.tell("RG104", begin, end, f"the aliases in `{key}` expand beyond all measure", "write the value out")
            block.expanded = True
            value = text[begin:end].strip()
        tag = _UNQUOTED_TAG.match(text, begin) if value is None else None
        if tag:
            begin, end = tag.start(1), tag.end(1)
            value = tag[1].rstrip()
            block.tell("RG101", begin, begin + len(value), f"YAML takes the value of `{key}` for a comment", f'write "{value}"')
        if not isinstance(key_node, yaml.ScalarNode):
            block.tell("RG101", base + key_node.start_mark.index, begin, f"the key `{key}` is no text", "write a word as the key")
        elif text.startswith("!", begin):
            block.tell("RG101", begin, end, f"YAML tags mean nothing here: the value of `{key}` is read without", "delete the tag")
        if value is None:
            begin = base + key_node.start_mark.index
            end = base + key_node.end_mark.index
        yield _entry(block, str(key), value, begin, end)


def _entry(block: _Block, key: str, value: Meta, begin: int, end: int) -> Entry:
    raw = block.text[begin:end]
    end = begin + len(raw.rstrip())
    start, stop = block.byte(begin), block.byte(end)
    data = block.source.data
    links: tuple[Link, ...] = ()
    if "[[" in raw:
        links = tuple(
            written_link(found[0].decode("utf-8", "replace"), found.start(), found.end(), "front matter")
            for found in _WIKILINK.finditer(data, start, stop)
        )
    return Entry(key, value, start, stop, -1, links)


def _meta(block: _Block, node: yaml.Node, base: int, active: set[int]) -> Meta:
    """A node as text, a tuple or a dict; an unquoted ``[[A]]`` is the text it looks like."""
    block.budget -= 1
    if block.budget < 0 or id(node) in active:
        raise _TooMuch
    if isinstance(node, yaml.ScalarNode):
        return None if node.value == "" and not node.style else _scalar(block, node, base)
    active.add(id(node))
    value: Meta
    if isinstance(node, yaml.SequenceNode):
        raw = block.text[base + node.start_mark.index : base + node.end_mark.index] if node.flow_style else ""
        if raw.startswith("[[") and "," not in raw and _LINK.fullmatch(raw):
            value = raw
        else:
            value = tuple(_item(block, child, base, active) for child in node.value)
    else:
        value = {_plain_key(block, key, base): _item(block, child, base, active) for key, child in node.value}
    active.discard(id(node))
    return value


def _scalar(block: _Block, node: yaml.ScalarNode, base: int) -> str:
    text, halves = joined(str(node.value))
    if halves:
        start, end = base + node.start_mark.index, base + node.end_mark.index
        escaped = _HALF_ESCAPE.search(block.text, start, end)
        at = (escaped.start(), escaped.start() + 6) if escaped else (start, end)
        message = f"half a character (U+{ord(halves[0][1]):04X}): read as U+FFFD"
        block.tell("RG128", *at, message, "write the whole character or delete it")
    return text


def _item(block: _Block, node: yaml.Node, base: int, active: set[int]) -> Meta:
    value = _meta(block, node, base, active)
    if value is None:
        begin = base + node.start_mark.index
        tag = _UNQUOTED_TAG.match(block.text, begin)
        if tag:
            value = tag[1].rstrip()
            block.tell("RG101", tag.start(1), tag.start(1) + len(value), "YAML takes this for a comment", f'write "{value}"')
    return value


def _plain_key(block: _Block, node: yaml.Node, base: int) -> str:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(block, node, base)
    return block.text[base + node.start_mark.index : base + node.end_mark.index].strip()


def _chunks(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Keys at the start of a line: the key, where it begins, where its value begins, where it ends."""
    at = 0
    found: list[tuple[str, int, int]] = []
    for line in text.split("\n"):
        key = _KEY_LINE.match(line)
        if key:
            found.append((key["key"].strip("\"'"), at, at + key.end()))
        at += len(line) + 1
    for index, (name, begin, value) in enumerate(found):
        yield name, begin, value, found[index + 1][1] if index + 1 < len(found) else len(text)


def _salvaged(block: _Block) -> Iterator[Entry]:
    """Each key read on its own; one that YAML refuses keeps its text."""
    text = block.text
    for key, begin, value_at, end in _chunks(text):
        chunk = text[begin:end]
        quoted = text[value_at:end].lstrip()[:1] in ('"', "'")
        if (not quoted and _TEMPLATE.search(chunk)) or _unsafe(chunk):
            yield _raw_entry(block, key, begin, value_at, end)
            continue
        try:
            root = _composed(chunk)
        except yaml.YAMLError as error:
            _tell_syntax(block, error, begin, chunk)
            yield _raw_entry(block, key, begin, value_at, end)
            continue
        if isinstance(root, yaml.MappingNode):
            yield from _mapped(block, root, begin)
        else:
            yield _raw_entry(block, key, begin, value_at, end)


def _raw_entry(block: _Block, key: str, begin: int, value_at: int, end: int) -> Entry:
    raw = block.text[value_at:end]
    text = raw.strip()
    if not text:
        return _entry(block, key, None, begin, begin + len(key))
    start = value_at + len(raw) - len(raw.lstrip())
    return _entry(block, key, _salvaged_value(text), start, start + len(text))


def _salvaged_value(text: str) -> Meta:
    """A list where a list was certainly meant, else the text as it stands."""
    if text.startswith("[") and text.endswith("]") and not text.startswith("[["):
        inner = text[1:-1].strip()
        parts = inner.split() if "," not in inner and all(word.startswith("#") for word in inner.split()) else inner.split(",")
        return tuple(part.strip().strip("\"'") for part in parts if part.strip())
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and all(line.startswith("- ") for line in lines):
        return tuple(line[2:].strip().strip("\"'") for line in lines)
    return text


_CAUSES = (
    ("\t", "indent with spaces: YAML allows no tab"),
    ("#", "put a word that begins with `#` in quotes"),
    ("@", "put a value that begins with `@` in quotes"),
    ("[[", 'put links in quotes: "[[Note]]"'),
)


def _tell_syntax(block: _Block, error: yaml.YAMLError, base: int, chunk: str) -> None:
    mark = getattr(error, "problem_mark", None)
    index = base + (mark.index if mark is not None else getattr(error, "position", 0) or 0)
    index = max(base, min(index, len(block.text)))
    if index >= len(block.text) or block.text[index] == "\n" or index >= base + len(chunk.rstrip()):
        index = base + max(0, len(chunk.rstrip()) - 1)
    cause, hint = next(((cause, hint) for cause, hint in _CAUSES if cause in chunk), ("", "put the value in quotes"))
    if cause in ("#", "@") and block.text[index] != cause:  # YAML stumbles later
        index = base + chunk.index(cause)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    block.tell("RG101", index, index + 1, f"front matter is not YAML: {problem}", hint)


def _tell_duplicates(block: _Block, entries: list[Entry]) -> None:
    seen: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.key, entry)
        if first is entry:
            continue
        place = block.source.place(first.start)
        block.diagnostics.append(
            report(
                block.source,
                entry.start,
                entry.end,
                "RG102",
                f"the key `{entry.key}` stands twice: `{_short(first.value)}` and `{_short(entry.value)}`",
                "both are kept; leave one",
                (Label(block.source.path, place.line, place.column, "the first one"),),
            )
        )


def _short(value: Meta) -> str:
    text = value if isinstance(value, str) else "" if value is None else repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
