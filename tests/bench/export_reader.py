"""What rdflib's parsers read in a file of RDF: 16 bytes of each statement, written to files beside one another.

    python tests/bench/export_reader.py FILE FORMAT OUT

A program of its own that needs rdflib alone, so that any Python that has it can run it; PyPy takes a third of the time. It keeps
no statement: a store hands on what the parsers add. Literals stay as they are written. ``OUT.triples`` holds the hashes of the
statements of notes, ``OUT.own`` those of the graphs that only datasets have, ``OUT.quads`` the first with their graphs; their
count is printed. Its reader of JSON-LD holds a document whole, so it is given it in pieces of some thousand subjects.
"""

from __future__ import annotations

import hashlib
import re
import sys
from itertools import islice
from typing import TYPE_CHECKING, Dict, Iterator  # noqa: UP035  # PyPy has no newer Python where it is packaged

import rdflib
from rdflib.store import Store

if TYPE_CHECKING:
    from rdflib.term import Node

OURS_ALONE = ("/graph/schema", "/graph/manifest")
"""Graphs that only the datasets have."""
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')


class Hearing:
    """Hears statements one by one, and keeps 16 bytes of each."""

    def __init__(self) -> None:
        self.triples, self.own, self.quads, self.count = bytearray(), bytearray(), bytearray(), 0

    def hear(self, triple: str, graph: str) -> None:
        self.count += 1
        found = hashlib.blake2b(triple.encode(), digest_size=16)
        if graph.endswith(OURS_ALONE):
            self.own += found.digest()
        else:
            self.triples += found.digest()
        if graph:
            found.update(graph.encode())
            self.quads += found.digest()


class Handing(Store):  # type: ignore[misc]
    """A store of rdflib's that hands on what its parsers add, and keeps nothing."""

    context_aware = graph_aware = True
    formula_aware = transaction_aware = False

    def __init__(self, heard: Hearing) -> None:
        super().__init__()
        self.heard, self.spaces = heard, {}

    def add(self, triple: tuple[Node, Node, Node], context: rdflib.Graph, quoted: bool = False) -> None:
        named = context.identifier
        self.heard.hear(" ".join(map(spelled, triple)), str(named) if isinstance(named, rdflib.URIRef) else "")

    def triples(self, *_: object, **__: object) -> Iterator[object]:
        return iter(())

    contexts = triples

    def __len__(self, context: object = None) -> int:
        return 0

    def add_graph(self, graph: rdflib.Graph) -> None: ...

    def remove_graph(self, graph: rdflib.Graph) -> None: ...

    def bind(self, prefix: str, namespace: rdflib.URIRef, override: bool = True) -> None:
        self.spaces[prefix] = namespace

    def namespace(self, prefix: str) -> rdflib.URIRef | None:
        return self.spaces.get(prefix)

    def prefix(self, namespace: rdflib.URIRef) -> str | None:
        return None

    def namespaces(self) -> Iterator[tuple[str, rdflib.URIRef]]:
        return iter(self.spaces.items())


def spelled(term: Node) -> str:
    """A term in canonical N-Triples."""
    assert not isinstance(term, rdflib.BNode)
    if not isinstance(term, rdflib.Literal):
        return f"<{term}>"
    text = f'"{_ESCAPED.sub(_escape, str(term))}"'
    kind = str(term.datatype) if term.datatype else _STRING
    return text if kind == _STRING else f"{text}^^<{kind}>"


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    return _ESCAPES.get(sign) or f"\\u{ord(sign):04X}"


def documents(path: str) -> Iterator[Dict[str, str]]:  # noqa: UP006
    """A file of JSON-LD, a subject a line, as documents of some of its lines."""
    with open(path, encoding="utf-8") as stream:
        head = next(stream) + next(stream)
        while True:
            lines = [line.rstrip(",\n") for line in islice(stream, 5000) if not line.startswith("]")]
            if not lines:
                return
            yield {"data": f"{head}{','.join(lines)}]}}"}


def main() -> None:
    path, name, out = sys.argv[1:]
    rdflib.NORMALIZE_LITERALS = False
    heard = Hearing()
    store, form = Handing(heard), {"ntriples": "nt", "jsonld": "json-ld"}.get(name, name)
    for source in documents(path) if name == "jsonld" else ({"source": path},):
        data = rdflib.Dataset(store=store) if name in ("trig", "nquads") else rdflib.Graph(store=store)
        data.parse(format=form, **source)
    for kind, told in (("triples", heard.triples), ("own", heard.own), ("quads", heard.quads)):
        with open(f"{out}.{kind}", "wb") as file:
            file.write(told)
    print(heard.count)


if __name__ == "__main__":
    main()
