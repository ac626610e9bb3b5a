"""The notebooks run from the first cell to the last and give what they show.

``pytest tests/test_notebooks.py --update`` writes what was found, pictures with it; pictures are not compared, as each version of
matplotlib draws a little differently.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = tuple(sorted((ROOT / "examples" / "notebooks").glob("*.ipynb")))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_what_it_shows(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for library in ("IPython", "pandas", "matplotlib"):
        pytest.importorskip(library)
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns(".rotgraph"))
    ran = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "notebooks.py"), str(path)], cwd=tmp_path / "examples" / "notebooks",
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "IPYTHONDIR": str(tmp_path / "ipython"), "COLUMNS": "100"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if request.config.getoption("--update"):
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return
    for index, (now, before) in enumerate(zip(found["cells"], known["cells"], strict=True)):
        assert _said(now) == _said(before), f"{path.name}, cell {index}"


def _said(cell: dict[str, Any]) -> list[Any]:
    """What a cell gives, without pictures: of these only that there are some."""
    said = []
    for output in cell.get("outputs", ()):
        data = {kind: "a picture" if kind.startswith("image/") else text for kind, text in output.get("data", {}).items()}
        if any(kind.startswith("image/") for kind in data):
            data.pop("text/plain", None)
        said.append((output["output_type"], output.get("text"), data))
    return said


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 2
