"""In: a schema. Out: a JSON-LD context and a JSON Schema. Room: rdf."""

from __future__ import annotations

import json
from typing import Any

from rotgraph.model.schema import ClassDef, Field, Schema
from rotgraph.rdf.iri import NAMESPACES, RG
from rotgraph.rdf.vocabulary import vocabulary_of

__all__ = ["context", "json_schema"]


def context(schema: Schema) -> str:
    """A JSON-LD context in which classes and fields go by their names in queries (``episode``, ``buy_side``)."""
    terms = vocabulary_of(schema)
    table: dict[str, Any] = {
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        "rg": RG,
        "xsd": NAMESPACES["xsd"],
        "skos": NAMESPACES["skos"],
    }
    table["name"] = f"{NAMESPACES['rdfs']}label"
    table["aliases"] = {"@id": f"{NAMESPACES['skos']}altLabel", "@container": "@set"}
    for definition in sorted(schema.classes, key=lambda each: each.name):
        table.setdefault(terms.classes[definition.name], terms.cls(definition.name))
    kinds: dict[str, set[str]] = {}
    many: set[str] = set()
    for definition in schema.classes:
        for field in definition.fields:
            kinds.setdefault(field.name, set()).add(field.kind)
            if not field.single:
                many.add(field.name)
    for name in sorted(kinds.keys() - {"name"}):
        term: dict[str, Any] = {"@id": terms.property(name)}
        if kinds[name] <= {"thing", "quantity", "period"}:
            term["@type"] = "@id"
        if name in many:
            term["@container"] = "@set"
        table.setdefault(name, term if len(term) > 1 else term["@id"])
    return json.dumps({"@context": table}, ensure_ascii=False, indent=2) + "\n"


_QUANTITY = {
    "type": "object",
    "required": ["text", "unit"],
    "properties": {
        "text": {"type": "string"},
        "value": {"type": ["number", "null"]},
        "low": {"type": ["number", "null"]},
        "high": {"type": ["number", "null"]},
        "unit": {"type": "string"},
        **{name: {"type": "boolean"} for name in ("low_open", "high_open", "approximate", "estimate")},
        "remark": {"type": "string"},
    },
}
_PERIOD = {
    "type": "object",
    "required": ["text", "start", "end", "precision"],
    "properties": {
        "text": {"type": "string"},
        "start": {"type": "string", "format": "date"},
        "end": {"type": "string", "format": "date", "description": "exclusive"},
        "precision": {"type": "string"},
    },
}
_THING = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "class": {"type": "string"}},
}
_KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "quantity": {"$ref": "#/$defs/Quantity"},
    "period": {"$ref": "#/$defs/Period"},
    "thing": {"$ref": "#/$defs/Thing"},
}


def json_schema(schema: Schema) -> str:
    """A JSON Schema of rows as JSON results write them, a definition per class."""
    terms = vocabulary_of(schema)
    definitions: dict[str, Any] = {"Thing": _THING, "Quantity": _QUANTITY, "Period": _PERIOD}
    for definition in schema.classes:
        definitions[f"class.{terms.classes[definition.name]}"] = _row(schema, definition)
    table = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{RG.rstrip('#')}/schema.json",
        "title": "Rows of rotgraph's JSON results, by class",
        "$defs": definitions,
    }
    return json.dumps(table, ensure_ascii=False, indent=2) + "\n"


def _row(schema: Schema, definition: ClassDef) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object"}
    if definition.said:
        found["description"] = definition.said
    found["properties"] = {name: _cell(field) for name, field in schema.fields(definition.name).items()}
    return found


def _cell(field: Field) -> dict[str, Any]:
    one = _KINDS.get(field.kind) or {"anyOf": list(_KINDS.values())}
    cell: dict[str, Any] = {"anyOf": [one, {"type": "null"}]} if field.single else {"type": "array", "items": one}
    return {**cell, "description": field.said} if field.said else cell
