"""In: what an export is asked to prove, the notes. Out: what quotes them. Room: api."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from rotgraph.errors import UnsupportedOperationError
from rotgraph.notes.encoding import decoded
from rotgraph.rdf.quotes import Quotes

__all__ = ["quotes_of"]


def quotes_of(provenance: str, notes: str | os.PathLike[str] | Mapping[str, str] | None) -> Quotes | None:
    """What quotes the notes where ``provenance`` is ``full``; None where it is empty.

    Raises:
        UnsupportedOperationError: another word, or the notes are not at hand.
    """
    if not provenance:
        return None
    if provenance != "full":
        raise UnsupportedOperationError(f"the provenance {provenance!r}", "export", "there is `full`")
    if notes is None:
        raise UnsupportedOperationError("the full provenance without the notes", "export", "say where they are: notes=")
    if isinstance(notes, Mapping):
        return Quotes(notes.get)
    folder = Path(notes)

    def read(path: str) -> str | None:
        try:
            note = decoded(path, (folder / path).read_bytes()).value
        except OSError:
            return None
        return note.text if note is not None else None

    return Quotes(read)
