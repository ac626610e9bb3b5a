"""In: a folder, a compiled graph, or a revision of the notes in git. Out: its graph. Room: api."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from rotgraph.api.opening import open_kept
from rotgraph.api.walk import compile_folder
from rotgraph.errors import VaultError
from rotgraph.model.graph import Graph

__all__ = ["graph_at"]


def graph_at(named: str, vault: str | os.PathLike[str], *, cache: bool = True) -> Graph:
    """The graph of a folder, of a compiled graph (``.rotgraph``), or of a vault as it was in a revision of git.

    Raises:
        VaultError: it is none of them.
    """
    path = Path(named)
    if (path / "CURRENT").is_file():
        return open_kept(path)
    if path.is_dir():
        return compile_folder(path, cache=cache)
    with TemporaryDirectory(prefix="rotgraph-") as folder:
        with tarfile.open(fileobj=io.BytesIO(_archive(named, vault))) as archive:
            archive.extractall(folder, filter="data")
        return compile_folder(folder, cache=False)


def _archive(revision: str, vault: str | os.PathLike[str]) -> bytes:
    """The files of a vault as they were in a revision."""
    wrong = f"{revision!r} is no folder, no compiled graph and no revision of {os.fspath(vault)}"
    if revision.startswith("-"):
        raise VaultError(wrong)
    try:
        made = subprocess.run(  # noqa: S603 - no shell reads it, and no revision begins with a dash
            ["git", "-C", os.fspath(vault), "archive", "--format=tar", revision, "."],  # noqa: S607 - the git that people use
            capture_output=True, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise VaultError(f"{wrong}; git, which would know, is not installed") from None
    if made.returncode:
        raise VaultError(f"{wrong}: {made.stderr.decode(errors='replace').strip()}")
    return made.stdout
