"""In: lines that a person types. Out: answers, one after another. Room: cli.

A query, or one of the commands that begin with a backslash. On a terminal `prompting` reads the lines, with history, completion
and colours; from a pipe they come as they are, and the status is 1 if one of them was wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rotgraph.cli.answering import ERRORS, print_result
from rotgraph.cli.looking import card_lines, fields_lines
from rotgraph.cli.options import endpoint_option, find_vault, open_asked, vault_option
from rotgraph.cli.question import FORMATS
from rotgraph.cli.screen import color_wanted, emit
from rotgraph.errors import RotgraphError
from rotgraph.query.highlight import is_unfinished
from rotgraph.render.error_text import error_text

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph
    from rotgraph.api.results import Result
    from rotgraph.api.store_graph import StoreGraph

__all__ = ["COMMANDS", "Talk", "repl"]

_SHOWN = 100
"""Rows of an answer that a terminal shows unasked."""
COMMANDS = {
    "all": ("", "the whole of the last answer"),
    "explain": ("[QUERY]", "what a query means and how it runs; the last one without QUERY"),
    "fields": ("[CLASS]", "the fields of a class; all classes without CLASS"),
    "format": ("[FORM]", f"how answers are printed: {' '.join(FORMATS)}"),
    "help": ("", "this"),
    "queries": ("", "the saved queries: @name asks one"),
    "quit": ("", "leave; so does Ctrl-D"),
    "save": ("NAME [QUERY]", "keep a query, or the last one, as @NAME in rotgraph.toml; a FILE.csv, .md, … keeps the answer"),
    "show": ("NAME", "everything the notes say about one thing"),
}
"""What may follow a backslash: its arguments, and what it does."""
_SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".json": "json", ".jsonl": "jsonl", ".md": "md", ".html": "html", ".txt": "table"}


@click.command()
@vault_option
@endpoint_option
def repl(vault: Path | None) -> int:
    """Ask one query after another, with completion and history (needs the extra `repl`).

    \b
    Examples:
      rotgraph repl --vault examples/vault
      rotgraph repl < queries.txt
      rotgraph repl --endpoint http://localhost:7878
    """
    asked = click.get_current_context().meta
    folder: Path | None = find_vault(vault)
    if "rotgraph.graph_path" in asked or ("rotgraph.endpoint" in asked and not (find_vault(None) / "rotgraph.toml").is_file()):
        folder = None
    talk = Talk(lambda: open_asked(vault), folder)
    if not sys.stdin.isatty():
        return 0 if _answer_all(talk, _statements(sys.stdin)) else ERRORS
    try:
        from rotgraph.cli.prompting import prompts
    except ModuleNotFoundError as error:
        if error.name != "prompt_toolkit":
            raise
        raise click.UsageError("the repl needs prompt_toolkit: pip install 'rotgraph[repl]'") from None
    print(f"{talk.described()}. A query, or \\help; Ctrl-D leaves.")
    _answer_all(talk, prompts(lambda: talk.graph))
    return 0


def _answer_all(talk: Talk, lines: Iterator[str]) -> bool:
    right = True
    for line in lines:
        right &= talk.answer(line)
        if talk.over:
            break
    return right


def _statements(lines: Iterable[str]) -> Iterator[str]:
    """Queries and commands of a file: a query goes on in the next line where it cannot end."""
    begun: list[str] = []
    for line in chain(lines, [""]):
        begun.append(line.rstrip("\n"))
        text = "\n".join(begun).strip()
        if not text or text.startswith("\\") or not line.strip() or not is_unfinished(text):
            begun.clear()
            if text:
                yield text
    if text := "\n".join(begun).strip():
        yield text


class Talk:
    """One conversation: the graph or the store, the last question and its answer, the form of answers."""

    def __init__(self, opened: Callable[[], Graph | StoreGraph], folder: Path | None) -> None:
        self._open, self._folder = opened, folder
        self._graph: Graph | StoreGraph | None = None
        self._query, self._result = "", None  # type: str, Result | None
        self._form = "table"
        self.over = False

    @property
    def graph(self) -> Graph | StoreGraph:
        """The compiled vault, anew if a note has changed; or the store, which looks for itself whether it has."""
        from rotgraph.api.graph import Graph
        from rotgraph.api.opening import is_current

        found = self._graph
        if found is None or (isinstance(found, Graph) and self._folder is not None and not is_current(found, self._folder)):
            found = self._graph = self._open()
        return found

    def described(self) -> str:
        """What there is to ask about."""
        from rotgraph.api.graph import Graph

        graph = self.graph
        if isinstance(graph, Graph):
            return ", ".join(f"{count:,} {word}" for word, count in graph.counts()[:4])
        return f"{sum(1 for _ in graph.classes())} classes of things in {graph.where}"

    def answer(self, line: str) -> bool:
        """Answer a query or obey a command; whether it was right. What is wrong is said, and the talk goes on."""
        try:
            if line.startswith("\\"):
                self._obey(line[1:])
            elif line.lower() in ("quit", "exit"):
                self.over = True
            else:
                self._ask(line)
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            return False
        except RotgraphError as error:
            print(error_text(error, color=color_wanted(sys.stderr)), end="", file=sys.stderr)
            return False
        except OSError as error:
            print(f"error: {error.strerror or error}" + (f": {error.filename}" if error.filename else ""), file=sys.stderr)
            return False
        finally:
            sys.stdout.flush()
        return True

    def _ask(self, line: str) -> None:
        from rotgraph.api.explanation import is_explained

        if is_explained(line):
            self._explain(line)
            return
        self._query = line
        self._result = self.graph.query(line)
        print_result(self._result, self._form, most=_SHOWN if sys.stdout.isatty() else None)

    def _obey(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        obey = _OBEY.get(word.lower())
        if obey is None:
            near = get_close_matches(word.lower(), COMMANDS, 1)
            raise RotgraphError(f"no command \\{word}" + (f": did you mean \\{near[0]}?" if near else ": \\help lists them"))
        obey(self, rest.strip())

    def _all(self, _: str) -> None:
        print_result(self._last(), self._form)

    def _explain(self, query: str) -> None:
        emit([f"{self.graph.explain(query or self._last().query)}\n"])

    def _fields(self, cls: str) -> None:
        emit(fields_lines(self.graph, cls or None), trusted=True)

    def _format(self, form: str) -> None:
        if form not in FORMATS and form:
            near = get_close_matches(form, FORMATS, 1)
            raise RotgraphError(f"no format {form}: " + (f"did you mean {near[0]}?" if near else f"one of {', '.join(FORMATS)}"))
        self._form = form or self._form
        print(f"answers are printed as {self._form}")

    def _help(self, _: str) -> None:
        width = max(len(f"{name} {takes}") for name, (takes, _) in COMMANDS.items())
        emit(f"\\{f'{name} {takes}':<{width}}  {said}\n" for name, (takes, said) in COMMANDS.items())
        print("Anything else is a query. Enter asks it, or goes on in a new line where it cannot end yet; Alt-Enter always does.")

    def _queries(self, _: str) -> None:
        saved = self.graph.schema.queries
        emit(f"@{name}  {text}\n" for name, text in saved)
        if not saved:
            print("no saved queries: \\save NAME keeps the last one")

    def _quit(self, _: str) -> None:
        self.over = True

    def _save(self, rest: str) -> None:
        name, _, query = rest.partition(" ")
        if not name:
            raise RotgraphError("\\save takes a name, as in \\save energy, or a file, as in \\save energy.csv")
        form = _SUFFIXES.get(Path(rest).suffix.lower())
        if form is not None:
            self._save_answer(Path(rest).expanduser(), form)
            return
        query = query.strip() or self._last().query
        self._check(query)  # what is wrong is not saved
        if self._folder is None:
            raise RotgraphError("a query is saved in the rotgraph.toml of a vault, and there is none here")
        from rotgraph.model.saved_query import with_saved_query
        from rotgraph.rdf.write import write_file

        path = self._folder / "rotgraph.toml"
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        write_file(path, [with_saved_query(before, name.removeprefix("@"), query)])
        print(f"@{name.removeprefix('@')} is saved in {path}")
        self._forget()

    def _check(self, query: str) -> None:
        from rotgraph.api.graph import Graph

        graph = self.graph
        if isinstance(graph, Graph):
            graph.prepare(query)
        else:
            graph.query(query)

    def _forget(self) -> None:
        """A store is told the saved queries when it is opened."""
        from rotgraph.api.graph import Graph

        if self._graph is not None and not isinstance(self._graph, Graph):
            self._graph.close()
            self._graph = None

    def _save_answer(self, path: Path, form: str) -> None:
        from rotgraph.rdf.write import write_file
        from rotgraph.render.formats import Look

        result = self._last()
        write_file(path, result.write(form, Look(query=result.query)))
        print(f"{len(result):,} {'row' if len(result) == 1 else 'rows'} written to {path}")

    def _show(self, name: str) -> None:
        if not name:
            raise RotgraphError("\\show takes a name, as in \\show Energy")
        from rotgraph.api.graph import Graph

        graph = self.graph
        if not isinstance(graph, Graph):
            raise RotgraphError(f'\\show reads the notes, and {graph.where} is a store: ask things where name is "{name}" show *')
        emit(card_lines(graph, name), trusted=True)

    def _last(self) -> Result:
        if self._result is None:
            raise RotgraphError("nothing was asked yet")
        return self._result


_OBEY: dict[str, Callable[[Talk, str], None]] = {name: getattr(Talk, f"_{name}") for name in COMMANDS}
