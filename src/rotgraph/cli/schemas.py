"""In: a vault's schema. Out: what it comes to, what is wrong with it. Room: cli."""

from __future__ import annotations

from pathlib import Path

import click

from rotgraph.api.schema_text import schema_text
from rotgraph.api.walk import SCHEMA_FILE, schema_of
from rotgraph.cli.options import find_vault, vault_option
from rotgraph.cli.screen import emit

__all__ = ["schema", "show_schema", "validate"]


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
@vault_option
def validate(vault: Path | None) -> None:
    """Whether rotgraph.toml can be used; what is wrong with it, with its line.

    \b
    Example:
      rotgraph schema validate --vault examples/vault
    """
    folder = find_vault(vault)
    made = schema_of(folder)
    if not (folder / SCHEMA_FILE).is_file():
        emit([f"no {SCHEMA_FILE} in {folder}: the built-in schema holds\n"])
        return
    emit([f"{SCHEMA_FILE} is right: {len(made.classes)} classes, {len(made.queries)} saved queries\n"])
