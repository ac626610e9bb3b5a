"""In: a compact description. Out: a small graph, for tests of every room that needs one.

    graph = make_graph({
        "Energy":   {"class": "sector"},
        "Oil majors": {"class": "sector", "broader": "Energy"},
        "Calm → Storm (2031)": {
            "class": "episode", "line": 12,
            "buy_side": ["Energy", "Oil majors"],
            "period": told("2031", stated="Mar 2031", line=14),
            "duration": "18 months",
        },
    })

A node is a name and what is known of it. Reserved keys: ``class`` (one text, several separated by spaces, the first one the
principal), ``id`` (its key; made of class and name else), ``name`` (its label, where several nodes share one), ``aliases``,
``note`` (a name), ``line``, ``heading``, ``source_text``. Every other key is a property. A value is a text, read as the kind that
the schema gives the field; ``[[X]]`` is a thing in any field; a list is several values; `Quantity`, `Period` and ``int`` stand for
themselves; `told` gives a value evidence of its own. Things nobody described are made, with the class that the field's range names.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rotgraph.model.build import build_graph
from rotgraph.model.facts import Facts
from rotgraph.model.graph import Graph
from rotgraph.model.schema import INTRINSIC, RESERVED_CLASSES, ClassDef, Field, Schema
from rotgraph.model.value import Kind, Period, Quantity

__all__ = ["Told", "make_facts", "make_graph", "make_schema", "told"]

NOTE = "Test note"
RESERVED = {"class", "id", *(each.name for each in INTRINSIC)} - {"mentioned_in"}


@dataclass(frozen=True)
class Told:
    """A value with evidence of its own; `stated` and `line` may be several (the fact is stated that often)."""

    value: Any
    stated: tuple[str, ...] = ("",)
    line: int = 0
    note: str = ""
    heading: str = ""


def told(value: Any, *, stated: str | Iterable[str] = "", line: int = 0, note: str = "", heading: str = "") -> Told:
    """A value and where and when it is stated (a period in words: ``Jan 2031``)."""
    return Told(value, (stated,) if isinstance(stated, str) else tuple(stated), line, note, heading)


def make_schema(classes: Mapping[str, Mapping[str, Any]]) -> Schema:
    """A schema from names: ``{"episode": {"parents": "record", "fields": {"buy_side": "thing:sector^bought_in"}}}``.

    A field is ``kind``, ``kind:detail`` (a class for things, a dimension for quantities), with ``!`` at the end if single and
    ``^name`` for its inverse: ``thing:sector^bought_in``. Other keys are those of `ClassDef`.
    """
    definitions = [ClassDef(each, f"{each}s", parents=()) for each in RESERVED_CLASSES if each not in classes]
    for name, about in classes.items():
        given = dict(about)
        parents = given.pop("parents", "thing")
        fields = tuple(_field(key, text) for key, text in given.pop("fields", {}).items())
        definitions.append(
            ClassDef(
                name,
                given.pop("plural", f"{name}s"),
                parents=tuple(parents.split()) if isinstance(parents, str) else tuple(parents),
                fields=fields,
                **given,
            )
        )
    return Schema(tuple(definitions))


def _field(name: str, text: str) -> Field:
    found = re.fullmatch(r"(\w+)(?::([\w ]+))?(?:\^(\w+))?(!?)", text)
    assert found, f"no field: {text!r}"
    kind, detail, inverse, single = found.groups()
    ranges = tuple((detail or "").split()) if kind == "thing" else ()
    unit = detail or "" if kind == "quantity" else ""
    return Field(name, kind, ranges=ranges, unit=unit, inverse=inverse or "", single=bool(single), split=not single)


def make_graph(nodes: Mapping[str, Mapping[str, Any]], schema: Schema | None = None) -> Graph:
    """The graph of a description."""
    return build_graph(make_facts(nodes, schema))


def make_facts(nodes: Mapping[str, Mapping[str, Any]], schema: Schema | None = None) -> Facts:
    """The facts of a description, in its order."""
    if schema is None:
        from rotgraph.model.schema_file import builtin_schema

        schema = builtin_schema()
    return _Maker(_complete(schema, nodes)).make(nodes)


def _complete(schema: Schema, nodes: Mapping[str, Mapping[str, Any]]) -> Schema:
    """The schema with the classes and fields nobody declared."""
    extra: dict[str, dict[str, Field]] = {}
    for about in nodes.values():
        names = str(about.get("class", "thing")).split()
        for name in names:
            if name not in schema.by_name:
                extra.setdefault(name, {})
        for key in about:
            if key not in RESERVED and not any(key in schema.fields(name) for name in names) and names[0] != "thing":
                extra.setdefault(names[0], {}).setdefault(key, Field(key, "any", split=True, declared=False))
    if not extra:
        return schema
    classes = [
        ClassDef(**{**_as_dict(each), "fields": (*each.fields, *extra.pop(each.name, {}).values())}) for each in schema.classes
    ]
    classes += [
        ClassDef(name, f"{name}s", parents=("record",), fields=tuple(fields.values()), declared=False)
        for name, fields in extra.items()
    ]
    return Schema(tuple(classes), schema.lexicon, schema.base, schema.queries, schema.settings)


def _as_dict(definition: ClassDef) -> dict[str, Any]:
    return {name: getattr(definition, name) for name in ClassDef.__dataclass_fields__}


@dataclass
class _Maker:
    schema: Schema
    texts: dict[str, int] = field(default_factory=dict)
    quantities: dict[Quantity, int] = field(default_factory=dict)
    periods: dict[Period, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    abouts: list[Mapping[str, Any]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    rows: list[tuple[int, str, int, int, Told, int]] = field(default_factory=list)

    def make(self, nodes: Mapping[str, Mapping[str, Any]]) -> Facts:
        for name, about in nodes.items():
            self.node(name, about)
        for name, about in nodes.items():
            for key, value in about.items():
                if key not in RESERVED:
                    self.facts(name, key, value)
        for index in range(len(self.abouts)):
            self.note(index)
        return self.finish()

    def node(self, name: str, about: Mapping[str, Any]) -> int:
        if name not in self.ids:
            self.ids[name] = len(self.names)
            self.names.append(name)
            self.abouts.append(about)
        return self.ids[name]

    def note(self, index: int) -> int:
        about = self.abouts[index]
        if "note" in self.classes(index):
            return index
        return self.node(about.get("note", NOTE), {"class": "note"})

    def classes(self, index: int) -> tuple[str, ...]:
        return tuple(str(self.abouts[index].get("class", "thing")).split())

    def text(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))

    def facts(self, name: str, key: str, value: Any) -> None:
        subject = self.ids[name]
        found = next((fields[key] for each in self.classes(subject) if key in (fields := self.schema.fields(each))), Field(key))
        for each in value if isinstance(value, list) else [value]:
            told_ = each if isinstance(each, Told) else Told(each)
            for one in told_.value if isinstance(told_.value, list) else [told_.value]:
                kind, number = self.value(one, found)
                for stated in told_.stated:
                    self.rows.append((subject, key, kind, number, told_, self.period(stated) if stated else -1))

    def value(self, value: Any, about: Field) -> tuple[int, int]:
        if isinstance(value, Quantity):
            return Kind.QUANTITY, self.quantities.setdefault(value, len(self.quantities))
        if isinstance(value, Period):
            return Kind.PERIOD, self.periods.setdefault(value, len(self.periods))
        if isinstance(value, int):
            return Kind.INTEGER, value
        linked = re.fullmatch(r"\[\[(.+)\]\]", value)
        kind = "thing" if linked or about.kind == "thing" else about.kind
        if kind == "thing":
            words = {"class": about.ranges[0]} if about.ranges else {}
            return Kind.THING, self.node(linked.group(1) if linked else value, words)
        if kind == "integer":
            return Kind.INTEGER, int(value)
        read = {"quantity": _quantity, "period": _period, "any": _any, "text": lambda text: None}[kind](value)
        if read is None:
            assert kind in ("text", "any"), f"{value!r} is no {kind}"
            return Kind.TEXT, self.text(value)
        return self.value(read, about)

    def period(self, text: str) -> int:
        found = _period(text)
        assert found is not None, f"{text!r} is no period"
        return self.periods.setdefault(found, len(self.periods))

    def finish(self) -> Facts:
        columns: dict[str, array[int]] = {name: array("i") for name in _EVIDENCE}
        subjects, kinds, values = array("i"), array("B"), array("i")
        properties: list[str] = []
        for subject, key, kind, number, where, stated in self.rows:
            subjects.append(subject)
            properties.append(key)
            kinds.append(kind)
            values.append(number)
            line = where.line or self.abouts[subject].get("line", 0) or subject + 1
            note = self.node(where.note, {"class": "note"}) if where.note else self.note(subject)
            heading = where.heading or self.abouts[subject].get("heading", "")
            for name, each in zip(
                _EVIDENCE, (note, line, 1, line, 2, self.text(heading) if heading else -1, stated), strict=True
            ):
                columns[name].append(each)
        count = len(self.names)
        return Facts.from_lists(
            schema=self.schema,
            node_key=tuple(self.key(index) for index in range(count)),
            node_label=array("i", [self.text(str(self.abouts[index].get("name", self.names[index]))) for index in range(count)]),
            node_aliases=tuple(_texts(about.get("aliases", ())) for about in self.abouts),
            node_classes=tuple(self.classes(index) for index in range(count)),
            node_note=array("i", [self.note(index) for index in range(count)]),
            node_place=tuple((line, 1, line, 2) for line in (about.get("line", n + 1) for n, about in enumerate(self.abouts))),
            node_heading=array("i", [self.text(about["heading"]) if about.get("heading") else -1 for about in self.abouts]),
            node_source=array(
                "i", [self.text(str(about.get("source_text", name))) for about, name in zip(self.abouts, self.names, strict=True)]
            ),
            fact_subject=subjects,
            fact_property=tuple(properties),
            fact_kind=kinds,
            fact_value=values,
            **{f"evidence_{name}": column for name, column in columns.items()},
            texts=tuple(self.texts),
            quantities=tuple(self.quantities),
            periods=tuple(self.periods),
        )

    def key(self, index: int) -> str:
        given = self.abouts[index].get("id")
        if given:
            return str(given)
        first = self.classes(index)[0]
        room = first if first == "note" or self.schema.is_a(first, "record") else "id"
        return f"{room}/{re.sub(r'[^a-z0-9]+', '-', self.names[index].casefold()).strip('-') or index}"


_EVIDENCE = ("note", "line", "column", "end_line", "end_column", "heading", "stated")


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _quantity(text: str) -> Quantity | None:
    from rotgraph.values.quantity import parse_quantity

    found = parse_quantity(text)
    return found if isinstance(found, Quantity) else None


def _period(text: str) -> Period | None:
    from rotgraph.values.period import parse_period

    found = parse_period(text)
    return found if isinstance(found, Period) else None


def _any(text: str) -> Quantity | Period | None:
    return _period(text) or _quantity(text)
