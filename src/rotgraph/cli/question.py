"""In: the arguments of a command. Out: what ``rotgraph query`` is asked, if they are plain. Room: cli.

The command is defined in `asking`, for click: to import that takes a tenth of the time of a query. So the form in which
nearly every query comes is told apart here: one text, each option at most once (``--param`` any number of times), each with a value
that needs no message. All else, right or wrong, is click's; a test holds what is read here against what click reads.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from rotgraph.late import dataclass

__all__ = ["FORMATS", "Question", "nearest_vault", "pairs_of", "plain_question"]

FORMATS = ("table", "json", "jsonl", "csv", "tsv", "md", "html", "ids")
"""The names of `render.formats.FORMATS`, which a test compares: an answer that is remembered needs none of what writes them."""


@dataclass(frozen=True, slots=True)
class Question:
    """What ``rotgraph query`` is asked of the notes."""

    query: str
    vault: str | None
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
    if "explain" in texts[0].lower():  # it may ask what it means
        return None
    return Question(texts[0], vault, form, pairs, raw)


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


def nearest_vault() -> str:
    """The nearest folder above that looks like a vault, else this one."""
    here = folder = os.getcwd()
    while not os.path.isfile(os.path.join(folder, "rotgraph.toml")) and not os.path.isdir(os.path.join(folder, ".obsidian")):
        above = os.path.dirname(folder)
        if above == folder:
            return here
        folder = above
    return folder
