"""In: names of files and folders. Out: which of them count. Room: notes.

Apart from what reads notes: who only asks whether a vault has changed needs no more.
"""

from __future__ import annotations

import re

__all__ = ["SKIPPED", "glob_pattern", "shown_name"]

SKIPPED = frozenset(("node_modules", "__pycache__"))
"""Folders that hold no notes, besides all whose name begins with a dot (.obsidian, .trash, .git, .rotgraph)."""


def shown_name(name: bytes) -> str:
    """A file name as text: a byte that is no UTF-8 as ``%FF``."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return re.sub(r"[\udc80-\udcff]", lambda found: f"%{ord(found[0]) - 0xDC00:02X}", name.decode("utf-8", "surrogateescape"))


def glob_pattern(pattern: str) -> str:
    """A glob pattern as a regular expression: ``**`` crosses folders, ``*`` and ``?`` do not."""
    parts = re.split(r"(\*\*/?|\*|\?)", pattern.strip("/"))
    made = "".join({"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part)) for part in parts)
    return made + "(?:/.*)?" if not pattern.endswith("*") else made
