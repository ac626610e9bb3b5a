"""In: the beginning of a word of a command. Out: what it may become. Room: cli.

    eval "$(_ROTGRAPH_COMPLETE=bash_source rotgraph)"        # in ~/.bashrc; zsh_source, fish_source likewise

The compiled graph answers, so a vault that was never compiled is slow the first time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from rotgraph.cli.options import open_vault
from rotgraph.errors import RotgraphError

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph

__all__ = ["complete_class", "complete_name", "complete_query", "complete_rule"]


def _graph(context: click.Context) -> Graph | None:
    """The graph of the vault that the words so far name; None where it cannot be had: completion never complains."""
    with context:
        try:
            return open_vault(context.params.get("vault"))
        except (RotgraphError, OSError):
            return None


def complete_query(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """A query: what grammar and schema accept at its end."""
    graph = _graph(context)
    found = graph.complete(incomplete) if graph is not None else ()
    return [CompletionItem(incomplete[: each.start] + each.text, help=each.said or each.role) for each in found]


def complete_class(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """A class, by its plural."""
    graph = _graph(context)
    classes = graph.classes() if graph is not None else ()
    from rotgraph.model.schema import fold

    return [CompletionItem(each.plural, help=each.said) for each in classes if each.plural.startswith(fold(incomplete))]


def complete_name(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The name of a thing."""
    graph = _graph(context)
    return [CompletionItem(each) for each in graph.names(incomplete)] if graph is not None else []


def complete_rule(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The code of a rule."""
    from rotgraph.rules import RULES

    return [CompletionItem(code, help=rule.name) for code, rule in RULES.items() if code.startswith(incomplete.upper())]
