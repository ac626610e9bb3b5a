"""In: a vault's schema. Out: what it comes to, what is wrong with it. Room: cli."""

from __future__ import annotations

from pathlib import Path

import click

from rotgraph.api.schema_text import schema_text
from rotgraph.api.walk import SCHEMA_FILE, compile_folder, schema_of
from rotgraph.check.drift import drift, infer
from rotgraph.cli.answering import ERRORS
from rotgraph.cli.options import find_vault, vault_option
from rotgraph.cli.screen import emit
from rotgraph.errors import QueryError, SchemaError
from rotgraph.model.schema import Schema
from rotgraph.model.schema_faults import line_of
from rotgraph.model.schema_file import builtin_schema
from rotgraph.query.parse import parse_query

__all__ = ["infer_schema", "schema", "schema_diff", "show_schema", "validate"]


_folder = click.argument(
    "directory", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
"""The vault, as `check` and `compile` take it too."""


@click.group()
def schema() -> None:
    """The schema of a vault: the built-in one, extended by its rotgraph.toml.

    \b
    Example:
      rotgraph schema show episode
    """


@schema.command("show")
@click.argument("cls", metavar="[CLASS]", required=False)
@vault_option
def show_schema(cls: str | None, vault: Path | None) -> None:
    """The whole schema, or one class of it, in the form of rotgraph.toml.

    \b
    Example:
      rotgraph schema show episode
    """
    made = schema_of(find_vault(vault))
    if cls is not None and cls.casefold() not in made.by_word:
        raise click.BadParameter(f"no class {cls!r}: `rotgraph schema show` lists them", param_hint="CLASS")
    emit([schema_text(made, made.by_word[cls.casefold()] if cls is not None else None)])


@schema.command()
@_folder
@vault_option
def validate(directory: Path | None, vault: Path | None) -> None:
    """Whether rotgraph.toml can be used; what is wrong with it, with its line.

    \b
    Example:
      rotgraph schema validate examples/vault
    """
    folder = find_vault(directory or vault)
    made = schema_of(folder)
    if not (folder / SCHEMA_FILE).is_file():
        emit([f"no {SCHEMA_FILE} in {folder}: the built-in schema holds\n"])
        return
    _saved_queries(made, (folder / SCHEMA_FILE).read_text(encoding="utf-8"))
    queries = "1 saved query" if len(made.queries) == 1 else f"{len(made.queries)} saved queries"
    emit([f"{SCHEMA_FILE} is right: {len(made.classes)} classes, {queries}\n"])


def _saved_queries(made: Schema, text: str) -> None:
    """A saved query that cannot be read is wrong here, not when it is asked."""
    for name, query in made.queries:
        try:
            parse_query(query)
        except QueryError as error:
            raise SchemaError(f"{SCHEMA_FILE}:{line_of(text, ('queries', name))}: queries.{name}: {error}") from None


@schema.command("infer")
@click.option("--least", default=3, show_default=True, help="Members a class must have to be declared.")
@_folder
@vault_option
def infer_schema(least: int, directory: Path | None, vault: Path | None) -> None:
    """A first rotgraph.toml from what the notes show: classes of tables no schema knows, their fields and kinds.

    \b
    Example:
      rotgraph schema infer examples/vault
    """
    graph = compile_folder(find_vault(directory or vault))
    found = infer(graph, least=least)
    emit([schema_text(graph.schema, each) for each in found] or ["# every class with so many members is declared\n"])


@schema.command("diff")
@_folder
@vault_option
def schema_diff(directory: Path | None, vault: Path | None) -> int:
    """How the notes drifted from what rotgraph.toml declares. Exit status 1 if they did.

    \b
    Example:
      rotgraph schema diff examples/vault
    """
    found = drift(compile_folder(find_vault(directory or vault)), builtin_schema())
    emit([f"{each}\n" for each in found] or ["the notes are as the schema says\n"])
    return ERRORS if found else 0
