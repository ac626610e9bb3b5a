"""In: a schema. Out: its ontology in OWL and RDFS, with how it meets the world's vocabularies. Room: rdf."""

from __future__ import annotations

from rotgraph.model.schema import ClassDef, Field, Schema
from rotgraph.model.unit import UNITS
from rotgraph.rdf.alignments import alignments
from rotgraph.rdf.document import Document, text_term
from rotgraph.rdf.iri import RG
from rotgraph.rdf.vocabulary import UNIT_TERMS, Vocabulary, vocabulary_of

__all__ = ["ontology", "term_of"]

_DATATYPES = {
    "string": "xsd:string", "integer": "xsd:integer", "boolean": "xsd:boolean", "date": "xsd:date", "json": "rdf:JSON",
    "text": "xsd:string",
}  # fmt: skip
_OBJECTS = {"thing", "quantity", "period", "object"}
_CLASSES = {
    "Quantity": "a number with a unit, as exactly and as doubtfully as written",
    "Period": "a stretch of days",
    "Unit": "a unit of measure",
    "Vault": "a folder of notes",
}
_WORDS = ("tokens.name", "tokens.alias", "tokens.heading", "tokens.sourceText", "missing.tokens")
"""Properties that hold the words of texts which no field of the schema holds."""
_RANGES = {"quantity": "rg:Quantity", "period": "rg:Period"}


def term_of(terms: Vocabulary, name: str) -> str:
    """A property as Turtle writes it."""
    term = terms.properties[name]
    return term if ":" in term else f"rg:{term}"


def ontology(schema: Schema) -> str:
    """The ontology of a schema: its classes and properties, the model's own terms, the units."""
    document, terms = Document(schema.base), vocabulary_of(schema)
    about = f"<{RG.rstrip('#')}>"
    document.say("Ontology", about, "a", "owl:Ontology")
    document.say("Ontology", about, "rdfs:label", text_term("rotgraph"))
    document.say("Ontology", about, "rdfs:comment", text_term("What an analyst's notes state: things, records, values, evidence."))
    for definition in schema.classes:
        _class(document, definition, terms)
    for name, holders in _fields(schema).items():
        _property(document, name, holders, terms)
    _structure(document, terms)
    _units(document)
    return document.text(("The vocabulary of rotgraph, made from the schema.",))


def _class(document: Document, definition: ClassDef, terms: Vocabulary) -> None:
    say, subject = "Classes", f"rg:{terms.classes[definition.name]}"
    document.say(say, subject, "a", "owl:Class")
    document.say(say, subject, "rdfs:label", text_term(definition.name.replace("_", " ")))
    if definition.said:
        document.say(say, subject, "rdfs:comment", text_term(definition.said))
    document.say(
        say, subject, "rdfs:subClassOf", *(f"rg:{terms.classes[each]}" for each in definition.parents if each in terms.classes)
    )
    document.say(say, subject, "rdfs:subClassOf", *alignments().classes.get(definition.name, ()))


def _fields(schema: Schema) -> dict[str, list[tuple[ClassDef, Field]]]:
    found: dict[str, list[tuple[ClassDef, Field]]] = {}
    for definition in schema.classes:
        for field in definition.fields:
            found.setdefault(field.name, []).append((definition, field))
    return dict(sorted(found.items()))


def _property(document: Document, name: str, holders: list[tuple[ClassDef, Field]], terms: Vocabulary) -> None:
    subject = term_of(terms, name)
    document.say("Words", f"rg:{terms.local(name)}.tokens", "rdfs:subPropertyOf", "rg:tokens")
    if not subject.startswith("rg:"):
        return
    say, kinds = "Properties", {field.kind for _, field in holders}
    structural = alignments().structure.get(subject.removeprefix("rg:"))
    kinds |= {structural[0]} if structural else set()
    document.say(
        say, subject, "a", _kind(kinds), *(("owl:TransitiveProperty",) if any(field.transitive for _, field in holders) else ())
    )
    document.say(say, subject, "rdfs:label", text_term(name.replace("_", " ")))
    said = dict.fromkeys(field.said for _, field in holders if field.said)
    document.say(say, subject, "rdfs:comment", *map(text_term, said))
    domains = [f"rg:{terms.classes[definition.name]}" for definition, _ in holders]
    document.say(say, subject, "rdfs:domain" if len(domains) == 1 and not structural else "schema:domainIncludes", *domains)
    ranges = {_range(field, terms) for _, field in holders} | ({""} if structural else set())
    if len(ranges) == 1 and "" not in ranges:
        document.say(say, subject, "rdfs:range", *ranges)
    document.say(say, subject, "rdfs:subPropertyOf", *alignments().properties.get(name, ()))
    inverses = {field.inverse for _, field in holders if field.inverse} - terms.properties.keys() if "thing" in kinds else set()
    if len(inverses) == 1 and kinds == {"thing"}:
        inverse = f"rg:{_inverse_term(inverses.pop())}"
        document.say(say, inverse, "a", "owl:ObjectProperty")
        document.say(say, inverse, "owl:inverseOf", subject)


def _inverse_term(name: str) -> str:
    return vocabulary_of(Schema(()), (name,)).properties[name]


def _kind(kinds: set[str]) -> str:
    if kinds <= _OBJECTS:
        return "owl:ObjectProperty"
    return "owl:DatatypeProperty" if not kinds & (_OBJECTS | {"any"}) else "rdf:Property"


def _range(field: Field, terms: Vocabulary) -> str:
    if field.kind in _DATATYPES:
        return _DATATYPES[field.kind]
    if field.kind == "thing":
        return (
            f"rg:{terms.classes[field.ranges[0]]}"
            if len(field.ranges) == 1 and not field.side and field.ranges[0] in terms.classes
            else ""
        )
    return _RANGES.get(field.kind, "")


def _structure(document: Document, terms: Vocabulary) -> None:
    for name, said in _CLASSES.items():
        document.say("The model", f"rg:{name}", "a", "owl:Class")
        document.say("The model", f"rg:{name}", "rdfs:comment", text_term(said))
    document.say("The model", "rg:Quantity", "rdfs:subClassOf", "qudt:Quantity", "schema:QuantitativeValue")
    document.say("The model", "rg:Period", "rdfs:subClassOf", "time:ProperInterval")
    taken = set(terms.properties.values())
    for name, (kind, said) in alignments().structure.items():
        if name in taken:
            document.say("Properties", f"rg:{name}", "rdfs:comment", text_term(said))
            continue
        subject = f"rg:{name}"
        document.say("The model", subject, "a", _kind({kind}))
        document.say("The model", subject, "rdfs:comment", text_term(said))
        if kind in _DATATYPES:
            document.say("The model", subject, "rdfs:range", _DATATYPES[kind])
    for words in _WORDS:
        document.say("Words", f"rg:{words}", "rdfs:subPropertyOf", "rg:tokens")
    document.say("The model", "rg:note", "rdfs:subPropertyOf", "prov:wasDerivedFrom")


def _units(document: Document) -> None:
    for name, term in UNIT_TERMS.items():
        document.say("Units", f"rg:{term}", "a", "rg:Unit")
        document.say("Units", f"rg:{term}", "rdfs:label", text_term(UNITS[name].said))
        document.say("Units", f"rg:{term}", "skos:exactMatch", *alignments().units.get(name, ()))
