"""In: nothing. Out: what several commands share: which vault, which format. Room: cli."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from rotgraph.cli.question import FORMATS, nearest_vault, pairs_of

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph
    from rotgraph.api.store_graph import StoreGraph

__all__ = [
    "directory_argument",
    "endpoint_option",
    "find_vault",
    "format_option",
    "keeps_answers",
    "open_asked",
    "open_vault",
    "parameter_option",
    "store_option",
    "vault_option",
]

_F = TypeVar("_F", bound=Callable[..., object])


def vault_option(command: _F) -> _F:
    """``--vault DIR``, ``--graph PATH`` and ``--no-cache``."""
    command = click.option(
        "--graph", "graph_path", type=click.Path(exists=True, path_type=Path), expose_value=False, callback=_remember,
        help="A compiled graph (a vault's .rotgraph) or an export of one, asked without looking at the notes.",
    )(command)  # fmt: skip
    command = _cache_option(command)
    return click.option(
        "--vault",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The vault: else the nearest folder above with rotgraph.toml or .obsidian/, else this one.",
    )(command)


def directory_argument(command: _F) -> _F:
    """``[DIR]``, and ``--no-cache``."""
    command = _cache_option(command)
    return click.argument("directory", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))(command)


def _cache_option(command: _F) -> _F:
    return click.option(
        "--no-cache", is_flag=True, expose_value=False, callback=_remember, help="Read every note; write nothing into the vault."
    )(command)


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """What `open_vault` asks for: every command has it, none hands it on."""
    if value:
        context.meta[f"rotgraph.{parameter.name}"] = value


def endpoint_option(command: _F) -> _F:
    """``--endpoint URL`` and ``--store``: ask a triple store instead of a vault."""
    command = store_option(command)
    return click.option(
        "--endpoint", metavar="URL", expose_value=False, callback=_remember,
        help="Ask a triple store instead: the URL of its SPARQL endpoint, or oxigraph:DIR. "
        "Saved queries are those of the vault here.",
    )(command)  # fmt: skip


def store_option(command: _F) -> _F:
    """``--store``: the make of a triple store."""
    return click.option(
        "--store", metavar="MAKE", expose_value=False, callback=_remember,
        help="Its make, where the URL does not tell: oxigraph, fuseki, virtuoso, graphdb, rdf4j, stardog, qlever, neptune.",
    )(command)  # fmt: skip


def format_option(command: _F) -> _F:
    """``--format`` of a result, and ``--raw``."""
    command = click.option("--raw", is_flag=True, help="csv and tsv: escape no cell, even if a spreadsheet would run it.")(command)
    return click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)(command)


def parameter_option(command: _F) -> _F:
    """``--param x=10%``, any number of times."""
    return click.option(
        "--param", "parameters", multiple=True, metavar="NAME=VALUE", callback=_pairs, help="A value for $NAME in the query."
    )(command)


def _pairs(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = pairs_of(given)
    if pairs is None:
        wrong = next(each for each in given if pairs_of([each]) is None)
        raise click.BadParameter(f"{wrong!r}: write NAME=VALUE, as in x=10%")
    return pairs


def find_vault(given: Path | None) -> Path:
    """The vault that is meant: the one named, the nearest folder above that looks like one, this folder."""
    return given if given is not None else Path(nearest_vault())


def keeps_answers() -> bool:
    """Whether answers about the vault may be kept in it: not where something else is asked, or nothing may be written."""
    asked = click.get_current_context().meta
    return not any(f"rotgraph.{each}" in asked for each in ("graph_path", "endpoint", "store", "no_cache"))


def open_asked(given: Path | None) -> Graph | StoreGraph:
    """What a query is asked of: the triple store of ``--endpoint``, or as `open_vault`."""
    asked = click.get_current_context().meta
    if "rotgraph.endpoint" not in asked:
        if "rotgraph.store" in asked:
            raise click.UsageError("--store says the make of the store of --endpoint: name that, too")
        return open_vault(given)
    if given is not None or "rotgraph.graph_path" in asked:
        raise click.UsageError("--endpoint asks a store: leave --vault and --graph out")
    from rotgraph.api.store_graph import connect

    found = connect(asked["rotgraph.endpoint"], asked.get("rotgraph.store", ""), queries=_saved_here())
    click.get_current_context().call_on_close(found.close)
    return found


def _saved_here() -> dict[str, str]:
    """The saved queries of the vault one stands in: a store keeps none."""
    from rotgraph.model.saved_query import saved_queries

    schema = find_vault(None) / "rotgraph.toml"
    return saved_queries(schema.read_text(encoding="utf-8")) if schema.is_file() else {}


def open_vault(given: Path | None) -> Graph:
    """The compiled vault, or the graph that ``--graph`` names."""
    from rotgraph.api.opening import compile_vault, open_graph

    asked = click.get_current_context().meta
    if "rotgraph.graph_path" in asked:
        return open_graph(asked["rotgraph.graph_path"])
    return compile_vault(find_vault(given), cache="rotgraph.no_cache" not in asked)
