"""In: a graph, saved answers. Out: one HTML file in which they can be explored, without a connection. Room: pictures.

Nothing of a note stands in the markup: the graph is one block of compressed bytes in base64, and the page makes text nodes of it. A
content security policy allows the two scripts of this file by their hashes and nothing else: no other script, no request.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from rotgraph.model.graph import Graph
from rotgraph.pictures.pack import Saved, pack
from rotgraph.version import VERSION

__all__ = ["explore_page"]

_PARTS = Path(__file__).with_name("parts")
_SCRIPTS = (
    "words.js", "literals.js", "pack.js", "ask_read.js", "ask_names.js", "ask_paths.js", "ask_bind.js", "ask_run.js", "find.js",
    "picture.js", "views.js", "table.js", "asking.js", "home.js", "pages.js", "found.js", "app.js",
)  # fmt: skip
_LIBRARY = "cytoscape.min.js"


def explore_page(graph: Graph, title: str, saved: Iterable[Saved] = ()) -> Iterator[str]:
    """The page, in pieces. The same graph gives the same bytes."""
    library = f"\n{_read(_LIBRARY)}\n"
    script = f'\n"use strict";\n{_script()}\n'
    dark = _read("dark.css").strip()
    filled = {
        "policy": _policy(library, script),
        "title": escape(title),
        "version": VERSION,
        "style": _read("explore.css").replace("{{dark}}", dark),
        "data": base64.b64encode(pack(graph, title, saved)).decode("ascii"),
        "library": library,
        "script": script,
    }
    before, *rest = _read("explore.html").split("{{")
    yield before
    for piece in rest:
        name, _, after = piece.partition("}}")
        yield filled[name]
        yield after


def _read(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _script() -> str:
    """The modules of the page, one after the other: each names things for those after it."""
    return "\n".join(_read(name) for name in _SCRIPTS)


def _policy(*scripts: str) -> str:
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" for each in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )
