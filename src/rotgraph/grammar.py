"""In: the name of a grammar. Out: its text. Room: ground.

``grammar/`` stands at the top of the repository; a wheel carries a copy as ``rotgraph/_grammar``. An editable install and a
bare checkout have only the first, an installed wheel only the second: two places, looked at in that order of likelihood.
"""

from __future__ import annotations

import os

from rotgraph.errors import InternalError

__all__ = ["grammar_path", "read_grammar"]

_HERE = os.path.dirname(os.path.abspath(__file__))
_PLACES = (os.path.join(_HERE, "_grammar"), os.path.join(os.path.dirname(os.path.dirname(_HERE)), "grammar"))


def grammar_path(name: str) -> str:
    """The file of a grammar, such as ``query.lark``."""
    for place in _PLACES:
        path = os.path.join(place, name)
        if os.path.isfile(path):
            return path
    raise InternalError(f"grammar {name} is neither in the package nor beside the sources")


def read_grammar(name: str) -> str:
    """The text of a grammar."""
    with open(grammar_path(name), encoding="utf-8") as file:
        return file.read()
