"""In: a notebook. Out: what its cells give, run in the shell that Jupyter's kernel is made of. Room: tests.

    python tests/notebooks.py examples/notebooks/first-hour.ipynb       # prints the notebook with its outputs

No server, no sockets: `IPython.core.interactiveshell`, with what it displays captured. Pictures are kept as they come.
"""

from __future__ import annotations

import json
import os
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

__all__ = ["run"]


def run(path: Path) -> dict[str, Any]:
    """The notebook with the outputs that its cells give now; a cell that fails ends it, unless its tags say that it shall."""
    os.environ["MPLBACKEND"] = "Agg"
    from IPython.core.displayhook import CapturingDisplayHook
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.run_line_magic("colors", "nocolor")
    number = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        number += 1
        results: list[dict[str, Any]] = []
        shell.display_trap.hook = CapturingDisplayHook(shell=shell, outputs=results)
        with capture_output() as captured:
            ran = shell.run_cell("".join(cell["source"]), store_history=True)
        expected = "raises-exception" in cell["metadata"].get("tags", ())
        if not ran.success and not expected:
            raise SystemExit(f"{path.name}, cell {number}: {ran.error_before_exec or ran.error_in_exec!r}\n{captured.stdout}")
        if ran.success and expected:
            raise SystemExit(f"{path.name}, cell {number}: it should fail, and does not")
        cell["execution_count"] = number
        cell["outputs"] = [
            *({"name": name, "output_type": "stream", "text": _lines(text)} for name, text in _streams(captured) if text),
            *(_output(each.data, number) for each in captured.outputs),
            *(_output(each["data"], number) for each in results),
        ]
    return notebook


def _streams(captured: Any) -> tuple[tuple[str, str], ...]:
    return ("stdout", captured.stdout), ("stderr", captured.stderr)


def _output(shown: dict[str, Any], number: int) -> dict[str, Any]:
    data = {kind: _picture(value) if kind == "image/png" else _lines(value) for kind, value in sorted(shown.items())}
    return {"data": data, "execution_count": number, "metadata": {}, "output_type": "execute_result"}


def _picture(value: bytes | str) -> str:
    return value if isinstance(value, str) else b64encode(value).decode("ascii")


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


if __name__ == "__main__":
    json.dump(run(Path(sys.argv[1])), sys.stdout, ensure_ascii=False)
