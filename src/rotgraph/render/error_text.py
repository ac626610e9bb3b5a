"""In: an error. Out: its text for a terminal. Room: render.

``str(error)`` is the message that tests and programs see; here the caret stands under the right column for wide letters
too, colours are added, and nothing of the query is obeyed by the terminal.
"""

from __future__ import annotations

from rotgraph.errors import QueryError, RotgraphError
from rotgraph.render.harmless import harmless
from rotgraph.render.width import width_of

__all__ = ["error_text"]

_RED, _BLUE, _CYAN, _PLAIN = "\x1b[1;31m", "\x1b[34m", "\x1b[36m", "\x1b[0m"


def error_text(error: RotgraphError, *, color: bool = False) -> str:
    """The whole message, one line feed at its end."""
    lines = str(error).split("\n") if isinstance(error, QueryError) else [f"error: {error}"]
    if isinstance(error, QueryError) and error.start >= 0:
        lines[1:3] = _snippet(error)
    return "".join(f"{_colored(harmless(line)) if color else harmless(line)}\n" for line in "\n".join(lines).split("\n"))


def _snippet(error: QueryError) -> list[str]:
    query = error.query
    begin = query.rfind("\n", 0, error.start) + 1
    end = query.find("\n", error.start)
    line = query[begin : end if end >= 0 else len(query)]
    at = error.start - begin
    before = width_of(harmless(line[:at]))
    marked = width_of(harmless(line[at : max(at, error.end - begin)]))
    return [f"  | {line}", f"  | {' ' * before}{'^' * max(1, marked)}"]


def _colored(line: str) -> str:
    if line.startswith("error: "):
        return f"{_RED}error{_PLAIN}: {line[7:]}"
    if line.startswith("  | ") and not line.strip(" |^"):
        return f"{_BLUE}  |{_PLAIN} {_RED}{line[4:]}{_PLAIN}"
    if line.startswith("  | "):
        return f"{_BLUE}  |{_PLAIN} {line[4:]}"
    return f"  {_CYAN}help{_PLAIN}: {line[8:]}" if line.startswith("  help: ") else line
