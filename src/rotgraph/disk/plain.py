"""In: a schema. Out: JSON of it, and back. Room: disk.

Only what differs from a field's default is written. JSON holds no code: a file from a stranger can be wrong and nothing worse. What
a query needs is read back without pydantic.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from rotgraph.model.schema import ClassDef, Field, LexiconEntry, Schema

__all__ = ["schema_from", "schema_json"]

_TOLD = (ClassDef, Field, LexiconEntry, Schema)


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Per structure, its fields and their defaults; no field is ever None."""
    from dataclasses import MISSING, fields

    return tuple((each.name, None if each.default is MISSING else each.default) for each in fields(kind))


def schema_json(schema: Schema) -> bytes:
    """A schema as JSON."""
    return json.dumps(_told(schema), ensure_ascii=True, separators=(",", ":")).encode("ascii")


def schema_from(data: bytes) -> Schema:
    """A schema from its JSON.

    Raises:
        ValueError, TypeError, KeyError: it is no schema.
    """
    told = json.loads(data)
    told["classes"] = tuple(_class(each) for each in told.get("classes", ()))
    told["lexicon"] = tuple(LexiconEntry(**_tuples(each)) for each in told.get("lexicon", ()))
    return Schema(**_tuples(told))


def _class(told: dict[str, Any]) -> ClassDef:
    told["fields"] = tuple(Field(**_tuples(each)) for each in told.get("fields", ()))
    return ClassDef(**_tuples(told))


def _tuples(told: dict[str, Any]) -> dict[str, Any]:
    for name, value in told.items():
        if value.__class__ is list:
            told[name] = _tuple(value)
    return told


def _tuple(value: list[Any]) -> tuple[Any, ...]:
    return tuple(_tuple(each) if each.__class__ is list else each for each in value)


def _told(value: Any) -> Any:
    """A frozen dataclass as a mapping of what is not as by default; tuples as lists."""
    if value.__class__ is tuple:
        return [_told(each) for each in value]
    kind: Any = value.__class__
    if kind not in _TOLD:
        return value
    return {name: _told(held) for name, default in _fields(kind) if (held := getattr(value, name)) != default}
