"""In: a notebook. Out: a cell magic that asks a graph. Room: notebook.

    %load_ext rotgraph.notebook

    %%rotgraph graph
    episodes where buy_side contains Energy
    show period, rotation
"""

from __future__ import annotations

from typing import Any

from rotgraph.api.explanation import Explanation, is_explained
from rotgraph.api.graph import Graph
from rotgraph.api.results import Result

__all__ = ["load_ipython_extension"]


def load_ipython_extension(shell: Any) -> None:
    """Register ``%rotgraph`` and ``%%rotgraph``; IPython calls it."""

    def rotgraph(line: str, cell: str | None = None) -> Result | Explanation:
        """``%%rotgraph NAME`` and a query below, or ``%rotgraph NAME QUERY``; NAME is a variable that holds a graph."""
        name, _, rest = line.strip().partition(" ")
        text = rest if cell is None else cell
        graph = shell.user_ns.get(name)
        if not isinstance(graph, Graph):
            raise TypeError(f"%%rotgraph needs the name of a graph, made by `rotgraph.compile`; {name or 'nothing'!r} is none")
        return (graph.explain if is_explained(text) else graph.query)(text.strip())

    shell.register_magic_function(rotgraph, "line_cell", "rotgraph")
