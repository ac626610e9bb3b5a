"""In: a vault's `rotgraph.toml` as read, and the schema it extends. Out: what names nothing in it, with its line. Room: model."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from rotgraph.model.schema import INTRINSIC, ORIENTATIONS, Schema, fold

if TYPE_CHECKING:
    from rotgraph.model.schema_form import SchemaForm

__all__ = ["faults", "line_of", "unknown_key"]

_Fault = tuple[tuple[str, ...], str]
"""The path of a key, and what is wrong there."""


def faults(form: SchemaForm, base: Schema) -> Iterator[_Fault]:
    """What the file names and nothing declares: parents, ranges and keys of classes, classes of the lexicon, readings of tables."""
    classes = {*base.by_name, *form.classes}
    for name, each in form.classes.items():
        for parent in each.parents:
            if parent not in classes:
                yield ("class", name, "parents"), f"no class `{parent}`{_near(parent, classes)}"
        for field, declared in each.fields.items():
            for cls in declared.ranges:
                if cls not in classes:
                    yield ("class", name, "fields", field, "ranges"), f"no class `{cls}`{_near(cls, classes)}"
        known = _fields(name, form, base)
        for part in each.key:
            if part not in known:
                yield ("class", name, "key"), f"the class has no field `{part}`{_near(part, known)}"
    for cls in form.lexicon_names():
        if cls not in classes:
            yield ("lexicon", cls), f"no class `{cls}`{_near(cls, classes)}"
    words = {*ORIENTATIONS, *ORIENTATIONS.values(), *(fold(each).replace(" ", "_") for each in classes)}
    plurals = {fold(each.plural).replace(" ", "_") for each in base.classes} | {fold(each.plural) for each in form.classes.values()}
    for heading, reading in form.tables.items():
        if fold(reading) not in words | plurals and fold(reading).replace(" ", "_") not in words | plurals:
            listed = ", ".join(f"`{each}`" for each in ORIENTATIONS)
            yield ("tables", heading), f"`{reading}` is no way to read a table: {listed}, or a class"


def _fields(name: str, form: SchemaForm, base: Schema) -> set[str]:
    """The fields of a class of the file: its own, and those of what stands above it."""
    found, open_classes, seen = {each.name for each in INTRINSIC}, [name], set[str]()
    while open_classes:
        each = open_classes.pop()
        if each in seen:
            continue
        seen.add(each)
        if each in form.classes:
            found.update(form.classes[each].fields)
            open_classes.extend(form.classes[each].parents)
        if each in base.by_name:
            found.update(base.fields(each))
            open_classes.extend(base.by_name[each].parents)
    return found


def _near(word: str, words: Collection[str]) -> str:
    close = difflib.get_close_matches(word, sorted(words), 1, 0.7)
    return f"; did you mean `{close[0]}`?" if close else ""


def unknown_key(path: tuple[str, ...], form: Any) -> str:
    """What to say of a key that the form does not have."""
    for step in path[:-1]:
        inner = form.model_fields if hasattr(form, "model_fields") else {}
        field = inner.get(step) or next((each for each in inner.values() if each.alias == step), None)
        form = next(_models(field.annotation), form) if field is not None else form
    known = [each.alias or name for name, each in form.model_fields.items()] if hasattr(form, "model_fields") else []
    listed = f": here stand {', '.join(known)}" if known else ""
    return f"no such key{_near(path[-1], known) or listed}"


def _models(annotation: Any) -> Iterator[Any]:
    """The model in an annotation such as ``dict[str, ClassForm]``."""
    if hasattr(annotation, "model_fields"):
        yield annotation
    for each in getattr(annotation, "__args__", ()):
        yield from _models(each)


def line_of(text: str, path: tuple[str, ...]) -> int:
    """The line that most of a key's path leads to."""
    found, depth = 1, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[+([^\]]+)\]", line)
        if head:
            table = tuple(part.strip().strip("\"'") for part in head[1].split("."))
            here = table
        else:
            key = re.match(r"\s*([\w-]+|\"[^\"]*\"|'[^']*')\s*=", line)
            here = (*table, key[1].strip("\"'")) if key else ()
        shared = sum(1 for _ in _common(here, path))
        if shared > depth and shared == min(len(here), len(path)):
            found, depth = number, shared
    return found


def _common(a: tuple[str, ...], b: tuple[str, ...]) -> list[str]:
    shared = []
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        shared.append(left)
    return shared
