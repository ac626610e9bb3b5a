"""In: a graph and a store. Out: the store in step with it, or an error that says what is where. Room: stores.

A named graph per note; the manifest in the store says which hash each has. Graphs whose hash (or count of triples) differs are
put, graphs that are gone are deleted. Before the first change the manifest forgets the graphs that will change, and it is written
whole at the end: so a push that breaks off anywhere is finished by the next one, and never believed. Afterwards the counts are
read back, and the store is asked whether a query sees the union of the graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from rotgraph.errors import StoreError
from rotgraph.model.graph import Graph
from rotgraph.rdf.iri import RG
from rotgraph.rdf.quads import MANIFEST, Dataset, canonical
from rotgraph.rdf.spell import Spelling
from rotgraph.stores.client import Client
from rotgraph.stores.endpoint import Endpoint
from rotgraph.stores.profiles import Address

__all__ = ["Change", "Pushed", "push"]

_LINES = {"Content-Type": "application/n-triples"}
_UPDATE = {"Content-Type": "application/sparql-update"}
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One graph that is put (with so many triples) or deleted."""

    verb: str
    """``PUT`` or ``DELETE``."""
    graph: str
    triples: int = 0


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did, or (dry) would do."""

    changes: tuple[Change, ...]
    unchanged: int
    triples: int
    """Of all graphs, the manifest left out."""
    dry: bool = False


@dataclass
class _Local:
    """A named graph as it should be."""

    iri: str
    digest: str
    count: int
    lines: Callable[[], list[str]] = field(repr=False)


def push(
    graph: Graph, address: Address, *, dry: bool = False, progress: Progress | None = None, client: Client | None = None
) -> Pushed:
    """Bring a store in step with a graph.

    Args:
        dry: only say what would change.
        progress: told how many of how many changes are done.
    Raises:
        StoreError: the store could not be reached, refused, or does not hold afterwards what it should.
    """
    client = client or Client(address)
    return _Push(graph, address, client, progress or _quiet).run(dry=dry)


def _quiet(_done: int, _of: int) -> None:
    """Nobody watches."""


class _Push:
    def __init__(self, graph: Graph, address: Address, client: Client, progress: Progress) -> None:
        self.address, self.client, self.progress = address, client, progress
        self.endpoint = Endpoint(address, client)
        self.data = Dataset(graph, Spelling(graph))
        self.room = f"{graph.schema.base}graph/"
        self.base = graph.schema.base

    def run(self, *, dry: bool) -> Pushed:
        local = {each.iri: each for each in self._graphs()}
        known, counts = self._manifest(), self._counts()
        held = {iri for iri, (_, count) in known.items() if counts.get(iri, 0) == count}
        put = [each for each in local.values() if each.iri not in held or known[each.iri] != (each.digest, each.count)]
        gone = sorted((known.keys() | counts.keys()) - local.keys())
        changes = (*(Change("PUT", each.iri, each.count) for each in put), *(Change("DELETE", iri) for iri in gone))
        done = Pushed(changes, len(local) - len(put), sum(each.count for each in local.values()), dry)
        if dry:
            return done
        if changes:
            changing = {change.graph for change in changes}
            self._write_manifest((iri, *what) for iri, what in known.items() if iri not in changing)
            self._change(put, gone)
            self._write_manifest((each.iri, each.digest, each.count) for each in local.values())
        self._check(local)
        return done

    def _graphs(self) -> Iterator[_Local]:
        dataset = self.data
        for note, (name, said) in zip((None, *dataset.notes), dataset.graphs(), strict=True):
            lines = canonical(said, name)
            digest = sha256("\n".join((*lines, "")).encode()).hexdigest()
            yield _Local(name[1:-1], digest, len(lines), lambda note=note, name=name: self._lines(note, name))  # type: ignore[misc]

    def _lines(self, note: int | None, name: str) -> list[str]:
        """A graph as N-Triples, made anew: not all are held at once."""
        said = self.data.schema(world=True) if note is None else self.data.sayings(note)
        return [line.removesuffix(f" {name} .") + " ." for line in canonical(said, name)]

    # what the store says

    def _manifest(self) -> dict[str, tuple[str, int]]:
        query = (
            f"SELECT ?graph ?digest ?count WHERE {{ GRAPH <{self.room}{MANIFEST}> "
            f"{{ ?graph <{RG}sha256> ?digest ; <{RG}tripleCount> ?count }} }}"
        )
        return {row["graph"].value: (row["digest"].value, int(row["count"].value)) for row in self.endpoint.select(query)}

    def _counts(self) -> dict[str, int]:
        """Triples of each of our graphs in the store, whatever its manifest says."""
        ours = f'FILTER(STRSTARTS(STR(?graph), "{self.room}"))'
        query = f"SELECT ?graph (COUNT(*) AS ?count) WHERE {{ GRAPH ?graph {{ ?s ?p ?o }} {ours} }} GROUP BY ?graph"
        found = {row["graph"].value: int(row["count"].value) for row in self.endpoint.select(query)}
        found.pop(f"{self.room}{MANIFEST}", None)
        return found

    def _check(self, local: dict[str, _Local]) -> None:
        """Fail loudly where the store does not hold what was sent, or where queries will not see it."""
        found = self._counts()
        wrong = [
            f"<{iri}> has {found.get(iri, 0):,} of {each.count:,} triples"
            for iri, each in local.items()
            if found.get(iri, 0) != each.count
        ]
        wrong += [f"<{iri}> should be gone and has {found[iri]:,} triples" for iri in sorted(found.keys() - local.keys())]
        if wrong:
            more = f", and {len(wrong) - 3} more" if len(wrong) > 3 else ""
            raise StoreError(f"{self.address.base}: {'; '.join(wrong[:3])}{more}")
        seen = list(self.endpoint.select(f"SELECT ?vault WHERE {{ ?vault a <{RG}Vault> }} LIMIT 1"))
        if not seen:
            raise StoreError(
                f"{self.address.base}: the graphs are there, but a query does not see their union; "
                "set the store's default graph to the union of its named graphs"
            )

    # what it is told

    def _change(self, put: Sequence[_Local], gone: Sequence[str]) -> None:
        count = len(put) + len(gone)
        for number, each in enumerate(put):
            self.progress(number, count)
            self._say(number, count, lambda each=each: self._put(each.iri, each.lines()))  # type: ignore[misc]
        for number, iri in enumerate(gone, len(put)):
            self.progress(number, count)
            self._say(number, count, lambda iri=iri: self._delete(iri))  # type: ignore[misc]
        self.progress(count, count)

    def _say(self, number: int, count: int, act: Callable[[], None]) -> None:
        """Do it; where it fails, say what is where."""
        try:
            act()
        except StoreError as error:
            raise StoreError(
                f"{error}\n{number:,} of {count:,} graphs were changed, the others are as they were; push again to go on"
            ) from error

    def _put(self, iri: str, lines: Sequence[str]) -> None:
        body = "\n".join((*lines, "")).encode()
        if not self.address.profile.staged:
            self.client.send("PUT", self.address.graphs, params=(("graph", iri),), headers=_LINES, content=body)
            return
        staging = f"{iri}.staging"  # no slug holds a dot
        self.client.send("PUT", self.address.graphs, params=(("graph", staging),), headers=_LINES, content=body)
        move = f"MOVE SILENT <{staging}> TO <{iri}>".encode()
        self.client.send("POST", self.address.update, headers=_UPDATE, content=move, again=False)

    def _delete(self, iri: str) -> None:
        self.client.send("DELETE", self.address.graphs, params=(("graph", iri),), missing=True)

    def _write_manifest(self, entries: Iterable[tuple[str, str, int]]) -> None:
        integer = "http://www.w3.org/2001/XMLSchema#integer"
        lines = []
        for iri, digest, count in sorted(entries):
            lines.append(f'<{iri}> <{RG}sha256> "{digest}" .')
            lines.append(f'<{iri}> <{RG}tripleCount> "{count}"^^<{integer}> .')
        self._put(f"{self.room}{MANIFEST}", lines)
