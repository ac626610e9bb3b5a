"""In: a cell that lists names, and what is known. Out: its names, one by one. Room: resolve (ruling 23).

Known names first; then only the strongest separator present, ``;`` or a line break, else ``,``; ``&``, ``and``, ``+`` and ``/``
only between names that are all known, or that other cells of the column write alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

import msgspec

from rotgraph.model.draft import Name, Names
from rotgraph.model.schema import fold

__all__ = ["Part", "is_weak", "left_over", "split_names"]

_WEAK = re.compile(r"\s*(?:&|\+|/|\band\b)\s*", re.IGNORECASE)
_MAYBE_WEAK = re.compile(r"[&+/]|and", re.IGNORECASE)
_LED = re.compile(r"(and|plus|including|incl\.|led by|co-led by)\s+", re.IGNORECASE)
"""Words before a name of a list that are no part of it."""
_LETTER = re.compile(r"[^\W\d_]")
_GLUED = re.compile(r"^[\w'’]+")
_SEPARATOR = re.compile(r"[;\n]|,(?!\d)")
_JOINED = re.compile(r"^(?:\s*\b(?:and|plus|including|incl|led by|co-led by)\b[\s.&+/]*)+|(?:\s*[&+/]?\s*\band\b)+$", re.IGNORECASE)
"""Words at either end of what stands between two names that join them."""
_SAYS = re.compile(r"\w")
_AROUND = " \t\n.;,:*_~()[]–—-&+/"
_TRIMMED = " \t\n.;,:*_~"


class Part(msgspec.Struct, frozen=True, gc=False):
    """One name of a list."""

    text: str
    start: int
    """Place in the text of the cell."""
    end: int
    link: Name | None = None


def is_weak(text: str) -> bool:
    """Whether it may matter to a text what other cells of its column write alone."""
    return _MAYBE_WEAK.search(text) is not None


def split_names(names: Names, known: Callable[[str], bool], legal: Collection[str]) -> list[Part]:
    """The names in a text, in order.

    Args:
        known: whether anything answers to a name.
        legal: what a firm is in law, folded: it goes with the name before it (``Lake Foods, Inc.``).
    """
    whole = names.text.strip(_TRIMMED)
    if not whole:
        return []
    if not names.split or known(whole):
        return _part(names, names.text, 0, known)
    separator = ";" if ";" in names.text else "\n" if "\n" in names.text else ","
    if separator not in names.text:
        return _part(names, names.text, 0, known)
    parts: list[Part] = []
    pieces = _pieces(names.text, separator)
    at = 0
    while at < len(pieces):
        taken = _joined(pieces, at, separator, known)
        while at + taken < len(pieces) and fold(pieces[at + taken][0]) in legal:
            taken += 1
        text = separator.join(piece for piece, _ in pieces[at : at + taken])
        parts.extend(_part(names, text, pieces[at][1], known))
        at += taken
    return parts


def left_over(names: Names, parts: Sequence[Part]) -> list[str]:
    """What stands in a cell beside its names: ``fell`` of ``[[Kelp]] fell``, ``±20%``; not a letter glued to a link, not words
    that only join."""
    at, found = 0, list[str]()
    for part in (*sorted(parts, key=_place), None):
        between = names.text[at : part.start] if part is not None else names.text[at:]
        if at:
            between = _GLUED.sub("", between)
        found.extend(piece for each in _SEPARATOR.split(between) if (piece := _JOINED.sub("", each.strip(_AROUND))))
        at = max(at, part.end) if part is not None else at
    return [piece for piece in found if _SAYS.search(piece)]


def _place(part: Part) -> int:
    return part.start


def _pieces(text: str, separator: str) -> list[tuple[str, int]]:
    pieces, start = [], 0
    for piece in text.split(separator):
        pieces.append((piece, start))
        start += len(piece) + len(separator)
    return pieces


def _joined(pieces: list[tuple[str, int]], at: int, separator: str, known: Callable[[str], bool]) -> int:
    """A known name may hold the separator: ``Cisco Systems, Inc``."""
    for count in (3, 2):
        if at + count <= len(pieces) and known(separator.join(piece for piece, _ in pieces[at : at + count]).strip(_TRIMMED)):
            return count
    return 1


def _part(names: Names, text: str, start: int, known: Callable[[str], bool]) -> list[Part]:
    lead = len(text) - len(text.lstrip(_TRIMMED))
    bare = text.strip(_TRIMMED)
    led = _LED.match(bare)
    if led and (led[1].lower() == "and" or not known(bare)):
        lead, bare = lead + led.end(), bare[led.end() :]
    place = start + lead
    links = [each for each in names.links if each[0] >= place - 1 and each[1] <= place + len(bare) + 1] if names.links else ()
    if known(bare):
        exact = [link for left, right, link in links if right - left == len(bare)]
        return [Part(bare, place, place + len(bare), exact[0] if exact else None)]
    if len(links) > 1:
        return [Part(link.text, left, right, link) for left, right, link in links]
    if len(links) == 1:
        return _around_link(names, bare, place, links[0], known)
    if not _LETTER.search(bare):
        return []
    weak = _WEAK.split(bare) if names.split else [bare]
    if len(weak) > 1 and all(piece and (fold(piece) in names.apart or known(piece)) for piece in weak):
        found, at = [], place
        for piece in weak:
            at = names.text.index(piece, at)
            found.append(Part(piece, at, at + len(piece)))
            at += len(piece)
        return found
    return [Part(" ".join(bare.split()), place, place + len(bare))]


def _around_link(names: Names, bare: str, place: int, link: tuple[int, int, Name], known: Callable[[str], bool]) -> list[Part]:
    """A link with words around it: the names beside it, when a weak separator stands between; else the link alone."""
    left, right, name = link
    found = [Part(name.text, left, right, name)]
    before, after = names.text[place:left], names.text[right : place + len(bare)]
    if names.split:
        lead = _WEAK.search(before)
        if lead and lead.end() == len(before) and known(before[: lead.start()].strip()):
            found.insert(0, Part(before[: lead.start()].strip(), place, place + lead.start()))
        tail = _WEAK.match(after)
        if tail and known(after[tail.end() :].strip()):
            found.append(Part(after[tail.end() :].strip(), right + tail.end(), right + len(after)))
    return found
