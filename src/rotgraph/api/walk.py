"""In: notes, or the text of a query. Out: a graph, or its answer: the walk, top to bottom. Room: api."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rotgraph.check.graph import check
from rotgraph.diagnostics import Checked, Diagnostic
from rotgraph.extract.note import extract
from rotgraph.model.build import build_graph
from rotgraph.model.draft import NoteFacts
from rotgraph.model.graph import Graph
from rotgraph.model.schema import Schema
from rotgraph.model.schema_file import builtin_schema, read_schema
from rotgraph.notes.parse import parse_note
from rotgraph.notes.vault import attachments, read_vault, sources_from
from rotgraph.resolve.vault import resolve
from rotgraph.source import Source

__all__ = ["SCHEMA_FILE", "compile_folder", "compile_sources", "compile_texts", "read_notes", "schema_of"]

SCHEMA_FILE = "rotgraph.toml"
"""A vault's own schema, at its root."""


def compile_folder(path: str | os.PathLike[str]) -> Graph:
    """The graph of a vault: every note of a folder.

    Raises:
        VaultError: the path is no folder.
        SchemaError: its ``rotgraph.toml`` is wrong.
    """
    schema = schema_of(path)
    read = read_vault(path, schema.ignore)
    return compile_sources(read.value, schema, attachments(path, schema.ignore), read.diagnostics)


def compile_texts(notes: Mapping[str, str], schema: str = "") -> Graph:
    """The graph of notes that are no files: path to text. ``rotgraph.toml`` may be among them, other files by name."""
    sources = sources_from({path: text for path, text in notes.items() if path.lower().endswith(".md")})
    others = tuple(sorted(path for path in notes if not path.lower().endswith(".md")))
    text = schema or notes.get(SCHEMA_FILE, "")
    return compile_sources(sources, read_schema(text, SCHEMA_FILE) if text else builtin_schema(), others)


def compile_sources(
    sources: Iterable[Source], schema: Schema, others: Sequence[str] = (), diagnostics: tuple[Diagnostic, ...] = ()
) -> Graph:
    """Notes to graph. ``others`` are the files beside them, which embeds may name; ``diagnostics`` come from reading."""
    with _no_collection():
        sources = tuple(sources)
        notes, found = [], [*diagnostics]
        for read in read_notes(sources, schema):
            notes.append(read.value)
            found.extend(read.diagnostics)
        facts = resolve(notes, schema, others)
        found.extend(facts.diagnostics)
        graph = build_graph(facts.value)
        found.extend(check(graph, graph.schema))
        return graph.with_diagnostics(_shown(found, sources))


def read_notes(sources: Iterable[Source], schema: Schema) -> Iterator[Checked[NoteFacts]]:
    """What each note says by itself, names still as written: a pure function of one note and the schema."""
    for source in sources:
        document = parse_note(source)
        facts = extract(document.value, source, schema)
        yield Checked(facts.value, (*document.diagnostics, *facts.diagnostics))


def _shown(diagnostics: Iterable[Diagnostic], sources: Iterable[Source]) -> tuple[Diagnostic, ...]:
    """Each once, by place, with the line it speaks of: rooms that see no source leave it to be filled in."""
    by_path = {source.path: source for source in sources}
    return tuple(
        replace(each, source_line=by_path[each.path].line(each.line))
        if not each.source_line and each.path in by_path and each.line <= len(by_path[each.path].line_starts)
        else each
        for each in sorted(set(diagnostics))
    )


def schema_of(path: str | os.PathLike[str]) -> Schema:
    """The schema of a vault: the built-in one, extended by its ``rotgraph.toml``."""
    file = Path(path) / SCHEMA_FILE
    return read_schema(file.read_text(encoding="utf-8"), SCHEMA_FILE) if file.is_file() else builtin_schema()


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
