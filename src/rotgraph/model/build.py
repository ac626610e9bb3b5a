"""In: `Facts`. Out: `Graph`. Room: model.

Sorts facts by property, subject and order of the notes, folds equal facts into one with all their evidence, and makes the
indexes. All of it over arrays: one Python step per distinct text, quantity, period and node, none per fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from rotgraph.diagnostics import Diagnostic
from rotgraph.model.facts import Facts
from rotgraph.model.folded import folded_ranks
from rotgraph.model.graph import COLUMNS, Graph, Ids
from rotgraph.model.numbering import Ordered, in_order, ordered_by_use
from rotgraph.model.ordering import order_by, runs, taken, unique
from rotgraph.model.schema import RESERVED_CLASSES, Schema, fold
from rotgraph.model.spool import Spool, forget
from rotgraph.model.texts import Texts, text_hashes
from rotgraph.model.value_rows import PERIOD_COLUMNS, QUANTITY_COLUMNS, decimals, period_row, quantity_row

__all__ = ["build_graph", "closure"]

_Values: TypeAlias = "dict[str, npt.NDArray[Any]]"
_Rows: TypeAlias = "npt.NDArray[np.integer[Any]]"


def build_graph(facts: Facts, diagnostics: tuple[Diagnostic, ...] = (), spool: Spool | None = None) -> Graph:
    """Index resolved facts.

    Args:
        spool: where finished columns wait; in the memory if None.

    Shape: one fact per distinct (subject, property, value), with one piece of evidence per time it was stated.
    """
    columns = _Made(spool or Spool())
    properties, ordered = _facts(facts, columns)
    _nodes(facts, columns)
    _classes(facts, columns)
    columns["key_hash"], columns["key_node"] = _keys(facts)
    _names(facts, columns)
    texts = _Texts(facts.texts, _wanted(facts))
    units = _values(facts, texts, ordered, columns)
    columns["text_bytes"], columns["text_offsets"] = texts.pool(columns.spool)
    return Graph(facts.schema, properties, units, columns.finished(), diagnostics)


class _Made:
    """Columns as they are finished: each gets its type and waits."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self._columns: dict[str, npt.NDArray[Any]] = {}

    def __setitem__(self, name: str, column: npt.NDArray[Any]) -> None:
        typed = np.ascontiguousarray(column, dtype=COLUMNS[name])
        made = typed if name == "text_bytes" else self.spool.column(typed)
        made.setflags(write=False)
        self._columns[name] = made
        forget()

    def finished(self) -> dict[str, npt.NDArray[Any]]:
        """All of them, in their order."""
        return {name: self._columns[name] for name in COLUMNS}


class _Texts:
    """The text pool while it grows."""

    def __init__(self, texts: Texts, wanted: Iterable[str]) -> None:
        """``wanted`` are those that it may be asked for: a dictionary of all would take longer than everything else here."""
        asked = list(wanted)
        self.texts = texts
        self._ids = {text: number for text, number in zip(asked, texts.find(asked).tolist(), strict=True) if number >= 0}
        self._more: list[str] = []

    def __call__(self, text: str) -> int:
        found = self._ids.get(text)
        if found is None:
            found = self._ids[text] = len(self.texts) + len(self._more)
            self._more.append(text)
        return found

    def pool(self, spool: Spool) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        return self.texts.pool(self._more, spool)


def _values(facts: Facts, texts: _Texts, ordered: Ordered, columns: _Made) -> tuple[str, ...]:
    """Quantities and periods, as facts use them; their units."""
    units: dict[str, int] = {}
    quantities = [quantity_row(each, units.setdefault(each.unit, len(units)), texts) for each in facts.quantities]
    told = _spread(quantities, QUANTITY_COLUMNS)
    del quantities
    told |= _spread([period_row(each, texts) for each in facts.periods], PERIOD_COLUMNS)
    told, named = in_order(told, tuple(units), ordered)
    for name, column in told.items():
        columns[name] = column
    return named


def _spread(rows: Sequence[tuple[Any, ...]], names: Sequence[str]) -> _Values:
    return {name: np.array([row[index] for row in rows], dtype=COLUMNS[name]) for index, name in enumerate(names)}


def _nodes(facts: Facts, columns: _Made) -> None:
    for name in ("key", "label", "note", "heading", "source"):
        columns[f"node_{name}"] = getattr(facts, f"node_{name}")
    for index, name in enumerate(("line", "column", "end_line", "end_column")):
        columns[f"node_{name}"] = facts.node_place[index]
    columns["alias_pointers"] = _pointers(np.bincount(facts.alias_node, minlength=len(facts.node_key)))
    columns["alias_text"] = facts.alias_text


def _classes(facts: Facts, columns: _Made) -> None:
    schema = facts.schema
    ids = {definition.name: index for index, definition in enumerate(schema.classes)}
    direct = [[ids[name] for name in names] for names in facts.class_sets]
    closures = [closure(schema, names, ids) for names in facts.class_sets]
    columns["direct_pointers"], columns["direct_classes"] = _spread_out(facts.node_classes, direct)
    pointers, above = _spread_out(facts.node_classes, closures)
    nodes = np.repeat(np.arange(len(facts.node_classes)), np.diff(pointers))
    order = order_by(above)
    columns["class_pointers"] = _pointers(np.bincount(above, minlength=len(schema.classes)))
    columns["class_nodes"] = nodes[order]


