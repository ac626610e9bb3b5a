"""In: a store and what it holds. Out: whether it stays in step with notes that change, and answers as the graph does. For tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import rotgraph
from rotgraph.api.store_graph import StoreGraph
from rotgraph.rdf.quads import MANIFEST

__all__ = ["NOTES", "QUERIES", "in_step", "same"]

Held = Callable[[], dict[str, frozenset[str]]]
TIDES = """# Tides

| Period | Rotation | Trigger | Buy side | Duration | Divergence |
|---|---|---|---|---|---|
| 2031 | Calm → Storm | Rates \\"rising\\" \\\\ é 😀 | Energy, utilities | 18 months | ~43pp |
| 2028 | Storm → Calm | Rates falling | Tech | 2+ years | >20pp |
| 2024-25 | Calm → Storm | Oil | Energy | 3 quarters | 5-8pp |
"""
NOTES = {
    "Tides.md": TIDES,
    "Firms/Acme.md": "---\ntype: company\n---\n# Acme\n\nSee [[Tides]].\n",
    "Old name.md": "# Old\n\nOf [[Acme]].\n",
}
STEPS: tuple[tuple[str, Callable[[dict[str, str]], dict[str, str]]], ...] = (
    ("first", lambda notes: notes),
    ("change", lambda notes: {**notes, "Tides.md": notes["Tides.md"].replace("43pp", "44pp").replace("Oil", "Oil shock")}),
    ("rename", lambda notes: {("New name.md" if name == "Old name.md" else name): text for name, text in notes.items()}),
    ("delete", lambda notes: {name: text for name, text in notes.items() if name != "Firms/Acme.md"}),
    ("add", lambda notes: {**notes, "Später/Нота.md": "# Später\n\nSee [[Tides]] and [[Bor]].\n"}),
)
QUERIES = (
    "episodes where buy_side contains Energy show period, rotation, duration, divergence, note, line",
    "episodes where divergence > 10pp show trigger",
    "episodes where duration >= 1 year show period, duration",
    "count episodes per rotation",
    "episodes where trigger contains rates show trigger",
    "notes show title, links sort by title",
    "firms",
)


def states() -> Iterator[tuple[str, rotgraph.Graph]]:
    notes = NOTES
    for name, change in STEPS:
        notes = change(notes)
        yield name, rotgraph.compile(notes)


def in_step(first: str, second: str, store: str, held: Held, fresh_held: Held) -> None:
    """Push each state of the notes to one store, the last alone to a fresh one: what they hold must not differ."""
    for name, graph in states():
        done = graph.push(first, store)
        assert done.changes, name
        again = graph.push(first, store)
        assert again.changes == (), name
        if name == "change":
            assert [(each.verb, each.graph.rpartition("/")[2]) for each in done.changes] == [("PUT", "tides")]
        with rotgraph.connect(first, store) as asked:
            for query in QUERIES:
                same(asked, graph, query)
    graph.push(second, store)
    ours, fresh = held(), fresh_held()
    assert ours == fresh
    assert len(fresh) > 4
    assert any(name.endswith(f"/{MANIFEST}") for name in fresh)


def same(store: StoreGraph, graph: rotgraph.Graph, query: str) -> None:
    found, wanted = store.query(query), graph.query(query)
    assert found.columns == wanted.columns, query
    assert list(found) == list(wanted), query
    assert [row.evidence for row in found] == [row.evidence for row in wanted], query
