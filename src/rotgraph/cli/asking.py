"""In: a query. Out: its answer, its explanation. Room: cli."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rotgraph.api.remembering import LONGEST, answer_in, fresh_current, keep_answer
from rotgraph.cli.completing import complete_name, complete_query
from rotgraph.cli.options import (
    ERRORS,
    endpoint_option,
    find_vault,
    format_option,
    keeps_answers,
    open_asked,
    open_vault,
    parameter_option,
    vault_option,
)
from rotgraph.cli.screen import color_wanted, emit, width_wanted
from rotgraph.errors import RotgraphError
from rotgraph.rules import RULES, Severity

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph
    from rotgraph.api.results import Result
    from rotgraph.disk.home import Current

__all__ = ["explain", "path", "print_result", "query"]


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
    query: str, vault: Path | None, form: str, parameters: dict[str, Any], max_rows: int | None, max_seconds: float | None,
    *, raw: bool, strict: bool,
) -> int:
    """Ask the notes.

    \b
    Examples:
      rotgraph query "episodes where buy_side contains Energy"
      rotgraph query "top 3 targets by value" --format csv
      rotgraph query 'returns where value > $least' --param least=50%
      rotgraph query episodes --endpoint http://localhost:7878
    """
    limits: dict[str, Any] = {"max_rows": max_rows, "max_seconds": max_seconds}
    limited = max_rows is not None or max_seconds is not None
    question = ("query", query, sorted(parameters.items()), form, raw, width_wanted(), color_wanted(sys.stdout))
    known: list[tuple[str, str]] = []
    found: list[tuple[Graph, Result]] = []

    def meanwhile(current: Current) -> None:
        """The answer if no note has changed, which is being looked at: what is wrong with a query is told when that is known."""
        kept = None if strict or limited else answer_in(find_vault(vault), current, question)
        if kept is not None:
            known.append(kept)
            return
        from rotgraph.api.opening import open_unchanged

        with suppress(RotgraphError):
            graph = open_unchanged(find_vault(vault), current)
            found.append((graph, graph.query(query, **limits, **parameters)))

    current = fresh_current(find_vault(vault), meanwhile) if keeps_answers() else None
    if current is not None and known:
        output, told = known[0]
        emit([output], trusted=form == "table")
        print(told, end="", file=sys.stderr)
        return 0
    graph, result = found[0] if current is not None and found else (open_asked(vault, current), None)
    from rotgraph.api.graph import Graph

    if not isinstance(graph, Graph):
        if strict:
            raise click.UsageError("--strict is about the notes, and --endpoint asks a store")
        print_result(graph.query(query, **limits, **parameters), form, raw=raw)
        return 0
    result = result or graph.query(query, **limits, **parameters)
    output = print_result(result, form, raw=raw)
    if strict:
        from rotgraph.api.opening import told_in

        errors = sum(count for code, count in told_in(graph).count_codes().items() if RULES[code].severity is Severity.ERROR)
        if errors:
            print(f"{errors} errors in the notes: rotgraph check", file=sys.stderr)
            return ERRORS
    elif keeps_answers():
        keep_answer(graph, question, output, _notes(result))
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


def print_result(result: Result, form: str, *, raw: bool = False, most: int | None = None) -> str:
    """Print an answer, ``most`` rows of a table; the beginning of what was printed, long enough to tell whether to keep it."""
    from rotgraph.render.formats import Look

    look = Look(query=result.query, raw=raw, width=width_wanted(), color=color_wanted(sys.stdout), most=most)
    printed: list[str] = []
    length = 0
    for chunk in result.write(form, look):
        emit([chunk], trusted=form == "table")
        if length <= LONGEST:
            printed.append(chunk)
            length += len(chunk)
    print(_notes(result), end="", file=sys.stderr)
    return "".join(printed)


def _notes(result: Result) -> str:
    return "".join(f"note: {note}\n" for note in result.notes)
