"""In: a graph and a path. Out: a file, whole or not at all. Room: rdf.

Written to a temporary file beside it, synced, renamed over it, and the folder synced: whatever fails, the old export is still
there, and a reader sees the old one or the new one.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from rotgraph.errors import UnsupportedOperationError
from rotgraph.model.graph import Graph
from rotgraph.rdf.graphml import graphml
from rotgraph.rdf.linkml import linkml
from rotgraph.rdf.quads import jsonld, nquads, ntriples, trig
from rotgraph.rdf.quotes import Quotes
from rotgraph.rdf.rdf12 import rdf12
from rotgraph.rdf.turtle import turtle

__all__ = ["FORMATS", "MATERIALIZED", "SUFFIXES", "export", "format_of", "pieces", "write_file"]


def _linkml(graph: Graph) -> Iterator[str]:
    yield linkml(graph.schema)


FORMATS: Mapping[str, Callable[..., Iterator[str]]] = {
    "turtle": turtle,
    "trig": trig,
    "ntriples": ntriples,
    "nquads": nquads,
    "jsonld": jsonld,
    "rdf12": rdf12,
    "graphml": graphml,
    "linkml": _linkml,
}
"""What a single file can hold, each a function from a graph to pieces of text."""

MATERIALIZED = ("turtle", "trig", "ntriples", "nquads", "jsonld")
"""Formats that can also say what the world calls our classes and properties, and the characters that evidence stands on."""

SUFFIXES = {".ttl": "turtle", ".trig": "trig", ".nt": "ntriples", ".nq": "nquads", ".jsonld": "jsonld", ".graphml": "graphml"}
"""The formats that a suffix alone means; ``csvw`` is a folder of files, see `rotgraph.rdf.bundle.export_tables`."""


def format_of(path: str | Path) -> str:
    """The format that a file's suffix means.

    Raises:
        UnsupportedOperationError: none does.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnsupportedOperationError(f"a file {suffix or Path(path).name!r}", "export", f"name a format: {', '.join(FORMATS)}")
    return SUFFIXES[suffix]


def pieces(
    graph: Graph,
    format: str,  # noqa: A002 - the word of the command line
    *,
    materialize: bool = False,
    quotes: Quotes | None = None,
) -> Iterator[str]:
    """The text of an export, a piece at a time; ``materialize`` also says what the world calls our terms, ``quotes`` the words.

    Raises:
        UnsupportedOperationError: no such format, or one that has no terms to say that in.
    """
    if format not in FORMATS:
        raise UnsupportedOperationError(f"the format {format!r}", "export", f"there are {', '.join(FORMATS)}")
    if not materialize and quotes is None:
        return FORMATS[format](graph)
    if format not in MATERIALIZED:
        asked = "the world's terms" if materialize else "the full provenance"
        raise UnsupportedOperationError(f"{asked} in {format!r}", "export", f"ask for {', '.join(MATERIALIZED)}")
    return FORMATS[format](graph, materialize=materialize, quotes=quotes)


def export(
    graph: Graph,
    path: str | Path,
    format: str = "",  # noqa: A002 - as above
    *,
    materialize: bool = False,
    quotes: Quotes | None = None,
) -> None:
    """Write a graph to a file; without ``format``, the one that the file's suffix means.

    Raises:
        UnsupportedOperationError: no such format.
        SchemaError: the vault's base IRI can be none.
        OSError: the file cannot be written; what was there is as it was.
    """
    write_file(path, pieces(graph, format or format_of(path), materialize=materialize, quotes=quotes))


def write_file(path: str | Path, text: Iterable[str | bytes]) -> None:
    """Write text (UTF-8, line feeds as they are) or bytes to a file, whole or not at all; straight to a device or a pipe."""
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with open(target, "wb") as stream:
            stream.writelines(_bytes(piece) for piece in text)
        return
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".tmp", dir=target.parent)
    except OSError as error:  # it is about the file that is wanted, not about the one beside it
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None
    try:
        with open(handle, "wb") as stream:
            stream.writelines(_bytes(piece) for piece in text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _bytes(piece: str | bytes) -> bytes:
    return piece if isinstance(piece, bytes) else piece.encode()


def _mode(target: Path) -> int:
    """The permissions of the file it replaces, else those of any new file."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows has no handle of a folder to sync
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
