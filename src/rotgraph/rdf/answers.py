"""In: nothing. Out: what a place that answers SPARQL is, and the rows it gives. Room: rdf.

Below both the engine that asks (`sparql`) and the remote stores that answer (`stores`), which do not know each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol, TypeAlias

__all__ = ["Row", "Store", "Term"]


class Term(NamedTuple):
    """An IRI (no datatype) or a literal."""

    value: str
    datatype: str = ""

    @property
    def is_iri(self) -> bool:
        return not self.datatype


Row: TypeAlias = "Mapping[str, Term]"
"""Variables without their sign, unbound ones left out."""


class Store(Protocol):
    """What answers SPARQL over the union of its graphs."""

    @property
    def name(self) -> str:
        """Where it is, for messages: never with a password in it."""

    def select(self, query: str) -> Iterator[Row]:
        """The rows of a query.

        Raises:
            StoreError: the store refused it, broke, or answered nonsense.
        """
