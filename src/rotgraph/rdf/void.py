"""In: a graph. Out: a description of the data set in VoID and DCAT. Room: rdf."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rotgraph.model.graph import Graph
from rotgraph.rdf.document import Document, text_term
from rotgraph.rdf.iri import RG
from rotgraph.rdf.ontology import term_of
from rotgraph.rdf.vocabulary import vocabulary_of

__all__ = ["void"]

_MEDIA = {
    ".ttl": "text/turtle", ".trig": "application/trig", ".nt": "application/n-triples", ".nq": "application/n-quads",
    ".jsonld": "application/ld+json",
}  # fmt: skip


def void(graph: Graph, triples: int, files: Iterable[str] = ()) -> str:
    """What the data set holds: counts by class and property, its vocabulary, the files it is given in."""
    document, terms = Document(graph.schema.base), vocabulary_of(graph.schema, graph.properties)
    about, base = f"<{graph.schema.base}>", graph.schema.base
    say = "The data set"
    document.say(say, about, "a", "void:Dataset", "dcat:Dataset")
    document.say(say, about, "dcterms:title", text_term("A vault's graph, made by rotgraph"))
    document.say(say, about, "void:uriSpace", text_term(base))
    document.say(say, about, "void:vocabulary", f"<{RG}>")
    document.say(say, about, "void:triples", str(triples))
    document.say(say, about, "void:entities", str(graph.node_count))
    for definition in sorted(graph.schema.classes, key=lambda each: each.name):
        count = int(np.count_nonzero(graph.columns["direct_classes"] == graph.class_ids[definition.name]))
        if count:
            part = f"<{base}#class.{terms.classes[definition.name]}>"
            document.say(say, about, "void:classPartition", part)
            document.say("Classes", part, "void:class", f"rg:{terms.classes[definition.name]}")
            document.say("Classes", part, "void:entities", str(count))
    for name in graph.properties:
        start, end = graph.property_range(name)
        part = f"<{base}#property.{terms.local(name)}>"
        document.say(say, about, "void:propertyPartition", part)
        document.say("Properties", part, "void:property", term_of(terms, name))
        document.say("Properties", part, "void:triples", str(end - start))
    for file in files:
        suffix = file[file.rfind(".") :]
        part = f"<{base}#file.{file}>"
        document.say(say, about, "dcat:distribution", part)
        document.say("Files", part, "a", "dcat:Distribution")
        document.say("Files", part, "dcterms:title", text_term(file))
        if suffix in _MEDIA:
            document.say("Files", part, "dcat:mediaType", f"<https://www.iana.org/assignments/media-types/{_MEDIA[suffix]}>")
    return document.text(("What this data set holds.",))
