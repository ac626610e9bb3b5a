"""In: the text of a query, the names of a graph, parameters. Out: `BoundQuery`; or the error, with what was meant. Room: query."""

from __future__ import annotations

from collections.abc import Mapping

from rotgraph.errors import QueryError
from rotgraph.model.graph import Graph
from rotgraph.query.bind import bind
from rotgraph.query.bound import BoundQuery
from rotgraph.query.names import Names, names_of
from rotgraph.query.parse import parse_query

__all__ = ["read_query"]


def read_query(text: str, source: Graph | Names, parameters: Mapping[str, object]) -> BoundQuery:
    """A query, read and bound.

    Raises:
        QueryError: it is wrong; where it is English that means a query, the message has that query.
    """
    try:
        query = parse_query(text)
    except QueryError as error:
        from rotgraph.query.spoken import in_words  # a query that is right does not pay for it

        raise in_words(error, names_of(source), read=False) from None
    try:
        return bind(query, source, parameters)
    except QueryError as error:
        if error.query != text:  # of a saved query
            raise
        from rotgraph.query.spoken import in_words

        raise in_words(error, names_of(source), read=True) from None
