"""In: a graph, saved answers. Out: one block of bytes that a page unpacks. Room: pictures.

The block is the columns of the graph as they are, little-endian, with a header in JSON; texts are renumbered, so that names stand
together at the beginning of the pool, in the order of their folded forms: a search looks only at these, and a name is found by
halving. Rising columns are written as differences. Compressed, the
8,000 notes of a large vault come to a dozen megabytes, and a page maps them without making an object per fact.

    uint32  length of the header, padded with spaces to a multiple of 8
    header  JSON: ``columns`` lists name, type, count, whether it is written as differences
    columns each padded to a multiple of 8
    texts   UTF-8
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.model.schema import INTRINSIC, ClassDef, Field, Schema, fold
from rotgraph.model.unit import unit_of
from rotgraph.model.value import Kind

__all__ = ["Saved", "pack"]

Ints = npt.NDArray[Any]
_TYPES = {"uint8": "u1", "int16": "<i2", "int32": "<i4", "float64": "<f8"}


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer to a saved query, as the page shows it."""

    name: str
    query: str
    columns: tuple[str, ...]
    right: tuple[bool, ...]
    """Which columns stand to the right, as numbers do."""
    rows: tuple[tuple[str, ...], ...]
    nodes: tuple[int, ...]
    """The node that each row is; -1 for a group."""
    places: tuple[str, ...]
    """``note:line`` of each row; empty if there is none."""
    notes: tuple[str, ...] = ()


def pack(graph: Graph, title: str, saved: Iterable[Saved] = ()) -> bytes:
    """The block, compressed (zlib). The same graph gives the same bytes."""
    texts = _Texts(graph)
    columns = _columns(graph, texts)
    listed, blocks = [], []
    for name, (kind, values, rising) in columns.items():
        written = np.diff(values, prepend=values.dtype.type(0)) if rising else values
        data = np.ascontiguousarray(written, dtype=_TYPES[kind]).tobytes()
        listed.append([name, kind, len(values), int(rising)])
        blocks.append(data + bytes(-len(data) % 8))
    header = {
        "title": title,
        "columns": listed,
        "names": texts.names,
        "folds": _folds(),
        **_schema(graph.schema, graph),
        "saved": [_saved(each) for each in saved],
    }
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    head += b" " * (-(len(head) + 4) % 8)
    return zlib.compress(b"".join((len(head).to_bytes(4, "little"), head, *blocks, texts.data)), 6)


class _Texts:
    """The texts that the page needs, renumbered: names first."""

    def __init__(self, graph: Graph) -> None:
        columns = graph.columns
        kinds = columns["fact_kind"]
        first = np.unique(np.concatenate([columns["node_label"], columns["alias_text"]]))
        # as a browser compares texts: by units of UTF-16
        order = sorted(first.tolist(), key=lambda each: fold(graph.texts[each]).encode("utf-16-be", "surrogatepass"))
        first = np.array(order, first.dtype)
        others = np.concatenate([
            columns["node_source"], columns["node_heading"], columns["fact_value"][kinds == Kind.TEXT],
            columns["quantity_text"], columns["quantity_remark"], columns["quantity_out_of"], columns["period_text"],
        ])  # fmt: skip
        others = np.setdiff1d(others[others >= 0], first)
        used = np.concatenate([first, others])
        self.names = len(first)
        self._number = np.full(len(graph.texts) + 1, -1, np.int32)  # the last: -1 stays -1
        self._number[used] = np.arange(len(used), dtype=np.int32)
        offsets, block = columns["text_offsets"], memoryview(np.ascontiguousarray(columns["text_bytes"]).data).cast("B")
        starts, ends = offsets[used].tolist(), offsets[used + 1].tolist()
        self.lengths = (offsets[used + 1] - offsets[used]).astype(np.int32)
        self.data = b"".join([block[start:end] for start, end in zip(starts, ends, strict=True)])

    def of(self, numbers: Ints) -> Ints:
        found: Ints = self._number[numbers]
        return found


def _folds() -> list[tuple[str, str]]:
    """Small letters that folding changes; those of the planes that names are written in."""
    letters = map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x1F000)))
    return [(letter, letter.casefold()) for letter in letters if letter.casefold() != letter == letter.lower()]


