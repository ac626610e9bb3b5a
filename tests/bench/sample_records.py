#!/usr/bin/env python3
"""Print records drawn at random beside the rows they came from, to be read by a person.

    python tests/bench/sample_records.py VAULT [--count 100] [--seed 1] [--rows]

Each record: class, subject, every fact, the header of its table and the row as written, its place. A person counts how many have
the right class, subject and values. ``--rows`` draws from rows of tables alone: lists of relations and labelled lines, of which
there are many, are read easily.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path

import rotgraph

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
"""The line of dashes under the header of a table."""


def header_of(lines: list[str], line: int) -> str:
    """The header of the table in which a line stands, empty where it stands in none."""
    for at in range(line - 1, 0, -1):
        if "|" not in lines[at]:
            return ""
        if _RULE.fullmatch(lines[at]):
            return lines[at - 1].strip()
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vault")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cls", default="record")
    parser.add_argument("--rows", action="store_true")
    arguments = parser.parse_args()
    graph = rotgraph.compile(arguments.vault)
    columns = graph._facts
    members = columns.members(arguments.cls).tolist()
    if arguments.rows:
        sources = columns.columns["node_source"]
        members = [node for node in members if sources[node] >= 0 and columns.texts[sources[node]].startswith("|")]
    for number, node in enumerate(sorted(random.Random(arguments.seed).sample(members, min(arguments.count, len(members)))), 1):
        facts = []
        for name in columns.properties:
            if name in ("mentions", "missing"):
                continue
            for fact in columns.facts_of(node, name):
                value = columns.value(fact)
                shown = columns.label(value) if columns.columns["fact_kind"][fact] == 1 else value
                facts.append(f"{name}={shown}")
        place = columns.principal(node)
        source = columns.columns["node_source"][node]
        print(f"{number}. {'/'.join(columns.classes(node))} | {columns.label(node)[:60]} | {'; '.join(facts)[:400]}")
        print(f"     {place}  {place.heading if place else ''}")
        lines = Path(arguments.vault, place.note).read_text(encoding="utf-8").splitlines() if place else []
        if place and (header := header_of(lines, place.line)):
            print(f"     {header[:260]}")
        print(f"     {columns.texts[source][:260] if source >= 0 else ''}")


if __name__ == "__main__":
    main()
