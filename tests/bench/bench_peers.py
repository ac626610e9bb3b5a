"""In: the folder of a made-up graph. Out: per engine, its five questions as functions. For the bench of queries.

Each engine is asked in its own language, written as its manual would; where it has no shortest path, a search from both ends in
Python runs over its look-ups. What is returned is a number of rows or of steps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from bench_labels import labels_of

__all__ = ["PEERS", "Made", "Peer"]

Asks = dict[str, Any]
"""Per question how it is asked; of two forms the second is prepared."""
BASE = "https://rotgraph.test/"
PREFIXES = f"PREFIX : <{BASE}v#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
SPARQL = {
    "start": "SELECT ?s (COUNT(*) AS ?k) WHERE { ?s a :Sector FILTER(?s != :x) } GROUP BY ?s ORDER BY DESC(?k) LIMIT 2",
    "membership": 'SELECT ?e WHERE { ?e :buy_side ?s . ?s rdfs:label "Energy" . ?e a :Episode }',
    "top": "SELECT ?f ?v WHERE { ?t a :PriceTarget ; :value ?v ; :firm ?f FILTER(?v > 30) } ORDER BY DESC(?v) LIMIT 10",
    "hops": "SELECT DISTINCT ?p WHERE { ?e :year 2022 . ?n :links_to ?e ; :mentions ?p . ?p a :Person }",
    "group": "SELECT ?s (COUNT(*) AS ?k) WHERE { ?e a :Episode ; :buy_side ?s } GROUP BY ?s",
}


class Made:
    """A made-up graph."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        self.edges = tuple(self.meta["edges"])
        self.ends = {"path": tuple(self.meta["q5"]), "hub path": tuple(self.meta["q5b"])}

    @cached_property
    def columns(self) -> Any:
        return np.load(self.folder / "g.npz")

    @cached_property
    def labels(self) -> list[str]:
        return labels_of(self.meta)

    @cached_property
    def classes(self) -> list[str]:
        return [self.meta["classes"][number] for number in self.columns["cls"].tolist()]

    def iri(self, node: int) -> str:
        return f"{BASE}{self.classes[node].lower()}/{node}"

    def paths(self, around: Callable[[Any], Iterable[Any]], name: Callable[[int], Any] = lambda node: node) -> Asks:
        """The two paths by a search in Python over the engine's look-ups."""
        return {
            key: lambda start=start, end=end: from_both_ends(around, name(start), name(end))
            for key, (start, end) in self.ends.items()
        }


def from_both_ends(around: Callable[[Any], Iterable[Any]], start: Any, end: Any) -> int:
    """How many steps lead from one to the other; -1 if none do."""
    frontier, other, seen, reached = {start}, {end}, {start}, {end}
    steps = 0
    while frontier and other:
        steps += 1
        if len(frontier) > len(other):
            frontier, other, seen, reached = other, frontier, reached, seen
        found = set()
        for node in frontier:
            for each in around(node):
                if each in reached:
                    return steps
                if each not in seen:
                    seen.add(each)
                    found.add(each)
        frontier = found
    return -1


