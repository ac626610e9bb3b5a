"""In: a vault. Out: its compiled graph, if nothing has changed since. Room: disk.

The path of a query on a compiled vault: names, sizes and times are compared, and nothing is decoded but the schema.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from rotgraph.disk.home import Current, home_of
from rotgraph.disk.maker import made_by
from rotgraph.disk.survey import digest_beside, survey
from rotgraph.errors import UnusableError

if TYPE_CHECKING:
    from rotgraph.disk.graph_file import StoredGraph

__all__ = ["fresh_current", "fresh_graph", "graph_of", "settings_hash"]


def settings_hash(vault: str | os.PathLike[str]) -> str:
    """Hash of the vault's own schema as it is written; empty if it has none."""
    try:
        with open(os.path.join(vault, "rotgraph.toml"), "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return ""
    from hashlib import blake2b  # takes 3 ms to import

    return blake2b(data, digest_size=16).hexdigest()


def fresh_current(vault: str | os.PathLike[str], meanwhile: Callable[[Current], None] | None = None) -> Current | None:
    """What is current, if nothing in the vault has changed since; else None, and why does not matter.

    Args:
        meanwhile: done while another process looks at the notes, with what is current if nothing has changed.
    """
    try:
        current = home_of(vault).read_current()
    except UnusableError:
        return None
    if current.made_by != made_by() or not current.listing or current.settings != settings_hash(vault):
        return None
    if meanwhile is None:
        return current if survey(vault, current.ignore).digest == current.listing else None
    digest = digest_beside(vault, current.ignore)
    meanwhile(current)
    return current if digest() == current.listing else None


def fresh_graph(vault: str | os.PathLike[str]) -> StoredGraph | None:
    """The compiled graph of a vault, if nothing in the vault has changed since; else None, and why does not matter."""
    current = fresh_current(vault)
    return graph_of(vault, current) if current is not None else None


def graph_of(vault: str | os.PathLike[str], current: Current) -> StoredGraph | None:
    """The graph of a vault that has been looked at; None if it cannot be read."""
    from rotgraph.disk.opening import open_current

    try:
        return open_current(home_of(vault), current.made_by)[1]
    except UnusableError:
        return None
