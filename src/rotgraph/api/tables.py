"""In: a vault. Out: how each of its tables is read, and why. Room: api."""

from __future__ import annotations

import os
from collections.abc import Iterator

from rotgraph.api.walk import schema_of
from rotgraph.extract.note import recognise_tables
from rotgraph.late import dataclass
from rotgraph.notes.parse import parse_note
from rotgraph.notes.vault import read_vault

__all__ = ["TableReading", "read_tables"]


@dataclass(frozen=True, slots=True)
class TableReading:
    """One table: where it stands, how it is read, as which class, for which reason."""

    path: str
    line: int
    orientation: str
    cls: str
    rows: int
    header: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        what = f"{self.orientation} of {self.cls}" if self.cls else self.orientation
        return f"{self.path}:{self.line}: {what}, {self.rows} rows: {self.reason}"


def read_tables(path: str | os.PathLike[str]) -> Iterator[TableReading]:
    """How every table of a vault is read, note by note."""
    schema = schema_of(path)
    for source in read_vault(path, schema.ignore).value:
        for sheet, found in recognise_tables(parse_note(source).value, source, schema):
            cls = found.cls.name if found.cls is not None else ""
            line = source.place(sheet.table.start).line
            yield TableReading(source.path, line, found.orientation.value, cls, len(sheet.rows), sheet.headers, found.reason)