def _columns(graph: Graph, texts: _Texts) -> dict[str, tuple[str, Ints, bool]]:
    """Name to type, values, whether they are written as differences."""
    columns = graph.columns
    values = columns["fact_value"].copy()
    is_text = columns["fact_kind"] == Kind.TEXT
    values[is_text] = texts.of(values[is_text])
    plain = {
        "node_world": ("uint8", _worlds(graph)),
        "text_length": ("int32", texts.lengths), "node_label": ("int32", texts.of(columns["node_label"])),
        "node_note": ("int32", columns["node_note"]), "node_line": ("int32", columns["node_line"]),
        "node_column": ("int32", columns["node_column"]),
        "node_heading": ("int32", texts.of(columns["node_heading"])), "node_source": ("int32", texts.of(columns["node_source"])),
        "alias_text": ("int32", texts.of(columns["alias_text"])), "direct_classes": ("int16", columns["direct_classes"]),
        "fact_kind": ("uint8", columns["fact_kind"]), "fact_value": ("int32", values),
        "evidence_note": ("int32", columns["evidence_note"]), "evidence_line": ("int32", columns["evidence_line"]),
        "evidence_column": ("int32", columns["evidence_column"]),
        "quantity_text": ("int32", texts.of(columns["quantity_text"])),
        "quantity_remark": ("int32", texts.of(columns["quantity_remark"])), "quantity_unit": ("int16", columns["quantity_unit"]),
        "quantity_flags": ("int32", columns["quantity_flags"].astype(np.int32)),
        "quantity_out_of": ("int32", texts.of(columns["quantity_out_of"])),
        "quantity_low": ("float64", columns["low_key"]), "quantity_high": ("float64", columns["high_key"]),
        "quantity_middle": ("float64", columns["middle_key"]),
        "period_text": ("int32", texts.of(columns["period_text"])), "period_start": ("float64", columns["period_start"]),
        "period_end": ("float64", columns["period_end"]), "period_flags": ("uint8", columns["period_flags"]),
    }  # fmt: skip
    rising = {
        "alias_pointers": columns["alias_pointers"], "direct_pointers": columns["direct_pointers"],
        "class_pointers": columns["class_pointers"], "class_nodes": columns["class_nodes"],
        "property_pointers": columns["property_pointers"], "fact_subject": columns["fact_subject"],
        "evidence_pointers": columns["evidence_pointers"],
    }  # fmt: skip
    return {
        **{name: (kind, column, False) for name, (kind, column) in plain.items()},
        **{name: ("int32", column.astype(np.int32), True) for name, column in rising.items()},
    }


def _worlds(graph: Graph) -> Ints:
    """What kind of name a node's is: 0 a thing's, 1 a note's, 2 a record's. Keys are too many to send, and their room is enough."""
    offsets, block = graph.columns["text_offsets"], graph.columns["text_bytes"]
    starts = offsets[graph.columns["node_key"]]
    rooms = (b"id/", b"note/")
    found = np.full(len(starts), len(rooms), np.uint8)
    for world, room in enumerate(rooms):
        same = np.ones(len(starts), bool)
        for place, byte in enumerate(room):
            same &= block[np.minimum(starts + place, len(block) - 1)] == byte
        found[same] = world
    return found


def _schema(schema: Schema, graph: Graph) -> dict[str, Any]:
    numbers = {each.name: number for number, each in enumerate(schema.classes)}
    return {
        "classes": [_class(each, schema, numbers) for each in schema.classes],
        "intrinsic": [_field(each) for each in INTRINSIC],
        "properties": list(graph.properties),
        "units": [[name, unit_of(name).dimension] for name in graph.units],
        "diagnostics": len(graph.diagnostics),
    }


def _class(each: ClassDef, schema: Schema, numbers: dict[str, int]) -> dict[str, Any]:
    """Only what is not empty: a vault's tables may have shown thousands of classes."""
    full = {
        "name": each.name,
        "plural": each.plural,
        "above": [numbers[name] for name in schema.ancestors(each.name)[1:] if name in numbers],
        "fields": [_field(field) for field in each.fields],
        "key": list(each.key),
        "columns": list(each.columns),
        "value": each.value,
        "named": int(each.named),
        "said": each.said,
    }
    return {name: value for name, value in full.items() if value not in ([], "", 0)}


def _field(each: Field) -> Sequence[Any]:
    """Name, kind, unit, classes it holds, whether single, inverse, other headers, the header first met."""
    row: list[Any] = [
        each.name, each.kind, each.unit, list(each.ranges), int(each.single), each.inverse, list(each.headers), each.display,
    ]  # fmt: skip
    while row and not row[-1]:
        row.pop()
    return row


def _saved(each: Saved) -> dict[str, Any]:
    return {
        "name": each.name, "query": each.query, "columns": each.columns, "right": [int(side) for side in each.right],
        "rows": each.rows, "nodes": each.nodes, "places": each.places, "notes": each.notes,
    }  # fmt: skip
