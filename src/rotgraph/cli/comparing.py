"""In: a vault that changes, or two states of one. Out: the facts that differ. Room: cli."""

from __future__ import annotations

import sys
from collections.abc import Sized
from pathlib import Path

import click

from rotgraph.cli.options import directory_argument, find_vault, vault_option
from rotgraph.cli.screen import emit

__all__ = ["diff", "watch"]


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@vault_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def diff(old: str, new: str | None, vault: Path | None, form: str) -> None:
    """Facts added, removed and changed between two states of the notes: folders, compiled graphs, git revisions.

    Without NEW, the vault as it is now.

    \b
    Examples:
      rotgraph diff HEAD~1
      rotgraph diff v1 v2 --format json
      rotgraph diff backup/notes notes
    """
    from rotgraph.api.differences import differences, write_differences
    from rotgraph.api.revisions import graph_at
    from rotgraph.cli.options import keeps_answers

    here, cache = find_vault(vault), keeps_answers()
    found = differences(graph_at(old, here, cache=cache), graph_at(new or str(here), here, cache=cache))
    emit(write_differences(found, form))
    print(_counted(found), file=sys.stderr)


@click.command()
@directory_argument
def watch(directory: Path | None) -> None:
    """Compile whenever a note is saved, and say what changed in the graph. Ends with Ctrl-C.

    \b
    Example:
      rotgraph watch notes
    """
    from rotgraph.api.differences import write_differences
    from rotgraph.api.watching import watch as changes

    vault = find_vault(directory)
    for number, change in enumerate(changes(vault)):
        if change.trouble:
            print(f"error: {change.trouble}", file=sys.stderr)
        elif number == 0:
            told = f"{change.graph.fact_count:,} facts, {len(change.graph.diagnostics):,} diagnostics"
            print(f"watching {vault}: {told}", file=sys.stderr)
        else:
            emit(write_differences(change.found))
            sys.stdout.flush()
            told = f"{_counted(change.found)}, {change.work.extracted:,} of {change.work.notes:,} notes extracted"
            print(f"{told}, {len(change.graph.diagnostics):,} diagnostics", file=sys.stderr)


def _counted(found: Sized) -> str:
    return f"{len(found):,} difference{'' if len(found) == 1 else 's'}"
