"""In: a schema and notes, on standard input. Out: what they say, packed, on standard output. Room: disk.

    python -m rotgraph.disk.worker

One message holds the schema as JSON, every other one a chunk of notes: pairs of path and text. Each chunk is answered by pairs of
packed facts and packed diagnostics, in its order. The end of the input ends the worker.
"""

from __future__ import annotations

import gc
import signal
import struct
import sys
from collections.abc import Sequence
from typing import IO

import msgspec

from rotgraph.disk.note_facts import pack_diagnostics, pack_note
from rotgraph.disk.plain import schema_from
from rotgraph.extract.note import extract
from rotgraph.model.schema import Schema
from rotgraph.notes.parse import parse_note
from rotgraph.source import Source

__all__ = ["Packed", "extract_packed", "main", "receive", "send"]

Packed = tuple[bytes, bytes]
"""What a note says, and what was wrong in it."""

_LENGTH = struct.Struct("<Q")
_LONGEST = 1 << 36
"""Bytes of a message: more is no message."""
_encode = msgspec.msgpack.Encoder().encode
_decode_notes = msgspec.msgpack.Decoder(list[tuple[str, bytes]]).decode


def extract_packed(source: Source, schema: Schema) -> Packed:
    """What one note says by itself, as bytes: a pure function of the note and the schema."""
    document = parse_note(source)
    facts = extract(document.value, source, schema)
    return pack_note(facts.value), pack_diagnostics((*document.diagnostics, *facts.diagnostics))


def send(stream: IO[bytes], message: bytes) -> None:
    """Write one message."""
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one message; None at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    message = stream.read(length) if length <= _LONGEST else b""
    return message if len(message) == length else None


def main(given: IO[bytes], answers: IO[bytes]) -> None:
    """Work until the input ends."""
    gc.disable()
    told = receive(given)
    if told is None:
        return
    schema = schema_from(told)
    while (chunk := receive(given)) is not None:
        send(answers, _encode(_extracted(_decode_notes(chunk), schema)))


def _extracted(notes: Sequence[tuple[str, bytes]], schema: Schema) -> list[Packed]:
    return [extract_packed(Source(path, data), schema) for path, data in notes]


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it decides
    main(sys.stdin.buffer, sys.stdout.buffer)
