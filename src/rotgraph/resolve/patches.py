"""In: a graph, some of its records as they were and as they are. Out: the columns of now. Room: resolve.

First every record as it was is looked up, and must be there as it was, to the last piece of evidence. Then its facts are cut out
and those of now put in. Texts and values get the numbers that a graph made from nothing would give them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import Any, TypeAlias

import numpy as np

from rotgraph.model.graph import COLUMNS, Graph
from rotgraph.model.lookup import TextNumbers, ValueNumbers
from rotgraph.model.numbering import in_order, ordered_by_use
from rotgraph.model.ordering import order_by
from rotgraph.model.patched import Columns, NewFact, NewNode, Patch, fact_properties
from rotgraph.model.spool import Spool, Waiting, forget
from rotgraph.model.told_moved import Span, Spans
from rotgraph.model.value import Kind
from rotgraph.resolve.some import Evidenced, SaidFact, SaidNode
from rotgraph.resolve.standing import Held, Said, Shown, alone, facts_are_there, fields_are_there, is_there, shown

__all__ = ["patched"]

_PLACES = ("line", "column", "end_line", "end_column")
_Rank: TypeAlias = "tuple[int, ...]"
_THING = "id/"
"""As the keys of things begin."""


def patched(held: Held, old_said: Said, new_said: Said, spool: Spool) -> tuple[Columns, tuple[str, ...]] | None:
    """The columns and the units of a graph of which some records say something else; None if they cannot be told.

    Args:
        spool: where the columns wait.
    """
    graph, (before, old_fields), (now, new_fields) = held.graph, old_said, new_said
    owners = {each: node for each in old_fields if (node := held.node(each[0])) is not None and held.classes(each[0]) is not None}
    if len(owners) != len(old_fields) or any(name not in graph.property_ids for _, name in owners):
        return None
    fields = {each: (node, graph.property_ids[each[1]]) for each, node in owners.items()}
    if not fields_are_there(held, {fields[each]: facts for each, facts in old_fields.items()}):
        return None
    if not all(map(Shown(held, set(fields.values())).elsewhere, shown(held, old_fields) ^ shown(held, new_fields))):
        return None
    old = {each.key: node for each in before if (node := held.node(each.key)) is not None}
    if len(old) != len(before) or not all(is_there(held, old[each.key], each) for each in before):
        return None
    if not facts_are_there(held, [(old[each.key], each) for each in before]) or not alone(held, before, now):
        return None
    no_more = _named(old_said) - _named(new_said) - old.keys()
    if any(held.classes(each) is None for each in no_more):
        return None
    columns = Waiting(spool)
    columns.update((name, graph.columns[name]) for name in COLUMNS)  # who read them has put them down
    forget()
    texts = TextNumbers(columns)
    for name in ("key", "label", "heading", "source"):
        texts.meet(columns[f"node_{name}"][list(old.values())].tolist())
    values = ValueNumbers(columns, graph.units, texts)
    taken = _taken(held, before, now, old)
    if taken is None:
        return None
    numbers = _Numbers(held, texts, values, taken, old, now)
    nodes, said = numbers.nodes(), {fields[each]: numbers.facts(facts) for each, facts in new_fields.items()}
    if nodes is None or None in said.values():
        return None
    told = {each: facts for each, facts in said.items() if facts is not None}
    first = Patch(columns, graph.schema, list(old.values()), [], told)
    first.cut_facts()
    if not all(_moved(columns, held.nodes[note], spans, set(old.values())) for note, spans in held.spans.items()):
        return None
    gone = set(old.values())
    if not all(_in_order(columns, held.nodes[note], nodes, gone, graph) for note in held.spans):
        return None
    placed = [_placed(columns, each, nodes, gone, graph) for each in nodes]
    if any(each is None for each in placed):
        return None
    patch = Patch(columns, graph.schema, list(old.values()), [each for each in placed if each is not None], told)
    if patch.is_named():
        return None
    patch.exchange(texts)
    if (np.diff(columns["property_pointers"]) == 0).any():
        return None  # nobody says anything in some field any more
    columns.put(chain(texts.columns(), values.columns()))
    return columns, _numbered(columns, values.units)


def _numbered(columns: Waiting, units: Sequence[str]) -> tuple[str, ...]:
    """Number the values as they are used; the units."""
    kind = columns["fact_kind"]
    counts = len(columns["quantity_text"]), len(columns["period_text"])
    columns["fact_value"], columns["evidence_stated"], ordered = ordered_by_use(
        kind, columns["fact_value"], columns["evidence_stated"], counts
    )
    told, used = in_order(columns, units, ordered)
    columns.put(told.items())
    columns["reverse_facts"] = order_by(fact_properties(columns), kind, columns["fact_value"]).astype(np.int32)
    return used


def _named(said: Said) -> set[str]:
    """Keys of what is named."""
    nodes, fields = said
    return {
        str(fact.value)
        for facts in (*(each.facts for each in nodes), *fields.values())
        for fact in facts
        if fact.kind == Kind.THING
    }


def _taken(
    held: Held, before: Sequence[SaidNode], now: Sequence[SaidNode], old: Mapping[str, int]
) -> dict[str, int] | None:  # fmt: skip
    """Nodes whose place records take, by the key of now: the same records in the same place. None if one that others may call has
    another key."""
    where = {(_became(held, each.place[0], each.record), _became(held, *each.first)): each for each in before}
    found: dict[str, int] = {}
    schema = held.graph.schema
    for each in now:
        was = where.get(((each.place[0], each.record), each.first))
        if was is None or was.cls != each.cls:
            continue
        definition = schema.by_name.get(each.cls)
        if (
            (was.key, was.label) != (each.key, each.label)
            and definition is not None
            and definition.merge
            and definition.named
            and not definition.value
        ):
            return None
        found[each.key] = old[was.key]
    return found


def _became(held: Held, note: int, record: int) -> tuple[int, int]:
    """What a record of before is now; -1 for none."""
    same = held.same.get(note)
    return note, record if same is None else same.get(record, -1)


class _Numbers:
    """What is said in the numbers of a graph."""

    def __init__(
        self, held: Held, texts: TextNumbers, values: ValueNumbers, taken: Mapping[str, int], old: Mapping[str, int],
        now: Sequence[SaidNode],
    ) -> None:  # fmt: skip
        self._held, self._texts, self._values, self._taken, self._old, self._said = held, texts, values, taken, old, now
        self._own = {each.key: at for at, each in enumerate(now)}
        self._properties = held.graph.property_ids

    def nodes(self) -> list[NewNode] | None:
        """The nodes; None if something is said in no field or of no node that the graph has."""
        found = [self._node(each) for each in self._said]
        return [each for each in found if each is not None] if None not in found else None

    def _node(self, said: SaidNode) -> NewNode | None:
        known = self.facts(said.facts)
        if known is None:
            return None
        note, place, heading, _ = self._evidence(said.place)
        return NewNode(
            was=self._taken.get(said.key, -1), before=-1, rank=(*place[:2], *said.first), key=self._texts(said.key),
            label=self._texts(said.label), cls=said.cls, note=note, place=place, heading=heading, source=self._number(said.source),
            facts=known,
        )  # fmt: skip

    def facts(self, said: Sequence[SaidFact]) -> tuple[NewFact, ...] | None:
        """Facts; None as `nodes`."""
        found = [self._fact(each) for each in said]
        return tuple(each for each in found if each is not None) if None not in found else None

    def _fact(self, said: SaidFact) -> NewFact | None:
        name, value = self._properties.get(said.property), self._value(said)
        if name is None or value is None:
            return None
        return NewFact(name, int(said.kind), value, tuple(map(self._evidence, said.evidence)))

    def _value(self, said: SaidFact) -> int | None:
        value: Any = said.value
        if said.kind == Kind.THING:
            if value in self._own:
                return ~self._own[value]
            return self._held.node(value) if value not in self._old else None
        if said.kind == Kind.TEXT:
            return self._texts(value)
        if said.kind == Kind.QUANTITY:
            return self._values.quantity(value)
        return self._values.period(value) if said.kind == Kind.PERIOD else int(value)

    def _evidence(self, said: Evidenced) -> tuple[int, Span, int, int]:
        note, place, heading, stated = said
        return self._held.nodes[note], place, self._number(heading), self._values.period(stated)

    def _number(self, text: str | None) -> int:
        return self._texts(text) if text is not None else -1


def _moved(columns: Columns, note: int, spans: Spans, told: set[int]) -> bool:
    """Put what a note says where it stands now; False if some of it has gone nowhere. ``told`` are nodes that are told anew."""
    for group in ("node", "evidence"):
        rows = np.flatnonzero((columns[f"{group}_note"] == note) & (columns[f"{group}_line"] > 0))
        if group == "node":
            rows = rows[~np.isin(rows, list(told))]
        before = list(zip(*(columns[f"{group}_{name}"][rows].tolist() for name in _PLACES), strict=True))
        now = [spans.get(span) for span in before]
        if None in now:
            return False
        if now == before:
            continue
        for name, column in zip(_PLACES, np.array(now, np.int32).reshape(-1, len(_PLACES)).T, strict=True):
            place = columns[f"{group}_{name}"].copy()
            place[rows] = column
            columns[f"{group}_{name}"] = place
    return True


def _in_order(columns: Columns, note: int, nodes: Sequence[NewNode], told: set[int], graph: Graph) -> bool:
    """Whether nodes that take the place of others in a note that changed still stand in the order of their places."""
    kept = {each.was: each.rank for each in nodes if each.was >= 0 and each.note == note}
    block = _block(columns, note, kept, told)
    if block is None or any(rank > other for (rank, _), (other, _) in pairwise(block)):
        return False
    shared = {rank[:2] for rank in kept.values()}
    return all(each in kept or rank[:2] not in shared or graph.key(each).startswith(_THING) for rank, each in block)


def _block(columns: Columns, note: int, kept: Mapping[int, _Rank], told: set[int]) -> list[tuple[_Rank, int]] | None:
    """The nodes of a note and where they stand, things before records; None if they do not stand in the order of their places.

    Args:
        kept: where nodes stand that take the place of others.
        told: nodes that are told anew; those that are not kept are left out.
    """
    found = np.flatnonzero(columns["node_note"] == note).tolist()
    if not found or found[-1] - found[0] + 1 != len(found):
        return None
    lines, places = columns["node_line"], columns["node_column"]
    block = [
        (kept.get(each, (int(lines[each]), int(places[each]), -1, -1)), each) for each in found if each in kept or each not in told
    ]
    return None if any(one[0][:2] > other[0][:2] for one, other in pairwise(block)) else block


def _placed(
    columns: Columns, node: NewNode, nodes: Sequence[NewNode], told: set[int], graph: Graph
) -> NewNode | None:  # fmt: skip
    """A node with the one before which it comes to stand; None if that is not known.

    Nodes of a note stand in the order of their places, at one place records in theirs, behind things.
    """
    if node.was >= 0:
        return node
    kept = {each.was: each.rank for each in nodes if each.was >= 0}
    block = _block(columns, node.note, kept, told)
    if block is None:
        return None
    if any(rank[:2] == node.rank[:2] and each not in kept and not graph.key(each).startswith(_THING) for rank, each in block):
        return None
    last = int(np.flatnonzero(columns["node_note"] == node.note)[-1])
    before = next((each for rank, each in block if rank > node.rank), last + 1)
    return replace(node, before=before)
