#!/usr/bin/env python3
"""Print records drawn at random beside the rows they came from, to be read by a person.

    python tests/bench/sample_records.py VAULT [--count 100] [--seed 1]

Each record: class, subject, every fact, the row as written, its place. A person counts how many have the right class, subject
and values.
"""

from __future__ import annotations

import argparse
import random

import rotgraph


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vault")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cls", default="record")
    arguments = parser.parse_args()
    graph = rotgraph.compile(arguments.vault)
    columns = graph._facts
    members = columns.members(arguments.cls).tolist()
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
        print(f"     {columns.texts[source][:260] if source >= 0 else ''}")


if __name__ == "__main__":
    main()
