"""In: a graph's schema. Out: what its own triples say of it, and the schema back from them. Room: rdf.

Every export names its vault (so that a reader knows the base) and the classes that the built-in schema does not have in that
form; their whole definition stands in one JSON literal, for reading back. What the world needs (labels, parents) stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from rotgraph.late import replace
from rotgraph.model.graph import Graph
from rotgraph.model.schema import ClassDef, Field, Schema
from rotgraph.model.schema_file import builtin_schema
from rotgraph.rdf.iri import natural
from rotgraph.rdf.spell import Said, Spelling

__all__ = ["class_ranks", "definition_text", "own_classes", "schema_with", "undeclared", "vault_sayings"]


def vault_sayings(graph: Graph, spell: Spelling) -> list[Said]:
    """What is said of the vault itself and of the classes that only it has."""
    label_, above_, definition_ = (
        spell.predicate(*each) for each in (("rdfs", "label"), ("rdfs", "subClassOf"), ("rg", "definition"))
    )
    said: list[Said] = [(spell.iri(spell.base), (f"{spell.a} {spell.name('rg', 'Vault')}",))]
    for definition in own_classes(graph.schema):
        above = [f"{above_} {spell.cls(each)}" for each in definition.parents]
        label = f"{label_} {spell.literal(definition.name.replace('_', ' '))}"
        text = f"{definition_} {spell.json(definition_text(definition))}"
        said.append((spell.cls(definition.name), (f"{spell.a} {spell.name('rdfs', 'Class')}", label, *above, text)))
    for name in undeclared(graph):
        text = f"{definition_} {spell.json(json.dumps(name, ensure_ascii=False))}"
        said.append((spell.property(name), (f"{spell.a} {spell.name('rdf', 'Property')}", text)))
    return said


def undeclared(graph: Graph) -> tuple[str, ...]:
    """Properties of the graph that no class declares."""
    declared = {*graph.schema.properties, "mentioned_in"}
    return tuple(name for name in graph.properties if name not in declared)


def own_classes(schema: Schema) -> tuple[ClassDef, ...]:
    """Classes that the built-in schema lacks or has in another form."""
    known, ranks = builtin_schema().by_name, class_ranks(schema)
    return tuple(sorted((each for each in schema.classes if known.get(each.name) != each), key=lambda each: ranks[each.name]))


def class_ranks(schema: Schema) -> dict[str, int]:
    """The order of classes in every export: the built-in ones as their schema has them, then the vault's own by name."""
    order = {each.name: index for index, each in enumerate(builtin_schema().classes)}
    names = sorted((each.name for each in schema.classes), key=lambda name: (order.get(name, len(order)), natural(name)))
    return {name: rank for rank, name in enumerate(names)}


def definition_text(definition: ClassDef) -> str:
    """A class as JSON: what differs from the defaults, each field on a line of its own, so that one more is one line more.

    Example:
        >>> print(definition_text(ClassDef("round", "rounds", ("record",), (Field("lead", "thing"), Field("size", "quantity")))))
        {"name":"round","plural":"rounds","parents":["record"],"fields":[
        {"name":"lead","kind":"thing"},
        {"name":"size","kind":"quantity"}
        ]}
    """
    members = []
    for name, value in _plain(definition).items():
        lines = ",\n".join(map(_json, value)) if name == "fields" else ""
        members.append(f"{_json(name)}:{f'[{chr(10)}{lines}{chr(10)}]' if lines else _json(value)}")
    return f"{{{','.join(members)}}}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _plain(each: Any) -> Any:
    if isinstance(each, tuple):
        return [_plain(one) for one in each]
    if isinstance(each, (ClassDef, Field)):
        given = {field.name: getattr(each, field.name) for field in fields(each) if getattr(each, field.name) != field.default}
        return {name: _plain(value) for name, value in given.items()}
    return each


def schema_with(texts: Iterable[str], base: str) -> Schema:
    """The built-in schema with the classes that an export defines.

    Raises:
        ValueError: a definition that no rotgraph wrote.
    """
    schema = builtin_schema()
    classes = {each.name: each for each in schema.classes}
    for text in texts:
        definition = _class(json.loads(text))
        classes[definition.name] = definition
    return replace(schema, classes=tuple(classes.values()), base=base)


def _class(given: Mapping[str, Any]) -> ClassDef:
    parts = _known(ClassDef, given)
    parts["fields"] = tuple(Field(**_known(Field, each)) for each in given.get("fields", ()))
    return ClassDef(**parts)


def _known(form: type[ClassDef | Field], given: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise ValueError(f"no definition: {given!r}")
    names = {field.name for field in fields(form)}
    needed = {field.name for field in fields(form) if field.default is MISSING}
    if not given.keys() <= names or not needed <= given.keys():
        raise ValueError(f"no definition of a {form.__name__}: {sorted(given)}")
    return {name: _frozen(value) for name, value in given.items()}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
