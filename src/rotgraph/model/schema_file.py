"""In: TOML, the built-in schema or a vault's ``rotgraph.toml``. Out: `Schema`. Room: model.

What people write is checked by pydantic; a wrong key or value is one `SchemaError` naming the line. The built-in schema is the
same form, read by the same code. Pydantic is imported when a file is read, not on the path of a query.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rotgraph.errors import SchemaError
from rotgraph.late import replace
from rotgraph.model.schema import ClassDef, Field, LexiconEntry, Schema, fold
from rotgraph.model.schema_faults import faults, line_of, unknown_key

if TYPE_CHECKING:
    from rotgraph.model.schema_form import ClassForm, FieldForm, SchemaForm

__all__ = ["builtin_schema", "decoded", "read_schema"]

_BUILTIN = Path(__file__).with_name("markets.toml")


@lru_cache(maxsize=1)
def builtin_schema() -> Schema:
    """The schema `markets` alone."""
    return _schema(_form(_BUILTIN.read_text(encoding="utf-8"), _BUILTIN.name), Schema(()))


def read_schema(text: str, name: str = "rotgraph.toml") -> Schema:
    """The built-in schema extended by a vault's own.

    Raises:
        SchemaError: not TOML, an unknown key, a value of the wrong type, a name of nothing, a circle; with the line.
    """
    text = text.removeprefix("\ufeff")
    form = _form(text, name)
    base = builtin_schema() if form.extends == "markets" else Schema(())
    for path, said in faults(form, base):
        raise SchemaError(f"{name}:{line_of(text, path)}: {'.'.join(path)}: {said}")
    return _schema(form, base)


def decoded(data: bytes, name: str = "rotgraph.toml") -> str:
    """The text of a schema file.

    Raises:
        SchemaError: a byte that is no UTF-8, with its line.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SchemaError(f"{name}:{line}: byte 0x{data[error.start]:02X} is no UTF-8: save the file as UTF-8") from None


def _form(text: str, name: str) -> SchemaForm:
    from pydantic import ValidationError

    from rotgraph.model.schema_form import SchemaForm

    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(f"{name}: not TOML: {error}") from None
    try:
        return SchemaForm.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        path = tuple(str(step) for step in first["loc"] if "[" not in str(step))  # not which of two forms was tried
        said = unknown_key(path, SchemaForm) if first["type"] == "extra_forbidden" else first["msg"]
        raise SchemaError(f"{name}:{line_of(text, path)}: {'.'.join(path)}: {said}") from None


def _schema(form: SchemaForm, base: Schema) -> Schema:
    classes = {definition.name: definition for definition in base.classes}
    for name, each in form.classes.items():
        classes[name] = _class(name, each, classes.get(name))
    return Schema(
        classes=tuple(classes.values()),
        lexicon=_lexicon(form, base),
        base=form.base or base.base,
        queries=(*base.queries, *form.queries.items()),
        settings=(*base.settings, *form.flat_settings()),
        pair_headers=_more(base.pair_headers, form.pair_headers),
        thing_pair_headers=_more(base.thing_pair_headers, form.thing_pair_headers),
        measure_words=_more(base.measure_words, form.measure_words),
        ongoing=_more(base.ongoing, form.ongoing),
        related_headings=_more(base.related_headings, form.related_headings),
        source_headings=_more(base.source_headings, form.source_headings),
        qualifiers=_more(base.qualifiers, form.qualifiers),
        comparing=_more(base.comparing, form.comparing),
        nobody=_more(base.nobody, form.nobody),
        trailing=_more(base.trailing, form.trailing),
        legal_forms=_more(base.legal_forms, form.legal_forms),
        sums=_more(base.sums, form.sums),
        citing=_more(base.citing, form.citing),
        unit_headers=_more(base.unit_headers, form.unit_headers),
        exchanges=_more(base.exchanges, form.exchanges),
        listing_words=_more(base.listing_words, form.listing_words),
        holding_words=_more(base.holding_words, form.holding_words),
        plain=(*base.plain, *form.plain_words()),
        ignore=(*base.ignore, *form.ignore),
        tables=(*base.tables, *((fold(heading), value) for heading, value in form.tables.items())),
    )


