"""In: a name or a class. Out: what the notes say of it. Room: cli."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rotgraph.api.fields import ClassSummary, FieldSummary
from rotgraph.api.rows import plain_table
from rotgraph.cli.completing import complete_class, complete_name
from rotgraph.cli.options import endpoint_option, open_asked, open_vault, vault_option
from rotgraph.cli.screen import color_wanted, emit, width_wanted
from rotgraph.model.result import ResultColumn
from rotgraph.render.json_text import encode
from rotgraph.render.terminal_table import write_table

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph
    from rotgraph.api.store_graph import StoreGraph

__all__ = ["card_lines", "fields", "fields_lines", "show"]


@click.command()
@click.argument("cls", metavar="[CLASS]", required=False, shell_complete=complete_class)
@vault_option
@endpoint_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--reserved", is_flag=True, help="The words that need quotes as a name.")
def fields(cls: str | None, vault: Path | None, *, as_json: bool, reserved: bool) -> None:
    """The fields of a class, with kinds, operators, how often filled and an example; all classes without one.

    \b
    Examples:
      rotgraph fields
      rotgraph fields episodes
    """
    if reserved:
        from rotgraph.query.words import RESERVED

        emit(f"{word}\n" for word in RESERVED)
        return
    graph = open_asked(vault)
    if as_json:
        emit(f"{encode(dataclasses.asdict(each))}\n" for each in _summaries(graph, cls))
    else:
        emit(fields_lines(graph, cls), trusted=True)


_EXAMPLE = 48
"""Characters of an example."""
_EVERYWHERE = ("is", "is not", "in", "not in", "is known", "is unknown")


def fields_lines(graph: Graph | StoreGraph, cls: str | None) -> Iterator[str]:
    """The fields of a class, or all classes, as a table."""
    yield from _table(_summaries(graph, cls), classes=cls is None)
    if cls is not None:
        yield f"every field: {', '.join(_EVERYWHERE)}\n"


def _summaries(graph: Graph | StoreGraph, cls: str | None) -> Sequence[ClassSummary | FieldSummary]:
    return graph.classes() if cls is None else graph.fields(cls)


def _table(summaries: Sequence[ClassSummary | FieldSummary], *, classes: bool) -> Iterator[str]:
    rows = [_class_row(each) if isinstance(each, ClassSummary) else _field_row(each) for each in summaries]
    heads = ("class", "members", "shows", "") if classes else ("field", "kind", "filled", "operators", "example")
    columns = tuple(ResultColumn(head, "integer" if head in ("members", "filled") else "text") for head in heads)
    return write_table(plain_table(columns, rows), width_wanted(), color=color_wanted(sys.stdout))


def _class_row(each: ClassSummary) -> tuple[str | int, ...]:
    return (each.plural, each.members, ", ".join(each.columns), each.said or ("" if each.declared else "from the notes' tables"))


def _field_row(each: FieldSummary) -> tuple[str | int, ...]:
    detail = each.unit or " or ".join(each.classes)
    kind = f"{each.kind} ({detail})" if detail else each.kind
    operators = [word for word in each.operators if word not in _EVERYWHERE]
    return (each.name, kind + (", several" if each.many else ""), each.filled, " · ".join(operators), _start(each.example))


def _start(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXAMPLE else f"{line[: _EXAMPLE - 1]}…"


@click.command()
@click.argument("name", shell_complete=complete_name)
@vault_option
def show(name: str, vault: Path | None) -> None:
    """Everything the notes say about one thing, each fact with its place.

    \b
    Example:
      rotgraph show Energy
    """
    emit(card_lines(open_vault(vault), name), trusted=True)


def card_lines(graph: Graph, name: str) -> Iterator[str]:
    """What is said of a thing, as a table with places."""
    from rotgraph.api.cards import card_rows
    from rotgraph.render.harmless import harmless

    thing = graph.thing(name)
    yield f"{harmless(thing.name)}\n"
    yield f"{', '.join(thing.classes)} · {thing.id}\n"
    if thing.aliases:
        yield f"also {harmless(', '.join(thing.aliases))}\n"
    columns = (ResultColumn("field", "text"), ResultColumn("value", "text"), ResultColumn("place", "text"))
    yield "\n"
    yield from write_table(plain_table(columns, card_rows(thing, graph.schema)), width_wanted(), color=color_wanted(sys.stdout))
