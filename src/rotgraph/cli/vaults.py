"""In: a folder. Out: what is in it, what is wrong with it. Room: cli."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from rotgraph.api.opening import told_in
from rotgraph.api.tables import read_tables
from rotgraph.cli.answering import ERRORS
from rotgraph.cli.options import directory_argument, find_vault, open_vault
from rotgraph.cli.screen import color_wanted, emit
from rotgraph.render.diagnostic_json import diagnostics_json, diagnostics_sarif
from rotgraph.render.diagnostic_text import rules_text, summary_text, write_diagnostics
from rotgraph.rules import RULES, Severity
from rotgraph.version import VERSION

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph

__all__ = ["check", "compile_"]


_SHOWN = 3
"""Places shown of what is said in the same words again."""
_MANY = 20
"""Findings that take a table of how many each rule has."""


@click.command("compile")
@directory_argument
def compile_(directory: Path | None) -> None:
    """Read a vault and say what is in it.

    \b
    Example:
      rotgraph compile examples/vault
    """
    began = perf_counter()
    graph = open_vault(directory)
    lines = [f"{word:<12} {count:>9,}\n" for word, count in graph.counts()]
    emit(lines)
    _tell_noteless(graph, directory)
    print(f"{summary_text(told_in(graph))} in {perf_counter() - began:.2f} s", file=sys.stderr)


@click.command()
@directory_argument
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@click.option("--select", multiple=True, metavar="CODE", help="Only codes that begin so: RG3, RG301. Several, or joined by commas.")
@click.option("--ignore", multiple=True, metavar="CODE", help="All but codes that begin so.")
@click.option("--strict", is_flag=True, help="Warnings make the status 1, too.")
@click.option("--full", is_flag=True, help="Every place of what is said in the same words again, not the first three only.")
@click.option("--tables", is_flag=True, help="How each table is read, and why, instead.")
def check(
    directory: Path | None, form: str, select: tuple[str, ...], ignore: tuple[str, ...], *, strict: bool, full: bool, tables: bool
) -> int:
    """What is wrong or doubtful in the notes, with place, source line and a hint.

    \b
    Examples:
      rotgraph check
      rotgraph check notes --select RG3,RG4 --format sarif > check.sarif
      rotgraph check notes --tables
    """
    if tables:
        emit(f"{each}\n" for each in read_tables(find_vault(directory)))
        return 0
    chosen, left_out = _codes(select, "--select"), _codes(ignore, "--ignore")
    graph = open_vault(directory)
    _tell_noteless(graph, directory)
    found = told_in(graph).of(lambda code: _wanted(code, chosen, left_out))
    if form == "text":
        emit(write_diagnostics(found, color=color_wanted(sys.stdout), most=0 if full else _SHOWN), trusted=True)
        print((rules_text(found) if len(found) > _MANY else "") + summary_text(found), file=sys.stderr)
    elif form == "json":
        emit([diagnostics_json(found)])
    else:
        emit([diagnostics_sarif(found, VERSION)])
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return ERRORS if any(RULES[code].severity in failing for code in found.count_codes()) else 0


def _tell_noteless(graph: Graph, directory: Path | None) -> None:
    """Nothing is wrong where nothing is: most likely another folder is meant."""
    if not graph.counts()[0][1]:
        print(f"note: no Markdown file (.md) lies in {find_vault(directory)}", file=sys.stderr)


def _codes(given: tuple[str, ...], option: str) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for each in given for code in each.split(",") if code.strip())
    for code in codes:
        if not any(known.startswith(code) for known in RULES):
            raise click.BadParameter(f"no rule begins with {code!r}: `rotgraph rule` lists them", param_hint=option)
    return codes


def _wanted(code: str, chosen: tuple[str, ...], left_out: tuple[str, ...]) -> bool:
    return (not chosen or code.startswith(chosen)) and not (left_out and code.startswith(left_out))
