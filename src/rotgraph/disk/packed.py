"""In: what one note names and states, what all names mean and came to. Out: bytes of it, and back. Room: disk.

MessagePack of the structures as they are, compressed.
"""

from __future__ import annotations

import zlib

import msgspec

from rotgraph.model.described import Asked, Described
from rotgraph.model.named import NoteNames
from rotgraph.resolve.settled import Places, Settled

__all__ = [
    "pack_asked", "pack_described", "pack_meanings", "pack_names", "pack_settled", "pack_with_places", "unpack_asked",
    "unpack_described", "unpack_meanings", "unpack_names", "unpack_settled",
]  # fmt: skip

_encode = msgspec.msgpack.Encoder().encode
_decode_names = msgspec.msgpack.Decoder(NoteNames).decode
_decode_asked = msgspec.msgpack.Decoder(Asked).decode
_decode_described = msgspec.msgpack.Decoder(Described).decode
_decode_meanings = msgspec.msgpack.Decoder(tuple[str, dict[str, str]]).decode
_decode_settled = msgspec.msgpack.Decoder(Settled).decode
_decode_parts = msgspec.msgpack.Decoder(tuple[bytes, bytes]).decode
_decode_places = msgspec.msgpack.Decoder(Places).decode


def pack_names(names: NoteNames) -> bytes:
    """What a note names, as bytes."""
    return zlib.compress(_encode(names), 1)


def unpack_names(data: bytes | memoryview) -> NoteNames:
    """What a note names, from its bytes.

    Raises:
        zlib.error, msgspec.MsgspecError: these are no such bytes.
    """
    return _decode_names(zlib.decompress(data))


def pack_described(described: Described) -> bytes:
    """What a note states, as bytes."""
    return zlib.compress(_encode(described), 1)


def unpack_described(data: bytes | memoryview) -> Described:
    """What a note states, from its bytes; raises as `unpack_names` does."""
    return _decode_described(zlib.decompress(data))


def pack_asked(asked: Asked) -> bytes:
    """What a note depends on, as bytes."""
    return zlib.compress(_encode(asked), 1)


def unpack_asked(data: bytes | memoryview) -> Asked:
    """What a note depends on, from its bytes; raises as `unpack_names` does."""
    return _decode_asked(zlib.decompress(data))


def pack_meanings(schema: str, meanings: dict[str, str]) -> bytes:
    """What all names mean, and the hash of the schema they were asked by."""
    return zlib.compress(_encode((schema, meanings)), 1)


def unpack_meanings(data: bytes) -> tuple[str, dict[str, str]]:
    """The same from its bytes; raises as `unpack_names` does."""
    return _decode_meanings(zlib.decompress(data))


def pack_settled(settled: Settled) -> bytes:
    """What settling all names came to, as bytes."""
    return zlib.compress(_encode(settled), 1)


def pack_with_places(settled: bytes, places: Places) -> bytes:
    """These bytes, and with them where things stand."""
    return _encode((settled, zlib.compress(_encode(places), 1)))


def unpack_settled(data: bytes) -> tuple[bytes, Settled, Places]:
    """What settling came to, as bytes and from them, and where things stand; raises as `unpack_names` does."""
    settled, places = _decode_parts(data)
    return settled, _decode_settled(zlib.decompress(settled)), _decode_places(zlib.decompress(places))
