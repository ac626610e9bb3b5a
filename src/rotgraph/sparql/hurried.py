"""In: a store, a time limit. Out: the same store for one question, which is not waited for any longer. Room: sparql."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from rotgraph.errors import StoreError
from rotgraph.query.limits import Limits
from rotgraph.rdf.answers import Row, Store
from rotgraph.sparql.waiting import interruptible

__all__ = ["Hurried"]


class Hurried:
    """A store with a time limit for all that one query asks of it. What is left behind ends when the store is done."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store, self._limits = store, limits
        self._started = perf_counter()

    @property
    def name(self) -> str:
        return self._store.name

    def select(self, query: str) -> Iterator[Row]:
        """The rows of a query.

        Raises:
            QueryError: the time is over.
            StoreError: as the store's own.
        """
        self._limits.check_time(self._started)
        left = None if self._limits.seconds is None else self._limits.seconds - (perf_counter() - self._started)
        try:
            found = interruptible(lambda: list(self._store.select(query)), (StoreError,), None if left is None else max(left, 0.0))
        except TimeoutError:
            raise self._limits.too_slow() from None
        self._limits.check_time(self._started)
        return iter(found)
