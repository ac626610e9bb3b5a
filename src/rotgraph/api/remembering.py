"""In: a query asked of a vault before. Out: what was printed then, if the vault has not changed. Room: api.

Looks at names, sizes and times of the notes and at one small file: neither numpy nor the graph is loaded.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rotgraph.disk.answers import LONGEST, Answers
from rotgraph.disk.fresh import fresh_current
from rotgraph.disk.home import Current, Home, home_of

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph

__all__ = ["LONGEST", "answer_in", "fresh_current", "keep_answer", "known_answer"]


def known_answer(vault: str | os.PathLike[str], question: object) -> tuple[str, str] | None:
    """What was printed on the output and on the error stream; None if the question is new or a note has changed.

    Args:
        question: everything the answer depends on besides the vault: the query, its parameters, the format, the width.
    """
    current = fresh_current(vault)
    return answer_in(vault, current, question) if current is not None else None


def answer_in(vault: str | os.PathLike[str], current: Current, question: object) -> tuple[str, str] | None:
    """What was printed then, of a vault that has been looked at: what is current in it has not changed."""
    return Answers(home_of(vault), current.graph).get(question)


def keep_answer(graph: Graph, question: object, output: str, errors: str) -> None:
    """Remember what was printed, if the graph lies on the disk."""
    from rotgraph.disk.graph_file import StoredGraph

    facts = graph._facts  # noqa: SLF001 - the face of it is in this room
    if isinstance(facts, StoredGraph):
        Answers(Home(facts.folder), facts.generation).put(question, output, errors)
