"""In: a graph. Out: its facts as lines of text. Room: tests.

The form is described in ``cases/README.md``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from rotgraph.model.graph import Graph
from rotgraph.model.value import Kind, Period, Quantity, iso_day

__all__ = ["choose", "list_facts", "write_period", "write_quantity"]


def list_facts(graph: Graph) -> tuple[str, ...]:
    """Every node and every fact, one a line, in natural order."""
    lines = [_node(graph, node) for node in range(graph.node_count)]
    for name in graph.properties:
        for fact in range(*graph.property_range(name)):
            subject = graph.key(int(graph.columns["fact_subject"][fact]))
            lines.append(" · ".join((subject, name, _value(graph, fact), _places(graph, fact))))
    return tuple(sorted(lines, key=_natural))


def choose(lines: Iterable[str], wanted: str) -> tuple[str, ...]:
    """The lines that the ``only:`` lines of an expected block ask for, after these lines themselves."""
    heads = tuple(line for line in wanted.split("\n") if line.startswith("only:"))
    patterns = [".*".join(map(re.escape, head.removeprefix("only:").strip().split("*"))) for head in heads]
    chosen = (line for line in lines if not patterns or any(re.match(each, line) for each in patterns))
    return (*heads, *chosen)


def _node(graph: Graph, node: int) -> str:
    place = graph.principal(node)
    aliases = graph.aliases(node)
    label = _text(graph.label(node)) + (f" ({', '.join(aliases)})" if aliases else "")
    return " · ".join((graph.key(node), "a", ", ".join(graph.classes(node)) or "-", label, str(place) if place else "-"))


def _value(graph: Graph, fact: int) -> str:
    value = graph.value(fact)
    if isinstance(value, Quantity):
        return write_quantity(value)
    if isinstance(value, Period):
        return write_period(value)
    if isinstance(value, str):
        return _text(value)
    return f"<{graph.key(value)}>" if graph.columns["fact_kind"][fact] == Kind.THING else str(value)


def write_quantity(value: Quantity) -> str:
    """As written, then in braces what it means."""
    if value.value is not None:
        means = f"{value.value:f}"
    else:
        low = "" if value.low is None else f"{'(' if value.low_open else ''}{value.low:f}"
        high = "" if value.high is None else f"{value.high:f}{')' if value.high_open else ''}"
        means = f"{low}..{high}"
    marks = (
        ("≈" if value.approximate else "") + means,
        value.unit,
        f"of {value.out_of:f}" if value.out_of is not None else "",
        "est" if value.estimate else "",
        "ordinal" if value.ordinal else "",
    )
    return f"{value.text} {{{' '.join(filter(None, marks))}}}" + (f" ({value.remark})" if value.remark else "")


def write_period(value: Period) -> str:
    """As written, then in braces what it means."""
    bounds = f"{'…' if value.open_start else iso_day(value.start)}/{iso_day(value.end)}{'…' if value.open_end else ''}"
    marks = (("≈" if value.approximate else "") + bounds, value.precision.value, "inferred" if value.inferred else "")
    return f"{value.text} {{{' '.join(filter(None, marks))}}}"


def _places(graph: Graph, fact: int) -> str:
    return ", ".join(f"{each} @ {each.stated}" if each.stated else str(each) for each in graph.evidence(fact)) or "-"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _natural(line: str) -> list[tuple[int, int | str]]:
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.split(r"(\d+)", line) if part]
