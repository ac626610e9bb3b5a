"""In: a graph. Out: stores of other makers that answer the same SPARQL, to judge it. For tests."""

from __future__ import annotations

from collections.abc import Iterator

import rdflib

from rotgraph.model.graph import Graph
from rotgraph.rdf.answers import Row, Term
from rotgraph.rdf.quads import ntriples

__all__ = ["RdflibStore"]


class RdflibStore:
    """rdflib: another parser, another algebra, another evaluation."""

    name = "rdflib"

    def __init__(self, graph: Graph) -> None:
        self.graph = rdflib.Graph().parse(data="".join(ntriples(graph)), format="nt")

    def select(self, query: str) -> Iterator[Row]:
        found = self.graph.query(query)
        for row in found.bindings:
            yield {str(name): _term(term) for name, term in row.items()}


def _term(term: rdflib.term.Identifier) -> Term:
    if isinstance(term, rdflib.Literal):
        return Term(str(term), str(term.datatype or rdflib.XSD.string))
    return Term(str(term))
