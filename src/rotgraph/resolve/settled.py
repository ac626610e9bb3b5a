"""In: what settling all names came to. Out: the same as tables that can be kept, and back, brought up to date. Room: resolve.

What can be kept as it is stands apart from what every edit moves: the places that things were first met at, and how many texts
write a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from rotgraph.model.named import NoteNames
from rotgraph.model.schema import Schema
from rotgraph.resolve.heard import Changed, Counted, Heard, Hearing, Moves
from rotgraph.resolve.mentions import Mentions
from rotgraph.resolve.names import Names, index_of, numbers_of
from rotgraph.resolve.naming import Naming
from rotgraph.resolve.rehearsal import Rehearsal
from rotgraph.resolve.subjects import Subjects
from rotgraph.resolve.thing import NameTables, Rank, Thing
from rotgraph.resolve.things import Registry
from rotgraph.resolve.typed import typed_classes, with_types

__all__ = ["Gone", "Places", "Settled", "kept", "places_of", "taken_up"]

_Vote = tuple[int, int, int]
"""Note and byte span."""
Gone = dict[int, list[tuple[tuple[int, int, int], tuple[int, int, int]]]]
"""Byte spans and sections before and now, by note."""
_NOWHERE, _OF_NOTE = (-1, -1, -1, -1), (0, 0, -1)


class Settled(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """All things and what they are called; numbers are 32-bit, one a thing."""

    keys: tuple[str, ...]
    labels: tuple[str, ...]
    notes: bytes
    entries: bytes
    """The place in the lexicon; -1 where it knows none."""
    official: bytes
    classes: bytes
    """The place in ``class_sets``."""
    class_sets: tuple[tuple[tuple[str, int, str], ...], ...]
    spellings: tuple[tuple[str, ...], ...]
    shown: dict[int, tuple[str, ...]]
    aliases: dict[int, tuple[str, ...]]
    tables: NameTables
    mentions: dict[str, int]
    heard: Heard


class Places(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Where things stand, and how often names do."""

    firsts: bytes
    """Note, byte span and section, one row a thing; -1 where no note names it."""
    refused: tuple[tuple[int, str, _Vote], ...]
    capitals: bytes
    full: bytes


def kept(names: Names, heard: Heard) -> Settled:
    """What is to be kept of names."""
    registry = names.naming.registry
    things = registry.things
    entries = {id(entry): at for at, entry in enumerate(names.schema.lexicon)}
    class_sets: dict[tuple[tuple[str, int, str], ...], int] = {}
    classes = [
        class_sets.setdefault(tuple([(cls, int(rank), reason) for cls, (rank, reason) in thing.classes.items()]), len(class_sets))
        for thing in things
    ]
    return Settled(
        keys=tuple([thing.key for thing in things]),
        labels=tuple([thing.label for thing in things]),
        notes=_packed(thing.note for thing in things),
        entries=_packed(entries[id(thing.entry)] if thing.entry is not None else -1 for thing in things),
        official=bytes([thing.official for thing in things]),
        classes=_packed(classes),
        class_sets=tuple(class_sets),
        spellings=tuple([tuple(thing.spellings) for thing in things]),
        shown={number: tuple(thing.shown) for number, thing in enumerate(things) if thing.shown},
        aliases={number: tuple(thing.aliases) for number, thing in enumerate(things) if thing.aliases},
        tables=registry.tables(),
        mentions=dict(names.mentions.names),
        heard=heard,
    )


def places_of(names: Names, counted: Counted) -> Places:
    """Where the things of names stand."""
    registry = names.naming.registry
    firsts = np.array([thing.first or _NOWHERE for thing in registry.things], np.int32)
    return Places(firsts.tobytes(), tuple(registry.refused), counted.capitals.tobytes(), counted.full.tobytes())


