"""In: a name in a query. Out: the thing it means. Room: query.

Things are what names mean; a record is meant only where the field holds records of its class (ruling 1). A name that means several
things is an error that lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rotgraph.errors import QueryError
from rotgraph.late import regex
from rotgraph.model.schema import fold
from rotgraph.query import syntax
from rotgraph.query.bind_words import single_quoted
from rotgraph.query.expression import Things
from rotgraph.query.kinds import say_list
from rotgraph.query.scope import Binding
from rotgraph.query.suggest import closest
from rotgraph.query.words import OPERATOR_WORDS, OTHER_WORDS, RESERVED

__all__ = ["NamedValue", "as_path", "bind_thing", "look_up", "name_in", "name_of", "swallowed", "unknown_thing"]

NamedValue = syntax.Bare | syntax.Quoted | syntax.Link | syntax.Tag


def bind_thing(binding: Binding, value: NamedValue, ranges: tuple[str, ...]) -> Things:
    """The thing that a value names, in a field that holds the classes ``ranges`` (none: any).

    Raises:
        QueryError: nothing, or more than one thing, is called so.
    """
    name = name_of(value)
    nodes = look_up(binding, name, ranges)
    if not nodes:
        raise unknown_thing(binding, value, ranges)
    if len(nodes) > 1:
        raise _ambiguous(binding, value, nodes)
    node = nodes[0]
    key, label = binding.names.key(node), binding.names.label(node)
    binding.resolve(name, "thing", key, label)
    return Things((key,), (node,), (label,))


def name_of(value: NamedValue) -> str:
    """The name in a value: of a link its target, without alias, heading and ending."""
    if isinstance(value, syntax.Tag):
        return value.text[1:]
    if not isinstance(value, syntax.Link):
        return value.text
    target = re.split(r"\\?\||#", value.text, maxsplit=1)[0].strip()
    return target[:-3] if target.lower().endswith(".md") else target


def name_in(text: str) -> str:
    """The name in a text that was passed, which may be written as a link."""
    return name_of(syntax.Link(text[2:-2], 0, len(text))) if text.startswith("[[") and text.endswith("]]") else text


def look_up(binding: Binding, name: str, ranges: tuple[str, ...] = ()) -> Sequence[int]:
    """The nodes that a name can mean there, narrowed as far as rules narrow them."""
    names, schema = binding.names, binding.names.schema
    found = list(names.find(name))
    if not found and "/" in name:
        found = list(names.find(name.rsplit("/", 1)[1]))
        found = [node for node in found if _stands_at(names.place(node), name)] or found
    if not found:
        return ()
    worlds = {node: _world(binding, node) for node in found}
    fitting = [node for node in found if any(schema.is_a(cls, each) for cls in names.classes(node) for each in ranges)]
    things = [node for node in found if worlds[node] == "thing"]
    if ranges and all(binding.vocabulary.world(each) != "thing" for each in ranges):
        things = []
    chosen = fitting or things or ([] if ranges else found)
    if len(chosen) < 2:
        return chosen
    for narrower in (
        [node for node in chosen if worlds[node] != "note"],
        [node for node in chosen if names.label(node) == name],
        [node for node in chosen if fold(names.label(node)) == fold(name)],
    ):
        if narrower:
            chosen = narrower
    return chosen


def _stands_at(place: str, path: str) -> bool:
    """Whether a place is in the note that a link means by its path, or by the end of it: ``Firms/Vesta``."""
    note = place.rpartition(":")[0]
    return f"/{fold(note).removesuffix('.md')}".endswith(f"/{fold(path).strip('/')}")


def _world(binding: Binding, node: int) -> str:
    """A record whose key cell is a link *is* that thing: the key tells."""
    room = binding.names.key(node).partition("/")[0]
    return {"id": "thing", "note": "note"}.get(room, "record")


def _ambiguous(binding: Binding, value: NamedValue, nodes: Sequence[int]) -> QueryError:
    lines = []
    for node in nodes[:8]:
        place = binding.names.place(node)
        classes = binding.names.classes(node)
        said = f"{binding.names.label(node)}, {classes[0] if classes else 'thing'}"
        lines.append(f"{said}, {place}: [[{binding.names.key(node)}]]" if place else f"{said}: [[{binding.names.key(node)}]]")
    if len(nodes) > 8:
        lines.append(f"and {len(nodes) - 8} more")
    return binding.error(f"`{name_of(value)}` means {len(nodes)} things", value, help="\n".join(lines), code="RG604")


def unknown_thing(binding: Binding, value: NamedValue, ranges: tuple[str, ...]) -> QueryError:
    """The error for a name that nothing has."""
    name = name_of(value)
    ran_on = swallowed(binding, value, lambda words: bool(binding.names.find(words))) if isinstance(value, syntax.Bare) else None
    quoted = single_quoted(binding, value) if isinstance(value, syntax.Bare) else None
    if ran_on is not None or quoted is not None:
        return ran_on or quoted  # type: ignore[return-value]  # one of them is there
    near = closest(name, binding.names.spellings(ranges)) if ranges else ()
    near = near or closest(name, binding.names.spellings(()))
    bare = re.sub(r"(?i)^(?:the|an?)\s+", "", name)
    if not near and bare != name:
        found = look_up(binding, bare, ranges)
        near = (binding.names.label(found[0]),) if found else closest(bare, binding.names.spellings(ranges))
    help_ = "" if near else _all_of(binding, ranges)
    help_ = as_path(binding, name) or help_
    others = look_up(binding, name)
    if others and ranges:
        classes = binding.names.classes(others[0])
        held = say_list(tuple(dict.fromkeys(ranges)))
        message = f"`{name}` is {_article(classes[0] if classes else 'thing')}, and {_article(held)} is expected here"
        if not near and not help_.startswith("a field"):
            help_ = "a name is asked for by its words with `.name contains …`"
        return binding.error(message, value, help=help_, code="RG602")
    return binding.error(f"nothing in the graph is called `{_short(name)}`", value, suggestions=near, help=help_, code="RG602")


_FEW = 8


def _all_of(binding: Binding, ranges: tuple[str, ...]) -> str:
    """What there is, where it is little."""
    if not ranges:
        return ""
    nodes = binding.names.beginning("", ranges, _FEW + 1)
    return f"there are {', '.join(nodes)}" if 1 < len(nodes) <= _FEW else f"there is only {nodes[0]}" if len(nodes) == 1 else ""


def _article(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeiou" else f"a {noun}"


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:77]}…"


def as_path(binding: Binding, text: str) -> str:
    """Bare words on the right are a literal: where they name a field, say how it is written."""
    first = text.partition(".")[0]
    known = binding.vocabulary.everywhere(first) or first in binding.vocabulary.inverse_words
    return f"a field on the right is written `this.{text}`" if known and re.fullmatch(r"[\w.]+", text) else ""


_INSIDE = regex(r"(?i)(?<=\s)(?:" + "|".join(OPERATOR_WORDS) + r"|is|in)(?=\s)")
_CLAUSE = regex(r"(?i)(?<=\s)(?P<word>order\s+by|group\s+by|having|&&|\|\|)(?=\s|$)")


def swallowed(binding: Binding, value: syntax.Bare, reads: Callable[[str], bool]) -> QueryError | None:
    """The error for a value that ran on: a clause of another language, a misspelt word or the next condition stands in it.

    ``reads`` says whether the words before would be a value by themselves.
    """
    written = binding.text[value.start : value.end]
    clause = _CLAUSE.search(written)
    if clause:
        word = " ".join(clause["word"].split())
        meant = OTHER_WORDS[word.split()[0].lower()]
        place = syntax.Name(word, value.start + clause.start(), value.start + clause.end())
        return binding.error(f"`{word}` is written `{meant}`", place, suggestions=(meant,), code="RG601")
    words = value.text.split(" ")
    for count in range(min(len(words) - 1, 12), 0, -1):
        before, rest = " ".join(words[:count]), " ".join(words[count:])
        if not reads(before):
            continue
        place = syntax.Name(rest, value.end - len(rest), value.end)
        if _INSIDE.search(f" {rest} "):
            help_ = f"write `{before} and {rest}`"
            return binding.error("two conditions are joined with `and` or `or`", place, help=help_, code="RG601")
        near = closest(words[count], RESERVED)
        if near:
            place = syntax.Name(words[count], place.start, place.start + len(words[count]))
            return binding.error(f"`{words[count]}` does not belong to `{before}`", place, suggestions=near, code="RG601")
    return None
