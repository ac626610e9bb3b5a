"""In: things and the lexicon. Out: what stands below what. Room: resolve (ruling 11)."""

from __future__ import annotations

from collections.abc import Sequence

from rotgraph.model.schema import Schema, fold
from rotgraph.resolve.things import Registry

__all__ = ["hierarchy", "members"]


def hierarchy(
    schema: Schema, registry: Registry, written: Sequence[Sequence[tuple[int, int]]] = ()
) -> tuple[list[tuple[int, int]], list[tuple[int, ...]]]:
    """Pairs (below, above) by the lexicon, else by name: ``Large cap energy`` ends in Energy.

    Args:
        written: pairs that the notes state themselves, field by field; they are looked at for cycles only.

    Returns:
        The pairs, and the cycles that were cut.
    """
    pairs: dict[int, int] = {}
    for number, thing in enumerate(list(registry.things)):
        if thing.entry is not None and thing.entry.broader:
            above = registry.known(thing.entry.broader)
            if above >= 0 and above != number:
                pairs[number] = above
    for definition in schema.classes:
        if definition.suffix:
            _by_name(definition.name, definition.words, registry, pairs)
    return list(pairs.items()), [*_cut(pairs), *(cycle for each in written for cycle in _circles(each))]


def members(registry: Registry) -> list[tuple[int, int]]:
    """Pairs (member, group) by the lexicon (ruling 6)."""
    found = [
        (number, registry.known(thing.entry.group))
        for number, thing in enumerate(list(registry.things))
        if thing.entry is not None and thing.entry.group
    ]
    return [(number, group) for number, group in found if group not in (-1, number)]


def _by_name(cls: str, words: tuple[str, ...], registry: Registry, pairs: dict[int, int]) -> None:
    """The longest name of the class that another's words end in, class words such as ``sector`` dropped."""
    for number in range(len(registry.things)):
        if number in pairs or not registry.is_a(number, (cls,)):
            continue
        tokens = fold(registry.label(number)).replace("-", " ").split()
        dropped = tokens[:-1] if len(tokens) > 1 and tokens[-1] in words else tokens
        for start in range(0 if len(dropped) < len(tokens) else 1, len(dropped)):
            name = " ".join(dropped[start:])
            above = registry.known(name)
            if above >= 0 and above != number and registry.is_a(above, (cls,)):
                pairs[number] = above
                break


def _circles(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Ways up that lead back to where they began, one for each pair that closes one; a thing may stand below several."""
    above: dict[int, list[int]] = {}
    for number, value in pairs:
        above.setdefault(number, []).append(value)
    found: list[tuple[int, ...]] = []
    done: set[int] = set()
    for start in above:
        way, open_ = [start], [iter(above[start])]
        while way:
            step = next(open_[-1], None)
            if step is None:
                done.add(way.pop())
                open_.pop()
            elif step in way:
                found.append(tuple(way[way.index(step) :]))
            elif step not in done:
                way.append(step)
                open_.append(iter(above.get(step, ())))
    return found


def _cut(pairs: dict[int, int]) -> list[tuple[int, ...]]:
    """Find and cut cycles."""
    cycles: list[tuple[int, ...]] = []
    for start in list(pairs):
        seen: list[int] = []
        at = start
        while at in pairs and at not in seen:
            seen.append(at)
            at = pairs[at]
        if at in seen:
            cycle = tuple(seen[seen.index(at) :])
            cycles.append(cycle)
            del pairs[cycle[-1]]
    return cycles