def _spread_out(places: npt.NDArray[Any], lists: Sequence[Sequence[int]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For every node the list at its place, one after another, and where each begins."""
    starts = _pointers(np.array([len(each) for each in lists], np.int64))
    flat = np.array([number for each in lists for number in each], np.int64)
    lengths = np.diff(starts)[places]
    pointers = _pointers(lengths)
    at = np.repeat(starts[places] - pointers[:-1], lengths) + np.arange(pointers[-1])
    return pointers, flat[at]


def closure(schema: Schema, names: tuple[str, ...], ids: dict[str, int]) -> tuple[int, ...]:
    """Numbers of the classes that a node of these is of, rising."""
    above = {step for name in names for step in schema.ancestors(name)}
    named = [name for name in names if schema.is_a(name, "record") and schema.by_name[name].named]
    if named:
        above.add(RESERVED_CLASSES[0])  # `things` are all named things and named records
    return tuple(sorted(ids[name] for name in above if name in ids))


def _facts(facts: Facts, columns: _Made) -> tuple[tuple[str, ...], Ordered]:
    used = unique(facts.fact_property)
    properties = tuple(sorted(facts.properties[each] for each in used.tolist()))
    index = {name: number for number, name in enumerate(properties)}
    numbers = np.array([index.get(name, -1) for name in facts.properties], np.int32)
    prop = taken(numbers, facts.fact_property)
    subject, kind, value = facts.fact_subject, facts.fact_kind, facts.fact_value
    kept, columns["evidence_pointers"], evidence = _grouped(prop, subject, kind, value)
    evidence = columns.spool.column(evidence)
    columns["fact_subject"] = taken(subject, kept)
    prop, kind, value = taken(prop, kept), taken(kind, kept), taken(value, kept)
    del kept
    value, stated, ordered = ordered_by_use(
        kind, value, taken(facts.evidence_stated, evidence), (len(facts.quantities), len(facts.periods))
    )
    columns["evidence_stated"] = stated
    del stated
    columns["fact_kind"], columns["fact_value"] = kind, value
    columns["property_pointers"] = np.searchsorted(prop, np.arange(len(properties) + 1))
    columns["reverse_facts"] = order_by(prop, kind, value)
    del prop, kind, value
    for name in ("note", "heading"):
        columns[f"evidence_{name}"] = taken(getattr(facts, f"evidence_{name}"), evidence)
    for number, name in enumerate(("line", "column", "end_line", "end_column")):
        columns[f"evidence_{name}"] = taken(facts.evidence_place[number], evidence)
    return properties, ordered


def _grouped(prop: Ids, subject: Ids, kind: _Rows, value: Ids) -> tuple[Ids, npt.NDArray[np.int64], Ids]:
    """Equal facts become one, which stands where the first of them did: those firsts in their order; where the evidence of each
    begins; all facts in the order of the evidence."""
    order: Ids = order_by(prop, subject).astype(np.int32)
    new = runs(taken(prop, order), taken(subject, order))
    forget()
    many = np.flatnonzero(~(new & np.append(new[1:], True))).astype(np.int32)  # of one subject and property there are several
    rows, group = taken(order, many), np.cumsum(new[many], dtype=np.int32)
    said = taken(kind, rows), taken(value, rows)
    alike = order_by(group, *said).astype(np.int32)
    first = runs(*(taken(column, alike) for column in (group, *said)))
    del new, group, said
    forget()
    alike = taken(many, alike)
    is_first = np.ones(len(order), bool)
    is_first[many] = False
    is_first[alike[first]] = True
    of_fact = np.cumsum(is_first, dtype=np.int32) - np.int32(1)
    of_fact[alike] = np.repeat(of_fact[alike[first]], np.diff(np.flatnonzero(np.append(first, True))))
    del alike, first
    kept = order[is_first]
    del is_first
    order[many] = taken(rows, order_by(taken(of_fact, many)))
    del rows, many
    return kept, _pointers(np.bincount(of_fact, minlength=len(kept))), order


def _names(facts: Facts, columns: _Made) -> None:
    """The labels and other names in the order of their bytes when folded, and what each is the name of."""
    named = np.concatenate((facts.node_label, facts.alias_text))
    nodes = np.concatenate((np.arange(len(facts.node_key), dtype=np.int32), facts.alias_node))
    used = np.zeros(len(facts.texts), bool)
    used[named] = True
    forget()
    ranks = folded_ranks(facts.texts, np.flatnonzero(used))[(np.cumsum(used) - 1)[named]]
    order = order_by(ranks, nodes, named)
    kept = order[runs(ranks[order], nodes[order])]
    columns["name_text"], columns["name_node"] = named[kept], nodes[kept]


def _keys(facts: Facts) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Hashes of the keys of the nodes, rising, and whose each is. Keys are folded already, but for letters that ASCII lacks."""
    hashes = facts.texts.hashes(facts.node_key)
    wide = np.flatnonzero(facts.texts.wide(facts.node_key))
    if len(wide):
        hashes[wide] = text_hashes(map(fold, facts.texts.many(facts.node_key[wide])))
    short = hashes >> np.uint64(32)
    nodes = order_by(short)
    return short[nodes].astype(np.uint32), nodes


def _wanted(facts: Facts) -> set[str]:
    """Texts whose numbers are asked for by what they say."""
    found = {*(each.text for each in facts.periods), *(each.edtf for each in facts.periods)}
    for each in facts.quantities:
        found |= {each.text, each.remark, str(each.out_of), decimals(each)}
    return found


def _pointers(lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    pointers = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=pointers[1:])
    return pointers
