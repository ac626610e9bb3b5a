"""In: a class, a thing, a query, a vault. Out: a picture, a page. Room: cli."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from rotgraph.cli.options import find_vault, open_vault, parameter_option, vault_option
from rotgraph.cli.screen import emit_bytes

__all__ = ["explore", "plot"]


@click.command()
@click.argument("what")
@vault_option
@parameter_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file: .png or .svg; else PNG to the output.")
@click.option("--kind", type=click.Choice(["bars", "lines", "heat", "timeline"]), help="Else what the columns ask for.")
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
def plot(what: str, vault: Path | None, parameters: dict[str, Any], out: Path | None, kind: str | None, theme: str) -> None:
    """A picture: a class as a timeline, a thing among its neighbours, the answer to a query as the chart that suits it.

    \b
    Examples:
      rotgraph plot episodes --out episodes.svg
      rotgraph plot NVIDIA --out nvidia.png --theme dark
      rotgraph plot "returns show about, year, value" --out returns.png
    """
    if out is None and sys.stdout.isatty():
        raise click.UsageError("name the file with --out, or send the picture on: rotgraph plot … > picture.png")
    if out is not None and out.suffix.lower() not in (".png", ".svg"):
        raise click.BadParameter("name it .png or .svg", param_hint="--out")
    graph = open_vault(vault)
    if parameters:  # only a query has them
        picture = graph.query(what, **parameters).plot(kind=kind or "", theme=theme)
    else:
        picture = graph.plot(what, kind=kind or "", theme=theme)
    if out is not None:
        picture.save(out)
        print(f"{out}: {picture.kind}")
    else:
        emit_bytes(picture.render("png"))
    for note in picture.notes:
        print(f"note: {note}", file=sys.stderr)


@click.command()
@vault_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("graph.html"), show_default=True)
@click.option("--title", help="The title of the page: else the name of the folder.")
@click.option("--query", "queries", multiple=True, metavar="NAME=QUERY", help="A result to keep in the page; any number of times.")
def explore(vault: Path | None, out: Path, title: str | None, queries: tuple[str, ...]) -> None:
    """One HTML file with the whole graph: search, queries, pictures, every fact beside the line that states it. It works offline.

    \b
    Examples:
      rotgraph explore
      rotgraph explore --out desk.html --query "winners=top 5 returns by value"
    """
    asked = {}
    for each in queries:
        name, equals, text = each.partition("=")
        if not equals or not name.strip() or not text.strip():
            raise click.BadParameter(f"{each!r}: write NAME=QUERY", param_hint="--query")
        asked[name.strip()] = text.strip()
    graph = open_vault(vault)
    page = graph.explore(out, title=title or find_vault(vault).resolve().name or "Notes", queries=asked)
    notes, size = dict(graph.counts())["notes"], max(1, round(len(page.encode()) / 1e6))
    print(f"{out}: {notes:,} notes, {size} MB")
