"""In: things, with what columns and texts say of their classes. Out: their classes, what was refused. Room: resolve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rotgraph.model.schema import Schema
from rotgraph.resolve.thing import Rank, Thing

__all__ = ["counted", "is_given", "unvoted"]

_VOTED = ("column", "text", "heading")
"""Reasons that what stands in columns, texts and headings gives a class for."""


def is_given(cls: str, classes: Iterable[str], schema: Schema) -> bool:
    """Whether a class says nothing new of what is of some classes: a vote for it would change nothing."""
    return any(cls in schema.ancestors(each) for each in classes)


def unvoted(thing: Thing) -> Mapping[str, object]:
    """The classes that a thing had before votes were counted."""
    return {cls: rank for cls, (rank, reason) in thing.classes.items() if reason not in _VOTED}


def counted(things: Iterable[Thing], schema: Schema) -> list[tuple[int, str, tuple[int, int, int]]]:
    """Count the votes of columns and texts (rulings 4 and 5), whoever voted first.

    Returns:
        Things whose own note says another class than a column they stand in, with that class and its place.
    """
    refused: list[tuple[int, str, tuple[int, int, int]]] = []
    for number, thing in enumerate(things):
        if thing.votes is None:
            continue
        for rank in (Rank.COLUMN, Rank.TEXT):
            said = [(cls, side) for cls, side, each in sorted(thing.votes) if each is rank]
            given = {step for cls in thing.classes for step in schema.ancestors(cls)}
            for cls, side in said:
                definition = schema.by_name.get(cls)
                if definition is None or cls in given:
                    continue
                yields = definition.yields
                if yields and (side or rank is Rank.COLUMN):
                    blocked = bool(given.intersection(yields))
                else:
                    related = any(schema.is_a(cls, each) for each in given if each not in ("thing", "record"))
                    blocked = bool(given - {"thing"}) and not related
                if blocked and rank is Rank.COLUMN and not yields and thing.note >= 0:
                    refused.append((number, cls, thing.votes[cls, side, rank]))
                elif not blocked:
                    thing.say(cls, rank, "column" if rank is Rank.COLUMN else "text")
    return refused
