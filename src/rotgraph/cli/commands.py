"""In: the arguments of a command. Out: what click makes of them, run: an exit status. Room: cli.

A command's module is imported when the command runs, so that each pays for itself and nothing else.
"""

from __future__ import annotations

from importlib import import_module

import click

from rotgraph.version import VERSION

__all__ = ["COMMANDS", "app", "run_command"]

COMMANDS = {
    "check": "rotgraph.cli.vaults",
    "compile": "rotgraph.cli.vaults",
    "diff": "rotgraph.cli.comparing",
    "explain": "rotgraph.cli.asking",
    "explore": "rotgraph.cli.drawing",
    "export": "rotgraph.cli.exporting",
    "fields": "rotgraph.cli.looking",
    "path": "rotgraph.cli.asking",
    "plot": "rotgraph.cli.drawing",
    "push": "rotgraph.cli.exporting",
    "query": "rotgraph.cli.asking",
    "repl": "rotgraph.cli.repl",
    "rule": "rotgraph.cli.rules",
    "schema": "rotgraph.cli.schemas",
    "show": "rotgraph.cli.looking",
    "validate": "rotgraph.cli.exporting",
    "watch": "rotgraph.cli.comparing",
}
"""Every command and the module it stands in, under its own name (``compile`` as ``compile_``)."""
_HELP = {
    "check": "What is wrong or doubtful in the notes.",
    "compile": "Read a vault and say what is in it.",
    "diff": "Facts that two states of the notes do not share.",
    "explain": "What a query means and how it runs.",
    "explore": "One page to look around in, without a connection.",
    "export": "The whole graph as RDF.",
    "fields": "Classes and their fields, how often filled, with examples.",
    "path": "How two things are connected.",
    "plot": "A picture of a class, a thing or an answer.",
    "push": "Bring a triple store in step with the notes.",
    "query": "Ask the notes.",
    "repl": "Ask one query after another, with completion and history.",
    "rule": "What a diagnostic code means and what to do.",
    "schema": "The schema of a vault.",
    "show": "Everything the notes say about one thing.",
    "validate": "Where the graph breaks its shapes (SHACL).",
    "watch": "Compile whenever a note is saved.",
}


class _ReaderGoneError(Exception):
    """Nobody reads the output any more. click would end the program with a status of its own for a broken pipe."""


class _Lazy(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name]), f"{cmd_name}_" if cmd_name in ("compile",) else cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101 - COMMANDS says so
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, _HELP[name]) for name in sorted(COMMANDS)])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, 1)
            raise click.UsageError(f"no command {name!r}" + (f": did you mean {near[0]!r}?" if near else ""), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGoneError from error


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, message="%(prog)s %(version)s")
def app() -> None:
    """Turns a folder of an analyst's Markdown notes into a typed knowledge graph, queried in one line of English.

    Example: rotgraph query "episodes where buy_side contains Energy" --vault examples/vault
    """


def run_command(arguments: list[str] | None) -> int:
    """Run what the arguments say, those of the process if there are none; its exit status.

    Raises:
        BrokenPipeError, KeyboardInterrupt, OSError, RotgraphError: as the command does.
    """
    try:
        return int(app.main(args=arguments, prog_name="rotgraph", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except _ReaderGoneError:
        raise BrokenPipeError from None
