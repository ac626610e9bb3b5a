"""In: a graph. Out: one file of it, and the graph again, mapped. Room: disk.

    "rotgraph"  u32 format  u32 length of the header  u32 its checksum  u32 nothing  header (JSON)  parts, each on a multiple of 64

The header names every part: column, JSON or MessagePack, with type, place, length and checksum. Numbers are little-endian. Opening
maps the file and looks at the header and the schema; diagnostics are read when somebody asks for them, their texts when somebody
reads them, columns as the system pages them in.
Columns that only say where something stands are a third of a graph and seldom looked at: they are packed, and unpacked when
somebody does.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rotgraph.disk.durable import Bytes
from rotgraph.disk.home import FORMAT
from rotgraph.disk.plain import schema_from, schema_json
from rotgraph.disk.told_bytes import pack_told, texts_from, told_from
from rotgraph.errors import UnusableError
from rotgraph.model.graph import COLUMNS, Graph
from rotgraph.model.told import Told

__all__ = ["StoredGraph", "pack_graph", "read_graph"]

_MAGIC = b"rotgraph"
_HEAD = struct.Struct("<8sIIII")
_ALIGNED = 64
_COLD: Mapping[str, bool] = {
    **dict.fromkeys(("alias_pointers", "evidence_pointers", "evidence_heading", "node_heading"), True),
    **{
        f"{kind}_{name}": name in ("line", "end_line")
        for kind in ("node", "evidence")
        for name in ("line", "column", "end_line", "end_column")
    },
    "evidence_note": True,
    "evidence_stated": False,
}
"""Columns that are packed, and whether the steps from one number to the next are smaller than the numbers."""


class StoredGraph(Graph):
    """A graph that lies on the disk. Its generation never changes: what is compiled later is another one."""

    def __init__(
        self, folder: str, generation: str, header: Mapping[str, Any], parts: _Parts, columns: Mapping[str, npt.NDArray[Any]]
    ) -> None:
        schema = parts.schema()
        super().__init__(schema, tuple(header["properties"]), tuple(header["units"]), columns, parts.diagnostics)
        self.folder, self.generation = folder, generation

    def __reduce__(self) -> tuple[object, ...]:
        from rotgraph.disk.opening import reopen

        return (reopen, (self.folder, self.generation))


class _Parts:
    """The parts of a mapped file, by name."""

    def __init__(self, path: Path, data: mmap.mmap, header: Mapping[str, Any], begin: int) -> None:
        self.path, self.begin = path, begin
        self.view = memoryview(data)
        self.places: Mapping[str, Sequence[Any]] = header["parts"]

    def bytes(self, name: str) -> memoryview:
        _, start, length, _ = self.places[name]
        return self.view[self.begin + start : self.begin + start + length]

    def check(self, name: str) -> None:
        if zlib.crc32(self.bytes(name)) != self.places[name][3]:
            raise UnusableError(f"{self.path} is damaged: {name}")

    def column(self, name: str) -> npt.NDArray[Any]:
        dtype, start, length, _ = self.places[name]
        if not length:
            return np.empty(0, COLUMNS[name])
        if name in _COLD:
            self.check(name)  # what inflates could be anything
            return _unpacked(self.bytes(name), dtype, COLUMNS[name], steps=_COLD[name])
        return np.frombuffer(self.view, dtype, length // np.dtype(dtype).itemsize, self.begin + start)

    def schema(self) -> Any:
        self.check("schema")
        return schema_from(zlib.decompress(self.bytes("schema")))

    def diagnostics(self) -> Told:
        self.check("diagnostics")
        return told_from(self.bytes("diagnostics"), self.diagnostic_texts)

    def diagnostic_texts(self) -> Sequence[str]:
        self.check("diagnostic_texts")
        return texts_from(self.bytes("diagnostic_texts"))


class _Columns(Mapping[str, npt.NDArray[Any]]):
    """The columns of a mapped file; each is looked for when it is first asked for, and kept."""

    def __init__(self, parts: _Parts) -> None:
        self._parts = parts
        self._held = {name: parts.column(name) for name in COLUMNS if name not in _COLD}

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        found = self._held.get(name)
        if found is None:
            found = self._held[name] = self._parts.column(name)
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
    parts: list[tuple[str, str, Bytes]] = []
    for name, dtype in COLUMNS.items():
        if name in _COLD:
            parts.append((name, *_packed(graph.columns[name], steps=_COLD[name])))
            continue
        kind = np.dtype(dtype).newbyteorder("<")
        parts.append((name, kind.str, np.ascontiguousarray(graph.columns[name], kind).data.cast("B")))
    parts.append(("schema", "json", zlib.compress(schema_json(graph.schema), 1)))
    told, texts = pack_told(graph.diagnostics)
    parts += [("diagnostics", "msgpack", told), ("diagnostic_texts", "msgpack", texts)]
    places, at = {}, 0
    for name, dtype, data in parts:
        places[name] = (dtype, at, len(data), zlib.crc32(data))
        at += len(data) + -len(data) % _ALIGNED
    header = {"made_by": made_by, "properties": graph.properties, "units": graph.units, "size": at, "parts": places}
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    head = _HEAD.pack(_MAGIC, FORMAT, len(text), zlib.crc32(text), 0) + text
    return hashlib.sha256(text).hexdigest()[:16], list(_pieces(head, (data for _, _, data in parts)))


def _packed(column: npt.NDArray[Any], *, steps: bool) -> tuple[str, bytes]:
    """Its type and its bytes, in as few as hold the numbers; ``steps``: from one to the next."""
    if steps:
        column = np.diff(column, prepend=column.dtype.type(0))
    low, high = (int(column.min()), int(column.max())) if len(column) else (0, 0)
    kind = next(each for each in ("<i1", "<i2", "<i4", "<i8") if np.iinfo(each).min <= low and high <= np.iinfo(each).max)
    return kind, zlib.compress(column.astype(kind).data.cast("B"), 1)


def _unpacked(data: memoryview, kind: str, dtype: str, *, steps: bool) -> npt.NDArray[Any]:
    column = np.frombuffer(zlib.decompress(data), kind)
    column = np.cumsum(column, dtype=dtype) if steps else column.astype(dtype)
    column.setflags(write=False)
    return column


def _pieces(head: bytes, parts: Iterator[Bytes]) -> Iterator[Bytes]:
    yield head + bytes(-len(head) % _ALIGNED)
    for data in parts:
        yield data
        if len(data) % _ALIGNED:
            yield bytes(-len(data) % _ALIGNED)


def read_graph(path: Path, folder: str, generation: str, made_by: str | None, *, check: bool) -> StoredGraph:
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


def _header(path: Path, data: mmap.mmap) -> tuple[dict[str, Any], int]:
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
