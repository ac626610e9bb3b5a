"""In: a class and a store. Out: how many facts about it have no date: what ``as of`` leaves out. Room: sparql."""

from __future__ import annotations

from collections.abc import Iterable

from rotgraph.model.schema import Schema
from rotgraph.rdf.answers import Store
from rotgraph.sparql.writer import Writer

__all__ = ["undated_note"]


def undated_note(cls: str, store: Store, schema: Schema, properties: Iterable[str]) -> str:
    """The sentence for the answer's notes; empty if there are none."""
    writer = Writer(schema, properties)
    subject, predicate, object_, stated = (
        writer.name("rdf", "subject"), writer.name("rdf", "predicate"), writer.name("rdf", "object"), writer.rg("stated"),
    )  # fmt: skip
    of = f"{subject} ?row ; {predicate} ?property ; {object_} ?value"
    rows = f"VALUES ?class {{ {' '.join(writer.classes_of(cls))} }} ?row a ?class . ?place {of} ."
    inner = f"SELECT DISTINCT ?row ?property ?value WHERE {{ {rows} FILTER NOT EXISTS {{ ?dated {of} ; {stated} ?stated }} }}"
    query = f"{writer.prologue()}SELECT (COUNT(*) AS ?count) WHERE {{ {{ {inner} }} }}"
    count = sum(int(row["count"].value) for row in store.select(query))
    if not count:
        return ""
    return f"{count:,} {'fact has' if count == 1 else 'facts have'} no date and {'is' if count == 1 else 'are'} left out"
