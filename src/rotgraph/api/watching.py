"""In: a vault. Out: what changes in its graph, as the notes change. Room: api."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from rotgraph.api.differences import Difference, differences
from rotgraph.api.walk import compile_folder
from rotgraph.disk.gather import Work
from rotgraph.errors import RotgraphError, not_installed
from rotgraph.late import dataclass
from rotgraph.model.graph import Graph

__all__ = ["Change", "changes_in", "watch"]

_QUIET = 400
"""Milliseconds without a change after which a compile begins: editors write, rename and touch in one breath."""
_SILENCE = 500
"""Milliseconds without a notice that are told, of which the first says that the folder is listened to."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a vault."""

    graph: Graph
    found: tuple[Difference, ...]
    work: Work
    trouble: str = ""
    """Why the graph is still the older one: the vault's own schema is wrong, the folder is gone for a moment."""


def watch(vault: str | os.PathLike[str], ticks: Iterable[object] | None = None) -> Iterator[Change]:
    """The graph of a vault now, and again each time that something in it has changed.

    Args:
        ticks: something each time that the folder may have changed; the system's own notices if None.

    Raises:
        UnsupportedOperationError: the package that hears these notices is not installed.
    """
    heard = changes_in(vault) if ticks is None else ticks
    graph = compile_folder(vault)
    yield Change(graph, (), Work())
    for _ in heard:
        work = Work()
        try:
            new = compile_folder(vault, work=work)
        except (RotgraphError, OSError) as error:
            yield Change(graph, (), work, str(error))
            continue
        found = differences(graph, new)
        told, graph = new.diagnostics != graph.diagnostics, new
        if found or told:
            yield Change(graph, found, work)


def changes_in(vault: str | os.PathLike[str]) -> Iterator[object]:
    """Something once the folder is listened to, as much may have happened before; then each time that a file of the vault has
    changed and a moment of quiet has passed."""
    try:
        from watchfiles import watch as notices
    except ImportError:
        raise not_installed("watching a folder", "watchfiles", "watch") from None
    inside = os.path.realpath(vault)

    def wanted(_: object, path: str) -> bool:
        return not any(part.startswith(".") for part in os.path.relpath(path, inside).split(os.sep))

    told = notices(
        os.fspath(vault), watch_filter=wanted, debounce=10 * _QUIET, step=_QUIET, rust_timeout=_SILENCE, yield_on_timeout=True,
        raise_interrupt=False,
    )  # fmt: skip
    return (changes for number, changes in enumerate(told) if changes or not number)
