"""In: nothing. Out: a small graph of every kind of value, for tests of the binder."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from graphs import make_graph
from rotgraph.model.graph import Graph
from rotgraph.model.schema_file import builtin_schema

__all__ = ["query_graph"]

SAVED = (
    ("energy", "episodes where buy_side contains Energy"),
    ("again", "explain @energy"),
    ("wrong", "episodes where buyside contains Energy"),
    ("round", "@circle"),
    ("circle", "@round"),
    ("above", "stocks where return > $x"),
)


@lru_cache(maxsize=1)
def query_graph() -> Graph:
    """Sectors, stocks, episodes, returns, targets, quotes, a class that no schema knows, names that clash."""
    schema = replace(builtin_schema(), queries=SAVED)
    return make_graph(
        {
            "Energy": {"class": "sector"},
            "Oil majors": {"class": "sector", "broader": "Energy"},
            "Tech": {"class": "sector", "aliases": ["Technology"]},
            "Financials": {"class": "sector"},
            "Orion 7": {"class": "group"},
            "Alpha": {"class": "stock", "group": "Orion 7", "aliases": ["ALPH"], "sector": "Tech", "ticker": "ALPH"},
            "Beta": {"class": "stock", "group": "Orion 7"},
            "Broad 500": {"class": "index"},
            "Ostbank": {"class": "firm"},
            "Una Reed": {"class": "person", "firm": "Ostbank"},
            "Calm → Storm (2031)": {
                "class": "episode", "rotation": "Calm → Storm", "period": "2031", "buy_side": ["Energy", "Financials"],
                "sell_side": "Tech", "duration": "18 months", "divergence": "~40pp", "status": "over",
            },
            "Storm → Calm (2033)": {"class": "episode", "rotation": "Storm → Calm", "period": "2033", "buy_side": ["Tech"]},
            "r1": {"class": "return", "about": "Alpha", "year": 2031, "value": "-50%"},
            "r2": {"class": "return", "about": "Broad 500", "year": 2032, "value": "25%"},
            "t1": {"class": "target", "about": "Alpha", "value": "+12%", "horizon": "1 year"},
            "o1": {"class": "observation", "about": "Alpha", "value": "29x", "metric": "Forward P/E"},
            "o2": {"class": "observation", "about": "Beta", "value": "$530B", "metric": "market cap"},
            "f1": {"class": "fund_flow", "fund": "XORN", "period": "Mar 2031", "value": "$3M"},
            "q1": {"class": "quote", "speaker": "Una Reed", "text": "Lamps everywhere"},
            "sc": {"class": "scenario", "name": "Rate cuts", "duration": "2 months"},
            "e1": {"class": "effect", "scenario": "sc", "episode": "Calm → Storm (2031)", "verdict": "Reverses"},
            "A note": {"class": "note", "tags": ["macro", "macro/rates"], "links": ["[[Energy]]"], "title": "A note"},
            "x1": {"class": "round", "amount": "$2B", "lead": "[[Sequoia]]", "p/e": "29x", "date": "Jan 2031"},
            "Mercury one": {"class": "firm", "name": "Mercury", "id": "id/mercury"},
            "Mercury two": {"class": "person", "name": "Mercury", "id": "id/mercury-2"},
            "Energy note": {"class": "note", "name": "Energy", "id": "note/energy"},
        },
        schema,
    )  # fmt: skip