def numpy_loops(made: Made) -> Asks:
    """Bare loops over the same columns: what a hand-written program would do."""
    columns, count, meta = made.columns, made.meta["entities"], made.meta
    classes, year, value = columns["cls"], columns["year"], columns["value"]
    number = {name: index for index, name in enumerate(meta["classes"])}

    def adjacency(starts: Any, ends: Any) -> tuple[Any, Any]:
        order = np.argsort(starts, kind="stable")
        pointers = np.zeros(count + 1, np.int32)
        pointers[1:] = np.cumsum(np.bincount(starts, minlength=count))
        return pointers, ends[order]

    forward = {name: adjacency(columns[f"s_{name}"], columns[f"d_{name}"]) for name in made.edges}
    backward = {name: adjacency(columns[f"d_{name}"], columns[f"s_{name}"]) for name in made.edges}
    starts, ends = (np.concatenate([columns[f"{side}_{name}"] for name in made.edges]) for side in "sd")
    either = adjacency(np.concatenate([starts, ends]), np.concatenate([ends, starts]))
    energy = np.array([made.labels.index("Energy")])

    def gather(nodes: Any, edges: tuple[Any, Any]) -> Any:
        begins = edges[0][nodes]
        counts = edges[0][nodes + 1] - begins
        total = int(counts.sum())
        return edges[1][np.arange(total) + np.repeat(begins - (np.cumsum(counts) - counts), counts)]

    def top() -> object:
        targets = np.flatnonzero((classes == number["PriceTarget"]) & (value > 30))
        largest = targets[np.argpartition(-value[targets], 10)[:10]]
        largest = largest[np.argsort(-value[largest])]
        gather(largest, forward["firm"])
        return len(value[largest].tolist())

    def hops() -> object:
        notes = np.unique(gather(np.flatnonzero(year == 2022), backward["links_to"]))
        marks = np.zeros(count, bool)
        marks[gather(notes, forward["mentions"])] = True
        return len(np.flatnonzero(marks & (classes == number["Person"])).tolist())

    def path(start: int, end: int) -> int:
        seen, reached = np.zeros(count, bool), np.zeros(count, bool)
        frontier, other = np.array([start]), np.array([end])
        seen[start] = reached[end] = True
        steps = 0
        while len(frontier) and len(other):
            steps += 1
            if len(frontier) > len(other):
                frontier, other, seen, reached = other, frontier, reached, seen
            found = gather(frontier, either)
            if reached[found].any():
                return steps
            frontier = np.unique(found[~seen[found]])
            seen[frontier] = True
        return -1

    return {
        "start": lambda: None,
        "membership": lambda: len(gather(energy, backward["buy_side"]).tolist()),
        "top": top,
        "hops": hops,
        "group": lambda: int(np.count_nonzero(np.bincount(forward["buy_side"][1], minlength=len(made.labels[:28])))),
        **{key: lambda start=start, end=end: path(start, end) for key, (start, end) in made.ends.items()},
    }


def pyoxigraph(made: Made) -> Asks:
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=str(made.folder / "g.nt"), format=ox.RdfFormat.N_TRIPLES)
    edges = {ox.NamedNode(f"{BASE}v#{name}") for name in made.edges}

    def around(node: Any) -> Iterable[Any]:
        for quad in store.quads_for_pattern(node, None, None, None):
            if quad.predicate in edges:
                yield quad.object
        for quad in store.quads_for_pattern(None, None, node, None):
            if quad.predicate in edges:
                yield quad.subject

    asks: Asks = {name: lambda text=text: len(list(store.query(PREFIXES + text))) for name, text in SPARQL.items()}
    return asks | made.paths(around, lambda node: ox.NamedNode(made.iri(node)))


def rdflib(made: Made) -> Asks:
    import rdflib as rdf

    graph = rdf.Graph()
    graph.parse(str(made.folder / "g.nt"), format="nt")
    edges = {rdf.URIRef(f"{BASE}v#{name}") for name in made.edges}

    def around(node: Any) -> Iterable[Any]:
        for predicate, value in graph.predicate_objects(node):
            if predicate in edges:
                yield value
        for subject, predicate in graph.subject_predicates(node):
            if predicate in edges:
                yield subject

    asks: Asks = {name: lambda text=text: len(list(graph.query(PREFIXES + text))) for name, text in SPARQL.items()}
    return asks | made.paths(around, lambda node: rdf.URIRef(made.iri(node)))


def duckdb(made: Made) -> Asks:
    import duckdb as duck

    folder = made.folder
    database = duck.connect()
    database.execute("SET threads=1")
    database.execute(f"CREATE TABLE e AS SELECT * FROM '{folder}/entity.parquet'")
    parts = (f"SELECT '{name}' AS p, src, dst FROM '{folder}/{name}.parquet'" for name in made.edges)
    database.execute("CREATE TABLE edge AS " + " UNION ALL ".join(parts))

    def ask(text: str) -> Callable[[], object]:
        return lambda: len(database.execute(text).fetchall())

    def step(nodes: set[int]) -> set[int]:
        wanted = list(nodes)
        found = database.execute(
            "SELECT dst FROM edge WHERE src IN (SELECT unnest(?::BIGINT[])) "
            "UNION SELECT src FROM edge WHERE dst IN (SELECT unnest(?::BIGINT[]))", [wanted, wanted],
        ).fetchall()  # fmt: skip
        return {row[0] for row in found}

    return {
        "start": ask("SELECT cls, count(*) FROM e WHERE id < 9 GROUP BY cls ORDER BY 2 LIMIT 2"),
        "membership": ask(
            "SELECT b.src FROM edge b JOIN e s ON s.id=b.dst WHERE b.p='buy_side' AND s.label='Energy' AND s.cls='Sector'"
        ),
        "top": ask(
            "SELECT b.dst, t.value FROM e t JOIN edge b ON b.src=t.id AND b.p='firm' "
            "WHERE t.cls='PriceTarget' AND t.value>30 ORDER BY 2 DESC LIMIT 10"
        ),
        "hops": ask(
            "SELECT DISTINCT m.dst FROM e JOIN edge l ON l.dst=e.id AND l.p='links_to' "
            "JOIN edge m ON m.src=l.src AND m.p='mentions' JOIN e p ON p.id=m.dst AND p.cls='Person' WHERE e.year=2022"
        ),
        "group": ask("SELECT dst, count(*) FROM edge JOIN e ON e.id=src AND e.cls='Episode' WHERE p='buy_side' GROUP BY dst"),
        **{key: lambda start=start, end=end: by_levels(step, start, end) for key, (start, end) in made.ends.items()},
    }


