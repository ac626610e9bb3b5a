"""In: notes, or the text of a query. Out: a graph, or its answer: the walk, top to bottom. Room: api."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rotgraph.api.moving import graph_moved
from rotgraph.api.patching import graph_patched
from rotgraph.check.graph import check
from rotgraph.diagnostics import Checked, Diagnostic
from rotgraph.disk.crew import Crew
from rotgraph.disk.gather import Gathered, Work, gather
from rotgraph.disk.home import home_of
from rotgraph.disk.progress import ProgressLine
from rotgraph.disk.shelf import Shelf, clock_of
from rotgraph.errors import UnusableError
from rotgraph.extract.note import extract
from rotgraph.model.build import build_graph
from rotgraph.model.draft import NoteFacts
from rotgraph.model.facts import Facts
from rotgraph.model.graph import Graph
from rotgraph.model.memory import give_back, keep_large_apart
from rotgraph.model.schema import Schema
from rotgraph.model.schema_file import builtin_schema, decoded, read_schema
from rotgraph.model.spool import Spool, forget
from rotgraph.model.told import LinesOf, told_once
from rotgraph.notes.parse import parse_note
from rotgraph.notes.vault import Folder, attachments, given_name, read_vault, sources_from
from rotgraph.resolve.join import join
from rotgraph.resolve.vault import resolve
from rotgraph.source import Source, shown_lines

__all__ = ["SCHEMA_FILE", "compile_folder", "compile_sources", "compile_texts", "read_notes", "schema_of"]

SCHEMA_FILE = "rotgraph.toml"
"""A vault's own schema, at its root."""


def compile_folder(path: str | os.PathLike[str], *, cache: bool = True, verify: bool = False, work: Work | None = None) -> Graph:
    """The graph of a vault: every note of a folder.

    Args:
        cache: keep the graph under ``.rotgraph/``, and read again only what has changed since; else nothing is written.
        verify: hash every note, and compare what is kept with its checksums, whatever sizes and times say.
        work: counts what is done.

    Raises:
        VaultError: the path is no folder.
        SchemaError: its ``rotgraph.toml`` is wrong.
    """
    schema = schema_of(path)
    folder = Folder(path, schema.ignore)
    with _no_collection():
        shelf = _shelf(path, schema, verify=verify) if cache else None
        if shelf is None:
            read = read_vault(path, schema.ignore)
            return compile_sources(read.value, schema, attachments(path, schema.ignore), read.diagnostics)
        work = work or Work()
        found = gather(folder, shelf, work, verify=verify)
        graph: Graph | None = shelf.graph if found.same else None
        meanings = settled = b""
        if graph is None:
            graph, meanings, settled = _joined(found, schema)
        try:
            return shelf.save(graph, found.findings, found.others_hash, meanings, settled)
        except (OSError, UnusableError) as error:
            print(f"rotgraph: the compiled graph is not kept: {error}", file=sys.stderr)
            return graph


def _shelf(path: str | os.PathLike[str], schema: Schema, *, verify: bool) -> Shelf | None:
    """What is kept of a vault; None where nothing can be written."""
    try:
        shelf = Shelf(path, schema.ignore, clock_of(home_of(path)))
        shelf.load(check=verify)
    except OSError:
        return None
    if shelf.trouble:
        print(f"rotgraph: {shelf.trouble}: compiling again", file=sys.stderr)
    return shelf


def compile_texts(notes: Mapping[str, str], schema: str = "") -> Graph:
    """The graph of notes that are no files: path to text. ``rotgraph.toml`` may be among them, other files by name."""
    for path, text in notes.items():
        if not isinstance(text, str):
            raise TypeError(f"{path}: a note is a text, not {type(text).__name__}")
    sources = sources_from({path: text for path, text in notes.items() if path.lower().endswith(".md")})
    others = tuple(sorted(given_name(path) for path in notes if not path.lower().endswith(".md")))
    vault_schema = schema or notes.get(SCHEMA_FILE, "")
    schema_ = read_schema(vault_schema, SCHEMA_FILE) if vault_schema else builtin_schema()
    return compile_sources(sources.value, schema_, others, sources.diagnostics)


