"""In: a folder, or notes in memory. Out: `Graph`. Room: api."""

from __future__ import annotations

import os
from collections.abc import Mapping

from rotgraph.api.graph import Graph
from rotgraph.api.walk import compile_folder, compile_texts

__all__ = ["compile_vault"]


def compile_vault(vault: str | os.PathLike[str] | Mapping[str, str]) -> Graph:
    """The graph of a vault: a folder of Markdown notes, or a mapping of path to text.

    A ``rotgraph.toml`` at the root (or under that name in the mapping) extends the schema. What is wrong in a note is in
    ``graph.diagnostics``; one bad note never stops the others.

    Raises:
        VaultError: the path is no folder.
        SchemaError: ``rotgraph.toml`` is wrong, with its line.

    Example:
        >>> import rotgraph
        >>> graph = rotgraph.compile({"Moves.md": "| Stock | Move |\\n|---|---|\\n| [[Deere]] | +10% |\\n"})
        >>> print(graph.query("moves where value > 5%").to_csv())
        about,value,catalyst
        Deere,+10%,
        <BLANKLINE>
    """
    return Graph(compile_texts(vault) if isinstance(vault, Mapping) else compile_folder(vault))
