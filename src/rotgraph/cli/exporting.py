"""In: a vault. Out: its graph as RDF. Room: cli."""

from __future__ import annotations

from pathlib import Path

import click

from rotgraph.cli.options import open_vault, vault_option
from rotgraph.cli.screen import emit
from rotgraph.rdf.write import FORMATS

__all__ = ["export"]


@click.command()
@vault_option
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="turtle", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; else the output.")
def export(vault: Path | None, form: str, out: Path | None) -> None:
    """The whole graph as RDF.

    \b
    Examples:
      rotgraph export > notes.ttl
      rotgraph export --format nquads --out notes.nq
    """
    graph = open_vault(vault)
    if out is None:
        emit(graph.serialize(form))
    else:
        graph.export(out, format=form)
