"""What an editor shows of the public names: complete types, a docstring each, and examples that give what they show."""

from __future__ import annotations

import doctest
import importlib
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import rotgraph

ROOT = Path(__file__).parents[1]
CLASSES = tuple(name for name in rotgraph.__all__ if isinstance(getattr(rotgraph, name), type))
FUNCTIONS = tuple(name for name in rotgraph.__all__ if name not in CLASSES)
SHOWN = {
    "ClassSummary": "rotgraph.api.fields",
    "Explanation": "rotgraph.api.explanation",
    "FieldSummary": "rotgraph.api.fields",
    "Portable": "rotgraph.api.leaving",
    "StoreGraph": "rotgraph.api.store_graph",
}
"""Classes that a public method hands out, and where they stand."""


def _public() -> Iterator[tuple[str, object]]:
    for name in rotgraph.__all__:
        yield name, getattr(rotgraph, name)
    for name, module in SHOWN.items():
        yield name, getattr(importlib.import_module(module), name)


def _members(owner: object) -> Iterator[tuple[str, object]]:
    for name, member in vars(owner).items():
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property) or hasattr(member, "func")):
            yield name, member


@pytest.mark.parametrize("name", [name for name, _ in _public()])
def test_what_is_public_is_described(name: str) -> None:
    owner = dict(_public())[name]
    assert inspect.getdoc(owner)
    if not isinstance(owner, type):
        assert ">>> " in (inspect.getdoc(owner) or ""), f"{name}: no example"
        return
    for member, found in _members(owner):
        said = inspect.getdoc(found) or ""
        assert said or name in ("Diagnostic",), f"{name}.{member} has no docstring"
        if inspect.isfunction(found):
            assert ">>> " in said, f"{name}.{member} has no example"


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example vault in it, where an example may write."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "examples" / "vault", folder / "examples" / "vault", ignore=shutil.ignore_patterns(".rotgraph"))
    return folder


def _documented() -> list[str]:
    """Every module with an example."""
    sources = sorted((ROOT / "src" / "rotgraph").rglob("*.py"))
    shown = [path for path in sources if re.search(r"^ +>>> ", path.read_text(encoding="utf-8"), re.MULTILINE)]
    return [".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__") for path in shown]


@pytest.mark.parametrize("module", _documented())
def test_examples_give_what_they_show(module: str, examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("pandas", "polars", "pyarrow", "matplotlib"):
        pytest.importorskip(library)
    monkeypatch.chdir(examples)
    monkeypatch.setenv("COLUMNS", "100")
    given = {"rotgraph": rotgraph, "graph": rotgraph.compile("examples/vault"), "Path": Path, "json": json}
    found = doctest.testmod(importlib.import_module(module), extraglobs=given)
    assert found.failed == 0
    assert found.attempted


CONSUMER = '''
from decimal import Decimal

import rotgraph

graph: rotgraph.Graph = rotgraph.compile({"A.md": "# A"}, cache=False)
again: rotgraph.Graph = rotgraph.open("notes/.rotgraph")
stored: rotgraph.Result = rotgraph.connect("http://localhost:7878/query").query("moves")
result: rotgraph.Result = graph.query("moves where value > $least", least="5%")
row: rotgraph.Row
for row in result:
    places: tuple[rotgraph.Evidence, ...] = row.evidence
    subject: rotgraph.Thing | None = row.subject
first: rotgraph.Row = result[0]
some: list[rotgraph.Row] = result[1:3]
text: str = result.to_csv() + result.to_csv("a.csv") + result.to_json() + result.to_markdown() + graph.to_turtle()
thing: rotgraph.Thing = graph.thing("X")
name: str = thing.name
fact: rotgraph.Fact = thing.facts[0]
value: rotgraph.Thing | rotgraph.Quantity | rotgraph.Period | Decimal | int | str = fact.value
members: rotgraph.Result = graph.episodes
steps: rotgraph.Result = graph.path("A", thing, within=3, via=["sector"])
explained: str = graph.explain("moves").sentence
problems: tuple[rotgraph.Diagnostic, ...] = graph.diagnostics
edges: int = graph.to_networkx(facts=True).number_of_edges()
triples: int = len(graph.to_rdflib())
rows: int = len(result.to_pandas())
try:
    graph.query("x")
except rotgraph.QueryError as error:
    span: tuple[int, int] = error.span
    near: tuple[str, ...] = error.suggestions
'''


@pytest.mark.slow
def test_a_strict_type_checker_knows_the_public_names(tmp_path: Path) -> None:
    (tmp_path / "consumer.py").write_text(CONSUMER, encoding="utf-8")
    wrong = "import rotgraph\nnumber: int = rotgraph.compile(\"notes\").query(\"moves\")\nrotgraph.compile(1)\n"
    (tmp_path / "wrong.py").write_text(wrong, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "--cache-dir", str(tmp_path / "cache")]
    environment = {**os.environ, "MYPYPATH": str(ROOT / "src")}
    good, bad = (
        subprocess.run([*command, file], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        for file in ("consumer.py", "wrong.py")
    )
    assert good.returncode == 0, good.stdout
    assert bad.stdout.count("error:") == 2, bad.stdout
    assert (ROOT / "src" / "rotgraph" / "py.typed").is_file()
