"""In: statements of all notes. Out: the same without those that only hold where nobody else speaks. Room: resolve."""

from __future__ import annotations

from rotgraph.resolve.pool import Pool

__all__ = ["keep_lone"]


def keep_lone(pool: Pool) -> None:
    """What only a sole row says of a thing holds now that all rows are read."""
    places: dict[tuple[int, int], set[tuple[int, int, int]]] = {}
    rows: list[tuple[int, tuple[int, int]]] = []
    for note, each in enumerate(pool.rest):
        base = int(pool.row_base[note])
        for row, start, end in each.lone:
            key = int(pool.row_subject[base + row]), int(pool.row_property[base + row])
            places.setdefault(key, set()).add((note, start, end))
            rows.append((base + row, key))
    gone = [row for row, key in rows if len(places[key]) > 1]
    pool.drop(gone)
