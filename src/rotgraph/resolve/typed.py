"""In: the schema and all notes. Out: the schema with the classes that notes give themselves (`type: recipe`). Room: resolve."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rotgraph.extract.headers import plural_of
from rotgraph.late import replace
from rotgraph.model.draft import Draft, NoteFacts
from rotgraph.model.named import NoteNames
from rotgraph.model.schema import ClassDef, Schema

__all__ = ["rows_apart", "typed_classes", "with_types"]

_SAID = "what notes of that type are about"


def typed_classes(schema: Schema, notes: Sequence[NoteNames]) -> frozenset[str]:
    """Classes that front matter names and no schema declares."""
    named = {cls for note in notes for cls, _ in note.classes}
    return frozenset(named - schema.by_name.keys())


def with_types(schema: Schema, names: frozenset[str]) -> Schema:
    """The schema with those classes: things, as what front matter speaks of is one."""
    if not names:
        return schema
    made = (ClassDef(name, plural_of(name), ("thing",), term=_term(name), declared=False, said=_SAID) for name in sorted(names))
    return replace(schema, classes=(*schema.classes, *made))


def rows_apart(note: NoteFacts, typed: frozenset[str]) -> NoteFacts:
    """Rows of tables whose first header is such a word are no members of it: ``recipe_row``."""
    return _rows_apart(note, typed) if typed and any(_is_row(each, typed) for each in note.drafts) else note


def _is_row(draft: Draft, typed: frozenset[str]) -> bool:
    return draft.form == "record" and draft.cls in typed


def _rows_apart(note: NoteFacts, typed: frozenset[str]) -> NoteFacts:
    drafts = tuple(
        msgspec.structs.replace(each, cls=f"{each.cls}_row", plural=plural_of(f"{each.cls}_row")) if _is_row(each, typed) else each
        for each in note.drafts
    )
    return msgspec.structs.replace(note, drafts=drafts)


def _term(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
