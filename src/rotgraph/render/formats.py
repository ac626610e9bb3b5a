"""In: an answer and the name of a format. Out: its text. Room: render."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rotgraph.errors import UnsupportedOperationError
from rotgraph.late import dataclass
from rotgraph.model.result import Answer, ThingCell

__all__ = ["FORMATS", "Look", "render", "write"]


@dataclass(frozen=True, slots=True)
class Look:
    """How an answer is to be shown: what only some formats ask for."""

    query: str = ""
    """The text of the query, for JSON."""
    raw: bool = False
    """CSV and TSV escape nothing."""
    width: int = 100
    """Columns of the screen."""
    color: bool = False
    most: int | None = None
    """Rows of a table that are shown; None is all of them."""


def _ids(answer: Answer, _: Look) -> Iterator[str]:
    """The key of each row; of the first thing in it where the row is no thing itself."""
    for row in range(len(answer)):
        subject = answer.rows.subject(row)
        if subject is None:
            subject = next((cell for cell in answer.rows.cells(row) if isinstance(cell, ThingCell)), None)
        if subject is not None:
            yield f"{subject.id}\n"


def _table(answer: Answer, look: Look) -> Iterator[str]:
    from rotgraph.render.terminal_table import write_table

    return write_table(answer, look.width, color=look.color, most=look.most)


def _json(answer: Answer, look: Look) -> Iterator[str]:
    from rotgraph.render.json_text import write_json

    return write_json(answer, look.query)


def _jsonl(answer: Answer, _: Look) -> Iterator[str]:
    from rotgraph.render.json_text import write_jsonl

    return write_jsonl(answer)


def _csv(answer: Answer, look: Look) -> Iterator[str]:
    from rotgraph.render.delimited import write_delimited

    return write_delimited(answer, ",", raw=look.raw)


def _tsv(answer: Answer, look: Look) -> Iterator[str]:
    from rotgraph.render.delimited import write_delimited

    return write_delimited(answer, "\t", raw=look.raw)


def _markdown(answer: Answer, _: Look) -> Iterator[str]:
    from rotgraph.render.markdown_table import write_markdown

    return write_markdown(answer)


def _html(answer: Answer, _: Look) -> Iterator[str]:
    from rotgraph.render.html_table import write_html

    return write_html(answer)


FORMATS: Mapping[str, Callable[[Answer, Look], Iterator[str]]] = {
    "table": _table, "json": _json, "jsonl": _jsonl, "csv": _csv, "tsv": _tsv, "md": _markdown, "html": _html, "ids": _ids,
}  # fmt: skip
"""Every format of a result, by the name that ``--format`` takes."""


def write(answer: Answer, form: str, look: Look | None = None) -> Iterator[str]:
    """The text of an answer in parts, rows made as they are asked for."""
    if form not in FORMATS:
        raise UnsupportedOperationError(f"the format {form}", "rotgraph", f"one of {', '.join(FORMATS)}")
    return FORMATS[form](answer, look or Look())


def render(answer: Answer, form: str, look: Look | None = None) -> str:
    """The whole text of an answer."""
    return "".join(write(answer, form, look))
