"""In: what is wrong, and where the places of some notes have gone. Out: the same at the places of now. Room: model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from rotgraph.diagnostics import Diagnostic
from rotgraph.late import replace
from rotgraph.model.ordering import unique
from rotgraph.model.told import LabelColumn, Told, ToldColumn

__all__ = ["Span", "Spans", "moved_told", "without"]

Span: TypeAlias = tuple[int, int, int, int]
"""Line, column, end line, end column."""
Spans: TypeAlias = Mapping[Span, Span]
"""Where each piece of evidence of a note stood, and where it stands."""

_PLACE = slice(ToldColumn.LINE, ToldColumn.END_COLUMN + 1)
_AT_LINE = ":{}"
"""The end of a form that names the line of its label."""


def moved_told(told: Told, moves: Mapping[str, Spans], gone: Callable[[Diagnostic], bool]) -> Told | None:
    """The same with its places moved, and without source lines where they may have changed; None if some place has gone nowhere.

    Args:
        moves: by the path of each note.
        gone: whether one of such a note is told anew by somebody else, if at all.
    """
    rows, labels, parts, texts = told.rows.copy(), told.labels.copy(), told.parts.copy(), list(told.texts)
    paths = unique(np.concatenate((rows[ToldColumn.PATH], labels[LabelColumn.PATH]))).tolist()
    moved = {number: moves[texts[number]] for number in paths if texts[number] in moves}
    stays = np.ones(len(told), bool)
    mine = np.flatnonzero(np.isin(rows[ToldColumn.PATH], list(moved)))
    for row, each in zip(mine.tolist(), told.take(mine), strict=True):
        if gone(each):
            stays[row] = False
            continue
        span = moved[int(rows[ToldColumn.PATH, row])].get((each.line, each.column, each.end_line, each.end_column))
        if span is None:
            return None
        rows[_PLACE, row] = span
        rows[ToldColumn.SOURCE_LINE, row] = -1
    owner = np.repeat(np.arange(len(told)), rows[ToldColumn.LABELS])
    for label in np.flatnonzero(np.isin(labels[LabelColumn.PATH], list(moved)) & stays[owner]).tolist():
        path, line, column, _ = labels[:, label].tolist()
        found = {now[:2] for before, now in moved[path].items() if before[:2] == (line, column)}
        if len(found) != 1:
            return None
        now = found.pop()
        if now[0] != line:
            row = int(owner[label])
            last = int(told.part_starts[row + 1]) - 1
            if not told.forms[rows[ToldColumn.FORM, row]].endswith(_AT_LINE) or texts[parts[last]] != str(line):
                return None
            parts[last] = len(texts)
            texts.append(str(now[0]))
        labels[[LabelColumn.LINE, LabelColumn.COLUMN], label] = now
    return Told(told.codes, told.forms, rows, parts, labels, told.label_parts, texts).take(np.flatnonzero(stays))


def without(told: Told, gone: Sequence[Diagnostic]) -> Told | None:
    """The same without some, whatever source lines it has; None if one of them is not there."""
    if not len(gone):
        return told
    wanted = {replace(each, source_line="") for each in gone}
    codes = np.array([code in {each.code for each in wanted} for code in told.codes], bool)
    rows = np.flatnonzero(codes[told.rows[ToldColumn.CODE]] & np.isin(told.rows[ToldColumn.LINE], [each.line for each in wanted]))
    found = [replace(each, source_line="") for each in told.take(rows)]
    cut = [row for row, each in zip(rows.tolist(), found, strict=True) if each in wanted]
    if len(cut) != len(wanted):
        return None
    stays = np.ones(len(told), bool)
    stays[cut] = False
    return told.take(np.flatnonzero(stays))
