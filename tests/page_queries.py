"""In: a graph, a random source. Out: queries about it, most of a kind that the page knows. Room: tests."""

from __future__ import annotations

from random import Random

from rotgraph.model.graph import Graph
from rotgraph.model.schema import ClassDef, Field
from rotgraph.model.value import Kind
from rotgraph.render.cell import single_text

__all__ = ["page_query"]

_OPERATORS = {
    "thing": ("contains", "is", "is not", "within", "!=", "="),
    "text": ("contains", "=", "!=", "like", "starts with", "ends with", "is"),
    "quantity": ("=", "!=", "<", "<=", ">", ">=", "is", "possibly >", "possibly <", "possibly =", "possibly !="),
    "integer": ("=", "!=", "<", "<=", ">", ">="),
    "period": ("=", "!=", "before", "after", "during", "overlaps", "possibly after", "possibly overlaps"),
}
_LITERALS = {
    "thing": ("Energy", "[[Energy]]", '"Energy"', "Nobody at all"),
    "text": ("energy", '"e*"', '"*a?e*"', "G", '"the"', "2026"),
    "quantity": (
        "5%", "$400B", "43pp", "29x", "18 months", "1 year", "0", "-10%", "~5%", "1 week", "250bp", "€5", "7", "$1,000", "5%..20%",
    ),
    "integer": ("2022", "5", "1,000", "2021..2023"),
    "period": ("2020", "Jan 2026", "2018 Q4", "2026-01-15", "2020..2022", "1990", "March 3, 2025"),
}  # fmt: skip


def page_query(graph: Graph, random: Random) -> str:
    """One query; now and then one that is wrong, or more than the page knows."""
    definition = random.choice([each for each in graph.schema.classes if len(graph.members(each.name))])
    every = graph.schema.fields(definition.name).values()
    fields = [field for field in every if field.name in graph.properties or random.random() < 0.15]
    text = random.choice((definition.plural, definition.plural, definition.name))
    head = random.choice(("", "", "", "", "count ", "top 3 "))
    text = head + _word(text, random)
    if head == "top 3 ":
        text += f" by {_path(graph, definition, fields, random)[0]}"
    if random.random() < 0.8:
        text += f" where {_condition(graph, definition, fields, random, 2)}"
    if head != "count " and random.random() < 0.6:
        shown = [_path(graph, definition, fields, random)[0] for _ in range(random.randint(1, 4))]
        text += f" show {', '.join(shown)}" if random.random() < 0.9 else " show *"
    if head != "count " and random.random() < 0.4:
        paths = [_path(graph, definition, fields, random)[0] for _ in range(random.randint(1, 2))]
        keys = [path + random.choice(("", " asc", " desc")) for path in paths]
        text += f" sort by {', '.join(keys)}"
    if head == "" and random.random() < 0.3:
        text += random.choice((" limit 5", " limit 3 offset 2", " offset 1"))
    return text


def _word(name: str, random: Random) -> str:
    if not name.isidentifier() or random.random() < 0.1:
        return f'"{name}"'
    return name.upper() if random.random() < 0.05 else name


def _path(graph: Graph, definition: ClassDef, fields: list[Field], random: Random) -> tuple[str, Field | None]:
    """A field, an inverse of one, or two steps; and the field at its end if that is known."""
    roll = random.random()
    if roll < 0.06 or not fields:
        return random.choice(("name", "note", "line", "heading", "nonesuch", "mentioned_in", "aliases", "source_text")), None
    field = random.choice(fields)
    name = _word(field.name, random)
    if roll < 0.12 and field.headers:
        return f'"{random.choice(field.headers)}"', field
    if roll < 0.2:
        inverses = sorted({each.inverse for owner in graph.schema.classes for each in owner.fields if each.inverse})
        if inverses:
            return _word(random.choice(inverses), random), None
    if field.ranges and roll < 0.35:
        inner = [each for each in graph.schema.fields(field.ranges[0]).values() if each.name in graph.properties]
        if inner:
            second = random.choice(inner)
            return f"{name}.{_word(second.name, random)}", second
    if roll < 0.4:
        return f"count({name})", None
    return name, field


def _condition(graph: Graph, definition: ClassDef, fields: list[Field], random: Random, depth: int) -> str:
    roll = random.random()
    if depth and roll < 0.2:
        joint = random.choice((" and ", " or "))
        return joint.join(_condition(graph, definition, fields, random, depth - 1) for _ in range(2))
    if depth and roll < 0.3:
        return f"not ({_condition(graph, definition, fields, random, depth - 1)})"
    path, field = _path(graph, definition, fields, random)
    if roll < 0.4:
        return f"{path} is {random.choice(('known', 'unknown', 'not known'))}"
    kind = _kind(graph, field, random)
    quantifier = random.choice(("", "", "", "", "any ", "all ", "no "))
    if roll < 0.5:
        values = ", ".join(_value(graph, field, kind, random) for _ in range(random.randint(1, 3)))
        return f"{quantifier}{path} {random.choice(('in', 'not in'))} ({values})"
    return f"{quantifier}{path} {random.choice(_OPERATORS[kind])} {_value(graph, field, kind, random)}"


def _kind(graph: Graph, field: Field | None, random: Random) -> str:
    if random.random() < 0.05 or field is None:
        return random.choice(tuple(_OPERATORS))
    if field.kind in _OPERATORS:
        return field.kind
    begin, end = graph.property_range(field.name)
    kinds = {Kind(int(kind)) for kind in graph.columns["fact_kind"][begin:end]}
    names = [kind.name.lower() for kind in sorted(kinds) if kind.name.lower() in _OPERATORS]
    return random.choice(names or ["text"])


def _value(graph: Graph, field: Field | None, kind: str, random: Random) -> str:
    """A value of the field, as written; or a literal of its kind."""
    if field is not None and field.name in graph.properties and random.random() < 0.65:
        begin, end = graph.property_range(field.name)
        if end > begin:
            fact = random.randrange(begin, end)
            value = graph.value(fact)
            thing = graph.columns["fact_kind"][fact] == Kind.THING
            written = graph.label(value) if thing and isinstance(value, int) else single_text(value)
            written = written.replace('"', '""').replace("\n", " ")
            return random.choice((f'"{written}"', f'"{written}"', f"[[{written}]]" if thing else written, written))
    return random.choice(_LITERALS[kind])

