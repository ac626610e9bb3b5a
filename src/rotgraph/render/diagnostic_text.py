"""In: diagnostics. Out: text for people: place, code, sentence, source line with a caret, hint. Room: render.

The only room that knows colour. Text of notes is made harmless before a terminal sees it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.told import count_codes
from rotgraph.render.harmless import harmless
from rotgraph.render.width import width_of
from rotgraph.rules import RULES, Severity

__all__ = ["diagnostic_text", "rules_text", "summary_text", "write_diagnostics"]

_COLORS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.NOTE: "\x1b[1;36m"}
_BOLD, _BLUE, _PLAIN = "\x1b[1m", "\x1b[34m", "\x1b[0m"
_BEFORE, _AFTER = 40, 60
"""Characters of a long source line shown before and after the place."""


def write_diagnostics(diagnostics: Sequence[Diagnostic], *, color: bool = False, most: int = 0) -> Iterator[str]:
    """Each diagnostic as `diagnostic_text` prints it, a blank line between two.

    With ``most``, of what is said in the same words again and again only the first so many places are shown, and how many follow.
    """
    notes: dict[tuple[str, str], set[str]] = {}
    left: Counter[tuple[str, str]] = Counter()
    if most:
        for each in diagnostics:
            said = each.code, each.message
            left[said] += 1
            notes.setdefault(said, set()).add(each.path)
    shown: Counter[tuple[str, str]] = Counter()
    for index, each in enumerate(diagnostics):
        said = each.code, each.message
        shown[said] += 1
        if most and shown[said] > most:
            continue
        yield ("\n" if index else "") + diagnostic_text(each, color=color)
        more = left[said] - most
        if most and shown[said] == most and more > 0:
            margin = " " * len(str(each.line))
            places, count = f"{more:,} more place{'' if more == 1 else 's'}", len(notes[said])
            yield f" {margin} = the same at {places}, in {count:,} note{'' if count == 1 else 's'} altogether (--full)\n"


def diagnostic_text(diagnostic: Diagnostic, *, color: bool = False) -> str:
    """``path:line:column: CODE severity: message``, the source line with a caret, the hint, the other places."""

    def styled(text: str, style: str) -> str:
        return f"{style}{text}{_PLAIN}" if color else text

    severity = diagnostic.severity
    place = styled(f"{harmless(diagnostic.path)}:{diagnostic.line}:{diagnostic.column}", _BOLD)
    head = styled(f"{diagnostic.code} {severity.value}", _COLORS[severity])
    lines = [f"{place}: {head}: {harmless(diagnostic.message)}"]
    margin = " " * len(str(diagnostic.line))
    bar = styled("|", _BLUE)
    if diagnostic.source_line.strip():
        shown, before, marked = _excerpt(diagnostic)
        lines.append(f" {styled(str(diagnostic.line), _BLUE)} {bar} {shown}")
        lines.append(f" {margin} {bar} {' ' * before}{styled('^' * marked, _COLORS[severity])}")
    lines.extend(f" {margin} {styled('=', _BLUE)} hint: {harmless(line)}" for line in diagnostic.hint.splitlines())
    lines.extend(
        f" {margin} {styled('=', _BLUE)} {harmless(label.path)}:{label.line}:{label.column}: {harmless(label.text)}"
        for label in diagnostic.labels
    )
    return "\n".join(lines) + "\n"


def _excerpt(diagnostic: Diagnostic) -> tuple[str, int, int]:
    """The source line, cut where it is long; columns before the mark; columns of the mark."""
    line = diagnostic.source_line
    start = min(diagnostic.column - 1, len(line))
    end = diagnostic.end_column - 1 if diagnostic.end_line == diagnostic.line else len(line)
    end = max(start, min(end, len(line)))
    first = 0 if start <= _BEFORE + 20 else start - _BEFORE
    last = len(line) if len(line) <= end + _AFTER + 20 else end + _AFTER
    if last - first > 2 * (_BEFORE + _AFTER):
        last = first + 2 * (_BEFORE + _AFTER)
    opening, closing = "…" if first else "", "…" if last < len(line) else ""
    before = width_of(opening + harmless(line[first:start]))
    marked = width_of(harmless(line[start : min(end, last)]))
    return f"{opening}{harmless(line[first:last])}{closing}", before, max(1, marked)


def summary_text(diagnostics: Sequence[Diagnostic]) -> str:
    """How many there are of each severity.

    Example:
        >>> summary_text(())
        'no diagnostics'
    """
    counted: Counter[Severity] = Counter()
    for code, count in count_codes(diagnostics).items():
        counted[RULES[code].severity] += count
    parts = [f"{counted[each]} {each.value}{'' if counted[each] == 1 else 's'}" for each in Severity if counted[each]]
    return ", ".join(parts) or "no diagnostics"


def rules_text(diagnostics: Sequence[Diagnostic]) -> str:
    """How many there are of each rule, the most frequent first."""
    counted = count_codes(diagnostics)
    width = len(f"{max(counted.values(), default=0):,}")
    rows = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return "".join(f"{count:>{width},}  {code} {RULES[code].name}\n" for code, count in rows)
