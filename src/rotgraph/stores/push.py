"""In: a graph and a store. Out: the store in step with it, or an error that says what is where. Room: stores.

A named graph per note; the manifest in the store says which hash each has. Graphs whose hash (or count of triples) differs are
put, graphs that are gone are deleted. Before the first change the manifest forgets the graphs that will change, and it is written
whole at the end: so a push that breaks off anywhere is finished by the next one, and never believed. Afterwards the counts are
read back, and the store is asked whether a query sees the union of the graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from typing import Protocol

from rotgraph.errors import StoreError
from rotgraph.late import dataclass
from rotgraph.model.graph import Graph
from rotgraph.rdf.answers import Row, Store
from rotgraph.rdf.iri import RG
from rotgraph.rdf.quads import MANIFEST, Dataset, Entry, canonical, entry
from rotgraph.rdf.spell import Said, Spelling

__all__ = ["Change", "Progress", "Pushed", "Target", "push"]

Progress = Callable[[int, int], None]


class Target(Store, Protocol):
    """A store that also takes graphs."""

    def select_graphs(self, query: str) -> Iterator[Row]:
        """The rows of a query that names its graphs: where it asks for their union, many a store has no named ones.

        Raises:
            StoreError: as `select`.
        """

    def put(self, graph: str, lines: Sequence[str]) -> None:
        """Make a graph hold exactly these lines of N-Triples: all or nothing.

        Raises:
            StoreError: it could not.
        """

    def delete(self, graph: str) -> None:
        """Have a graph no longer, whether it was there or not.

        Raises:
            StoreError: it could not.
        """


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
    entry: Entry
    lines: Callable[[], list[str]] = field(repr=False)

    @property
    def count(self) -> int:
        return self.entry[2]


def push(graph: Graph, target: Target, *, dry: bool = False, progress: Progress | None = None) -> Pushed:
    """Bring a store in step with a graph.

    Args:
        dry: only say what would change.
        progress: told how many of how many changes are done.
    Raises:
        StoreError: the store could not be reached, refused, or does not hold afterwards what it should.
    """
    return _Push(graph, target, progress or _quiet).run(dry=dry)


def _quiet(_done: int, _of: int) -> None:
    """Nobody watches."""


class _Push:
    def __init__(self, graph: Graph, target: Target, progress: Progress) -> None:
        self.target, self.progress = target, progress
        self.data = Dataset(graph, Spelling(graph))
        self.room = f"{graph.schema.base}graph/"

    def run(self, *, dry: bool) -> Pushed:
        known, counts = self._manifest(), self._counts()  # a store that cannot be reached says so before all graphs are made
        local = {each.iri: each for each in self._graphs()}
        held = {iri for iri, (_, _, count) in known.items() if counts.get(iri, 0) == count}
        put = [each for each in local.values() if each.iri not in held or known[each.iri] != each.entry]
        gone = sorted((known.keys() | counts.keys()) - local.keys())
        changes = (*(Change("PUT", each.iri, each.count) for each in put), *(Change("DELETE", iri) for iri in gone))
        done = Pushed(changes, len(local) - len(put), sum(each.count for each in local.values()), dry)
        if dry:
            return done
        finished = self.data.manifest([each.entry for each in local.values()])
        if changes:
            changing = {change.graph for change in changes}
            kept = [entry for iri, entry in known.items() if iri not in changing]
            self._write_manifest(self.data.manifest(kept, finished=False))
            self._change(put, gone)
            self._write_manifest(finished)
        elif not self._is_finished(finished[-1]):
            self._write_manifest(finished)
        self._check(local)
        return done

    def _graphs(self) -> Iterator[_Local]:
        for note, (name, said) in zip((None, *self.data.notes), self.data.graphs(), strict=True):
            full = self.data.name(name)
            made = entry(name, canonical(said, full))
            yield _Local(full[1:-1], made, lambda note=note, full=full: self._lines(note, full))  # type: ignore[misc]

    def _lines(self, note: int | None, name: str) -> list[str]:
        """A graph as N-Triples, made anew: not all are held at once."""
        return _plain(self.data.schema(world=True) if note is None else self.data.sayings(note), name)

    # what the store says

    def _manifest(self) -> dict[str, Entry]:
        query = (
            f"SELECT ?graph ?digest ?count WHERE {{ GRAPH <{self.room}{MANIFEST}> "
            f"{{ ?graph <{RG}sha256> ?digest ; <{RG}tripleCount> ?count }} }}"
        )
        rows = ((row["graph"].value, row["digest"].value, int(row["count"].value)) for row in self.target.select_graphs(query))
        return {iri: (iri.removeprefix(self.room), digest, count) for iri, digest, count in rows}

    def _is_finished(self, said: Said) -> bool:
        """Whether the manifest in the store says this of itself: a push that broke off at the very end left it without."""
        subject, (what,) = said
        found = self.target.select_graphs(f"SELECT ?digest WHERE {{ GRAPH {subject} {{ {subject} <{RG}sha256> ?digest }} }}")
        return [f'<{RG}sha256> "{row["digest"].value}"' for row in found] == [what]

    def _counts(self) -> dict[str, int]:
        """Triples of each of our graphs in the store, whatever its manifest says."""
        ours = f'FILTER(STRSTARTS(STR(?graph), "{self.room}"))'
        query = f"SELECT ?graph (COUNT(*) AS ?count) WHERE {{ GRAPH ?graph {{ ?s ?p ?o }} {ours} }} GROUP BY ?graph"
        found = {row["graph"].value: int(row["count"].value) for row in self.target.select_graphs(query)}
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
            raise StoreError(f"{self.target.name}: {'; '.join(wrong[:3])}{more}")
        seen = list(self.target.select(f"SELECT ?vault WHERE {{ ?vault a <{RG}Vault> }} LIMIT 1"))
        if not seen:
            raise StoreError(
                f"{self.target.name}: the graphs are there, but a query does not see their union; "
                "set the store's default graph to the union of its named graphs"
            )

    # what it is told

    def _change(self, put: Sequence[_Local], gone: Sequence[str]) -> None:
        count = len(put) + len(gone)
        for number, each in enumerate(put):
            self.progress(number, count)
            self._say(number, count, lambda each=each: self.target.put(each.iri, each.lines()))  # type: ignore[misc]
        for number, iri in enumerate(gone, len(put)):
            self.progress(number, count)
            self._say(number, count, lambda iri=iri: self.target.delete(iri))  # type: ignore[misc]
        self.progress(count, count)

    def _say(self, number: int, count: int, act: Callable[[], None]) -> None:
        """Do it; where it fails, say what is where."""
        try:
            act()
        except StoreError as error:
            raise StoreError(
                f"{error}\n{number:,} of {count:,} graphs were changed, the others are as they were; push again to go on"
            ) from error

    def _write_manifest(self, said: Iterable[Said]) -> None:
        name = self.data.name(MANIFEST)
        self.target.put(name[1:-1], _plain(said, name))


def _plain(said: Iterable[Said], graph: str) -> list[str]:
    """A graph as N-Triples."""
    return [f"{line.removesuffix(f' {graph} .')} ." for line in canonical(said, graph)]