def _lexicon(form: SchemaForm, base: Schema) -> tuple[LexiconEntry, ...]:
    """The names the schema knows: those of the lexicon, and those that other tables of the file speak of."""
    entries = {(entry.cls, entry.name): entry for entry in base.lexicon}
    for cls, names in form.lexicon_names().items():
        for name, aliases in names.items():
            entries[cls, name] = LexiconEntry(name, cls, tuple(aliases), own=bool(base.classes))
    known = {fold(name): key for key, entry in entries.items() for name in (*entry.aliases, entry.name)}
    spoken = [(name, "thing") for name in (*form.aliases, *form.broader, *form.broader.values(), *form.groups)]
    for name, cls in (*spoken, *((name, "group") for name in form.groups.values())):
        if fold(name) not in known:
            known[fold(name)] = cls, name
            entries[cls, name] = LexiconEntry(name, cls, own=bool(base.classes))
    for name, above in form.broader.items():
        key = known[fold(name)]
        entries[key] = replace(entries[key], broader=above)
    for name, group in form.groups.items():
        key = known[fold(name)]
        entries[key] = replace(entries[key], group=group)
    for name, aliases in form.aliases.items():
        key = known[fold(name)]
        entries[key] = replace(entries[key], aliases=(*entries[key].aliases, *aliases), own=True)
    return tuple(entries.values())


def _more(base: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*base, *map(fold, more))))


def _class(name: str, form: ClassForm, old: ClassDef | None) -> ClassDef:
    given = form.model_fields_set
    parts: dict[str, object] = {}
    for each in ("plural", "merge", "named", "value", "label", "partial", "suffix", "aside", "near", "said", "term"):
        if each in given:
            parts[each] = getattr(form, each)
    for each in ("parents", "key", "columns", "matrix", "beside", "subjects", "leads", "yields", "signs", "apart"):
        if each in given:
            parts[each] = tuple(getattr(form, each))
    for each in ("headers", "loose_headers", "tags", "traits", "words", "wide", "metrics", "labels"):
        if each in given:
            more = tuple(map(fold, getattr(form, each)))
            parts[each] = tuple(dict.fromkeys((*(getattr(old, each) if old else ()), *more)))
    if "folders" in given:
        parts["folders"] = (*(old.folders if old else ()), *form.folders)
    if "tables" in given:
        parts["tables"] = (*(tuple(each) for each in form.tables), *(old.tables if old else ()))
    fields = {field.name: field for field in old.fields} if old else {}
    for field_name, field_form in form.fields.items():
        fields[field_name] = _field(field_name, field_form, fields.get(field_name))
    parts["fields"] = tuple(fields.values())
    if old is not None:
        return replace(old, **parts)  # type: ignore[arg-type]  # the names are those of the dataclass
    parts.setdefault("plural", f"{name}s")
    parts.setdefault("term", "".join(word.capitalize() for word in name.split("_")))
    return ClassDef(name=name, **parts)  # type: ignore[arg-type]


def _field(name: str, form: FieldForm, old: Field | None) -> Field:
    given = form.model_fields_set
    parts: dict[str, object] = {each: getattr(old, each) for each in Field.__slots__} if old else {}
    for each in given:
        value = getattr(form, each)
        if isinstance(value, list):
            folded = each not in ("ranges",)
            value = tuple(map(fold, value)) if folded else tuple(value)
            if each == "headers" and old:
                value = tuple(dict.fromkeys((*old.headers, *value)))
        parts[each] = value
    words = name.split("_")
    parts.setdefault("term", words[0] + "".join(word.capitalize() for word in words[1:]))
    parts["name"] = name
    return Field(**parts)  # type: ignore[arg-type]
