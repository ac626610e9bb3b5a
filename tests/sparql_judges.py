"""In: a graph. Out: stores of other makers that answer the same SPARQL, to judge it. For tests."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import rdflib

from rotgraph.model.graph import Graph
from rotgraph.rdf.answers import Row, Term
from rotgraph.rdf.quads import ntriples

__all__ = ["COMUNICA", "JENA", "JenaStore", "RdflibStore", "comunica", "start_jena"]

_JARS = Path("/usr/share/java")
JENA = importlib.util.find_spec("jpype") is not None and (_JARS / "jena-arq.jar").is_file()
"""Whether Apache Jena is here: Debian's libapache-jena-java, and jpype1."""
COMUNICA = os.environ.get("ROTGRAPH_COMUNICA", "")
"""A folder where ``npm i @comunica/query-sparql-file@4`` was run; node is needed too."""
if shutil.which("node") is None:
    COMUNICA = ""
_LIBRARIES = (
    "commons-cli commons-codec commons-compress commons-csv commons-io commons-lang3 dexx.collection gson guava httpclient "
    "httpcore jackson-core jackson-databind jackson-annotations jsonld-java jakarta.json-api protobuf slf4j-api slf4j-nop thrift "
    "titanium-json-ld jcl-over-slf4j"
)


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


def start_jena(folder: Path) -> None:
    """Java with Jena in this process, once."""
    import jpype

    if not jpype.isJVMStarted():
        jpype.startJVM(classpath=[str(_messages(folder)), *_jars()])


class JenaStore:
    """Apache Jena, in this process."""

    name = "jena"

    def __init__(self, graph: Graph, folder: Path) -> None:
        import jpype

        start_jena(folder)
        file = folder / "judged.nt"
        file.write_text("".join(ntriples(graph)), encoding="utf-8")
        self._factory = jpype.JClass("org.apache.jena.query.QueryExecutionFactory")
        self._model = jpype.JClass("org.apache.jena.riot.RDFDataMgr").loadModel(str(file))

    def select(self, query: str) -> Iterator[Row]:
        execution = self._factory.create(query, self._model)
        try:
            found = execution.execSelect()
            names = [str(name) for name in found.getResultVars()]
            rows = []
            while found.hasNext():
                solution = found.next()
                nodes = ((name, solution.get(name)) for name in names)
                rows.append({name: _jena(node) for name, node in nodes if node is not None})
        finally:
            execution.close()
        return iter(rows)


def _jars() -> list[str]:
    jena = [str(path) for path in sorted(_JARS.glob("jena-*.jar")) if not path.stem[-1].isdigit()]
    return [*jena, *(str(_JARS / f"{name}.jar") for name in _LIBRARIES.split())]


def _messages(folder: Path) -> Path:
    """Where Xerces looks for its messages: Debian's package has them under another name."""
    place = folder / "xerces"
    with zipfile.ZipFile(_JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith("org/apache/jena/ext/xerces/") and not name.endswith(("/", ".class")):
                target = place / name.removeprefix("org/apache/jena/ext/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    return place


def _jena(node: Any) -> Term:
    if node.isLiteral():
        literal = node.asLiteral()
        return Term(str(literal.getLexicalForm()), str(literal.getDatatypeURI()))
    return Term(str(node.asResource().getURI()))


class _Comunica:
    name = "comunica"

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def select(self, query: str) -> Iterator[Row]:
        data = urllib.parse.urlencode({"query": query}).encode()
        with self._opener.open(self._url, data, timeout=600) as answer:
            text = answer.read()
        rows = json.loads(text)["results"]["bindings"]
        return iter([{name: _json(found) for name, found in row.items()} for row in rows])


def _json(found: dict[str, str]) -> Term:
    if found["type"] == "uri":
        return Term(found["value"])
    return Term(found["value"], found.get("datatype") or str(rdflib.XSD.string))


@contextmanager
def comunica(graph: Graph, folder: Path) -> Iterator[_Comunica]:
    """Comunica over a graph, as a server on loopback."""
    file = folder / "judged.nt"
    file.write_text("".join(ntriples(graph)), encoding="utf-8")
    script = Path(__file__).with_name("comunica_server.cjs")
    environment = {**os.environ, "NODE_PATH": str(Path(COMUNICA) / "node_modules")}
    with subprocess.Popen(["node", str(script), str(file)], stdout=subprocess.PIPE, env=environment, text=True) as process:
        try:
            assert process.stdout is not None
            yield _Comunica(f"http://127.0.0.1:{int(process.stdout.readline())}/")
        finally:
            process.terminate()
