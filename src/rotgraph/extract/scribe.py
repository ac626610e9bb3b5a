"""In: one note and the schema. Out: drafts and diagnostics as they are found. Room: extract.

The one mutable thing of the room: the readers below write into it, `extract` freezes what it holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from rotgraph.diagnostics import Diagnostic, report
from rotgraph.extract.headers import Lookup, lookup
from rotgraph.extract.sections import name_from, read_sections
from rotgraph.model.draft import Draft, DraftFact, Names, Prose
from rotgraph.model.schema import Schema
from rotgraph.notes.document import Document, Inline, Link
from rotgraph.source import Source

__all__ = ["Scribe", "is_amount", "names_of"]

_MONEY = "$€£¥₩₹"


def is_amount(plain: str, at: int) -> bool:
    """Whether a link at that place of a text is glued to a currency sign: an accident of auto-linking (ruling 10)."""
    return at > 0 and plain[at - 1] in _MONEY


def names_of(
    inline: Inline, *, text: str = "", split: bool = True, scan: tuple[str, ...] = (), apart: tuple[str, ...] = ()
) -> Names:
    """The names an inline may hold; ``text`` replaces its words (same length, parts blanked)."""
    links = tuple([(start, end, name_from(link)) for start, end, link in inline.links if link.form != "url" and end > start])
    return Names(text or inline.plain, inline.start, inline.end, links, split, scan, apart)


def _near(inline: Inline, link: Link) -> str:
    """The words around a link, at most 40 characters."""
    at = next((start for start, _, each in inline.links if each.start == link.start), 0)
    begin = max(inline.plain.rfind(" ", 0, at) + 1, at - 20, 0)
    return inline.plain[begin : begin + 40]


class Scribe:
    """What is known of a note while it is read."""

    def __init__(self, document: Document, source: Source, schema: Schema) -> None:
        self.document, self.source, self.schema = document, source, schema
        self.lookup: Lookup = lookup(schema)
        self.sections = read_sections(document, self.lookup)
        self.drafts: list[Draft] = [Draft("note", "note", (), 0, len(source.data))]
        """The note's own draft stands first; what it says is known last."""
        self.diagnostics: list[Diagnostic] = []
        self.prose: list[Prose] = []
        self.amounts: set[int] = set()
        """Byte offsets of links inside amounts."""
        self.votes = 0
        self.missing: list[DraftFact] = []
        """Marks of a missing value that no record has."""
        self.used: set[int] = set()
        """Where cells begin that say how others are read, such as a unit."""
        self.rows = 0
        self.traits: dict[str, str] = {}
        """Classes of the note's own thing that rows of its first table of pairs say, with those rows."""
        self.first_pairs = -1

    def add(self, draft: Draft) -> int:
        """Keep a draft; its place is what `Local` means."""
        self.drafts.append(draft)
        return len(self.drafts) - 1

    def vote(self) -> int:
        """A new number for rows that decide together."""
        self.votes += 1
        return self.votes

    def report(self, start: int, end: int, code: str, message: str, hint: str = "") -> None:
        self.diagnostics.append(report(self.source, start, end, code, message, hint))

    def mentions(self, inline: Inline) -> list[DraftFact]:
        """Linked names of a text, those glued to an amount reported and left out."""
        found: list[DraftFact] = []
        if not inline.links:
            return found
        for start, _, link in inline.links:
            if link.form == "url" or not link.target or link.embed:
                continue
            if is_amount(inline.plain, start):
                self.amount(inline, link)
                continue
            found.append(DraftFact("mentions", name_from(link), link.start, link.end))
        return found

    def amount(self, inline: Inline, link: Link) -> None:
        """Report a link inside an amount, once."""
        if link.start in self.amounts:
            return
        self.amounts.add(link.start)
        self.report(
            link.start,
            link.end,
            "RG310",
            f"the link `[[{link.target}]]` stands inside an amount, `{_near(inline, link)}`",
            f"write the amount without brackets: `{link.shown}`",
        )

    def heading_chain(self, section: int) -> Sequence[int]:
        """The section and those it stands in, innermost first."""
        chain = []
        while section >= 0:
            chain.append(section)
            section = self.sections[section].parent
        return chain
