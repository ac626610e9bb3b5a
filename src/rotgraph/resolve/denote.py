"""In: the records of a note, a heading or caption. Out: the one that it denotes. Room: resolve."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rotgraph.model.draft import Name, SectionFacts
from rotgraph.model.schema import Schema, fold
from rotgraph.model.value import Kind, Period
from rotgraph.resolve.records import NO_KEY, Record

__all__ = ["of_caption", "of_heading", "words_of"]

_TEXT = int(Kind.TEXT)
_WORD = re.compile(r"\w{3,}")


def of_heading(schema: Schema, here: Sequence[Record], section: SectionFacts) -> Record | None:
    """The record with the heading's period in its key; of several, the one that shares most words with the rest of it."""
    period = section.period
    if period is None:
        return None
    found = _one_of_each([record for record in here if _keyed_by(schema, record, period)])
    if len(found) <= 1:
        return found[0] if found else None
    words = {fold(word) for word in _WORD.findall(section.rest)}
    scores = [(len(words & _vocabulary(record)), record) for record in found]
    best = max(score for score, _ in scores)
    top = [record for score, record in scores if score == best]
    return top[0] if best and len(top) == 1 else None


def of_caption(here: Sequence[Record], name: Name | None) -> Record | None:
    """The one record that has the words of a caption as a text."""
    if name is None:
        return None
    wanted = fold(name.text)
    found = _one_of_each([each for each in here if each.cls != "chart" and wanted in words_of(each)])
    return found[0] if len(found) == 1 else None


def words_of(record: Record) -> set[str]:
    """The texts that a record holds, folded."""
    return {fold(each.value) for each in record.statements if each.kind == _TEXT and isinstance(each.value, str)}


def _one_of_each(found: Sequence[Record]) -> list[Record]:
    """Records that are one count once."""
    return list({each.key if each.key != NO_KEY else each.number: each for each in reversed(found)}.values())[::-1]


def _keyed_by(schema: Schema, record: Record, period: Period) -> bool:
    definition = schema.by_name.get(record.cls)
    if definition is None:
        return False
    fields = schema.fields(record.cls)
    keys = [key for key in definition.key if key in fields and fields[key].kind == "period"]
    values = [value for key in keys for value in record.values(key)]
    return any(isinstance(each, Period) and (each.start, each.end) == (period.start, period.end) for each in values)


def _vocabulary(record: Record) -> set[str]:
    texts = [str(each.value) for each in record.statements if each.kind == _TEXT]
    texts.append(record.source)
    return {fold(word) for text in texts for word in _WORD.findall(text)}
