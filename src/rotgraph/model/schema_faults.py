"""In: a vault's `rotgraph.toml` as read, and the schema it extends. Out: what names nothing in it, with its line. Room: model."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from string import Formatter
from typing import TYPE_CHECKING, Any

from rotgraph.model.schema import INTRINSIC, ORIENTATIONS, Schema, fold

if TYPE_CHECKING:
    from rotgraph.model.schema_form import ClassForm, SchemaForm

__all__ = ["faults", "line_of", "unknown_key"]

_Fault = tuple[tuple[str, ...], str]
"""The path of a key, and what is wrong there."""


_Declared = tuple[str, "ClassForm"]


def faults(form: SchemaForm, base: Schema) -> Iterator[_Fault]:
    """What the file names and nothing declares, and what leads back to itself: classes, fields, names, readings of tables."""
    classes = {*base.by_name, *form.classes}
    for declared in form.classes.items():
        yield from _words_of(declared)
        yield from _of_class(declared, form, base, classes)
        for field in declared[1].fields:
            yield from _of_field(declared, field, form, base, classes)
    yield from _plurals(form, base)
    for cls, names in form.lexicon.items():
        if isinstance(names, list) and cls != "plain":
            yield ("lexicon", cls), f"names stand in a table with their aliases: [lexicon.{cls}]"
        elif cls not in classes and cls != "plain":
            yield ("lexicon", cls), f"no class `{cls}`{_near(cls, classes)}"
    yield from _circles(("class", "", "parents"), {name: each.parents for name, each in form.classes.items()})
    broader = {entry.name: [entry.broader] for entry in base.lexicon if entry.broader}
    yield from _circles(("broader", ""), {**broader, **{name: [above] for name, above in form.broader.items()}}, form.broader)
    words = {*ORIENTATIONS, *ORIENTATIONS.values(), *(_word(each) for each in classes)}
    words |= {_word(each.plural) for each in base.classes} | {_word(each.plural) for each in form.classes.values()}
    for heading, reading in form.tables.items():
        if fold(reading) not in words and _word(reading) not in words:
            listed = ", ".join(f"`{each}`" for each in ORIENTATIONS)
            yield ("tables", heading), f"`{reading}` is no way to read a table: {listed}, or a class"


def _word(name: str) -> str:
    return fold(name).replace(" ", "_")


def _words_of(declared: _Declared) -> Iterator[_Fault]:
    """Names that cannot be said in a query, nor be headers."""
    name, each = declared
    words: list[tuple[tuple[str, ...], str]] = [(("class", name), name)]
    words += [(("class", name, "fields", field), field) for field in each.fields]
    for path, word in words:
        if not re.fullmatch(r"[^\W\d]\w*", word):
            meant = re.sub(r"\W+", "_", fold(word)).strip("_")
            yield path, f"a name is letters, digits and underscores{f': write `{meant}`' if meant else ''}"


def _of_class(declared: _Declared, form: SchemaForm, base: Schema, classes: Collection[str]) -> Iterator[_Fault]:
    """Classes and fields that a class names."""
    name, each = declared
    for key in ("parents", "yields", "subjects", "leads"):
        for cls in getattr(each, key) if key in each.model_fields_set or key == "parents" else ():
            if cls not in classes:
                yield ("class", name, key), f"no class `{cls}`{_near(cls, classes)}"
    known = _fields(name, form, base)
    listed = [(key, field) for key in ("key", "columns", "matrix", "signs", "apart") for field in getattr(each, key)]
    listed += [("tables", field) for fields in each.tables for field in fields]
    for key, field in (*listed, *((("value", each.value),) if each.value else ())):
        if field not in known:
            yield ("class", name, key), f"the class has no field `{field}`{_near(field, known)}"
    if each.label:
        old = base.by_name.get(name)
        parts = each.key if old is None or "key" in each.model_fields_set else list(old.key)
        yield from _label(("class", name, "label"), each.label, {*parts, "name"})


def _label(path: tuple[str, ...], label: str, parts: Collection[str]) -> Iterator[_Fault]:
    """What a label is made of: fields of the key, and the name."""
    try:
        named = [(field, spec, turned) for _, field, spec, turned in Formatter().parse(label) if field is not None]
    except ValueError as error:
        yield path, f"braces that do not match: {error}"
        return
    for field, spec, turned in named:
        if field not in parts or spec or turned:
            yield path, f"a label is made of the fields of the key and the name, and `{{{field}}}` is none{_near(field, parts)}"


def _of_field(
    declared: _Declared, name: str, form: SchemaForm, base: Schema, classes: Collection[str]
) -> Iterator[_Fault]:
    """What a field names, and what does not go with its kind."""
    cls, path = declared[0], ("class", declared[0], "fields", name)
    field = declared[1].fields[name]
    given = field.model_fields_set
    old = base.fields(cls).get(name) if cls in base.by_name else None
    kind = field.kind if old is None or "kind" in given else old.kind
    for each in field.ranges:
        if each not in classes:
            yield (*path, "ranges"), f"no class `{each}`{_near(each, classes)}"
    if field.unit and kind not in ("quantity", "any"):
        yield (*path, "unit"), f"a unit is one of quantities, and the field is of the kind {kind}"
    for key in ("ranges", "inverse", "transitive"):
        if getattr(field, key) and kind not in ("thing", "any"):
            yield (*path, key), f"only a thing has that, and the field is of the kind {kind}"
    known = _fields(cls, form, base)
    for key in ("names", "arrow_to", "ongoing"):
        word = getattr(field, key)
        if word and word not in known:
            yield (*path, key), f"the class has no field `{word}`{_near(word, known)}"
    if any(each.name == field.inverse and each.inverse != name for each in INTRINSIC):
        yield (*path, "inverse"), f"every class has a field `{field.inverse}` already"
    elif field.inverse != name and (taken := [each for each in field.ranges if field.inverse in _fields(each, form, base)]):
        yield (*path, "inverse"), f"the class {taken[0]} declares a field `{field.inverse}`: one of the two says both"
    elif field.inverse and not re.fullmatch(r"[^\W\d]\w*", field.inverse):
        yield (*path, "inverse"), "a name is letters, digits and underscores"


def _plurals(form: SchemaForm, base: Schema) -> Iterator[_Fault]:
    """Words that mean two classes."""
    said: dict[str, str] = {}
    for each in base.classes:
        if each.name not in form.classes or "plural" not in form.classes[each.name].model_fields_set:
            said[_word(each.plural)] = each.name
        said[_word(each.name)] = each.name
    for name in form.classes:
        said.setdefault(_word(name), name)
    for name, declared in form.classes.items():
        plural = declared.plural or (f"{name}s" if name not in base.by_name else "")
        other = said.setdefault(_word(plural), name) if plural else name
        if other != name:
            key = ("class", name, "plural") if declared.plural else ("class", name)
            yield key, f"`{plural}` means the class `{other}` already"


def _circles(
    path: tuple[str, ...], above: Mapping[str, Collection[str]], own: Collection[str] | None = None
) -> Iterator[_Fault]:
    """What leads back to itself; ``path`` has an empty step where the name stands.

    Args:
        own: the names that the file itself gives.
    """
    for name in above if own is None else own:
        way: list[tuple[str, ...]] = [(name, each) for each in above[name]]
        seen: set[str] = set()
        while way:
            step = way.pop()
            if step[-1] == name:
                shown = " → ".join(step)
                yield tuple(each or name for each in path), f"{shown} leads back to where it began"
                return
            if step[-1] not in seen:
                seen.add(step[-1])
                way.extend((*step, each) for each in above.get(step[-1], ()))


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
