"""In: the text of a ``rotgraph.toml``. Out: the queries saved in it, and the text with one more. Room: model.

What a person wrote in the file stays as it is, comments and order too: one line is added or replaced.
"""

from __future__ import annotations

import json
import re
import tomllib

from rotgraph.errors import SchemaError
from rotgraph.late import regex

__all__ = ["saved_queries", "with_saved_query"]

_NAME = regex(r"[\w-]+")
_TABLE = regex(r"\s*\[\[?[^\[\]]+\]\]?\s*(?:#.*)?")
_QUERIES = regex(r"\s*\[\s*queries\s*\]\s*(?:#.*)?")


def with_saved_query(text: str, name: str, query: str) -> str:
    """The file with ``name = "query"`` under ``[queries]``.

    Raises:
        SchemaError: the name is none, the file is no TOML, or it keeps its queries where no line can be put.
    """
    if not _NAME.fullmatch(name):
        raise SchemaError(f"`{name}` cannot name a query: letters, digits, - and _")
    wanted = _queries(text) | {name: query}
    lines = text.splitlines()
    # JSON's escapes are TOML's, but for the pair of surrogates it makes of what is beyond U+FFFF
    key = name if name.isascii() else json.dumps(name, ensure_ascii=False)
    entry = f"{key} = {json.dumps(' '.join(query.split()), ensure_ascii=False)}"
    wanted[name] = " ".join(query.split())
    head = next((number for number, line in enumerate(lines) if _QUERIES.fullmatch(line)), None)
    if head is None:
        made = [*lines, *([""] if lines and lines[-1].strip() else []), "[queries]", entry]
    else:
        end = next((number for number in range(head + 1, len(lines)) if _TABLE.fullmatch(lines[number])), len(lines))
        here = next((number for number in range(head + 1, end) if _names(lines[number], name)), None)
        last = max(number for number in range(head, end) if number == head or lines[number].strip())
        made = [*lines[:last + 1], entry, *lines[last + 1 :]] if here is None else [*lines[:here], entry, *lines[here + 1 :]]
    written = "\n".join(made) + "\n"
    if _queries(written, quiet=True) != wanted:
        raise SchemaError(f"rotgraph.toml: `{name}` cannot be put among its queries; write {entry}")
    return written


def saved_queries(text: str) -> dict[str, str]:
    """The queries that a ``rotgraph.toml`` saves, by name.

    Raises:
        SchemaError: the file is no TOML.
    """
    return {name: query for name, query in _queries(text).items() if isinstance(query, str)}


def _names(line: str, name: str) -> bool:
    found = re.match(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([\w-]+))\s*=", line)
    return bool(found) and name in found.groups()  # type: ignore[union-attr]  # it is one if it is true


def _queries(text: str, *, quiet: bool = False) -> dict[str, object]:
    try:
        found = tomllib.loads(text).get("queries", {})
    except tomllib.TOMLDecodeError as error:
        if quiet:
            return {}
        raise SchemaError(f"rotgraph.toml: not TOML: {error}") from None
    return dict(found) if isinstance(found, dict) else {}
