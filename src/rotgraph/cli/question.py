"""In: the arguments of a command. Out: what ``rotgraph query`` is asked, if they are plain. Room: cli.

The command is defined in `asking`, for click; to import that and build it takes a tenth of the time of a query. So the form in which
nearly every query comes is told apart here: one text, each option at most once (``--param`` any number of times), each with a value
that needs no message. All else, right or wrong, is click's; a test holds what is read here against what click reads.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rotgraph.late import dataclass

__all__ = ["FORMATS", "Question", "find_vault", "pairs_of", "plain_question"]

FORMATS = ("table", "json", "jsonl", "csv", "tsv", "md", "html", "ids")
"""The names of `render.formats.FORMATS`, which a test compares: an answer that is remembered needs none of what writes them."""


@dataclass(frozen=True, slots=True)
class Question:
    """What ``rotgraph query`` is asked of the notes."""

    query: str
    vault: Path | None
    form: str
    parameters: dict[str, str]
    raw: bool = False
    strict: bool = False
    max_rows: int | None = None
    max_seconds: float | None = None


def plain_question(arguments: Sequence[str]) -> Question | None:
    """What is asked; None if click has to look at the arguments."""
    if arguments[:1] != ["query"] or os.name == "nt" or "_ROTGRAPH_COMPLETE" in os.environ:  # on Windows, click expands wildcards
        return None
    texts, told, parameters, raw = [], {}, [], False
    rest = iter(arguments[1:])
    for each in rest:
        if not each.startswith("-"):
            texts.append(each)
        elif each == "--raw":
            raw = True
        elif each in ("--vault", "--format", "--param") and each not in told:
            value = next(rest, "-")
            if value.startswith("-"):
                return None
            if each == "--param":
                parameters.append(value)
            else:
                told[each] = value
        else:
            return None
    vault, form, pairs = told.get("--vault"), told.get("--format", "table"), pairs_of(parameters)
    if len(texts) != 1 or form not in FORMATS or pairs is None or (vault is not None and not _is_readable_folder(vault)):
        return None
    return Question(texts[0], None if vault is None else Path(vault), form, pairs, raw)


def _is_readable_folder(path: str) -> bool:
    return os.path.isdir(path) and os.access(path, os.R_OK)


def pairs_of(given: Sequence[str]) -> dict[str, str] | None:
    """Parameters by name, from ``NAME=VALUE``; None if one is not written so."""
    pairs = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            return None
        pairs[name.strip().removeprefix("$")] = value
    return pairs


def find_vault(given: Path | None) -> Path:
    """The vault that is meant: the one named, the nearest folder above that looks like one, this folder."""
    if given is not None:
        return given
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "rotgraph.toml").is_file() or (folder / ".obsidian").is_dir():
            return folder
    return here
