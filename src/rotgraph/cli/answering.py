"""In: a question. Out: its answer, printed, and an exit status. Room: cli.

Whether a note has changed is looked at while the query is answered; an answer to notes that have changed since is thrown away.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rotgraph.api.remembering import LONGEST, answer_in, fresh_current, keep_answer
from rotgraph.cli.question import Question, nearest_vault
from rotgraph.cli.screen import color_wanted, emit, width_wanted
from rotgraph.errors import RotgraphError

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph
    from rotgraph.api.results import Result
    from rotgraph.disk.home import Current

__all__ = ["ERRORS", "answer", "print_result"]

ERRORS = 1
"""Exit status where the notes are wrong."""


def answer(asked: Question, graph: Graph | None = None) -> int:
    """Answer a question about the notes.

    Args:
        graph: what is asked, if not the vault as it is kept: then no answer is kept, either.
    """
    if graph is not None:
        return _told(asked, graph, _result(asked, graph))
    vault, key = nearest_vault() if asked.vault is None else asked.vault, _key(asked)
    known: list[tuple[str, str]] = []
    found: list[tuple[Graph, Result]] = []

    def meanwhile(current: Current) -> None:
        """The answer if no note has changed, which is being looked at: what is wrong with a query is told when that is known."""
        kept = answer_in(vault, current, key) if _is_kept(asked) else None
        if kept is not None:
            known.append(kept)
            return
        # numpy first, from here: it imports itself deeply, and deeper down Python would map a piece of its stack anew 500 times
        import numpy  # noqa: F401, ICN001

        from rotgraph.api.opening import open_unchanged

        with suppress(RotgraphError):
            opened = open_unchanged(vault, current)
            found.append((opened, _result(asked, opened)))

    current = fresh_current(vault, meanwhile)
    if current is not None and known:
        output, told = known[0]
        emit([output], trusted=asked.form == "table")
        print(told, end="", file=sys.stderr)
        return 0
    opened, result = found[0] if current is not None and found else _asked_anew(asked, vault, current)
    return _told(asked, opened, result, key)


def _asked_anew(asked: Question, vault: str, current: Current | None) -> tuple[Graph, Result]:
    from rotgraph.api.opening import compile_vault, open_unchanged

    graph = compile_vault(vault) if current is None else open_unchanged(vault, current)
    return graph, _result(asked, graph)


def _result(asked: Question, graph: Graph) -> Result:
    parameters: dict[str, Any] = {**asked.parameters}
    return graph.query(asked.query, max_rows=asked.max_rows, max_seconds=asked.max_seconds, **parameters)


def _told(asked: Question, graph: Graph, result: Result, key: object = None) -> int:
    """Print an answer, and keep it under its key."""
    output = print_result(result, asked.form, raw=asked.raw)
    if asked.strict:
        return _strictly(graph)
    if key is not None:
        keep_answer(graph, key, output, _notes(result))
    return 0


def _strictly(graph: Graph) -> int:
    from rotgraph.api.opening import told_in
    from rotgraph.rules import RULES, Severity

    errors = sum(count for code, count in told_in(graph).count_codes().items() if RULES[code].severity is Severity.ERROR)
    if errors:
        print(f"{errors} errors in the notes: rotgraph check", file=sys.stderr)
    return ERRORS if errors else 0


def _key(asked: Question) -> object:
    """All that what is printed depends on, besides the notes."""
    parameters = sorted(asked.parameters.items())
    return "query", asked.query, parameters, asked.form, asked.raw, width_wanted(), color_wanted(sys.stdout)


def _is_kept(asked: Question) -> bool:
    """Whether an answer that was kept will do: it says nothing about the notes, and nothing of how long it took."""
    return not asked.strict and asked.max_rows is None and asked.max_seconds is None


def print_result(result: Result, form: str, *, raw: bool = False, most: int | None = None) -> str:
    """Print an answer, ``most`` rows of a table; the beginning of what was printed, long enough to tell whether to keep it."""
    from rotgraph.render.formats import Look

    look = Look(query=result.query, raw=raw, width=width_wanted(), color=color_wanted(sys.stdout), most=most)
    printed: list[str] = []
    length = 0
    for chunk in result.write(form, look):
        emit([chunk], trusted=form == "table")
        if length <= LONGEST:
            printed.append(chunk)
            length += len(chunk)
    print(_notes(result), end="", file=sys.stderr)
    return "".join(printed)


def _notes(result: Result) -> str:
    return "".join(f"note: {note}\n" for note in result.notes)
