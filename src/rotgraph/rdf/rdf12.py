"""In: a graph. Out: Turtle of RDF 1.2, each fact annotated by named reifiers. Room: rdf.

The same triples as the default export, but evidence is said of the fact itself: ``s p o ~ evidence:x {| rg:line 12 |}``. In a file
of its own, for few stores read it yet. A reifier always has a name: without one, equal annotations would not be one.
"""

from __future__ import annotations

from collections.abc import Iterator

from rotgraph.model.graph import Graph
from rotgraph.rdf.describe import Describer
from rotgraph.rdf.index import Index
from rotgraph.rdf.spell import TurtleSpelling
from rotgraph.rdf.turtle import dates, header, sections

__all__ = ["rdf12"]


def rdf12(graph: Graph) -> Iterator[str]:
    """The graph as Turtle 1.2."""
    spelling = TurtleSpelling(graph)
    describer = Describer(graph, spelling, Index(graph))
    body = list(sections(describer, evidence=False))
    body += dates(describer)
    body.append("\n### Evidence\n\n")
    body += _annotated(describer)
    yield header(spelling.used, graph.schema.base)
    yield from body


def _annotated(describer: Describer) -> Iterator[str]:
    pointers = describer.graph.columns["evidence_pointers"].tolist()
    for fact in range(describer.graph.fact_count):
        rows = range(pointers[fact], pointers[fact + 1])
        if not rows:
            continue
        parts = []
        subject = predicate = object_ = ""
        for reifier, said in describer.evidence(rows):
            subject, predicate, object_ = (each.partition(" ")[2] for each in said[:3])
            parts.append(f" ~ {reifier} {{| {' ; '.join(said[3:])} |}}")
        yield f"{subject} {predicate} {object_}{''.join(parts)} .\n"
