"""In: the name of a grammar. Out: its text. Room: ground.

``grammar/`` stands at the top of the repository; a wheel carries a copy as ``rotgraph/_grammar``. An editable install and a
bare checkout have only the first, an installed wheel only the second: two places, looked at in that order of likelihood.
"""

from __future__ import annotations

from pathlib import Path

from rotgraph.errors import InternalError

__all__ = ["grammar_path", "read_grammar"]

_PLACES = (Path(__file__).parent / "_grammar", Path(__file__).parents[2] / "grammar")


def grammar_path(name: str) -> Path:
    """The file of a grammar, such as ``query.lark``."""
    for place in _PLACES:
        if (place / name).is_file():
            return place / name
    raise InternalError(f"grammar {name} is neither in the package nor beside the sources")


def read_grammar(name: str) -> str:
    """The text of a grammar."""
    return grammar_path(name).read_text(encoding="utf-8")
