"""In: all `NoteFacts`, the schema, the attachments. Out: `Facts`, and what is wrong between the notes. Room: resolve.

The one waiting room of the walk: names become things, classes are settled, descriptions of one thing become one, evidence gets
lines and columns. Notes are taken in natural order of their paths, so the order of the files changes nothing. Three steps, of which
only the first and the last see all notes:

    collect, settle   what every note names → `Names`
    describe          one note, `Names` → `Described`: kept until a name that it asks for means something else
    join              all `Described` → `Facts`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rotgraph.diagnostics import Checked
from rotgraph.model.draft import NoteFacts
from rotgraph.model.facts import Facts
from rotgraph.model.schema import Schema
from rotgraph.resolve.collect import collect
from rotgraph.resolve.describe import Describer
from rotgraph.resolve.join import join
from rotgraph.resolve.names import settle
from rotgraph.source import natural_key

__all__ = ["resolve"]


def resolve(found: Iterable[NoteFacts], schema: Schema, attachments: Sequence[str] = ()) -> Checked[Facts]:
    """Turn what the notes say into facts about things.

    Diagnostics: RG201 to RG209 (links), RG411 (records nothing describes), RG501 to RG503 (contradictions, cycles).
    """
    notes = sorted(found, key=lambda note: natural_key(note.path))
    named = [collect(note, schema) for note in notes]
    names = settle(named, schema, attachments)
    describer = Describer(names)
    notes.reverse()  # each is let go when it is described
    return join(named, (describer.describe(notes.pop())[0] for _ in named), names)
