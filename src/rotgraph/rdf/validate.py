"""In: a graph. Out: where it breaks the shapes, by note and line. Room: rdf.

The check is pySHACL's, over the shapes that every bundle has; needs the extra ``shacl``.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rotgraph.errors import not_installed
from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.rdf.forms import to_rdflib
from rotgraph.rdf.iri import NAMESPACES, RG
from rotgraph.rdf.ontology import ontology
from rotgraph.rdf.shapes import shapes

if TYPE_CHECKING:
    import rdflib

__all__ = ["Violation", "validate"]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One shape that something in the graph does not have."""

    note: str
    """Path of the note; empty where no note states it."""
    line: int
    message: str
    focus: str
    """IRI of what breaks it."""
    severity: str
    """``violation``, ``warning`` or ``info``."""

    def to_dict(self) -> dict[str, str | int]:
        """It as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.note}:{self.line}: {self.severity}: {self.message} (<{self.focus}>)"


def validate(graph: Graph) -> tuple[Violation, ...]:
    """Every way in which a graph breaks the shapes of its schema, by place.

    Raises:
        UnsupportedOperationError: pySHACL is not installed.
    """
    try:
        import pyshacl
    except ImportError:
        raise not_installed("validating", "pyshacl", "shacl") from None
    import rdflib

    data = to_rdflib(graph)
    rules = rdflib.Graph().parse(data=shapes(graph.schema), format="turtle")
    classes = rdflib.Graph().parse(data=ontology(graph.schema), format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=rules, ont_graph=classes, inference="none", advanced=False)
    sh = rdflib.Namespace(NAMESPACES["sh"])
    found = set()
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        focus, message = report.value(result, sh.focusNode), report.value(result, sh.resultMessage)
        severity = str(report.value(result, sh.resultSeverity)).rpartition("#")[2].lower()
        note, line = _place(focus, data)
        found.add(Violation(note, line, str(message), str(focus), severity))
    return tuple(sorted(found))


def _place(focus: object, data: rdflib.Graph) -> tuple[str, int]:
    """Where a node stands: by itself, or (a quantity, a period) by the evidence of the fact it belongs to."""
    import rdflib

    note_, line_ = rdflib.URIRef(f"{RG}note"), rdflib.URIRef(f"{RG}line")
    node = rdflib.URIRef(str(focus))
    note, line = data.value(node, note_), data.value(node, line_)
    if note is None:
        evidence = min((str(each) for each in data.subjects(rdflib.RDF.object, node)), default="")
        note, line = data.value(rdflib.URIRef(evidence), note_), data.value(rdflib.URIRef(evidence), line_)
    if note is None:
        return "", 0
    path = data.value(note, rdflib.URIRef(f"{RG}path"))
    return str(path if path is not None else data.value(note, rdflib.RDFS.label)), int(str(line))