def taken_up(
    settled: Settled, places: Places, changed: Sequence[Changed], notes: Sequence[NoteNames], schema: Schema,
    attachments: Sequence[str],
) -> tuple[Names, Places, Gone] | None:  # fmt: skip
    """The names of notes of which some have changed, and where places of those have gone; None if they must be settled anew.

    Args:
        settled: of just these notes, schema and attachments, before the change; ``places`` likewise.
    """
    typed = typed_classes(schema, notes)
    schema = with_types(schema, typed)
    index = index_of(notes, schema, attachments)
    firsts = np.frombuffer(places.firsts, np.int32).reshape(-1, 4).copy()
    things = list(_things(settled, firsts, schema))
    stage, registry = Rehearsal(schema), Registry(schema)
    stage.take_up(things, settled.tables, places.refused)
    hearing = Hearing(settled.heard, stage, index)
    moved: dict[int, Moves] = {}
    for each in changed:
        if (found := hearing.moves(each)) is None:
            return None
        moved[each.number] = found
    now = hearing.recounted(_counted(settled.heard, places), changed)
    refused = _moved_votes(places, moved)
    if now is None or refused is None or not _move(things, firsts, moved):
        return None
    registry.take_up(things, settled.tables, refused)
    naming = Naming(schema, registry, index)
    naming.close()
    names = Names(schema, typed, naming, Subjects(schema, naming), Mentions(settled.mentions.items()), numbers_of(notes))
    return names, places_of(names, now), _gone(places, names, moved)


def _gone(places: Places, names: Names, moved: Iterable[int]) -> Gone:
    """Where places at which a note first names a thing, or is not believed, have gone."""
    registry = names.naming.registry
    before = np.frombuffer(places.firsts, np.int32).reshape(-1, 4)
    votes = [((*old, -1), (*new, -1)) for (_, _, old), (_, _, new) in zip(places.refused, registry.refused, strict=True)]
    found: Gone = {}
    for note in moved:
        things = np.flatnonzero(before[:, 0] == note).tolist()
        told = [(tuple(before[thing].tolist()), registry.things[thing].first or _NOWHERE) for thing in things]
        found[note] = [((old[1], old[2], old[3]), (new[1], new[2], new[3])) for old, new in (*told, *votes) if old[0] == note]
    return found


def _packed(numbers: Iterable[int]) -> bytes:
    return np.fromiter(numbers, np.int32).tobytes()


def _counted(heard: Heard, places: Places) -> Counted:
    capitals = np.frombuffer(places.capitals, np.int32).reshape(2, len(heard.capitals))
    return Counted(capitals, np.frombuffer(places.full, np.int32))


def _move(things: Sequence[Thing], firsts: npt.NDArray[np.int32], moved: Mapping[int, Moves]) -> bool:
    """Put things where they stand now; False if that cannot be told of one."""
    for note, each in moved.items():
        for number in np.flatnonzero(firsts[:, 0] == note).tolist():
            _, *place = firsts[number].tolist()
            if tuple(place) != _OF_NOTE:
                now = each.places.get(tuple(place))
                if now is None:
                    return False
                things[number].first = (note, *now)
    return True


def _moved_votes(places: Places, moved: Mapping[int, Moves]) -> list[tuple[int, str, _Vote]] | None:
    """Likewise of columns that were not believed."""
    found: list[tuple[int, str, _Vote]] = []
    for thing, cls, (note, start, end) in places.refused:
        now = moved[note].votes.get((start, end)) if note in moved else (start, end)
        if now is None:
            return None
        found.append((thing, cls, (note, *now)))
    return found


def _things(settled: Settled, firsts: npt.NDArray[np.int32], schema: Schema) -> Iterator[Thing]:
    class_sets = [{cls: (Rank(rank), reason) for cls, rank, reason in each} for each in settled.class_sets]
    columns = zip(
        settled.keys, settled.labels, np.frombuffer(settled.notes, np.int32).tolist(),
        np.frombuffer(settled.entries, np.int32).tolist(), settled.official, np.frombuffer(settled.classes, np.int32).tolist(),
        settled.spellings, firsts.tolist(), strict=True,
    )  # fmt: skip
    shown, aliases = settled.shown, settled.aliases
    for number, (key, label, note, entry, official, classes, spellings, first) in enumerate(columns):
        thing = Thing(key)
        thing.label, thing.note, thing.official, thing.spellings = label, note, bool(official), spellings
        thing.entry = schema.lexicon[entry] if entry >= 0 else None
        thing.classes = class_sets[classes]
        thing.first = tuple(first) if first[0] >= 0 else None
        if number in shown:
            thing.shown = shown[number]
        if number in aliases:
            thing.aliases = aliases[number]
        yield thing
