"""In: a query. Out: its answer, its explanation. Room: cli."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from rotgraph.cli.answering import answer, print_result
from rotgraph.cli.completing import complete_name, complete_query
from rotgraph.cli.options import (
    endpoint_option,
    format_option,
    keeps_answers,
    open_asked,
    open_vault,
    parameter_option,
    vault_option,
)
from rotgraph.cli.question import Question
from rotgraph.cli.screen import emit

__all__ = ["explain", "path", "query"]


@click.command()
@click.argument("query", shell_complete=complete_query)
@vault_option
@endpoint_option
@format_option
@parameter_option
@click.option("--strict", is_flag=True, help="Exit with status 1 if the notes have errors, too.")
@click.option("--max-rows", type=click.IntRange(0), metavar="N", help="Refuse an answer of more rows.")
@click.option("--max-seconds", type=click.FloatRange(0, min_open=True), metavar="S", help="Stop a query that takes longer.")
def query(
    query: str,
    vault: Path | None,
    form: str,
    parameters: dict[str, Any],
    max_rows: int | None,
    max_seconds: float | None,
    *,
    raw: bool,
    strict: bool,
) -> int:
    """Ask the notes.

    \b
    Examples:
      rotgraph query "episodes where buy_side contains Energy"
      rotgraph query "top 3 targets by value" --format csv
      rotgraph query 'returns where value > $least' --param least=50%
      rotgraph query episodes --endpoint http://localhost:7878
    """
    from rotgraph.api.explanation import is_explained

    if is_explained(query):
        emit([f"{open_asked(vault).explain(query, **parameters)}\n"])
        return 0
    asked = Question(query, None if vault is None else str(vault), form, parameters, raw, strict, max_rows, max_seconds)
    if keeps_answers():
        return answer(asked)
    graph = open_asked(vault)
    from rotgraph.api.graph import Graph

    if isinstance(graph, Graph):
        return answer(asked, graph)
    if strict:
        raise click.UsageError("--strict is about the notes, and --endpoint asks a store")
    print_result(graph.query(query, max_rows=max_rows, max_seconds=max_seconds, **parameters), form, raw=raw)
    return 0


@click.command()
@click.argument("query", shell_complete=complete_query)
@vault_option
@endpoint_option
@parameter_option
def explain(query: str, vault: Path | None, parameters: dict[str, str]) -> None:
    """What a query means and how it runs: a sentence, the names, the plan with rows and times, SPARQL.

    \b
    Example:
      rotgraph explain "stocks where all return > -45%"
    """
    emit([f"{open_asked(vault).explain(query, **parameters)}\n"])


@click.command()
@click.argument("start", shell_complete=complete_name)
@click.argument("end", shell_complete=complete_name)
@click.option("--within", type=click.IntRange(1), help="The most steps a path may have.")
@click.option("--via", multiple=True, metavar="FIELD", help="Only over these fields.")
@vault_option
@format_option
def path(start: str, end: str, within: int | None, via: tuple[str, ...], vault: Path | None, form: str, *, raw: bool) -> None:
    """How two things are connected: the shortest paths, step by step, with the note and line of each.

    \b
    Example:
      rotgraph path NVIDIA Energy
    """
    print_result(open_vault(vault).path(start, end, within=within, via=via), form, raw=raw)
