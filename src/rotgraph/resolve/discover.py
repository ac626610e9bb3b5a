"""In: the schema, and what is stated. Out: the schema with the classes and fields that only the tables showed. Room: resolve."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from rotgraph.extract.headers import plural_of
from rotgraph.late import replace
from rotgraph.model.graph import Ids
from rotgraph.model.ordering import order_by, pieces, runs
from rotgraph.model.schema import ClassDef, Field, Schema
from rotgraph.model.spool import forget
from rotgraph.model.value import Kind
from rotgraph.resolve.pool import Pool

__all__ = ["discovered"]

_KINDS = {Kind.THING: "thing", Kind.TEXT: "text", Kind.QUANTITY: "quantity", Kind.PERIOD: "period", Kind.INTEGER: "integer"}


def discovered(schema: Schema, pool: Pool, classes_of: Callable[[int], tuple[str, ...]]) -> Schema:
    """The schema with what nobody declared: classes of rows, fields of any class.

    Args:
        classes_of: the classes of a thing, by its number; those of the records that it is among them.
    """
    kinds: dict[str, dict[str, set[str]]] = {}
    orders: dict[str, list[str]] = {}
    words = list(pool.words)
    for cls, name, kind, row in _found(pool, classes_of):
        met = kinds.setdefault(cls, {})
        if name == "missing":
            continue
        if name not in met:
            _place(orders.setdefault(cls, []), name, pool, row, words)
        met.setdefault(name, set()).add(kind)
    names = {definition.name for definition in schema.classes}
    classes: list[ClassDef] = []
    for definition in schema.classes:
        known = schema.fields(definition.name)
        fresh = tuple(_field(name, found) for name, found in sorted(kinds.get(definition.name, {}).items()) if name not in known)
        columns = definition.columns if definition.declared else ("name", *(each.name for each in fresh))[:6]
        classes.append(replace(definition, fields=(*definition.fields, *fresh), columns=columns) if fresh else definition)
    inherited = schema.fields("record")
    for cls in sorted(kinds.keys() - names):
        fields = tuple(_field(name, kinds[cls][name]) for name in orders.get(cls, ()) if name not in inherited)
        columns = ("name", *(field.name for field in fields if field.name != cls and field.name != "missing"))[:6]
        term = "".join(part[:1].upper() + part[1:] for part in cls.split("_"))
        rows = ClassDef(cls, plural_of(cls), ("record",), fields, columns=columns, named=False, term=term, declared=False)
        classes.append(replace(rows, said="rows of tables"))
    return replace(schema, classes=tuple(classes))


def _place(order: list[str], name: str, pool: Pool, row: int, words: list[str]) -> None:
    """Put a field that is met for the first time behind the one before it in its record: a blank cell moves no column."""
    record = pool.row_record[row]
    at, before = 0 if record >= 0 else len(order), row - 1
    while record >= 0 and before >= 0 and pool.row_record[before] == record:
        if words[pool.row_property[before]] in order:
            at = order.index(words[pool.row_property[before]]) + 1
            break
        before -= 1
    order.insert(at, name)


def _found(pool: Pool, classes_of: Callable[[int], tuple[str, ...]]) -> Iterator[tuple[str, str, str, int]]:
    """Every class with every property that one of it has, its kind and the row of it, in the order they are first met."""
    words = list(pool.words)
    said: dict[int, str] = {int(kind): name for kind, name in _KINDS.items()}
    for cls in dict.fromkeys(pool.record_class.tolist()):
        yield words[cls], "missing", "", -1
    for rows in _some(pool, lambda record: record >= 0):
        for row in _firsts(pool, rows, pool.record_class[pool.row_record[rows]]):
            cls = pool.record_class[pool.row_record[row]]
            yield words[cls], words[pool.row_property[row]], said[int(pool.row_kind[row])], row
    for rows in _some(pool, lambda record: record < 0):
        for row in _firsts(pool, rows, pool.row_subject[rows]):
            for cls in classes_of(~int(pool.row_subject[row])):
                yield cls, words[pool.row_property[row]], said[int(pool.row_kind[row])], row
    forget()


def _some(pool: Pool, wanted: Callable[[Ids], npt.NDArray[np.bool_]]) -> Iterator[npt.NDArray[np.int64]]:
    """Rows of records, or of things, some at a time: what is met again further on tells nothing new."""
    for part in pieces(len(pool.row_record)):
        yield np.flatnonzero(wanted(pool.row_record[part])) + part.start


def _firsts(pool: Pool, rows: npt.NDArray[np.int64], group: Ids) -> list[int]:
    """The first row of each group, property and kind."""
    columns = (group, pool.row_property[rows], pool.row_kind[rows])
    order = order_by(*columns)
    new = runs(*(column[order] for column in columns))
    found: list[int] = np.sort(rows[order[new]]).tolist()
    return found


def _field(name: str, kinds: set[str]) -> Field:
    kind = next(iter(kinds)) if len(kinds) == 1 else "any"
    words = name.split("_")
    term = words[0] + "".join(word[:1].upper() + word[1:] for word in words[1:])
    return Field(name, kind, term=term, declared=False, display=name.replace("_", " "))
