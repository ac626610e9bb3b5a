"""In: the text of a query, what is wrong while it runs. Out: the error, at its place. Room: query.

Bound expressions and the sources of plans carry their place: engines never look at the text, and hand the place on to the error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rotgraph.errors import QueryError, UnsupportedOperationError
from rotgraph.late import dataclass

__all__ = ["Place", "standing_at", "unsupported"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: code points ``start`` to ``end``, exclusive, of a query."""

    query: str
    start: int
    end: int

    def error(self, message: str, *, help: str = "", code: str = "RG601") -> QueryError:  # noqa: A002 - as in QueryError
        """The error that stands here."""
        return QueryError(message, self.query, self.start, self.end, help=help, code=code)


@contextmanager
def standing_at(place: Place | None) -> Iterator[None]:
    """What is wrong with a query as a whole is said at this place of it."""
    try:
        yield
    except QueryError as error:
        if place is None or error.start >= 0:
            raise
        raise place.error(error.message, help=error.help, code=error.code) from None
    except UnsupportedOperationError as error:
        if place is not None and error.start < 0:
            error.at(place.query, place.start, place.end)
        raise


def unsupported(operation: str, engine: str, place: Place | None) -> UnsupportedOperationError:
    """What an engine has no form for, at its place."""
    error = UnsupportedOperationError(operation, engine)
    return error if place is None else error.at(place.query, place.start, place.end)
