"""In: what a query may cost. Out: the error where it costs more. Room: query."""

from __future__ import annotations

from time import perf_counter

from rotgraph.errors import QueryError, limit_passed
from rotgraph.late import dataclass
from rotgraph.query.place import Place

__all__ = ["NO_LIMITS", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may cost, on either engine. None is no limit."""

    rows: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if (self.rows or 0) < 0 or (self.seconds or 0) < 0:
            raise ValueError("a limit is not below 0")

    def check_time(self, started: float) -> None:
        """Stop where the time since ``started`` (of `perf_counter`) is over."""
        if self.seconds is not None and perf_counter() - started > self.seconds:
            raise self.too_slow()

    def too_slow(self) -> QueryError:
        """What is said where the time is over."""
        return limit_passed(f"the query took longer than {self.seconds:g} s", "narrow it, or raise the time limit")

    def check_rows(self, rows: int, place: Place | None = None) -> None:
        """Stop where the query that stands there makes too many rows."""
        if self.rows is not None and rows > self.rows:
            message = f"the query makes {rows:,} {'row' if rows == 1 else 'rows'}, more than the limit of {self.rows:,}"
            shorter = "" if place is None else _shortened(place.query, self.rows)
            raise limit_passed(message, f"narrow it, write `{shorter}`, or raise the row limit" if shorter else
                               "narrow it, or raise the row limit")  # fmt: skip


def _shortened(text: str, rows: int) -> str:
    """The query with a limit of its own; empty where it takes none."""
    from rotgraph.query import syntax
    from rotgraph.query.format import format_query
    from rotgraph.query.parse import parse_query

    query = parse_query(text)
    return format_query(query.replace(body=query.body.replace(limit=rows))) if isinstance(query.body, syntax.Select) else ""


NO_LIMITS = Limits()
