"""In: the columns of a made-up graph (``g.npz``, ``meta.json``). Out: `Graph`. For the bench of queries.

The generator makes episodes, price targets, annual returns, notes, firms, people, countries, concepts, theses and sectors; here
they become facts, column by column.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from bench_labels import labels_of

from rotgraph.model.build import build_graph
from rotgraph.model.facts import Facts
from rotgraph.model.graph import Graph
from rotgraph.model.schema import RESERVED_CLASSES, ClassDef, Field, Schema
from rotgraph.model.value import Kind, Quantity

__all__ = ["CLASSES", "load_graph"]

CLASSES = {
    "Sector": "sector", "Company": "company", "Person": "person", "Country": "country", "Concept": "concept", "Thesis": "thesis",
    "Note": "note", "Episode": "episode", "PriceTarget": "price_target", "AnnualReturn": "annual_return",
}  # fmt: skip
PLURALS = {"company": "companies", "person": "people", "country": "countries", "thesis": "theses"}
YEAR, VALUE = Field("year", "integer", single=True), Field("value", "quantity", unit="percent", single=True)
FIRM, STATED_IN = Field("firm", "thing", ("company",), single=True), Field("stated_in", "thing", ("note",), single=True)
FIELDS: dict[str, tuple[Field, ...]] = {
    "episode": (
        Field("buy_side", "thing", ("sector",), inverse="bought_in", split=True),
        Field("sell_side", "thing", ("sector",), inverse="sold_in", split=True), YEAR, STATED_IN,
    ),
    "price_target": (YEAR, VALUE, FIRM, STATED_IN),
    "annual_return": (YEAR, VALUE, FIRM, STATED_IN),
    "note": (Field("links_to", "thing", split=True), Field("mentions", "thing", split=True)),
}  # fmt: skip


def schema() -> Schema:
    records = ("episode", "price_target", "annual_return")
    reserved = tuple(ClassDef(name, f"{name}s", parents=()) for name in RESERVED_CLASSES)
    return Schema(
        reserved
        + tuple(
            ClassDef(
                name,
                PLURALS.get(name, f"{name}s"),
                parents=("record" if name in records else "thing",),
                fields=FIELDS.get(name, ()),
                columns=("name",),
                value="value" if name in records[1:] else "",
            )
            for name in CLASSES.values()
        )
    )


def load_graph(folder: Path) -> Graph:
    """The graph of a folder the generator wrote."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    columns = np.load(folder / "g.npz")
    classes, labels = columns["cls"], labels_of(meta)
    count = len(labels)
    principal = [CLASSES[meta["classes"][number]] for number in classes.tolist()]
    first_note, notes = meta["off"]["Note"], meta["cnt"]["Note"]
    subjects, properties, kinds, values = [], [], [], []

    def add(name: str, subject: npt.NDArray[Any], kind: Kind, value: npt.NDArray[Any]) -> None:
        subjects.append(subject.astype(np.int32))
        values.append(value.astype(np.int32))
        kinds.append(np.full(len(subject), int(kind), np.uint8))
        properties.append((name, len(subject)))

    for name in meta["edges"]:
        add(name, columns[f"s_{name}"], Kind.THING, columns[f"d_{name}"])
    dated = np.flatnonzero(columns["year"])
    add("year", dated, Kind.INTEGER, columns["year"][dated])
    valued = np.flatnonzero(~np.isnan(columns["value"]))
    distinct, number = np.unique(columns["value"][valued], return_inverse=True)
    add("value", valued, Kind.QUANTITY, number)
    total = sum(len(each) for each in subjects)
    places = np.full(total, first_note, np.int32)
    return build_graph(
        Facts.from_lists(
            schema=schema(),
            texts=tuple(labels),
            quantities=tuple(_percent(each) for each in distinct.tolist()),
            periods=(),
            node_key=tuple(f"{cls}/{number}" for number, cls in enumerate(principal)),
            node_label=array("i", range(count)),
            node_aliases=((),) * count,
            node_classes=tuple((cls,) for cls in principal),
            node_note=_ints(first_note + np.arange(count) % notes),
            node_place=((1, 1, 1, 2),) * count,
            node_heading=_ints(np.full(count, -1)),
            node_source=_ints(np.full(count, -1)),
            fact_subject=_ints(np.concatenate(subjects)),
            fact_property=tuple(name for name, size in properties for _ in range(size)),
            fact_kind=_bytes(np.concatenate(kinds)),
            fact_value=_ints(np.concatenate(values)),
            evidence_note=_ints(places),
            **{f"evidence_{name}": _ints(np.ones(total)) for name in ("line", "column", "end_line", "end_column")},
            evidence_heading=_ints(np.full(total, -1)),
            evidence_stated=_ints(np.full(total, -1)),
        )
    )


def _percent(value: float) -> Quantity:
    number = Decimal(str(value))
    return Quantity(f"{value:+g}%", number, number, number, "%")


def _ints(values: npt.NDArray[Any] | Iterable[int]) -> array[int]:
    made = array("i")
    made.frombytes(np.asarray(values, np.int32).tobytes())
    return made


def _bytes(values: npt.NDArray[Any]) -> array[int]:
    made = array("B")
    made.frombytes(values.tobytes())
    return made
