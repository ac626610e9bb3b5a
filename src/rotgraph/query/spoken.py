"""In: a query as English has it, the names of a graph. Out: the same as the language has it. Room: query.

`which firms have no sector`, `average deadweight of vessels by owner`, `the sector of NVIDIA`: what is written so is no query, and
the error has the query that means it. Whatever is made here is read and bound before anybody sees it: a suggestion runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rotgraph.errors import QueryError
from rotgraph.query.bind import bind
from rotgraph.query.errors_english import BEGINS, EXAMPLE
from rotgraph.query.names import Names
from rotgraph.query.parse import parse_query
from rotgraph.query.spoken_condition import Speaker
from rotgraph.query.spoken_words import (
    ABOUT,
    AGGREGATE,
    ARTICLES,
    BEGUN,
    CLAUSE,
    CONNECTED,
    COUNTING,
    DATED,
    ENDING,
    EXTREME,
    GROUPING,
    HAS,
    IN_WHERE,
    JOINS,
    LIMITED,
    MEASURED,
    MOST,
    NUMBERS,
    OPENING,
    ORDERED,
    POSSESSIVE,
    RISING,
    SORTING,
    THEIRS,
    WITH_EXTREME,
    WRITE,
)
from rotgraph.query.suggest import closest
from rotgraph.query.vocabulary import vocabulary_of
from rotgraph.query.words import OTHER_FUNCTIONS

__all__ = ["in_words"]

_LONGEST = 300
"""Characters of English that are looked at."""


def in_words(error: QueryError, names: Names, *, read: bool) -> QueryError:
    """The error, with the query that its English means: `show me all firms without a sector` is `firms where sector is unknown`.

    Where a name in it is none, that is what is wrong. A query that begins as the language has it is not taken for English, where it
    could be ``read`` or the error helps.
    """
    text = error.query
    said = ENDING.sub("", " ".join(text.split()).rstrip("?!.; "))
    begun = BEGUN.match(said)
    begins = begun is not None and _names_class(begun["top"] or begun["cls"], names)
    helped = read or bool(error.help or error.suggestions) or not text.isprintable() or not IN_WHERE.fullmatch(text[: error.start])
    if not said or len(said) > _LONGEST or (begins and helped):
        return _at_home(error, names)
    english = _Query(said, names)
    for found in english.all():
        if found != said and _runs(found, names):
            return QueryError(error.message, text, error.start, error.end, help=f"write `{found}`", code=error.code)
    for name in english.speaker.unknown:
        at = text.find(name)
        if at >= 0:
            near = closest(name, names.spellings(()))
            return QueryError(f"nothing in the graph is called `{name}`", text, at, at + len(name), suggestions=near, code="RG602")
    asked = english.speaker.class_in(said)
    if error.help != BEGINS or asked is None:
        return _at_home(error, names)
    help_ = f"begin with the class: `{english.speaker.plural(asked[1])}`; what is asked of it stands after `where`"
    return QueryError(error.message, text, error.start, error.end, help=help_, code=error.code)


def _at_home(error: QueryError, names: Names) -> QueryError:
    """The error; the example that it gives is of these notes."""
    speaker, written = Speaker(names), WRITE.fullmatch(error.help)
    lost = written is not None and not written[1].startswith("path ") and speaker.class_in(written[1]) is None
    lost = lost and not error.query[: error.start].strip()
    help_ = BEGINS if lost else error.help  # `show name` without a class
    if EXAMPLE in help_ and not names.kinds("buy_side"):
        help_ = help_.replace(EXAMPLE, speaker.example())
    if help_ == error.help:
        return error
    made = QueryError(error.message, error.query, error.start, error.end, suggestions=error.suggestions, help=help_)
    made.code = error.code
    return made


def _names_class(word: str, names: Names) -> bool:
    return vocabulary_of(names.schema).class_named(word.strip('"')) is not None


def _runs(text: str, names: Names) -> bool:
    try:
        bind(parse_query(text), names)
    except QueryError:
        return False
    return True


class _Query:
    """What one piece of English may mean, the likeliest first."""

    def __init__(self, said: str, names: Names) -> None:
        self.said, self.names = said, names
        self.speaker = Speaker(names)

    def all(self) -> Iterator[str]:
        clause = CLAUSE.match(self.said)
        for cls in self.speaker.owners([clause[1]]) if clause else ():  # `where crew = 20`, `show name`
            yield f"{self.speaker.plural(cls)} {self.said}"
        yield from self._connected()
        rest, counted, opened = self._opening(self.said)
        yield from self._aggregates(rest)
        yield from self._extremes(rest)
        yield from self._ordered(rest)
        yield from self._most(rest)
        if POSSESSIVE.fullmatch(rest) or re.match(r"(?i)\S*[^\Ws]\s+of\s", rest):  # `sector of NVIDIA`: one thing's
            yield from self._values(rest)
        found = self.speaker.class_in(rest)
        if found is not None:
            yield from self._rows(*found, counted=counted, opened=opened)
        if not counted:
            yield from self._values(rest)
            yield from self._told(rest)

    def _opening(self, said: str) -> tuple[str, bool, bool]:
        """Without `please show me all the`; whether things are counted, and whether something was left out."""
        rest, counted = said, False
        while True:
            match = None if counted else COUNTING.match(rest)
            if match is not None:
                counted = True
            match = match or OPENING.match(rest)
            if match is None:
                return rest, counted, rest != said
            rest = rest[match.end() :]

    # rows

    def _rows(self, before: str, cls: str, after: str, *, counted: bool, opened: bool) -> Iterator[str]:
        """`tech stocks with no target sorted by name`: a class, what stands before it, what comes after it."""
        plural = self.speaker.plural(cls)
        if not after and not before:
            if opened:
                yield f"count {plural}" if counted else plural
            return
        best = WITH_EXTREME.fullmatch(after)
        if best and not before and not counted:
            yield from self._best(cls, best[1], "1", best[2])
        theirs = THEIRS.fullmatch(after)
        if theirs and not before:
            shown = self._columns(theirs[1], cls)
            if shown:
                yield f"{plural} show {', '.join(dict.fromkeys((*self.speaker.key(cls), *shown)))}"
        shown = self._columns(after, cls) if after and not before and not counted else ()
        if shown:  # `vessel owners`
            yield f"{plural} show {', '.join(shown)}"
        if self.speaker.class_in(after) == ("", self.speaker.named(after), "") or re.match(r"(?i)(?:and|or)\s", after):
            return  # `vessels and voyages`
        after, sorting = self._sorting(after, cls)
        groups = list(GROUPING.finditer(f" {after}"))
        for match in (*groups[-1:], None):
            rest = after if match is None else f" {after}"[: match.start()].strip()
            keys = () if match is None else self._columns(f" {after}"[match.end() :], cls)
            if match is not None and not keys:
                continue
            for condition in self._conditions(before, rest, cls, counted=counted):
                where = f" where {condition}" if condition else ""
                per = f" per {', '.join(keys)}" if keys else ""
                yield f"{'count ' if counted else ''}{plural}{where}{per}{sorting}"

    def _conditions(self, before: str, after: str, cls: str, *, counted: bool) -> Iterator[str]:
        names = self.speaker.like(cls, before) if before else ("",)
        has = HAS.fullmatch(after) if counted else None
        later = [*self.speaker.conditions(cls, after)] if after else [""]
        if has:
            later += self.speaker.member(cls, has[1], "is")
        for first in names:
            for second in later:
                yield " and ".join(each for each in (first, second) if each)

    def _sorting(self, after: str, cls: str) -> tuple[str, str]:
        limit = LIMITED.search(f" {after}")
        if limit:
            after = f" {after}"[: limit.start()].strip()
        match = SORTING.search(f" {after}")
        tail = f" limit {limit[1]}" if limit else ""
        if match is None:
            return after, tail
        field = self.speaker.field(cls, match["by"].split())
        if field is None or field[1]:
            return after, tail
        down = " desc" if match["down"] else " asc" if match["up"] else ""
        return f" {after}"[: match.start()].strip(), f" sort by {field[0]}{down}{tail}"

    def _columns(self, said: str, cls: str) -> tuple[str, ...]:
        """`name, owner and day rate`: fields, none where one is unknown."""
        found = []
        for each in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", said):
            field = self.speaker.field(cls, ARTICLES.sub("", each, count=1).split())
            if field is None or field[1]:
                return ()
            found.append(field[0])
        return tuple(found)

    # aggregates

    def _aggregates(self, rest: str) -> Iterator[str]:
        """`average value of targets by stock`, `total prize per team`."""
        match = AGGREGATE.fullmatch(rest)
        if match is None:
            return
        word = match[1].lower()
        function = OTHER_FUNCTIONS.get(word, {"biggest": "max", "greatest": "max", "smallest": "min"}.get(word, word))
        said = f" {ARTICLES.sub('', match[2], count=1)}"
        groups = list(GROUPING.finditer(said))
        for group in (*groups[-1:], None):
            body = (said if group is None else said[: group.start()]).strip()
            for cls, field, condition in self._measured(body):
                keys = () if group is None else self._columns(said[group.end() :], cls)
                if group is not None and not keys:
                    continue
                where = f" where {condition}" if condition else ""
                per = f" per {', '.join(keys)}" if keys else ""
                yield f"{self.speaker.plural(cls)}{where}{per} show {', '.join((*keys, f'{function}({field})'))}"

    def _measured(self, body: str) -> Iterator[tuple[str, str, str]]:
        """`deadweight of vessels without owner`: class, field, condition; of a field alone every class that declares it."""
        for match in MEASURED.finditer(body):
            found = self.speaker.class_in(body[match.end() :])
            words = body[: match.start()].split()
            if found is not None:
                field = self.speaker.field(found[1], words)
                if field is not None and not field[1]:
                    for condition in self._conditions(found[0], found[2], found[1], counted=False):
                        yield found[1], field[0], condition
            else:
                for cls in self.speaker.owners(words):
                    field = self.speaker.field(cls, words)
                    for condition in self.speaker.member(cls, body[match.end() :], "is") if field else ():
                        yield cls, field[0] if field else "", condition
        found = self.speaker.class_in(body)
        if found is not None and not found[0] and found[2]:  # `average vessel deadweight`
            field = self.speaker.field(found[1], found[2].split())
            if field is not None and not field[1]:
                yield found[1], field[0], ""
        for cls in self.speaker.owners(body.split()):
            field = self.speaker.field(cls, body.split())
            if field is not None and not field[1]:
                yield cls, field[0], ""

    # the first ones

    def _extremes(self, rest: str) -> Iterator[str]:
        """`highest 5 vessels by day rate`, `latest banks`, `oldest ships`."""
        match = EXTREME.fullmatch(rest)
        found = self.speaker.class_in(match["rest"]) if match else None
        if match is None or found is None or found[0]:
            return
        word, after = " ".join(match["word"].lower().split()), found[2]
        count = match["number"] or match["count"] or "10"
        count = NUMBERS.get(count.lower(), count)
        by = re.fullmatch(r"(?i)(?:by|in|in\s+terms\s+of|according\s+to)\s+(.+)", after)
        if by:
            yield from self._best(found[1], word, count, by[1])
        elif not after and word == "top":
            yield from (f"top {count} {self.speaker.plural(found[1])} by {field}" for field in self.speaker.measures(found[1]))
        elif not after and word in DATED:
            for field in self.speaker.periods(found[1]):
                order = "" if word in RISING else " desc"
                yield f"{self.speaker.plural(found[1])} sort by {field}{order} limit {count}"

    def _best(self, cls: str, word: str, count: str, by: str) -> Iterator[str]:
        field = self.speaker.field(cls, by.split())
        plural = self.speaker.plural(cls)
        if field is None or field[1]:
            return
        if word.lower() in RISING:
            yield f"{plural} sort by {field[0]} limit {count}"
        elif word.lower() == "most" and field[0] not in self.speaker.measures(cls):
            yield f"top {count} {plural} by count({field[0]})"
        yield f"top {count} {plural} by {field[0]}"

    def _ordered(self, rest: str) -> Iterator[str]:
        """`rank vessels by deadweight`, `sort vessels by built`."""
        match = ORDERED.fullmatch(rest)
        found = self.speaker.class_in(ARTICLES.sub("", match[2], count=1)) if match else None
        field = self.speaker.field(found[1], match[3].split()) if match and found and not found[0] and not found[2] else None
        if match and found and field is not None and not field[1]:
            yield f"{self.speaker.plural(found[1])} sort by {field[0]}{' desc' if match[1].lower() == 'rank' else ''}"

    def _most(self, rest: str) -> Iterator[str]:
        """`which team has the most races`: of groups the largest."""
        match = MOST.fullmatch(rest)
        found = self.speaker.class_in(match[3]) if match else None
        keys = self._columns(match[1], found[1]) if match and found and not found[0] and not found[2] else ()
        if match and found and keys:
            order = " desc" if match[2].lower() == "most" else ""
            yield f"count {self.speaker.plural(found[1])} per {', '.join(keys)} sort by count{order} limit 1"

    def _connected(self) -> Iterator[str]:
        """`path Marlin Sea Otter`, `how is Marlin related to Oslo Bulk`."""
        match = CONNECTED.fullmatch(self.said)
        words = (match["ends"] or match["pair"]).split() if match else []
        for at in range(1, len(words)):
            start, end = (re.sub(JOINS, "", " ".join(part), flags=re.IGNORECASE) for part in (words[:at], words[at:]))
            if self.speaker.nodes(start) and self.speaker.nodes(end):
                yield f"path from {start} to {end}"
                ends = (f"[[{self.names.label(self.speaker.nodes(each)[0])}]]" for each in (start, end))
                yield f"path from {' to '.join(ends)}"

    # what one thing has

    def _values(self, rest: str) -> Iterator[str]:
        """`sector of NVIDIA`, `NVIDIA's sector`, `owners of all vessels`."""
        for match in re.finditer(r"(?i)\s+(?:of|for)\s+", rest):
            said, thing = rest[: match.start()], ARTICLES.sub("", rest[match.end() :], count=1)
            found = self.speaker.class_in(thing)
            if found is not None:
                shown = self._columns(said, found[1])
                for condition in self._conditions(found[0], found[2], found[1], counted=False) if shown else ():
                    where = f" where {condition}" if condition else ""
                    yield f"{self.speaker.plural(found[1])}{where} show {', '.join(shown)}"
            yield from self._of_thing(said, thing)
        its = POSSESSIVE.fullmatch(rest)
        if its:
            yield from self._of_thing(its[2], its[1])

    def _told(self, rest: str) -> Iterator[str]:
        """`tell me about Marlin`, `who is Kari Nes`: all that stands of one thing."""
        thing = ABOUT.sub("", rest)
        for node in self.speaker.nodes(thing) if thing != self.said else ():
            cls = self.names.classes(node)[0]
            yield f"{self.speaker.plural(cls)} where this is [[{self.names.label(node)}]] show *"

    def _of_thing(self, said: str, thing: str) -> Iterator[str]:
        for node in self.speaker.nodes(thing):
            named = f"[[{self.names.label(node)}]]"
            for cls in self.names.classes(node):
                shown = self._columns(said, cls)
                if shown and all(self.speaker.filled(cls, each, node) for each in shown):
                    yield f"{self.speaker.plural(cls)} where this is {named} show {', '.join(shown)}"
            for cls in self.speaker.owners(said.split()):
                shown = self._columns(said, cls)
                for field in self.speaker.holding(cls, node) if shown else ():
                    yield f"{self.speaker.plural(cls)} where {field} is {named} show {', '.join(shown)}"
