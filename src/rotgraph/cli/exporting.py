"""In: a vault. Out: its graph as RDF, in files or in a store, and whether it has its shapes. Room: cli."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from rotgraph.cli.answering import ERRORS
from rotgraph.cli.options import find_vault, open_vault, store_option, vault_option
from rotgraph.cli.screen import emit
from rotgraph.disk.progress import ProgressLine
from rotgraph.errors import UnsupportedOperationError
from rotgraph.model.schema import Schema
from rotgraph.rdf.write import FORMATS, MATERIALIZED, format_of
from rotgraph.stores.profiles import masked

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph

__all__ = ["export", "push", "validate"]

_SHOWN = 20
"""Changes that a push lists by name."""


@click.command()
@vault_option
@click.option("--format", "form", type=click.Choice([*FORMATS, "csvw"]), help="Else what the suffix of --out means, else turtle.")
@click.option("--out", type=click.Path(path_type=Path), help="The file (csvw: the folder); else the output.")
@click.option("--bundle", type=click.Path(file_okay=False, path_type=Path), help="A folder: data, ontology, shapes, context.")
@click.option("--materialize", is_flag=True, help="Say also what the world (schema.org, SKOS, …) calls classes and properties.")
@click.option(
    "--provenance", type=click.Choice(["full"]), help="full: the very characters of the notes, by position and quotation."
)
@click.option("--rdf12", is_flag=True, help="A file of RDF 1.2 beside it, evidence as named reifiers: notes.rdf12.ttl.")
def export(
    vault: Path | None,
    form: str | None,
    out: Path | None,
    bundle: Path | None,
    provenance: str | None,
    *,
    materialize: bool,
    rdf12: bool,
) -> None:
    """The whole graph as RDF, GraphML, LinkML or CSVW.

    \b
    Examples:
      rotgraph export > notes.ttl
      rotgraph export --out notes.nq
      rotgraph export --format csvw --out tables
      rotgraph export --bundle published --materialize --rdf12
    """
    if bundle is not None and (out is not None or form is not None):
        raise click.UsageError("--bundle is a folder with files of several formats: leave --out and --format out")
    if form == "csvw" and out is None:
        raise click.UsageError("csvw is a folder of files: name it with --out")
    if rdf12 and bundle is None and out is None:
        raise click.UsageError("--rdf12 is a file beside another: name that with --out or --bundle, or ask for --format rdf12")
    form = form or (_form_of(out) if out is not None else "turtle")
    if materialize and form not in MATERIALIZED:
        raise click.UsageError(f"--materialize goes into {', '.join(MATERIALIZED)}, not into {form}")
    if provenance and form not in MATERIALIZED:
        raise click.UsageError(f"--provenance goes into {', '.join(MATERIALIZED)}, not into {form}")
    graph = open_vault(vault)
    _tell_base(graph)
    proof, notes = provenance or "", find_vault(vault)
    if bundle is not None:
        graph.export(bundle, "bundle", materialize=materialize, provenance=proof, notes=notes)
        if rdf12:
            graph.export(bundle / "data.rdf12.ttl", "rdf12")
    elif out is not None:
        graph.export(out, form, materialize=materialize, provenance=proof, notes=notes)
        if rdf12:
            graph.export(out.with_name(f"{out.stem}.rdf12.ttl"), "rdf12")
    else:
        emit(graph.serialize(form, materialize=materialize, provenance=proof, notes=notes))


def _form_of(out: Path) -> str:
    """The format that a file's suffix means."""
    try:
        return format_of(out)
    except UnsupportedOperationError as error:
        raise click.BadParameter(str(error), param_hint="--out") from None


def _tell_base(graph: Graph) -> None:
    """Identities that leave this machine should be somebody's own."""
    if graph.schema.base == Schema(()).base:
        print(f"note: no base IRI is set, so identities begin with {graph.schema.base}: put "
              '`base = "https://…/"` into rotgraph.toml', file=sys.stderr)  # fmt: skip


@click.command()
@click.argument("url")
@store_option
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True, help="Seconds for a request.")
@vault_option
def push(url: str, vault: Path | None, timeout: float, *, dry_run: bool) -> None:
    """Bring a triple store in step with the notes: a named graph per note, only those that changed are sent.

    User and password stand in the environment (ROTGRAPH_USER, ROTGRAPH_PASSWORD; a token in ROTGRAPH_TOKEN) or in .netrc.

    \b
    Examples:
      rotgraph push http://localhost:7878 --dry-run
      rotgraph push http://localhost:3030/notes --store fuseki
      rotgraph push oxigraph:store
    """
    from rotgraph.api.store_graph import check_target

    make = click.get_current_context().meta.get("rotgraph.store", "")
    check_target(url, make)  # before the notes are read, which may take long
    graph = open_vault(vault)
    _tell_base(graph)
    began = perf_counter()
    with ProgressLine("pushing graphs:") as progress:
        done = graph.push(url, make, dry_run=dry_run, timeout=timeout, progress=progress)
    for change in done.changes[:_SHOWN]:
        emit([f"{change.verb:<6} {change.graph}", f"  {change.triples:,} triples\n" if change.triples else "\n"])
    if len(done.changes) > _SHOWN:
        emit([f"… and {len(done.changes) - _SHOWN:,} more\n"])
    put = sum(change.verb == "PUT" for change in done.changes)
    ways = ("to put", "to delete") if dry_run else ("put", "deleted")
    said = f"{put:,} graph{'' if put == 1 else 's'} {ways[0]}, {len(done.changes) - put:,} {ways[1]}"
    took = "" if dry_run else f" in {perf_counter() - began:.1f} s"
    print(f"{masked(url)}: {said}, {done.unchanged:,} unchanged; {done.triples:,} triples in all{took}", file=sys.stderr)


@click.command()
@vault_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Warnings make the status 1, too.")
def validate(vault: Path | None, form: str, *, strict: bool) -> int:
    """Where the graph breaks its shapes (SHACL), by note and line. Exit status 1 if it does; warnings are no breach.

    \b
    Example:
      rotgraph validate --vault examples/vault
    """
    found = open_vault(vault).validate()
    if form == "json":
        emit([json.dumps([each.to_dict() for each in found], ensure_ascii=False, indent=2) + "\n"])
    else:
        emit(f"{each}\n" for each in found)
        counts = [sum(each.severity == kind for each in found) for kind in ("violation", "warning")]
        words = (f"{count} {kind}{'' if count == 1 else 's'}" for count, kind in zip(counts, ("violation", "warning"), strict=True))
        print(", ".join(words), file=sys.stderr)
    return ERRORS if any(strict or each.severity == "violation" for each in found) else 0
