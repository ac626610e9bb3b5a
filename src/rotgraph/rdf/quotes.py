"""In: pieces of evidence and the texts of the notes. Out: the very characters, as Web Annotation selects them. Room: rdf.

For who asks for the full provenance: where in the note's text (`oa:TextPositionSelector`, code points from 0, the end not counted)
and which words between which (`oa:TextQuoteSelector`), so that a piece is found again when the note has moved on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from itertools import accumulate

from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.rdf.spell import Said, Spelling

__all__ = ["Quotes", "Reader"]

Reader = Callable[[str], str | None]
"""The text of a note by its path; None where there is none."""

_AROUND = 32
"""Characters before and after that are quoted."""
_LONGEST = 2_000
"""Characters of what is quoted: where a whole note is said to be about something, the note itself is enough."""


@dataclass
class Quotes:
    """Selectors of one graph's evidence."""

    read: Reader
    _known: tuple[int, str, list[int]] = field(default=(-1, "", []), repr=False)

    def selected(self, graph: Graph, row: int, name: str, said: Said, spell: Spelling) -> Iterator[Said]:
        """A piece of evidence (of that local name) with its selectors; without, where the note's text does not reach so far."""
        columns = graph.columns
        note = int(columns["evidence_note"][row])
        span = self._span(graph, note, [int(columns[f"evidence_{name}"][row]) for name in _PLACE]) if note >= 0 else None
        if span is None:
            yield said
            return
        start, end = span
        text = self._known[1]
        position, quote = (spell.step("evidence", f"{name}.{kind}") for kind in ("position", "quote"))  # no name holds a dot
        a = spell.a

        def word(local: str) -> str:
            return spell.predicate("oa", local)

        source = (f"{a} {spell.name('oa', 'SpecificResource')}", f"{word('hasSource')} {spell.node(note)}")
        if end - start > _LONGEST:
            yield said[0], (*said[1], *source)
            return
        yield said[0], (*said[1], *source, f"{word('hasSelector')} {position}", f"{word('hasSelector')} {quote}")
        yield position, (
            f"{a} {spell.name('oa', 'TextPositionSelector')}",
            f"{word('start')} {spell.integer(start)}",
            f"{word('end')} {spell.integer(end)}",
        )  # fmt: skip
        yield quote, (
            f"{a} {spell.name('oa', 'TextQuoteSelector')}",
            f"{word('exact')} {spell.literal(text[start:end])}",
            f"{word('prefix')} {spell.literal(text[max(0, start - _AROUND) : start])}",
            f"{word('suffix')} {spell.literal(text[end : end + _AROUND])}",
        )  # fmt: skip

    def _span(self, graph: Graph, note: int, place: list[int]) -> tuple[int, int] | None:
        """Offsets of a place in the text of its note."""
        if self._known[0] != note:
            text = self.read(graph.note_path(note)) or ""
            self._known = (note, text, [0, *accumulate(len(line) + 1 for line in text.split("\n"))])
        _, text, starts = self._known
        line, column, end_line, end_column = place
        if not text or end_line >= len(starts) or line < 1:
            return None
        start, end = starts[line - 1] + column - 1, starts[end_line - 1] + end_column - 1
        return (start, end) if 0 <= start <= end <= len(text) else None


_PLACE = ("line", "column", "end_line", "end_column")