def by_levels(step: Callable[[set[int]], set[int]], start: int, end: int) -> int:
    """As `from_both_ends`, a whole level at a time."""
    frontier, other, seen, reached = {start}, {end}, {start}, {end}
    steps = 0
    while frontier and other:
        steps += 1
        if len(frontier) > len(other):
            frontier, other, seen, reached = other, frontier, reached, seen
        found = step(frontier)
        if found & reached:
            return steps
        frontier = found - seen
        seen |= frontier
    return -1


def polars(made: Made) -> Asks:
    import polars as pl

    folder = made.folder
    entities = pl.read_parquet(folder / "entity.parquet").with_columns(pl.col("cls").cast(pl.Categorical)).lazy()
    tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in made.edges}
    lazy = {name: table.lazy() for name, table in tables.items()}
    every = pl.concat([pl.concat([table, table.select(src="dst", dst="src")]) for table in tables.values()])
    col = pl.col

    def path(start: int, end: int) -> int:
        frontier = seen = pl.DataFrame({"n": [start]})
        steps = 0
        while len(frontier):
            steps += 1
            found = every.join(frontier, left_on="src", right_on="n", how="semi").select(n="dst").unique()
            frontier = found.join(seen, on="n", how="anti")
            if (frontier["n"] == end).any():
                return steps
            seen = pl.concat([seen, frontier])
        return -1

    def membership() -> Any:
        energy = entities.filter((col("label") == "Energy") & (col("cls") == "Sector")).select("id")
        return lazy["buy_side"].join(energy, left_on="dst", right_on="id", how="semi").select("src")

    def top() -> Any:
        wanted = entities.filter((col("cls") == "PriceTarget") & (col("value") > 30))
        largest = wanted.join(lazy["firm"], left_on="id", right_on="src")
        return largest.select("dst", "value").top_k(10, by="value").sort("value", descending=True)

    def hops() -> Any:
        dated = entities.filter(col("year") == 2022).select("id")
        people = entities.filter(col("cls") == "Person").select("id")
        notes = lazy["links_to"].join(dated, left_on="dst", right_on="id", how="semi")
        mentioned = lazy["mentions"].join(notes, on="src", how="semi").join(people, left_on="dst", right_on="id", how="semi")
        return mentioned.select("dst").unique()

    def group() -> Any:
        episodes = entities.filter(col("cls") == "Episode").select("id")
        return lazy["buy_side"].join(episodes, left_on="src", right_on="id", how="semi").group_by("dst").len()

    def start() -> Any:
        return entities.filter(col("id") < 9).group_by("cls").len().sort("len").limit(2)

    def forms(build: Callable[[], Any]) -> tuple[Callable[[], object], Callable[[], object]]:
        """The expression built and collected, and one collected that was built before."""
        built = build()
        return lambda: len(build().collect().rows()), lambda: len(built.collect().rows())

    asks = {"start": start, "membership": membership, "top": top, "hops": hops, "group": group}
    return {
        **{name: forms(build) for name, build in asks.items()},
        **{key: lambda start=start, end=end: path(start, end) for key, (start, end) in made.ends.items()},
    }


