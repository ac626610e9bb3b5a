"""In: patterns one after the other. Out: a group of SPARQL, indented. Room: sparql."""

from __future__ import annotations

from dataclasses import field
from itertools import count

from rotgraph.errors import UnsupportedOperationError
from rotgraph.late import dataclass
from rotgraph.sparql.logic import Logic, spell

__all__ = ["ENGINE", "MOST_BRACKETS", "Group", "check_depth"]

ENGINE = "SPARQL 1.1"
MOST_BRACKETS = 20
"""How deep brackets may nest: rdflib gives up at 30, Oxigraph's parser ends the process near 2,240."""


@dataclass
class Group:
    """A group graph pattern while it grows: what it matches, then what it filters."""

    lines: list[str] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)

    def add(self, *lines: str) -> None:
        self.lines.extend(lines)

    def filter(self, condition: Logic) -> None:
        """Keep only where the condition holds."""
        if condition is True:
            return
        text = spell(condition)
        if text.startswith("EXISTS {"):
            self.filters.append(f"FILTER {text}")
        elif text.startswith("!EXISTS {"):
            self.filters.append(f"FILTER NOT {text[1:]}")
        else:
            self.filters.append(f"FILTER{text}" if text.startswith("(") else f"FILTER({text})")

    def text(self) -> str:
        """On one line, without its braces."""
        return _line(*self.lines, *self.filters)

    def inner(self) -> str:
        """The same, as it stands inside an ``EXISTS``.

        Virtuoso's compiler loses there what an ``OPTIONAL`` binds, unless something is bound after it.
        """
        text = _line(*self.lines, *map(_inner, self.filters))
        if not self.filters or not any("OPTIONAL {" in line for line in self.lines):
            return text
        there = next(name for name in map("?there_{}".format, count(1)) if name not in text)
        return _line(*self.lines, f"BIND(true AS {there})", *map(_inner, self.filters))

    def exists(self) -> str:
        return f"EXISTS {{ {self.inner()} }}"

    def block(self, indent: int = 1) -> str:
        """A line each, without its braces."""
        pad = "  " * indent
        return "".join(f"{pad}{line}\n" for each in (*self.lines, *self.filters) for line in each.split("\n"))


def _line(*lines: str) -> str:
    return " ".join(" ".join(each.split("\n")) for each in lines)


def _inner(text: str) -> str:
    """A filter inside an ``EXISTS``: Comunica forgets there what is bound outside, unless the inner ``EXISTS`` is part of more."""
    if text.startswith("FILTER EXISTS {"):
        return f"FILTER(true && {text.removeprefix('FILTER ')})"
    return f"FILTER(true && !{text.removeprefix('FILTER NOT ')})" if text.startswith("FILTER NOT EXISTS {") else text


def check_depth(text: str) -> None:
    """Refuse what would nest too deeply for some engine.

    Raises:
        UnsupportedOperationError: more than `MOST_BRACKETS` brackets inside each other.
    """
    depth = most = 0
    quoted = escaped = False
    for char in text:
        if quoted:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char in "({":
            depth += 1
            most = max(most, depth)
        elif char in ")}":
            depth -= 1
    if most > MOST_BRACKETS:
        raise UnsupportedOperationError(
            f"a query nested {most} brackets deep", ENGINE, "say it with fewer conditions inside each other"
        )
