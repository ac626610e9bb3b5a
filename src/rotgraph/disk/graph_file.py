"""In: a graph. Out: one file of it, and the graph again, mapped. Room: disk.

    "rotgraph"  u32 format  u32 length of the header  u32 its checksum  u32 nothing  header (JSON)  parts, each on a multiple of 64

The header names every part: column, texts, JSON or MessagePack, with type, place, length, checksum and count. Opening maps the file
and looks at the header and the schema. All else is decompressed when somebody asks for it: diagnostics as a whole, their texts when
somebody reads one, of texts and columns those blocks that are looked at.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from rotgraph.disk.columns import FEW, MANY, PackedColumn, pack_column
from rotgraph.disk.home import FORMAT
from rotgraph.disk.plain import schema_from, schema_json
from rotgraph.disk.texts import TEXT_COLUMNS, StoredTexts, arranged, pack_texts
from rotgraph.errors import UnusableError
from rotgraph.model.graph import COLUMNS, Graph

if TYPE_CHECKING:
    from rotgraph.disk.durable import Bytes
    from rotgraph.model.spool import Spool
    from rotgraph.model.told import Told

__all__ = ["ChangedGraph", "StoredGraph", "pack_graph", "read_graph"]

_MAGIC = b"rotgraph"
_HEAD = struct.Struct("<8sIIII")
_ALIGNED = 64
_STEPS = frozenset({
    "alias_pointers", "class_pointers", "direct_pointers", "property_pointers", "evidence_pointers", "class_nodes", "evidence_note",
    "fact_subject", "reverse_facts", "key_hash",
})  # fmt: skip
"""Columns whose numbers mostly rise."""
_BESIDE = {
    f"{kind}_end_{name}": f"{kind}_{name}" for kind in ("node", "evidence") for name in ("line", "column")
}  # fmt: skip
"""Columns that hold how much more they are than another."""
_RUNS = frozenset({"fact_subject", "fact_kind", "fact_value", "reverse_facts", "class_nodes"})
"""Columns that are read in long runs: a property, a class."""
_TEXTS = ("text_bytes", "text_offsets")
_REMEMBERED = 1 << 23
"""Bytes of the parts handed out last that are kept: what a query is planned by is what it is answered from."""


class StoredGraph(Graph):
    """A graph that lies on the disk. Its generation never changes: what is compiled later is another one."""

    def __init__(
        self, folder: str, generation: str, header: Mapping[str, Any], parts: _Parts, columns: _Columns
    ) -> None:  # fmt: skip
        properties, units = tuple(header["properties"]), tuple(header["units"])
        super().__init__(parts.schema(), properties, units, columns, parts.diagnostics, columns.texts)
        self.folder, self.generation = folder, generation
        self._stored = columns

    def packed(self, name: str) -> tuple[str, Bytes, int]:
        """A part as it lies in the file: type, bytes, count.

        Raises:
            UnusableError: it is damaged.
        """
        self._stored.parts.check(name)
        kind, _, _, _, count = self._stored.parts.places[name]
        return kind, self._stored.parts.bytes(name), count

    def with_columns(self, columns: Mapping[str, npt.NDArray[Any]], told: Told, units: Sequence[str] | None = None) -> ChangedGraph:
        """The same graph but for some columns, for its units if they are told, and for what is wrong in the notes."""
        return ChangedGraph(self, columns, told, self.units if units is None else units)

    def put_down(self, spool: Spool) -> None:
        """Columns that are asked for whole wait there from now on: who looks at all of them holds none, nor of the file."""
        from rotgraph.model.spool import forgettable  # a query does without

        self._stored.wait = spool.column
        forgettable(self._stored.parts.data)

    def part(self, column: str, start: int, end: int) -> npt.NDArray[Any]:
        return self._stored.part(column, start, end)

    def number(self, column: str, place: int) -> int:
        return self._stored.number(column, place)

    def length(self, column: str) -> int:
        return self._stored.length(column)

    def __reduce__(self) -> tuple[object, ...]:
        from rotgraph.disk.opening import reopen

        return (reopen, (self.folder, self.generation))


class ChangedGraph(Graph):
    """A graph that lies on the disk, but for some columns."""

    def __init__(
        self, kept: StoredGraph, changed: Mapping[str, npt.NDArray[Any]], told: Told, units: Sequence[str]
    ) -> None:  # fmt: skip
        columns = ChainMap({**changed}, kept.columns)  # type: ignore[arg-type]  # nobody writes into the second
        texts = None if "text_bytes" in changed else kept.texts
        super().__init__(kept.schema, kept.properties, tuple(units), columns, told, texts)
        self.kept, self.changed = kept, changed

    def with_diagnostics(self, diagnostics: Told) -> ChangedGraph:
        return ChangedGraph(self.kept, self.changed, diagnostics, self.units)


class _Parts:
    """The parts of a mapped file, by name."""

    def __init__(self, path: str, data: mmap.mmap, header: Mapping[str, Any], begin: int) -> None:
        self.path, self.begin = path, begin
        self.data, self.view = data, memoryview(data)
        self.places: Mapping[str, Sequence[Any]] = header["parts"]

    def bytes(self, name: str) -> memoryview:
        start, length = self.places[name][1:3]
        return self.view[self.begin + start : self.begin + start + length]

    def check(self, name: str) -> None:
        if zlib.crc32(self.bytes(name)) != self.places[name][3]:
            raise UnusableError(f"{self.path} is damaged: {name}")

    def column(self, name: str) -> PackedColumn:
        kind, _, _, _, count = self.places[name]
        of = f"{self.path}: {name}"
        return PackedColumn(self.bytes(name), of, count, _numbers(name), kind, COLUMNS[name], steps=name in _STEPS)

    def texts(self) -> StoredTexts:
        return StoredTexts(self.bytes("texts"), f"{self.path}: texts", self.places["texts"][4])

    def schema(self) -> Any:
        self.check("schema")
        return schema_from(zlib.decompress(self.bytes("schema")))

    def diagnostics(self) -> Told:
        from rotgraph.disk.told_bytes import told_from

        self.check("diagnostics")
        return told_from(self.bytes("diagnostics"), self.diagnostic_texts)

    def diagnostic_texts(self) -> Sequence[str]:
        from rotgraph.disk.told_bytes import texts_from

        self.check("diagnostic_texts")
        return texts_from(self.bytes("diagnostic_texts"))


class _Columns(Mapping[str, npt.NDArray[Any]]):
    """The columns of a mapped file; each is looked for when it is first asked for, and kept."""

    def __init__(self, parts: _Parts) -> None:
        self.texts = parts.texts()
        self.parts = parts
        self._packed: dict[str, PackedColumn] = {}
        self._held: dict[str, npt.NDArray[Any]] = {}
        self._given: WeakValueDictionary[tuple[str, int, int], npt.NDArray[Any]] = WeakValueDictionary()
        """Parts that somebody has: who asks for the same gets the same."""
        self._last: tuple[npt.NDArray[Any], ...] = ()
        self.wait: Callable[[npt.NDArray[Any]], npt.NDArray[Any]] = lambda column: column
        """What becomes of a whole column."""

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        if name not in self._held:
            names = _TEXTS if name in _TEXTS else (name,)
            found: Sequence[npt.NDArray[Any]] = self.texts.pool() if name in _TEXTS else [self.part(name, 0, self.length(name))]
            for each, column in zip(names, found, strict=True):
                column.setflags(write=False)
                self._held[each] = self.wait(column)
        return self._held[name]

    def length(self, name: str) -> int:
        """How many numbers are in a column."""
        count: int = len(self[name]) if name in _TEXTS else self.parts.places[name][4]
        return count

    def part(self, name: str, start: int, end: int) -> npt.NDArray[Any]:
        """A part of a column."""
        held = self[name] if name in _TEXTS else self._held.get(name)
        if held is not None:
            return held[start:end]
        if end - start <= MANY:
            return self._read(name, start, end)
        key = name, start, end
        found = self._given.get(key)
        if found is None:
            found = self._given[key] = self._read(name, start, end)
            self._remember(found)
        return found

    def _read(self, name: str, start: int, end: int) -> npt.NDArray[Any]:
        found = self._column(name).part(start, end)
        if name in _BESIDE:
            found = found + self.part(_BESIDE[name], start, end)
            found.setflags(write=False)
        return found

    def _remember(self, part: npt.NDArray[Any]) -> None:
        room, kept = _REMEMBERED, []
        for each in (part, *self._last):
            room -= each.nbytes
            if room < 0:
                break
            kept.append(each)
        self._last = tuple(kept)

    def number(self, name: str, place: int) -> int:
        """One number of a column."""
        held = self._held.get(name)
        if held is not None:
            return int(held[place])
        found = self._column(name).number(place)
        return found + self.number(_BESIDE[name], place) if name in _BESIDE else found

    def _column(self, name: str) -> PackedColumn:
        found = self._packed.get(name)
        if found is None:
            found = self._packed[name] = self.parts.column(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(COLUMNS)

    def __len__(self) -> int:
        return len(COLUMNS)


def pack_graph(graph: Graph, made_by: str) -> tuple[str, list[Bytes]]:
    """The name of a graph, which depends on nothing but what it holds, and the bytes of its file.

    Args:
        made_by: what made it; another maker's graph is made again.
    """
    from rotgraph.disk.told_bytes import pack_told

    told, told_texts = pack_told(graph.diagnostics)
    parts = [
        *(_parts_again(graph) if isinstance(graph, ChangedGraph) else _parts_of(graph)),
        ("diagnostics", "msgpack", told, 1),
        ("diagnostic_texts", "msgpack", told_texts, 1),
    ]
    places, at = {}, 0
    for name, kind, data, count in parts:
        places[name] = (kind, at, len(data), zlib.crc32(data), count)
        at += len(data) + -len(data) % _ALIGNED
    header = {"made_by": made_by, "properties": graph.properties, "units": graph.units, "size": at, "parts": places}
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    head = _HEAD.pack(_MAGIC, FORMAT, len(text), zlib.crc32(text), 0) + text
    from hashlib import sha256  # a query does without

    return sha256(text).hexdigest()[:16], list(_pieces(head, (data for _, _, data, _ in parts)))


_Part: TypeAlias = "tuple[str, str, Bytes, int]"
"""Name, type, bytes, count."""


def _parts_of(graph: Graph, older: StoredGraph | None = None) -> Iterator[_Part]:
    """All of them; columns that an older graph has too are taken from there."""
    from concurrent.futures import ThreadPoolExecutor  # a query does without both

    from rotgraph.model.spool import forget

    order, changed = arranged(graph.columns)
    columns: Mapping[str, npt.NDArray[Any]] = ChainMap(changed, graph.columns)  # type: ignore[arg-type]  # nobody writes into it
    forget()
    with ThreadPoolExecutor(1) as other:  # compressing leaves the interpreter to others
        texts = other.submit(pack_texts, columns, order)
        alike, packed = set[str](), []
        for name in COLUMNS:
            if name in _TEXTS:
                continue
            column = columns[name]
            if older is not None and np.array_equal(column, older.columns[name]):
                alike.add(name)
            if older is not None and alike >= {name, _BESIDE.get(name, name)}:
                packed.append((name, *older.packed(name)))
            else:
                packed.append(_packed(name, column, columns))
            del column
            forget()
        yield "texts", "texts", texts.result(), len(order)
    yield from packed
    yield "schema", "json", zlib.compress(schema_json(graph.schema), 6), 1


def _parts_again(graph: ChangedGraph) -> Iterator[_Part]:
    """Those of the older graph where nothing has changed."""
    kept = graph.kept.columns
    if any(name in TEXT_COLUMNS and not np.array_equal(column, kept[name]) for name, column in graph.changed.items()):
        yield from _parts_of(graph, graph.kept)  # the order of texts hangs on where they are used
        return
    changed = {name for name in COLUMNS if not {name, _BESIDE.get(name)}.isdisjoint(graph.changed)}
    for name in ("texts", *(name for name in COLUMNS if name not in _TEXTS), "schema"):
        yield _packed(name, graph.columns[name], graph.columns) if name in changed else (name, *graph.kept.packed(name))


def _packed(name: str, column: npt.NDArray[Any], columns: Mapping[str, npt.NDArray[Any]]) -> _Part:
    if name in _BESIDE:
        column = column - columns[_BESIDE[name]]
    return name, *pack_column(column, _numbers(name), steps=name in _STEPS), len(column)


def _numbers(name: str) -> int:
    return MANY if name in _RUNS else FEW


def _pieces(head: bytes, parts: Iterator[Bytes]) -> Iterator[Bytes]:
    yield head + bytes(-len(head) % _ALIGNED)
    for data in parts:
        yield data
        if len(data) % _ALIGNED:
            yield bytes(-len(data) % _ALIGNED)


def read_graph(path: str, folder: str, generation: str, made_by: str | None, *, check: bool) -> StoredGraph:
    """Map a graph.

    Args:
        made_by: what must have made it; None takes any maker's, if the format is this one.
        check: compare every part with its checksum (4 GB a second), else only the header and the schema.

    Raises:
        UnusableError: it is damaged, or not what this version reads.
        OSError: it cannot be opened.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        size = os.fstat(handle).st_size
        if size < _HEAD.size:
            raise UnusableError(f"{path} is damaged: too short")
        data = mmap.mmap(handle, 0, access=mmap.ACCESS_READ)
    finally:
        os.close(handle)
    header, begin = _header(path, data)
    if made_by is not None and header["made_by"] != made_by:
        raise UnusableError(f"{path} was made by another version")
    if size != begin + header["size"]:
        raise UnusableError(f"{path} is damaged: {size:,} bytes instead of {begin + header['size']:,}")
    parts = _Parts(path, data, header, begin)
    if check:
        for name in parts.places:
            parts.check(name)
    try:
        return StoredGraph(folder, generation, header, parts, _Columns(parts))
    except (KeyError, TypeError, ValueError):
        raise UnusableError(f"{path} was written by another version") from None


def _header(path: str, data: mmap.mmap) -> tuple[dict[str, Any], int]:
    magic, format_, length, checksum, _ = _HEAD.unpack(data[: _HEAD.size])
    if magic != _MAGIC:
        raise UnusableError(f"{path} is damaged: no graph")
    if format_ != FORMAT:
        raise UnusableError(f"{path} has format {format_}; this version reads {FORMAT}")
    text = data[_HEAD.size : _HEAD.size + length]
    if zlib.crc32(text) != checksum:
        raise UnusableError(f"{path} is damaged: header")
    begin = _HEAD.size + length
    return json.loads(text), begin + -begin % _ALIGNED
