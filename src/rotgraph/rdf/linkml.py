"""In: a schema. Out: the same as a LinkML schema, in YAML. Room: rdf."""

from __future__ import annotations

from typing import Any

from rotgraph.model.schema import ClassDef, Field, Schema
from rotgraph.rdf.alignments import alignments
from rotgraph.rdf.iri import NAMESPACES, RG
from rotgraph.rdf.ontology import term_of
from rotgraph.rdf.vocabulary import Vocabulary, vocabulary_of

__all__ = ["linkml"]

_RANGES = {"text": "string", "integer": "integer", "quantity": "Quantity", "period": "Period", "thing": "Thing", "any": "Any"}


def linkml(schema: Schema) -> str:
    """The schema in LinkML: classes with their attributes, quantities and periods as classes of their own."""
    import yaml

    terms = vocabulary_of(schema)
    prefixes = {"linkml": "https://w3id.org/linkml/", "rg": RG}
    prefixes.update({name: iri for name, iri in NAMESPACES.items() if name not in ("rg", "sh", "void", "dcat", "oa")})
    classes: dict[str, Any] = {"Any": {"class_uri": "linkml:Any"}}
    for definition in schema.classes:
        classes[terms.classes[definition.name]] = _class(definition, terms)
    number = {"range": "decimal"}
    classes["Quantity"] = {
        "class_uri": "rg:Quantity",
        "attributes": {"text": {"required": True}, "value": number, "low": number, "high": number, "unit": {"required": True},
                       **{name: {"range": "boolean"} for name in ("lowOpen", "highOpen", "approximate", "estimate")}, "remark": {}},
    }  # fmt: skip
    classes["Period"] = {
        "class_uri": "rg:Period",
        "attributes": {
            "text": {"required": True},
            "start": {"range": "date"},
            "end": {"range": "date"},
            "precision": {},
            "edtf": {},
        },
    }
    table = {
        "id": RG.rstrip("#"),
        "name": "rotgraph",
        "title": "The schema of a vault",
        "prefixes": prefixes,
        "default_prefix": "rg",
        "default_range": "string",
        "imports": ["linkml:types"],
        "classes": classes,
    }
    return str(yaml.safe_dump(table, sort_keys=False, allow_unicode=True, width=120))


def _class(definition: ClassDef, terms: Vocabulary) -> dict[str, Any]:
    found: dict[str, Any] = {"class_uri": f"rg:{terms.classes[definition.name]}"}
    if definition.said:
        found["description"] = definition.said
    parents = [terms.classes[each] for each in definition.parents if each in terms.classes]
    if parents:
        found["is_a"] = parents[0]
    if len(parents) > 1:
        found["mixins"] = parents[1:]
    aligned = alignments().classes.get(definition.name)
    if aligned:
        found["broad_mappings"] = list(aligned)
    attributes = {field.name: _slot(field, terms) for field in definition.fields}
    if definition.name in ("thing", "note", "record"):
        attributes = {"id": {"identifier": True}, "name": {"slot_uri": "rdfs:label"}, **attributes}
    if attributes:
        found["attributes"] = attributes
    return found


def _slot(field: Field, terms: Vocabulary) -> dict[str, Any]:
    slot: dict[str, Any] = {"slot_uri": term_of(terms, field.name), "range": _RANGES[field.kind]}
    if field.kind == "thing" and len(field.ranges) == 1 and field.ranges[0] in terms.classes and not field.side:
        slot["range"] = terms.classes[field.ranges[0]]
    if not field.single:
        slot["multivalued"] = True
    if field.required:
        slot["required"] = True
    if field.said:
        slot["description"] = field.said
    return slot
