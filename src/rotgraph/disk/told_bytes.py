"""In: what is wrong in the notes, as columns. Out: bytes of it, and back. Room: disk.

MessagePack, compressed, in two parts: one counts, the other is read when somebody wants the words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from rotgraph.disk.zstd import ANEW, compress, decompress
from rotgraph.model.described import matrix, pack_matrix
from rotgraph.model.told import LabelColumn, Told, ToldColumn

__all__ = ["pack_told", "texts_from", "told_from"]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[tuple[str, ...], tuple[str, ...], bytes, bytes, bytes, bytes]).decode
_decode_texts = msgspec.msgpack.Decoder(tuple[bytes, bytes]).decode


def pack_told(told: Told) -> tuple[bytes, bytes]:
    """What is told in numbers, and the texts that they stand for."""
    rows, labels = pack_matrix([*told.rows]), pack_matrix([*told.labels])
    parts, label_parts = pack_matrix([told.parts]), pack_matrix([told.label_parts])
    texts = [text.encode("utf-8", "surrogatepass") for text in told.texts]
    lengths = pack_matrix([np.fromiter(map(len, texts), np.int32, len(texts))])
    numbers = _encode((told.codes, told.forms, rows, parts, labels, label_parts))
    return compress(numbers, ANEW), compress(_encode((lengths, b"".join(texts))), ANEW)


def told_from(data: bytes | memoryview, texts: Callable[[], Sequence[str]]) -> Told:
    """The same from its bytes; the texts are read when somebody wants them."""
    codes, forms, rows, parts, labels, label_parts = _decode(decompress(data))
    return Told(
        codes, forms, matrix(rows, len(ToldColumn)), matrix(parts, 1)[0],
        matrix(labels, len(LabelColumn)), matrix(label_parts, 1)[0], texts,
    )  # fmt: skip


def texts_from(data: bytes | memoryview) -> Sequence[str]:
    """The texts from their bytes."""
    lengths, texts = _decode_texts(decompress(data))
    return _Texts(matrix(lengths, 1)[0], texts)


class _Texts(Sequence[str]):
    """Texts in one block of UTF-8, half characters in paths as they are."""

    def __init__(self, lengths: npt.NDArray[np.int32], block: bytes) -> None:
        self._starts, self._block = [0, *np.cumsum(lengths, dtype=np.int64).tolist()], block

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, at: Any) -> Any:
        return self._block[self._starts[at] : self._starts[at + 1]].decode("utf-8", "surrogatepass")
