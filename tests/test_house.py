"""The house: what every module keeps to, and that what is written about the project is so."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rotgraph
from casebook import Block, read_blocks
from rotgraph.cli.commands import COMMANDS, app
from rotgraph.errors import QueryError
from rotgraph.rules import RULES

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "rotgraph"
MODULES = tuple(sorted(SOURCES.rglob("*.py")))
FORBIDDEN = re.compile(r"^(utils?|helpers?|common|misc|base|managers?)$")


def _name(path: Path) -> str:
    return path.relative_to(SOURCES).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_small_and_named_for_what_it_does(path: Path) -> None:
    assert not FORBIDDEN.match(path.stem)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem != "__init__"], ids=_name)
def test_a_module_opens_with_what_comes_in_and_goes_out(path: Path) -> None:
    said = " ".join((ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split())
    assert re.match(r"In: .* Out: .* Room: [a-z]+\b", said), said[:100]


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem not in ("__init__", "__main__")], ids=_name)
def test_exports_are_sorted_and_complete(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    given = [node.value for node in tree.body if isinstance(node, ast.Assign) and _targets(node) == ["__all__"]]
    assert given, "no __all__"
    exported = [str(each) for each in ast.literal_eval(given[0])]
    assert exported in (sorted(exported, key=_case), sorted(exported)), "not sorted"
    known = {name for node in ast.walk(tree) for name in _bound(node)}
    assert set(exported) <= known, f"exported and not there: {sorted(set(exported) - known)}"
    public = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name[0] != "_"}
    assert public <= set(exported), f"public and not exported: {sorted(public - set(exported))}"


def _case(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _targets(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def _bound(node: ast.AST) -> list[str]:
    """The names that a node gives to something."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [each.asname or each.name for each in node.names]
    return [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_nothing_swallows_what_it_does_not_know(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            reraised = any(isinstance(each, ast.Raise) and each.exc is None for each in ast.walk(node))
            assert caught not in ("everything", "Exception", "BaseException") or reraised, f"line {node.lineno}: except {caught}"


def test_the_layers_hold() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout


# rules


@pytest.mark.parametrize("code", RULES)
def test_a_rule_has_a_page_whose_examples_give_exactly_that_rule(code: str) -> None:
    rule = RULES[code]
    page = SOURCES / "rules_pages" / f"{code}.md"
    assert page.is_file(), f"no page: {page.name}"
    assert page.read_text(encoding="utf-8").split("\n")[0] == f"# {code} {rule.name}"
    blocks = read_blocks(page)
    notes = [block for block in blocks if block.kind == "note"]
    queries = [block for block in blocks if block.kind == "query"]
    files = [block for block in blocks if block.kind == "console"]
    assert notes or queries or files, "no example"
    if queries:
        _asks_wrongly(code, notes, queries)
    elif notes:
        schema = "".join(block.text for block in blocks if block.kind == "schema")
        for vault in _vaults(notes):
            graph = rotgraph.compile({**vault, "rotgraph.toml": schema} if schema else vault)
            assert {each.code for each in graph.diagnostics} == {code}


def _vaults(notes: list[Block]) -> list[dict[str, str]]:
    """Blocks of different paths are one vault; a path that comes again begins another."""
    vaults: list[dict[str, str]] = [{}]
    for block in notes:
        path = block.option("path", "Note.md")
        if path in vaults[-1]:
            vaults.append({})
        vaults[-1][path] = block.note
    return vaults


def _asks_wrongly(code: str, notes: list[Block], queries: list[Block]) -> None:
    graph = rotgraph.compile(_vaults(notes)[0] if notes else ROOT / "examples" / "vault")
    for block in queries:
        with pytest.raises(QueryError) as caught:
            graph.query(block.text, **dict(block.options))
        assert caught.value.code == code


def test_every_page_is_of_a_rule() -> None:
    assert {page.stem for page in (SOURCES / "rules_pages").glob("*.md")} == set(RULES)


# the facade and what a query costs


def test_the_facade_is_sorted_complete_and_light() -> None:
    assert rotgraph.__all__ == sorted(rotgraph.__all__)
    assert set(rotgraph.__all__) == set(rotgraph._PLACES)
    assert len(rotgraph.__all__) <= 18
    for name in rotgraph.__all__:
        assert getattr(rotgraph, name) is not None
    loaded = _modules("import rotgraph")
    assert {name for name in loaded if name.startswith("rotgraph")} == {"rotgraph"}
    assert "numpy" not in loaded


def test_a_query_imports_nothing_heavy() -> None:
    script = """
import sys
import rotgraph
graph = rotgraph.compile({"A.md": "| Stock | Move |\\n|---|---|\\n| [[Deere]] | +10% |\\n"})
before = set(sys.modules)
graph.query("moves where value > 5% show about, value").to_csv()
gained = set(sys.modules) - before
"""
    gained = _modules(script, "gained")
    heavy = {"pydantic", "rdflib", "networkx", "pandas", "pyoxigraph", "rich", "matplotlib", "polars", "pyarrow", "lark"}
    assert not heavy & {name.partition(".")[0] for name in gained}
    everything = _modules(script)
    assert not (heavy - {"pydantic"}) & {name.partition(".")[0] for name in everything}


def test_a_query_needs_no_reader_of_notes() -> None:
    loaded = _modules("import rotgraph.api.ask")
    assert not {"pydantic", "lark", "yaml", "pyromark"} & {name.partition(".")[0] for name in loaded}
    rooms = tuple(f"rotgraph.{room}" for room in ("notes", "extract", "resolve", "rdf"))
    assert not [name for name in loaded if name.startswith(rooms)]


def _modules(script: str, which: str = "sys.modules") -> set[str]:
    found = subprocess.run(
        [sys.executable, "-c", f"{script}\nimport sys, json\nprint(json.dumps(sorted({which})))"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(json.loads(found.stdout))


# what is written about the project


def _walk(text: str) -> list[str]:
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| stage | function |"))
    table = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        table.append(line)
    return table


def test_the_walk_of_the_readme_is_that_of_the_package() -> None:
    walk = _walk((ROOT / "README.md").read_text(encoding="utf-8"))
    assert walk == _walk(rotgraph.__doc__ or "")
    assert len(walk) > 10


def test_the_walk_names_functions_that_exist() -> None:
    for line in _walk(rotgraph.__doc__ or "")[2:]:
        for name in re.findall(r"`(\w+)`", line.split("|")[2]):
            if name == "to_quads":
                name = "nquads"
            defined = any(re.search(rf"^(?:    )?def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE) for path in MODULES)
            planned = name in ("check", "to_sparql")
            assert defined or planned, name


def test_every_command_is_in_the_readme_and_has_an_example() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"rotgraph {name}" in readme, f"rotgraph {name} is not in the README"
        command = app.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert "Example" in (command.help or ""), f"rotgraph {name} --help has no example"


def test_the_project_speaks_of_itself_alone() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted", "npm" + "js", "crates" + ".io")
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "pyproject.toml", ROOT / ".ci" / "run"):
        text = path.read_text(encoding="utf-8")
        assert not [host for host in hosts if host in text], path.name
