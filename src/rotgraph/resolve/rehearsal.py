"""In: what is settled, a note. Out: whether the note would have told anything new. Room: resolve.

A registry that learns nothing: it is asked and told as the one that learned all names was, and remembers what must have been told
before, and what it was asked on the way.
"""

from __future__ import annotations

from rotgraph.model.schema import Schema
from rotgraph.resolve.thing import Rank, is_title
from rotgraph.resolve.things import Registry
from rotgraph.resolve.votes import is_given, unvoted

__all__ = ["News", "Rehearsal", "UnheardError"]

News = tuple[str | int | bool, ...]
"""A change of the registry; see `Registry.news`."""


class UnheardError(Exception):
    """Something new was told."""


class Rehearsal(Registry):
    """A registry as it was when nothing more was to be told."""

    def __init__(self, schema: Schema) -> None:
        super().__init__(schema)
        self.start()

    def start(self) -> None:
        """Forget what was asked and told."""
        self.told: set[News] = set()
        """What must have been told before."""
        self.votes: set[tuple[int, str, bool, Rank]] = set()
        self.words: set[str] = set()
        """Names, folded, of which it was asked whether anybody knows them."""
        self.met_things: set[int] = set()
        """Things that were found by name, or asked for what they are."""

    def known(self, name: str) -> int:
        number = super().known(name)
        self.met_things.add(number)
        return number

    def is_known(self, name: str) -> bool:
        self.words.add(self.folded(name))
        if not super().is_known(name):
            return False
        self.known(name)
        return True

    def named(self, name: str, *, official: bool = False) -> int:
        number = self.known(name)
        if number < 0:
            raise UnheardError
        if official:
            self._must(self.things[number].official, "official", number)
        return number

    def spelled(self, number: int, text: str) -> None:
        thing = self.things[number]
        if text in thing.spellings or not thing.is_spelled(text):
            self._must(text in thing.spellings, "spelled", number, text)

    def stood(self, number: int, note: int, start: int, end: int, section: int) -> None:  # noqa: ARG002 - as the other does
        self._must(self.things[number].first is not None, "stood", number)

    def shown(self, number: int, text: str) -> None:
        if text and is_title(text):
            self._must(text in self.things[number].shown, "shown", number, text)

    def vote(self, number: int, cls: str, rank: Rank, place: tuple[int, int, int], *, side: bool = False) -> None:  # noqa: ARG002
        if cls and not is_given(cls, unvoted(self.things[number]), self.schema):
            self.votes.add((number, cls, side, rank))

    def asked_to_be(self, number: int, cls: str) -> None:  # noqa: ARG002
        raise UnheardError

    def is_a(self, number: int, classes: tuple[str, ...]) -> bool:
        self.met_things.add(number)
        return super().is_a(number, classes)

    def label(self, number: int) -> str:
        self.met_things.add(number)
        return super().label(number)

    def _must(self, known: bool, *what: str | int) -> None:  # noqa: FBT001 - whether it is so
        if not known:
            raise UnheardError
        self.told.add(what)
