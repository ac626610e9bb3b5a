"""In: nothing. Out: what many queries need, loaded. Room: api.

A command that answers one query loads what it uses. A program that opens a graph asks many: it pays once, before the first of them.
"""

from __future__ import annotations

import rotgraph.native.arithmetic
import rotgraph.native.emptiness
import rotgraph.native.identity
import rotgraph.native.paths
import rotgraph.native.patterns
import rotgraph.native.sums
import rotgraph.values.compare  # noqa: F401 - all of them are wanted for being loaded
from rotgraph import late
from rotgraph.query.parse import parse_query
from rotgraph.values.literal import parse_literal

__all__ = ["ready"]

_SAID = (("12%", "quantity"), ("$1.5B", "quantity"), ("18 months", "quantity"), ("2022", "period"), ("Jan 2026", "period"))


def ready() -> None:
    """Patterns are compiled by being used."""
    late.ready()
    for text, kind in _SAID:
        parse_literal(text, kind)
    parse_query('firms where name is "x" and not links contains [[x]] and value > 5% show avg(value) as v sort by name limit 1')
