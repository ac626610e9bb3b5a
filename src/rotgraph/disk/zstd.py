"""In: bytes. Out: fewer of them, and the same again. Room: disk.

Zstandard, with a checksum over what was compressed. It is imported when something is first compressed or decompressed: a query
that meets nothing compressed does without.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from rotgraph.errors import UnusableError

if TYPE_CHECKING:
    from rotgraph.disk.durable import Bytes

__all__ = ["OFTEN", "ONCE", "compress", "decompress"]

OFTEN, ONCE = 1, 6
"""Levels: for bytes that this compile itself reads again, and for those that lie on the disk."""


def compress(data: Bytes, level: int) -> bytes:
    """One frame."""
    library = _library()
    options = {library.CompressionParameter.compression_level: level, library.CompressionParameter.checksum_flag: 1}
    made: bytes = library.compress(data, options=options)
    return made


def decompress(data: Bytes) -> bytes:
    """What is in one frame.

    Raises:
        UnusableError: it is damaged.
    """
    library = _library()
    try:
        found: bytes = library.decompress(data)
    except library.ZstdError as error:
        raise UnusableError(f"damaged: {error}") from None
    return found


@cache
def _library() -> Any:
    """`compression.zstd`, or what stands for it in versions of Python that do not have it."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd
