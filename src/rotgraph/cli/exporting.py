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
@click.option("--format", "form", type=click.Choice([*FORMATS, "csvw"]), help="Else what the suffix of --out means, else turtle.")
@click.option("--out", type=click.Path(path_type=Path), help="The file (csvw: the folder); else the output.")
@click.option("--bundle", type=click.Path(file_okay=False, path_type=Path), help="A folder: data, ontology, shapes, context.")
def export(vault: Path | None, form: str | None, out: Path | None, bundle: Path | None) -> None:
    """The whole graph as RDF, GraphML, LinkML or CSVW.

    \b
    Examples:
      rotgraph export > notes.ttl
      rotgraph export --out notes.nq
      rotgraph export --format csvw --out tables
      rotgraph export --bundle published
    """
    if form == "csvw" and out is None:
        raise click.UsageError("csvw is a folder of files: name it with --out")
    graph = open_vault(vault)
    if bundle is not None:
        graph.export(bundle, format="bundle")
    elif out is not None:
        graph.export(out, format=form or "")
    else:
        emit(graph.serialize(form or "turtle"))
