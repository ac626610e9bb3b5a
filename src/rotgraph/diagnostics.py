"""In: a rule, a place, a sentence. Out: diagnostics as values, and values checked. Room: ground.

A diagnostic does no formatting and knows no colour; `render` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Generic, TypeVar

from rotgraph.late import dataclass
from rotgraph.rules import RULES, Rule, Severity
from rotgraph.source import Source

__all__ = ["Checked", "Diagnostic", "Label", "report"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, order=True)
class Label:
    """A second place that a diagnostic speaks of."""

    path: str
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Diagnostic:
    """Something wrong in a note, a schema or a query: code, place, one sentence, a hint.

    Lines and columns are from 1, columns in code points, the end exclusive. ``path`` is relative to the vault and empty for
    a query. Sorted by place.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    message: str
    hint: str = ""
    source_line: str = field(default="", compare=False)
    labels: tuple[Label, ...] = ()

    @property
    def order(self) -> tuple[object, ...]:
        """What it sorts by: its place, then what it says."""
        return (
            self.path, self.line, self.column, self.end_line, self.end_column, self.code, self.message, self.hint, self.labels
        )  # fmt: skip

    @property
    def rule(self) -> Rule:
        return RULES[self.code]

    @property
    def severity(self) -> Severity:
        return RULES[self.code].severity

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.code} {self.severity.value}: {self.message}"

    def __repr__(self) -> str:
        return f"<Diagnostic {str(self)!r}>"

    def _repr_html_(self) -> str:
        from html import escape


        return escape(str(self))


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """A value, and what was wrong on the way to it."""

    value: T
    diagnostics: Sequence[Diagnostic] = ()


def report(
    source: Source, start: int, end: int, code: str, message: str, hint: str = "", labels: Iterable[Label] = ()
) -> Diagnostic:
    """A diagnostic for the byte span ``[start, end)`` of a note."""
    first, last = source.place(start), source.place(max(start, end))
    shown = source.shown_line(first.line)
    return Diagnostic(source.path, first.line, first.column, last.line, last.column, code, message, hint, shown, tuple(labels))
