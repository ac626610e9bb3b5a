"""In: a schema. Out: its shapes in SHACL Core. Room: rdf.

Every shape has an IRI and a message in plain words. What a note can get wrong is a warning (a text where a quantity is
expected, two values of a single field: both are kept); what only a faulty export could get wrong is a violation.
"""

from __future__ import annotations

from rotgraph.model.schema import Field, Schema
from rotgraph.rdf.document import Document, text_term
from rotgraph.rdf.ontology import term_of
from rotgraph.rdf.vocabulary import Vocabulary, vocabulary_of

__all__ = ["shapes"]

_WARNING = "sh:Warning"
_EXPECTED = {
    "text": ("sh:datatype", "xsd:string", "text"),
    "integer": ("sh:datatype", "xsd:integer", "a whole number"),
    "quantity": ("sh:class", "rg:Quantity", "a quantity"),
    "period": ("sh:class", "rg:Period", "a period"),
    "thing": ("sh:nodeKind", "sh:IRI", "a thing"),
}


def shapes(schema: Schema) -> str:
    """The shapes of a schema's classes, of quantities, periods and evidence."""
    document, terms = Document(schema.base), vocabulary_of(schema)
    for definition in schema.classes:
        subject = f"rg:{terms.classes[definition.name]}Shape"
        document.say("Classes", subject, "a", "sh:NodeShape")
        document.say("Classes", subject, "sh:targetClass", f"rg:{terms.classes[definition.name]}")
        label = f"{subject}.label"
        document.say("Classes", subject, "sh:property", label)
        _property(document, label, "rdfs:label", f"{_a(definition.name)} has exactly one label")
        document.say("Classes", label, "sh:minCount", "1")
        document.say("Classes", label, "sh:maxCount", "1")
        for field in definition.fields:
            _field(document, subject, definition.name, field, terms, schema)
    _quantity(document)
    _period(document)
    _evidence(document)
    return document.text(("The shapes of rotgraph's data, made from the schema.",))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _a(name: str) -> str:
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {_words(name)}"


def _property(document: Document, shape: str, path: str, message: str, severity: str = "") -> None:
    document.say("Classes", shape, "a", "sh:PropertyShape")
    document.say("Classes", shape, "sh:path", path)
    document.say("Classes", shape, "sh:message", text_term(message))
    if severity:
        document.say("Classes", shape, "sh:severity", severity)


def _otherwise_below(schema: Schema, cls: str, field: Field, constraint: str) -> bool:
    """Whether a class below, which a shape of this one reaches too, declares the field without that constraint."""
    name = {".kind": "kind", ".single": "single", ".required": "required"}[constraint]
    below = (each.name for each in schema.classes if each.name != cls and schema.is_a(each.name, cls))
    others = (schema.fields(each).get(field.name) for each in below)
    return any(other is not None and getattr(other, name) != getattr(field, name) for other in others)


def _field(document: Document, subject: str, cls: str, field: Field, terms: Vocabulary, schema: Schema) -> None:
    """One shape per thing that can be wrong, so that its message says what."""
    shape, path = f"{subject}.{terms.local(field.name)}", term_of(terms, field.name)
    found = [
        (".kind", *_EXPECTED[field.kind][:2], f"the {_words(field.name)} of {_a(cls)} should be {_EXPECTED[field.kind][2]}")
    ] if field.kind in _EXPECTED else []  # fmt: skip
    if field.single:
        found.append((".single", "sh:maxCount", "1", f"{_a(cls)} has one {_words(field.name)}, but the notes give it several"))
    if field.required:
        found.append((".required", "sh:minCount", "1", f"{_a(cls)} needs {_a(field.name)}"))
    found = [each for each in found if not _otherwise_below(schema, cls, field, each[0])]
    for suffix, constraint, value, message in found:
        document.say("Classes", subject, "sh:property", f"{shape}{suffix}")
        _property(document, f"{shape}{suffix}", path, message, _WARNING)
        document.say("Classes", f"{shape}{suffix}", constraint, value)


def _part(document: Document, shape: str, name: str, message: str, *constraints: tuple[str, str]) -> None:
    part = f"{shape}.{name}"
    document.say("Classes", shape, "sh:property", part)
    _property(document, part, f"rg:{name}", message)
    for predicate, value in constraints:
        document.say("Classes", part, predicate, value)


_ONE = (("sh:minCount", "1"), ("sh:maxCount", "1"))


def _quantity(document: Document) -> None:
    shape = "rg:QuantityShape"
    document.say("Classes", shape, "a", "sh:NodeShape")
    document.say("Classes", shape, "sh:targetClass", "rg:Quantity")
    _part(document, shape, "text", "a quantity keeps how it was written", *_ONE, ("sh:datatype", "xsd:string"))
    _part(
        document,
        shape,
        "low",
        "the lower bound of a quantity is not above the upper one",
        *_ONE,
        ("sh:lessThanOrEquals", "rg:high"),
    )
    _part(document, shape, "high", "a quantity has an upper bound, if need be infinite", *_ONE)
    _part(document, shape, "unit", "a quantity has one unit", *_ONE, ("sh:nodeKind", "sh:IRI"))
    for name in ("lowOpen", "highOpen", "approximate"):
        _part(document, shape, name, f"{name} is said of every quantity", *_ONE, ("sh:datatype", "xsd:boolean"))


def _period(document: Document) -> None:
    shape = "rg:PeriodShape"
    document.say("Classes", shape, "a", "sh:NodeShape")
    document.say("Classes", shape, "sh:targetClass", "rg:Period")
    _part(document, shape, "text", "a period keeps how it was written", *_ONE, ("sh:datatype", "xsd:string"))
    _part(document, shape, "start", "a period begins before it ends", *_ONE, ("sh:datatype", "xsd:date"), ("sh:lessThan", "rg:end"))
    _part(document, shape, "end", "a period has an end", *_ONE, ("sh:datatype", "xsd:date"))


def _evidence(document: Document) -> None:
    shape = "rg:EvidenceShape"
    document.say("Classes", shape, "a", "sh:NodeShape")
    document.say("Classes", shape, "sh:targetSubjectsOf", "rdf:subject", "rg:principalOf")
    positive = ("sh:minInclusive", "0")
    _part(document, shape, "note", "evidence stands in one note", ("sh:maxCount", "1"), ("sh:nodeKind", "sh:IRI"))
    for name in ("line", "column", "lineEnd", "columnEnd", "ordinal"):
        _part(document, shape, name, f"{name} is a whole number", ("sh:maxCount", "1"), ("sh:datatype", "xsd:integer"), positive)
