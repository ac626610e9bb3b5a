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

__all__ = ["ANEW", "ONCE", "PASSING", "compress", "decompress"]

PASSING, ANEW, ONCE = 1, 3, 9
"""Levels: for bytes that this process itself reads again, for those that every change writes anew, for those that stay."""


def compress(data: Bytes, level: int, *, after: bytes = b"") -> bytes:
    """One frame.

    Args:
        after: bytes that much of this repeats; whoever decompresses it must have them.
    """
    library = _library()
    options = {library.CompressionParameter.compression_level: level, library.CompressionParameter.checksum_flag: 1}
    made: bytes = library.compress(data, options=options, zstd_dict=_prefix(after))
    return made


def decompress(data: Bytes, *, after: bytes = b"") -> bytes:
    """What is in one frame.

    Raises:
        UnusableError: it is damaged.
    """
    library = _library()
    try:
        found: bytes = library.decompress(data, zstd_dict=_prefix(after))
    except library.ZstdError as error:
        raise UnusableError(f"damaged: {error}") from None
    return found


def _prefix(after: bytes) -> Any:
    """The bytes as zstd refers to them; it takes no fewer than eight."""
    return _library().ZstdDict(after, is_raw=True).as_prefix if len(after) >= 8 else None


@cache
def _library() -> Any:
    """`compression.zstd`, or what stands for it in versions of Python that do not have it."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd
