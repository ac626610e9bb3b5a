"""In: keys. Out: queries, whole. Room: cli.

What prompt_toolkit needs to know of the language: its colours, what may come next, when Enter ends a query. The history is one
file of the user's, and where it cannot be kept, there is none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, ThreadedCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

from rotgraph.cli.question import FORMATS
from rotgraph.query.highlight import highlight, is_unfinished

if TYPE_CHECKING:
    from rotgraph.api.graph import Graph
    from rotgraph.api.store_graph import StoreGraph

__all__ = ["QueryCompleter", "QueryLexer", "prompts", "unfinished"]

_PROMPT, _CONTINUED = "rotgraph> ", "       … "
_COMMANDS = ("all", "explain", "fields", "format", "help", "queries", "quit", "save", "show")
_STYLE = Style.from_dict(
    {
        "prompt": "bold", "continued": "ansibrightblack", "keyword": "bold ansiblue", "operator": "ansiblue",
        "function": "ansicyan", "name": "", "value": "ansigreen", "link": "ansimagenta", "parameter": "ansiyellow",
        "comment": "italic ansibrightblack", "mark": "", "wrong": "underline ansired", "command": "bold ansicyan",
        # one look for black and for white screens
        "completion-menu.completion": "bg:#e4e4e4 #303030", "completion-menu.completion.current": "bg:#005f87 #ffffff",
        "completion-menu.meta.completion": "bg:#d0d0d0 #585858", "completion-menu.meta.completion.current": "bg:#0087af #ffffff",
    }
)  # fmt: skip


def prompts(graph: Callable[[], Graph | StoreGraph]) -> Iterator[str]:
    """What the person asks, one query or command after another, until Ctrl-D."""
    session: PromptSession[str] = PromptSession(
        history=_history(), auto_suggest=AutoSuggestFromHistory(), completer=ThreadedCompleter(QueryCompleter(graph)),
        lexer=QueryLexer(), style=_STYLE, key_bindings=_keys(), multiline=True, complete_while_typing=True,
        prompt_continuation=[("class:continued", _CONTINUED)], enable_open_in_editor=True, reserve_space_for_menu=6,
        color_depth=ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None,
    )  # fmt: skip
    while True:
        try:
            text = session.prompt([("class:prompt", _PROMPT)]).strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if text:
            yield text


def _history() -> History:
    """Under XDG_STATE_HOME, readable by its owner alone: it says what somebody asked."""
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    path = Path(state).expanduser() / "rotgraph" / "history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with path.open("ab"):
            return FileHistory(str(path))
    except (OSError, RuntimeError):  # RuntimeError: no home
        return InMemoryHistory()


def unfinished(text: str) -> bool:
    """Whether Enter goes on in a new line: a query that cannot end here; an empty line at its end asks nevertheless."""
    return not text.lstrip().startswith("\\") and not text.endswith("\n") and bool(text.strip()) and is_unfinished(text)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        chosen = buffer.complete_state and buffer.complete_state.current_completion
        if chosen:
            buffer.apply_completion(chosen)
        elif buffer.document.is_cursor_at_the_end and unfinished(buffer.text):
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


class QueryLexer(Lexer):
    """Colours by the parser's own tokens."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        lines = _styled(document.text)
        return lambda number: lines[number] if number < len(lines) else []


def _styled(text: str) -> list[StyleAndTextTuples]:
    if text.startswith("\\"):
        word, space, rest = text.partition(" ")
        queried = word in ("\\explain", "\\save")
        return [[("class:command", word), ("", space), *(_styled(rest)[0] if queried and rest else [("", rest)])]]
    styles = [""] * len(text)
    for piece in highlight(text):
        styles[piece.start : piece.end] = [f"class:{piece.role}"] * (piece.end - piece.start)
    lines: list[StyleAndTextTuples] = [[]]
    for style, character in zip(styles, text, strict=True):
        if character == "\n":
            lines.append([])
        elif lines[-1] and lines[-1][-1][0] == style:
            lines[-1][-1] = (style, lines[-1][-1][1] + character)
        else:
            lines[-1].append((style, character))
    return lines


class QueryCompleter(Completer):
    """What grammar, schema and notes accept next."""

    def __init__(self, graph: Callable[[], Graph | StoreGraph]) -> None:
        self._graph = graph

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        if before.startswith("\\"):
            yield from self._of_command(before)
        elif before.strip() or complete_event.completion_requested:
            yield from self._of_query(before, complete_event)

    def _of_query(self, before: str, event: CompleteEvent) -> Iterator[Completion]:
        for each in self._graph().complete(before):
            typed = before[each.start :]
            if each.text == typed or not (typed.strip() or event.completion_requested or before.endswith((" ", "."))):
                continue
            yield Completion(each.text, each.start - len(before), display_meta=each.said or each.role)

    def _of_command(self, before: str) -> Iterator[Completion]:
        word, space, rest = before[1:].partition(" ")
        if not space:
            yield from (Completion(each, -len(word)) for each in _COMMANDS if each.startswith(word))
        elif word == "explain":
            for each in self._graph().complete(rest):
                yield Completion(each.text, each.start - len(rest), display_meta=each.said or each.role)
        elif word == "format":
            yield from (Completion(each, -len(rest)) for each in FORMATS if each.startswith(rest))
        elif word == "fields":
            for cls in self._graph().classes():
                if cls.plural.startswith(rest.lower()):
                    yield Completion(cls.plural, -len(rest), display_meta=cls.said)
        elif word == "show":
            yield from (Completion(each, -len(rest)) for each in self._graph().names(rest))