def ladybug(made: Made) -> Asks:
    import ladybug as bug

    connection = bug.Connection(bug.Database(":memory:"), num_threads=1)
    connection.execute("CREATE NODE TABLE E(id INT64 PRIMARY KEY, cls STRING, label STRING, year INT32, value DOUBLE)")
    connection.execute(f'COPY E FROM "{made.folder}/entity.parquet"')
    for name in made.edges:
        connection.execute(f"CREATE REL TABLE {name}(FROM E TO E)")
        connection.execute(f'COPY {name} FROM "{made.folder}/{name}.parquet"')
    every = "|".join((f":{made.edges[0]}", *made.edges[1:]))

    def rows(text: str) -> list[Any]:
        result, found = connection.execute(text), []
        while result.has_next():
            found.append(result.get_next())
        return found

    texts = {
        "start": "MATCH (e:E) WHERE e.id < 9 RETURN e.cls, count(*) LIMIT 2",
        "membership": 'MATCH (e:E)-[:buy_side]->(s:E) WHERE s.label = "Energy" AND s.cls = "Sector" RETURN e.id',
        "top": 'MATCH (t:E)-[:firm]->(f:E) WHERE t.cls = "PriceTarget" AND t.value > 30 '
        "RETURN f.id, t.value ORDER BY t.value DESC LIMIT 10",
        "hops": 'MATCH (e:E)<-[:links_to]-(n:E)-[:mentions]->(p:E) WHERE e.year = 2022 AND p.cls = "Person" RETURN DISTINCT p.id',
        "group": 'MATCH (e:E)-[:buy_side]->(s:E) WHERE e.cls = "Episode" RETURN s.id, count(*)',
    }
    return {
        **{name: lambda text=text: len(rows(text)) for name, text in texts.items()},
        **{
            key: lambda start=start, end=end: rows(
                f"MATCH p = (a:E)-[{every}* SHORTEST 1..8]-(b:E) WHERE a.id = {start} AND b.id = {end} RETURN length(p)"
            )[0][0]
            for key, (start, end) in made.ends.items()
        },
    }


def networkx(made: Made) -> Asks:
    import networkx as nx

    columns, classes, labels = made.columns, made.classes, made.labels
    year, value = columns["year"].tolist(), columns["value"].tolist()
    graph: Any = nx.MultiDiGraph()
    for node in range(made.meta["entities"]):
        graph.add_node(node, cls=classes[node], label=labels[node], year=year[node], value=value[node])
    for name in made.edges:
        pairs = zip(columns[f"s_{name}"].tolist(), columns[f"d_{name}"].tolist(), strict=True)
        graph.add_edges_from((start, end, name) for start, end in pairs)
    either: Any = nx.Graph()
    either.add_edges_from(graph.edges())
    nodes = graph.nodes

    def into(node: int, name: str) -> list[int]:
        return [start for start, _, key in graph.in_edges(node, keys=True) if key == name]

    def out_of(node: int, name: str) -> list[int]:
        return [end for _, end, key in graph.out_edges(node, keys=True) if key == name]

    def top() -> object:
        targets = ((each["value"], node) for node, each in nodes(data=True) if each["cls"] == "PriceTarget" and each["value"] > 30)
        return len([(found, out_of(node, "firm")) for found, node in sorted(targets, reverse=True)[:10]])

    def hops() -> object:
        notes = {note for node, each in nodes(data=True) if each["year"] == 2022 for note in into(node, "links_to")}
        return len({person for note in notes for person in out_of(note, "mentions") if nodes[person]["cls"] == "Person"})

    def group() -> object:
        counts: dict[int, int] = {}
        for node, each in nodes(data=True):
            if each["cls"] == "Episode":
                for sector in out_of(node, "buy_side"):
                    counts[sector] = counts.get(sector, 0) + 1
        return len(counts)

    def membership() -> object:
        energy = [node for node, each in nodes(data=True) if each["label"] == "Energy" and each["cls"] == "Sector"]
        return len([episode for node in energy for episode in into(node, "buy_side")])

    return {
        "start": lambda: len(nodes),
        "membership": membership, "top": top, "hops": hops, "group": group,
        **{key: lambda start=start, end=end: len(nx.bidirectional_shortest_path(either, start, end)) - 1
           for key, (start, end) in made.ends.items()},
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine: the module it needs, and what loads the graph into it."""

    module: str
    prepare: Callable[[Made], Asks]


PEERS: dict[str, Peer] = {
    "numpy": Peer("numpy", numpy_loops),
    "pyoxigraph": Peer("pyoxigraph", pyoxigraph),
    "duckdb": Peer("duckdb", duckdb),
    "polars": Peer("polars", polars),
    "ladybug": Peer("ladybug", ladybug),
    "networkx": Peer("networkx", networkx),
    "rdflib": Peer("rdflib", rdflib),
}
