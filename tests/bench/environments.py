"""In: a folder. Out: the peers in it, each in an environment of its own, made the first time. For the suite of benches.

The Python peers are installed by pip. The importers of Dataview and of Datacore are bundled by esbuild from a clone of each, which
whoever runs the suite has made; what they depend on comes from npm.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

__all__ = ["IMPORTERS", "Environments", "Importer"]

HERE = Path(__file__).parent
PACKAGES = {
    "obsidiantools": ("obsidiantools==0.11.0",),
    "markdown-it-py": ("markdown-it-py==4.3.0",),
    "engines": ("numpy", "duckdb", "polars", "ladybug", "networkx", "pyoxigraph", "rdflib"),
}
"""Per environment, what is installed in it."""
MODULES = ("esbuild", "luxon@3", "parsimmon@1", "emoji-regex@10", "yaml@2", "sorted-btree@1", "papaparse@5", "remove-markdown@0.5")


@dataclass(frozen=True, slots=True)
class Importer:
    """A plug-in's importer."""

    entry: str
    """Its module, below the clone."""
    function: str


IMPORTERS = {
    "Dataview": Importer("src/data-import/markdown-file.ts", "parsePage"),
    "Datacore": Importer("src/index/import/markdown.ts", "markdownImport"),
}


class Environments:
    """The peers, below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def python(self, name: str) -> str:
        """The Python of an environment."""
        place = self.folder / name
        program = place / "bin" / "python"
        done = place / "installed"
        if not done.exists():
            venv.create(place, with_pip=True, clear=True)
            subprocess.run([program, "-m", "pip", "install", "--quiet", *PACKAGES[name]], check=True, stdout=sys.stderr)
            done.touch()
        return str(program)

    def importer(self, name: str, clone: Path) -> list[str]:
        """The command that runs a plug-in's importer, but for the vault."""
        place = self.folder / "node"
        bundle = place / f"{name}.cjs"
        told = IMPORTERS[name]
        if not bundle.exists():
            self._modules(place)
            source = place / f"{name}-source"
            shutil.rmtree(source, ignore_errors=True)
            source.mkdir()
            command = ["git", "-C", clone, "archive", "HEAD", "src", "tsconfig.json"]
            archive = subprocess.run(command, check=True, capture_output=True)
            subprocess.run(["tar", "-x", "-C", source], input=archive.stdout, check=True)
            subprocess.run(
                [
                    place / "node_modules/.bin/esbuild", source / told.entry, "--bundle", "--format=cjs", "--platform=node",
                    "--log-level=warning", f"--alias:obsidian={HERE / 'peers/obsidian.mjs'}", f"--outfile={bundle}",
                ],
                check=True, cwd=place, stdout=sys.stderr,
            )  # fmt: skip
        return ["node", str(HERE / "peers/import.mjs"), str(bundle), told.function]

    def _modules(self, place: Path) -> None:
        if not (place / "node_modules").exists():
            place.mkdir(parents=True, exist_ok=True)
            (place / "package.json").write_text(json.dumps({"private": True}), encoding="utf-8")
            subprocess.run(["npm", "install", "--silent", *MODULES], check=True, cwd=place, stdout=sys.stderr)
