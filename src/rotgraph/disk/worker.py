"""In: a schema and notes, on standard input. Out: what they name and state, packed, on standard output. Room: disk.

    python -m rotgraph.disk.worker

The first message holds the schema as JSON, and the folder in which what waits may lie. Every other begins with a letter: ``r`` and
a chunk of notes, pairs of path and text, answered by what each names and what was wrong in it; ``n`` and the pickled `Names` of all
notes, not answered; ``d`` and notes to describe, pairs of path and what it says, empty if it was read here, answered by what each
states. The end of the input ends the worker.
"""

from __future__ import annotations

import gc
import pickle
import signal
import struct
import sys
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

import msgspec

from rotgraph.disk.note_facts import pack_diagnostics, pack_note, unpack_note
from rotgraph.disk.packed import encode_names, pack_asked, pack_described
from rotgraph.disk.plain import schema_from
from rotgraph.extract.note import extract
from rotgraph.model.memory import give_back
from rotgraph.model.spool import Spool, Spooled
from rotgraph.notes.parse import parse_note
from rotgraph.resolve.collect import collect
from rotgraph.resolve.describe import Describer
from rotgraph.source import Source

if TYPE_CHECKING:
    from rotgraph.model.schema import Schema
    from rotgraph.resolve.names import Names

__all__ = ["DESCRIBE", "NAMES", "READ", "Reader", "Stated", "Told", "first_message", "main", "receive", "send"]

Told = tuple[bytes, bytes]
"""What a note names, and what was wrong in it."""
Stated = tuple[bytes, bytes]
"""What a note states, and what that depends on."""

READ, NAMES, DESCRIBE = b"r", b"n", b"d"
_LENGTH = struct.Struct("<Q")
_LONGEST = 1 << 36
"""Bytes of a message: more is no message."""
_encode = msgspec.msgpack.Encoder().encode
_decode_notes = msgspec.msgpack.Decoder(list[tuple[str, bytes]]).decode
_decode_first = msgspec.msgpack.Decoder(tuple[bytes, str | None]).decode
_decode_said = msgspec.msgpack.Decoder(list[tuple[str, bytes]]).decode


class Reader:
    """Reads notes, and describes them when all names are known; meanwhile it puts down what they say."""

    def __init__(self, schema: Schema, spool: Spool) -> None:
        self.schema = schema
        self._spool = spool
        self._facts: dict[str, Spooled] = {}
        self._describer: Describer | None = None

    def read(self, source: Source) -> Told:
        """What one note names: a pure function of the note and the schema."""
        document = parse_note(source)
        facts = extract(document.value, source, self.schema)
        self._facts[source.path] = self._spool.put(pack_note(facts.value))
        return encode_names(collect(facts.value, self.schema)), pack_diagnostics((*document.diagnostics, *facts.diagnostics))

    def settle(self, names: Names) -> None:
        """Describe by these names from now on."""
        self._describer = Describer(names)

    def has(self, path: str) -> bool:
        """Whether a note was read here, and not described yet."""
        return path in self._facts

    def held(self, path: str) -> bytes:
        """What a note says that was read here, for somebody else to describe."""
        return bytes(self._facts[path])

    def drop(self, path: str) -> None:
        """Somebody else has described a note, if it was read here."""
        self._facts.pop(path, None)

    def describe(self, path: str, said: bytes = b"") -> Stated:
        """What a note states that was read here, or of which it is told what it says, and what that depends on."""
        assert self._describer is not None  # noqa: S101 - names are settled first
        described, asked = self._describer.describe(unpack_note(said or bytes(self._facts.pop(path))))
        return pack_described(described), pack_asked(asked)


def send(stream: IO[bytes], *parts: bytes) -> None:
    """Write one message."""
    stream.write(_LENGTH.pack(sum(map(len, parts))))
    for part in parts:
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one message; None at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    message = stream.read(length) if length <= _LONGEST else b""
    return message if len(message) == length else None


def first_message(schema: bytes, folder: str | None) -> bytes:
    """What a worker must know before all."""
    return _encode((schema, folder))


def main(given: IO[bytes], answers: IO[bytes]) -> None:
    """Work until the input ends."""
    gc.disable()
    told = receive(given)
    if told is None:
        return
    schema, folder = _decode_first(told)
    reader = Reader(schema_from(schema), Spool(folder))
    while message := receive(given):
        kind, body = message[:1], memoryview(message)[1:]
        if kind == NAMES:
            reader.settle(pickle.loads(body))  # noqa: S301 - from the process that started this one
            give_back()
        elif kind == READ:
            send(answers, _encode(_read(reader, _decode_notes(body))))
        else:
            send(answers, _encode([reader.describe(*each) for each in _decode_said(body)]))


def _read(reader: Reader, notes: Sequence[tuple[str, bytes]]) -> list[Told]:
    return [reader.read(Source(path, data)) for path, data in notes]


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it decides
    with open(sys.stdout.fileno(), "wb", closefd=False) as answers:  # stdout.buffer, unbuffered, may write a part
        main(sys.stdin.buffer, answers)
