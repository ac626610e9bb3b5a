"""In: what every note names, the schema, the attachments. Out: `Names`, to which every note can be held. Room: resolve.

The first half of the waiting room: all notes say what they name, and then nothing is learned any more. `Names` can be sent to
another process; two of them can be compared, and which notes a difference touches is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import numpy as np

from rotgraph.model.named import NoteNames
from rotgraph.model.schema import Schema, fold
from rotgraph.resolve.firsts import firsts
from rotgraph.resolve.heard import LATE, Counted, Heard
from rotgraph.resolve.links import LinkIndex
from rotgraph.resolve.mentions import Mentions
from rotgraph.resolve.naming import Naming
from rotgraph.resolve.subjects import Subjects
from rotgraph.resolve.things import Registry
from rotgraph.resolve.tickers import Counts
from rotgraph.resolve.typed import typed_classes, with_types

__all__ = ["Names", "index_of", "learn", "numbers_of", "settle", "stem"]


class Names:
    """What all names mean."""

    __slots__ = ("mentions", "naming", "numbers", "schema", "subjects", "typed")

    def __init__(
        self, schema: Schema, typed: frozenset[str], naming: Naming, subjects: Subjects, mentions: Mentions,
        numbers: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.schema, self.typed, self.naming, self.subjects, self.mentions = schema, typed, naming, subjects, mentions
        self.numbers = numbers
        """The number of each note, by path."""

    def rest(self) -> None:
        """No note is held to them for a while: what only that takes is let go, and made again when somebody asks."""
        self.mentions.rest()
        self.naming.rest()

    def meanings(self) -> dict[str, str]:
        """Every name, and what tells what it means now from what it meant before; those found in texts begin with a line break."""
        registry = self.naming.registry
        facets: dict[int, str] = {}

        def facet(number: int) -> str:
            found = facets.get(number)
            if found is None:
                thing = registry.things[number]
                home = self.naming.index.paths[thing.note] if thing.note >= 0 else ""
                entry = thing.entry.name if thing.entry is not None else ""
                told = repr((thing.key, registry.label(number), registry.direct(number), home, entry, thing.first is None))
                found = facets[number] = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
            return found

        told: dict[str, list[str]] = {}
        for name, given, numbers in registry.bindings():
            told.setdefault(name, []).extend(given + facet(number) for number in numbers)
        for name in sorted(registry.plain):
            told.setdefault(name, []).append("plain")
        for name, place in self.naming.index.places():
            told.setdefault(stem(name), []).append(place)
        for name, number in self.mentions.names.items():
            told[f"\n{name}"] = [facet(number)]
        return {name: " ".join(each) for name, each in told.items()}


def stem(target: str) -> str:
    """The last step of a path or a link, as names compare."""
    return fold(target).strip("/").rpartition("/")[2].removesuffix(".md")


def settle(notes: Sequence[NoteNames], schema: Schema, attachments: Sequence[str] = ()) -> Names:
    """Learn what all notes name.

    Args:
        notes: in natural order of their paths.
    """
    return learn(notes, schema, attachments)[0]


def learn(notes: Sequence[NoteNames], schema: Schema, attachments: Sequence[str] = ()) -> tuple[Names, Heard, Counted]:
    """Learn what all notes name, and what that hangs on."""
    typed = typed_classes(schema, notes)
    schema = with_types(schema, typed)
    registry = Registry(schema)
    registry.learn_notes(notes)
    naming = Naming(schema, registry, index_of(notes, schema, attachments))
    links, requests, capitals, counts = naming.learn(notes)
    news = registry.news or {}
    registry.speaker = LATE
    full, written = _in_full(registry, notes)
    before, made = len(news), len(registry.things)
    subjects = Subjects(schema, naming)
    subjects.settle(notes)
    told = list(news.items())[before:]
    naming.close()
    unlinked = dict(schema.settings).get("links.unlinked", "true") == "true"
    mentions = Mentions(registry.spellings() if unlinked else ())
    names = Names(schema, typed, naming, subjects, mentions, numbers_of(notes))
    tellers = [*list(news.values())[:before], *(LATE for _ in told)]
    heard = Heard(
        links, requests, firsts(news, tellers), capitals.names, capitals.labels, full, made,
        tuple({what[1]: None for what, _ in told}), tuple({note: None for _, note in told}),
    )  # fmt: skip
    return names, heard, Counted(counts, written)


def index_of(notes: Sequence[NoteNames], schema: Schema, attachments: Sequence[str]) -> LinkIndex:
    """What links of a vault may mean."""
    return LinkIndex(notes, attachments, aliases=dict(schema.settings).get("links.aliases", "follow") == "follow")


def numbers_of(notes: Sequence[NoteNames]) -> dict[str, int]:
    """The number of each note, by path."""
    return {note.path: number for number, note in enumerate(notes)}


def _in_full(registry: Registry, notes: Sequence[NoteNames]) -> tuple[tuple[tuple[str, int], ...], Counts]:
    """A thing that cells call by an alias keeps the lexicon's name where some text writes that.

    Returns:
        Those names, each with its thing; how many texts write each.
    """
    short = tuple(
        (thing.entry.name, number)
        for number, thing in enumerate(registry.things)
        if thing.entry is not None and fold(thing.entry.name) not in registry.plain and registry.label(number) != thing.entry.name
    )
    counts = np.zeros(len(short), np.int32)
    if not short:
        return short, counts
    mentions = Mentions((name, at) for at, (name, _) in enumerate(short))
    for note in notes:
        counts[list({at for at, _, _ in mentions.find(note.prose)})] += 1
    for at in np.flatnonzero(counts).tolist():
        name, number = short[at]
        registry.spelled(number, name)
    return short, counts