def compile_sources(
    sources: Iterable[Source], schema: Schema, others: Sequence[str] = (), diagnostics: Sequence[Diagnostic] = ()
) -> Graph:
    """Notes to graph. ``others`` are the files beside them, which embeds may name; ``diagnostics`` come from reading."""
    with _no_collection():
        sources = tuple(sources)
        notes, found = [], [*diagnostics]
        for read in read_notes(sources, schema):
            notes.append(read.value)
            found.extend(read.diagnostics)
        by_path = {source.path: source for source in sources}
        facts = resolve(_handed_over(notes), schema, others)
        return _built(facts, found, lambda path, numbers: shown_lines(by_path.get(path), numbers))


def _joined(found: Gathered, schema: Schema) -> tuple[Graph, bytes, bytes]:
    """The graph of a folder, what all names mean, what settling them came to: what is kept of a note is taken, the rest is made."""
    keep_large_apart()
    with ProgressLine("reading notes:") as progress, Crew(schema, progress, folder=found.shelf.home.folder) as crew:
        spool = Spool(found.shelf.home.folder)
        if found.shelf.graph is not None:
            found.shelf.graph.put_down(spool)
        notes = found.names(crew)
        found.shelf.name_ahead(found.findings)
        names, settled = found.settle(schema, notes)
        paths = [note.path for note in notes]
        meanings = found.describe(crew, names, paths)
        moved = graph_moved(found, notes, names, spool) or graph_patched(found, notes, names, spool)
        if moved is not None:
            return _checked(moved, found.diagnostics, (moved.diagnostics,), found.lines), meanings, settled
        found.work.joined += len(notes)
        found.shelf.file_ahead(found.findings, found.others_hash)
        facts = join(notes, found.described(crew, names, paths), names, spool)
    del notes, names
    give_back()
    return _built(facts, found.diagnostics, found.lines, spool), meanings, settled


def _handed_over(notes: list[NoteFacts]) -> Iterator[NoteFacts]:
    """Notes whose holder keeps none of them."""
    while notes:
        yield notes.pop()


def _built(facts: Checked[Facts], found: Sequence[Diagnostic], lines: LinesOf, spool: Spool | None = None) -> Graph:
    """Facts as a graph. ``found`` is what reading the notes found wrong."""
    return _checked(build_graph(facts.value, spool=spool), found, (found, facts.diagnostics), lines)


def _checked(graph: Graph, found: Sequence[Diagnostic], told: Sequence[Sequence[Diagnostic]], lines: LinesOf) -> Graph:
    """A graph with what is wrong in the notes: what was told before, and what only the whole shows."""
    doubted = {(each.path, each.line, each.column) for each in found if each.code.startswith("RG3")}
    checked = [each for each in check(graph, graph.schema) if (each.path, each.line, each.column) not in doubted]  # said already
    forget()
    return graph.with_diagnostics(told_once((*told, checked), lines))


def read_notes(sources: Iterable[Source], schema: Schema) -> Iterator[Checked[NoteFacts]]:
    """What each note says by itself, names still as written: a pure function of one note and the schema."""
    for source in sources:
        document = parse_note(source)
        facts = extract(document.value, source, schema)
        yield Checked(facts.value, (*document.diagnostics, *facts.diagnostics))


def schema_of(path: str | os.PathLike[str]) -> Schema:
    """The schema of a vault: the built-in one, extended by its ``rotgraph.toml``."""
    file = Path(path) / SCHEMA_FILE
    return read_schema(decoded(file.read_bytes(), SCHEMA_FILE), SCHEMA_FILE) if file.is_file() else builtin_schema()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of small objects are made, none in a ring: looking for rings takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
