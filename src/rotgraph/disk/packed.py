"""In: what notes name and state, what all names mean and came to. Out: bytes of it, and back. Room: disk.

MessagePack of the structures as they are. As long as a compile holds it, what a note states is compressed by itself, and what it
names, of which parts are asked for again and again, is not; on the disk those of a block of notes are compressed together, which is
a third smaller and decompressed twice as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from rotgraph.disk.columns import from_planes, planes
from rotgraph.disk.zstd import ANEW, ONCE, PASSING, compress, decompress
from rotgraph.model.described import Asked, Described, matrices, pack_matrix
from rotgraph.model.named import WholeNames
from rotgraph.model.ordering import unique
from rotgraph.resolve.settled import Places, Settled
from rotgraph.resolve.ties import ties_of

__all__ = [
    "decode_asked", "decode_asked_block", "decode_block", "decode_described", "decode_names", "encode_asked", "encode_block",
    "encode_names", "encode_ties", "pack_asked", "pack_described", "pack_meanings", "pack_settled", "pack_with_places",
    "unpack_described", "unpack_meanings", "unpack_settled", "unpacked",
]  # fmt: skip

_encode = msgspec.msgpack.Encoder().encode
decode_names = msgspec.msgpack.Decoder(WholeNames).decode
decode_asked = msgspec.msgpack.Decoder(Asked).decode
decode_described = msgspec.msgpack.Decoder(Described).decode
_decode_shared = msgspec.msgpack.Decoder(tuple[list[int], bytes, bytes]).decode
_NOTHING = Asked(pack_matrix([np.empty(0, np.int32)]), pack_matrix([np.empty(0, np.int32)]))
_TIED = ("keys", "things", "words", "rows")
_kinds = {name: bytes if name in ("keys", "rows") else tuple[str, ...] for name in _TIED}
_needed = Described.__struct_fields__[: Described.__struct_fields__.index("keys") + 1]
_decode_tied: Callable[[bytes], Any] = msgspec.msgpack.Decoder(
    msgspec.defstruct("_Tied", [(name, _kinds.get(name, msgspec.Raw)) for name in _needed], array_like=True)
).decode
_WIDE = b"\x02"
"""As `pack_matrix` begins where steps take four bytes."""
_decode_meanings = msgspec.msgpack.Decoder(tuple[str, dict[str, str]]).decode
_decode_settled = msgspec.msgpack.Decoder(Settled).decode
_decode_parts = msgspec.msgpack.Decoder(tuple[bytes, bytes]).decode
_decode_places = msgspec.msgpack.Decoder(Places).decode


def encode_names(names: WholeNames) -> bytes:
    """What a note names, as `decode_names` takes it; it is asked for part by part, again and again, and is not compressed."""
    return _encode(names)


def pack_described(described: Described) -> bytes:
    """What a note states, as bytes."""
    return compress(_encode(described), PASSING)


def unpack_described(data: bytes) -> Described:
    """What a note states, from its bytes.

    Raises:
        UnusableError, msgspec.MsgspecError: these are no such bytes.
    """
    return decode_described(decompress(data))


def pack_asked(asked: Asked) -> bytes:
    """What a note depends on, as bytes."""
    return compress(_encode(asked), PASSING)


def unpacked(data: bytes) -> bytes:
    """What was packed as it is decoded; nothing of nothing."""
    return decompress(data) if data else b""


def encode_block(parts: Sequence[bytes]) -> bytes:
    """One part of several notes, each as it is decoded."""
    return _encode(parts)


decode_block = msgspec.msgpack.Decoder(list[bytes]).decode
"""The same again."""


def encode_asked(parts: Sequence[bytes]) -> bytes:
    """What several notes depend on. Their hashes, of which they share many, stand once, and of each note which of them it has."""
    asked = [decode_asked(part) if part else _NOTHING for part in parts]
    hashes, counts = matrices([packed for each in asked for packed in (each.names, each.tokens)], 1)
    table = unique(hashes[0])
    steps = _steps(np.searchsorted(table, hashes[0]).astype("<i4"), counts)
    return _encode((counts.tolist(), planes(np.diff(table, prepend=np.int32(0))), planes(steps)))


def decode_asked_block(data: bytes) -> list[bytes]:
    """The same again, each as it is decoded.

    Raises:
        UnusableError, msgspec.MsgspecError, IndexError, ValueError: these are no such bytes.
    """
    counted, table, told = _decode_shared(data)
    counts, steps = np.array(counted, np.int64), from_planes(told, "<i4")
    ends, total = np.cumsum(counts), np.cumsum(steps)
    begins = (ends - counts)[counts > 0]
    places = total - np.repeat(total[begins] - steps[begins], counts[counts > 0])
    rows = _steps(np.cumsum(from_planes(table, "<i4"), dtype=np.int32)[places], counts)
    packed = [_WIDE + rows[end - count : end].tobytes() for end, count in zip(ends.tolist(), counts.tolist(), strict=True)]
    return [_encode(Asked(*pair)) for pair in zip(packed[::2], packed[1::2], strict=True)]


def encode_ties(stated: Sequence[bytes]) -> bytes:
    """Of what several notes state, each as it is decoded, what ties them to others."""
    told = [_decode_tied(part) for part in stated if part]
    ties = iter(ties_of(*([getattr(each, name) for each in told] for name in _TIED)) if told else ())
    return _encode([next(ties).astype("<u4").tobytes() if part else b"" for part in stated])


def _steps(numbers: npt.NDArray[np.int32], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Of runs of so many numbers: the first of each, then the steps from one to the next."""
    begins = (np.cumsum(counts) - counts)[counts > 0]
    steps = np.diff(numbers, prepend=np.int32(0)).astype("<i4")
    steps[begins] = numbers[begins]
    return steps


def pack_meanings(schema: str, meanings: dict[str, str]) -> bytes:
    """What all names mean, and the hash of the schema they were asked by."""
    return compress(_encode((schema, meanings)), ONCE)


def unpack_meanings(data: bytes) -> tuple[str, dict[str, str]]:
    """The same from its bytes; raises as `unpack_described` does."""
    return _decode_meanings(decompress(data))


def pack_settled(settled: Settled) -> bytes:
    """What settling all names came to, as bytes."""
    return compress(_encode(settled), ONCE)


def pack_with_places(settled: bytes, places: Places) -> bytes:
    """These bytes, and with them where things stand."""
    return _encode((settled, compress(_encode(places), ANEW)))


def unpack_settled(data: bytes) -> tuple[bytes, Settled, Places]:
    """What settling came to, as bytes and from them, and where things stand; raises as `unpack_described` does."""
    settled, places = _decode_parts(data)
    return settled, _decode_settled(decompress(settled)), _decode_places(decompress(places))
