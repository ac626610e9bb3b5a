"""In: records that share a key. Out: those whose parts are one without a doubt, joined over arrays. Room: resolve.

Of ten thousand notes half a million records share a key, and nearly all of them for nothing but having it: nothing else keeps them
apart, no table says the same twice. Each joins the first that observes what it observes; `merge` looks at the others one by one.
"""

from __future__ import annotations

from array import array
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.model.graph import Ids
from rotgraph.model.ordering import order_by, runs
from rotgraph.resolve.pool import Pool

__all__ = ["Alike"]

_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")
_Rows: TypeAlias = "npt.NDArray[np.int64]"


class Alike:
    """Records of keys of which every record is one with the first that observes the same."""

    def __init__(self, pool: Pool, shared: _Rows, doubted: npt.NDArray[np.bool_]) -> None:
        """Tell them from the others.

        Args:
            shared: records that others share the key of, rising.
            doubted: of all records, those that something besides the key keeps apart from others.
        """
        self._pool = pool
        order = shared[order_by(pool.keys[shared], pool.values[shared])]
        key, value = pool.keys[order], pool.values[order]
        first_of_key = runs(key)
        groups = np.flatnonzero(first_of_key)
        group, part = np.cumsum(first_of_key) - 1, np.cumsum(runs(key, value)) - 1
        wrong = doubted[order] | (pool.record_thing[order] >= 0)
        wrong[_twice(part, pool.record_note[order], pool.record_table[order])] = True
        wrong |= (value == 0) & (value != value[np.append(groups[1:], len(order))[group] - 1])  # some observe nothing
        plain = ~(np.bincount(group[wrong], minlength=len(groups)) > 0)[group]
        self.others = np.sort(order[~plain])
        """Those to be looked at one by one."""
        self._order, self._keys = order[plain], key[plain]
        part = part[plain]
        first = runs(part)
        self._wholes = self._order[np.flatnonzero(first)[np.cumsum(first) - 1]]

    def join(self, into: array[int]) -> None:
        """Each becomes part of the first."""
        np.frombuffer(into, np.int32)[self._order] = self._wholes

    def completed(self) -> list[tuple[int, int]]:
        """Records in their order that are the first complete part of a whole which is not complete by itself, and that whole."""
        complete = self._pool.record_complete
        rows = np.flatnonzero(complete[self._order] & ~complete[self._wholes])
        wholes = self._wholes[rows]
        first = runs(wholes)
        return sorted(zip(self._order[rows[first]].tolist(), wholes[first].tolist(), strict=True))

    def rivals(self) -> list[tuple[int, int, list[int]]]:
        """Keys under which several things are observed: the first record that says another than the first, key, first records."""
        firsts = np.flatnonzero(self._order == self._wholes)
        new = runs(self._keys[firsts])
        several = np.flatnonzero(~(new & np.append(new[1:], True)))
        chosen = firsts[several]
        chosen = chosen[order_by(np.cumsum(new[several]), self._order[chosen])]
        records, keys = self._order[chosen].tolist(), self._keys[chosen].tolist()
        bounds = [*np.flatnonzero(runs(self._keys[chosen])).tolist(), len(records)]
        return [(records[low + 1], keys[low], records[low:high]) for low, high in pairwise(bounds)]

    def of_key(self, key: int) -> dict[int, list[tuple[int, int]]]:
        """The wholes of a key, and the tables that their parts stand in."""
        found: dict[int, list[tuple[int, int]]] = {}
        low, high = (int(np.searchsorted(self._keys, np.uint64(key), side)) for side in _SIDES)
        parts = self._order[low:high]
        tables = zip(self._pool.record_note[parts].tolist(), self._pool.record_table[parts].tolist(), strict=True)
        for whole, where in zip(self._wholes[low:high].tolist(), tables, strict=True):
            found.setdefault(whole, []).append(where)
        return found


def _twice(part: _Rows, note: Ids, table: Ids) -> _Rows:
    """Rows of one table that say the same."""
    rows = np.flatnonzero(table >= 0)
    columns = (part[rows], note[rows], table[rows])
    order = order_by(*columns)
    new = runs(*(column[order] for column in columns))
    return rows[order[~new]]
