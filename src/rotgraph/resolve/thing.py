"""In: nothing. Out: a thing while it is put together; tables of what things are called. Room: resolve."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

import msgspec

from rotgraph.model.schema import LexiconEntry, fold

__all__ = ["NameTables", "Rank", "Thing", "is_capital", "is_title"]


class Rank(IntEnum):
    """How strongly a class is said, weakest first."""

    TEXT = 1
    WORDS = 2
    LEXICON = 3
    COLUMN = 4
    FOLDER = 5
    TAG = 6
    TYPE = 7


def is_capital(name: str) -> bool:
    """Whether a name is written as ticker symbols are."""
    return len(name) <= _LONGEST_CAPITAL and name.isupper() and " " not in name


def is_title(text: str) -> bool:
    """Whether the words of a link read as a name: capitals, few words, no possessive."""
    return text[0].isupper() and len(text.split()) <= _LONGEST_TITLE and text[-1].isalnum() and not text.endswith(("'s", "’s"))


_LONGEST_CAPITAL, _LONGEST_TITLE = 6, 5


_NO_CLASSES: dict[str, tuple[Rank, str]] = {}
_FEW = 8
"""Names that are looked through: a dictionary of its own for one or two would be the greater part of a thing."""


def _with(names: Collection[str], name: str) -> Collection[str]:
    if name in names:
        return names
    if isinstance(names, dict):
        names[name] = None
        return names
    return (*names, name) if len(names) < _FEW else dict.fromkeys((*names, name))


class Thing:
    """A thing while it is being put together."""

    __slots__ = ("aliases", "classes", "entry", "first", "key", "label", "note", "official", "shown", "spellings", "votes")

    def __init__(self, key: str) -> None:
        self.key = key
        self.label = ""
        self.note = -1
        self.entry: LexiconEntry | None = None
        self.spellings: Collection[str] = ()
        self.shown: Collection[str] = ()
        """Words of the links to it that are other names: ``[[Jane Roe|Roe]]``."""
        self.aliases: Collection[str] = ()
        self.classes: dict[str, tuple[Rank, str]] = _NO_CLASSES
        self.votes: dict[tuple[str, bool, Rank], tuple[int, int, int]] | None = None
        """Class, side, rank; with the note and byte span that first said so."""
        self.first: tuple[int, int, int, int] | None = None
        """Note, byte span and section of the place that first names it."""
        self.official = False
        """A note, a link, an alias or the lexicon names it: without brackets it is found too."""

    def is_spelled(self, text: str) -> bool:
        """Whether it is known to be written so; what its note is called, it is."""
        return text in self.spellings or (self.note >= 0 and fold(text) == fold(self.label))

    def spell(self, text: str) -> None:
        """It is written so."""
        self.spellings = _with(self.spellings, text)

    def show(self, text: str) -> None:
        """A link to it shows these words."""
        self.shown = _with(self.shown, text)

    def call(self, alias: str) -> None:
        """It has another name."""
        self.aliases = _with(self.aliases, alias)

    def say(self, cls: str, rank: Rank, reason: str) -> None:
        known = self.classes.get(cls)
        if known is None or known[0] < rank:
            if known is None and not self.classes:
                self.classes = {}
            self.classes[cls] = (rank, reason)


class NameTables(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Names, folded, with the things that they mean; see `Registry`."""

    names: dict[str, list[int]]
    capitals: dict[str, list[int]]
    cell_names: dict[str, int]
    plain: list[str]
