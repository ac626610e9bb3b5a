"""In: a schema. Out: its text in the form of ``rotgraph.toml``. Room: api."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from rotgraph.model.schema import ClassDef, Field, Schema

__all__ = ["schema_text"]

_CLASS_DEFAULTS = ClassDef("", "")
_FIELD_DEFAULTS = Field("")
_NOT_WRITTEN = frozenset(("name", "fields", "declared", "display"))


def schema_text(schema: Schema, only: ClassDef | None = None) -> str:
    """Classes with what is not default about them; all of them, or one."""
    classes = schema.classes if only is None else (only,)
    return "\n".join("\n".join(_class(each)) + "\n" for each in classes)


def _class(definition: ClassDef) -> Iterator[str]:
    yield f"[class.{_key(definition.name)}]"
    yield from _settings(definition, _CLASS_DEFAULTS)
    if definition.fields:
        yield f"[class.{_key(definition.name)}.fields]"
        for field in definition.fields:
            yield f"{_key(field.name)} = {{ {', '.join(_settings(field, _FIELD_DEFAULTS))} }}"


def _settings(given: Any, defaults: Any) -> Iterator[str]:
    for each in fields(given):
        value = getattr(given, each.name)
        if each.name not in _NOT_WRITTEN and value != getattr(defaults, each.name):
            yield f"{each.name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)  # a TOML basic string escapes as JSON does


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "a").replace("-", "a").isalnum() else json.dumps(name, ensure_ascii=False)
